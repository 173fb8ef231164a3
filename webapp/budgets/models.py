"""Tables of budgets: the budget, its lines, and what each line says for each month."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import CLUSTERED, Base
from webapp.platform.reach import Stores, StoreScoped
from webapp.platform.tenancy import CompanyScoped


class Budget(CompanyScoped, StoreScoped, Base):
    """A budget of a financial year, named by the year it starts in; of one store, or of the whole business."""

    __tablename__ = "budget"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    start_year: Mapped[int]
    store_id: Mapped[UUID | None]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        Index("uq_budget_name", "company_id", "start_year", "name", unique=True),
    )

    @classmethod
    def of_stores(cls, stores: Stores) -> ColumnElement[bool]:
        return cls.store_id.is_(None) | cls.store_id.in_(stores)


class BudgetLine(CompanyScoped, Base):
    """A line of a budget: an account or a group of accounts, and perhaps the cost centre whose share of it is meant."""

    __tablename__ = "budget_line"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    budget_id: Mapped[UUID]
    account_id: Mapped[UUID | None]
    group_id: Mapped[UUID | None]  # no foreign key: an empty group may be taken out of the chart
    cost_centre_id: Mapped[UUID | None]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "budget_id"], ["budget.company_id", "budget.id"]),
        ForeignKeyConstraint(["company_id", "account_id"], ["account.company_id", "account.id"]),
        ForeignKeyConstraint(["company_id", "cost_centre_id"], ["cost_centre.company_id", "cost_centre.id"]),
        CheckConstraint("(account_id is null) <> (group_id is null)", name="account_or_group"),
        Index("ix_budget_line_budget", "company_id", "budget_id"),
    )


class BudgetAmount(CompanyScoped, Base):
    """What a line says for a month (202611), in paise on the natural side. Nil months have no row."""

    __tablename__ = "budget_amount"

    line_id: Mapped[UUID] = mapped_column(primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True)
    amount_paise: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "line_id"], ["budget_line.company_id", "budget_line.id"]),
        CheckConstraint("amount_paise <> 0", name="not_zero"),
        CLUSTERED,
    )
