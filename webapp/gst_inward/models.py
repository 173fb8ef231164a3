"""What was imported, how it was matched, and what people decided. Only the list of imports grows alone; a newer file replaces documents."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.tenancy import CompanyScoped


class InwardFile(CompanyScoped, Base):
    """A file of the portal was imported: for whom, of which month (202611), what it was. Append-only.

    `generation` counts the imports of one registration, month and source that replaced each other; `part` the files of one of them.
    """

    __tablename__ = "gst_inward_file"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    gstin: Mapped[str]
    month: Mapped[int]
    source: Mapped[str]  # reading.SOURCES
    shape: Mapped[str]
    generation: Mapped[int]
    part: Mapped[int]
    generated_on: Mapped[date | None]
    name: Mapped[str]
    sha256: Mapped[str]
    bytes: Mapped[int]
    documents: Mapped[int]
    imported_by: Mapped[str]
    imported_at: Mapped[datetime]

    __table_args__ = (
        Index("uq_gst_inward_file_part", "company_id", "gstin", "month", "source", "generation", "part", unique=True),
        CheckConstraint("source in ('gstr2b', 'gstr2a', 'ims')", name="source_known"),
    )


class InwardUpload(CompanyScoped, Base):
    """Files that were uploaded and are read and compared in the background (uploads.STATES).

    `parts` are [name, name inside a ZIP, bytes, storage key]; `heads` what each part that was read says of itself, in the same order: as
    many parts are staged as there are heads. `compared_from` is when the reading was over.
    """

    __tablename__ = "gst_inward_upload"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    gstin: Mapped[str]
    month: Mapped[int]  # as chosen; 0: as the files say
    sha256: Mapped[str]  # of all the files together
    state: Mapped[str]
    parts: Mapped[list[Any]]
    heads: Mapped[list[Any]]
    bytes: Mapped[int]
    bytes_read: Mapped[int]
    documents: Mapped[int]
    result: Mapped[dict[str, Any]]
    error: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    compared_from: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_gst_inward_upload_gstin", "company_id", "gstin", "created_at"),
        CheckConstraint("state in ('waiting', 'reading', 'comparing', 'done', 'failed', 'cancelled')", name="state_known"),
    )


class InwardStaged(CompanyScoped, Base):
    """Documents of an upload that are read and not yet compared (staging.to_plain), a thousand to a row. Gone when the upload is over."""

    __tablename__ = "gst_inward_staged"

    upload_id: Mapped[UUID] = mapped_column(primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    chunk: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    documents: Mapped[list[Any]]

    __table_args__ = (ForeignKeyConstraint(["company_id", "upload_id"], ["gst_inward_upload.company_id", "gst_inward_upload.id"]),)


class InwardDocument(CompanyScoped, Base):
    """A document as told, of the newest generation of its month and source. Money in paise, see documents.Document."""

    __tablename__ = "gst_inward_document"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    file_id: Mapped[UUID]
    gstin: Mapped[str]  # ours
    month: Mapped[int]
    source: Mapped[str]
    key: Mapped[str]  # documents.Document.key
    section: Mapped[str]
    kind: Mapped[str]
    credit_kind: Mapped[str]  # values.CreditKind
    supplier_gstin: Mapped[str]
    supplier_name: Mapped[str]
    number: Mapped[str]
    day: Mapped[date]
    taxable_paise: Mapped[int]
    cgst_paise: Mapped[int]
    sgst_paise: Mapped[int]
    igst_paise: Mapped[int]
    cess_paise: Mapped[int]
    value_paise: Mapped[int]
    place: Mapped[str]
    type: Mapped[str]
    is_reverse_charge: Mapped[bool]
    is_available: Mapped[bool]
    reason: Mapped[str]
    is_rejected: Mapped[bool]
    told_action: Mapped[str]  # values.Action, of an IMS file
    is_pending_blocked: Mapped[bool]
    original_number: Mapped[str]
    original_day: Mapped[date | None]
    supplier_month: Mapped[int]
    filed_on: Mapped[date | None]
    irn: Mapped[str]
    port: Mapped[str]
    is_return_filed: Mapped[bool | None]
    raw: Mapped[dict[str, Any]]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "file_id"], ["gst_inward_file.company_id", "gst_inward_file.id"]),
        Index("uq_gst_inward_document_key", "company_id", "gstin", "month", "source", "key", unique=True),
        Index("ix_gst_inward_document_of_key", "company_id", "gstin", "key"),
    )


class InwardMatch(CompanyScoped, Base):
    """A row of the reconciliation, made anew by each run: a document with the bill it was matched with, or one of the two alone.

    `month` is of the GSTR-2B, or of the bill's own day where nothing tells of it; `first_month` of the document that an amendment puts
    right. `differences` are [field, theirs, ours] and `why` is a word for what was looked for in vain, see matching.
    """

    __tablename__ = "gst_inward_match"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    gstin: Mapped[str]
    month: Mapped[int]
    first_month: Mapped[int]
    document_id: Mapped[UUID | None]
    key: Mapped[str]  # of the document; "bill|" and its id for a bill alone
    bill_id: Mapped[UUID | None]
    kind: Mapped[str]
    stage: Mapped[str]
    state: Mapped[str]
    supplier_gstin: Mapped[str]
    supplier_name: Mapped[str]
    number: Mapped[str]
    day: Mapped[date]
    taxable_paise: Mapped[int]
    tax_paise: Mapped[int]  # takes away where a credit note does
    differences: Mapped[list[Any]]
    why: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "bill_id"], ["purchase_bill.company_id", "purchase_bill.id"]),
        Index("uq_gst_inward_match_key", "company_id", "gstin", "key", unique=True),
        Index("uq_gst_inward_match_bill", "company_id", "bill_id", unique=True),
        Index("ix_gst_inward_match_month", "company_id", "gstin", "month", "state", "id"),
        Index("ix_gst_inward_match_supplier", "company_id", "gstin", "supplier_gstin"),
        CheckConstraint("state in ('matched', 'differs', 'only_told', 'only_books', 'amended', 'apart')", name="state_known"),
        CheckConstraint("document_id is not null or bill_id is not null", name="is_of_something"),
    )


class InwardDecision(CompanyScoped, Base):
    """What people decided of a document, by its key, so that no newer file takes it away. `key` is "bill|" and its id for a bill.

    `bill_id` is linked by hand; `apart` are bills that are not this document's, whatever the stages find. `reversal` is what is given
    back on accepting a credit note (from October 2025), by head; none declared means whole.
    """

    __tablename__ = "gst_inward_decision"

    gstin: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    action: Mapped[str]  # values.Action
    is_ignored: Mapped[bool]
    bill_id: Mapped[UUID | None]
    apart: Mapped[list[Any]]
    binds: Mapped[bool]  # it says something of matching: a link, bills apart, a bill set aside
    reversal: Mapped[dict[str, Any] | None]
    remark: Mapped[str]
    pending_month: Mapped[int]  # the month it was first left pending in; 0 for never
    version: Mapped[int]
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "bill_id"], ["purchase_bill.company_id", "purchase_bill.id"]),
        Index("uq_gst_inward_decision_bill", "company_id", "bill_id", unique=True),
        CheckConstraint("action in ('N', 'A', 'R', 'P')", name="action_known"),
    )


class InwardRun(CompanyScoped, Base):
    """When a month of a registration was last matched, and by what tolerance: paise of each figure, days between the two papers."""

    __tablename__ = "gst_inward_run"

    gstin: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ran_at: Mapped[datetime]
    tolerance_paise: Mapped[int]
    tolerance_days: Mapped[int]


class InwardSetting(CompanyScoped, Base):
    """How far two papers may be apart and still be one: one row a company."""

    __tablename__ = "gst_inward_setting"

    tolerance_paise: Mapped[int]
    tolerance_days: Mapped[int]

    __table_args__ = (CheckConstraint("tolerance_paise between 0 and 100000 and tolerance_days between 0 and 90", name="in_bounds"),)
