"""The CSV of any section, in the portal's columns: read into the program's own values, and made into what the portal's specifications say.

`told_of` feeds the product's writer; `wanted_of` is the other side, written from the specifications alone: order of keys, what is left out,
groups, and the tax as the tool works it out (a binary double, cut by toFixed).
"""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.gst_returns import shared_files
from webapp.gst_returns.periods import ReturnPeriod
from webapp.gst_returns.told import Advances, Document, Gstr1, Item, Operator, Small, SmallAmended, Taxes

GSTIN, JUNE = "27AAPFU0939F1ZV", ReturnPeriod("month", 202506)
TYPES = {
    "Regular B2B": "R",
    "Deemed Exp": "DE",
    "SEZ supplies without payment": "SEWOP",
    "SEZ supplies with payment": "SEWP",
    "Intra-State supplies attracting IGST": "CBW",
}
MONTHS = ("JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER")
FREE = ("SEWOP", "WOPAY", "EXPWOP")
Row = dict[str, Any]


def spec_of(name: str) -> dict[str, Any]:
    path = shared_files.needed() / "schemas" / "gstr1" / f"{name}.json"
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def read(name: str, text: str) -> list[Row]:
    """The rows of a CSV by the specification's names; a cell that is blank is not there."""
    columns = {one["column"]: one for one in spec_of(name)["fields"]}
    lines = csv.DictReader(io.StringIO(text))
    return [{columns[title]["id"]: _cell(columns[title], cell) for title, cell in line.items() if cell} for line in lines]


def _cell(field: dict[str, Any], cell: str) -> Any:
    if field["type"] == "decimal":
        return Decimal(cell)
    if field["type"] == "date":
        return datetime.strptime(f"{cell} +0530", "%d-%b-%y %z").date()
    return cell[:2] if field["type"] == "state_code" else TYPES.get(cell, cell)


# The product's side ----------------------------------------------------------------------------------------------------


def told_of(name: str, rows: list[Row]) -> Gstr1:
    """Rows of a sheet as the program holds them."""
    if name in ("b2cs", "b2csa", "at", "ata", "atadj", "atadja", "eco", "ecoa"):
        return Gstr1(GSTIN, JUNE, **_sums(name, rows))
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.get("inum") or row["nt_num"], []).append(row)
    return Gstr1(GSTIN, JUNE, tuple(_document(name, some) for some in found.values()))


def _document(name: str, rows: list[Row]) -> Document:
    row = rows[0]
    kind = row.get("inv_typ") or row.get("exp_typ") or row.get("typ") or ""
    original = row.get("oinum") or row.get("ont_num")
    has_bill = "sbpcode" in row or "sbnum" in row
    return Document(
        section=name,
        source="",
        id=None,
        number=row.get("inum") or row["nt_num"],
        day=row.get("idt") or row["nt_dt"],
        value=paise(row["val"]),
        place=row.get("pos", ""),
        type=kind,
        items=tuple(Item(int(one["rt"] * 100), *taxes(one, "txval", kind, _is_home(name, one, kind))) for one in rows),
        ctin=row.get("ctin", ""),
        note=row.get("ntty", ""),
        is_reverse_charge=row.get("rchrg") == "Y",
        is_reduced=row.get("diff_percent") == 65,
        shipping=(row.get("sbpcode", ""), row.get("sbnum", ""), row.get("sbdt")) if has_bill else None,
        original=(original, row.get("oidt") or row["ont_dt"]) if original else None,
    )


def _is_home(name: str, row: Row, kind: str) -> bool:
    return name in ("b2b", "b2ba", "cdnr", "cdnra") and row["pos"] == GSTIN[:2] and kind in ("R", "DE")


def _sums(name: str, rows: list[Row]) -> dict[str, Any]:
    if name in ("eco", "ecoa"):
        found = tuple(
            Operator(
                row["etin"],
                pays="9(5)" in row["nat_supp"],
                taxes=Taxes(*(paise(row.get(key, 0)) for key in ("suppval", "cgst", "sgst", "igst", "cess"))),
                month=_month(row) if name == "ecoa" else 0,
                original=row.get("oetin", ""),
            )
            for row in rows
        )
        return {"operators_amended" if name == "ecoa" else "operators": found}
    if name == "b2cs":
        small = (
            Small(
                row["pos"],
                int(row["rt"] * 100),
                row["pos"] != GSTIN[:2],
                taxes(row, "txval", "", row["pos"] == GSTIN[:2]),
                row.get("diff_percent") == 65,
            )
            for row in rows
        )
        return {"small": tuple(small)}
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        groups.setdefault((row["pos"], row.get("fy"), row.get("omonth"), row.get("diff_percent")), []).append(row)
    made: list[Any] = []
    for some in groups.values():
        row, key = some[0], "txval" if name == "b2csa" else "ad_amt"
        home = row["pos"] == GSTIN[:2]
        items = tuple(Item(int(one["rt"] * 100), *taxes(one, key, "", home)) for one in some)
        month, reduced = _month(row) if "fy" in row else 0, row.get("diff_percent") == 65
        if name == "b2csa":
            made.append(SmallAmended(month, row["pos"], not home, items, Taxes(), reduced))
        else:
            made.append(Advances(row["pos"], not home, items, month, is_reduced=reduced))
    into = {"at": "received", "ata": "received_amended", "atadj": "adjusted", "atadja": "adjusted_amended", "b2csa": "small_amended"}
    return {into[name]: tuple(made)}


def paise(rupees: Decimal | int) -> int:
    return int(Decimal(rupees) * 100)


def taxes(row: Row, key: str, kind: str, is_home: bool) -> Taxes:
    """In whole paise, halves away from zero, as the program's own bills have it."""
    factor = Decimal("0.65") if row.get("diff_percent") == 65 else Decimal(1)
    whole = row[key] * row["rt"] * factor
    tax = 0 if kind in FREE else int((whole / 2 if is_home else whole).quantize(Decimal(1), ROUND_HALF_UP))
    cess = 0 if kind in FREE else paise(row.get("csamt", 0))
    return Taxes(paise(row[key]), tax, tax, 0, cess) if is_home else Taxes(paise(row[key]), 0, 0, tax, cess)


def _month(row: Row) -> int:
    number = MONTHS.index(row["omonth"]) + 1
    return (int(row["fy"][:4]) + (number < 4)) * 100 + number


# The specifications' side ----------------------------------------------------------------------------------------------


def wanted_of(name: str, rows: list[Row]) -> list[Row]:
    """The section as its specification makes it of these rows."""
    spec = spec_of(name)
    group, output = spec["grouping"], spec["output"]
    if "record" in output:
        return [_object(output["record"]["keys"], [row], spec) for row in rows]
    held: dict[Any, dict[Any, list[Row]]] = {}
    for row in rows:
        envelope = tuple(row.get(key) for key in group.get("envelope_key", ()))
        invoice = tuple(str(row.get(key, "")).upper() for key in group["invoice_key"])
        held.setdefault(envelope, {}).setdefault(invoice, []).append(row)
    made = []
    for invoices in held.values():
        inside = [_object(output["invoice"]["keys"], some, spec) for some in invoices.values()]
        if "envelope" not in output:
            made += inside
            continue
        first = next(iter(invoices.values()))
        envelope = _object(output["envelope"]["keys"], first, spec)
        made.append({key: inside if value == [] else value for key, value in envelope.items()})
    return made


def _object(keys: list[dict[str, Any]], rows: list[Row], spec: dict[str, Any]) -> Row:
    found: Row = {}
    for key in keys:
        value = _value(key, rows, spec)
        if "only_when_value" in key and value != key["only_when_value"]:
            continue
        if value is None:
            assert key.get("omit_when_empty"), key
            continue
        holder, _dot, inner = key["key"].partition(".")
        if inner:
            found.setdefault(holder, {})[inner] = value
        else:
            found[holder] = value
    return found


def _value(key: dict[str, Any], rows: list[Row], spec: dict[str, Any]) -> Any:
    row, name = rows[0], key["key"].rpartition(".")[2]
    if key["from"] == "nested:item":
        return [_object(spec["output"]["item"]["keys"], [one], spec) for one in rows]
    if key["from"].startswith("nested:"):
        return []
    if key["from"] == "field:diff_percent":
        return 0.65 if row.get("diff_percent") == 65 else 1
    if key["from"].startswith("field:"):
        return _plain(row.get(key["from"].removeprefix("field:"), 0 if spec["section"].startswith("supeco") else None))
    if key["from"].startswith("literal:"):
        return key["from"].removeprefix("literal:")
    rule = key["from"].removeprefix("derive:gstr1.")
    if rule == "item_num":
        return _plain(row["rt"] * 100 + 1)
    if rule == "supply_type":
        return "INTRA" if row["pos"] == GSTIN[:2] else "INTER"
    if rule == "original_period":
        return f"{_month(row) % 100:02d}{_month(row) // 100}"
    return _tax(rule, name, row)


def _tax(rule: str, name: str, row: Row) -> Any:
    kind = row.get("inv_typ") or row.get("exp_typ") or row.get("typ") or ""
    if name == "csamt":
        if rule == "cess_unguarded" and "csamt" not in row:
            return None
        return 0 if kind in FREE else _fixed(float(row.get("csamt", 0)))
    if rule == "tax_split_ecom":
        home = row["pos"] == GSTIN[:2]
        return _fixed(float(row["txval"]) * float(row["rt"]) * (0.01 if name == "iamt" else 0.005)) if (name == "iamt") != home else 0
    at_home = row.get("pos") == GSTIN[:2] and (rule in ("tax_split_by_pos", "tax_split_advance") or kind in ("R", "DE"))
    home = at_home and rule not in ("tax_export", "tax_split_unregistered")
    if (name == "iamt") == home:
        return None
    base = float(row["ad_amt"] if "ad_amt" in row else row["txval"])
    factor = 0.65 if row.get("diff_percent") == 65 else 1
    return 0 if kind in FREE else _fixed(base * float(row["rt"]) * (0.01 if name == "iamt" else 0.005) * factor)


def _fixed(value: float) -> Any:
    """JavaScript's parseFloat(value.toFixed(2)): the double itself, exactly, then halves up."""
    return _plain(Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return f"{value:%d-%m-%Y}" if isinstance(value, date) else value
