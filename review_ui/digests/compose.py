"""Words for the facts: page one that decides, the sections behind it, and the annexes to be looked up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from review_ui.digests import (
    anonymise,
    highlights,
    labels,
    page_one,
    section_matters,
    section_overview,
    summaries,
    tables,
)
from review_ui.digests.content import (
    Annex,
    Block,
    Document,
    Head,
    Heading,
    Signature,
    number,
    say,
)
from review_ui.digests.facts import DigestFacts
from review_ui.digests.figures import DigestStory, Figures, count, stories
from review_ui.digests.register import annexes

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")


def compose(facts: DigestFacts) -> Document:
    """The digest's content from its facts; deterministic: the same facts give the same document."""
    figures = count(facts.items)
    told = stories(facts.items)
    scope = labels.SCOPES[facts.scope]
    period = labels.period(facts.from_on, facts.to_on)
    sections: list[tuple[str, list[Block]]] = [
        ("Nội dung cần quan tâm", list(page_one.page(facts, figures, told))),
        ("Vấn đề báo chí phản ánh cần xử lý", list(section_matters.routed(facts))),
        ("Thông tin sai sự thật, thông tin đang xác minh", list(section_matters.truth(facts))),
        ("Kết quả xử lý", list(section_matters.results(facts))),
        ("Nội dung nổi bật", list(highlights.section(facts, told))),
        ("Số liệu", list(section_overview.section(facts, figures))),
    ]
    if facts.scope == "domestic":
        sections.append(("Báo chí nước ngoài", [say(_elsewhere(facts), key="other-scope")]))
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
            annexes=(_figures(facts, figures), *annexes(facts)),
        ),
        offices=_offices(facts),
    )


def _offices(facts: DigestFacts) -> set[str]:
    """Names that look like persons' and are none: outlets, agencies, places, subjects."""
    known = {facts.office.issuer, facts.office.other_owner, facts.office.province}
    known |= {item.outlet for item in facts.items} | {m.agency for m in facts.matters if m.agency}
    known |= {name for m in facts.matters for name in m.outlets} | {
        name for c in facts.checked for name in c.refuted_by
    }
    return known | set(facts.places.values()) | set(facts.topics.values())


def _opening(facts: DigestFacts) -> str:
    basis = facts.office.basis or "nhiệm vụ theo dõi, tổng hợp thông tin báo chí"
    return (
        f"Thực hiện {basis}, {facts.office.issuer} báo cáo kết quả tổng hợp "
        f"thông tin báo chí {labels.SCOPES[facts.scope]} phản ánh về {facts.office.province} "
        f"{labels.days(facts.from_on, facts.to_on)} như sau:"
    )


# ── VII, VIII ────────────────────────────────────────────────────────────────────────────────────────────────────
def _elsewhere(facts: DigestFacts) -> str:
    owner = facts.office.other_owner
    return "Nội dung báo chí nước ngoài được tổng hợp tại báo cáo riêng" + (
        f" do {owner} chủ trì." if owner else "."
    )


# ── VII ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def _outlook(facts: DigestFacts, told: Sequence[DigestStory]) -> Iterator[Block]:
    waiting = [m for m in facts.matters if not m.done]
    length = (facts.to_on - facts.from_on).days + 1
    due = [m for m in waiting if m.due_on and facts.to_on < m.due_on <= facts.to_on + timedelta(days=length)]
    yield Heading(text="1. Dự báo", level=2)
    running = [
        s for s in highlights.opened(told)
        if s.items[-1].on >= facts.to_on - timedelta(days=1) and len(s.outlets) > 1
    ]  # fmt: skip
    if running:
        titles = "; ".join(f"“{summaries.cut(highlights.headline(s).title, 120)}”" for s in running[:3])
        yield say(f"Các nội dung nhiều khả năng còn được báo chí tiếp tục đề cập: {titles}.", key="outlook")
    else:
        yield say("Chưa thấy nội dung được nhiều báo tiếp tục đề cập trong hai ngày cuối kỳ.", key="outlook")
    if due:
        named = section_matters.by_agency(due)
        yield say(f"Trong kỳ tới có {number(len(due))} vấn đề đến hạn trả lời, báo cáo: {named}.", key="due")
    yield Heading(text="2. Kiến nghị", level=2)
    given = [m for m in waiting if m.agency is not None]
    if given:
        yield say(
            f"Đề nghị các cơ quan, đơn vị, địa phương được giao ({section_matters.by_agency(given)}) xử lý, trả lời cơ quan báo chí "
            "và báo cáo kết quả đúng thời hạn.",
            key="proposals",
        )
    free = len(waiting) - len(given)
    if free:
        yield say(
            f"Đề nghị lãnh đạo cho ý kiến về cơ quan chủ trì đối với {number(free)} vấn đề chưa phân công.",
            key="assign",
        )
    if not waiting:
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
def _figures(facts: DigestFacts, figures: Figures) -> Annex:
    return Annex(label="Phụ lục I", title="SỐ LIỆU CHI TIẾT", blocks=tuple(_detail(facts, figures)))


def _detail(facts: DigestFacts, figures: Figures) -> Iterator[Block]:
    if figures.items:
        yield Heading(text="1. Theo thời gian", level=2)
        yield from tables.by_day(facts, figures)
    yield Heading(text="2. Theo sắc thái", level=2)
    yield tables.tones(facts, figures)
    if not figures.items:
        return
    yield tables.tone_chart(facts, figures)
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
