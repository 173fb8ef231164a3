"""Reports against the rows themselves; hostile definitions; who sees what; what the clock prepares."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from jobs import chores
from jobs import exports as export_jobs
from tests.ground.shops import Shop
from tests.sales.trade import Trade
from webapp.custom_reports import (
    Definition,
    ScheduleDraft,
    ask_file,
    create_schedule,
    prepare_due,
    queries,
    rules,
    running,
    save_report,
    service,
)
from webapp.custom_reports.labels import field_labels, source_labels
from webapp.custom_reports.models import ReportSchedule
from webapp.custom_reports.rules import Condition
from webapp.custom_reports.sources import SOURCES
from webapp.kernel.dates import IST, Period
from webapp.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound
from webapp.platform.outbox import Job, OutboxEvent
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_books, read_books

BILLS = Definition("bills", ("number", "party", "total"))


def run(shop: Shop, asked: Definition, role: Role = Role.OWNER, period: Period | None = None) -> list[running.ReportRow]:
    with read_books(shop.actor) as books:
        return list(running.rows(books, running.shape(asked, Actor(shop.company_id, role)), period))


@pytest.fixture
def three_bills(trade: Trade) -> Trade:
    trade.item("Dal", 100, cost=60)
    ravi = trade.customer("Ravi")
    for qty, party in ((1, ravi), (2, None), (3, ravi)):
        trade.sell(trade.line("Dal", qty), total=100 * qty, **({"party_id": party} if party else {}))
    return trade


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_every_column_of_every_source_is_read_and_called(sharma: Shop, three_bills: Trade, name: str, app: Any) -> None:
    codes = tuple(SOURCES[name].fields)
    with app.test_request_context():
        assert set(codes) <= set(field_labels())
        assert set(source_labels()) == set(SOURCES)
    for start in range(0, len(codes), rules.MOST_COLUMNS):
        found = run(sharma, Definition(name, codes[start : start + rules.MOST_COLUMNS]))
        assert name == "receipts" or [row for row in found if row.kind == "row"]


def test_groups_have_their_sums_and_all_of_them_the_total(sharma: Shop, three_bills: Trade) -> None:
    found = run(sharma, Definition("bills", ("party", "total"), groups=("party",), sorts=(("total", True),)))
    assert [(row.kind, row.label, row.cells) for row in found] == [
        ("row", "", ("", 20_000)),
        ("sub", "", (None, 20_000)),
        ("row", "", ("Ravi", 30_000)),
        ("row", "", ("Ravi", 10_000)),
        ("sub", "Ravi", (None, 40_000)),
        ("total", "", (None, 60_000)),
    ]


@pytest.mark.parametrize(
    ("condition", "totals"),
    [
        (Condition("total", "over", "150"), [20_000, 30_000]),
        (Condition("total", "is", "200.00"), [20_000]),
        (Condition("party", "contains", "RAV"), [10_000, 30_000]),
        (Condition("party", "begins", "%"), []),
        (Condition("party", "is", "' or 1=1 --"), []),
        (Condition("date", "from", "2099-01-01"), []),
    ],
)
def test_filters_compare_by_type(sharma: Shop, three_bills: Trade, condition: Condition, totals: list[int]) -> None:
    found = run(sharma, Definition("bills", ("total",), (condition,)))
    assert sorted(row.cells[0] for row in found if row.kind == "row") == totals


def test_debits_are_credits(sharma: Shop, three_bills: Trade) -> None:
    total = run(sharma, Definition("voucher-lines", ("debit", "credit", "net")))[-1]
    assert total.kind == "total"
    assert (total.cells[0], total.cells[2]) == (total.cells[1], 0)


def test_days_narrow_and_pages_fit_together(sharma: Shop, three_bills: Trade) -> None:
    assert run(sharma, BILLS, period=Period(date(2020, 1, 1), date(2020, 1, 2))) == []
    whole = run(sharma, BILLS)
    with read_books(sharma.actor) as books:
        shaped = running.shape(BILLS, Actor(1, Role.OWNER))
        first, more = running.page_of(books, shaped, None, 0, 3)
        rest, end = running.page_of(books, shaped, None, 3, 3)
        assert running.count(books, shaped, None, 2) == 2
    assert (first + rest, more, end) == (whole, True, False)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (Definition("sqlite_master", ("name",)), "source"),
        (Definition("bills", ()), "columns"),
        (Definition("bills", tuple(f"c{n}" for n in range(1000))), "columns"),
        (Definition("bills", ("total", "total")), "columns"),
        (Definition("bills", ("total); drop table invoice; --",)), "columns"),
        (Definition("bills", ("total",), sorts=(("company_id", True),)), "columns"),
        (Definition("bills", ("total",), (Condition("__class__", "is", "1"),)), "columns"),
        (Definition("bills", ("date", "number", "party", "store"), groups=("date", "number", "party")), "groups"),
        (Definition("bills", ("total",), groups=("party",)), "groups"),
        (Definition("bills", ("total",), sorts=(("total", True),) * 4), "sorts"),
        (Definition("bills", ("total",), (Condition("total", "is", "1"),) * 7), "conditions"),
        (Definition("bills", ("total",), (Condition("total", "contains", "1"),)), "value_0"),
        (Definition("bills", ("total",), (Condition("total", "over", "x"),)), "value_0"),
        (Definition("bills", ("total",), (Condition("date", "from", "soon"),)), "value_0"),
        (Definition("bills", ("total",), (Condition("party", "is", "x" * 101),)), "value_0"),
        (Definition("bills", ("total",), period="for ever"), "period"),
    ],
)
def test_what_is_not_declared_is_refused_beside_its_field(sharma: Shop, asked: Definition, field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        running.shape(asked, Actor(1, Role.OWNER))
    assert field in refusal.value.errors


def test_a_cashier_sees_only_what_his_role_does(sharma: Shop, three_bills: Trade) -> None:
    shaped = running.shape(Definition("bills", ("number", "cost")), Actor(1, Role.CASHIER))
    assert (shaped.columns, shaped.left_out) == (("number",), ("cost",))
    for asked in (
        Definition("voucher-lines", ("debit",)),
        Definition("bills", ("cost",)),
        Definition("bills", ("number",), (Condition("cost", "over", "1"),)),
        Definition("bills", ("number",), sorts=(("cost", True),)),
    ):
        with pytest.raises(Forbidden):
            running.shape(asked, Actor(1, Role.CASHIER))


def test_another_company_and_another_persons_private_report_are_not_there(sharma: Shop, iyer: Shop, three_bills: Trade) -> None:
    with open_books(sharma.actor) as books:
        made = save_report(books, "Mine", BILLS)
    colleague = Actor(sharma.company_id, Role.ACCOUNTANT, None, "Accountant")
    for actor in (iyer.actor, colleague):
        with open_books(actor) as books:
            for act in (queries.report_card, service.duplicate):
                with pytest.raises(NotFound):
                    act(books, made)
            with pytest.raises(NotFound):
                ask_file(books, made, "csv", {})
    assert run(iyer, BILLS) == []
    with open_books(sharma.actor) as books:
        save_report(books, "Mine", BILLS, is_shared=True, report_id=made, version=1)
    with open_books(colleague) as books:
        assert queries.report_card(books, made).is_shared
        with pytest.raises(Forbidden):
            save_report(books, "Theirs", BILLS, report_id=made, version=2)
        with pytest.raises(Forbidden):
            service.remove_report(books, made, 2)
    with open_books(sharma.actor) as books, pytest.raises(Conflict):
        save_report(books, "Old", BILLS, report_id=made, version=1)


def test_a_schedule_is_prepared_once_for_each_time_it_is_due(sharma: Shop, three_bills: Trade, clock: Any) -> None:
    with open_books(sharma.actor) as books:
        made = save_report(books, "=Daily", Definition("bills", ("party", "total"), period="yesterday"))
        create_schedule(books, made, ScheduleDraft("day", 0, 9 * 60, "csv", ("ca@example.in",)), {"party": "Who", "total": "=Total"})
    clock.advance(days=1)
    counts = []
    for _try in range(2):
        with open_books(sharma.actor) as books:
            counts.append(prepare_due(books))
            books.session.flush()
    with open_books(sharma.actor) as books:  # a clock that lost its memory asks again
        schedule = books.session.scalars(select(ReportSchedule)).one()
        schedule.next_due_at = rules.next_due("day", 0, 9 * 60, books.now.replace(year=2026, month=11, day=1))
    with open_books(sharma.actor) as books:
        again = prepare_due(books)
    with read_books(sharma.actor) as books:
        events = books.session.execute(select(OutboxEvent.id, OutboxEvent.payload).where(OutboxEvent.kind == "ScheduledReportDue")).all()
    dues = [event.payload["due_at"] for event in events]
    assert counts == [1, 0]
    assert len(dues) == len(set(dues)) == 1 + again
    event_id, payload = max(events, key=lambda one: one.payload["due_at"])
    assert (payload["recipients"], payload["format"], payload["report_id"]) == (["ca@example.in"], "csv", str(made))
    assert payload["first_day"] == payload["last_day"] < payload["due_at"][:10]
    for _try in range(2):
        export_jobs.make_report_file(Job(sharma.company_id, event_id, payload))
    with read_books(sharma.actor) as books:
        assert "ready" in {one.state for one in queries.runs_of(books, made)}


def test_a_file_says_what_was_asked_and_runs_no_formula(sharma: Shop, iyer: Shop, trade: Trade) -> None:
    trade.item("=cmd|' /C calc'!A0", 100)
    with open_books(sharma.actor) as books:
        made = save_report(books, "Items", Definition("items", ("item", "on_hand")))
        run_id = ask_file(books, made, "csv", {"item": "Item", "on_hand": "On hand", "": "Total"})
    with pytest.raises(NotFound):
        export_jobs.make_report_file(Job(iyer.company_id, run_id, {"run_id": str(run_id)}))
    export_jobs.make_report_file(Job(sharma.company_id, run_id, {"run_id": str(run_id)}))
    with open_books(sharma.actor) as books:
        found = queries.run_card(books, run_id)
        text = queries.storage.path_of(sharma.company_id, queries.storage_key(found.row)).read_text(encoding="utf-8-sig")
        service.remove_report(books, made, 1)
        assert not queries.storage.path_of(sharma.company_id, queries.storage_key(found.row)).exists()
    assert text.splitlines()[0] == "Item,On hand"
    assert "'=cmd" in text


@pytest.mark.parametrize(
    ("every", "day", "after", "due"),
    [
        ("day", 0, (2026, 11, 21, 8, 59), (2026, 11, 21, 9, 0)),
        ("day", 0, (2026, 11, 21, 9, 0), (2026, 11, 22, 9, 0)),
        ("week", 0, (2026, 11, 21, 9, 0), (2026, 11, 23, 9, 0)),
        ("month", 31, (2026, 11, 21, 9, 0), (2026, 11, 30, 9, 0)),
        ("month", 31, (2027, 2, 1, 0, 0), (2027, 2, 28, 9, 0)),
        ("month", 1, (2026, 12, 1, 9, 0), (2027, 1, 1, 9, 0)),
    ],
)
def test_when_a_schedule_is_due(every: str, day: int, after: tuple[int, ...], due: tuple[int, ...]) -> None:
    found = rules.next_due(every, day, 9 * 60, datetime(*after, tzinfo=IST))  # type: ignore[arg-type, misc]
    assert found == datetime(*due, tzinfo=IST)  # type: ignore[arg-type, misc]


@given(st.sampled_from(rules.EVERY), st.integers(1, 6), st.integers(0, 1439), st.integers(1_600_000_000, 2_200_000_000))
def test_a_due_time_is_later_and_the_next_one_is_another(every: str, day: int, minute: int, second: int) -> None:
    at = datetime.fromtimestamp(second, UTC)
    first = rules.next_due(every, day, minute, at)
    assert at < first < rules.next_due(every, day, minute, first)


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (ScheduleDraft("hour", 0, 0, "csv", ("a@b.in",)), "every"),
        (ScheduleDraft("week", 7, 0, "csv", ("a@b.in",)), "day"),
        (ScheduleDraft("day", 0, 1440, "csv", ("a@b.in",)), "time"),
        (ScheduleDraft("day", 0, 0, "exe", ("a@b.in",)), "format"),
        (ScheduleDraft("day", 0, 0, "csv", ()), "recipients"),
        (ScheduleDraft("day", 0, 0, "csv", ("a@b.in\nBcc: x@y.in",)), "recipients"),
        (ScheduleDraft("day", 0, 0, "csv", ("a@b.in",) * 11), "recipients"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(sharma: Shop, draft: ScheduleDraft, field: str) -> None:
    with open_books(sharma.actor) as books:
        made = save_report(books, "Bills", BILLS)
        with pytest.raises(InvalidInput) as refusal:
            create_schedule(books, made, draft, {})
    assert list(refusal.value.errors) == [field]


def test_the_chore_asks_every_company(sharma: Shop, iyer: Shop, clock: Any) -> None:
    for shop in (sharma, iyer):
        with open_books(shop.actor) as books:
            create_schedule(books, save_report(books, "Bills", BILLS), ScheduleDraft("day", 0, 0, "pdf", ("ca@example.in",)), {})
    clock.advance(days=1)
    for _try in range(2):
        chores.run_chore("prepare_reports")
    for shop in (sharma, iyer):
        with read_books(shop.actor) as books:
            kinds = list(books.session.scalars(select(OutboxEvent.kind).where(OutboxEvent.kind == "ScheduledReportDue")))
        assert len(kinds) == 1


def _limits(sent: list[str]) -> list[bool]:
    """Of the statements that read bills: whether each says how many rows it wants at most."""
    return ["limit" in one.lower() for one in sent if " from invoice" in " ".join(one.lower().split())]


def test_a_page_asks_for_its_own_rows_and_no_more_statements_for_more_rows(
    sharma: Shop, three_bills: Trade, max_queries: Callable[[int], AbstractContextManager[list[str]]]
) -> None:
    asked = Definition("bills", ("number", "total"))
    with read_books(sharma.actor) as books:
        shaped = running.shape(asked, Actor(1, Role.OWNER))
        with max_queries(1) as sent:
            found, has_more = running.page_of(books, shaped, None, 0, 2)
    assert (len(found), has_more, _limits(sent)) == (2, True, [True])
    for _number in range(20):
        three_bills.sell(three_bills.line("Dal", 1), total=100)
    with read_books(sharma.actor) as books, max_queries(1) as sent:
        found, has_more = running.page_of(books, shaped, None, 20, 2)
    assert (len(found), has_more, _limits(sent)) == (2, True, [True])


def test_pages_together_are_the_whole_report(sharma: Shop, three_bills: Trade) -> None:
    """Cut or not, with groups or without: no row, sub-total or total is lost or told twice."""
    for asked in (Definition("bills", ("party", "total"), groups=("party",)), Definition("bills", ("number", "total"))):
        whole = run(sharma, asked)
        with read_books(sharma.actor) as books:
            shaped = running.shape(asked, Actor(1, Role.OWNER))
            for size in range(1, 8):
                pages, start, has_more = list[running.ReportRow](), 0, True
                while has_more:
                    found, has_more = running.page_of(books, shaped, None, start, size)
                    pages, start = pages + found, start + size
                assert pages == whole, size


def test_a_screen_does_not_leaf_through_a_whole_register(sharma: Shop, three_bills: Trade) -> None:
    with read_books(sharma.actor) as books:
        shaped = running.shape(BILLS, Actor(1, Role.OWNER))
        with pytest.raises(running.TooFar, match="first 5000 rows"):
            running.page_of(books, shaped, None, running.MOST_SHOWN - 1, 2)
        assert running.page_of(books, shaped, None, running.MOST_SHOWN - 2, 2) == ([], False)
    assert (running.has_next(4800), running.has_next(4900)) == (True, False)


def test_a_file_is_read_by_a_cursor(
    sharma: Shop, three_bills: Trade, max_queries: Callable[[int], AbstractContextManager[list[str]]]
) -> None:
    with read_books(sharma.actor) as books, max_queries(1) as sent:
        stream = running.rows(books, running.shape(BILLS, Actor(1, Role.OWNER)), None)
        assert next(stream).kind == "row"
        assert [row.kind for row in stream] == ["row", "row", "total"]
    assert _limits(sent) == [False]
