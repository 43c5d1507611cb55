"""Words for the facts: the report of one or two pages that leadership reads, section by section; figures, list and
register are annexes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from review_ui.digests import anonymise, labels, section_overview, summaries, tables
from review_ui.digests.content import (
    Annex,
    Block,
    Document,
    Head,
    Heading,
    Paragraph,
    Run,
    Signature,
    clean,
    day,
    number,
    one_line,
    say,
)
from review_ui.digests.facts import Checked, DigestFacts, Matter
from review_ui.digests.figures import DigestItem, DigestStory, Figures, count, stories
from review_ui.digests.register import annexes
from review_ui.digests.tables import some

TOLD_FIRST = 4  # stories in the report itself: two pages are what leadership reads
TOLD_PER_TOPIC = (
    3  # further stories with a summary under one subject in the annex; the rest stand in its list
)
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")


def compose(facts: DigestFacts) -> Document:
    """The digest's content from its facts; deterministic: the same facts give the same document."""
    figures = count(facts.items)
    told = stories(facts.items)
    scope = labels.SCOPES[facts.scope]
    period = labels.period(facts.from_on, facts.to_on)
    sections: list[tuple[str, list[Block]]] = [
        ("Tình hình chung", list(section_overview.section(facts, figures))),
        ("Nội dung nổi bật theo lĩnh vực", list(_highlights(facts, told))),
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
    return anonymise.initialled(
        Document(
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
            annexes=(_figures(facts, figures, told), *annexes(facts)),
        )
    )


def _opening(facts: DigestFacts) -> str:
    return (
        f"Thực hiện nhiệm vụ theo dõi, tổng hợp thông tin báo chí, {facts.office.issuer} báo cáo kết quả tổng hợp "
        f"thông tin báo chí {labels.SCOPES[facts.scope]} phản ánh về {facts.office.province} "
        f"{labels.days(facts.from_on, facts.to_on)} như sau:"
    )


# ── II ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def _open(told: Sequence[DigestStory]) -> list[DigestStory]:
    """The stories that may be told: none of their items is of a restricted subject."""
    return [story for story in told if not any(item.restricted for item in story.items)]


def _highlights(facts: DigestFacts, told: Sequence[DigestStory]) -> Iterator[Block]:
    listed = _open(told)
    if not listed:
        yield say("Trong kỳ không có nội dung nổi bật.", key="highlights")
    for story in listed[:TOLD_FIRST]:
        yield _story(facts, story, topic=facts.topics.get(_topic(facts, story), ""))
    if len(listed) > TOLD_FIRST:
        yield say(
            f"Ngoài ra còn {number(len(listed) - TOLD_FIRST)} sự kiện, vấn đề khác (xem Phụ lục I và Phụ lục II).",
            italic=True,
        )
    if facts.hidden:
        yield say(
            f"Có {number(facts.hidden)} tin, bài thuộc nội dung hạn chế phổ biến, được tính trong số liệu chung và "
            "báo cáo riêng theo quy định.",
            key="hidden",
        )


def _topic(facts: DigestFacts, story: DigestStory) -> str:
    """The subject most of a story's items belong to: it is told once, under that one; '' for none."""
    named = [name for item in story.items for name in item.topics if name in facts.topics]
    return max(dict.fromkeys(named), key=lambda name: (named.count(name), -named.index(name)), default="")


def _story(facts: DigestFacts, story: DigestStory, *, topic: str = "") -> Paragraph:
    first = story.first
    counted = f"{number(len(story.items))} tin, bài" + (
        f", {number(len(story.copies))} lượt đăng lại" if story.copies else ""
    )
    told = f"({some(story.outlets, 4)}; {counted}; đăng lần đầu ngày {day(first.on)})"
    return Paragraph(
        runs=(
            Run(text="- "),
            *((Run(text=f"{topic}: ", italic=True),) if topic else ()),
            Run(text=summaries.cut(first.title, 240), bold=True, url=first.url),
            Run(text=f" {told}: "),
            Run(text=summarise_story(facts, first) or "(không có nội dung tóm tắt)."),
        ),
        key=f"story-{story.event if story.event is not None else f'a{first.id}'}",
    )


def summarise_story(facts: DigestFacts, first: DigestItem) -> str:
    """Two sentences of the first outlet's own text, or of its lead where the text is not at hand."""
    body = facts.bodies.get(first.id)
    if body is None:
        return summaries.summarise(first.title, clean(first.lead))
    if first.language == "vi":
        text = clean(body)[:12_000]
        return summaries.summarise(
            first.title,
            text,
            phrases=summaries.keyphrases(text[:1_500]),
            sentences=summaries.by_underthesea,
        )
    return summaries.summarise(first.title, clean(body)[:12_000])


# ── III, IV, V, VI ───────────────────────────────────────────────────────────────────────────────────────────────


def _matters(facts: DigestFacts) -> Iterator[Block]:
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
    yield tables.matters("Vấn đề cần xử lý", "Vấn đề báo chí phản ánh cần xử lý", asked, facts.to_on)


def _checked(facts: DigestFacts) -> Iterator[Block]:
    false: list[Checked] = [claim for claim in facts.checked if claim.code in ("partly_false", "fabricated")]
    if not false:
        yield say("Trong kỳ không có thông tin sai sự thật được xác minh, kết luận.", key="checked")
        yield from _withdrawn(facts)
        return
    yield say(
        f"Đã xác minh, kết luận {number(len(false))} thông tin sai sự thật (mỗi kết luận do hai người thực hiện, có tài "
        "liệu làm căn cứ):",
        key="checked",
    )
    yield tables.checked(false)
    yield from _withdrawn(facts)


def _withdrawn(facts: DigestFacts) -> Iterator[Block]:
    """What was said in public and taken back: told with its reason, never among what is in force."""
    for claim in facts.checked:
        if claim.withdrawn_on is not None:
            yield say(
                f"Đã rút lại kết luận đã công bố về thông tin “{one_line(claim.text)}” (ngày {day(claim.withdrawn_on)})"
                + (f": {one_line(claim.note)}" if claim.note else "."),
                key=f"withdrawn-{claim.claim}",
            )


def _elsewhere(facts: DigestFacts) -> str:
    owner = facts.office.other_owner
    return "Nội dung báo chí nước ngoài được tổng hợp tại báo cáo riêng" + (
        f" do {owner} chủ trì." if owner else "."
    )


def _earlier(facts: DigestFacts) -> Iterator[Block]:
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
    yield tables.matters("Kỳ trước", "Kết quả xử lý các vấn đề kỳ trước", matters, facts.to_on)
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
def _outlook(facts: DigestFacts, told: Sequence[DigestStory]) -> Iterator[Block]:
    waiting = [
        m for m in (*facts.matters, *facts.earlier) if not m.done and (m.critical or m.agency is not None)
    ]
    length = (facts.to_on - facts.from_on).days + 1
    due = [m for m in waiting if m.due_on and facts.to_on < m.due_on <= facts.to_on + timedelta(days=length)]
    yield Heading(text="1. Dự báo", level=2)
    running = [s for s in told if s.items[-1].on >= facts.to_on - timedelta(days=1) and len(s.outlets) > 1]
    if running:
        titles = "; ".join(f"“{summaries.cut(s.first.title, 120)}”" for s in running[:3])
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


# ── Phụ lục I ────────────────────────────────────────────────────────────────────────────────────────────────────
def _figures(facts: DigestFacts, figures: Figures, told: Sequence[DigestStory]) -> Annex:
    return Annex(label="Phụ lục I", title="SỐ LIỆU CHI TIẾT", blocks=tuple(_detail(facts, figures, told)))


def _detail(facts: DigestFacts, figures: Figures, told: Sequence[DigestStory]) -> Iterator[Block]:
    if figures.items:
        yield Heading(text="1. Theo thời gian", level=2)
        yield from tables.by_day(facts, figures)
    yield Heading(text="2. Theo sắc thái", level=2)
    yield tables.tones(facts, figures)
    if not figures.items:
        return
    yield tables.tone_chart(figures)
    yield Heading(text="3. Theo địa bàn", level=2)
    yield tables.territories(facts, figures)
    if figures.by_place:
        yield tables.places(facts, figures)
    yield Heading(text="4. Theo cơ quan báo chí", level=2)
    yield tables.outlets(figures)
    if facts.scope == "foreign":
        yield tables.languages(figures)
    yield Heading(text="5. Theo lĩnh vực", level=2)
    yield tables.topics(facts, figures)
    yield from _further(facts, _open(told)[TOLD_FIRST:])


def _further(facts: DigestFacts, listed: Sequence[DigestStory]) -> Iterator[Block]:
    """The stories that the report itself has no room for, by subject."""
    by_topic: dict[str, list[DigestStory]] = {}
    for story in listed:
        by_topic.setdefault(_topic(facts, story), []).append(story)
    for name in sorted(
        by_topic, key=lambda name: (name == "", -sum(len(s.items) for s in by_topic[name]), name)
    ):
        mine = by_topic[name]
        items = sum(len(story.items) for story in mine)
        yield Heading(
            text=f"{facts.topics.get(name, 'Các lĩnh vực khác')} ({number(items)} tin, bài)", level=2
        )
        for story in mine[:TOLD_PER_TOPIC]:
            yield _story(facts, story)
        if len(mine) > TOLD_PER_TOPIC:
            yield say(
                f"Ngoài ra còn {number(len(mine) - TOLD_PER_TOPIC)} sự kiện, vấn đề khác thuộc lĩnh vực này "
                "(xem Phụ lục II).",
                italic=True,
            )
