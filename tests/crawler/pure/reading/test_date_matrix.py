"""Layouts of dates x languages: each day form of a language with each of its clock forms and places, right to the minute.

The forms are those of real systems, written down by language; the values are chosen so that day and month cannot be told apart
by size in one of the two moments.
"""

from datetime import UTC, datetime
from itertools import product

import pytest

from crawler.text import dates
from crawler.text.dates import DayOrder
from db.core.time import HANOI

NOW = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
MOMENTS = (datetime(2026, 11, 20, 15, 42), datetime(2026, 5, 8, 9, 7))

# language: (day forms, clock forms, ways to join them); {d} day, {m} month, {y} year, {H} {M} clock, 0: two digits
FORMS: dict[str, tuple[list[str], list[str], list[str]]] = {
    "vi": (
        ["{d0}/{m0}/{y}", "{d0}-{m0}-{y}", "{d0}.{m0}.{y}", "{d}/{m}/{y}", "ngày {d0}/{m0}/{y}", "{d} tháng {m}, {y}", "ngày {d} tháng {m} năm {y}",
         "{wd}, {d0}/{m0}/{y}", "{wd}, ngày {d0}/{m0}/{y}", "{wd} {d0}-{m0}-{y}", "{y}-{m0}-{d0}", "{y}/{m0}/{d0}"],
        ["{H0}:{M0}", "{H0}h{M0}", "{H}h{M0}", "{H} giờ {M} phút", "{H0}:{M0}:05", "{H0}:{M0} (GMT+7)", "{H0}g{M0}"],
        ["{D} {C}", "{D}, {C}", "{D} - {C}", "{D} | {C}", "{C} {D}", "{C}, {D}", "{C} - {D}", "lúc {C} {D}", "{D} lúc {C}"],
    ),
    "en": (
        ["{Mon} {d}, {y}", "{Month} {d}, {y}", "{d} {Month} {y}", "{d} {Mon} {y}", "{Wd}, {Month} {d}, {y}", "{Wd} {d} {Month} {y}", "{Month} {dth}, {y}", "{y}-{m0}-{d0}"],
        ["{H0}:{M0}", "{h}:{M0} {AP}", "{h}:{M0}{ap}", "{h0}:{M0} {ap}", "{H0}:{M0} GMT+7", "{h}.{M0}{ap}"],
        ["{D} {C}", "{D}, {C}", "{D} at {C}", "{D} | {C}", "{C}, {D}", "{C} {D}", "{D} - {C}"],
    ),
    "zh": (["{y}年{m}月{d}日", "{y}年{m0}月{d0}日", "{y}-{m0}-{d0}", "{y}/{m0}/{d0}", "{y}.{m0}.{d0}"], ["{H0}:{M0}", "{H}时{M}分", "{H0}:{M0}:05", "{H0}：{M0}"], ["{D} {C}", "{D}{C}", "{D}  {C}"]),
    "ja": (["{y}年{m}月{d}日", "{y}年{m0}月{d0}日", "{y}/{m0}/{d0}", "{y}.{m0}.{d0}"], ["{H0}:{M0}", "{H}時{M}分", "{H}時{M0}分"], ["{D} {C}", "{D}{C}"]),
    "ko": (["{y}년 {m}월 {d}일", "{y}.{m0}.{d0}", "{y}-{m0}-{d0}", "{y}. {m}. {d}."], ["{H0}:{M0}", "{H}시 {M}분"], ["{D} {C}"]),
    "fr": (["{d} {mois} {y}", "{jour} {d} {mois} {y}", "{d0}/{m0}/{y}"], ["{H0}h{M0}", "{H}h{M0}", "{H0}:{M0}"], ["{D} {C}", "{D} à {C}", "{D}, {C}", "le {D} à {C}"]),
    "de": (["{d0}.{m0}.{y}", "{d}. {monat} {y}"], ["{H0}:{M0}", "{H0}:{M0} Uhr", "{H0}.{M0} Uhr"], ["{D} {C}", "{D}, {C}", "{D} um {C}"]),
    "ru": (["{d} {mesyats} {y}", "{d0}.{m0}.{y}"], ["{H0}:{M0}"], ["{D} {C}", "{D}, {C}", "{D} в {C}", "{C}, {D}"]),
    "es": (["{d} de {mes} de {y}", "{d0}/{m0}/{y}"], ["{H0}:{M0}"], ["{D} {C}", "{D}, {C}", "{D} - {C}"]),
}  # fmt: skip
_MONTHS = {
    "Month": "January February March April May June July August September October November December",
    "mois": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "monat": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "mesyats": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "mes": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}


def _values(at: datetime) -> dict[str, str]:
    hour = at.hour % 12 or 12
    named = {k: v.split()[at.month - 1] for k, v in _MONTHS.items()}
    ending = {1: "st", 2: "nd", 3: "rd"}.get(at.day % 10 if at.day not in (11, 12, 13) else 0, "th")
    return named | {
        "d": str(at.day), "d0": f"{at.day:02}", "m": str(at.month), "m0": f"{at.month:02}", "y": str(at.year), "H": str(at.hour),
        "H0": f"{at.hour:02}", "M": str(at.minute), "M0": f"{at.minute:02}", "h": str(hour), "h0": f"{hour:02}", "AP": f"{at:%p}",
        "ap": f"{at:%p}".lower(), "wd": "Thứ Sáu", "Wd": "Friday", "jour": "vendredi", "Mon": named["Month"][:3], "dth": f"{at.day}{ending}",
    }  # fmt: skip


def _texts(language: str, at: datetime) -> list[str]:
    days, clocks, joined = FORMS[language]
    return [
        j.replace("{D}", d).replace("{C}", c).format(**_values(at))
        for d, c, j in product(days, clocks, joined)
        if j != "{D}{C}" or d.endswith("日")
    ]


def test_the_table_is_large() -> None:
    assert sum(len(_texts(language, MOMENTS[0])) for language in FORMS) >= 1000


@pytest.mark.parametrize("at", MOMENTS, ids=["plain", "ambiguous"])
@pytest.mark.parametrize("language", FORMS)
def test_every_layout_is_read_to_the_minute(language: str, at: datetime) -> None:
    wanted = at.replace(tzinfo=HANOI)
    wrong = []
    for text in _texts(language, at):
        moment = dates.parse(text, now=NOW, order=DayOrder.DAY_FIRST)
        if moment is None or moment.at.replace(second=0) != wanted:
            wrong.append((text, moment.at.isoformat() if moment else None))
    assert not wrong, (len(wrong), len(_texts(language, at)), wrong[:12])
