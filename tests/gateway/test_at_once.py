"""Once under real faults: real commits, several hands at the same moment, kill -9 between two commits, a storm of deliveries."""

from __future__ import annotations

import os
import random
import signal
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, func, select

from tests.conftest import Clock
from tests.gateway.conftest import Till
from tests.gateway.razorpay_api import sign
from tests.ground.shops import Shop, found_sharma
from webapp import gateway, ledger
from webapp.gateway import inbox, settling
from webapp.gateway.inbox import NotSigned
from webapp.gateway.models import GatewayMessage
from webapp.gateway.razorpay import Razorpay
from webapp.platform import audit
from webapp.platform.tenancy import open_books, read_books

HANDS = 4
DELIVERIES = 10_000


@pytest.fixture
def busy(real_engine: Engine, open_till: Callable[[Shop], Till]) -> Till:
    """A connected shop on a database of its own, whose commits are real."""
    return open_till(found_sharma())


def at_once(act: Callable[[], Any], *others: Callable[[], Any]) -> list[Any]:
    """Several hands do the first at the same moment, and beside them the others."""
    acts = [act] * HANDS + list(others)
    barrier = Barrier(len(acts))

    def run(one: Callable[[], Any]) -> Any:
        barrier.wait()
        return one()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_many_hands_at_the_same_moment_do_it_once(busy: Till) -> None:
    actor, bill = busy.trade.actor, busy.sell()

    def ask() -> Any:
        with open_books(actor) as books:
            return gateway.ask(books, "bill", bill.invoice_id).id

    (asked_id,) = set(at_once(ask))
    at_once(lambda: gateway.send_request(actor, asked_id), lambda: gateway.ask_gateway(actor))
    asked = busy.request(asked_id)
    assert (asked.state, len(busy.api.links)) == ("open", 1)

    paid = busy.api.pay(asked.reference, 11_800, fee=236, tax=36)
    body, signature = busy.api.message("payment.captured", payment=paid)
    assert Counter(at_once(lambda: busy.deliver(body, signature, f"evt_{uuid4()}"))) == {True: 1, False: HANDS - 1}
    at_once(busy.work, lambda: gateway.ask_gateway(actor))  # the message's job in several workers, and the other road
    assert (busy.only().books, busy.owed(), busy.clearing, busy.request(asked_id).paid_paise) == ("posted", 0, 11_800, 11_800)

    refund_id = uuid4()
    with open_books(actor) as books:
        gateway.ask_refund(books, refund_id, busy.only().id, 1_800, reason="Returned")
    at_once(lambda: gateway.send_refund(actor, refund_id))
    (back,) = busy.api.refunds.values()
    for n in range(3):
        busy.deliver(*busy.api.message("refund.processed", refund={**back, "speed": str(n)}))
    at_once(busy.work)
    assert (busy.clearing, busy.owed()) == (10_000, 1_800)

    busy.api.settle(busy.api.row_of(paid), busy.api.refund_row(back))
    assert sum(at_once(lambda: gateway.fetch_settlements(actor))) == 1
    assert busy.clearing == 0
    busy.require_true()


def killed(engine: Engine, act: Callable[[], Any], where: Any, name: str, *, afterwards: bool) -> None:
    """Do it in a process that is killed where it calls `name`: before that, or once it is done."""
    engine.dispose()  # a connection is of one process
    child = os.fork()
    if not child:
        real = getattr(where, name)

        def deadly(*arguments: Any, **more: Any) -> None:
            if afterwards:
                real(*arguments, **more)
            os.kill(os.getpid(), signal.SIGKILL)

        try:
            setattr(where, name, deadly)
            act()
        finally:
            os._exit(0)
    _child, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "it was to be killed here"


@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded")
def test_killed_between_two_commits_it_is_done_once_in_the_end(busy: Till, real_engine: Engine, clock: Clock) -> None:
    """Each step is killed before the gateway is asked, after it has done it, and with its rows half written; the next look ends it."""
    actor, bill = busy.trade.actor, busy.sell()
    with open_books(actor) as books:
        asked = gateway.ask(books, "bill", bill.invoice_id)
    for afterwards in (False, True):
        killed(real_engine, lambda: gateway.send_request(actor, asked.id), Razorpay, "make", afterwards=afterwards)
        assert (busy.request(asked.id).state, len(busy.api.links)) == ("sent", int(afterwards))
        clock.advance(minutes=20)
    gateway.ask_gateway(actor)
    assert (busy.request(asked.id).state, len(busy.api.links)) == ("open", 1)

    paid = busy.api.pay(asked.reference, 11_800, fee=236, tax=36)
    body, signature = busy.api.message("payment.captured", payment=paid)
    for where, name in ((inbox, "announce"), (inbox, "insert_once")):
        killed(real_engine, lambda: busy.deliver(body, signature, "evt_1"), where, name, afterwards=True)
    assert busy.deliver(body, signature, "evt_1"), "nothing was kept of it, and it was not answered: it is new"
    for where, name in ((inbox, "_end"), (ledger, "post"), (audit, "record")):
        killed(real_engine, busy.work, where, name, afterwards=True)
        assert (busy.payments(), busy.owed(), busy.clearing) == ([], 11_800, 0)
    gateway.ask_gateway(actor)
    assert (busy.only().books, busy.owed(), busy.clearing) == ("posted", 0, 11_800)

    refund_id = uuid4()
    with open_books(actor) as books:
        gateway.ask_refund(books, refund_id, busy.only().id, 1_800, reason="Returned")
    for afterwards in (False, True):
        killed(real_engine, lambda: gateway.send_refund(actor, refund_id), Razorpay, "refund", afterwards=afterwards)
        assert (len(busy.api.refunds), busy.clearing) == (int(afterwards), 11_800)
        clock.advance(minutes=20)
    gateway.ask_gateway(actor)
    assert (len(busy.api.refunds), busy.clearing) == (1, 10_000)

    (back,) = busy.api.refunds.values()
    busy.api.settle(busy.api.row_of(paid), busy.api.refund_row(back))
    killed(real_engine, lambda: gateway.fetch_settlements(actor), settling, "_post", afterwards=True)
    assert busy.clearing == 10_000
    assert (gateway.fetch_settlements(actor), gateway.fetch_settlements(actor), busy.clearing) == (1, 0, 0)
    busy.require_true()


def test_a_storm_of_ten_thousand_deliveries(till: Till) -> None:
    """Through the door that the webhook's page calls: copies, replays under other ids, forged ones, everything out of order."""
    chance = random.Random(9)
    told: list[tuple[bytes, str]] = []
    for _number in range(20):
        asked = till.ask(till.sell().invoice_id)
        paid = till.api.pay(asked.reference, 11_800)
        told += [
            till.api.message("payment.authorized", payment={**paid, "status": "authorized"}),
            till.api.message("payment.captured", payment=paid),
            till.api.message("payment_link.paid", payment=paid, payment_link=list(till.api.links.values())[-1]),
        ]
    new, refused, hook = 0, 0, till.account.hook_id
    for number in range(DELIVERIES):
        place = chance.randrange(len(told))
        body, signature = told[place]
        if number % 5 == 4:
            body = body.replace(b"11800", b"91800") if number % 2 else body[: chance.randrange(len(body))]
        elif number % 5 == 3:
            signature = sign(body, "guessed")
        try:
            event_id = f"evt_{place}" if number % 2 else f"evt_other_{number}"
            new += gateway.keep_message(till.trade.actor.company_id, hook, body, signature, event_id)
        except NotSigned:
            refused += 1
    assert (new, refused) == (len(told), DELIVERIES * 2 // 5)
    with read_books(till.trade.actor) as books:
        assert books.session.scalar(select(func.count()).select_from(GatewayMessage)) == len(told)
    till.work()
    assert Counter(one.books for one in till.payments()) == {"posted": 20}
    assert (till.clearing, till.owed()) == (20 * 11_800, 0)
    till.require_true()
