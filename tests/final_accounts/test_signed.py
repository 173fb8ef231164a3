"""What a company's accountant signs besides the figures: dues told apart, earnings per share, capital, and files as the screen."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from tests.final_accounts.test_company import account, post
from tests.final_accounts.two_years import TwoYears
from tests.ground.shops import Shop
from tests.reports.ledgers import Ledgers
from webapp import company, ledger
from webapp.final_accounts import doubts, equity, notes, queries, schedule_reads
from webapp.final_accounts.doubts import MarkDraft, Standing
from webapp.final_accounts.notes import NotesDraft
from webapp.kernel.dates import Period
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.posting import credit, debit
from webapp.platform.tenancy import open_books, read_books

DAY, LAST, BEFORE = date(2025, 5, 1), date(2026, 3, 31), date(2025, 3, 31)
DISPUTED, DOUBTFUL, BOTH = Standing(is_disputed=True), Standing(is_doubtful=True), Standing(is_disputed=True, is_doubtful=True)


@pytest.fixture
def books_of(sharma: Shop) -> Ledgers:
    return Ledgers(sharma.actor)


def mark(shop: Shop, party: str, standing: Standing, since: date = DAY, number: str = "", **more: Any) -> UUID:
    with open_books(shop.actor) as books:
        draft = MarkDraft(more.get("id") or new_id(), party, number, standing, since, more.get("reason", "in court"))
        return doubts.mark_dues(books, draft).id


def ages(shop: Shop, day: date) -> tuple[dict[str, tuple[int, ...]], dict[str, tuple[int, ...]]]:
    with read_books(shop.actor) as books:
        [found] = schedule_reads.schedule_of(books, (day,)).ages
    return {row.code: row.figures for row in found.receivables}, {row.code: row.figures for row in found.payables}


def test_marked_dues_stand_on_rows_of_their_own_as_on_the_day(sharma: Shop, iyer: Shop, books_of: Ledgers) -> None:
    good, late, sued = (books_of.customer(name) for name in ("Good", "Late", "Sued"))
    mill = books_of.customer("Mill", is_customer=False, is_supplier=True, msme="micro")
    for party, paise in ((good, 100_00), (late, 200_00), (sued, 400_00)):
        books_of.post(DAY, ("debtors", paise, party), ("sales", -paise))
    first = books_of.post(DAY - timedelta(days=400), ("debtors", 50_00, sued), ("sales", -50_00))
    books_of.post(LAST, ("cash", 20_00), ("debtors", -20_00, sued))  # on account: it pays the oldest
    books_of.post(DAY, ("expenses", 70_00), ("creditors", -70_00, mill))
    whole = mark(sharma, "Late", DOUBTFUL)
    mark(sharma, "Sued", BOTH, date(2025, 9, 1), number="J/00004")
    mark(sharma, "Sued", DISPUTED, date(2025, 9, 1))
    mark(sharma, "Mill", DISPUTED)
    receivables, payables = ages(sharma, LAST)
    old, young = 5, 3
    assert {code: sum(row) for code, row in receivables.items()} == {
        "considered-good": 100_00, "doubtful": 200_00, "disputed-good": 400_00, "disputed-doubtful": 30_00,
    }  # fmt: skip
    assert receivables["disputed-doubtful"][old] == 30_00, "past two years by its own due date"
    assert receivables["disputed-good"][young] == 400_00
    assert payables == {"small": (0,) * 6, "others": (0,) * 6, "disputed-small": (0, 0, 70_00, 0, 0, 0)}
    assert set(ages(sharma, date(2025, 8, 31))[0]) == {"considered-good", "doubtful"}, "before they were marked"
    with open_books(sharma.actor) as books:
        doubts.end_mark(books, whole, date(2026, 3, 1))
        doubts.end_mark(books, whole, date(2026, 2, 1))  # said twice: the first stands
    assert "doubtful" not in ages(sharma, LAST)[0]
    assert ages(sharma, date(2026, 2, 28))[0]["doubtful"][-4:] == (200_00, 0, 0, 0)
    with read_books(iyer.actor) as books:
        assert doubts.marks(books) == []
        assert doubts.marked_on(books, [LAST]) == [{}]
    with pytest.raises(NotFound), open_books(iyer.actor) as books:
        doubts.end_mark(books, whole, LAST)
    assert first


def test_every_mark_keeps_the_sum_of_what_is_open(sharma: Shop) -> None:
    chance, books_of = Random(7), Ledgers(sharma.actor)
    people = [books_of.customer(f"Party {number}") for number in range(6)]
    for _ in range(60):
        amount = chance.choice((1, 1, -1)) * chance.randrange(1, 900_00)
        books_of.post(DAY + timedelta(days=chance.randrange(300)), ("debtors", amount, chance.choice(people)), ("sales", -amount))
    plain = ages(sharma, LAST)[0]["considered-good"]
    for number in range(4):
        mark(sharma, f"Party {number}", chance.choice((DISPUTED, DOUBTFUL, BOTH)), LAST)
    with read_books(sharma.actor) as books:
        row = next(one for one in doubts.outstandings.open_items(books, people[4]) if one.open > 0)
    mark(sharma, "Party 4", BOTH, LAST, number=row.name)
    parted = ages(sharma, LAST)[0]
    assert len(parted) > 1
    assert tuple(map(sum, zip(*parted.values(), strict=True))) == plain


def test_what_cannot_be_marked_is_refused_beside_its_field(sharma: Shop, iyer: Shop, books_of: Ledgers) -> None:
    stranger = Ledgers(iyer.actor)
    stranger.post(DAY, ("debtors", 5_00, stranger.customer("Theirs")), ("sales", -5_00))
    books_of.post(DAY, ("debtors", 5_00, books_of.customer("Ours")), ("sales", -5_00))
    cases: list[tuple[str, dict[str, Any]]] = [
        ("party", {"party": "Theirs", "standing": DISPUTED}),
        ("party", {"party": "Nobody", "standing": DISPUTED}),
        ("standing", {"party": "Ours", "standing": Standing()}),
        ("since", {"party": "Ours", "standing": BOTH, "since": date(2027, 1, 1)}),
        ("number", {"party": "Ours", "standing": BOTH, "number": "J/00099"}),
        ("reason", {"party": "Ours", "standing": BOTH, "reason": " "}),
    ]
    for name, asked in cases:
        with pytest.raises(InvalidInput) as refused:
            mark(sharma, **asked)
        assert name in refused.value.errors, asked
    made = mark(sharma, "Ours", BOTH)
    assert mark(sharma, "Ours", BOTH, id=made) == made, "a form sent twice"
    with pytest.raises(InvalidInput) as refused:
        mark(sharma, "Ours", DISPUTED)
    assert "marked already" in refused.value.errors["party"]
    for until in (DAY, date(2027, 1, 1)):
        with pytest.raises(Conflict), open_books(sharma.actor) as books:
            doubts.end_mark(books, made, until)


def test_an_allowance_is_taken_off_receivables_and_is_not_unbilled(sharma: Shop, books_of: Ledgers) -> None:
    books_of.post(DAY, ("debtors", 500_00, books_of.customer("Owes")), ("sales", -500_00))
    provided = account(sharma, "Provision for doubtful debts", "provisions", "doubtful-allowance")
    with read_books(sharma.actor) as books:
        expense = ledger.heads(books)["bad-debts"]
    post(sharma, DAY, debit(expense, 80_00), credit(provided, 80_00))
    with read_books(sharma.actor) as books:
        found = schedule_reads.schedule_of(books, (LAST, BEFORE))
    assert found.schedule.line("trade-receivables") == (420_00, 0)
    assert found.schedule.line("short-term-provisions") == (0, 0)
    assert (found.ages[0].receivables[0].total, found.ages[0].allowance) == (500_00, 80_00)


def test_an_allowance_above_the_dues_is_shown_and_said(sharma: Shop, books_of: Ledgers, owner: FlaskClient) -> None:
    """It is the accountant's figure: nothing is capped, both parts still agree, and the screen says what to look at."""
    books_of.post(DAY, ("debtors", 500_00, books_of.customer("Owes")), ("sales", -500_00))
    provided = account(sharma, "Provision for doubtful debts", "provisions", "doubtful-allowance")
    with read_books(sharma.actor) as books:
        expense = ledger.heads(books)["bad-debts"]
    words = "The allowance is more than the receivables"
    post(sharma, DAY, debit(expense, 500_00), credit(provided, 500_00))
    address = f"/schedule-iii?to={LAST.isoformat()}"
    assert words not in owner.get(address).text, "all of them doubtful is no mistake"
    post(sharma, DAY, debit(expense, 1), credit(provided, 1))
    with read_books(sharma.actor) as books:
        found = schedule_reads.schedule_of(books, (LAST, BEFORE))
    assert found.schedule.line("trade-receivables") == (-1, 0)
    assert words in owner.get(address).text
    assert "-0.01" in owner.get(f"{address}&format=csv").text


@pytest.mark.parametrize(
    ("draft", "basic", "diluted"),
    [
        (NotesDraft(100, 10_00, {}, 0), 5_00, 5_00),
        (NotesDraft(100, 10_00, {}, 0, preference_paise=100_00), 4_00, 4_00),
        (NotesDraft(100, 10_00, {}, 0, potential_shares=25), 5_00, 4_00),
        (NotesDraft(100, 10_00, {}, 0, potential_shares=25, dilution_paise=50_00), 5_00, 4_40),
        (NotesDraft(100, 10_00, {}, 0, potential_shares=10, dilution_paise=100_00), 5_00, 5_00),  # it would raise it: no dilution
        (NotesDraft(0, 0, {}, 0), None, None),
        (NotesDraft(0, 0, {}, 0, preference_paise=100_00, potential_shares=25, dilution_paise=50_00), None, None),  # of no shares: nothing
    ],
)
def test_earnings_per_share(sharma: Shop, books_of: Ledgers, draft: NotesDraft, basic: int | None, diluted: int | None) -> None:
    books_of.post(DAY, ("cash", 500_00), ("sales", -500_00))
    with open_books(sharma.actor) as books:
        notes.change_notes(books, 2025, draft)
        found = schedule_reads.schedule_of(books, (LAST, BEFORE))
    assert (found.per_share, found.diluted_per_share) == ((basic, None), (diluted, None))


def test_a_loss_is_not_diluted(sharma: Shop, books_of: Ledgers) -> None:
    books_of.post(DAY, ("expenses", 500_00), ("cash", -500_00))
    with open_books(sharma.actor) as books:
        notes.change_notes(books, 2025, NotesDraft(100, 10_00, {}, 0, potential_shares=400))
        found = schedule_reads.schedule_of(books, (LAST,))
    assert (found.per_share, found.diluted_per_share) == ((-5_00,), (-5_00,))


def test_capital_adds_up_to_the_balance_sheet(filled: TwoYears) -> None:
    spans = [Period(date(year, 4, 1), date(year + 1, 3, 31)) for year in (2025, 2024)] + [Period(date(2025, 7, 1), date(2025, 7, 31))]
    with read_books(filled.actor) as books:
        for store in (None, *filled.stores):
            found = equity.equity(books, spans, store_id=store)
            for one in found:
                sheet = queries.balance_sheet(books, [one.period.last_day], store_id=store)
                owned = [head for head in sheet.liabilities if head.code in ("capital-account", "reserves-surplus")]
                assert one.total.closing == sum(head.figures[0] for head in owned) + sheet.brought_forward[0] + sheet.of_this_year[0]
            assert found[0].total.opening == found[1].total.closing


def test_whose_capital_it_is(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        assert company.profile(books).gstin
        assert equity.owners(books, has_shares=False) == {"C": "company", "F": "firm"}.get(company.profile(books).gstin[5], "owner")


def test_files_hold_all_that_the_screen_shows(owner: FlaskClient, sharma: Shop, books_of: Ledgers) -> None:
    books_of.post(DAY, ("debtors", 500_00, books_of.customer("Owes")), ("sales", -500_00))
    books_of.post(DAY, ("debtors", 300_00, books_of.customer("Sued")), ("sales", -300_00))
    mark(sharma, "Sued", DISPUTED)
    with open_books(sharma.actor) as books:
        notes.change_notes(books, 2025, NotesDraft(100, 10_00, {}, 0, potential_shares=100))
    path = "/schedule-iii?to=2026-03-31"
    words = ("Age of trade receivables", "Disputed, considered good", "Note 1: Reserves and surplus", "Diluted earnings per equity share")
    shown = owner.get(path).text
    as_csv = owner.get(f"{path}&format=csv").get_data(as_text=True)
    sheet = openpyxl.load_workbook(io.BytesIO(owner.get(f"{path}&format=xlsx").data)).active
    as_xlsx = "\n".join(" ".join(str(cell) for cell in row if cell is not None) for row in sheet.iter_rows(values_only=True))
    as_pdf = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(owner.get(f"{path}&format=pdf").data)).pages)
    for word in words:
        for text in (shown, as_csv, as_xlsx, " ".join(as_pdf.split())):
            assert word in text, (word, text[:200])
    rows = list(csv.reader(io.StringIO(as_csv.removeprefix("\ufeff"))))
    [disputed] = [row for row in rows if row[1] == "Disputed, considered good"]
    assert disputed[3:11] == ["0.00", "0.00", "0.00", "300.00", "0.00", "0.00", "0.00", "300.00"]
    assert len({len(row) for row in rows}) == 1


def test_the_form_of_a_mark_keeps_what_was_typed(browse: Callable[[Shop], FlaskClient], sharma: Shop, books_of: Ledgers) -> None:
    client = browse(sharma)
    books_of.post(DAY, ("debtors", 5_00, books_of.customer("Ours")), ("sales", -5_00))
    form = {"party": "Ours", "standing": "both", "since": "2025-05-01", "reason": "insolvent", "number": "J/00009"}
    again = client.post("/schedule-iii/dues", data=form)
    assert again.status_code == 422
    assert "No open bill of Ours is called J/00009." in again.text
    assert 'value="insolvent"' in again.text
    assert client.post("/schedule-iii/dues", data={**form, "since": "31-02-2025"}).status_code == 422
    assert client.post("/schedule-iii/dues", data={**form, "number": ""}).status_code == 303
    page = client.get("/schedule-iii/dues").text
    assert "insolvent" in page
    with read_books(sharma.actor) as books:
        [made] = doubts.marks(books)
    assert client.post(f"/schedule-iii/dues/{made.id}/ending", data={"until": "never"}).status_code == 409
    assert client.post(f"/schedule-iii/dues/{made.id}/ending", data={"until": "2026-01-01"}).status_code == 303
    assert client.post(f"/schedule-iii/dues/{new_id()}/ending", data={"until": "2026-01-01"}).status_code == 404
