"""A register of tax deducted at source: what was paid on something marked, what was deducted, by which challan it was deposited.

Marks learn a PAN, a name for the statement and what was paid before them. A mark that stands already says nothing was; mark it anew,
and the year so far is counted from the books.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant, Json

revision = "0070"
down_revision = "0061"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    more_of_marks()
    certificates()
    challans()
    events()
    deductions()
    op.create_table(
        "tds_deductor",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_tds_deductor_company"),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_tds_deductor")),
    )
    create_guards(op.get_bind())


def more_of_marks() -> None:
    for name in ("pan", "payee_name"):
        op.add_column("tds_mark", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    for name in ("before_paise", "before_year"):
        op.add_column("tds_mark", sa.Column(name, Whole, nullable=False, server_default="0"))
    for name in ("is_specified", "before_is_taxed"):
        op.add_column("tds_mark", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))


def certificates() -> None:
    op.create_table(
        "tds_certificate",
        sa.Column("company_id", Whole, nullable=False),
        *(sa.Column(name, Id(), nullable=False) for name in ("id", "party_id")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("number", "kind")),
        *(sa.Column(name, Whole, nullable=False) for name in ("rate_bp", "limit_paise")),
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("first_day", "last_day")),
        sa.CheckConstraint("rate_bp >= 0", name=op.f("ck_tds_certificate_rate_not_negative")),
        sa.CheckConstraint("limit_paise > 0", name=op.f("ck_tds_certificate_limit_positive")),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_tds_certificate_ends_after_it_began")),
        sa.ForeignKeyConstraint(
            ["company_id", "party_id"], ["party.company_id", "party.id"], name=op.f("fk_tds_certificate_company_id_party_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_tds_certificate_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_tds_certificate")),
    )
    op.create_index("uq_tds_certificate_number", "tds_certificate", ["company_id", "number", "kind"], unique=True)


def challans() -> None:
    op.create_table(
        "tds_challan",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("bsr", "serial", "minor_head")),
        sa.Column("account_id", Id(), nullable=False),
        *(sa.Column(name, Whole, nullable=False) for name in ("tax_paise", "interest_paise", "fee_paise")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("body_sha256", "entered_by")),
        sa.Column("entered_at", Instant(), nullable=False),
        sa.Column("reversal_id", Id(), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.Column("live_key", sa.Text(), nullable=True),
        sa.CheckConstraint("tax_paise > 0 and interest_paise >= 0 and fee_paise >= 0", name=op.f("ck_tds_challan_sums")),
        sa.CheckConstraint("minor_head in ('200', '400')", name=op.f("ck_tds_challan_minor_head_known")),
        sa.CheckConstraint("(reversal_id is null) = (live_key is not null)", name=op.f("ck_tds_challan_live_unless_cancelled")),
        sa.ForeignKeyConstraint(
            ["company_id", "account_id"], ["account.company_id", "account.id"], name=op.f("fk_tds_challan_company_id_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "reversal_id"], ["voucher.company_id", "voucher.id"], name=op.f("fk_tds_challan_company_id_reversal_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_tds_challan_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_tds_challan")),
    )
    op.create_index("ix_tds_challan_day", "tds_challan", ["company_id", "paid_on", "id"], unique=False)
    op.create_index("uq_tds_challan_live", "tds_challan", ["company_id", "live_key"], unique=True)


def events() -> None:
    op.create_table(
        "tds_event",
        sa.Column("company_id", Whole, nullable=False),
        *(sa.Column(name, Id(), nullable=False) for name in ("id", "voucher_id")),
        sa.Column("document_kind", sa.Text(), nullable=False),
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        *(sa.Column(name, Id(), nullable=False) for name in ("store_id", "head_id")),
        sa.Column("party_id", Id(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "payee", "pan", "name")),
        sa.Column("paid_on", sa.Date(), nullable=False),
        *(sa.Column(f"{name}_paise", Whole, nullable=False) for name in ("base", "gross", "advance", "consumed", "taxed", "certified")),
        sa.Column("certificate_id", Id(), nullable=True),
        *(sa.Column(name, Whole, nullable=False) for name in ("rate_bp", "due_paise")),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("undone_on", sa.Date(), nullable=True),
        sa.CheckConstraint("base_paise >= 0 and due_paise >= 0 and taxed_paise >= 0", name=op.f("ck_tds_event_not_negative")),
        sa.CheckConstraint("advance_paise >= 0 and consumed_paise >= 0", name=op.f("ck_tds_event_advances_not_negative")),
        sa.CheckConstraint("certified_paise between 0 and taxed_paise", name=op.f("ck_tds_event_certified_within_taxed")),
        sa.ForeignKeyConstraint(
            ["company_id", "voucher_id"], ["voucher.company_id", "voucher.id"], name=op.f("fk_tds_event_company_id_voucher_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "party_id"], ["party.company_id", "party.id"], name=op.f("fk_tds_event_company_id_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "certificate_id"],
            ["tds_certificate.company_id", "tds_certificate.id"],
            name=op.f("fk_tds_event_company_id_certificate_id"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_tds_event_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_tds_event")),
    )
    op.create_index("uq_tds_event_voucher", "tds_event", ["company_id", "voucher_id", "head_id"], unique=True)
    op.create_index("ix_tds_event_head", "tds_event", ["company_id", "head_id", "paid_on"], unique=False)
    op.create_index("ix_tds_event_paid_on", "tds_event", ["company_id", "paid_on", "id"], unique=False)


def deductions() -> None:
    op.create_table(
        "tds_deduction",
        sa.Column("company_id", Whole, nullable=False),
        *(sa.Column(name, Id(), nullable=False) for name in ("id", "event_id", "voucher_id")),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("deducted_on", sa.Date(), nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("challan_id", Id(), nullable=True),
        sa.Column("undone_on", sa.Date(), nullable=True),
        sa.CheckConstraint("amount_paise > 0", name=op.f("ck_tds_deduction_positive")),
        *(
            sa.ForeignKeyConstraint(
                ["company_id", f"{name}_id"], [f"{table}.company_id", f"{table}.id"], name=op.f(f"fk_tds_deduction_company_id_{name}_id")
            )
            for name, table in (("event", "tds_event"), ("voucher", "voucher"), ("challan", "tds_challan"))
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_tds_deduction_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_tds_deduction")),
    )
    op.create_index("ix_tds_deduction_day", "tds_deduction", ["company_id", "deducted_on", "id"], unique=False)
    op.create_index("ix_tds_deduction_event", "tds_deduction", ["company_id", "event_id"], unique=False)
    op.create_index("ix_tds_deduction_challan", "tds_deduction", ["company_id", "challan_id"], unique=False)
