"""Tills, their series and leases, shifts, and the commands that tills send."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.reach import Stores, StoreScoped, through
from webapp.platform.tenancy import CompanyScoped, Directory


class TillToken(Directory, Base):
    """The device cookie's hash and whose till it is: looked up before any company is known. Revocable, 180 days rolling."""

    __tablename__ = "till_token"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    company_id: Mapped[int]
    till_id: Mapped[UUID]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Till(CompanyScoped, StoreScoped, Base):
    """One counter on one device. `code` is two base-36 characters; a device that lost its storage enrols as a new till."""

    __tablename__ = "till"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    name: Mapped[str]
    store_id: Mapped[UUID]
    is_shared_device: Mapped[bool] = mapped_column(default=False)
    lease: Mapped[str]
    previous_lease: Mapped[str] = mapped_column(default="")
    lease_used_by: Mapped[list[Any]]  # the command ids of the push that was given the present lease
    # The till this one took over from: it delivers what that one had issued and not sent. That one is closed.
    replaces_id: Mapped[UUID | None]
    enrolled_by: Mapped[str]
    enrolled_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]
    # What the device said at its last contact: pending count, oldest waiting, last local number of each series, build.
    last_report: Mapped[dict[str, Any]]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        Index("uq_till_code", "company_id", "code", unique=True),
    )


class TillSeries(CompanyScoped, Base):
    """Which number series belongs to which till: one per document kind and financial year."""

    __tablename__ = "till_series"

    prefix: Mapped[str] = mapped_column(primary_key=True)
    till_id: Mapped[UUID]
    document_kind: Mapped[str]  # bill, credit_note, receipt
    fy_start_year: Mapped[int]
    # The till's clock at the newest document taken: the next one is not earlier, or it is flagged.
    last_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "till_id"], ["till.company_id", "till.id"]),
        ForeignKeyConstraint(["company_id", "prefix"], ["number_series.company_id", "number_series.prefix"]),
    )


class SyncCommand(CompanyScoped, StoreScoped, Base):
    """A command a till sent, with its answer: written in the same transaction as its effect. Kept as long as the bill."""

    __tablename__ = "sync_command"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    till_id: Mapped[UUID]
    type: Mapped[str]
    ref: Mapped[UUID | None]
    series: Mapped[str | None]
    seq: Mapped[int | None]
    sha256: Mapped[str]
    status: Mapped[str]  # ok, quarantined
    result: Mapped[dict[str, Any]]
    body: Mapped[str | None]  # kept while a person must look at it
    received_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]
    settlement: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "till_id"], ["till.company_id", "till.id"]),
        Index("ix_sync_command_number", "company_id", "series", "seq"),
        Index("ix_sync_command_open", "company_id", "status", "settled_at"),
        CheckConstraint("status in ('ok', 'quarantined')", name="status_known"),
    )

    @classmethod
    def of_stores(cls, stores: Stores) -> ColumnElement[bool]:
        return through(cls, cls.till_id, Till, stores)


class Shift(CompanyScoped, StoreScoped, Base):
    """A till's day: opened with a float, closed with a count. `expected` and `counted` are by tender mode, in paise."""

    __tablename__ = "shift"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    till_id: Mapped[UUID]
    opened_at: Mapped[datetime]  # the till's clock, as all times of a shift
    opened_by: Mapped[str]
    float_paise: Mapped[int]
    closed_at: Mapped[datetime | None]
    closing_received_at: Mapped[datetime | None]  # the server's clock: what comes for this shift later is listed apart
    closed_by: Mapped[str | None]
    denominations: Mapped[dict[str, Any] | None]
    counted_paise: Mapped[int | None]
    expected_paise: Mapped[int | None]
    z_report: Mapped[dict[str, Any] | None]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "till_id"], ["till.company_id", "till.id"]),
        Index("ix_shift_till", "company_id", "till_id", "opened_at"),
    )

    @classmethod
    def of_stores(cls, stores: Stores) -> ColumnElement[bool]:
        return through(cls, cls.till_id, Till, stores)


class CashMove(CompanyScoped, Base):
    """Cash put into or taken out of the drawer. Its voucher has the same id."""

    __tablename__ = "cash_move"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    shift_id: Mapped[UUID]
    amount_paise: Mapped[int]  # signed: in is positive
    reason: Mapped[str]
    purpose: Mapped[str]  # bank, expense, owner, float
    moved_at: Mapped[datetime]
    moved_by: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "shift_id"], ["shift.company_id", "shift.id"]),
        CheckConstraint("amount_paise <> 0", name="not_zero"),
    )


class MissingBill(CompanyScoped, StoreScoped, Base):
    """A number a till used and never sent: re-keyed from paper, or documented as not received."""

    __tablename__ = "missing_bill"

    series: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    till_id: Mapped[UUID]
    noticed_at: Mapped[datetime]
    state: Mapped[str]  # missing, rekeyed, not_received, arrived
    note: Mapped[str] = mapped_column(default="")
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]

    __table_args__ = (ForeignKeyConstraint(["company_id", "till_id"], ["till.company_id", "till.id"]),)

    @classmethod
    def of_stores(cls, stores: Stores) -> ColumnElement[bool]:
        return through(cls, cls.till_id, Till, stores)
