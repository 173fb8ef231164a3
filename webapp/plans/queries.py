"""Reads of what a business stands on, what it uses of it, and what it has asked for."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from webapp import company, identity, sales
from webapp.kernel.records import dataclass
from webapp.plans import offered
from webapp.plans.models import CompanyPlan, PlanRequest
from webapp.plans.rules import Granted, Limits, Used, month_around, standing
from webapp.platform.tenancy import Books


@dataclass(frozen=True, slots=True)
class Past:
    """A plan that was granted: when, how, why and by whom."""

    granted: Granted
    seq: int
    how: str
    why: str
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """Another plan that a business waits for."""

    id: UUID
    plan_key: str
    paid_by: str
    note: str
    asked_at: datetime
    asked_by: str


def last_granted(books: Books) -> Granted | None:
    """What was granted last; None: nothing yet, as in a business that is older than the machine's plans."""
    row = books.session.scalar(select(CompanyPlan).order_by(CompanyPlan.seq.desc()).limit(1))
    return _granted(row) if row is not None else None


def stands_on(books: Books) -> Granted:
    """What the business stands on today."""
    return standing(last_granted(books), offered.offered(), books.today)


def past(books: Books) -> list[Past]:
    """All that was granted, the newest first."""
    rows = books.session.scalars(select(CompanyPlan).order_by(CompanyPlan.seq.desc()))
    return [Past(_granted(row), row.seq, row.how, row.why, row.set_by, row.set_at) for row in rows]


def last_seq(books: Books) -> int:
    return books.session.scalar(select(func.max(CompanyPlan.seq))) or 0


def used(books: Books) -> Used:
    """What is used of each limit now."""
    members, invited = identity.seats(books.session, books.company_id)
    with books.of_every_store():
        return Used(members, invited, open_stores(books), bills_of_month(books, books.today))


def open_stores(books: Books) -> int:
    return len(company.stores(books))


def bills_of_month(books: Books, day: date) -> int:
    """The bills that bear a day of this one's month in India, whoever made them; returns are none."""
    return sales.count_bills(books, *month_around(day))


def waiting(books: Books) -> Asked | None:
    """What the business has asked for and not been answered."""
    row = books.session.scalar(select(PlanRequest).where(PlanRequest.ended_at.is_(None)))
    return Asked(row.id, row.plan_key, row.paid_by, row.note, row.asked_at, row.asked_by) if row is not None else None


def asked_lately(books: Books) -> int:
    """How often it has asked within a day."""
    lately = PlanRequest.asked_at > books.now - timedelta(days=1)
    return books.session.scalar(select(func.count()).select_from(PlanRequest).where(lately)) or 0


def _granted(row: CompanyPlan) -> Granted:
    limits = Limits(row.members, row.stores, row.bills, row.grace_percent)
    return Granted(row.plan_key, row.name, row.name_hi, limits, row.is_trial, row.since, row.until)
