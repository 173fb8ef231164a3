"""Which dues are disputed or doubtful, since when and why: marked and ended by an accountant, read as they stood on a day.

Schedule III, Division I, asks for the ages of trade receivables and payables apart by these marks (General Instructions, as
amended on 24 March 2021). They post nothing: what is provided for doubtful debts is a voucher's business.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import field, fields, replace
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from webapp import outstandings, parties
from webapp.final_accounts.models import DueMark
from webapp.kernel.dates import written
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text, folded
from webapp.outstandings import LineKey, OpenItem
from webapp.platform import audit
from webapp.platform.tenancy import Books

MOST_REASON = 300
MOST_MARKS = 500


class Standing(NamedTuple):
    """What is said of a due. Neither: undisputed and considered good."""

    is_disputed: bool = False
    is_doubtful: bool = False


GOOD = Standing()


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark (see models.DueMark), with the party's name. `key` is the line of a bill, None: all dues of the party."""

    id: UUID
    party_id: UUID
    voucher_id: UUID | None
    line_no: int | None
    number: str
    is_disputed: bool
    is_doubtful: bool
    since: date
    until: date | None
    reason: str
    made_by: str
    ended_by: str
    party: str = ""

    @property
    def key(self) -> LineKey | None:
        return LineKey(self.voucher_id, self.line_no) if self.voucher_id is not None and self.line_no is not None else None

    @property
    def standing(self) -> Standing:
        return Standing(self.is_disputed, self.is_doubtful)


@dataclass(frozen=True, slots=True)
class MarkDraft:
    """A mark as a form gives it: the party by name, the bill by number ("" for all dues)."""

    id: UUID
    party: str
    number: str
    standing: Standing
    since: date
    reason: str


@dataclass(frozen=True, slots=True)
class Marked:
    """The marks of one party on a day: what is said of all its dues, and of single bills, which goes before."""

    whole: Standing = GOOD
    bills: dict[LineKey, Standing] = field(default_factory=dict)

    def of(self, item: OpenItem) -> Standing:
        return self.bills.get(item.key, self.whole)


_COLUMNS = tuple(getattr(DueMark, one.name) for one in fields(Mark) if one.name != "party")


def marks(books: Books) -> list[Mark]:
    """Every mark, those that stand first, the newest first."""
    query = select(*_COLUMNS).order_by(DueMark.until.is_not(None), DueMark.since.desc(), DueMark.id).limit(MOST_MARKS)
    rows = books.session.execute(query).all()
    names = parties.parties_by_id(books, {row.party_id for row in rows})
    return [replace(Mark(*row), party=names[row.party_id].name) for row in rows]


def marked_on(books: Books, days: Sequence[date]) -> list[dict[UUID, Marked]]:
    """For each of `days`: party → what is said of its dues that day. One statement."""
    query = select(*_COLUMNS).where(DueMark.since <= max(days)).order_by(DueMark.since, DueMark.id)
    every = [Mark(*row) for row in books.session.execute(query)]
    return [_by_party(one for one in every if one.since <= day and (one.until is None or one.until > day)) for day in days]


def _by_party(stood: Iterable[Mark]) -> dict[UUID, Marked]:
    found: dict[UUID, Marked] = {}
    for mark in stood:
        own = found.get(mark.party_id, Marked())
        if mark.key is None:
            found[mark.party_id] = Marked(mark.standing, own.bills)
        else:
            found[mark.party_id] = Marked(own.whole, {**own.bills, mark.key: mark.standing})
    return found


def mark_dues(books: Books, draft: MarkDraft) -> Mark:
    """Mark dues of a party, or one bill that is open. The same `id` again gives the first mark; InvalidInput by field."""
    if earlier := next((one for one in marks(books) if one.id == draft.id), None):
        return earlier
    errors: dict[str, str] = {}
    reason = clean_text(draft.reason)
    if not 3 <= len(reason) <= MOST_REASON:
        errors["reason"] = "Say in a few words why: a letter, a suit, an insolvency."
    if draft.standing == GOOD:
        errors["standing"] = "Choose what is said of them: disputed, doubtful, or both."
    if draft.since > books.today:
        errors["since"] = f"{written(draft.since)} has not come yet."
    near = [one for one in parties.search_parties(books, draft.party, most=5) if folded(one.name) == folded(draft.party)]
    if len(near) != 1:
        errors["party"] = "Choose the customer or supplier from the list." if not near else "Several have this name. Rename one first."
    item = _bill(books, near[0].id, draft, errors) if near and draft.number else None
    if not errors and _stands_already(books, near[0].id, item):
        errors["party"] = "This is marked already. End the mark that stands, then make the new one."
    if errors:
        raise InvalidInput(errors)
    row = {"id": draft.id, "party_id": near[0].id, "number": item.name if item else "", "since": draft.since, "until": None}
    row |= {"voucher_id": item.key.voucher_id if item else None, "line_no": item.key.line_no if item else None, **draft.standing._asdict()}
    books.insert(DueMark, [{**row, "reason": reason, "made_at": books.now, "made_by": books.actor.name, "ended_by": ""}])
    said = {"party": near[0].name, "bill": row["number"], **draft.standing._asdict(), "since": draft.since, "reason": reason}
    audit.record(books, "create", "due_mark", draft.id, new=said)
    return next(one for one in marks(books) if one.id == draft.id)


def end_mark(books: Books, mark_id: UUID, until: date) -> None:
    """Say that it holds no more from a day on. Safe to repeat; NotFound when this company has none by that id."""
    row = books.session.scalars(select(DueMark).where(DueMark.id == mark_id)).first()
    if row is None:
        raise NotFound("mark")
    if row.until is not None:
        return
    if not row.since < until <= books.today:
        raise Conflict(
            problem=f"The mark stands since {written(row.since)}, and would end on {written(until)}.",
            fix="Choose a later day, up to today.",
        )
    row.until, row.ended_by = until, books.actor.name
    books.session.flush()
    audit.record(books, "end", "due_mark", mark_id, new={"until": until})


def open_parties(books: Books) -> list[str]:
    """Names to choose from: customers and suppliers with something open, by name."""
    sides = (outstandings.RECEIVABLE, outstandings.PAYABLE)
    found = {row.name for side in sides for row in outstandings.ageing(books, outstandings.Asked(books.today, side)).rows}
    return sorted(found)[:MOST_MARKS]


def parted(items: Collection[OpenItem], marked: Marked, day: date, edges: Sequence[int]) -> dict[Standing, tuple[int, ...]]:
    """What of a party's open bills falls into each bucket of age (not due, then past each of `edges` days), by what is said
    of them. Money on account has paid the oldest before (`outstandings.netted_items`)."""
    found: dict[Standing, list[int]] = {}
    for item in items:
        buckets = found.setdefault(marked.of(item), [0] * (len(edges) + 2))
        buckets[sum(item.days_over(day) > edge for edge in (0, *edges))] += abs(item.open)
    return {standing: tuple(buckets) for standing, buckets in found.items()}


def _bill(books: Books, party_id: UUID, draft: MarkDraft, errors: dict[str, str]) -> OpenItem | None:
    own = [one for one in outstandings.open_items(books, party_id) if folded(one.name) == folded(draft.number)]
    if len(own) != 1:
        errors["number"] = f"No open bill of {draft.party} is called {draft.number}." if not own else "Several open bills have this number."
        return None
    return own[0]


def _stands_already(books: Books, party_id: UUID, item: OpenItem | None) -> bool:
    key = item.key if item else None
    return any(one.party_id == party_id and one.key == key and one.until is None for one in marks(books))
