"""The verbs of writing off: post one, cancel one, and many small balances in one go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from webapp import ledger, outstandings, parties
from webapp.company import default_store, require_backdate
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import Forbidden, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, rupees
from webapp.kernel.text import clean_text
from webapp.outstandings import LineKey, OpenItem, Part
from webapp.platform import audit
from webapp.platform.numbering import open_series, take_number
from webapp.platform.outbox import announce
from webapp.platform.permissions import Permission
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone, write_one
from webapp.writing_off import queries, rules
from webapp.writing_off.events import WriteOffCancelled, WriteOffPosted
from webapp.writing_off.models import WriteOff, WriteOffCancellation, WriteOffLine
from webapp.writing_off.queries import WriteOffRow
from webapp.writing_off.rules import LetOff, WriteOffCommand


def post_write_off(books: Books, asked: WriteOffCommand, *, prefix: str = "bill_") -> WriteOffRow:
    """Close bills without money: document, voucher, settlement, fact and log. The same one again gives the first answer.

    Forbidden without `write-off:write`; InvalidInput beside the bill (`prefix` and its line name the field) for more than is open;
    NotFound for a party or bill of nobody; PeriodLocked.
    """
    if not books.actor.may(Permission.WRITE_OFF):
        raise Forbidden(problem="Your role may not let anybody off.", fix="Ask the owner or an accountant.")
    write_one(books, asked.id)
    if earlier := queries.row_or_none(books, asked.id):
        rules.require_same(earlier.number, earlier.body_sha256, asked.body_sha256)
        return earlier
    rules.require_write_off(asked, books.today)
    if asked.came_with is None:  # else its day is the receipt's or the cheque's, which asked for it
        require_backdate(books, asked.written_on, "write_off", asked.id)
    party = parties.party_row(books, asked.party_id)
    items: Mapping[Any, OpenItem] = {item.key: item for item in outstandings.open_items(books, asked.party_id)}
    if any(part.to not in items for part in asked.parts):
        raise NotFound("open bill")
    heads = ledger.heads(books)
    rules.require_open(asked, items, heads, prefix=prefix)
    slip = rules.slip_of(asked.kind, asked.party_id, [items[part.to] for part in asked.parts], asked.parts, heads)

    number = _number(books, asked.written_on)
    _write(books, asked, number, {part.to: items[part.to].name for part in asked.parts})
    heading = ledger.Heading("journal", number, asked.written_on, asked.store_id, "write_off", asked.id, f"{party.name}: {asked.reason}")
    ledger.post(books, voucher_id=asked.id, heading=heading, slip=slip)
    settled = [(LineKey(part.to.voucher_id, part.to.line_no), part.amount) for part in asked.parts]
    outstandings.allocate(books, asked.party_id, LineKey(asked.id, 1), settled, on=asked.written_on)
    amount = sum(part.amount for part in asked.parts)
    said = {"number": number, "kind": asked.kind, "party": asked.party_id, "amount": amount, "reason": asked.reason}
    audit.record(books, "create", "write_off", asked.id, new=said)
    announce(books, WriteOffPosted(write_off_id=asked.id, number=number, party_id=asked.party_id))
    found = queries.row_or_none(books, asked.id)
    assert found is not None  # noqa: S101 - for the type checker: it was written above
    return found


def let_off(books: Books, party_id: UUID, asked: LetOff, *, came_with: UUID, number: str, on: date, store_id: UUID) -> None:
    """What a party is let off as it pays, with the document that brings the money (call `write_alone` before its own number).
    Refuses as `post_write_off` does, beside the fields `off_…`."""
    if asked.parts:
        words = "Discount" if asked.kind == rules.DISCOUNT else "Round-off"
        command = WriteOffCommand(
            id=new_id(),
            kind=asked.kind,
            party_id=party_id,
            store_id=store_id,
            written_on=on,
            parts=asked.parts,
            reason=f"{words} with {number}",
            body_sha256="",
            came_with=came_with,
        )
        post_write_off(books, command, prefix="off_")


def cancel(books: Books, write_off_id: UUID, *, reason: str) -> WriteOffRow:
    """Take a write-off back: its voucher is reversed today, its bills are open again. A second cancel gives the first answer;
    WriteOffRefused for one that came with a receipt or cheque."""
    write_one(books, write_off_id)
    row = queries.write_off(books, write_off_id).row
    if row.cancelled_at is not None:
        return row
    rules.require_alone(row.number, row.came_with)
    _cancel(books, row, rules.require_reason(reason), books.today)
    return queries.write_off(books, write_off_id).row


def cancel_with(books: Books, document_id: UUID, *, reason: str, on: date) -> None:
    """Take back what came with a document that is cancelled or returned (call `write_alone` before). Safe to repeat."""
    for row in queries.came_with(books, document_id):
        if row.cancelled_at is None:
            _cancel(books, row, reason, on)


def write_off_small(books: Books, run_id: UUID, wanted: Iterable[tuple[UUID, int]], *, limit: int, on: date, reason: str) -> int:
    """Write off the small balances of the parties chosen, each by the balance in paise that was shown for it; says how many. The same
    run again changes nothing.

    InvalidInput when a balance has moved since it was shown, when it is above `limit`, or `limit` above SMALL_LIMIT.
    """
    if not 0 < limit <= rules.SMALL_LIMIT:
        raise InvalidInput({"limit": f"Choose a limit up to {rupees(Paise(rules.SMALL_LIMIT))}."})
    write_alone(books)
    made = 0
    small = None
    for party_id, shown in wanted:
        id_ = UUID(bytes=sha256(f"{run_id.hex}/{party_id.hex}".encode()).digest()[:16], version=5)
        if queries.row_or_none(books, id_) is not None:
            continue
        if small is None:
            with books.narrowed():  # as the list was drawn, for who is held to stores
                small = {one.party.id: one for one in queries.small_balances(books, limit)}
        one = small.get(party_id)
        if one is None or one.open != shown:
            name = parties.party_row(books, party_id).name
            now = rupees(Paise(one.open)) if one else "something else"
            words = f"{name} stood at {rupees(Paise(shown))} when the list was drawn, and now at {now}. Draw the list again."
            raise InvalidInput({"parties": words})
        parts = tuple(Part(item.key, abs(item.open)) for item in one.items)
        command = WriteOffCommand(id_, rules.SMALL_BALANCE, party_id, default_store(books), on, parts, clean_text(reason), run_id.hex)
        post_write_off(books, command)
        made += 1
    return made


def _cancel(books: Books, row: WriteOffRow, reason: str, on: date) -> None:
    write_alone(books)
    reversal_id = new_id()
    ledger.reverse(books, voucher_id=row.id, reversal_id=reversal_id, on=max(on, row.written_on), reason=reason)
    outstandings.release_all_of(books, row.id, why=reason)
    kept = {"write_off_id": row.id, "voucher_id": reversal_id, "reason": reason}
    books.insert(WriteOffCancellation, [{**kept, "cancelled_at": books.now, "cancelled_by": books.actor.name}])
    audit.record(books, "cancel", "write_off", row.id, old={"number": row.number, "amount": row.amount_paise}, new={"reason": reason})
    announce(books, WriteOffCancelled(write_off_id=row.id, number=row.number))


def _write(books: Books, asked: WriteOffCommand, number: str, names: dict[Any, str]) -> None:
    row = {
        "id": asked.id,
        "number": number,
        "kind": asked.kind,
        "party_id": asked.party_id,
        "store_id": asked.store_id,
        "written_on": asked.written_on,
        "amount_paise": sum(part.amount for part in asked.parts),
        "reason": asked.reason,
        "came_with": asked.came_with,
        "body_sha256": asked.body_sha256,
        "written_by": books.actor.name,
        "created_at": books.now,
    }
    books.insert(WriteOff, [row])
    lines = [
        {
            "write_off_id": asked.id,
            "line_no": number_,
            "bill_voucher_id": part.to.voucher_id,
            "bill_line_no": part.to.line_no,
            "bill_name": names[part.to],
            "amount_paise": part.amount,
        }
        for number_, part in enumerate(asked.parts, start=1)
    ]
    books.insert(WriteOffLine, lines)


def _number(books: Books, day: date) -> str:
    year = FinancialYear.of(day)
    prefix = f"{year.start_year % 100:02d}00WO"
    open_series(books, prefix, document_kind="write_off", year=year)
    return str(take_number(books, prefix))
