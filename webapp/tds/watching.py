"""What the rooms of documents tell this one: what was posted, what was taken back, and what a voucher should propose.

Every voucher on something marked leaves an event here, in its own transaction, with what is due of it. A voucher that has a row on
TDS payable has deducted that much; a supplier's bill is deducted of by a journal that comes with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select, update

from webapp import ledger, outstandings, parties, purchases
from webapp.kernel.errors import BooksError, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import BasisPoints, Paise
from webapp.kernel.records import dataclass
from webapp.ledger import PostedVoucher
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone
from webapp.tds import queries, service
from webapp.tds.deposited import deposited_on
from webapp.tds.models import TdsDeduction, TdsEvent, TdsMark
from webapp.tds.rules import law
from webapp.tds.rules.working import Case, Deduction, work_out
from webapp.tds.subjects import Leg, Subject, subjects
from webapp.vouchers import Proposed

# Kinds of vouchers by which a supplier is paid or credited; a counter's bill is none, and costs nothing here.
_WATCHED = frozenset({"purchase", "payment", "journal"})
# By these documents; an opening bill was deducted of before the books began, and a merge or a write-off pays nobody.
_DOCUMENTS = frozenset({"voucher", "purchase_bill", "purchase_payment", "cheque"})


@dataclass(frozen=True, slots=True)
class Worked:
    """What is due of a subject. `base` is what of it counts now: an advance that was counted before does not count with its bill."""

    subject: Subject
    base: Paise
    consumed: Paise
    deduction: Deduction
    certificate_id: UUID | None


def propose(books: Books, day: date, lines: Sequence[tuple[UUID, UUID | None, int]], kept_id: UUID | None) -> Proposed | None:
    """The deduction that a voucher with these lines should have; None where nothing is marked or due. `kept_id` is the ledger's voucher
    that it takes the place of."""
    kept = ledger.voucher_or_none(books, kept_id) if kept_id else None
    undone = _legs(kept) if kept else []
    has_row = any(one.account_id == ledger.heads(books)["tds-payable"] for one in undone)
    if kept is not None and not has_row and any(one.deducted for one in queries.events_of_voucher(books, kept.id)):
        return None  # deducted by a journal of its own
    for subject in subjects(books, [Leg(*one) for one in lines], undone=undone):
        worked = _worked(books, day, subject, kept_id)
        if worked.deduction.amount > 0:
            own, mark = worked.deduction, subject.mark
            cited, is_sure = law.law_of(mark.kind, mark.payee, day), law.is_sure(mark.kind, day)
            return Proposed(mark.head_id, own.amount, own.taxed, own.rate_bp, mark.kind, cited, own.arrears, own.certified, is_sure)
    return None


def is_marked(books: Books) -> bool:
    """Whether anything is marked at all."""
    return books.session.execute(select(TdsMark.head_id).limit(1)).first() is not None


def watch(books: Books, voucher: PostedVoucher) -> None:
    """Told by the ledger of each voucher it has written, a reversal too."""
    if voucher.kind not in _WATCHED or voucher.document_kind not in _DOCUMENTS:
        return
    if voucher.reverses_id is not None:
        undo(books, voucher.reverses_id, voucher.voucher_date, voucher.narration)
        return
    legs = _legs(voucher)
    found = subjects(books, legs, is_posted=True)
    if not found:
        return
    in_voucher = max(-sum(one.amount for one in legs if one.account_id == ledger.heads(books)["tds-payable"]), 0)
    for number, subject in enumerate(_of_bills(books, voucher, found)):
        # The register of one payee is read and written by one at a time, so that nothing is due twice or of too little.
        service.take_turn(books, subject.mark.head_id)
        worked = _worked(books, voucher.voucher_date, subject, voucher.id)
        is_last = number == len(found) - 1
        part = in_voucher if is_last else min(in_voucher, worked.deduction.amount)
        in_voucher -= part
        _note(books, voucher, worked, part)


def bill_beginning(books: Books, supplier_id: UUID) -> None:
    """Told by purchases before a bill writes anything: one of a marked supplier will post two vouchers, and so writes alone."""
    if books.session.scalar(select(TdsMark.head_id).where(TdsMark.head_id == supplier_id)) is not None:
        write_alone(books)


def bill_entered(books: Books, bill_id: UUID) -> None:
    """Told by purchases when a supplier's bill stands whole: what is due of it is deducted by a journal, which settles that much of
    the bill."""
    for event in queries.events_of_voucher(books, bill_id):
        if event.lacks:
            service.deduct(books, event.id, on=event.paid_on, settles=True)


def before_cancelling(books: Books, bill_id: UUID, on: date, reason: str) -> None:
    """Told by purchases before a bill is cancelled: its deduction is taken back first, which frees that part of the bill. BooksError where
    that was deposited: it is the supplier's with the department, by the certificate."""
    if events := queries.events_of_voucher(books, bill_id):
        write_alone(books)
        if day := deposited_on(books, [one.id for one in events]):
            raise BooksError(
                problem=f"The tax deducted on {events[0].number} was deposited on {day}.",
                fix="Enter a debit note for what goes back. A challan entered by mistake can be cancelled first.",
            )
    undo(books, bill_id, on, reason)


def undo(books: Books, voucher_id: UUID, on: date, reason: str) -> None:
    """A voucher is taken back: its events, and what was deducted of them by journals of this room. Safe to repeat."""
    own = (TdsEvent.voucher_id == voucher_id, TdsEvent.undone_on.is_(None))
    ids = list(books.session.scalars(select(TdsEvent.id).where(*own)))
    if not ids:
        return
    standing = (TdsDeduction.event_id.in_(ids), TdsDeduction.undone_on.is_(None))
    made = books.session.execute(select(TdsDeduction.voucher_id, TdsDeduction.deducted_on).where(*standing)).all()
    for journal_id, day in made:
        if journal_id != voucher_id:
            ledger.reverse(books, voucher_id=journal_id, reversal_id=new_id(), on=max(on, day), reason=reason)
            outstandings.release_all_of(books, journal_id, why=reason)
    books.session.execute(update(TdsDeduction).where(*standing).values(undone_on=on))
    books.session.execute(update(TdsEvent).where(*own).values(undone_on=on))


def _legs(voucher: PostedVoucher) -> list[Leg]:
    return [Leg(one.account_id, one.party_id, one.amount) for one in voucher.lines]


def _of_bills(books: Books, voucher: PostedVoucher, found: Sequence[Subject]) -> list[Subject]:
    """Of a supplier's bill its own taxable value is meant, for the voucher has tax that is not claimed in the goods' cost."""
    if voucher.document_kind != "purchase_bill":
        return list(found)
    try:
        bill = purchases.bill(books, voucher.document_id)
    except NotFound:  # a debit note's or another paper's voucher
        return list(found)
    base = Paise(min(bill.taxable_paise + bill.charges_paise, bill.total_paise))
    return [Subject(one.mark, base, one.gross, one.advance) if base > 0 else one for one in found]


def _worked(books: Books, day: date, subject: Subject, but: UUID | None) -> Worked:
    mark, base, consumed = subject.mark, subject.base, Paise(0)
    if not subject.advance and mark.is_party:
        consumed = Paise(min(queries.open_advance(books, mark.head_id, but), subject.gross))
        base = Paise(max(base - consumed, 0))
    held = queries.relief(books, mark.head_id, mark.kind, day, but) if mark.is_party else None
    before = queries.before(books, mark, day, but)
    case = Case(mark.kind, mark.payee, day, base, before, mark.is_specified, held[1] if held else None)
    deduction = work_out(case)
    return Worked(subject, base, consumed, deduction, held[0] if held and deduction.certified else None)


def _note(books: Books, voucher: PostedVoucher, worked: Worked, deducted: int) -> None:
    mark, own = worked.subject.mark, worked.deduction
    name = mark.payee_name or (parties.party_row(books, mark.head_id).name if mark.is_party else "")
    event_id = new_id()
    row = {
        "id": event_id,
        "voucher_id": voucher.id,
        "document_kind": voucher.document_kind,
        "document_id": voucher.document_id,
        "number": voucher.number,
        "store_id": voucher.store_id,
        "head_id": mark.head_id,
        "party_id": worked.subject.party_id,
        "kind": mark.kind,
        "payee": mark.payee,
        "pan": mark.pan,
        "name": name,
        "paid_on": voucher.voucher_date,
        "base_paise": worked.base,
        "gross_paise": worked.subject.gross,
        "advance_paise": worked.subject.advance,
        "consumed_paise": worked.consumed,
        "taxed_paise": own.taxed,
        "certified_paise": own.certified,
        "certificate_id": worked.certificate_id,
        "rate_bp": own.rate_bp or BasisPoints(0),
        "due_paise": own.amount,
        "why": own.why,
        "undone_on": None,
    }
    books.insert(TdsEvent, [row])
    if deducted:
        service.write_deduction(books, event_id, voucher.id, voucher.number, voucher.voucher_date, deducted)
