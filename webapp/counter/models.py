"""Tills, their series and leases, shifts, and the commands that tills send."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform import sealing
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


class MemberPin(CompanyScoped, Base):
    """What a member proves himself by at a till. Of the PIN itself only what is stretched from it is kept, sealed: each till is given a
    check of its own worked out of it (webapp.counter.pin_rules). `generation` counts on with every new PIN and never starts again, so that
    what was proved by an earlier one is known. Without `stretched` he has none now. `is_once`: given by a manager, to be changed at once,
    and good until `ends_at`. `tries` failed since `tried_at` at the server."""

    __tablename__ = "member_pin"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    generation: Mapped[int]
    salt: Mapped[str]
    rounds: Mapped[int]
    digits: Mapped[int]
    stretched: Mapped[str | None] = mapped_column(info=sealing.kept_for("till pin {company_id} {user_id} {generation}"))
    is_once: Mapped[bool]
    ends_at: Mapped[datetime | None]
    set_at: Mapped[datetime]
    set_by: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("generation > 0", name="generation_counts"),
        CheckConstraint("digits between 0 and 8", name="digits_few"),
    )


class TillRules(CompanyScoped, Base):
    """What a business asks at its tills: that cashiers sign on by PIN, after how many minutes a till locks itself (0: never), and what asks
    for a manager: kind of exception to the paise above which it does."""

    __tablename__ = "till_rules"

    only: Mapped[int] = mapped_column(primary_key=True)
    signs_on: Mapped[bool]
    idle_minutes: Mapped[int]
    asks: Mapped[dict[str, Any]]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint('"only" = 1', name="one_row"),
        CheckConstraint("idle_minutes between 0 and 240", name="idle_within_bounds"),
    )


class TillApproval(CompanyScoped, StoreScoped, Base):
    """What a cashier did at a till that asks for a manager: who approved it, by the till's word, and whether that was proved. `state` is
    `good`, `absent` (nobody approved it), or why the proof does not hold; those wait for a person until `seen_at`. One of a kind a
    command."""

    __tablename__ = "till_approval"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    command_id: Mapped[UUID]
    till_id: Mapped[UUID]
    kind: Mapped[str]
    state: Mapped[str]
    approver_id: Mapped[UUID | None]
    approver_name: Mapped[str]
    cashier: Mapped[str]
    reason: Mapped[str]
    figures: Mapped[dict[str, Any]]
    amount_paise: Mapped[int]
    document_id: Mapped[UUID | None]  # the bill or credit note; None for cash out of the drawer
    number: Mapped[str]
    at: Mapped[datetime]  # the till's clock
    received_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    seen_by: Mapped[str]
    seen_note: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "till_id"], ["till.company_id", "till.id"]),
        ForeignKeyConstraint(["company_id", "command_id"], ["sync_command.company_id", "sync_command.id"]),
        Index("uq_till_approval_command", "company_id", "command_id", "kind", unique=True),
        Index("ix_till_approval_document", "company_id", "document_id"),
        Index("ix_till_approval_open", "company_id", "seen_at", "received_at"),
    )

    @classmethod
    def of_stores(cls, stores: Stores) -> ColumnElement[bool]:
        return through(cls, cls.till_id, Till, stores)
