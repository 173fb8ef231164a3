"""The oracle: what table 4 says is what the input tax accounts moved, and each paper stands in its figure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from tests.counter.device import signed_in
from tests.input_tax.desk import NOVEMBER, OCTOBER, Desk
from webapp import ledger
from webapp.gst_returns import registration
from webapp.input_tax import Tax, proposals, queries, register
from webapp.input_tax.rules import NOTHING
from webapp.platform.tenancy import Books


def used(desk: Desk, month: int = NOVEMBER) -> Tax:
    """What the ledger moved that is in no figure of the return."""

    def ask(books: Books) -> Tax:
        of = registration(books, desk.gstin)
        found = register.entries(books, of.store_ids, queries.days_of(month))
        return sum((one.claimed for one in found if one.cell in ("used", "opening")), NOTHING)

    return Tax(*desk.read(ask))


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_any_month_tells_what_the_ledger_moved(desk: Desk, other: Desk, seed: int) -> None:
    other.buy()
    desk.chance.seed(seed)
    for _paper in range(22):
        desk.at_random(date(2026, 10, 5))
    for month in (OCTOBER, NOVEMBER):
        told = desk.told(month)
        assert told.net + used(desk, month) == desk.moved(month)
        assert told.available - told.rules.tax == told.net + told.temporary.tax
    assert other.told().net == other.moved() == Tax(180_00)


def test_what_stands_under_fixed_assets_is_capital_goods_however_deep(desk: Desk, other: Desk) -> None:
    def open_accounts(books: Books) -> list[UUID]:
        fixed = next(group.id for group in ledger.chart_of_accounts(books).groups if group.code == "fixed-assets")
        deeper = ledger.create_group(books, ledger.GroupDraft("Cold chain", fixed))
        return [ledger.create_account(books, ledger.AccountDraft(f"Rooms {group}", group)) for group in (fixed, deeper)]

    accounts, _theirs = (each.act(open_accounts) for each in (desk, other))
    line = replace(desk.buyer.expense("expenses", 1000, tax=18), account_id=accounts[0])
    bill = desk.buy(line, desk.buyer.expense("expenses", 100, tax=18))

    def ask(books: Books) -> tuple[tuple[tuple[str, Tax], ...], set[UUID]]:
        of = registration(books, desk.gstin)
        (one,) = register.entries(books, of.store_ids, queries.days_of(NOVEMBER))
        bought = [(row.bill_id, row.tax) for row in proposals.assets_bought(books, of)]
        assert bought == [(bill.id, Tax(0, 90_00, 90_00))]
        return one.by_nature, set(books.session.scalars(register.fixed_assets()))

    by_nature, found = desk.read(ask)
    assert by_nature == (("services", Tax(0, 9_00, 9_00)), ("capital", Tax(0, 90_00, 90_00)))
    assert found == set(accounts)


def test_the_page_asks_little_of_the_database(desk: Desk, app: Flask, max_queries: Any, database_name: str) -> None:
    """At its fullest: bills, lines that are not claimed, vouchers by hand."""
    desk.buy(desk.buyer.line("Soap", 1, 50), desk.buyer.expense("expenses", 100, tax=18, is_claimed=False))
    desk.journal("input-igst", "expenses", 50)
    client = signed_in(app, desk.shop)
    client.get("/input-tax")
    with max_queries(9 if database_name == "sqlite" else 11):  # PostgreSQL is told first whose rows are asked for
        assert client.get("/input-tax").status_code == 200
