"""What of a voucher tax may be deducted of: its lines, read with the marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from webapp import ledger
from webapp.kernel.money import Paise
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books
from webapp.tds.models import TdsMark

_MONEY, _TAXES = frozenset({"cash-in-hand", "bank-accounts", "bank-od"}), frozenset({"duties-taxes"})
_NO_COST = ("gst-not-claimed", "round-off")  # a supplier's tax that is not claimed, and odd paise, are not what is paid for


class Leg(NamedTuple):
    """A line of a voucher: signed paise, debit positive."""

    account_id: UUID
    party_id: UUID | None
    amount: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark (models.TdsMark)."""

    head_id: UUID
    is_party: bool
    kind: str
    payee: str
    pan: str
    payee_name: str
    is_specified: bool
    before_paise: int
    before_year: int
    before_is_taxed: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """What tax may be due of, in paise: `base` without GST, `gross` with it. `advance` is what of it was paid before any bill."""

    mark: Mark
    base: Paise
    gross: Paise
    advance: Paise

    @property
    def party_id(self) -> UUID | None:
        return self.mark.head_id if self.mark.is_party else None


MARK_COLUMNS = tuple(getattr(TdsMark, one.name) for one in fields(Mark))


def subjects(books: Books, legs: Sequence[Leg], *, undone: Sequence[Leg] = (), is_posted: bool = False) -> list[Subject]:
    """What of a voucher's lines is on something marked. `undone` are the lines of the voucher it takes the place of; `is_posted`: the
    balances of the ledger have these lines already."""
    wanted = {one.party_id for one in legs if one.party_id} | {one.account_id for one in legs}
    rows = books.session.execute(select(*MARK_COLUMNS).where(TdsMark.head_id.in_(wanted)))
    marks = {row.head_id: Mark(*row) for row in rows}
    if not marks:
        return []
    kinds = _kinds_of_accounts(books)
    parties = [mark for mark in marks.values() if mark.is_party]
    if not parties:
        return _on_accounts(legs, marks)
    found = (_on_party(books, legs, mark, kinds, undone, is_posted=is_posted) for mark in parties)
    return [one for one in found if one is not None]


def _on_accounts(legs: Sequence[Leg], marks: Mapping[UUID, Mark]) -> list[Subject]:
    found = []
    for mark in marks.values():
        base = Paise(sum(one.amount for one in legs if one.account_id == mark.head_id))
        if base > 0:
            found.append(Subject(mark, base, base, Paise(0)))
    return found


def _on_party(
    books: Books, legs: Sequence[Leg], mark: Mark, kinds: Mapping[UUID, str], undone: Sequence[Leg], *, is_posted: bool
) -> Subject | None:
    heads = ledger.heads(books)
    own = [one for one in legs if one.party_id == mark.head_id]
    cost = sum(one.amount for one in legs if not one.party_id and one.account_id in kinds and kinds[one.account_id] == "cost")
    credited = -sum(one.amount for one in own)
    deducted = -sum(one.amount for one in legs if one.account_id == heads["tds-payable"])
    if credited > 0 and cost > 0:
        gross = Paise(credited + deducted)
        return Subject(mark, Paise(min(cost, gross)), gross, Paise(0))
    paid = -sum(one.amount for one in legs if kinds.get(one.account_id) == "money")
    if credited >= 0 or paid <= 0:
        return None
    stands = _stands_at(books, mark.head_id, {one.account_id for one in own})
    stands -= sum(one.amount for one in undone if one.party_id == mark.head_id)
    after = stands if is_posted else stands - credited
    advance = Paise(min(-credited, max(after, 0)))
    return Subject(mark, advance, advance, advance) if advance else None


def _stands_at(books: Books, party_id: UUID, accounts: set[UUID]) -> int:
    return sum(amount for (_party, account), amount in ledger.party_totals(books, [party_id]).items() if account in accounts)


def _kinds_of_accounts(books: Books) -> dict[UUID, str]:
    """Account → "money", "tax" or "cost"; those kept by party are left out."""
    chart = ledger.chart_of_accounts(books)
    groups = {row.id: (row.parent_id, row.code) for row in chart.groups}
    heads = ledger.heads(books)
    apart = {heads[code] for code in _NO_COST}

    def kind_of(group_id: UUID | None) -> str:
        while group_id is not None:
            group_id, code = groups[group_id]
            if code in _MONEY:
                return "money"
            if code in _TAXES:
                return "tax"
        return "cost"

    return {row.id: "tax" if row.id in apart else kind_of(row.group_id) for row in chart.accounts if not row.wants_party}
