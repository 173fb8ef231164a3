"""A registration's GSTR-3B of a period, put together from what GSTR-1 told, from input tax, and from the return before it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from webapp import gst_inward, gst_returns, input_tax, parties
from webapp.gst_returns import GSTR1, GSTR1A, IFF, MONTH, QUARTER, FilingRow, Gstr1, Registration, ReturnPeriod, Taxes
from webapp.gstr3b import late_gstr1, law, ledgers, outward, told
from webapp.gstr3b.told import Figure, Gstr3b, Row
from webapp.input_tax import Cell, Tax
from webapp.kernel.errors import NotFound
from webapp.platform.tenancy import Books

FORM = "gstr3b"
KINDS = (MONTH, QUARTER)
# How input tax names the cells of table 4.
_CREDIT = {
    "import_goods": "IMPG",
    "import_services": "IMPS",
    "reverse_charge": "ISRC",
    "isd": "ISD",
    "other": "OTH",
    "rules": "rev_RUL",
    "temporary": "rev_OTH",
    "reclaimed": "inelg_RUL",
    "ineligible": "inelg_OTH",
}
_INWARD = {
    "inter_exempt": "gst_inter",
    "intra_exempt": "gst_intra",
    "inter_non_gst": "nongst_inter",
    "intra_non_gst": "nongst_intra",
}
_TOLD_AS = {"IMPG": "IMPG", "SEZ": "IMPG", "ISRC": "ISRC", "ISD": "ISD", "OTH": "OTH"}  # kinds of GSTR-2B → rows of 4A


def period_of(key: str) -> ReturnPeriod:
    """The period an address names. NotFound for none of GSTR-3B."""
    found = gst_returns.read_period(key, KINDS)
    if found is None:
        raise NotFound("return period")
    return found


def gstr3b(books: Books, of: Registration, period: ReturnPeriod) -> Gstr3b:
    """The return as it stands now."""
    now = gst_returns.gstr1(books, of, period)
    filed = filed_gstr1(books, of.gstin, period)
    texts = _payloads(books, of, period, now, filed)
    cells: dict[str, list[Row]] = defaultdict(list)
    was = _told_before(books, of, period, texts)
    leads = {(one.section, one.number.upper()): one for one in now.documents}
    composition = parties.composition_gstins(books)
    found = [*outward.rows_of(texts, of.state_code, composition, was)]
    if filed and (later := _same_period(books, of.gstin, period)):
        found += outward.rows_of([later], of.state_code, composition, _told_before(books, of, period, [later], texts))
    for cell, row in found:
        lead = leads.get((row.section, row.number))
        cells[cell].append(row._replace(source=lead.source, id=lead.id, who=lead.name or row.who) if lead and lead.id else row)
    for month in period.months:
        _add_inward(books, of.gstin, month, cells)
    interest, fee = ledgers.lateness_before(books, of.gstin, period)
    fee += late_gstr1.told_fee(books, of.gstin, period)
    figures = {cell: Figure(tuple(rows)) for cell, rows in cells.items()}
    whole = Gstr3b(of.gstin, of.state_code, period, law.due_on(period, of.state_code), filed is not None, figures, interest, fee)
    return _with_what_changed(books, whole, now)


def filed_gstr1(books: Books, gstin: str, period: ReturnPeriod) -> FilingRow | None:
    """The GSTR-1 of the same period that is filed and not taken back."""
    return next((row for row in gst_returns.filings_of(books, GSTR1, gstin, period) if row.stands), None)


def _payloads(books: Books, of: Registration, period: ReturnPeriod, now: Gstr1, filed: FilingRow | None) -> list[Mapping[str, Any]]:
    """What GSTR-1 of the period told, or would tell now; a quarter with what its months told early (IFF)."""
    text = gst_returns.text_of(books, filed.id) if filed else gst_returns.as_text(now)
    found = [gst_returns.read_own(text)]
    if period.kind == QUARTER:
        early = [row for row in gst_returns.filings_of(books, GSTR1, of.gstin) if row.stands and row.period.kind == IFF]
        found += [gst_returns.read_own(gst_returns.text_of(books, row.id)) for row in early if row.period.month in period.months]
    return found


def _same_period(books: Books, gstin: str, period: ReturnPeriod) -> Mapping[str, Any] | None:
    """The GSTR-1A of the period that is filed: what it adds and changes is paid with this return."""
    row = next((row for row in gst_returns.filings_of(books, GSTR1A, gstin, period) if row.stands), None)
    return gst_returns.read_own(gst_returns.text_of(books, row.id)) if row else None


def _told_before(
    books: Books, of: Registration, period: ReturnPeriod, texts: Iterable[Mapping[str, Any]], own: Iterable[Mapping[str, Any]] = ()
) -> outward.Was:
    """What the amended was told with, by files of earlier periods and then `own` ones; they are read only where something is amended."""
    if not any(outward.AMENDED & text.keys() for text in texts):
        return lambda _key, _fact: Taxes()
    known = [row for form in (GSTR1, GSTR1A) for row in gst_returns.filings_of(books, form, of.gstin)]
    rows = [row for row in known if row.stands and row.period.month < period.month]
    rows.sort(key=lambda row: (row.period.days.last_day, row.period.kind != IFF, row.form))
    files = [(row.period.fp, gst_returns.read_own(gst_returns.text_of(books, row.id))) for row in rows]
    return outward.told_before([*files, *((str(one["fp"]), one) for one in own)])


def _add_inward(books: Books, gstin: str, month: int, cells: dict[str, list[Row]]) -> None:
    credit = input_tax.table_4(books, gstin, month)
    for name, cell in _CREDIT.items():
        cells[cell] += _rows(cell, getattr(credit, name))
    inward = input_tax.inward_supplies(books, gstin, month)
    for name, cell in _INWARD.items():
        cells[cell] += _rows(cell, getattr(inward, name))
    cells["isup_rev"] += _rows("isup_rev", input_tax.reverse_charge(books, gstin, month))


def _rows(section: str, cell: Cell) -> Iterable[Row]:
    return [Row(section, one.number, one.name, one.day, one.taxable, one.tax, "", one.source, one.id) for one in cell.rows]


def _with_what_changed(books: Books, whole: Gstr3b, now: Gstr1) -> Gstr3b:
    """The return with what suppliers told, and by how much the books differ from the filed GSTR-1."""
    since = told.NOTHING
    if whole.is_told and whole.period.kind == MONTH:
        due = gst_returns.tax_of_period(now)
        since = Tax(due.igst, due.cgst, due.sgst, due.cess) - whole.output - whole.as_operator
    found = gst_inward.credit_told(books, whole.gstin, whole.period)
    if not found.is_imported:
        return replace(whole, since=since)
    credit = dict.fromkeys(told.AVAILABLE, told.NOTHING)
    for kind, cell in _TOLD_AS.items():
        net = found.of(gst_inward.CreditKind(kind)).net
        credit[cell] += Tax(net.igst, net.cgst, net.sgst, net.cess)
    return replace(whole, since=since, told_credit=credit)
