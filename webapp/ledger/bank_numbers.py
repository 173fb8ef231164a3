"""The number of an account at the bank: kept sealed, shown by its last four signs, found by who types it whole."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from webapp.ledger.models import AccountDetail
from webapp.platform import sealed_rows, sealing
from webapp.platform.tenancy import Books

_COLUMN = "account_detail.bank_account"
_LAST = 4
LEAST = 4  # signs of a number


def opened(company_id: int, account_id: UUID, kept: str) -> str:
    """The whole number. SealBroken where the master key is gone."""
    return sealed_rows.opened(_purpose(company_id, account_id), kept)


def last_four(number: str) -> str:
    """What lists and the edit log show."""
    return number[-_LAST:]


def masked(number: str) -> str:
    """The same in words: …6789; nothing for none."""
    return f"…{last_four(number)}" if number else ""


def keep(row: AccountDetail, company_id: int, number: str) -> None:
    """Write a number into the row of its account. One that is there already stays as it is sealed."""
    if row.bank_account.startswith(sealing.ENVELOPE) and opened(company_id, row.account_id, row.bank_account) == number:
        return
    row.bank_account = sealing.seal(_purpose(company_id, row.account_id), number) if number else ""
    row.bank_mark, row.bank_last_four = sealed_rows.mark_of(company_id, _COLUMN, number), last_four(number)


def mark_of_number(books: Books, typed: str) -> str | None:
    """What a number at the bank, typed whole, is looked for by; blanks and dashes do not matter. None for what is too short to be one."""
    is_one = sum(sign.isalnum() for sign in typed) >= LEAST
    return sealed_rows.mark_of(books.company_id, _COLUMN, typed) if is_one else None


def accounts_of_number(books: Books, typed: str) -> frozenset[UUID]:
    """The accounts with this number at the bank."""
    mark = mark_of_number(books, typed)
    if mark is None:
        return frozenset()
    return frozenset(books.session.scalars(select(AccountDetail.account_id).where(AccountDetail.bank_mark == mark)))


def seal_numbers(books: Books) -> int:
    """Seal the numbers that were noted before they were sealed; how many. Safe to repeat."""
    clear = AccountDetail.bank_account != "", ~AccountDetail.bank_account.startswith(sealing.ENVELOPE)
    rows = books.session.scalars(select(AccountDetail).where(*clear)).all()
    for row in rows:
        keep(row, books.company_id, row.bank_account)
    books.session.flush()
    return len(rows)


def _purpose(company_id: int, account_id: UUID) -> str:
    return f"bank {company_id} {account_id}"
