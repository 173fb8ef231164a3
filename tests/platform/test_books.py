"""The transaction of open books: what a savepoint takes back, by whichever road it was written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.ground.shops import Shop
from webapp.kernel.ids import new_id
from webapp.platform import audit
from webapp.platform.outbox import JobEffect
from webapp.platform.rows import insert_once, put
from webapp.platform.tenancy import Books, open_books

Road = Callable[[Books, dict[str, Any]], Any]
ROADS: dict[str, Road] = {
    "the session": lambda books, row: books.session.add(JobEffect(**row)),
    "many rows": lambda books, row: books.insert(JobEffect, [row]),
    "once": lambda books, row: insert_once(books, JobEffect, row),
    "whole rows": lambda books, row: put(books, JobEffect, [row]),
}


@pytest.mark.parametrize("road", ROADS.values(), ids=ROADS)
def test_a_part_that_fails_leaves_nothing(sharma: Shop, road: Road) -> None:
    with open_books(sharma.actor) as books:
        before = jobs(books), len(books.pending.log)
        road(books, effect(books))
        with pytest.raises(RuntimeError, match="no paper"):
            fail(books, road)
        books.session.flush()
        assert (jobs(books), len(books.pending.log)) == (before[0] + 1, before[1])


def effect(books: Books) -> dict[str, Any]:
    return {"event_id": new_id(), "job": "draw", "done_at": books.now}


def fail(books: Books, road: Road) -> None:
    with books.savepoint():
        road(books, effect(books))
        audit.record(books, "create", "effect", 1)
        raise RuntimeError("no paper")


def jobs(books: Books) -> int:
    return books.session.query(JobEffect).count()
