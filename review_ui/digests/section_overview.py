"""The section of figures in words: how much was written, compared, by tone and by territory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from review_ui.digests import labels, tables
from review_ui.digests.content import Block, day, number, say
from review_ui.digests.facts import DigestFacts
from review_ui.digests.figures import Figures, shares
from review_ui.digests.tables import TONE_ORDER


def section(facts: DigestFacts, figures: Figures) -> Iterator[Block]:
    """The section of figures: how much was written, against the periods before, in which tone, about which territory."""
    if not figures.items:
        yield say(
            f"Trong kỳ, không ghi nhận tin, bài nào của báo chí {labels.SCOPES[facts.scope]} phản ánh về "
            f"{facts.office.province}" + _beside(figures) + ".",
            key="volume",
        )
    else:
        yield say(
            f"Trong kỳ, có {number(figures.items)} tin, bài của {number(figures.outlets)} cơ quan báo chí "
            f"{labels.SCOPES[facts.scope]}, phản ánh {number(figures.events)} sự kiện, vấn đề liên quan đến "
            f"{facts.office.province}{_beside(figures)}. " + _compared(facts, figures),
            key="volume",
        )
    if figures.items:
        yield say(_tone_sentence(figures), key="tone")
        yield say(_territory_sentence(facts, figures), key="territory")
    yield tables.comparison(facts, figures)
    if facts.campaigns:
        yield tables.campaigns(facts)


def _territory_sentence(facts: DigestFacts, figures: Figures) -> str:
    """Items by former territory: without it the merger of the provinces would read as a rise."""
    sums = {name: sum(tones.values()) for name, tones in figures.by_territory.items()}
    told = [
        f"{title[0].lower()}{title[1:]} {number(sums[name])}"  # type: ignore[index]
        for name, title in labels.territories(facts.office.bare, facts.office.joined).items()
        if sums.get(name)  # type: ignore[call-overload]
    ]
    return f"Theo địa bàn: {'; '.join(told)} tin, bài (so sánh với các kỳ tại Phụ lục I)."


def _beside(figures: Figures) -> str:
    said = []
    if figures.copies:
        said.append(f"không tính {number(figures.copies)} lượt đăng lại")
    if figures.mentions:
        said.append(f"ngoài ra có {number(figures.mentions)} tin, bài chỉ nhắc đến tên địa phương")
    return f" ({'; '.join(said)})" if said else ""


def _compared(facts: DigestFacts, figures: Figures) -> str:
    """The two comparisons, each only where both its periods were wholly collected."""
    known = facts.collection
    if not known.over or known.missing:
        return "Kỳ này chưa thu thập đủ nên không so sánh."
    said = []
    if known.before_known:
        said.append(_against(figures, facts.before, "kỳ trước", facts.before_range))
    if known.year_known:
        said.append(_against(figures, facts.last_year, "cùng kỳ năm trước", facts.year_range))
    text = "; ".join(said)
    return f"{text[0].upper()}{text[1:]}." if text else "Chưa có số liệu các kỳ trước để so sánh."


def _against(now: Figures, then: Figures, name: str, span: tuple[date, date]) -> str:
    head = f"so với {name} ({day(span[0])} – {day(span[1])}) "
    change = now.items - then.items
    if not change:
        return f"{head}không thay đổi"
    word = "tăng" if change > 0 else "giảm"
    rate = tables.change(now.items, then.items)
    told = f" ({number(abs(rate), digits=1)}%)" if isinstance(rate, float) else ""
    return f"{head}{word} {number(abs(change))} tin, bài{told}"


def _tone_sentence(figures: Figures) -> str:
    parts = shares([figures.tones.get(kind, 0) for kind in TONE_ORDER])
    said = "; ".join(
        f"{labels.TONES[kind].lower()} {number(figures.tones.get(kind, 0))} tin, bài ({number(part, digits=1)}%)"
        for kind, part in zip(TONE_ORDER, parts, strict=True)
    )
    marked = sum(figures.marks.values())
    if not marked:
        return f"Theo nội dung: {said}."
    judged = "; ".join(
        f"{labels.MARKS[mark].lower()} {number(figures.marks.get(mark, 0))} ({number(part, digits=1)}%)"
        for mark, part in zip(
            labels.MARKS, shares([figures.marks.get(mark, 0) for mark in labels.MARKS]), strict=True
        )
    )
    return (
        f"Theo nội dung: {said}. Cán bộ đã đánh giá sắc thái "
        f"{number(marked)}/{number(figures.items)} tin, bài: {judged}."
    )
