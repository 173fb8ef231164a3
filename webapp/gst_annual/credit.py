"""What the books hold for tables 4G, 6, 7, 8, 16 and 18: the register of input tax split as the form asks, and what was bought by code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select

from webapp import gst_inward, input_tax
from webapp.gst_annual.told import HsnRow
from webapp.gst_inward import CreditKind
from webapp.gst_returns import Registration, Taxes
from webapp.input_tax import Entry, Tax
from webapp.input_tax.models import ItcReversal
from webapp.kernel.dates import Period
from webapp.ledger.models import Voucher
from webapp.parties.models import Party
from webapp.platform.tenancy import Books
from webapp.purchases.models import PurchaseBill, PurchaseBillLine

NOTHING = Taxes()
_HEADS = ("taxable", "cgst", "sgst", "igst", "cess")
_REVERSED = ("7A", "7A1", "7A2", "7B", "7C", "7D", "7E", "7H")
# As webapp.input_tax calls the rules by which credit was reversed; what it knows no rule of is "other" (7H).
_RULES = {"37": "7A", "37A": "7A1", "38": "7A2", "39": "7B", "42": "7C", "42Y": "7C", "43": "7D", "17(5)": "7E", "17(5)(h)": "7E"}
_KINDS = ("inputs", "capital", "services")
_LINES = (*(f"6{table}.{kind}" for table in "BCD" for kind in _KINDS), "6E.inputs", "6E.capital", "6F", "6G", "6H")


def of_heads(tax: Tax) -> Taxes:
    """Tax by head as figures without a value."""
    return Taxes(0, tax.cgst, tax.sgst, tax.igst, tax.cess)


def figures(books: Books, of: Registration, months: Iterable[int], span: Period) -> dict[str, Taxes]:
    """Lines of tables 4G, 6, 7, 8C, 8G, 8H1 and 16A as the books tell them for some months, whose days are `span`."""
    found = dict.fromkeys(("4G", "6A", "6A1", *_LINES, *_REVERSED, "8C", "8G", "8H1"), NOTHING)

    def add(line: str, tax: Tax) -> None:
        found[line] = found[line].plus(of_heads(tax))

    for month in months:
        owed = input_tax.reverse_charge(books, of.gstin, month)
        found["4G"] = found["4G"].plus(of_heads(owed.tax)._replace(taxable=owed.taxable))
    entries = input_tax.entries(books, of.store_ids, span)
    rules = _rules_of(books, entries)
    for one in entries:
        if one.cell in ("rules", "temporary"):
            add(_RULES.get(rules.get(one.document_id, ""), "7H"), Tax() - one.claimed)
        elif line := _line_of(one):
            add("6A", one.available if one.cell not in ("reclaim", "extra") else one.claimed)
            _split(one, line, add)
            add("7E", one.blocked)
            if one.paper_date is not None and one.paper_date < span.first_day:
                add("6A1", one.available)
        if one.cell == "import_goods":
            add("8G", Tax(igst=one.taxed.igst))
    _later(books, of, span, add)
    found["16A"] = Taxes(_from_composition(books, of, span))
    return found


def _line_of(one: Entry) -> str:
    """The line of table 6 that credit stands in, or "" for what is none."""
    if one.cell == "reverse_charge":
        return "6D" if one.gstin else "6C"
    return {"other": "6B", "import_goods": "6E", "import_services": "6F", "isd": "6G", "reclaim": "6H", "extra": "6H"}.get(one.cell, "")


def _split(one: Entry, line: str, add: Any) -> None:
    """What was claimed by what was bought; what is blocked, or was entered by hand without a bill, stands with the inputs."""
    if line in ("6F", "6G", "6H"):
        add(line, one.claimed if line == "6H" else one.available)
        return
    rest = one.available
    for nature, tax in one.by_nature:
        kind = nature if nature in _KINDS else "inputs"
        name = f"{line}.{'inputs' if line == '6E' and kind == 'services' else kind}"
        add(name, tax)
        rest -= tax
    add(f"{line}.inputs", rest)


def _later(books: Books, of: Registration, span: Period, add: Any) -> None:
    """Credit of papers of these days that was claimed in the next year, until the day of s.16(4)."""
    after = Period(span.last_day + timedelta(days=1), date(span.last_day.year, 11, 30))
    for one in input_tax.entries(books, of.store_ids, after):
        if one.paper_date is None or not span.first_day <= one.paper_date <= span.last_day:
            continue
        if one.cell == "other":
            add("8C", one.claimed)
        elif one.cell == "import_goods":
            add("8H1", Tax(igst=one.claimed.igst))


def _rules_of(books: Books, entries: Sequence[Entry]) -> dict[Any, str]:
    wanted = {one.document_id for one in entries if one.cell in ("rules", "temporary")}
    if not wanted:
        return {}
    query = select(ItcReversal.id, ItcReversal.rule).where(ItcReversal.cell.in_(("rules", "temporary")))
    return {id_: rule for id_, rule in books.session.execute(query) if id_ in wanted}


def told_by_suppliers(books: Books, gstin: str, months: Iterable[int]) -> tuple[dict[str, Taxes], bool]:
    """8A and 8F of GSTR-2B; whether every month of it was brought in."""
    found, is_whole = {"8A": NOTHING, "8F": NOTHING}, True
    for month in months:
        told = gst_inward.credit_told(books, gstin, month)
        is_whole = is_whole and told.is_imported
        for kind in (CreditKind.OTH, CreditKind.ISD):
            row = told.of(kind)
            found["8A"] = found["8A"].plus(row.net)
            for away in row.unavailable.values():
                found["8A"], found["8F"] = found["8A"].plus(away), found["8F"].plus(away)
    return {line: taxes._replace(taxable=0) for line, taxes in found.items()}, is_whole


def codes(books: Books, of: Registration, span: Period) -> tuple[HsnRow, ...]:
    """Table 18: what was bought, by code, unit and rate."""
    line = PurchaseBillLine
    of_bill = and_(line.company_id == PurchaseBill.company_id, line.bill_id == PurchaseBill.id)
    keys = (line.hsn, line.unit, line.rate_bp)
    sums = [func.sum(_sign() * line.qty), *(func.sum(_sign() * getattr(line, f"{name}_paise")) for name in _HEADS)]
    query = select(*keys, *sums).select_from(PurchaseBill).join(line, of_bill).join(Voucher, _vouchers()).where(*_within(of, span))
    rows = books.session.execute(query.group_by(*keys).order_by(*keys))
    return tuple(HsnRow(hsn, unit, rate, int(qty), Taxes(*map(int, taxes))) for hsn, unit, rate, qty, *taxes in rows if any(taxes))


def _from_composition(books: Books, of: Registration, span: Period) -> int:
    """Bills of composition dealers, as they are marked now: registered suppliers on whose bills there is no tax (s.10(4))."""
    own = and_(Party.company_id == PurchaseBill.company_id, Party.id == PurchaseBill.party_id)
    query = select(func.coalesce(func.sum(_sign() * PurchaseBill.taxable_paise), 0)).select_from(PurchaseBill)
    query = query.join(Party, own).join(Voucher, _vouchers()).where(*_within(of, span), Party.is_composition)
    return int(books.session.scalar(query) or 0)


def _sign() -> Any:
    """A debit note runs the other way, and so does what is cancelled, on the day on which it is."""
    return case((PurchaseBill.kind == "debit_note", -1), else_=1) * case((Voucher.reverses_id.is_not(None), -1), else_=1)


def _vouchers() -> ColumnElement[bool]:
    """A bill's voucher has its id; that of its cancelling names it."""
    return and_(Voucher.company_id == PurchaseBill.company_id, func.coalesce(Voucher.reverses_id, Voucher.id) == PurchaseBill.id)


def _within(of: Registration, span: Period) -> list[ColumnElement[bool]]:
    return [Voucher.voucher_date.between(span.first_day, span.last_day), Voucher.store_id.in_(of.store_ids)]
