"""What an accountant signs: vouchers belong to a store, dues are marked disputed or doubtful, earnings per share are diluted.

A voucher that stands keeps the store it was posted in; one that does not is of the default store.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0054"
down_revision = "0032"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # The default stands for the moment between the new column and its filling; no store has that id.
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    nobody = sa.text("'00000000-0000-0000-0000-000000000000'" if is_postgresql else f"X'{'00' * 16}'")
    op.add_column("voucher_document", sa.Column("store_id", Id(), nullable=False, server_default=nobody))
    place_vouchers()
    if is_postgresql:
        op.alter_column("voucher_document", "store_id", server_default=None)
    op.create_index("ix_voucher_document_store", "voucher_document", ["company_id", "store_id", "voucher_date", "id"], unique=False)
    for name in ("preference_paise", "potential_shares", "dilution_paise"):
        op.add_column("year_note", sa.Column(name, Whole, nullable=False, server_default="0"))
    due_mark()
    create_guards(op.get_bind())


def place_vouchers() -> None:
    """Each voucher into the store of what the ledger wrote for it, else into the company's default store."""
    bind = op.get_bind()
    for company_id in bind.scalars(sa.text("select id from company")).all():
        if bind.dialect.name == "postgresql":
            bind.execute(sa.text("select set_config('app.company', :own, true)"), {"own": str(company_id)})
        bind.execute(
            sa.text(
                "update voucher_document set store_id = coalesce("
                "(select v.store_id from voucher v where v.company_id = :own and v.document_id = voucher_document.id"
                " and v.document_kind = 'voucher' order by v.posted_at desc, v.id limit 1),"
                "(select s.id from store s where s.company_id = :own and s.is_default)) where company_id = :own"
            ),
            {"own": company_id},
        )


def due_mark() -> None:
    """Marks on dues of a party, or on one of its bills."""
    op.create_table(
        "due_mark",
        sa.Column("company_id", Whole, nullable=False),
        *(sa.Column(name, Id(), nullable=False) for name in ("id", "party_id")),
        sa.Column("voucher_id", Id(), nullable=True),
        sa.Column("line_no", Whole, nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("is_disputed", "is_doubtful")),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("reason", "made_by", "ended_by")),
        sa.Column("made_at", Instant(), nullable=False),
        sa.CheckConstraint("is_disputed or is_doubtful", name=op.f("ck_due_mark_says_something")),
        sa.CheckConstraint("(voucher_id is null) = (line_no is null)", name=op.f("ck_due_mark_whole_line")),
        sa.CheckConstraint("until is null or until > since", name=op.f("ck_due_mark_ends_after_it_began")),
        sa.ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"], name=op.f("fk_due_mark_company_id_party_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_due_mark_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_due_mark")),
    )
    op.create_index("ix_due_mark_party", "due_mark", ["company_id", "party_id"], unique=False)
