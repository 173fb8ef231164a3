"""The figures of GSTR-9C: turnover and tax of the books against the annual return. Nothing is certified: it says where to look."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from webapp import ledger
from webapp.gst_annual.told import Gstr9
from webapp.gst_returns import Registration, ReturnPeriod, Taxes
from webapp.platform.tenancy import Books

NOTHING = Taxes()


class Row(NamedTuple):
    """A figure with the accounts it comes from; `key` is its table. Amounts in paise, income above nothing."""

    key: str
    amount: int
    account_id: UUID | None = None
    name: str = ""


class Reconciled(NamedTuple):
    """Tables 5, 9 and 12: what the books say, what the return says, and what lies between."""

    income: tuple[Row, ...]
    turnover_books: int
    turnover_return: int
    taxes_books: Taxes
    taxes_return: Taxes
    credit_books: Taxes
    credit_return: Taxes

    @property
    def turnover_gap(self) -> int:
        """5R: the return less the books."""
        return self.turnover_return - self.turnover_books

    @property
    def tax_gap(self) -> Taxes:
        """9R."""
        return self.taxes_return.plus(self.taxes_books, -1)

    @property
    def credit_gap(self) -> Taxes:
        """12F."""
        return self.credit_return.plus(self.credit_books, -1)


def turnover_of_business(books: Books, period: ReturnPeriod) -> int:
    """What the sales accounts of all registrations were credited in a year, less what came back: the limits of both forms are of that."""
    found, heads = ledger.account_totals(books, period.days.first_day, period.days.last_day), ledger.heads(books)
    rows = [found[heads[code]] for code in ("sales", "sales-exempt", "sales-returns") if heads[code] in found]
    return sum(row.credit - row.debit for row in rows)


def reconcile(books: Books, of: Registration, told: Gstr9) -> Reconciled:
    """The books of a registration's stores against its annual return. Turnover of the books is every account of sales and income (5A): what
    of it is no supply is for a person to take off. Their output tax is what the accounts were credited, without what paid it."""
    chart = ledger.chart_of_accounts(books)
    sums: dict[UUID, tuple[int, int]] = {}
    for store_id in of.store_ids:
        for id_, one in ledger.account_totals(books, told.period.days.first_day, told.period.days.last_day, store_id=store_id).items():
            debit, credit = sums.get(id_, (0, 0))
            sums[id_] = (debit + one.debit, credit + one.credit)
    natures = {one.id: one.nature for one in chart.groups}
    income = [
        Row("5A", sums[one.id][1] - sums[one.id][0], one.id, one.name)
        for one in chart.accounts
        if natures[one.group_id] == "income" and sums.get(one.id, (0, 0)) != (0, 0)
    ]
    correction = told.told("10").plus(told.told("11"), -1)
    claimed = told.books.of("7J") or NOTHING
    return Reconciled(
        income=tuple(income),
        turnover_books=sum(row.amount for row in income),
        turnover_return=told.told("5N").taxable + correction.taxable,
        taxes_books=told.books.of("9.payable") or NOTHING,
        taxes_return=told.told("9.payable").plus(correction._replace(taxable=0)),
        credit_books=claimed,
        credit_return=told.told("7J"),
    )
