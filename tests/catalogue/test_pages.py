"""The pages of items and imports, through the real app: they answer, keep what was typed, and know their company."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.catalogue.conftest import Shelf, as_csv, bring_in, make, names, outcome
from tests.ground.shops import Shop
from webapp import catalogue
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import read_books

Enter = Callable[[Shop], FlaskClient]


@pytest.fixture
def owner(browse: Enter, sharma: Shop) -> FlaskClient:
    return browse(sharma)


def classes(shop: Shop) -> dict[str, UUID]:
    with read_books(shop.actor) as books:
        return dict(catalogue.tax_class_ids(books))


def typed(shop: Shop, **more: str) -> dict[str, str]:
    return {
        "name": "Rice",
        "price": "120",
        "tax_class": str(classes(shop)["gst-5"]),
        "unit": "NOS",
        "kind": "goods",
        "is_stocked": "1",
        **more,
    }


def test_an_empty_shop_is_told_how_to_begin(owner: FlaskClient) -> None:
    page = owner.get("/items").text
    assert "/items/new" in page
    assert "/items/imports" in page


def test_an_item_is_made_changed_archived_and_put_back(owner: FlaskClient, sharma: Shop, shelf: Shelf) -> None:
    answer = owner.post(
        "/items",
        data=typed(
            sharma,
            codes="96385074\nOWN-1",
            pack_unit="BOX",
            pack_factor="12",
            pack_price="1300",
            pack_codes="BX-1",
            opening_qty="5",
            opening_value="400",
        ),
    )
    assert answer.status_code == 303
    page = owner.get(answer.location)
    assert page.status_code == 200
    for words in ("Rice", "96385074", "BX-1", "1,300.00"):
        assert words in page.text
    assert len(shelf.openings) == 1
    form = owner.get(answer.location + "/edit").text
    assert re.search(r'name="version" value="1"', form)
    changed = owner.post(answer.location, data=typed(sharma, name="Rice 1 kg", price="125.50", version="1"))
    assert changed.status_code == 303
    stale = owner.post(answer.location, data=typed(sharma, name="Rice again", version="1"))
    assert stale.status_code == 409
    owner.post(answer.location + "/archival")
    assert "Rice 1 kg" not in owner.get("/items").text
    assert "Rice 1 kg" in owner.get("/items?state=archived").text
    owner.post(answer.location + "/restoration")
    assert names(sharma.actor) == ["Rice 1 kg"]


def test_a_refused_form_comes_back_as_it_was_typed(owner: FlaskClient, sharma: Shop) -> None:
    answer = owner.post("/items", data=typed(sharma, name="<b>Bad</b>", price="1e400", mrp="１２", pack_unit="BOX", pack_factor="nine"))
    assert answer.status_code == 422
    assert "&lt;b&gt;Bad&lt;/b&gt;" in answer.text
    assert 'value="1e400"' in answer.text
    assert 'value="nine"' in answer.text
    assert answer.text.count("plain digits") >= 3
    above = owner.post("/items", data=typed(sharma, price="120", mrp="100"))
    assert above.status_code == 422
    assert "₹120.00 is above the MRP of ₹100.00" in above.text
    assert owner.post("/items", data={}).status_code == 422
    assert names(sharma.actor) == []


def test_a_price_is_changed_in_its_row(owner: FlaskClient, sharma: Shop) -> None:
    item_id = make(sharma)
    row = owner.get(f"/items/{item_id}/prices", headers={"HX-Request": "true"}).text
    assert f'id="item-{item_id}"' in row
    saved = owner.post(f"/items/{item_id}/prices", data={"price": "99.99", "mrp": "", "version": "1"}, headers={"HX-Request": "true"})
    assert (saved.status_code, "99.99" in saved.text) == (200, True)
    wrong = owner.post(f"/items/{item_id}/prices", data={"price": "-1", "version": "2"}, headers={"HX-Request": "true"})
    assert (wrong.status_code, "less than 0" in wrong.text) == (422, True)
    assert owner.post(f"/items/{item_id}/prices", data={"price": "5", "version": "1"}).status_code == 409
    assert f'id="item-{item_id}"' in owner.get(f"/items/{item_id}/row").text


def test_the_list_filters_pages_exports_and_stays_in_its_budget(
    owner: FlaskClient, sharma: Shop, max_queries: Callable[[int], AbstractContextManager[list[str]]]
) -> None:
    sheet = as_csv(*[[f"Item {number:03d}", "Brand A" if number % 2 else "Brand B", "Cat", "5", ""] for number in range(120)])
    bring_in(sharma.actor, sheet)
    with max_queries(14):
        first = owner.get("/items")
    assert first.text.count('id="item-') == 50
    after = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert after
    second = owner.get(after[1].replace("&amp;", "&"))
    assert "Item 050" in second.text
    assert 'rel="prev"' in second.text
    assert owner.get("/items?brand=Brand+A&q=item+001").text.count('id="item-') == 1
    assert "No item matches" in owner.get("/items?q=zzz").text
    assert owner.get("/items?sort=nonsense&after=nonsense&tax_class=x&state=y").status_code == 200
    assert owner.get("/items?after=%00").status_code == 422
    for kind, start in (("csv", b"\xef\xbb\xbfName"), ("xlsx", b"PK")):
        answer = owner.get(f"/items/export.{kind}?brand=Brand+A")
        assert answer.data.startswith(start)
    assert owner.get("/items/export.csv?brand=Brand+A").text.count("Brand A") == 60


def test_items_are_archived_together(owner: FlaskClient, sharma: Shop, iyer: Shop) -> None:
    ids = [make(sharma, f"Item {number}") for number in range(3)]
    theirs = make(iyer, "Coffee")
    assert owner.post("/items/archival", data={"item": [str(ids[0]), str(theirs)]}).status_code == 404
    assert len(names(sharma.actor)) == 3
    assert owner.post("/items/archival", data={"item": [str(ids[0]), str(ids[1]), "nonsense"]}).status_code == 303
    assert names(sharma.actor) == ["Item 2"]
    assert names(iyer.actor) == ["Coffee"]


def test_hsn_codes_are_offered_while_one_types(owner: FlaskClient) -> None:
    found = owner.get("/items/hsn?hsn=चावल").text
    assert 'data-hsn="1006"' in found
    assert 'data-tax="gst-5"' in found
    assert "No code of our list" in owner.get("/items/hsn?hsn=qqq").text


def test_a_sheet_goes_all_the_way_through_the_pages(owner: FlaskClient, sharma: Shop) -> None:
    sheet = as_csv(["Rice", "A", "", "120", "130"], ["Bad", "A", "", "140", "130"], headings=("x", "y", "z", "p", "m"))
    sent = owner.post("/items/imports", data={"file": (io.BytesIO(sheet), "my <list>.csv")})
    assert sent.status_code == 303
    page = owner.get(sent.location).text
    assert "my &lt;list&gt;.csv" in page
    import_id = sent.location.rsplit("/", 1)[1]
    early = owner.post(f"{sent.location}/start")
    assert early.status_code == 422
    columns = {"column_name": "0", "column_brand": "1", "column_price": "3", "column_mrp": "4"}
    options = {"tax_class": str(classes(sharma)["gst-18"]), "price_includes_tax": "1", "splits_repeats": "1"}
    assert owner.post(f"{sent.location}/columns", data={**columns, **options, "column_brand": "0"}).status_code == 422
    assert owner.post(f"{sent.location}/columns", data={**columns, **options}).status_code == 303
    preview = owner.get(sent.location).text
    assert "₹140.00 is above the MRP of ₹130.00" in preview
    assert names(sharma.actor) == []
    assert owner.post(f"{sent.location}/start").status_code == 303
    assert 'hx-trigger="every 1s"' in owner.get(f"{sent.location}/progress").text
    catalogue.run_import(sharma.actor, UUID(import_id))
    done = owner.get(f"{sent.location}/progress").text
    assert "hx-trigger" not in done
    assert "Undo this import" in done
    errors = owner.get(f"{sent.location}/errors.csv").text
    assert "What is wrong" in errors
    assert "Bad,A,,140,130" in errors
    assert owner.post(f"{sent.location}/undo").status_code == 303
    catalogue.undo_import(sharma.actor, UUID(import_id))
    assert "Undone: 1 item was removed" in owner.get(sent.location).text
    assert outcome(sharma.actor, UUID(import_id))[0] == "undone"
    assert owner.get("/items/imports").status_code == 200


@pytest.mark.parametrize("content", [b"", b"\x89PNG\x00\x01", b"PK\x03\x04nonsense"])
def test_a_file_that_is_no_sheet_is_refused_on_the_page(owner: FlaskClient, content: bytes) -> None:
    answer = owner.post("/items/imports", data={"file": (io.BytesIO(content), "x.csv")})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert owner.post("/items/imports", data={}).status_code == 422


def test_a_gigabyte_is_refused_before_it_is_read(owner: FlaskClient) -> None:
    claimed = {"CONTENT_LENGTH": str(10**9), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    answer = owner.post("/items/imports", data=b"", environ_overrides=claimed)
    assert answer.status_code == 413
    assert "MB" in answer.text


def test_a_rate_of_the_future_is_added_on_its_page(owner: FlaskClient, sharma: Shop) -> None:
    class_id = classes(sharma)["gst-18"]
    assert owner.post(f"/items/tax-classes/{class_id}/rates", data={"effective_from": "2027-04-01", "rate": "15"}).status_code == 303
    assert "01-Apr-2027" in owner.get("/items/tax-classes").text
    again = owner.post(f"/items/tax-classes/{class_id}/rates", data={"effective_from": "2027-04-01", "rate": "16"})
    assert again.status_code == 409
    for wrong in (
        {"rate": "15"},
        {"effective_from": "soon", "rate": "15"},
        {"effective_from": "2027-04-01", "rate": "-5"},
        {"effective_from": "2028-04-01", "rate": "500"},
    ):
        assert owner.post(f"/items/tax-classes/{class_id}/rates", data=wrong).status_code == 422
    made = {"name": "Tobacco", "treatment": "taxable", "effective_from": "2026-02-01", "rate": "40"}
    assert owner.post("/items/tax-classes", data=made).status_code == 303
    assert owner.post("/items/tax-classes", data=made).status_code == 422
    assert owner.post("/items/tax-classes", data={**made, "name": "", "treatment": "magic"}).status_code == 422


def test_another_companys_things_are_not_there(owner: FlaskClient, iyer: Shop) -> None:
    theirs, sheet = make(iyer, "Coffee"), bring_in(iyer.actor, as_csv(["Tea", "", "", "5", ""]))
    for address in (f"/items/{theirs}", f"/items/{theirs}/edit", f"/items/{theirs}/row", f"/items/{theirs}/prices", f"/items/{new_id()}"):
        assert owner.get(address).status_code == 404
    for address in (f"/items/imports/{sheet}", f"/items/imports/{sheet}/progress", f"/items/imports/{sheet}/errors.csv"):
        assert owner.get(address).status_code == 404
    for address in (f"/items/{theirs}/archival", f"/items/imports/{sheet}/undo", f"/items/imports/{sheet}/start"):
        assert owner.post(address).status_code == 404
    assert "Coffee" not in owner.get("/items?state=all").text
    assert sorted(names(iyer.actor)) == ["Coffee", "Tea"]
