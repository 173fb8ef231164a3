"""A bill from command to registers: what is posted, what is refused, what is flagged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tests.sales.trade import CARD, CASH, CREDIT, UPI, Trade
from webapp import company, sales
from webapp.catalogue import archive_item
from webapp.kernel.errors import BooksError, Conflict, NotFound
from webapp.kernel.money import BasisPoints, MilliPaise, Paise, Qty
from webapp.platform.audit import EditLogEntry
from webapp.platform.outbox import OutboxEvent
from webapp.platform.tenancy import open_books
from webapp.sales import FiguresDiffer, FlagKind, Malformed, Printed, SaleLine, SaleRefused, Tender
from webapp.sales.models import Invoice
from webapp.tax.rules import DocumentKind, Supply, Treatment


def money(mode: sales.TenderMode, rupees: float, **more: object) -> Tender:
    return Tender(mode, Paise(round(rupees * 100)), **more)


def printed(name: str = "Soap", *, rate: int = 1800, treatment: Treatment = Treatment.TAXABLE, mrp: int | None = None) -> Printed:
    return Printed(name, "NOS", "3401", Paise(mrp) if mrp else None, treatment, BasisPoints(rate), BasisPoints(0))


def kinds(found: sales.Issued) -> list[str]:
    return [flag.kind.value for flag in found.flags]


def test_a_cash_bill_stands_in_the_books_and_in_stock(trade: Trade) -> None:
    trade.item("Soap", 118, cost=60)
    issued = trade.sell(trade.line("Soap", 2), total=236)
    assert issued.number == "26TST/000001"
    assert trade.posted(issued.invoice_id) == (
        "Cash 236.00 Dr / Sales 200.00 Cr / Output CGST 18.00 Cr / Output SGST 18.00 Cr / "
        "Cost of goods sold 120.00 Dr / Stock-in-hand 120.00 Cr"
    )
    assert trade.on_hand("Soap") == 98_000


def test_a_split_bill_debits_each_tender_and_rounds_to_the_rupee(trade: Trade) -> None:
    trade.item("Soap", 33.30)
    ravi = trade.customer("Ravi")
    bill = trade.sell(
        trade.line("Soap", 3),
        total=100,
        paid=[money(CASH, 40, given=Paise(50_00)), money(UPI, 30), money(CARD, 20), money(CREDIT, 10)],
        party_id=ravi,
    )
    assert trade.posted(bill.invoice_id) == (
        "Cash 40.00 Dr / UPI receipts in transit 30.00 Dr / Card receipts in transit 20.00 Dr / Customers 10.00 Dr / "
        "Sales 84.66 Cr / Output CGST 7.62 Cr / Output SGST 7.62 Cr / Round off 0.10 Cr"
    )
    view = trade.bill(bill)
    assert view.tenders[0].change_paise == 10_00
    assert view.header.party is not None
    assert view.header.party["name"] == "Ravi"
    assert trade.read(lambda books: sales.dues(books, ravi)).bills[0].open_paise == 10_00


def test_exempt_goods_have_an_account_of_their_own(trade: Trade) -> None:
    trade.item("Milk", 30, "exempt")
    trade.item("Soap", 118)
    mixed = trade.sell(trade.line("Milk"), trade.line("Soap"), total=148)
    assert "Sales 100.00 Cr" in trade.posted(mixed.invoice_id)
    assert "30.00 Cr" in trade.posted(mixed.invoice_id)
    assert trade.balance("sales-exempt") == -30_00
    only = trade.sell(trade.line("Milk"), total=30)
    assert trade.bill(only).header.kind == DocumentKind.BILL_OF_SUPPLY


def test_another_state_is_charged_igst(trade: Trade) -> None:
    trade.item("Soap", 118)
    buyer = trade.customer("Madras Stores", state_code="33")
    bill = trade.sell(trade.line("Soap"), total=118, party_id=buyer)
    assert trade.bill(bill).header.supply == Supply.INTER
    assert trade.posted(bill.invoice_id) == "Cash 118.00 Dr / Sales 100.00 Cr / Output IGST 18.00 Cr"


def test_a_bill_given_away_moves_goods_alone(trade: Trade) -> None:
    trade.item("Soap", 118, cost=60)
    bill = trade.sell(trade.line("Soap", disc=118), total=0)
    assert trade.posted(bill.invoice_id) == "Cost of goods sold 60.00 Dr / Stock-in-hand 60.00 Cr"


def test_a_bill_given_away_whose_goods_cost_nothing_has_no_voucher(trade: Trade) -> None:
    trade.item("Sample", 118, cost=0)
    bill = trade.sell(trade.line("Sample", disc=118), total=0)
    assert trade.posted(bill.invoice_id) == ""
    assert not trade.bill(bill).header.posts_voucher
    assert trade.on_hand("Sample") == 99_000
    cancelled = trade.cancel(bill)
    assert cancelled.voucher_id is None
    assert trade.on_hand("Sample") == 100_000


def test_the_same_bill_sent_twice_is_written_once(trade: Trade) -> None:
    trade.item("Soap", 118)
    sale = trade.sale(trade.line("Soap", 2), total=236)
    first = trade.issue(sale)
    assert trade.issue(sale) == first
    assert trade.on_hand("Soap") == 98_000
    assert trade.read(lambda books: books.session.scalar(select(func.count()).select_from(Invoice))) == 1


def test_the_same_id_with_other_content_is_a_conflict(trade: Trade) -> None:
    trade.item("Soap", 118)
    sale = trade.sale(trade.line("Soap"), total=118)
    trade.issue(sale)
    with pytest.raises(Conflict):
        trade.issue(replace(sale, body_sha256="other"))


def test_a_number_is_never_given_twice(trade: Trade) -> None:
    trade.item("Soap", 118)
    trade.issue(trade.sale(trade.line("Soap"), total=118, series="26A1", seq=7))
    with pytest.raises(Conflict, match="26A1/000007"):
        trade.issue(trade.sale(trade.line("Soap"), total=118, series="26A1", seq=7))
    assert trade.on_hand("Soap") == 99_000


def test_the_log_and_the_fact_go_with_the_bill(trade: Trade) -> None:
    trade.item("Soap", 118)
    bill = trade.sell(trade.line("Soap"), total=118)
    action, new = trade.read(
        lambda books: books.session.execute(select(EditLogEntry.action, EditLogEntry.new).where(EditLogEntry.entity == "invoice")).one()
    )
    assert (action, new["number"], new["total"]) == ("create", bill.number, 118_00)
    facts = trade.read(lambda books: books.session.scalars(select(OutboxEvent.payload).where(OutboxEvent.kind == "InvoicePosted")).all())
    assert [fact["number"] for fact in facts] == [bill.number]


# What is no document at all


def test_tenders_that_are_not_the_bill_are_refused_with_the_figures(trade: Trade) -> None:
    trade.item("Soap", 118)
    with pytest.raises(BooksError, match=r"The bill is ₹118.00, the payments ₹100.00: ₹18.00 short"):
        trade.sell(trade.line("Soap"), total=100)


@pytest.mark.parametrize(
    "paid", [[money(CASH, 118, given=Paise(100_00))], [money(UPI, 118, given=Paise(118_00))], [money(CASH, 0), money(UPI, 118)]]
)
def test_a_tender_that_cannot_be_is_malformed(trade: Trade, paid: list[Tender]) -> None:
    trade.item("Soap", 118)
    with pytest.raises(Malformed):
        trade.sell(trade.line("Soap"), total=118, paid=paid, has_happened=True)


def test_credit_wants_a_customer(trade: Trade) -> None:
    trade.item("Soap", 118)
    with pytest.raises(BooksError, match="to no customer"):
        trade.sell(trade.line("Soap"), total=118, paid=CREDIT)


@pytest.mark.parametrize("qty", [0, -1])
def test_a_quantity_is_above_nought(trade: Trade, qty: int) -> None:
    trade.item("Soap", 118)
    with pytest.raises(Malformed, match="quantity"):
        trade.sell(trade.line("Soap", qty), total=118, has_happened=True)


def test_absurd_quantities_and_prices_are_refused_in_words(trade: Trade) -> None:
    trade.item("Soap", 118)
    with pytest.raises(BooksError, match="larger than the books can hold"):
        trade.sell(trade.line("Soap", 10**12), total=118, has_happened=True)
    with pytest.raises(BooksError, match="larger than the books can hold"):
        trade.sell(trade.line("Soap", rupees=10**13), total=118, has_happened=True)
    with pytest.raises(BooksError, match="larger than the books can hold"):
        trade.sell(trade.line("Soap", 900_000, rupees=10**9), total=118, has_happened=True)


def test_a_discount_above_the_amount_is_refused_with_both(trade: Trade) -> None:
    trade.item("Soap", 118)
    with pytest.raises(BooksError, match=r"discount of ₹119.00 is more than the amount, ₹118.00"):
        trade.sell(trade.line("Soap", disc=119), total=118, has_happened=True)


def test_a_bill_of_ten_thousand_lines_is_refused_in_words(trade: Trade) -> None:
    trade.item("Soap", 1)
    with pytest.raises(Malformed, match="10000 lines; 1000 are the most"):
        trade.sell(*[trade.line("Soap")] * 10_000, total=10_000, has_happened=True)


def test_a_bill_of_a_thousand_lines_stands(trade: Trade) -> None:
    trade.item("Soap", 1, stock_of=1000)
    bill = trade.sell(*[trade.line("Soap")] * 1000, total=1000)
    assert len(bill.figures.lines) == 1000
    assert trade.on_hand("Soap") == 0


@pytest.mark.parametrize("name", ["x" * 10_000, "Soap\x00"])
def test_a_name_that_cannot_be_kept_is_malformed(trade: Trade, name: str) -> None:
    trade.item("Soap", 118)
    with pytest.raises(Malformed):
        trade.sell(trade.line("Soap", name=name), total=118, has_happened=True)


@pytest.mark.parametrize("name", ["मूँग दाल 🫘", "שלום", "\u202etxt.exe"])
def test_a_name_in_any_script_stands_as_it_was_printed(trade: Trade, name: str) -> None:
    trade.item("Soap", 118)
    bill = trade.sell(trade.line("Soap", name=name), total=118)
    assert trade.bill(bill).lines[0].name == name


@pytest.mark.parametrize("day", [date(2016, 1, 1), date(2031, 1, 1)])
def test_a_day_outside_all_books_is_malformed(trade: Trade, day: date) -> None:
    trade.item("Soap", 118)
    with pytest.raises(Malformed, match="cannot be the day"):
        trade.sell(trade.line("Soap"), total=118, invoice_date=day, has_happened=True)


def test_rules_nobody_knows_are_malformed(trade: Trade) -> None:
    trade.item("Soap", 118)
    with pytest.raises(Malformed, match="rules 2"):
        trade.sell(trade.line("Soap"), total=118, rules_v=2, has_happened=True)


def test_figures_of_the_till_are_compared_to_the_paisa(trade: Trade) -> None:
    trade.item("Soap", 118)
    figures = trade.sell(trade.line("Soap"), total=118).figures
    assert trade.sell(trade.line("Soap"), total=118, claimed=figures, has_happened=True).figures == figures
    wrong = replace(figures, taxable=Paise(figures.taxable - 1), round_off=Paise(1))
    with pytest.raises(FiguresDiffer, match=r"taxable is ₹99\.99 there and ₹100\.00 here") as refused:
        trade.sell(trade.line("Soap"), total=118, claimed=wrong, has_happened=True)
    assert (refused.value.claimed, refused.value.worked) == (wrong, figures)


# What is refused before, and flagged after


def test_the_last_unit_is_sold_once_online_and_flagged_offline(trade: Trade) -> None:
    trade.item("Soap", 118, stock_of=1, cost=60)
    trade.sell(trade.line("Soap"), total=118)
    with pytest.raises(SaleRefused, match="Soap: 0 in stock, 1 on this bill"):
        trade.sell(trade.line("Soap"), total=118)
    late = trade.sell(trade.line("Soap"), total=118, has_happened=True)
    assert kinds(late) == ["below_zero"]
    assert late.flags[0].detail["items"][0] | {"item": ""} == {"item": "", "name": "Soap", "on_hand": 0, "wanted": 1000}
    assert trade.on_hand("Soap") == -1000
    assert [row.number for row in trade.read(sales.open_flags)] == [late.number]


def test_a_refused_sale_uses_no_number(trade: Trade) -> None:
    trade.item("Soap", 118, stock_of=1)
    with pytest.raises(SaleRefused):
        trade.sell(trade.line("Soap", 2), total=236)
    assert trade.sell(trade.line("Soap"), total=118).number == "26TST/000001"


def test_a_company_may_allow_selling_below_zero(trade: Trade) -> None:
    trade.item("Soap", 118, stock_of=0)
    trade.settings(allows_negative_stock=True)
    assert trade.sell(trade.line("Soap"), total=118).flags == ()


def test_above_mrp(trade: Trade) -> None:
    trade.item("Soap", 118, mrp=118)
    with pytest.raises(SaleRefused, match=r"Soap comes to ₹240.00 with tax; its MRP allows ₹236.00"):
        trade.sell(trade.line("Soap", 2, rupees=120), total=240)
    assert kinds(trade.sell(trade.line("Soap", 2, rupees=120), total=240, has_happened=True)) == ["above_mrp"]
    assert trade.sell(trade.line("Soap", 2, rupees=120, disc=4), total=236).flags == ()


def test_the_credit_limit(trade: Trade) -> None:
    trade.item("Soap", 118)
    ravi = trade.customer("Ravi", credit_limit_paise=Paise(200_00))
    trade.sell(trade.line("Soap"), total=118, paid=CREDIT, party_id=ravi)
    with pytest.raises(SaleRefused, match=r"₹118.00 is due already; ₹118.00 more on credit would pass the limit of ₹200.00"):
        trade.sell(trade.line("Soap"), total=118, paid=CREDIT, party_id=ravi)
    late = trade.sell(trade.line("Soap"), total=118, paid=CREDIT, party_id=ravi, has_happened=True)
    assert kinds(late) == ["credit_limit"]
    assert late.flags[0].detail == {"limit": 200_00, "due": 118_00, "wanted": 118_00}


def test_an_archived_item(trade: Trade) -> None:
    soap = trade.item("Soap", 118)
    with open_books(trade.actor) as books:
        archive_item(books, soap)
    with pytest.raises(SaleRefused, match="archived"):
        trade.sell(trade.line("Soap"), total=118)
    assert kinds(trade.sell(trade.line("Soap"), total=118, has_happened=True)) == ["archived_item"]


def test_another_companys_item_is_refused_online_and_never_read(trade: Trade, other: Trade) -> None:
    theirs = other.item("Their soap", 118, stock_of=5)
    line = SaleLine(theirs, Qty(1000), MilliPaise(118_00_000), price_includes_tax=True)
    with pytest.raises(SaleRefused, match="does not exist"):
        trade.sell(line, total=118)
    late = trade.sell(replace(line, printed=printed("Soap of the till")), total=118, has_happened=True)
    assert kinds(late) == ["below_zero", "unknown_item"]
    assert trade.bill(late).lines[0].name == "Soap of the till"
    assert other.on_hand("Their soap") == 5000


def test_another_companys_customer_is_refused_online(trade: Trade, other: Trade) -> None:
    theirs = other.customer("Their customer")
    trade.item("Soap", 118)
    with pytest.raises(SaleRefused, match="customer does not exist"):
        trade.sell(trade.line("Soap"), total=118, party_id=theirs)
    late = trade.sell(trade.line("Soap"), total=118, paid=CREDIT, party_id=theirs, party={"name": "Ravi"}, has_happened=True)
    assert kinds(late) == ["unknown_customer"]
    assert trade.bill(late).header.party_name == "Ravi"


def test_another_companys_bill_is_not_there(trade: Trade, other: Trade) -> None:
    other.item("Soap", 118)
    theirs = other.sell(other.line("Soap"), total=118)
    for verb in (trade.bill, trade.cancel, lambda bill: trade.take_back(bill, (1, 1))):
        with pytest.raises(NotFound):
            verb(theirs)


def test_a_locked_month_moves_a_sale_that_has_happened_to_the_first_open_day(trade: Trade) -> None:
    trade.item("Soap", 118)
    with open_books(trade.actor) as books:
        company.lock_month(books, 202609, "GSTR filed")
        company.lock_month(books, 202610, "GSTR filed")
    with pytest.raises(company.PeriodLocked):
        trade.sell(trade.line("Soap"), total=118, invoice_date=date(2026, 9, 30))
    late = trade.sell(trade.line("Soap"), total=118, invoice_date=date(2026, 9, 30), has_happened=True)
    assert kinds(late) == ["period_locked"]
    assert (trade.bill(late).header.invoice_date, trade.bill(late).header.posted_on) == (date(2026, 9, 30), date(2026, 11, 1))


def test_a_bill_of_tomorrow(trade: Trade) -> None:
    trade.item("Soap", 118)
    today = trade.read(lambda books: books.today)
    with pytest.raises(SaleRefused, match="has not come yet"):
        trade.sell(trade.line("Soap"), total=118, invoice_date=today + timedelta(days=1))
    assert trade.sell(trade.line("Soap"), total=118, invoice_date=today + timedelta(days=1), has_happened=True).flags == ()
    assert kinds(trade.sell(trade.line("Soap"), total=118, invoice_date=today + timedelta(days=2), has_happened=True)) == ["future_date"]


def test_a_till_that_has_not_heard_of_a_new_rate_is_believed_and_flagged(trade: Trade) -> None:
    trade.item("Ghee", 112, "gst-12-5")
    old = trade.sell(trade.line("Ghee", printed=printed("Ghee", rate=1200)), total=112, has_happened=True)
    assert kinds(old) == ["rate_outdated"]
    assert trade.posted(old.invoice_id) == "Cash 112.00 Dr / Sales 100.00 Cr / Output CGST 6.00 Cr / Output SGST 6.00 Cr"
    odd = trade.sell(trade.line("Ghee", printed=printed("Ghee", rate=2800)), total=112, has_happened=True)
    assert kinds(odd) == ["rate_differs"]
    assert trade.sell(trade.line("Ghee", printed=printed("Ghee", rate=500)), total=112, has_happened=True).flags == ()


def test_the_rate_of_the_bills_own_day_holds(trade: Trade) -> None:
    trade.item("Ghee", 112, "gst-12-5")
    assert trade.sell(trade.line("Ghee"), total=112, invoice_date=date(2025, 9, 21), has_happened=True).figures.cgst == 6_00
    assert trade.sell(trade.line("Ghee"), total=112, invoice_date=date(2025, 9, 22), has_happened=True).figures.cgst == 2_67


def test_a_large_bill_names_its_buyer(trade: Trade) -> None:
    trade.item("Fridge", 59_000)
    with pytest.raises(SaleRefused, match="₹50,000"):
        trade.sell(trade.line("Fridge"), total=59_000)
    named = {"name": "Ravi", "address": "12 MG Road, Pune", "state_code": "27", "gstin": None, "phone": ""}
    assert trade.sell(trade.line("Fridge"), total=59_000, party=named).flags == ()


def test_a_scheme_changed_behind_the_tills_back(trade: Trade) -> None:
    trade.item("Soap", 118)
    trade.settings(scheme="composition")
    late = trade.sell(trade.line("Soap", printed=printed()), total=118, kind=DocumentKind.TAX_INVOICE, has_happened=True)
    assert kinds(late) == ["kind_differs"]
    assert late.figures.cgst == 9_00
    assert trade.sell(trade.line("Soap"), total=118).figures.cgst == 0


def test_flags_are_settled_once_with_words(trade: Trade) -> None:
    trade.item("Soap", 118, stock_of=0)
    late = trade.sell(trade.line("Soap"), total=118, has_happened=True)
    with open_books(trade.actor) as books:
        sales.settle_flag(books, late.invoice_id, FlagKind.BELOW_ZERO.value, "Counted: 4 were there")
    assert trade.read(sales.open_flags) == []
    with pytest.raises(Conflict), open_books(trade.actor) as books:
        sales.settle_flag(books, late.invoice_id, FlagKind.BELOW_ZERO.value, "Again")
    with pytest.raises(NotFound), open_books(trade.actor) as books:
        sales.settle_flag(books, late.invoice_id, "above_mrp", "Not there")


def test_an_id_that_nobody_has(trade: Trade) -> None:
    with pytest.raises(NotFound):
        trade.read(lambda books: sales.invoice(books, uuid4()))
