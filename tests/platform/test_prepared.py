"""Statements prepared once give what the session gives, fail as it fails, and are heard by whoever listens."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from uuid import UUID

import pytest
from sqlalchemy import Select, bindparam, select
from sqlalchemy.exc import IntegrityError

from tests.ground.shops import Shop
from webapp.kernel.errors import BrokenPromise
from webapp.kernel.ids import new_id
from webapp.platform.outbox import JobEffect, OutboxEvent
from webapp.platform.rows import Lookup, insert_once
from webapp.platform.tenancy import Books, open_books

EVENTS = select(OutboxEvent.id, OutboxEvent.kind, OutboxEvent.payload, OutboxEvent.created_at, OutboxEvent.sent_at)
OF_IDS = EVENTS.where(OutboxEvent.id.in_(bindparam("ids", expanding=True))).order_by(OutboxEvent.id)
ODD = Lookup(OF_IDS.where(OutboxEvent.kind.in_(("Odd", "Neither")), OutboxEvent.created_at <= bindparam("now")).limit(3))
ALL = Lookup(OF_IDS)


def write_events(books: Books, count: int) -> list[UUID]:
    """Facts of two kinds in turn, in the order of their ids."""
    ids = sorted(new_id() for _ in range(count))
    rows = [
        {"id": id_, "kind": "Odd" if place % 2 else "Even", "payload": {"place": place}, "created_at": books.now, "sent_at": None}
        for place, id_ in enumerate(ids)
    ]
    books.insert(OutboxEvent, rows)
    return ids


def by_session(
    books: Books, statement: Select[tuple[UUID, str, dict[str, int], object, object]], ids: list[UUID]
) -> list[tuple[object, ...]]:
    return [tuple(row) for row in books.session.execute(statement, {"ids": ids})]


@pytest.mark.parametrize("length", [0, 1, 2, 50, 51])
def test_a_lookup_reads_what_the_session_reads(sharma: Shop, iyer: Shop, length: int) -> None:
    with open_books(iyer.actor) as books:
        strange = write_events(books, 2)
    with open_books(sharma.actor) as books:
        ids = write_events(books, 60)[:length]
        found = ALL.rows(books, ids=ids)
        assert [tuple(row) for row in found] == by_session(books, OF_IDS, ids)
        assert [(row.id, row.kind, row.payload["place"], row.created_at) for row in found] == [
            (id_, "Odd" if place % 2 else "Even", place, books.now) for place, id_ in enumerate(ids)
        ]
        assert ALL.rows(books, ids=strange) == []


def test_what_a_statement_names_itself_goes_beside_what_it_is_given(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        ids = write_events(books, 9)
        assert [row.id for row in ODD.rows(books, ids=ids, now=books.now)] == ids[1:6:2]
        first = ODD.first(books, ids=ids[2:], now=books.now)
        assert (first.id, first.payload, first.sent_at) == (ids[3], {"place": 3}, None)
        assert ODD.first(books, ids=ids[:1], now=books.now) is None


@pytest.mark.parametrize("is_heard", [False, True])
def test_a_broken_rule_is_told_as_sqlalchemy_tells_it(
    sharma: Shop, max_queries: Callable[[int], AbstractContextManager[list[str]]], *, is_heard: bool
) -> None:
    with open_books(sharma.actor) as books:
        row = {"event_id": new_id(), "job": "draw", "done_at": books.now}
        books.insert(JobEffect, [row])
        for rows in ([row], [{**row, "job": "send"}, row]):
            heard = max_queries(1) if is_heard else nullcontext()
            with pytest.raises(IntegrityError), books.savepoint(), heard:
                books.insert(JobEffect, rows)
        assert not insert_once(books, JobEffect, row)
        assert books.session.query(JobEffect).count() == 1


def test_whoever_listens_hears_every_statement(sharma: Shop, max_queries: Callable[[int], AbstractContextManager[list[str]]]) -> None:
    with open_books(sharma.actor) as books, max_queries(3) as sent:
        ids = write_events(books, 2)
        assert len(ALL.rows(books, ids=ids)) == 2
        insert_once(books, JobEffect, {"event_id": ids[0], "job": "draw", "done_at": books.now})
        assert [statement.split()[0] for statement in sent] == ["INSERT", "SELECT", "INSERT"]


def test_a_column_that_the_table_does_not_have_is_refused_on_either_database(sharma: Shop) -> None:
    with open_books(sharma.actor) as books, pytest.raises(BrokenPromise, match="not colour"):
        books.insert(JobEffect, [{"event_id": new_id(), "job": "draw", "done_at": books.now, "colour": "red"}])
