"""Two shops with customers who owe, a carrier that keeps what it is handed, and the rules switched on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.cheques.drawer import Drawer
from tests.conftest import Clock
from tests.ground.shops import Shop
from tests.notifications.conftest import Carrier, carrier
from tests.outstandings.khata import DAY
from webapp import dunning, notifications, reminders
from webapp.dunning import queries
from webapp.dunning.queries import NoticeRow, Policy, Wanted
from webapp.dunning.rules import Rule
from webapp.kernel.ids import new_id
from webapp.notifications import queries as messages
from webapp.outstandings import LineKey
from webapp.platform import machine
from webapp.platform.settings import Settings
from webapp.platform.tenancy import open_books, read_books
from webapp.reminders import ReminderCommand

__all__ = ["carrier"]


@dataclass
class Dunner(Drawer):
    """A company whose reminders send themselves."""

    def switch(self, **changed: Any) -> None:
        """Change the choices; on unless it is said."""
        with open_books(self.actor) as books:
            kept = queries.policy(books)
            dunning.set_policy(books, Policy(**{"is_on": True, "version": kept.version, **changed}))

    def rule(self, days: int, tone: str = "polite", **more: Any) -> UUID:
        made = Rule(new_id(), days, tone, **{"has_link": False, **more})
        with open_books(self.actor) as books:
            dunning.save_rule(books, made)
        return made.id

    def late(self, party: UUID, rupees: int, days: int) -> LineKey:
        """A bill that fell due so many days before today (less than nought: it will)."""
        with read_books(self.actor) as books:
            today = books.today
        return self.bill(party, rupees, today - timedelta(days=days))

    def run(self) -> int:
        return dunning.dun(self.actor)

    def promise(self, party: UUID, promised_on: date | None) -> None:
        with open_books(self.actor) as books:
            reminders.remind(books, ReminderCommand(new_id(), party, 1, "call", promised_on))

    def log(self) -> list[NoticeRow]:
        """What was done, the oldest first."""
        with read_books(self.actor) as books:
            return sorted(queries.notices(books, Wanted(), None, 1000), key=lambda row: (row.day, row.name))

    def sent(self) -> list[tuple[str, str, int]]:
        """Who was written to, in which tone, for how many rupees."""
        return [(row.name, row.tone, row.amount_paise // 100) for row in self.log() if row.outcome == "sent"]

    def skipped(self) -> list[tuple[str, str]]:
        return [(row.name, row.reason) for row in self.log() if row.outcome == "skipped"]

    def decided(self) -> dict[str, str]:
        """Why each customer is not written to today, by name; "" for who is."""
        with read_books(self.actor) as books:
            return {one.name: one.reason for one in queries.decisions(books)}

    def mail(self) -> list[messages.MessageRow]:
        """The messages that were made, the oldest first."""
        with read_books(self.actor) as books:
            return list(reversed(messages.messages(books, messages.Wanted(), None, None)))

    def deliver(self) -> None:
        notifications.send_due(self.actor)


@pytest.fixture(autouse=True)
def here(tmp_path: Path) -> None:
    machine.use(Settings("sqlite://", tmp_path, "a secret of the tests alone", public_url="https://munim.example"))
    notifications.use_check(notifications.REMINDERS, dunning.hindrance)


@pytest.fixture
def shop(sharma: Shop, clock: Clock, carrier: Carrier) -> Dunner:
    """Sharma Stores: polite the day after, a reminder after seven days, firm after fifteen; on."""
    made = Dunner(sharma.actor)
    for days, tone in ((1, "polite"), (7, "reminder"), (15, "firm")):
        made.rule(days, tone)
    made.switch()
    return made


@pytest.fixture
def theirs(iyer: Shop) -> Dunner:
    """The other company's, with the same rules."""
    made = Dunner(iyer.actor)
    made.rule(1)
    made.switch()
    return made


@pytest.fixture
def ravi(shop: Dunner) -> UUID:
    return shop.customer("Ravi Rao", phone="+919822010023")


assert date(2026, 11, 20) == DAY  # a Friday: the 22nd is a Sunday, the 24th Guru Nanak's Birthday
