"""Terms of interest have beginnings, so that later ones leave older bills theirs; foreign bills stand at the closing rate of a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0064"
down_revision = "0062"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    terms_by_day()
    restatement()
    create_guards(op.get_bind())


def terms_by_day() -> None:
    """The same rows under a key that has the day. SQLite cannot change a key, so the table is made anew."""
    bind = op.get_bind()
    rows = []
    for company_id in bind.scalars(sa.text("select id from company")).all():
        if bind.dialect.name == "postgresql":
            bind.execute(sa.text("select set_config('app.company', :own, true)"), {"own": str(company_id)})
        rows += [dict(row) for row in bind.execute(sa.select(_TERMS).where(_TERMS.c.company_id == company_id)).mappings()]
    op.drop_table("interest_terms")
    op.create_table(
        "interest_terms",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("party_id", Id(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("rate_bp", Whole, nullable=False),
        sa.Column("grace_days", Whole, nullable=False),
        sa.Column("with_tax", sa.Boolean(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.CheckConstraint("rate_bp >= 0 and grace_days >= 0", name=op.f("ck_interest_terms_not_negative")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_interest_terms_company"),
        sa.PrimaryKeyConstraint("company_id", "party_id", "since", name=op.f("pk_interest_terms")),
    )
    # The row policy is made by `create_guards` at the end: until then the new table takes the rows of every company.
    if rows:
        bind.execute(sa.insert(_TERMS), rows)


_TERMS = sa.table(
    "interest_terms",
    sa.column("company_id", Whole),
    sa.column("party_id", Id()),
    sa.column("since", sa.Date),
    sa.column("rate_bp", Whole),
    sa.column("grace_days", Whole),
    sa.column("with_tax", sa.Boolean),
    sa.column("changed_at", Instant()),
    sa.column("changed_by", sa.Text),
)


def restatement() -> None:
    op.create_table(
        "rate_restatement",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("store_id", Id(), nullable=False),
        sa.Column("restated_on", sa.Date(), nullable=False),
        sa.Column("loss_paise", Whole, nullable=False),
        sa.Column("reversal_id", Id(), nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "store_id"], ["store.company_id", "store.id"], name=op.f("fk_rate_restatement_company_id_store_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "reversal_id"], ["voucher.company_id", "voucher.id"], name=op.f("fk_rate_restatement_company_id_reversal_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_rate_restatement_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_rate_restatement")),
    )
    op.create_index("uq_rate_restatement_number", "rate_restatement", ["company_id", "number"], unique=True)
    op.create_index("ix_rate_restatement_day", "rate_restatement", ["company_id", "store_id", "restated_on"], unique=False)
    own = "rate_restatement_line"
    op.create_table(
        own,
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("restatement_id", Id(), nullable=False),
        sa.Column("line_no", Whole, nullable=False),
        sa.Column("bill_id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("bill_number", "party", "currency")),
        *(sa.Column(name, Whole, nullable=False) for name in ("foreign_open", "rate_micro", "book_paise", "closing_paise")),
        sa.CheckConstraint(
            "foreign_open > 0 and rate_micro > 0 and book_paise > 0 and closing_paise >= 0", name=op.f("ck_rate_restatement_line_positive")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "restatement_id"],
            ["rate_restatement.company_id", "rate_restatement.id"],
            name=op.f("fk_rate_restatement_line_company_id_restatement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "bill_id"],
            ["purchase_bill.company_id", "purchase_bill.id"],
            name=op.f("fk_rate_restatement_line_company_id_bill_id"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_rate_restatement_line_company"),
        sa.PrimaryKeyConstraint("company_id", "restatement_id", "line_no", name=op.f("pk_rate_restatement_line")),
    )
