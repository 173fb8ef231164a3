"""The file as the portal's offline tool writes it: its own samples, section by section, byte for byte."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gst_returns import shared_files
from webapp.gst_returns import facts, writing
from webapp.gst_returns.periods import ReturnPeriod
from webapp.gst_returns.told import Document, Gstr1, HsnRow, Issued, Item, Small, Taxes, Untaxed
from webapp.gst_returns.writing_values import money
from webapp.kernel.errors import BooksError
from webapp.kernel.money import read_paise

GSTIN, JUNE = "27AAPFU0939F1ZV", ReturnPeriod("month", 202506)
TYPES = {
    "Regular B2B": "R",
    "Deemed Exp": "DE",
    "SEZ supplies without payment": "SEWOP",
    "SEZ supplies with payment": "SEWP",
    "Intra-State supplies attracting IGST": "CBW",
}


def rows(name: str) -> Iterator[dict[str, str]]:
    with (shared_files.needed() / "samples" / "gstr1" / "csv" / f"{name}.csv").open() as file:
        yield from csv.DictReader(file)


def rupees(text: str) -> int:
    return int(read_paise(text or "0")) if not text.startswith("-") else -int(read_paise(text[1:]))


def bp(text: str) -> int:
    return int(Decimal(text) * 100)


def tax(taxable: int, rate_bp: int, reduced: bool = False, half: bool = False) -> int:
    """As the tool works it out, in exact decimals."""
    factor = Decimal("0.65") if reduced else Decimal(1)
    found = Decimal(taxable) * rate_bp / 10_000 * factor / (2 if half else 1)
    return int(found.quantize(Decimal(1), ROUND_HALF_UP))


def day(text: str) -> date:
    return datetime.strptime(f"{text} +0530", "%d-%b-%y %z").date()


def sample_invoices() -> list[Document]:
    found: dict[str, Document] = {}
    for row in rows("b2b-sample"):
        kind, place, reduced = TYPES[row["Invoice Type"]], row["Place Of Supply"][:2], row["Applicable % of Tax Rate"] == "65"
        taxable, rate, cess = rupees(row["Taxable Value"]), bp(row["Rate"]), rupees(row["Cess Amount"])
        home, free = place == GSTIN[:2] and kind in ("R", "DE"), kind == "SEWOP"
        half = tax(taxable, rate, reduced, half=True) if home else 0
        item = Item(rate, taxable, half, half, 0 if home or free else tax(taxable, rate, reduced), 0 if free else cess)
        before = found.get(row["Invoice Number"])
        found[row["Invoice Number"]] = Document(
            section="b2b",
            source="",
            id=None,
            number=row["Invoice Number"],
            day=day(row["Invoice date"]),
            value=rupees(row["Invoice Value"]),
            place=place,
            type=kind,
            items=(*(before.items if before else ()), item),
            ctin=row["GSTIN/UIN of Recipient"],
            is_reverse_charge=row["Reverse Charge"] == "Y",
            is_reduced=reduced,
        )
    return list(found.values())


# The sheet of exports and the file beside it were kept with different numbers; nothing else differs.
EXPORTS = {"EX-001": "EXP-001", "EX-003": "EXP-002", "EX-002": "EXP-003"}


def sample_exports() -> list[Document]:
    found: dict[str, Document] = {}
    for row in rows("exp-sample"):
        number, rate, taxable = EXPORTS[row["Invoice Number"]], bp(row["Rate"]), rupees(row["Taxable Value"])
        free = row["Export Type"] == "WOPAY"
        item = Item(rate, taxable, 0, 0, 0 if free else tax(taxable, rate), 0 if free else rupees(row["Cess Amount"]))
        before, bill = found.get(number), row["Shipping Bill Number"]
        found[number] = Document(
            section="exp",
            source="",
            id=None,
            number=number,
            day=day(row["Invoice date"]),
            value=rupees(row["Invoice Value"]),
            place="96",
            type=row["Export Type"],
            items=(*(before.items if before else ()), item),
            shipping=(row["Port Code"], bill, day(row["Shipping Bill Date"])) if bill else None,
        )
    return list(found.values())


def sample_small() -> list[Small]:
    found = []
    for row in rows("b2cs-sample"):
        place, rate, taxable = row["Place Of Supply"][:2], bp(row["Rate"]), rupees(row["Taxable Value"])
        reduced, is_inter = row["Applicable % of Tax Rate"] == "65", place != GSTIN[:2]
        sign, half = (-1 if taxable < 0 else 1), 0 if is_inter else tax(abs(taxable), rate, reduced, half=True)
        igst = sign * tax(abs(taxable), rate, reduced) if is_inter else 0
        found.append(Small(place, rate, is_inter, Taxes(taxable, half, half, igst, rupees(row["Cess Amount"])), reduced))
    return found


def sample_hsn(words: dict[str, str]) -> list[HsnRow]:
    found = []
    for row in rows("hsn-b2b-sample"):
        amounts = (row[f"{name} Amount"] for name in ("Central Tax", "State/UT Tax", "Integrated Tax", "Cess"))
        taxes = Taxes(rupees(row["Taxable Value"]), *map(rupees, amounts))
        uqc = row["UQC"].split("-")[0]
        qty, rate = int(row["Total Quantity"]) * 1000, bp(row["Rate"])
        found += [HsnRow(b2b, row["HSN"], row["Description"], uqc, qty, rate, taxes, words[row["HSN"]]) for b2b in (True, False)]
    return found


def sample() -> Gstr1:
    codes = json.loads((shared_files.needed() / "codes" / "gstn-offline-tool" / "hsn-codes.json").read_text())["codes"]
    kinds = {
        "Inter-State supplies to registered persons": "INTRB2B",
        "Intra-State supplies to registered persons": "INTRAB2B",
        "Inter-State supplies to unregistered persons": "INTRB2C",
        "Intra-State supplies to unregistered persons": "INTRAB2C",
    }
    columns = ("Nil Rated Supplies", "Exempted(other than nil rated/non GST supply)", "Non-GST Supplies")
    return Gstr1(
        gstin=GSTIN,
        period=JUNE,
        documents=(*sample_invoices(), *sample_exports()),
        small=tuple(sample_small()),
        untaxed=tuple(Untaxed(kinds[row["Description"]], *(rupees(row[name]) for name in columns)) for row in rows("exemp-sample")),
        hsn=tuple(sample_hsn({one["c"]: one.get("n", "") for one in codes})),
        issued=tuple(
            Issued(
                facts.DOCUMENT_NATURES.index(row["Nature of Document"]) + 1,
                row["Sr. No. From"],
                row["Sr. No. To"],
                int(row["Total Number"]),
                int(row["Cancelled"]),
            )
            for row in rows("docs-sample")
        ),
    )


def sections(text: str) -> dict[str, str]:
    """A file's sections, each as compact text; figures keep their digits as written."""
    found = json.loads(text, parse_float=lambda digits: f"figure {digits}", parse_int=lambda digits: f"figure {digits}")
    return {name: json.dumps(content, ensure_ascii=False, separators=(",", ":")) for name, content in found.items()}


def test_the_samples_come_out_as_the_portals_tool_wrote_them() -> None:
    ours = writing.as_text(sample())
    theirs = (shared_files.needed() / "samples" / "gstr1" / "gstr1-062025-reference.PARTIAL.json").read_text()
    assert sections(ours) == sections(theirs)
    # And no blank, no other order: the text itself, up to the blanks of the copy that was kept.
    assert ours == json.dumps(json.loads(theirs), ensure_ascii=False, separators=(",", ":"))


def test_the_sample_has_the_shape_of_the_portals_specifications() -> None:
    shared_files.needed()
    shared_files.require_shape(writing.as_text(sample()))


def test_the_portals_own_lists_are_ours() -> None:
    codes = shared_files.needed() / "codes" / "gstn-offline-tool"
    assert list(facts.DOCUMENT_NATURES) == json.loads((codes / "document-types.json").read_text())["types"]
    units = {label.split("-")[0] for label in json.loads((codes / "uqc.json").read_text())["labels"]}
    assert units == facts.UNITS | {"NA"}
    rates = json.loads((codes / "tax-rates.json").read_text(), parse_float=Decimal)["item"]
    assert [int(Decimal(rate) * 100) for rate in rates] == list(facts.RATES_BP)


@given(st.integers(-(2**63), 2**63))
def test_money_is_printed_exactly(paise: int) -> None:
    text = money(paise)
    assert Decimal(text) * 100 == paise
    assert "e" not in text.lower()
    assert text != "-0"
    assert "." not in text or not text.endswith("0")


def many(count: int, buyers: int) -> Gstr1:
    return Gstr1(
        gstin=GSTIN,
        period=JUNE,
        documents=tuple(
            Document(
                "b2b",
                "",
                None,
                f"N/{number:06d}",
                date(2025, 6, 1),
                11801,
                "27",
                "R",
                (Item(1800, 10001, 900, 900, 0, 0),),
                ctin=f"C{number % buyers}",
            )
            for number in range(count)
        ),
        small=(Small("27", 1800, False, Taxes(100, 9, 9)),),
        issued=(Issued(1, "N/000001", "N/009999", count, 0),),
    )


def test_a_large_return_goes_in_parts_that_hold_everything_once() -> None:
    told = many(3000, 1)
    parts = writing.parts(told, 120_000 * 4)
    assert len(parts) > 1
    assert all(writing.measure(part) <= 480_000 for part in parts)
    heads = [{key: part[key] for key in ("gstin", "fp", "version", "hash")} for part in map(json.loads, parts)]
    assert all(head == heads[0] for head in heads)
    numbers = [one["inum"] for part in map(json.loads, parts) for buyer in part.get("b2b", ()) for one in buyer["inv"]]
    assert numbers == [one.number for one in told.documents]
    assert [key for part in map(json.loads, parts) for key in part if key in ("b2cs", "doc_issue")] == ["b2cs", "doc_issue"]
    assert writing.parts(many(10, 3)) == [writing.as_text(many(10, 3))]
    with pytest.raises(BooksError, match="larger than a file may be"):
        writing.parts(told, 5_000)


@pytest.mark.parametrize(("month", "limit"), [(201707, 2_50_000_00), (202407, 2_50_000_00), (202408, 1_00_000_00), (202611, 1_00_000_00)])
def test_table_five_begins_where_the_law_of_the_month_says(month: int, limit: int) -> None:
    assert facts.large_limit(month) == limit


@pytest.mark.parametrize(("month", "large", "digits"), [(202103, True, 0), (202104, False, 4), (202611, True, 6)])
def test_table_twelve_asks_for_the_digits_of_its_time(month: int, large: bool, digits: int) -> None:
    assert facts.hsn_digits(month, is_over_5_crore=large) == digits


def test_a_quarterly_filer_tells_only_the_invoices_of_a_month() -> None:
    payload: dict[str, Any] = json.loads(writing.as_text(Gstr1(GSTIN, ReturnPeriod("iff", 202504), many(3, 1).documents, many(1, 1).small)))
    assert list(payload) == ["gstin", "fp", "version", "hash", "b2b"]


def test_before_may_2025_table_twelve_is_one_list() -> None:
    row = HsnRow(True, "1905", "Biscuits", "PAC", 1500, 500, Taxes(100_00, 2_50, 2_50))
    service = HsnRow(False, "998314", "Repair", "HRS", 2000, 1800, Taxes(100_00, 9_00, 9_00))
    (one, other) = json.loads(writing.as_text(Gstr1(GSTIN, ReturnPeriod("month", 202504), hsn=(row, service))))["hsn"]["data"]
    assert (one["qty"], one["uqc"], other["qty"], other["uqc"]) == (1.5, "PAC", 0, "NA")
    assert "user_desc" not in one


@pytest.mark.parametrize(("name", "told"), [("Biscuits (250 g)", "Biscuits 250 g"), ("बिस्कुट", None), ('"\\x\n', "x"), ("A" * 40, "A" * 30)])
def test_a_name_is_told_in_the_signs_the_portal_takes(name: str, told: str | None) -> None:
    row = HsnRow(True, "1905", name, "PAC", 1000, 500, Taxes(100_00, 2_50, 2_50))
    (found,) = json.loads(writing.as_text(Gstr1(GSTIN, JUNE, hsn=(row,))))["hsn"]["hsn_b2b"]
    assert found.get("user_desc") == told
