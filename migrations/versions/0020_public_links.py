"""Public links of every kind of document in one table, with how often each was opened; links to bills move over as they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0020"
down_revision = "0014"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "public_link",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.Column("views", Whole, nullable=False),
        sa.CheckConstraint("views >= 0", name=op.f("ck_public_link_views_counted")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_public_link_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_public_link")),
    )
    op.create_index("ix_public_link_document", "public_link", ["company_id", "kind", "document_id"], unique=False)
    op.create_index("ix_public_link_made", "public_link", ["company_id", "made_at", "id"], unique=False)
    bind = op.get_bind()
    for company_id in bind.scalars(sa.text("select id from company")).all():
        if bind.dialect.name == "postgresql":
            bind.execute(sa.text("select set_config('app.company', :own, true)"), {"own": str(company_id)})
        # The ids stay, so that the addresses people have go on opening their bills.
        bind.execute(
            sa.text(
                "insert into public_link (company_id, id, kind, document_id, title, made_by, made_at, expires_at, revoked_at, views)"
                " select l.company_id, l.id, 'bill', l.document_id, i.number, l.made_by, l.made_at, l.expires_at, l.revoked_at, 0"
                " from shared_link l join invoice i on i.company_id = l.company_id and i.id = l.document_id"
                " where l.company_id = :own"
            ),
            {"own": company_id},
        )
    op.drop_table("shared_link")
    create_guards(bind)


def downgrade() -> None:
    bind = op.get_bind()
    op.create_table(
        "shared_link",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("document_kind", sa.Text(), nullable=False),
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_shared_link_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_shared_link")),
    )
    for company_id in bind.scalars(sa.text("select id from company")).all():
        if bind.dialect.name == "postgresql":
            bind.execute(sa.text("select set_config('app.company', :own, true)"), {"own": str(company_id)})
        bind.execute(
            sa.text(
                "insert into shared_link (company_id, id, document_kind, document_id, expires_at, revoked_at, made_by, made_at)"
                " select company_id, id, 'invoice', document_id, expires_at, revoked_at, made_by, made_at"
                " from public_link where kind = 'bill' and company_id = :own"
            ),
            {"own": company_id},
        )
    op.drop_table("public_link")
