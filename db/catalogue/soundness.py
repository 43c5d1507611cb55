"""Whether the rows of a catalogue fit together: what one row names must exist, values must fit their bounds. Pure."""

import re
from collections.abc import Iterator

from db.catalogue import cells
from db.catalogue.kinds import Catalogue
from db.catalogue.offices import Setting
from db.core.errors import Invalid

Value = int | float | bool | str | tuple[str, ...]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def faults(catalogue: Catalogue, *, known: Catalogue) -> list[str]:
    """One line for each row of ``catalogue`` that names something not in ``known`` or holds a value out of bounds.

    ``known`` is the catalogue together with what is already stored.
    """
    return [*_places(catalogue, known), *_agencies(catalogue, known), *_settings(catalogue)]


def _places(catalogue: Catalogue, known: Catalogue) -> Iterator[str]:
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
                    yield f"places.csv, {place.id}, {column}: no place is called {other!r}; add it or remove the name"
        if len(place.bbox) not in (0, 4):
            yield f"places.csv, {place.id}, bbox: has {len(place.bbox)} numbers; write west|south|east|north"
        if (place.lat is None) != (place.lon is None):
            yield f"places.csv, {place.id}, lat: latitude and longitude go together; fill both or none"
        elif (
            place.lat is not None
            and place.lon is not None
            and not (abs(place.lat) <= 90 and abs(place.lon) <= 180)
        ):
            yield f"places.csv, {place.id}, lat: {place.lat}, {place.lon} is no point on Earth; write degrees"


def _agencies(catalogue: Catalogue, known: Catalogue) -> Iterator[str]:
    names = {agency.name for agency in known.agencies}
    mentions = [
        *(("agencies.csv", agency.name, "successor", agency.successor) for agency in catalogue.agencies),
        *(("roles.csv", role.name, "agency", role.agency) for role in catalogue.roles),
        *(("topics.csv", topic.name, "agency", topic.agency) for topic in catalogue.topics),
        *(("fields.csv", field.name, "agency", field.agency) for field in catalogue.fields),
    ]
    for file, name, column, agency in mentions:
        if agency and agency not in names:
            yield f"{file}, {name}, {column}: no agency is called {agency!r}; add it to agencies.csv"


def _settings(catalogue: Catalogue) -> Iterator[str]:
    for setting in catalogue.settings:
        try:
            value_of(setting)
        except Invalid as why:
            yield f"settings.csv, {setting.name}, value: {why}"
    for deadline in catalogue.deadlines:
        if (deadline.value is None) != (deadline.unit is None):
            yield f"deadlines.csv, {deadline.name}, unit: value and unit go together; fill both or none"
        elif deadline.value is not None and deadline.value < 0:
            yield f"deadlines.csv, {deadline.name}, value: {deadline.value} is negative; write a count"
        if deadline.confirmed and deadline.value is not None and deadline.valid_from is None:
            yield f"deadlines.csv, {deadline.name}, valid_from: a confirmed deadline needs the day it holds from"


def value_of(setting: Setting) -> Value:
    """The setting's value in its own type; Invalid says what is expected."""
    text = setting.value.strip()
    match setting.type:
        case "integer" | "number":
            return _bounded(setting, text)
        case "boolean":
            if text not in ("yes", "no"):
                raise Invalid(setting.name, f"{text!r} is neither yes nor no")
            return text == "yes"
        case "time":
            hour, _, minute = text.partition(":")
            if not (re.fullmatch(r"\d{1,2}:\d{2}", text, re.ASCII) and int(hour) < 24 and int(minute) < 60):
                raise Invalid(setting.name, f"{text!r} is not a time of day; write HH:MM")
            return text
        case "day":
            if text not in DAYS:
                raise Invalid(setting.name, f"{text!r} is not one of {', '.join(DAYS)}")
            return text
        case "list":
            return tuple(part.strip() for part in text.split("|") if part.strip())
        case "text":
            return text


def _bounded(setting: Setting, text: str) -> int | float:
    try:
        number: int | float = cells.whole(text) if setting.type == "integer" else cells.decimal(text)
    except ValueError:
        kind = "a whole number" if setting.type == "integer" else "a number"
        raise Invalid(setting.name, f"{text!r} is not {kind}") from None
    low, high = setting.minimum, setting.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        bounds = f"{'any' if low is None else f'{low:g}'} to {'any' if high is None else f'{high:g}'}"
        raise Invalid(
            setting.name, f"{text} is out of bounds ({bounds}{' ' + setting.unit if setting.unit else ''})"
        )
    return number
