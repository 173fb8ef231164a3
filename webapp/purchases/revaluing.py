"""Goods that came before cost otherwise than was written: the movement that brought them is restated, and the books with it. All that has
gone out since costs what it would have cost had they come in so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from webapp import ledger, stock
from webapp.company import is_locked
from webapp.kernel.ids import new_id
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books
from webapp.purchases import queries, slips
from webapp.stock import Restatement, Unsettled


class Shift(NamedTuple):
    """Goods that came with a movement (`source`: its document and line) into a store on a day cost `amount` paise more, or less."""

    source: tuple[UUID, int]
    amount: int
    store_id: UUID
    day: date


class Papers(NamedTuple):
    """Under what the shift stands in the books: number, kind and id of its document, its words, and the account it comes from."""

    number: str
    document_kind: str
    document_id: UUID
    narration: str
    against: str


class Posting(NamedTuple):
    """What a voucher will say: its id, its day, its store, and what stock is worth more by."""

    id: UUID
    day: date
    store_id: UUID
    amount: int


@dataclass(frozen=True, slots=True)
class Restated:
    """What the register has written. `post` it, and have `stocktaking.revalue` settle what is `unsettled`."""

    postings: tuple[Posting, ...] = ()
    unsettled: tuple[Unsettled, ...] = ()

    @property
    def id(self) -> UUID | None:
        """The first document's; None when nothing was restated."""
        return self.postings[0].id if self.postings else None


def restate(books: Books, shifts: Iterable[Shift], later: date) -> Restated:
    """Write the shifts, one document a day and store: on the day the goods came; where that is locked, on the day `later`, or today.

    Before the number of the paper that says so: shelves are locked first.
    """
    found: dict[tuple[date, UUID], tuple[UUID, list[Shift]]] = {}
    for one in shifts:
        if one.amount:
            days = (one.day, max(one.day, later), books.today)
            day = next(day for day in days if day == books.today or not is_locked(books, day, "stock"))
            found.setdefault((day, one.store_id), (new_id(), []))[1].append(one)
    if not found:
        return Restated()
    written = [Restatement(id_, day, *one.source, one.amount) for (day, _store), (id_, own) in sorted(found.items()) for one in own]
    postings = [Posting(id_, day, store, sum(one.amount for one in own)) for (day, store), (id_, own) in sorted(found.items())]
    return Restated(tuple(postings), stock.restate(books, written).unsettled)


def post(books: Books, restated: Restated, papers: Papers) -> None:
    """Dr Stock-in-hand and Cr `papers.against` for each posting, or the other way round."""
    heads = ledger.heads(books)
    for one in restated.postings:
        if slip := slips.pair_slip(heads["stock-in-hand"], heads[papers.against], one.amount):
            heading = ledger.Heading(
                "stock", papers.number, one.day, one.store_id, papers.document_kind, papers.document_id, papers.narration
            )
            ledger.post(books, voucher_id=one.id, heading=heading, slip=slip)


def came_on(books: Books, document_id: UUID) -> date:
    """The day on which goods came with a goods receipt, or with a bill."""
    receipt = queries.receipt_or_none(books, document_id)
    return queries.bill(books, document_id).voucher_date if receipt is None else receipt.received_on
