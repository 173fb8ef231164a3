"""The ground itself: what a test commits is gone, and the two shops stay strangers."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from tests.ground.shops import Shop
from webapp.platform.outbox import OutboxEvent
from webapp.platform.tenancy import open_books, read_books


@pytest.mark.parametrize("time", ["first", "second"])
def test_what_a_test_commits_is_gone(engine: Engine, sharma: Shop, time: str) -> None:
    with open_books(sharma.actor) as books:
        before = books.session.query(OutboxEvent).count()
        books.insert(OutboxEvent, [{"id": UUID(int=1), "kind": time, "payload": {}, "created_at": books.now, "sent_at": None}])
    with read_books(sharma.actor) as books:
        assert (before, books.session.query(OutboxEvent).count()) == (0, 1)


def test_an_error_undoes_only_its_own_transaction(engine: Engine, sharma: Shop) -> None:
    with engine.begin() as connection:
        connection.execute(text("create table kept (n integer)"))
        connection.execute(text("insert into kept values (1)"))
    with engine.connect() as connection:
        connection.execute(text("insert into kept values (2)"))
        connection.rollback()
    with engine.connect() as connection:
        assert connection.execute(text("select n from kept")).scalars().all() == [1]


def test_shops_are_two(sharma: Shop, iyer: Shop) -> None:
    assert sharma.company_id != iyer.company_id


def test_a_budget_of_queries_is_kept(engine: Engine, max_queries: Callable[[int], AbstractContextManager[list[str]]]) -> None:
    with max_queries(1), engine.connect() as connection:
        connection.execute(text("select 1"))
    budget = max_queries(0)
    budget.__enter__()
    with engine.connect() as connection:
        connection.execute(text("select 1"))
    with pytest.raises(AssertionError, match="1 statements, 0 allowed"):
        budget.__exit__(None, None, None)


def test_sockets_reach_this_machine_only() -> None:
    with socket.socket() as probe, pytest.raises(PermissionError, match="sockets are shut"):
        probe.connect(("192.0.2.1", 80))
