"""The catalogue: all that staff may change, as dated records, files and rows."""

from db.catalogue.kinds import ENTRY_KINDS, Catalogue, Kind, over
from db.catalogue.offices import Agency, Deadline, Holiday, Label, Role, Setting
from db.catalogue.places import Exonym, Landmark, Place, PlaceRule, Trap
from db.catalogue.sources import Source
from db.catalogue.terms import Field, Term, Topic

__all__ = [
    "ENTRY_KINDS",
    "Agency",
    "Catalogue",
    "Deadline",
    "Exonym",
    "Field",
    "Holiday",
    "Kind",
    "Label",
    "Landmark",
    "Place",
    "PlaceRule",
    "Role",
    "Setting",
    "Source",
    "Term",
    "Topic",
    "Trap",
    "over",
]
