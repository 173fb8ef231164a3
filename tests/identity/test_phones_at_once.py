"""Codes by SMS and sign-ups where jobs die, people are erased and many ask at once: none leaves twice, and each is counted."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import Engine, delete, func, select

from jobs.people_mails import send_people_mails
from tests.conftest import Clock
from tests.ground.shops import PASSWORD, Shop, found_shop
from tests.identity.test_phones import ASHA, MSG91, Carrier, carrier, confirm, give, use_road  # noqa: F401 - a fixture
from tests.identity.test_sign_ins import enter
from webapp import identity, messaging
from webapp.identity import phones
from webapp.identity.models import PhoneCode
from webapp.kernel.errors import InvalidInput
from webapp.messaging import Delivery
from webapp.onboarding import SignUp, sign_up
from webapp.platform import db, people_mail, sealing
from webapp.platform.tenancy import open_directory


@pytest.mark.parametrize("dies_at", ["text_person", "note_sms", "end"])
def test_a_job_that_dies_in_the_middle_sends_no_second_one(
    carrier: Carrier,  # noqa: F811
    app: Flask,
    sharma: Shop,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    dies_at: str,
) -> None:
    """Whoever may have the SMS already goes on with its code."""
    tab = enter(app, sharma)
    assert tab.post("/account/phone", data={"phone": ASHA, "proof_password": PASSWORD}).status_code == 303

    def die(*arguments: Any, **_more: Any) -> None:
        if dies_at == "text_person":
            carrier(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr({"text_person": messaging, "note_sms": identity, "end": people_mail}[dies_at], dies_at, die)
        with pytest.raises(KeyboardInterrupt):
            send_people_mails()
    clock.advance(minutes=3)
    send_people_mails()
    assert len(carrier.sent) == 1
    assert confirm(tab, carrier.code) == 303


def test_who_is_erased_while_the_carrier_is_asked_stops_nobody_elses_mail(
    carrier: Carrier,  # noqa: F811
    app: Flask,
    sharma: Shop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def erased(*arguments: Any) -> Delivery:
        with open_directory() as directory:
            directory.execute(delete(PhoneCode))
        return carrier(*arguments)

    monkeypatch.setattr(messaging, "text_person", erased)
    give(enter(app, sharma))
    assert len(carrier.sent) == 1


@pytest.mark.database
def test_of_many_at_once_with_one_code_one_passes(real_engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    """Eight at once: five have a try, one of them confirms."""
    db.use(real_engine)
    sealing.use("a secret of the tests alone")
    use_road(app, monkeypatch, MSG91)
    shop = found_shop("Rao", email=f"{uuid4().hex}@rao.example", state_code="29")
    user_id = shop.actor.user_id
    assert user_id
    for turn in range(3):
        clock.advance(minutes=30)
        with open_directory() as directory:
            phones.change(directory, user_id, f"+9198765432{turn:02d}", "192.0.2.1", by="test")
        with open_directory() as directory:
            asked = directory.scalars(select(PhoneCode).where(PhoneCode.ended_at.is_(None))).one()
            sms = phones.sms_for(directory, {"code": str(asked.id)})
        assert sms
        ends, start = list[str](), Barrier(8)

        def use(code: str = sms.code, ends: list[str] = ends, start: Barrier = start) -> None:
            start.wait()
            try:
                with open_directory() as directory:
                    which = phones.take_try(directory, user_id, code)
                with open_directory() as directory:
                    ends.append(phones.confirm(directory, user_id, which, code, by="test"))
            except InvalidInput:
                ends.append("")

        threads = [Thread(target=use) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(ends) == [""] * 7 + [sms.to]


@pytest.mark.database
def test_a_sign_up_that_is_sent_twice_at_once_founds_one(real_engine: Engine, app: Flask) -> None:
    """On PostgreSQL both find the address free."""
    db.use(real_engine)
    asked = SignUp("Rao Traders", "29", "kirana", f"{uuid4().hex}@rao.example", "banyan peepal tulsi 772")
    ends, start = list[str](), Barrier(3)

    def send() -> None:
        start.wait()
        try:
            with open_directory() as directory:
                sign_up(directory, asked)
            ends.append("")
        except InvalidInput as refusal:
            ends.append(" ".join(refusal.errors))

    threads = [Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["", "email", "email"]


@pytest.mark.database
def test_of_many_who_ask_at_once_each_is_counted(real_engine: Engine, monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    """Eight at once, after one: four more may, and one code is open."""
    db.use(real_engine)
    use_road(app, monkeypatch, MSG91)
    user_id = found_shop("Rao", email=f"{uuid4().hex}@rao.example", state_code="29").actor.user_id
    assert user_id
    with open_directory() as directory:
        phones.change(directory, user_id, ASHA, "192.0.2.1", by="test")
    refused, start = list[int](), Barrier(8)

    def ask(turn: int) -> None:
        start.wait()
        try:
            with open_directory() as directory:
                phones.ask_again(directory, user_id, "192.0.2.1")
        except InvalidInput:
            refused.append(turn)

    threads = [Thread(target=ask, args=(turn,)) for turn in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 9 - phones.MOST_OF_A_PERSON[phones.HOUR]
    with open_directory() as directory:
        mine = select(func.count()).where(PhoneCode.user_id == user_id)
        assert directory.scalar(mine) == phones.MOST_OF_A_PERSON[phones.HOUR]
        assert directory.scalar(mine.where(PhoneCode.ended_at.is_(None))) == 1
