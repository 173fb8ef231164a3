"""What settles what, and what a party line is called. A party line that neither names is open by itself."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.ledger.models import Voucher
from webapp.platform.db import CLUSTERED, Base
from webapp.platform.reach import Stores, StoreScoped, through
from webapp.platform.tenancy import CompanyScoped

_LINE = ["journal_line.company_id", "journal_line.voucher_id", "journal_line.line_no"]


class Allocation(CompanyScoped, StoreScoped, Base):
    """A credit line settles a debit line of the same party in the same account, in paise. Undone by a release, never deleted.

    It counts on every day from `allocated_on` until the day before `released_on`. The days of both lines are repeated
    here, as they can never change: ageing adds allocations up without asking the register.
    """

    __tablename__ = "allocation"

    is_read_whole = True  # what is open of a bill is less what was paid for it, in whichever store

    id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID]
    account_id: Mapped[UUID]
    credit_voucher_id: Mapped[UUID]
    credit_line_no: Mapped[int]
    credit_date: Mapped[date]
    debit_voucher_id: Mapped[UUID]
    debit_line_no: Mapped[int]
    debit_date: Mapped[date]
    amount_paise: Mapped[int]
    allocated_on: Mapped[date]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    released_on: Mapped[date | None]
    released_at: Mapped[datetime | None]
    released_by: Mapped[str | None]
    released_why: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "credit_voucher_id", "credit_line_no"], _LINE),
        ForeignKeyConstraint(["company_id", "debit_voucher_id", "debit_line_no"], _LINE),
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        CheckConstraint("amount_paise > 0", name="positive"),
        CheckConstraint("allocated_on >= credit_date and allocated_on >= debit_date", name="not_before_its_lines"),
        CheckConstraint("(released_on is null) = (released_at is null)", name="released_wholly"),
        Index("ix_allocation_credit", "company_id", "credit_voucher_id", "credit_line_no", "allocated_on", "released_on", "amount_paise"),
        Index("ix_allocation_debit", "company_id", "debit_voucher_id", "debit_line_no", "allocated_on", "released_on", "amount_paise"),
        Index(
            "ix_allocation_party",
            "company_id",
            "account_id",
            "party_id",
            "debit_date",
            "credit_date",
            "allocated_on",
            "released_on",
            "amount_paise",
            "debit_voucher_id",
            "debit_line_no",
            "credit_voucher_id",
            "credit_line_no",
        ),
    )

    @classmethod
    def of_stores(cls, stores: Stores) -> ColumnElement[bool]:
        return through(cls, cls.debit_voucher_id, Voucher, stores) & through(cls, cls.credit_voucher_id, Voucher, stores)


class LineReference(CompanyScoped, Base):
    """What a party line is called, where its voucher's own number will not do: `new` names a bill and may say when it is
    due, `advance` money before a bill, `on_account` money for no bill in particular."""

    __tablename__ = "line_reference"

    voucher_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date | None]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "voucher_id", "line_no"], _LINE),
        CheckConstraint("kind in ('new', 'advance', 'on_account')", name="kind_known"),
        CheckConstraint("kind = 'new' or due_on is null", name="only_bills_fall_due"),
        CLUSTERED,
    )


class StatementRun(CompanyScoped, Base):
    """Statements of many parties, made together by a job: waiting → done, when `storage_key` names the zip, or refused, when who asked
    may not have them any more. `stores` are those he was held to when he asked, of which the papers are; none: every store. `done` counts
    the parties drawn, for who watches; `refused` is [[name, words], …]; `words` is what the papers say, in the asker's language."""

    __tablename__ = "statement_run"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    party_ids: Mapped[list[Any]]
    first_day: Mapped[date]
    last_day: Mapped[date]
    words: Mapped[dict[str, Any]]
    state: Mapped[str]
    done: Mapped[int]
    refused: Mapped[list[Any]]
    storage_key: Mapped[str | None]
    asked_by: Mapped[str]
    user_id: Mapped[UUID | None]
    stores: Mapped[list[Any]]
    asked_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("state in ('waiting', 'done', 'refused')", name="state_known"),
        CheckConstraint("(state = 'done') = (storage_key is not null)", name="done_has_a_file"),
    )
