"""The payload: the portal's samples made again, exact to the paisa, and whatever the portal would refuse found before it is asked."""

from __future__ import annotations

import copy
import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.einvoice.papers import BUYER, SELLER, abroad, igst, line, paper, read_sample, site
from tests.einvoice.schema import STATUTORY, errors, inv01, statutory
from webapp.einvoice import checks, codes, law, rules, shape
from webapp.einvoice.checks import Circumstances, problems
from webapp.einvoice.payload import as_json, payload_of
from webapp.einvoice.values import Before, DocType, Document, Place, Site, SupplyType
from webapp.kernel.money import Paise

TODAY = date(2026, 11, 20)
ABOUT = Circumstances(TODAY, TODAY, turnover_crore=20)
SAMPLES = (("foreign_transaction", 0), ("goods_item_with_ewaybill", 0), ("nil_exempted_item", 100_00), ("return_invoice", 0))


def sample(name: str) -> dict[str, Any]:
    found: dict[str, Any] = statutory(f"samples/einvoice/{name}.json")
    return found


def told(document: Document) -> Any:
    """The payload as the portal reads it: out of its JSON, numbers exact."""
    return json.loads(as_json(payload_of(document)), parse_float=Decimal)


@pytest.mark.parametrize(("name", "nil"), SAMPLES)
def test_the_samples_are_made_again(name: str, nil: int) -> None:
    wanted = sample(name)["request_data"]
    wanted.pop("EwbDtls", None)  # an e-way bill is another paper
    if "ExpDtls" in wanted:
        wanted["ExpDtls"]["ShipBDt"] = date.fromisoformat(wanted["ExpDtls"]["ShipBDt"]).strftime(
            "%d/%m/%Y"
        )  # the sample's is no day of the schema
    found = read_sample(sample(name)["request_data"], nil)
    assert told(found) == wanted
    assert list(errors(told(replace(found, number="TEST/1")), inv01())) == []


def test_goods_that_leave_from_elsewhere() -> None:
    wanted = statutory("samples/einvoice/dispatch_details.json")["DispDtls"]
    assert told(paper(from_site=site(wanted)))["DispDtls"] == wanted


@pytest.mark.parametrize("number", range(2))
def test_reference_numbers(number: int) -> None:
    vector = statutory("samples/einvoice/irn-vectors.json")["vectors"][number]
    day = date(2022, 9, 16)
    assert rules.irn(vector["gstin"], DocType(vector["typ"]), vector["no"], day) == vector["irn"]


def test_numbers_are_written_in_capitals_since_june_2025() -> None:
    def of(number: str, day: date) -> str:
        return rules.irn("27AABCS1234D1ZV", DocType.INVOICE, number, day)

    assert of("a/1", date(2025, 6, 1)) == of("A/1", date(2025, 6, 1))
    assert of("a/1", date(2025, 5, 31)) != of("A/1", date(2025, 5, 31))
    assert of("A/1", date(2026, 3, 31)) != of("A/1", date(2026, 4, 1))  # another financial year


KINDS: dict[str, Document] = {
    "within the state": paper(line(), line(2, 333_33, 500)),
    "to another state": paper(
        igst(), buyer=replace(BUYER, gstin="33AABCI1234D1ZC", place=Place("1 Beach", "Chennai", "600001", "33")), place_of_supply="33"
    ),
    "reverse charge": paper(is_reverse_charge=True),
    "credit note": paper(doc_type=DocType.CREDIT_NOTE, before=(Before("26A1/000001", date(2026, 10, 1)),)),
    "debit note": paper(doc_type=DocType.DEBIT_NOTE, before=(Before("26A1/000001", date(2026, 10, 1)),)),
    "to a zone, paid": paper(igst(), supply_type=SupplyType.SEZ_PAID),
    "to a zone, under LUT": paper(igst(igst=0), supply_type=SupplyType.SEZ_LUT),
    "export, paid": abroad(lut=False),
    "export, under LUT": abroad(),
    "deemed export": paper(supply_type=SupplyType.DEEMED_EXPORT),
    "IGST within the state": paper(igst(), igst_on_intra=True),
    "a service": paper(line(hsn="998314", unit="NA")),
    "with a discount": paper(line(discount=50_00)),
    "with exempt goods": paper(line(), line(2, 40_00, 0, cgst=0, sgst=0, is_taxable=False), round_off=Paise(0)),
    "rounded": paper(line(taxable=100_49), round_off=Paise(43), total=Paise(119_00)),
    "shipped elsewhere": paper(to_site=Site("Umbrella Depot", Place("Plot 4", "Nashik", "422001", "27"), "URP")),
    "taxed on the retail price": paper(line(taxable=60_00, bp=4000, cgst=20_00, sgst=20_00, hsn="24022010")),
    "a batch": paper(line(batch="B-204")),
    "names with quotes": paper(line(), buyer=replace(BUYER, legal_name='Umbrella "U" \\ Traders', trade_name="U")),
    "a long address": paper(buyer=replace(BUYER, place=Place("Shop 4, " * 30, "Pune", "411002", "27"))),
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_fits_the_schema_and_the_rules(name: str) -> None:
    payload = payload_of(KINDS[name])
    assert problems(payload, ABOUT) == ()
    assert list(errors(told(KINDS[name]), inv01())) == []
    assert told(KINDS[name])["ValDtls"]["TotInvVal"] * 100 == KINDS[name].total


def test_a_rupee_is_written_digit_for_digit() -> None:
    assert as_json({"a": [Decimal("0.10"), Decimal("1E+2"), 7, '₹ "x"', None, True]}) == '{"a":[0.10,100,7,"₹ \\"x\\"",null,true]}'
    largest = paper(line(taxable=999_999_999_999_99, bp=0))
    assert '"TotInvVal":999999999999.99' in as_json(payload_of(largest))


def broken(change: Callable[[Any], object]) -> Any:
    payload = copy.deepcopy(payload_of(KINDS["within the state"]))
    change(payload)
    return payload


def put(path: str, value: Any) -> Callable[[Any], object]:
    """Set a field of the payload; None takes it away."""

    def change(payload: Any) -> None:
        *parts, last = path.replace("[", ".").replace("]", "").split(".")
        inside = payload
        for part in parts:
            inside = inside[int(part) - 1] if part.isdigit() else inside[part]
        if value is None:
            del inside[last]
        else:
            inside[last] = value

    return change


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("BuyerDtls.Gstin", SELLER.gstin, "2211"),
        ("BuyerDtls.Gstin", "URP", "2212"),
        ("BuyerDtls.Gstin", "33AABCI1234D1ZC", "2265"),
        ("BuyerDtls.Pin", None, "2244"),
        ("BuyerDtls.Pin", 600001, "2178"),
        ("BuyerDtls.Pos", "96", "2242"),
        ("BuyerDtls.Pos", "28", "2243"),
        ("BuyerDtls.Pos", "33", "2174"),
        ("SellerDtls.Stcd", "33", "2258"),
        ("SellerDtls.Pin", 110001, "2178"),
        ("TranDtls.SupTyp", "EXPWP", "2248"),
        ("TranDtls.SupTyp", "SEZWP", "2237"),
        ("ItemList[2].SlNo", "1", "2233"),
        ("ItemList[1].HsnCd", "3401", "2176"),
        ("ItemList[1].IsServc", "Y", "2176"),
        ("ItemList[1].Qty", None, "2238"),
        ("ItemList[1].Unit", None, "2239"),
        ("ItemList[1].GstRt", Decimal("17"), "2179"),
        ("ItemList[1].GstRt", Decimal("28"), "2234"),
        ("ItemList[1].CgstAmt", Decimal("90.01"), "2227"),
        ("ItemList[1].IgstAmt", Decimal("1"), "2172"),
        ("ItemList[1].AssAmt", Decimal("999.99"), "2193"),
        ("ItemList[1].TotItemVal", Decimal("1180.01"), "2194"),
        ("ValDtls.AssVal", Decimal("1"), "2182"),
        ("ValDtls.SgstVal", Decimal("1"), "2183"),
        ("ValDtls.CgstVal", Decimal("1"), "2184"),
        ("ValDtls.IgstVal", Decimal("1"), "2185"),
        ("ValDtls.CesVal", Decimal("1"), "2186"),
        ("ValDtls.TotInvVal", Decimal("1"), "2189"),
        ("TranDtls.IgstOnIntra", "Y", "2174"),
    ],
)
def test_what_the_portal_refuses_is_found_before(path: str, value: Any, code: str) -> None:
    found = problems(broken(put(path, value)), ABOUT)
    assert code in {one.code for one in found}
    assert all(one.field and one.problem and one.fix for one in found)


BAD_SHAPES = [
    ("DocDtls.No", "0/1"),
    ("DocDtls.No", "A" * 17),
    ("DocDtls.No", "A_1"),
    ("DocDtls.No", "A1\n"),
    ("DocDtls.Dt", "20-11-2026"),
    ("DocDtls.Typ", "BOS"),
    ("SellerDtls.Loc", "Pu"),
    ("SellerDtls.Loc", "P" * 51),
    ("SellerDtls.Pin", None),
    ("SellerDtls.Pin", 99999),
    ("BuyerDtls.LglNm", "U"),
    ("BuyerDtls.Gstin", "URPX"),
    ("BuyerDtls.Stcd", "00"),
    ("ItemList[1].HsnCd", ""),
    ("ItemList[1].HsnCd", "34011"),
    ("ItemList[1].UnitPrice", "100"),
    ("ItemList[1].TotAmt", Decimal("-1")),
    ("ItemList", []),
    ("ValDtls.RndOffAmt", Decimal("100")),
    ("ValDtls.TotInvVal", Decimal("1E+15")),
    ("ValDtls", None),
]


@pytest.mark.parametrize(("path", "value"), BAD_SHAPES)
def test_a_bad_shape_is_found_as_the_schema_finds_it(path: str, value: Any) -> None:
    payload = broken(put(path, value))
    found = problems(payload, ABOUT)
    assert {one.code for one in found} == {"schema"}
    if value != "A1\n":  # a pattern's $ also ends before a last line feed: we are stricter
        assert list(errors(payload, inv01()))


def test_our_shape_is_the_schemas() -> None:
    def compare(ours: Any, theirs: Any, path: str) -> None:
        for name, field in ours.items():
            inside = theirs["properties"][name]
            if isinstance(field, shape.Field):
                low, high = ("minimum", "maximum") if field.is_number else ("minLength", "maxLength")
                assert (field.low, field.high) == (Decimal(str(inside[low])), Decimal(str(inside[high]))), f"{path}.{name}"
            else:
                is_list = isinstance(field, list)
                compare(field[0] if is_list else field, inside["items"] if is_list else inside, f"{path}.{name}")
        assert set(theirs.get("required", ())) <= {n for n, f in ours.items() if not isinstance(f, shape.Field) or f.needed}, path

    compare(shape.INV01, inv01(), "")


@given(st.lists(st.tuples(st.integers(1, 10**11), st.sampled_from(sorted(law.RATES_BP)), st.integers(0, 10**6)), min_size=1, max_size=6))
def test_whatever_the_figures_the_payload_adds_up(sold: list[tuple[int, int, int]]) -> None:
    lines = [line(number, taxable, bp, discount=off) for number, (taxable, bp, off) in enumerate(sold, 1)]
    document = paper(*lines)
    assert problems(payload_of(document), ABOUT) == ()


@pytest.mark.parametrize(
    ("crore", "today", "refused"),
    [
        (10, date(2026, 12, 19), False),
        (10, date(2026, 12, 20), True),
        (5, date(2027, 11, 20), False),
    ],
)
def test_the_thirty_days(crore: int, today: date, refused: bool) -> None:
    found = problems(payload_of(paper()), Circumstances(today, TODAY, crore))
    assert [one.code for one in found] == (["window"] if refused else [])
    assert law.last_day(date(2026, 4, 1)) == date(2026, 4, 30)


def test_a_document_of_tomorrow_waits() -> None:
    assert [one.code for one in problems(payload_of(paper()), replace(ABOUT, day=date(2026, 11, 21)))] == ["2163"]


@pytest.mark.parametrize(("crore", "since"), [(0, None), (5, date(2023, 8, 1)), (10, date(2022, 10, 1)), (500, date(2020, 10, 1))])
def test_thresholds_have_their_day(crore: int, since: date | None) -> None:
    assert law.since(law.EINVOICE, crore) == since


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({}, "needed"),
        ({"kind": "credit_note"}, "needed"),
        ({"kind": "bill_of_supply"}, "not_a_tax_invoice"),
        ({"kind": "bill"}, "not_a_tax_invoice"),
        ({"buyer_gstin": ""}, "unregistered_buyer"),
        ({"buyer_gstin": "0717USA00001UNA"}, "unregistered_buyer"),
        ({"buyer_gstin": "", "place_of_supply": "96"}, "needed"),
        ({"has_taxable": False}, "nothing_taxable"),
        ({"begins_on": None}, "switched_off"),
        ({"begins_on": date(2026, 11, 21)}, "too_early"),
        ({"is_cancelled": True}, "cancelled"),
    ],
)
def test_which_documents_the_portal_wants(more: dict[str, Any], reason: str) -> None:
    facts = rules.Facts("tax_invoice", BUYER.gstin, "27", has_taxable=True, day=TODAY, begins_on=date(2026, 4, 1))
    assert rules.need(replace(facts, **more)) == reason


@pytest.mark.parametrize(("crore", "upi", "how"), [(100, "", "not_asked"), (500, "", "upi_missing"), (500, "shop@bank", "satisfied")])
def test_the_qr_of_bills_to_people(crore: int, upi: str, how: str) -> None:
    assert rules.pays_by_qr(turnover_crore=crore, day=TODAY, upi_id=upi) == how


def test_codes_are_the_portals() -> None:
    listed = statutory("codes/irp-error-codes.json")["codes"]
    used = {code for code in codes.MEANINGS if code not in ("1004", "1005", "1006", "1007", "3028", "3029")}
    assert used <= set(listed)
    assert {code for _a, _b, code in checks._HEADS} <= set(codes.MEANINGS)
    theirs = {number: words for words, number in statutory("codes/einvoice-codes.json")["cancel_reason_codes"].items()}
    assert [theirs[code].split()[0] for code in law.CANCEL_REASONS] == ["Duplicate", "Data", "Order", "Others"]


def test_hardly_a_pin_of_the_post_is_refused_its_state() -> None:
    names = {row["name"].upper(): row["code"] for row in csv.DictReader(io.StringIO(text("codes/state-codes.csv")))}
    pins = list(csv.DictReader(io.StringIO(text("codes/pincodes.csv"))))
    known = [(row["pincode"], names[row["state"]]) for row in pins if row["state"] in names]
    strays = [pin for pin, state in known if not law.pin_fits(int(pin), state)]
    assert len(known) > 19_000
    assert len(strays) < 20, strays  # they are printed wrong in the directory itself


def text(path: str) -> str:
    statutory("codes/irp-error-codes.json")  # skips where the data is not there
    return (STATUTORY / path).read_text()
