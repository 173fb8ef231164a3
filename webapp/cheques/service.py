"""Taking a cheque, from a customer or out of the shop's own book."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from webapp import ledger, outstandings, parties, writing_off
from webapp.cheques import queries, rules
from webapp.cheques.events import ChequeTaken
from webapp.cheques.models import Cheque, ChequeMove
from webapp.cheques.queries import ChequeRow
from webapp.cheques.rules import IN_HAND, OUT, RECEIVED, ChequeCommand
from webapp.company import FIRST_CODE, require_backdate, require_store, store, store_series
from webapp.kernel.dates import FinancialYear, written
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.outstandings import LineKey, Part
from webapp.platform import audit
from webapp.platform.numbering import open_series, take_number
from webapp.platform.outbox import announce
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone, write_one
from webapp.writing_off import LetOff

NO_LET_OFF = LetOff()


def take(books: Books, asked: ChequeCommand, let_off: LetOff = NO_LET_OFF) -> ChequeRow:
    """Take a cheque from a customer, or issue one to a supplier: its row, its voucher, the bills it settles, what the party is let
    off with it, fact and log. The same one again gives the first answer.

    InvalidInput by field (`bill_…` and `off_…` beside a bill, with what is open of it); NotFound for a party, bill or bank account of
    nobody; PeriodLocked.
    """
    write_one(books, asked.id)
    if earlier := queries.row_or_none(books, asked.id):
        rules.require_same(earlier.number, earlier.body_sha256, asked.body_sha256)
        return earlier
    asked = rules.require_cheque(asked, books.today)
    require_store(books, asked.store_id)
    require_backdate(books, asked.taken_on, "cheque", asked.id)
    party = parties.party_row(books, asked.party_id)
    _require_fit(books, asked, party)
    if let_off.parts:
        write_alone(books)  # before its bills are held: others hold them last
    parts = [Part(LineKey(bill.voucher_id, bill.line_no), bill.amount) for bill in asked.bills]
    outstandings.require_open(books, asked.party_id, parts)

    number = number_of(books, "CQ" if asked.direction == RECEIVED else "CI", asked.taken_on, asked.store_id)
    _write(books, asked, number)
    words = f"Cheque {asked.cheque_no} of {written(asked.cheque_date)}: {party.name}"
    post_taken(books, asked.id, asked.id, number, asked.taken_on, asked, words)
    if parts:
        outstandings.allocate(books, asked.party_id, own_line(books, asked.id, asked.direction), parts, on=asked.taken_on)
    writing_off.let_off(books, asked.party_id, let_off, came_with=asked.id, number=number, on=asked.taken_on, store_id=asked.store_id)
    said = {"number": number, "direction": asked.direction, "party": asked.party_id, "amount": asked.amount, "cheque_no": asked.cheque_no}
    audit.record(books, "create", "cheque", asked.id, new={**said, "cheque_date": asked.cheque_date})
    announce(books, ChequeTaken(cheque_id=asked.id, number=number, party_id=asked.party_id, direction=asked.direction))
    return queries.to_move(books, [asked.id])[asked.id]


def post_taken(books: Books, voucher_id: UUID, cheque_id: UUID, number: str, on: date, of: Any, words: str) -> None:
    """The voucher that takes a cheque, the first time or again. `of` says direction, amount, party and store."""
    amount = of.amount if isinstance(of, ChequeCommand) else of.amount_paise
    kind = "receipt" if of.direction == RECEIVED else "payment"
    heading = ledger.Heading(kind, number, on, of.store_id, "cheque", cheque_id, words)
    slip = rules.taken_slip(of.direction, amount, of.party_id, ledger.heads(books))
    ledger.post(books, voucher_id=voucher_id, heading=heading, slip=slip)


def own_line(books: Books, voucher_id: UUID, direction: str) -> LineKey:
    """The party's line of a voucher that took a cheque."""
    account = ledger.heads(books)["debtors" if direction == RECEIVED else "creditors"]
    (own,) = outstandings.party_lines_of(books, voucher_id, account_id=account)
    return own


def number_of(books: Books, letters: str, day: date, store_id: UUID) -> str:
    """The next number of a store's own series: 2600CQ/000001 in the first store, 26PUN-CQ/000001 in the one with the code PUN."""
    year = FinancialYear.of(day)
    is_first = store(books, store_id).code == FIRST_CODE
    prefix = f"{year.start_year % 100:02d}00{letters}" if is_first else store_series(books, store_id, year, letters)
    open_series(books, prefix, document_kind="cheque", year=year)
    return str(take_number(books, prefix))


def _require_fit(books: Books, asked: ChequeCommand, party: parties.PartyRow) -> None:
    if asked.direction == RECEIVED and not party.is_customer:
        raise InvalidInput({"party_id": f"{party.name} is no customer. Mark it as one first, or choose another."})
    if asked.direction != RECEIVED and not party.is_supplier:
        raise InvalidInput({"party_id": f"{party.name} is no supplier. Mark it as one first, or choose another."})
    if asked.direction != RECEIVED and asked.account_id not in dict(queries.bank_accounts(books)):
        raise NotFound("bank account")
    if twin := queries.same_cheque(books, asked.party_id, asked.cheque_no, asked.bank):
        words = f"{twin.number} of {written(twin.taken_on)} is this cheque already. Look at its number, or open that one."
        raise InvalidInput({"cheque_no": words})


def _write(books: Books, asked: ChequeCommand, number: str) -> None:
    state = IN_HAND if asked.direction == RECEIVED else OUT
    row = {
        "id": asked.id,
        "number": number,
        "direction": asked.direction,
        "party_id": asked.party_id,
        "store_id": asked.store_id,
        "taken_on": asked.taken_on,
        "cheque_no": asked.cheque_no,
        "bank": asked.bank,
        "cheque_date": asked.cheque_date,
        "valid_until": rules.valid_until(asked.cheque_date),
        "amount_paise": asked.amount,
        "note": asked.note,
        "bills": [[bill.voucher_id.hex, bill.line_no, bill.amount] for bill in asked.bills],
        "state": state,
        "moved_on": asked.taken_on,
        "steps": 1,
        "voucher_id": asked.id,
        "account_id": asked.account_id,
        "body_sha256": asked.body_sha256,
        "recorded_by": books.actor.name,
        "created_at": books.now,
    }
    books.insert(Cheque, [row])
    note_move(books, {"cheque_id": asked.id, "step": 1, "id": asked.id, "act": "take", "state": state, "moved_on": asked.taken_on})


def note_move(books: Books, values: dict[str, Any]) -> None:
    """Write a step down."""
    usual = {"slip_id": None, "voucher_id": None, "reason": "", "charges_paise": 0, "from_party": False}
    books.insert(ChequeMove, [{**usual, **values, "moved_by": books.actor.name, "created_at": books.now}])
