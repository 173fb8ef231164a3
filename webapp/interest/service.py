"""The verbs of interest: agree on terms, charge what has accrued, cancel a note."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import delete

from webapp import ledger, outstandings, parties
from webapp.company import default_store, require_backdate
from webapp.interest import queries, rules, working
from webapp.interest.events import InterestCancelled, InterestCharged
from webapp.interest.models import InterestCancellation, InterestLine, InterestNote, InterestTerms
from webapp.interest.queries import EVERYBODY, NoteRow
from webapp.interest.rules import TAXES, ChargeCommand, Terms
from webapp.interest.working import Accrual
from webapp.kernel.dates import FinancialYear, written
from webapp.kernel.errors import NotFound
from webapp.kernel.ids import new_id
from webapp.platform import audit
from webapp.platform.numbering import open_series, take_number
from webapp.platform.outbox import announce
from webapp.platform.rows import put
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_one


def set_terms(books: Books, terms: Terms, *, party_id: UUID | None = None) -> None:
    """Agree on terms with a customer, or (no party) with whoever has none of their own, for bills from their beginning on. Older bills keep
    what they were sold on; terms of the same beginning are put in their place. InvalidInput by field."""
    rules.require_terms(terms, books.today)
    key = _key_of(books, party_id)
    before = next((one for one in queries.terms_by_party(books).get(key, ()) if one.since == terms.since), None)
    row = {"party_id": key, "rate_bp": terms.rate_bp, "grace_days": terms.grace_days, "since": terms.since, "with_tax": terms.with_tax}
    put(books, InterestTerms, [{**row, "changed_at": books.now, "changed_by": books.actor.name}])
    old = {name: getattr(before, name) for name in Terms.__slots__} if before else None
    audit.record(books, "change" if before else "create", "interest_terms", key, old=old, new=row)


def drop_terms(books: Books, since: date, *, party_id: UUID | None = None) -> None:
    """Take terms away that should never have begun: their bills bear what the terms before say. What was charged stays. NotFound for
    none of that beginning."""
    key = _key_of(books, party_id)
    before = next((one for one in queries.terms_by_party(books).get(key, ()) if one.since == since), None)
    if before is None:
        raise NotFound("terms of interest")
    books.session.execute(
        delete(InterestTerms).where(InterestTerms.party_id == key, InterestTerms.since == since),
        execution_options={"synchronize_session": False},
    )
    audit.record(books, "delete", "interest_terms", key, old={name: getattr(before, name) for name in Terms.__slots__})


def _key_of(books: Books, party_id: UUID | None) -> UUID:
    return parties.party_row(books, party_id).id if party_id is not None else EVERYBODY


def charge(books: Books, asked: ChargeCommand) -> NoteRow:
    """Charge a customer what has accrued up to a day and was not charged before: one note, one voucher of that day. The same note again
    gives the first answer.

    InvalidInput when nothing has accrued, or not what was shown; InterestRefused while money on account has paid no bill; NotFound;
    PeriodLocked.
    """
    write_one(books, asked.id)
    if earlier := queries.row_or_none(books, asked.id):
        rules.require_same(earlier.number, earlier.body_sha256, asked.body_sha256)
        return earlier
    parties.hold_party(books, asked.party_id)  # two who charge one customer take turns
    with books.narrowed():  # who is held to stores charges the bills of these, as his screen shows them
        accrual, on_account = working.accrued_of(books, asked.party_id, asked.upto), working.on_account(books, asked.party_id)
    rules.require_charge(asked, accrual.amount, on_account, books.today)
    require_backdate(books, asked.upto, "interest_note", asked.id)
    taxes = working.taxes_of(books, accrual)

    number = _number(books, asked)
    store_id = default_store(books)
    _write(books, asked, number, store_id, accrual, taxes)
    words = f"Interest up to {written(asked.upto)}: {accrual.party.name}"
    heading = ledger.Heading("journal", number, asked.upto, store_id, working.DOCUMENT_KIND, asked.id, words)
    slip = rules.note_slip(asked.party_id, accrual.amount, taxes, ledger.heads(books))
    ledger.post(books, voucher_id=asked.id, heading=heading, slip=slip)
    said = {"number": number, "party": asked.party_id, "interest": accrual.amount, "upto": asked.upto, **taxes}
    audit.record(books, "create", "interest_note", asked.id, new=said)
    announce(books, InterestCharged(note_id=asked.id, number=number, party_id=asked.party_id))
    return queries.note(books, asked.id).row


def cancel(books: Books, note_id: UUID, *, reason: str) -> NoteRow:
    """Take a note back: its voucher is reversed today and its days may be charged again. InterestRefused while a later note charges one
    of its bills. A second cancel gives the first answer."""
    write_one(books, note_id)
    view = queries.note(books, note_id)
    if view.row.cancelled_at is not None:
        return view.row
    reason = rules.require_reason(reason)
    parties.hold_party(books, view.row.party_id)
    rules.require_last(view.row.number, queries.later_note(books, view))
    reversal_id = new_id()
    ledger.reverse(books, voucher_id=note_id, reversal_id=reversal_id, on=books.today, reason=reason)
    outstandings.release_all_of(books, note_id, why=reason)
    kept = {"note_id": note_id, "voucher_id": reversal_id, "reason": reason}
    books.insert(InterestCancellation, [{**kept, "cancelled_at": books.now, "cancelled_by": books.actor.name}])
    audit.record(books, "cancel", "interest_note", note_id, old={"number": view.row.number}, new={"reason": reason})
    announce(books, InterestCancelled(note_id=note_id, number=view.row.number))
    return queries.note(books, note_id).row


def _write(books: Books, asked: ChargeCommand, number: str, store_id: UUID, accrual: Accrual, taxes: dict[str, int]) -> None:
    row = {
        "id": asked.id,
        "number": number,
        "party_id": asked.party_id,
        "store_id": store_id,
        "charged_upto": asked.upto,
        "amount_paise": accrual.amount,
        **{f"{name}_paise": taxes.get(name, 0) for name in TAXES},
        "body_sha256": asked.body_sha256,
        "charged_by": books.actor.name,
        "created_at": books.now,
    }
    books.insert(InterestNote, [row])
    lines = [
        {
            "note_id": asked.id,
            "line_no": number_,
            "bill_voucher_id": bill.item.key.voucher_id,
            "bill_line_no": bill.item.key.line_no,
            "bill_name": bill.item.name,
            "due_on": bill.item.due_on,
            "after_on": bill.run.after,
            "upto_on": bill.run.upto,
            "days": bill.run.days,
            "paise_days": bill.run.paise_days,
            "rate_bp": bill.terms.rate_bp,
            "amount_paise": bill.run.amount,
        }
        for number_, bill in enumerate(accrual.bills, start=1)
    ]
    books.insert(InterestLine, lines)


def _number(books: Books, asked: ChargeCommand) -> str:
    year = FinancialYear.of(asked.upto)
    prefix = f"{year.start_year % 100:02d}00IN"
    open_series(books, prefix, document_kind="interest_note", year=year)
    return str(take_number(books, prefix))
