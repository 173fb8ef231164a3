"""Statements of many parties as one zip: drawn by a job, by the role that who asked has then, and a link to each."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from jobs.relay import relay
from jobs.scheduler import perform_here
from tests.conftest import Clock
from tests.ground.shops import Shop
from webapp import catalogue, identity, outstandings, parties
from webapp.catalogue import bulk
from webapp.identity import NewUser
from webapp.kernel.dates import Period
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id
from webapp.outstandings import statement_runs
from webapp.outstandings.rules import USUAL_EDGES
from webapp.outstandings.statement_runs import RunRow
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_books, open_directory, read_books

pytestmark = pytest.mark.database
Browse = Callable[[Shop], FlaskClient]
NAMES = ("Meera Stores", "../../etc/passwd", "Meera/Stores", "रवि कुमार")


def people(shop: Shop, *names: str) -> list[UUID]:
    with open_books(shop.actor) as books:
        return [
            parties.create_party(books, parties.PartyDraft(name=name, phone="98220 10018" if name == NAMES[0] else "")).id for name in names
        ]


def accountant(shop: Shop) -> Actor:
    with open_directory() as directory:
        user = identity.create_user(directory, NewUser(email="books@sharma.example", password=shop.password, name="Anita"))
        identity.add_member(directory, shop.company_id, user.id, Role.ACCOUNTANT)
    return Actor(shop.company_id, Role.ACCOUNTANT, user.id, "Anita")


def ask(actor: Actor, ids: list[UUID]) -> UUID:
    buckets = tuple("012345")[: len(USUAL_EDGES) + 2]  # not due, a bucket up to each edge, and over the last
    words = outstandings.Words(tuple("abcdefg"), "Opening", "Closing", "Open", "Days", "On account", buckets, {}, "{page} {pages}")
    with open_books(actor) as books:
        outstandings.ask_statements(books, run_id := new_id(), ids, Period(books.today, books.today), words)
    return run_id


def kept(shop: Shop, run_id: UUID) -> RunRow:
    with read_books(shop.actor) as books:
        return outstandings.statement_run(books, run_id)


def test_from_the_ticked_customers_to_the_zip_and_a_link_for_each(browse: Browse, sharma: Shop, iyer: Shop, clock: Clock) -> None:
    ours, theirs, owner = people(sharma, *NAMES), people(iyer, "Uma"), browse(sharma)
    listed = owner.get("/parties").text
    assert f'name="party" form="giving" value="{ours[0]}"' in listed
    assert 'formaction="/outstandings/statements"' in listed
    ticked = {"party": [*map(str, ours), str(theirs[0]), str(uuid4()), "nothing"]}
    shown = owner.get("/outstandings/statements", query_string=ticked).text
    assert ("Make 4 statements" in shown, "3 customers that were ticked are not here" in shown) == (True, True)
    form = {**ticked, "id": str(new_id()), "from": "2026-04-01", "to": "2026-11-20"}
    for _twice in range(2):
        sent = owner.post("/outstandings/statements", data=form)
        assert sent.status_code == 303
    assert "every 1s" in owner.get(sent.location).text
    assert owner.get(f"{sent.location}.zip").status_code == 404, "it is not made yet"
    relay(perform_here, clock.now)
    assert "Download the zip" in owner.get(f"{sent.location}/progress").text
    with owner.get(f"{sent.location}.zip") as answer:
        archive = zipfile.ZipFile(io.BytesIO(answer.data))
    found = archive.namelist()
    assert sorted(found) == [
        "Meera-Stores-2026-11-20-2.pdf",
        "Meera-Stores-2026-11-20.pdf",
        "etc-passwd-2026-11-20.pdf",
        "रवि-कुमार-2026-11-20.pdf",
    ]
    first = PdfReader(io.BytesIO(archive.read("Meera-Stores-2026-11-20.pdf"))).pages[0].extract_text()
    assert "Sharma Stores" in first
    assert "1-Apr-2026 to 20-Nov-2026" in first

    assert owner.post(f"{sent.location}/links").status_code == 303
    page = owner.get(sent.location).text
    assert page.count('id="shared-') == 4
    assert page.count("https://wa.me/") == 1, "one of them has a phone"
    assert owner.post(f"{sent.location}/links").status_code == 303, "those that open are used again"
    rows = owner.get(f"{sent.location}/links.csv").text.splitlines()
    assert len(rows) == 5
    address = rows[1].rsplit(",", 1)[1].split("/statements/")[1]
    with owner.application.test_client().get(f"/statements/{address}") as paper:
        assert paper.data.startswith(b"%PDF")
    with read_books(sharma.actor) as books:
        assert all(len(outstandings_links(books, one)) == 1 for one in ours)
    stranger = browse(iyer)
    for path in ("", "/progress", ".zip", "/links.csv"):
        assert stranger.get(f"{sent.location}{path}").status_code == 404
    assert stranger.post(f"{sent.location}/links").status_code == 404


def outstandings_links(books: object, party_id: UUID) -> list[object]:
    from webapp import links

    return list(links.links_of(books, outstandings.STATEMENT, party_id))  # type: ignore[arg-type]


def test_a_role_that_was_taken_away_gets_no_statement_and_changes_no_row(
    sharma: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    anita, (party, *_rest) = accountant(sharma), people(sharma, *NAMES)
    before, demoted, gone = ask(anita, [party]), ask(anita, [party]), ask(anita, [party])
    outstandings.make_statements(sharma.actor, before)
    assert kept(sharma, before).state == "done"
    with open_books(anita) as books:
        item = catalogue.quick_item(books, "Rice", 1_000_000, catalogue.tax_class_ids(books)["gst-5"])
        bulk.start_run(books, change := new_id(), bulk.BulkChange("archive"), [item.id])
    with open_directory() as directory:
        identity.add_member(directory, sharma.company_id, anita.user_id, Role.CASHIER)
    outstandings.make_statements(sharma.actor, demoted)
    catalogue.run_bulk_change(sharma.actor, change)
    with open_directory() as directory:
        identity.end_membership(directory, sharma.actor, anita.user_id)
    outstandings.make_statements(sharma.actor, gone)
    for run_id in (demoted, gone):
        row = kept(sharma, run_id)
        assert (row.state, row.storage_key) == ("refused", None)
        assert "may not have them any more" in row.refused[0][1]
    with read_books(sharma.actor) as books:
        changed = bulk.bulk_run(books, change)
    assert (changed.state, changed.changed, changed.refused) == ("done", 0, [["Rice", "Anita may not change items any more."]])
    # Taken away in the middle: what was drawn by then is not kept.
    with open_directory() as directory:
        identity.add_member(directory, sharma.company_id, anita.user_id, Role.ACCOUNTANT)
    middle, roles = ask(anita, people(sharma, *(f"P {n}" for n in range(3)))), iter([anita, None])
    monkeypatch.setattr(statement_runs, "TOLD_EVERY", 1)
    monkeypatch.setattr(statement_runs, "asker_still", lambda *_who: next(roles))
    outstandings.make_statements(sharma.actor, middle)
    assert (kept(sharma, middle).state, kept(sharma, middle).done) == ("refused", 1)


def test_a_run_that_was_killed_begins_again_and_is_made_once(sharma: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = ask(sharma.actor, people(sharma, *NAMES))
    with monkeypatch.context() as killed:
        killed.setattr(statement_runs, "_end", lambda *_what, **_more: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            outstandings.make_statements(sharma.actor, run_id)
    assert kept(sharma, run_id).state == "waiting"
    for _twice in range(2):
        outstandings.make_statements(sharma.actor, run_id)
    row = kept(sharma, run_id)
    assert (row.state, row.done, row.refused) == ("done", 4, [])
    with (
        read_books(Actor(sharma.company_id, Role.ACCOUNTANT, new_id(), "Another")) as books,
        pytest.raises(Exception, match="does not exist"),
    ):
        outstandings.statement_run(books, run_id)


@pytest.mark.parametrize("ids", [[], [uuid4()], None])
def test_nobody_and_too_many_are_refused(sharma: Shop, ids: list[UUID] | None, monkeypatch: pytest.MonkeyPatch) -> None:
    people(sharma, "A", "B")
    monkeypatch.setattr(statement_runs, "MOST", 1)
    with read_books(sharma.actor) as books, pytest.raises(InvalidInput):
        statement_runs.chosen(books, parties.Filters(), ids)
