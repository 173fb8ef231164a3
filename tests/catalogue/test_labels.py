"""Labels: where they stand on each paper, what is on them, what is refused."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from tests.catalogue.conftest import make
from tests.ground.shops import Shop
from webapp.catalogue.label_rules import LAYOUTS, Asked, places, require_labels
from webapp.kernel.errors import InvalidInput


@pytest.mark.parametrize("name", LAYOUTS)
def test_labels_stand_on_their_paper_and_not_on_each_other(name: str) -> None:
    layout = LAYOUTS[name]
    wide, high = layout.label
    taken = set()
    for place in places(layout, layout.per_page, 1):
        assert (place.left >= 0, place.left + wide <= layout.paper[0]) == (True, True)
        assert (place.top >= 0, place.top + high <= layout.paper[1]) == (True, True)
        assert place.page == 0
        taken.add((place.left, place.top))
    assert len(taken) == layout.per_page
    assert (layout.pitch[0] >= wide, layout.pitch[1] >= high) == (True, True)
    assert [one.page for one in places(layout, layout.per_page + 1, 1)][-1] == 1


def test_a_sheet_that_was_begun_is_used_up() -> None:
    found = list(places(LAYOUTS["a4-24"], 5, 22))
    assert [one.page for one in found] == [0, 0, 0, 1, 1]
    assert (found[0].left, found[3].left) == (7_200, 7_200)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (Asked("a3", 1), "layout"),
        (Asked("a4-24", 0), "count"),
        (Asked("a4-24", 2001), "count"),
        (Asked("a4-24", 1, 25), "first"),
        (Asked("roll-38", 1, 2), "first"),
        (Asked("a4-24", 1, 1, "x" * 41), "batch"),
    ],
)
def test_what_cannot_be_printed_is_refused_beside_its_field(asked: Asked, field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        require_labels(asked)
    assert list(refusal.value.errors) == [field]


@pytest.mark.database
def test_from_the_item_to_the_sheet(browse: Callable[[Shop], FlaskClient], sharma: Shop, iyer: Shop) -> None:
    owner, item = browse(sharma), make(sharma, "तूर दाल Toor Dal 1 kg", "120", mrp="130", codes=("8901234567890",))
    bare = make(sharma, "Loose", "5")
    long = make(sharma, "Long", "5", sku="A" * 30)
    assert f"/items/{item}/labels" in owner.get(f"/items/{item}").text
    assert "8901234567890" in owner.get(f"/items/{item}/labels").text
    for layout, count, first, pages in (
        ("a4-24", 25, 1, 2),
        ("a4-65", 3, 64, 2),
        ("roll-38", 3, 1, 3),
        ("roll-50", 1, 1, 1),
        ("a4-40", 40, 1, 1),
    ):
        for code in ("bars", "qr"):
            form = {"layout": layout, "count": str(count), "first": str(first), "batch": "B-7", "code": code}
            answer = owner.post(f"/items/{item}/labels", data=form)
            assert answer.data[:4] == b"%PDF", answer.text
            read = PdfReader(io.BytesIO(answer.data))
            said = "\n".join(one.extract_text() for one in read.pages)
            assert len(read.pages) == pages
            assert [said.count(words) for words in ("₹120.00", "MRP ₹130.00", "B-7", "8901234567890")] == [count] * 4
    for id_, form, words in (
        (item, {"layout": "a4-24", "count": "many"}, "Print 1 to 2000 labels"),
        (bare, {"layout": "a4-24", "count": "1"}, "a barcode or an SKU first"),
        (long, {"layout": "roll-38", "count": "1"}, "too long for bars"),
    ):
        answer = owner.post(f"/items/{id_}/labels", data=form)
        assert (answer.status_code, words in answer.text) == (422, True), words
    assert owner.post(f"/items/{long}/labels", data={"layout": "roll-38", "count": "1", "code": "qr"}).data[:4] == b"%PDF"
    stranger = browse(iyer)
    assert stranger.get(f"/items/{item}/labels").status_code == stranger.post(f"/items/{item}/labels", data={}).status_code == 404


@pytest.mark.database
def test_labels_of_the_chosen_each_with_its_own_code(browse: Callable[[Shop], FlaskClient], sharma: Shop, iyer: Shop) -> None:
    owner = browse(sharma)
    dal, rice = make(sharma, "Toor Dal", "120", codes=("8901234567890",)), make(sharma, "Rice", "60", sku="RICE-1")
    bare, foreign = make(sharma, "Loose", "5"), make(iyer, "Their Soap", "40", sku="IYER-1")
    listed = owner.get("/items").text
    assert "/items/labels" in listed
    ticked = {"item": [str(dal), str(rice), str(bare), str(foreign)]}
    shown = owner.get("/items/labels", query_string=ticked).text
    assert ("get no label: Loose" in shown, "Their Soap" in shown, "3 items are chosen" in shown) == (True, False, True)
    for chosen in (ticked, {"all": "1"}):
        answer = owner.post("/items/labels", data={**chosen, "layout": "a4-24", "count": "13", "first": "2"})
        read = PdfReader(io.BytesIO(answer.data))
        said = "\n".join(one.extract_text() for one in read.pages)
        assert len(read.pages) == 2
        assert [said.count(words) for words in ("8901234567890", "₹120.00", "RICE-1", "₹60.00", "IYER-1")] == [13] * 4 + [0]
    for form, words in (
        ({**ticked, "layout": "a4-24", "count": "1001"}, "Print 1 to 2000 labels"),
        ({"item": [str(bare)], "layout": "a4-24", "count": "1"}, "None of these items has a barcode"),
        ({"item": [str(foreign)], "layout": "a4-24", "count": "1"}, "None of these items has a barcode"),
    ):
        answer = owner.post("/items/labels", data=form)
        assert (answer.status_code, words in answer.text) == (422, True), words
    assert 'value="1001"' in owner.post("/items/labels", data={**ticked, "layout": "a4-24", "count": "1001"}).text
    assert "No item is chosen" in owner.get("/items/labels").text
