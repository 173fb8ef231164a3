"""What the portal is told, held against recorded requests of another program; what it would refuse, found before; and how long one holds."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.einvoice.schema import STATUTORY, statutory
from webapp import einvoice
from webapp.ewaybills import codes, law, rules
from webapp.ewaybills.checks import Circumstances, problems
from webapp.ewaybills.payload import BULK_VERSION, bulk_of, by_irn, payload_of
from webapp.ewaybills.portal import read_made, read_standing, read_time
from webapp.ewaybills.rules import Facts, Reason, need
from webapp.ewaybills.values import Carriage, Consignment, End, Line, Place, Site, SubSupply
from webapp.kernel.dates import IST
from webapp.kernel.money import BasisPoints, Paise, Qty, split
from webapp.platform.outside import Unanswered

REQUESTS = [
    "credit_note",
    "dn_with_same_gstin",
    "gsp_gst_down_error",
    "is_return_dn_with_different_gstin",
    "non_taxable_goods_item",
    "pi_data_for_registered_supplier",
    "stock_entry_with_same_gstin",
]
TODAY = date(2026, 11, 20)
PUNE = End("27AABCS1234D1ZV", "Sharma Stores", Place("12 MG Road", "Pune", "411001", "27"))
CHENNAI = End("33AAPFU0939F1Z2", "Beach Stores", Place("1 Beach Road", "Chennai", "600001", "33"))
NEAR = End("27AAPFU0939F1ZV", "Umbrella Traders", Place("4 Station Road", "Pune", "411002", "27"))
LORRY = Carriage(150, "1", "MH12AB1234")


def line(number: int = 1, taxable: int = 60_000_00, **more: Any) -> Line:
    given: dict[str, Any] = {"igst": Paise(taxable * 18 // 100), "rate_bp": BasisPoints(1800), "hsn": "340111", "unit": "NOS"}
    return Line(number, "Soap", qty=Qty(10_000), taxable=Paise(taxable), **(given | more))


def goods(*lines: Line, **more: Any) -> Consignment:
    lines = lines or (line(),)
    total = Paise(sum(one.total for one in lines))
    return replace(Consignment(PUNE.gstin, True, SubSupply.SUPPLY, "INV", "26A1/000123", TODAY, PUNE, CHENNAI, lines, total), **more)


def paise(rupees: Any) -> Paise:
    return Paise(int(Decimal(str(rupees)) * 100))


def read_sample(told: dict[str, Any]) -> tuple[Consignment, Carriage]:
    """What a recorded request was made of, as far as it tells."""

    def end(side: str) -> End:
        state = f"{told[f'{side}StateCode']:02}"
        return End(
            told[f"{side}Gstin"],
            told[f"{side}TrdName"],
            Place(told[f"{side}Addr1"], told[f"{side}Place"], str(told[f"{side}Pincode"]), state),
        )

    items = told["itemList"]
    shares = {
        name: split(paise(told[f"{name}Value"]), [paise(item["taxableAmount"]) for item in items]) for name in ("cgst", "sgst", "igst")
    }
    lines = tuple(
        Line(
            item["itemNo"],
            item["productDesc"],
            item["hsnCode"],
            Qty(int(item["quantity"] * 1000)),
            item["qtyUnit"],
            paise(item["taxableAmount"]),
            BasisPoints(int((item["cgstRate"] + item["sgstRate"] + item["igstRate"]) * 100)),
            **{name: Paise(share[place]) for name, share in shares.items()},
        )
        for place, item in enumerate(items)
    )
    day = datetime.strptime(told["docDate"], "%d/%m/%Y").date()  # noqa: DTZ007 - a day of a paper
    found = Consignment(
        told["userGstin"],
        told["supplyType"] == "O",
        SubSupply(str(told["subSupplyType"])),
        told["docType"],
        told["docNo"],
        day,
        end("from"),
        end("to"),
        lines,
        paise(told["totInvValue"]),
    )
    carriage = Carriage(told["transDistance"], str(told["transMode"]), told["vehicleNo"], transporter_name=told.get("transporterName", ""))
    return found, carriage


@pytest.mark.parametrize("name", REQUESTS)
def test_a_recorded_request_is_made_again_field_by_field(name: str) -> None:
    told = statutory(f"samples/ewaybill/{name}.json")["request_data"]
    made = payload_of(*read_sample(told))
    assert json.loads(einvoice.as_json(made), parse_float=Decimal) == told
    known = statutory("layouts/ewaybill-generate-fields.json")
    assert set(known["required"]) <= set(made) <= set(known["header_fields_in_order"])
    renamed = bulk_of(made)
    assert set(known["bulk_json"]["renamed_keys"].values()) <= set(renamed)
    assert not set(known["bulk_json"]["renamed_keys"]) & set(renamed)
    assert known["bulk_json"]["wrapper"]["version"] == BULK_VERSION


def test_every_recorded_answer_is_read() -> None:
    folder = STATUTORY / "samples" / "ewaybill"
    if not folder.is_dir():
        pytest.skip("the statutory data is kept beside the repository (../shared/statutory) and is not there")
    read = 0
    for path in folder.glob("*.json"):
        said = statutory(f"samples/ewaybill/{path.name}")["response_data"]
        if not said["success"] or "updatedDate" in said["result"] or "transUpdateDate" in said["result"]:
            continue
        made = read_made(said["result"])
        km = statutory(f"samples/ewaybill/{path.name}").get("request_data")
        assert len(made.number) == 12
        # Every recorded end is the one that the law's days give.
        if isinstance(km, dict) and made.valid_until:
            assert law.valid_until(made.made_at, km["transDistance"]) == made.valid_until
        read += 1
    assert read == 7
    got = read_standing(statutory("samples/ewaybill/get_e_waybill.json")["response_data"]["result"])
    assert (got.made.number, got.is_cancelled, got.extended, got.vehicle) == ("301002999920", True, 0, "GJ07DL9001")
    assert (got.doc_no, got.transporter_id, got.made.km) == ("test_invoice_no", "05AAACG2140A1ZL", 10)


@pytest.mark.parametrize(
    ("km", "slow", "days"),
    [(0, False, 1), (1, False, 1), (200, False, 1), (201, False, 2), (2467, False, 13), (20, True, 1), (21, True, 2)],
)
def test_a_day_is_200_km_or_a_part_of_it(km: int, slow: bool, days: int) -> None:
    assert law.days_of(km, is_slow=slow) == days
    begun = datetime(2022, 9, 16, 19, 29, tzinfo=IST)
    end = law.valid_until(begun, km, is_slow=slow)
    assert ((end.date() - begun.date()).days, end.hour, end.minute) == (days, 23, 59)


def test_it_begins_on_the_day_of_india_whatever_clock_it_is_told_by() -> None:
    late = read_time("16/09/2022 11:59:00 PM")
    assert law.valid_until(late.astimezone(None), 2467) == datetime(2022, 9, 29, 23, 59, tzinfo=IST)


def test_what_is_sent_by_an_irn_names_both_other_places() -> None:
    ship = Site("Depot", Place("7 Dock Road", "Chennai", "600002", "33"), "")
    told = by_irn("a" * 64, replace(LORRY, trans_doc_no="LR/1", trans_doc_date=TODAY), Site("Mill", PUNE.place), ship)
    assert (told["Distance"], told["VehNo"], told["TransDocDt"], told["VehType"]) == (150, "MH12AB1234", "20/11/2026", "R")
    assert (told["ExpShipDtls"]["Gstin"], told["ExpShipDtls"]["Pin"], told["DispDtls"]["Nm"]) == ("URP", 600002, "Mill")


@pytest.mark.parametrize(("sender", "taker", "wanted"), [(0, 0, 1), (0, 1, 2), (1, 0, 3), (1, 1, 4)])
def test_the_type_of_transaction_follows_from_the_places(sender: int, taker: int, wanted: int) -> None:
    other = Site("Depot", Place("7 Dock Road", "Mumbai", "400001", "27"))
    near = replace(other, place=replace(other.place, pin="400002"))
    found = goods(sender=replace(PUNE, site=other if sender else None), taker=replace(CHENNAI, site=near if taker else None))
    told = payload_of(found, LORRY)
    assert told["transactionType"] == wanted
    assert (told["fromPincode"], told["toPincode"], told["actToStateCode"]) == (
        400001 if sender else 411001,
        400002 if taker else 600001,
        27 if taker else 33,
    )
    assert (told["fromStateCode"], told["toStateCode"]) == (27, 33)
    assert wrong_codes(told) == []


def wrong_codes(payload: dict[str, Any], **about: Any) -> list[str]:
    return [one.code for one in problems(payload, replace(Circumstances(TODAY, TODAY), **about))]


def test_what_is_right_is_refused_nothing() -> None:
    assert wrong_codes(payload_of(goods(), LORRY)) == []
    assert wrong_codes(payload_of(goods(), Carriage(transporter_id="27AAPFU0939F1ZV"))) == []  # part A alone
    within = goods(line(igst=Paise(0), cgst=Paise(5_400_00), sgst=Paise(5_400_00)), taker=NEAR)
    assert wrong_codes(payload_of(within, LORRY)) == []


@pytest.mark.parametrize(
    ("changes", "carriage", "code"),
    [
        ({"number": "A_1"}, LORRY, "206"),
        ({"number": "1" * 17}, LORRY, "206"),
        ({"day": date(2026, 11, 21)}, LORRY, "207"),
        ({"day": date(2026, 5, 1)}, LORRY, "207"),
        ({"doc_type": "CHL"}, LORRY, "205"),
        ({"sub_supply": SubSupply.OTHERS, "doc_type": "CHL"}, LORRY, "377"),
        ({"sub_supply": SubSupply.IMPORT}, LORRY, "203"),
        ({"gstin": "27AAPFU0939F1ZV"}, LORRY, "359"),
        ({"taker": replace(CHENNAI, gstin="33AAPFU0939F1Z3")}, LORRY, "212"),
        ({"taker": replace(CHENNAI, gstin="27AAPFU0939F1ZV")}, LORRY, "215"),
        ({"taker": replace(CHENNAI, place=replace(CHENNAI.place, pin=""))}, LORRY, "214"),
        ({"taker": replace(CHENNAI, place=replace(CHENNAI.place, pin="411001"))}, LORRY, "214"),
        ({"lines": (line(hsn="998311"),)}, LORRY, "233"),
        ({"lines": (line(hsn="34"),)}, LORRY, "216"),
        ({"lines": (line(unit=""),)}, LORRY, "217"),
        ({"lines": (line(rate_bp=BasisPoints(1750)),)}, LORRY, "219"),
        ({"taker": NEAR}, LORRY, "623"),
        ({"lines": (line(igst=Paise(0), cgst=Paise(5), sgst=Paise(5)),)}, LORRY, "624"),
        ({}, Carriage(4001, "1", "MH12AB1234"), "221"),
        ({"taker": replace(CHENNAI, place=PUNE.place, site=None)}, replace(LORRY, distance_km=101), "221"),
        ({}, Carriage(10, "9", "MH12AB1234"), "220"),
        ({}, Carriage(10, "1", "M"), "225"),
        ({}, Carriage(10, "", "MH12AB1234"), "621"),
        ({}, Carriage(10, "1"), "303"),
        ({}, Carriage(10, "2"), "226"),
        ({}, Carriage(10), "619"),
        ({}, replace(LORRY, transporter_id="X"), "222"),
    ],
)
def test_what_the_portal_would_refuse_is_found_by_its_code(changes: dict[str, Any], carriage: Carriage, code: str) -> None:
    found = goods(*changes.pop("lines", ()), **changes) if "lines" in changes else goods(**changes)
    about = {"day": found.day}
    wrong = problems(payload_of(found, carriage), replace(Circumstances(TODAY, TODAY), **about))
    assert code in [one.code for one in wrong]
    assert all(one.fix and one.problem and one.field for one in wrong)


def test_an_older_transport_document_and_a_test_number_outside_of_the_sandbox() -> None:
    assert wrong_codes(payload_of(goods(), LORRY), trans_doc_date=date(2026, 11, 19)) == ["362"]
    mock = replace(PUNE, gstin="01AMBPG7773M002", place=Place("Road", "Jammu", "180001", "01"))
    told = payload_of(goods(sender=mock, gstin=mock.gstin), LORRY)
    assert wrong_codes(told) == ["208"]
    assert wrong_codes(told, is_sandbox=True) == []
    zone = payload_of(goods(taker=NEAR), LORRY)
    assert (wrong_codes(zone), wrong_codes(zone, is_sez=True)) == (["623"], [])


def test_codes_of_the_list_have_words_of_ours() -> None:
    listed = statutory("codes/ewb-error-codes.json")["codes"]
    assert set(listed) <= set(codes.MEANINGS)
    assert all(one.problem and one.fix for one in codes.MEANINGS.values())
    assert codes.meaning("777", "Portal's own words").problem == "Portal's own words"


def facts(**more: Any) -> Facts:
    return replace(Facts(begins_on=date(2026, 4, 1), own_paise=None, today=TODAY), **more)


def worth(paise_: int, **more: Any) -> Consignment:
    return goods(line(taxable=paise_, igst=Paise(0), **more))


@pytest.mark.parametrize(
    ("made", "given", "reason"),
    [
        (worth(50_000_00), {}, Reason.BELOW),
        (worth(50_000_01), {}, Reason.NEEDED),
        (replace(worth(50_000_01), taker=NEAR), {}, Reason.CHECK),
        (replace(worth(90_000_00), taker=NEAR), {"own_paise": 1_00_000_00}, Reason.BELOW),
        (replace(worth(1_00_000_01), taker=NEAR), {"own_paise": 1_00_000_00}, Reason.NEEDED),
        (worth(90_000_00), {"own_paise": 1_00_000_00}, Reason.NEEDED),  # to another state the rule's own amount holds
        (goods(line(taxable=40_000_00, igst=Paise(0)), line(2, 20_000_00, igst=Paise(0), is_taxable=False)), {}, Reason.BELOW),
        (worth(90_000_00, is_taxable=False), {}, Reason.EXEMPT),
        (worth(90_000_00, hsn="998311"), {}, Reason.NO_GOODS),
        (replace(worth(1_00), sub_supply=SubSupply.JOB_WORK, doc_type="CHL"), {}, Reason.NEEDED),
        (replace(worth(1_00), sub_supply=SubSupply.JOB_WORK, doc_type="CHL", taker=NEAR), {}, Reason.BELOW),
        (worth(90_000_00), {"others_make_it": True}, Reason.OTHERS_MAKE_IT),
        (worth(90_000_00), {"begins_on": None}, Reason.SWITCHED_OFF),
        (worth(90_000_00), {"begins_on": date(2026, 12, 1)}, Reason.TOO_OLD),
        (worth(90_000_00), {"is_cancelled": True}, Reason.CANCELLED),
        (worth(2**53 * 1000 + 1), {}, Reason.NEEDED),
    ],
)
def test_which_goods_need_one(made: Consignment, given: dict[str, Any], reason: Reason) -> None:
    assert need(made, facts(**given)) is reason


def test_no_amount_passes_through_a_float() -> None:
    big = 2**53 * 100 + 1
    told = einvoice.as_json(payload_of(worth(big), LORRY))
    assert f'"totInvValue":{big // 100}.{big % 100:02}' in told


@pytest.mark.parametrize(
    "said", [{}, {"ewayBillNo": 5, "ewayBillDate": "x"}, {"ewayBillNo": "12", "ewayBillDate": "22/05/2023 06:22:00 PM"}, {"ewbNo": None}]
)
def test_an_answer_that_lacks_a_part_is_none(said: dict[str, Any]) -> None:
    with pytest.raises(Unanswered):
        read_made(said)


def test_every_state_leads_somewhere_or_ends() -> None:
    assert set(rules.MOVES) == set(rules.State)
    ends = {state for state, to in rules.MOVES.items() if not to}
    assert ends == {rules.State.CLOSED}


def test_signs_that_no_database_keeps_do_not_come_through() -> None:
    assert codes.meaning("x", "bad\x00 words").problem == "bad words"
    said = {
        "ewbNo": 331000000001,
        "ewayBillDate": "22/05/2023 06:22:00 PM",
        "VehiclListDetails": [5, {"vehicleNo": None}],
        "extendedTimes": "\u00b2",
    }
    got = read_standing(said)
    assert (got.vehicle, got.extended, got.made.valid_until) == ("", 0, None)
