"""Settings, people and locked months."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.ground.shops import Shop
from webapp import company
from webapp.kernel.errors import Conflict
from webapp.platform.audit import EditLogEntry, broken_links
from webapp.platform.tenancy import open_books, read_books


def test_a_locked_month_refuses_and_names_who_locked_it(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        company.lock_month(books, 202610, "GSTR-3B filed")
    with read_books(sharma.actor) as books:
        assert company.is_locked(books, date(2026, 10, 31))
        with pytest.raises(company.PeriodLocked) as refusal:
            company.require_open_period(books, date(2026, 10, 1))
        assert "Oct 2026" in refusal.value.problem
        assert sharma.actor.name in refusal.value.problem
        company.require_open_period(books, date(2026, 11, 1))
    with open_books(sharma.actor) as books, pytest.raises(Conflict):
        company.lock_month(books, 202610, "again")
    with open_books(sharma.actor) as books:
        company.unlock_month(books, 202610, "a late bill")
    with read_books(sharma.actor) as books:
        company.require_open_period(books, date(2026, 10, 1))
        assert len(company.period_locks(books)) == 1


def test_another_company_is_not_locked(sharma: Shop, iyer: Shop) -> None:
    with open_books(sharma.actor) as books:
        company.lock_month(books, 202609, "")
    with read_books(iyer.actor) as books:
        company.require_open_period(books, date(2026, 9, 1))


def test_a_change_is_logged_field_by_field_and_chained(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        company.change_profile(books, {"city": "Pune", "upi_id": "sharma@okbank"})
        company.change_profile(books, {"city": "Pune"})
    with read_books(sharma.actor) as books:
        entries = books.session.scalars(
            select(EditLogEntry).where(EditLogEntry.entity == "company", EditLogEntry.action == "change").order_by(EditLogEntry.seq)
        ).all()
        assert [entry.new for entry in entries] == [{"city": "Pune", "upi_id": "sharma@okbank"}]
        assert list(broken_links(books)) == []
