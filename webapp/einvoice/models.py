"""How a registration reports its documents, and how each document stands with the portal."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform import sealing
from webapp.platform.db import Base
from webapp.platform.reach import StoreScoped
from webapp.platform.tenancy import CompanyScoped


class EinvoiceRegistration(CompanyScoped, Base):
    """What a GSTIN of the business reports. `begins_on` is the day of the first document; None: switched off.

    `turnover_crore` is the least of the step the shop's turnover is in (webapp.einvoice.law TURNOVERS). `secrets` and `session` are
    sealed (webapp.platform.sealing): the client's secret and the user's password, and the portal's token until `session_until`.
    """

    __tablename__ = "einvoice_registration"

    gstin: Mapped[str] = mapped_column(primary_key=True)
    begins_on: Mapped[date | None]
    turnover_crore: Mapped[int]
    road: Mapped[str]
    base_url: Mapped[str] = mapped_column(default="")
    client_id: Mapped[str] = mapped_column(default="")
    user_name: Mapped[str] = mapped_column(default="")
    secrets: Mapped[str] = mapped_column(default="", info=sealing.kept_for("einvoice {company_id} {gstin}"))
    portal_key: Mapped[str] = mapped_column(default="")  # PEM, what the portal's sign-in is encrypted for
    session: Mapped[str] = mapped_column(default="", info=sealing.kept_for("einvoice {company_id} {gstin}"))
    session_until: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)  # raised by each edit; a stale form is refused
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("road in ('file', 'nic', 'gsp')", name="road_known"),
        CheckConstraint("road = 'file' or (base_url <> '' and client_id <> '' and user_name <> '')", name="road_complete"),
        CheckConstraint("turnover_crore >= 0", name="turnover_not_negative"),
    )


class Einvoice(CompanyScoped, StoreScoped, Base):
    """A document that the portal wants, and how it stands (webapp.einvoice.rules State). One row for each document.

    `irn` is worked out by us and is what the portal answers. What the portal signed is kept as it came: it gives it away for some days
    only. `code`, `problem` and `fix` say why it was refused last; `tries` counts how often it left, `next_at` when it may again.
    """

    __tablename__ = "einvoice"

    invoice_id: Mapped[UUID] = mapped_column(primary_key=True)
    gstin: Mapped[str]
    store_id: Mapped[UUID]  # the bill's, so that a list of members held to stores costs no join
    doc_type: Mapped[str]
    number: Mapped[str]
    day: Mapped[date]
    party_name: Mapped[str]
    total_paise: Mapped[int]
    state: Mapped[str]
    irn: Mapped[str]
    ack_no: Mapped[str] = mapped_column(default="")
    ack_at: Mapped[datetime | None]
    signed_qr: Mapped[str] = mapped_column(default="")
    signed_invoice: Mapped[str] = mapped_column(default="")
    is_verified: Mapped[bool] = mapped_column(default=False)
    code: Mapped[str] = mapped_column(default="")
    problem: Mapped[str] = mapped_column(default="")
    fix: Mapped[str] = mapped_column(default="")
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(default="")
    cancel_remark: Mapped[str] = mapped_column(default="")
    cancelled_at: Mapped[datetime | None]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"]),
        ForeignKeyConstraint(["company_id", "gstin"], ["einvoice_registration.company_id", "einvoice_registration.gstin"]),
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        Index("uq_einvoice_irn", "company_id", "irn", unique=True),
        Index("ix_einvoice_day", "company_id", "day", "invoice_id"),
        Index("ix_einvoice_state", "company_id", "state", "day"),
        CheckConstraint(
            "state in ('waiting', 'sent', 'registered', 'cancelling', 'cancelled', 'failed', 'not_needed')", name="state_known"
        ),
        CheckConstraint("doc_type in ('INV', 'CRN', 'DBN')", name="doc_type_known"),
        CheckConstraint("length(irn) = 64", name="irn_whole"),
        CheckConstraint(
            "(state in ('registered', 'cancelling', 'cancelled')) = (ack_no <> '' and ack_at is not null and signed_qr <> '')",
            name="signed_when_registered",
        ),
        CheckConstraint("(state = 'cancelled') = (cancelled_at is not null)", name="cancelled_has_its_time"),
        CheckConstraint("state <> 'failed' or (problem <> '' and fix <> '')", name="failed_says_why"),
    )
