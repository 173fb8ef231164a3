"""The annual return of a registration, put together: every line as the filed returns of its year tell it, and as the books do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from webapp import gst_returns, gstr3b
from webapp.gst_annual import credit, facts
from webapp.gst_annual.outward import Found, Return
from webapp.gst_annual.told import Gstr9, HsnRow, Missing, Side
from webapp.gst_returns import AMENDMENT_OF, GSTR1, GSTR1A, IFF, FilingRow, Gstr1, Registration, ReturnPeriod, Taxes
from webapp.kernel.dates import FinancialYear
from webapp.platform.tenancy import Books
from webapp.tax.rules import Scheme

NOTHING = Taxes()
GSTR3B = "gstr3b"


def gstr9(books: Books, of: Registration, period: ReturnPeriod) -> Gstr9:
    """The return of a year, side by side."""
    start = FinancialYear.of(period.days.first_day).start_year
    ones, threes = _standing(books, of.gstin, GSTR1, GSTR1A), _standing(books, of.gstin, GSTR3B)
    files = _files(books, ones, period)
    filed = _filed_outward(books, files, ones, period)
    filed |= _filed_3b(books, [row for row in threes if row.period.month in period.months])
    now = _now(books, of, period)
    own = books_lines(books, of, period, now)
    suppliers, has_2b = credit.told_by_suppliers(books, of.gstin, period.months)
    regular = gst_returns.months_under(books, of.gstin, period.months, Scheme.REGULAR.value)
    months = [month for month in period.months if month in regular]
    missing = [Missing(form, month) for form, rows in ((GSTR1, ones), (GSTR3B, threes)) for month in _lacking(rows, months)]
    return Gstr9(
        gstin=of.gstin,
        period=period,
        start_year=start,
        filed=Side(filed),
        books=Side(own | (suppliers if has_2b else {})),
        missing=tuple(missing),
        has_2b=has_2b,
        outward_codes=_codes(now),
        inward_codes=credit.codes(books, of, period.days),
        typed=gst_returns.typed_figures(books, of.gstin, start),
    )


def books_lines(books: Books, of: Registration, period: ReturnPeriod, now: Gstr1) -> dict[str, Taxes]:
    """What the books tell of a year, or of a month of it."""
    found = Found()
    found.read(Return(period, _payload(gst_returns.as_text(now))))
    lines = found.lines | credit.figures(books, of, period.months, period.days)
    owed = NOTHING
    for line in ("4A", "4B", "4C", "4D", "4E", "4F", "4G", "4G1", "4J"):
        owed = owed.plus(lines[line])
    lines["9.payable"] = owed.plus(lines["4I"], -1)._replace(taxable=0)
    return lines


def by_month(books: Books, of: Registration, period: ReturnPeriod, key: str) -> list[tuple[int, Taxes | None, Taxes | None]]:
    """A line of the form month by month: as filed (with the last month of a quarter, for those), and by the books."""
    ones, threes = _standing(books, of.gstin, GSTR1, GSTR1A), _standing(books, of.gstin, GSTR3B)
    rows = []
    for month in period.months:
        one = ReturnPeriod("month", month)
        files = [file for file in _files(books, ones, period) if file.period.month == month]
        filed = _lines_of_files(files) if files else {}
        filed |= _filed_3b(books, [row for row in threes if row.period.month == month])
        own = books_lines(books, of, one, _now(books, of, one))
        rows.append((month, Side(filed).of(key), Side(own).of(key)))
    return rows


def _now(books: Books, of: Registration, period: ReturnPeriod) -> Gstr1:
    """What the books tell of these days alone: amendments of what earlier returns told are another year's, or this one's already."""
    told = gst_returns.gstr1(books, of, period)
    return replace(
        told,
        documents=tuple(one for one in told.documents if one.section not in AMENDMENT_OF),
        small_amended=(),
        received_amended=(),
        adjusted_amended=(),
        operators_amended=(),
    )


def _codes(now: Gstr1) -> tuple[HsnRow, ...]:
    """Table 17: table 12 of the year."""
    found: dict[tuple[str, str, int], HsnRow] = {}
    for row in now.hsn:
        key = (row.hsn, row.uqc, row.rate_bp)
        before = found.get(key, HsnRow(*key, 0, NOTHING))
        found[key] = before._replace(qty=before.qty + row.qty, taxes=before.taxes.plus(row.taxes))
    return tuple(row for _key, row in sorted(found.items()))


def _standing(books: Books, gstin: str, *forms: str) -> list[FilingRow]:
    """What is filed of these forms, in the order in which it was told: a month's IFF before its quarter, GSTR-1A after its GSTR-1."""
    rows = [row for form in forms for row in gst_returns.filings_of(books, form, gstin) if row.stands]
    return sorted(rows, key=lambda row: (row.period.month, row.period.kind != IFF, row.form))


def _lacking(rows: Sequence[FilingRow], months: Sequence[int]) -> list[int]:
    """Months that no return tells; an IFF tells a part of its month alone."""
    told = {month for row in rows if row.period.kind != IFF for month in row.period.months}
    return [month for month in months if month not in told]


def _files(books: Books, rows: Iterable[FilingRow], period: ReturnPeriod) -> list[Return]:
    wanted = [row for row in rows if row.period.month in period.months]
    return [Return(row.period, _payload(gst_returns.text_of(books, row.id))) for row in wanted]


def _payload(text: str) -> Mapping[str, Any]:
    """A file of ours; the tables that count papers and codes tell no supply of their own."""
    return {key: value for key, value in gst_returns.read_own(text).items() if key not in ("hsn", "doc_issue")}


def _lines_of_files(files: Sequence[Return]) -> dict[str, Taxes]:
    found = Found()
    for one in files:
        found.read(one)
    return found.lines


def _filed_outward(books: Books, files: Sequence[Return], rows: Sequence[FilingRow], period: ReturnPeriod) -> dict[str, Taxes]:
    """Tables 4, 5, 10 and 11 of what was filed; nothing while no return of the year is."""
    if not files:
        return {}
    found = Found()
    for one in files:
        found.read(one)
    last = date(period.days.last_day.year, *facts.LAST_CORRECTION)
    for row in rows:
        if period.days.last_day < row.period.days.first_day <= last:
            found.read_later(Return(row.period, _payload(gst_returns.text_of(books, row.id))), period.days)
    return found.lines | found.later


def _filed_3b(books: Books, rows: Sequence[FilingRow]) -> dict[str, Taxes]:
    """Tables 4G, 6, 7 and 9 of the GSTR-3Bs that were filed; nothing while none is. What table 4 of that form tells in one line is in one
    here too.
    """
    if not rows:
        return {}
    names = ("4G", "6A", "6.imports", "6.reverse", "6.other", "6F", "6G", "7.rules", "7.other", *_PAYMENT)
    found = dict.fromkeys(names, NOTHING)
    lines = {"IMPG": "6.imports", "IMPS": "6F", "ISRC": "6.reverse", "ISD": "6G", "OTH": "6.other"}
    for row in rows:
        told = gst_returns.read_own(gst_returns.text_of(books, row.id))
        supplies, itc = told["sup_details"], told["itc_elg"]
        found["4G"] = found["4G"].plus(_read(supplies["isup_rev"]))
        for one in itc["itc_avl"]:
            tax = _read(one)
            found["6A"], found[lines[one["ty"]]] = found["6A"].plus(tax), found[lines[one["ty"]]].plus(tax)
        for one in itc["itc_rev"]:
            line = "7.rules" if one["ty"] == "RUL" else "7.other"
            found[line] = found[line].plus(_read(one))
        for cell in ("osup_det", "osup_zero", "isup_rev"):
            found["9.payable"] = found["9.payable"].plus(_read(supplies[cell])._replace(taxable=0))
        through = told.get("eco_dtls", {}).get("eco_sup", {})
        found["9.payable"] = found["9.payable"].plus(_read(through)._replace(taxable=0))
        found["9.interest"] = found["9.interest"].plus(_read(told["intr_ltfee"]["intr_details"]))
        found["9.fee"] = found["9.fee"].plus(_read(told["intr_ltfee"]["ltfee_details"]))
        if kept := gstr3b.kept_of(books, row.id):
            paid = kept.settlement
            used = Taxes(0, *(paid.paid_by_credit(head) for head in _HEADS))
            found["9.credit"] = found["9.credit"].plus(used)
            found["9.cash"] = found["9.cash"].plus(credit.of_heads(paid.cash_of("tax")))
    return found


_PAYMENT = ("9.payable", "9.cash", "9.credit", "9.interest", "9.fee")
_HEADS = ("cgst", "sgst", "igst", "cess")


def _read(row: Mapping[str, Any]) -> Taxes:
    """Amounts of a file of ours, exact."""
    return Taxes(*(int(Decimal(row.get(name, 0) or 0) * 100) for name in ("txval", "camt", "samt", "iamt", "csamt")))
