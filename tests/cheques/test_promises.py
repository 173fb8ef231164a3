"""After any steps in any order the open bills, what the party owes and the books agree."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.cheques.drawer import Drawer
from tests.ground.shops import Shop
from tests.outstandings.khata import DAY, slow_balance, slow_open
from webapp import cheques, writing_off
from webapp.kernel.errors import BooksError
from webapp.outstandings import Part
from webapp.platform.tenancy import open_books, read_books

ACTS = (
    "bill",
    "receive",
    "receive_with_discount",
    "deposit",
    "bounce",
    "again",
    "clear",
    "cancel",
    "cancel_slip",
    "write_off",
    "undo",
    "money",
)
steps = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 5), st.integers(1, 300)), min_size=4, max_size=14)


class Life:
    """One customer, and whatever is done to what they owe."""

    def __init__(self, shop: Shop) -> None:
        self.drawer = Drawer(shop.actor)
        self.party = self.drawer.customer("Ravi")
        self.cheques: list[UUID] = []
        self.slips: list[UUID] = []
        self.offs: list[UUID] = []
        self.before = {code: self.drawer.paise(code) for code in ("cheques-in-hand", "bank")}  # other lives were lived here

    def do(self, act: str, which: int, rupees: int) -> None:
        """One step; what is refused changes nothing, which the next look at the books proves."""
        with suppress(BooksError):
            getattr(self, act)(which, rupees)

    def bill(self, which: int, rupees: int) -> None:
        self.drawer.bill(self.party, rupees, DAY - timedelta(days=which))

    def money(self, _which: int, rupees: int) -> None:
        self.drawer.money(self.party, rupees)

    def receive(self, which: int, rupees: int, off: int = 0) -> None:
        open_now = [line for line, left in self.drawer.left(self.party).items() if left > 0]
        line = open_now[which % len(open_now)] if open_now else None
        bills = [(line, rupees)] if line else []
        parts = (Part(line, off * 100),) if line and off else ()
        self.cheques.append(self.drawer.cheque(self.party, rupees, *bills, off=parts))

    def receive_with_discount(self, which: int, rupees: int) -> None:
        self.receive(which, rupees, off=which + 1)

    def deposit(self, which: int, _rupees: int) -> None:
        self.slips.append(self.drawer.deposit(*self.cheques[which : which + 2]))

    def bounce(self, which: int, rupees: int) -> None:
        self.drawer.move(cheques.bounce, self.cheques[which % len(self.cheques)], charges=rupees * 10, from_party=rupees % 2 == 0)

    def again(self, which: int, _rupees: int) -> None:
        self.drawer.move(cheques.again, self.cheques[which % len(self.cheques)])

    def clear(self, which: int, _rupees: int) -> None:
        self.drawer.move(cheques.clear, self.cheques[which % len(self.cheques)])

    def cancel(self, which: int, _rupees: int) -> None:
        self.drawer.move(cheques.cancel, self.cheques[which % len(self.cheques)])

    def cancel_slip(self, which: int, _rupees: int) -> None:
        with open_books(self.drawer.actor) as books:
            cheques.cancel_slip(books, self.slips[which % len(self.slips)], reason="Taken back")

    def write_off(self, which: int, rupees: int) -> None:
        open_now = [line for line, left in self.drawer.left(self.party).items() if left > 0]
        self.offs.append(self.drawer.write_off(self.party, (open_now[which % len(open_now)], rupees)))

    def undo(self, which: int, _rupees: int) -> None:
        with open_books(self.drawer.actor) as books:
            writing_off.cancel(books, self.offs[which % len(self.offs)], reason="Taken back")

    def agrees(self) -> None:
        drawer = self.drawer
        items = {item.key: item.open for item in drawer.open(self.party)}
        assert items == slow_open(drawer, self.party, DAY)
        assert sum(items.values()) == slow_balance(drawer, self.party, DAY) == drawer.due(self.party)
        with read_books(drawer.actor) as books:
            rows = [cheques.cheque(books, id_) for id_ in self.cheques]
        in_hand = sum(view.row.amount_paise for view in rows if view.row.state == "in_hand")
        assert drawer.paise("cheques-in-hand") - self.before["cheques-in-hand"] == in_hand
        at_bank = sum(view.row.amount_paise for view in rows if view.row.state in ("deposited", "cleared"))
        charges = sum(move.charges_paise for view in rows for move in view.moves)
        assert drawer.paise("bank") - self.before["bank"] == at_bank - charges
        for view in rows:
            assert (view.moves[-1].state, len(view.moves)) == (view.row.state, view.row.steps)
        assert drawer.breaches() == ()


@pytest.mark.slow
@settings(
    max_examples=5,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(done=steps)
def test_any_steps_in_any_order(sharma: Shop, done: list[tuple[str, int, int]]) -> None:
    life = Life(sharma)
    life.bill(0, 200)
    for act, which, rupees in done:
        try:
            life.do(act, which, rupees)
        except (ZeroDivisionError, IndexError):
            continue  # there is nothing yet to do it to
    life.agrees()
