"""The kinds of things a catalogue holds: record, file, key. One table that files and rows both read."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from db.catalogue.offices import Agency, Deadline, Holiday, Label, Role, Setting
from db.catalogue.places import Exonym, Landmark, Place, PlaceRule, Trap
from db.catalogue.sightings import OutletChange, Sighting
from db.catalogue.sources import Source
from db.catalogue.terms import Field, Term, Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All that staff may change, as records; each tuple in file or name order."""

    sources: tuple[Source, ...] = ()
    places: tuple[Place, ...] = ()
    landmarks: tuple[Landmark, ...] = ()
    exonyms: tuple[Exonym, ...] = ()
    traps: tuple[Trap, ...] = ()
    rules: tuple[PlaceRule, ...] = ()
    agencies: tuple[Agency, ...] = ()
    roles: tuple[Role, ...] = ()
    topics: tuple[Topic, ...] = ()
    fields: tuple[Field, ...] = ()
    terms: tuple[Term, ...] = ()
    labels: tuple[Label, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    settings: tuple[Setting, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    changes: tuple[OutletChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How one kind is named in :class:`Catalogue`, in ``catalogue_entries.kind``, in which file, by which key."""

    attribute: str
    kind: str
    file: str
    record: type[Any]
    key: tuple[str, ...]  # fields whose text, joined by "/", is catalogue_entries.name

    def name(self, record: Any) -> str:
        """The entry's name; together with ``valid_from`` it is the key."""
        return "/".join(str(getattr(record, field)) for field in self.key)

    def identity(self, record: Any) -> tuple[str, date | None]:
        """(name, valid_from): what makes two rows the same entry."""
        return self.name(record), getattr(record, "valid_from", None)


ENTRY_KINDS: tuple[Kind, ...] = (
    Kind(attribute="places", kind="place", file="places.csv", record=Place, key=("id",)),
    Kind(attribute="landmarks", kind="landmark", file="landmarks.csv", record=Landmark, key=("id",)),
    Kind(attribute="exonyms", kind="exonym", file="exonyms.csv", record=Exonym, key=("target", "lang")),
    Kind(attribute="traps", kind="trap", file="traps.csv", record=Trap, key=("name",)),
    Kind(attribute="rules", kind="place_rule", file="place_rules.csv", record=PlaceRule, key=("name",)),
    Kind(attribute="agencies", kind="agency", file="agencies.csv", record=Agency, key=("name",)),
    Kind(attribute="roles", kind="role", file="roles.csv", record=Role, key=("name",)),
    Kind(attribute="topics", kind="topic", file="topics.csv", record=Topic, key=("name",)),
    Kind(attribute="fields", kind="field", file="fields.csv", record=Field, key=("name",)),
    Kind(attribute="terms", kind="term", file="terms.csv", record=Term, key=("signal", "lang", "term")),
    Kind(attribute="labels", kind="label", file="labels.csv", record=Label, key=("name",)),
    Kind(attribute="deadlines", kind="deadline", file="deadlines.csv", record=Deadline, key=("name",)),
    Kind(attribute="holidays", kind="holiday", file="holidays.csv", record=Holiday, key=("day",)),
    Kind(attribute="settings", kind="setting", file="settings.csv", record=Setting, key=("name",)),
    Kind(
        attribute="sightings",
        kind="sighting",
        file="source_addresses.csv",
        record=Sighting,
        key=("source", "url"),
    ),
    Kind(
        attribute="changes",
        kind="outlet_change",
        file="source_changes.csv",
        record=OutletChange,
        key=("source", "happened_on"),
    ),
)


def over(beneath: Catalogue, above: Catalogue) -> Catalogue:
    """Two catalogues as one: entries of ``above`` stand in for entries of ``beneath`` with the same key."""
    taken: dict[str, Any] = {}
    for kind in ENTRY_KINDS:
        rows = {kind.identity(row): row for row in getattr(beneath, kind.attribute)}
        rows.update({kind.identity(row): row for row in getattr(above, kind.attribute)})
        taken[kind.attribute] = tuple(rows.values())
    sources = {source.name: source for source in (*beneath.sources, *above.sources)}
    return Catalogue(sources=tuple(sources.values()), **taken)
