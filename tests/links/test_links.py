"""Public links: made for one document, opened by who holds them, ended by who made them, seen in a list."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from flask import Flask

from tests.company.test_stores import cashier
from tests.conftest import Clock
from tests.counter.device import signed_in
from tests.ground.shops import Shop
from webapp import company, links, parties
from webapp.kernel.errors import Forbidden, NotFound
from webapp.kernel.networks import counted_as
from webapp.links.queries import Wanted
from webapp.links.queries import links as listed
from webapp.links.rules import MOST_A_MINUTE, Doorkeeper, TooManyOpenings
from webapp.platform import links as signed
from webapp.platform.tenancy import open_books, read_books


@pytest.fixture
def meera(sharma: Shop) -> UUID:
    with open_books(sharma.actor) as books:
        return parties.create_party(books, parties.PartyDraft(name="Meera", phone="98220 10018")).id


@pytest.fixture
def link(sharma: Shop, meera: UUID) -> links.LinkRow:
    with open_books(sharma.actor) as books:
        return links.make(books, "statement", meera, "Meera", days=7)


def address(app: Flask, shop: Shop, link: links.LinkRow) -> str:
    with app.test_request_context():
        return re.search(r"/statements/.+", links.address(shop.company_id, link))[0]


@pytest.mark.database
def test_a_link_opens_its_document_until_it_is_ended(app: Flask, sharma: Shop, link: links.LinkRow) -> None:
    stranger, url = app.test_client(), address(app, sharma, link)
    assert stranger.get(url).data[:4] == b"%PDF"
    owner = signed_in(app, sharma)
    page = owner.get("/links").text
    assert "Meera" in page
    assert url not in page, "the list is read by more people than may read the document"
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    ended = owner.post(f"/links/{link.id}/revocation", data={"csrf_token": token})
    assert (ended.status_code, ended.headers["Location"]) == (303, "/links")
    assert stranger.get(url).status_code == 404
    assert owner.post(f"/links/{link.id}/revocation", data={"csrf_token": token}).status_code == 404, "it is ended once"
    assert "Meera" not in owner.get("/links").text
    assert "Meera" in owner.get("/links?state=ended").text
    with read_books(sharma.actor) as books:
        assert [one.views for one in listed(books, Wanted(state="all"))] == [1]


def test_a_statement_of_every_store_is_not_shared_by_who_is_held_to_one(app: Flask, sharma: Shop, meera: UUID, link: links.LinkRow) -> None:
    with read_books(sharma.actor) as books:
        main = company.default_store(books)
    held, free = cashier(sharma, main), cashier(sharma)
    with open_books(held) as books, pytest.raises(Forbidden, match="in every store"):
        links.make(books, "statement", meera, "Meera", days=7)
    with read_books(held) as books:
        assert listed(books, Wanted(state="all")) == links.links_of(books, "statement", meera) == []
    with open_books(free) as books:
        made = links.make(books, "statement", meera, "Meera", days=7)
    with read_books(free) as books:
        assert {one.id for one in listed(books, Wanted(state="all"))} == {made.id, link.id}
    for actor, is_offered in ((sharma.actor, True), (held, False)):
        browser = signed_in(app, replace(sharma, actor=actor))
        page = browser.get(f"/outstandings/{meera}").text
        assert ("/statements/" in page) is is_offered
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        answer = browser.post(f"/outstandings/{meera}/links", data={"csrf_token": token})
        assert answer.status_code == (303 if is_offered else 403)


@pytest.mark.database
def test_a_link_past_its_day_opens_nothing(app: Flask, sharma: Shop, link: links.LinkRow, clock: Clock) -> None:
    url = address(app, sharma, link)
    clock.advance(days=7)
    assert app.test_client().get(url).status_code == 404
    with open_books(sharma.actor) as books, pytest.raises(NotFound):
        links.revoke(books, link.id)


@pytest.mark.database
def test_no_other_document_can_be_guessed(app: Flask, sharma: Shop, iyer: Shop, link: links.LinkRow, meera: UUID) -> None:
    """Every other token is a 404 in the same words: another kind, company, document or key, and one cut or lengthened."""
    key, stranger = app.extensions["munim.settings"].secret_key, app.test_client()
    good = address(app, sharma, link)

    def token(purpose: str = "statement", company_id: int = sharma.company_id, id_: UUID = link.id, secret: str = key) -> str:
        return signed.sign(secret, signed.Link(purpose, company_id, id_, link.expires_at))

    assert good == f"/statements/{token()}"
    wrong = [
        token("bill"),
        token(company_id=iyer.company_id),
        token(id_=meera),  # a party's own id opens nothing: there must be a link
        token(id_=uuid4()),
        token(secret="another"),
        token()[:-1],
        token() + "x",
    ]
    answers = [stranger.get(f"/statements/{one}") for one in wrong] + [stranger.get(f"/b/{token()}")]
    assert {answer.status_code for answer in answers} == {404}
    assert not any("Meera" in answer.text for answer in answers)


@pytest.mark.database
def test_another_company_cannot_end_or_see_it(app: Flask, sharma: Shop, iyer: Shop, link: links.LinkRow) -> None:
    with open_books(iyer.actor) as books:
        assert listed(books, Wanted(state="all")) == []
        with pytest.raises(NotFound):
            links.revoke(books, link.id)
    assert "No document was shared yet" in signed_in(app, iyer).get("/links").text


@pytest.mark.database
def test_an_address_that_opens_too_often_waits_a_minute(app: Flask, sharma: Shop, link: links.LinkRow, clock: Clock) -> None:
    stranger = app.test_client()
    clock.advance(minutes=1)  # what other tests opened a moment ago is forgotten
    tried = [stranger.get("/statements/guess").status_code for _ in range(MOST_A_MINUTE)]
    assert set(tried) == {404}
    refused = stranger.get(address(app, sharma, link))
    assert refused.status_code == 429
    assert "Wait a minute" in refused.text
    elsewhere = stranger.get(address(app, sharma, link), environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert elsewhere.status_code == 200
    clock.advance(minutes=1)
    assert stranger.get(address(app, sharma, link)).status_code == 200


@pytest.fixture
def many(sharma: Shop, meera: UUID, clock: Clock) -> int:
    with open_books(sharma.actor) as books:
        for number in range(53):
            links.make(books, "statement", meera, f"Meera {number:02}", days=7)
    return 53


@pytest.mark.database
def test_the_list_is_searched_paged_and_sent_out(
    app: Flask, sharma: Shop, many: int, max_queries: Callable[[int], AbstractContextManager[list[str]]]
) -> None:
    owner = signed_in(app, sharma)
    with max_queries(8):
        page = owner.get("/links").text
    assert page.count('id="link-') == 50
    following = re.search(r'href="(/links\?[^"]*after=[^"]+)"', page)[1].replace("&amp;", "&")
    assert owner.get(following).text.count('id="link-') == many - 50
    assert owner.get("/links?q=Meera+07").text.count('id="link-') == 1
    assert "No link matches" in owner.get("/links?q=nobody").text
    assert "No link matches" in owner.get("/links?kind=bill").text
    for odd in ("after=x", "after=2026-01-01_x", "state=%3F", "kind=%27"):
        assert owner.get(f"/links?{odd}").status_code == 200
    assert len(owner.get("/links?format=csv").text.splitlines()) == many + 1


def test_the_doorkeeper_forgets_what_it_cannot_hold() -> None:
    keeper = Doorkeeper(most=2)
    for _ in range(2):
        keeper.require_room("a", 0)
    with pytest.raises(TooManyOpenings):
        keeper.require_room("a", 59)
    keeper.require_room("a", 60)
    for number in range(20_000):
        keeper.require_room(f"b{number}", 60)
    assert len(keeper._counts) <= 10_000


def test_a_household_has_one_count_whichever_of_its_addresses_asks() -> None:
    keeper = Doorkeeper(most=2)
    for last in range(2):
        keeper.require_room(f"2001:db8:1:2::{last}", 0)
    with pytest.raises(TooManyOpenings):
        keeper.require_room("2001:db8:1:2:ffff::9", 0)
    keeper.require_room("2001:db8:1:3::1", 0)
    assert counted_as("::ffff:203.0.113.9") == counted_as("203.0.113.9") == "203.0.113.9"
    assert counted_as("") == ""


@pytest.mark.database
@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-12:00", "2026-11-20", "x"])
def test_a_place_in_no_list_is_its_beginning(app: Flask, sharma: Shop, link: links.LinkRow, instant: str) -> None:
    """An instant that leaves the calendar when it is turned to UTC among them: in each list that goes by instants."""
    owner = signed_in(app, sharma)
    assert "Meera" in owner.get("/links", query_string={"after": f"{instant}_{link.id.hex}"}).text
    review = f"{instant}_{link.id}_below_zero"
    assert owner.get("/reviews", query_string={"after": review}).status_code == 200
    assert owner.get("/counter/shifts", query_string={"before": instant}).status_code == 200
