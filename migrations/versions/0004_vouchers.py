"""Vouchers typed by an accountant: where each stands, every version of it, and those that come again by themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant, Json

revision = "0004"
down_revision = "0005"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = "kind in ('contra', 'payment', 'receipt', 'journal', 'debit_note', 'credit_note')"


def upgrade() -> None:
    voucher_template()
    voucher_document()
    voucher_version()
    create_guards(op.get_bind())


def voucher_template() -> None:
    op.create_table(
        "voucher_template",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("every", sa.Text(), nullable=False),
        sa.Column("on_day", Whole, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("posts", sa.Boolean(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_voucher_template_kind_known")),
        sa.CheckConstraint("every in ('week', 'month', 'quarter', 'year')", name=op.f("ck_voucher_template_every_known")),
        sa.CheckConstraint("on_day between 1 and 31", name=op.f("ck_voucher_template_on_day_of_month")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_voucher_template_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_voucher_template")),
    )
    op.create_index("ix_voucher_template_next", "voucher_template", ["company_id", "next_on"], unique=False)


# long: one table, whose columns and constraints are read together
def voucher_document() -> None:
    op.create_table(
        "voucher_document",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("voucher_date", sa.Date(), nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("narration", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("reverse_on", sa.Date(), nullable=True),
        sa.Column("body", Json, nullable=False),
        sa.Column("version", Whole, nullable=False),
        sa.Column("voucher_id", Id(), nullable=True),
        sa.Column("mirrors_id", Id(), nullable=True),
        sa.Column("template_id", Id(), nullable=True),
        sa.Column("template_date", sa.Date(), nullable=True),
        sa.Column("heads", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_voucher_document_kind_known")),
        sa.CheckConstraint(
            "state in ('draft', 'optional', 'postdated', 'posted', 'amended', 'cancelled')", name=op.f("ck_voucher_document_state_known")
        ),
        sa.CheckConstraint(
            "(state in ('posted', 'amended')) = (voucher_id is not null)", name=op.f("ck_voucher_document_in_books_with_voucher")
        ),
        sa.CheckConstraint("state not in ('posted', 'amended') or number <> ''", name=op.f("ck_voucher_document_posted_with_number")),
        sa.CheckConstraint("amount_paise >= 0", name=op.f("ck_voucher_document_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["company_id", "voucher_id"], ["voucher.company_id", "voucher.id"], name=op.f("fk_voucher_document_company_id_voucher_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "mirrors_id"],
            ["voucher_document.company_id", "voucher_document.id"],
            name=op.f("fk_voucher_document_company_id_mirrors_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "template_id"],
            ["voucher_template.company_id", "voucher_template.id"],
            name=op.f("fk_voucher_document_company_id_template_id"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_voucher_document_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_voucher_document")),
    )
    op.create_index("ix_voucher_document_date", "voucher_document", ["company_id", "voucher_date", "id"], unique=False)
    op.create_index("ix_voucher_document_state", "voucher_document", ["company_id", "state", "voucher_date"], unique=False)
    op.create_index("ix_voucher_document_mirrors", "voucher_document", ["company_id", "mirrors_id"], unique=False)
    op.create_index("uq_voucher_document_template", "voucher_document", ["company_id", "template_id", "template_date"], unique=True)


def voucher_version() -> None:
    op.create_table(
        "voucher_version",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("version", Whole, nullable=False),
        sa.Column("save_id", Id(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=False),
        sa.Column("voucher_id", Id(), nullable=True),
        sa.Column("reversal_id", Id(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.CheckConstraint("act in ('created', 'changed', 'posted', 'amended', 'cancelled')", name=op.f("ck_voucher_version_act_known")),
        sa.ForeignKeyConstraint(
            ["company_id", "voucher_id"], ["voucher.company_id", "voucher.id"], name=op.f("fk_voucher_version_company_id_voucher_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "reversal_id"], ["voucher.company_id", "voucher.id"], name=op.f("fk_voucher_version_company_id_reversal_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_voucher_version_company"),
        sa.PrimaryKeyConstraint("company_id", "document_id", "version", name=op.f("pk_voucher_version")),
    )
    op.create_index("uq_voucher_version_save", "voucher_version", ["company_id", "save_id"], unique=True)
