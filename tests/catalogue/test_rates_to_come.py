"""Rates to come: what they would change, how they begin at the till by themselves, and how one goes away again before its day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from tests.catalogue.conftest import make
from tests.conftest import Clock
from tests.ground.shops import Shop
from webapp import catalogue
from webapp.catalogue import rate_changes
from webapp.catalogue.tills import snapshot
from webapp.kernel.errors import BooksError, Conflict, NotFound
from webapp.kernel.money import BasisPoints, MilliPaise
from webapp.platform.tenancy import open_books, read_books
from webapp.tax.rules import DatedRate, rate_on

NEW_YEAR = date(2027, 1, 1)


def rate(percent: int, *, over: int = 0, day: date = NEW_YEAR, retail: bool = False) -> DatedRate:
    return DatedRate(day, MilliPaise(over * 100_000), BasisPoints(percent * 100), BasisPoints(0), on_retail_price=retail)


def add(shop: Shop, code: str, *rates: DatedRate) -> None:
    with open_books(shop.actor) as books:
        for one in rates:
            catalogue.add_rate(books, catalogue.tax_class_ids(books)[code], one)


def preview(shop: Shop, code: str, one: DatedRate) -> rate_changes.Preview:
    with read_books(shop.actor) as books:
        return rate_changes.preview_rate(books, catalogue.tax_class_ids(books)[code], one)


def test_what_a_rate_would_change_is_seen_slab_by_slab(sharma: Shop, iyer: Shop) -> None:
    make(sharma, "Shirt", "1000", tax="clothes")
    make(sharma, "Saree", "9000", tax="clothes")
    make(sharma, "Kurta", "900", tax="clothes", price_includes_tax=False, mrp="945")
    make(iyer, "Theirs", "1000", tax="clothes")
    found = preview(sharma, "clothes", rate(12))
    assert [(row.before_bp, row.after_bp, row.items, row.names) for row in found.changes] == [
        (500, 1200, 2, ("Kurta", "Shirt")),
        (1800, 1200, 1, ("Saree",)),
    ]
    assert (found.unchanged, found.above_mrp) == (0, 1)
    assert preview(sharma, "gst-18", rate(40)).changes == ()
    assert preview(sharma, "clothes", rate(5, retail=True)).without_mrp == 2
    with read_books(sharma.actor) as books:
        assert len(catalogue.tax_classes(books, [catalogue.tax_class_ids(books)["clothes"]])[0].law.rates) == 4  # nothing was written
        assert rate_changes.followers(books)[catalogue.tax_class_ids(books)["clothes"]] == 3
    with pytest.raises(BooksError, match="lowest prices"):
        preview(sharma, "clothes", rate(40, over=5000))  # alone on its day it says nothing of a shirt
    with read_books(iyer.actor) as books, read_books(sharma.actor) as own, pytest.raises(NotFound):
        rate_changes.preview_rate(books, catalogue.tax_class_ids(own)["clothes"], rate(12))


def test_a_rate_goes_before_its_day_and_not_after(sharma: Shop, iyer: Shop, clock: Clock) -> None:
    add(sharma, "clothes", rate(12), rate(28, over=5000))
    with read_books(sharma.actor) as books:
        class_id = catalogue.tax_class_ids(books)["clothes"]

    def remove(day: date = NEW_YEAR, over: int = 0, shop: Shop = sharma) -> None:
        with open_books(shop.actor) as books:
            rate_changes.remove_rate(books, class_id, day, MilliPaise(over * 100_000))

    with pytest.raises(Conflict, match="rest on this one"):
        remove()
    with pytest.raises(NotFound):
        remove(shop=iyer)
    remove(over=5000)
    remove(over=5000)  # pressed twice
    with pytest.raises(Conflict, match="papers may stand on it"):
        remove(date(2025, 9, 22))
    clock.advance(days=42)  # 1-Jan-2027
    with pytest.raises(Conflict, match="papers may stand on it"):
        remove()
    clock.advance(days=-1)
    before = _rev(sharma)
    remove()
    assert _rev(sharma) > before  # tills forget it too


def _rev(shop: Shop) -> int:
    with read_books(shop.actor) as books:
        return snapshot(books).rev


def test_a_till_carries_a_coming_rate_and_a_delta_brings_it(sharma: Shop, iyer: Shop) -> None:
    make(sharma, "Soap", tax="gst-18")
    seen = _rev(sharma)
    add(sharma, "gst-18", rate(15))
    with read_books(sharma.actor) as books:
        delta = snapshot(books, seen)
    assert (delta.full, delta.items) == (False, [])
    told = next(row for row in delta.tax_classes if row["code"] == "gst-18")["rates"]
    assert [(row["from"], row["rate"]) for row in told] == [("2017-07-01", 1800), ("2027-01-01", 1500)]
    with read_books(sharma.actor) as books:
        law = catalogue.tax_classes(books, [catalogue.tax_class_ids(books)["gst-18"]])[0].law
    assert [rate_on(law, day, MilliPaise(1)).rate_bp for day in (date(2026, 12, 31), NEW_YEAR)] == [1800, 1500]
    with read_books(iyer.actor) as books:
        assert len(next(row for row in snapshot(books).tax_classes if row["code"] == "gst-18")["rates"]) == 1


def test_the_pages_from_a_look_to_the_rate_and_back(sharma: Shop, browse: Callable[[Shop], FlaskClient]) -> None:
    make(sharma, "Soap", tax="gst-18")
    client = browse(sharma)
    with read_books(sharma.actor) as books:
        class_id = catalogue.tax_class_ids(books)["gst-18"]
    asked = {"effective_from": "2027-01-01", "rate": "15"}
    assert client.post(f"/items/tax-classes/{class_id}/preview", data={"rate": "x"}).status_code == 422
    shown = client.post(f"/items/tax-classes/{class_id}/preview", data=asked).text
    assert "Soap" in shown
    assert client.post(f"/items/tax-classes/{class_id}/rates", data=asked).status_code == 303
    assert "to come" in client.get("/items/tax-classes").text
    gone = {"effective_from": "2027-01-01", "price_over": "0"}
    assert client.post(f"/items/tax-classes/{class_id}/removals", data={**gone, "price_over": "-1"}).status_code == 422
    assert client.post(f"/items/tax-classes/{class_id}/removals", data=gone).status_code == 303
    assert "to come" not in client.get("/items/tax-classes").text
    assert client.post(f"/items/tax-classes/{class_id}/removals", data={**gone, "effective_from": "2017-07-01"}).status_code == 409
