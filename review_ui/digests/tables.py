"""The tables and charts of a digest, each from figures alone; a chart's figures always stand in a table beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from review_ui.digests import labels
from review_ui.digests.content import Block, Cell, Chart, Column, Series, Table, day, number
from review_ui.digests.facts import Collection, DigestFacts
from review_ui.digests.figures import Figures, Tone, share, shares

PLACES_SHOWN = 12
LEAST_FOR_RATE = (
    10  # items in the period compared with: below it one item more or less is ten per cent and says nothing
)
OUTLETS_SHOWN = 12
TONE_ORDER: tuple[Tone, ...] = ("criticism", "harm", "other")


def comparison(facts: DigestFacts, figures: Figures) -> Table:
    """Volume in the period beside the last one and the same one a year ago."""

    known = facts.collection

    def row(name: str, read: str) -> tuple[Cell, ...]:
        now = getattr(figures, read)
        before = getattr(facts.before, read) if known.before_known else None
        last = getattr(facts.last_year, read) if known.year_known else None
        return (name, now, _figure(before), _figure(last), _rate(facts, now, before), _rate(facts, now, last))

    note = "Tin, bài đăng lại được tính một lần, theo nơi đăng đầu tiên."
    merged = facts.office.merged_on
    if merged and facts.year_range[0] < merged and known.year_known:
        note += (
            f" Số liệu trước ngày {day(merged)} gồm địa bàn của cả hai tỉnh trước khi sắp xếp, để so sánh trên cùng "
            "phạm vi."
        )
    note += collected(facts)
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


def _figure(value: int | None) -> Cell:
    return "–" if value is None else value


def _rate(facts: DigestFacts, now: int, then: int | None) -> float | str:
    """The change in per cent; a dash where one of the two periods was not wholly collected."""
    whole = facts.collection.over and not facts.collection.missing
    return "–" if then is None or not whole else change(now, then)


def collected(facts: DigestFacts) -> str:
    """One note on what the figures rest on: the first and the last moment of collection, and what a dash means."""
    known = facts.collection
    if known.first is None or known.last is None:
        return " Chưa thu thập tin, bài; “–”: không có số liệu."
    said = f" Thu thập từ {known.first:%H:%M ngày %d/%m/%Y} đến {known.last:%H:%M ngày %d/%m/%Y}"
    if known.first.date() > facts.from_on:
        said += "; trước đó chỉ có tin, bài còn trên trang nguồn"
    if not known.over:
        said += "; kỳ báo cáo chưa thu thập hết"
    if known.missing:
        named = ", ".join(f"{on:%d/%m}" for on in known.missing[:5]) + ("…" if len(known.missing) > 5 else "")
        said += f"; không thu thập được {number(len(known.missing))} ngày ({named})"
    return said + ". “–”: chưa có số liệu đủ để so sánh."


def change(now: int, then: int) -> float | str:
    """By how many per cent ``now`` stands above ``then``; a dash where there is too little to compare with."""
    return round((now - then) * 100 / then, 1) if then >= LEAST_FOR_RATE else "–"


def by_day(facts: DigestFacts, figures: Figures) -> Iterator[Block]:
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


def tones(facts: DigestFacts, figures: Figures) -> Table:
    """How many items of each tone, with their shares now, before and a year ago."""
    rows: list[tuple[Cell, ...]] = [
        (
            labels.TONES[kind],
            figures.tones.get(kind, 0),
            part,
            facts.before.share(kind) if facts.before.items and facts.collection.before_known else "–",
            facts.last_year.share(kind) if facts.last_year.items and facts.collection.year_known else "–",
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


def tone_chart(facts: DigestFacts, figures: Figures) -> Chart:
    """Tone by territory, drawn."""
    fields = [
        (labels.territories(facts.office.bare, facts.office.joined)[name], tones)
        for name, tones in figures.by_territory.items()
    ]
    fields.sort(
        key=lambda pair: list(labels.territories(facts.office.bare, facts.office.joined).values()).index(
            pair[0]
        )
    )
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


def territories(facts: DigestFacts, figures: Figures) -> Table:
    """Items by former territory, with tones, beside the last period and last year."""
    known = facts.collection
    rows: list[tuple[Cell, ...]] = []
    sums = [0] * 6
    for name, title in labels.territories(facts.office.bare, facts.office.joined).items():
        tones = figures.by_territory.get(name, {})  # type: ignore[call-overload]
        before = sum(facts.before.by_territory.get(name, {}).values())  # type: ignore[call-overload]
        last = sum(facts.last_year.by_territory.get(name, {}).values())  # type: ignore[call-overload]
        cells = (sum(tones.values()), *(tones.get(kind, 0) for kind in TONE_ORDER), before, last)
        sums = [total + cell for total, cell in zip(sums, cells, strict=True)]
        rows.append((title, *_known(known, cells)))
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
        rows=(*rows, ("Tổng số", *_known(known, sums))),
        total=True,
    )


def _known(known: Collection, cells: Sequence[int]) -> tuple[Cell, ...]:
    """The cells of a territory, the last two (periods compared with) as dashes where those were not collected."""
    return (
        *cells[:-2],
        cells[-2] if known.before_known else "–",
        cells[-1] if known.year_known else "–",
    )


def places(facts: DigestFacts, figures: Figures) -> Table:
    """The places named most."""
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


def topics(facts: DigestFacts, figures: Figures) -> Table:
    """Items by subject, with tones."""
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


def outlets(figures: Figures) -> Table:
    """How much each outlet published; never with tone."""
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


def languages(figures: Figures) -> Table:
    """Items by language."""
    return Table(
        name="Ngôn ngữ",
        caption="Số tin, bài theo ngôn ngữ",
        columns=(Column(title="Ngôn ngữ", width=90), Column(title="Tin, bài", width=35, align="right")),
        rows=tuple((labels.LANGUAGES.get(name, name), items) for name, items in figures.by_language.items()),
    )


def campaigns(facts: DigestFacts) -> Table:
    """Coverage of campaigns and resolutions against their plan."""
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
