"""The first page: what needs me now, how much is written, what is unusual, whose time runs, which sources are ill."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, render_template, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from db.catalogue import rows
from db.core.connection import Connection
from db.core.time import HANOI
from db.desk import digest_schedule
from db.queries import daily_stats, digest_rows, letterheads, overview
from review_ui.alerts import spikes
from review_ui.digests import labels as digest_labels
from review_ui.digests import offices, schedule
from review_ui.web import access, charts
from review_ui.web.auth import EVERYBODY, READERS, roles, user
from review_ui.web.filters import now
from review_ui.web.transaction import conn

screen = Blueprint("overview", __name__)

RANGES = (14, 30, 90)  # days a reader may choose
NEAR = 15  # days before a report is due that the overview reminds of it
SHOWN = 8  # rows of each list
SPIKE_FACTOR = 3.0  # where the catalogue says nothing; the setting is alerts.spike_factor
HEALTH = {
    "ok": _("hoạt động tốt"), "failing": _("đang lỗi"), "silent": _("im lặng bất thường"), "volume": _("lượng tin bất thường"),
    "empty": _("không có mục tin"), "unprobed": _("chưa kiểm tra"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyRow:
    """A row of a table of names: its word, its items and their tones."""

    word: str
    items: int
    criticism: int
    harm: int

    @property
    def other(self) -> int:
        """Items that are neither."""
        return self.items - self.criticism - self.harm


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day of the volume chart."""

    on: date
    domestic: int
    foreign: int
    copies: int


@screen.get("/")
@roles(*EVERYBODY)
def index() -> str:
    """The overview; each number leads to the list behind it."""
    today = now().astimezone(HANOI).date()
    asked = request.args.get("days", "")
    days = int(asked) if asked in [str(n) for n in RANGES] else RANGES[1]
    first = today - timedelta(days=days - 1)
    topics, closed = offices.topics(conn())
    places = offices.places(conn())
    volume = _days(conn(), first, today)
    fields = _lines(conn(), "topic", topics, first, today)
    spots = _lines(conn(), "place", places, first, today)
    named = digest_labels.territories(
        letterheads.province(conn(), on=today)[1], letterheads.joined_provinces(conn(), on=today)
    )
    parts = _lines(conn(), "territory", named, first, today)
    unusual = _spikes(conn(), today, topics, places)
    closed_too = access.seen()
    standing = overview.cases_by_state(conn(), user_id=user().id, now=now(), restricted=closed_too)
    return render_template(
        "overview.html",
        today=today,
        days=days,
        ranges=RANGES,
        states={row.state: row.cases for row in standing},
        reminders=digest_schedule.reminded(conn()) if user().role in READERS else [],
        due_reports=schedule.coming(rows.entries(conn(), "deadlines"), today=today, within=NEAR)
        if user().role in READERS
        else [],
        scope_words={"domestic": gettext("trong nước"), "foreign": gettext("nước ngoài")},
        mine=sum(row.mine for row in standing),
        overdue=sum(row.overdue for row in standing),
        clocks=overview.clocks(conn(), most=SHOWN, restricted=closed_too),
        volume=volume,
        volume_chart=_volume_chart(volume),
        outlets=daily_stats.by_outlet(conn(), first=first, last=today, most=SHOWN),
        fields=fields,
        fields_chart=_tone_chart(fields, gettext("Sắc thái theo lĩnh vực")),
        places=spots,
        places_chart=_tone_chart(spots, gettext("Sắc thái theo địa bàn")),
        territories=parts,
        spikes=unusual,
        health=overview.health(conn()),
        health_words=HEALTH,
        ill=overview.ill(conn(), most=SHOWN),
    )


def _days(conn: Connection, first: date, last: date) -> list[Day]:
    found = {(row.on_day, row.scope): row for row in daily_stats.by_day(conn, first=first, last=last)}
    days = []
    for n in range((last - first).days + 1):
        on = first + timedelta(days=n)
        domestic, foreign = found.get((on, "domestic")), found.get((on, "foreign"))
        days.append(
            Day(
                on=on,
                domestic=domestic.items if domestic else 0,
                foreign=foreign.items if foreign else 0,
                copies=sum(row.copies for row in (domestic, foreign) if row),
            )
        )
    return days


def _lines(
    conn: Connection, dimension: str, words: dict[str, str], first: date, last: date
) -> list[TallyRow]:
    # names without a word (restricted subjects, the province itself) are left out after the query
    rows = daily_stats.by_name(conn, dimension, first=first, last=last, most=SHOWN * 4)
    return [
        TallyRow(word=words[row.name], items=row.items, criticism=row.criticism, harm=row.harm)
        for row in rows
        if row.name in words
    ][:SHOWN]


def _spikes(
    conn: Connection, today: date, topics: dict[str, str], places: dict[str, str]
) -> list[tuple[str, spikes.Spike]]:
    known = digest_rows.settings(conn, "alerts").get("alerts.spike_factor", "")
    factor = float(known) if known.replace(".", "", 1).isdigit() else SPIKE_FACTOR
    eve = today - timedelta(days=1)  # yesterday too: in the morning today has hardly begun
    found: list[tuple[str, spikes.Spike]] = []
    for row in daily_stats.beside(conn, on=today):
        word = (topics if row.dimension == "topic" else places).get(row.name)
        for on, items, before in ((today, row.items, row.before), (eve, row.items_eve, row.before_eve)):
            spike = spikes.judge(
                row.name, on=on, items=items, mean=before / spikes.BASELINE_DAYS, factor=factor
            )
            if word is not None and spike is not None:
                found.append((word, spike))
    return sorted(found, key=lambda pair: -pair[1].factor)[:SHOWN]


def _volume_chart(volume: list[Day]) -> charts.ScreenChart:
    total = sum(day.domestic + day.foreign for day in volume)
    return charts.columns(
        [f"{day.on:%d/%m}" for day in volume],
        [("domestic", [day.domestic for day in volume]), ("foreign", [day.foreign for day in volume])],
        said=gettext("Số tin, bài theo ngày; tổng %(n)s.", n=total),
    )


def _tone_chart(lines: list[TallyRow], title: str) -> charts.ScreenChart:
    said = title + ": " + "; ".join(f"{line.word} {line.items}" for line in lines)
    return charts.bars(
        [
            (line.word, (("criticism", line.criticism), ("harm", line.harm), ("other", line.other)))
            for line in lines
        ],
        said=said,
    )
