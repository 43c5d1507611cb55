"""Words for the facts: the body of the digest, section by section, as an office would write it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from review_ui.digests import labels, summaries
from review_ui.digests.content import (
    Block,
    Cell,
    Chart,
    Column,
    Document,
    Head,
    Heading,
    Link,
    Paragraph,
    Run,
    Series,
    Signature,
    Table,
    clean,
    day,
    number,
    one_line,
    say,
)
from review_ui.digests.facts import Checked, Facts, Matter
from review_ui.digests.figures import Figures, Item, Story, Tone, count, share, shares, stories
from review_ui.digests.privacy import initialled
from review_ui.digests.register import annexes

TOLD_PER_TOPIC = 3  # stories with a summary under one subject; the rest stand in the annex
PLACES_SHOWN = 12
OUTLETS_SHOWN = 12
TONE_ORDER: tuple[Tone, ...] = ("criticism", "harm", "other")
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")


def compose(facts: Facts) -> Document:
    """The digest's content from its facts; deterministic: the same facts give the same document."""
    figures = count(facts.items)
    told = stories(facts.items)
    scope = labels.SCOPES[facts.scope]
    period = labels.period(facts.from_on, facts.to_on)
    sections: list[tuple[str, list[Block]]] = [
        ("Tình hình chung", list(_overview(facts, figures))),
        ("Nội dung nổi bật theo lĩnh vực", list(_highlights(facts, figures, told))),
        ("Vấn đề báo chí phản ánh cần xử lý", list(_matters(facts))),
        ("Thông tin sai sự thật đã xác minh và phản bác", list(_checked(facts))),
    ]
    if facts.scope == "domestic":
        sections.append(("Báo chí nước ngoài", [say(_elsewhere(facts), key="other-scope")]))
    sections.append(("Kết quả xử lý các vấn đề kỳ trước", list(_earlier(facts))))
    sections.append(("Dự báo, kiến nghị", list(_outlook(facts, told))))
    blocks: list[Block] = [say(_opening(facts), key="opening")]
    for roman, (title, body) in zip(ROMAN, sections, strict=False):
        blocks.append(Heading(text=f"{roman}. {title.upper()}"))
        blocks.extend(body)
    subject = f"Tổng hợp thông tin báo chí {scope} phản ánh về {facts.office.province}"
    span = labels.days(facts.from_on, facts.to_on)
    subject += f"\n{period}" if period == span else f"\n{period} ({span})"
    return Document(
        scope=facts.scope,
        from_on=facts.from_on,
        to_on=facts.to_on,
        head=Head(
            parent=facts.office.parent,
            issuer=facts.office.issuer,
            symbol=facts.office.symbol,
            place=facts.office.place,
            kind="BÁO CÁO",
            subject=subject,
            addressees=facts.office.addressees,
        ),
        blocks=tuple(blocks),
        signature=Signature(capacity=facts.office.capacity),
        recipients=facts.office.recipients,
        annexes=annexes(facts),
    )


def _opening(facts: Facts) -> str:
    return (
        f"Thực hiện nhiệm vụ theo dõi, tổng hợp thông tin báo chí, {facts.office.issuer} báo cáo kết quả tổng hợp "
        f"thông tin báo chí {labels.SCOPES[facts.scope]} phản ánh về {facts.office.province} "
        f"{labels.days(facts.from_on, facts.to_on)} như sau:"
    )


# ── I ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _overview(facts: Facts, figures: Figures) -> Iterator[Block]:
    yield Heading(text="1. Số lượng tin, bài", level=2)
    if not figures.items:
        yield say(
            f"Trong kỳ, không ghi nhận tin, bài nào của báo chí {labels.SCOPES[facts.scope]} phản ánh về "
            f"{facts.office.province}" + _beside(figures) + ".",
            key="volume",
        )
    else:
        yield say(
            f"Trong kỳ, ghi nhận {number(figures.items)} tin, bài của {number(figures.outlets)} cơ quan báo chí "
            f"{labels.SCOPES[facts.scope]}, phản ánh {number(figures.events)} sự kiện, vấn đề liên quan đến "
            f"{facts.office.province}{_beside(figures)}. "
            + _against(figures, facts.before, "kỳ trước", facts.before_range)
            + "; "
            + _against(figures, facts.last_year, "cùng kỳ năm trước", facts.year_range)
            + ".",
            key="volume",
        )
    yield _comparison(facts, figures)
    if figures.items:
        yield from _by_day(facts, figures)
    yield Heading(text="2. Sắc thái thông tin", level=2)
    yield say(_tone_sentence(figures), key="tone")
    yield _tones(facts, figures)
    if figures.items:
        yield _tone_chart(figures)
        yield Heading(text="3. Theo địa bàn", level=2)
        yield _territories(facts, figures)
        if figures.by_place:
            yield _places(facts, figures)
        yield Heading(text="4. Theo cơ quan báo chí", level=2)
        yield _outlets(figures)
        if facts.scope == "foreign":
            yield _languages(figures)
    if facts.campaigns:
        yield _campaigns(facts)


def _beside(figures: Figures) -> str:
    said = []
    if figures.copies:
        said.append(f"không tính {number(figures.copies)} lượt đăng lại, mỗi tin, bài chỉ tính một lần")
    if figures.mentions:
        said.append(f"ngoài ra có {number(figures.mentions)} tin, bài chỉ nhắc đến tên địa phương")
    return f" ({'; '.join(said)})" if said else ""


def _against(now: Figures, then: Figures, name: str, span: tuple[date, date]) -> str:
    head = f"so với {name} ({day(span[0])} – {day(span[1])}) "
    head = head[0].upper() + head[1:] if name == "kỳ trước" else head
    if not then.items:
        return f"{head}không có số liệu để so sánh"
    change = now.items - then.items
    if not change:
        return f"{head}không thay đổi"
    word = "tăng" if change > 0 else "giảm"
    return (
        f"{head}{word} {number(abs(change))} tin, bài ({number(abs(change) * 100 / then.items, digits=1)}%)"
    )


def _change(now: int, then: int) -> float | str:
    return round((now - then) * 100 / then, 1) if then else "–"


def _comparison(facts: Facts, figures: Figures) -> Table:
    def row(name: str, read: str) -> tuple[str, int, int, int, float | str, float | str]:
        now, before, last = (getattr(f, read) for f in (figures, facts.before, facts.last_year))
        return (name, now, before, last, _change(now, before), _change(now, last))

    note = "Tin, bài đăng lại được tính một lần, theo nơi đăng đầu tiên; “–”: kỳ so sánh không có số liệu."
    merged = facts.office.merged_on
    if merged and facts.year_range[0] < merged:
        note += (
            f" Số liệu trước ngày {day(merged)} gồm địa bàn của cả hai tỉnh trước khi sắp xếp, để so sánh trên cùng "
            "phạm vi."
        )
    return Table(
        name="Tổng hợp",
        caption="Số lượng tin, bài so với kỳ trước và cùng kỳ năm trước",
        columns=(
            Column(title="Chỉ tiêu", width=52),
            Column(title="Kỳ này", width=20, align="right"),
            Column(title="Kỳ trước", width=20, align="right"),
            Column(title="Cùng kỳ năm trước", width=24, align="right"),
            Column(title="So kỳ trước (%)", width=22, align="right", percent=False),
            Column(title="So cùng kỳ (%)", width=22, align="right", percent=False),
        ),
        rows=(
            row("Tin, bài", "items"),
            row("Lượt đăng lại", "copies"),
            row("Tin, bài chỉ nhắc tên", "mentions"),
            row("Cơ quan báo chí", "outlets"),
            row("Sự kiện, vấn đề", "events"),
        ),
        note=note,
    )


def _by_day(facts: Facts, figures: Figures) -> Iterator[Block]:
    """Volume over time: by day up to five weeks, by week up to a half-year, then by month."""
    length = (facts.to_on - facts.from_on).days + 1
    if length == 1:
        return
    slots: dict[str, int] = {}
    for n in range(length):
        on = facts.from_on + timedelta(days=n)
        if length <= 35:
            name = f"{on:%d/%m}"
        elif length <= 190:
            name = f"T{on.isocalendar().week:02d}/{on.isocalendar().year % 100:02d}"
        else:
            name = f"{on:%m/%Y}"
        slots[name] = slots.get(name, 0) + figures.by_day.get(on, 0)
    unit = "ngày" if length <= 35 else "tuần" if length <= 190 else "tháng"
    most = max(slots, key=lambda name: slots[name])
    yield Chart(
        name="by-day",
        title=f"Số tin, bài theo {unit}",
        kind="bars",
        categories=tuple(slots),
        series=(Series(name="Tin, bài", values=tuple(map(float, slots.values()))),),
        unit="tin, bài",
        alt=f"Biểu đồ cột số tin, bài theo {unit}; nhiều nhất là {most} với {slots[most]} tin, bài.",
    )
    yield _slots(unit, slots)


def _slots(unit: str, slots: dict[str, int]) -> Table:
    """The chart's figures: one row while a date fits its column, else three pairs of columns side by side."""
    if len(slots) <= 8:
        return Table(
            name="Theo thời gian",
            caption=f"Số tin, bài theo {unit}",
            columns=(
                Column(title="", width=24),
                *(Column(title=name, width=136 / len(slots), align="right") for name in slots),
            ),
            rows=(("Tin, bài", *slots.values()),),
        )
    tall = -(-len(slots) // 3)
    pairs = [*slots.items(), *[("", None)] * (3 * tall - len(slots))]
    return Table(
        name="Theo thời gian",
        caption=f"Số tin, bài theo {unit}",
        columns=tuple(
            column
            for _ in range(3)
            for column in (
                Column(title=unit.capitalize(), width=28),
                Column(title="Tin, bài", width=25, align="right"),
            )
        ),
        rows=tuple((*pairs[n], *pairs[n + tall], *pairs[n + 2 * tall]) for n in range(tall)),
    )


def _tone_sentence(figures: Figures) -> str:
    if not figures.items:
        return "Không có tin, bài để phân loại."
    parts = shares([figures.tones.get(kind, 0) for kind in TONE_ORDER])
    said = "; ".join(
        f"{labels.TONES[kind].lower()} {number(figures.tones.get(kind, 0))} tin, bài ({number(part, digits=1)}%)"
        for kind, part in zip(TONE_ORDER, parts, strict=True)
    )
    marked = sum(figures.marks.values())
    if not marked:
        return (
            f"Phân loại bước đầu theo nội dung: {said}. Trong kỳ chưa có tin, bài được cán bộ đánh giá tích cực, "
            "trung tính hay tiêu cực."
        )
    judged = "; ".join(
        f"{labels.MARKS[mark].lower()} {number(figures.marks.get(mark, 0))} ({number(part, digits=1)}%)"
        for mark, part in zip(
            labels.MARKS, shares([figures.marks.get(mark, 0) for mark in labels.MARKS]), strict=True
        )
    )
    return (
        f"Phân loại bước đầu theo nội dung: {said}. Cán bộ đã đánh giá sắc thái "
        f"{number(marked)}/{number(figures.items)} tin, bài: {judged}."
    )


def _tones(facts: Facts, figures: Figures) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            labels.TONES[kind],
            figures.tones.get(kind, 0),
            part,
            facts.before.share(kind) if facts.before.items else "–",
            facts.last_year.share(kind) if facts.last_year.items else "–",
        )
        for kind, part in zip(TONE_ORDER, shares([figures.tones.get(k, 0) for k in TONE_ORDER]), strict=True)
    ]
    return Table(
        name="Sắc thái",
        caption="Cơ cấu tin, bài theo sắc thái",
        columns=(
            Column(title="Sắc thái", width=60),
            Column(title="Số tin, bài", width=24, align="right"),
            Column(title="Tỷ lệ", width=24, align="right", percent=True),
            Column(title="Kỳ trước", width=24, align="right", percent=True),
            Column(title="Cùng kỳ", width=24, align="right", percent=True),
        ),
        rows=(*rows, ("Tổng số", figures.items, 100.0 if figures.items else 0.0, "", "")),
        note="Sắc thái nói về cách nội dung đề cập đến địa phương, không phải kết luận về tính đúng, sai của thông tin.",
        total=True,
    )


def _tone_chart(figures: Figures) -> Chart:
    fields = [(labels.TERRITORIES[name], tones) for name, tones in figures.by_territory.items()]
    fields.sort(key=lambda pair: list(labels.TERRITORIES.values()).index(pair[0]))
    return Chart(
        name="tone-by-territory",
        title="Sắc thái tin, bài theo địa bàn",
        kind="stacked",
        categories=tuple(name for name, _ in fields),
        series=tuple(
            Series(name=labels.TONES[kind], values=tuple(float(tones.get(kind, 0)) for _, tones in fields))
            for kind in TONE_ORDER
        ),
        unit="tin, bài",
        alt="Biểu đồ thanh xếp chồng. "
        + "; ".join(
            f"{name}: "
            + ", ".join(f"{labels.TONES[kind].lower()} {tones.get(kind, 0)}" for kind in TONE_ORDER)
            for name, tones in fields
        )
        + ".",
    )


def _territories(facts: Facts, figures: Figures) -> Table:
    rows = []
    for name, title in labels.TERRITORIES.items():
        tones = figures.by_territory.get(name, {})  # type: ignore[call-overload]
        before = sum(facts.before.by_territory.get(name, {}).values())  # type: ignore[call-overload]
        last = sum(facts.last_year.by_territory.get(name, {}).values())  # type: ignore[call-overload]
        total = sum(tones.values())
        rows.append((title, total, *(tones.get(kind, 0) for kind in TONE_ORDER), before, last))
    sums = tuple(sum(int(row[n]) for row in rows) for n in range(1, 7))
    return Table(
        name="Địa bàn",
        caption="Số tin, bài theo địa bàn",
        columns=(
            Column(title="Địa bàn", width=56),
            Column(title="Tin, bài", width=18, align="right"),
            *(Column(title=labels.TONES[kind], width=20, align="right") for kind in TONE_ORDER),
            Column(title="Kỳ trước", width=18, align="right"),
            Column(title="Cùng kỳ", width=18, align="right"),
        ),
        rows=(*rows, ("Tổng số", *sums)),
        total=True,
    )


def _places(facts: Facts, figures: Figures) -> Table:
    shown = [(place, tones) for place, tones in figures.by_place.items() if place in facts.places]
    cut = (
        f"; bảng nêu {PLACES_SHOWN} nơi nhiều nhất trong {number(len(shown))} nơi"
        if len(shown) > PLACES_SHOWN
        else ""
    )
    return Table(
        name="Xã, phường",
        caption="Xã, phường (huyện cũ) được nhắc đến nhiều nhất",
        columns=(
            Column(title="Địa bàn", width=70),
            Column(title="Tin, bài", width=24, align="right"),
            *(Column(title=labels.TONES[kind], width=24, align="right") for kind in TONE_ORDER),
        ),
        rows=tuple(
            (facts.places[place], sum(tones.values()), *(tones.get(kind, 0) for kind in TONE_ORDER))
            for place, tones in shown[:PLACES_SHOWN]
        ),
        note=f"Một tin, bài có thể nhắc đến nhiều nơi{cut}.",
    )


def _outlets(figures: Figures) -> Table:
    names = list(figures.by_outlet.items())
    shown = [
        (n, name, items, share(items, figures.items))
        for n, (name, items) in enumerate(names[:OUTLETS_SHOWN], 1)
    ]
    rest = sum(items for _, items in names[OUTLETS_SHOWN:])
    more = (
        (len(shown) + 1, f"{len(names) - len(shown)} cơ quan báo chí khác", rest, share(rest, figures.items)),
    )
    return Table(
        name="Cơ quan báo chí",
        caption="Số tin, bài theo cơ quan báo chí",
        columns=(
            Column(title="TT", width=12, align="center"),
            Column(title="Cơ quan báo chí", width=92),
            Column(title="Tin, bài", width=28, align="right"),
            Column(title="Tỷ lệ", width=28, align="right", percent=True),
        ),
        rows=(*shown, *(more if rest else ())),
        note="Bảng chỉ nêu số lượng đăng lần đầu; không đánh giá cơ quan báo chí theo sắc thái.",
    )


def _languages(figures: Figures) -> Table:
    return Table(
        name="Ngôn ngữ",
        caption="Số tin, bài theo ngôn ngữ",
        columns=(Column(title="Ngôn ngữ", width=90), Column(title="Tin, bài", width=35, align="right")),
        rows=tuple((labels.LANGUAGES.get(name, name), items) for name, items in figures.by_language.items()),
    )


def _campaigns(facts: Facts) -> Table:
    return Table(
        name="Chuyên đề",
        caption="Kết quả tuyên truyền theo chuyên đề, nghị quyết",
        columns=(
            Column(title="Chuyên đề", width=80),
            Column(title="Trong kỳ", width=20, align="right"),
            Column(title="Cơ quan báo chí", width=22, align="right"),
            Column(title="Lũy kế", width=20, align="right"),
            Column(title="Kế hoạch", width=20, align="right"),
            Column(title="Đạt", width=18, align="right", percent=True),
        ),
        rows=tuple(
            (
                c.title,
                c.items,
                c.outlets,
                c.items_since,
                c.planned,
                share(c.items_since, c.planned) if c.planned else "–",
            )
            for c in facts.campaigns
        ),
    )


# ── II ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def _highlights(facts: Facts, figures: Figures, told: Sequence[Story]) -> Iterator[Block]:
    listed = [story for story in told if not any(item.restricted for item in story.items)]
    if not listed:
        yield say("Trong kỳ không có nội dung nổi bật.", key="highlights")
    else:
        yield _topics(facts, figures)
    by_topic: dict[str, list[Story]] = {}
    for story in listed:
        named = [name for item in story.items for name in item.topics if name in facts.topics]
        # a story is told once, under the subject most of its items belong to
        topic = max(
            dict.fromkeys(named), key=lambda name: (named.count(name), -named.index(name)), default=""
        )
        by_topic.setdefault(topic, []).append(story)
    order = sorted(by_topic, key=lambda name: (name == "", -sum(len(s.items) for s in by_topic[name]), name))
    for n, name in enumerate(order, 1):
        mine = by_topic[name]
        items = sum(len(story.items) for story in mine)
        yield Heading(
            text=f"{n}. {facts.topics.get(name, 'Các lĩnh vực khác')} ({number(items)} tin, bài)", level=2
        )
        for story in mine[:TOLD_PER_TOPIC]:
            yield _story(facts, story)
        if len(mine) > TOLD_PER_TOPIC:
            yield say(
                f"Ngoài ra còn {number(len(mine) - TOLD_PER_TOPIC)} sự kiện, vấn đề khác thuộc lĩnh vực này "
                "(xem Phụ lục I).",
                italic=True,
            )
    if facts.hidden:
        yield say(
            f"Có {number(facts.hidden)} tin, bài thuộc nội dung hạn chế phổ biến, được tính trong số liệu chung và "
            "báo cáo riêng theo quy định.",
            key="hidden",
        )


def _topics(facts: Facts, figures: Figures) -> Table:
    rows: list[tuple[str | int, ...]] = [
        (facts.topics[name], sum(tones.values()), *(tones.get(kind, 0) for kind in TONE_ORDER))
        for name, tones in figures.by_topic.items()
        if name in facts.topics
    ]
    return Table(
        name="Lĩnh vực",
        caption="Số tin, bài theo lĩnh vực",
        columns=(
            Column(title="Lĩnh vực", width=82),
            Column(title="Tin, bài", width=18, align="right"),
            *(Column(title=labels.TONES[kind], width=20, align="right") for kind in TONE_ORDER),
        ),
        rows=tuple(rows)
        or (("Các lĩnh vực khác", figures.items, *(figures.tones.get(k, 0) for k in TONE_ORDER)),),
        note="Một tin, bài có thể thuộc nhiều lĩnh vực.",
    )


def _story(facts: Facts, story: Story) -> Paragraph:
    first = story.first
    summary = summarise_story(facts, first)
    outlets = some(story.outlets, 4)
    counted = f"{number(len(story.items))} tin, bài" + (
        f", {number(len(story.copies))} lượt đăng lại" if story.copies else ""
    )
    told = f"({outlets}; {counted}; đăng lần đầu ngày {day(first.on)})"
    title = initialled(summaries.cut(first.title, 240))
    return Paragraph(
        runs=(
            Run(text="- "),
            Run(text=title, bold=True, url=first.url),
            Run(text=f" {told}: "),
            Run(text=summary or "(không có nội dung tóm tắt)."),
        ),
        key=f"story-{story.event if story.event is not None else f'a{first.id}'}",
    )


def summarise_story(facts: Facts, first: Item) -> str:
    """Two sentences of the first outlet's own text, or of its lead where the text is not at hand."""
    body = facts.bodies.get(first.id)
    if body is None:
        return initialled(summaries.summarise(first.title, clean(first.lead)))
    if first.language == "vi":
        text = clean(body)[:12_000]
        return initialled(
            summaries.summarise(
                first.title,
                text,
                phrases=summaries.keyphrases(text[:1_500]),
                sentences=summaries.by_underthesea,
            )
        )
    return summaries.summarise(first.title, clean(body)[:12_000])


def some(names: Sequence[str], most: int) -> str:
    """Names in a row; of more than ``most`` the first ones and how many others."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} và {len(names) - most} cơ quan báo chí khác"


# ── III, IV, V, VI ───────────────────────────────────────────────────────────────────────────────────────────────
def _matter_table(name: str, caption: str, matters: Iterable[Matter], on: date) -> Table:
    return Table(
        name=name,
        caption=caption,
        columns=(
            Column(title="TT", width=9, align="center"),
            Column(title="Nội dung báo chí phản ánh", width=53),
            Column(title="Cơ quan báo chí; ngày đăng", width=32),
            Column(title="Cơ quan được giao", width=30),
            Column(title="Hạn", width=24, align="center"),
            Column(title="Kết quả, tình trạng", width=32),
        ),
        rows=tuple(
            (
                n,
                Link(text=initialled(summaries.cut(m.title, 220)), url=m.url),
                f"{some(m.outlets, 3)}; {day(m.first_on)}",
                m.agency or "Chưa giao",
                m.due_on,
                standing(m, on),
            )
            for n, m in enumerate(matters, 1)
        ),
    )


def standing(m: Matter, on: date) -> str:
    """Where a matter stands, in one line for a table: state, outcome, days late."""
    if m.state == "closed":
        said = labels.OUTCOMES.get(m.outcome or "", "Đã kết thúc")
        said += f" ngày {day(m.closed_on)}" if m.closed_on else ""
    elif m.answered_on is not None:
        said = f"Đã trả lời ngày {day(m.answered_on)}"
    else:
        said = labels.STATES.get(m.state, m.state)
    if late := m.days_late(on):
        said += f"; {'trả lời chậm' if m.done else 'quá hạn'} {late} ngày"
    return said + (f"; {m.result}" if m.result else "")


def _matters(facts: Facts) -> Iterator[Block]:
    asked = [m for m in facts.matters if m.critical]
    if not asked:
        yield say("Trong kỳ không có vấn đề báo chí phản ánh cần xử lý.", key="matters")
        return
    unassigned = sum(m.agency is None for m in asked)
    if unassigned == len(asked):
        rest = ", đều chưa giao cơ quan chủ trì" if len(asked) > 1 else ", chưa giao cơ quan chủ trì"
    else:
        rest = f", trong đó {number(unassigned)} vấn đề chưa giao cơ quan chủ trì" if unassigned else ""
    yield say(
        f"Báo chí phản ánh {number(len(asked))} vấn đề cần xem xét, xử lý, trả lời{rest}:", key="matters"
    )
    yield _matter_table("Vấn đề cần xử lý", "Vấn đề báo chí phản ánh cần xử lý", asked, facts.to_on)


def _checked(facts: Facts) -> Iterator[Block]:
    false: list[Checked] = [claim for claim in facts.checked if claim.code != "authentic"]
    if not false:
        yield say("Trong kỳ không có thông tin sai sự thật được xác minh, kết luận.", key="checked")
        return
    yield say(
        f"Đã xác minh, kết luận {number(len(false))} thông tin sai sự thật (mỗi kết luận do hai người thực hiện, có tài "
        "liệu làm căn cứ):",
        key="checked",
    )
    yield Table(
        name="Thông tin sai sự thật",
        caption="Thông tin sai sự thật đã xác minh và phản bác",
        columns=(
            Column(title="TT", width=9, align="center"),
            Column(title="Nội dung thông tin", width=52),
            Column(title="Kết luận", width=22, align="center"),
            Column(title="Thông tin đúng", width=50),
            Column(title="Ngày kết luận", width=25, align="center"),
            Column(title="Cơ quan báo chí đã phản bác", width=26),
        ),
        rows=tuple(
            (
                n,
                one_line(c.text)
                + (f" (nguồn: {labels.CHANNELS.get(c.channel, c.channel)})" if c.channel else ""),
                c.label,
                initialled(one_line(c.what_is_true)),
                c.approved_on,
                some(c.refuted_by, 3),
            )
            for n, c in enumerate(false, 1)
        ),
    )


def _elsewhere(facts: Facts) -> str:
    owner = facts.office.other_owner
    return "Nội dung báo chí nước ngoài được tổng hợp tại báo cáo riêng" + (
        f" do {owner} chủ trì." if owner else "."
    )


def _earlier(facts: Facts) -> Iterator[Block]:
    matters = [m for m in facts.earlier if m.critical or m.agency is not None]
    if not matters:
        yield say("Không có vấn đề của kỳ trước chuyển sang.", key="earlier")
        return
    done = [m for m in matters if m.done]
    yield say(
        f"Có {number(len(matters))} vấn đề của các kỳ trước: đã có kết quả {number(len(done))}, còn theo dõi "
        f"{number(len(matters) - len(done))}.",
        key="earlier",
    )
    yield _matter_table("Kỳ trước", "Kết quả xử lý các vấn đề kỳ trước", matters, facts.to_on)
    everything = (*matters, *facts.matters)
    missing = _by_agency(m for m in everything if not m.done and m.days_late(facts.to_on))
    late = _by_agency(m for m in everything if m.done and m.days_late(facts.to_on))
    if missing:
        yield say(f"Đơn vị chưa báo cáo, trả lời dù đã quá hạn: {missing}.", key="missing")
    if late:
        yield say(f"Đơn vị báo cáo, trả lời chậm: {late}.", key="late")
    if not missing and not late:
        yield say("Không có đơn vị báo cáo chậm hoặc chưa báo cáo khi đã quá hạn.", key="missing")


def _by_agency(matters: Iterable[Matter]) -> str:
    counted: dict[str, int] = {}
    for m in matters:
        if m.agency is not None:
            counted[m.agency] = counted.get(m.agency, 0) + 1
    return "; ".join(
        f"{name} ({number(n)} vấn đề)" for name, n in sorted(counted.items(), key=lambda p: (-p[1], p[0]))
    )


# ── VII ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def _outlook(facts: Facts, told: Sequence[Story]) -> Iterator[Block]:
    waiting = [
        m for m in (*facts.matters, *facts.earlier) if not m.done and (m.critical or m.agency is not None)
    ]
    length = (facts.to_on - facts.from_on).days + 1
    due = [m for m in waiting if m.due_on and facts.to_on < m.due_on <= facts.to_on + timedelta(days=length)]
    yield Heading(text="1. Dự báo", level=2)
    running = [s for s in told if s.items[-1].on >= facts.to_on - timedelta(days=1) and len(s.outlets) > 1]
    if running:
        titles = "; ".join(f"“{initialled(summaries.cut(s.first.title, 120))}”" for s in running[:3])
        yield say(f"Các nội dung nhiều khả năng còn được báo chí tiếp tục đề cập: {titles}.", key="outlook")
    else:
        yield say("Chưa có nội dung được dự báo tiếp tục thu hút nhiều tin, bài trong kỳ tới.", key="outlook")
    if due:
        yield say(f"Trong kỳ tới có {number(len(due))} vấn đề đến hạn trả lời, báo cáo kết quả.", key="due")
    yield Heading(text="2. Kiến nghị", level=2)
    if waiting:
        yield say(
            "Đề nghị các cơ quan, đơn vị, địa phương được giao khẩn trương xác minh, xử lý, trả lời cơ quan báo chí và "
            f"báo cáo kết quả đúng thời hạn đối với {number(len(waiting))} vấn đề đang theo dõi.",
            key="proposals",
        )
    else:
        yield say(
            "Đề nghị các cơ quan, đơn vị, địa phương tiếp tục chủ động cung cấp thông tin cho báo chí theo quy định.",
            key="proposals",
        )
    yield say(
        f"Trên đây là kết quả tổng hợp thông tin báo chí {labels.SCOPES[facts.scope]} "
        f"{labels.period(facts.from_on, facts.to_on)}, {facts.office.issuer} trân trọng báo cáo.",
        key="closing",
    )
