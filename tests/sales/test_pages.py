"""The pages of bills, as a browser without scripts sees them."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.sales.trade import CREDIT, Trade
from webapp import sales
from webapp.sales import Issued

LINKED = r">\s*26TST/(\d{6})\s*</a>"  # the number of each row, which its tick says once more


@pytest.fixture
def web(client: FlaskClient, sharma: Shop) -> FlaskClient:
    sign_in(client, sharma)
    return client


def sign_in(client: FlaskClient, shop: Shop) -> None:
    answer = client.post("/sign-in", data={"email": shop.email, "password": shop.password, "csrf_token": token_of(client, "/sign-in")})
    assert answer.status_code == 303


def token_of(client: FlaskClient, url: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(url).text)
    return found.group(1) if found else ""


def post(client: FlaskClient, page: str, url: str, **fields: str) -> tuple[int, str]:
    answer = client.post(url, data={"csrf_token": token_of(client, page), **fields}, follow_redirects=True)
    return answer.status_code, answer.text


def sold(trade: Trade, **more: object) -> Issued:
    if "Soap" not in trade.items:
        trade.item("Soap <b>& co</b>", 118)
        trade.items["Soap"], trade.prices["Soap"] = trade.items["Soap <b>& co</b>"], trade.prices["Soap <b>& co</b>"]
    return trade.sell(trade.line("Soap", 2), total=236, **more)


def test_an_empty_list_says_what_to_do(web: FlaskClient) -> None:
    page = web.get("/bills")
    assert page.status_code == 200
    assert "No bill has been issued yet." in page.text


def test_the_list_finds_by_number_customer_phone_and_amount(web: FlaskClient, trade: Trade) -> None:
    ravi = trade.customer("Ravi Kumar", phone="9845012345")
    with_name, walk_in = sold(trade, party_id=ravi), sold(trade)
    trade.sell(trade.line("Soap", 3), total=354)
    for words, found in [
        (with_name.number, {with_name.number}),
        ("ravi", {with_name.number}),
        ("98450 12345", {with_name.number}),
        ("236", {with_name.number, walk_in.number}),
        ("₹354.00", {"26TST/000003"}),
        ("100%_", set()),
    ]:
        text = web.get("/bills", query_string={"q": words}).text
        assert set(re.findall(r"26TST/\d{6}", text)) == found, words


def test_the_list_filters_by_day_kind_payment_series_and_state(web: FlaskClient, trade: Trade) -> None:
    ravi = trade.customer("Ravi Kumar")
    on_credit, cash = sold(trade, paid=CREDIT, party_id=ravi), sold(trade)
    note = trade.take_back(cash, (1, 1))
    gone = sold(trade)
    trade.cancel(gone)
    for query, found in [
        ("mode=credit", {on_credit.number}),
        ("kind=credit_note", {note.number}),
        ("kind=sale", {on_credit.number, cash.number, gone.number}),
        ("series=26TSTR", {note.number}),
        ("state=cancelled", {gone.number}),
        ("state=standing", {on_credit.number, cash.number, note.number}),
        ("state=flagged", set()),
        ("from=2026-11-20&to=2026-11-20", {on_credit.number, cash.number, note.number, gone.number}),
        ("from=2026-11-21", set()),
        ("from=nonsense&mode=nonsense&kind=nonsense", {on_credit.number, cash.number, note.number, gone.number}),
        (f"party={ravi}", {on_credit.number}),
    ]:
        assert set(re.findall(r"26TSTR?/\d{6}", web.get(f"/bills?{query}").text)) == found, query
    assert "354.00" in web.get("/bills?state=standing").text  # 236 + 236 - 118


def test_the_list_pages_by_key_in_both_directions(web: FlaskClient, trade: Trade) -> None:
    sold(trade)
    for _ in range(119):
        trade.sell(trade.line("Soap", 0.5), total=59)
    seen: list[list[str]] = []
    url: str | None = "/bills"
    while url:
        text = web.get(url).text
        seen.append(re.findall(LINKED, text))
        older = re.search(r'rel="next" href="([^"]+)"', text)
        newer = re.search(r'rel="prev" href="([^"]+)"', text)
        url = older.group(1).replace("&amp;", "&") if older else None
    assert [len(page) for page in seen] == [50, 50, 20]
    assert sorted({number for page in seen for number in page}) == [f"{seq:06d}" for seq in range(1, 121)]
    assert newer is not None
    assert re.findall(LINKED, web.get(newer.group(1).replace("&amp;", "&")).text) == seen[1]


def test_a_page_of_fifty_costs_few_statements(
    web: FlaskClient, trade: Trade, max_queries: Callable[[int], AbstractContextManager[list[str]]]
) -> None:
    for _ in range(10):
        sold(trade)
    web.get("/bills")
    with max_queries(14):
        web.get("/bills")


def test_the_export_has_every_row_and_no_formula(web: FlaskClient, trade: Trade) -> None:
    sold(trade, party={"name": "=cmd|'/C calc'!A0", "phone": "", "state_code": "27"})
    for _ in range(55):
        trade.sell(trade.line("Soap", 0.5), total=59)
    text = web.get("/bills/export.csv").text
    assert len(text.strip().splitlines()) == 57
    assert "'=cmd" in text
    assert web.get("/bills/export.xlsx").data[:2] == b"PK"
    assert web.get("/bills/export.pdf").status_code == 404


def test_a_bill_shows_its_lines_and_what_is_typed_is_only_text(web: FlaskClient, trade: Trade) -> None:
    bill = sold(trade)
    page = web.get(f"/bills/{bill.invoice_id}").text
    assert "Soap &lt;b&gt;&amp; co&lt;/b&gt;" in page
    assert f"/vouchers/{bill.invoice_id}" in page
    for amount in ("₹236.00", "200.00", "18.00"):
        assert amount in page


def test_cancelling_asks_why_and_keeps_what_was_typed(web: FlaskClient, trade: Trade) -> None:
    bill = sold(trade)
    url = f"/bills/{bill.invoice_id}"
    status, text = post(web, url, f"{url}/cancellation", reason="x")
    assert (status, "Say in a few words why" in text, 'value="x"' in text) == (422, True, True)
    status, text = post(web, url, f"{url}/cancellation", reason="Typed twice")
    assert (status, "Typed twice" in text) == (200, True)
    assert trade.balance("cash") == 0


def test_a_return_by_the_form(web: FlaskClient, trade: Trade) -> None:
    bill = sold(trade)
    url = f"/bills/{bill.invoice_id}/returns"
    for qty, words in [
        ("", "Type how much"),
        ("१", "plain digits"),
        ("1e400", "plain digits"),
        ("-1", "how much comes back"),
        ("0.0001", "decimals"),
    ]:
        status, text = post(web, f"{url}/new", url, qty_1=qty, refund="cash")
        assert (status, words in text) == (422, True), qty
    assert post(web, f"{url}/new", url, qty_1="3", refund="cash")[0] == 409
    assert post(web, f"{url}/new", url, qty_1="1", refund="credit")[0] == 422
    form = {"id": str(uuid4()), "qty_1": "1", "refund": "cash", "reason": "Torn"}
    for _ in range(2):  # a second click
        status, text = post(web, f"{url}/new", url, **form)
        assert (status, "2600R/000001" in text) == (200, True)
    assert trade.on_hand("Soap") == 99_000
    assert "2600R/000001" in web.get(f"/bills/{bill.invoice_id}").text


def test_what_needs_a_look_is_settled_with_words(web: FlaskClient, trade: Trade) -> None:
    trade.item("Ghee", 112, stock_of=0)
    bill = trade.sell(trade.line("Ghee"), total=112, has_happened=True)
    page = web.get("/reviews").text
    assert "Ghee: 0 in stock, 1 sold." in page
    url = f"/bills/{bill.invoice_id}/flags/below_zero/settlement"
    status, text = post(web, "/reviews", url, settlement="")
    assert (status, "Say in a few words what was done" in text) == (422, True)
    post(web, "/reviews", url, settlement="Counted, there were four")
    assert "Nothing needs a look." in web.get("/reviews").text
    assert "Counted, there were four" in web.get(f"/bills/{bill.invoice_id}").text


def test_every_flag_has_words_on_the_page(web: FlaskClient, trade: Trade) -> None:
    from webapp.platform.tenancy import open_books
    from webapp.sales import Flag, FlagKind, add_flags

    line = {
        "line": 1,
        "name": "Ghee",
        "amount": 1,
        "allowed": 1,
        "used_bp": 1200,
        "due_bp": 500,
        "used": 1,
        "due": 1,
        "on_hand": 0,
        "wanted": 1000,
    }
    line |= {"given_bp": 1500}
    detail = {
        "lines": [line],
        "items": [line],
        "limit": 1,
        "due": 1,
        "wanted": 1,
        "date": "2026-11-20",
        "today": "2026-11-18",
        "posted_on": "2026-12-01",
    }
    detail |= {"taxable": 1, "name": "Ravi", "printed": "bill", "expected": "tax_invoice", "party": "x"}
    detail |= {"number": "2600/000001", "due_on": "01-Oct-2026", "days": 50, "most": 30, "open": 1, "most_bp": 1000}
    bill = sold(trade)
    with open_books(trade.actor) as books:
        add_flags(books, bill.invoice_id, [Flag(kind, detail) for kind in FlagKind])
    page = web.get("/reviews").text
    assert page.count('<article class="card stack" id="review-') == len(FlagKind)
    for kind in FlagKind:
        assert f"> {kind.value}<" not in page


def test_another_companys_bill_is_not_found(web: FlaskClient, other: Trade) -> None:
    other.item("Soap", 118)
    theirs = other.sell(other.line("Soap"), total=118)
    for url in ("", "/returns/new"):
        assert web.get(f"/bills/{theirs.invoice_id}{url}").status_code == 404
    assert post(web, "/bills", f"/bills/{theirs.invoice_id}/cancellation", reason="Mine now")[0] in {403, 404}
    assert theirs.number not in web.get("/bills").text


def test_flags_page_by_key(trade: Trade) -> None:
    trade.item("Soap", 118, stock_of=0)
    for _ in range(52):
        trade.sell(trade.line("Soap"), total=118, has_happened=True)
    first = trade.read(sales.open_flags)
    last = first[49].flag
    rest = trade.read(lambda books: sales.open_flags(books, newer_than=(last.raised_at, last.invoice_id, last.kind)))
    assert (len(first), len(rest)) == (51, 2)
    assert len({row.number for row in (*first[:50], *rest)}) == 52
