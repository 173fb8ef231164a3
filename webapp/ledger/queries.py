"""Reads of the ledger as frozen rows: vouchers, the chart, the trial balance, what customers owe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, select

from webapp.kernel.money import Paise
from webapp.kernel.posting import CostShare, Line, Slip
from webapp.kernel.records import dataclass
from webapp.ledger import chart
from webapp.ledger.models import Account, AccountGroup, CostAllocation, CostCentre, JournalLine, PartyBalance, Voucher
from webapp.ledger.rules import AccountFacts, CentreFacts, PostedVoucher
from webapp.ledger.totals import figures_of
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books

_HEADER = [name for name in PostedVoucher.__slots__ if name != "lines"]
_VOUCHER = Lookup(select(*(getattr(Voucher, name) for name in _HEADER)).where(Voucher.id == bindparam("id")))
_LINES = Lookup(
    select(JournalLine.line_no, JournalLine.account_id, JournalLine.amount_paise, JournalLine.party_id)
    .where(JournalLine.voucher_id == bindparam("id"))
    .order_by(JournalLine.line_no)
)
_SHARES = Lookup(
    select(CostAllocation.line_no, CostAllocation.cost_centre_id, CostAllocation.amount_paise)
    .where(CostAllocation.voucher_id == bindparam("id"))
    .order_by(CostAllocation.line_no, CostAllocation.cost_centre_id)
)
_CENTRES = Lookup(select(CostCentre.id, CostCentre.name, CostCentre.archived_at).where(CostCentre.id.in_(bindparam("ids", expanding=True))))
_OF_DOCUMENT = Lookup(select(Voucher.id).where(Voucher.document_id == bindparam("id")).order_by(Voucher.posted_at, Voucher.id))
_FACTS = Lookup(
    select(Account.id, Account.name, Account.wants_party, Account.archived_at).where(Account.id.in_(bindparam("ids", expanding=True)))
)
_GROUPS = Lookup(
    select(AccountGroup.id, AccountGroup.code, AccountGroup.name, AccountGroup.parent_id, AccountGroup.nature).order_by(
        AccountGroup.sort_order
    )
)
_ACCOUNTS = Lookup(
    select(Account.id, Account.code, Account.name, Account.group_id, Account.wants_party, Account.archived_at).order_by(Account.name)
)
_NAMES = Lookup(select(Account.id, Account.code, Account.name, Account.group_id).order_by(Account.name))
_DUE = Lookup(
    select(func.sum(PartyBalance.debit_paise - PartyBalance.credit_paise)).where(
        PartyBalance.party_id == bindparam("party"), PartyBalance.account_id == bindparam("account")
    )
)
_DUES = Lookup(
    select(PartyBalance.party_id, func.sum(PartyBalance.debit_paise - PartyBalance.credit_paise).label("due"))
    .where(PartyBalance.account_id == bindparam("account"))
    .group_by(PartyBalance.party_id)
    .having(func.sum(PartyBalance.debit_paise - PartyBalance.credit_paise) != 0)
    .order_by(func.sum(PartyBalance.debit_paise - PartyBalance.credit_paise).desc(), PartyBalance.party_id)
)


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A head of the chart."""

    id: UUID
    code: str
    name: str
    parent_id: UUID | None
    nature: str


class AccountRow(NamedTuple):
    """An account of the chart. A tuple, for every statement reads all of them."""

    id: UUID
    code: str | None
    name: str
    group_id: UUID
    wants_party: bool
    is_archived: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """The chart whole: groups in their order, accounts by name."""

    groups: tuple[GroupRow, ...]
    accounts: tuple[AccountRow, ...]


class TrialRow(NamedTuple):
    """A line of the trial balance: an account, where it stands in the chart, and its figures (see AccountTotal)."""

    account_id: UUID
    code: str | None
    name: str
    group_id: UUID
    opening: int
    debit: int
    credit: int
    closing: int


def voucher_or_none(books: Books, voucher_id: UUID) -> PostedVoucher | None:
    """A voucher with its lines, or None when this company has none by that id."""
    header = _VOUCHER.first(books, id=voucher_id)
    if header is None:
        return None
    shares: dict[int, list[CostShare]] = {}
    for line_no, centre, amount in _SHARES.rows(books, id=voucher_id):
        shares.setdefault(line_no, []).append(CostShare(centre, Paise(abs(amount))))
    lines = tuple(
        Line(account, Paise(amount), party, tuple(shares.get(line_no, ())))
        for line_no, account, amount, party in _LINES.rows(books, id=voucher_id)
    )
    return PostedVoucher(**dict(zip(_HEADER, header, strict=True)), lines=lines)


def vouchers_of(books: Books, document_id: UUID) -> list[PostedVoucher]:
    """Everything a document has posted: its voucher, and its reversal if it has one, in that order."""
    found = [voucher_or_none(books, row.id) for row in _OF_DOCUMENT.rows(books, id=document_id)]
    return [voucher for voucher in found if voucher]


def account_facts(books: Books, slip: Slip) -> Mapping[UUID, AccountFacts]:
    """What the accounts of a slip allow. Coded accounts are known by heart, so most slips cost no read."""
    coded = chart.coded_facts(books.company_id)
    if all(line.account_id in coded for line in slip.lines):
        return coded
    own = [line.account_id for line in slip.lines if line.account_id not in coded]
    read = {id_: AccountFacts(name, wants, archived is not None) for id_, name, wants, archived in _FACTS.rows(books, ids=own)}
    return {**coded, **read}


def centre_facts(books: Books, slip: Slip) -> Mapping[UUID, CentreFacts]:
    """What the cost centres of a slip allow. A slip without any costs no read."""
    named = {share.cost_centre_id for line in slip.lines for share in line.costs}
    if not named:
        return {}
    return {id_: CentreFacts(name, archived is not None) for id_, name, archived in _CENTRES.rows(books, ids=list(named))}


def chart_of_accounts(books: Books) -> Chart:
    """Every group and account of the company."""
    groups = tuple(GroupRow(*row) for row in _GROUPS.rows(books))
    accounts = tuple(
        [
            AccountRow(id_, code, name, group, wants, archived is not None)
            for id_, code, name, group, wants, archived in _ACCOUNTS.rows(books)
        ]
    )
    return Chart(groups, accounts)


def trial_balance(books: Books, first_day: date, last_day: date) -> list[TrialRow]:
    """Every account with a figure in the period or before it, by name. Σ opening = 0, Σ debit = Σ credit, Σ closing = 0."""
    totals = figures_of(books, first_day, last_day)
    rows = []
    for id_, code, name, group in _NAMES.rows(books):
        if figures := totals.get(id_):
            opening, debit, credit = figures
            rows.append(TrialRow(id_, code, name, group, opening, debit, credit, opening + debit - credit))
    return rows


def party_due(books: Books, party_id: UUID) -> Paise:
    """What a customer owes, in paise; less than nothing is an advance of theirs."""
    row = _DUE.first(books, party=party_id, account=chart.coded_accounts(books.company_id)["debtors"])
    return Paise(int(row[0] or 0))


def dues(books: Books) -> Sequence[tuple[UUID, Paise]]:
    """Each customer with something due (or paid in advance), the largest first."""
    rows = _DUES.rows(books, account=chart.coded_accounts(books.company_id)["debtors"])
    return [(party, Paise(int(due))) for party, due in rows]


def last_entry_day(books: Books) -> date | None:
    """The day of the last voucher, None where nothing was ever posted."""
    found: date | None = books.session.scalar(select(func.max(Voucher.voucher_date)))
    return found
