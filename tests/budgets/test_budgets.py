"""Budgets kept and held against the books: figures from the lines themselves, refusals, history, companies apart."""

from __future__ import annotations

from datetime import date
from random import Random
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.ground.shops import Shop
from tests.reports.ledgers import Ledgers
from webapp import company, ledger
from webapp.budgets import BudgetDraft, LineDraft, create_budget, csv_file, queries, rules, save_line, service
from webapp.budgets.variance import VarianceAsked, variance
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import MOST_PAISE, Paise
from webapp.kernel.posting import CostShare, Line, Slip
from webapp.ledger import Heading
from webapp.platform import exports
from webapp.platform.audit import EditLogEntry
from webapp.platform.tenancy import open_books, read_books


def head(shop: Shop, code: str) -> UUID:
    with read_books(shop.actor) as books:
        return ledger.heads(books)[code]


def group(shop: Shop, code: str) -> UUID:
    with read_books(shop.actor) as books:
        return next(one.id for one in ledger.chart_of_accounts(books).groups if one.code == code)


def budget(shop: Shop, *lines: LineDraft, year: int = 2026) -> UUID:
    with open_books(shop.actor) as books:
        made = create_budget(books, BudgetDraft("Plan", year))
    for line in lines:
        with open_books(shop.actor) as books:
            save_line(books, made, line, queries.budget_card(books, made).version, new_id(), is_new=True)
    return made


def of_account(shop: Shop, code: str, yearly: int, centre: UUID | None = None) -> LineDraft:
    return LineDraft(head(shop, code), None, centre, rules.spread(yearly))


def version(shop: Shop, budget_id: UUID) -> int:
    with read_books(shop.actor) as books:
        return queries.budget_card(books, budget_id).version


@pytest.mark.parametrize("seed", range(3))
def test_actuals_are_what_the_lines_add_up_to(sharma: Shop, ledgers: Ledgers, seed: int) -> None:
    chance = Random(seed)
    ledgers.fill(chance, vouchers=60, customers=[ledgers.customer("Meera")])
    made = budget(sharma, of_account(sharma, "sales", 1_000_001), of_account(sharma, "expenses", 700))
    as_at = date(2026, chance.randrange(4, 12), chance.randrange(1, 21))
    with read_books(sharma.actor) as books:
        found = variance(books, made, VarianceAsked(as_at))
        month = variance(books, made, VarianceAsked(as_at, span="month"))
    for code, sign, place in (("sales", -1, 0), ("expenses", 1, 1)):
        own = [one for one in ledgers.lines() if one.account_id == head(sharma, code) and date(2026, 4, 1) <= one.voucher_date <= as_at]
        assert found.sections[place].rows[0].actual == sign * sum(one.amount_paise for one in own)
        assert month.sections[place].rows[0].actual == sign * sum(one.amount_paise for one in own if one.voucher_date.month == as_at.month)


def test_a_group_is_what_its_accounts_are(sharma: Shop, ledgers: Ledgers) -> None:
    ledgers.post(date(2026, 5, 4), ("expenses", 7_500), ("cash", -7_500))
    made = budget(sharma, LineDraft(None, group(sharma, "indirect-expenses"), None, rules.spread(12_000)))
    with read_books(sharma.actor) as books:
        found = variance(books, made, VarianceAsked(date(2026, 5, 31), by_account=True)).sections[0]
    assert (found.total.budget, found.total.actual, found.total.variance) == (2_000, 7_500, 5_500)
    assert [(row.budget, row.actual) for row in found.rows] == [(2_000, 7_500), (None, 7_500)]
    assert (found.total.run_rate, found.total.forecast) == (45_000, 17_500)


def test_the_same_days_a_year_before_stand_beside(sharma: Shop, ledgers: Ledgers, owner: FlaskClient) -> None:
    """Of the whole span and of the month alone; an account that only the year before moved has its row."""
    days = [
        (date(2025, 3, 31), 1),
        (date(2025, 4, 1), 20),
        (date(2025, 5, 10), 300),
        (date(2025, 5, 11), 4_000),
        (date(2026, 5, 2), 50_000),
    ]
    for day, amount in days:
        ledgers.post(day, ("expenses", amount), ("cash", -amount))
    ledgers.post(date(2025, 5, 1), ("round-off", 7), ("cash", -7))
    made = budget(sharma, LineDraft(None, group(sharma, "indirect-expenses"), None, rules.spread(12_000)))
    with read_books(sharma.actor) as books:
        found = {
            span: variance(books, made, VarianceAsked(date(2026, 5, 10), span, by_account=True, with_year_before=True)).sections[0]
            for span in ("to-date", "month", "year")
        }
        without = variance(books, made, VarianceAsked(date(2026, 5, 10))).sections[0]
    assert [(found[span].total.actual, found[span].total.before) for span in found] == [(50_000, 327), (50_000, 307), (50_000, 327)]
    assert sorted((row.actual, row.before) for row in found["to-date"].rows[1:]) == [(0, 7), (50_000, 320)]
    assert (without.total.before, without.rows[0].before) == (None, None)
    page = owner.get(f"/budgets/{made}/variance?to=2026-05-10&compare=last-year").text
    assert "A year before" in page
    assert "from=2025-04-01&amp;to=2025-05-10" in page
    rows = owner.get(f"/budgets/{made}/variance?to=2026-05-10&compare=last-year&format=csv").text.splitlines()
    assert (rows[0].split(",")[-1], rows[1].split(",")[-1]) == ("A year before", "3.27")


def test_what_a_cost_centre_bears_is_its_own(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        van, store = ledger.create_cost_centre(books, "Van"), company.default_store(books)
        heads = ledger.heads(books)
        slip = Slip(
            (Line(heads["expenses"], Paise(900), None, (CostShare(van.id, Paise(900)),)), Line(heads["cash"], Paise(-900), None, ()))
        )
        voucher = new_id()
        ledger.post(
            books, voucher_id=voucher, heading=Heading("payment", "P/1", date(2026, 4, 9), store, "journal", voucher, ""), slip=slip
        )
    made = budget(sharma, of_account(sharma, "expenses", 1_200, van.id))
    with read_books(sharma.actor) as books:
        for centre, store_id, expected in ((van.id, None, [900]), (van.id, store, [900]), (None, None, [900])):
            found = variance(books, made, VarianceAsked(date(2026, 4, 30), store_id=store_id, centre_id=centre))
            assert [row.actual for row in found.sections[0].rows] == expected
        assert variance(books, made, VarianceAsked(date(2026, 4, 30), centre_id=new_id())).sections == ()


def test_the_report_reads_no_more_for_more_lines(sharma: Shop, ledgers: Ledgers, max_queries: object) -> None:
    ledgers.fill(Random(5), vouchers=20, customers=[ledgers.customer("Meera")])
    made = budget(sharma, *(of_account(sharma, code, 100) for code in ("sales", "expenses", "stock-adjustment", "round-off")))
    with max_queries(12), read_books(sharma.actor) as books:  # type: ignore[operator]
        variance(books, made, VarianceAsked(date(2026, 10, 31)))


def test_last_year_is_copied_with_a_change(sharma: Shop, ledgers: Ledgers) -> None:
    ledgers.post(date(2026, 5, 4), ("expenses", 10_005), ("cash", -10_005))
    ledgers.post(date(2026, 6, 4), ("cash", 300), ("sales", -300))
    made = budget(sharma, year=2027)
    with open_books(sharma.actor) as books:
        assert service.copy_last_year(books, made, 10_00, 1) == 2
    with read_books(sharma.actor) as books:
        lines = queries.lines_of(books, queries.budget_card(books, made))
    assert [(one.nature, one.months[:3]) for one in lines] == [("income", (0, 0, 330)), ("expense", (0, 11_006, 0))]
    with open_books(sharma.actor) as books, pytest.raises(InvalidInput, match="attention"):
        service.copy_last_year(books, made, 5_000_00, 2)


def test_an_empty_year_has_nothing_to_copy(sharma: Shop) -> None:
    made = budget(sharma)
    with open_books(sharma.actor) as books, pytest.raises(InvalidInput) as refusal:
        service.copy_last_year(books, made, 0, 1)
    assert "2025-26" in refusal.value.errors["change"]


def test_figures_are_not_counted_twice(sharma: Shop) -> None:
    made = budget(sharma, of_account(sharma, "expenses", 100))
    for draft in (of_account(sharma, "expenses", 5), LineDraft(None, group(sharma, "indirect-expenses"), None, rules.spread(5))):
        with open_books(sharma.actor) as books, pytest.raises(InvalidInput) as refusal:
            save_line(books, made, draft, 2, new_id(), is_new=True)
        assert "counts these figures already" in refusal.value.errors["head"]


def test_a_line_sent_twice_is_one_line_and_each_change_is_told(sharma: Shop) -> None:
    made, line = budget(sharma), new_id()
    for _try in range(2):
        with open_books(sharma.actor) as books:
            save_line(books, made, of_account(sharma, "expenses", 1_200), 1, line, is_new=True)
    with open_books(sharma.actor) as books:
        save_line(books, made, of_account(sharma, "expenses", 2_400), 2, line)
    with open_books(sharma.actor) as books:
        service.remove_line(books, made, line, 3)
    with read_books(sharma.actor) as books:
        log = books.session.execute(
            select(EditLogEntry.old, EditLogEntry.new).where(EditLogEntry.action == "change").order_by(EditLogEntry.seq)
        ).all()
        assert queries.lines_of(books, queries.budget_card(books, made)) == []
    assert [(old["line"].get("months", [0])[0], new["line"].get("months", [0])[0]) for old, new in log] == [(0, 100), (100, 200), (200, 0)]


def test_a_budget_changed_meanwhile_is_not_overwritten(sharma: Shop) -> None:
    made = budget(sharma, of_account(sharma, "expenses", 100))
    with open_books(sharma.actor) as books, pytest.raises(Conflict):
        save_line(books, made, of_account(sharma, "sales", 5), 1, new_id(), is_new=True)


def test_a_line_under_the_id_of_another_budgets_line_leaves_that_one_alone(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        first, second = (create_budget(books, BudgetDraft(name, 2026)) for name in ("Plan", "Other plan"))
        line = save_line(books, first, of_account(sharma, "expenses", 1_200), 1, new_id(), is_new=True)
    with open_books(sharma.actor) as books:
        made = save_line(books, second, of_account(sharma, "expenses", 2_400), 1, line, is_new=True)
    assert made != line
    with read_books(sharma.actor) as books:
        kept = {one: [line.total for line in queries.lines_of(books, queries.budget_card(books, one))] for one in (first, second)}
    assert kept == {first: [1_200], second: [2_400]}


def test_no_way_of_filling_a_budget_brings_more_than_the_books_hold(sharma: Shop) -> None:
    made = budget(sharma)
    many = LineDraft(head(sharma, "sales"), None, None, (MOST_PAISE + 1, *[0] * 11))
    with open_books(sharma.actor) as books, pytest.raises(InvalidInput) as refusal:
        service.replace_lines(books, made, [many], version(sharma, made))
    assert "larger than the books can hold" in refusal.value.errors[""]


def test_what_is_written_out_is_read_in_again(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        van = ledger.create_cost_centre(books, "=Van")
    made = budget(
        sharma, of_account(sharma, "expenses", 1_201, van.id), LineDraft(None, group(sharma, "sales-accounts"), None, tuple(range(-3, 9)))
    )
    with open_books(sharma.actor) as books:
        card = queries.budget_card(books, made)
        before = [(one.head, one.centre, one.months) for one in queries.lines_of(books, card)]
        text = "\n".join(",".join(exports.as_text(cell) for cell in row) for row in (csv_file.headings(card), *csv_file.rows(books, card)))
        assert "'=Van" in text
        assert service.replace_lines(books, made, csv_file.read(books, card, text.encode()), card.version) == 2
        assert [(one.head, one.centre, one.months) for one in queries.lines_of(books, card)] == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe\x00", "not a CSV file"),
        (b"Name\n", "no rows"),
        (b"Name,Apr 2026\nSales,1\n", "heading May 2026 is missing"),
        (b"x" * 1_000_001, "larger"),
    ],
)
def test_files_that_are_none_are_refused(sharma: Shop, content: bytes, words: str) -> None:
    made = budget(sharma)
    with read_books(sharma.actor) as books, pytest.raises(InvalidInput) as refusal:
        csv_file.read(books, queries.budget_card(books, made), content)
    assert words in str(refusal.value.errors)


def test_rows_that_cannot_be_used_are_named(sharma: Shop) -> None:
    made = budget(sharma)
    with read_books(sharma.actor) as books:
        card = queries.budget_card(books, made)
        text = (
            ",".join(csv_file.headings(card))
            + "\naccount,Nobody,,"
            + "1," * 12
            + "\naccount,Sales,Moon,"
            + "1," * 12
            + "\n,Sales,,"
            + "x," * 12
        )
        with pytest.raises(InvalidInput) as refusal:
            csv_file.read(books, card, text.encode())
    assert sorted(refusal.value.errors) == ["row_2", "row_3", "row_4"]


def test_another_companys_ids_are_not_there(sharma: Shop, iyer: Shop) -> None:
    made = budget(sharma, of_account(sharma, "expenses", 100))
    theirs = head(iyer, "expenses")
    with open_books(iyer.actor) as books:
        with pytest.raises(NotFound):
            variance(books, made, VarianceAsked(date(2026, 4, 30)))
        with pytest.raises(NotFound):
            service.replace_lines(books, made, [], 1)
        assert queries.budgets(books, state="all") == ([], False)
    with open_books(sharma.actor) as books, pytest.raises(InvalidInput):
        save_line(books, made, LineDraft(theirs, None, None, rules.spread(5)), version(sharma, made), new_id(), is_new=True)


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (BudgetDraft("", 2026), "name"),
        (BudgetDraft("x" * 81, 2026), "name"),
        (BudgetDraft("plan", 2026), "name"),
        (BudgetDraft("New", 0), "start_year"),
        (BudgetDraft("New", 2026, UUID(int=5)), "store_id"),
    ],
)
def test_a_budget_that_cannot_be_is_refused_beside_its_field(sharma: Shop, draft: BudgetDraft, field: str) -> None:
    budget(sharma)
    with open_books(sharma.actor) as books, pytest.raises(InvalidInput) as refusal:
        create_budget(books, draft)
    assert list(refusal.value.errors) == [field]
