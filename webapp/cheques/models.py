"""Cheques, the slips they were deposited with, and each step of each cheque."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKeyConstraint, Index, exists
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.reach import Stores, StoreScoped, apart
from webapp.platform.tenancy import CompanyScoped


class Cheque(CompanyScoped, StoreScoped, Base):
    """A cheque received from a customer or issued to a supplier. What is written on it never changes; `state`, `moved_on`, `steps`,
    `voucher_id` and `account_id` follow its newest step.

    The voucher that took it has its id; `voucher_id` is the one that stands for it now (another when it was taken again), none when
    it was returned or cancelled. `bills` are [voucher, line, paise], to be settled again when it is. `account_id` is the bank account
    that it went to, or is drawn on.
    """

    __tablename__ = "cheque"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    direction: Mapped[str]
    party_id: Mapped[UUID]
    store_id: Mapped[UUID]
    taken_on: Mapped[date]
    cheque_no: Mapped[str]
    bank: Mapped[str] = mapped_column(default="")
    cheque_date: Mapped[date]
    valid_until: Mapped[date]
    amount_paise: Mapped[int]
    note: Mapped[str] = mapped_column(default="")
    bills: Mapped[list[Any]]
    state: Mapped[str]
    moved_on: Mapped[date]
    steps: Mapped[int]
    voucher_id: Mapped[UUID | None]
    account_id: Mapped[UUID | None]
    body_sha256: Mapped[str]
    recorded_by: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        ForeignKeyConstraint(["company_id", "account_id"], ["account.company_id", "account.id"]),
        Index("uq_cheque_number", "company_id", "number", unique=True),
        Index("ix_cheque_date", "company_id", "cheque_date", "id"),
        Index("ix_cheque_state", "company_id", "state", "cheque_date"),
        Index("ix_cheque_party", "company_id", "party_id", "cheque_no"),
        CheckConstraint("amount_paise > 0", name="positive"),
        CheckConstraint("direction in ('received', 'issued')", name="direction_known"),
        CheckConstraint("valid_until >= taken_on", name="not_stale_when_taken"),
        CheckConstraint("(state in ('bounced', 'stopped', 'cancelled')) = (voucher_id is null)", name="voucher_while_it_stands"),
    )


class ChequeMove(CompanyScoped, Base):
    """A step of a cheque: `state` is where it stood after. `voucher_id` is what the step posted, `slip_id` the deposit slip."""

    __tablename__ = "cheque_move"

    cheque_id: Mapped[UUID] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[UUID]
    act: Mapped[str]
    state: Mapped[str]
    moved_on: Mapped[date]
    slip_id: Mapped[UUID | None]
    voucher_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(default="")
    charges_paise: Mapped[int] = mapped_column(default=0)
    from_party: Mapped[bool] = mapped_column(default=False)
    moved_by: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "cheque_id"], ["cheque.company_id", "cheque.id"]),
        ForeignKeyConstraint(["company_id", "slip_id"], ["deposit_slip.company_id", "deposit_slip.id"]),
        Index("ix_cheque_move_slip", "company_id", "slip_id"),
        CheckConstraint("charges_paise >= 0", name="charges_not_negative"),
    )


class DepositSlip(CompanyScoped, StoreScoped, Base):
    """Cheques taken to the bank together. Its voucher has its id; `cancelled_on` when it was taken back, by a reversal."""

    __tablename__ = "deposit_slip"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    deposited_on: Mapped[date]
    account_id: Mapped[UUID]
    total_paise: Mapped[int]
    cancelled_on: Mapped[date | None]
    body_sha256: Mapped[str]
    made_by: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "account_id"], ["account.company_id", "account.id"]),
        Index("uq_deposit_slip_number", "company_id", "number", unique=True),
        CheckConstraint("total_paise > 0", name="positive"),
    )

    @classmethod
    def of_stores(cls, stores: Stores) -> ColumnElement[bool]:
        move, cheque = apart(ChequeMove), apart(Cheque)
        its = (move.c.company_id == cls.company_id, move.c.slip_id == cls.id)
        of_move = (cheque.c.company_id == move.c.company_id, cheque.c.id == move.c.cheque_id)
        return ~exists().where(*its, *of_move, cheque.c.store_id.not_in(stores))
