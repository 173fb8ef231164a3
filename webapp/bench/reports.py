"""Reports on a year of a busy company: a million journal lines over a thousand accounts, written straight into the tables.

The lines come by bulk SQL because posting them one by one would take an hour and measure nothing here; the kept totals are
summed from them in SQL, and verify-books then holds the two against each other like any company's.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from flask.testing import FlaskClient

from webapp import final_accounts, ledger, parties
from webapp.bench import gst
from webapp.bench.ground import Ground, bench_app, cpu_ms, median, must_verify, part, prepare, resident_mb, signed_in_client
from webapp.bench.run import Row
from webapp.kernel.dates import FinancialYear, Period
from webapp.kernel.errors import keep_promise
from webapp.kernel.ids import new_id
from webapp.ledger import Asked
from webapp.parties import PartyDraft
from webapp.platform import clock, db
from webapp.platform.tenancy import Books, open_books, read_books

LINES = 1_000_000
LEGS = 8  # of each voucher: what a five-line bill posts
ACCOUNTS = 1_000
FLAT_MB = 24.0  # what streaming may add to the process while it runs
_YEAR = FinancialYear.of(date(2025, 4, 1))
_VOUCHER = """insert into voucher (company_id, id, kind, number, voucher_date, store_id, document_kind, document_id, narration,
    fingerprint, posted_at, posted_by) values (?, ?, 'journal', ?, ?, ?, 'journal', ?, 'Bench journal', '', ?, 'Bench')"""
_LINE = """insert into journal_line (company_id, voucher_id, line_no, account_id, amount_paise, party_id, voucher_date)
    values (?, ?, ?, ?, ?, ?, ?)"""
_PARTY_TOTALS = """insert or replace into party_balance (company_id, party_id, account_id, month, store_id, debit_paise, credit_paise)
    select line.company_id, party_id, account_id, cast(strftime('%Y%m', line.voucher_date) as integer), store_id,
        sum(max(amount_paise, 0)), sum(max(-amount_paise, 0))
    from journal_line as line join voucher on voucher.company_id = line.company_id and voucher.id = line.voucher_id
    where party_id is not null group by 1, 2, 3, 4, 5"""
_TOTALS = """insert or replace into account_balance (company_id, account_id, month, store_id, debit_paise, credit_paise)
    select line.company_id, account_id, cast(strftime('%Y%m', line.voucher_date) as integer), store_id,
        sum(max(amount_paise, 0)), sum(max(-amount_paise, 0))
    from journal_line as line join voucher on voucher.company_id = line.company_id and voucher.id = line.voucher_id
    group by 1, 2, 3, 4"""


def measure(folder: Path, scale: int) -> list[Row]:
    """The reports bench's rows."""
    (folder / "tenth").mkdir()
    (folder / "whole").mkdir()
    tenth, _ = company_of(folder / "tenth", LINES * scale // 1000)
    must_verify(tenth.actor)
    db.engine().dispose()
    ground, cash = company_of(folder / "whole", LINES * scale // 100)
    times = part(40, scale, least=5)
    young, old = _trial_balances(tenth, ground, times)
    year = Period(_YEAR.first_day, _YEAR.last_day)
    trial = _median_ms(ground, times, lambda books: ledger.trial_balance(books, _YEAR.first_day, _YEAR.last_day))
    profit = _median_ms(ground, times, lambda books: final_accounts.profit_and_loss(books, [year]))
    sheet = _median_ms(ground, times, lambda books: final_accounts.balance_sheet(books, [_YEAR.last_day]))
    app, _settings = bench_app(ground, folder / "whole")
    client = signed_in_client(app, ground)
    screen = [cpu_ms(lambda: client.get("/trial-balance", query_string=_span(_YEAR.last_day)).get_data()) for _ in range(times)]
    pages = [_page_ms(ground, times, cash, asked) for asked in _places(ground, cash)]
    rows = [
        Row("trial_balance_1m_ms", trial, "ms", times),
        Row("trial_balance_1m_growth", median([later / earlier for earlier, later in zip(young, old, strict=True)]), "ratio", times),
        # The figures of the statements: a thousand accounts under their groups, from the same month totals.
        Row("pnl_1m_ms", profit, "ms", times),
        Row("balance_sheet_1m_ms", sheet, "ms", times),
        # The trial balance drawn: a thousand rows under their groups, through the whole stack.
        Row("trial_balance_page_1m_ms", median(screen), "ms", times),
        # The dearest place of the account, so that "anywhere" is what it says.
        Row("ledger_page_ms", max(pages), "ms", times * len(pages)),
        _export(client, LINES * scale // 100 // LEGS * 2 // 5),
    ]
    must_verify(ground.actor)
    db.engine().dispose()
    (folder / "return").mkdir()
    return [*rows, *gst.measure(folder / "return", scale)]


def _trial_balances(tenth: Ground, whole: Ground, times: int) -> tuple[list[float], list[float]]:
    """What the trial balance of both costs, in turn, so that a busier minute counts on both sides. Ends at work with `whole`."""
    engines = (db.make_engine(tenth.database_url), db.engine())
    took: tuple[list[float], list[float]] = ([], [])
    for number in range(3 + times):
        for ground, engine, figures in zip((tenth, whole), engines, took, strict=True):
            db.use(engine)
            one = cpu_ms(partial(_trial_balance, ground))
            if number >= 3:  # warm
                figures.append(one)
    engines[0].dispose()
    return took


def _trial_balance(ground: Ground) -> None:
    with read_books(ground.actor) as books:
        ledger.trial_balance(books, _YEAR.first_day, _YEAR.last_day)


def _median_ms(ground: Ground, times: int, ask: Callable[[Books], object]) -> float:
    def work() -> None:
        with read_books(ground.actor) as books:
            ask(books)

    for _ in range(3):
        work()
    return median([cpu_ms(work) for _ in range(times)])


def _page_ms(ground: Ground, times: int, account: UUID, asked: Asked) -> float:
    return _median_ms(ground, times, lambda books: ledger.account_page(books, account, asked))


def company_of(folder: Path, lines: int, customers: int = 0) -> tuple[Ground, UUID]:
    """A company with so many lines over the year, two in five vouchers through its cash account; and that account. With
    `customers` one voucher in five is a bill of one of them, and one in five money that one paid on account."""
    ground = prepare(folder, items=0)
    company_id = ground.actor.company_id
    with open_books(ground.actor) as books:
        cash = ledger.heads(books)["cash"]
        group = next(one.group_id for one in ledger.chart_of_accounts(books).accounts if one.code == "expenses")
        own = [new_id() for _ in range(ACCOUNTS - 1)]
        debtors = ledger.heads(books)["debtors"]
        people = [parties.create_party(books, PartyDraft(name=f"Bench customer {number}")).id.bytes for number in range(customers)]
    db.engine().dispose()
    raw = sqlite3.connect(folder / "bench.sqlite3", isolation_level=None)
    raw.execute("pragma synchronous = off")  # the bench's own loading, not the program's
    raw.execute("begin immediate")
    raw.executemany(
        "insert into account (company_id, id, name, group_id, wants_party) values (?, ?, ?, ?, 0)",
        ((company_id, id_.bytes, f"Bench account {number}", group.bytes) for number, id_ in enumerate(own)),
    )
    vouchers = [(_id(number, day), number, day) for number, day in _days(lines // LEGS)]
    store, posted = ground.store_id.bytes, clock.now().replace(tzinfo=None).isoformat(" ")
    raw.executemany(_VOUCHER, ((company_id, id_, f"B/{number:06d}", str(day), store, id_, posted) for id_, number, day in vouchers))
    accounts = [cash.bytes, *(id_.bytes for id_ in own)]
    legs = ((company_id, id_, *leg, str(day)) for id_, number, day in vouchers for leg in _legs(number, accounts, debtors.bytes, people))
    raw.executemany(_LINE, legs)
    raw.execute(_TOTALS)
    raw.execute(_PARTY_TOTALS)
    raw.execute("commit")
    raw.close()
    return ground, cash


def _days(count: int) -> Iterator[tuple[int, date]]:
    days = (_YEAR.last_day - _YEAR.first_day).days + 1
    for number in range(count):
        yield number, _YEAR.first_day + timedelta(days=number * days // count)


def _id(number: int, day: date) -> bytes:
    """An id as the program makes them, in the order of time (RFC 9562, version 7)."""
    milliseconds = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000 + number % 86_400_000
    return (milliseconds << 80 | 0x7 << 76 | 0x2 << 62 | number).to_bytes(16, "big")


def _legs(number: int, accounts: list[bytes], debtors: bytes, people: list[bytes]) -> Iterator[tuple[int, bytes, int, bytes | None]]:
    """(line, account, signed paise, party): one debit and seven credits."""
    who = people[number * 31 % len(people)] if people else None
    total = 0
    for leg in range(2, LEGS + 1):
        amount = 1_000 * leg + number % 977
        total += amount
        is_receipt = who is not None and leg == LEGS and number % 5 == 1
        yield leg, debtors if is_receipt else accounts[1 + (number * 7 + leg * 131) % (ACCOUNTS - 1)], -amount, who if is_receipt else None
    if who is not None and number % 5 == 2:
        yield 1, debtors, total, who
    else:
        yield 1, accounts[0 if number % 5 < 2 else 1 + number % (ACCOUNTS - 1)], total, None


def _places(ground: Ground, account: UUID) -> list[Asked]:
    """The first page, the newest, and pages after one line in every tenth of the year."""
    asked = [Asked(_YEAR.first_day, _YEAR.last_day), Asked(_YEAR.first_day, _YEAR.last_day, at_end=True)]
    with read_books(ground.actor) as books:
        for tenth in range(1, 10):
            day = _YEAR.first_day + timedelta(days=36 * tenth)
            rows = ledger.account_page(books, account, Asked(day, _YEAR.last_day, most=1)).rows
            asked += [Asked(_YEAR.first_day, _YEAR.last_day, after=row.key) for row in rows]
    return asked


def _span(last_day: date) -> dict[str, str]:
    return {"from": str(_YEAR.first_day), "to": str(last_day)}


def _export(client: FlaskClient, vouchers: int) -> Row:
    """The journal of two fifths of the year, which at full size is that of 50,000 bills, as the download streams it."""
    days = (_YEAR.last_day - _YEAR.first_day).days + 1
    last_day = _YEAR.first_day + timedelta(days=days * 2 // 5 - 1)
    lines, before, highest = -1, 0.0, 0.0  # the headings are no line of the journal
    began = time.process_time()
    response = client.get("/ledger-export", query_string=_span(last_day))
    for number, piece in enumerate(response.iter_encoded()):
        lines += piece.count(b"\n")
        if number == 1:
            before = resident_mb()
        elif number % 20 == 0:
            highest = max(highest, resident_mb())
    seconds = time.process_time() - began
    keep_promise(abs(lines - vouchers * LEGS) <= vouchers * LEGS // 20 + LEGS * 4, f"the export holds the journal: {lines} lines")
    keep_promise(not before or highest - before <= FLAT_MB, f"memory stays flat: {before:.0f} MB, then {highest:.0f} MB")
    return Row("ledger_export_50k_s", seconds, "s", lines)
