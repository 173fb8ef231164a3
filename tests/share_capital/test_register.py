"""The register through its pages: what stands, what is refused, what the note on share capital says of it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import DatabaseError

from tests.ground.shops import Shop
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import Conflict, InvalidInput
from webapp.kernel.ids import new_id
from webapp.platform.audit import EditLogEntry
from webapp.platform.tenancy import open_books, read_books
from webapp.share_capital import queries, service
from webapp.share_capital.models import ShareMove
from webapp.share_capital.rules import Holder, Move

pytestmark = pytest.mark.database
Browse = Callable[[Shop], FlaskClient]
EQUITY = service.ClassDraft("Equity shares of ₹10", is_preference=False, face_value_paise=1000, authorised=100_000, rights="One vote each.")


@pytest.fixture
def equity(sharma: Shop) -> UUID:
    id_ = new_id()
    with open_books(sharma.actor) as books:
        service.add_class(books, id_, EQUITY)
        day = books.today.replace(year=books.today.year - 3, day=1)
        service.add_move(books, new_id(), id_, Move(day, "opening", 10_000), "")
    return id_


def moved(shop: Shop, class_id: UUID, kind: str, shares: int, *, days_ago: int = 0, id_: UUID | None = None) -> UUID:
    id_ = id_ or new_id()
    with open_books(shop.actor) as books:
        day = books.today.fromordinal(books.today.toordinal() - days_ago)
        service.add_move(books, id_, class_id, Move(day, kind, shares), "a resolution")
    return id_


def test_the_note_says_what_was_entered(sharma: Shop, equity: UUID, browse: Browse) -> None:
    client = browse(sharma)
    taken = moved(sharma, equity, "issued", 777)
    moved(sharma, equity, "issued", 5_000, days_ago=1)
    with open_books(sharma.actor) as books:
        service.take_back(books, new_id(), taken, "never allotted")
        service.take_back(books, new_id(), taken, "never allotted")
        year = books.today.year - (books.today.month < 4)
        service.name_holders(books, equity, year, (Holder("आशा", 9_000, is_promoter=True), Holder("<b>Dev</b>", 700, is_promoter=False)), 0)
    page = client.get("/schedule-iii").text
    for words in ("Share capital: <bdi>Equity shares of ₹10</bdi>", "15,000", "₹10,00,000.00", "आशा", "60%", "One vote each."):
        assert words in page, words
    assert "<b>Dev</b>" not in page
    assert not re.search(r"\b(\d+,)*777\b", page), "what was taken back counts no more"
    rows = list(csv.reader(io.StringIO(client.get("/schedule-iii?format=csv").text.lstrip("\ufeff"))))
    closing = next(row for row in rows if row[1] == "At the end of the year")
    assert closing[3:7] == ["15,000", "150000.00", "10,000", "100000.00"]
    register = client.get("/share-register")
    assert "taken back" in register.text
    assert client.get("/share-register?format=csv").text.count("Taken back") == 1


def test_entries_that_cannot_be_are_refused_beside_their_field(sharma: Shop, equity: UUID, browse: Browse) -> None:
    client = browse(sharma)
    today = ""
    with read_books(sharma.actor) as books:
        today = books.today.isoformat()
    base = {"day": today, "kind": "issued", "shares": "5", "note": "kept words", "id": str(new_id())}
    for field, typed, words in (
        ("shares", "-5", "whole number"),
        ("shares", "1e9", "whole number"),
        ("shares", "५", "whole number"),
        ("shares", "9" * 40, "whole number"),
        ("shares", "0", "above 0"),
        ("shares", "90001", "100000 are authorised"),
        ("kind", "stolen", "Choose what happened"),
        ("kind", "opening", "once"),
        ("day", "2099-01-01", "has not come yet"),
        ("day", "31/12/2025", "Choose the day"),
        ("note", "x" * 121, "120"),
    ):
        answer = client.post(f"/share-register/{equity}/moves", data={**base, field: typed})
        assert answer.status_code == 422, (field, typed)
        assert words in answer.text, (field, typed)
        assert "kept words" in answer.text or field == "note", "what was typed is kept"
    bought = client.post(f"/share-register/{equity}/moves", data={**base, "kind": "bought-back", "shares": "10,001"})
    assert bought.status_code == 422
    with read_books(sharma.actor) as books:
        assert len(queries.moves_of(books)) == 1


def test_the_same_entry_twice_is_one(sharma: Shop, equity: UUID) -> None:
    id_ = moved(sharma, equity, "issued", 5)
    moved(sharma, equity, "issued", 5, id_=id_)
    with read_books(sharma.actor) as books:
        assert sum(move.signed for move in queries.standing(queries.moves_of(books))) == 10_005


def test_what_later_entries_need_cannot_be_taken_back(sharma: Shop, equity: UUID) -> None:
    with read_books(sharma.actor) as books:
        opening = queries.moves_of(books)[0].id
    moved(sharma, equity, "bought-back", 4_000)
    with open_books(sharma.actor) as books, pytest.raises(InvalidInput):
        service.take_back(books, new_id(), opening, "a mistake")


def test_named_holders_have_no_more_than_there_is(sharma: Shop, equity: UUID) -> None:
    more = moved(sharma, equity, "issued", 5_000)
    with open_books(sharma.actor) as books:
        year = FinancialYear.of(books.today).start_year
        service.name_holders(books, equity, year, (Holder("Asha", 12_000, is_promoter=True),), 0)
    with open_books(sharma.actor) as books, pytest.raises(InvalidInput) as refusal:
        service.take_back(books, new_id(), more, "never allotted")
    assert "12000 shares; there would be 10000" in refusal.value.errors["reason"]
    with pytest.raises(InvalidInput):
        moved(sharma, equity, "bought-back", 3_001)
    moved(sharma, equity, "bought-back", 3_000)


def test_a_class_keeps_its_face_value_and_its_version(sharma: Shop, equity: UUID) -> None:
    def draft(**changes: object) -> service.ClassDraft:
        return service.ClassDraft(**{**{name: getattr(EQUITY, name) for name in EQUITY.__dataclass_fields__}, **changes})

    for wrong in ({"face_value_paise": 500}, {"authorised": 9_999}, {"name": " "}):
        with open_books(sharma.actor) as books, pytest.raises(InvalidInput):
            service.change_class(books, equity, draft(**wrong), 1)
    with open_books(sharma.actor) as books:
        service.change_class(books, equity, draft(name="Ordinary shares"), 1)
    with open_books(sharma.actor) as books, pytest.raises(Conflict):
        service.change_class(books, equity, draft(name="Other"), 1)
    with open_books(sharma.actor) as books, pytest.raises(InvalidInput):
        service.add_class(books, new_id(), draft(name="ORDINARY SHARES"))


def test_holders_are_refused_in_the_row_they_were_typed_in(sharma: Shop, equity: UUID, browse: Browse) -> None:
    client = browse(sharma)
    address = f"/share-register/{equity}/holders/2024"
    typed = {"version": "0", "name_0": "", "shares_0": "", "name_3": "Asha", "shares_3": "9000", "name_4": "asha", "shares_4": "1"}
    answer = client.post(address, data=typed)
    assert answer.status_code == 422
    assert 'aria-describedby="f-name_4-error"' in answer.text
    too_many = client.post(address, data={**typed, "name_4": "Dev", "shares_4": "1,001"})
    assert too_many.status_code == 422
    assert "10000 shares of this class" in too_many.text
    assert client.post(address, data={**typed, "name_4": "Dev", "shares_4": "1,000"}).status_code == 303
    assert client.post(address, data={**typed, "name_4": "Dev", "shares_4": "1"}).status_code == 409, "a stale form"
    assert "Dev" in client.get(address).text


def test_notes_in_words_begin_with_last_years_and_are_not_written_over(sharma: Shop, browse: Browse) -> None:
    client = browse(sharma)
    seen = _seen(client.get("/schedule-iii/2025/words").text)
    said = {"policies": "Stock at cost.\nSales when made.", "contingent": "<script>", "seen": seen}
    assert client.post("/schedule-iii/2025/words", data=said).status_code == 303
    assert client.post("/schedule-iii/2025/words", data=said).status_code == 409, "somebody else wrote meanwhile"
    following = client.get("/schedule-iii/2026/words").text
    assert "Stock at cost." in following
    assert "the words of the year before" in following
    shown = client.get("/schedule-iii?to=2026-03-31").text
    assert "Stock at cost." not in shown or "&lt;script&gt;" in shown
    too_long = client.post("/schedule-iii/2026/words", data={"other": "x" * 10_001, "seen": _seen(following)})
    assert too_long.status_code == 422


def _seen(text: str) -> str:
    return text.split('name="seen" value="')[1].split('"', maxsplit=1)[0]


def test_no_other_company_sees_or_touches_it(sharma: Shop, iyer: Shop, equity: UUID, browse: Browse) -> None:
    stranger = browse(iyer)
    with read_books(sharma.actor) as books:
        move = queries.moves_of(books)[0].id
    assert "Equity shares" not in stranger.get("/share-register").text.split("empty boxed")[0]
    for path in (f"/share-register/{equity}/edit", f"/share-register/{equity}/holders/2025", f"/share-register/moves/{move}/taking-back"):
        assert stranger.get(path).status_code == 404, path
    assert stranger.post(f"/share-register/moves/{move}/taking-back", data={"reason": "mine now"}).status_code == 404
    assert stranger.post(f"/share-register/{equity}/moves", data={"day": "2026-01-01", "kind": "issued", "shares": "1"}).status_code == 404


def test_an_entry_stays_as_it_is_and_in_the_log(sharma: Shop, equity: UUID) -> None:
    with pytest.raises(DatabaseError), open_books(sharma.actor) as books:
        books.session.query(ShareMove).update({"shares": 1})
    with read_books(sharma.actor) as books:
        kinds = {row.entity for row in books.session.query(EditLogEntry)}
    assert {"share_class", "share_move"} <= kinds
