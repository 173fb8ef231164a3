"""The register of missing bills: numbers that a till used and never sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select

from webapp.counter import rules
from webapp.counter.models import MissingBill, Till
from webapp.counter.rules import TillFacts, own_series
from webapp.counter.series import open_series
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.platform import audit, numbering
from webapp.platform.rows import insert_missing
from webapp.platform.tenancy import Books


def note_missing(books: Books, till_id: UUID, prefix: str, first: int, last: int) -> list[tuple[str, int, int]]:
    """Put the numbers `first` to `last` of a series into the register, those that are not there yet. At most five hundred."""
    last = min(last, first + rules.MOST_MISSING - 1)
    if last < first:
        return []
    insert_missing(
        books,
        MissingBill,
        [
            {
                "series": prefix,
                "seq": seq,
                "till_id": till_id,
                "noticed_at": books.now,
                "state": "missing",
                "note": "",
                "settled_at": None,
                "settled_by": None,
            }
            for seq in range(first, last + 1)
        ],
    )
    return [(prefix, first, last)]


def note_unsent(books: Books, facts: TillFacts, reported: Mapping[str, int], said_before: Mapping[str, int]) -> None:
    """The till has nothing waiting: what it numbered beyond what is here will not come by itself.

    Only what the report before said too: a bill issued while a report was put together is not lost.
    """
    for prefix, said in reported.items():
        last_there = min(said, said_before.get(prefix, 0))
        series = own(facts.codes, prefix, books)
        if series is not None:
            here = numbering.last_number(books, prefix) or 0
            if here < last_there <= rules.MOST_SEQ:
                note_missing(books, facts.id, prefix, here + 1, last_there)


def mark_arrived(books: Books, prefix: str, seq: int) -> None:
    """A number of the register came after all."""
    row = books.session.get(MissingBill, (books.company_id, prefix, seq))
    if row is not None:
        row.state, row.settled_at, row.settled_by = "arrived", books.now, books.actor.name
        books.session.flush()


def settle_missing(books: Books, prefix: str, seq: int, state: str, note: str) -> MissingBill:
    """A person has decided about a missing number: re-keyed from paper, or documented as not received. The series moves on
    past numbers that are all settled. InvalidInput without a note; NotFound when it is not in the register, or of a till in a store that
    this person does not see."""
    with books.narrowed():
        row = books.session.scalars(select(MissingBill).where(MissingBill.series == prefix, MissingBill.seq == seq)).first()
    if row is None or row.state == "arrived":
        raise NotFound("missing bill")
    if state not in {"rekeyed", "not_received"}:
        raise InvalidInput({"state": "Choose what happened to the bill."})
    if not note.strip():
        raise InvalidInput({"note": "Say what you found: the number of the bill you keyed in, or why there is none."})
    row.state, row.note, row.settled_at, row.settled_by = state, note.strip()[:500], books.now, books.actor.name
    books.session.flush()
    audit.record(books, "settle", "missing_bill", f"{prefix}/{seq:06d}", new={"state": state, "note": row.note})
    _move_on(books, prefix)
    return row


def _move_on(books: Books, prefix: str) -> None:
    last = numbering.last_number(books, prefix)
    if last is None:
        row = books.session.scalars(select(MissingBill).where(MissingBill.series == prefix).limit(1)).one()
        known = own_series(prefix[2:4], books.today).get(prefix)
        if known is None:
            return
        open_series(books, row.till_id, known)
        last = 0
    settled = books.session.scalars(
        select(MissingBill.seq)
        .where(MissingBill.series == prefix, MissingBill.seq > last, MissingBill.state.in_(("rekeyed", "not_received")))
        .order_by(MissingBill.seq)
    )
    for seq in settled:
        if not numbering.accept_number(books, prefix, seq):
            return


def note_lost(books: Books, former: Till, mirrors: Mapping[str, int]) -> list[tuple[str, int, int]]:
    missing: list[tuple[str, int, int]] = []
    for prefix, last_there in mirrors.items():
        if own((former.code,), prefix, books) is not None and last_there <= rules.MOST_SEQ:
            here = numbering.last_number(books, prefix) or 0
            missing += note_missing(books, former.id, prefix, here + 1, last_there)
    return missing


def own(codes: Iterable[str], prefix: str, books: Books) -> rules.OwnSeries | None:
    return next((found for code in codes if (found := own_series(code, books.today).get(prefix))), None)
