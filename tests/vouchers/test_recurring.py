"""Vouchers that come again, and the job that makes them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jobs import chores
from tests.vouchers.conftest import TODAY, Desk
from tests.vouchers.test_posting import no_breach, refused
from webapp import company, vouchers
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import open_books
from webapp.vouchers import TemplateCommand
from webapp.vouchers.queries import TemplateRow
from webapp.vouchers.recurring import day_after


def again(desk: Desk, **more: Any) -> TemplateRow:
    """Rent that comes every month from 1 December on."""
    kept = desk.post("payment", ("Rent", 500), ("Cash", -500), narration="Rent")
    given: dict[str, Any] = {"name": "Rent", "every": "month", "starts_on": date(2026, 12, 1), "ends_on": None, "posts": True, **more}
    with open_books(desk.shop.actor) as books:
        return vouchers.create_template(books, kept.id, TemplateCommand(new_id(), **given))


def make(desk: Desk) -> int:
    with open_books(desk.shop.actor) as books:
        return vouchers.make_due(books)


def dated(desk: Desk) -> list[tuple[str, str]]:
    with open_books(desk.shop.actor) as books:
        rows = vouchers.documents(books, vouchers.Wanted()).rows
    return sorted((row.voucher_date.isoformat(), row.state) for row in rows if row.template_id)


def test_the_chore_makes_what_is_due_once(desk: Desk, clock: Any) -> None:
    again(desk)
    chores.run_chore("enter_vouchers")
    assert dated(desk) == []
    clock.advance(days=45)  # 4 January: two months are due
    for _ in range(2):
        chores.run_chore("enter_vouchers")
    assert dated(desk) == [("2026-12-01", "posted"), ("2027-01-01", "posted")]
    no_breach(desk)


def test_as_drafts_they_wait_for_a_person_and_a_deleted_one_stays_away(desk: Desk, clock: Any) -> None:
    template = again(desk, posts=False, ends_on=date(2026, 12, 31))
    clock.advance(days=60)
    assert make(desk) == 1
    assert dated(desk) == [("2026-12-01", "draft")]
    with open_books(desk.shop.actor) as books:
        [draft] = [row for row in vouchers.documents(books, vouchers.Wanted()).rows if row.template_id == template.id]
        vouchers.remove(books, draft.id)
    assert make(desk) == 0
    assert dated(desk) == []


def test_one_that_cannot_be_posted_is_a_draft_that_says_why(desk: Desk, clock: Any) -> None:
    again(desk)
    clock.advance(days=45)
    with open_books(desk.shop.actor) as books:
        company.lock_month(books, 202612, "filed")
    assert make(desk) == 2
    assert dated(desk) == [("2026-12-01", "draft"), ("2027-01-01", "posted")]
    with open_books(desk.shop.actor) as books:
        [late] = vouchers.documents(books, vouchers.Wanted(state="draft")).rows
    assert "Dec 2026 was locked" in late.trouble


def test_an_ended_one_makes_no_more(desk: Desk, clock: Any) -> None:
    template = again(desk)
    for _ in range(2):
        with open_books(desk.shop.actor) as books:
            vouchers.end_template(books, template.id)
    clock.advance(days=45)
    assert make(desk) == 0


def test_what_is_wrong_with_a_template_is_said(desk: Desk) -> None:
    errors = refused(lambda: again(desk, name=" ", every="hour", ends_on=TODAY))
    assert set(errors) == {"name", "every", "ends_on"}


@pytest.mark.parametrize(
    ("every", "start", "days"),
    [
        ("week", date(2026, 12, 28), ["2027-01-04", "2027-01-11"]),
        ("month", date(2026, 1, 31), ["2026-02-28", "2026-03-31", "2026-04-30"]),
        ("quarter", date(2026, 11, 30), ["2027-02-28", "2027-05-30"]),
        ("year", date(2024, 2, 29), ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]),
    ],
)
def test_the_day_comes_again(desk: Desk, every: str, start: date, days: list[str]) -> None:
    template, day = again(desk, every=every, starts_on=start), start
    found = []
    for _ in days:
        day = day_after(template, day)
        found.append(day.isoformat())
    assert found == days
