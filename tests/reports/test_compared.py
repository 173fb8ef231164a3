"""Ledgers narrowed to cost centres and shown by month, the day book by month: each figure equals the lines, worked out the slow way."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.reports.ledgers import FIRST, LAST, Ledgers
from webapp import company, ledger
from webapp.kernel import periods
from webapp.kernel.dates import FinancialYear, Period
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise
from webapp.kernel.posting import CostShare, Line, Slip
from webapp.ledger import Asked, Heading
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.reports import books_of_account, day_book_months, months_of_account, registers

YEAR = Period(date(2026, 4, 1), date(2026, 11, 20))
SPANS = (
    YEAR,
    Period(date(2026, 2, 10), date(2026, 11, 5)),
    Period(date(2026, 6, 1), date(2026, 6, 30)),
    Period(date(2026, 9, 3), date(2026, 9, 3)),
)


class Vans:
    """Books in which vouchers name a van, a road beneath it, or the shop; what they came to is kept beside, line by line."""

    def __init__(self, ledgers: Ledgers, chance: Random) -> None:
        self.ledgers, self.actor = ledgers, ledgers.actor
        with open_books(self.actor) as books:
            van = ledger.create_cost_centre(books, "Van").id
            self.centres = {
                "van": van,
                "road": ledger.create_cost_centre(books, "Road", van).id,
                "shop": ledger.create_cost_centre(books, "Shop").id,
            }
            self.heads = {code: ledger.heads(books)[code] for code in ("expenses", "sales", "cash", "bank")}
            self.lines: list[tuple[date, UUID, int, str, int, dict[str, int]]] = []
            for number in range(60):
                self._voucher(books, chance, number)
        self.lines.sort(key=lambda one: one[:3])

    def _voucher(self, books: Books, chance: Random, number: int) -> None:
        """An expense or an income in cash; its head shared among centres, or not, and now and then taken back."""
        day = FIRST + timedelta(days=chance.randrange((LAST - FIRST).days + 1))
        amount = chance.choice((1, -1)) * chance.randrange(3, 90_000)
        code, money = chance.choice(("expenses", "sales")), chance.choice(("cash", "bank"))
        names = chance.sample(sorted(self.centres), chance.randrange(4))
        size = abs(amount)
        shares = {name: size // len(names) for name in names}
        if names:
            shares[names[0]] += size - sum(shares.values())
        costs = tuple(CostShare(self.centres[name], Paise(part)) for name, part in shares.items())
        slip = Slip((Line(self.heads[code], Paise(amount), None, costs), Line(self.heads[money], Paise(-amount))))
        heading = Heading("journal", f"V/{number}", day, company.default_store(books), "journal", new_id())
        voucher = new_id()
        ledger.post(books, voucher_id=voucher, heading=heading, slip=slip)
        self._keep(day, voucher, code, money, amount, shares)
        if chance.random() < 0.15:
            back, on = new_id(), min(day + timedelta(days=chance.randrange(40)), LAST)
            ledger.reverse(books, voucher_id=voucher, reversal_id=back, on=on, reason="typed twice")
            self._keep(on, back, code, money, -amount, shares)

    def _keep(self, day: date, voucher: UUID, code: str, money: str, amount: int, shares: dict[str, int]) -> None:
        sign = 1 if amount > 0 else -1
        self.lines.append((day, voucher, 1, code, amount, {name: sign * part for name, part in shares.items()}))
        self.lines.append((day, voucher, 2, money, -amount, dict.fromkeys(shares, 0)))

    def of(self, code: str, names: tuple[str, ...]) -> list[tuple[date, UUID, int, int]]:
        """(day, voucher, line, what counts) of an account for some centres."""
        found = []
        for day, voucher, line_no, own, amount, shares in self.lines:
            if own == code and set(shares) & set(names):
                part = amount if code in ("cash", "bank") else sum(shares.get(name, 0) for name in names)
                found.append((day, voucher, line_no, part))
        return found


@pytest.fixture
def vans(ledgers: Ledgers, iyer: Shop) -> Vans:
    Vans(Ledgers(iyer.actor), Random(9))
    return Vans(ledgers, Random(4))


def test_a_ledger_of_a_cost_centre_runs_over_what_it_bears(vans: Vans) -> None:
    """Its own and those beneath it, from either end, in pages of any size, by the year rule."""
    for code in ("expenses", "sales", "cash", "bank"):
        for centre, names in (("van", ("van", "road")), ("road", ("road",)), ("shop", ("shop",))):
            lines = vans.of(code, names)
            for period in SPANS:
                begins = FinancialYear.of(period.first_day).first_day if code in ("expenses", "sales") else date.min
                opening = sum(part for day, _, _, part in lines if begins <= day < period.first_day)
                inside = [one for one in lines if period.first_day <= one[0] <= period.last_day]
                with read_books(vans.actor) as books:
                    head = books_of_account.account_head(books, vans.heads[code], period, centre_id=vans.centres[centre])
                    found = list(books_of_account.whole_account(books, head, period))
                    newest = books_of_account.account_page(books, head, Asked(period.first_day, period.last_day, at_end=True, most=3))
                    pages = [newest]
                    while pages[0].earlier:
                        asked = Asked(period.first_day, period.last_day, before=pages[0].earlier, most=3)
                        pages.insert(0, books_of_account.account_page(books, head, asked))
                assert [(row.key.day, row.key.voucher_id, row.key.line_no, row.debit - row.credit) for row in found] == inside
                assert [row.balance for row in found] == [
                    opening + sum(one[3] for one in inside[: place + 1]) for place in range(len(inside))
                ]
                assert [row for one in pages for row in one.rows] == found
                debit, credit = (sum(max(sign * one[3], 0) for one in inside) for sign in (1, -1))
                assert head.figures == (opening, debit, credit)


@pytest.mark.parametrize("how", ["months", "previous", "last-year"])
def test_months_of_an_account_are_its_lines(vans: Vans, how: str) -> None:
    for code, centre in (("expenses", None), ("cash", None), ("sales", "van")):
        lines = (
            vans.of(code, ("van", "road"))
            if centre
            else [(day, voucher, line_no, amount) for day, voucher, line_no, own, amount, _ in vans.lines if own == code]
        )
        for period in SPANS:
            with read_books(vans.actor) as books:
                head = books_of_account.account_head(books, vans.heads[code], period, centre_id=vans.centres[centre] if centre else None)
                found = months_of_account.compared(books, head, period, how)
            spans = (period,) if how == "months" else periods.columns(period, how)
            assert found.periods == spans
            for column, span in enumerate(spans):
                shown = [one for one in ((row.own, row.other)[column] for row in found.rows) if one]
                assert [one.span for one in shown] == list(periods.months_of(span)), "every day once"
                for one in shown:
                    begins = FinancialYear.of(one.span.first_day).first_day if code != "cash" else date.min
                    moved = [part for day, _, _, part in lines if one.span.first_day <= day <= one.span.last_day]
                    opening = sum(part for day, _, _, part in lines if begins <= day < one.span.first_day)
                    assert one.figures == (opening, sum(max(part, 0) for part in moved), sum(max(-part, 0) for part in moved))


@pytest.mark.parametrize("how", ["months", "previous", "last-year"])
def test_months_of_the_day_book_are_its_vouchers(vans: Vans, how: str) -> None:
    """Of all vouchers from the kept totals, of some from their lines: both are what the day book shows of the month."""
    with read_books(vans.actor) as books:
        store = company.default_store(books)
        every = registers.Wanted(YEAR)
        for wanted in (every, replace(every, store_id=store), replace(every, centre_id=vans.centres["van"]), replace(every, words="V/1")):
            found = day_book_months.book_months(books, wanted, how)
            for pair in found.rows:
                for one in (month for month in pair if month):
                    rows = list(registers.whole_day_book(books, replace(wanted, period=one.span)))
                    assert (one.vouchers, one.debits) == (len(rows), sum(row.debits for row in rows))
            assert found.totals(0)[0] == len(list(registers.whole_day_book(books, wanted)))


def test_profit_and_loss_account_begins_with_what_earlier_years_brought_forward(vans: Vans) -> None:
    """Its ledger agrees with the trial balance, though those figures were posted to other accounts."""
    earlier = sum(amount for day, _, _, own, amount, _ in vans.lines if own in ("expenses", "sales") and day < YEAR.first_day)
    vans.ledgers.post(date(2026, 5, 2), ("profit-loss", 700_00), ("bank", -700_00))
    with read_books(vans.actor) as books:
        account_id = ledger.heads(books)["profit-loss"]
        head = books_of_account.account_head(books, account_id, YEAR)
        (row,) = books_of_account.whole_account(books, head, YEAR)
        before = books_of_account.account_head(books, account_id, Period(date(2026, 2, 1), date(2026, 3, 31)))
    assert earlier
    assert (head.figures, row.balance, head.months[-1].closing) == ((earlier, 700_00, 0), earlier + 700_00, earlier + 700_00)
    assert before.figures == (0, 0, 0)


def rows_of(client: FlaskClient, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_the_screens_say_what_they_hold_against_what(
    vans: Vans, browse: Callable[[Shop], FlaskClient], sharma: Shop, iyer: Shop, max_queries: Any
) -> None:
    client, stranger = browse(sharma), browse(iyer)
    van, expenses = vans.centres["van"], vans.heads["expenses"]
    days = "from=2026-04-01&to=2026-11-20"
    heads, *months, last = rows_of(client, f"/accounts/{expenses}?{days}&compare=months&centre={van}&format=csv")
    assert heads == ["Month", "Opening", "Debit", "Credit", "Closing"]
    assert [row[0] for row in (*months, last)][:2] == ["Apr 2026", "May 2026"]
    assert [row[4] for row in months] == [row[1] for row in (*months[1:], last)], "a month begins where the one before it ended"
    assert rows_of(client, f"/accounts/{expenses}?{days}&compare=last-year&format=csv")[0][5] == "Compared with"
    lines = rows_of(client, f"/accounts/{expenses}?{days}&centre={van}&format=csv")
    assert lines[-1][-1].lstrip("-") == last[4].lstrip("-"), "the file's balance runs under the filter"
    page = client.get(f"/accounts/{expenses}?{days}&centre={van}").text
    assert "What the cost centre and those beneath it bear of this account" in page
    assert f"centre={van}" in page.split("By month")[-1], "its months keep the filter"
    assert "in full" in client.get(f"/accounts/{vans.heads['cash']}?{days}&centre={van}").text
    assert client.get(f"/accounts/{expenses}?from=2000-01-01&to=2026-01-01&compare=months").status_code == 422
    assert client.get("/day-book?from=2000-01-01&to=2026-01-01&compare=months").status_code == 422
    for path in (f"/accounts/{expenses}", "/day-book"):
        theirs = stranger.get(f"{path}?{days}&compare=months&centre={van}")
        assert theirs.status_code == 404, "another company's centre is nobody's"
    with max_queries(9):
        assert client.get(f"/day-book?{days}&compare=months").status_code == 200
    with max_queries(9):
        assert client.get(f"/accounts/{expenses}?{days}&compare=last-year").status_code == 200
