"""Every figure equals the one worked out the slow way, from all lines there are; on any days, on every page."""

from __future__ import annotations

from datetime import date
from random import Random
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.reports.ledgers import Ledgers, periods, running
from webapp import company, ledger
from webapp.kernel.dates import FinancialYear, Period
from webapp.kernel.periods import COMPARISONS
from webapp.ledger import Asked, RegisterRow
from webapp.platform.tenancy import Books, read_books
from webapp.reports import books_of_account, khata, months_of_account, registers

SEEDS = range(3)
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 20))


@pytest.fixture(params=SEEDS)
def filled(request: pytest.FixtureRequest, ledgers: Ledgers, iyer: Shop) -> tuple[Ledgers, Random]:
    """Books of random vouchers; the other company has some too, which must show nowhere."""
    chance = Random(request.param)
    ledgers.fill(chance, vouchers=60, customers=[ledgers.customer(name) for name in ("Asha", "Ravi", "शांता")])
    others = Ledgers(iyer.actor)
    others.fill(chance, vouchers=5, customers=[others.customer("Selvi")])
    return ledgers, chance


def test_the_chart_equals_the_lines_of_the_year(filled: tuple[Ledgers, Random]) -> None:
    ledgers, chance = filled
    lines = ledgers.lines()
    with read_books(ledgers.actor) as books:
        chart = ledger.chart_of_accounts(books)
    natures = {group.id: group.nature for group in chart.groups}
    results = {one.id for one in chart.accounts if natures[one.group_id] in ("income", "expense")}
    for period in periods(chance, 12):
        begins = FinancialYear.of(period.first_day).first_day
        slow: dict[UUID, list[int]] = {}
        earlier = 0
        for line in lines:
            figures = slow.setdefault(line.account_id, [0, 0, 0])
            if line.voucher_date < begins and line.account_id in results:
                earlier += line.amount_paise
            elif line.voucher_date < period.first_day:
                figures[0] += line.amount_paise
            elif line.voucher_date <= period.last_day:
                figures[1 if line.amount_paise > 0 else 2] += abs(line.amount_paise)
        with read_books(ledgers.actor) as books:
            found = books_of_account.balances(books, period)
        assert {row.account_id: list(row.figures) for row in found.rows if row.account_id} == {
            id_: figures for id_, figures in slow.items() if any(figures)
        }
        assert found.agrees
        tops = [row for row in found.rows if row.depth == 0]
        assert [row.figures.closing for row in tops if row.name == "Profit & Loss A/c"] == ([earlier] if earlier else [])
        assert sum(row.figures.opening for row in tops) == sum(row.figures.closing for row in tops) == 0
        assert sum(row.figures.debit for row in tops) == found.debit == found.credit


def test_an_expense_begins_each_year_at_nil(ledgers: Ledgers) -> None:
    ledgers.post(date(2026, 2, 1), ("expenses", 500_00), ("cash", -500_00))
    ledgers.post(date(2026, 5, 1), ("expenses", 20_00), ("cash", -20_00))
    year = Period(date(2026, 4, 1), date(2026, 11, 20))
    with read_books(ledgers.actor) as books:
        heads = ledger.heads(books)
        spent, cash = (books_of_account.account_head(books, heads[code], year) for code in ("expenses", "cash"))
        (row,) = books_of_account.whole_account(books, spent, year)
        page = books_of_account.account_page(books, spent, Asked(year.first_day, year.last_day, at_end=True))
    assert (spent.figures, cash.figures) == ((0, 20_00, 0), (-500_00, 0, 20_00))
    assert (page.opening, page.closing, row.balance) == (0, 20_00, 20_00)
    assert [(one.month, one.closing) for one in spent.months] == [(202602, 500_00), (202605, 20_00)]
    assert [(one.month, one.closing) for one in cash.months] == [(202602, -500_00), (202605, -520_00)]


def test_a_group_adds_up_what_is_beneath_it(ledgers: Ledgers) -> None:
    ledgers.post(date(2026, 5, 1), ("output-cgst", -9_00), ("output-sgst", -9_00), ("cash", 118_00), ("sales", -100_00))
    with read_books(ledgers.actor) as books:
        found = books_of_account.balances(books, Period(date(2026, 4, 1), date(2026, 5, 31)))
    assert [(row.name, row.depth, row.figures.closing) for row in found.rows] == [
        ("Current Liabilities", 0, -18_00),
        ("Duties & Taxes", 1, -18_00),
        ("Output CGST", 2, -9_00),
        ("Output SGST", 2, -9_00),
        ("Current Assets", 0, 118_00),
        ("Cash-in-Hand", 1, 118_00),
        ("Cash", 2, 118_00),
        ("Sales Accounts", 0, -100_00),
        ("Sales", 1, -100_00),
    ]


def test_a_search_narrows_the_rows_and_not_the_sums(ledgers: Ledgers) -> None:
    ledgers.post(date(2026, 5, 1), ("cash", 118_00), ("sales", -118_00))
    with read_books(ledgers.actor) as books:
        found = books_of_account.balances(books, Period(date(2026, 4, 1), date(2026, 5, 31)), words="CASH in")
    assert [row.name for row in found.rows if row.account_id] == ["Cash"]
    assert (found.closing_debit, found.closing_credit) == (118_00, 118_00)


def test_a_ledger_equals_the_lines_paged_from_either_end(filled: tuple[Ledgers, Random]) -> None:
    ledgers, chance = filled
    with read_books(ledgers.actor) as books:
        account_id = ledger.heads(books)["cash"]
        lines = [line for line in ledgers.lines() if line.account_id == account_id]
        for period in periods(chance, 6):
            slow = list(running(lines, period))
            for most in (1, 7, 500):
                assert shown(forwards(books, account_id, period, most)) == slow
                assert shown(backwards(books, account_id, period, most)) == slow
            head = books_of_account.account_head(books, account_id, period)
            before = sum(line.amount_paise for line in lines if line.voucher_date < period.first_day)
            debit, credit = (sum(abs(amount) for _, amount, _ in slow if (amount > 0) == is_debit) for is_debit in (True, False))
            assert head.figures == (before, debit, credit)
            assert [row.balance for row in books_of_account.whole_account(books, head, period)] == [balance for _, _, balance in slow]


def forwards(books: Books, account_id: UUID, period: Period, most: int) -> list[RegisterRow]:
    rows: list[RegisterRow] = []
    after = None
    while True:
        page = ledger.account_page(books, account_id, Asked(period.first_day, period.last_day, after=after, most=most))
        rows += page.rows
        if page.later is None:
            return rows
        after = page.later


def backwards(books: Books, account_id: UUID, period: Period, most: int) -> list[RegisterRow]:
    page = ledger.account_page(books, account_id, Asked(period.first_day, period.last_day, at_end=True, most=most))
    rows = list(page.rows)
    while page.earlier:
        page = ledger.account_page(books, account_id, Asked(period.first_day, period.last_day, before=page.earlier, most=most))
        rows = [*page.rows, *rows]
    return rows


def shown(rows: list[RegisterRow]) -> list[tuple[object, int, int]]:
    return [(row.key, row.debit - row.credit, row.balance) for row in rows]


def test_months_of_an_account_equal_the_lines(filled: tuple[Ledgers, Random]) -> None:
    ledgers, _ = filled
    with read_books(ledgers.actor) as books:
        account_id = ledger.heads(books)["bank"]
        months = books_of_account.account_head(books, account_id, NOVEMBER).months
    lines = [line for line in ledgers.lines() if line.account_id == account_id]
    for one in months:
        until = [line.amount_paise for line in lines if line.voucher_date.year * 100 + line.voucher_date.month <= one.month]
        assert one.closing == sum(until)


def test_the_day_book_shows_every_voucher_once(filled: tuple[Ledgers, Random]) -> None:
    ledgers, chance = filled
    lines = ledgers.lines()
    for period in periods(chance, 5):
        wanted = registers.Wanted(period)
        debits: dict[UUID, int] = {}
        for line in lines:
            if period.first_day <= line.voucher_date <= period.last_day:
                debits[line.voucher_id] = debits.get(line.voucher_id, 0) + max(line.amount_paise, 0)
        with read_books(ledgers.actor) as books:
            older: list[registers.DayBookRow] = []
            place: tuple[date, UUID] | None = None
            while True:
                page = registers.day_book(books, wanted, older_than=place, most=9)
                older += page.rows
                if page.older is None:
                    break
                place = (page.older.voucher_date, page.older.id)
            assert list(registers.whole_day_book(books, wanted)) == older[::-1]
            assert registers.debits(books, period) == sum(debits.values())
        assert {row.id: row.amount for row in older} == debits
        assert [(row.voucher_date, row.id) for row in older] == sorted(((row.voucher_date, row.id) for row in older), reverse=True)


def test_cost_of_goods_is_no_part_of_a_bills_amount(ledgers: Ledgers) -> None:
    day = date(2026, 11, 20)
    ledgers.post(day, ("cash", 118_00), ("sales", -118_00), ("cost-of-goods", 80_00), ("stock-in-hand", -80_00))
    ledgers.post(day, ("stock-in-hand", 70_00), ("opening-difference", -70_00))
    ledgers.post(day, ("stock-in-hand", 50_00), ("input-cgst", 9_00), ("creditors", -59_00, ledgers.customer("Mandi")))
    ledgers.post(day, ("cost-of-goods", 5_00), ("stock-in-hand", -5_00))
    with read_books(ledgers.actor) as books:
        page = registers.day_book(books, registers.Wanted(Period(day, day)))
        assert [(row.heads, row.amount) for row in reversed(page.rows)] == [
            ("Cash", 118_00),
            ("Difference in opening balances", 70_00),
            ("Suppliers", 59_00),
            ("Cost of goods sold", 5_00),
        ]
        assert registers.debits(books, Period(day, day)) == 118_00 + 80_00 + 70_00 + 59_00 + 5_00


def test_the_other_side_of_cash_is_sales_and_of_stock_its_cost(ledgers: Ledgers) -> None:
    day = date(2026, 11, 20)
    ledgers.post(day, ("cash", 50_00), ("sales", -50_00), ("cost-of-goods", 80_00), ("stock-in-hand", -80_00))
    with read_books(ledgers.actor) as books:
        heads = ledger.heads(books)
        against = {
            code: ledger.account_page(books, heads[code], Asked(day, day)).rows[0].against
            for code in ("cash", "sales", "cost-of-goods", "stock-in-hand")
        }
    assert against == {"cash": "Sales", "sales": "Cash", "cost-of-goods": "Stock-in-hand", "stock-in-hand": "Cost of goods sold"}


def test_the_khata_equals_the_lines(filled: tuple[Ledgers, Random]) -> None:
    ledgers, _ = filled
    dues: dict[UUID, int] = {}
    for line in ledgers.lines():
        if line.party_id:
            dues[line.party_id] = dues.get(line.party_id, 0) + line.amount_paise
    with read_books(ledgers.actor) as books:
        for state, keeps in (("", lambda due: due > 0), ("advance", lambda due: due < 0), ("all", bool)):
            for order in ("", "name"):
                wanted = khata.Wanted(state=state, order=order)
                rows = list(khata.whole_khata(books, wanted))
                assert {row.id: row.due for row in rows} == {id_: due for id_, due in dues.items() if keeps(due)}
                sums = khata.due_sums(books, wanted)
                assert sums.owed - sums.advance == sum(row.due for row in rows)
        for party_id, due in dues.items():
            head = books_of_account.party_head(books, party_id, "Whoever")
            assert books_of_account.figures_of(books, head, Period(date(2026, 1, 1), date(2026, 12, 31))).closing == due


@pytest.mark.parametrize("how", COMPARISONS)
@pytest.mark.parametrize("period", [Period(date(2026, 4, 1), date(2026, 11, 20)), Period(date(2026, 2, 10), date(2026, 11, 5))])
def test_months_of_a_party_are_its_lines(filled: tuple[Ledgers, Random], how: str, period: Period) -> None:
    ledgers, _ = filled
    of_party: dict[UUID, list[tuple[date, int]]] = {}
    for line in ledgers.lines():
        if line.party_id:
            of_party.setdefault(line.party_id, []).append((line.voucher_date, line.amount_paise))
    assert len(of_party) > 1
    with read_books(ledgers.actor) as books:
        for party_id, lines in of_party.items():
            found = months_of_account.compared(books, books_of_account.party_head(books, party_id, "Whoever"), period, how)
            assert found.is_beside == (how != "months")
            for one in (month for row in found.rows for month in (row.own, row.other) if month):
                inside = [amount for day, amount in lines if one.span.first_day <= day <= one.span.last_day]
                assert one.figures == (
                    sum(amount for day, amount in lines if day < one.span.first_day),
                    sum(amount for amount in inside if amount > 0),
                    -sum(amount for amount in inside if amount < 0),
                )


def test_a_khata_month_by_month_is_of_one_store_and_leads_to_its_lines(ledgers: Ledgers, owner: FlaskClient) -> None:
    ledgers.fill(Random(7), vouchers=30, customers=[ledgers.customer(name) for name in ("Asha", "Ravi")])
    party_id = next(line.party_id for line in ledgers.lines() if line.party_id)
    with read_books(ledgers.actor) as books:
        store = company.stores(books)[0].id
    address = f"/khata/{party_id}?compare=months&from=2026-04-01&to=2026-05-31&store={store}"
    drawn = owner.get(address).text
    assert f'href="/khata/{party_id}?store={store}&amp;from=2026-05-01&amp;to=2026-05-31"' in drawn
    rows = owner.get(f"{address}&format=csv").text.splitlines()
    assert len([row for row in rows if row.startswith(("Apr", "May"))]) == 2
    assert owner.get(f"/khata/{party_id}?compare=months&store={UUID(int=1)}").status_code == 404


def test_the_khata_pages_both_ways_in_both_orders(ledgers: Ledgers) -> None:
    for number, amount in enumerate((500, 300, 300, 300, 100, 700, 200)):
        party = ledgers.customer(f"Customer {number}")
        ledgers.post(date(2026, 11, 1), ("debtors", amount, party), ("sales", -amount))
    with read_books(ledgers.actor) as books:
        for order in ("", "name"):
            wanted = khata.Wanted(order=order)
            whole = [row.id for row in khata.due_page(books, wanted).rows]
            page = khata.due_page(books, wanted, most=3)
            seen = [page]
            while page.after:
                page = khata.due_page(books, wanted, after=khata.place_of(page.after, wanted), most=3)
                seen.append(page)
            assert [row.id for one in seen for row in one.rows] == whole
            back = khata.due_page(books, wanted, before=khata.place_of(seen[-1].rows[0], wanted), most=3)
            assert [row.id for row in back.rows] == [row.id for row in seen[-2].rows]


def test_the_oldest_due_is_what_payments_have_not_reached(ledgers: Ledgers) -> None:
    ravi = ledgers.customer("Ravi", credit_limit_paise=100_00)
    for month, amount in ((5, 100_00), (7, 50_00), (9, 30_00)):
        ledgers.post(date(2026, month, 3), ("debtors", amount, ravi), ("sales", -amount))
    expected = {0: 202605, 100_00: 202607, 149_00: 202607, 150_00: 202609}
    paid = 0
    for received, month in expected.items():
        if received > paid:
            ledgers.post(date(2026, 10, 1), ("cash", received - paid), ("debtors", paid - received, ravi))
            paid = received
        with read_books(ledgers.actor) as books:
            (row,) = khata.due_page(books, khata.Wanted()).rows
        assert (row.since, row.due, row.is_over_limit) == (month, 180_00 - received, 180_00 - received > 100_00)
