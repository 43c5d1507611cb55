"""Whether the rows of a catalogue fit together: what one row names must exist, values must fit their bounds. Pure."""

import re
from collections.abc import Iterator

from db.catalogue import cells
from db.catalogue.kinds import Catalogue
from db.catalogue.offices import Setting
from db.core.errors import Invalid, RowFault

Value = int | float | bool | str | tuple[str, ...]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def faults(catalogue: Catalogue, *, known: Catalogue) -> list[RowFault]:
    """One fault for each row of ``catalogue`` that names something not in ``known`` or holds a value out of bounds.

    ``known`` is the catalogue together with what is already stored.
    """
    return [*_places(catalogue, known), *_agencies(catalogue, known), *_settings(catalogue)]


def _places(catalogue: Catalogue, known: Catalogue) -> Iterator[RowFault]:
    ids = {place.id for place in known.places}
    for place in catalogue.places:
        named = {"parent": (place.parent,), "province": (place.province,)}
        for column, others in {
            **named,
            "successors": place.successors,
            "predecessors": place.predecessors,
        }.items():
            for other in others:
                if other and other not in ids:
                    yield _fault(
                        "places.csv", place.id, column, f"no place is called {other!r}; add it or remove the name",
                        "place.unknown", value=repr(other),
                    )  # fmt: skip
        if len(place.bbox) not in (0, 4):
            yield _fault(
                "places.csv", place.id, "bbox", f"has {len(place.bbox)} numbers; write west|south|east|north", "place.bbox"
            )  # fmt: skip
        if (place.lat is None) != (place.lon is None):
            yield _fault(
                "places.csv", place.id, "lat", "latitude and longitude go together; fill both or none", "place.half_point"
            )  # fmt: skip
        elif (
            place.lat is not None
            and place.lon is not None
            and not (abs(place.lat) <= 90 and abs(place.lon) <= 180)
        ):
            yield _fault(
                "places.csv", place.id, "lat", f"{place.lat}, {place.lon} is no point on Earth; write degrees", "place.point"
            )  # fmt: skip


def _agencies(catalogue: Catalogue, known: Catalogue) -> Iterator[RowFault]:
    names = {agency.name for agency in known.agencies}
    mentions = [
        *(("agencies.csv", agency.name, "successor", agency.successor) for agency in catalogue.agencies),
        *(("roles.csv", role.name, "agency", role.agency) for role in catalogue.roles),
        *(("topics.csv", topic.name, "agency", topic.agency) for topic in catalogue.topics),
        *(("fields.csv", field.name, "agency", field.agency) for field in catalogue.fields),
    ]
    for file, name, column, agency in mentions:
        if agency and agency not in names:
            yield _fault(
                file, name, column, f"no agency is called {agency!r}; add it to agencies.csv", "agency.unknown", value=repr(agency)
            )  # fmt: skip


def _settings(catalogue: Catalogue) -> Iterator[RowFault]:
    for setting in catalogue.settings:
        try:
            value_of(setting)
        except Invalid as why:
            yield _fault("settings.csv", setting.name, "value", str(why), why.code, **why.values)
    for deadline in catalogue.deadlines:
        if (deadline.value is None) != (deadline.unit is None):
            yield _fault(
                "deadlines.csv", deadline.name, "unit", "value and unit go together; fill both or none", "deadline.unit"
            )  # fmt: skip
        elif deadline.value is not None and deadline.value < 0:
            yield _fault(
                "deadlines.csv", deadline.name, "value", f"{deadline.value} is negative; write a count", "deadline.negative",
                value=str(deadline.value),
            )  # fmt: skip
        if deadline.confirmed and deadline.value is not None and deadline.valid_from is None:
            yield _fault(
                "deadlines.csv", deadline.name, "valid_from", "a confirmed deadline needs the day it holds from", "deadline.day"
            )  # fmt: skip


def _fault(file: str, row: str, column: str, message: str, code: str, **values: object) -> RowFault:
    return RowFault(place=f"{file}, {row}", row=row, column=column, message=message, code=code, values=values)


def value_of(setting: Setting) -> Value:
    """The setting's value in its own type; Invalid says what is expected."""
    text = setting.value.strip()
    match setting.type:
        case "integer" | "number":
            return _bounded(setting, text)
        case "boolean":
            if text not in ("yes", "no"):
                raise cells.fault(setting.name, text, "is neither yes nor no", "cell.yes_no")
            return text == "yes"
        case "time":
            hour, _, minute = text.partition(":")
            if not (re.fullmatch(r"\d{1,2}:\d{2}", text, re.ASCII) and int(hour) < 24 and int(minute) < 60):
                raise cells.fault(setting.name, text, "is not a time of day; write HH:MM", "cell.time")
            return text
        case "day":
            if text not in DAYS:
                known = ", ".join(DAYS)
                raise cells.fault(setting.name, text, f"is not one of {known}", "cell.one_of", known=known)
            return text
        case "list":
            return tuple(part.strip() for part in text.split("|") if part.strip())
        case "text":
            return text


def _bounded(setting: Setting, text: str) -> int | float:
    try:
        number: int | float = cells.whole(text) if setting.type == "integer" else cells.decimal(text)
    except ValueError:
        kind, code = (
            ("a whole number", "cell.whole") if setting.type == "integer" else ("a number", "cell.number")
        )
        raise cells.fault(setting.name, text, f"is not {kind}", code) from None
    low, high = setting.minimum, setting.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        least, most = ("any" if bound is None else f"{bound:g}" for bound in (low, high))
        raise Invalid(
            setting.name,
            f"{text} is out of bounds ({least} to {most}{' ' + setting.unit if setting.unit else ''})",
            code="cell.bounds",
            values={"value": text, "low": least, "high": most},
        )
    return number
