"""Batches and serial numbers: out of the right one, back into it, never twice; the books say the same after every step."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from tests.ground.shops import Shop
from tests.sales.trade import Trade, open_trade
from tests.support import refused
from webapp import catalogue, ledger, sales, stock
from webapp.books_check import verify_books
from webapp.catalogue.lists import item_draft
from webapp.kernel.errors import Conflict, Forbidden, InvalidInput
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, Qty
from webapp.kernel.movement import Movement, StockSlip
from webapp.kernel.posting import Slip, credit, debit
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.sales import ReturnLine, SaleRefused
from webapp.stock import BatchExpired, BatchFacts, BatchUnknown, NotEnoughStock, SerialsWanted, SerialTrouble

OLD, SOON, LATER = date(2026, 10, 31), date(2026, 12, 31), date(2027, 6, 30)


@pytest.fixture
def trade(sharma: Shop) -> Trade:
    return open_trade(sharma.actor)


def receive(
    trade: Trade, item: UUID, qty: int, rupees: int, *, batch: str = "", serials: tuple[str, ...] = (), on: date = date(2026, 4, 1)
) -> UUID:
    """Goods come in for cash, in both registers."""
    document = new_id()
    with open_books(trade.actor) as books:
        _receive(books, trade, document, Movement(1, item, trade.store_id, Qty(qty * 1000), Paise(rupees * 100), batch, serials), on)
    return document


def _receive(books: Books, trade: Trade, document: UUID, movement: Movement, on: date) -> None:
    stock.record(books, document_id=document, kind="receipt", moved_on=on, slip=StockSlip((movement,)))
    heads, value = ledger.heads(books), int(movement.value or 0)
    heading = ledger.Heading("stock", f"R/{document.hex[-6:]}", on, trade.store_id, "test", document)
    ledger.post(
        books, voucher_id=document, heading=heading, slip=Slip((debit(heads["stock-in-hand"], value), credit(heads["cash"], value)))
    )


def medicine(trade: Trade, *lots: tuple[str, date | None, int, int]) -> UUID:
    """An item kept by batch, with so much of each lot at so many rupees altogether."""
    item = trade.item("Paracetamol", 20, stock_of=0, tracking="batch")
    for batch, expires, qty, rupees in lots:
        with open_books(trade.actor) as books:
            stock.open_batch(books, item, BatchFacts(batch, expires))
        receive(trade, item, qty, rupees, batch=batch)
    return item


def held(trade: Trade, item: UUID) -> dict[str, int]:
    with read_books(trade.actor) as books:
        return {row.batch: row.qty // 1000 for row in stock.batches_of(books, [item])}


def give_back(trade: Trade, bill: sales.Issued, *lines: ReturnLine) -> None:
    asked = replace(trade.return_of(bill, (1, 1)), lines=lines)
    with open_books(trade.actor) as books:
        sales.issue_return(books, asked)


def true(trade: Trade) -> None:
    with open_books(trade.actor) as books:
        assert verify_books(books).breaches == []


def test_a_line_takes_what_expires_first_and_a_return_brings_it_back(trade: Trade) -> None:
    item = medicine(trade, ("B2", LATER, 10, 100), ("B1", SOON, 3, 60), ("B0", OLD, 5, 10))
    bill = trade.sell(trade.line("Paracetamol", 5), total=100)
    assert held(trade, item) == {"B0": 5, "B1": 0, "B2": 8}
    with read_books(trade.actor) as books:
        (line,) = sales.invoice(books, bill.invoice_id).lines
    assert (line.batch, line.cost_paise) == ("B1, B2", 6000 + 2000)
    true(trade)
    for qty, lots in ((2, {"B0": 5, "B1": 2, "B2": 8}), (3, {"B0": 5, "B1": 3, "B2": 10})):
        give_back(trade, bill, ReturnLine(1, Qty(qty * 1000)))
        assert held(trade, item) == lots
        true(trade)


def test_a_named_batch_is_taken_and_cancelling_gives_it_back(trade: Trade) -> None:
    item = medicine(trade, ("B1", SOON, 3, 60), ("B2", LATER, 10, 100))
    bill = trade.sell(trade.line("Paracetamol", 2, batch="b2"), total=40)
    assert held(trade, item) == {"B1": 3, "B2": 8}
    with open_books(trade.actor) as books:
        sales.cancel(books, bill.invoice_id, reason="wrong", at=books.now)
    assert held(trade, item) == {"B1": 3, "B2": 10}
    true(trade)


def test_what_cannot_be_sold_is_refused_with_figures(trade: Trade) -> None:
    item = medicine(trade, ("B0", OLD, 5, 10), ("B1", SOON, 3, 60))
    wants = trade.line("Paracetamol", 4)
    assert "3 in stock, 4 on this bill" in refused(lambda: trade.issue(trade.sale(wants, total=80)), SaleRefused)
    named = trade.sale(trade.line("Paracetamol", 1, batch="B9"), total=20)
    assert "no batch B9" in refused(lambda: trade.issue(named), BatchUnknown)
    expired = trade.sale(trade.line("Paracetamol", 1, batch="B0"), total=20)
    assert "expired on 31" in refused(lambda: trade.issue(expired), BatchExpired)
    assert held(trade, item) == {"B0": 5, "B1": 3}
    assert trade.issue(replace(expired, expired_reason="for the laboratory")).flags == ()
    assert held(trade, item) == {"B0": 4, "B1": 3}
    cashier = Trade(replace(trade.actor, role=Role.CASHIER, user_id=None), trade.store_id, trade.items, trade.prices)
    again = replace(trade.sale(trade.line("Paracetamol", 1, batch="B0"), total=20), expired_reason="for the laboratory")
    assert "Your role" in refused(lambda: cashier.issue(again), Forbidden)
    true(trade)


def test_what_a_till_has_sold_is_never_refused(trade: Trade) -> None:
    item = medicine(trade, ("B0", OLD, 1, 10), ("B1", SOON, 3, 60))
    sold = trade.sell(trade.line("Paracetamol", 6, batch="B7"), total=120, has_happened=True)
    assert {flag.kind.value for flag in sold.flags} == {"batch_unknown", "batch_expired", "below_zero"}
    assert held(trade, item) == {"B0": -2, "B1": 0}, "what nobody has stands on the last batch"
    true(trade)


def test_two_lines_share_what_there_is(trade: Trade) -> None:
    item = medicine(trade, ("B1", SOON, 3, 60), ("B2", LATER, 10, 100))
    trade.sell(trade.line("Paracetamol", 2), trade.line("Paracetamol", 2), total=80)
    assert held(trade, item) == {"B1": 0, "B2": 9}
    true(trade)


def test_a_label_says_one_thing(trade: Trade) -> None:
    item = medicine(trade, ("B1", SOON, 3, 60))
    with open_books(trade.actor) as books:
        assert stock.open_batch(books, item, BatchFacts(" b1 ", None, date(2026, 1, 1), Paise(2500))) == "B1"
        assert "31-Dec-2026" in refused(lambda: stock.open_batch(books, item, BatchFacts("B1", LATER)), Conflict)
        assert stock.facts_of(books, [item])[item]["B1"] == BatchFacts("B1", SOON, date(2026, 1, 1), Paise(2500))
        for facts in (BatchFacts(" "), BatchFacts("x" * 41), BatchFacts("A,B"), BatchFacts("N", OLD, SOON), BatchFacts("N", mrp=Paise(0))):
            with pytest.raises(InvalidInput):
                stock.open_batch(books, item, facts)


def test_suggestions_leave_the_expired_where_it_is(trade: Trade, iyer: Shop) -> None:
    item = medicine(trade, ("B0", OLD, 5, 10), ("B2", LATER, 10, 100), ("B1", SOON, 3, 60))
    with read_books(trade.actor) as books:
        parts = stock.suggest_batches(books, item, trade.store_id, Qty(5000), books.today)
        assert [(part.batch, part.qty) for part in parts] == [("B1", 3000), ("B2", 2000)]
    with read_books(iyer.actor) as books:
        assert stock.suggest_batches(books, item, trade.store_id, Qty(5000), books.today) == []
        assert stock.batches_of(books, [item]) == []


def phones(trade: Trade, *serials: str) -> UUID:
    """An item kept by serial number, with these pieces at ₹100 each."""
    item = trade.item("Phone", 500, stock_of=0, tracking="serial")
    receive(trade, item, len(serials), 100 * len(serials), serials=serials)
    return item


def test_a_piece_lives_from_receipt_to_sale_and_back(trade: Trade) -> None:
    item = phones(trade, "SN1", "SN2", "SN3")
    bill = trade.sell(trade.line("Phone", 2, serials=("SN3", "SN1")), total=1000)
    with read_books(trade.actor) as books:
        assert stock.serials_here(books, [item], trade.store_id) == {item: ["SN2"]}
        assert sales.invoice(books, bill.invoice_id).lines[0].serials == "SN3, SN1"
    again = trade.sale(trade.line("Phone", 1, serials=("SN1",)), total=500)
    assert "SN1 was sold on 20-Nov-2026" in refused(lambda: trade.issue(again), SerialTrouble)
    strange = trade.sale(trade.line("Phone", 1, serials=("SN9",)), total=500)
    assert "no serial number SN9" in refused(lambda: trade.issue(strange), SerialTrouble)
    unnamed = trade.sale(trade.line("Phone", 1), total=500)
    assert "1 pieces, 0 serial numbers" in refused(lambda: trade.issue(unnamed), SerialsWanted)
    half = ReturnLine(1, Qty(1000))
    assert "SN1, SN3 were sold" in refused(lambda: give_back(trade, bill, half), sales.ReturnRefused)
    give_back(trade, bill, ReturnLine(1, Qty(1000), ("SN1",)))
    with read_books(trade.actor) as books:
        assert [(one.kind, one.is_in) for one in stock.serial_life(books, item, "SN1")] == [
            ("receipt", True),
            ("sale", False),
            ("return", True),
        ]
    trade.issue(replace(again, id=new_id()))
    true(trade)


def test_a_piece_comes_in_once(trade: Trade) -> None:
    item = phones(trade, "SN1")
    assert "is in stock already" in refused(lambda: receive(trade, item, 1, 100, serials=("SN1",)), SerialTrouble)
    true(trade)


def test_a_till_that_scanned_none_is_told_of_the_oldest(trade: Trade) -> None:
    item = phones(trade, "SN1", "SN2")
    sold = trade.sell(trade.line("Phone", 1), total=500, has_happened=True)
    assert [(flag.kind.value, flag.detail["lines"][0]["which"]) for flag in sold.flags] == [("serial_assumed", "SN1")]
    with read_books(trade.actor) as books:
        assert stock.serials_here(books, [item], trade.store_id)[item] == ["SN2"]
    true(trade)


def test_how_stock_is_told_apart_is_not_changed_while_there_is_some(trade: Trade) -> None:
    item = medicine(trade, ("B1", SOON, 3, 60))
    with open_books(trade.actor) as books:
        draft, version = item_draft(books, item)
        with pytest.raises(InvalidInput) as refusal:
            catalogue.change_item(books, item, replace(draft, tracking="serial"), version)
    assert "3 of it are on hand" in refusal.value.errors["tracking"]
    trade.sell(trade.line("Paracetamol", 3), total=60)
    with open_books(trade.actor) as books:
        assert catalogue.change_item(books, item, replace(draft, tracking="none"), version).tracking == "none"


def test_an_online_sale_of_more_than_all_batches_have_says_what_there_is(trade: Trade) -> None:
    medicine(trade, ("B1", SOON, 3, 60), ("B2", LATER, 1, 10))
    with open_books(trade.actor) as books:
        item = catalogue.items_for_bill(books, trade.items.values())
        wants = [stock.Want(1, trade.items["Paracetamol"], Qty(5000))]
        with pytest.raises(NotEnoughStock, match="4 on hand, 5 wanted"):
            stock.pick(books, store_id=trade.store_id, wants=wants, items=item, leave=stock.Leave(books.today))
