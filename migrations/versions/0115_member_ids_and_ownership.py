"""Each business has a short code, which begins the ids of its members, and gives no number of a member twice; ownership is offered.

The codes of businesses that are there are made of their names, as at sign-up.
"""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0115"
down_revision = "0114"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("company", sa.Column("code", sa.Text(), nullable=False, server_default=""))
    op.add_column("company", sa.Column("last_member_no", Whole, nullable=False, server_default="0"))
    give_codes()
    op.create_index("uq_company_code", "company", ["code"], unique=True)
    op.create_table(
        "ownership_offer",
        sa.Column("id", Id(), nullable=False),
        sa.Column("company_id", Whole, nullable=False),
        *(sa.Column(name, Id(), nullable=False) for name in ("from_user_id", "to_user_id")),
        sa.Column("former_role", sa.Text(), nullable=False),
        *(sa.Column(name, Instant(), nullable=False) for name in ("offered_at", "expires_at")),
        *(sa.Column(name, Instant(), nullable=True) for name in ("accepted_at", "withdrawn_at")),
        sa.CheckConstraint("former_role in ('owner', 'admin')", name=op.f("ck_ownership_offer_former_role_known")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_ownership_offer_company_id")),
        sa.ForeignKeyConstraint(["from_user_id"], ["user_account.id"], name=op.f("fk_ownership_offer_from_user_id")),
        sa.ForeignKeyConstraint(["to_user_id"], ["user_account.id"], name=op.f("fk_ownership_offer_to_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ownership_offer")),
    )
    op.create_index("ix_ownership_offer_company", "ownership_offer", ["company_id"])
    create_guards(op.get_bind())


def give_codes() -> None:
    bind, taken = op.get_bind(), set[str]()
    company = sa.table("company", *(sa.column(name) for name in ("id", "name", "code", "last_member_no")))
    member = sa.table("membership", sa.column("company_id"), sa.column("member_no"))
    for row in bind.execute(sa.select(company.c.id, company.c.name).order_by(company.c.id)).all():
        stem = re.sub(r"[^A-Z0-9]", "", row.name.upper())[:4] or "ORG"
        code, turn = stem, 1
        while code in taken:
            turn += 1
            code = f"{stem}{turn}"
        taken.add(code)
        last = bind.scalar(sa.select(sa.func.max(member.c.member_no)).where(member.c.company_id == row.id)) or 0
        bind.execute(sa.update(company).where(company.c.id == row.id).values(code=code, last_member_no=last))
