"""What stood when the books began: by account and by bill, changed by reversal, and never half."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.ground.shops import Shop
from webapp import ledger, parties
from webapp.books_check import verify_books
from webapp.company import profile
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.ledger import opening_import, openings
from webapp.ledger.models import OpeningBill, Voucher
from webapp.ledger.opening_reads import opening_bills, opening_difference, standing_openings
from webapp.ledger.openings import AccountOpening, BillDraft
from webapp.platform.tenancy import Books, open_books, read_books

Browse = Callable[[Shop], FlaskClient]
DAY = date(2026, 3, 31)  # the shops signed up in November 2026: their books begin on 1 April


def party(books: Books, name: str = "Ravi", **more: object) -> UUID:
    return parties.create_party(books, parties.PartyDraft(name=name, **more)).id


def bill(party_id: UUID, number: str = "B-17", amount: int = 500_00, kind: str = "receivable", day: date = date(2026, 3, 2)) -> BillDraft:
    return BillDraft(party_id, kind, number, day, amount)


def set_one(books: Books, account: UUID, amount: int, seen: int | None = None) -> int:
    return openings.set_openings(books, [AccountOpening(account, amount, seen)])


def test_the_difference_is_nil_when_all_is_in(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        heads = ledger.heads(books)
        set_one(books, heads["cash"], 700_00)
        assert opening_difference(books) == -700_00
        openings.add_bill(books, bill(party(books)))
        assert opening_difference(books) == -1200_00
        set_one(books, heads["capital"], -1200_00)
        assert opening_difference(books) == 0
        found = ledger.account_totals(books, date(2026, 4, 1), books.today)
        assert (found[heads["cash"]].opening, found[heads["debtors"]].opening) == (700_00, 500_00)
        assert {one.voucher_date for one in books.session.scalars(select(Voucher))} == {DAY}
    with read_books(sharma.actor) as books:
        assert verify_books(books).breaches == []


def test_an_edit_reverses_and_posts_anew(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        cash = ledger.heads(books)["cash"]
        assert [set_one(books, cash, amount) for amount in (700_00, 700_00, 650_00, 0, 10_00)] == [1, 0, 1, 1, 1]
        assert standing_openings(books)[cash].amount == 10_00
        assert ledger.account_totals(books, date(2026, 4, 1), books.today)[cash].opening == 10_00
        # Three of them were taken back; each reversal stands beside its voucher.
        reversals = [one.reverses_id for one in books.session.scalars(select(Voucher)) if one.reverses_id]
        assert len(reversals) == 2


def test_a_stale_figure_is_refused(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        cash = ledger.heads(books)["cash"]
        set_one(books, cash, 700_00, seen=0)
        with pytest.raises(Conflict, match="somebody else"):
            set_one(books, cash, 500_00, seen=0)


@pytest.mark.parametrize("code", ["debtors", "creditors", "stock-in-hand", "opening-difference", "sales", "expenses"])
def test_what_has_no_opening_of_its_own(sharma: Shop, code: str) -> None:
    with open_books(sharma.actor) as books, pytest.raises(NotFound):
        set_one(books, ledger.heads(books)[code], 1)


def test_another_companys_account_party_and_bill_are_not_there(sharma: Shop, iyer: Shop) -> None:
    with open_books(iyer.actor) as books:
        stranger, cash = party(books, "Meena"), ledger.heads(books)["cash"]
        theirs = openings.add_bill(books, bill(stranger))
    with open_books(sharma.actor) as books:
        with pytest.raises(NotFound):
            set_one(books, cash, 1)
        with pytest.raises(NotFound):
            openings.add_bill(books, bill(stranger))
        with pytest.raises(NotFound):
            openings.change_bill(books, theirs, bill(party(books)))
        with pytest.raises(NotFound):
            openings.withdraw_bill(books, theirs)
        assert opening_bills(books) == []


def test_a_bill_is_numbered_as_on_paper_and_due_by_the_partys_terms(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        ravi = party(books, credit_days=30)
        made = openings.add_bill(books, bill(ravi))
        assert openings.add_bill(books, bill(ravi), made) == made, "the same sent twice is written once"
        (row,) = opening_bills(books)
        assert (row.number, row.bill_date, row.due_date, row.amount) == ("B-17", date(2026, 3, 2), date(2026, 4, 1), 500_00)
        voucher = ledger.voucher_or_none(books, made)
        assert voucher is not None
        assert (voucher.number, voucher.voucher_date) == ("B-17", DAY)
        assert ledger.party_due(books, ravi) == 500_00


@pytest.mark.parametrize(
    ("kind", "code", "sign"),
    [("receivable", "debtors", 1), ("advance_from", "debtors", -1), ("payable", "creditors", -1), ("advance_to", "creditors", 1)],
)
def test_the_four_kinds(sharma: Shop, kind: str, code: str, sign: int) -> None:
    with open_books(sharma.actor) as books:
        openings.add_bill(books, bill(party(books), kind=kind))
        (row,) = opening_bills(books)
        assert (row.code, row.amount) == (code, sign * 500_00)


def test_a_bill_is_changed_and_taken_out_by_reversal(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        ravi = party(books)
        first = openings.add_bill(books, bill(ravi))
        second = openings.change_bill(books, first, bill(ravi, amount=400_00))
        assert [one.amount for one in opening_bills(books)] == [400_00]
        old = books.session.scalars(select(OpeningBill).where(OpeningBill.voucher_id == first)).one()
        assert old.replaced_by_id == second
        with pytest.raises(Conflict, match="somebody else"):
            openings.change_bill(books, first, bill(ravi, amount=1_00))
        openings.withdraw_bill(books, second)
        with pytest.raises(Conflict):
            openings.withdraw_bill(books, second)
        assert (opening_bills(books), ledger.party_due(books, ravi), opening_difference(books)) == ([], 0, 0)
    with read_books(sharma.actor) as books:
        assert verify_books(books).breaches == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "gift"}, "kind"),
        ({"number": ""}, "number"),
        ({"number": "x" * 41}, "number"),
        ({"bill_date": date(2026, 4, 1)}, "bill_date"),
        ({"due_date": date(2026, 3, 1)}, "due_date"),
        ({"amount": 0}, "amount"),
        ({"amount": -5}, "amount"),
    ],
)
def test_a_bill_that_cannot_be(sharma: Shop, changes: dict[str, object], field: str) -> None:
    with open_books(sharma.actor) as books:
        asked = {"party_id": party(books), "kind": "receivable", "number": "B-1", "bill_date": DAY, "amount": 100, **changes}
        with pytest.raises(InvalidInput) as refusal:
            openings.add_bill(books, BillDraft(**asked))
        assert set(refusal.value.errors) == {field}


def test_a_number_is_entered_once_for_a_party(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        ravi, asha = party(books), party(books, "Asha")
        openings.add_bill(books, bill(ravi))
        openings.add_bill(books, bill(asha))
        with pytest.raises(InvalidInput):
            openings.add_bill(books, bill(ravi, number="b-17"))


@pytest.mark.parametrize("text", ["1e400", "-5", "５００", "1.234", "NaN", "Infinity", "1 000 rupees", "9" * 31, "99999999999999"])
def test_a_figure_that_is_no_amount(sharma: Shop, browse: Browse, text: str) -> None:
    with read_books(sharma.actor) as books:
        cash = ledger.heads(books)["cash"]
    answer = browse(sharma).post("/opening-balances", data={f"was_{cash.hex}": "0", f"dr_{cash.hex}": text})
    assert answer.status_code == 422
    assert text in answer.text, "what was typed is kept"
    with read_books(sharma.actor) as books:
        assert standing_openings(books) == {}


def test_both_sides_at_once_are_refused(sharma: Shop) -> None:
    with pytest.raises(ValueError, match="one side only"):
        opening_import.read_sides("5", "5")
    assert [opening_import.read_sides(*sides) for sides in (("", ""), ("1,180.50", ""), ("", "₹ 99"))] == [0, 118050, -9900]


def test_the_day_moves_only_while_nothing_stands(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        openings.set_beginning(books, date(2025, 4, 1))
        assert profile(books).books_begin == date(2025, 4, 1)
        with pytest.raises(InvalidInput):
            openings.set_beginning(books, date(2026, 11, 21))  # tomorrow
        set_one(books, ledger.heads(books)["cash"], 1)
        with pytest.raises(Conflict):
            openings.set_beginning(books, date(2026, 4, 1))


def test_books_that_begin_within_a_year_take_its_income_and_expenses(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        openings.set_beginning(books, date(2026, 10, 1))
        assert set_one(books, ledger.heads(books)["sales"], -900_00) == 1


def test_openings_go_out_and_come_back(sharma: Shop, iyer: Shop, browse: Browse) -> None:
    with open_books(sharma.actor) as books:
        set_one(books, ledger.heads(books)["cash"], 700_00)
        openings.add_bill(books, bill(party(books)))
        openings.add_bill(books, bill(party(books, "Mill"), number="=9", kind="payable"))
    sent = browse(sharma).get("/opening-balances.csv").data
    with open_books(iyer.actor) as books:
        party(books), party(books, "Mill")
        assert opening_import.import_openings(books, sent) == (1, 2)
        assert opening_import.import_openings(books, sent) == (0, 0)
        assert [(one.party, one.number, one.amount) for one in opening_bills(books)] == [("Ravi", "B-17", 500_00), ("Mill", "=9", -500_00)]
        assert standing_openings(books)[ledger.heads(books)["cash"]].amount == 700_00


def test_a_file_with_one_bad_row_writes_nothing(sharma: Shop) -> None:
    rows = "Account,Party,Bill number,Date,Due date,Debit,Credit\nCash,,,,,1e400,\nBank,,,,,5,5\nCapital,,,,,,100\nCustomers,Nobody,B1,2026-03-01,,5,\nSales,,,,,1,\n"
    with pytest.raises(InvalidInput) as refusal, open_books(sharma.actor) as books:
        opening_import.import_openings(books, rows.encode())
    assert set(refusal.value.errors) == {"2", "3", "5", "6"}
    with read_books(sharma.actor) as books:
        assert standing_openings(books) == {}


def test_the_pages(sharma: Shop, browse: Browse) -> None:
    client = browse(sharma)
    with open_books(sharma.actor) as books:
        cash = ledger.heads(books)["cash"]
        party(books)
    form = {f"was_{cash.hex}": "0", f"dr_{cash.hex}": "700"}
    assert client.post("/opening-balances", data=form).status_code == 303
    shown = client.get("/opening-balances").text
    assert "₹700.00" in shown
    assert "notice danger" in shown, "a difference is red until it is nil"
    assert client.post("/opening-balances", data=form).status_code == 409, "the page was drawn before"
    bill_id = new_id()
    row = {
        "id_0": str(bill_id),
        "party_0": "ravi",
        "kind_0": "receivable",
        "number_0": "B-9",
        "bill_date_0": "2026-03-01",
        "amount_0": "50",
    }
    assert client.post("/opening-balances/bills", data=row | {"amount_1": "5", "number_1": "B-10", "party_1": "Nobody"}).status_code == 422
    assert [client.post("/opening-balances/bills", data=row).status_code for _ in range(2)] == [303, 303]
    assert client.get("/opening-balances/bills").text.count(">B-9<") == 1
    one = {"party": "Ravi", "kind": "receivable", "number": "B-9", "bill_date": "2026-03-01", "amount": "45"}
    assert client.post(f"/opening-balances/bills/{bill_id}", data=one | {"amount": "x"}).status_code == 422
    assert client.post(f"/opening-balances/bills/{bill_id}", data=one).status_code == 303
    assert client.post(f"/opening-balances/bills/{bill_id}", data=one).status_code == 404, "it was replaced by another"
    with read_books(sharma.actor) as books:
        (stands,) = opening_bills(books)
    assert client.get(f"/opening-balances/bills/{stands.voucher_id}").status_code == 200
    assert client.post(f"/opening-balances/bills/{stands.voucher_id}/withdrawal").status_code == 303
    file = {"file": (io.BytesIO(b"Account,Debit,Credit\nCash,x,\n"), "o.csv")}
    assert client.post("/opening-balances/import", data=file, content_type="multipart/form-data").status_code == 422
    assert client.post("/opening-balances/beginning", data={"books_begin": "soon"}).status_code == 422


@pytest.mark.parametrize("layout", ["", "flat"])
def test_the_difference_is_red_in_the_trial_balance_until_it_is_nil(sharma: Shop, browse: Browse, layout: str) -> None:
    client = browse(sharma)
    with open_books(sharma.actor) as books:
        set_one(books, ledger.heads(books)["cash"], 700_00)
    assert 'lacking">' in client.get(f"/trial-balance?layout={layout}").text
    assert 'lacking">' in client.get("/balance-sheet").text
    with open_books(sharma.actor) as books:
        set_one(books, ledger.heads(books)["capital"], -700_00)
    assert 'lacking">' not in client.get(f"/trial-balance?layout={layout}").text
    assert 'lacking">' not in client.get("/balance-sheet").text
