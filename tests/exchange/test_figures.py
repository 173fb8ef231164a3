"""Other programs read our books, and come to our figures to the paisa."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine

from tests.conftest import NOON
from tests.exchange.readers import Beans, Hledger, Ours, by_account, export
from tests.ground.shops import Shop
from tests.reports.ledgers import FIRST, LAST, Ledgers
from webapp import demonstration
from webapp.exchange import Format, Span, export_text
from webapp.platform import clock
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, read_books

PARTIES = {"Customers", "Suppliers"}


@pytest.fixture
def filled(sharma: Shop) -> Ledgers:
    """Two hundred random vouchers with reversals, over two financial years, for customers of one name."""
    books = Ledgers(sharma.actor)
    people = [books.customer("Meera", phone=f"98220100{n:02d}") for n in range(2)] + [
        books.customer("मीरा"),
        books.customer("Ravi; Sons | (old)"),
    ]
    books.fill(Random(7), vouchers=200, customers=people)
    return books


@pytest.fixture
def year(real_engine: Engine) -> Actor:
    """The demonstration's year: bills, returns, cancellations, receipts, purchases, rent, deposits."""
    clock.use(lambda: NOON)
    try:
        demonstration.fill(bills=240, password="a long enough one", progress=lambda _done, _of: None)
    finally:
        clock.use(None)
    return Actor(company_id=1, role=Role.OWNER, name="test")


def checked(actor: Actor, folder: Path, first_day: date, last_day: date) -> None:
    """Trial balance, profit and loss and balance sheet, by both programs, against ours."""
    ours = Ours.of(actor, first_day, last_day)
    closing = {name: figure for name, figure in ours.closing.items() if figure}
    moved = {name: figure for name, figure in ours.moved.items() if figure}
    beans = Beans.read(export(actor, Format.BEANCOUNT))
    assert beans.by_account(PARTIES, last_day=last_day) == closing
    assert beans.by_account(PARTIES, first_day=first_day, last_day=last_day) == moved
    hledger = Hledger.read(export(actor, Format.LEDGER), folder)
    names = journal_names(beans, hledger)
    end = ["-e", str(last_day + timedelta(days=1))]
    assert by_account(hledger.sums(*end), names, PARTIES) == closing
    income = dict(hledger.statement("incomestatement", "-b", str(first_day), *end))
    profit = -sum(ours.of_nature(moved, "income", "expense").values())
    assert income.pop("Net:", 0) == profit
    signed = {account: -figure if account.startswith("Income") else figure for account, figure in income.items()}
    assert by_account(signed, names, PARTIES) == ours.of_nature(moved, "income", "expense")
    sheet = dict(hledger.statement("balancesheetequity", *end))
    assert sheet.pop("Net:") == -sum(ours.of_nature(closing, "income", "expense").values())
    signed = {account: figure if account.startswith("Assets") else -figure for account, figure in sheet.items()}
    assert by_account(signed, names, PARTIES) == ours.of_nature(closing, "asset", "liability")


def journal_names(beans: Beans, hledger: Hledger) -> dict[str, str]:
    """The shop's name of each account of the journal: its last part, as no chart here needs more than that."""
    accounts = [account for account in hledger.ask("accounts", "--declared").splitlines() if ":" in account]
    assert len(accounts) == len(beans.names)
    return {account: account.rpartition(":")[2] for account in accounts}


def test_a_random_ledger_agrees(filled: Ledgers, tmp_path: Path) -> None:
    checked(filled.actor, tmp_path, FIRST, LAST)
    checked(filled.actor, tmp_path, date(2026, 4, 1), date(2026, 9, 30))


@pytest.mark.slow
def test_a_year_of_trade_agrees(year: Actor, tmp_path: Path) -> None:
    checked(year, tmp_path, date(2026, 4, 1), date(2026, 11, 20))
    file = tmp_path / "year.beancount"
    file.write_text(export(year, Format.BEANCOUNT), encoding="utf-8")
    done = subprocess.run([Path(sys.executable).with_name("bean-check"), file], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_each_customer_has_their_own_balance(filled: Ledgers, tmp_path: Path) -> None:
    beans = Beans.read(export(filled.actor, Format.BEANCOUNT))
    of_party: dict[str, int] = {}
    for line in filled.lines():
        if line.party_id:
            of_party[line.party_id.hex] = of_party.get(line.party_id.hex, 0) + line.amount_paise
    wanted = sorted(amount for amount in of_party.values() if amount)
    assert sorted(amount for account, amount in beans.sums().items() if ":Customers:" in account) == wanted
    hledger = Hledger.read(export(filled.actor, Format.LEDGER), tmp_path)
    assert sorted(hledger.sums("Customers").values()) == wanted


@pytest.mark.parametrize("first_day", [date(2026, 4, 1), date(2026, 7, 13)])
def test_a_part_of_the_books_begins_with_what_they_had_come_to(filled: Ledgers, tmp_path: Path, first_day: date) -> None:
    whole, span = Beans.read(export(filled.actor, Format.BEANCOUNT)), Span(first_day, date(2026, 9, 30))
    part = Beans.read(export(filled.actor, Format.BEANCOUNT, span))
    assert part.sums() == whole.sums(last_day=date(2026, 9, 30))
    assert part.sums(last_day=first_day - timedelta(days=1)) == whole.sums(last_day=first_day - timedelta(days=1))
    assert [one.tags for one in part.vouchers if one.date < first_day] == [frozenset({"opening"})]
    whole_text, part_text = (export(filled.actor, Format.LEDGER, one) for one in (Span(None, span.last_day), span))
    (tmp_path / "part").mkdir()
    assert Hledger.read(part_text, tmp_path / "part").sums() == Hledger.read(whole_text, tmp_path).sums()


def test_every_voucher_is_there_once_and_reversals_name_theirs(filled: Ledgers) -> None:
    beans = Beans.read(export(filled.actor, Format.BEANCOUNT))
    ids = [voucher.meta["voucher"] for voucher in beans.vouchers]
    assert len(ids) == len(set(ids)) == len({line.voucher_id for line in filled.lines()})
    reversed_ids = [voucher.meta["reverses"] for voucher in beans.vouchers if "reverses" in voucher.meta]
    assert reversed_ids
    assert set(reversed_ids) <= set(ids)


def test_the_same_books_give_the_same_file(filled: Ledgers) -> None:
    for wanted in Format:
        assert export(filled.actor, wanted) == export(filled.actor, wanted)


def test_another_shop_is_in_neither(filled: Ledgers, iyer: Shop) -> None:
    stranger = Ledgers(iyer.actor)
    stranger.post(LAST, ("debtors", 100, stranger.customer("Lakshmi")), ("sales", -100), narration="Of Chennai")
    for wanted in Format:
        assert "Lakshmi" not in (text := export(filled.actor, wanted))
        assert "Chennai" not in text
        assert "Meera" not in export(iyer.actor, wanted)


def test_empty_books_are_a_file_too(iyer: Shop, tmp_path: Path) -> None:
    assert Beans.read(export(iyer.actor, Format.BEANCOUNT)).vouchers == []
    assert Hledger.read(export(iyer.actor, Format.LEDGER), tmp_path).sums() == {}


@pytest.mark.slow
def test_memory_stays_flat(sharma: Shop) -> None:
    books = Ledgers(sharma.actor)
    people = [books.customer("Meera")]

    def peak() -> int:
        tracemalloc.start()
        with read_books(sharma.actor) as reader:
            for _piece in export_text(reader, Format.BEANCOUNT, Span()):
                pass
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    books.fill(Random(1), vouchers=1500, customers=people)
    peak()
    few = peak()
    books.fill(Random(2), vouchers=3000, customers=people)
    assert peak() < few * 3 // 2, "three times the vouchers, and not half as much memory again"
