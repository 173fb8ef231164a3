"""What few bills say of their tax: reverse charge, deemed exports, sales through operators, shipping bills; and the days of a registration."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.ground.shops import Shop
from tests.gst_returns import shared_files
from tests.gst_returns.month import NOVEMBER, Month, due
from tests.gst_returns.test_filing import DECEMBER, EARLY, OCTOBER, asked, file
from tests.sales.test_pages import token_of
from webapp import gst_returns, sales
from webapp.company import OpeningDraft, Registered, open_days, set_registered_days
from webapp.einvoice import checks, gathering, payload
from webapp.gst_returns import Gstr1, Taxes, building, checking, pages
from webapp.gst_returns.told import Operator
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.platform.tenancy import open_books
from webapp.printing.rules import Layout, bill_paper
from webapp.sales import Shipping, set_shipping

GSTIN = "27AABCS1234D1ZV"
OPERATOR = "29AAGCB7383J1Z4"


def view(month: Month, bill: UUID) -> Any:
    return month.trade.read(lambda books: sales.invoice(books, bill))


def problems(month: Month, told: Gstr1) -> list[checking.Problem]:
    return list(month.trade.read(lambda books: pages.problems_of(books, building.registration(books, told.gstin), told)))


def one_of(told: Gstr1, section: str) -> Any:
    (found,) = (one for one in told.documents if one.section == section)
    return found


def test_a_buyer_who_pays_the_tax_is_told_and_charged_none(month: Month) -> None:
    bill = month.bill(("Soap", "2"), ("Salt", "1"), party="Pune Mart", tax_payer="buyer")
    month.trade.take_back(bill, (1, 1))
    head = view(month, bill).header
    # A price that includes tax is charged without it, as under a letter of undertaking.
    assert (head.taxable_paise, head.tax_paise, head.total_paise) == (220_00, 0, 220_00)
    told = month.told()
    invoice, note = one_of(told, "b2b"), one_of(told, "cdnr")
    assert (invoice.is_reverse_charge, invoice.value, invoice.taxes) == (True, 220_00, Taxes(200_00, 18_00, 18_00))
    assert (note.is_reverse_charge, note.note, note.taxes) == (True, "C", Taxes(100_00, 9_00, 9_00))
    assert due(told) == month.output_tax(NOVEMBER.days) == dict.fromkeys(("cgst", "sgst", "igst", "cess"), 0)
    assert [(row.hsn, row.taxes) for row in told.hsn] == [("2501", Taxes(20_00)), ("3401", Taxes(100_00))]
    assert problems(month, told) == []
    text = gst_returns.as_text(told)
    if shared_files.STATUTORY.is_dir():
        shared_files.require_shape(text)
    assert '"rchrg":"Y","inv_typ":"R","itms":[{"num":1801,"itm_det":{"txval":200,"rt":18,"camt":18,"samt":18,"csamt":0}}]' in text


def test_the_paper_and_the_portal_say_who_pays(month: Month) -> None:
    bill = month.bill(("Soap", "2"), ("Salt", "1"), party="Bharat", tax_payer="buyer")
    paper = bill_paper(view(month, bill), Layout.A4, "en")
    assert (paper.is_reverse_charge, paper.others_tax_paise, [row.igst for row in paper.by_hsn]) == (True, 36_00, [0, 36_00])
    note = month.trade.take_back(bill, (1, 1)).invoice_id
    for paper_id, tax in ((bill, 36_00), (note, 18_00)):
        one = month.trade.read(lambda books, id_=paper_id: gathering.document_of(books, view(month, id_)))
        sent = payload.payload_of(one)
        (item,) = sent["ItemList"]
        assert (sent["TranDtls"]["RegRev"], sent["TranDtls"]["SupTyp"]) == ("Y", "B2B")
        assert (item["IgstAmt"] * 100, item["TotItemVal"]) == (tax, item["AssAmt"])
        found = checks.problems(
            json.loads(payload.as_json(sent), parse_float=checks.Decimal), checks.Circumstances(month.today, month.today, 6)
        )
        assert not {one.code for one in found} & {"2162", "2182", "2183", "2184", "2185", "2186", "2189", "2194", "2235"}


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"tax_payer": "buyer"}, "party"),
        ({"tax_payer": "operator"}, "operator"),
        ({"tax_payer": "buyer", "party": "Bharat", "operator": OPERATOR}, "operator"),
        ({"tax_payer": "buyer", "party": "Tom", "destination": "export_paid"}, "tax_payer"),
        ({"tax_payer": "buyer", "party": "Bharat", "is_deemed_export": "1"}, "tax_payer"),
        ({"is_deemed_export": "1"}, "party"),
        ({"is_deemed_export": "1", "party": "Bharat", "destination": "sez_paid"}, "is_deemed_export"),
        ({"operator": GSTIN}, "operator"),
        ({"operator": "29AAGCB7383J1Z5"}, "operator"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(month: Month, more: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        month.bill(("Soap", "1"), **more)
    assert field in refusal.value.errors
    assert month.told().documents == ()


@pytest.mark.parametrize("more", [{"tax_payer": "buyer", "party": "Bharat"}, {"is_deemed_export": "1", "party": "Bharat"}])
def test_a_composition_dealer_shifts_no_tax(month: Month, more: dict[str, str]) -> None:
    month.trade.settings(scheme="composition")
    with pytest.raises(InvalidInput):
        month.bill(("Soap", "1"), **more)
    month.bill(("Soap", "1"), operator=OPERATOR)  # but it may sell through an operator (Notification 34/2023-Central Tax)


def test_a_deemed_export_bears_tax_and_is_told_as_one(month: Month) -> None:
    bill = month.bill(("Soap", "1"), ("Book", "1"), party="Pune Mart", is_deemed_export="1")
    told = month.told()
    assert (one_of(told, "b2b").type, one_of(told, "b2b").taxes) == ("DE", Taxes(100_00, 9_00, 9_00))
    assert [row.exempt for row in told.untaxed] == [90_00]
    assert due(told) == month.output_tax(NOVEMBER.days)
    sent = payload.payload_of(month.trade.read(lambda books: gathering.document_of(books, view(month, bill))))
    assert sent["TranDtls"]["SupTyp"] == "DEXP"
    assert "48/2017" in bill_paper(view(month, bill), Layout.A4, "en").declaration


def test_sales_through_operators_are_told_once_more_or_there_alone(month: Month, iyer: Shop) -> None:
    collected = month.bill(("Soap", "2"), ("Salt", "1"), operator="bharat")
    month.bill(("Soap", "1"), place="29", operator=OPERATOR)
    paid = month.bill(("Soap", "3"), ("Book", "1"), operator=OPERATOR, tax_payer="operator")
    month.trade.take_back(collected, (1, 1))
    month.trade.take_back(paid, (1, 1))
    gone = month.bill(("Soap", "9"), operator=OPERATOR, tax_payer="operator")
    month.trade.cancel(gone)
    assert view(month, paid).header.tax_paise == 0
    told = month.told()
    assert told.operators == (
        Operator(OPERATOR, pays=False, taxes=Taxes(220_00, 9_00, 9_00, 18_00)),
        Operator(OPERATOR, pays=True, taxes=Taxes(290_00, 18_00, 18_00)),
    )
    # What the operator pays the tax of stands in no other table; what we pay stands in table 7 and 8 too.
    assert sum(row.taxes.taxable for row in told.small) == 200_00
    assert [(row.nil, row.exempt) for row in told.untaxed] == [(20_00, 0)]
    assert sum(row.taxes.taxable for row in told.hsn) == 220_00
    assert due(told) == month.output_tax(NOVEMBER.days)
    assert [one.code for one in problems(month, told)] == ["gap"]  # the one that was cancelled
    payload_ = json.loads(gst_returns.as_text(told))
    assert payload_["supeco"]["paytx"] == [{"etin": OPERATOR, "suppval": 290, "igst": 0, "cgst": 18, "sgst": 18, "cess": 0}]
    if shared_files.STATUTORY.is_dir():
        shared_files.require_shape(gst_returns.as_text(told))
    assert Month.of(iyer).told(gstin="33AABCI1234D1ZC").operators == ()


def ship(month: Month, bill: UUID, port: str = "INNSA1", number: str = "1234567", day: date | None = None, version: int = 0) -> None:
    with open_books(month.trade.actor) as books:
        set_shipping(books, bill, Shipping(port, number, day, version))


def test_a_shipping_bill_comes_later_and_is_amended_where_the_export_was_told(month: Month, iyer: Shop, clock: Clock) -> None:
    bill = month.bill(("Soap", "1"), party="Tom", destination="export_paid", day=EARLY)
    assert one_of(month.told(OCTOBER), "exp").shipping is None
    ship(month, bill, number="", port="INNSA1")
    assert one_of(month.told(OCTOBER), "exp").shipping == ("INNSA1", "", None)
    file(month, asked(month))
    assert month.told().documents == ()
    clock.advance(hours=1)
    with pytest.raises(Conflict, match="Somebody else"):
        ship(month, bill, day=month.today)
    with open_books(iyer.actor) as books, pytest.raises(NotFound):
        set_shipping(books, bill, Shipping("INNSA1", "1234567", month.today, 1))
    ship(month, bill, day=month.today, version=1)
    amended = one_of(month.told(), "expa")
    assert (amended.shipping, amended.original, amended.counted) == (("INNSA1", "1234567", month.today), (amended.number, EARLY), Taxes())
    text = gst_returns.as_text(month.told())
    assert f'"sbpcode":"INNSA1","sbnum":"1234567","sbdt":"{month.today:%d-%m-%Y}"' in text
    clock.advance(days=30)
    file(month, asked(month, NOVEMBER))
    assert month.told(DECEMBER).documents == ()  # told once


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (("INNSA12", "1234567", EARLY), "port"),
        (("", "12", EARLY), "shipping_number"),
        (("", "12345678", EARLY), "shipping_number"),
        (("", "１２３４", EARLY), "shipping_number"),
        (("", "1234567", None), "shipping_day"),
        (("", "", EARLY), "shipping_number"),
        (("", "1234567", date(2027, 1, 1)), "shipping_day"),
        (("", "1234567", date(2016, 1, 1)), "shipping_day"),
    ],
)
def test_a_shipping_bill_that_the_portal_would_refuse(month: Month, said: tuple[str, str, date | None], field: str) -> None:
    bill = month.bill(("Soap", "1"), party="Tom", destination="export_paid", day=EARLY)
    with pytest.raises(InvalidInput) as refusal:
        ship(month, bill, *said)
    assert field in refusal.value.errors
    with pytest.raises(Conflict, match="export that stands"):
        ship(month, month.bill(("Soap", "1"), party="Bharat"), day=EARLY)


def test_documents_outside_their_registration_are_listed(month: Month) -> None:
    month.bill(("Soap", "1"), party="Bharat")
    told = month.told()
    for days, code in (
        (Registered(month.today + timedelta(days=-1)), None),
        (Registered(month.today), None),
        (Registered(month.today, month.today), None),
        (Registered(None, month.today - timedelta(days=1)), "not_registered_any_more"),
    ):
        with open_books(month.trade.actor) as books:
            set_registered_days(books, GSTIN, days)
        assert [one.code for one in problems(month, told) if one.is_refused] == ([code] if code else [])
    early = checking.problems(told, (), checking.Circumstances(month.today + timedelta(days=1)))
    assert [one.code for one in early] == ["not_registered_yet"]
    for wrong in (Registered(date(2017, 6, 30)), Registered(month.today + timedelta(days=1)), Registered(EARLY, EARLY - timedelta(days=1))):
        with open_books(month.trade.actor) as books, pytest.raises(InvalidInput):
            set_registered_days(books, GSTIN, wrong)


def test_table_twelve_is_held_against_the_others(month: Month) -> None:
    from dataclasses import replace

    month.bill(("Soap", "1"), party="Bharat")
    month.bill(("Soap", "2"))
    told = month.told()
    assert problems(month, told) == []
    (found,) = problems(month, replace(told, hsn=tuple(row for row in told.hsn if row.is_b2b)))
    assert (found.code, found.subject, found.detail, found.is_refused) == ("table_12_differs", "B2C", "₹0.00 / ₹200.00", False)


def test_an_iff_taken_back_is_told_with_the_next_return(month: Month, clock: Clock) -> None:
    bill = month.bill(("Soap", "1"), party="Bharat", day=EARLY)
    iff = file(month, asked(month, gst_returns.ReturnPeriod("iff", 202610)))
    clock.advance(days=45)
    quarter = gst_returns.ReturnPeriod("quarter", 202612)
    assert month.told(quarter).documents == ()
    file(month, asked(month, quarter))
    clock.advance(hours=1)
    with open_books(month.trade.actor) as books:
        gst_returns.reopen_return(books, iff.id, "Refused by the portal")
    assert [one.id for one in month.told(gst_returns.ReturnPeriod("month", 202701)).documents] == [bill]


def test_an_advance_that_was_missing_is_amended(month: Month, clock: Clock) -> None:
    month.advance(1180_00, EARLY)
    file(month, asked(month))
    with open_books(month.trade.actor) as books:
        days = OpeningDraft(OCTOBER.days.first_day, OCTOBER.days.last_day, ("all",), "An advance was forgotten", timedelta(hours=1))
        open_days(books, days)
    month.advance(590_00, EARLY)
    told = month.told()
    (row,) = told.received_amended
    assert (row.month, row.place, row.was.taxable, [item.taxable for item in row.items]) == (202610, "27", 1000_00, [1500_00])
    text = gst_returns.as_text(told)
    assert '"ata":[{"omon":"102026","pos":"27","sply_ty":"INTRA","itms":[{"rt":18,"ad_amt":1500,"camt":135,"samt":135,"csamt":0}]}]' in text
    assert gst_returns.tax_of_period(told).cgst == 45_00
    clock.advance(days=30)
    file(month, asked(month, NOVEMBER))
    assert month.told(DECEMBER).received_amended == ()


def test_the_pages_take_and_show_it(month: Month, sharma: Shop, enter: Callable[[Shop], FlaskClient]) -> None:
    export = month.bill(("Soap", "1"), party="Tom", destination="export_paid")
    month.bill(("Soap", "1"), operator=OPERATOR)
    reverse = month.bill(("Soap", "1"), party="Bharat", tax_payer="buyer")
    client = enter(sharma)
    token = token_of(client, f"/bills/{export}")
    bad = client.post(f"/bills/{export}/shipping", data={"csrf_token": token, "port": "IN NSA1", "shipping_number": "1", "version": "x"})
    assert bad.status_code == 422
    assert 'value="IN NSA1"' in bad.get_data(as_text=True)
    sent = {"csrf_token": token, "port": "innsa1", "shipping_number": "1234567", "shipping_day": month.today.isoformat(), "version": "0"}
    assert client.post(f"/bills/{export}/shipping", data=sent).status_code == 303
    assert client.post(f"/bills/{export}/shipping", data=sent).status_code == 409
    assert "INNSA1" in client.get(f"/bills/{export}").get_data(as_text=True)
    assert "on reverse charge, by the buyer" in client.get(f"/bills/{reverse}").get_data(as_text=True)
    where = f"/gst-returns/{GSTIN}/month-202611"
    shown = client.get(f"{where}/sections/supeco").get_data(as_text=True)
    assert f"operator={OPERATOR}" in shown
    assert "118.00" in client.get(f"{where}/sections/supeco?operator={OPERATOR}").get_data(as_text=True)
    assert client.get(f"{where}/workbook").status_code == 200
    days = {"csrf_token": token, "began_on": "2018-04-01", "ended_on": "2017-01-01"}
    assert client.post(f"/gst-returns/{GSTIN}/days", data=days).status_code == 422
    assert client.post(f"/gst-returns/{GSTIN}/days", data={**days, "ended_on": ""}).status_code == 303
    assert 'value="2018-04-01"' in client.get("/gst-returns").get_data(as_text=True)
    assert client.post("/gst-returns/33AABCI1234D1ZC/days", data=days).status_code == 404
    form = client.post(
        "/bills", data={"csrf_token": token, "item-1": "Soap", "qty-1": "1", "pay": "cash", "tax_payer": "buyer", "operator": "Nobody"}
    )
    assert form.status_code == 422
    assert 'value="Nobody"' in form.get_data(as_text=True)
