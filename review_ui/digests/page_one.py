"""Page one: at most three matters (what happened, why it matters, who is asked to do what by when), who is late by name,
rumours, one good result, the volume in one sentence. It refers to the sections and is none of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from review_ui.digests import highlights, labels, summaries
from review_ui.digests.content import Block, Paragraph, Run, day, number, one_line, say
from review_ui.digests.facts import Checked, DigestFacts, Matter
from review_ui.digests.figures import SPEAKS, DigestStory, Figures
from review_ui.digests.section_matters import overdue
from review_ui.digests.sections import Section

MOST = 3
FALSE = highlights.FALSE


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """One candidate for page one: a story of the period, a case, or both."""

    story: DigestStory | None
    matter: Matter | None
    claim: Checked | None

    @property
    def event(self) -> int | None:
        """The event that all of it is about."""
        known = self.story or self.matter or self.claim
        return known.event if known else None


def page(facts: DigestFacts, figures: Figures, told: Sequence[DigestStory]) -> Iterator[Block]:
    """The blocks of page one in reading order; every sentence may be worded by staff."""
    chosen = concerns(facts, told)
    for n, concern in enumerate(chosen, 1):
        yield _paragraph(facts, n, concern)
    if not chosen:
        yield say("Trong kỳ không có vấn đề nổi lên cần lãnh đạo cho ý kiến.", key="concern-0")
    yield _named("Chậm báo cáo, trả lời: ", _late(facts), key="concern-late")
    yield _named("Thông tin sai, chưa kiểm chứng: ", _rumours(facts), key="concern-rumours")
    if good := _good(facts, told):
        yield _named("Kết quả tốt: ", good, key="concern-good")
    yield _named("Số liệu: ", _volume(facts, figures), key="concern-volume")


def _named(name: str, text: str, *, key: str) -> Paragraph:
    return Paragraph(runs=(Run(text=name, bold=True), Run(text=text)), key=key)


def concerns(facts: DigestFacts, told: Sequence[DigestStory]) -> list[Concern]:
    """At most MOST matters, the weightiest first: many outlets, harm or criticism, a false claim, an answer overdue."""
    open_sections = (Section.ROUTED, Section.VERIFYING, Section.CARRIED, Section.CONCLUDED)
    by_event = {m.event: m for m in facts.told(*open_sections) if m.event is not None}
    claims = {c.event: c for c in facts.checked if c.event is not None and c.code in FALSE}
    found = [
        Concern(story=story, matter=by_event.get(story.event or 0), claim=claims.get(story.event or 0))
        for story in highlights.opened(told)
        if story.event in by_event or story.event in claims or _speaks(story)
    ]
    seen = {concern.event for concern in found}
    found += [
        Concern(story=None, matter=m, claim=claims.get(m.event or 0))
        for m in facts.told(*open_sections)
        if m.event is None or m.event not in seen
    ]
    weighed = sorted(found, key=lambda concern: (-_weight(facts, concern), concern.event or 0))
    return [concern for concern in weighed if _weight(facts, concern) > 0][:MOST]


def _speaks(story: DigestStory) -> bool:
    return any(item.criticism in SPEAKS or item.harm in SPEAKS for item in story.items)


def _weight(facts: DigestFacts, concern: Concern) -> int:
    """How much a matter asks for leadership: a point for each outlet of the period, and for what stands about it."""
    weight = len(concern.story.outlets) if concern.story else 0
    if concern.story and any(item.harm == "high" for item in concern.story.items):
        weight += 3
    if concern.claim:
        weight += 3
    if concern.matter is not None:
        weight += {Section.ROUTED: 2, Section.VERIFYING: 2, Section.CARRIED: 1}.get(concern.matter.section, 0)
        late = 0 if concern.matter.done else concern.matter.days_late(facts.to_on)
        weight += 3 + min(late // 7, 3) if late else 0
    return weight


def _paragraph(facts: DigestFacts, n: int, concern: Concern) -> Paragraph:
    title = highlights.headline(concern.story).title if concern.story else ""
    if concern.matter is not None:
        title = concern.matter.title
    said = " ".join(
        filter(
            None,
            (_what(facts, concern), f"Vì sao: {_why(facts, concern)}.", f"Đề nghị: {_ask(facts, concern)}."),
        )
    )
    return Paragraph(
        runs=(
            Run(text=f"{n}. "),
            Run(text=f"{summaries.cut(title, 160).rstrip('.')}. ", bold=True),
            Run(text=said),
        ),
        key=f"concern-{n}",
    )


def _what(facts: DigestFacts, concern: Concern) -> str:
    if concern.claim is not None:
        return (
            f"Thông tin “{one_line(concern.claim.text).rstrip('.')}” đã được kết luận là {concern.claim.label.lower()}; "
            f"thực tế: {one_line(concern.claim.what_is_true)}"
        )
    return highlights.gist(facts, concern.story) if concern.story else ""


def _why(facts: DigestFacts, concern: Concern) -> str:
    said = []
    story, m = concern.story, concern.matter
    if story is not None:
        said.append(f"{number(len(story.outlets))} cơ quan báo chí đưa tin")
        if any(item.harm == "high" for item in story.items):
            said.append("liên quan thiên tai, tai nạn hoặc an ninh, trật tự")
    if m is not None and m.section is Section.VERIFYING:
        said.append("thông tin chưa được kiểm chứng")
    if m is not None and m.critical:
        said.append("báo chí phản ánh trách nhiệm của cơ quan, địa phương")
    if m is not None and not m.done and (late := m.days_late(facts.to_on)):
        said.append(f"đã quá hạn {number(late)} ngày")
    return "; ".join(said) or "vấn đề đang được theo dõi"


def _ask(facts: DigestFacts, concern: Concern) -> str:
    m = concern.matter
    if m is not None and m.section is Section.VERIFYING:
        when = f" trước ngày {day(m.due_on)}" if m.due_on and m.due_on > facts.to_on else ""
        return f"{m.agency or facts.office.issuer} kết luận{when}; các cơ quan, địa phương chưa sử dụng thông tin này"
    if concern.claim is not None:
        return "các cơ quan báo chí, địa phương thông tin kết luận để Nhân dân được biết"
    if m is None:
        return "cơ quan, địa phương liên quan nắm tình hình, chủ động cung cấp thông tin cho báo chí"
    if m.agency is None:
        return "lãnh đạo cho ý kiến về cơ quan chủ trì và thời hạn trả lời"
    if m.due_on is None:
        return f"{m.agency} xử lý, trả lời; lãnh đạo cho ý kiến về thời hạn"
    if m.days_late(facts.to_on):
        return f"{m.agency} báo cáo, trả lời ngay (hạn {day(m.due_on)})"
    return f"{m.agency} xử lý, trả lời trước ngày {day(m.due_on)}"


def _late(facts: DigestFacts) -> str:
    late = overdue(facts)
    if not late:
        return "không có đơn vị quá hạn."
    named = [
        f"{m.agency or 'chưa phân công'} (“{summaries.cut(m.title, 80)}”, quá hạn {number(m.days_late(facts.to_on))} ngày)"
        for m in late[:4]
    ]
    rest = f"; và {number(len(late) - 4)} vấn đề khác" if len(late) > 4 else ""
    return "; ".join(named) + rest + " (mục IV)."


def _rumours(facts: DigestFacts) -> str:
    false = [c for c in facts.checked if c.code in FALSE]
    pending = facts.told(Section.VERIFYING)
    said = []
    if false:
        named = "; ".join(f"“{summaries.cut(one_line(c.text), 90)}” ({c.label.lower()})" for c in false[:2])
        said.append(f"đã kết luận {number(len(false))}: {named}" + ("…" if len(false) > 2 else ""))
    if pending:
        named = "; ".join(f"“{summaries.cut(m.title, 90)}”" for m in pending[:2])
        said.append(f"đang xác minh {number(len(pending))}: {named}" + ("…" if len(pending) > 2 else ""))
    return (
        (". ".join(part[0].upper() + part[1:] for part in said) + " (mục III).")
        if said
        else "trong kỳ không có."
    )


def _good(facts: DigestFacts, told: Sequence[DigestStory]) -> str:
    """What staff marked as favourable, else an answer given in time; '' where there is neither."""
    for story in highlights.opened(told):
        if highlights.favourable(story):
            return f"{highlights.headline(story).title.rstrip('.')} ({number(len(story.outlets))} cơ quan báo chí)."
    for m in facts.told(Section.ANSWERED, Section.ENDED):
        if m.done and m.agency and m.due_on and not m.days_late(facts.to_on):
            return f"{m.agency} đã trả lời đúng hạn vấn đề “{summaries.cut(m.title, 120)}”."
    return ""


def _volume(facts: DigestFacts, figures: Figures) -> str:
    if not figures.items:
        return f"không ghi nhận tin, bài của báo chí {labels.SCOPES[facts.scope]} (mục VI)."
    return (
        f"{number(figures.items)} tin, bài của {number(figures.outlets)} cơ quan báo chí {labels.SCOPES[facts.scope]}, "
        f"{number(figures.events)} sự kiện (mục VI)."
    )
