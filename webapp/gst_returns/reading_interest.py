"""Notes of interest as GSTR-1 tells them: debit notes (CGST Act s.34(3)) that raise the value of what was billed (s.15(2)(d)).

A note keeps what was asked bill by bill and the tax of all together. Here it is shared over what each bill sold, by value, and its tax over
the taxed part; the shares add up to the note to the paisa. A note that was cancelled in a later period than it was told in, is told there
once more with nothing (9C), and to an unregistered buyer taken away again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from webapp.gst_returns.facts import RATES_BP
from webapp.gst_returns.periods import ReturnPeriod
from webapp.gst_returns.reading import Group, Part, within
from webapp.gst_returns.told import Document, Item, Taxes
from webapp.interest.models import InterestCancellation, InterestLine, InterestNote
from webapp.kernel.dates import Period
from webapp.kernel.money import Paise, split
from webapp.ledger.models import Voucher
from webapp.parties.models import Party
from webapp.platform.tenancy import Books
from webapp.sales.models import InvoiceLine
from webapp.tax.rules import Supply, Treatment


class Note(NamedTuple):
    """A note as charged; `cancelled_on` is the day of its reversal in the books."""

    id: UUID
    number: str
    day: date
    cancelled_on: date | None
    store_id: UUID
    party: str
    ctin: str
    state_code: str
    amount: int
    cgst: int
    sgst: int
    igst: int
    cess: int


class Sold(NamedTuple):
    """What a bill sold under one code and rate."""

    treatment: str
    rate_bp: int
    cess_bp: int
    hsn: str
    unit: str
    name: str
    taxable: int


_UNKNOWN = Sold(Treatment.EXEMPT.value, 0, 0, "", "OTH", "", 1)  # what a bill of before the books began sold
_RATED = _UNKNOWN._replace(treatment=Treatment.TAXABLE.value)


def notes(books: Books, store_ids: Sequence[UUID], span: Period) -> list[Note]:
    """The notes of a registration's stores that stand in these days, or were cancelled in them."""
    query = (
        select(
            *(InterestNote.id, InterestNote.number, InterestNote.charged_upto, Voucher.voucher_date, InterestNote.store_id, Party.name),
            *(func.coalesce(Party.gstin, ""), Party.state_code, InterestNote.amount_paise),
            *(getattr(InterestNote, f"{name}_paise") for name in ("cgst", "sgst", "igst", "cess")),
        )
        .join(Party, and_(Party.company_id == InterestNote.company_id, Party.id == InterestNote.party_id))
        .outerjoin(
            InterestCancellation,
            and_(InterestCancellation.company_id == InterestNote.company_id, InterestCancellation.note_id == InterestNote.id),
        )
        .outerjoin(Voucher, and_(Voucher.company_id == InterestCancellation.company_id, Voucher.id == InterestCancellation.voucher_id))
        .where(InterestNote.store_id.in_(store_ids), or_(within(InterestNote.charged_upto, span), within(Voucher.voucher_date, span)))
        .order_by(InterestNote.charged_upto, InterestNote.number)
    )
    return [Note(*row) for row in books.session.execute(query)]


def tell(books: Books, found: Sequence[Note], period: ReturnPeriod, state: str) -> tuple[list[Document], list[Part]]:
    """Notes as documents (to registered buyers), and all of them in parts, for the tables in sums."""
    sold = _sold(books, [note.id for note in found])
    documents: list[Document] = []
    parts: list[Part] = []
    for note in found:
        asked_now = period.days.first_day <= note.day <= period.days.last_day
        gone_now = note.cancelled_on is not None and note.cancelled_on <= period.days.last_day
        if asked_now and gone_now:
            continue  # never told
        shares = _shares(note, sold.get(note.id, ()))
        sign = 1 if asked_now else -1
        if note.ctin:
            documents += _documents(note, shares, period, state, is_amended=not asked_now)
        value = sign * (note.amount + note.cgst + note.sgst + note.igst + note.cess)
        for one, taxes in shares:
            group = _group(note, one, taxes, sign, state)
            parts.append(Part("interest_note", note.id, note.number, note.day, note.party, note.ctin, value, group))
    return documents, parts


def _sold(books: Books, ids: Sequence[UUID]) -> dict[UUID, list[tuple[int, list[Sold]]]]:
    """For each note, bill by bill: the interest asked and what the bill sold."""
    if not ids:
        return {}
    lines = books.session.execute(
        select(InterestLine.note_id, InterestLine.bill_voucher_id, InterestLine.amount_paise)
        .where(InterestLine.note_id.in_(ids))
        .order_by(InterestLine.note_id, InterestLine.line_no)
    ).all()
    keys = (InvoiceLine.treatment, InvoiceLine.rate_bp, InvoiceLine.cess_bp, InvoiceLine.hsn, InvoiceLine.unit)
    # A bill's voucher has the bill's id.
    goods: dict[UUID, list[Sold]] = {}
    query = select(InvoiceLine.invoice_id, *keys, func.max(InvoiceLine.name), func.sum(InvoiceLine.taxable_paise))
    query = query.where(InvoiceLine.invoice_id.in_({line.bill_voucher_id for line in lines})).group_by(InvoiceLine.invoice_id, *keys)
    for row in books.session.execute(query.order_by(InvoiceLine.invoice_id, *keys)):
        goods.setdefault(row[0], []).append(Sold(*row[1:7], int(row[7])))
    found: dict[UUID, list[tuple[int, list[Sold]]]] = {}
    for line in lines:
        found.setdefault(line.note_id, []).append((line.amount_paise, goods.get(line.bill_voucher_id, [])))
    return found


def _shares(note: Note, bills: Sequence[tuple[int, list[Sold]]]) -> list[tuple[Sold, Taxes]]:
    """The note shared over what its bills sold. What leads to no goods (a bill of before the books began) is without tax."""
    parts: dict[tuple[Any, ...], list[int]] = {}
    names: dict[tuple[Any, ...], Sold] = {}
    for interest, goods in bills:
        rows = [one for one in goods if one.taxable > 0] or [_UNKNOWN]
        for one, part in zip(rows, split(Paise(interest), [row.taxable for row in rows]), strict=True):
            key = one[:5]
            names.setdefault(key, one)
            parts.setdefault(key, []).append(part)
    amounts = {key: sum(some) for key, some in parts.items() if sum(some)}
    tax = 2 * note.cgst + note.igst
    taxed = [key for key in amounts if key[0] == Treatment.TAXABLE.value and key[1]] if tax else []
    if tax and not taxed:  # asked for bills that were typed as vouchers: the tax itself says the rate
        rate = min(RATES_BP, key=lambda one: abs(one * note.amount - tax * 10_000))
        return [(_RATED._replace(rate_bp=rate), Taxes(note.amount, note.cgst, note.sgst, note.igst, note.cess))]
    by_rate = [amounts[key] * key[1] for key in taxed]
    by_cess = [amounts[key] * key[2] for key in taxed]
    half, igst = _split(note.cgst, by_rate), _split(note.igst, by_rate)
    cess = _split(note.cess, by_cess if any(by_cess) else by_rate)
    found = []
    for key, amount in amounts.items():
        if key in taxed:
            at = taxed.index(key)
            found.append((names[key], Taxes(amount, half[at], half[at], igst[at], cess[at])))
        else:
            found.append((names[key]._replace(treatment=_untaxed(key[0]), rate_bp=0), Taxes(amount)))
    return found


def _split(tax: int, weights: Sequence[int]) -> Sequence[int]:
    return split(Paise(tax), list(weights)) if weights else []


def _untaxed(treatment: str) -> str:
    """Interest that bore no tax is of an exempt supply in table 8, also where terms of before left the tax out."""
    return Treatment.EXEMPT.value if treatment == Treatment.TAXABLE.value else treatment


def _documents(note: Note, shares: Sequence[tuple[Sold, Taxes]], period: ReturnPeriod, state: str, *, is_amended: bool) -> list[Document]:
    rates: dict[int, Taxes] = {}
    for one, taxes in shares:
        if one.treatment == Treatment.TAXABLE.value:
            rates[one.rate_bp] = rates.get(one.rate_bp, Taxes()).plus(taxes)
    if not rates:
        return []
    was = Taxes()
    for taxes in rates.values():
        was = was.plus(taxes)
    items = tuple(Item(rate, *(Taxes() if is_amended else taxes)) for rate, taxes in sorted(rates.items(), reverse=True))
    total = 0 if is_amended else note.amount + note.cgst + note.sgst + note.igst + note.cess
    return [
        Document(
            section="cdnra" if is_amended else "cdnr",
            source="interest_note",
            id=note.id,
            number=note.number,
            day=note.day,
            value=total,
            place=_place(note, state),
            type="R",
            items=items,
            ctin=note.ctin,
            name=note.party,
            note="D",
            original=(note.number, note.day) if is_amended else None,
            was=was if is_amended else Taxes(),
        )
    ]


def _group(note: Note, one: Sold, taxes: Taxes, sign: int, state: str) -> Group:
    return Group(
        is_small=not note.ctin,
        is_registered=bool(note.ctin),
        is_home=True,
        supply=Supply.INTER.value if _place(note, state) != state else Supply.INTRA.value,
        place=_place(note, state),
        treatment=one.treatment,
        rate_bp=one.rate_bp,
        hsn=one.hsn,
        unit=one.unit,
        name=one.name,
        qty=0,
        taxes=Taxes().plus(taxes, sign),
    )


def _place(note: Note, state: str) -> str:
    """Where the supply went: as its tax says, and where there is none by the buyer's state."""
    if note.cgst or note.sgst:
        return state
    return note.state_code or state
