"""Vouchers typed by an accountant, each version of them, and the templates that make them by themselves."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.reach import StoreScoped
from webapp.platform.tenancy import CompanyScoped

_KINDS = "kind in ('contra', 'payment', 'receipt', 'journal', 'debit_note', 'credit_note')"


class VoucherDocument(CompanyScoped, StoreScoped, Base):
    """A voucher as it stands: what was typed (`body`), where it stands, and which voucher of the ledger is its own now.

    `number` is empty until it is first posted, and then stays. `amount_paise` is its debits. `heads` are the ids of its
    accounts and parties between bars, for filters; `trouble` says why it could not post itself on its day.
    """

    __tablename__ = "voucher_document"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str]
    number: Mapped[str] = mapped_column(default="")
    store_id: Mapped[UUID]  # a store of this company, looked up when it is saved
    voucher_date: Mapped[date]
    amount_paise: Mapped[int]
    narration: Mapped[str] = mapped_column(default="")
    reference: Mapped[str] = mapped_column(default="")
    reverse_on: Mapped[date | None]
    body: Mapped[dict[str, Any]]
    version: Mapped[int]
    voucher_id: Mapped[UUID | None]
    mirrors_id: Mapped[UUID | None]  # the journal that this one reverses on its day
    template_id: Mapped[UUID | None]
    template_date: Mapped[date | None]
    heads: Mapped[str]
    search_text: Mapped[str]
    trouble: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "voucher_id"], ["voucher.company_id", "voucher.id"]),
        ForeignKeyConstraint(["company_id", "mirrors_id"], ["voucher_document.company_id", "voucher_document.id"]),
        ForeignKeyConstraint(["company_id", "template_id"], ["voucher_template.company_id", "voucher_template.id"]),
        Index("ix_voucher_document_date", "company_id", "voucher_date", "id"),
        Index("ix_voucher_document_store", "company_id", "store_id", "voucher_date", "id"),
        Index("ix_voucher_document_state", "company_id", "state", "voucher_date"),
        Index("ix_voucher_document_mirrors", "company_id", "mirrors_id"),
        Index("uq_voucher_document_template", "company_id", "template_id", "template_date", unique=True),
        CheckConstraint(_KINDS, name="kind_known"),
        CheckConstraint("state in ('draft', 'optional', 'postdated', 'posted', 'amended', 'cancelled')", name="state_known"),
        CheckConstraint("(state in ('posted', 'amended')) = (voucher_id is not null)", name="in_books_with_voucher"),
        CheckConstraint("state not in ('posted', 'amended') or number <> ''", name="posted_with_number"),
        CheckConstraint("amount_paise >= 0", name="amount_not_negative"),
    )


class VoucherVersion(CompanyScoped, Base):
    """One saving of a voucher, never changed: what it became, what the ledger wrote for it and took back for it.

    A deleted draft leaves its versions here. `save_id` is made by the form: one sent twice is written once.
    """

    __tablename__ = "voucher_version"

    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    save_id: Mapped[UUID]
    act: Mapped[str]
    state: Mapped[str]
    number: Mapped[str]
    body: Mapped[dict[str, Any]]
    body_sha256: Mapped[str]
    voucher_id: Mapped[UUID | None]
    reversal_id: Mapped[UUID | None]
    reason: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "voucher_id"], ["voucher.company_id", "voucher.id"]),
        ForeignKeyConstraint(["company_id", "reversal_id"], ["voucher.company_id", "voucher.id"]),
        Index("uq_voucher_version_save", "company_id", "save_id", unique=True),
        CheckConstraint("act in ('created', 'changed', 'posted', 'amended', 'cancelled')", name="act_known"),
    )


class VoucherTemplate(CompanyScoped, Base):
    """A voucher that comes again: every week, month, quarter or year on a day, as a draft or posted by itself.

    `on_day` is 1 to 31 (a month without it: its last), in a week 1 Monday to 7. `next_on` is the next day it is due.
    """

    __tablename__ = "voucher_template"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    body: Mapped[dict[str, Any]]
    every: Mapped[str]
    on_day: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    posts: Mapped[bool]
    next_on: Mapped[date]
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]

    __table_args__ = (
        Index("ix_voucher_template_next", "company_id", "next_on"),
        CheckConstraint(_KINDS, name="kind_known"),
        CheckConstraint("every in ('week', 'month', 'quarter', 'year')", name="every_known"),
        CheckConstraint("on_day between 1 and 31", name="on_day_of_month"),
    )
