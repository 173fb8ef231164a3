"""Lists of codes that a company brings in: read by shape, refused with words, found in, held against its items; never another's."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.catalogue.conftest import draft, make
from tests.ground.shops import Shop
from webapp import catalogue, company
from webapp.catalogue import hsn, lists, masters
from webapp.catalogue.lists import Filters
from webapp.catalogue.master_models import GstMaster, GstMasterPart
from webapp.catalogue.master_reading import UnreadableList
from webapp.catalogue.masters import HSN, PORT
from webapp.catalogue.units import UNITS
from webapp.platform.storage import TooLarge
from webapp.platform.tenancy import open_books, read_books
from webapp.tax.rules import RETIRED_STATES, STATES

CODES = Path(__file__).resolve().parents[3] / "shared" / "statutory" / "codes"
needs_codes = pytest.mark.skipif(not CODES.is_dir(), reason="the portal's lists stand beside a checkout of the project, where there is one")
SMALL = {
    "10": "CEREALS",
    "1006": "RICE",
    "100630": "RICE~Semi-milled or wholly milled rice, whether or not polished or glazed",
    "10063020": "RICE~Semi-milled or wholly milled rice~Basmati rice",
    "9963": "Accommodation, food and beverage services",
    "996311": "Room or unit accommodation services for visitors",
}


def bring(shop: Shop, content: Any, kind: str = HSN, name: str = "HSN.json") -> masters.Brought:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return masters.bring_in(shop.actor, kind, name, [raw])


def words_of(shop: Shop, *codes: str) -> dict[str, str]:
    with read_books(shop.actor) as books:
        return masters.official_words(books, codes)


def found(shop: Shop, text: str, kind: str = HSN) -> list[str]:
    with read_books(shop.actor) as books:
        return [code for code, _words in masters.search_master(books, text, 12, kind)]


@needs_codes
def test_the_portals_own_list_is_read_whole_and_word_for_word(sharma: Shop, iyer: Shop) -> None:
    rows = json.loads((CODES / "gstn-offline-tool" / "hsn-codes.json").read_text())["codes"]
    done = bring(sharma, (CODES / "gstn-offline-tool" / "hsn-codes.json").read_bytes())
    assert done.refused_rows == 0
    assert done.codes >= 22_400
    told = {row["c"]: row.get("n", "") for row in rows if len(row["c"]) in (2, 4, 6, 8) and row["c"].isdigit()}
    assert words_of(sharma, *told) == told  # carriage returns, quotation marks and all: table 12 wants them letter by letter
    assert found(sharma, "10063020")[0] == "10063020"
    assert "10063020" in found(sharma, "rice BASMATI")
    assert found(sharma, "basmati rice") == found(sharma, "rice basmati")
    assert words_of(iyer, *told) == {}
    assert found(iyer, "rice") == []


@needs_codes
def test_ports_states_and_units_are_those_of_the_portal(sharma: Shop) -> None:
    assert bring(sharma, (CODES / "port-codes.csv").read_bytes(), PORT, "ports.csv").codes > 1000
    assert found(sharma, "INABG1", PORT) == ["INABG1"]
    assert "INABG1" in found(sharma, "alibag", PORT)
    assert found(sharma, "INABG1") == []  # ports are no HSN codes
    labels = json.loads((CODES / "gstn-offline-tool" / "uqc.json").read_text())["labels"]
    assert set(UNITS) == {label.partition("-")[0] for label in labels} | {"NA"}
    told = dict(line.split(",")[:2] for line in (CODES / "state-codes.csv").read_text().splitlines()[1:])
    assert set(told) - set(STATES) <= set(RETIRED_STATES)
    assert set(STATES) <= set(told)


SHAPES: list[Any] = [
    {"codes": [{"c": code, "n": words} for code, words in SMALL.items()], "description": "whatever", "more": {"x": 1}},
    [{"HSN_CD": int(code), "HSN_Description": words, "unknown": None} for code, words in SMALL.items()],
    {"data": {"list": [{"hsn code": f" {code} ", "Description": words} for code, words in SMALL.items()]}},
    SMALL,
    "HSN Code;Description;Rate\n" + "\n".join(f"{code};{words};5" for code, words in SMALL.items()),
    "\ufeffHSN_CD\tHSN_Description\n" + "\n".join(f"{code}.0\t{words}" for code, words in SMALL.items()),
]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_list_is_read_by_its_shape(sharma: Shop, shape: Any) -> None:
    done = bring(sharma, shape.encode() if isinstance(shape, str) else shape)
    assert (done.codes, done.refused_rows) == (len(SMALL), 0)
    assert words_of(sharma, *SMALL) == SMALL


def test_the_portals_sheet_with_goods_and_services_side_by_side(sharma: Shop) -> None:
    import openpyxl

    book, raw = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(["HSN_CD", "HSN_Description", "SAC_CD", "SAC_Description"])
    sheet.append([101, "LIVE HORSES", 9963, "Accommodation"])
    sheet.append(["0102", "LIVE BOVINE ANIMALS"])
    book.save(raw)
    assert bring(sharma, raw.getvalue(), name="HSN_SAC.xlsx").codes == 3
    assert words_of(sharma, "0101", "9963") == {"0101": "LIVE HORSES", "9963": "Accommodation"}


def test_goods_replace_goods_and_services_services(sharma: Shop) -> None:
    bring(sharma, SMALL)
    bring(sharma, {"99": "SERVICES"})
    assert words_of(sharma, "99", "9963", "1006") == {"99": "SERVICES", "1006": "RICE"}
    assert bring(sharma, {"0101": "HORSES"}).codes == 2
    assert words_of(sharma, "99", "1006", "0101") == {"99": "SERVICES", "0101": "HORSES"}
    bring(sharma, SMALL)
    assert words_of(sharma, "99", "9963", "0101") == {"9963": SMALL["9963"]}


@pytest.mark.parametrize(
    "content",
    [
        b'{"codes":[{"c":"0101","n":"HOR',
        b"[" * 50_000,
        b"{}",
        b"[]",
        b'{"codes":[1,2,3]}',
        b'{"codes":[{"c":null,"n":"x"},{"c":true,"n":"y"},{"c":1e3,"n":"z"}]}',
        b'[{"c":"\xef\xbc\x91\xef\xbc\x90","n":"full-width digits"}]',
        b"name,price\nrice,5\n",
        b"HSN Code,Description\nabc,one\ndef,two\n1006,RICE\n",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"",
        json.dumps([{"c": f"{number:08}", "n": ""} for number in range(60_001)]).encode(),
        json.dumps([{"c": "1006", "n": "x" * 5_000}]).encode(),
    ],
)
def test_what_is_no_list_is_refused_and_the_list_stays(sharma: Shop, content: bytes) -> None:
    bring(sharma, {"1006": "RICE"})
    with pytest.raises(UnreadableList) as refusal:
        bring(sharma, content)
    assert refusal.value.fix
    assert words_of(sharma, "1006") == {"1006": "RICE"}


def test_hostile_words_are_kept_as_they_came_and_a_file_has_a_largest_size(sharma: Shop) -> None:
    told = {"1006": '<script>\t"\\\n\u0000\ud800 चावल', "1007": ""}
    bring(sharma, json.dumps(told).encode())
    assert words_of(sharma, *told) == told
    assert found(sharma, "चावल") == ["1006"]
    with pytest.raises(TooLarge):
        masters.bring_in(sharma.actor, HSN, "x", iter([b" " * 5_000_000] * 5))


def test_our_own_words_stand_before_the_portals(sharma: Shop) -> None:
    bring(sharma, SMALL)
    with read_books(sharma.actor) as books:
        rows = hsn.search_hsn(books, "rice")
        by_code = hsn.search_hsn(books, "100630")
    assert rows[0].code == "1006"
    assert rows[0].usual_tax_class
    official = next(row for row in rows if row.code == "10063020")
    assert official.description.endswith("› Basmati rice")
    assert official.usual_tax_class == rows[0].usual_tax_class  # what such goods usually bear
    assert [row.code for row in by_code] == ["1006", "100630", "10063020"]


@pytest.fixture
def coded(sharma: Shop) -> Shop:
    bring(sharma, SMALL)
    make(sharma, "Basmati", hsn="100630")
    make(sharma, "Mistyped", hsn="100631")
    make(sharma, "Loose rice", hsn="1006")
    make(sharma, "No code at all")
    return sharma


def test_items_are_held_against_the_turnover_and_the_list(coded: Shop, iyer: Shop) -> None:
    def named(why: str) -> list[str]:
        with read_books(coded.actor) as books:
            return [row.name for row in lists.list_items(books, Filters(code=why)).rows]

    assert (named("missing"), named("short"), named("unknown")) == (["No code at all"], [], ["Mistyped"])
    with open_books(coded.actor) as books:
        company.change_profile(books, {"turnover_over_5_crore": True})
    assert named("short") == ["Loose rice"]
    with read_books(coded.actor) as books:
        doubts = masters.doubts(books)
        assert (doubts.digits, doubts.count("short"), doubts.count("unknown")) == (6, 1, 1)
        assert masters.doubts(books, 8).count("short") == 3
        assert [row[0] for row in lists.export_rows(books, Filters(code="unknown"))] == ["Mistyped"]
    make(iyer, "Theirs", hsn="999999")
    with read_books(iyer.actor) as books:
        assert masters.doubts(books).why == {}  # no list of their own: nothing is unknown


def test_the_page_brings_in_looks_up_and_leads_to_the_items(coded: Shop, browse: Callable[[Shop], FlaskClient]) -> None:
    client = browse(coded)
    sent = client.post("/items/code-lists/hsn", data={"file": (io.BytesIO(b"{"), "HSN.json")})
    assert sent.status_code == 400 or sent.status_code == 422
    assert "breaks off" in sent.text
    assert client.post("/items/code-lists/hsn", data={}).status_code == 422
    assert client.post("/items/code-lists/rates", data={"file": (io.BytesIO(b"{}"), "x")}).status_code == 404
    done = client.post("/items/code-lists/hsn", data={"file": (io.BytesIO(b'[{"c":"x","n":"y"},{"c":"1006","n":"RICE"}]'), "a.json")})
    assert done.status_code == 303
    shown = client.get("/items/code-lists?q=rice").text
    assert "RICE" in shown
    assert "1 row had no code" in shown
    assert "Mistyped" in client.get("/items?code=unknown").text
    form = {"name": "New", "price": "10", "hsn": "7777", "unit": "NOS", "kind": "goods", "price_includes_tax": "1"}
    with read_books(coded.actor) as books:
        form["tax_class"] = str(catalogue.tax_class_ids(books)["gst-5"])
    assert "7777" in client.post("/items", data=form, follow_redirects=True).text


def test_a_list_is_a_companys_own_in_the_database_too(sharma: Shop, iyer: Shop) -> None:
    bring(sharma, SMALL)
    with read_books(iyer.actor) as books:
        assert masters.masters(books) == {}
        assert books.session.scalars(select(GstMasterPart)).all() == []
    with read_books(sharma.actor) as books:
        row = books.session.scalars(select(GstMaster)).one()
        assert (row.codes, row.imported_by) == (len(SMALL), sharma.actor.name)
    with open_books(iyer.actor) as books:
        assert catalogue.create_item(books, draft(books, hsn="1006")).hsn == "1006"
