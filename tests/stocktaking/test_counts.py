"""Stock counts: frozen at their start, counted by several people, posted once; two shops throughout."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from tests.bad_days.test_last_unit import at_once
from tests.ground.shops import Shop, found_sharma
from tests.support import Trade, make_items, refused
from webapp import catalogue, ledger, stock
from webapp.books_check import verify_books
from webapp.company import default_store
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import MilliPaise, Paise, Qty
from webapp.platform import clock
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.stock import BatchFacts
from webapp.stocktaking import (
    Adjustment,
    Change,
    Entry,
    Start,
    adjust_stock,
    cancel_count,
    count_queries,
    enter,
    post_count,
    start_count,
    take_back,
)

DAY, NOON = date(2026, 11, 20), datetime(2026, 11, 20, 6, 30, tzinfo=UTC)


class _Undo(Exception):
    """Ends an example and takes its rows away."""


class Hands:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at

    def later(self) -> None:
        self.at += timedelta(minutes=1)


@pytest.fixture
def hands() -> Iterator[Hands]:
    made, before = Hands(), clock._source
    clock.use(made.now)
    yield made
    clock.use(before)


def item_of(
    shop: Shop, name: str, qty: int, *, tracking: str = "none", codes: tuple[str, ...] = (), category: str = "", **named: object
) -> UUID:
    with open_books(shop.actor) as books:
        tax_class = next(iter(catalogue.tax_class_ids(books).values()))
        draft = catalogue.ItemDraft(
            name=name, price_millipaise=MilliPaise(1_000_000), tax_class_id=tax_class, tracking=tracking, codes=codes, category=category
        )
        item = catalogue.create_item(books, draft).id
        if qty:
            change = Change(item, Qty(qty * 1000), Paise(qty * 1000), **named)  # type: ignore[arg-type]
            adjust_stock(books, Adjustment(new_id(), DAY, default_store(books), "Opening stock", (change,), "opening"))
        return item


def begin(shop: Shop, *, scope: str = "store", of: str = "", basis: str = "start") -> UUID:
    with open_books(shop.actor) as books:
        return start_count(books, Start(new_id(), "November", default_store(books), scope, of, basis))


def beside(act: Callable[[], object]) -> str:
    """What is said beside the fields of an act that must be refused."""
    with pytest.raises(InvalidInput) as refusal:
        act()
    return " ".join(refusal.value.errors.values())


def scan(shop: Shop, count_id: UUID, code: str, times: int = 1, **more: object) -> None:
    for _ in range(times):
        with open_books(shop.actor) as books:
            enter(books, Entry(new_id(), count_id, code, **more))  # type: ignore[arg-type]


def post(shop: Shop, count_id: UUID, uncounted: str = "left") -> UUID | None:
    with open_books(shop.actor) as books:
        return post_count(books, count_id, uncounted=uncounted, reason="year end")


def lines(shop: Shop, count_id: UUID) -> list[tuple[str, str, int, int | None, int, int]]:
    with read_books(shop.actor) as books:
        shown = count_queries.shown_lines(books, count_queries.count(books, count_id))
    return [
        (one.item.name if one.item else "", one.batch, one.expected_qty, one.counted_qty, one.difference_qty, one.value_paise)
        for one in shown
    ]


def is_true(shop: Shop) -> None:
    with open_books(shop.actor) as books:
        assert verify_books(books).breaches == []


def test_scans_add_a_typed_quantity_replaces_and_the_difference_is_posted_once(sharma: Shop, iyer: Shop, hands: Hands) -> None:
    soap, oil = item_of(sharma, "Soap", 10, codes=("8901030865237",)), item_of(sharma, "Oil", 4)
    hands.later()
    count_id = begin(sharma)
    hands.later()
    scan(sharma, count_id, "8901030865237", 3)
    scan(sharma, count_id, "soap", qty=Qty(7000))
    scan(sharma, count_id, "8901030865237")
    with open_books(sharma.actor) as books:
        Trade.of(books).sell(soap, 2000, DAY)
    assert lines(sharma, count_id) == [("Oil", "", 4000, None, 0, 0), ("Soap", "", 10_000, 8000, -2000, -2000)]
    adjustment = post(sharma, count_id)
    assert adjustment
    with read_books(sharma.actor) as books:
        assert stock.on_hand(books, [soap, oil]) == {soap: stock.OnHand(6000, 6000), oil: stock.OnHand(4000, 4000)}
        assert ledger.voucher_or_none(books, adjustment)
    assert lines(sharma, count_id)[1] == ("Soap", "", 10_000, 8000, -2000, -2000)
    assert "posted already" in refused(lambda: post(sharma, count_id), Conflict)
    assert "posted already" in refused(lambda: scan(sharma, count_id, "soap"), Conflict)
    for act in (lambda: post(iyer, count_id), lambda: scan(iyer, count_id, "soap"), lambda: lines(iyer, count_id)):
        refused(act, NotFound)
    is_true(sharma)


def test_an_answer_that_was_lost_counts_once_and_an_undo_takes_back(sharma: Shop, hands: Hands) -> None:
    item_of(sharma, "Soap", 10)
    count_id, asked = begin(sharma), new_id()
    for _ in range(3):
        with open_books(sharma.actor) as books:
            first = enter(books, Entry(asked, count_id, "Soap")).entry
    scan(sharma, count_id, "Soap", qty=Qty(9000))
    assert first
    assert lines(sharma, count_id)[0][3] == 9000
    with open_books(sharma.actor) as books:
        newest = count_queries.newest(books, count_id)[0]
        undone = take_back(books, count_id, newest.seq, new_id())
        assert take_back(books, count_id, newest.seq, new_id()).seq == undone.seq
        refused(lambda: take_back(books, count_id, 99, new_id()), NotFound)
    assert lines(sharma, count_id)[0][3] == 1000, "what was scanned before stands again"
    with open_books(sharma.actor) as books:
        take_back(books, count_id, first.seq, new_id())
    assert lines(sharma, count_id)[0][3] is None


def test_unknown_codes_wait_and_what_is_not_of_this_count_too(sharma: Shop, hands: Hands) -> None:
    item_of(sharma, "Soap", 10, category="Bath")
    item_of(sharma, "Oil", 5, category="Kitchen")
    count_id = begin(sharma, scope="category", of="Bath")
    scan(sharma, count_id, "4006381333931")
    scan(sharma, count_id, "Oil")
    with read_books(sharma.actor) as books:
        waiting = count_queries.unknown(books, count_id)
        assert [one.code for one in waiting] == ["4006381333931", "Oil"]
    assert [one[0] for one in lines(sharma, count_id)] == ["Soap"]
    assert "still unknown" in beside(lambda: scan(sharma, count_id, waiting[0].code, settles=1))
    item_of(sharma, "Pencil", 0, codes=("4006381333931",), category="Bath")
    scan(sharma, count_id, waiting[0].code, settles=waiting[0].seq)
    with read_books(sharma.actor) as books:
        assert [one.code for one in count_queries.unknown(books, count_id)] == ["Oil"]
    assert lines(sharma, count_id)[0] == ("Pencil", "", 0, 1000, 1000, 0)


@pytest.mark.parametrize(("uncounted", "left"), [("left", 5000), ("nought", 0)])
def test_what_nobody_counted_is_left_or_nought_by_choice(sharma: Shop, hands: Hands, uncounted: str, left: int) -> None:
    item_of(sharma, "Soap", 10)
    oil = item_of(sharma, "Oil", 5)
    count_id = begin(sharma)
    assert "Nothing was counted" in refused(lambda: post(sharma, count_id), Conflict)
    scan(sharma, count_id, "Soap", qty=Qty(10_000))
    refused(lambda: post(sharma, count_id, ""), InvalidInput)
    assert (post(sharma, count_id, uncounted) is None) == (uncounted == "left"), "nothing differs: no adjustment"
    with read_books(sharma.actor) as books:
        assert stock.on_hand(books, [oil])[oil].qty == left
    is_true(sharma)


def test_batches_are_counted_apart(sharma: Shop, hands: Hands) -> None:
    item = item_of(sharma, "Tonic", 6, tracking="batch", label=BatchFacts("B1", date(2027, 1, 31)))
    count_id = begin(sharma)
    with open_books(sharma.actor) as books:
        assert enter(books, Entry(new_id(), count_id, "Tonic")).wants == "batch"
    scan(sharma, count_id, "Tonic", 2, item_id=item, batch="b1")
    scan(sharma, count_id, "B1", item_id=item)
    scan(sharma, count_id, "Tonic", item_id=item, batch="B2", qty=Qty(4000))
    assert lines(sharma, count_id) == [("Tonic", "B1", 6000, 3000, -3000, -3000), ("Tonic", "B2", 0, 4000, 4000, 0)]
    post(sharma, count_id)
    with read_books(sharma.actor) as books:
        assert {row.batch: row.qty for row in stock.batches_of(books, [item])} == {"B1": 3000, "B2": 4000}
    is_true(sharma)


def test_pieces_are_scanned_by_their_numbers(sharma: Shop, hands: Hands) -> None:
    item = item_of(sharma, "Phone", 3, tracking="serial", serials=("SN1", "SN2", "SN3"))
    hands.later()
    count_id = begin(sharma)
    hands.later()
    with open_books(sharma.actor) as books:
        assert enter(books, Entry(new_id(), count_id, "Phone")).wants == "serial"
        gone = Adjustment(new_id(), DAY, default_store(books), "own_use", (Change(item, Qty(-1000), serials=("SN3",)),))
        adjust_stock(books, gone)
    scan(sharma, count_id, "SN1")
    assert "counted already" in beside(lambda: scan(sharma, count_id, "SN1"))
    scan(sharma, count_id, "SN9", item_id=item)
    assert "scan each piece" in beside(lambda: scan(sharma, count_id, "Phone", qty=Qty(3000)))
    post(sharma, count_id)
    with read_books(sharma.actor) as books:
        assert stock.serials_here(books, [item], default_store(books))[item] == ["SN1", "SN9"]
        (line,) = count_queries.shown_lines(books, count_queries.count(books, count_id))
        assert line.pieces == "−SN2, +SN9"
    is_true(sharma)


def test_a_cancelled_count_moves_nothing(sharma: Shop, hands: Hands) -> None:
    soap = item_of(sharma, "Soap", 10)
    count_id = begin(sharma)
    scan(sharma, count_id, "Soap")
    with open_books(sharma.actor) as books:
        refused(lambda: cancel_count(books, count_id, " "), InvalidInput)
        cancel_count(books, count_id, "wrong shelf")
    assert "was cancelled" in refused(lambda: post(sharma, count_id), Conflict)
    with read_books(sharma.actor) as books:
        assert stock.on_hand(books, [soap])[soap].qty == 10_000
        assert [row.state for row in count_queries.counts(books, state="cancelled").rows] == ["cancelled"]
        assert count_queries.counts(books, state="open").rows == ()


acts = st.lists(st.tuples(st.sampled_from(["sell", "receive", "late"]), st.integers(1, 4000)), max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=25)
@given(before=acts, during=acts, counted=st.integers(0, 20_000), at=st.integers(0, 8), basis=st.sampled_from(["start", "counted"]))
def test_trade_during_a_count_never_distorts_it(
    sharma: Shop, hands: Hands, before: list[tuple[str, int]], during: list[tuple[str, int]], counted: int, at: int, basis: str
) -> None:
    with contextlib.suppress(_Undo), open_books(sharma.actor) as books:
        _count_while_trading(books, hands, before, during, counted, at, basis)
        raise _Undo


def _count_while_trading(
    books: Books, hands: Hands, before: list[tuple[str, int]], during: list[tuple[str, int]], counted: int, at: int, basis: str
) -> None:
    trade, (item,) = Trade.of(books), make_items(books, 1)
    trade.receive(item, 50_000, 50_000, DAY - timedelta(days=5))
    shelf = 50_000 + sum(_move(trade, hands, books, item, act) for act in before)
    object.__setattr__(books, "now", _later(hands))
    count_id = start_count(books, Start(new_id(), "x", trade.store_id, "store", "", basis))
    as_of = shelf
    for place, act in enumerate([*during, None]):
        if place == min(at, len(during)):
            object.__setattr__(books, "now", _later(hands))
            enter(books, Entry(new_id(), count_id, "", Qty(counted), item))
            as_of = shelf if basis == "counted" else as_of
        if act is not None:
            moved = _move(trade, hands, books, item, act)
            shelf += moved
            as_of += moved if act[0] == "late" else 0
    object.__setattr__(books, "now", _later(hands))
    (line,) = [one for one in count_queries.variance(books, count_queries.count(books, count_id).row)[0] if one.item_id == item]
    assert (line.expected_qty, line.difference_qty) == (as_of, counted - as_of)


def _later(hands: Hands) -> datetime:
    hands.later()
    return hands.at


def _move(trade: Trade, hands: Hands, books: Books, item: UUID, act: tuple[str, int]) -> int:
    """A sale, a receipt, or a receipt written late: its goods had come two days before."""
    object.__setattr__(books, "now", _later(hands))
    kind, qty = act
    if kind == "sell":
        trade.sell(item, qty, DAY)
        return -qty
    trade.receive(item, qty, qty, DAY - timedelta(days=2) if kind == "late" else DAY)
    return qty


def test_of_two_who_post_at_once_one_does(real_engine: Engine) -> None:
    shop = found_sharma()
    soap = item_of(shop, "Soap", 10)
    count_id = begin(shop)
    scan(shop, count_id, "Soap", qty=Qty(8000))
    answers = at_once([lambda: post(shop, count_id), lambda: post(shop, count_id)])
    assert sum(isinstance(one, BooksError) for one in answers) == 1, answers
    with open_books(shop.actor) as books:
        assert stock.on_hand(books, [soap])[soap].qty == 8000
        assert verify_books(books).breaches == []


def test_two_people_count_at_once_and_every_scan_stands(real_engine: Engine) -> None:
    shop = found_sharma()
    item_of(shop, "Soap", 10)
    count_id = begin(shop)
    at_once([lambda: scan(shop, count_id, "Soap", 5), lambda: scan(shop, count_id, "Soap", 5)])
    assert lines(shop, count_id)[0][3] == 10_000


def scale_label(twelve: str) -> str:
    """The label with its check digit."""
    return twelve + str(-sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(twelve))) % 10)


def test_labels_of_the_scale_are_counted_by_weight_and_price(sharma: Shop, iyer: Shop) -> None:
    onions = item_of(sharma, "Onions", 10, codes=("42",))
    count_id = begin(sharma)
    for code, qty in ((scale_label("210004201250"), 1250), (scale_label("250004200500"), 500)):  # 1,250 g; ₹5.00 at ₹10.00 a unit
        with open_books(sharma.actor) as books:
            heard = enter(books, Entry(new_id(), count_id, code))
        assert heard.entry is not None
        assert (heard.entry.item_id, heard.entry.qty) == (onions, qty)
    theirs = begin(iyer)
    with open_books(iyer.actor) as books:
        heard = enter(books, Entry(new_id(), theirs, scale_label("210004201250")))
    assert heard.entry is not None
    assert heard.entry.kind == "unknown", "another shop's scale numbers its own goods"
    with open_books(sharma.actor) as books:
        right = scale_label("210004201250")
        wrong = enter(books, Entry(new_id(), count_id, right[:-1] + str((int(right[-1]) + 1) % 10)))
    assert wrong.entry is not None
    assert wrong.entry.kind == "unknown"
