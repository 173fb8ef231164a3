"""The screens, as a browser without scripts sees them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from tests.company.test_stores import make_store
from tests.conftest import Clock
from tests.ground.shops import Shop
from tests.outstandings.khata import DAY, Khata
from tests.sales.test_pages import post, sign_in
from webapp import ledger
from webapp.kernel.ids import new_id
from webapp.kernel.posting import Slip, credit, debit
from webapp.ledger import Heading
from webapp.outstandings import LineKey
from webapp.platform.tenancy import open_books


@pytest.fixture
def owner(browse: Callable[[Shop], FlaskClient], sharma: Shop) -> FlaskClient:
    return browse(sharma)


@pytest.fixture
def ravi(khata: Khata) -> UUID:
    """Two old bills, a newer one, money that names none."""
    ravi = khata.customer("Ravi <Rao>", phone="+919822010023", credit_days=10)
    khata.bill(ravi, 100, DAY - timedelta(days=100))
    khata.bill(ravi, 50, DAY - timedelta(days=30))
    khata.bill(ravi, 70, DAY)
    khata.money(ravi, 120, DAY - timedelta(days=5))
    return ravi


def rows(client: FlaskClient, address: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(client.get(address).text.removeprefix("\ufeff"))))


def test_who_owes_in_both_views(owner: FlaskClient, khata: Khata, ravi: UUID) -> None:
    page = owner.get("/receivables").text
    assert "Ravi &lt;Rao&gt;" in page
    head, row = rows(owner, "/receivables?format=csv")
    assert head == [
        "Party",
        "Phone",
        "Not due",
        "1–30 days",
        "31–60 days",
        "61–90 days",
        "91–120 days",
        "Over 120 days",
        "On account",
        "Balance",
    ]
    assert row[2:] == ["70.00", "30.00", "0.00", "0.00", "0.00", "0.00", "0.00", "100.00"]
    assert rows(owner, "/receivables?format=csv&view=bills")[1][2:] == [
        "70.00",
        "50.00",
        "0.00",
        "100.00",
        "0.00",
        "0.00",
        "120.00",
        "100.00",
    ]
    by_date = rows(owner, "/receivables?format=csv&view=bills&basis=date&edges=45-7")
    assert by_date[0][2:5] == ["0–7 days", "8–45 days", "Over 45 days"]
    assert by_date[1][2:5] == ["70.00", "50.00", "100.00"]
    assert rows(owner, "/receivables?format=csv&on=2026-10-01")[1][-1] == "100.00"
    assert len(rows(owner, "/receivables?format=csv&overdue=1")) == 2
    assert owner.get("/receivables?format=pdf").data[:4] == b"%PDF"
    assert owner.get("/receivables?format=xlsx").data[:2] == b"PK"
    assert "No party matches" in owner.get("/receivables?q=nobody").text
    assert "Nothing is owed to suppliers" in owner.get("/payables").text
    mill = khata.customer("Mill", is_supplier=True, is_customer=False)
    khata.bill(mill, 500, to="creditors")
    assert rows(owner, "/payables?format=csv")[1][-1] == "500.00"


@pytest.mark.parametrize(
    "odd", ["on=never", "edges=x", "edges=99999", "store=1", "bucket=99", "basis=?", "view=%00", "edges=0", "on=2150-01-01"]
)
def test_an_address_that_cannot_be_read_shows_the_usual(owner: FlaskClient, ravi: UUID, odd: str) -> None:
    for path in ("/receivables", "/payables", "/open-bills", f"/outstandings/{ravi}"):
        answer = owner.get(f"{path}?{odd}")
        assert answer.status_code in ({400, 422} if "%00" in odd else {200}), answer.text


def test_bills_one_by_one(owner: FlaskClient, ravi: UUID) -> None:
    assert [row[1] for row in rows(owner, "/open-bills?format=csv")[1:]] == ["J/00002", "J/00003"]
    assert [(row[1], row[-1]) for row in rows(owner, "/open-bills?format=csv&view=bills&overdue=1")[1:]] == [
        ("J/00001", "100.00"),
        ("J/00002", "50.00"),
    ]
    assert [row[1] for row in rows(owner, "/open-bills?format=csv&view=bills&bucket=3")[1:]] == ["J/00001"]
    page = owner.get("/open-bills?view=bills").text
    assert "90 days over" in page
    assert "due in 10 days" in page
    assert owner.get("/open-bills?after=nonsense").status_code == 422
    assert "No open bill matches" in owner.get("/open-bills?q=nobody").text
    assert owner.get("/open-bills?format=pdf").data[:4] == b"%PDF"


def test_many_bills_are_paged(owner: FlaskClient, khata: Khata) -> None:
    asha = khata.customer("Asha")
    for number in range(53):
        khata.bill(asha, 1, DAY - timedelta(days=number))
    page = owner.get("/open-bills").text
    assert page.count('id="bill-') == 50
    following = re.search(r'href="(/open-bills\?[^"]*after=[^"]+)"', page)
    assert following
    assert owner.get(following[1].replace("&amp;", "&")).text.count('id="bill-') == 3


def test_a_statement_with_what_is_open(owner: FlaskClient, client: FlaskClient, ravi: UUID, clock: Clock) -> None:
    page = owner.get(f"/outstandings/{ravi}?view=bills").text
    for words in ("J/00001", "90 days over", "On account", "₹100.00", "120.00 Cr"):
        assert words in page, words
    sheet = rows(owner, f"/outstandings/{ravi}?format=csv")
    assert [row[1] for row in sheet if row[1].startswith(("Closing", "Open"))] == [
        "Opening balance",
        "Closing balance",
        "Open on 20-Nov-2026",
    ]
    assert "/statements/" not in page, "nothing is shared before somebody asks"
    assert post(owner, f"/outstandings/{ravi}", f"/outstandings/{ravi}/links")[0] == 200
    page = owner.get(f"/outstandings/{ravi}").text
    link = re.search(r"https?://[^\"]+(/statements/[^\"]+)\"", page)
    assert link
    assert "wa.me/919822010023" in page
    paper = client.get(link[1])
    assert (paper.status_code, paper.data[:4], paper.headers["X-Robots-Tag"]) == (200, b"%PDF", "noindex")
    assert client.get(link[1] + "x").status_code == 404
    assert "opened 1 times" in owner.get(f"/outstandings/{ravi}").text
    clock.advance(days=8)
    assert client.get(link[1]).status_code == 404


def test_settling_by_hand_and_undoing_it(client: FlaskClient, sharma: Shop, khata: Khata, ravi: UUID) -> None:
    sign_in(client, sharma)
    money = next(item for item in khata.open(ravi) if item.open < 0)
    line = f"{money.key.voucher_id.hex}.{money.key.line_no}"
    form = f"/outstandings/{ravi}/settlement?line={line}"
    assert client.get(form).text.count('name="bill_') == 3
    status, text = post(client, form, f"/outstandings/{ravi}/suggestion", line=line)
    assert status == 200
    assert 'value="100"' in text.replace("100.00", "100")
    first = next(item for item in khata.open(ravi) if item.open == 100_00)
    field = f"bill_{first.key.voucher_id.hex}.{first.key.line_no}"
    for typed, words in (("x", "plain digits"), ("-5", "above 0"), ("100.01", "is open"), ("", "Nothing was chosen")):
        status, text = post(client, form, f"/outstandings/{ravi}/settlements", line=line, **{field: typed})
        assert (status in {409, 422}, words in text) == (True, True), typed
    status, text = post(client, form, f"/outstandings/{ravi}/settlements", line=line, **{field: "80"})
    assert (status, "What settled what" in text) == (200, True)
    assert khata.left(ravi)[LineKey(*first.key)] == 20
    undo = re.search(r'action="(/settlements/[^"]+/release)"', text)
    assert undo
    assert post(client, f"/outstandings/{ravi}", undo[1])[0] == 200
    assert khata.left(ravi)[LineKey(*first.key)] == 100
    assert post(client, f"/outstandings/{ravi}", undo[1])[0] == 409


def test_another_companys_party_is_nobody(owner: FlaskClient, theirs: Khata) -> None:
    stranger = theirs.customer("Stranger")
    bill = theirs.bill(stranger, 10)
    line = f"{bill.voucher_id.hex}.1"
    for address in (f"/outstandings/{stranger}", f"/outstandings/{uuid4()}", f"/outstandings/{stranger}/settlement?line={line}"):
        assert owner.get(address).status_code == 404
    assert "Stranger" not in owner.get("/receivables").text + owner.get("/open-bills").text
    assert owner.get(f"/outstandings/{stranger}/settlement?line=x").status_code == 404


def test_the_receipt_form_offers_the_open_bills(client: FlaskClient, sharma: Shop, khata: Khata, ravi: UUID) -> None:
    sign_in(client, sharma)
    form = f"/receipts/new?party_id={ravi}"
    assert client.get(form).text.count('name="bill_') == 3
    sent = {"id": str(uuid4()), "party_id": str(ravi), "amount": "120", "received_on": DAY.isoformat(), "mode": "cash"}
    status, text = post(client, form, "/receipts/suggestion", **sent)
    fields = dict(re.findall(r'name="(bill_[^"]+)" value="([^"]*)"', text))
    assert (status, sorted(fields.values()), 'value="120"' in text) == (200, ["", "100", "20"], True)
    first = next(item for item in khata.open(ravi) if item.open == 100_00)
    field = f"bill_{first.key.voucher_id.hex}.1"
    for typed, words in (("130", "more than"), ("x", "plain digits"), ("100.01", "is open")):
        status, text = post(client, form, "/receipts", **sent, **{field: typed})
        assert (status in {409, 422}, words in text) == (True, True), typed
    assert post(client, form, "/receipts", **sent, **fields)[0] == 200
    left = khata.left(ravi)
    assert first.key not in left
    assert sorted(left.values()) == [-120, 30, 70]
    assert post(client, form, "/receipts", **sent, **fields)[0] == 200, "a second click"
    assert khata.left(ravi) == left
    other = {**sent, **fields, field: "1"}
    assert post(client, form, "/receipts", **other)[0] == 409, "the same id for other bills"


def test_a_statement_is_of_one_store_where_it_is_asked(
    khata: Khata, browse: Callable[[Shop], FlaskClient], sharma: Shop, iyer: Shop
) -> None:
    """The lines, what is open and the running balance of that store's documents; both together are the whole."""
    pune, ravi = make_store(sharma, "Pune", "PUN"), khata.customer("Ravi")
    khata.bill(ravi, 100, DAY - timedelta(days=300))
    with open_books(sharma.actor) as books:
        heads = ledger.heads(books)
        for amount, day in ((70_00, DAY - timedelta(days=290)), (20_00, DAY)):
            slip = Slip((debit(heads["debtors"], amount, ravi), credit(heads["sales"], amount)))
            heading = Heading("sales", f"PUN/{amount}", day, pune, "journal", new_id())
            ledger.post(books, voucher_id=new_id(), heading=heading, slip=slip)
    client = browse(sharma)

    def closing(more: str) -> list[str]:
        rows = client.get(f"/outstandings/{ravi}?format=csv{more}").text.splitlines()
        return [row.split(",")[-1] for row in rows if "Opening balance" in row or "Closing balance" in row]

    assert (closing(""), closing(f"&store={pune}")) == (["170.00", "190.00"], ["70.00", "90.00"])
    page = client.get(f"/outstandings/{ravi}?store={pune}").text
    assert "balance of this store" in page
    assert "PUN/2000" in page
    assert "190.00" not in page
    assert "190.00" in client.get(f"/outstandings/{ravi}").text
    assert closing(f"&store={new_id()}") == ["0.00", "0.00"], "no such store has anything"
    assert browse(iyer).get(f"/outstandings/{ravi}?store={pune}").status_code == 404
