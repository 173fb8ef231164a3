"""What a company's statements tell apart: parties by side, small enterprises, ages, heads of accounts, notes of a year, a cost centre."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.reports.ledgers import Ledgers
from webapp import company, ledger
from webapp.final_accounts import flow_reads, notes, queries, schedule_reads
from webapp.final_accounts.notes import NotesDraft
from webapp.kernel import periods
from webapp.kernel.dates import Period
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise
from webapp.kernel.posting import CostShare, Line, Slip, credit, debit
from webapp.ledger import AccountDraft, Heading
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Books, open_books, read_books

SignIn = Callable[[Shop, Role], FlaskClient]
DAY, LAST = date(2025, 5, 1), date(2026, 3, 31)
YEAR = Period(date(2025, 4, 1), LAST)


@pytest.fixture
def books_of(sharma: Shop) -> Ledgers:
    return Ledgers(sharma.actor)


def account(shop: Shop, name: str, group: str, head: str = "") -> UUID:
    with open_books(shop.actor) as books:
        group_id = next(one.id for one in ledger.chart_of_accounts(books).groups if one.code == group)
        return ledger.create_account(books, AccountDraft(name, group_id, schedule_head=head))


def post(shop: Shop, day: date, *lines: Line) -> None:
    voucher = new_id()
    with open_books(shop.actor) as books:
        heading = Heading("journal", f"J/{voucher.hex[-8:]}", day, company.default_store(books), "journal", voucher)
        ledger.post(books, voucher_id=voucher, heading=heading, slip=Slip(lines))


def trade(books_of: Ledgers) -> None:
    """Two customers and three suppliers, on both sides."""
    owes, ahead = books_of.customer("Owes"), books_of.customer("Paid ahead")
    small = books_of.customer("Small mill", is_supplier=True, msme="micro")
    large = books_of.customer("Large mill", is_supplier=True, msme="medium")
    held = books_of.customer("Holds our money", is_supplier=True)
    books_of.post(DAY, ("debtors", 500_00, owes), ("sales", -500_00), kind="sales")
    books_of.post(DAY, ("cash", 200_00), ("debtors", -200_00, ahead), kind="receipt")
    books_of.post(DAY, ("expenses", 300_00), ("creditors", -300_00, small))
    books_of.post(date(2022, 5, 1), ("expenses", 400_00), ("creditors", -400_00, large))
    books_of.post(DAY, ("creditors", 100_00, held), ("cash", -100_00), kind="payment")


def lines_of(books: Books, *days: date, store_id: UUID | None = None) -> dict[str, tuple[int, ...]]:
    found = schedule_reads.schedule_of(books, days, store_id=store_id)
    return {one.line.code: one.figures for one in found.schedule.lines}


def test_what_parties_stand_at_is_not_set_off(sharma: Shop, iyer: Shop, books_of: Ledgers) -> None:
    trade(books_of)
    trade(Ledgers(iyer.actor))
    with read_books(sharma.actor) as books:
        for only in (None, company.default_store(books)):
            found = lines_of(books, LAST, date(2025, 3, 31), store_id=only)
            assert found["trade-receivables"] == (500_00, 0)
            assert found["other-current-liabilities"] == (200_00, 0)
            assert found["trade-payables-small"] == (300_00, 0)
            assert found["trade-payables"] == (400_00, 400_00)
            assert found["short-term-loans"] == (100_00, 0)
        net, apart = (queries.balance_sheet(books, [LAST, DAY], splits_parties=splits) for splits in (False, True))
        assert apart.agrees
        assert apart.total_assets[0] - net.total_assets[0] == 300_00
        ages = schedule_reads.schedule_of(books, (LAST, DAY)).ages
    assert [row.figures for row in ages[0].receivables] == [(0, 0, 0, 500_00, 0, 0, 0)]
    assert [(row.code, row.figures) for row in ages[0].payables] == [
        ("small", (0, 0, 300_00, 0, 0, 0)),
        ("others", (0, 0, 0, 0, 0, 400_00)),
    ]
    assert ages[1].payables[1].total == 400_00


def test_goods_whose_bill_has_not_come_are_unbilled_dues(sharma: Shop, books_of: Ledgers) -> None:
    books_of.post(DAY, ("stock-in-hand", 70_00), ("goods-received", -70_00))
    with read_books(sharma.actor) as books:
        found = schedule_reads.schedule_of(books, (LAST, DAY))
        assert found.schedule.line("trade-payables") == (70_00, 70_00)
        assert found.ages[0].payables[1].figures == (70_00, 0, 0, 0, 0, 0)


@pytest.fixture
def borrowed(sharma: Shop) -> UUID:
    """A loan with its interest, and income tax; returns the loan."""
    loan = account(sharma, "Term loan", "secured-loans")
    interest = account(sharma, "Interest on loan", "indirect-expenses", "finance-costs")
    accrued = account(sharma, "Interest due", "current-liabilities", "interest-accrued")
    earned = account(sharma, "Interest of the bank", "indirect-incomes", "interest-income")
    tax = account(sharma, "Income tax", "indirect-expenses", "current-tax")
    provided = account(sharma, "Tax provided", "provisions", "provision-for-tax")
    with read_books(sharma.actor) as books:
        heads = ledger.heads(books)
    bank = heads["bank"]
    post(sharma, DAY, debit(bank, 1000_00), credit(loan, 1000_00))
    post(sharma, DAY, debit(bank, 600_00), credit(heads["sales"], 600_00))
    post(sharma, DAY, debit(interest, 90_00), credit(accrued, 90_00))
    post(sharma, DAY, debit(accrued, 60_00), credit(bank, 60_00))
    post(sharma, DAY, debit(bank, 25_00), credit(earned, 25_00))
    post(sharma, DAY, debit(tax, 100_00), credit(provided, 100_00))
    post(sharma, DAY, debit(provided, 40_00), credit(bank, 40_00))
    return loan


def test_interest_and_tax_have_their_own_places(sharma: Shop, borrowed: UUID) -> None:
    with read_books(sharma.actor) as books:
        results = schedule_reads.schedule_of(books, (LAST,)).results
        assert results.line("finance-costs") == (90_00,)
        assert results.line("other-income") == (25_00,)
        assert (results.before_tax, results.tax, results.profit) == ((535_00,), (100_00,), (435_00,))
        columns = [YEAR, Period(date(2024, 4, 1), date(2025, 3, 31))]
        indirect, direct = flow_reads.cash_flow(books, columns), flow_reads.direct_flow(books, columns)
    for found in (indirect, direct):
        assert found.tax == (-40_00, 0)
        assert {one.code: one.figures for one in found.investing} == {"interest-received": (25_00, 0)}
        assert {one.code: one.figures for one in found.financing} == {"secured-loans": (1000_00, 0), "interest-paid": (-60_00, 0)}
        assert (found.from_operating, found.change) == ((560_00, 0), (1525_00, 0))


def test_notes_of_a_year_are_kept_once_and_printed(sharma: Shop, iyer: Shop, borrowed: UUID) -> None:
    with open_books(sharma.actor) as books:
        notes.change_notes(books, 2025, NotesDraft(100, 10_00, {borrowed: 5000_00}, 0))
    with read_books(sharma.actor) as books:
        found = schedule_reads.schedule_of(books, (LAST, date(2025, 3, 31)))
        assert found.schedule.line("short-term-borrowings") == (1000_00, 0), "at most what is owed"
        assert found.schedule.line("long-term-borrowings") == (0, 0)
        assert found.per_share == (4_35, None)
    for draft, refusal in ((NotesDraft(1, 1, {}, 0), Conflict), (NotesDraft(1, 1, {new_id(): 5}, 1), NotFound)):
        with pytest.raises(refusal), open_books(sharma.actor) as books:
            notes.change_notes(books, 2025, draft)
    with pytest.raises(NotFound), open_books(iyer.actor) as books:
        notes.change_notes(books, 2025, NotesDraft(1, 1, {borrowed: 5}, 0))
    with read_books(iyer.actor) as books:
        assert schedule_reads.notes_of(books, 2025).shares == 0


def test_a_head_belongs_to_the_nature_of_its_account(sharma: Shop) -> None:
    with pytest.raises(InvalidInput) as refused:
        account(sharma, "Odd", "indirect-expenses", "trade-receivables")
    assert set(refused.value.errors) == {"schedule_head"}


def test_the_form_of_the_notes_keeps_what_was_typed(
    owner: FlaskClient, as_role: SignIn, app: Flask, sharma: Shop, borrowed: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    page = owner.get("/schedule-iii/2025/notes").text
    assert f"due_{borrowed.hex}" in page
    again = owner.post("/schedule-iii/2025/notes", data={"shares": "many", "face_value": "10", f"due_{borrowed.hex}": "-4", "version": "0"})
    assert again.status_code == 422
    assert 'value="many"' in again.text
    assert "Type an amount above 0, or leave it empty." in again.text
    sent = owner.post(
        "/schedule-iii/2025/notes", data={"shares": "1,000", "face_value": "10", f"due_{borrowed.hex}": "400", "version": "0"}
    )
    assert sent.status_code == 303
    printed = owner.get(sent.location).text
    assert "Term loan: due within a year" in printed
    assert "Earnings per share" in printed
    assert owner.get("/schedule-iii/1800/notes").status_code == 404
    assert as_role(sharma, Role.CASHIER).get("/schedule-iii/2025/notes").status_code == 403


def test_a_cost_centre_has_a_profit_and_loss_account(owner: FlaskClient, as_role: SignIn, sharma: Shop, iyer: Shop) -> None:
    with open_books(sharma.actor) as books:
        van = ledger.create_cost_centre(books, "Van").id
        heads = ledger.heads(books)
    fuel = Line(heads["expenses"], Paise(90_00), None, (CostShare(van, Paise(60_00)), CostShare(van_other(sharma), Paise(30_00))))
    post(sharma, DAY, fuel, credit(heads["cash"], 90_00))
    days = "from=2025-04-01&to=2026-03-31"
    page = owner.get(f"/profit-and-loss?{days}&centre={van}&detail=accounts").text
    assert "60.00" in page
    assert "90.00" not in page
    assert f"/cost-centre-report/{van}?account=" in page
    assert as_role(iyer, Role.OWNER).get(f"/profit-and-loss?{days}&centre={van}").status_code == 404


def van_other(shop: Shop) -> UUID:
    with open_books(shop.actor) as books:
        return ledger.create_cost_centre(books, "Shop floor").id


def test_closing_balances_stand_side_by_side(owner: FlaskClient, sharma: Shop, borrowed: UUID) -> None:
    for compare, wide in (("previous", 2), ("last-year", 2), ("months", 12)):
        with read_books(sharma.actor) as books:
            columns = periods.columns(YEAR, compare)[:wide]
            found = queries.compared_balances(books, columns)
            alone = [queries.trial_balance(books, one) for one in columns]
        assert found.agrees
        assert list(found.debit) == [one.closing_debit for one in alone]
        page = owner.get(f"/trial-balance?from=2025-04-01&to=2026-03-31&compare={compare}").text
        assert "1,000.00 Cr" in page.replace("&nbsp;", " ")
