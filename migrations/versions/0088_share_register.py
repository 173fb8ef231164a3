"""The register of shares, and what the notes of a year say in words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant, Json

revision = "0088"
down_revision = "0083"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "share_class",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "rights")),
        sa.Column("is_preference", sa.Boolean(), nullable=False),
        *(sa.Column(name, Whole, nullable=False) for name in ("face_value_paise", "authorised", "version")),
        sa.CheckConstraint("face_value_paise > 0", name=op.f("ck_share_class_face_value")),
        sa.CheckConstraint("authorised >= 0", name=op.f("ck_share_class_authorised")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_share_class_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_share_class")),
    )
    op.create_index("uq_share_class_name", "share_class", ["company_id", "name"], unique=True)
    moves()
    op.create_table(
        "share_holding",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("class_id", Id(), nullable=False),
        sa.Column("start_year", Whole, nullable=False, autoincrement=False),
        sa.Column("holders", Json(), nullable=False),
        sa.Column("version", Whole, nullable=False),
        _of_class("share_holding"),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_share_holding_company"),
        sa.PrimaryKeyConstraint("company_id", "class_id", "start_year", name=op.f("pk_share_holding")),
    )
    op.add_column("year_note", sa.Column("words", Json(), nullable=False, server_default="{}"))
    create_guards(op.get_bind())


def moves() -> None:
    """What was issued and taken back."""
    op.create_table(
        "share_move",
        sa.Column("company_id", Whole, nullable=False),
        *(sa.Column(name, Id(), nullable=False) for name in ("id", "class_id")),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("shares", Whole, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("undoes_id", Id(), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.CheckConstraint("shares > 0", name=op.f("ck_share_move_some_shares")),
        _of_class("share_move"),
        sa.ForeignKeyConstraint(
            ["company_id", "undoes_id"], ["share_move.company_id", "share_move.id"], name=op.f("fk_share_move_company_id_undoes_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_share_move_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_share_move")),
    )
    op.create_index("ix_share_move_class", "share_move", ["company_id", "class_id", "day"], unique=False)
    op.create_index("uq_share_move_undoes", "share_move", ["company_id", "undoes_id"], unique=True)


def _of_class(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["company_id", "class_id"], ["share_class.company_id", "share_class.id"], name=op.f(f"fk_{table}_company_id_class_id")
    )
