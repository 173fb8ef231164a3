"""Two browsers at the same instant: a quotation is answered once, a payment is stated once, its money is entered once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.ground.shops import found_sharma
from tests.orders.conftest import Desk, open_desk
from webapp import links, orders
from webapp.kernel.errors import BooksError
from webapp.kernel.ids import new_id
from webapp.links import notices
from webapp.platform.tenancy import open_books, read_books

Act = Callable[[Any], object]


@pytest.fixture
def desk(real_engine: Engine) -> Desk:
    from webapp.app import connect_rooms

    connect_rooms()
    return open_desk(found_sharma())


def at_once(desk: Desk, *acts: Act) -> list[object]:
    """What each answers that is done at the same moment as the others: its result, or its refusal."""
    ready = Barrier(len(acts))

    def do(act: Act) -> object:
        ready.wait()
        try:
            with open_books(desk.trade.actor) as books:
                return act(books)
        except BooksError as refusal:
            return refusal

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


# long: three races on one desk, which is dear to set up
def test_what_two_do_at_once_is_done_once(desk: Desk) -> None:
    for _turn in range(3):
        quotation = desk.make("quotation", ("Soap", "1"))
        with open_books(desk.trade.actor) as books:
            link = links.make(books, "order", quotation.id, quotation.number, days=7)

        def answered(yes: bool, who: str, id_: Any = quotation.id, link_id: Any = link.id) -> Act:
            return lambda books: orders.answer(books, id_, orders.Answer(link_id, accepts=yes, name=who))

        said = at_once(desk, answered(True, "Meera"), answered(False, "Uma"))
        (refused,) = [one for one in said if isinstance(one, BooksError)]
        (kept,) = [one for one in said if isinstance(one, orders.AnswerRow)]
        assert f"already by {kept.name}" in refused.problem
        assert desk.view(quotation).head.state == ("accepted" if kept.accepts else "declined")

        # A revision at the same instant: either the old one was answered and cannot be revised away, or it is refused as revised.
        second = desk.make("quotation", ("Soap", "2"))

        def revise(books: Any, of: Any = second) -> object:
            from webapp.sales import read_sheet

            typed = read_sheet(desk.sheet(("Soap", "3")))
            return orders.create(books, orders.NewDocument("quotation", typed, revises=of.id, version=1))

        at_once(desk, answered(True, "Meera", second.id), revise)
        with read_books(desk.trade.actor) as books:
            answer = orders.answers_of(books, [second.id]).get(second.id)
        assert desk.view(second).head.state in ({"accepted", "replaced"} if answer else {"replaced"})

    opened = links.Opened(link.id, "order", quotation.id, desk.trade.actor)
    payer = links.Payer(desk.party, "Ravi", "26-PI/1", 500)
    stated = links.Stated("412345678901", 500)
    rows = at_once(desk, *[lambda books: links.state_payment(books, opened, payer, stated)] * 4)
    (notice_id,) = {row.id for row in rows if isinstance(row, links.NoticeRow)}
    assert len(rows) == 4

    def entered(books: Any) -> object:
        id_ = new_id()
        orders.take_advance(
            books, orders.NewAdvance(id_, desk.party, desk.trade.store_id, books.today, 500, "upi", False, "Soap", reference=stated.utr)
        )
        links.enter_notice(books, notice_id, id_)
        return id_

    done = at_once(desk, entered, entered, lambda books: notices.put_aside(books, notice_id, "Not in the bank"))
    assert len([one for one in done if not isinstance(one, BooksError)]) == 1
    with read_books(desk.trade.actor) as books:
        numbers = orders.numbers_by_reference(books, [stated.utr]).get(stated.utr, [])
        state = links.notice(books, notice_id).state
    assert len(numbers) == (1 if state == "entered" else 0), "who was refused has written nothing"
