"""Every section's CSV through the program's writer, byte for byte what the portal's specifications make of it."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.gst_returns import shared_files, sheets
from tests.gst_returns.sheets import GSTIN, JUNE, TYPES
from webapp.gst_returns import writing
from webapp.gst_returns.told import Document, Gstr1, HsnRow, Item, Operator, SmallAmended, Taxes

INVOICE = "Invoice Number,Invoice date,Invoice Value,Place Of Supply"
REVISED = "Original Invoice Number,Original Invoice date,Revised Invoice Number,Revised Invoice date,Invoice Value,Place Of Supply"
BUYER, RATE = "GSTIN/UIN of Recipient,Receiver Name", "Applicable % of Tax Rate,Rate,Taxable Value,Cess Amount"
KIND = "Reverse Charge,Applicable % of Tax Rate,Invoice Type,E-Commerce GSTIN,Rate,Taxable Value,Cess Amount"
B2B = "12GEOPS0823BBZH,Acme"
SHEETS = {
    "b2b": f"""{BUYER},{INVOICE},{KIND}
{B2B},A-1,14-Jul-17,118000,27-Maharashtra,N,,Regular B2B,,18,100000,
{B2B},A-1,14-Jul-17,118000,27-Maharashtra,N,,Regular B2B,,0,250.5,
{B2B},A-2,14-Jul-17,100,27-Maharashtra,N,,Regular B2B,,0,100,
{B2B},A-3,14-Jul-17,100,29-Karnataka,N,,Regular B2B,,0,100,
{B2B},A-4,14-Jul-17,200,27-Maharashtra,Y,65,Deemed Exp,,0.25,199.99,1.5
29AAGCB7383J1Z4,Other,S-1,15-Jul-17,99.99,29-Karnataka,N,,SEZ supplies with payment,,7.5,90.17,
29AAGCB7383J1Z4,Other,S-2,15-Jul-17,99.99,27-Maharashtra,N,,SEZ supplies without payment,,18,90,7
{B2B},A-5,16-Jul-17,50000,27-Maharashtra,Y,65,Intra-State supplies attracting IGST,,12,45000,756""",
    "b2ba": f"""{BUYER},{REVISED},{KIND}
{B2B},A-1,14-Jul-17,A-1R,15-Jul-17,118000,27-Maharashtra,N,,Regular B2B,,18,100000,
{B2B},A-2,14-Jul-17,A-2,14-Jul-17,0,29-Karnataka,Y,65,Regular B2B,,12,1000.01,3.25""",
    "b2cl": f"""{INVOICE},{RATE},E-Commerce GSTIN
L-1,14-Jul-17,300000,29-Karnataka,,18,250000,
L-1,14-Jul-17,300000,29-Karnataka,,5,1000,12.5
L-2,14-Jul-17,300000.01,01-Jammu & Kashmir,65,28,200000,
L-3,15-Jul-17,300000,29-Karnataka,,18,250000,""",
    "b2cla": f"""Original Invoice Number,Original Invoice date,Original Place Of Supply,Revised Invoice Number,Revised Invoice date,Invoice Value,{RATE},E-Commerce GSTIN
L-1,14-Jul-17,29-Karnataka,L-1R,15-Jul-17,300000,,18,250000,
L-2,14-Jul-17,01-Jammu & Kashmir,L-2,15-Jul-17,300000,65,28,200000,4""",
    "b2cs": """Type,Place Of Supply,Rate,Applicable % of Tax Rate,Taxable Value,Cess Amount,E-Commerce GSTIN
OE,27-Maharashtra,18,,500000,,
OE,29-Karnataka,12,65,-200000.5,-3,
OE,27-Maharashtra,0,,10,,""",
    "b2csa": """Financial Year,Original Month,Place Of Supply,Type,Rate,Applicable % of Tax Rate,Taxable Value,Cess Amount,E-Commerce GSTIN
2017-18,JULY,27-Maharashtra,OE,18,,500000,,
2017-18,JULY,27-Maharashtra,OE,5,,-1.5,,
2017-18,JANUARY,29-Karnataka,OE,12,65,200000,3,""",
    "exp": """Export Type,Invoice Number,Invoice date,Invoice Value,Port Code,Shipping Bill Number,Shipping Bill Date,Rate,Taxable Value,Cess Amount
WPAY,E-1,14-Jul-17,295000,INMAA1,7896542,18-Jul-17,18,250000,
WOPAY,E-2,14-Jul-17,295000,INMAA1,,,18,250000,5
WPAY,E-3,14-Jul-17,295000,,789,18-Jul-17,0.1,250000.33,1""",
    "expa": """Export Type,Original Invoice Number,Original Invoice date,Revised Invoice Number,Revised Invoice date,Invoice Value,Port Code,Shipping Bill Number,Shipping Bill Date,Rate,Taxable Value,Cess Amount
WPAY,E-1,14-Jul-17,E-1,14-Jul-17,295000,INMAA1,7896542,18-Jul-17,18,250000,""",
    "cdnr": f"""{BUYER},Note Number,Note Date,Note Type,Place Of Supply,Reverse Charge,Note Supply Type,Note Value,{RATE}
{B2B},N-1,14-Jul-17,C,27-Maharashtra,N,Regular B2B,118,,18,100,
{B2B},N-2,14-Jul-17,D,27-Maharashtra,Y,Regular B2B,118,65,18,100,2
{B2B},N-3,14-Jul-17,C,29-Karnataka,N,SEZ supplies without payment,118,,18,100,2""",
    "cdnra": f"""{BUYER},Original Note Number,Original Note Date,Revised Note Number,Revised Note Date,Note Type,Place Of Supply,Reverse Charge,Note Supply Type,Note Value,{RATE}
{B2B},N-1,14-Jul-17,N-1R,15-Jul-17,C,27-Maharashtra,N,Deemed Exp,118,,18,100,""",
    "cdnur": f"""UR Type,Note Number,Note Date,Note Type,Place Of Supply,Note Value,{RATE}
B2CL,U-1,14-Jul-17,C,29-Karnataka,118,65,18,100,
EXPWP,U-2,14-Jul-17,D,,118,,18,100,2
EXPWOP,U-3,14-Jul-17,C,,100,,18,100,2""",
    "cdnura": f"""UR Type,Original Note Number,Original Note Date,Revised Note Number,Revised Note Date,Note Type,Place Of Supply,Note Value,{RATE}
B2CL,U-1,14-Jul-17,U-1R,15-Jul-17,C,29-Karnataka,118,,18,100,""",
    "at": """Place Of Supply,Rate,Applicable % of Tax Rate,Gross Advance Received,Cess Amount
27-Maharashtra,18,,1000,
27-Maharashtra,5,,-20.5,-1
29-Karnataka,12,65,1000,""",
    "ata": """Financial Year,Original Month,Original Place Of Supply,Rate,Applicable % of Tax Rate,Gross Advance Received,Cess Amount
2017-18,MARCH,27-Maharashtra,18,,1000,""",
    "atadj": """Place Of Supply,Rate,Applicable % of Tax Rate,Gross Advance Adjusted,Cess Amount
27-Maharashtra,18,,1000,
29-Karnataka,12,65,1000,7""",
    "atadja": """Financial Year,Original Month,Original Place Of Supply,Rate,Applicable % of Tax Rate,Gross Advance Adjusted,Cess Amount
2017-18,JULY,29-Karnataka,18,,1000,""",
    "eco": """Nature of Supply,GSTIN of E-Commerce Operator,E-Commerce Operator Name,Net value of supplies,Integrated tax,Central tax,State/UT tax,Cess
Liable to collect tax u/s 52(TCS),29AAGCB7383J1Z4,Shop,-1000.5,-18,0,0,0
Liable to collect tax u/s 52(TCS),12GEOPS0823BBZH,Shop,1000,0,90,90,1
Liable to pay tax u/s 9(5),29AAGCB7383J1Z4,Shop,2000,0,50,50,0""",
}
KEYS = {"atadj": "txpd", "atadja": "txpda"}
B2B_ROWS = ("b2b", "b2ba", "b2cl", "b2cla", "exp", "expa", "cdnr", "cdnra", "cdnur", "cdnura")


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_comes_out_as_the_specifications_say(name: str) -> None:
    rows = sheets.read(name, SHEETS[name])
    text = writing.as_text(sheets.told_of(name, rows))
    wanted: Any = sheets.wanted_of(name, rows)
    if name == "eco":
        paid = ["9(5)" in row["nat_supp"] for row in rows]
        pairs = list(zip(wanted, paid, strict=True))
        wanted = {"clttx": [row for row, pays in pairs if not pays], "paytx": [row for row, pays in pairs if pays]}
    key = {**KEYS, "eco": "supeco"}.get(name, name)
    assert text == f'{{"gstin":"{GSTIN}","fp":"062025","version":"GST3.2.4","hash":"hash","{key}":{compact(wanted)}}}'
    shared_files.require_shape(text)


def test_amended_operators_name_the_month_and_the_one_told_before() -> None:
    head = "Nature of Supply,Financial Year,Original Month,Original GSTIN of E-Commerce Operator"
    columns = [one["column"] for one in sheets.spec_of("ecoa")["fields"]]
    cells = ["Liable to pay tax u/s 9(5)", "2017-18", "JULY", "29AAGCB7383J1Z4", "12GEOPS0823BBZH", "Shop", "10", "0", "1", "1", "0"]
    rows = sheets.read("ecoa", f"{','.join(columns)}\n{','.join(cells)}")
    text = writing.as_text(sheets.told_of("ecoa", rows))
    assert f'"supecoa":{{"paytxa":{compact(sheets.wanted_of("ecoa", rows))}}}' in text
    assert len(columns) == len(cells)
    assert head.split(",", maxsplit=1)[0] == columns[0]


@settings(max_examples=150)
@given(st.integers(1, 10**9), st.sampled_from(["0.1", "0.25", "3", "5", "7.5", "12", "18", "28", "40"]), st.booleans(), st.booleans())
def test_only_exact_halves_of_a_paisa_are_rounded_otherwise_by_the_tool(paise: int, rate: str, home: bool, reduced: bool) -> None:
    """The tool cuts a binary double, which at an exact half is below it or above: there, and there alone, ours may be one paisa more."""
    row = {"txval": Decimal(paise) / 100, "rt": Decimal(rate), "pos": "27" if home else "29", "inv_typ": "R"}
    row |= {"diff_percent": Decimal(65)} if reduced else {}
    ours = sheets.taxes(row, "txval", "R", is_home=home)
    theirs = Decimal(str(sheets._tax("tax_split", "camt" if home else "iamt", row))) * 100
    exact = row["txval"] * row["rt"] * (Decimal("0.65") if reduced else 1) / (2 if home else 1)
    off = (ours.cgst if home else ours.igst) - theirs
    assert off == 0 or (abs(off) == 1 and exact % 1 == Decimal("0.5"))


def test_sections_stand_in_the_order_of_the_envelope_whatever_is_told() -> None:
    told: dict[str, Any] = {}
    documents: list[Document] = []
    for name, text in SHEETS.items():
        one = sheets.told_of(name, sheets.read(name, text))
        documents += one.documents
        told |= {key: getattr(one, key) for key in one.__slots__ if key not in ("gstin", "period", "documents") and getattr(one, key)}
    rows = (HsnRow(True, "1905", "Biscuits", "PAC", 1500, 500, Taxes(100_00, 2_50, 2_50)),)
    payload = shared_files.require_shape(writing.as_text(Gstr1(GSTIN, JUNE, tuple(documents), **told, hsn=rows)))
    assert len(payload) == 4 + len(SHEETS) + 1
    assert list(payload)[-3:] == ["supeco", "txpd", "txpda"]
    assert set(payload["hsn"]) == {"hsn_b2b"}  # an empty half is left out


def test_a_long_list_of_one_buyer_is_one_entry_where_one_file_holds_it() -> None:
    one = Document(
        "b2b", "", None, "N/1", JUNE.days.first_day, 11800, "27", "R", (Item(1800, 10000, 900, 900, 0, 0),), ctin="12GEOPS0823BBZH"
    )
    told = Gstr1(GSTIN, JUNE, (one,) * 2500)
    assert [len(entry["inv"]) for entry in json.loads(writing.as_text(told))["b2b"]] == [2500]
    assert writing.parts(told) == [writing.as_text(told)]
    assert set(TYPES.values()) >= {"R", "DE"}


def test_the_workbook_has_the_columns_of_the_portals_template() -> None:
    from webapp.gst_returns import workbook

    names = {"b2b,sez,de": "b2b", "hsn(b2b)": "hsn-b2b", "hsn(b2c)": "hsn-b2c"}
    seen = set()
    for name, headings, _rows in workbook.sheets(Gstr1(GSTIN, JUNE)):
        fields = sorted(sheets.spec_of(names.get(name, name))["fields"], key=lambda one: one["order"])
        assert list(headings) == [one["column"] for one in fields], name
        seen.add(name)
    # Every sheet of the template is there; the one of codes is split from May 2025.
    folder = shared_files.needed() / "schemas" / "gstr1"
    specs = [json.loads(file.read_text()) for file in folder.glob("*.json")]
    assert seen == {one["source"]["excel"]["sheet"] for one in specs if "excel" in one.get("source", {})} - {"hsn"}


def test_amended_rows_stand_under_their_headings() -> None:
    from webapp.gst_returns import workbook

    day, told_on = date(2025, 6, 9), ("OLD/1", date(2025, 5, 3))
    item = Item(1800, 100_00, 0, 0, 18_00, 1_00)

    def amended(section: str, kind: str, **more: Any) -> Document:
        return Document(section, "invoice", None, "NEW/1", day, 118_00, "29", kind, (item,), original=told_on, **more)

    found = Gstr1(
        GSTIN,
        JUNE,
        (
            amended("expa", "WPAY", shipping=("INBOM4", "1234567", date(2025, 6, 11))),
            amended("cdnura", "B2CL", note="C"),
            amended("cdnura", "EXPWP", note="D"),
        ),
        small_amended=(SmallAmended(202505, "27", False, (Item(500, 50_00, 1_25, 1_25, 0, 0),), Taxes()),),
        operators_amended=(Operator("27AAACE1234F1Z5", True, Taxes(10_00, 0, 0, 50, 0), 202504, "27AAACF1234F1Z3"),),
    )
    rows = {name: [dict(zip(headings, row, strict=True)) for row in some] for name, headings, some in workbook.sheets(found)}
    (export,), notes = rows["expa"], rows["cdnura"]
    assert (export["Original Invoice Number"], export["Revised Invoice Number"], export["Port Code"]) == ("OLD/1", "NEW/1", "INBOM4")
    assert (export["Shipping Bill Date"], export["Invoice Value"], export["Cess Amount"]) == ("11-Jun-2025", 118_00, 1_00)
    assert [(one["UR Type"], one["Note Type"], one["Place Of Supply"], one["Original Note Date"]) for one in notes] == [
        ("B2CL", "C", "29-Karnataka", "03-May-2025"),
        ("EXPWP", "D", "", "03-May-2025"),
    ]
    (small,) = rows["b2csa"]
    assert [*small.values()] == ["2025-26", "MAY", "27-Maharashtra", "OE", "", 500, 50_00, 0, ""]
    (operator,) = rows["ecoa"]
    assert [*operator.values()][:7] == [
        "Liable to pay tax u/s 9(5)",
        "2025-26",
        "APRIL",
        "27AAACF1234F1Z3",
        "27AAACE1234F1Z5",
        "",
        10_00,
    ]
    assert (rows["b2cs"], rows["exp"], rows["cdnur"], rows["eco"], rows["ecob2b"]) == ([], [], [], [], [])
