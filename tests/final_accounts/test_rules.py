"""What is decided without a database: periods, Schedule III, ratios, trees."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest

from webapp.final_accounts.rules import schedule_iii
from webapp.final_accounts.rules.flows import CURRENT_ASSETS, CURRENT_LIABILITIES
from webapp.final_accounts.rules.ratios import Basis, ratios
from webapp.final_accounts.rules.statements import BalanceSheet
from webapp.final_accounts.rules.tree import heads_of, known_codes
from webapp.kernel import periods
from webapp.kernel.dates import Period
from webapp.kernel.periods import TooManyMonths
from webapp.ledger.chart import GROUPS

TODAY = date(2026, 11, 20)


class Group(NamedTuple):
    id: UUID
    code: str
    name: str
    parent_id: UUID | None
    nature: str


class Account(NamedTuple):
    id: UUID
    code: str | None
    name: str
    group_id: UUID


class Chart(NamedTuple):
    groups: tuple[Group, ...]
    accounts: tuple[Account, ...]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("year", date(2026, 4, 1), TODAY),
        ("last-year", date(2025, 4, 1), date(2026, 3, 31)),
        ("quarter", date(2026, 10, 1), TODAY),
        ("last-quarter", date(2026, 7, 1), date(2026, 9, 30)),
        ("month", date(2026, 11, 1), TODAY),
        ("last-month", date(2026, 10, 1), date(2026, 10, 31)),
    ],
)
def test_presets(name: str, first: date, last: date) -> None:
    assert periods.preset(name, TODAY) == Period(first, last)


def test_the_last_quarter_of_a_year_lies_in_the_year_before() -> None:
    assert periods.preset("last-quarter", date(2026, 5, 2)) == Period(date(2026, 1, 1), date(2026, 3, 31))


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        (date(2025, 4, 1), date(2026, 3, 31), (date(2024, 4, 1), date(2025, 3, 31))),
        (date(2026, 4, 1), TODAY, (date(2025, 4, 1), date(2025, 11, 20))),
        (date(2026, 10, 1), TODAY, (date(2026, 7, 1), date(2026, 8, 20))),
        (date(2026, 3, 1), date(2026, 3, 31), (date(2026, 2, 1), date(2026, 2, 28))),
        (date(2026, 3, 1), date(2026, 3, 30), (date(2026, 2, 1), date(2026, 2, 28))),
        (date(2026, 3, 5), date(2026, 3, 14), (date(2026, 2, 23), date(2026, 3, 4))),
    ],
)
def test_the_period_before(first: date, last: date, before: tuple[date, date]) -> None:
    assert periods.previous(Period(first, last)) == Period(*before)


def test_a_year_before_keeps_the_end_of_a_month() -> None:
    assert periods.a_year_before(Period(date(2024, 2, 1), date(2024, 2, 29))) == Period(date(2023, 2, 1), date(2023, 2, 28))
    assert periods.a_year_before(Period(date(2025, 2, 1), date(2025, 2, 28))) == Period(date(2024, 2, 1), date(2024, 2, 29))


def test_months_are_cut_where_the_period_is_and_are_not_endless() -> None:
    months = periods.months_of(Period(date(2026, 1, 30), date(2026, 3, 2)))
    assert [(one.first_day.isoformat(), one.last_day.isoformat()) for one in months] == [
        ("2026-01-30", "2026-01-31"),
        ("2026-02-01", "2026-02-28"),
        ("2026-03-01", "2026-03-02"),
    ]
    with pytest.raises(TooManyMonths):
        periods.columns(Period(date(2020, 1, 1), date(2026, 1, 1)), "months")


def test_schedule_iii_knows_every_seeded_group_and_the_day_it_was_amended() -> None:
    seeded = {seed.code for seed in GROUPS if seed.nature in ("asset", "liability")}
    assert set(schedule_iii.mapping(TODAY)) == seeded
    lines = {line.code for line in schedule_iii.LINES}
    assert {line for pair in schedule_iii.mapping(TODAY).values() for line in pair} <= lines
    assert schedule_iii.mapping(date(2021, 3, 31))["deposits"] == ("long-term-loans", "long-term-loans")
    assert schedule_iii.mapping(date(2021, 4, 1))["deposits"] == ("other-non-current-assets", "other-non-current-assets")


def test_a_group_of_ones_own_stands_where_its_nearest_seeded_ancestor_does() -> None:
    loans, cars, axle = (uuid4() for _ in range(3))
    groups = (
        Group(loans, "secured-loans", "Secured Loans", None, "liability"),
        Group(cars, "own-1", "Car loans", loans, "liability"),
        Group(axle, "own-2", "Lorry", cars, "liability"),
    )
    own = Group(uuid4(), "own-3", "Machines lent", None, "asset")
    car, lent = Account(uuid4(), None, "HDFC car", axle), Account(uuid4(), None, "Lathe", own.id)
    chart = Chart((*groups, own), (car, lent))
    assert known_codes(chart, {"secured-loans"}) == {
        loans: "secured-loans",
        cars: "secured-loans",
        axle: "secured-loans",
        own.id: "current-assets",
    }
    closing = {car.id: (-500, 0), lent.id: (500, 0)}
    sheet = BalanceSheet((), (), (0, 0), (0, 0), (0, 0), 2)
    found = schedule_iii.schedule(chart, closing, sheet, TODAY)
    assert [(one.line.code, one.note, one.figures) for one in found.lines] == [
        ("long-term-borrowings", 1, (500, 0)),
        ("other-current-assets", 2, (500, 0)),
    ]


@pytest.mark.parametrize(
    ("code", "amount", "line"),
    [
        ("sundry-debtors", -5, "other-current-liabilities"),
        ("bank-accounts", -5, "short-term-borrowings"),
        ("sundry-creditors", 5, "short-term-loans"),
    ],
)
def test_what_is_owed_is_not_set_off_against_what_is_owned(code: str, amount: int, line: str) -> None:
    group = Group(uuid4(), code, code, None, "asset")
    account = Account(uuid4(), None, "x", group.id)
    found = schedule_iii.schedule(Chart((group,), (account,)), {account.id: (amount,)}, BalanceSheet((), (), (0,), (0,), (0,)), TODAY)
    assert [one.line.code for one in found.lines] == [line]


def test_input_tax_is_set_off_against_output_tax() -> None:
    group = Group(uuid4(), "duties-taxes", "Duties & Taxes", None, "liability")
    output, tax_paid = Account(uuid4(), None, "Output", group.id), Account(uuid4(), None, "Input", group.id)
    found = schedule_iii.schedule(
        Chart((group,), (output, tax_paid)), {output.id: (-18,), tax_paid.id: (12,)}, BalanceSheet((), (), (0,), (0,), (0,)), TODAY
    )
    assert [(one.line.code, one.figures) for one in found.lines] == [("other-current-liabilities", (6,))]


def test_groups_without_figures_are_left_out_and_sub_groups_add_up() -> None:
    assets, bank, empty = (uuid4() for _ in range(3))
    chart = Chart(
        (
            Group(assets, "current-assets", "Current Assets", None, "asset"),
            Group(bank, "bank-accounts", "Bank Accounts", assets, "asset"),
            Group(empty, "deposits", "Deposits", assets, "asset"),
        ),
        (Account(uuid4(), None, "SBI", bank), Account(uuid4(), None, "Float", assets)),
    )
    (head,) = heads_of(chart, {chart.accounts[0].id: (1, 2), chart.accounts[1].id: (10, 20)})
    assert head.figures == (11, 22)
    assert [(one.name, one.figures) for one in head.beneath] == [("Bank Accounts", (1, 2)), ("Float", (10, 20))]


def test_ratios_of_a_shop_worked_out_by_hand() -> None:
    basis = Basis(
        balances={
            "cash-in-hand": 100_00,
            "sundry-debtors": 300_00,
            "stock-in-hand": 200_00,
            "sundry-creditors": -250_00,
            "secured-loans": -400_00,
            "capital-account": -700_00,
        },
        profits=100_00,
        sales=3_650_00,
        cost_of_goods=1_500_00,
        gross_profit=1_825_00,
        net_profit=365_00,
        opening_stock=100_00,
        days=365,
    )
    amounts, found = ratios((basis,))
    said = {one.code: one.figures[0] for one in (*amounts, *found)}
    assert said["working-capital"] == 350_00
    assert said["current-ratio"] == 240
    assert said["quick-ratio"] == 160
    assert said["debt-equity"] == 50
    assert (said["gross-profit"], said["net-profit-share"], said["operating-cost"]) == (5000, 1000, 9000)
    assert said["receivables-days"] == 30
    assert said["return-on-investment"] == 4563
    assert said["stock-turnover"] == 1000


def test_nothing_is_divided_by_nothing() -> None:
    nothing = Basis(balances={}, profits=0, sales=0, cost_of_goods=0, gross_profit=0, net_profit=0, opening_stock=0, days=1)
    assert all(one.figures == (None,) for one in ratios((nothing,))[1])
    assert not CURRENT_ASSETS & CURRENT_LIABILITIES
