"""Receivables and payables held against another day: each figure is what the ledger had, and what the ages of the day had."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.outstandings.khata import DAY, Khata
from webapp.outstandings import PAYABLE, RECEIVABLE, comparing, forms
from webapp.platform.tenancy import read_books


@pytest.mark.parametrize(
    ("on", "how", "days"),
    [
        (date(2026, 11, 20), "previous", (date(2026, 11, 20), date(2026, 10, 31))),
        (date(2026, 3, 31), "previous", (date(2026, 3, 31), date(2026, 2, 28))),
        (date(2028, 2, 29), "last-year", (date(2028, 2, 29), date(2027, 2, 28))),
        (date(2027, 2, 28), "last-year", (date(2027, 2, 28), date(2026, 2, 28))),
        (date(2026, 4, 1), "year-end", (date(2026, 4, 1), date(2026, 3, 31))),
        (date(2026, 5, 9), "months", (date(2026, 4, 30), date(2026, 5, 9))),
        (date(2026, 4, 30), "months", (date(2026, 4, 30),)),
        (date(2026, 4, 30), "", (date(2026, 4, 30),)),
    ],
)
def test_the_days_a_day_is_held_against(on: date, how: str, days: tuple[date, ...]) -> None:
    assert forms.compared_days(on, how) == days


@pytest.fixture
def filled(khata: Khata, theirs: Khata) -> Khata:
    """A year of bills and money of three parties, some taken back, some settled; the other company has its own."""
    chance = Random(7)
    theirs.bill(theirs.customer("Selvi"), 999)
    for name, to, more in (("Asha", "debtors", {}), ("Ravi", "debtors", {"credit_days": 20}), ("Mill", "creditors", {"is_supplier": True})):
        party = khata.names[name] = khata.customer(name, **more)
        for _ in range(14):
            day = DAY - timedelta(days=chance.randrange(380))
            line = (khata.bill if chance.random() < 0.6 else khata.money)(party, chance.randrange(1, 900), day, to=to)
            if chance.random() < 0.2:
                khata.take_back(line.voucher_id, min(day + timedelta(days=chance.randrange(60)), DAY))
    return khata


def test_each_party_stands_at_its_balance_and_its_ages(filled: Khata) -> None:
    lines = filled.lines()
    for side in (RECEIVABLE, PAYABLE):
        for how in forms.COMPARISONS:
            hold_against_the_books(filled, lines, side, how)


def hold_against_the_books(filled: Khata, lines: list[Any], side: str, how: str) -> None:
    sign = 1 if side == RECEIVABLE else -1
    for asked in ({}, {"view": "bills", "q": "a"}, {"overdue": "1"}, {"overdue": "1", "basis": "date"}):
        with read_books(filled.actor) as books:
            shown = forms.read_shown({**asked, "on": DAY.isoformat()}, side, books.today)
            days = forms.compared_days(DAY, how)
            found = comparing.compared(books, shown, days, is_by_month=how == "months")
            ages = comparing.ages_at(books, shown, days, is_by_month=how == "months")
        assert {row.name for row in found.rows} <= ({"Asha", "Ravi"} if side == RECEIVABLE else {"Mill"})
        for place, day in enumerate(days):
            one = filled.ageing(
                day, netted=shown.is_netted, edges=shown.edges, side=side, words=shown.asked.words, by_due=shown.asked.by_due
            )
            for row in found.rows:
                buckets, money = one.get(row.party_id, ((0,) * 6, 0))
                if "overdue" in asked:
                    assert row.figures[place] == sum(buckets[1:])
                else:
                    assert row.figures[place] == sum(buckets) - money == sign * balance(lines, row.party_id, day)
            whole = ages.ages[place]
            assert whole.buckets == tuple(sum(each) for each in zip(*(buckets for buckets, _ in one.values()), strict=True)) or not one
            assert whole.on_account == sum(money for _, money in one.values())
            if "overdue" not in asked:
                assert found.totals[place] == whole.balance
        first, last = (0, -1) if how != "months" else (-1, 0)
        assert all(found.change(row.figures) == row.figures[first] - row.figures[last] for row in found.rows)


def balance(lines: list[Any], party: UUID, on: date) -> int:
    return sum(line.amount_paise for line in lines if line.party_id == party and line.voucher_date <= on)


def rows_of(client: FlaskClient, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_the_screens_and_files(khata: Khata, browse: Callable[[Shop], FlaskClient], sharma: Shop) -> None:
    client = browse(sharma)
    assert "Nothing was open on any of these days" in client.get("/receivables?compare=months").text
    ravi: UUID = khata.customer("Ravi <Rao>")
    khata.bill(ravi, 100, date(2026, 3, 1))
    khata.bill(ravi, 70, DAY)
    assert rows_of(client, "/receivables?compare=year-end&format=csv") == [
        ["Party", "Phone", "20-Nov-2026", "31-Mar-2026", "Change"],
        ["Ravi <Rao>", "", "170.00", "100.00", "70.00"],
    ]
    months = rows_of(client, "/receivables?compare=months&on=2026-05-15&format=csv")
    assert months == [["Party", "Phone", "30-Apr-2026", "15-May-2026", "Change"], ["Ravi <Rao>", "", "100.00", "100.00", "0.00"]]
    ages = rows_of(client, "/open-bills?compare=year-end&format=csv")
    assert (ages[0], ages[2], ages[-1]) == (
        ["Age", "20-Nov-2026", "31-Mar-2026", "Change"],
        ["1–30 days", "0.00", "100.00", "-100.00"],
        ["Open bills", "170.00", "100.00", "70.00"],
    )
    for path in ("/receivables", "/payables", "/open-bills"):
        for how in (*forms.COMPARISONS, "nonsense", "months;"):
            assert client.get(f"{path}?compare={how}&on=1990-01-01").status_code == 200
    page = client.get(f"/outstandings/{ravi}?to=2026-03-31").text
    assert "01-Apr-2025 to 31-Mar-2026" in page, "as at a day of an earlier year: that year up to it"
    assert client.get("/receivables?compare=months&format=xlsx").data[:2] == b"PK"
    assert client.get("/receivables?compare=previous&format=pdf").data[:4] == b"%PDF"
