"""Reads of the chart for those who change it: an account with all that is noted of it, and what stands in its way."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import NotFound
from webapp.kernel.records import dataclass
from webapp.ledger import bank_numbers
from webapp.ledger.chart_rules import BANKS, AccountDraft, Tree
from webapp.ledger.models import Account, AccountBalance, AccountDetail, AccountGroup, JournalLine
from webapp.ledger.queries import Chart, GroupRow
from webapp.platform.tenancy import Books


@dataclass(frozen=True, slots=True)
class AccountCard:
    """An account with its group and what is noted of it. `merged_into` is the name of who took over its balance. Of its number at the
    bank the last four signs are at hand; `bank_account` opens the whole one, for who may write the chart."""

    company_id: int
    id: UUID
    code: str | None
    name: str
    group_id: UUID
    group_name: str
    nature: str
    wants_party: bool
    is_archived: bool
    version: int
    number: str | None
    notes: str
    bank_name: str
    bank_branch: str
    bank_kept: str
    ifsc: str
    schedule_head: str
    merged_into_id: UUID | None
    merged_into: str
    bank_last_four: str

    @property
    def bank_account(self) -> str:
        """The whole number at the bank."""
        return bank_numbers.opened(self.company_id, self.id, self.bank_kept)

    def draft(self) -> AccountDraft:
        """The card as a form would give it."""
        return AccountDraft(
            self.name,
            self.group_id,
            self.number,
            self.notes,
            self.bank_name,
            self.bank_branch,
            self.bank_account,
            self.ifsc,
            self.schedule_head,
        )


@dataclass(frozen=True, slots=True)
class GroupCard:
    """A group for its form. Only the company's own may be changed."""

    id: UUID
    name: str
    parent_id: UUID | None
    nature: str
    version: int
    is_own: bool


def account_card(books: Books, account_id: UUID) -> AccountCard:
    """One account. NotFound when this company has none by that id."""
    found = account_cards(books, [account_id])
    if not found:
        raise NotFound("account")
    return found[0]


def account_cards(books: Books, ids: Collection[UUID] | None = None) -> list[AccountCard]:
    """Accounts by name, all or some."""
    query = (
        select(
            Account.id,
            Account.code,
            Account.name,
            Account.group_id,
            AccountGroup.name,
            AccountGroup.nature,
            Account.wants_party,
            Account.archived_at.is_not(None),
            Account.version,
        )
        .join(AccountGroup, (AccountGroup.company_id == Account.company_id) & (AccountGroup.id == Account.group_id))
        .order_by(Account.name, Account.id)
    )
    details = select(AccountDetail)
    if ids is not None:
        query, details = query.where(Account.id.in_(ids)), details.where(AccountDetail.account_id.in_(ids))
    rows = books.session.execute(query).all()
    noted = {one.account_id: one for one in books.session.scalars(details)}
    into = {one.merged_into_id for one in noted.values() if one.merged_into_id}
    taken_over = select(Account.id, Account.name).where(Account.id.in_(into))
    names = {row.id: row.name for row in books.session.execute(taken_over)} if into else {}
    return [AccountCard(books.company_id, *row, *_noted(noted.get(row[0]), names)) for row in rows]


def _noted(detail: AccountDetail | None, names: dict[UUID, str]) -> tuple[Any, ...]:
    """The fields of a card from `number` on."""
    if detail is None:
        return None, "", "", "", "", "", "", None, "", ""
    into = detail.merged_into_id
    banks = (detail.bank_name, detail.bank_branch, detail.bank_account, detail.ifsc, detail.schedule_head)
    return detail.number, detail.notes, *banks, into, names.get(into, "") if into else "", detail.bank_last_four


def merged_from(books: Books, account_id: UUID) -> list[tuple[UUID, str]]:
    """The accounts whose balances this one has taken over: id and name."""
    query = (
        select(Account.id, Account.name)
        .join(AccountDetail, (AccountDetail.company_id == Account.company_id) & (AccountDetail.account_id == Account.id))
        .where(AccountDetail.merged_into_id == account_id)
        .order_by(Account.name)
    )
    return [(id_, name) for id_, name in books.session.execute(query)]


def account_numbers(books: Books) -> dict[UUID, str]:
    """The number of each account that has one."""
    query = select(AccountDetail.account_id, AccountDetail.number).where(AccountDetail.number.is_not(None))
    return {id_: number for id_, number in books.session.execute(query) if number}


def schedule_heads(books: Books) -> dict[UUID, str]:
    """The head of Schedule III of each account that was put under one."""
    query = select(AccountDetail.account_id, AccountDetail.schedule_head).where(AccountDetail.schedule_head != "")
    return {row.account_id: row.schedule_head for row in books.session.execute(query)}


def group_card(books: Books, group_id: UUID) -> GroupCard:
    """One group. NotFound when this company has none by that id."""
    row = books.session.scalars(select(AccountGroup).where(AccountGroup.id == group_id)).first()
    if row is None:
        raise NotFound("group")
    return GroupCard(row.id, row.name, row.parent_id, row.nature, row.version, row.code.startswith("own-"))


def is_bank(chart: Chart, group_id: UUID | None) -> bool:
    """Whether a group is one of banks, or stands under one."""
    codes = {one.id: one.code for one in chart.groups}
    return group_id in codes and bool({codes[one] for one in Tree(chart).path_of(group_id)} & BANKS)


def primary_group(chart: Chart, group_id: UUID) -> UUID:
    """The primary group that a group stands under, or is."""
    return Tree(chart).path_of(group_id)[0]


def groups_in_order(chart: Chart) -> list[tuple[GroupRow, int]]:
    """Every group with its depth, each followed by those beneath it."""
    beneath: dict[UUID | None, list[GroupRow]] = {}
    for group in chart.groups:
        beneath.setdefault(group.parent_id, []).append(group)
    found: list[tuple[GroupRow, int]] = []
    waiting = [(one, 0) for one in reversed(beneath.get(None, []))]
    while waiting:
        group, depth = waiting.pop()
        found.append((group, depth))
        waiting += [(one, depth + 1) for one in reversed(beneath.get(group.id, []))]
    return found


def balance_today(books: Books, card: AccountCard) -> int:
    """What an account stands at by the year rule: income and expenses since 1 April, others since ever. Signed paise."""
    month = AccountBalance.month
    query = select(func.sum(AccountBalance.debit_paise - AccountBalance.credit_paise)).where(AccountBalance.account_id == card.id)
    if card.nature in ("income", "expense"):
        query = query.where(month >= FinancialYear.of(books.today).first_month)
    return int(books.session.scalar(query) or 0)


def has_later_lines(books: Books, account_id: UUID, day: date) -> bool:
    """Whether anything is posted to an account after a day."""
    query = select(JournalLine.line_no).where(JournalLine.account_id == account_id, JournalLine.voucher_date > day).limit(1)
    return books.session.scalar(query) is not None


def accounts_with_lines(books: Books, ids: Collection[UUID]) -> list[str]:
    """The names of those accounts that were ever posted to."""
    query = (
        select(Account.name)
        .where(Account.id.in_(ids), Account.id.in_(select(AccountBalance.account_id).where(AccountBalance.account_id.in_(ids))))
        .order_by(Account.name)
    )
    return list(books.session.scalars(query))
