"""Tables of cases and of claims: who must answer, how it stands, what was found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from review_ui.digests import labels, summaries
from review_ui.digests.content import Column, Link, Table, day, one_line
from review_ui.digests.facts import Checked, Matter


def matters(name: str, caption: str, rows: Iterable[Matter], on: date) -> Table:
    """What somebody must answer: who, until when, how it stands on the day ``on``."""
    return Table(
        name=name,
        caption=caption,
        columns=(
            Column(title="TT", width=9, align="center"),
            Column(title="Nội dung báo chí phản ánh", width=53),
            Column(title="Cơ quan báo chí; ngày đăng", width=32),
            Column(title="Cơ quan chủ trì xử lý", width=30),
            Column(title="Hạn", width=24, align="center"),
            Column(title="Tình hình xử lý", width=32),
        ),
        rows=tuple(
            (
                n,
                Link(text=summaries.cut(m.title, 220), url=m.url),
                "; ".join(filter(None, (some(m.outlets, 3), day(m.first_on)))),
                m.agency or "Chưa phân công",
                m.due_on,
                standing(m, on),
            )
            for n, m in enumerate(rows, 1)
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
        said = m.status
    if late := m.days_late(on):
        said += f"; {'trả lời chậm' if m.done else 'quá hạn'} {late} ngày"
    return said + (f"; {m.result}" if m.result else "")


def some(names: Sequence[str], most: int) -> str:
    """Names in a row; of more than ``most`` the first ones and how many others."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} và {len(names) - most} cơ quan báo chí khác"


def checked(false: Sequence[Checked]) -> Table:
    """Claims with their verdict in force and what is true."""
    return Table(
        name="Thông tin đã kết luận",
        caption="Thông tin đã xác minh, kết luận",
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
                one_line(c.what_is_true),
                c.approved_on,
                some(c.refuted_by, 3),
            )
            for n, c in enumerate(false, 1)
        ),
    )
