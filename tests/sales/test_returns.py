"""Goods that come back, and bills that are cancelled."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Clock
from tests.sales.trade import CASH, CREDIT, UPI, Trade
from webapp import sales
from webapp.kernel.errors import BooksError, Conflict, InvalidInput
from webapp.kernel.money import BasisPoints, MilliPaise, Paise, Qty
from webapp.sales import FiguresDiffer, Malformed, ReturnLine, ReturnRefused, SaleRefused
from webapp.sales.cancelling import CannotCancel
from webapp.sales.returns import SoldLine, work_out_return
from webapp.tax.rules import BillLine, Figures, LineFigures, Scheme, Supply, Terms, work_out


def test_a_return_turns_the_bill_round_at_the_cost_it_went_out_at(trade: Trade) -> None:
    trade.item("Soap", 118, cost=60)
    bill = trade.sell(trade.line("Soap", 3), total=354)
    note = trade.take_back(bill, (1, 1))
    assert note.number == "26TSTR/000001"
    assert trade.posted(note.invoice_id) == (
        "Cash 118.00 Cr / Sales returns 100.00 Dr / Output CGST 9.00 Dr / Output SGST 9.00 Dr / "
        "Cost of goods sold 60.00 Cr / Stock-in-hand 60.00 Dr"
    )
    assert trade.on_hand("Soap") == 98_000
    assert [row.number for row in trade.bill(bill).notes] == [note.number]
    against = trade.bill(note).against
    assert against is not None
    assert against.number == bill.number


def test_more_than_was_sold_never_comes_back(trade: Trade) -> None:
    trade.item("Soap", 118)
    bill = trade.sell(trade.line("Soap", 3), total=354)
    trade.take_back(bill, (1, 2))
    with pytest.raises(ReturnRefused, match="Soap: 3 were sold and 2 have come back; 2 more cannot"):
        trade.take_back(bill, (1, 2))
    with pytest.raises(ReturnRefused):
        trade.take_back(bill, (1, 2), has_happened=True)
    trade.take_back(bill, (1, 1))
    with pytest.raises(ReturnRefused):
        trade.take_back(bill, (1, 0.001))


@pytest.mark.parametrize("lines", [[(2, 1)], [(1, 1), (1, 1)], [(0, 1)]])
def test_a_line_that_is_not_there_or_stands_twice(trade: Trade, lines: list[tuple[int, float]]) -> None:
    trade.item("Soap", 118)
    bill = trade.sell(trade.line("Soap", 3), total=354)
    with pytest.raises(ReturnRefused):
        trade.take_back(bill, *lines)


@pytest.mark.parametrize("qty", [0, -1])
def test_nothing_and_less_cannot_come_back(trade: Trade, qty: float) -> None:
    trade.item("Soap", 118)
    bill = trade.sell(trade.line("Soap", 3), total=354)
    with pytest.raises(Malformed):
        trade.take_back(bill, (1, qty))


def test_a_return_is_not_returned_and_a_cancelled_bill_is_back_already(trade: Trade) -> None:
    trade.item("Soap", 118)
    bill = trade.sell(trade.line("Soap", 3), total=354)
    note = trade.take_back(bill, (1, 1))
    with pytest.raises(ReturnRefused, match="itself a return"):
        trade.take_back(note, (1, 1))
    other = trade.sell(trade.line("Soap"), total=118)
    trade.cancel(other)
    with pytest.raises(ReturnRefused, match="was cancelled"):
        trade.take_back(other, (1, 1))


def test_a_return_off_the_khata(trade: Trade) -> None:
    trade.item("Soap", 118)
    ravi = trade.customer("Ravi")
    bill = trade.sell(trade.line("Soap", 2), total=236, paid=CREDIT, party_id=ravi)
    trade.take_back(bill, (1, 1), mode=CREDIT)
    assert trade.read(lambda books: sales.dues(books, ravi)).due_paise == 118_00
    walk_in = trade.sell(trade.line("Soap"), total=118)
    with pytest.raises(BooksError, match="to no customer"):
        trade.take_back(walk_in, (1, 1), mode=CREDIT)


def test_the_same_return_sent_twice_is_written_once(trade: Trade) -> None:
    trade.item("Soap", 118)
    bill = trade.sell(trade.line("Soap", 3), total=354)
    asked = trade.return_of(bill, (1, 1))
    from webapp.platform.tenancy import open_books

    def send(what: sales.SaleReturn) -> sales.Issued:
        with open_books(trade.actor) as books:
            return sales.issue_return(books, what)

    first = send(asked)
    assert send(asked) == first
    assert trade.on_hand("Soap") == 98_000
    with pytest.raises(Conflict):
        send(replace(asked, body_sha256="other"))
    with pytest.raises(FiguresDiffer):
        send(replace(trade.return_of(bill, (1, 1)), claimed=replace(first.figures, total=Paise(1))))


def test_a_bill_returned_in_pieces_comes_back_to_the_paisa(trade: Trade) -> None:
    trade.item("Soap", 33.60, cost=7)
    bill = trade.sell(trade.line("Soap", 3), total=101, paid=UPI)
    back = [trade.take_back(bill, (1, 1), mode=UPI) for _ in range(3)]
    assert sum(note.figures.total for note in back) == 101_00
    for code in ("upi-clearing", "output-cgst", "output-sgst", "round-off", "cost-of-goods"):
        assert trade.balance(code) == 0
    assert trade.balance("sales") + trade.balance("sales-returns") == 0


def test_late_returns_have_no_tax_to_reduce(trade: Trade, clock: Clock) -> None:
    trade.item("Soap", 118)
    bill = trade.sell(trade.line("Soap"), total=118)
    clock.advance(days=376)
    with pytest.raises(ReturnRefused, match="30-Nov-2027"):
        trade.take_back(bill, (1, 1))


def test_a_cancelled_bill_leaves_nothing_but_its_number(trade: Trade) -> None:
    trade.item("Soap", 118, cost=60)
    bill = trade.sell(trade.line("Soap", 2), total=236)
    first = trade.cancel(bill, "Typed  twice")
    assert first.reason == "Typed twice"
    assert trade.cancel(bill, "Another reason") == first
    for code in ("cash", "sales", "output-cgst", "output-sgst", "cost-of-goods"):
        assert trade.balance(code) == 0
    assert trade.on_hand("Soap") == 100_000
    assert trade.posted(first.voucher_id).startswith("Cash 236.00 Cr / Sales 200.00 Dr")
    assert trade.sell(trade.line("Soap"), total=118).number == "26TST/000002"


def test_a_bill_with_returns_stands_until_they_are_cancelled(trade: Trade) -> None:
    trade.item("Soap", 118)
    bill = trade.sell(trade.line("Soap", 2), total=236)
    note = trade.take_back(bill, (1, 1))
    with pytest.raises(CannotCancel, match=f"have come back on {note.number}"):
        trade.cancel(bill)
    trade.cancel(note)
    trade.take_back(bill, (1, 2))


def test_a_cancelled_return_may_find_the_goods_sold_again(trade: Trade) -> None:
    trade.item("Soap", 118, stock_of=1)
    bill = trade.sell(trade.line("Soap"), total=118)
    note = trade.take_back(bill, (1, 1))
    trade.sell(trade.line("Soap"), total=118)
    with pytest.raises(SaleRefused, match="Soap: 0 in stock"):
        trade.cancel(note)


@pytest.mark.parametrize("reason", ["", "  ", "no", "x" * 301])
def test_a_cancellation_has_a_reason(trade: Trade, reason: str) -> None:
    trade.item("Soap", 118)
    bill = trade.sell(trade.line("Soap"), total=118)
    with pytest.raises(InvalidInput):
        trade.cancel(bill, reason)


def test_last_months_bill_is_returned_and_not_cancelled(trade: Trade, clock: Clock) -> None:
    trade.item("Soap", 118)
    bill = trade.sell(trade.line("Soap"), total=118)
    clock.now += timedelta(days=15)
    with pytest.raises(CannotCancel, match="belongs to Nov 2026"):
        trade.cancel(bill)
    assert trade.take_back(bill, (1, 1)).figures.total == 118_00


NOTHING = LineFigures(*[Paise(0)] * 9)


@st.composite
def bills(draw: st.DrawFn) -> tuple[list[BillLine], Figures]:
    lines = [
        BillLine(
            Qty(draw(st.integers(1, 5000))),
            MilliPaise(draw(st.integers(0, 200_000_00))),
            draw(st.booleans()),
            Paise(0),
            BasisPoints(draw(st.sampled_from([0, 25, 300, 500, 1200, 1800, 2800, 4000]))),
            BasisPoints(draw(st.sampled_from([0, 0, 1200]))),
        )
        for _ in range(draw(st.integers(1, 5)))
    ]
    terms = Terms(draw(st.sampled_from(Scheme)), draw(st.sampled_from(Supply)), Paise(0), draw(st.booleans()))
    gross = work_out(lines, terms).gross
    return lines, work_out(lines, replace(terms, bill_discount=Paise(draw(st.integers(0, gross)))))


@given(bills(), st.data())
def test_however_a_bill_comes_back_its_notes_add_up_to_it(bill: tuple[list[BillLine], Figures], data: st.DataObject) -> None:
    lines, figures = bill
    sold = [
        SoldLine(number, f"Item {number}", line.qty, figure, Paise(figure.taxable // 2), Qty(0), NOTHING, Paise(0))
        for number, (line, figure) in enumerate(zip(lines, figures.lines, strict=True), start=1)
    ]
    given_back, total_back = Paise(0), 0
    while any(line.left for line in sold):
        asked = [
            ReturnLine(line.line_no, Qty(data.draw(st.integers(1, line.left)))) for line in sold if line.left and data.draw(st.booleans())
        ]
        if not asked:
            asked = [ReturnLine(line.line_no, line.left) for line in sold if line.left]
        worked = work_out_return(sold, asked, total=figures.total, back_total=given_back)
        note = worked.figures
        assert note.total == note.taxable + note.cgst + note.sgst + note.igst + note.cess + note.round_off
        assert note.total >= 0
        assert all(figure.cgst == figure.sgst and min(figure.taxable, figure.cgst, figure.igst, figure.cess) >= 0 for figure in note.lines)
        given_back, total_back = Paise(given_back + note.total), total_back + note.total
        came = {
            line.line_no: (qty, figure, cost)
            for line, qty, figure, cost in zip(worked.lines, worked.quantities, note.lines, worked.costs, strict=True)
        }
        sold = [_after(line, *came[line.line_no]) if line.line_no in came else line for line in sold]
    assert total_back == figures.total
    for line in sold:
        assert line.back == line.figures
        assert line.back_cost == line.cost


def _after(line: SoldLine, qty: Qty, figures: LineFigures, cost: Paise) -> SoldLine:
    added = LineFigures(*[Paise(getattr(line.back, name) + getattr(figures, name)) for name in LineFigures.__slots__])
    return replace(line, back_qty=Qty(line.back_qty + qty), back=added, back_cost=Paise(line.back_cost + cost))


def test_a_return_of_cash_is_paid_in_cash(trade: Trade) -> None:
    trade.item("Soap", 118)
    bill = trade.sell(trade.line("Soap"), total=118)
    note = trade.take_back(bill, (1, 1), mode=CASH)
    assert [(tender.mode, tender.amount_paise) for tender in trade.bill(note).tenders] == [("cash", 118_00)]
