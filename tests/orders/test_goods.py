"""Batches and pieces on a challan, its bill and what comes back; the price that holds on the sheet; the name of a walk-in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.orders.conftest import Desk
from tests.support import refused
from webapp import books_check, catalogue, orders, sales, stock
from webapp.catalogue import ListDraft, PriceDraft
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id
from webapp.kernel.money import MilliPaise, Paise, Qty
from webapp.kernel.movement import BatchFacts, Movement, StockSlip
from webapp.kernel.posting import Slip, credit, debit
from webapp.platform.tenancy import open_books, read_books
from webapp.sales import ReturnLine
from webapp.stock import BatchExpired, BatchUnknown, SerialsWanted

OLD, SOON, LATER = date(2026, 10, 31), date(2026, 12, 31), date(2027, 6, 30)


def true(desk: Desk) -> None:
    assert desk.trade.read(books_check.verify_books).breaches == []


def receive(desk: Desk, item: UUID, qty: int, rupees: int, batch: str = "", serials: tuple[str, ...] = ()) -> None:
    from webapp import ledger

    id_, trade = new_id(), desk.trade
    with open_books(trade.actor) as books:
        movement = Movement(1, item, trade.store_id, Qty(qty * 1000), Paise(rupees * 100), batch, serials)
        stock.record(books, document_id=id_, kind="receipt", moved_on=date(2026, 4, 1), slip=StockSlip((movement,)))
        heads = ledger.heads(books)
        slip = Slip((debit(heads["stock-in-hand"], rupees * 100), credit(heads["cash"], rupees * 100)))
        heading = ledger.Heading("stock", f"R/{id_.hex[-6:]}", date(2026, 4, 1), trade.store_id, "test", id_)
        ledger.post(books, voucher_id=id_, heading=heading, slip=slip)


@pytest.fixture
def web(browse: Callable[[Shop], FlaskClient], sharma: Shop) -> FlaskClient:
    return browse(sharma)


@pytest.fixture
def pills(desk: Desk) -> UUID:
    item = desk.trade.item("Pills", 118, stock_of=0, tracking="batch")
    for batch, expires, qty, rupees in (("B2", LATER, 10, 100), ("B1", SOON, 3, 60), ("B0", OLD, 5, 10)):
        with open_books(desk.trade.actor) as books:
            stock.open_batch(books, item, BatchFacts(batch, expires))
        receive(desk, item, qty, rupees, batch)
    return item


@pytest.fixture
def phones(desk: Desk) -> UUID:
    item = desk.trade.item("Phone", 1180, stock_of=0, tracking="serial")
    receive(desk, item, 3, 3000, serials=("P1", "P2", "P3"))
    return item


def held(desk: Desk, item: UUID) -> dict[str, int]:
    with read_books(desk.trade.actor) as books:
        return {row.batch: row.qty // 1000 for row in stock.batches_of(books, [item])}


def here(desk: Desk, item: UUID) -> list[str]:
    with read_books(desk.trade.actor) as books:
        return stock.serials_here(books, [item], desk.trade.store_id)[item]


def bill_of(desk: Desk, sent: dict[str, str]) -> sales.InvoiceView:
    from webapp.orders import converting

    with open_books(desk.trade.actor) as books:
        issued = converting.issue(books, sales.read_sheet(sent))
    return desk.trade.bill(issued)


def test_a_challan_takes_what_expires_first_and_all_that_follows_keeps_the_batches(desk: Desk, pills: UUID) -> None:
    challan = desk.make("challan", ("Pills", "5"), ("Soap", "2"))
    assert held(desk, pills) == {"B0": 5, "B1": 0, "B2": 8}
    assert challan.cost_paise == 6000 + 2000 + 12_000
    true(desk)
    back = desk.back(challan, 1)
    assert held(desk, pills) == {"B0": 5, "B1": 1, "B2": 8}
    assert desk.trade.posted(back.id).startswith("Stock-in-hand 20.00 Dr")
    bill = desk.trade.bill(desk.bill(challan))
    assert [(line.batch, line.cost_paise) for line in bill.lines] == [("B1, B2", 4000 + 2000), ("", 12_000)]
    assert desk.trade.balance("goods-delivered") == 0
    true(desk)
    note = desk.trade.return_of(bill.header.id, (1, 3), (2, 2))
    with open_books(desk.trade.actor) as books:
        sales.issue_return(books, note)
    assert held(desk, pills) == {"B0": 5, "B1": 3, "B2": 9}
    assert desk.trade.on_hand("Soap") == 100_000
    true(desk)


def test_a_named_batch_leaves_and_a_part_of_it_is_billed(desk: Desk, pills: UUID) -> None:
    challan = desk.make("challan", typed=desk.sheet(("Pills", "4"), **{"batch-1": "b2"}))
    assert held(desk, pills) == {"B0": 5, "B1": 3, "B2": 6}
    first = bill_of(desk, desk.sheet(("Pills", "1", "", f"{challan.id}.1")))
    second = desk.bill(challan)
    assert [first.lines[0].batch, desk.trade.bill(second).lines[0].batch] == ["B2", "B2"]
    true(desk)
    desk.trade.cancel(second)
    desk.trade.cancel(first.header.id)
    desk.act(orders.cancel, challan, reason="Wrong lorry")
    assert held(desk, pills) == {"B0": 5, "B1": 3, "B2": 10}
    true(desk)


def test_what_cannot_leave_is_refused(desk: Desk, pills: UUID, phones: UUID) -> None:
    for sent, trouble in (
        (desk.sheet(("Pills", "1"), **{"batch-1": "B9"}), BatchUnknown),
        (desk.sheet(("Pills", "1"), **{"batch-1": "B0"}), BatchExpired),
        (desk.sheet(("Pills", "14")), sales.SaleRefused),
        (desk.sheet(("Phone", "2")), SerialsWanted),
        (desk.sheet(("Phone", "2"), **{"serials-1": "P1"}), SerialsWanted),
        (desk.sheet(("Phone", "1"), **{"serials-1": "P9"}), stock.SerialTrouble),
        (desk.sheet(("Phone", "2"), **{"serials-1": "P1, p1"}), InvalidInput),
    ):
        refused(lambda sent=sent, trouble=trouble: desk.make("challan", typed=sent), trouble)  # type: ignore[misc]
    assert (held(desk, pills), here(desk, phones)) == ({"B0": 5, "B1": 3, "B2": 10}, ["P1", "P2", "P3"])
    true(desk)


def test_pieces_are_billed_and_come_back_by_their_numbers(desk: Desk, phones: UUID) -> None:
    challan = desk.make("challan", typed=desk.sheet(("Phone", "3"), **{"serials-1": "p1\nP2\nP3"}))
    assert here(desk, phones) == []
    source = f"{challan.id}.1"
    for which, field in (("", "serials-1"), ("P9", "serials-1"), ("P1, P2", "serials-1")):
        with pytest.raises(InvalidInput) as refusal:
            bill_of(desk, desk.sheet(("Phone", "1", "", source), **{"serials-1": which}))
        assert set(refusal.value.errors) == {field}
    bill = bill_of(desk, desk.sheet(("Phone", "1", "", source), **{"serials-1": "P2"}))
    assert bill.lines[0].serials == "P2"
    with open_books(desk.trade.actor) as books:
        orders.take_back(books, challan.id, {1: 1000}, id_=new_id(), reason="Not wanted", named={1: ("", ("P3",))})
    assert here(desk, phones) == ["P3"]
    rest = desk.trade.bill(desk.bill(challan))
    assert rest.lines[0].serials == "P1"
    with open_books(desk.trade.actor) as books:
        note = desk.trade.return_of(rest.header.id, (1, 1))
        sales.issue_return(books, note)
    assert sorted(here(desk, phones)) == ["P1", "P3"]
    true(desk)
    desk.trade.cancel(bill.header.id)
    again = desk.trade.bill(desk.bill(challan))
    assert again.lines[0].serials == "P2"
    true(desk)


def test_an_invoice_of_the_office_names_its_goods(desk: Desk, pills: UUID, phones: UUID) -> None:
    sent = desk.sheet(("Pills", "4"), ("Phone", "2"), **{"batch-1": "b2", "serials-2": "P1, P3"})
    bill = bill_of(desk, sent)
    assert [(line.batch, line.serials) for line in bill.lines] == [("B2", ""), ("", "P1, P3")]
    assert held(desk, pills)["B2"] == 6
    with open_books(desk.trade.actor) as books:
        sales.issue_return(books, desk.trade.return_of(bill.header.id, (1, 4)))
        asked = desk.trade.return_of(bill.header.id, (2, 1))
        from dataclasses import replace

        sales.issue_return(books, replace(asked, lines=(ReturnLine(2, Qty(1000), ("P3",)),)))
    assert (held(desk, pills)["B2"], sorted(here(desk, phones))) == (10, ["P2", "P3"])
    true(desk)


# Prices ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def listed(desk: Desk) -> Desk:
    """Soap, 118 with tax: 110 for Ravi, 100 from twelve on."""
    soap = desk.trade.items["Soap"]
    with open_books(desk.trade.actor) as books:
        made = catalogue.create_price_list(books, ListDraft("Wholesale", is_for_all=False))
        catalogue.give_list(books, desk.party, made)
        begins = date(2026, 4, 1)
        dear, cheap = MilliPaise(11_000_000), MilliPaise(10_000_000)
        catalogue.set_prices(books, made, [PriceDraft(soap, dear, begins), PriceDraft(soap, cheap, begins, Qty(12_000))])
    return desk


def test_the_sheet_costs_what_the_customers_list_says(listed: Desk) -> None:
    desk = listed
    quotation = desk.view(desk.make("quotation", ("Soap", "2"), ("Soap", "12"), ("Soap", "12", "99"), ("Tea", "1")))
    assert [line.unit_price_millipaise for line in quotation.lines] == [11_000_000, 10_000_000, 9_900_000, 5_000_000]
    walk_in = bill_of(desk, {**desk.sheet(("Soap", "12")), "party_id": "", "pay": "cash"})
    assert walk_in.header.total_paise == 141_600
    assert bill_of(desk, desk.sheet(("Soap", "2"))).header.total_paise == 22_000
    # What was agreed stays when it becomes a bill, whatever the list says of the quantity that is left.
    order = desk.make("order", ("Soap", "12"))
    part = desk.deliver(order, Soap="2")
    assert desk.view(part).lines[0].unit_price_millipaise == 11_000_000, "typed anew on the sheet: a rate left empty is the list's"
    rest = desk.trade.bill(desk.bill(desk.convert(order, "challan")))
    assert rest.lines[0].unit_price_millipaise == 10_000_000
    true(desk)


def test_a_price_of_the_catalogue_knows_its_own_tax(listed: Desk) -> None:
    for rates in ("with", "without"):
        bill = bill_of(listed, listed.sheet(("Soap", "2"), rates=rates))
        assert bill.header.total_paise == 22_000, rates


def test_a_bill_that_comes_again_costs_what_was_agreed(listed: Desk) -> None:
    from webapp.orders import TemplateCommand

    proforma = listed.make("proforma", ("Soap", "2"))
    with open_books(listed.trade.actor) as books:
        catalogue.give_list(books, listed.party, None)
    with open_books(listed.trade.actor) as books:
        orders.create_template(books, proforma.id, TemplateCommand(new_id(), "Soap", "month", books.today, None, issues=True))
        assert orders.make_due(books) == 1
    assert listed.trade.balance("debtors") == 22_000


def test_packs_follow_the_list_and_figures_say_which(listed: Desk, web: FlaskClient) -> None:
    page = web.post("/bills/figures", data=listed.sheet(("Soap", "12")))
    assert "Wholesale" in page.text
    assert "₹1,200.00" in page.text


def test_the_name_of_a_walk_in_stands_on_the_bill(desk: Desk) -> None:
    bill = bill_of(desk, {**desk.sheet(("Soap", "1")), "party_id": "", "party": "Mr Nobody", "pay": "cash"})
    assert (bill.header.party_id, bill.header.party) == (None, {"name": "Mr Nobody"})
    with pytest.raises(InvalidInput) as refusal:
        bill_of(desk, {**desk.sheet(("Soap", "1")), "party_id": "", "party": "Mr Nobody"})
    assert set(refusal.value.errors) == {"party"}
