"""The sections of cases: what the press reported and asks an answer, what is false or being verified, what came of it all.

Each case of the period stands in exactly one table (review_ui/digests/sections.py), or in one of the counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from review_ui.digests import matter_tables
from review_ui.digests.content import Block, Heading, day, number, one_line, say
from review_ui.digests.facts import DigestFacts, Matter
from review_ui.digests.sections import Section


def routed(facts: DigestFacts) -> Iterator[Block]:
    """What staff sent on for an answer in the period; beneath it, in one line, what is not decided yet."""
    asked = facts.told(Section.ROUTED)
    if asked:
        unassigned = sum(m.agency is None for m in asked)
        rest = f"; {number(unassigned)} vấn đề chưa phân công" if unassigned else ""
        yield say(f"Có {number(len(asked))} vấn đề mới cần xem xét, xử lý, trả lời{rest}:", key="matters")
        yield matter_tables.matters(
            "Vấn đề cần xử lý", "Vấn đề báo chí phản ánh cần xử lý", asked, facts.to_on
        )
    else:
        yield say("Trong kỳ không có vấn đề mới báo chí phản ánh cần xử lý.", key="matters")
    yield from _counted(facts)


def _counted(facts: DigestFacts) -> Iterator[Block]:
    said = []
    if facts.unread:
        said.append(f"còn {number(facts.unread)} vấn đề đang phân loại")
    if facts.set_aside:
        said.append(f"{number(facts.set_aside)} vấn đề đã xem xét, không cần xử lý hoặc gộp vào vấn đề khác")
    if facts.closed_cases:
        said.append(f"{number(facts.closed_cases)} vấn đề hạn chế phổ biến, báo cáo riêng")
    if said:
        text = "; ".join(said)
        yield say(f"Ngoài ra {text}.", key="counted")


def truth(facts: DigestFacts) -> Iterator[Block]:
    """What was concluded in the period, and what is still being verified at its end."""
    yield Heading(text="1. Đã kết luận", level=2)
    standing = [claim for claim in facts.checked if claim.code != "withdrawn"]
    false = [claim for claim in standing if claim.code in ("partly_false", "fabricated")]
    if standing:
        yield say(
            f"Đã xác minh, kết luận {number(len(standing))} thông tin, trong đó {number(len(false))} tin giả, tin sai sự thật:",
            key="checked",
        )
        yield matter_tables.checked(standing)
    else:
        yield say("Trong kỳ không có thông tin sai sự thật được xác minh, kết luận.", key="checked")
    for claim in facts.checked:
        if claim.withdrawn_on is not None:
            yield say(
                f"Đã rút lại kết luận đã công bố về thông tin “{one_line(claim.text)}” (ngày {day(claim.withdrawn_on)})"
                + (f": {one_line(claim.note)}" if claim.note else "."),
                key=f"withdrawn-{claim.claim}",
            )
    yield Heading(text="2. Đang xác minh", level=2)
    if pending := facts.told(Section.VERIFYING):
        yield say(
            f"Đang xác minh {number(len(pending))} thông tin, chưa kết luận đúng, sai:", key="verifying"
        )
        yield matter_tables.matters("Đang xác minh", "Thông tin đang xác minh", pending, facts.to_on)
    else:
        yield say("Không có thông tin đang xác minh.", key="verifying")


def results(facts: DigestFacts) -> Iterator[Block]:
    """What was answered and what ended in the period, what is carried over; who is late."""
    parts = (
        (Section.ANSWERED, "Đã trả lời, báo cáo kết quả", "Đã trả lời"),
        (Section.ENDED, "Đã kết thúc", "Đã kết thúc"),
        (Section.CARRIED, "Kỳ trước chuyển sang, đang xử lý", "Kỳ trước chuyển sang"),
    )
    told = {name: facts.told(name) for name, _, _ in parts}
    if not any(told.values()):
        yield say("Không có vấn đề tồn từ kỳ trước và không có kết quả xử lý trong kỳ.", key="earlier")
    else:
        yield say(
            f"Trong kỳ đã trả lời {number(len(told[Section.ANSWERED]))} vấn đề, kết thúc {number(len(told[Section.ENDED]))} vấn đề; "
            f"còn {number(len(told[Section.CARRIED]))} vấn đề của các kỳ trước đang xử lý.",
            key="earlier",
        )
    for name, caption, sheet in parts:
        if told[name]:
            yield matter_tables.matters(sheet, caption, told[name], facts.to_on)
    if missing := overdue(facts):
        yield say(f"Đơn vị chưa báo cáo, trả lời dù đã quá hạn: {by_agency(missing)}.", key="missing")
    if late := [m for m in facts.matters if m.done and m.days_late(facts.to_on)]:
        yield say(f"Đơn vị báo cáo, trả lời chậm: {by_agency(late)}.", key="late")


def overdue(facts: DigestFacts) -> list[Matter]:
    """Matters past their day without an answer, the longest first."""
    found = [m for m in facts.matters if not m.done and m.days_late(facts.to_on)]
    return sorted(found, key=lambda m: (-m.days_late(facts.to_on), m.case))


def by_agency(matters: Iterable[Matter]) -> str:
    """Names of agencies with how many of ``matters`` are theirs; those that nobody was given are said as such."""
    counted: dict[str, int] = {}
    for m in matters:
        name = m.agency or "chưa phân công"
        counted[name] = counted.get(name, 0) + 1
    return "; ".join(
        f"{name} ({number(n)} vấn đề)" for name, n in sorted(counted.items(), key=lambda p: (-p[1], p[0]))
    )
