"""Two at the same instant on one payee: what is taken back keeps no deduction."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from sqlalchemy import Engine

from tests.bad_days.test_last_unit import at_once
from tests.ground.shops import found_sharma
from tests.tds.conftest import TODAY, office_of
from webapp.app import connect_rooms
from webapp.platform.tenancy import open_books
from webapp.tds import deduct


def test_what_is_cancelled_while_it_is_deducted_of_keeps_no_deduction(real_engine: Engine) -> None:
    connect_rooms()
    office = office_of(found_sharma())
    office.supplier("Mehta", "professional")

    def button(event_id: UUID) -> None:
        with open_books(office.shop.actor) as books:
            deduct(books, event_id, on=TODAY)

    for _round in range(4):
        kept = office.post("journal", ("Shop expenses", 80_000), ("Mehta", -80_000))
        [event] = office.events()
        at_once([partial(button, event.id), partial(button, event.id), partial(office.cancel, kept.id)])
        if office.events():  # it was told to try again
            office.cancel(kept.id)
        assert (office.events(), office.deductions(), office.owed()) == ([], [], 0)
    office.check()
