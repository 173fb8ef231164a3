"""A customer answers a quotation by its public link, a link knows which member made it, and roles have limits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0050"
down_revision = "0046"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("public_link", sa.Column("made_by_id", Id(), nullable=True))
    op.create_table(
        "customer_answer",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("link_id", Id(), nullable=False),
        sa.Column("accepts", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "note", "address_hash")),
        sa.Column("answered_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "document_id"],
            ["order_document.company_id", "order_document.id"],
            name=op.f("fk_customer_answer_company_id_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "link_id"], ["public_link.company_id", "public_link.id"], name=op.f("fk_customer_answer_company_id_link_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_customer_answer_company"),
        sa.PrimaryKeyConstraint("company_id", "document_id", name=op.f("pk_customer_answer")),
    )
    for role in ("cashier", "accountant"):
        op.add_column("company_profile", sa.Column(f"{role}_most_discount_bp", Whole, nullable=True))
        op.add_column("company_profile", sa.Column(f"{role}_backdate_days", Whole, nullable=True))
    create_guards(op.get_bind())
