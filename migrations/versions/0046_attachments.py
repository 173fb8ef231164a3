"""Photos and papers beside documents: their contents once in a company, and where they stand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0046"
down_revision = "0054"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "attachment_blob",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("file_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", Whole, nullable=False),
        sa.Column("has_thumbnail", sa.Boolean(), nullable=False),
        sa.Column("kept_at", Instant(), nullable=False),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_attachment_blob_not_empty")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_attachment_blob_company"),
        sa.PrimaryKeyConstraint("company_id", "sha256", name=op.f("pk_attachment_blob")),
    )
    op.create_table(
        "attachment",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_why", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(withdrawn_at is null) = (withdrawn_why is null) and (withdrawn_at is null) = (withdrawn_by is null)",
            name=op.f("ck_attachment_withdrawn_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "sha256"],
            ["attachment_blob.company_id", "attachment_blob.sha256"],
            name=op.f("fk_attachment_company_id_sha256"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_attachment_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_attachment")),
    )
    op.create_index("ix_attachment_document", "attachment", ["company_id", "subject", "document_id", "added_at"], unique=False)
    op.create_index(
        "uq_attachment_once",
        "attachment",
        ["company_id", "subject", "document_id", "sha256"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at is null"),
        postgresql_where=sa.text("withdrawn_at is null"),
    )
    create_guards(op.get_bind())
