"""Whatever is typed, in any order: what stands balances, and what is taken back is as if it had never been."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from migrations.triggers import drop_guards
from tests.vouchers.conftest import TODAY, Desk
from webapp import books_check, ledger, vouchers
from webapp.kernel.errors import BooksError
from webapp.kernel.money import Paise
from webapp.platform.tenancy import open_books, read_books
from webapp.vouchers import Entry, State

KINDS = st.sampled_from(["contra", "payment", "receipt", "journal", "credit_note"])
NAMES = ("Rent", "Capital", "Cash", "Bank", "Ravi")


@st.composite
def typed_rows(draw: st.DrawFn) -> list[tuple[str, int]]:
    """Rows as a hand may type them: mostly balanced, sometimes not."""
    rows = draw(st.lists(st.tuples(st.sampled_from(NAMES), st.integers(-10_000_00, 10_000_00)), min_size=0, max_size=6))
    if draw(st.booleans()) and rows:
        rows.append((draw(st.sampled_from(NAMES)), -sum(amount for _, amount in rows)))
    return rows


def entries_of(desk: Desk, rows: list[tuple[str, int]]) -> tuple[Entry, ...]:
    accounts = {**desk.accounts, "Ravi": desk.accounts["Customers"]}
    return tuple(Entry(accounts[name], Paise(amount), desk.people["Ravi"] if name == "Ravi" else None) for name, amount in rows)


@pytest.fixture
def trader(desk: Desk) -> Desk:
    desk.party("Ravi")
    return desk


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(kind=KINDS, rows=typed_rows(), later=typed_rows(), ends=st.booleans())
def test_what_is_accepted_balances_and_what_is_taken_back_is_gone(
    trader: Desk, kind: str, rows: list[tuple[str, int]], later: list[tuple[str, int]], ends: bool
) -> None:
    before = trader.balances()
    try:
        kept = trader.save(trader.command(kind, *entries_of(trader, rows)))
    except BooksError:
        assert trader.balances() == before
        return
    with read_books(trader.shop.actor) as books:
        for posted in ledger.vouchers_of(books, kept.id):
            assert sum(line.amount for line in posted.lines) == 0
    assert sum(trader.balances().values()) == 0
    try:
        kept = trader.save(replace(vouchers.command_of(kept), entries=entries_of(trader, later)))
        assert [entry.amount for entry in kept.entries] == [amount for _, amount in later]
    except BooksError:
        assert trader.document(kept.id).version == 1
    if ends:
        trader.cancel(kept.id)
        assert trader.balances() == before
    with open_books(trader.shop.actor) as books:
        assert [str(breach) for breach in books_check.verify_books(books).breaches] == []


FAULTS = {
    "should stand in the books once; it stands there 0 times": "update voucher_document set state = 'posted', voucher_id = (select id from voucher limit 1), number = '2600PY/000001' where state = 'draft'",
    "and yet it stands in the books": "update voucher_document set state = 'cancelled', voucher_id = null where state = 'posted'",
    "was posted with other rows": "update voucher_document set body = replace(cast(body as text), '50000', '50001') where state = 'posted'",
    "of 2026-11-19 was posted as payment": "update voucher_document set voucher_date = '2026-11-19' where state = 'posted'",
    "nobody typed it": "delete from voucher_document where state = 'posted'",
    "payment X of 2026-11-20 was posted as payment 2600PY/000001": "update voucher_document set number = 'X' where state = 'posted'",
}


@pytest.mark.parametrize("words", FAULTS)
def test_a_planted_fault_is_named(desk: Desk, engine: Engine, words: str) -> None:
    desk.post("payment", ("Rent", 500), ("Cash", -500))
    desk.post("payment", ("Rent", 7), ("Cash", 0), wish=State.DRAFT, voucher_date=TODAY + timedelta(days=1))
    statement = FAULTS[words]
    if engine.dialect.name == "postgresql":
        statement = statement.replace(
            "replace(cast(body as text), '50000', '50001')", "replace(cast(body as text), '50000', '50001')::jsonb"
        )
    with open_books(desk.shop.actor) as books:
        drop_guards(books.connection, "voucher_version")
        books.connection.execute(text(statement))
        found = [str(breach) for breach in books_check.verify_books(books).breaches]
    assert any(words in one for one in found), found
