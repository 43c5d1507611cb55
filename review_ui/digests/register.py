"""The annexes: the list of items and the register of what is followed (sổ theo dõi, 20 columns)."""

from __future__ import annotations

from review_ui.digests import labels, summaries
from review_ui.digests.content import (
    LIST_NAME,
    REGISTER_NAME,
    Annex,
    Cell,
    Column,
    Link,
    Table,
    day,
    number,
    one_line,
    say,
)
from review_ui.digests.facts import DigestFacts, Matter
from review_ui.digests.figures import SPEAKS, DigestItem, tone

# The register's columns and their share of a landscape page's width in millimetres.
REGISTER: tuple[Column, ...] = (
    Column(title="TT", width=7, align="center"),
    Column(title="Ngày đăng", width=16, align="center"),
    Column(title="Cơ quan báo chí", width=14),
    Column(title="Loại hình", width=11),
    Column(title="Tiêu đề (liên kết, bản lưu, mã băm)", width=27),
    Column(title="Tóm tắt nội dung phản ánh", width=28),
    Column(title="Địa bàn (xã/phường; huyện cũ)", width=14),
    Column(title="Lĩnh vực / nghị quyết", width=14),
    Column(title="Sắc thái", width=11),
    Column(title="Mức độ", width=10),
    Column(title="Cơ quan được giao", width=13),
    Column(title="Văn bản giao (số, ngày)", width=11),
    Column(title="Hạn", width=16, align="center"),
    Column(title="Kết quả xác minh", width=12),
    Column(title="Nhãn (tin giả / tin sai sự thật / tin xác thực / chưa đủ căn cứ)", width=13),
    Column(
        title="Hình thức phản hồi (cung cấp thông tin / trả lời / đề nghị cải chính / bài phản bác / tiếp thu, khắc phục)",
        width=14,
    ),
    Column(title="Văn bản phản hồi (số, ngày)", width=11),
    Column(title="Kết quả (đã cải chính, liên kết)", width=12),
    Column(title="Tình trạng", width=12),
    Column(title="Ghi chú", width=10),
)


def annexes(facts: DigestFacts) -> tuple[Annex, ...]:
    """Annex II, every item once with its re-publications; annex III, the register of what is followed."""
    return (_list(facts), _register(facts))


def listed(facts: DigestFacts) -> list[DigestItem]:
    """First publications about the province in order of time, without restricted subjects."""
    rows = [i for i in facts.items if i.relevance == "core" and i.copy_of is None and not i.restricted]
    return sorted(rows, key=lambda item: (item.at, item.id))


def followed(facts: DigestFacts) -> list[DigestItem]:
    """Of the listed ones those with a case or a signal from ``medium`` up."""
    events = {m.event for m in facts.matters if m.event is not None}
    return [
        i for i in listed(facts)
        if (i.event is not None and i.event in events) or i.criticism in SPEAKS or i.harm in SPEAKS or i.check in SPEAKS
    ]  # fmt: skip


def _list(facts: DigestFacts) -> Annex:
    rows = listed(facts)
    again: dict[int, list[str]] = {}
    for item in sorted(facts.items, key=lambda i: (i.at, i.id)):
        if item.copy_of is not None and item.relevance == "core":
            again.setdefault(item.copy_of, []).append(item.outlet)
    table = Table(
        name=LIST_NAME,
        caption="",
        columns=(
            Column(title="TT", width=11, align="center"),
            Column(title="Ngày đăng", width=21, align="center"),
            Column(title="Cơ quan báo chí", width=34),
            Column(title="Tiêu đề (liên kết, bản lưu, mã băm)", width=92),
            Column(title="Địa bàn", width=34),
            Column(title="Lĩnh vực", width=34),
            Column(title="Sắc thái", width=25),
            Column(title="Đăng lại", width=21),
        ),
        rows=tuple(
            (
                n,
                item.on,
                item.outlet,
                title(item),
                places(facts, item),
                topics(facts, item),
                labels.TONES[tone(item)],
                _again(again.get(item.id, [])),
            )
            for n, item in enumerate(rows, 1)
        ),
        note=f"Tổng số: {number(len(rows))} tin, bài (đầy đủ, không lược bớt)."
        + (
            f" Không liệt kê {number(facts.hidden)} tin, bài thuộc nội dung hạn chế phổ biến."
            if facts.hidden
            else ""
        ),
        small=True,
    )
    blocks = (table,) if rows else (say("Không có tin, bài trong kỳ."), table)
    return Annex(label="Phụ lục II", title="DANH MỤC TIN, BÀI", blocks=blocks, landscape=True)


def _again(outlets: list[str]) -> str:
    return f"{len(outlets)}: {', '.join(outlets[:2])}{'…' if len(outlets) > 2 else ''}" if outlets else ""


def _register(facts: DigestFacts) -> Annex:
    matters: dict[int, Matter] = {m.event: m for m in facts.matters if m.event is not None}
    rows = followed(facts)
    table = Table(
        name=REGISTER_NAME,
        caption="",
        columns=REGISTER,
        rows=tuple(_row(facts, n, item, matters.get(item.event or 0)) for n, item in enumerate(rows, 1)),
        note=f"Tổng số: {number(len(rows))} tin, bài cần theo dõi trên {number(len(listed(facts)))} tin, bài của danh mục.",
        small=True,
    )
    blocks = (table,) if rows else (say("Không có tin, bài cần theo dõi trong kỳ."), table)
    return Annex(
        label="Phụ lục III",
        title="SỔ THEO DÕI TIN, BÀI BÁO CHÍ PHẢN ÁNH",
        blocks=blocks,
        landscape=True,
        sheet_only=True,
    )


def title(item: DigestItem) -> Link:
    """The headline as a link, with the number of the kept copy and the first letters of its hash beneath."""
    kept = []
    if item.capture is not None:
        kept.append(f"Bản lưu {item.capture}")
    if item.sha256:
        kept.append(f"SHA-256 {item.sha256[:12]}…")
    if item.gone:
        kept.append("trang đã gỡ")
    return Link(text=one_line(item.title), url=item.url, note="; ".join(kept))


def places(facts: DigestFacts, item: DigestItem) -> str:
    """Names of the places an item speaks of, at most four."""
    names = [facts.places[place] for place in item.places if place in facts.places]
    return "; ".join(names[:4]) + ("…" if len(names) > 4 else "")


def topics(facts: DigestFacts, item: DigestItem) -> str:
    """Titles of an item's subjects, at most two."""
    return "; ".join([facts.topics[name] for name in item.topics if name in facts.topics][:2])


def _row(facts: DigestFacts, n: int, item: DigestItem, m: Matter | None) -> tuple[Cell, ...]:
    band = max(item.criticism, item.harm, item.check, key=["low", "medium", "high"].index)
    own: tuple[Cell, ...] = (
        n,
        item.on,
        item.outlet,
        labels.KINDS.get(item.kind, item.kind),
        title(item),
        summaries.cut(" ".join(summaries.split(item.lead)[:2]), 200),
        places(facts, item),
        topics(facts, item),
        labels.MARKS[item.stance] if item.stance in labels.MARKS else labels.TONES[tone(item)],
        labels.BANDS[band],
    )
    if m is None:
        return (*own, *("" for _ in range(8)), "Chưa mở hồ sơ", "")
    status = m.status
    if late := m.days_late(facts.to_on):
        status += f"; chậm {late} ngày"
    return (
        *own,
        m.agency or "",
        m.assigned_by,
        m.due_on,
        labels.OUTCOMES.get(m.outcome or "", "") if m.state == "closed" else "",
        labels.VERDICTS.get(m.verdict or "", ""),
        labels.RESPONSES.get(m.response, m.response),
        m.response_paper,
        m.result or (f"Đã trả lời {day(m.answered_on)}" if m.answered_on else ""),
        status,
        m.note,
    )
