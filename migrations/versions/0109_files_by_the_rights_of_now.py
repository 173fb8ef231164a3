"""What a job draws goes by the rights that who asked has then: files of reports and their schedules keep who that was, in the place of
the role he had, and a run of statements keeps the stores he was held to.

Who made a schedule or asked for a file before is not known: they go by whose report it is. Statements asked for before count as of every
store: who is held to some asks for them anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from webapp.platform.db import Id, Json

revision = "0109"
down_revision = "0107"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("report_schedule", "report_run"):
        op.add_column(table, sa.Column("user_id", Id(), nullable=True))
        op.drop_column(table, "role")
    op.add_column("report_schedule", sa.Column("made_by", sa.Text(), nullable=False, server_default=""))
    op.add_column("report_run", sa.Column("is_refused", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("statement_run", sa.Column("stores", Json(), nullable=False, server_default="[]"))
    bind = op.get_bind()
    for company_id in bind.scalars(sa.text("select id from company")).all():
        if bind.dialect.name == "postgresql":
            bind.execute(sa.text("select set_config('app.company', :own, true)"), {"own": str(company_id)})
        name_whose_reports(company_id)


def name_whose_reports(company_id: int) -> None:
    report = sa.table("custom_report", *(sa.column(name) for name in ("company_id", "id", "owner_id", "owner_name")))
    for name, columns in (("report_schedule", {"user_id": "owner_id", "made_by": "owner_name"}), ("report_run", {"user_id": "owner_id"})):
        kept = sa.table(name, *(sa.column(column) for column in ("company_id", "report_id", *columns)))
        its = sa.and_(report.c.company_id == kept.c.company_id, report.c.id == kept.c.report_id)
        owners = {own: sa.select(report.c[theirs]).where(its).scalar_subquery() for own, theirs in columns.items()}
        op.get_bind().execute(sa.update(kept).where(kept.c.company_id == company_id).values(**owners))
