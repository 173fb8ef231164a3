"""Supplies under section 9(5): entered, posted, told in table 15 and 3.1.1(i), paid in cash, taken back, amended; and who may not."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.bad_days.test_last_unit import at_once
from tests.counter.device import signed_in
from tests.ground.shops import Shop, found_sharma
from tests.gst_returns import shared_files
from tests.gst_returns.month import due
from tests.gstr3b.shopfront import GSTIN, NOVEMBER, OCTOBER, Front
from tests.sales.test_pages import token_of
from tests.support import assert_posted, refused
from webapp import books_check, company, gst_annual, gst_returns, gstr3b, ledger, operator_supplies
from webapp.company import OpeningDraft, PeriodLocked, open_days
from webapp.gst_returns import ReturnPeriod, Taxes
from webapp.input_tax import Tax
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import MOST_PAISE
from webapp.operator_supplies import OperatorRegistration, SupplyDraft, SupplyRow, queries
from webapp.operator_supplies.importing import import_supplies
from webapp.platform.permissions import Role
from webapp.platform.tenancy import open_books, read_books

SELLER, BUYER = "29AAGCB7383J1Z4", "27AAPFU0939F1ZV"
DAY = date(2026, 10, 6)


def draft(**more: Any) -> SupplyDraft:
    return replace(SupplyDraft(new_id(), GSTIN, "Z/1", DAY, SELLER, "Dosa House", "", "", "27", 500, 1000_00, 0), **more)


def be_operator(shop: Shop, gstin: str = GSTIN, *, is_operator: bool = True, version: int = 0) -> None:
    with open_books(shop.actor) as books:
        own = OperatorRegistration(gstin, is_operator, ledger.heads(books)["bank"], version)
        operator_supplies.set_up(books, own)


def enter(shop: Shop, wanted: SupplyDraft) -> SupplyRow:
    with open_books(shop.actor) as books:
        return operator_supplies.enter_supply(books, wanted)


def take_back(shop: Shop, row: SupplyRow, reason: str = "Entered twice") -> SupplyRow:
    with open_books(shop.actor) as books:
        return operator_supplies.reverse_supply(books, row.id, reason)


@pytest.fixture
def front(sharma: Shop) -> Front:
    be_operator(sharma)
    return Front.of(sharma)


def shop_of(front: Front) -> Shop:
    return front.desk.shop


def four(shop: Shop) -> list[SupplyRow]:
    """One of each half of table 15: within the state, and to another."""
    return [
        enter(shop, draft(number="Z/1", recipient_gstin=BUYER, recipient_name="Pune Mart")),
        enter(shop, draft(number="Z/1", recipient_gstin=BUYER, recipient_name="Pune Mart", rate_bp=1800, taxable=100_00)),
        enter(shop, draft(number="Z/2", supplier_gstin="", supplier_name="Cab", recipient_gstin=BUYER, place="29")),
        enter(shop, draft(number="Z/3", taxable=250_55)),
        enter(shop, draft(number="Z/4", taxable=250_55)),
        enter(shop, draft(number="Z/5", supplier_gstin="", place="29", taxable=333_33, cess=1_00)),
    ]


@pytest.mark.database
def test_a_supply_posts_its_tax_and_is_told_in_table_15(front: Front, iyer: Shop) -> None:
    rows = four(shop_of(front))
    told = front.month.told(OCTOBER)
    if shared_files.STATUTORY.is_dir():
        payload = shared_files.require_shape(gst_returns.as_text(told))
    else:
        payload = json.loads(gst_returns.as_text(told))
    ecom = payload["ecom"]
    (invoice,) = ecom["b2b"][0]["inv"]
    assert (ecom["b2b"][0]["stin"], invoice["inum"], len(invoice["itms"]), invoice["flag"]) == (SELLER, "Z/1", 2, "N")
    assert [entry["rtin"] for entry in ecom["urp2b"]] == [BUYER]
    assert ecom["b2c"][0]["txval"] == shared_files.Decimal("501.1")  # two documents in one row
    assert {one["pos"] for one in ecom["urp2c"]} == {"29"}
    assert due(told) == front.month.output_tax(OCTOBER.days)
    assert due(told)["igst"] == 50_00 + 16_67
    with read_books(shop_of(front).actor) as books:
        assert_posted(books, ledger.voucher_or_none(books, rows[0].id), "Bank 50.00 Dr / Output CGST 25.00 Cr / Output SGST 25.00 Cr")
    with read_books(iyer.actor) as books:
        assert queries.supplies(books, GSTIN, queries.Wanted()) == []
        refused(lambda: operator_supplies.supply(books, rows[0].id), NotFound)
    refused(lambda: enter(iyer, draft()), NotFound)
    with open_books(iyer.actor) as books:
        refused(lambda: operator_supplies.reverse_supply(books, rows[0].id, "Not mine"), NotFound)
        refused(lambda: operator_supplies.set_up(books, OperatorRegistration(GSTIN, True, ledger.heads(books)["bank"])), NotFound)


@pytest.mark.database
def test_gstr3b_tells_them_in_3_1_1_and_they_are_paid_in_cash(front: Front) -> None:
    """Circular 167/23/2021-GST: no credit pays the tax of s.9(5), whatever credit there is."""
    front.month.bill(("Soap", "10"), day=DAY)  # 90 CGST, 90 SGST
    buyer = front.desk.buyer
    buyer.buy(buyer.line("Soap", 1000, 10), bill_date=DAY, voucher_date=DAY)
    four(shop_of(front))
    told = front.told()
    assert told.of("eco_sup").tax == Tax(66_67, 46_52, 46_52, 1_00)  # 25 + 9 + twice 6.26 within the state
    assert told.of("eco_sup").value == 1000_00 + 100_00 + 1000_00 + 501_10 + 333_33
    assert told.of("unreg_details").tax.igst == 16_67  # table 3.2 holds both
    assert told.output == Tax(0, 90_00, 90_00)
    paid = front.ask(lambda books: gstr3b.payment(books, told)).settlement
    assert (paid.cash.total, paid.reverse) == (0, Tax(67_00, 47_00, 47_00, 1_00))
    assert paid.credit_used == Tax(0, 90_00, 90_00)
    before = {head: front.account(f"output-{head}") for head in ("igst", "cgst", "sgst", "cess")}
    front.file_gstr1()
    front.pay_what_is_missing()
    row = front.file()
    with open_books(shop_of(front).actor) as books:
        gstr3b.post_set_off(books, row.id)
    assert before["igst"] == -66_67
    assert [front.account(f"output-{head}") for head in before] == [0, 0, 0, 0]
    assert [front.account(f"reverse-charge-{head}") for head in before] == [0, 0, 0, 0]
    assert front.account("gst-cash-ledger") == 0
    assert front.ask(lambda books: gstr3b.kept_of(books, row.id)).settlement.operator == told.as_operator
    assert front.ask(lambda books: books_check.verify_books(books).breaches) == []
    period = ReturnPeriod("year", 202703)
    nine = front.ask(lambda books: gst_annual.gstr9(books, gst_returns.registration(books, GSTIN), period))
    assert nine.filed.of("4G1") == nine.books.of("4G1") == Taxes(2934_43, 46_52, 46_52, 66_67, 1_00)
    assert nine.filed.of("9.payable") == nine.books.of("9.payable")


@pytest.mark.database
def test_taken_back_in_an_open_month_it_is_told_no_more_in_a_filed_one_it_is_amended(front: Front) -> None:
    rows = four(shop_of(front))
    gone = take_back(shop_of(front), rows[3])
    assert (gone.stands, take_back(shop_of(front), rows[3])) == (False, gone)
    assert due(front.month.told(OCTOBER)) == front.month.output_tax(OCTOBER.days)
    again = enter(shop_of(front), draft(number="Z/3", taxable=99_00))  # its number is free again
    front.file_gstr1()
    for wrong in (lambda: take_back(shop_of(front), again), lambda: enter(shop_of(front), draft(number="Z/9"))):
        refused(wrong, PeriodLocked)
    with open_books(shop_of(front).actor) as books:
        days = OCTOBER.days
        open_days(books, OpeningDraft(days.first_day, days.last_day, ("sales",), "A wrong seller", timedelta(hours=1)))
    take_back(shop_of(front), rows[0])
    take_back(shop_of(front), rows[1])
    take_back(shop_of(front), again)
    told = front.month.told(NOVEMBER)
    text = gst_returns.as_text(told)
    late = (shared_files.require_shape(text) if shared_files.STATUTORY.is_dir() else json.loads(text))["ecoma"]
    (entry,) = late["b2ba"]
    assert (entry["stin"], entry["rtin"]) == (SELLER, BUYER)
    assert [(one["oinum"], one["val"]) for one in entry["inv"]] == [("Z/1", 0)]
    (sums,) = late["b2ca"][0]["posItms"]
    assert (sums["omon"], sums["ostin"], sums["itms"][0]["txval"]) == ("102026", SELLER, shared_files.Decimal("250.55"))
    assert due(told) == {"cgst": -36_48, "sgst": -36_48, "igst": 0, "cess": 0}
    cut = front.told(NOVEMBER).of("eco_sup").tax
    assert cut == Tax(0, due(told)["cgst"], due(told)["sgst"])


REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"number": "Z 1"}, "number"),
    ({"number": "000"}, "number"),
    ({"number": "A" * 17}, "number"),
    ({"day": date(2026, 12, 31)}, "day"),
    ({"supplier_gstin": GSTIN}, "supplier_gstin"),
    ({"recipient_gstin": "27AAPFU0939F1ZX"}, "recipient_gstin"),
    ({"supplier_name": "x" * 100}, "supplier_name"),
    ({"place": "96"}, "place"),
    ({"place": ""}, "place"),
    ({"rate_bp": 700}, "rate"),
    ({"rate_bp": 0}, "rate"),
    ({"taxable": 0}, "taxable"),
    ({"taxable": 3}, "taxable"),
    ({"taxable": MOST_PAISE}, "taxable"),
    ({"taxable": 2**63}, "taxable"),
    ({"cess": -1}, "cess"),
]


@pytest.mark.database
def test_what_the_portal_would_refuse_is_refused_beside_its_field(front: Front) -> None:
    for more, field in REFUSALS:
        with pytest.raises(InvalidInput) as caught:
            enter(shop_of(front), draft(**more))
        assert field in caught.value.errors, more
    first = draft()
    row = enter(shop_of(front), first)
    assert enter(shop_of(front), first) == row  # sent twice, entered once
    assert "other content" in refused(lambda: enter(shop_of(front), replace(first, taxable=1)), Conflict)
    for more in (
        {},
        {"rate_bp": 1800, "place": "29"},
        {"rate_bp": 1800, "recipient_gstin": BUYER},
        {"rate_bp": 1800, "day": date(2026, 10, 7)},
    ):
        with pytest.raises(InvalidInput) as caught:
            enter(shop_of(front), draft(**more))
        assert "number" in caught.value.errors
    assert "changed meanwhile" in refused(lambda: be_operator(shop_of(front)), Conflict)
    be_operator(shop_of(front), is_operator=False, version=1)
    assert "not said to be" in refused(lambda: enter(shop_of(front), draft(number="Z/2")), Conflict)
    with open_books(shop_of(front).actor) as books, pytest.raises(InvalidInput):
        operator_supplies.set_up(books, OperatorRegistration(GSTIN, True, ledger.heads(books)["output-cgst"], 2))


@pytest.mark.database
def test_two_that_take_one_number_at_once_make_one(real_engine: Engine) -> None:
    shop = found_sharma()
    be_operator(shop)
    answers = at_once([partial(enter, shop, draft()) for _ in range(2)])
    assert sorted(type(one).__name__ for one in answers) == ["InvalidInput", "SupplyRow"]


CSV = """Document Number,Document Date,Supplier GSTIN/UIN,Recipient GSTIN/UIN,Place Of Supply,Rate,Taxable Value
F/1,2026-10-02,29AAGCB7383J1Z4,,27-Maharashtra,5,100
F/2,2026-10-02,,27AAPFU0939F1ZV,29-Karnataka,18 %,200.50
"""


@pytest.mark.database
def test_pages_and_import(front: Front, app: Any, iyer: Shop) -> None:
    page = signed_in(app, shop_of(front))

    def send(url: str, **fields: Any) -> Any:
        return page.post(url, data={"csrf_token": token_of(page, "/operator-supplies"), **fields})

    home = f"/operator-supplies/{GSTIN}"
    form = {
        "id": str(new_id()),
        "number": "p/1",
        "day": "2026-10-09",
        "place": "27",
        "rate": "5",
        "taxable": "200",
        "supplier_gstin": SELLER,
    }
    assert b"f-taxable-error" in send(home, **{**form, "taxable": "-1"}).data
    made = send(home, **form)
    assert made.status_code == 303
    shown = page.get(made.headers["Location"]).get_data(as_text=True)
    assert "P/1" in shown
    assert "10.00" in shown
    assert send(made.headers["Location"] + "/reversal", reason="x").status_code == 422
    sent = {"file": (BytesIO(CSV.encode()), "f.csv")}
    assert send(f"{home}/import", **sent).status_code == 303
    sent = {"file": (BytesIO(CSV.encode()), "f.csv")}
    assert send(f"{home}/import", **sent).status_code == 303  # the same file again
    many = {"file": (BytesIO((CSV + "F/9,2026-10-02,,,27,5,1\n" * 500).encode()), "f.csv")}
    assert "more than 500 rows" in send(f"{home}/import", **many).text
    bad = {"file": (BytesIO((CSV + "F/3,2026-10-02,,,99,5,1\nF/1,2026-10-02,,,27,5,1\n").encode()), "f.csv")}
    answer = send(f"{home}/import", **bad)
    assert (answer.status_code, answer.data.count(b"<li>") >= 2) == (422, True)
    with read_books(shop_of(front).actor) as books:
        rows = queries.supplies(books, GSTIN, queries.Wanted())
        assert sorted(row.number for row in rows) == ["F/1", "F/2", "P/1"]
        assert queries.sums(books, GSTIN, queries.Wanted(kind="urp2b")) == (200_50, 36_09)
    listed = page.get(f"/operator-supplies?gstin={GSTIN}&q=F/&kind=urp2b").get_data(as_text=True)
    assert "F/2" in listed
    assert "F/1" not in listed
    file = page.get(f"/operator-supplies?gstin={GSTIN}&format=csv").get_data(as_text=True)
    assert "P/1" in file
    assert "Taxable Value" in file
    section = page.get(f"/gst-returns/{GSTIN}/month-202610/sections/ecomb2c").get_data(as_text=True)
    assert "operator-supplies" in section
    other = signed_in(app, iyer)
    for url in (made.headers["Location"], f"/operator-supplies?gstin={GSTIN}", f"{home}/new", f"{home}/import"):
        assert other.get(url).status_code == 404


@pytest.mark.database
def test_who_may_go_back_two_days_says_why_it_is_more(front: Front) -> None:
    shop = shop_of(front)
    with open_books(shop.actor) as books:
        company.change_limits(books, {"accountant": company.Limits(backdate_days=2)})
    accountant = replace(shop.actor, role=Role.ACCOUNTANT)
    with pytest.raises(InvalidInput) as found, open_books(accountant) as books:
        operator_supplies.enter_supply(books, draft())
    assert set(found.value.errors) == {"limit_reason"}
    rows = f"Number,Date,Supplier GSTIN,Supplier,Place,Rate,Value\nZ/8,2026-10-06,{SELLER},Dosa House,27,5,100\n".encode()
    with pytest.raises(InvalidInput) as refused_rows, open_books(accountant) as books:
        import_supplies(books, GSTIN, rows)
    assert set(refused_rows.value.errors) == {"limit_reason"}
    with pytest.raises(InvalidInput) as nothing_sent, open_books(accountant) as books:
        import_supplies(books, GSTIN, b"")
    assert nothing_sent.value.errors == {"file": "Choose a CSV file first."}
    with open_books(replace(accountant, why="They told us late")) as books:
        assert import_supplies(books, GSTIN, rows) == 1
    with open_books(replace(accountant, why="They told us late")) as books:
        assert operator_supplies.enter_supply(books, draft()).number == "Z/1"
