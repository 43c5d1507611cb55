"""When an alert may go out, and what it says to whom. Pure.

Staff's own mail names the event; services outside (webhook, Telegram) get counts and a link, never a text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from db.core.time import HANOI
from db.desk.alerts import DueDelivery

FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=1), timedelta(hours=6)
GIVEN_UP_AFTER = timedelta(days=7)  # a receiver that was away over a long holiday still gets everything


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Staff's settings of section ``alerts``."""

    enabled: bool = False
    quiet_from: time = time(22)
    quiet_to: time = time(6)
    group: timedelta = timedelta(minutes=15)
    hourly: int = 6
    spike_factor: float = 3.0
    clock: timedelta = timedelta(hours=24)
    silent: timedelta = timedelta(hours=48)
    mail_server: str = ""  # host or host:port
    mail_from: str = ""
    mail_user: str = ""
    mail_security: str = "starttls"  # none, starttls, tls
    inner_hosts: tuple[
        str, ...
    ] = ()  # webhooks of the office's own network; of the environment, not of the screens
    address: str = ""  # under which staff open the application: "https://tin.example"


def read(settings: dict[str, str]) -> Policy:
    """The policy of the settings ``alerts.…``; what is missing or unreadable keeps its default."""
    usual = Policy()

    def number(name: str, otherwise: float) -> float:
        try:
            return float(settings.get(f"alerts.{name}", ""))
        except ValueError:
            return otherwise

    def clock(name: str, otherwise: time) -> time:
        try:
            return time.fromisoformat(settings.get(f"alerts.{name}", ""))
        except ValueError:
            return otherwise

    return Policy(
        enabled=settings.get("alerts.enabled", "").strip().lower() in ("yes", "true", "1"),
        quiet_from=clock("quiet_from", usual.quiet_from),
        quiet_to=clock("quiet_to", usual.quiet_to),
        group=timedelta(minutes=number("group_minutes", 15)),
        hourly=max(1, int(number("hourly_limit", usual.hourly))),
        spike_factor=number("spike_factor", usual.spike_factor),
        clock=timedelta(hours=number("clock_hours", 24)),
        silent=timedelta(hours=number("source_silent_hours", 48)),
        mail_server=settings.get("alerts.mail_server", "").strip(),
        mail_from=settings.get("alerts.mail_from", "").strip(),
        mail_user=settings.get("alerts.mail_user", "").strip(),
        mail_security=settings.get("alerts.mail_security", "").strip() or usual.mail_security,
        address=settings.get("alerts.address", "").strip().rstrip("/"),
    )


def quiet_until(policy: Policy, now: datetime) -> datetime | None:
    """The end of the quiet hours ``now`` lies in, or None outside them. Hours over midnight are usual."""
    here = now.astimezone(HANOI)
    start, end = policy.quiet_from, policy.quiet_to
    if start == end:
        return None
    at = here.time().replace(tzinfo=None)
    inside = start <= at < end if start < end else (at >= start or at < end)
    if not inside:
        return None
    ends = datetime.combine(here.date(), end, HANOI)
    return ends if ends > here else ends + timedelta(days=1)


def first_due(policy: Policy, *, now: datetime, urgent: bool) -> datetime:
    """When a finding of now goes out at the earliest: urgent ones at once, others grouped, and after quiet hours."""
    if urgent:
        return now
    due = now + policy.group
    return quiet_until(policy, due) or due


def held_until(policy: Policy, *, now: datetime, urgent: bool, sent: Sequence[datetime]) -> datetime | None:
    """Until when a due message must still wait (quiet hours; rate guard over the last hour), or None: send it now."""
    if not urgent and (quiet := quiet_until(policy, now)) is not None:
        return quiet
    if len(sent) >= policy.hourly:
        return sorted(sent)[len(sent) - policy.hourly] + timedelta(hours=1)
    return None


def next_try(*, tries: int, now: datetime) -> datetime:
    """After 1, 2, 4 … minutes, at most every six hours."""
    wait: timedelta = min(FIRST_RETRY * 2 ** min(tries, 16), LONGEST_RETRY)
    return now + wait


def mail(policy: Policy, waiting: Sequence[DueDelivery]) -> tuple[str, str]:
    """Subject and text of a message to staff: each finding with its link."""
    subject = waiting[0].subject if len(waiting) == 1 else f"{len(waiting)} cảnh báo mới"
    lines = [f"- {w.rule}: {w.subject}\n  {policy.address}{w.link}" for w in waiting]
    return f"[kiemtin] {subject}", "\n".join(lines) + "\n\nMở hệ thống để xem và xử lý.\n"


def outside(policy: Policy, waiting: Sequence[DueDelivery]) -> tuple[int, dict[str, int], str]:
    """What a service outside gets: how many, how many of each rule's number, and a link. No text of press or staff."""
    kinds = Counter(w.link.split("/")[1] or "overview" for w in waiting)
    link = waiting[0].link if len(waiting) == 1 else "/"
    return len(waiting), dict(kinds), f"{policy.address}{link}"
