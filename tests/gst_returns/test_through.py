"""Tables 15 and 15A of GSTR-1, byte for byte what the portal's specifications make of them; and read back as they were written."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from tests.gst_returns import shared_files, sheets
from tests.gst_returns.sheets import GSTIN, JUNE, Row
from tests.gst_returns.test_sections import compact
from webapp.gst_returns import flat, workbook, writing
from webapp.gst_returns.told import SECTIONS, Document, Gstr1, Item, Taxes, Through, ThroughAmended, tax_of_period, totals
from webapp.operator_supplies import DOCUMENT_TYPES

SELLER, BUYER = "29AAGCB7383J1Z4", "12GEOPS0823BBZH"
CELLS = {
    "stin": SELLER,
    "rtin": BUYER,
    "inum": "Z/1",
    "idt": "14-Jul-17",
    "oinum": "Y/1",
    "oidt": "13-Jul-17",
    "pos": "27-Maharashtra",
    "inv_typ": "Regular",
    "val": "105",
    "rt": "5",
    "txval": "100",
    "csamt": "0",
    "fy": "2017-18",
    "omonth": "JULY",
}
# Labels of table 15 of the portal's template: "Regular" here where table 4 has "Regular B2B".
LABELS = {
    "Regular": "R",
    "SEZ supplies with payment": "SEWP",
    "SEZ supplies without payment": "SEWOP",
    "Deemed Exp": "DE",
}
# To an SEZ of our own state and of another; the tool tells neither's IGST, nor that one bears none, in `sply_ty`.
TYPED = [
    {"inum": "Z/5", "inv_typ": "SEZ supplies with payment", "csamt": "1.5"},
    {"inum": "Z/6", "inv_typ": "SEZ supplies without payment", "val": "100"},
    {"inum": "Z/7", "inv_typ": "SEZ supplies with payment", "pos": "29-Karnataka", "txval": "77.77"},
    {"inum": "Z/8", "inv_typ": "SEZ supplies without payment", "pos": "29-Karnataka", "rt": "18"},
    {"inum": "Z/9", "inv_typ": "Deemed Exp"},
]
# What differs from CELLS, row by row.
ROWS: dict[str, list[dict[str, str]]] = {
    "ecob2b": [
        {},
        {"rt": "18", "txval": "33.33"},
        {"inum": "Z/2", "pos": "29-Karnataka"},
        {"rtin": SELLER, "stin": BUYER, "inum": "Z/3"},
        *TYPED,
    ],
    "ecourp2b": [{}, {"inum": "Z/2", "pos": "29-Karnataka", "csamt": "1.5"}, *TYPED],
    "ecob2c": [{}, {"pos": "29-Karnataka", "txval": "-20.4"}, {"stin": BUYER, "rt": "18"}],
    "ecourp2c": [{}, {"pos": "29-Karnataka", "txval": "77.77"}],
    "ecoab2b": [{}, {"inum": "Z/2", "pos": "29-Karnataka"}, *TYPED],
    "ecoaurp2b": [{}, {"inum": "Z/2", "pos": "29-Karnataka"}, *TYPED],
    "ecoab2c": [{}, {"rt": "18"}, {"pos": "29-Karnataka"}, {"stin": BUYER, "omonth": "AUGUST"}],
    "ecoaurp2c": [{}, {"rt": "18"}, {"pos": "29-Karnataka"}],
}


def rows_of(name: str) -> list[Row]:
    fields = sheets.spec_of(name)["fields"]
    lines = [",".join(one["column"] for one in fields)]
    lines += [",".join({**CELLS, **own}.get(one["id"], "") for one in fields) for own in ROWS[name]]
    rows = sheets.read(name, "\n".join(lines))
    return [{**row, "inv_typ": LABELS.get(row["inv_typ"], row["inv_typ"])} if "inv_typ" in row else row for row in rows]


def told_of(name: str) -> dict[str, Any]:
    """Rows of a sheet as the program holds them."""
    section, rows = f"ecom{name.removeprefix('eco')}", rows_of(name)
    if name.endswith("2b"):
        held: dict[Any, list[Row]] = {}
        for row in rows:
            held.setdefault((row.get("stin"), row["rtin"], row["inum"]), []).append(row)
        return {"documents": tuple(_document(section, some) for some in held.values())}
    if "a" not in name.removeprefix("eco")[:1]:
        return {
            "through": tuple(
                Through(row.get("stin", ""), row["pos"], int(row["rt"] * 100), row["pos"] != GSTIN[:2], _taxes(row)) for row in rows
            )
        }
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        groups.setdefault((row["pos"], row.get("stin", ""), row["omonth"]), []).append(row)
    made = (
        ThroughAmended(
            201700 + (7 if month == "JULY" else 8),
            stin,
            place,
            place != GSTIN[:2],
            tuple(Item(int(row["rt"] * 100), *_taxes(row)) for row in some),
            Taxes(),
        )
        for (place, stin, month), some in groups.items()
    )
    return {"through_amended": tuple(made)}


def _taxes(row: Row) -> Taxes:
    kind = row.get("inv_typ", "R")
    return sheets.taxes(row, "txval", kind, row["pos"] == GSTIN[:2] and kind in ("R", "DE"))


def _document(section: str, rows: list[Row]) -> Document:
    row = rows[0]
    return Document(
        section=section,
        source="",
        id=None,
        number=row["inum"],
        day=row["idt"],
        value=sheets.paise(row["val"]),
        place=row["pos"],
        type=row["inv_typ"],
        items=tuple(Item(int(one["rt"] * 100), *_taxes(one)) for one in rows),
        ctin=row["rtin"],
        stin=row.get("stin", ""),
        original=(row["oinum"], row["oidt"]) if "oinum" in row else None,
    )


@pytest.mark.parametrize("name", ROWS)
def test_a_half_of_table_15_comes_out_as_the_specifications_say(name: str) -> None:
    told = Gstr1(GSTIN, JUNE, **told_of(name))
    is_amended = name.startswith("ecoa")
    member = f"{name.removeprefix('ecoa' if is_amended else 'eco')}{'a' if is_amended else ''}"
    wanted = {member: sheets.wanted_of(name, rows_of(name))}
    text = writing.as_text(told)
    key = "ecoma" if is_amended else "ecom"
    assert text == f'{{"gstin":"{GSTIN}","fp":"062025","version":"GST3.2.4","hash":"hash","{key}":{compact(wanted)}}}'
    shared_files.require_shape(text)
    facts = flat.facts(json.loads(text, parse_float=Decimal))
    assert {one.section for one in facts} == {f"ecom{name.removeprefix('eco')}"}
    assert sum(fact.taxes.taxable for fact in facts.values()) == sum(sheets.paise(row["txval"]) for row in rows_of(name))
    table = {sheet: (headings, [*some]) for sheet, headings, some in workbook.sheets(told)}
    headings, lines = table[name]
    assert [len(line) for line in lines] == [len(headings)] * len(rows_of(name))
    if "Document type" in headings:
        said = [line[headings.index("Document type")] for line in lines]
        assert said == [{**CELLS, **own}["inv_typ"] for own in ROWS[name]]


def test_the_labels_of_table_15_are_the_portals() -> None:
    path = shared_files.needed() / "codes" / "gstn-offline-tool" / "invoice-types.json"
    listed = json.loads(path.read_text())["table15"]
    assert {one["code"]: one["import_label"] for one in listed} == DOCUMENT_TYPES == {code: words for words, code in LABELS.items()}


def test_all_halves_stand_in_the_order_of_the_envelope_and_their_tax_is_due() -> None:
    whole: dict[str, tuple[Any, ...]] = {"documents": (), "through": (), "through_amended": ()}
    for name in ROWS:
        for key, rows in told_of(name).items():
            whole[key] += rows
    told = Gstr1(GSTIN, JUNE, **whole)
    payload = shared_files.require_shape(writing.as_text(told))
    assert {key: [*payload[key]] for key in ("ecom", "ecoma")} == {
        "ecom": ["b2b", "b2c", "urp2b", "urp2c"],
        "ecoma": ["b2ba", "b2ca", "urp2ba", "urp2ca"],
    }
    assert [row.section for row in totals(told)] == [name for name in SECTIONS if name.startswith("ecom")]
    assert tax_of_period(told).tax == sum(_taxes(row).tax for name in ROWS for row in rows_of(name))
