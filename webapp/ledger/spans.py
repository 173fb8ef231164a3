"""What accounts moved over several spans of days at once: in the vouchers that touch given accounts, or for a cost centre."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, select

from webapp.kernel.dates import Period
from webapp.ledger import masters
from webapp.ledger.centre_filter import vouchers_naming
from webapp.ledger.models import CostAllocation, JournalLine, Voucher
from webapp.platform.tenancy import Books


def voucher_spans(
    books: Books,
    spans: Sequence[Period],
    *,
    touching: Sequence[Collection[UUID]] = (),
    without: Collection[UUID] = (),
    naming: Collection[UUID] = (),
    store_id: UUID | None = None,
) -> dict[UUID, tuple[int, ...]]:
    """What every account moved in each of `spans`, in vouchers that touch an account of each of `touching` and none of `without`;
    with `naming` in those alone of which a line names one of these cost centres.

    Signed paise, debit positive; the figures of a span add up to nil. One statement, over the lines of those vouchers alone.
    """
    day = JournalLine.voucher_date
    reach = day.between(min(one.first_day for one in spans), max(one.last_day for one in spans))

    def named(accounts: Collection[UUID]) -> Any:
        return select(JournalLine.voucher_id).where(JournalLine.account_id.in_(accounts), reach)

    query: Select[*tuple[Any, ...]] = select(JournalLine.account_id, *_sums(day, JournalLine.amount_paise, spans)).where(reach)
    for accounts in touching:
        query = query.where(JournalLine.voucher_id.in_(named(accounts)))
    if without:
        query = query.where(JournalLine.voucher_id.not_in(named(without)))
    if naming:
        query = query.where(JournalLine.voucher_id.in_(vouchers_naming(naming)))
    return _figures(books, _in_store(query, JournalLine, store_id).group_by(JournalLine.account_id))


def centre_spans(books: Books, centre_id: UUID, spans: Sequence[Period], *, store_id: UUID | None = None) -> dict[UUID, tuple[int, ...]]:
    """What a cost centre, with those beneath it, bears of each account in each of `spans`; signed paise, debit positive."""
    centres = [one.id for one in masters.centres_beneath(books, centre_id)]
    day = CostAllocation.voucher_date
    query: Select[*tuple[Any, ...]] = select(CostAllocation.account_id, *_sums(day, CostAllocation.amount_paise, spans)).where(
        CostAllocation.cost_centre_id.in_(centres)
    )
    return _figures(books, _in_store(query, CostAllocation, store_id).group_by(CostAllocation.account_id))


def _sums(day: Any, amount: Any, spans: Sequence[Period]) -> list[Any]:
    return [func.sum(case((day.between(one.first_day, one.last_day), amount), else_=0)) for one in spans]


def _in_store(query: Select[*tuple[Any, ...]], owner: Any, store_id: UUID | None) -> Select[*tuple[Any, ...]]:
    if store_id is None:
        return query
    query = query.join(Voucher, (Voucher.company_id == owner.company_id) & (Voucher.id == owner.voucher_id))
    return query.where(Voucher.store_id == store_id)


def _figures(books: Books, query: Select[*tuple[Any, ...]]) -> dict[UUID, tuple[int, ...]]:
    rows = ((account, tuple(int(one) for one in figures)) for account, *figures in books.session.execute(query))
    return {account: figures for account, figures in rows if any(figures)}
