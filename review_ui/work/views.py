"""/work: the first page after sign-in, what waits for this person, the most pressing first."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Flask, g, render_template
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from db.accounts.users import UserRole
from db.desk import notifications
from db.queries import work
from db.queries.work import WorkItem
from review_ui.web import access, transaction
from review_ui.web.auth import READERS, roles, somebody, user
from review_ui.web.filters import now
from review_ui.web.transaction import conn

screen = Blueprint("work", __name__)

# what was done with an account that decides, as approvers are told
ACCOUNT_SAID = {
    "made": _("Có tài khoản mới"), "role": _("Vai trò của tài khoản đã đổi"), "password": _("Mật khẩu đã bị đặt lại"),
    "second_factor": _("Xác thực hai lớp đã bị đặt lại"), "back": _("Tài khoản được mở lại"),
    "mail": _("Địa chỉ thư của tài khoản đã đổi"), "released": _("Liên kết với tài khoản cơ quan đã gỡ"),
}  # fmt: skip
SHOWN = 6  # lines of a list; the rest is one press away


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkList:
    """A list of the page: its name, what is asked of the person, where all of it stands (endpoint and its arguments)."""

    name: str
    title: LazyString
    act: LazyString
    all_at: tuple[str, dict[str, str]] | None = None


LISTS = {
    one.name: one
    for one in (
        WorkList(name="verdicts", title=_("Kết luận chờ bạn duyệt"), act=_("Đọc và duyệt"), all_at=("queue.index", {"tab": "decide"})),
        WorkList(name="letters", title=_("Văn bản chờ bạn duyệt"), act=_("Đọc và duyệt"), all_at=("queue.index", {"tab": "answer"})),
        WorkList(name="publish", title=_("Đã duyệt, chờ đăng bản tin"), act=_("Đăng"), all_at=("queue.index", {"tab": "answer", "state": "publish"})),
        WorkList(name="returned", title=_("Bị trả lại để bổ sung"), act=_("Bổ sung"), all_at=("queue.index", {"tab": "verify"})),
        WorkList(name="verify", title=_("Cần xác minh"), act=_("Xác minh"), all_at=("queue.index", {"tab": "verify"})),
        WorkList(name="answer", title=_("Phản ánh chưa có văn bản trả lời"), act=_("Soạn trả lời"), all_at=("queue.index", {"tab": "answer", "state": "respond"})),
        WorkList(name="asked", title=_("Đã hỏi, đến hạn mà chưa thấy trả lời"), act=_("Mở hồ sơ"), all_at=("queue.index", {"tab": "verify", "state": "waiting"})),
        WorkList(name="triage", title=_("Tin mới cần phân loại"), act=_("Phân loại"), all_at=("queue.index", {"tab": "triage"})),
        WorkList(name="reports", title=_("Tin người dân gửi"), act=_("Xem"), all_at=("reports.index", {})),
        WorkList(name="second", title=_("Cần ý kiến thứ hai"), act=_("Cho ý kiến"), all_at=("queue.index", {"tab": "second"})),
        WorkList(name="digests", title=_("Điểm báo đang làm"), act=_("Mở"), all_at=("digests.index", {})),
        WorkList(name="mine", title=_("Hồ sơ giao cho bạn"), act=_("Mở hồ sơ"), all_at=("queue.index", {"tab": "open", "mine": "1"})),
        WorkList(name="late", title=_("Quá hạn"), act=_("Mở hồ sơ"), all_at=("queue.index", {"tab": "open", "due": "1"})),
    )
}  # fmt: skip
# What a role meets, in this order; the first group is counted in the bar: it waits for this person and for few others.
OF_ROLE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    UserRole.MONITOR: (("reports", "second", "mine"), ("triage", "digests")),
    UserRole.VERIFIER: (("returned", "verify", "answer", "asked", "mine"), ("second", "reports", "late")),
    UserRole.APPROVER: (("verdicts", "letters", "publish", "mine"), ("late", "digests", "answer")),
    UserRole.LEADER: ((), ("late", "publish", "digests")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkPart:
    """A list with its lines, how many there are, and whether it waits for this person."""

    shown: WorkList
    items: list[WorkItem]
    count: int
    own: bool


@screen.get("/work")
@roles(*READERS)
def index() -> str:
    """What waits for whoever is signed in."""
    own, others = OF_ROLE[user().role]
    counts = work.counts(conn(), own + others, user_id=user().id, restricted=access.seen())
    parts: list[WorkPart] = []
    named: set[int | None] = set()
    for name in own + others:
        if not counts[name]:
            continue
        found = work.items(conn(), name, user_id=user().id, restricted=access.seen(), most=SHOWN)
        # a case that stands higher up, with what is to be done, is not named again further down
        lines = [one for one in found if one.case_id is None or one.case_id not in named]
        named.update(one.case_id for one in lines)
        if lines:
            parts.append(WorkPart(shown=LISTS[name], items=lines, count=counts[name], own=name in own))
    return render_template(
        "work/index.html",
        parts=parts,
        notices=notifications.unseen(conn(), user_id=user().id, restricted=access.seen()),
        today=now(),
        most=work.COUNTED,
        account_said=ACCOUNT_SAID,
    )


def bar_counts() -> dict[str, int]:
    """Endpoint -> how much waits there, for the bar of every page; asked once a request."""
    person = somebody()
    if person is None or transaction.lost() or person.role not in OF_ROLE:
        return {}  # an error's page asks the database nothing more
    if "bar_counts" not in g:
        own, _others = OF_ROLE[person.role]
        lists = work.counts(
            conn(), (*own, "triage", "reports"), user_id=person.id, restricted=access.seen()
        )  # fmt: skip
        told = notifications.count(conn(), user_id=person.id, restricted=access.seen())
        g.bar_counts = {
            "work.index": told + sum(lists[name] for name in own),
            "queue.index": lists["triage"],
            "reports.index": lists["reports"],
        }
    return dict(g.bar_counts)


def register(app: Flask) -> None:
    """Gives the templates ``bar_counts()``."""
    app.jinja_env.globals.update(bar_counts=bar_counts)
