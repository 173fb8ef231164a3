"""Documents made at the desk and not at a till: they are numbered in the office's own series and refused where they may be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from webapp import catalogue, stock
from webapp.company import FIRST_CODE, profile, require_backdate, store, store_series
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import InvalidInput
from webapp.kernel.money import Paise, read_paise, rupees
from webapp.kernel.records import dataclass
from webapp.platform.numbering import open_series
from webapp.platform.tenancy import Books
from webapp.sales import collecting, hooks, limits, queries, service, sheet
from webapp.sales.collecting import Collected
from webapp.sales.commands import OfficeReturn, Sale, SaleLine, SaleReturn, Tender, TenderMode
from webapp.sales.queries import Issued
from webapp.sales.rules import Worked
from webapp.sales.setting_aside import require_free
from webapp.sales.sheet import Sheet, Understood
from webapp.sales.typed import TypedSheet
from webapp.tax.rules import RULES_V

# Till codes are two characters; this one is given to no till.
OFFICE = "00"


@dataclass(frozen=True, slots=True)
class Draft:
    """A sheet as far as it can be worked out: what cannot be used of it, and what it would come to (None: nothing yet)."""

    understood: Understood
    worked: Worked | None
    collected: Sequence[Collected] = ()  # tax at source that would come on top


def preview(books: Books, typed: TypedSheet) -> Draft:
    """What a sheet would come to as it stands. Nothing is written, nothing raised for what is not typed yet."""
    found = sheet.understand(books, typed)
    if not found.sheet.lines:
        return Draft(found, None)
    sale = sale_of(books, found.sheet, typed.id, "")
    worked = service.work_out(books, sale)
    items = catalogue.items_for_bill(books, [line.item_id for line in sale.lines], sale.invoice_date)
    return Draft(found, worked, collecting.expected(books, sale, worked.lines, worked.figures, items))


def issue_invoice(
    books: Books, typed: TypedSheet, sold: Callable[[Sheet], Sequence[SaleLine]] | None = None, sent: Sequence[object] = ()
) -> Issued:
    """Issue a bill from a sheet, numbered in the office's series of its store. The same sheet again gives the first answer.

    `sold` gives the lines where they are of other documents, and `sent` what else makes it. InvalidInput by field; refusals as
    `service.issue`.
    """
    body = hashlib.sha256(json.dumps([typed.sent(), list(sent)], ensure_ascii=False, default=str).encode()).hexdigest()
    if earlier := queries.header_or_none(books, typed.id):
        return service.issue(books, replace(_again(earlier, body), id=earlier.id))
    if sold is None:  # nobody uses up what its rows would come of: they come of nothing
        typed = replace(typed, lines=tuple(replace(line, source="") for line in typed.lines))
    found = sheet.understand(books, typed).required()
    hooks.require_office_bill(books, found.day)
    sale = sale_of(books, found, typed.id, body)
    if sold is not None:
        sale = replace(sale, lines=tuple(sold(found)))
    if sold is None:
        _require_names(books, found)
    worked = service.work_out(books, sale)
    require_backdate(books, found.day, "invoice", typed.id)
    limits.require_discount(books, found, worked, "invoice", typed.id)
    if not profile(books).allows_negative_stock:
        require_free(books, sale, worked.lines)
    tenders = _tenders(typed, worked.figures.total, has_party=found.party is not None)
    series = bill_series(books, found.store_id, found.day)
    sale = replace(sale, credit_reason=typed.credit_reason, expired_reason=typed.expired_reason)
    return service.issue(books, replace(sale, series=series, tenders=tenders))


def _require_names(books: Books, found: Sheet) -> None:
    """InvalidInput beside the row whose batch or pieces cannot be. Lines of a challan have left, and name theirs themselves."""
    wants = [stock.Want(one.number, one.item_id, one.qty, one.batch, one.serials) for one in found.lines if one.tracking != "none"]
    items = catalogue.items_for_bill(books, {one.item_id for one in wants}, found.day) if wants else {}
    if wrong := stock.wrong_names(books, store_id=found.store_id, wants=wants, items=items):
        raise InvalidInput({f"{field}-{number}": words for (field, number), words in wrong.items()})


def sale_of(books: Books, found: Sheet, id_: UUID, body_sha256: str) -> Sale:
    """A sheet as a sale, not numbered and not paid yet."""
    return Sale(
        id=id_,
        series="",
        seq=None,
        invoice_date=found.day,
        issued_at=books.now,
        store_id=found.store_id,
        cashier=books.actor.name,
        lines=tuple(line.as_sold() for line in found.lines),
        tenders=(),
        body_sha256=body_sha256,
        rules_v=RULES_V,
        has_happened=False,
        place_of_supply=found.place or None,
        bill_discount=found.bill_discount,
        party_id=found.party.id if found.party else None,
        customer_buys=collecting.customer_buys(books, found.party.id if found.party else None),
        party={"name": found.walk_in} if found.walk_in else None,
        note=found.note,
        terms=found.terms,
    )


def issue_return(books: Books, asked: OfficeReturn) -> Issued:
    """Take goods back at the desk, into the store that sold them. Refusals as `service.issue_return`."""
    bill = queries.header(books, asked.against_id)
    return service.issue_return(
        books,
        SaleReturn(
            id=asked.id,
            against_id=bill.id,
            series=office_series(books, books.today, "R"),
            seq=None,
            invoice_date=books.today,
            issued_at=books.now,
            store_id=bill.store_id,
            cashier=books.actor.name,
            lines=asked.lines,
            body_sha256=asked.body_sha256,
            rules_v=RULES_V,
            has_happened=False,
            refund=asked.refund,
            note=asked.reason,
        ),
    )


def office_series(books: Books, day: date, letter: str = "") -> str:
    """The office's series of a financial year: 2600 for bills, 2600R for returns. Opened when first used."""
    year = FinancialYear.of(day)
    prefix = f"{year.start_year % 100:02d}{OFFICE}{letter}"
    open_series(books, prefix, document_kind="credit_note" if letter else "bill", year=year)
    return prefix


def bill_series(books: Books, store_id: UUID, day: date) -> str:
    """The office's series for bills of a store: 2600 for the first one, 26PUN-B for the one with the code PUN."""
    # By its code and not by whose default it is: to a member held to Pune, Pune is.
    if store(books, store_id).code == FIRST_CODE:
        return office_series(books, day)
    year = FinancialYear.of(day)
    prefix = store_series(books, store_id, year, "B")
    open_series(books, prefix, document_kind="bill", year=year)
    return prefix


def _tenders(typed: TypedSheet, total: Paise, *, has_party: bool) -> tuple[Tender, ...]:
    """How it is paid: all in one way, or parts now and the rest on credit. InvalidInput by field."""
    if typed.pay != "parts":
        if typed.pay == TenderMode.CREDIT and not has_party:
            raise InvalidInput({"party": "Credit is given to somebody. Choose the customer, or take the money now."})
        return (Tender(TenderMode(typed.pay), total, typed.pay_reference),) if total else ()
    errors: dict[str, str] = {}
    parts: list[Tender] = []
    for mode, text in typed.parts.items():
        try:
            amount = read_paise(text) if text else Paise(0)
        except ValueError as words:
            errors[f"paid_{mode}"] = str(words)
            continue
        if amount < 0:
            errors[f"paid_{mode}"] = "Type an amount above 0."
        elif amount:
            parts.append(Tender(TenderMode(mode), amount, typed.pay_reference))
    rest = total - sum(part.amount for part in parts)
    if rest < 0:
        errors.setdefault("pay", f"The bill is {rupees(total)}; {rupees(Paise(total - rest))} would be paid.")
    elif rest and not has_party:
        errors.setdefault("pay", f"{rupees(Paise(rest))} is not paid. Choose the customer for credit, or take it now.")
    if errors:
        raise InvalidInput(errors)
    return (*parts, Tender(TenderMode.CREDIT, Paise(rest))) if rest else tuple(parts)


def _again(earlier: queries.Header, body_sha256: str) -> Sale:
    """As much of a sale that was sent before as it takes to be told again what was answered."""
    return Sale(
        id=earlier.id,
        series=earlier.series,
        seq=earlier.seq,
        invoice_date=earlier.invoice_date,
        issued_at=earlier.issued_at,
        store_id=earlier.store_id,
        cashier=earlier.cashier,
        lines=(),
        tenders=(),
        body_sha256=body_sha256,
        rules_v=earlier.rules_v,
        has_happened=False,
    )
