"""Bills say who else pays their tax, that they are deemed exports, and through whom they were sold; exports keep their shipping bill;
a registration knows its days, and a lock of a filed return the registration it holds for.

Locks that filings made before held for the whole business, since the last registration had filed. Each standing filing gets its own, so
that taking one back opens no other's months.
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0086"
down_revision = "0070"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "invoice_particular",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("invoice_id", Id(), nullable=False),
        sa.Column("tax_payer", sa.Text(), nullable=False),
        sa.Column("is_deemed_export", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("operator_gstin", "operator_name")),
        sa.CheckConstraint("tax_payer in ('seller', 'buyer', 'operator')", name=op.f("ck_invoice_particular_tax_payer_known")),
        sa.CheckConstraint("tax_payer <> 'operator' or operator_gstin <> ''", name=op.f("ck_invoice_particular_operator_named")),
        sa.ForeignKeyConstraint(
            ["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"], name=op.f("fk_invoice_particular_company_id_invoice")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_invoice_particular_company"),
        sa.PrimaryKeyConstraint("company_id", "invoice_id", name=op.f("pk_invoice_particular")),
    )
    op.create_table(
        "invoice_shipping",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("invoice_id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("port", "number")),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("version", Whole, nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.CheckConstraint("(number = '') = (day is null)", name=op.f("ck_invoice_shipping_number_and_day")),
        sa.ForeignKeyConstraint(
            ["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"], name=op.f("fk_invoice_shipping_company_id_invoice")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_invoice_shipping_company"),
        sa.PrimaryKeyConstraint("company_id", "invoice_id", name=op.f("pk_invoice_shipping")),
    )
    op.create_table(
        "registration_days",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("gstin", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=True) for name in ("began_on", "ended_on")),
        sa.CheckConstraint("began_on <= ended_on", name=op.f("ck_registration_days_days_in_order")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_registration_days_company"),
        sa.PrimaryKeyConstraint("company_id", "gstin", name=op.f("pk_registration_days")),
    )
    op.add_column("period_lock", sa.Column("gstin", sa.Text(), nullable=True))
    locks_of_filings()
    create_guards(op.get_bind())


def locks_of_filings() -> None:
    """Each month that is locked for returns is locked by each filing that stands of it, and for its registration alone."""
    bind = op.get_bind()
    company = sa.table("company", sa.column("id", Whole))
    for (own,) in bind.execute(sa.select(company.c.id)).all():
        if bind.dialect.name == "postgresql":  # the row policy binds this role too
            bind.execute(sa.text("select set_config('app.company', :own, true)"), {"own": str(own)})
        locks_of(bind, own)


def locks_of(bind: sa.Connection, own: int) -> None:
    lock = sa.table(
        "period_lock",
        *(sa.column(name, Whole) for name in ("company_id", "month")),
        *(sa.column(name, Id()) for name in ("id", "cause_id")),
        *(sa.column(name, sa.Text()) for name in ("scope", "reason", "locked_by", "gstin")),
        sa.column("is_final", sa.Boolean()),
        *(sa.column(name, Instant()) for name in ("locked_at", "unlocked_at")),
    )
    filing = sa.table(
        "gst_filing",
        *(sa.column(name, Whole) for name in ("company_id", "month")),
        sa.column("id", Id()),
        *(sa.column(name, sa.Text()) for name in ("gstin", "kind", "form")),
    )
    reopening = sa.table("gst_reopening", sa.column("company_id", Whole), sa.column("filing_id", Id()))
    taken_back = set(bind.scalars(sa.select(reopening.c.filing_id).where(reopening.c.company_id == own)))
    filed: dict[int, dict[uuid.UUID, str]] = {}
    told = sa.select(filing.c.id, filing.c.gstin, filing.c.kind, filing.c.month)
    for id_, gstin, kind, month in bind.execute(told.where(filing.c.company_id == own, filing.c.form == "gstr1")):
        for each in range(month - 2, month + 1) if kind == "quarter" else (month,):
            if id_ not in taken_back:
                filed.setdefault(each, {})[id_] = gstin
    of_filings = (lock.c.company_id == own, lock.c.scope == "sales", lock.c.unlocked_at.is_(None), lock.c.cause_id.is_not(None))
    for row in bind.execute(sa.select(lock).where(*of_filings)).mappings().all():
        if row["cause_id"] not in filed.get(row["month"], {}):
            continue
        standing = filed.pop(row["month"])
        gstin = standing.pop(row["cause_id"])
        bind.execute(sa.update(lock).where(lock.c.company_id == own, lock.c.id == row["id"]).values(gstin=gstin))
        more = [{**row, "id": uuid.uuid4(), "cause_id": cause, "gstin": other} for cause, other in standing.items()]
        if more:
            bind.execute(sa.insert(lock), more)
