"""A payer says that he has paid: it is shown as what it is, entered once, put aside with a reason, and posts nothing by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.conftest import Clock
from tests.ground.shops import Shop
from tests.links.test_answers import BROWSER, asked_for, bill_of, look, proof_of, say, share
from tests.orders.conftest import Desk, open_desk
from webapp import links, orders, parties, payments
from webapp.kernel.errors import NotFound
from webapp.kernel.ids import new_id
from webapp.ledger.models import Voucher
from webapp.links import notices
from webapp.links.models import PaymentNotice
from webapp.links.rules import MOST_WAITING, read_utr
from webapp.platform.tenancy import open_books, read_books

UTR = "412345678901"
Browse = Callable[[Shop], FlaskClient]


@pytest.fixture
def desk(sharma: Shop) -> Desk:
    made = open_desk(sharma)
    made.trade.settings(upi_id="sharma@bank")
    return made


@pytest.fixture
def stranger(app: Flask, clock: Clock) -> FlaskClient:
    """Somebody's browser, when nobody has knocked yet: tests share the app, and their clock stands at the same noon."""
    for name in [one for one in app.extensions if one.startswith("munim.link_doorkeeper.")]:
        del app.extensions[name]
    clock.advance(minutes=2)
    return app.test_client()


def tell(client: FlaskClient, url: str, utr: str = UTR, amount: str = "1180.00", **more: Any) -> TestResponse:
    """Say on the page at `url` that it was paid."""
    form = {"proof": proof_of(look(client, url).text), "utr": utr, "amount": amount, **more}
    return client.post(posted(url), data=form, headers=BROWSER)


def posted(url: str) -> str:
    kind = {"b": "bill", "o": "order", "statements": "statement"}[url.split("/")[1]]
    return f"/links/{kind}/{url.split('/')[2]}/payment"


def stated(shop: Shop) -> list[notices.NoticeRow]:
    with read_books(shop.actor) as books:
        return notices.notices(books, notices.Wanted("all"))


def vouchers(shop: Shop) -> int:
    with read_books(shop.actor) as books:
        return books.session.scalar(select(func.count()).select_from(Voucher)) or 0


def filled(page: str, **more: str) -> dict[str, str]:
    """A form as it was drawn, with what is typed over it."""
    fields = re.findall(r'<input[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"[^>]*>', page)
    chosen = dict(re.findall(r'<input[^>]*?type="radio"[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"[^>]*?checked', page))
    return {**dict(fields), **chosen, **more}


@pytest.mark.parametrize("typed", [UTR, " 4123 4567-8901 ", "४१२३४५६७८९०१", "4123\u00a04567\u200b8901"])
def test_a_utr_is_its_twelve_digits(typed: str) -> None:
    assert read_utr(typed) == UTR


@pytest.mark.parametrize(
    "typed", ["", "41234567890", "4123456789012", "4123456789O1", "000000000000", "41234567890²", "-1e12", "४" * 12, "x" * 999]
)
def test_what_is_no_utr_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="12 digits"):
        read_utr(typed)


@pytest.mark.database
def test_a_bill_is_said_to_be_paid_and_entered_in_one_action(
    app: Flask, desk: Desk, sharma: Shop, stranger: FlaskClient, browse: Browse, clock: Clock
) -> None:
    bill_of(desk, ("Soap", "1"))  # an older one
    bill = bill_of(desk, ("Soap", "10"))
    url, before = share(app, desk, "bill", bill, "2600/000002"), vouchers(sharma)
    for _twice in range(2):
        told = tell(stranger, url)
        assert (told.status_code, told.location.split("?")[0]) == (303, url)
    page = look(stranger, url).text
    assert "₹1,180.00 was paid, UTR ending 8901" in page
    assert UTR not in page, "who else holds the link learns the last digits only"
    assert asked_for(page) == "", "it is not to be paid twice"
    assert tell(stranger, url, amount="5").status_code == 409
    (row,) = stated(sharma)
    assert (row.state, row.amount_paise, row.title, row.utr, row.party_id) == ("waiting", 1_180_00, "2600/000002", UTR, desk.party)
    assert vouchers(sharma) == before, "nothing is posted by itself"

    office = browse(sharma)
    assert "nobody has confirmed it" in office.get("/today").text
    beside = office.get(f"/links/bill/{bill}/payments", headers={"HX-Request": "true"}).text
    assert f"/links/bill/{bill}/payments" in office.get(f"/bills/{bill}").text
    for shown in (beside, office.get("/links/payments").text):
        assert UTR in shown
        assert "Not confirmed" in shown
    form = office.get(f"/receipts/new?notice={row.id}").text
    typed = filled(form)
    assert (typed["amount"], typed["reference"], typed["mode"], typed["notice"]) == ("1180", UTR, "upi", str(row.id))
    paid = {name: value for name, value in typed.items() if name.startswith("bill_") and value}
    assert list(paid.values()) == ["1180"], "the bill it was stated of, not the oldest"
    assert bill.hex in next(iter(paid))
    taken = office.post("/receipts", data=typed)
    assert taken.status_code == 303
    assert office.post("/receipts", data=typed).location == taken.location, "sent twice, it is the first"
    apart = {name: value for name, value in typed.items() if not name.startswith("bill_")}
    other = office.post("/receipts", data={**apart, "id": str(new_id())})
    assert other.status_code == 409, "a second window enters nothing"
    assert "entered or put aside already" in other.text
    assert vouchers(sharma) == before + 1
    (row,) = stated(sharma)
    assert (row.state, row.settled_by) == ("entered", sharma.actor.name)
    assert "Paid" in look(stranger, url).text
    assert "entered or put aside already" in office.get(f"/receipts/new?notice={row.id}").text
    clock.advance(minutes=2)
    gone = office.post(f"{taken.location}/cancellation", data={"reason": "Not in the bank"})
    assert gone.status_code == 303
    assert [one.state for one in stated(sharma)] == ["waiting"]


@pytest.mark.database
def test_the_same_utr_is_recognised_wherever_it_stands(
    app: Flask, desk: Desk, sharma: Shop, iyer: Shop, stranger: FlaskClient, browse: Browse
) -> None:
    bills = [bill_of(desk, ("Soap", "1")), bill_of(desk, ("Soap", "2"))]
    urls = [share(app, desk, "bill", bill, f"2600/00000{n}") for n, bill in enumerate(bills, 1)]
    assert tell(stranger, urls[0], amount="118").status_code == 303
    assert tell(stranger, urls[1], amount="236").status_code == 303, "one payment may be of two bills; the shop decides"
    second, first = stated(sharma)
    with read_books(sharma.actor) as books:
        assert notices.where_else(books, [first, second]) == {first.id: ["2600/000002"], second.id: ["2600/000001"]}
    office = browse(sharma)
    typed = filled(office.get(f"/receipts/new?notice={first.id}").text)
    taken = office.post("/receipts", data=typed)
    with read_books(sharma.actor) as books:
        number = payments.receipt(books, UUID(taken.location.rsplit("/", 1)[1])).number
    shown = office.get(f"/receipts/new?notice={second.id}").text
    assert "The same UTR stands elsewhere" in shown
    assert number in shown
    assert number in office.get("/links/payments").text
    refused = office.post(f"/links/payments/{second.id}/putting-aside", data={"reason": " "})
    assert refused.status_code == 422
    assert 'id="f-reason-error"' in refused.text
    assert office.post(f"/links/payments/{second.id}/putting-aside", data={"reason": "The same money"}).status_code == 303
    assert office.post(f"/links/payments/{second.id}/putting-aside", data={"reason": "The same money"}).status_code == 409
    assert "The same money" in office.get("/links/payments?state=aside").text
    with open_books(iyer.actor) as books:
        assert notices.notices(books, notices.Wanted("all")) == []
        for act in (lambda: notices.put_aside(books, second.id, "mine"), lambda: notices.enter_notice(books, second.id, new_id())):
            with pytest.raises(NotFound):
                act()
    theirs = browse(iyer)
    for address in (f"/receipts/new?notice={first.id}", f"/advances/new?notice={first.id}", f"/links/bill/{bills[0]}/payments"):
        assert theirs.get(address).status_code == 404


@pytest.mark.database
def test_a_statement_of_payment_needs_the_page_and_a_debt(
    app: Flask, desk: Desk, sharma: Shop, stranger: FlaskClient, clock: Clock
) -> None:
    bill = bill_of(desk, ("Soap", "10"))
    url = share(app, desk, "bill", bill)
    other = share(app, desk, "bill", bill_of(desk, ("Soap", "1")))
    proof, foreign = (proof_of(look(stranger, one).text) for one in (url, other))
    good = {"proof": proof, "utr": UTR, "amount": "5"}
    for wrong in ("", "x.y", foreign, url.rsplit("/", 1)[1]):
        assert stranger.post(posted(url), data={**good, "proof": wrong}).status_code == 403
    assert stranger.post(posted(url), data=good, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    token = url.rsplit("/", 1)[1]
    for address in (f"/links/order/{token}/payment", f"/links/none/{token}/payment", f"/links/bill/{token}x/payment"):
        assert stranger.post(address, data=good).status_code == 404
    clock.advance(minutes=1)
    for field, value in (("utr", "123"), ("amount", "-5"), ("amount", "0"), ("amount", "9" * 30), ("amount", "")):
        refused = stranger.post(posted(url), data={**good, field: value}, headers=BROWSER)
        assert refused.status_code == 422, (field, value)
        assert f'id="f-{field}-error"' in refused.text
        assert " open" in refused.text
    clock.advance(minutes=1)
    for n in range(MOST_WAITING):
        if n % 5 == 0:
            clock.advance(minutes=1)
        assert stranger.post(posted(url), data={**good, "utr": f"5555555555{n:02}"}).status_code == 303
    clock.advance(minutes=1)
    full = stranger.post(posted(url), data={**good, "utr": "666666666612"}, headers=BROWSER)
    assert full.status_code == 409
    assert "told of several payments already" in full.text
    assert len(stated(sharma)) == MOST_WAITING
    desk.trade.cancel(bill)
    gone = stranger.post(posted(url), data={**good, "utr": "777777777712"}, headers=BROWSER)
    assert gone.status_code == 409, "nothing is to be paid on a bill that was cancelled"
    # The row itself is held to what it promises.
    with read_books(sharma.actor) as books:
        assert books.session.scalar(select(func.count()).select_from(PaymentNotice).where(PaymentNotice.state != "waiting")) == 0


@pytest.mark.database
def test_a_proforma_and_an_agreed_advance_are_asked_for_by_their_link(
    app: Flask, desk: Desk, sharma: Shop, stranger: FlaskClient, browse: Browse
) -> None:
    proforma = desk.make("proforma", ("Soap", "10"))
    url = share(app, desk, "order", proforma.id, proforma.number)
    asked = asked_for(look(stranger, url).text)
    assert "am=1180.00" in asked
    assert f"tr={proforma.number.replace('/', '')}" in asked
    assert tell(stranger, url, amount="500").status_code == 303
    assert "am=680.00" in asked_for(look(stranger, url).text)
    (row,) = stated(sharma)
    office = browse(sharma)
    typed = filled(office.get(f"/advances/new?notice={row.id}").text, mode="upi", nature="goods")
    assert (typed["amount"], typed["reference"], typed["order_id"]) == ("500", UTR, str(proforma.id))
    taken = office.post("/advances", data=typed)
    assert taken.status_code == 303, taken.text
    assert [one.state for one in stated(sharma)] == ["entered"]
    page = look(stranger, url).text
    assert "am=680.00" in asked_for(page)
    assert "₹680.00" in page


@pytest.mark.database
def test_a_quotation_asks_for_its_advance_once_it_is_accepted(
    app: Flask, desk: Desk, sharma: Shop, stranger: FlaskClient, browse: Browse
) -> None:
    quotation, office = desk.make("quotation", ("Soap", "10")), browse(sharma)
    for wrong in ("1180.01", "-1", "abc"):
        refused = office.post(f"/orders/{quotation.id}/links", data={"advance": wrong})
        assert refused.status_code == 422
        assert f'value="{wrong}"' in refused.text
    assert office.post(f"/orders/{quotation.id}/links", data={"advance": "300"}).status_code == 303
    assert "Asks for ₹300.00 in advance" in office.get(f"/orders/{quotation.id}/print").text
    with read_books(sharma.actor) as books:
        (link,) = links.links_of(books, "order", quotation.id)
    with app.test_request_context():
        url = re.sub(r"^https?://[^/]+", "", links.address(sharma.company_id, link))
    page = look(stranger, url).text
    assert asked_for(page) == ""
    assert "₹300.00 in advance once you have accepted" in page
    assert say(stranger, url, proof_of(page)).status_code == 303
    assert "am=300.00" in asked_for(look(stranger, url).text)
    order = desk.convert(quotation, "order")
    assert "am=300.00" in asked_for(look(stranger, url).text), "the shop went on; the advance is still agreed"
    with open_books(sharma.actor) as books:
        advance = orders.NewAdvance(
            new_id(), desk.party, desk.trade.store_id, books.today, 100_00, "cash", False, "Soap", order_id=order.id
        )
        orders.take_advance(books, advance)
    assert "am=200.00" in asked_for(look(stranger, url).text)
    with open_books(sharma.actor) as books:
        orders.invoice_from(books, order.id, id_=new_id())
    assert asked_for(look(stranger, url).text) == "", "now the bill asks"


@pytest.mark.database
def test_the_list_is_searched_paged_and_sent_out(
    app: Flask, desk: Desk, sharma: Shop, browse: Browse, max_queries: Callable[[int], AbstractContextManager[list[str]]]
) -> None:
    with open_books(sharma.actor) as books:
        meera = parties.create_party(books, parties.PartyDraft(name="Meera")).id
        link = links.make(books, "statement", meera, "Meera", days=7)
        for n in range(53):  # of many documents: one has no more than MOST_WAITING
            one = links.Opened(link.id, "statement", new_id(), sharma.actor)
            payer = links.Payer(meera, "Meera", f"Bill {n:02}", 5)
            links.state_payment(books, one, payer, links.Stated(f"4123456789{n:02}", 100))
    office = browse(sharma)
    with max_queries(9):
        page = office.get("/links/payments").text
    assert page.count('id="notice-') == 50
    following = re.search(r'href="(/links/payments\?[^"]*after=[^"]+)"', page)[1].replace("&amp;", "&")
    assert office.get(following).text.count('id="notice-') == 3
    assert office.get("/links/payments?q=Bill+07").text.count('id="notice-') == 1
    assert "No stated payment matches" in office.get("/links/payments?q=nobody").text
    for odd in ("after=x", "after=9999-12-31T23:59:59-12:00_" + "0" * 32, "state=%3F"):
        assert office.get(f"/links/payments?{odd}").status_code == 200
    assert len(office.get("/links/payments?format=csv").text.splitlines()) == 54
