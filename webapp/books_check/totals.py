"""Kept totals against their registers: accounts, parties and stock, by every key they are kept by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import case, extract, func, select

from webapp.catalogue.models import Item
from webapp.kernel.dates import month_name
from webapp.kernel.money import plain_decimal, rupees
from webapp.kernel.records import dataclass
from webapp.ledger.models import Account, AccountBalance, JournalLine, PartyBalance, Voucher
from webapp.parties.models import Party
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books
from webapp.stock.models import StockBalance, StockMovement

Figures = tuple[int, ...]
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """One table of kept totals: its columns, what it should be, and how a fault in it is worded."""

    what: str
    model: Any
    keys: tuple[str, ...]
    figures: tuple[str, ...]
    kept: Lookup
    replayed: Lookup
    words: Callable[[Mapping[UUID, str], Key, Figures, Figures], str]
    names: Lookup


@dataclass(frozen=True, slots=True)
class Difference:
    """A total that is kept otherwise than its register gives it."""

    total: Kept
    key: Key
    kept: Figures
    right: Figures
    words: str


_month = extract("year", JournalLine.voucher_date) * 100 + extract("month", JournalLine.voucher_date)
_debit = func.sum(case((JournalLine.amount_paise > 0, JournalLine.amount_paise), else_=0))
_credit = func.sum(case((JournalLine.amount_paise < 0, -JournalLine.amount_paise), else_=0))


def _sides(figures: Figures) -> str:
    return f"{rupees(figures[0])} Dr, {rupees(figures[1])} Cr"


def _account_words(names: Mapping[UUID, str], key: Key, kept: Figures, right: Figures) -> str:
    return f"{names.get(key[0], key[0])} in {month_name(key[1])} is kept as {_sides(kept)}; its lines give {_sides(right)}"


def _party_words(names: Mapping[UUID, str], key: Key, kept: Figures, right: Figures) -> str:
    return f"{names.get(key[0], key[0])} in {month_name(key[2])} is kept as {_sides(kept)}; the lines give {_sides(right)}"


def _stock_words(names: Mapping[UUID, str], key: Key, kept: Figures, right: Figures) -> str:
    kept_as, gives = (f"{plain_decimal(qty, 3)} worth {rupees(value)}" for qty, value in (kept, right))
    return f"{names.get(key[0], key[0])} is kept as {kept_as}; its movements give {gives}"


ACCOUNTS = Kept(
    what="account totals by month equal their lines",
    model=AccountBalance,
    keys=("account_id", "month", "store_id"),
    figures=("debit_paise", "credit_paise"),
    kept=Lookup(
        select(
            AccountBalance.account_id,
            AccountBalance.month,
            AccountBalance.store_id,
            AccountBalance.debit_paise,
            AccountBalance.credit_paise,
        )
    ),
    replayed=Lookup(
        select(JournalLine.account_id, _month, Voucher.store_id, _debit, _credit)
        .join(Voucher, (Voucher.company_id == JournalLine.company_id) & (Voucher.id == JournalLine.voucher_id))
        .group_by(JournalLine.account_id, _month, Voucher.store_id)
    ),
    words=_account_words,
    names=Lookup(select(Account.id, Account.name)),
)
PARTIES = Kept(
    what="party totals by month equal their lines",
    model=PartyBalance,
    keys=("party_id", "account_id", "month", "store_id"),
    figures=("debit_paise", "credit_paise"),
    kept=Lookup(
        select(
            PartyBalance.party_id,
            PartyBalance.account_id,
            PartyBalance.month,
            PartyBalance.store_id,
            PartyBalance.debit_paise,
            PartyBalance.credit_paise,
        )
    ),
    replayed=Lookup(
        select(JournalLine.party_id, JournalLine.account_id, _month, Voucher.store_id, _debit, _credit)
        .join(Voucher, (Voucher.company_id == JournalLine.company_id) & (Voucher.id == JournalLine.voucher_id))
        .where(JournalLine.party_id.is_not(None))
        .group_by(JournalLine.party_id, JournalLine.account_id, _month, Voucher.store_id)
    ),
    words=_party_words,
    names=Lookup(select(Party.id, Party.name)),
)
STOCK = Kept(
    what="stock on hand equals its movements",
    model=StockBalance,
    keys=("item_id", "store_id", "batch"),
    figures=("qty", "value_paise"),
    kept=Lookup(select(StockBalance.item_id, StockBalance.store_id, StockBalance.batch, StockBalance.qty, StockBalance.value_paise)),
    replayed=Lookup(
        select(
            StockMovement.item_id,
            StockMovement.store_id,
            StockMovement.batch,
            func.sum(StockMovement.qty),
            func.sum(StockMovement.value_paise),
        ).group_by(StockMovement.item_id, StockMovement.store_id, StockMovement.batch)
    ),
    words=_stock_words,
    names=Lookup(select(Item.id, Item.name)),
)
ALL = (ACCOUNTS, PARTIES, STOCK)


def differences(books: Books, total: Kept) -> tuple[int, list[Difference]]:
    """(how many totals were compared, those that differ). A total that is not there is nought."""
    width = len(total.keys)
    kept = _by_key(total.kept.rows(books), width)
    right = _by_key(total.replayed.rows(books), width)
    nought = (0,) * len(total.figures)
    keys = [key for key in {**kept, **right} if kept.get(key, nought) != right.get(key, nought)]
    names = {row[0]: row[1] for row in total.names.rows(books)} if keys else {}
    found = []
    for key in keys:
        is_, should_be = kept.get(key, nought), right.get(key, nought)
        found.append(Difference(total, key, is_, should_be, total.words(names, key, is_, should_be)))
    return len({**kept, **right}), found


def repair(books: Books, found: Iterable[Difference]) -> None:
    """Add to each kept total what its register has more, so that it equals its replay again."""
    for difference in found:
        total = difference.total
        row = dict(zip(total.keys, difference.key, strict=True))
        gaps = [right - kept for right, kept in zip(difference.right, difference.kept, strict=True)]
        row |= dict(zip(total.figures, gaps, strict=True))
        if total is STOCK:
            row |= {"last_cost_millipaise": 0, "last_moved_on": books.today, "last_seq": 0}
        books.add_up(total.model, [row], adding=total.figures)


def _by_key(rows: Sequence[Any], width: int) -> dict[Key, Figures]:
    return {_key(row[:width]): tuple(int(figure) for figure in row[width:]) for row in rows}


def _key(parts: Any) -> Key:
    # PostgreSQL answers a month worked out from a date as a Decimal.
    return tuple(part if isinstance(part, UUID | str) else int(part) for part in parts)
