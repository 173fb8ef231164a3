"""Two processes at once, and a process killed in the middle: nothing is lost, nothing is half."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, select

from tests.ground.shops import Shop, found_sharma
from tests.support import UNIT, Trade, make_items
from webapp import stock
from webapp.books_check import verify_books
from webapp.ledger.models import Voucher
from webapp.platform.tenancy import open_books

ROOT = Path(__file__).resolve().parents[2]
# Sells one unit of the first item after another, each in its own transaction, and says each committed id.
SELLER = """
import sys
from datetime import date
from uuid import UUID
from webapp.platform import db
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_books
from webapp import models
from tests.ground.databases import patient
from tests.support import Trade
url, company, item, bills = sys.argv[1:5]
db.use(patient(db.make_engine(url)))
actor = Actor(int(company), Role.OWNER, name="till")
print("ready", flush=True)
sys.stdin.readline()
for _ in range(int(bills)):
    with open_books(actor) as books:
        document = Trade.of(books).sell(UUID(item), 1000, date(2026, 11, 20), price=1000)
    print(document, flush=True)
"""


@pytest.fixture
def shop_with_goods(real_engine: Engine) -> tuple[Shop, UUID, str]:
    shop = found_sharma()
    with open_books(shop.actor) as books:
        trade, (item,) = Trade.of(books), make_items(books, 1)
        trade.receive(item, 10_000 * UNIT, 1_000_000, date(2026, 11, 1))
    return shop, item, real_engine.url.render_as_string(hide_password=False)


def _seller(shop: Shop, item: UUID, url: str, bills: int) -> subprocess.Popen[str]:
    started = subprocess.Popen(
        [sys.executable, "-c", SELLER, url, str(shop.company_id), str(item), str(bills)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdout
    assert started.stdout.readline().strip() == "ready"
    return started


def _go(*sellers: subprocess.Popen[str]) -> None:
    for seller in sellers:
        assert seller.stdin
        seller.stdin.write("go\n")
        seller.stdin.flush()


def _vouchers(shop: Shop) -> set[UUID]:
    with open_books(shop.actor) as books:
        assert [str(breach) for breach in verify_books(books).breaches] == []
        return set(books.session.scalars(select(Voucher.id).where(Voucher.number.startswith("T/"), Voucher.kind == "sales")))


def test_two_processes_lose_no_update(shop_with_goods: tuple[Shop, UUID, str]) -> None:
    shop, item, url = shop_with_goods
    before = _vouchers(shop)
    sellers = [_seller(shop, item, url, 60) for _ in range(2)]
    _go(*sellers)
    said = [UUID(line) for seller in sellers for line in seller.communicate(timeout=1_200)[0].split()]
    assert [seller.returncode for seller in sellers] == [0, 0]
    assert len(said) == len(set(said)) == 120
    assert _vouchers(shop) - before == set(said)
    with open_books(shop.actor) as books:
        assert stock.on_hand(books, [item])[item] == stock.OnHand((10_000 - 120) * UNIT, 1_000_000 - 120 * 100)


@pytest.mark.slow
def test_a_killed_process_leaves_nothing_half_done(shop_with_goods: tuple[Shop, UUID, str]) -> None:
    shop, item, url = shop_with_goods
    chance, before, said = random.Random(11), _vouchers(shop), set()
    for _ in range(20):
        seller = _seller(shop, item, url, 5_000)
        _go(seller)
        assert seller.stdout
        lines = [seller.stdout.readline().strip()]  # connected, and in the middle of the next
        time.sleep(chance.uniform(0, 0.05))
        os.kill(seller.pid, signal.SIGKILL)
        # Not communicate(): it reads past the lines that the first readline has taken in with its own.
        lines += seller.stdout.read().split()
        seller.communicate(timeout=300)
        said |= {UUID(line) for line in lines if len(line) == 36}
    written = _vouchers(shop) - before
    assert said <= written, "what was answered is in the books"
    assert len(written - said) <= 20, "at most one bill a killing was written and not answered"
