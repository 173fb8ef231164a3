"""Supplies under section 9(5) to an SEZ and deemed exports: entered, posted or not, told in table 15 and 3.1.1(i), amended in 15A."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest

from tests.counter.device import signed_in
from tests.ground.shops import Shop
from tests.gst_returns import shared_files
from tests.gst_returns.month import due
from tests.gstr3b.shopfront import GSTIN, NOVEMBER, OCTOBER, Front
from tests.operator_supplies.test_supplies import BUYER, SELLER, be_operator, draft, enter, shop_of, take_back
from tests.sales.test_pages import token_of
from tests.support import assert_posted, refused
from webapp import books_check, gst_returns, ledger
from webapp.company import OpeningDraft, PeriodLocked, open_days
from webapp.input_tax import Tax
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id
from webapp.operator_supplies import SupplyRow, queries
from webapp.platform.tenancy import open_books, read_books


@pytest.fixture
def desk(sharma: Shop) -> Front:
    be_operator(sharma)
    return Front.of(sharma)


LUT = "AD270326000123X"


def to_sez(shop: Shop) -> list[SupplyRow]:
    """On payment of tax within our state, and without it: by a registered seller and by none."""
    unit = {"recipient_gstin": BUYER, "recipient_name": "Pune SEZ Mart"}
    return [
        enter(shop, draft(number="S/1", document_type="SEWP", cess=2_00, **unit)),
        enter(shop, draft(number="S/2", document_type="SEWOP", lut_number=LUT, **unit)),
        enter(shop, draft(number="S/3", document_type="SEWOP", lut_number=LUT, supplier_gstin="", place="29", **unit)),
        enter(shop, draft(number="S/4", document_type="DE", **unit)),
    ]


@pytest.mark.database
def test_an_sez_is_supplied_on_payment_of_igst_or_without_tax(desk: Front) -> None:
    """IGST Act s.7(5)(b): inter-State in our own state too. In 3.1.1(i), for 3.1 is of supplies other than those of 3.1.1."""
    shop = shop_of(desk)
    paid, unpaid, loose, deemed = to_sez(shop)
    assert (paid.igst_paise, paid.cgst_paise, paid.cess_paise, paid.is_inter) == (50_00, 0, 2_00, True)
    assert (unpaid.tax, unpaid.voucher_number, unpaid.lut_number, unpaid.is_inter) == (0, "", LUT, True)
    assert (deemed.cgst_paise, deemed.sgst_paise, deemed.igst_paise) == (25_00, 25_00, 0)
    with read_books(shop.actor) as books:
        assert_posted(books, ledger.voucher_or_none(books, paid.id), "Bank 52.00 Dr / Output IGST 50.00 Cr / Output Cess 2.00 Cr")
        assert ledger.voucher_or_none(books, unpaid.id) is None
    told = desk.month.told(OCTOBER)
    text = gst_returns.as_text(told)
    ecom = (shared_files.require_shape(text) if shared_files.STATUTORY.is_dir() else json.loads(text))["ecom"]
    # `sply_ty` goes by the place alone, as the portal's tool has it, whatever tax stands beneath.
    said = [(one["inum"], one["sply_ty"], one["inv_typ"], one["val"], one["itms"][0]["itm_det"]) for one in ecom["b2b"][0]["inv"]]
    assert said == [
        ("S/1", "INTRA", "SEWP", 1052, {"txval": 1000, "rt": 5, "iamt": 50, "csamt": 2}),
        ("S/2", "INTRA", "SEWOP", 1000, {"txval": 1000, "rt": 5, "iamt": 0, "csamt": 0}),
        ("S/4", "INTRA", "DE", 1050, {"txval": 1000, "rt": 5, "camt": 25, "samt": 25, "csamt": 0}),
    ]
    assert [(one["inum"], one["inv_typ"]) for one in ecom["urp2b"][0]["inv"]] == [("S/3", "SEWOP")]
    assert due(told) == desk.month.output_tax(OCTOBER.days) == {"cgst": 25_00, "sgst": 25_00, "igst": 50_00, "cess": 2_00}
    three = desk.told()
    assert (three.of("eco_sup").value, three.of("eco_sup").tax) == (4000_00, Tax(50_00, 25_00, 25_00, 2_00))
    assert (three.of("osup_zero").value, three.of("unreg_details").value) == (0, 0)
    with pytest.raises(InvalidInput) as caught:  # one number is of one type
        enter(shop, draft(number="S/2", recipient_gstin=BUYER, rate_bp=1800))
    assert "day, parties, place and type" in caught.value.errors["number"]
    assert (take_back(shop, loose).stands, take_back(shop, loose).reason) == (False, "Entered twice")
    assert "urp2b" not in json.loads(gst_returns.as_text(desk.month.told(OCTOBER)))["ecom"]
    assert desk.ask(lambda books: books_check.verify_books(books).breaches) == []


@pytest.mark.database
def test_one_told_as_regular_that_was_to_an_sez_is_amended_in_15a(desk: Front) -> None:
    wrong = enter(shop_of(desk), draft(number="S/1", recipient_gstin=BUYER))
    kept = enter(shop_of(desk), draft(number="S/2", recipient_gstin=BUYER, document_type="SEWOP", lut_number=LUT))
    desk.file_gstr1()
    refused(lambda: take_back(shop_of(desk), kept), PeriodLocked)  # it has no voucher that would refuse
    late = draft(number="S/9", recipient_gstin=BUYER, document_type="SEWOP", lut_number=LUT)
    refused(lambda: enter(shop_of(desk), late), PeriodLocked)
    with open_books(shop_of(desk).actor) as books:
        days = OCTOBER.days
        open_days(books, OpeningDraft(days.first_day, days.last_day, ("sales",), "It was an SEZ", timedelta(hours=1)))
    take_back(shop_of(desk), wrong)
    take_back(shop_of(desk), kept)
    enter(shop_of(desk), draft(number="S/1", recipient_gstin=BUYER, document_type="SEWP"))
    told = desk.month.told(NOVEMBER)
    text = gst_returns.as_text(told)
    (entry,) = (shared_files.require_shape(text) if shared_files.STATUTORY.is_dir() else json.loads(text))["ecoma"]["b2ba"]
    found = [(one["oinum"], one["inv_typ"], one["val"], one["itms"][0]["itm_det"]) for one in entry["inv"]]
    assert found == [
        ("S/1", "SEWP", 1050, {"txval": 1000, "rt": 5, "iamt": 50, "csamt": 0}),
        ("S/2", "SEWOP", 0, {"txval": 0, "rt": 5, "iamt": 0, "csamt": 0}),
    ]
    assert due(told) == {"cgst": -25_00, "sgst": -25_00, "igst": 50_00, "cess": 0}
    changed = desk.told(NOVEMBER).of("eco_sup")
    assert (changed.value, changed.tax) == (-1000_00, Tax(50_00, -25_00, -25_00))


REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"document_type": "CBW", "recipient_gstin": BUYER}, "document_type"),  # of table 4, and none of table 15
    ({"document_type": "SEWP"}, "recipient_gstin"),
    ({"document_type": "DE"}, "recipient_gstin"),
    ({"document_type": "SEWOP", "recipient_gstin": BUYER}, "lut_number"),
    ({"document_type": "SEWOP", "recipient_gstin": BUYER, "lut_number": "x" * 101}, "lut_number"),
    ({"document_type": "SEWOP", "recipient_gstin": BUYER, "lut_number": LUT, "cess": 1}, "cess"),
    ({"document_type": "SEWP", "recipient_gstin": BUYER, "lut_number": LUT}, "lut_number"),
    ({"document_type": "SEWP", "recipient_gstin": BUYER, "taxable": 3}, "taxable"),
    ({"lut_number": LUT}, "lut_number"),
]


@pytest.mark.database
def test_what_a_type_does_not_allow_is_refused_beside_its_field(desk: Front) -> None:
    for more, field in REFUSALS:
        with pytest.raises(InvalidInput) as caught:
            enter(shop_of(desk), draft(**more))
        assert field in caught.value.errors, more


KINDS = f"""Document Number,Document Date,Supplier GSTIN/UIN,Recipient GSTIN/UIN,Place Of Supply,Document type,Rate,Taxable Value,LUT Number
K/1,2026-10-02,29AAGCB7383J1Z4,27AAPFU0939F1ZV,27-Maharashtra,SEZ Supplies without payment,5,100,{LUT}
K/2,2026-10-02,29AAGCB7383J1Z4,27AAPFU0939F1ZV,29-Karnataka,Deemed Exp,18,200.50,
"""


@pytest.mark.database
def test_types_are_typed_imported_listed_and_exported(desk: Front, app: Any) -> None:
    page, home = signed_in(app, shop_of(desk)), f"/operator-supplies/{GSTIN}"

    def send(url: str, **fields: Any) -> Any:
        return page.post(url, data={"csrf_token": token_of(page, "/operator-supplies"), **fields})

    assert send(f"{home}/import", file=(BytesIO(KINDS.encode()), "k.csv")).status_code == 303
    kept = page.get(f"/operator-supplies?gstin={GSTIN}&format=csv&q=K/").get_data(as_text=True)
    assert all(words in kept for words in ("Deemed Exp", "SEZ supplies without payment", LUT))
    again = kept.replace("K/", "R/").encode()  # the list as a file is one that the import takes
    assert send(f"{home}/import", file=(BytesIO(again), "r.csv")).status_code == 303
    with read_books(shop_of(desk).actor) as books:
        rows = queries.supplies(books, GSTIN, queries.Wanted())
    told = {row.number: (row.document_type, row.lut_number, row.rate_bp, row.taxable_paise, row.tax, row.place) for row in rows}
    assert (
        {told["R/1"], told["R/2"]}
        == {told["K/1"], told["K/2"]}
        == {
            ("SEWOP", LUT, 500, 100_00, 0, "27"),
            ("DE", "", 1800, 200_50, 36_09, "29"),
        }
    )
    shown = page.get(f"/operator-supplies?gstin={GSTIN}&type=SEWOP&q=K/").get_data(as_text=True)
    assert ("K/1" in shown, "K/2" in shown) == (True, False)
    with read_books(shop_of(desk).actor) as books:
        (unpaid,) = queries.supplies(books, GSTIN, queries.Wanted("K/", type="SEWOP"))
    paper = page.get(f"/operator-supplies/documents/{unpaid.id}").get_data(as_text=True)
    assert ("It bears no tax" in paper, f"/vouchers/{unpaid.id}" in paper) == (True, False)
    odd = KINDS.replace("Deemed Exp", "SEZ").replace("K/", "L/").encode()
    assert "Choose a type of document" in send(f"{home}/import", file=(BytesIO(odd), "l.csv")).text
    said = {"day": "2026-10-09", "place": "27", "rate": "5", "taxable": "200", "supplier_gstin": SELLER, "recipient_gstin": BUYER}
    typed = {"id": str(new_id()), "number": "P/2", "document_type": "SEWOP", **said}
    answer = send(home, **typed)
    assert (answer.status_code, b"f-lut_number-error" in answer.data) == (422, True)
    assert 'value="SEWOP" selected' in answer.text  # what was chosen is kept
    made = send(home, **typed, lut_number=LUT)
    assert made.status_code == 303
    assert send(made.headers["Location"] + "/reversal", reason="Not an SEZ").status_code == 303
