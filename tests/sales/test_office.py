"""Invoices typed at the desk: what is understood of a sheet, how it is numbered, paid and taxed, and when credit ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.sales.trade import Trade
from tests.support import refused
from webapp import books_check, ledger, outstandings, sales
from webapp.catalogue import Pack
from webapp.company import lock_month
from webapp.kernel.errors import BooksError, Conflict, Forbidden, InvalidInput
from webapp.kernel.ids import new_id
from webapp.kernel.money import MilliPaise, Paise, Qty
from webapp.platform.audit import EditLogEntry
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_books, read_books
from webapp.sales import office
from webapp.sales.typed import read_sheet


def form(*rows: tuple[str, ...], **more: str) -> dict[str, str]:
    """A sheet as a browser sends it: rows of (item, quantity, unit, rate, discount)."""
    names = ("item", "qty", "unit", "rate", "discount")
    typed = {f"{name}-{number}": text for number, row in enumerate(rows, 1) for name, text in zip(names, row, strict=False)}
    return {"id": str(new_id()), **typed, **more}


def issue(trade: Trade, sent: dict[str, str], actor: Actor | None = None) -> sales.Issued:
    with open_books(actor or trade.actor) as books:
        return office.issue_invoice(books, read_sheet(sent))


def errors_of(trade: Trade, sent: dict[str, str]) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refusal:
        issue(trade, sent)
    return refusal.value.errors


@pytest.fixture
def ravi(trade: Trade) -> UUID:
    trade.item("Soap", 118, cost=60, packs=(Pack("BOX", Qty(12_000), MilliPaise(120_000_000)), Pack("DOZ", Qty(7_000))))
    trade.item("Repair", 500, incl=False, stock_of=0, kind="service", is_stocked=False)
    return trade.customer("Ravi Kumar", credit_days=30)


def test_an_invoice_on_credit_stands_in_the_books_and_falls_due_by_the_customers_terms(trade: Trade, ravi: UUID) -> None:
    bill = issue(trade, form(("Soap", "2"), ("Repair", "1", "", "₹ 1,000.00", "10%"), party="Ravi Kumar", reference="PO 7"))
    assert bill.number == "2600/000001"
    assert trade.posted(bill.invoice_id) == (
        "Customers 1298.00 Dr / Sales 1100.00 Cr / Output CGST 99.00 Cr / Output SGST 99.00 Cr / Cost of goods sold 120.00 Dr / Stock-in-hand 120.00 Cr"
    )
    (item,) = trade.read(lambda books: outstandings.open_items(books, ravi))
    today = trade.read(lambda books: books.today)
    assert (item.name, item.due_on, item.open) == (bill.number, today + timedelta(days=30), 129_800)
    view = trade.bill(bill)
    assert view.terms is not None
    assert (view.terms.reference, view.terms.due_on) == ("PO 7", item.due_on)
    assert trade.read(books_check.verify_books).breaches == []


def test_packs_become_base_units_and_the_amount_stays_that_of_the_pack(trade: Trade, ravi: UUID) -> None:
    boxes = trade.bill(issue(trade, form(("Soap", "2", "BOX"), pay="cash")))
    (line,) = boxes.lines
    assert (line.qty, line.unit, boxes.header.total_paise) == (24_000, "NOS", 240_000)
    # Rs 100 for seven does not divide: the amount is that of the packs all the same, to the paisa.
    (odd,) = trade.bill(issue(trade, form(("Soap", "3", "DOZ", "100"), pay="cash"))).lines
    assert (odd.qty, odd.gross_paise - odd.discount_paise, odd.total_paise) == (21_000, 30_000, 30_000)
    assert "cannot be counted" not in str(errors_of(trade, form(("Soap", "1", "CRATE"), pay="cash")))
    assert "sold in NOS, BOX, DOZ" in errors_of(trade, form(("Soap", "1", "CRATE"), pay="cash"))["unit-1"]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (("Soap", "-1"), "qty-1"),
        (("Soap", "0"), "qty-1"),
        (("Soap", "1.2345"), "qty-1"),
        (("Soap", "9999999999"), "qty-1"),
        (("Soap", "two"), "qty-1"),
        (("Soap", "1", "", "-5"), "rate-1"),
        (("Soap", "1", "", "1e5"), "rate-1"),
        (("Soap", "1", "", "99999999999999"), "rate-1"),
        (("Soap", "1", "", "100", "101%"), "discount-1"),
        (("Soap", "1", "", "100", "100.01"), "discount-1"),
        (("Soap", "1", "", "100", "-1"), "discount-1"),
        (("Nothing like it", "1"), "item-1"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(trade: Trade, ravi: UUID, row: tuple[str, ...], field: str) -> None:
    assert set(errors_of(trade, form(row, pay="cash"))) == {field}
    assert trade.read(lambda books: ledger.vouchers_of(books, ravi)) == []


def test_signs_of_the_rupee_and_commas_may_be_pasted(trade: Trade, ravi: UUID) -> None:
    bill = trade.bill(issue(trade, form(("Soap", "1", "", "₹1,180.00", "₹ 80"), bill_discount="Rs. 100", pay="upi")))
    assert (bill.header.gross_paise, bill.header.discount_paise, bill.header.total_paise) == (118_000, 18_000, 100_000)


def test_parts_are_paid_now_and_the_rest_is_on_credit(trade: Trade, ravi: UUID) -> None:
    bill = trade.bill(issue(trade, form(("Soap", "2"), party="ravi kumar", pay="parts", paid_cash="100", paid_upi="36")))
    assert [(row.mode, row.amount_paise) for row in bill.tenders] == [("cash", 10_000), ("upi", 3_600), ("credit", 10_000)]
    assert (
        "₹236.00; ₹300.00 would be paid" in errors_of(trade, form(("Soap", "2"), party="Ravi Kumar", pay="parts", paid_cash="300"))["pay"]
    )
    assert "₹136.00 is not paid" in errors_of(trade, form(("Soap", "2"), pay="parts", paid_cash="100"))["pay"]
    assert set(errors_of(trade, form(("Soap", "2")))) == {"party"}


def test_the_same_sheet_twice_is_one_bill_and_another_under_its_id_is_refused(trade: Trade, ravi: UUID) -> None:
    sent = form(("Soap", "1"), pay="cash")
    assert issue(trade, sent).number == issue(trade, sent).number == "2600/000001"
    assert "other content" in refused(lambda: issue(trade, {**sent, "qty-1": "2"}), Conflict)
    assert trade.on_hand("Soap") == 99_000


@pytest.mark.parametrize(
    ("destination", "place", "taxes"),
    [
        ("export_lut", "96", (0, 0)),
        ("export_paid", "96", (0, 18_000)),
        ("sez_lut", "27", (0, 0)),
        ("sez_paid", "27", (0, 18_000)),
        ("home", "27", (9_000, 0)),
    ],
)
def test_a_supply_is_taxed_by_where_it_goes(trade: Trade, ravi: UUID, destination: str, place: str, taxes: tuple[int, int]) -> None:
    sent = form(("Repair", "2"), party="Ravi Kumar", destination=destination, lut_number="AD270326000001X")
    if destination.startswith("sez"):
        assert set(errors_of(trade, sent)) == {"party"}, "a unit in a zone has a GSTIN"
        trade.customer("Unit in a zone", gstin="27AAPFU0939F1ZV", credit_days=30)
        sent |= {"id": str(new_id()), "party": "Unit in a zone"}
    bill = trade.bill(issue(trade, sent)).header
    assert (bill.place_of_supply, (bill.cgst_paise, bill.igst_paise), bill.taxable_paise) == (place, taxes, 100_000)
    if destination.endswith("lut"):
        assert set(errors_of(trade, {**sent, "id": str(new_id()), "lut_number": ""})) == {"lut_number"}


def test_goods_to_another_state_carry_igst(trade: Trade, ravi: UUID) -> None:
    bill = trade.bill(issue(trade, form(("Repair", "1"), party="Ravi Kumar", place="33"))).header
    assert (bill.igst_paise, bill.cgst_paise) == (9_000, 0)
    assert set(errors_of(trade, form(("Repair", "1"), pay="cash", place="28"))) == {"place"}


def test_another_companys_rows_are_not_there(trade: Trade, other: Trade, ravi: UUID) -> None:
    other.item("Idli", 10)
    meera = other.customer("Meera")
    assert set(errors_of(trade, form(("", "1"), **{"item_id-1": str(other.items["Idli"])}, pay="cash"))) == {"item-1"}
    assert set(errors_of(trade, form(("Soap", "1"), party_id=str(meera), party="Meera"))) == {"party"}
    assert set(errors_of(trade, form(("Soap", "1"), pay="cash", store_id=str(other.store_id)))) == {"store_id"}


def test_a_locked_month_takes_no_invoice(trade: Trade, ravi: UUID) -> None:
    with open_books(trade.actor) as books:
        lock_month(books, 202610, "filed")
    assert "locked" in refused(lambda: issue(trade, form(("Soap", "1"), pay="cash", day="2026-10-31")), BooksError)
    assert trade.on_hand("Soap") == 100_000


# Credit ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def poor(trade: Trade, ravi: UUID) -> UUID:
    return trade.customer("Poor Mohan", credit_limit_paise=Paise(20_000))


def cashier(shop: Actor) -> Actor:
    return Actor(shop.company_id, Role.CASHIER, name="Asha")


def overrides(trade: Trade) -> list[Any]:
    return trade.read(lambda books: [row.new for row in books.session.query(EditLogEntry).filter(EditLogEntry.action == "override")])


def test_credit_past_the_limit_is_refused_until_who_may_says_why(trade: Trade, poor: UUID) -> None:
    sent = form(("Soap", "2"), party="Poor Mohan")
    assert "₹200.00" in refused(lambda: issue(trade, sent), sales.SaleRefused)
    assert "Your role" in refused(lambda: issue(trade, {**sent, "credit_reason": "He is my uncle"}, cashier(trade.actor)), Forbidden)
    assert set(errors_of(trade, {**sent, "credit_reason": "x"})) == {"credit_reason"}
    bill = issue(trade, {**sent, "credit_reason": "He is my uncle"})
    assert [flag.kind for flag in bill.flags] == [sales.FlagKind.CREDIT_LIMIT]
    ((said),) = overrides(trade)
    assert (said["reason"], said["kinds"]) == ("He is my uncle", ["credit_limit"])


def test_a_shop_that_only_warns_issues_and_flags(trade: Trade, poor: UUID) -> None:
    trade.settings(credit_policy="warn")
    bill = issue(trade, form(("Soap", "2"), party="Poor Mohan"), cashier(trade.actor))
    assert [flag.kind for flag in bill.flags] == [sales.FlagKind.CREDIT_LIMIT]
    assert overrides(trade) == []


def test_credit_ends_when_an_older_bill_is_overdue(trade: Trade, ravi: UUID, clock: Any) -> None:
    trade.settings(credit_overdue_days=10)
    first = issue(trade, form(("Soap", "1"), party="Ravi Kumar"))
    clock.advance(days=40)
    assert issue(trade, form(("Soap", "1"), party="Ravi Kumar")).flags == ()
    clock.advance(days=1)
    words = refused(lambda: issue(trade, form(("Soap", "1"), party="Ravi Kumar")), sales.SaleRefused)
    assert f"₹118.00 of {first.number} is overdue" in words
    assert "11 days, 10 allowed" in words
    assert issue(trade, form(("Soap", "1"), party="Ravi Kumar", pay="cash")).flags == ()


# Pages ----------------------------------------------------------------------------------------------------------------


def test_the_sheet_keeps_what_was_typed_and_shows_what_it_comes_to(
    browse: Callable[[Shop], FlaskClient], sharma: Shop, trade: Trade, ravi: UUID
) -> None:
    web = browse(sharma)
    assert web.get("/bills/new").status_code == 200
    again = web.post("/bills", data=form(("Soap", "two"), party="Ravi Kumar", note="Ring twice"))
    assert again.status_code == 422
    for words in ('value="two"', "Ring twice", 'aria-describedby="f-qty-1-error"'):
        assert words in again.text
    figures = web.post("/bills/figures", data=form(("Soap", "2"), ("Soap", "nought")))
    assert figures.status_code == 200
    assert "₹236.00" in figures.text
    assert 'id="amount-1" hx-swap-oob="true">236.00<' in figures.text
    done = web.post("/bills", data=form(("Soap", "2"), party="Ravi Kumar"))
    assert done.status_code == 303
    assert "2600/000001 of ₹236.00 is issued." in web.get(done.location).text


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"day": "2017-06-30"}, "30-Jun-2017 cannot be the day"),
        ({"day": "2026-11-21"}, "which has not come yet"),
        ({"day": "2026-10-31"}, "locked"),
        ({"note": "x" * 1001}, "longer than 1000"),
        ({"qty-1": "1000000", "rate-1": "9999999999"}, "larger than the books can hold"),
        ({"place": "96"}, "is an export"),
    ],
)
def test_whatever_is_refused_the_sheet_stays_as_it_was_typed(
    browse: Callable[[Shop], FlaskClient], sharma: Shop, trade: Trade, ravi: UUID, more: dict[str, str], words: str
) -> None:
    with open_books(trade.actor) as books:
        lock_month(books, 202610, "filed")
    again = browse(sharma).post("/bills", data={**form(("Soap", "2"), reference="PO 77", pay="cash"), **more})
    assert (again.status_code, words in again.text, 'value="PO 77"' in again.text) == (422, True, True)
    assert trade.on_hand("Soap") == 100_000


def test_items_and_customers_are_found_and_a_customer_made_in_place(
    browse: Callable[[Shop], FlaskClient], sharma: Shop, trade: Trade, ravi: UUID
) -> None:
    trade.item("Tea", 50, codes=("8901030865237",), sku="T-1")
    issue(trade, form(("Soap", "1"), party="Ravi Kumar"))
    web = browse(sharma)
    for words in ("tea", "8901030865237", "T-1"):
        assert [row[1] for row in web.get("/bills/items", query_string={"q": words}).json["found"]] == ["Tea"], words
    (soap,) = web.get("/bills/items?q=soap").json["found"]
    assert [pack[:2] for pack in soap[3]] == [["NOS", "118"], ["BOX", "1200"], ["DOZ", "826"]]
    assert web.get("/bills/customers?q=ravi").json["found"] == [[str(ravi), "Ravi Kumar", "", 11_800]]
    made = web.post("/bills/customers", data={"id": str(new_id()), "name": "New Man", "phone": "98220 12345"}).json["made"]
    assert made[1:] == ["New Man", "+919822012345", 0]
    wrong = web.post("/bills/customers", data={"name": "X", "phone": "12"}, headers={"Accept": "application/json"})
    assert wrong.status_code == 422
    assert "phone" in wrong.json["errors"]


def test_a_bound_of_credit_is_said_beside_its_reason(browse: Callable[[Shop], FlaskClient], sharma: Shop, trade: Trade, poor: UUID) -> None:
    page = browse(sharma).post("/bills", data=form(("Soap", "2"), party="Poor Mohan"))
    assert page.status_code == 422
    assert 'name="credit_reason"' in page.text
    assert "limit of ₹200.00" in page.text
    with read_books(trade.actor) as books:
        assert ledger.party_due(books, poor) == 0
