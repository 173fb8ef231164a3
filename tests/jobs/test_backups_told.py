"""A night without a backup, and a backup that is not whole: every business of the machine hears of it, once."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import Engine

from jobs import backups as chores
from jobs.perform import perform
from jobs.relay import relay
from tests.conftest import Clock
from tests.ground.shops import Shop
from webapp import backups
from webapp.backups.drill import Drilled
from webapp.backups.refusals import NoRoom
from webapp.notifications import queries
from webapp.platform.tenancy import read_books


def heard(shop: Shop) -> list[tuple[str, str, str]]:
    assert shop.actor.user_id
    with read_books(shop.actor) as books:
        found = queries.notices(books, shop.actor.user_id, is_new=True, before=None, most=50)
    return [(one.title, one.text, one.link) for one in found]


def hand_on(clock: Clock) -> None:
    """Facts reach their listeners; and as a queue may, each twice."""
    queued: list[tuple[str, int, UUID]] = []
    relay(lambda name, company_id, event_id, _tries: queued.append((name, company_id, event_id)), clock.now)
    for name, company_id, event_id in queued * 2:
        perform(name, company_id, str(event_id))


def test_a_night_that_failed_is_told_to_each_business_once_a_day(
    engine: Engine, sharma: Shop, iyer: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_kind: object) -> str:
        raise NoRoom("No space left on device")

    monkeypatch.setattr(backups, "back_up", full)
    for _again in range(2):
        with pytest.raises(NoRoom):
            chores.back_up_by_night()
        hand_on(clock)
    for shop, name in ((sharma, "Sharma Stores"), (iyer, "Iyer Traders")):
        [(title, text, link)] = heard(shop)
        assert title == f"The backup of {name} failed"
        assert "20-Nov-2026" in text
        assert "No space left on device" in text
        assert link == "/backups"
    clock.advance(days=1)
    monkeypatch.setattr(backups, "back_up", lambda _kind: "The copy was not sent.")
    chores.back_up_by_night()
    hand_on(clock)
    assert [len(heard(shop)) for shop in (sharma, iyer)] == [2, 2]


def test_a_drill_that_failed_is_told(engine: Engine, sharma: Shop, iyer: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Drilled("000007-20261120T013000Z-nightly", "/media/disk", "its database is damaged", 0)
    monkeypatch.setattr(backups, "drill_is_due", lambda _now: True)
    monkeypatch.setattr(backups, "drill_now", lambda: found)
    for _again in range(2):
        with pytest.raises(RuntimeError, match="damaged"):
            chores.drill_backup()
        hand_on(clock)
    for shop in (sharma, iyer):
        [(title, text, link)] = heard(shop)
        assert "could not be restored" in title
        assert "its database is damaged" in text
        assert link == "/backups"
