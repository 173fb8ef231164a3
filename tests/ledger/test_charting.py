"""The chart as a person changes it: what stands where, what is put away, what is merged; and what is refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.ground.shops import Shop
from webapp import ledger
from webapp.books_check import verify_books
from webapp.company import default_store
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.posting import Slip, credit, debit
from webapp.ledger import AccountDraft, GroupDraft, Heading, chart_import, charting, merging
from webapp.ledger.chart import group_id
from webapp.ledger.chart_reads import account_card, group_card
from webapp.platform.audit import EditLogEntry
from webapp.platform.tenancy import Books, open_books, read_books

Browse = Callable[[Shop], FlaskClient]


def own_group(books: Books, name: str, under: str = "indirect-expenses") -> UUID:
    return charting.create_group(books, GroupDraft(name, group_id(books.company_id, under)))


def own_account(books: Books, name: str, under: str = "indirect-expenses", **more: str) -> UUID:
    return charting.create_account(books, AccountDraft(name, group_id(books.company_id, under), **more))


def post(books: Books, debited: UUID, credited: UUID, amount: int) -> UUID:
    heading = Heading("journal", "J/1", books.today, default_store(books), "cash_move", new_id())
    return ledger.post(books, voucher_id=new_id(), heading=heading, slip=Slip((debit(debited, amount), credit(credited, amount)))).id


def version(books: Books, account_id: UUID) -> int:
    return account_card(books, account_id).version


def test_an_own_group_has_the_nature_of_its_parent_and_may_move(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        shop = own_group(books, "Shop running")
        inner = charting.create_group(books, GroupDraft("Electric", shop))
        assert group_card(books, inner).nature == "expense"
        charting.change_group(books, shop, GroupDraft("Shop costs", group_id(books.company_id, "fixed-assets")), 1)
        assert {group_card(books, one).nature for one in (shop, inner)} == {"asset"}
        assert group_card(books, shop).version == 2


def test_a_group_stands_under_nothing_beneath_it(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        upper = own_group(books, "Upper")
        lower = charting.create_group(books, GroupDraft("Lower", upper))
        lowest = charting.create_group(books, GroupDraft("Lowest", lower))
        for under in (upper, lower, lowest):
            with pytest.raises(InvalidInput, match="attention") as refusal:
                charting.change_group(books, upper, GroupDraft("Upper", under), 1)
            assert "beneath it" in refusal.value.errors["parent_id"]


def test_groups_do_not_stand_deeper_than_a_page_can_show(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        under = group_id(books.company_id, "indirect-expenses")
        for number in range(9):
            under = charting.create_group(books, GroupDraft(f"Level {number}", under))
        with pytest.raises(InvalidInput):
            charting.create_group(books, GroupDraft("Too deep", under))


def test_the_28_groups_stay(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        seeded = group_id(books.company_id, "fixed-assets")
        with pytest.raises(Conflict, match="28 groups"):
            charting.change_group(books, seeded, GroupDraft("Assets", group_id(books.company_id, "current-assets")), 1)
        with pytest.raises(Conflict, match="28 groups"):
            charting.remove_group(books, seeded, 1)


def test_a_group_is_removed_when_it_is_empty(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        group = own_group(books, "Vans")
        account = charting.create_account(books, AccountDraft("Van 1", group))
        with pytest.raises(Conflict, match="Van 1"):
            charting.remove_group(books, group, 1)
        charting.change_account(books, account, AccountDraft("Van 1", group_id(books.company_id, "indirect-expenses")), 1)
        charting.remove_group(books, group, 1)
        with pytest.raises(NotFound):
            group_card(books, group)


def test_an_account_with_lines_keeps_its_nature(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        rent = own_account(books, "Rent")
        post(books, rent, ledger.heads(books)["cash"], 100_00)
        assets = group_id(books.company_id, "fixed-assets")
        with pytest.raises(Conflict, match="has been posted to as an expense"):
            charting.change_account(books, rent, AccountDraft("Rent", assets), 1)
        charting.change_account(books, rent, AccountDraft("Rent", group_id(books.company_id, "direct-expenses")), 1)
        unused = own_account(books, "Unused")
        charting.change_account(books, unused, AccountDraft("Unused", assets), 1)
        assert account_card(books, unused).nature == "asset"


def test_what_the_program_posts_to_may_be_renamed_and_no_more(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        bank = ledger.heads(books)["bank"]
        own = group_id(books.company_id, "bank-accounts")
        charting.change_account(books, bank, AccountDraft("SBI current", own, "1101", "", "SBI", "Pune", "00112233", "SBIN0001234"), 1)
        card = account_card(books, bank)
        assert (card.name, card.number, card.ifsc) == ("SBI current", "1101", "SBIN0001234")
        for refused in (
            lambda: charting.put_away(books, bank),
            lambda: merging.merge_account(books, bank, own_account(books, "Other bank", "bank-accounts"), 2),
            lambda: charting.change_account(books, bank, AccountDraft("SBI current", group_id(books.company_id, "fixed-assets")), 2),
        ):
            with pytest.raises(Conflict, match="by the program itself"):
                refused()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 101),
        ("name", "CASH"),  # a name is the same in capitals
        ("number", "１２３"),  # full-width figures
        ("number", "a b"),
        ("ifsc", "SBIN1234"),
        ("bank_account", "12 34"),
        ("notes", "n" * 1001),
        ("bank_name", "b" * 101),
    ],
)
def test_what_cannot_be_kept_is_refused_beside_its_field(sharma: Shop, field: str, value: str) -> None:
    with open_books(sharma.actor) as books:
        values = {"name": "Rent", "group_id": group_id(books.company_id, "bank-accounts"), field: value}
        with pytest.raises(InvalidInput) as refusal:
            charting.create_account(books, AccountDraft(**values))
        assert set(refusal.value.errors) == {field}


def test_a_number_belongs_to_one_account(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        own_account(books, "Rent", number="6001")
        with pytest.raises(InvalidInput) as refusal:
            own_account(books, "Light", number="6001")
        assert "6001" in refusal.value.errors["number"]


def test_an_archived_name_stays_taken_and_says_so(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        rent = own_account(books, "Rent")
        charting.put_away(books, rent, 1)
        with pytest.raises(InvalidInput) as refusal:
            own_account(books, "rent")
        assert "is archived and keeps its name" in refusal.value.errors["name"]
        with pytest.raises(BooksError, match="archived"):
            post(books, rent, ledger.heads(books)["cash"], 100)
        charting.bring_back(books, rent, 2)
        post(books, rent, ledger.heads(books)["cash"], 100)


def test_a_balance_is_not_archived(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        rent = own_account(books, "Rent")
        voucher = post(books, rent, ledger.heads(books)["cash"], 100_00)
        with pytest.raises(Conflict, match=r"₹100\.00 Dr"):
            charting.put_away(books, rent, 1)
        ledger.reverse(books, voucher_id=voucher, reversal_id=new_id(), on=books.today, reason="")
        charting.put_away(books, rent, 1)
        assert account_card(books, rent).is_archived


def test_merging_moves_the_balance_and_links_both(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        rent, hire = own_account(books, "Rent"), own_account(books, "Hire of shop")
        post(books, hire, ledger.heads(books)["cash"], 70_00)
        (voucher,) = merging.merge_account(books, hire, rent, 1)
        assert {(line.account_id, line.amount) for line in voucher.lines} == {(rent, 70_00), (hire, -70_00)}
        card = account_card(books, hire)
        assert (card.is_archived, card.merged_into_id) == (True, rent)
        assert ledger.account_page(books, hire, ledger.Asked(books.today, books.today)).closing == 0
        with pytest.raises(Conflict):  # the same button pressed twice
            merging.merge_account(books, hire, rent, 1)
    with read_books(sharma.actor) as books:
        assert verify_books(books).breaches == []
        entry = books.session.scalars(select(EditLogEntry).where(EditLogEntry.action == "merge")).one()
        assert entry.new == {"into": "Rent", "into_id": str(rent)}


def test_what_cannot_be_merged(sharma: Shop, iyer: Shop) -> None:
    with open_books(iyer.actor) as books:
        stranger = own_account(books, "Rent")
    with open_books(sharma.actor) as books:
        rent, heads = own_account(books, "Rent"), ledger.heads(books)
        with pytest.raises(InvalidInput) as refusal:
            merging.merge_account(books, rent, rent, 1)
        assert "into itself" in refusal.value.errors["into"]
        for into in (heads["cash"], heads["debtors"], heads["stock-in-hand"], heads["sales"]):
            with pytest.raises(InvalidInput):
                merging.merge_account(books, rent, into, 1)
        with pytest.raises(NotFound):
            merging.merge_account(books, rent, stranger, 1)
        with pytest.raises(NotFound):
            merging.merge_account(books, stranger, rent, 1)


def test_another_companys_groups_and_accounts_are_not_there(sharma: Shop, iyer: Shop) -> None:
    with open_books(iyer.actor) as books:
        group, account = own_group(books, "Vans"), own_account(books, "Rent")
    with open_books(sharma.actor) as books:
        with pytest.raises(InvalidInput):
            charting.create_group(books, GroupDraft("Mine", group))
        with pytest.raises(InvalidInput):
            charting.create_account(books, AccountDraft("Mine", group))
        with pytest.raises(NotFound):
            charting.change_group(books, group, GroupDraft("Mine", group_id(books.company_id, "fixed-assets")), 1)
        with pytest.raises(NotFound):
            charting.change_account(books, account, AccountDraft("Mine", group_id(books.company_id, "fixed-assets")), 1)
        with pytest.raises(NotFound):
            charting.put_away(books, account)


def test_a_stale_edit_is_refused(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        rent, group = own_account(books, "Rent"), own_group(books, "Vans")
        under = group_id(books.company_id, "indirect-expenses")
        charting.change_account(books, rent, AccountDraft("Rent of the shop", under), 1)
        charting.change_group(books, group, GroupDraft("Lorries", under), 1)
        for stale in (
            lambda: charting.change_account(books, rent, AccountDraft("Shop rent", under), 1),
            lambda: charting.put_away(books, rent, 1),
            lambda: charting.change_group(books, group, GroupDraft("Trucks", under), 1),
        ):
            with pytest.raises(Conflict, match="somebody else"):
                stale()


def test_a_chart_goes_out_and_comes_back_the_same(sharma: Shop, iyer: Shop, browse: Browse) -> None:
    with open_books(sharma.actor) as books:
        vans = own_group(books, "Vans")
        charting.create_account(books, AccountDraft("=Van, one", vans, "7001", "Bought\n2024"))
    sent = browse(sharma).get("/accounts/chart.csv").data
    with open_books(iyer.actor) as books:
        assert chart_import.import_chart(books, sent) == chart_import.Imported(groups=1, made=1, changed=0)
        assert chart_import.import_chart(books, sent) == chart_import.Imported(groups=0, made=0, changed=0)
        card = next(one for one in ledger.account_cards(books) if one.number == "7001")
        assert (card.name, card.group_name, card.notes) == ("=Van, one", "Vans", "Bought 2024")


def test_a_file_is_taken_whole_or_not_at_all(sharma: Shop) -> None:
    rows = "Kind,Name,Under\naccount,Rent,Indirect Expenses\naccount,Light,No such group\nwhat,Gas,Indirect Expenses\naccount,rent,Indirect Expenses\n"
    with pytest.raises(InvalidInput) as refusal, open_books(sharma.actor) as books:
        chart_import.import_chart(books, rows.encode())
    assert set(refusal.value.errors) == {"3", "4", "5"}
    with read_books(sharma.actor) as books:
        assert "Rent" not in {one.name for one in ledger.chart_of_accounts(books).accounts}


def test_a_group_may_stand_in_the_file_before_its_own(sharma: Shop) -> None:
    rows = "Kind,Name,Under\ngroup,Small vans,Vans\ngroup,Vans,Fixed Assets\ngroup,Round,Round two\ngroup,Round two,Round\n"
    with pytest.raises(InvalidInput) as refusal, open_books(sharma.actor) as books:
        chart_import.import_chart(books, rows.encode())
    assert set(refusal.value.errors) == {"4", "5"}, "two groups that stand under each other stand nowhere"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"Kind,Name,Under\n", b"Name\nRent\n", b"a" * 2_000_001])
def test_what_is_no_chart_is_refused(sharma: Shop, content: bytes) -> None:
    with open_books(sharma.actor) as books, pytest.raises(BooksError):
        chart_import.import_chart(books, content)


def test_the_pages(sharma: Shop, browse: Browse) -> None:
    client = browse(sharma)
    with read_books(sharma.actor) as books:
        expenses = str(group_id(books.company_id, "indirect-expenses"))
    made = new_id()
    form = {"id": str(made), "name": "Rent", "group_id": expenses, "ifsc": "sbin 0001234"}
    assert [client.post("/accounts", data=form).status_code for _ in range(2)] == [303, 303]
    assert client.post("/accounts", data={**form, "id": str(new_id())}).status_code == 422
    assert "SBIN0001234" in client.get(f"/accounts/{made}/edit").text
    assert client.post(f"/accounts/{made}", data={**form, "name": "Shop rent", "version": "1"}).status_code == 303
    assert client.post(f"/accounts/{made}", data={**form, "version": "1"}).status_code == 409
    assert client.get(f"/accounts/{made}/merge").status_code == 200
    assert client.post(f"/accounts/{made}/merge", data={"version": "2"}).status_code == 422
    assert client.post(f"/accounts/{made}/archival", data={"version": "2"}).status_code == 303
    assert "Shop rent" not in client.get("/accounts").text
    assert "Shop rent" in client.get("/accounts?state=archived").text
    assert client.post(f"/accounts/{made}/restoration", data={"version": "3"}).status_code == 303
    assert client.post("/account-groups", data={"name": "Vans", "parent_id": expenses}).status_code == 303
    shown = client.get("/accounts").text
    assert "Vans" in shown, "a group is shown while it is empty, so that it can be filled"
    sent = {"file": (io.BytesIO(b"Kind,Name,Under\naccount,Light,Nowhere\n"), "chart.csv")}
    refused = client.post("/accounts/import", data=sent, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert "Row 2" in refused.text
