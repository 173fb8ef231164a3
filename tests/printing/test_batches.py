"""PDFs of many bills: those that were ticked or all that match, of one's own stores, drawn by jobs, taken away as a zip."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from jobs.relay import relay
from jobs.scheduler import perform_here
from tests.conftest import NOON, Clock
from tests.ground.shops import Shop
from tests.sales.trade import Trade, open_trade
from webapp import company, identity, printing, sales
from webapp.company import StoreDraft
from webapp.identity import NewUser
from webapp.kernel.errors import InvalidInput
from webapp.platform.permissions import Role
from webapp.platform.tenancy import open_books, open_directory, read_books
from webapp.printing import Layout, batches
from webapp.printing.batches import BatchRow
from webapp.sales import Chosen, Wanted

Sell = Callable[[], UUID]


def shelf(shop: Shop) -> tuple[Trade, Sell]:
    trade = open_trade(shop.actor)
    trade.item("Soap", 40)
    return trade, lambda: trade.sell(trade.line("Soap"), total=40).invoice_id


@pytest.mark.database
def test_from_the_ticked_bills_to_the_zip(browse: Callable[[Shop], FlaskClient], sharma: Shop, iyer: Shop, clock: Clock) -> None:
    theirs, sell = shelf(iyer)[1](), shelf(sharma)[1]
    bills, owner = [sell() for _ in range(3)], browse(sharma)
    listed = owner.get("/bills").text
    assert all(f'name="bill" form="papers" value="{bill}"' in listed for bill in bills)
    ticked = {"bill": [str(bills[0]), str(bills[2]), str(theirs), str(uuid4()), "nothing"]}
    shown = owner.get("/bills/papers", query_string=ticked).text
    assert ("Make 2 PDFs" in shown, "2 bills that were ticked are not here" in shown, "as a zip" in shown) == (True, True, False)
    assert owner.get("/bills/papers.zip", query_string=ticked).status_code == 422
    for _twice in range(2):
        sent = owner.post("/bills/papers", data=ticked)
        assert sent.status_code == 303
    assert "every 2s" in owner.get(sent.location).text
    relay(perform_here, clock.now)
    made = owner.get(sent.location).text
    assert ("Download 2 PDFs as a zip" in made, "every 2s" in made) == (True, False)
    address = parse_qs(urlsplit(sent.location).query)
    with owner.get("/bills/papers.zip", query_string=address) as answer:
        archive = zipfile.ZipFile(io.BytesIO(answer.data))
    with read_books(sharma.actor) as books:
        numbers = [sales.invoice(books, one).header.number for one in (bills[0], bills[2])]
    assert sorted(archive.namelist()) == sorted(f"{number.replace('/', '-')}.pdf" for number in numbers)
    for number in numbers:
        assert number in PdfReader(io.BytesIO(archive.read(f"{number.replace('/', '-')}.pdf"))).pages[0].extract_text()
    assert "papers" in owner.get("/edit-log").text
    # A bill that was cancelled is no longer as its paper shows it.
    clock.advance(minutes=5)
    with open_books(sharma.actor) as books:
        sales.cancel(books, bills[0], reason="Rung up twice", at=books.now)
    assert "Make 1 PDF<" in owner.get(sent.location).text
    whole = owner.get("/bills/papers", query_string={"all": "1", "state": "standing"}).text
    assert "2 bills are chosen" in whole
    stranger = browse(iyer)
    assert stranger.get("/bills/papers.zip", query_string=address).status_code == 422
    assert "3 bills that were ticked are not here" in stranger.get(sent.location).text
    assert "No bill is chosen" in stranger.get("/bills/papers", query_string={"bill": str(bills[0])}).text


def test_a_member_of_one_store_gets_the_bills_of_that_store(sharma: Shop) -> None:
    trade, sell = shelf(sharma)
    bills = [sell() for _ in range(2)]
    with open_books(sharma.actor) as books:
        other = company.create_store(books, StoreDraft(code="KOT", name="Kothrud", state_code="27"))
    with open_directory() as directory:
        user = identity.create_user(directory, NewUser(email="held@sharma.example", password=sharma.password, name="Held"))
        identity.add_member(directory, sharma.company_id, user.id, Role.ACCOUNTANT)
    held = replace(sharma.actor, user_id=user.id, role=Role.ACCOUNTANT)
    for stores, count in (([trade.store_id], 2), ([other], 0)):
        with open_books(sharma.actor) as books:
            company.limit_member(books, user.id, stores)
        with read_books(held) as books:
            assert [len(sales.chosen(books, Wanted(), ids, 9)) for ids in (None, bills)] == [count, count]


def test_too_many_are_refused_and_a_paper_that_failed_is_made_again(sharma: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    _trade, sell = shelf(sharma)
    bill = sell()
    with open_books(sharma.actor) as books:
        batches.ask_batch(books, batches.batch(books, Wanted(), [bill], Layout.A4), Layout.A4)
        [paper] = printing.newest_papers(books, bill).values()
    printing.note_failure(sharma.actor, paper.id, "no font")
    with open_books(sharma.actor) as books:
        rows = batches.batch(books, Wanted(), None, Layout.A4)
        assert [row.state for row in rows] == ["failed"]
        batches.ask_batch(books, rows, Layout.A4)
        assert [row.state for row in batches.batch(books, Wanted(), None, Layout.A4)] == ["waiting"]
        assert [row.state for row in batches.batch(books, Wanted(), None, Layout.THERMAL80)] == ["missing"]
    monkeypatch.setattr(batches, "MOST", 0)
    with pytest.raises(InvalidInput) as refusal, read_books(sharma.actor) as books:
        batches.batch(books, Wanted(), None, Layout.A4)
    assert "more than 0 bills" in refusal.value.errors["bill"]


def test_the_time_left_is_by_the_speed_of_those_asked_for_together() -> None:
    def row(state: str, asked: int | None) -> BatchRow:
        bill = Chosen(uuid4(), "B/1", NOON.date(), "", 100, NOON)
        return BatchRow(bill, state, None, None if asked is None else NOON + timedelta(seconds=asked))

    older, missing = [row("ready", -900)] * 5, row("missing", None)
    waits = [row("waiting", 0)] * 8
    assert batches.seconds_left([*older, missing, *waits], NOON + timedelta(seconds=40)) is None, "none of these is made yet"
    made = [row("ready", 0), row("failed", 0)]
    assert batches.seconds_left([*older, missing, *made, *waits], NOON + timedelta(seconds=40)) == 160
    assert batches.seconds_left([*older, missing, *made], NOON + timedelta(seconds=40)) is None, "nothing waits"
