"""What a customer does with a public link: reads a quotation, accepts or declines it once, pays a bill or a statement by UPI."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.conftest import Clock
from tests.ground.shops import Shop
from tests.orders.conftest import Desk, open_desk
from webapp import links, orders, payments, sales
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise
from webapp.links.rules import MOST_ANSWERS_A_MINUTE
from webapp.platform import links as signed
from webapp.platform.audit import EditLogEntry
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_books, read_books
from webapp.printing import service
from webapp.sales import read_sheet

pytestmark = pytest.mark.database
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def desk(sharma: Shop) -> Desk:
    return open_desk(sharma)


@pytest.fixture
def stranger(app: Flask, clock: Clock) -> FlaskClient:
    """Somebody's browser, after what other tests opened is forgotten."""
    clock.advance(minutes=2)
    return app.test_client()


def share(app: Flask, desk: Desk, kind: str, id_: UUID, title: str = "26-QT/000001") -> str:
    """The path of a new link."""
    with open_books(desk.trade.actor) as books:
        link = links.make(books, kind, id_, title, days=30)
    with app.test_request_context():
        return re.sub(r"^https?://[^/]+", "", links.address(desk.trade.actor.company_id, link))


def look(client: FlaskClient, url: str, **more: Any) -> TestResponse:
    return client.get(url, headers=BROWSER, **more)


def proof_of(page: str) -> str:
    found = re.search(r'name="proof" value="([^"]+)"', page)
    assert found, "the page offers no answer"
    return found[1]


def say(client: FlaskClient, url: str, proof: str, answer: str = "accept", name: str = "Meera Shah", note: str = "") -> TestResponse:
    return client.post(f"{url}/answer", data={"proof": proof, "answer": answer, "name": name, "note": note}, headers=BROWSER)


def log_of(desk: Desk, id_: UUID) -> list[tuple[str, str, dict[str, Any] | None]]:
    with read_books(desk.trade.actor) as books:
        query = select(EditLogEntry.action, EditLogEntry.via, EditLogEntry.new).where(EditLogEntry.entity_id == str(id_))
        return [(row.action, row.via, row.new) for row in books.session.execute(query.order_by(EditLogEntry.seq))]


def test_a_quotation_is_accepted_once_and_becomes_an_order(
    app: Flask, desk: Desk, stranger: FlaskClient, browse: Callable[[Shop], FlaskClient], sharma: Shop
) -> None:
    quotation = desk.make("quotation", ("Soap", "10"))
    url = share(app, desk, "order", quotation.id)
    page = look(stranger, url)
    assert page.status_code == 200
    for words in ("26-QT/000001", "Sharma Stores", "Ravi Kumar", "Soap", "₹1,180.00", "Accept"):
        assert words in page.text, words
    assert "csrf_token" not in page.text, "nothing of the form rests on a session"
    assert page.headers["Cache-Control"] == "private, no-store"
    proof = proof_of(page.text)
    made = say(stranger, url, proof, note="Deliver on Monday")
    assert made.status_code == 303
    again = say(stranger, url, proof, note="Deliver on Monday")
    assert again.status_code == 303, "the same answer again is the first one"
    shown = look(stranger, url).text
    assert "Accepted by Meera Shah" in shown
    assert "Deliver on Monday" in shown
    assert 'name="answer"' not in shown
    other = say(stranger, url, proof, answer="decline")
    assert other.status_code == 409
    assert "was accepted already by Meera Shah" in other.text

    head = desk.view(quotation).head
    assert (head.state, head.state_by, head.state_reason) == ("accepted", "Meera Shah", "Deliver on Monday")
    acts = [(action, via) for action, via, _new in log_of(desk, quotation.id)]
    assert acts.count(("accept", "link")) == 1
    assert acts.count(("decline", "link")) == 0
    with read_books(desk.trade.actor) as books:
        row = orders.answers_of(books, [quotation.id])[quotation.id]
    assert len(row.address_hash) == 32
    assert "127.0.0.1" not in row.address_hash
    office = browse(sharma)
    assert "Meera Shah by the link" in office.get("/orders?kind=quotation").text
    assert "Accepted by Meera Shah by the public link" in office.get(f"/orders/{quotation.id}").text
    assert desk.convert(quotation, "order").kind == "order"


def test_a_quotation_is_declined_in_hindi(app: Flask, desk: Desk, stranger: FlaskClient) -> None:
    quotation = desk.make("quotation", ("Soap", "10"))
    url = share(app, desk, "order", quotation.id)
    page = stranger.get(f"{url}?lang=hi", headers=BROWSER).text
    assert 'lang="hi"' in page
    assert "स्वीकार" in page
    form = {"proof": proof_of(page), "answer": "decline", "name": "मीरा"}
    answer = stranger.post(f"{url}/answer?lang=hi", data=form, headers=BROWSER)
    assert answer.status_code == 303
    assert answer.location.endswith("?lang=hi")
    assert desk.view(quotation).head.state == "declined"


@pytest.mark.parametrize(
    ("wrong", "field"), [({"name": " "}, "name"), ({"name": "x" * 101}, "name"), ({"note": "x" * 501}, "note"), ({"answer": "maybe"}, "")]
)
def test_an_answer_that_cannot_be_used_keeps_what_was_typed(
    app: Flask, desk: Desk, stranger: FlaskClient, wrong: dict[str, str], field: str
) -> None:
    quotation = desk.make("quotation", ("Soap", "10"))
    url = share(app, desk, "order", quotation.id)
    sent = {"answer": "accept", "name": "Meera", "note": "Typed", **wrong}
    answer = say(stranger, url, proof_of(look(stranger, url).text), **sent)
    assert answer.status_code == 422
    assert not field or f'id="f-{field}-error"' in answer.text
    assert sent["note"] in answer.text
    assert desk.view(quotation).head.state == "open"


def test_what_is_past_its_day_revised_cancelled_or_no_quotation_is_refused_clearly(
    app: Flask, desk: Desk, stranger: FlaskClient, clock: Clock
) -> None:
    with read_books(desk.trade.actor) as books:
        today = books.today
    quotation = desk.make("quotation", ("Soap", "10"), ends_on=today)
    url = share(app, desk, "order", quotation.id)
    proof = proof_of(look(stranger, url).text)

    revised = desk.make("quotation", ("Soap", "8"), revises=quotation.id, version=1, ends_on=today)
    refused = say(stranger, url, proof)
    assert refused.status_code == 409
    assert "was revised meanwhile" in refused.text
    assert revised.shown_number not in look(stranger, url).text, "the newer one is another document"

    newer = share(app, desk, "order", revised.id)
    proof = proof_of(look(stranger, newer).text)
    clock.advance(hours=20)
    refused = say(stranger, newer, proof)
    assert refused.status_code == 409
    assert "was valid until" in refused.text
    assert "was valid until" in look(stranger, newer).text
    assert 'name="answer"' not in look(stranger, newer).text
    assert desk.view(revised).head.state == "open"

    order = desk.make("order", ("Soap", "1"))
    of_order = share(app, desk, "order", order.id)
    assert 'name="answer"' not in look(stranger, of_order).text
    with open_books(desk.trade.actor) as books, pytest.raises(orders.WrongState):
        orders.answer(books, order.id, orders.Answer(new_id(), accepts=True, name="Meera"))


def test_an_answer_needs_the_link_the_page_and_the_document(
    app: Flask, desk: Desk, iyer: Shop, stranger: FlaskClient, clock: Clock
) -> None:
    """Guessed, forged, of another document, of another company, too old, from another site, ended: nothing is answered."""
    quotation, second = desk.make("quotation", ("Soap", "10")), desk.make("quotation", ("Tea", "1"))
    url, other = share(app, desk, "order", quotation.id), share(app, desk, "order", second.id)
    proof, foreign = proof_of(look(stranger, url).text), proof_of(look(stranger, other).text)
    for wrong in ("", "x.y", foreign, url.rsplit("/", 1)[-1]):
        assert say(stranger, url, wrong).status_code == 403, wrong
    cross = stranger.post(
        f"{url}/answer", data={"proof": proof, "answer": "accept", "name": "Meera"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert cross.status_code == 403
    clock.advance(minutes=1)
    key = app.extensions["munim.settings"].secret_key
    for company_id, id_ in ((iyer.company_id, uuid4()), (desk.trade.actor.company_id, quotation.id)):
        token = signed.sign(key, signed.Link("order", company_id, id_, clock.now.replace(year=2027)))
        assert stranger.post(f"/o/{token}/answer", data={"proof": proof, "answer": "accept", "name": "Meera"}).status_code == 404
    clock.advance(hours=25)
    assert say(stranger, url, proof).status_code == 403, "the page is of yesterday"
    fresh = proof_of(look(stranger, url).text)
    with open_books(desk.trade.actor) as books:
        (link,) = links.links_of(books, "order", quotation.id)
        links.revoke(books, link.id)
    assert say(stranger, url, fresh).status_code == 404
    assert look(stranger, url).status_code == 404
    assert {desk.view(one).head.state for one in (quotation, second)} == {"open"}


def test_answers_are_counted_by_address(app: Flask, desk: Desk, stranger: FlaskClient, clock: Clock) -> None:
    url = share(app, desk, "order", desk.make("quotation", ("Soap", "1")).id)
    tried = [say(stranger, url, "guess").status_code for _ in range(MOST_ANSWERS_A_MINUTE + 1)]
    assert tried == [403] * MOST_ANSWERS_A_MINUTE + [429]
    assert look(stranger, url).status_code == 200, "who answers too often may still read"
    clock.advance(minutes=1)
    assert say(stranger, url, "guess").status_code == 403


def bill_of(desk: Desk, *rows: tuple[str, ...], **more: str) -> UUID:
    with open_books(desk.trade.actor) as books:
        return sales.issue_invoice(books, read_sheet(desk.sheet(*rows, **more))).invoice_id


def pay(desk: Desk, amount: int, *bills: UUID) -> None:
    with open_books(desk.trade.actor) as books:
        asked = payments.ReceiptCommand(
            id=new_id(),
            party_id=desk.party,
            store_id=desk.trade.store_id,
            received_on=books.today,
            mode="cash",
            amount=Paise(amount),
            body_sha256=new_id().hex,
            bills=tuple(payments.PaidBill(bill, amount) for bill in bills),
        )
        payments.take_receipt(books, asked)


def asked_for(page: str) -> str:
    """What the page has a UPI app pay; nothing when it asks for nothing."""
    found = re.search(r'href="(upi://[^"]+)"', page)
    return unquote(found[1].replace("&amp;", "&")) if found else ""


def test_a_bill_asks_for_what_is_due_now(app: Flask, desk: Desk, stranger: FlaskClient) -> None:
    bill = bill_of(desk, ("Soap", "10"))
    url = share(app, desk, "bill", bill, "2600/000001")
    assert "Ask the shop how to pay" in look(stranger, url).text, "the shop has no UPI id yet"
    desk.trade.settings(upi_id="sharma@bank")
    page = look(stranger, url).text
    assert asked_for(page) == "upi://pay?pa=sharma@bank&pn=Sharma Stores&am=1180.00&cu=INR&tn=Bill 2600/000001&tr=2600000001"
    assert 'src="data:image/svg+xml;base64,' in page
    pay(desk, 500_00, bill)
    assert "am=680.00" in asked_for(look(stranger, url).text)
    pay(desk, 600_00)  # names no bill, and pays the oldest all the same
    assert "am=80.00" in asked_for(look(stranger, url).text)
    pay(desk, 100_00)
    page = look(stranger, url).text
    assert asked_for(page) == ""
    assert "Paid" in page
    for secret in ("Asha", str(desk.party), "cost", "₹60"):
        assert secret not in page, secret


def test_a_paid_cancelled_or_returned_bill_asks_for_nothing(app: Flask, desk: Desk, stranger: FlaskClient) -> None:
    desk.trade.settings(upi_id="sharma@bank")
    cash = share(app, desk, "bill", bill_of(desk, ("Soap", "1"), pay="cash"), "cash")
    assert asked_for(look(stranger, cash).text) == ""
    gone = bill_of(desk, ("Soap", "1"))
    url = share(app, desk, "bill", gone, "gone")
    desk.trade.cancel(gone)
    page = look(stranger, url).text
    assert "was cancelled" in page
    assert asked_for(page) == ""


def test_a_statement_asks_for_the_balance(app: Flask, desk: Desk, iyer: Shop, stranger: FlaskClient) -> None:
    desk.trade.settings(upi_id="sharma@bank")
    url = share(app, desk, "statement", desk.party, "Ravi Kumar")
    assert "Paid" in look(stranger, url).text
    bill = bill_of(desk, ("Soap", "10"))
    pay(desk, 180_00, bill)
    page = look(stranger, url).text
    assert "am=1000.00" in asked_for(page)
    assert "2600/000001" in page
    assert "Iyer" not in page
    with open_books(desk.trade.actor) as books:  # for goods to come: the statement's paper closes with what it leaves
        asked = orders.NewAdvance(new_id(), desk.party, desk.trade.store_id, books.today, Paise(300_00), "cash", False, "Soap")
        orders.take_advance(books, asked)
    assert "am=700.00" in asked_for(look(stranger, url).text)
    with stranger.get(f"{url}?format=pdf", headers=BROWSER) as paper:
        assert paper.data.startswith(b"%PDF")
    with stranger.get(url) as paper:
        assert paper.data.startswith(b"%PDF"), "what asks for no page gets the paper"


def test_a_link_is_ended_by_who_made_it_or_manages_links(desk: Desk, sharma: Shop) -> None:
    with open_books(desk.trade.actor) as books:
        owners = links.make(books, "statement", desk.party, "Ravi", days=7)
    cashier = Actor(sharma.company_id, Role.CASHIER, user_id=new_id(), name="Ravi the cashier")
    with open_books(cashier) as books:
        own = links.make(books, "statement", desk.party, "Ravi", days=7)
        links.revoke(books, own.id)
    with open_books(cashier) as books, pytest.raises(Exception, match="Somebody else made this link"):
        links.revoke(books, owners.id)
    with open_books(Actor(sharma.company_id, Role.CASHIER, name="Counter", via="till")) as books:
        tills = links.make(books, service.BILL, new_id(), "26A1/000001", days=7)
    with (
        open_books(Actor(sharma.company_id, Role.CASHIER, name="Counter", via="till")) as books,
        pytest.raises(Exception, match="Somebody else"),
    ):
        links.revoke(books, tills.id)
    with open_books(Actor(sharma.company_id, Role.ACCOUNTANT, user_id=new_id(), name="Accountant")) as books:
        assert links.revoke(books, tills.id).id == tills.id
