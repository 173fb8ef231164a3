"""What is filed of every registration, in one read: for calendars, which look at many at once."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import and_, select

from webapp.gst_returns.models import GstFiling, GstReopening
from webapp.platform.tenancy import Books


class Filed(NamedTuple):
    """A return that is filed and not taken back: `kind` and `month` of its period (periods.ReturnPeriod), and the day."""

    form: str
    gstin: str
    kind: str
    month: int
    filed_on: date
    arn: str


def everything_filed(books: Books) -> list[Filed]:
    """Every return of this company that stands as filed, of all registrations and forms."""
    taken_back = and_(GstReopening.company_id == GstFiling.company_id, GstReopening.filing_id == GstFiling.id)
    columns = (GstFiling.form, GstFiling.gstin, GstFiling.kind, GstFiling.month, GstFiling.filed_on, GstFiling.arn)
    query = select(*columns).outerjoin(GstReopening, taken_back).where(GstReopening.filing_id.is_(None))
    return [Filed(*row) for row in books.session.execute(query)]
