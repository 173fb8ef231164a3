"""Several at once with one refresh token, on both databases."""

from __future__ import annotations

from threading import Barrier, Thread
from uuid import uuid4

from flask import Flask
from sqlalchemy import Engine, func, select

from tests.api_access.programs import make
from tests.conftest import Clock
from tests.ground.shops import found_shop
from webapp import api_access
from webapp.api_access.granting import NoGrant
from webapp.api_access.models import ApiGrant
from webapp.platform import db
from webapp.platform.outbox import OutboxEvent
from webapp.platform.tenancy import open_books, open_directory

AT_ONCE, ROUNDS = 6, 12


def test_of_many_at_once_exactly_one_is_answered_and_the_family_ends(real_engine: Engine, app: Flask, clock: Clock) -> None:
    db.use(real_engine)
    shop = found_shop("Rao", email=f"{uuid4().hex}@rao.example", state_code="29")
    token = make(shop, days=365).text
    for turn in range(ROUNDS):
        clock.advance(days=1)
        given, start = api_access.exchange(token, (), ""), Barrier(AT_ONCE)
        answered: list[api_access.Granted] = []
        refused: list[NoGrant] = []

        def use(refresh: str = given.refresh_token, start: Barrier = start, answered: list = answered, refused: list = refused) -> None:  # type: ignore[type-arg]
            start.wait()
            try:
                answered.append(api_access.refresh(refresh, ""))
            except NoGrant as no:
                refused.append(no)

        threads = [Thread(target=use) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (len(answered), len(refused)) == (1, AT_ONCE - 1), f"turn {turn}"
        assert api_access.program_of(answered[0].access_token, "") is None, "shown twice, it ended all that came of it"
    with open_directory(writes=False) as directory:
        ended = directory.scalar(select(func.count()).select_from(ApiGrant).where(ApiGrant.ended_why == "reused"))
    with open_books(shop.actor) as books:
        told = books.session.scalars(select(OutboxEvent).where(OutboxEvent.kind == "ApiTokenMisused")).all()
    assert (ended, len(told)) == (ROUNDS, ROUNDS), "told once, however many came"
