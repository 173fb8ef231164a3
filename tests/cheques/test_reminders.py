"""Whom to remind, and when not to."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.cheques.drawer import Drawer
from tests.cheques.test_cheques import refused
from tests.conftest import Clock
from tests.outstandings.khata import DAY
from webapp import reminders
from webapp.kernel.errors import NotFound
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import open_books, read_books
from webapp.reminders import ReminderCommand
from webapp.reminders.rules import PROMISED, REMINDED, TO_REMIND, Last, state_of


@pytest.mark.parametrize(
    ("step", "last", "state"),
    [
        (1, None, TO_REMIND),
        (1, Last(1, DAY, None), REMINDED),
        (1, Last(1, DAY - timedelta(days=6), None), REMINDED),
        (1, Last(1, DAY - timedelta(days=7), None), TO_REMIND),
        (2, Last(1, DAY - timedelta(days=1), None), TO_REMIND),
        (1, Last(3, DAY - timedelta(days=1), None), REMINDED),
        (3, Last(1, DAY - timedelta(days=30), DAY), PROMISED),
        (1, Last(1, DAY - timedelta(days=2), DAY - timedelta(days=1)), TO_REMIND),
    ],
)
def test_when_to_remind(step: int, last: Last | None, state: str) -> None:
    assert state_of(step, last, DAY) == state


def due(drawer: Drawer) -> dict[UUID, tuple[int, int, str]]:
    with read_books(drawer.actor) as books:
        return {one.party_id: (one.step, one.overdue, one.state) for one in reminders.due_list(books)}


def remind(drawer: Drawer, party: UUID, step: int = 1, **more: Any) -> Any:
    with open_books(drawer.actor) as books:
        return reminders.remind(books, ReminderCommand(**{"id": new_id(), "party_id": party, "step": step, "way": "call", **more}))


def test_the_list_of_the_day(drawer: Drawer, theirs: Drawer, ravi: UUID, clock: Clock) -> None:
    meera, asha = drawer.customer("Meera"), drawer.customer("Asha")
    drawer.bill(ravi, 100, DAY - timedelta(days=40))
    drawer.bill(ravi, 10, DAY - timedelta(days=1))
    drawer.bill(meera, 70, DAY - timedelta(days=20))
    drawer.bill(asha, 50, DAY - timedelta(days=20))
    drawer.money(asha, 50)  # on account: it pays the oldest, so nothing of hers is late
    assert due(drawer) == {ravi: (3, 110_00, TO_REMIND), meera: (2, 70_00, TO_REMIND)}
    assert due(theirs) == {}
    said = remind(drawer, ravi, 3, promised_on=DAY + timedelta(days=3), note="  After the  feast ")
    assert (said.overdue_paise, said.note, said.reminded_on) == (110_00, "After the feast", DAY)
    assert due(drawer)[ravi][2] == PROMISED
    clock.advance(days=4)
    assert due(drawer)[ravi][2] == TO_REMIND
    again = ReminderCommand(said.id, ravi, 1, "visit")
    with open_books(drawer.actor) as books:
        assert reminders.remind(books, again) == said
        reminders.set_steps(books, ["5", "10", "60"])
    assert {party: row[0] for party, row in due(drawer).items()} == {ravi: 2, meera: 2}


def test_hostile_reminders(drawer: Drawer, theirs: Drawer, ravi: UUID) -> None:
    refused("way", lambda: remind(drawer, ravi, way="pigeon"), "how they were reminded")
    refused("step", lambda: remind(drawer, ravi, step=0), "Nothing of this party is late")
    refused("promised_on", lambda: remind(drawer, ravi, promised_on=date(2026, 11, 19)), "19-Nov-2026 is past")
    refused("note", lambda: remind(drawer, ravi, note="x" * 301), "at most 300")
    with pytest.raises(NotFound):
        remind(drawer, theirs.customer("Stranger"))
    for typed, field in (
        (["1", "1", "30"], "step_2"),
        (["0", "x", "30"], "step_2"),
        (["0", "15", "1000"], "step_3"),
        (["٣", "4", "5"], "step_1"),
    ):
        with open_books(drawer.actor) as books:
            refused(field, lambda books=books, typed=typed: reminders.set_steps(books, typed), "")  # type: ignore[misc]
