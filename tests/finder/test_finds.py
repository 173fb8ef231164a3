"""What is typed finds what was meant; nobody finds what is not theirs."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from tests.finder.conftest import BARCODE, SignIn, Stocked
from tests.ground.shops import Shop
from tests.reports.ledgers import LAST, Ledgers
from tests.sales.trade import Trade, open_trade
from webapp.platform.permissions import BUILT_IN, Role

Budget = Callable[[int], AbstractContextManager[list[str]]]


def found(client: FlaskClient, typed: str) -> list[str]:
    """Addresses, in their order."""
    answer = client.get("/find", query_string={"q": typed}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return re.findall(r'<a class="menu-item" href="([^"]+)"', answer.text)


@pytest.fixture
def owner(as_role: SignIn, sharma: Shop, stocked: Stocked) -> FlaskClient:
    return as_role(sharma, Role.OWNER)


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        ("{seq}", "bill"),
        ("{number}", "bill"),
        ("1250", "bill"),
        ("1,250.00", "bill"),
        ("₹1250", "bill"),
        ("777.50", "rent"),
        ("J/00001", "rent"),
        ("j/00001", "rent"),
        ("meera", "party"),
        ("desh mee", "party"),
        ("98220 12345", "party"),
        ("9822012345", "party"),
        ("12345", "party"),
        ("27AAPFU0939F1ZV", "party"),
        ("मीरा", "party"),
        ("toor", "item"),
        ("dal toor", "item"),
        ("तूर", "item"),
        ("dal-1", "item"),
        (BARCODE, "item"),
        (BARCODE[:7], "item"),
    ],
)
def test_it_is_found_by_what_one_remembers(owner: FlaskClient, stocked: Stocked, typed: str, what: str) -> None:
    seq = str(int(stocked.number.rpartition("/")[2]))
    assert getattr(stocked, what) in found(owner, typed.format(seq=seq, number=stocked.number))


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("trial", "/trial-balance"),
        ("तलपट", "/trial-balance"),
        ("roznamcha", "/day-book"),
        ("day bo", "/day-book"),
        ("udhaar", "/khata"),
        ("balance sh", "/balance-sheet"),
        ("new item", "/items/new"),
        ("SETTINGS", "/settings"),
        ("सेटिंग", "/settings"),
    ],
)
def test_a_page_is_the_first_to_be_found_by_its_name(owner: FlaskClient, typed: str, url: str) -> None:
    assert found(owner, typed)[0] == url


def test_an_account_is_found_in_either_language(owner: FlaskClient) -> None:
    [by_name] = [url for url in found(owner, "round off") if url.startswith("/accounts/")]
    with owner.session_transaction() as session:
        session["language"] = "hi"
    hindi = owner.get("/find", query_string={"q": "round off"}, headers={"HX-Request": "true"}).text
    title = re.search(rf'{by_name}".*?<bdi>([^<]+)</bdi>', hindi, re.DOTALL)
    assert title is not None
    assert by_name in found(owner, title[1].split("(")[0].strip())


def test_the_nearest_name_stands_first(owner: FlaskClient, trade: Trade) -> None:
    names = ["Dal", "Dal fry", "Masala for dal", "Sundal"]
    for name in reversed(names):
        trade.item(name, 10)
    answer = owner.get("/find", query_string={"q": "dal"}, headers={"HX-Request": "true"}).text
    listed = re.findall(r"<bdi>([^<]+)</bdi>", answer[answer.index('aria-label="Items"') :])
    assert [name for name in listed if name in names] == names


def test_a_number_names_a_document_before_anything_else(owner: FlaskClient, stocked: Stocked) -> None:
    assert found(owner, "1250")[0] == stocked.bill


def test_a_reversal_is_a_voucher_and_its_bill_a_bill(owner: FlaskClient, sharma: Shop) -> None:
    books = Ledgers(sharma.actor)
    books.vouchers.append(books.post(LAST, ("bank", 4_321_09), ("capital", -4_321_09)))
    reversal = books.reverse(books.vouchers[-1], LAST)
    assert sorted(found(owner, "4321.09")) == sorted(f"/vouchers/{one}" for one in (books.vouchers[-1], reversal))


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "zzzzzz", "%", "_", "'", "<script>", "\\", "9" * 200, "🎉", "₹", "1,2,3", "26A1/", "/", "\u202e", "999999999999999"],
)
def test_nothing_is_found_for_nothing(owner: FlaskClient, typed: str) -> None:
    assert found(owner, typed) == []


def test_what_was_typed_is_only_text(owner: FlaskClient) -> None:
    answer = owner.get("/find", query_string={"q": '"><script>alert(1)</script>'}, headers={"HX-Request": "true"}).text
    assert "<script" not in answer


def test_it_works_as_a_page_too(owner: FlaskClient, stocked: Stocked) -> None:
    answer = owner.get("/find", query_string={"q": "meera"}).text
    assert "<html" in answer
    assert stocked.party in answer
    assert 'value="meera"' in answer


def test_another_shops_things_are_not_found(as_role: SignIn, iyer: Shop, stocked: Stocked) -> None:
    stranger = as_role(iyer, Role.OWNER)
    theirs = {stocked.bill, stocked.rent, stocked.party, stocked.item}
    for typed in (stocked.number, "1", "1250", "777.50", "J/00001", "meera", "9822012345", "toor", BARCODE, "DAL-1"):
        assert not theirs & set(found(stranger, typed))


def test_a_cashier_finds_what_a_cashier_may_open(as_role: SignIn, sharma: Shop, stocked: Stocked) -> None:
    cashier = as_role(sharma, Role.CASHIER)
    for typed, url in ((stocked.number, stocked.bill), ("meera", stocked.party), ("toor", stocked.item), ("counter", "/counter")):
        assert url in found(cashier, typed)
    for typed in ("777.50", "J/00001", "trial balance", "day book", "settings", "round off", "4"):
        assert [
            url for url in found(cashier, typed) if url.startswith(("/vouchers", "/accounts", "/trial", "/day-book", "/settings"))
        ] == []


@pytest.mark.parametrize("role", BUILT_IN)
def test_everything_found_may_be_opened(as_role: SignIn, sharma: Shop, stocked: Stocked, role: Role) -> None:
    client = as_role(sharma, role)
    addresses = {url for typed in ("a", "e", "i", "o", "1", "1250", "777.50", "meera", "dal", "new") for url in found(client, typed)}
    assert len(addresses) > 5
    assert {url: client.get(url).status_code for url in addresses} == dict.fromkeys(addresses, 200)


def test_signed_out_nothing_is_found(client: FlaskClient) -> None:
    assert client.get("/find?q=a").status_code == 303


def test_an_answer_costs_few_questions(owner: FlaskClient, max_queries: Budget) -> None:
    found(owner, "1250")
    with max_queries(13):  # one of them tells PostgreSQL whose rows are read
        found(owner, "1250")


def test_large_registers_are_entered_by_an_index(owner: FlaskClient, engine: Engine, stocked: Stocked) -> None:
    """A hundred thousand vouchers are not read to find one of them."""
    if engine.dialect.name != "sqlite":
        pytest.skip("the plan is asked of SQLite; PostgreSQL reads a table of three rows whole, and rightly")
    sent: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    found(owner, "1250")
    found(owner, stocked.number)
    event.remove(engine, "before_cursor_execute", note)
    plans = []
    with engine.connect() as connection:
        for statement, parameters in sent:
            if re.search(r"FROM (voucher|invoice|journal_line)\b", statement):
                plan = connection.exec_driver_sql(f"explain query plan {statement}", parameters)  # type: ignore[arg-type]
                plans += [str(row[3]) for row in plan]
    assert any("ix_voucher_number" in step for step in plans), plans
    assert any("ix_invoice_total" in step for step in plans), plans
    assert any("COVERING INDEX ix_journal_line" in step for step in plans), plans
    assert [step for step in plans if step.startswith("SCAN") and "LIST SUBQUERY" not in step] == []


def test_a_shop_next_door_may_have_the_same_number(as_role: SignIn, sharma: Shop, iyer: Shop, stocked: Stocked) -> None:
    theirs = open_trade(iyer.actor)
    theirs.item("Filter coffee", 1250)
    bill = theirs.sell(theirs.line("Filter coffee"), total=1250)
    assert found(as_role(iyer, Role.OWNER), "1250")[0] == f"/bills/{bill.invoice_id}"
    assert found(as_role(sharma, Role.OWNER), "1250")[0] == stocked.bill
