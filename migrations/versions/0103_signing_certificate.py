"""The certificate that signs a business's bills on A4, sealed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Instant

revision = "0103"
down_revision = "0105"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "signing_certificate",
        sa.Column("company_id", Whole, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("sealed", "subject", "issuer", "serial", "fingerprint")),
        sa.Column("valid_from", Instant(), nullable=False),
        sa.Column("valid_until", Instant(), nullable=False),
        sa.Column("version", Whole, nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_signing_certificate_company"),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_signing_certificate")),
    )
    create_guards(op.get_bind())
