"""Weighted average and first in, first out: whatever a shop does, in whatever order, its costs are those of an oracle, its books true."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ground.shops import Shop
from tests.stock import fifo_oracle, oracle
from tests.stock.oracle import Event
from tests.support import UNIT, Trade, make_items
from webapp import books_check, catalogue, ledger, stock
from webapp.catalogue import lists
from webapp.company import StoreDraft, create_store
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, Qty
from webapp.platform.tenancy import Books, open_books

FIRST = date(2026, 11, 1)


class _Undo(Exception):
    """Ends an example and takes its rows away."""


def make_item(books: Books, valuation: str) -> UUID:
    (item,) = make_items(books, 1)
    draft, version = lists.item_draft(books, item)
    return catalogue.change_item(books, item, replace(draft, valuation=valuation), version).id if valuation != draft.valuation else item


@dataclass
class History:
    """What was done to one item in one store, and the same for an oracle."""

    trade: Trade
    item: UUID
    documents: list[UUID] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def act(self, kind: str, after: int, qty: int, value: int) -> None:
        place, day = len(self.documents), FIRST + timedelta(days=after)
        if kind in ("cancel", "restate", "send_back"):
            self._about(kind, place, after, qty, value)
        elif kind in ("receive", "give_back"):
            self._did(getattr(self.trade, kind)(self.item, qty, value, day), Event(after, place, qty, value))
        else:
            more = qty if kind == "find" else -qty
            made = self.trade.sell(self.item, qty, day) if kind == "sell" else self.trade.count(self.item, more, day)
            self._did(made, Event(after, place, more))

    def _about(self, kind: str, place: int, after: int, qty: int, value: int) -> None:
        receipts = [one.place for one in self.events if one.given is not None and one.qty > 0 and one.takes_back is None]
        undone = {one.takes_back for one in self.events}
        if kind == "cancel":
            open_ = [one.place for one in self.events if one.takes_back is None and one.place not in undone]
            if open_:
                target = self.events[open_[qty % len(open_)]]
                after = max(after, target.day)
                document = self.trade.cancel(self.documents[target.place], FIRST + timedelta(days=after))
                self._did(document, Event(after, place, -target.qty, takes_back=target.place))
        elif receipts:
            target = self.events[receipts[qty % len(receipts)]]
            after = max(after, target.day)
            day = FIRST + timedelta(days=after)
            if kind == "restate":
                self.trade.restate(self.documents[target.place], value - (target.given or 0), day)
                self.events[target.place] = replace(target, given=value)
            else:
                document = self.trade.send_back(self.item, qty, value, day, self.documents[target.place])
                self._did(document, Event(after, place, -qty, -value, out_of=target.place))

    def _did(self, document: UUID, event: Event) -> None:
        self.documents.append(document)
        self.events.append(event)

    def compare(self, books: Books, valuation: str) -> int:
        """What is written equals the oracle; returns the value of the stock."""
        if valuation == "fifo":
            rights, qty, value, layers = fifo_oracle.right_values(self.events)
        else:
            (rights, qty, value), layers = oracle.right_values(self.events), None
        assert {place: stock.movements_of(books, one)[0].stands for place, one in enumerate(self.documents)} == rights
        assert qty != 0 or value == 0
        (kept,) = [one for key, one in stock.audit(books).kept.items() if (key.item_id, key.store_id) == (self.item, self.trade.store_id)]
        assert (kept.qty, kept.value) == (qty, value)
        assert kept.layers == (None if layers is None else tuple(layers))
        return value


quantities = st.integers(1, 7000) | st.sampled_from([1000, 2000, 3000])
kinds = st.sampled_from(["receive", "receive", "sell", "sell", "sell", "give_back", "find", "lose", "cancel", "restate", "send_back"])
histories = st.lists(st.tuples(kinds, st.integers(0, 9), quantities, st.integers(0, 50_000)), min_size=1, max_size=14)


@pytest.mark.parametrize("valuation", ["fifo", "average"])
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(acts=histories)
def test_costs_are_an_oracles_after_every_document(sharma: Shop, valuation: str, acts: list[tuple[str, int, int, int]]) -> None:
    """Incremental = replay = oracle; and in each of two stores the account is worth what the stock there is."""
    with contextlib.suppress(_Undo), open_books(sharma.actor) as books:
        item, other_store = make_item(books, valuation), second_store(books)
        both = [History(trade, item) for trade in (Trade.of(books), Trade(books, other_store))]
        for number, (kind, after, qty, value) in enumerate(acts):
            history = both[number % 3 == 2]
            history.act(kind, after, qty, value)
            if history.documents:
                assert in_hand(books, history.trade.store_id) == history.compare(books, valuation)
        found = stock.audit(books)
        assert found.faults == ()
        assert {key: one for key, one in found.kept.items() if one.qty} == {key: one for key, one in found.replayed.items() if one.qty}
        assert books_check.replay(books) == []
        raise _Undo


def second_store(books: Books) -> UUID:
    return create_store(books, StoreDraft(name=f"Second {new_id().hex[:6]}", code="SEC"))


def in_hand(books: Books, store_id: UUID) -> int:
    total = ledger.account_totals(books, FIRST, date(2027, 3, 31), store_id=store_id).get(ledger.heads(books)["stock-in-hand"])
    return total.closing if total else 0


def test_first_in_first_out_as_an_accountant_writes_it(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        trade, item = Trade.of(books), make_item(books, "fifo")
        cost = lambda document: stock.movements_of(books, document)[0].stands / 100  # noqa: E731
        dear = trade.receive(item, 10 * UNIT, 100_00, FIRST), trade.receive(item, 10 * UNIT, 200_00, FIRST)
        sold = trade.sell(item, 12 * UNIT, FIRST)
        assert cost(sold) == -140, "ten at ₹10, two at ₹20"
        back = trade.give_back(item, 2 * UNIT, 24_00, FIRST)
        assert cost(trade.sell(item, 8 * UNIT, FIRST)) == -160, "what came back stands behind the others"
        assert (cost(back), cost(trade.sell(item, UNIT, FIRST))) == (24, -12)
        assert cost(trade.cancel(sold, FIRST)) == 140
        assert stock.on_hand(books, [item])[item] == stock.OnHand(13 * UNIT, 152_00)
        assert cost(trade.sell(item, 10 * UNIT, FIRST)) == -100, "a cancelled sale's goods lie where they lay"
        gone = trade.send_back(item, 2 * UNIT, 40_00, FIRST, dear[1])
        assert (cost(gone), stock.on_hand(books, [item])[item].value_paise) == (-40, 12_00)


def test_a_back_dated_receipt_goes_out_before_the_later_one(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        trade, item = Trade.of(books), make_item(books, "fifo")
        trade.receive(item, 10 * UNIT, 200_00, FIRST + timedelta(days=3))
        sold = trade.sell(item, 4 * UNIT, FIRST + timedelta(days=4))
        owed = trade.sell(item, 2 * UNIT, FIRST)
        assert [stock.movements_of(books, one)[0].stands for one in (sold, owed)] == [-80_00, 0], "nobody knew a cost on the first day"
        trade.receive(item, 5 * UNIT, 50_00, FIRST + timedelta(days=1))
        assert [stock.movements_of(books, one)[0].stands for one in (sold, owed)] == [-50_00, 0]
        assert in_hand(books, trade.store_id) == stock.on_hand(books, [item])[item].value_paise == 180_00


def test_how_an_item_is_valued_stays_once_it_has_moved(sharma: Shop, iyer: Shop) -> None:
    with open_books(sharma.actor) as books:
        trade, item = Trade.of(books), make_item(books, "fifo")
        document = trade.receive(item, UNIT, 100, FIRST)
        trade.sell(item, UNIT, FIRST)
        draft, version = lists.item_draft(books, item)
        with pytest.raises(InvalidInput) as refusal:
            catalogue.change_item(books, item, replace(draft, valuation="average"), version)
        assert "has moved since 01-Nov-2026" in refusal.value.errors["valuation"]
        with pytest.raises(InvalidInput):
            catalogue.create_item(books, replace(draft, name="Other", sku=None, codes=(), valuation="lifo"))
    with open_books(iyer.actor) as books, pytest.raises(NotFound):
        stock.restate(books, [stock.Restatement(new_id(), FIRST, document, 1, 1)])


def test_the_form_says_why_it_stays_and_keeps_what_was_typed(sharma: Shop, browse: Callable[[Shop], FlaskClient]) -> None:
    with open_books(sharma.actor) as books:
        item = make_item(books, "fifo")
        draft, version = lists.item_draft(books, item)
    client, typed = browse(sharma), {"name": draft.name, "price": "12", "tax_class": str(draft.tax_class_id), "is_stocked": "1"}
    typed |= {"unit": draft.unit, "price_includes_tax": "1", "kind": "goods", "tracking": "none"}
    assert client.post(f"/items/{item}", data={**typed, "version": version, "valuation": "average"}).status_code == 303
    with open_books(sharma.actor) as books:
        assert lists.item_draft(books, item)[0].valuation == "average"
        Trade.of(books).receive(item, UNIT, 100, FIRST)
    answer = client.post(f"/items/{item}", data={**typed, "price": "13", "version": version + 1, "valuation": "fifo"})
    assert answer.status_code == 422
    assert "This item has moved since 01-Nov-2026" in answer.text
    assert 'value="fifo" checked' in answer.text
    assert "Weighted average" in client.get(f"/items/{item}").text


def test_opening_stock_of_an_item_made_so_is_a_layer(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        draft, _version = lists.item_draft(books, make_item(books, "average"))
        draft = replace(draft, name="Ghee", valuation="fifo", opening_qty=Qty(3 * UNIT), opening_value_paise=Paise(10_00))
        item = catalogue.create_item(books, draft).id
        (kept,) = [one for key, one in stock.audit(books).kept.items() if key.item_id == item]
        assert kept.layers == ((3 * UNIT, 10_00),)
