"""Whatever is received, made, taken apart, sold and taken back, on whatever day: what is made costs what was used for it."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.ground.shops import Shop
from tests.stock import fifo_oracle, oracle
from tests.stock.oracle import Event
from webapp import assembly, catalogue, company, ledger, stock
from webapp.assembly import Cost, Journal, MakeLine, UseLine
from webapp.assembly.models import StockJournal, StockJournalLine
from webapp.books_check import verify_books
from webapp.kernel.errors import BooksError
from webapp.kernel.ids import new_id
from webapp.kernel.money import BasisPoints, MilliPaise, Paise, Qty, split
from webapp.platform.tenancy import Books, open_books
from webapp.stock import MovementRow
from webapp.stock.models import StockMovement
from webapp.stocktaking import Adjustment, Change, adjust_stock

FIRST = date(2026, 11, 1)
# Two go out at their average, two first in, first out.
NAMES = {"Flour": "fifo", "Sugar": "average", "Cake": "average", "Box of cakes": "fifo"}
# What is made of what: a cake of flour and sugar, a box of cakes; taken apart the other way round.
RECIPES = (("Cake", ("Flour", "Sugar")), ("Box of cakes", ("Cake",)), ("Sugar", ("Flour",)))


class _Undo(Exception):
    """Ends an example and takes its rows away."""


acts = st.lists(
    st.tuples(
        st.sampled_from(["receive", "receive", "make", "make", "make", "apart", "waste", "cancel"]),
        st.integers(0, 9),
        st.integers(0, 3),
        st.integers(1, 5),
        st.integers(0, 5_000),
    ),
    min_size=5,
    max_size=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=12)
@given(acts=acts)
def test_what_is_made_costs_what_was_used_after_every_step(sharma: Shop, acts: list[tuple[str, int, int, int, int]]) -> None:
    with contextlib.suppress(_Undo), open_books(sharma.actor) as books:
        bakery = _Bakery(books)
        for act in acts:
            with contextlib.suppress(BooksError), books.savepoint():
                bakery.do(*act)
            bakery.compare()
        assert verify_books(books).breaches == []
        raise _Undo


class _Bakery:
    """Four goods made of each other, and every movement as the oracle sees it."""

    def __init__(self, books: Books) -> None:
        self.books, self.store = books, company.default_store(books)
        tax = next(iter(catalogue.tax_class_ids(books).values()))
        price = MilliPaise(1_000_000)
        self.items: dict[str, UUID] = {}
        for name, valuation in NAMES.items():
            draft = catalogue.ItemDraft(name=name, price_millipaise=price, tax_class_id=tax, valuation=valuation)
            self.items[name] = catalogue.create_item(books, draft).id
        self.in_layers = {self.items[name] for name, valuation in NAMES.items() if valuation == "fifo"}
        self.made: list[UUID] = []
        self.shares: dict[UUID, list[int]] = {}  # by what each journal's goods share the cost
        for place, value in ((0, 1_000), (1, 1_703), (2, 9_001)):
            self.do("receive", 0, place, 5, value)

    def do(self, what: str, after: int, place: int, units: int, value: int) -> None:
        day = FIRST + timedelta(days=after)
        if what == "cancel" and self.made:
            assembly.cancel(self.books, self.made[value % len(self.made)], "not so")
        elif what in ("make", "apart"):
            self._make(what == "apart", day, RECIPES[place % len(RECIPES)], units, value)
        else:
            is_in = what == "receive"
            change = Change(self.items[list(NAMES)[place]], Qty(units * 1000 if is_in else -units * 700), Paise(value) if is_in else None)
            kind = "opening" if is_in else "wastage"
            adjust_stock(self.books, Adjustment(new_id(), day, self.store, "as it is", (change,), kind))

    def _make(self, takes_apart: bool, day: date, recipe: tuple[str, tuple[str, ...]], units: int, value: int) -> None:
        whole, parts = recipe
        ones = [UseLine(self.items[name], Qty(units * 300 + 100)) for name in parts]
        made = [MakeLine(self.items[whole], Qty(units * 1000))]
        if takes_apart:
            ones = [UseLine(self.items[whole], Qty(units * 250))]
            made = [MakeLine(self.items[name], Qty(500 + n), share=BasisPoints(units + 7 * n)) for n, name in enumerate(parts)]
        asked: dict[str, Any] = {"id": new_id(), "store_id": self.store, "made_on": day, "body_sha256": "0", "share_by": "share"}
        if len(made) == 1:
            asked["share_by"] = "qty"
        costs = (Cost(ledger.heads(self.books)["expenses"], Paise(value % 97)),) if value % 97 else ()
        left = (
            (MakeLine(self.items["Flour"], Qty(100), value=Paise(value % 11)),) if value % 3 == 0 and "Flour" not in (whole, *parts) else ()
        )
        assembly.post(self.books, Journal(used=tuple(ones), made=tuple(made), costs=costs, by_products=left, **asked))
        self.made.append(asked["id"])
        self.shares[asked["id"]] = [int(one.share) if len(made) > 1 else 1 for one in made]

    def compare(self) -> None:
        """Each balance is what the oracle gives when what is made is worth what it gives for what was used, over and over until
        nothing moves any more; together they are the stock account."""
        moves = self._movements()
        worth = {(one.document_id, one.line_no): one.value for one in moves}
        for _round in range(len(moves) + 1):
            rights, kept = _replayed(moves, worth, self.in_layers)
            before = dict(worth)
            for journal in self._journals():
                worth |= _worth_of(journal, self.shares, rights)
            if worth == before:
                break
        else:
            raise AssertionError("what is made of each other never comes to rest")
        held = stock.on_hand(self.books, list(self.items.values()))
        assert {item: (one.qty, one.value_paise) for item, one in held.items()} == {item: kept.get(item, (0, 0)) for item in held}
        total = ledger.account_totals(self.books, FIRST, date(2027, 3, 31)).get(ledger.heads(self.books)["stock-in-hand"])
        assert (total.closing if total else 0) == sum(one.value_paise for one in held.values())

    def _movements(self) -> list[MovementRow]:
        ids = self.books.session.scalars(select(StockMovement.document_id).distinct())
        found = [one for document in ids for one in stock.movements_of(self.books, document)]
        return sorted(found, key=lambda one: one.seq)

    def _journals(self) -> Iterator[tuple[Any, list[Any]]]:
        for journal in self.books.session.scalars(select(StockJournal)).all():
            lines = self.books.session.scalars(select(StockJournalLine).where(StockJournalLine.journal_id == journal.id)).all()
            yield journal, sorted(lines, key=lambda line: line.line_no)


Place = tuple[UUID, int]


def _replayed(
    moves: list[MovementRow], worth: dict[Place, int], in_layers: set[UUID]
) -> tuple[dict[Place, int], dict[UUID, tuple[int, int]]]:
    """The oracle's answer for every movement, by item."""
    events: dict[UUID, list[Event]] = defaultdict(list)
    places: dict[Place, int] = {}
    order: dict[UUID, list[Place]] = defaultdict(list)
    for one in moves:
        own, place = events[one.key.item_id], (one.document_id, one.line_no)
        places[place] = len(own)
        taken = places[one.about_id, one.about_line_no or 0] if one.about_id else None
        own.append(Event((one.moved_on - FIRST).days, len(own), one.qty, worth[place] if one.is_value_given else None, taken))
        order[one.key.item_id].append(place)
    rights: dict[Place, int] = {}
    kept = {}
    for item, own in events.items():
        found, qty, value = fifo_oracle.right_values(own)[:3] if item in in_layers else oracle.right_values(own)
        rights |= {place: found[number] for number, place in enumerate(order[item])}
        kept[item] = (qty, value)
    return rights, kept


def _worth_of(journal: tuple[Any, list[Any]], shares: dict[UUID, list[int]], rights: dict[Place, int]) -> dict[Place, int]:
    head, lines = journal
    used = -sum(rights[head.id, line.line_no] for line in lines if line.side == "used")
    left = sum(line.cost_paise for line in lines if line.side == "by_product")
    made = [line for line in lines if line.side == "made"]
    values = split(max(used + head.costs_paise - left, 0), shares[head.id])
    return {(head.id, line.line_no): value for line, value in zip(made, values, strict=True)}
