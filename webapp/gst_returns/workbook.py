"""The return as an Excel workbook in the layout of the portal's own template: its sheets, headings in the fourth row, a row for each rate.

Source of sheets and headings: GSTR1_Excel_Workbook_Template_V2.2 of GSTN's Returns Offline Tool. A spreadsheet holds floats only; two
decimals of any amount we hold survive them, and the JSON is written without.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import IO, Any

from webapp.gst_returns import workbook_through
from webapp.gst_returns.facts import DOCUMENT_NATURES, HSN_SPLIT_FROM
from webapp.gst_returns.told import Advances, Document, Gstr1, HsnRow, Operator, SmallAmended
from webapp.kernel.dates import FinancialYear, written
from webapp.kernel.money import rounded
from webapp.tax.rules import STATES

_TYPES = {
    "R": "Regular B2B",
    "SEWP": "SEZ supplies with payment",
    "SEWOP": "SEZ supplies without payment",
    "DE": "Deemed Exp",
    "CBW": "Intra-State supplies attracting IGST",
}
_NIL = {
    "INTRB2B": "Inter-State supplies to registered persons",
    "INTRAB2B": "Intra-State supplies to registered persons",
    "INTRB2C": "Inter-State supplies to unregistered persons",
    "INTRAB2C": "Intra-State supplies to unregistered persons",
}
_FIRST_ROW = 3  # headings stand in the fourth, as in the template
_RATE = ("Rate", "Taxable Value", "Cess Amount")
_BUYER = ("GSTIN/UIN of Recipient", "Receiver Name")
_APPLIES = "Applicable % of Tax Rate"


def write(told: Gstr1, into: IO[bytes]) -> None:
    """Write the workbook; a sheet for each table, those without rows too, as the template has them."""
    import xlsxwriter  # some megabytes that most processes never need

    book = xlsxwriter.Workbook(into, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    for name, headings, rows in sheets(told):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, [f"GSTR-1 {told.gstin} {told.period.name}"], bold)
        sheet.write_row(_FIRST_ROW, 0, list(headings), bold)
        for number, row in enumerate(rows, _FIRST_ROW + 1):
            for column, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(number, column, cell / 100, money)
                elif cell:
                    sheet.write_string(number, column, cell)
    book.close()


Table = tuple[str, Sequence[str], Iterable[Sequence[Any]]]


def sheets(told: Gstr1) -> Iterator[Table]:
    """Name, headings and rows of each sheet. Whole numbers are hundredths (paise, or rates in basis points), the rest text."""
    of = told.documents
    yield "b2b,sez,de", (*_BUYER, *_INVOICE), _invoices([one for one in of if one.section == "b2b"])
    yield "b2ba", (*_BUYER, *_AMENDED), _invoices([one for one in of if one.section == "b2ba"])
    yield "b2cl", _LARGE, _large([one for one in of if one.section == "b2cl"])
    yield "b2cla", _LARGE_AMENDED, _large_amended(of)
    yield "b2cs", _SMALL, [["OE", _place(row.place), "", row.rate_bp, row.taxes.taxable, row.taxes.cess, ""] for row in told.small]
    yield "b2csa", _SMALL_AMENDED, _small_amended(told.small_amended)
    yield "cdnr", (*_BUYER, *_NOTE), _notes([one for one in of if one.section == "cdnr"])
    yield "cdnra", (*_BUYER, *_NOTE_AMENDED), _notes([one for one in of if one.section == "cdnra"])
    yield "cdnur", _LOOSE_NOTE, _loose_notes([one for one in of if one.section == "cdnur"])
    yield "cdnura", _LOOSE_NOTE_AMENDED, _loose_notes([one for one in of if one.section == "cdnura"])
    yield "exp", _EXPORT, _exports([one for one in of if one.section == "exp"])
    yield "expa", _EXPORT_AMENDED, _exports([one for one in of if one.section == "expa"])
    yield "at", (*_ADVANCE, "Gross Advance Received", "Cess Amount"), _advances(told.received)
    yield "ata", (*_EARLIER, "Gross Advance Received", "Cess Amount"), _amended(told.received_amended)
    yield "atadj", (*_ADVANCE, "Gross Advance Adjusted", "Cess Amount"), _advances(told.adjusted)
    yield "atadja", (*_EARLIER, "Gross Advance Adjusted", "Cess Amount"), _amended(told.adjusted_amended)
    nil = ("Description", "Nil Rated Supplies", "Exempted(other than nil rated/non GST supply)", "Non-GST Supplies")
    yield "exemp", nil, [[_NIL[row.kind], row.nil, row.exempt, row.non_gst] for row in told.untaxed]
    if told.period.month >= HSN_SPLIT_FROM:
        yield "hsn(b2b)", _HSN, _codes(row for row in told.hsn if row.is_b2b)
        yield "hsn(b2c)", _HSN, _codes(row for row in told.hsn if not row.is_b2b)
    else:
        yield "hsn", _HSN, _codes(told.hsn)
    yield "eco", ("Nature of Supply", "GSTIN of E-Commerce Operator", "E-Commerce Operator Name", *_OPERATOR), _operators(told.operators)
    yield "ecoa", _OPERATOR_AMENDED, _operators(told.operators_amended)
    yield from ((name, headings, workbook_through.rows(told, name)) for name, headings in workbook_through.HEADINGS.items())
    issued = ("Nature of Document", "Sr. No. From", "Sr. No. To", "Total Number", "Cancelled")
    rows = [[DOCUMENT_NATURES[row.nature - 1], row.first, row.last, row.total * 100, row.cancelled * 100] for row in told.issued]
    yield "docs", issued, rows


_INVOICE = (
    *("Invoice Number", "Invoice date", "Invoice Value", "Place Of Supply", "Reverse Charge", _APPLIES, "Invoice Type"),
    *("E-Commerce GSTIN", *_RATE),
)
_AMENDED = ("Original Invoice Number", "Original Invoice date", "Revised Invoice Number", "Revised Invoice date", *_INVOICE[2:])
_LARGE = ("Invoice Number", "Invoice date", "Invoice Value", "Place Of Supply", _APPLIES, *_RATE, "E-Commerce GSTIN")
_SMALL = ("Type", "Place Of Supply", _APPLIES, *_RATE, "E-Commerce GSTIN")
_NOTE = (
    *("Note Number", "Note Date", "Note Type", "Place Of Supply", "Reverse Charge", "Note Supply Type", "Note Value", _APPLIES),
    *_RATE,
)
_NOTE_AMENDED = ("Original Note Number", "Original Note Date", "Revised Note Number", "Revised Note Date", *_NOTE[2:])
_LARGE_AMENDED = (
    *("Original Invoice Number", "Original Invoice date", "Original Place Of Supply", "Revised Invoice Number", "Revised Invoice date"),
    *(_LARGE[2], *_LARGE[4:]),
)
_LOOSE_NOTE = ("UR Type", "Note Number", "Note Date", "Note Type", "Place Of Supply", "Note Value", _APPLIES, *_RATE)
_EXPORT = (
    *("Export Type", "Invoice Number", "Invoice date", "Invoice Value", "Port Code", "Shipping Bill Number", "Shipping Bill Date"),
    *_RATE,
)
_SMALL_AMENDED = ("Financial Year", "Original Month", "Place Of Supply", "Type", _APPLIES, *_RATE, "E-Commerce GSTIN")
_LOOSE_NOTE_AMENDED = (
    *("UR Type", "Original Note Number", "Original Note Date", "Revised Note Number", "Revised Note Date"),
    *_LOOSE_NOTE[3:],
)
_EXPORT_AMENDED = ("Export Type", *_AMENDED[:4], *_EXPORT[3:])
_ADVANCE = ("Place Of Supply", _APPLIES, "Rate")
_EARLIER = ("Financial Year", "Original Month", "Original Place Of Supply", *_ADVANCE[1:])
_OPERATOR = ("Net value of supplies", "Integrated tax", "Central tax", "State/UT tax", "Cess")
_OPERATOR_AMENDED = (
    *("Nature of Supply", "Financial Year", "Original Month/Quarter", "Original GSTIN of E-Commerce Operator"),
    *("Revised GSTIN of E-Commerce Operator", "E-Commerce Operator Name", "Revised Net value of supplies", *_OPERATOR[1:]),
)
_HSN = (
    *("HSN", "Description", "UQC", "Total Quantity", "Total Value", "Rate", "Taxable Value"),
    *("Integrated Tax Amount", "Central Tax Amount", "State/UT Tax Amount", "Cess Amount"),
)


def _place(code: str) -> str:
    return f"{code}-{STATES[code]}" if code in STATES else code


def _reverse(one: Document) -> str:
    return "Y" if one.is_reverse_charge else "N"


def _original(one: Document) -> list[Any]:
    return [one.original[0], written(one.original[1])] if one.original else []


def _invoices(some: Sequence[Document]) -> Iterator[Sequence[Any]]:
    for one in some:
        head = [one.ctin, one.name, *_original(one), one.number, written(one.day), one.value, _place(one.place), _reverse(one), ""]
        for item in one.items:
            yield [*head, _TYPES.get(one.type, one.type), "", item.rate_bp, item.taxable, item.cess]


def _large(some: Sequence[Document]) -> Iterator[Sequence[Any]]:
    for one in some:
        for item in one.items:
            yield [one.number, written(one.day), one.value, _place(one.place), "", item.rate_bp, item.taxable, item.cess, ""]


def _large_amended(some: Sequence[Document]) -> Iterator[Sequence[Any]]:
    for one in some:
        if one.section == "b2cla":
            head = [*_original(one), _place(one.place), one.number, written(one.day), one.value, ""]
            for item in one.items:
                yield [*head, item.rate_bp, item.taxable, item.cess, ""]


def _notes(some: Sequence[Document]) -> Iterator[Sequence[Any]]:
    for one in some:
        head = [one.ctin, one.name, *_original(one), one.number, written(one.day), one.note, _place(one.place), _reverse(one)]
        for item in one.items:
            yield [*head, _TYPES.get(one.type, one.type), one.value, "", item.rate_bp, item.taxable, item.cess]


def _loose_notes(some: Sequence[Document]) -> Iterator[Sequence[Any]]:
    for one in some:
        place = _place(one.place) if one.type == "B2CL" else ""
        for item in one.items:
            head = [one.type, *_original(one), one.number, written(one.day), one.note, place, one.value, ""]
            yield [*head, item.rate_bp, item.taxable, item.cess]


def _exports(some: Sequence[Document]) -> Iterator[Sequence[Any]]:
    for one in some:
        port, number, day = one.shipping or ("", "", None)
        for item in one.items:
            head = [one.type, *_original(one), one.number, written(one.day), one.value, port, number, written(day) if day else ""]
            yield [*head, item.rate_bp, item.taxable, item.cess]


def _advances(rows: Sequence[Advances]) -> Iterator[Sequence[Any]]:
    for row in rows:
        for item in row.items:
            yield [_place(row.place), "", item.rate_bp, item.taxable, item.cess]


def _amended(rows: Sequence[Advances]) -> Iterator[Sequence[Any]]:
    for row in rows:
        for item in row.items:
            yield [*_month(row.month), _place(row.place), "", item.rate_bp, item.taxable, item.cess]


def _small_amended(rows: Sequence[SmallAmended]) -> Iterator[Sequence[Any]]:
    for row in rows:
        for item in row.items:
            yield [*_month(row.month), _place(row.place), "OE", "", item.rate_bp, item.taxable, item.cess, ""]


def _month(month: int) -> list[str]:
    """The financial year and the month that an amendment names, the month as the portal's list spells it."""
    first = date(month // 100, month % 100, 1)
    return [str(FinancialYear.of(first)), f"{first:%B}".upper()]


def _operators(rows: Sequence[Operator]) -> Iterator[Sequence[Any]]:
    for row in rows:
        taxes = row.taxes
        kind = "Liable to pay tax u/s 9(5)" if row.pays else "Liable to collect tax u/s 52(TCS)"
        before = [*_month(row.month), row.original] if row.month else []
        yield [kind, *before, row.gstin, "", taxes.taxable, taxes.igst, taxes.cgst, taxes.sgst, taxes.cess]


def _codes(rows: Iterable[HsnRow]) -> Iterator[Sequence[Any]]:
    for row in rows:
        taxes = row.taxes
        is_service = row.hsn.startswith("99")
        unit, qty = ("NA", 0) if is_service else (row.uqc, rounded(row.qty, 10))
        total = taxes.taxable + taxes.tax
        yield [row.hsn, row.name[:30], unit, qty, total, row.rate_bp, taxes.taxable, taxes.igst, taxes.cgst, taxes.sgst, taxes.cess]
