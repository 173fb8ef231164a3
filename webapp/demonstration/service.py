"""Fills the shop, by the verbs everything else uses: items, bills, returns, receipts, purchases, deposits, rent."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

from stdnum import ean

from webapp import catalogue, company, identity, ledger, parties, payments, sales, stock
from webapp.demonstration.branches import stores_of, tracked_items
from webapp.demonstration.calendar import PlannedBill, planned_days
from webapp.demonstration.goods import CUSTOMERS, GOODS
from webapp.demonstration.office import Office
from webapp.demonstration.shop import Shop, gstin_of, set_clock, write_voucher
from webapp.kernel.dates import IST, FinancialYear
from webapp.kernel.ids import new_id
from webapp.kernel.money import MilliPaise, Paise, Qty, rounded
from webapp.kernel.movement import Movement, StockSlip
from webapp.kernel.posting import credit, debit
from webapp.kernel.records import dataclass
from webapp.onboarding import SignUp, sign_up
from webapp.platform import clock
from webapp.platform.numbering import open_series
from webapp.platform.tenancy import Books, open_books, open_directory
from webapp.tax.rules import RULES_V

EMAIL = "owner@sharma.example"
NAME = "Sharma Stores"
SEED = 20_261_121
WEEKS_ON_THE_SHELF = 3
BILLS_OF_A_YEAR = 2400  # what `weekly` of the goods is stated for

Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Filled:
    """What was made, in words for the console."""

    words: str


def fill(*, bills: int, password: str, progress: Progress) -> Filled:
    """Found Sharma Stores and let a year go by. Does nothing when it is there already."""
    with open_directory() as directory:
        known = any(person.email == EMAIL for person in identity.everyone(directory))
    if known:
        return Filled(f"{NAME} is there already: sign in as {EMAIL}.")
    chosen = password or "-".join(secrets.choice(("tulsi", "neem", "mango", "lotus", "peepal", "banyan", "jasmine")) for _ in range(3)) + (
        f"-{secrets.randbelow(900) + 100}"
    )
    last_day, until = clock.today(), clock.now()
    try:
        shop = _found(chosen, last_day - timedelta(days=365))
        sold = _live_through(shop, last_day, until, bills, progress)
    finally:
        clock.use(None)
    return Filled(f"{NAME}, Pune: {sold} bills. Sign in as {EMAIL} with the password {chosen}")


def _found(password: str, day: date) -> Shop:
    set_clock(day, 9)
    asked = SignUp(
        business_name=NAME,
        state_code="27",
        shop_kind="kirana",
        email=EMAIL,
        password=password,
        gstin=gstin_of("27ABCPS1234D1Z"),
        person_name="Asha Sharma",
    )
    with open_directory() as directory:
        actor = sign_up(directory, asked)
    with open_books(actor) as books:
        company.change_profile(
            books,
            {
                "address": "14 Laxmi Road, Sadashiv Peth",
                "city": "Pune",
                "pin_code": "411030",
                "phone": "+912024450011",
                "upi_id": "sharmastores@okbank",
                "bill_language": "en+hi",
                "invoice_terms": "Goods once sold are exchanged within 7 days with this bill.",
                "allows_negative_stock": True,
            },
        )
        store_id = company.default_store(books)
        items = tuple(_items(books))
        customers = tuple(
            parties.create_party(
                books,
                parties.PartyDraft(
                    name=name, phone=phone, state_code="27", city="Pune", credit_limit_paise=Paise(limit * 100), credit_days=30
                ),
            ).id
            for name, phone, limit in CUSTOMERS
        )
        supplier = parties.create_party(
            books, parties.PartyDraft(name="Gultekdi Wholesale", is_customer=False, is_supplier=True, state_code="27", city="Pune")
        ).id
        heads, stores, tracked = ledger.heads(books), stores_of(books), tracked_items(books)
        write_voucher(
            books, "receipt", day, "Capital brought in", [debit(heads["bank"], 9_00_000_00), credit(heads["capital"], 9_00_000_00)]
        )
    return Shop(actor, store_id, items, customers, supplier, tracked, stores)


def _items(books: Books) -> list[UUID]:
    classes = catalogue.tax_class_ids(books)
    made = []
    for place, good in enumerate(GOODS):
        stem = f"890{place + 1:09d}"
        draft = catalogue.ItemDraft(
            name=good.name,
            local_name=good.local_name,
            price_millipaise=MilliPaise(good.mrp * 100_000),
            tax_class_id=classes[_TAX_CODES.get(good.tax, good.tax)],
            unit=good.unit,
            hsn=good.hsn,
            mrp_paise=None if good.unit == "KGS" else Paise(good.mrp * 100),
            category=good.category,
            brand=good.brand,
            sold_by_weight=good.unit == "KGS",
            reorder_level_qty=Qty(good.weekly * 1000),
            codes=(stem + ean.calc_check_digit(stem),) if good.unit != "KGS" else (),
        )
        made.append(catalogue.create_item(books, draft).id)
    return made


_TAX_CODES = {"gst5": "gst-5", "gst18": "gst-18", "gst40": "gst-40"}


def _live_through(shop: Shop, last_day: date, until: datetime, bills: int, progress: Progress) -> int:
    sold = 0
    on_shelf = dict.fromkeys(range(len(GOODS)), 0)
    office = Office(shop, last_day)
    for number, (day, planned) in enumerate(planned_days(last_day, bills, SEED)):
        if number % 7 == 0:
            _receive_goods(shop, day, on_shelf, bills)
        for place, qty in office.work(day):
            on_shelf[place] -= qty
        for bill in planned:
            if bill.at > until:
                break
            _sell(shop, bill)
            sold += 1
            for place, qty in bill.basket:
                on_shelf[place] -= qty
        if day.weekday() == 0:
            _take_dues(shop, day)
            _bank(shop, day)
        if day.day == 5:
            _pay_the_month(shop, day)
        progress(number + 1, 365)
    return sold


def _sell(shop: Shop, bill: PlannedBill) -> None:
    clock.use(lambda: bill.at)
    day = bill.at.astimezone(IST).date()
    with open_books(shop.actor) as books:
        sale_id = new_id()
        issued = sales.issue(books, _sale(books, shop, bill, day, sale_id))
        if bill.is_mistake:
            sales.cancel(books, sale_id, reason="Rung up twice", at=bill.at + timedelta(minutes=2))
        elif bill.comes_back:
            back = sales.SaleReturn(
                id=new_id(),
                against_id=sale_id,
                series=_series(books, day, "R"),
                seq=None,
                invoice_date=day,
                issued_at=bill.at + timedelta(minutes=40),
                store_id=shop.store_id,
                cashier="Ravi",
                lines=(sales.ReturnLine(1, Qty(bill.basket[0][1])),),
                body_sha256=hashlib.sha256(f"return of {issued.number}".encode()).hexdigest(),
                rules_v=RULES_V,
                has_happened=True,
                refund=sales.TenderMode(bill.mode),
                note="Packet was damaged",
            )
            sales.issue_return(books, back)


def _sale(books: Books, shop: Shop, bill: PlannedBill, day: date, sale_id: UUID) -> sales.Sale:
    lines = tuple(
        sales.SaleLine(item_id=shop.items[place], qty=Qty(qty), unit_price=MilliPaise(GOODS[place].mrp * 100_000), price_includes_tax=True)
        for place, qty in bill.basket
    )
    # Every price includes its tax, so the bill comes to the sum of its lines, to the rupee.
    exact = sum(rounded(line.qty * line.unit_price, 1_000_000) for line in lines)
    total = Paise(rounded(exact, 100) * 100)
    given = Paise(-(-total // 10_000) * 10_000) if bill.mode == "cash" else None
    return sales.Sale(
        id=sale_id,
        series=_series(books, day, ""),
        seq=None,
        invoice_date=day,
        issued_at=bill.at,
        store_id=shop.store_id,
        cashier="Ravi" if bill.at.hour < 10 else "Asha",
        lines=lines,
        tenders=(sales.Tender(sales.TenderMode(bill.mode), total, given=given),),
        body_sha256=hashlib.sha256(sale_id.bytes).hexdigest(),
        rules_v=RULES_V,
        has_happened=True,
        party_id=None if bill.customer is None else shop.customers[bill.customer],
    )


def _series(books: Books, day: date, suffix: str) -> str:
    year = FinancialYear.of(day)
    prefix = f"{year.start_year % 100:02d}M1{suffix}"
    open_series(books, prefix, document_kind="credit_note" if suffix else "bill", year=year)
    return prefix


def _receive_goods(shop: Shop, day: date, on_shelf: dict[int, int], bills: int) -> None:
    """The week's delivery from the wholesaler: up to three weeks of each good, at a price that wanders a little."""
    set_clock(day, 7)
    movements: list[Movement] = []
    taxable = tax = 0
    drift = 100 + (day.toordinal() // 28) % 5
    for place, good in enumerate(GOODS):
        wanted = good.weekly * WEEKS_ON_THE_SHELF * bills // BILLS_OF_A_YEAR * 1000 + 4000 - on_shelf[place]
        if wanted <= 0:
            continue
        value = wanted * good.mrp * good.cost_percent * drift // 100_000
        movements.append(Movement(len(movements) + 1, shop.items[place], shop.store_id, Qty(wanted), Paise(value)))
        taxable += value
        tax += value * {"gst18": 9, "gst40": 20, "nil": 0}.get(good.tax, 5) // (100 if good.tax != "gst5" else 200)
        on_shelf[place] += wanted
    if not movements:
        return
    with open_books(shop.actor) as books:
        heads, purchase = ledger.heads(books), new_id()
        stock.record(
            books, document_id=purchase, kind="purchase", moved_on=day, slip=StockSlip(tuple(movements)), policy=stock.Policy.ALLOW
        )
        lines = [
            debit(heads["stock-in-hand"], taxable),
            debit(heads["input-cgst"], tax),
            debit(heads["input-sgst"], tax),
            credit(heads["creditors"], taxable + 2 * tax, shop.supplier),
        ]
        write_voucher(books, "purchase", day, "Weekly delivery, Gultekdi Wholesale", lines, purchase)


def _take_dues(shop: Shop, day: date) -> None:
    """On Mondays customers who owe pay most of it, some in cash, some by UPI."""
    set_clock(day, 11)
    with open_books(shop.actor) as books:
        for place, party_id in enumerate(shop.customers):
            due = ledger.party_due(books, party_id)
            if due < 500_00 or (place + day.isocalendar().week) % 3 == 0:
                continue
            amount = Paise(due * 7 // 1000 * 100)
            payments.take_receipt(
                books,
                payments.ReceiptCommand(
                    id=new_id(),
                    party_id=party_id,
                    received_on=day,
                    store_id=shop.store_id,
                    mode="cash" if place % 2 else "upi",
                    amount=amount,
                    body_sha256=hashlib.sha256(f"{party_id} {day} {amount}".encode()).hexdigest(),
                ),
            )


def _bank(shop: Shop, day: date) -> None:
    """The week's cash goes to the bank, UPI and cards arrive there, the wholesaler is paid."""
    set_clock(day, 16)
    with open_books(shop.actor) as books:
        heads = ledger.heads(books)
        closing = {account: total.closing for account, total in ledger.account_totals(books, FinancialYear.of(day).first_day, day).items()}
        in_bank = closing.get(heads["bank"], 0)
        for code, words, keep in (
            ("cash", "Cash deposited", 5_000_00),
            ("upi-clearing", "UPI settled", 0),
            ("card-clearing", "Cards settled", 0),
        ):
            amount = closing.get(heads[code], 0) - keep
            if amount > 0:
                in_bank += amount
                write_voucher(books, "contra", day, words, [debit(heads["bank"], amount), credit(heads[code], amount)])
        owed = -ledger.party_balances_at(books, [day]).get((heads["creditors"], shop.supplier), (0,))[0]
        pay = min(owed, in_bank - 50_000_00)
        if pay > 0:
            write_voucher(
                books,
                "payment",
                day,
                "Paid to Gultekdi Wholesale",
                [debit(heads["creditors"], pay, shop.supplier), credit(heads["bank"], pay)],
            )


def _pay_the_month(shop: Shop, day: date) -> None:
    set_clock(day, 17)
    with open_books(shop.actor) as books:
        heads = ledger.heads(books)
        for words, amount in (("Rent of the shop", 4_500_00), ("Helper's wages", 3_000_00), ("Electricity", 900_00 + day.month * 35_00)):
            write_voucher(books, "payment", day, words, [debit(heads["expenses"], amount), credit(heads["bank"], amount)])
