"""Every screen of the invented day opens for whoever works there; `make pictures` only photographs them."""

from __future__ import annotations

import office_day
import pytest


@pytest.fixture
def day(conn):
    return office_day.seed(conn)


def test_every_screen_of_the_day_opens(day, sign_in, anybody):
    browsers = {role: sign_in(person=person) for role, person in day.people.items()}
    for name, (role, address) in office_day.SCREENS.items():
        at = address.format(event=day.event, case=day.case, article=day.article, answer=day.answer)
        answer = (browsers[role] if role else anybody).get(at)
        assert (answer.status_code, answer.mimetype) == (200, "text/html"), name
