"""Several stores: each with its code, its address, maybe a GSTIN of its own; open or closed; members held to some of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id

revision = "0014"
down_revision = "0022"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.execute("alter table store rename column archived_at to closed_at")
    for name in ("code", "state_code", "city", "pin_code", "phone"):
        op.add_column("store", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("store", sa.Column("gstin", sa.Text(), nullable=True))
    op.add_column("store", sa.Column("version", Whole, nullable=False, server_default="1"))
    code_stores()
    op.create_index("uq_store_code", "store", ["company_id", "code"], unique=True)
    op.create_table(
        "member_store",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("store_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "store_id"], ["store.company_id", "store.id"], name=op.f("fk_member_store_company_id_store_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_member_store_company"),
        sa.PrimaryKeyConstraint("company_id", "user_id", "store_id", name=op.f("pk_member_store")),
    )
    create_guards(op.get_bind())


def code_stores() -> None:
    """S1, S2 … in each company, the default store first; the state is the company's."""
    bind = op.get_bind()
    for company_id in bind.scalars(sa.text("select id from company")).all():
        if bind.dialect.name == "postgresql":
            bind.execute(sa.text("select set_config('app.company', :own, true)"), {"own": str(company_id)})
        own = {"own": company_id}
        state = bind.scalar(sa.text("select state_code from company_profile where company_id = :own"), own) or ""
        stores = bind.scalars(sa.text("select id from store where company_id = :own order by is_default desc, name, id"), own).all()
        for number, store_id in enumerate(stores, start=1):
            bind.execute(
                # The address of sign-up was the company's; empty it follows the company's when that changes.
                sa.text("update store set code = :code, state_code = :state, address = '' where company_id = :own and id = :id"),
                {**own, "code": f"S{number}", "state": state, "id": store_id},
            )
