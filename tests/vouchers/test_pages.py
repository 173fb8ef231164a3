"""The pages of vouchers, as a browser without scripts sees them."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.vouchers.conftest import Desk

Browse = Callable[[Shop], FlaskClient]


@pytest.fixture
def web(browse: Browse, sharma: Shop) -> FlaskClient:
    return browse(sharma)


def form(*rows: tuple[str, str, str], kind: str = "payment", **more: str) -> dict[str, str]:
    """A voucher's form as a browser sends it."""
    sent = {"kind": kind, "date": "20-11-2026", "id": str(uuid4()), "save_id": str(uuid4()), "wish": "posted"}
    for number, (side, account, amount) in enumerate(rows, 1):
        sent |= {f"side-{number}": side, f"account-{number}": account, f"amount-{number}": amount}
    return {**sent, **more}


RENT = (("D", "Rent", "500"), ("C", "Cash", "500"))


def send(web: FlaskClient, sent: dict[str, str], url: str = "/vouchers") -> tuple[int, str]:
    answer = web.post(url, data=sent, follow_redirects=True)
    return answer.status_code, answer.text


@pytest.mark.parametrize("kind", ["contra", "payment", "receipt", "journal", "debit_note", "credit_note"])
def test_every_kind_has_its_screen(web: FlaskClient, desk: Desk, kind: str) -> None:
    page = web.get(f"/vouchers/new?kind={kind}")
    assert page.status_code == 200
    assert f'name="kind" value="{kind}"' in page.text


def test_a_plain_form_is_enough(web: FlaskClient, desk: Desk) -> None:
    assert "No voucher has been typed yet" in web.get("/vouchers").text
    sent = form(("D", "rent", "1200*5+18%"), ("", "", ""), ("C", "CASH", "7,080"), narration="Shop rent\nNovember")
    for _ in range(2):  # a second click
        status, text = send(web, sent)
        assert (status, "2600PY/000001 of ₹7,080.00 is saved" in text) == (200, True)
    assert desk.balances() == {"Rent": 708_000, "Cash": -708_000}
    listed = web.get("/vouchers").text
    assert listed.count("2600PY/000001") == 1
    status, text = send(web, {**sent, "narration": "Other"})
    assert (status, "other content" in text) == (409, True)


def typed(sent: dict[str, str], number: int, **more: str) -> dict[str, str]:
    """The form with some fields of one row typed otherwise."""
    return {**sent, **{f"{name}-{number}": value for name, value in more.items()}}


REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "unbalanced": ({"amount-1": "600"}, "Debits ₹600.00, credits ₹500.00: ₹100.00 short on the credit side."),
    "one row": ({"account-2": "", "amount-2": ""}, "A voucher has two rows or more"),
    "nothing": ({"amount-1": "0"}, "Type an amount above 0."),
    "less than nothing": ({"amount-1": "-5"}, "Type an amount above 0."),
    "a power of ten": ({"amount-1": "1e400"}, "plain digits"),
    "full-width digits": ({"amount-1": "５００"}, "plain digits"),
    "a broken sum": ({"amount-1": "500+"}, "This sum cannot be worked out."),
    "too much": ({"amount-1": "9" * 20}, "larger than the books can hold"),
    "no such name": ({"account-1": "Nobody & <b>"}, "is called Nobody &amp; &lt;b&gt;"),
    "two such names": ({"account-1": "output"}, "Several are called like output."),
    "no such day": ({"date": "31-2"}, "Type the day as 5, 5-4"),
    "a day to come": ({"date": "21-11-2026"}, "21-Nov-2026 has not come yet."),
    "a novel": ({"narration": "x" * 10_001}, "The narration has 10,001 characters"),
    "no such kind": ({"kind": "gift"}, "Choose the kind of voucher."),
    "no such centre": ({"centre-1-1": str(uuid4()), "share-1-1": "500"}, "Choose a cost centre from the list."),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_is_said_beside_its_field_and_stays_typed(web: FlaskClient, desk: Desk, case: str) -> None:
    changed, words = REFUSED[case]
    sent = {**form(*RENT, narration="Rent of November", reference="UTR 77"), **changed}
    status, text = send(web, sent)
    assert (status, words in text) == (422, True), text[-3000:]
    for kept in (sent["narration"][:50], "UTR 77", sent["save_id"]):
        assert kept in text
    assert desk.states() == []


def test_days_are_typed_as_accountants_do(web: FlaskClient, desk: Desk) -> None:
    for text, day in [("5", "2026-11-05"), ("5-4", "2026-04-05"), ("050426", "2026-04-05"), ("20-nov-2026", "2026-11-20")]:
        assert send(web, form(*RENT, date=text, base="2026-11-20"))[0] == 200
        assert day in {row["voucher_date"] for row in listed(web)}


def listed(web: FlaskClient, **asked: str) -> list[dict[str, str]]:
    """The list as its CSV has it."""
    import csv
    import io

    text = web.get("/vouchers", query_string={**asked, "format": "csv"}).text.lstrip("\ufeff")
    rows = csv.DictReader(io.StringIO(text))
    return [{"voucher_date": row["Date"], "number": row["Number"], "status": row["Status"], "amount": row["Amount"]} for row in rows]


def test_the_list_is_searched_filtered_and_sent_out(web: FlaskClient, desk: Desk) -> None:
    send(web, form(*RENT, narration="Godown"))
    send(web, form(("D", "Bank", "70"), ("C", "Cash", "70"), kind="contra"))
    send(web, form(*RENT, wish="draft", narration="Later"))
    for asked, numbers in [
        ({}, {"2600PY/000001", "2600CT/000001", ""}),
        ({"q": "godown"}, {"2600PY/000001"}),
        ({"q": "CT/000001"}, {"2600CT/000001"}),
        ({"kind": "contra"}, {"2600CT/000001"}),
        ({"state": "draft"}, {""}),
        ({"account": str(desk.accounts["Bank"])}, {"2600CT/000001"}),
        ({"amount": "70"}, {"2600CT/000001"}),
        ({"from": "2026-11-21"}, set()),
        ({"q": "nobody"}, set()),
    ]:
        assert {row["number"] for row in listed(web, **asked)} == numbers, asked
    assert "No voucher matches this search." in web.get("/vouchers?q=nobody").text
    for ending, begins in [("pdf", b"%PDF"), ("xlsx", b"PK")]:
        assert web.get(f"/vouchers?format={ending}").data.startswith(begins)


def test_a_voucher_shows_its_history_and_what_changed(web: FlaskClient, desk: Desk) -> None:
    send(web, form(*RENT, narration="Rent"))
    [kept] = desk.rows()
    url = f"/vouchers/documents/{kept.id}"
    edit = web.get(f"{url}/edit").text
    assert "Amend 2600PY/000001" in edit
    sent = form(("D", "Rent", "700"), ("C", "Bank", "700"), version="1", narration="Rent of the godown", reason="wrong bank")
    status, text = send(web, sent, url)
    assert (status, "Amended" in text, "wrong bank" in text, "Version 2" in text) == (200, True, True, True)
    compared = web.get(f"{url}/comparison?before=1&after=2").text
    for words in ("Dr Rent ₹500.00", "Dr Rent ₹700.00", "Cr Cash ₹500.00", "Cr Bank ₹700.00", "Rent of the godown"):
        assert words in compared
    status, text = send(web, {"reason": ""}, f"{url}/cancellation")
    assert (status, "Say in a few words" in text) == (422, True)
    assert send(web, {"reason": "Not ours"}, f"{url}/cancellation")[0] == 200
    assert desk.balances() == {}
    assert send(web, {"reason": "Again"}, f"{url}/cancellation")[0] == 200  # a second click


def test_who_saves_second_keeps_what_was_typed_and_sees_what_changed(web: FlaskClient, desk: Desk) -> None:
    send(web, form(*RENT, narration="Rent"))
    [kept] = desk.rows()
    url = f"/vouchers/documents/{kept.id}"
    assert send(web, form(*RENT, version="1", narration="Theirs"), url)[0] == 200
    mine = form(*RENT, version="1", narration="Mine, long thought of")
    status, text = send(web, mine, url)
    assert (status, "Mine, long thought of" in text, "<ins>Theirs</ins>" in text, 'name="version" value="2"' in text) == (
        409,
        True,
        True,
        True,
    )
    assert desk.document(kept.id).narration == "Theirs"
    assert send(web, {**mine, "version": "2"}, url)[0] == 200
    assert desk.document(kept.id).narration == "Mine, long thought of"


def test_a_draft_is_changed_posted_or_deleted(web: FlaskClient, desk: Desk) -> None:
    send(web, form(("D", "Rent", "500"), wish="draft"))
    [kept] = desk.rows()
    url = f"/vouchers/documents/{kept.id}"
    status, text = send(web, {"version": "1"}, f"{url}/posting")
    assert (status, "two rows or more" in text) == (422, True)
    assert send(web, form(*RENT, version="1", wish="draft"), url)[0] == 200
    assert send(web, {"version": "2"}, f"{url}/posting")[0] == 200
    assert desk.states() == [("2600PY/000001", "posted")]
    assert send(web, {}, f"{url}/removal")[0] == 409
    send(web, form(("D", "Rent", "500"), wish="draft"))
    draft = next(row for row in desk.rows() if row.state == "draft")
    assert send(web, {}, f"/vouchers/documents/{draft.id}/removal")[0] == 200
    assert len(desk.rows()) == 1


def test_a_copy_is_a_new_voucher(web: FlaskClient, desk: Desk) -> None:
    send(web, form(*RENT, narration="Rent"))
    [kept] = desk.rows()
    page = web.get(f"/vouchers/new?from={kept.id}").text
    assert ('value="Rent"' in page, 'value="500.00"' in page, str(kept.id) in page.split('name="save_id"')[0].split("data-voucher")[1]) == (
        True,
        True,
        False,
    )


def test_accounts_and_names_are_made_while_typing(web: FlaskClient, desk: Desk, other: Desk) -> None:
    group = next(row.id for row in desk.groups() if row.code == "indirect-expenses")
    asked = {"sort": "account", "name": "Chai ☕", "group_id": str(group)}
    answer = web.post("/vouchers/heads", data=asked, headers={"Accept": "application/json"})
    assert answer.get_json()["head"][1] == "Chai ☕"
    answer = web.post("/vouchers/heads", data=asked, headers={"Accept": "application/json"})
    assert (answer.status_code, "already" in answer.get_json()["errors"]["name"]) == (422, True)
    for sort in ("customer", "supplier"):
        made = web.post("/vouchers/heads", data={"sort": sort, "name": f"مقهى {sort}"}, headers={"Accept": "application/json"}).get_json()
        assert made["head"][1] == f"مقهى {sort}"
    made = web.post("/vouchers/heads", data={"sort": "centre", "name": "Van"}, headers={"Accept": "application/json"}).get_json()
    assert made["centre"][1] == "Van"
    assert send(web, {"sort": "account", "name": "", "group_id": ""}, "/vouchers/heads")[0] == 422
    assert "Make an account" in web.get("/vouchers/heads/new").text
    heads = web.get("/vouchers/heads").get_json()
    names = {head[1] for head in heads["heads"]}
    assert {"Cash", "Chai ☕", "مقهى customer"} <= names
    assert heads["all"] is True
    other.party("Meera")
    assert web.get("/vouchers/heads?q=meera").get_json()["heads"] == []
    assert send(web, form(("D", "Chai ☕", "5"), ("C", "Cash", "5")))[0] == 200


def test_an_archived_account_is_refused_by_name(web: FlaskClient, desk: Desk) -> None:
    desk.archive("Rent")
    status, text = send(web, form(*RENT))
    assert (status, "The account Rent is archived." in text) == (422, True)


def test_two_hundred_rows_are_drawn_and_sent(web: FlaskClient, desk: Desk) -> None:
    rows = [("D", "Rent", "1")] * 199 + [("C", "Capital", "199")]
    status, text = send(web, form(*rows, kind="journal"))
    assert (status, "₹199.00 is saved" in text) == (200, True)
    [kept] = desk.rows()
    page = web.get(f"/vouchers/documents/{kept.id}/edit").text
    assert page.count("data-row>") >= 200


def test_money_in_two_fields(web: FlaskClient, desk: Desk) -> None:
    cash = str(desk.accounts["Cash"])
    assert "Money out" in web.get("/money/new").text
    sent = {
        "id": str(uuid4()),
        "direction": "out",
        "amount": "20+100",
        "what_for": "Tea for the shop",
        "money_id": cash,
        "day": "2026-11-20",
    }
    for _ in range(2):
        status, text = send(web, sent, "/money")
        assert (status, "₹120.00 is written down." in text) == (200, True)
    assert send(web, {**sent, "id": str(uuid4()), "what_for": "rent", "amount": "5"}, "/money")[0] == 200
    assert send(web, {**sent, "id": str(uuid4()), "direction": "in", "what_for": "Sold scrap", "amount": "50"}, "/money")[0] == 200
    assert desk.balances() == {"Shop expenses": 12_000, "Rent": 500, "Cash": -7_500, "Other income": -5_000}
    assert {row.narration for row in desk.rows()} == {"Tea for the shop", "", "Sold scrap"}
    for changed, words in [
        ({"amount": "५"}, "plain digits"),
        ({"amount": "0"}, "above 0"),
        ({"what_for": " "}, "what it was for"),
        ({"money_id": str(desk.accounts["Rent"])}, "where the money"),
        ({"day": "2027-11-20"}, "has not come yet"),
    ]:
        status, text = send(web, {**sent, "id": str(uuid4()), **changed}, "/money")
        assert (status, words in text, 'value="20+100"' in text or "amount" in changed) == (422, True, True), changed


def test_a_recurring_voucher_from_page_to_page(web: FlaskClient, desk: Desk) -> None:
    assert "Nothing comes by itself yet" in web.get("/vouchers/templates").text
    send(web, form(*RENT, narration="Godown rent"))
    [kept] = desk.rows()
    url = f"/vouchers/documents/{kept.id}/template"
    assert "Godown rent" in web.get(url).text
    assert send(web, {"name": "x", "every": "month", "starts_on": "31-2"}, url)[0] == 422
    sent = {"id": str(uuid4()), "name": "Godown", "every": "month", "starts_on": "2026-12-20", "posts": "1"}
    for _ in range(2):
        status, text = send(web, sent, url)
        assert (status, text.count("20-Dec-2026")) == (200, 1)
    [ending] = {part.split('"')[0] for part in text.split('action="/vouchers/templates/')[1:]}
    assert "Over" in send(web, {}, f"/vouchers/templates/{ending}")[1]


def test_the_paper_says_the_amount_in_words_and_has_room_to_sign(web: FlaskClient, desk: Desk) -> None:
    from webapp import printing
    from webapp.printing.voucher_papers import ask_voucher_paper, draw_voucher, voucher_paper

    send(web, form(*RENT, narration="किराया ☕"))
    [kept] = desk.rows()
    with desk.books() as books:
        paper = voucher_paper(books, kept.id)
        assert (paper.title, paper.in_words, len(paper.signs)) == ("Payment voucher", "Rupees Five Hundred Only", 3)
        assert draw_voucher(books, kept.id).startswith(b"%PDF")
    url = f"/vouchers/documents/{kept.id}/print"
    assert "Make PDF" in web.get(url).text
    assert "Being made" in send(web, {}, f"/vouchers/documents/{kept.id}/papers")[1]
    with desk.books() as books:
        paper_id = ask_voucher_paper(books, kept.id)
    printing.draw_paper(desk.shop.actor, paper_id)
    assert "Open PDF" in web.get(url).text


def test_a_cashier_types_no_vouchers(web: FlaskClient, desk: Desk) -> None:
    from webapp.platform.permissions import ROLE_PERMISSIONS, Permission, Role

    mine = {Permission.VOUCHER_READ, Permission.VOUCHER_WRITE, Permission.VOUCHER_AMEND}
    assert [mine & ROLE_PERMISSIONS[role] for role in (Role.OWNER, Role.ACCOUNTANT, Role.CASHIER)] == [mine, mine, set()]
