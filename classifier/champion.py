"""The model and the catalogue that count, read from the database; light, so that a command starts at once."""

from classifier import models
from classifier.models import Model
from db import models as stored_models
from db.catalogue import Catalogue, rows
from db.connection import Connection


def catalogue_of(conn: Connection, shipped: Catalogue) -> Catalogue:
    """The stored catalogue; the shipped one where the database holds no places yet."""
    stored = rows.read(conn)
    return stored if stored.places and stored.terms else shipped


def champion_of(conn: Connection) -> Model | None:
    """The champion, read from its bytes; None before any training."""
    stored = stored_models.champion(conn)
    return models.from_bytes(stored.artifact) if stored is not None and stored.artifact else None
