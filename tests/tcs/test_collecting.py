"""From a bill of marked goods to what is collected: beside the bill, in its transaction, and back with its goods."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select, update

from tests.bad_days.test_last_unit import at_once
from tests.counter.device import signed_in
from tests.ground.limits import held_to_days_back
from tests.ground.shops import Shop, found_sharma
from tests.sales.trade import CREDIT
from tests.tcs.conftest import PAN, TODAY, Yard
from webapp import catalogue, company, sales
from webapp.einvoice import gathering
from webapp.einvoice.payload import payload_of
from webapp.identity.models import Membership
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import BooksError, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, Qty
from webapp.ledger.models import Voucher
from webapp.platform.permissions import Role
from webapp.platform.tenancy import open_books, open_directory, read_books
from webapp.sales import SaleRefused
from webapp.tds import (
    OF_SALES,
    BuyerDraft,
    CertificateDraft,
    add_certificate,
    collect_now,
    forget_buyer,
    mark_buyer,
    mark_item,
    queries,
    telling,
)
from webapp.tds.collecting import bears, expected
from webapp.tds.rules.days import Quarter
from webapp.tds.rules.statement import Deductee, Deductor, Deposit, Person, file_name, text_of

BILL = (("Iron scrap", "100"), ("Tape", "1"))
TOTAL, SCRAP, TAX = 1_18_118_00, 1_18_000_00, 2_360_00


def amounts(yard: Yard) -> list[int]:
    return sorted(row.amount_paise for row in yard.collected())


def test_a_bill_collects_on_its_marked_lines_with_gst_and_gives_it_back(yard: Yard, theirs: Yard) -> None:
    bill = yard.bill(*BILL)
    [row] = yard.collected()
    assert (row.amount_paise, row.event.base_paise, row.event.rate_bp, row.event.pan) == (TAX, SCRAP, 200, PAN)
    assert yard.owes() == TOTAL + TAX
    assert theirs.collected() == []
    with read_books(yard.trade.actor) as books:
        head = sales.header_or_none(books, bill)
        assert head is not None
        assert head.total_paise == TOTAL, "it is no part of the bill's own value, which GST is of"
    yard.check()
    yard.trade.cancel(bill)
    assert (yard.collected(), yard.owes()) == ([], 0)
    yard.check()


def test_what_comes_back_takes_its_part_with_it_and_a_cancelled_return_brings_it_again(yard: Yard) -> None:
    bill = yard.bill(*BILL)
    part = yard.trade.take_back(bill, (1, 40), mode=CREDIT)
    assert amounts(yard) == [1_416_00]
    assert yard.owes() == TOTAL - 47_200_00 + 1_416_00
    yard.check()
    yard.trade.cancel(part.invoice_id)
    assert (amounts(yard), yard.owes()) == ([TAX], TOTAL + TAX)
    other = yard.trade.take_back(bill, (2, 1), mode=CREDIT)
    assert amounts(yard) == [TAX], "the tape bears none"
    whole = yard.trade.take_back(bill, (1, 100), mode=CREDIT)
    assert (yard.collected(), yard.owes()) == ([], 0)
    yard.trade.cancel(whole.invoice_id)
    assert amounts(yard) == [TAX]
    yard.trade.cancel(other.invoice_id)
    yard.trade.cancel(bill)
    assert (yard.collected(), yard.owes()) == ([], 0)
    yard.check()


def test_what_was_deposited_stays_when_goods_come_back(yard: Yard) -> None:
    bill = yard.bill(*BILL)
    made = yard.deposit(yard.collected())
    assert (made.tax_paise, made.is_collected) == (TAX, True)
    with read_books(yard.trade.actor) as books:
        assert queries.payable_balance(books, is_collected=True) == 0
    yard.trade.take_back(bill, (1, 40), mode=CREDIT)
    assert amounts(yard) == [TAX], "the department has it: the buyer's certificate says so"
    yard.check()


def test_rates(yard: Yard) -> None:
    def told(name: str, kind: str, base: int, day: date = TODAY) -> list[int]:
        with read_books(yard.trade.actor) as books:
            return [one.amount for one in expected(books, yard.buyers[name], day, {kind: Paise(base)})]

    assert told("Asha", "scrap", SCRAP) == [5_900_00], "no PAN: twice the rate, at least 5 %"
    assert told("Asha", "scrap", SCRAP, date(2026, 3, 31)) == [5_900_00]
    assert told("Mart", "scrap", SCRAP, date(2026, 3, 31)) == [1_180_00], "1 % under the Act of 1961"
    assert told("Mart", "tendu", SCRAP, date(2026, 3, 31)) == [5_900_00]
    assert told("Mart", "vehicle", 11_80_000_00) == [11_800_00]
    assert told("Mart", "timber", 1_180_00) == [24_00], "₹23.60: to the rupee"
    assert told("Mart", "goods_sold", 90_00_000_00) == [], "206C(1H) ended"
    assert told("Mart", "goods_sold", 60_00_000_00, date(2025, 3, 20)) == [1_000_00], "of what is above fifty lakh"
    yard.know("Asha", pan="ABCPK1234F")
    assert told("Asha", "scrap", SCRAP) == [TAX]
    yard.know("Mart", is_specified=True, deducts=True)
    assert told("Mart", "scrap", SCRAP) == [TAX], "206CCA ended in March 2025, and 194Q gives way to 206C(1)"
    assert told("Mart", "goods_sold", 60_00_000_00, date(2025, 3, 20)) == [], "who deducts under 194Q is not collected of"
    yard.know("Mart", kind="timber")
    yard.bill(("Tape", "10"), ("Iron scrap", "1"))
    assert amounts(yard) == [24_00, 24_00], "two kinds on one bill: ₹1,180 each"
    yard.check()


@pytest.mark.parametrize(
    ("kind", "day", "total", "qty", "found"),
    [
        ("vehicle", date(2026, 11, 20), 10_00_000_00, 1000, False),  # exactly ten lakh is not above
        ("vehicle", date(2026, 11, 20), 10_00_000_01, 1000, True),
        ("vehicle", date(2026, 11, 20), 15_00_000_00, 2000, False),  # of each
        ("vehicle", date(2026, 11, 20), 10_00_000_01, 500, True),  # half of one is one
        ("luxury", date(2025, 4, 21), 20_00_000_00, 1000, False),
        ("luxury", date(2025, 4, 22), 20_00_000_00, 1000, True),
        ("goods_sold", date(2025, 3, 31), 1, 1000, True),
        ("goods_sold", date(2025, 4, 1), 90_00_000_00, 1000, False),
        ("scrap", date(2026, 11, 20), 0, 1000, False),
        ("scrap", date(2023, 3, 31), 100, 1000, False),
        ("professional", date(2026, 11, 20), 100, 1000, False),  # that is deducted
        ("nothing", date(2026, 11, 20), 100, 1000, False),
        ("scrap", date(2026, 11, 20), 2**62, 2**53, True),
    ],
)
def test_which_lines_bear_it(kind: str, day: date, total: int, qty: int, found: bool) -> None:
    assert bears(kind, day, Paise(total), Qty(qty)) is found


def test_a_declaration_lets_off_up_to_its_sum(yard: Yard) -> None:
    with open_books(yard.trade.actor) as books:
        draft = CertificateDraft("Mart", "27C0001", "scrap", 0, 1_00_000_00, date(2026, 4, 1), date(2027, 3, 31))
        add_certificate(books, draft)
    yard.bill(*BILL)
    [row] = yard.collected()
    assert (row.amount_paise, row.event.certified_paise) == (360_00, 1_00_000_00), "2 % of the ₹18,000 above it"


def test_nobody_is_named(yard: Yard) -> None:
    before = yard.trade.read(lambda books: books.session.scalar(select(func.count()).select_from(Voucher)))
    with pytest.raises(SaleRefused) as refused:
        yard.bill(("Iron scrap", "1"), party="", pay="cash")
    assert "tax is collected at source" in refused.value.problem
    assert yard.trade.read(lambda books: books.session.scalar(select(func.count()).select_from(Voucher))) == before, "nothing half-written"
    sale = yard.trade.sale(yard.trade.line("Iron scrap", 1), total=1180, has_happened=True)
    made = yard.trade.issue(sale)
    assert [flag.kind for flag in made.flags] == ["tcs_not_collected"], "what a counter sold without knowing stands, and is looked at"
    assert yard.collected() == []


def test_a_counter_bill_asks_no_more_than_before(yard: Yard, max_queries: Any) -> None:
    def statements(item: str, **more: Any) -> int:
        sale = yard.trade.sale(yard.trade.line(item, 1), total=118 if item == "Tape" else 1180, has_happened=True, **more)
        with open_books(yard.trade.actor) as books, max_queries(60) as sent:
            sales.issue(books, sale)
            return len(sent)

    sales.use_collections(None)
    try:
        without = statements("Tape")
    finally:
        sales.use_collections(OF_SALES)
    assert statements("Tape") == without
    marked = statements("Iron scrap", party_id=yard.buyers["Mart"], party={"name": "Mart"})
    assert marked > without
    assert amounts(yard) == [24_00], "a counter that did not know yet: its bill collects all the same, ₹23.60 to the rupee"


def test_counters_are_told_to_send_it_to_the_office(yard: Yard, theirs: Yard) -> None:
    with read_books(yard.trade.actor) as books:
        told = catalogue.snapshot(books)
    names = list(catalogue.SNAPSHOT_FIELDS)
    rows = {row[names.index("name")]: row[names.index("tax_class")] for row in told.items}
    assert (rows["Iron scrap"], rows["Tape"]) == ("office-only", "gst-18")
    [office] = [one for one in told.tax_classes if one["code"] == "office-only"]
    assert [rate["price_over"] for rate in office["rates"]] == [1], "no rate for the lowest prices: a counter refuses it"
    with open_books(yard.trade.actor) as books:
        catalogue.mark_collected(books, yard.trade.items["Iron scrap"], "")
        again = catalogue.snapshot(books, told.rev)
    assert [row[names.index("tax_class")] for row in again.items] == ["gst-18"], "tills hear of it"
    with pytest.raises(NotFound), open_books(yard.trade.actor) as books:
        catalogue.mark_collected(books, theirs.trade.items["Iron scrap"], "scrap")


def test_a_bill_made_before_the_mark_is_collected_on_once(yard: Yard, theirs: Yard) -> None:
    bill = yard.bill(("Tape", "100"))
    with pytest.raises(BooksError), open_books(yard.trade.actor) as books:
        collect_now(books, bill)
    with open_books(yard.trade.actor) as books:
        mark_item(books, "Tape", "scrap")
    for _again in range(2):
        with open_books(yard.trade.actor) as books:
            assert collect_now(books, bill) == 236_00
    assert amounts(yard) == [236_00]
    with pytest.raises(NotFound), open_books(theirs.trade.actor) as books:
        collect_now(books, bill)
    yard.trade.cancel(bill)
    with pytest.raises(BooksError), open_books(yard.trade.actor) as books:
        collect_now(books, bill)
    yard.check()


def test_the_button_pressed_by_three_at_once_collects_once(real_engine: Engine) -> None:
    yard = Yard.of(found_sharma())
    bill = yard.bill(("Tape", "100"))
    with open_books(yard.trade.actor) as books:
        mark_item(books, "Tape", "scrap")

    def press() -> None:
        with open_books(yard.trade.actor) as books:
            collect_now(books, bill)

    at_once([press, press, press])
    assert amounts(yard) == [236_00]
    yard.check()


def test_marks_that_cannot_be(yard: Yard, theirs: Yard) -> None:
    for name, kind, field in (("Nothing", "scrap", "item"), ("Tape", "professional", "item_kind"), ("", "scrap", "item")):
        with pytest.raises(InvalidInput) as refused, open_books(yard.trade.actor) as books:
            mark_item(books, name, kind)
        assert list(refused.value.errors) == [field]
    for draft, field in (
        (BuyerDraft("Nobody"), "name"),
        (BuyerDraft("Mart", kind="rent"), "kind"),
        (BuyerDraft("Mart", pan="X"), "pan"),
        (BuyerDraft("Mart", payee="no_pan", pan=PAN), "payee"),
        (BuyerDraft("Mart", payee="king"), "payee"),
    ):
        with pytest.raises(InvalidInput) as refused, open_books(yard.trade.actor) as books:
            mark_buyer(books, draft)
        assert list(refused.value.errors) == [field]
    yard.know("Mart")
    with pytest.raises(NotFound), open_books(theirs.trade.actor) as books:
        forget_buyer(books, yard.buyers["Mart"])


def test_one_challan_is_of_one_side_and_the_file_says_what_is_not_known(yard: Yard) -> None:
    yard.bill(*BILL)
    rows = yard.collected()
    with pytest.raises(InvalidInput) as refused:
        yard.deposit(rows, is_collected=False)
    assert list(refused.value.errors) == ["deductions"]
    yard.deposit(rows)
    quarter = Quarter(2026, 3)
    with read_books(yard.trade.actor) as books:
        told = telling.told(books, quarter, is_collected=True)
        assert (len(told.rows), len(told.deposits), told.form) == (1, 1, "27EQ")
        assert telling.told(books, quarter).rows == ()
        [due] = telling.dues(books, FinancialYear(2026), is_collected=True)
        assert (due.deducted, due.open, due.due_on) == (TAX, 0, date(2026, 12, 7))
        with pytest.raises(BooksError) as why:
            telling.text_file(books, quarter, is_collected=True)
    assert "Form 143" in why.value.problem


def test_the_portal_and_the_paper_know_it(yard: Yard) -> None:
    bill = yard.bill(*BILL)
    with read_books(yard.trade.actor) as books:
        told = payload_of(gathering.document_of(books, sales.invoice(books, bill)))["ValDtls"]
    assert (told["OthChrg"], told["TotInvVal"], told["AssVal"]) == (Decimal("2360.00"), Decimal("120478.00"), Decimal("100100.00"))


def test_the_pages(app: Flask, yard: Yard, theirs: Yard, sharma: Shop, max_queries: Any) -> None:
    client = signed_in(app, sharma)
    yard.know("Mart")
    html = client.get("/tcs/marks").get_data(as_text=True)
    assert "Iron scrap" in html
    token = re.findall(r'name="csrf_token" value="([^"]*)"', html)[0]
    sheet = {
        "id": str(new_id()),
        "day": "2026-11-20",
        "pay": "credit",
        "party": "Mart",
        "item-1": "Iron scrap",
        "qty-1": "100",
        "csrf_token": token,
    }
    assert "₹2,360.00" in client.post("/bills/figures", data=sheet).get_data(as_text=True)
    bill = yard.bill(*BILL)
    shown = client.get(f"/bills/{bill}").get_data(as_text=True)
    assert "1,20,478.00" in shown
    assert "394(1) Sl.4" in shown
    event = re.findall(r"/tds/events/([0-9a-f-]+)", shown)[0]
    for address in (
        "/tcs", "/tcs/collections", "/tcs/challans", "/tcs/challans/new", "/tcs/statement?quarter=2026-3", "/tcs/statement?quarter=2025-4",
        "/tcs/summary", "/tcs/marks", f"/tds/events/{event}", "/tcs?format=csv", "/tcs/collections?format=csv", "/tcs/summary?format=csv",
        "/tcs/statement?format=csv&quarter=2026-3", "/tds", "/tds/deductions", "/tds/challans/new",
    ):  # fmt: skip
        with max_queries(14):
            assert client.get(address).status_code == 200, address
    assert "Iron" not in client.get("/tds/deductions").get_data(as_text=True)
    bad = client.post("/tcs/items", data={"csrf_token": token, "item": "<x>", "item_kind": "scrap"})
    assert (bad.status_code, "&lt;x&gt;" in bad.get_data(as_text=True)) == (422, True)
    assert client.post("/tcs/buyers", data={"csrf_token": token, "name": "Mart", "pan": "1"}).status_code == 422
    theirs_bill = theirs.bill(*BILL)
    assert client.post(f"/tcs/bills/{theirs_bill}/collection", data={"csrf_token": token}).status_code == 404
    assert client.post(f"/tcs/items/{theirs.trade.items['Tape']}/ending", data={"csrf_token": token}).status_code == 404


def test_the_text_file_of_27eq_differs_from_26q_where_it_is_known_to() -> None:
    person = Person("Yard", ("1 Road", "", "", "", ""), "27", "411001", "a@b.in", "", "")
    who = Deductor("PNEA12345B", "AABCS1234D", "K", "", person, person, "Owner", "", "ABCPK1234F")
    own = Deductee("AAPFU0939F", "2600/1", "Mart", 236_00, 11_800_00, date(2026, 1, 5), date(2026, 1, 5), 200, "6CE")
    paid = Deposit("1234567", "00042", date(2026, 2, 7), 236_00, 0, 0, "0", "200", (own,))
    quarter = Quarter(2025, 4)
    made = {form: text_of(who, quarter, [paid], made_on=TODAY, sequence=1, form=form).split("\r\n") for form in ("26Q", "27EQ")}
    differing = [(one, other) for one, other in zip(made["26Q"], made["27EQ"], strict=True) if one != other]
    assert [other.split("^")[1:3] for _one, other in differing] == [["FH", "TC1"], ["BH", "1"]]
    assert made["27EQ"][1].split("^")[4] == "27EQ"
    assert "^6CE^" in made["27EQ"][3]
    assert (file_name(quarter, "27EQ"), len(file_name(quarter, "27EQ"))) == ("27E42526.txt", 12)


def test_a_bill_is_collected_on_no_further_back_than_the_role_may(yard: Yard) -> None:
    bill = yard.bill(("Tape", "100"), day=TODAY - timedelta(days=3))
    with open_books(yard.trade.actor) as books:
        mark_item(books, "Tape", "scrap")
    held_to_days_back(yard.trade.actor, 2, lambda books: collect_now(books, bill))
    assert amounts(yard) == [236_00]


def test_the_refusal_asks_for_a_reason(yard: Yard, browse: Any, sharma: Shop) -> None:
    bill = yard.bill(("Tape", "100"), day=TODAY - timedelta(days=3))
    with open_books(yard.trade.actor) as books:
        mark_item(books, "Tape", "scrap")
        company.change_limits(books, {"accountant": company.Limits(backdate_days=2)})
    with open_directory() as directory:
        directory.execute(update(Membership).where(Membership.company_id == sharma.company_id).values(role=Role.ACCOUNTANT))
    client = browse(sharma)
    refusal = client.post(f"/tcs/bills/{bill}/collection")
    assert (refusal.status_code, 'name="limit_reason"' in refusal.text) == (422, True)
    assert client.post(f"/tcs/bills/{bill}/collection", data={"limit_reason": "It came by post"}).status_code == 303
    assert amounts(yard) == [236_00]
