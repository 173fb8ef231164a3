"""The verbs of outstandings: settle, undo, name. The only writer of allocations and references."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import update

from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id
from webapp.kernel.money import MOST_PAISE
from webapp.outstandings import queries, rules
from webapp.outstandings.models import Allocation, LineReference
from webapp.outstandings.rules import LineFacts, LineKey, Part, Reference
from webapp.platform import audit
from webapp.platform.rows import put, update_count
from webapp.platform.tenancy import Books

_BLIND = {"synchronize_session": False}


def allocate(
    books: Books, party_id: UUID, source: LineKey, parts: Sequence[tuple[LineKey, int]], *, on: date | None = None
) -> tuple[UUID, ...]:
    """Settle lines of a party with another line of theirs: a receipt with bills, or bills with a debit. Returns the
    allocations' ids. They count from `on` (today), but not before both lines were there and free.

    CannotSettle: more than is open, nought or less, the same side, another party or account, a voucher taken back.
    NotFound: no such line of this party. Two at once take turns, and the second sees what the first has left.
    """
    wanted = [Part(LineKey(*to), amount) for to, amount in parts]
    facts = queries.locked_lines(books, [source, *(part.to for part in wanted)])
    own, others = _own(facts, party_id, source), [facts[part.to] for part in wanted]
    rules.require_parts(own, wanted, others)
    rows = [_row(books, own, facts[part.to], part.amount, on or books.today) for part in wanted]
    books.insert(Allocation, rows)
    for row, other in zip(rows, others, strict=True):
        said = {"party": party_id, "from": own.number, "to": other.number, "amount": row["amount_paise"], "on": row["allocated_on"]}
        audit.record(books, "settle", "allocation", row["id"], new=said)
    return tuple(row["id"] for row in rows)


def require_open(books: Books, party_id: UUID, parts: Sequence[tuple[LineKey, int]], *, prefix: str = "bill_") -> None:
    """InvalidInput beside each bill (`prefix` and its line name the field) of which less is open than would be settled, with both
    figures; NotFound for a line that is no party's. For forms: `allocate` asks the same under lock."""
    if not parts:
        return
    facts = queries.locked_lines(books, [LineKey(*to) for to, _amount in parts])
    errors = {
        f"{prefix}{to[0].hex}.{to[1]}": rules.too_much_words(facts[LineKey(*to)], amount)
        for to, amount in parts
        if amount > facts[LineKey(*to)].free and facts[LineKey(*to)].party_id == party_id
    }
    if errors:
        raise InvalidInput(errors)


def settle_what_can_be(
    books: Books, party_id: UUID, source: LineKey, parts: Sequence[tuple[LineKey, int]], *, on: date | None = None
) -> tuple[UUID, ...]:
    """Like `allocate` for what has happened already (a till's receipt): what cannot be settled stays on account.

    Never refused: lines of nobody, of another party, taken back or settled meanwhile are passed over.
    """
    known = [key for to, _ in parts for key in queries.party_lines_of(books, to[0]) if key == LineKey(*to)]
    facts = queries.locked_lines(books, [source, *known])
    own, left, fitting = facts[source], facts[source].free, []
    for to, amount in dict(parts).items():
        other = facts.get(LineKey(*to))
        if other and _fits(own, other, party_id):
            part = min(amount, other.free, left)
            if part > 0:
                fitting.append((LineKey(*to), part))
                left -= part
    return allocate(books, party_id, source, fitting, on=on) if fitting else ()


def settle_against(books: Books, party_id: UUID, voucher_id: UUID, against_id: UUID, *, on: date) -> tuple[UUID, ...]:
    """Settle a voucher's lines with those of another as far as both are open: a credit note with its bill. The rest is on account."""
    against = [(key, MOST_PAISE) for key in queries.party_lines_of(books, against_id)]
    made: tuple[UUID, ...] = ()
    for source in queries.party_lines_of(books, voucher_id):
        made += settle_what_can_be(books, party_id, source, against, on=on) if against else ()
    return made


def release(books: Books, allocation_id: UUID, *, why: str) -> None:
    """Undo one allocation: both lines are open by its amount again, from today. Conflict when it was undone before."""
    why = rules.require_reason(why)
    found = queries.allocation(books, allocation_id)
    rules.require_standing(found.credit_number, found.released_by, found.released_on)
    _release(books, [allocation_id], books.today, why)


def release_all_of(books: Books, voucher_id: UUID, *, why: str = "") -> int:
    """Undo every allocation of a voucher's lines, for the voucher has been reversed (call it after `ledger.reverse`), or
    is about to be. They end on the day of the reversal, today where there is none. Safe to repeat; says how many."""
    queries.lock_party_lines(books, voucher_id)
    every = queries.allocations_of(books, voucher_id)
    standing = [row.id for row in every if row.released_on is None]
    day = queries.reversed_on(books, voucher_id)
    if standing:
        _release(books, standing, day or books.today, why or ("The voucher was reversed" if day else "The voucher is changed"))
    # A reversal dated back takes the voucher out of the books since that day; what was undone after it ended then.
    if outlived := [row.id for row in every if day and row.released_on and row.released_on > day]:
        books.session.execute(update(Allocation).where(Allocation.id.in_(outlived)).values(released_on=day), execution_options=_BLIND)
    return len(standing)


def refer(books: Books, voucher_id: UUID, references: Mapping[int, Reference]) -> None:
    """Say what party lines of a voucher are called, by line number; in the place of what they were called before.

    InvalidInput by field; NotFound for a line that is no party's.
    """
    if not references:
        return
    kept = {line_no: rules.require_reference(reference) for line_no, reference in references.items()}
    queries.locked_lines(books, [LineKey(voucher_id, line_no) for line_no in kept])
    rows = [
        {"voucher_id": voucher_id, "line_no": line_no, "kind": one.kind, "name": one.name, "due_on": one.due_on}
        for line_no, one in sorted(kept.items())
    ]
    before = {line_no: queries.reference_of(books, LineKey(voucher_id, line_no)) for line_no in kept}
    put(books, LineReference, rows)
    for line_no, one in sorted(kept.items()):
        earlier = before[line_no]
        old = {"kind": earlier.kind, "name": earlier.name, "due_on": earlier.due_on} if earlier else None
        new = {"line_no": line_no, "kind": one.kind, "name": one.name, "due_on": one.due_on}
        audit.record(books, "change" if earlier else "create", "line_reference", voucher_id, old=old, new=new)


def _own(facts: Mapping[LineKey, LineFacts], party_id: UUID, source: LineKey) -> LineFacts:
    own = facts[LineKey(*source)]
    if own.party_id != party_id:
        raise rules.CannotSettle(problem=f"{own.number} is not of this party.", fix="Choose a line of the party whose bills are settled.")
    return own


def _fits(own: LineFacts, other: LineFacts, party_id: UUID) -> bool:
    return (
        (other.party_id, other.account_id) == (party_id, own.account_id)
        and (other.amount > 0) != (own.amount > 0)
        and not (other.is_reversed or other.is_reversal)
    )


def _row(books: Books, own: LineFacts, other: LineFacts, amount: int, on: date) -> dict[str, Any]:
    debit, credit = (own, other) if own.amount > 0 else (other, own)
    return {
        "id": new_id(),
        "party_id": own.party_id,
        "account_id": own.account_id,
        "credit_voucher_id": credit.key.voucher_id,
        "credit_line_no": credit.key.line_no,
        "credit_date": credit.day,
        "debit_voucher_id": debit.key.voucher_id,
        "debit_line_no": debit.key.line_no,
        "debit_date": debit.day,
        "amount_paise": amount,
        "allocated_on": max(on, credit.free_from, debit.free_from),
        "made_at": books.now,
        "made_by": books.actor.name,
        "released_on": None,
        "released_at": None,
        "released_by": None,
        "released_why": "",
    }


def _release(books: Books, ids: Sequence[UUID], on: date, why: str) -> None:
    standing = update(Allocation).where(Allocation.id.in_(ids), Allocation.released_on.is_(None))
    values = {"released_on": on, "released_at": books.now, "released_by": books.actor.name, "released_why": why[: rules.MOST_REASON]}
    undone = update_count(books, standing.values(**values).execution_options(**_BLIND))
    if undone != len(ids):
        raise rules.CannotSettle(problem="Somebody undid this meanwhile.", fix="Reload the list.")
    for id_ in ids:
        audit.record(books, "release", "allocation", id_, new={"on": on, "why": why})
