"""Tax deducted at source, where a voucher is typed: parties and accounts that are marked, and the row that a voucher then proposes.

This is the place a room for TDS attaches to: it keeps no register of deductions, challans or statements. What was deducted
stands on the account TDS payable like any other row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from uuid import UUID

from sqlalchemy import delete, select

from webapp import ledger, parties
from webapp.kernel.dates import FinancialYear, Period
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.money import Paise, indian_grouping
from webapp.platform import audit
from webapp.platform.rows import insert_once
from webapp.platform.tenancy import Books
from webapp.tax import tds as law
from webapp.vouchers import heads
from webapp.vouchers.forms import TypedRow, TypedVoucher
from webapp.vouchers.heads import Chart, Found
from webapp.vouchers.models import TdsMark
from webapp.vouchers.queries import DocumentRow
from webapp.vouchers.rules import State

# Where a bill of a supplier is entered or paid.
_KINDS = frozenset({"payment", "journal"})
_TAXES = "duties-taxes"


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark (see models.TdsMark) with the name of whom it is on."""

    head_id: UUID
    is_party: bool
    kind: str
    payee: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A deduction as the screen proposes it: the rows with it, and what it is of."""

    rows: tuple[TypedRow, ...]
    amount: Paise
    base: Paise
    rate_bp: int
    kind: str
    law: str
    untaxed: Paise  # see law.Deduction


_COLUMNS = tuple(getattr(TdsMark, one.name) for one in fields(Mark) if one.name != "name")


def marks(books: Books) -> list[Mark]:
    """Every mark, by name."""
    rows = books.session.execute(select(*_COLUMNS)).all()
    names = {one.id: one.name for one in ledger.chart_of_accounts(books).accounts} if rows else {}
    people = parties.parties_by_id(books, [row.head_id for row in rows if row.is_party])
    found = [
        replace(Mark(*row), name=people[row.head_id].name if row.is_party else names[row.head_id])
        for row in rows
        if row.head_id in names or row.head_id in people
    ]
    return sorted(found, key=lambda one: (one.name, one.head_id))


def mark_head(books: Books, name: str, kind: str, payee: str) -> Mark:
    """Mark a supplier or an account by name; one that is marked is marked anew. InvalidInput by field."""
    errors: dict[str, str] = {}
    if kind not in law.KINDS:
        errors["kind"] = "Choose the kind of payment."
    if payee and payee not in law.PAYEES:
        errors["payee"] = "Choose who is paid."
    asked = heads.Asked("", name)
    found = heads.resolve(books, Chart(books), [asked], "payment")[asked]
    if found.words:
        errors["name"] = found.words
    if errors or found.account_id is None:
        raise InvalidInput(errors)
    party = parties.party_row(books, found.party_id) if found.party_id else None
    who = payee or (law.payee_of((party.gstin or "")[2:12]) if party else law.OTHER)
    own = Mark(found.party_id or found.account_id, party is not None, kind, who)
    books.session.execute(delete(TdsMark).where(TdsMark.head_id == own.head_id))
    insert_once(books, TdsMark, {one.name: getattr(own, one.name) for one in fields(Mark) if one.name != "name"})
    audit.record(books, "create", "tds_mark", own.head_id, new={"name": name, "kind": kind, "payee": who})
    return own


def end_mark(books: Books, head_id: UUID) -> None:
    """Take a mark away; the edit log keeps it. NotFound where none stands."""
    row = books.session.scalars(select(TdsMark).where(TdsMark.head_id == head_id)).first()
    if row is None:
        raise NotFound("mark")
    books.session.execute(delete(TdsMark).where(TdsMark.head_id == head_id))
    audit.record(books, "end", "tds_mark", head_id, old={"kind": row.kind, "payee": row.payee})


def may_be_due(books: Books, kind: str) -> bool:
    """Whether a voucher of this kind can have a deduction at all: somebody or something is marked."""
    return kind in _KINDS and books.session.execute(select(TdsMark.head_id).limit(1)).first() is not None


def proposed(books: Books, typed: TypedVoucher, kept: DocumentRow | None = None) -> Proposal | None:
    """The deduction that a payment or a journal typed so should have; None where no mark is met, the sum is below the thresholds,
    it has a row of TDS already, or it cannot be read yet. `kept` is the voucher that it takes the place of."""
    if typed.errors or typed.kind not in _KINDS or typed.wish not in (State.POSTED, State.POSTDATED):
        return None
    known = {row.head_id: Mark(*row) for row in books.session.execute(select(*_COLUMNS))}
    if not known:
        return None
    chart = Chart(books)
    asked = [heads.Asked(row.key, row.account) for row in typed.rows]
    by_head = heads.resolve(books, chart, asked, typed.kind)
    found = [by_head[one] for one in asked]
    payable = ledger.heads(books)["tds-payable"]
    if any(one.words or one.account_id == payable for one in found):
        return None
    return _proposal(books, typed, chart, found, known, kept)


def _proposal(
    books: Books, typed: TypedVoucher, chart: Chart, found: Sequence[Found], known: dict[UUID, Mark], kept: DocumentRow | None
) -> Proposal | None:
    rows = list(zip(typed.rows, found, typed.amounts, strict=True))
    if sum(amount if row.side == "D" else -amount for row, _one, amount in rows):
        return None  # it does not balance, and is told so
    costs = {place: amount for place, (row, one, amount) in enumerate(rows) if row.side == "D" and _bears(chart, one)}
    credited = [place for place, (row, _one, _amount) in enumerate(rows) if row.side == "C"]
    who = next((place for place in credited if found[place].party_id in known), None)
    marked = known[found[who].party_id] if who is not None else None  # type: ignore[index]
    if marked is None:
        costs = {place: amount for place, amount in costs.items() if found[place].account_id in known}
        marked = next((known[found[place].account_id] for place in costs), None)  # type: ignore[index]
        who = max(credited, key=lambda place: typed.amounts[place], default=None)
    if marked is None or who is None:
        return None
    base = Paise(sum(costs.values()))
    earlier, this_month = (
        _gone(books, Period(first, typed.day), marked, kept) for first in (FinancialYear.of(typed.day).first_day, typed.day.replace(day=1))
    )
    own = law.deduction(marked.kind, marked.payee, typed.day, base, earlier, this_month)
    if own is None or own.amount >= typed.amounts[who]:
        return None
    less = replace(typed.rows[who], amount=indian_grouping(typed.amounts[who] - own.amount))
    payable = ledger.heads(books)["tds-payable"]
    row = TypedRow("C", chart.accounts[payable].name, payable.hex, indian_grouping(own.amount))
    changed = (*typed.rows[:who], less, row, *typed.rows[who + 1 :])
    return Proposal(changed, own.amount, base, own.rate_bp, marked.kind, law.law_of(marked.kind, typed.day), own.untaxed)


def _bears(chart: Chart, one: Found) -> bool:
    """Whether a row is what is paid for: neither money, nor a party's, nor tax that is shown apart."""
    if one.account_id is None or one.party_id or one.account_id in chart.money:
        return False
    codes = {group.id: group.code for group in chart.groups}
    return codes[chart.accounts[one.account_id].group_id] != _TAXES


def _gone(books: Books, period: Period, mark: Mark, kept: DocumentRow | None) -> Paise:
    """What was credited to the party, or put on the account and not taken back, on these days, besides what `kept` did. Of a party it
    is with GST, so that it errs to the side of deducting; the accountant changes the row."""
    own = 0
    if kept is not None and kept.standing.is_in_books and period.first_day <= kept.voucher_date <= period.last_day:
        amounts = [one.amount for one in kept.entries if mark.head_id in (one.party_id, one.account_id)]
        own = sum(max(-one if mark.is_party else one, 0) for one in amounts)
    if mark.is_party:
        return Paise(ledger.party_credits(books, mark.head_id, period.first_day, period.last_day) - own)
    total = ledger.account_totals(books, period.first_day, period.last_day).get(mark.head_id)
    return Paise(max(total.debit - total.credit - own, 0) if total else 0)
