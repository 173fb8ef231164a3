"""How the shop sells beside its daily counter: a hostel's order from the quotation to the money, appliances, a price list."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from webapp import catalogue, company, einvoice, ewaybills, links, orders, parties, payments, sales, schemes
from webapp.demonstration.branches import CEREAL, COOKER, HOB, MIXER, SERIALS, Tracked
from webapp.demonstration.goods import CUSTOMERS, GOODS
from webapp.demonstration.shop import Desk, gstin_of, hash_of
from webapp.kernel.dates import FinancialYear
from webapp.kernel.ids import new_id
from webapp.kernel.money import MilliPaise, Paise, Qty, plain_decimal
from webapp.platform.numbering import open_series
from webapp.platform.tenancy import Books
from webapp.tax.rules import RULES_V

# What a hostel orders; the week's delivery brings it before it goes.
HOSTEL = {"Packaged Water 1 L": 12, "Instant Noodles 70 g": 20, "Bath Soap 100 g": 8, "Tea Leaf 250 g": 3}
# What a hotel in another state orders at once: worth an e-way bill; the week's delivery brings it too.
GOA = {"Sunflower Oil 5 L": 60, "Detergent Powder 1 kg": 90}
# Which piece of each appliance was sold; the last mixer went back, others went to the other stores.
SOLD = {good.name: SERIALS[good.name][0] for good in (MIXER, COOKER, HOB)}
_LIST_BUYERS = ("Hotel Sai Prasad", "Ganesh Tea House", "Shivneri Canteen")
TEA_TIME = 175_00  # 250 g of tea and a kilogram of sugar, ₹184 apart
_LISTED = ("Rice and grains", "Flour", "Tea and coffee")


def quote(desk: Desk, books: Books, day: date) -> None:
    """A quotation to a new customer on credit."""
    hostel = parties.PartyDraft(
        name="Deccan Hostels LLP",
        gstin=gstin_of("27AAFFD6543Q1Z"),
        phone="9822010050",
        state_code="27",
        address="7 Karve Road, Erandwane",
        city="Pune",
        pin_code="411004",
        credit_limit_paise=Paise(25_000_00),
        credit_days=30,
    )
    desk.made["hostel"] = parties.create_party(books, hostel).id
    lines = tuple(
        sales.TypedLine(number, item=name, item_id=str(_item(desk, name)), qty=str(count))
        for number, (name, count) in enumerate(HOSTEL.items(), 1)
    )
    typed = sales.TypedSheet(
        id=new_id(), day=day.isoformat(), store_id=str(desk.shop.store_id), party_id=str(desk.made["hostel"]), lines=lines
    )
    desk.made["quotation"] = orders.create(books, orders.NewDocument("quotation", typed, ends_on=day + timedelta(days=15))).id


def report_invoices(_desk: Desk, books: Books, day: date) -> None:
    """From this day on bills to registered customers are reported to the e-invoice portal, and e-way bills made, both by files."""
    gstin = company.profile(books).gstin or ""
    einvoice.set_up(books, einvoice.SetUp(gstin, 0, day, turnover_crore=5, road=einvoice.Road.FILE))
    ewaybills.set_up(books, ewaybills.SetUp(gstin, 0, day, ewaybills.Road.FILE))


def take_order(desk: Desk, books: Books, _day: date) -> None:
    """The hostel accepts by the quotation's link, and the office makes the order."""
    view = orders.document(books, desk.made["quotation"])
    link = links.make(books, "order", view.head.id, view.head.shown_number, days=30)
    said = orders.Answer(
        link.id, accepts=True, name="Warden, Deccan Hostels", note="Deliver to the mess", address_hash=hash_of("mess")[:32]
    )
    orders.answer(books, view.head.id, said)
    desk.made["sales order"] = orders.convert(books, view.head.id, "order", id_=new_id()).id


def deliver(desk: Desk, books: Books, day: date) -> None:
    """Half of the order goes on a challan, whose e-way bill waits to be made."""
    view = orders.document(books, desk.made["sales order"])
    lines = tuple(
        sales.TypedLine(
            line.line_no,
            item_id=str(line.item_id),
            qty=plain_decimal(line.qty // 2000 * 1000, 3),
            unit=line.unit,
            source=f"{view.head.id}.{line.line_no}",
        )
        for line in view.lines
    )
    typed = sales.TypedSheet(
        id=new_id(), day=day.isoformat(), store_id=str(desk.shop.store_id), party_id=str(desk.made["hostel"]), lines=lines
    )
    made = orders.create(books, orders.NewDocument("challan", typed, purpose="supply", transport={"vehicle": "MH12 QT 4417"}))
    ewaybills.enlist(books, ewaybills.Kind.ORDER, made.id, by_choice=True)


def deliver_and_bill(desk: Desk, books: Books, _day: date) -> None:
    """The rest goes on a second challan, and one invoice bills both."""
    orders.convert(books, desk.made["sales order"], "challan", id_=new_id())
    desk.made["invoice"] = orders.invoice_from(books, desk.made["sales order"], id_=new_id()).invoice_id


def hostel_pays(desk: Desk, books: Books, day: date) -> None:
    """The whole invoice, by bank."""
    total = sales.invoice(books, desk.made["invoice"]).header.total_paise
    receipt = payments.ReceiptCommand(
        id=new_id(),
        party_id=desk.made["hostel"],
        received_on=day,
        store_id=desk.shop.store_id,
        mode="bank",
        amount=Paise(total),
        body_sha256=hash_of("hostel", day),
        bills=(payments.PaidBill(desk.made["invoice"], total),),
    )
    payments.take_receipt(books, receipt)


def sell_to_goa(desk: Desk, books: Books, day: date) -> None:
    """A registered customer of another state, on credit: IGST, an e-invoice and an e-way bill."""
    hotel = parties.PartyDraft(
        name="Mandovi Beach Hotel LLP",
        gstin=gstin_of("30AAKFM2345P1Z"),
        phone="9822010051",
        state_code="30",
        address="18 Campal Road",
        city="Panaji",
        pin_code="403001",
        credit_limit_paise=Paise(1_00_000_00),
        credit_days=30,
    )
    lines = tuple(
        sales.TypedLine(number, item=name, item_id=str(_item(desk, name)), qty=str(count))
        for number, (name, count) in enumerate(GOA.items(), 1)
    )
    party = parties.create_party(books, hotel).id
    typed = sales.TypedSheet(id=new_id(), day=day.isoformat(), store_id=str(desk.shop.store_id), party_id=str(party), lines=lines)
    desk.made["Goa"] = sales.issue_invoice(books, typed).invoice_id


def take_back_from_goa(desk: Desk, books: Books, day: date) -> None:
    """Two cans leaked on the way: a credit note, which is an e-invoice too."""
    year = FinancialYear.of(day)
    series = f"{year.start_year % 100:02d}00R"  # the office's own
    open_series(books, series, document_kind="credit_note", year=year)
    back = sales.SaleReturn(
        id=new_id(),
        against_id=desk.made["Goa"],
        series=series,
        seq=None,
        invoice_date=day,
        issued_at=books.now,
        store_id=desk.shop.store_id,
        cashier="Asha",
        lines=(sales.ReturnLine(1, Qty(2000)),),
        body_sha256=hash_of("goa", day),
        rules_v=RULES_V,
        has_happened=True,
        refund=sales.TenderMode.CREDIT,
        note="Two cans leaked",
    )
    sales.issue_return(books, back)


def sell_baby_food(desk: Desk, books: Books, day: date) -> None:
    """Most of the first lot, over the counter."""
    _sell(desk, books, day, {CEREAL: 14})


def sell_appliances(desk: Desk, books: Books, day: date) -> None:
    """Two pieces to neighbours."""
    _sell(desk, books, day, {MIXER: 1, COOKER: 1})


def sell_at_kothrud(desk: Desk, books: Books, day: date) -> None:
    """The second shop sells of what came."""
    _sell(desk, books, day, {HOB: 1}, store="KTD", till="K1")


def make_price_list(desk: Desk, books: Books, day: date) -> None:
    """Hotels and canteens buy some shelves four per cent below the label."""
    list_id = catalogue.create_price_list(books, catalogue.ListDraft("Hotels and canteens", is_for_all=False))
    prices = [
        catalogue.PriceDraft(desk.shop.items[place], MilliPaise(good.mrp * 96_000), day)
        for place, good in enumerate(GOODS)
        if good.category in _LISTED
    ]
    catalogue.set_prices(books, list_id, prices)
    for place, (name, _phone, _limit) in enumerate(CUSTOMERS):
        if name in _LIST_BUYERS:
            catalogue.give_list(books, desk.shop.customers[place], list_id)


def make_schemes(desk: Desk, books: Books, day: date) -> None:
    """Two soaps and one more free, four times on a bill; tea and sugar together for less."""
    soap, tea, sugar = (str(_item(desk, name)) for name in ("Bath Soap 100 g", "Tea Leaf 250 g", "Sugar Loose"))
    soaps = schemes.Goods(frozenset({soap}))
    first = day.isoformat()
    free = schemes.Scheme(str(new_id()), "Buy 2 get 1 free", schemes.Kind.FREE, first, goods=soaps, buy=2000, get=1000, most=4)
    parts = ((tea, 1000), (sugar, 1000))
    tea_time = schemes.Scheme(str(new_id()), "Tea time", schemes.Kind.BUNDLE, first, is_alone=True, parts=parts, price=TEA_TIME)
    for scheme in (free, tea_time):
        schemes.create_scheme(books, scheme)


def _sell(desk: Desk, books: Books, day: date, basket: dict[Tracked, int], *, store: str = "", till: str = "M1") -> None:
    year = FinancialYear.of(day)
    series = f"{year.start_year % 100:02d}{till}"
    open_series(books, series, document_kind="bill", year=year)
    sale_id, total = new_id(), Paise(sum(good.mrp * count for good, count in basket.items()) * 100)
    lines = [
        sales.SaleLine(
            item_id=desk.shop.tracked[good.name],
            qty=Qty(count * 1000),
            unit_price=MilliPaise(good.mrp * 100_000),
            price_includes_tax=True,
            serials=(SOLD[good.name],) if good.name in SOLD else (),
        )
        for good, count in basket.items()
    ]
    sold = sales.Sale(
        id=sale_id,
        series=series,
        seq=None,
        invoice_date=day,
        issued_at=books.now,
        store_id=desk.shop.stores[store] if store else desk.shop.store_id,
        cashier="Asha",
        lines=tuple(lines),
        tenders=(sales.Tender(sales.TenderMode.UPI, total),),
        body_sha256=hash_of(sale_id),
        rules_v=RULES_V,
        has_happened=True,
    )
    sales.issue(books, sold)


def _item(desk: Desk, name: str) -> UUID:
    return desk.shop.items[next(place for place, good in enumerate(GOODS) if good.name == name)]
