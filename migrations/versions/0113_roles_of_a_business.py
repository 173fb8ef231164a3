"""Three roles more and roles of a business's own; a member may be deactivated; the limits of every role stand by the role.

The check of a membership's role cannot be changed in place on SQLite: the table, which no other names, is made anew there with every
row it had. What a cashier and an accountant were held to moves from four columns into one table of roles.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant, Json

revision = "0113"
down_revision = "0112"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ROLES = "role in ('owner', 'admin', 'accountant', 'analyst', 'cashier', 'viewer', 'custom')"
_NAMED = "(role = 'custom') = (role_id is not null)"
_LIMITED, _LIMITS = ("cashier", "accountant"), ("most_discount_bp", "backdate_days")


def upgrade() -> None:
    bind = op.get_bind()
    op.create_table(
        "member_role",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("permissions", Json(), nullable=False),
        sa.Column("version", Whole, nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_member_role_company_id")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_member_role")),
    )
    op.create_index("uq_member_role_name", "member_role", ["company_id", "name"], unique=True)
    if bind.dialect.name == "postgresql":
        change_membership()
    else:
        make_membership_anew()
    move_limits()
    create_guards(bind)


def change_membership() -> None:
    op.add_column("membership", sa.Column("role_id", Id(), nullable=True))
    op.add_column("membership", sa.Column("deactivated_at", Instant(), nullable=True))
    op.drop_constraint(op.f("ck_membership_role_known"), "membership", type_="check")
    op.create_check_constraint(op.f("ck_membership_role_known"), "membership", _ROLES)
    op.create_check_constraint(op.f("ck_membership_role_named"), "membership", _NAMED)
    op.create_foreign_key(
        op.f("fk_membership_company_id_role_id"), "membership", "member_role", ["company_id", "role_id"], ["company_id", "id"]
    )


def make_membership_anew() -> None:
    op.execute("create temporary table kept_membership as select * from membership")
    op.drop_table("membership")
    op.create_table(
        "membership",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("member_no", Whole, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("joined_at", Instant(), nullable=False),
        sa.Column("left_at", Instant(), nullable=True),
        sa.Column("role_id", Id(), nullable=True),
        sa.Column("deactivated_at", Instant(), nullable=True),
        sa.CheckConstraint(_ROLES, name=op.f("ck_membership_role_known")),
        sa.CheckConstraint(_NAMED, name=op.f("ck_membership_role_named")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_membership_company_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_membership_user_id")),
        sa.ForeignKeyConstraint(
            ["company_id", "role_id"], ["member_role.company_id", "member_role.id"], name=op.f("fk_membership_company_id_role_id")
        ),
        sa.PrimaryKeyConstraint("company_id", "user_id", name=op.f("pk_membership")),
    )
    op.create_index("ix_membership_user", "membership", ["user_id"])
    op.create_index("uq_membership_member_no", "membership", ["company_id", "member_no"], unique=True)
    columns = "company_id, user_id, member_no, role, joined_at, left_at"
    op.execute(f"insert into membership ({columns}) select {columns} from kept_membership")  # noqa: S608 - names of our own
    op.execute("drop table kept_membership")


def move_limits() -> None:
    bind = op.get_bind()
    op.add_column("company_profile", sa.Column("role_limits", Json(), nullable=False, server_default="{}"))
    former = [f"{role}_{limit}" for role in _LIMITED for limit in _LIMITS]
    profile = sa.table("company_profile", sa.column("company_id"), *map(sa.column, former), sa.column("role_limits", Json()))
    for company_id in bind.scalars(sa.text("select id from company")).all():
        if bind.dialect.name == "postgresql":
            bind.execute(sa.text("select set_config('app.company', :own, true)"), {"own": str(company_id)})
        own = profile.c.company_id == company_id
        row = bind.execute(sa.select(*(profile.c[name] for name in former)).where(own)).mappings().first()
        if row is None:
            continue
        kept = {role: {limit: row[f"{role}_{limit}"] for limit in _LIMITS} for role in _LIMITED}
        limits = {role: values for role, values in kept.items() if any(value is not None for value in values.values())}
        bind.execute(sa.update(profile).where(own).values(role_limits=limits))
    for name in former:
        op.execute(f"alter table company_profile drop column {name}")
