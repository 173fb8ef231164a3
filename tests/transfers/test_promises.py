"""Random trade in two stores with batches and transfers: after every step the books are true, and costs are those of the oracle."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from datetime import date, timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.ground.shops import Shop
from tests.stock import fifo_oracle
from tests.stock.oracle import Event, right_values
from webapp import catalogue, company, ledger, stock, transfers
from webapp.books_check import verify_books
from webapp.company import StoreDraft
from webapp.kernel.errors import BooksError
from webapp.kernel.ids import new_id
from webapp.kernel.money import MilliPaise, Paise, Qty
from webapp.platform.tenancy import Books, open_books
from webapp.stock import BatchFacts, StockKey
from webapp.stock.models import StockMovement
from webapp.stocktaking import Adjustment, Change, adjust_stock
from webapp.transfers import Receive, ReceivedLine, Send, SendLine

FIRST = date(2026, 11, 1)
BATCHES = ("A", "B")


class _Undo(Exception):
    """Ends an example and takes its rows away."""


acts = st.lists(
    st.tuples(
        st.sampled_from(["receive", "receive", "waste", "send", "send", "arrive", "recall"]),
        st.integers(0, 9),
        st.integers(0, 1),
        st.sampled_from(BATCHES),
        st.integers(1, 6),
        st.integers(0, 5_000),
    ),
    min_size=6,
    max_size=14,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=25)
@given(acts=acts, valuation=st.sampled_from(["average", "fifo"]))
def test_books_are_true_after_every_step(sharma: Shop, valuation: str, acts: list[tuple[str, int, int, str, int, int]]) -> None:
    with contextlib.suppress(_Undo), open_books(sharma.actor) as books:
        trade = _Trade(books, valuation)
        for act in acts:
            with contextlib.suppress(BooksError), books.savepoint():
                trade.do(*act)
            trade.compare()
        assert verify_books(books).breaches == []
        raise _Undo


class _Trade:
    """One item, two stores, two batches, and every movement as the oracle sees it."""

    def __init__(self, books: Books, valuation: str) -> None:
        self.books, self.valuation = books, valuation
        draft = catalogue.ItemDraft(
            name="Tonic",
            price_millipaise=MilliPaise(1_000_000),
            tax_class_id=next(iter(catalogue.tax_class_ids(books).values())),
            tracking="batch",
            valuation=valuation,
        )
        self.item = catalogue.create_item(books, draft).id
        godown = company.create_store(books, StoreDraft(name="Godown", code="GOD"))
        self.stores = (company.default_store(books), godown)
        self.on_the_way: list[UUID] = []
        for place in (0, 1):
            for batch, value in zip(BATCHES, (1_000, 1_700), strict=True):
                self.do("receive", 0, place, batch, 6, value)

    def do(self, kind: str, after: int, place: int, batch: str, units: int, value: int) -> None:
        day, qty, store = FIRST + timedelta(days=after), units * 1000, self.stores[place]
        if kind == "receive":
            change = Change(self.item, Qty(qty), Paise(value), BatchFacts(batch))
            adjust_stock(self.books, Adjustment(new_id(), day, store, "Opening stock", (change,), "opening"))
        elif kind == "waste":
            change = Change(self.item, Qty(-qty), None, BatchFacts(batch))
            adjust_stock(self.books, Adjustment(new_id(), day, store, "damaged", (change,), "wastage"))
        elif kind == "send":
            asked = Send(new_id(), store, self.stores[1 - place], day, (SendLine(self.item, Qty(qty)),), "0" * 64)
            transfers.send(self.books, asked)
            self.on_the_way.append(asked.id)
        elif self.on_the_way and kind == "recall":
            transfers.recall(self.books, self.on_the_way[-1], "not wanted")
            self.on_the_way.pop()
        elif self.on_the_way:
            found = transfers.transfer(self.books, self.on_the_way[0])
            less = tuple(ReceivedLine(line.line_no, Qty(max(line.qty - units % 2 * 1000, 0))) for line in found.lines)
            transfers.receive(self.books, Receive(found.row.id, new_id(), max(day, found.row.sent_on), less, "0" * 64, "one broke"))
            self.on_the_way.pop(0)

    def compare(self) -> None:
        """Each balance is what the oracle gives for its own movements; together they are the stock account."""
        events: dict[StockKey, list[Event]] = defaultdict(list)
        places: dict[tuple[UUID, int], tuple[StockKey, int]] = {}
        for one in self._movements():
            own = events[one.key]
            places[one.document_id, one.line_no] = (one.key, len(own))
            taken = places[one.about_id, one.about_line_no or 0][1] if one.about_id else None
            given = one.value if one.is_value_given else None
            own.append(Event((one.moved_on - FIRST).days, len(own), one.qty, given, taken))
        worth = 0
        for key, own in events.items():
            _rights, qty, value = right_values(own) if self.valuation == "average" else fifo_oracle.right_values(own)[:3]
            kept = {row.batch: row for row in stock.batches_of(self.books, [self.item], key.store_id)}[key.batch]
            assert (kept.qty, kept.value_paise) == (qty, value)
            worth += value
        total = ledger.account_totals(self.books, FIRST, date(2027, 3, 31)).get(ledger.heads(self.books)["stock-in-hand"])
        assert (total.closing if total else 0) == worth

    def _movements(self) -> list[stock.MovementRow]:
        ids = self.books.session.scalars(select(StockMovement.document_id).where(StockMovement.item_id == self.item).distinct())
        found = [one for document in ids for one in stock.movements_of(self.books, document)]
        return sorted(found, key=lambda one: one.seq)
