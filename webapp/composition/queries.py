"""What was said of a dealer and what was filed, as frozen rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import exists, select

from webapp.composition.models import CompositionCredit, CompositionKind
from webapp.composition.told import Credit
from webapp.platform.tenancy import Books


class KindRow(NamedTuple):
    """What kind of dealer a registration is from a quarter on."""

    from_month: int
    kind: str
    said_by: str
    said_at: datetime


def kinds(books: Books, gstin: str) -> list[KindRow]:
    """What was said of a registration, the newest first."""
    columns = (CompositionKind.from_month, CompositionKind.kind, CompositionKind.said_by, CompositionKind.said_at)
    query = select(*columns).where(CompositionKind.gstin == gstin).order_by(CompositionKind.from_month.desc())
    return [KindRow(*row) for row in books.session.execute(query)]


def kind_in(rows: Sequence[KindRow], month: int) -> str | None:
    """The kind in force in a month, of rows the newest first."""
    return next((row.kind for row in rows if row.from_month <= month), None)


def was_ever_said(books: Books) -> bool:
    """Whether anything was said of a registration of this business: it is, or was, under composition."""
    return bool(books.session.scalar(select(exists().where(CompositionKind.gstin != ""))))


def credits_of(books: Books, gstin: str, start_year: int) -> list[Credit]:
    """Table 7 of a year, by kind and GSTIN."""
    one = CompositionCredit
    columns = (one.id, one.kind, one.ctin, one.gross_paise, one.igst_paise, one.cgst_paise, one.sgst_paise)
    query = select(*columns).where(one.gstin == gstin, one.start_year == start_year).order_by(one.kind, one.ctin)
    return [Credit(*row) for row in books.session.execute(query)]
