"""The model and the catalogue that count, read from the database; light, so that a command starts at once."""

import logging

from classifier.signals import model
from classifier.signals.model import Model
from db.catalogue import Catalogue, rows
from db.core.connection import Connection
from db.core.errors import Invalid
from db.judging import models as stored_models

log = logging.getLogger(__name__)


def catalogue_of(conn: Connection, shipped: Catalogue) -> Catalogue:
    """The stored catalogue; the shipped one where the database holds no places yet."""
    stored = rows.read(conn)
    return stored if stored.places and stored.terms else shipped


def champion_of(conn: Connection) -> Model | None:
    """The champion, read from its bytes; None before any training.

    None also where this program cannot read it (it was made by another version): judging goes on by the rules, and the
    next night trains anew.
    """
    stored = stored_models.champion(conn)
    if stored is None or not stored.artifact:
        return None
    try:
        return model.from_bytes(stored.artifact)
    except Invalid as why:
        log.warning("%s; judging by the rules alone", why)
        return None
