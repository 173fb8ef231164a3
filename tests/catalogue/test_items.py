"""Items: what may be kept, what is refused and in which words, and that no other company sees any of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.catalogue.conftest import Shelf, draft, make
from tests.ground.shops import Shop
from webapp import catalogue, company
from webapp.catalogue import lists
from webapp.catalogue.models import Item, TaxClass
from webapp.kernel.dates import ist_day
from webapp.kernel.errors import BrokenPromise, Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import MOST_PAISE, BasisPoints, MilliPaise
from webapp.kernel.places import write_key
from webapp.platform import audit
from webapp.platform.audit import EditLogEntry
from webapp.platform.tenancy import open_books, read_books
from webapp.tax.rules import DatedRate, rate_on


def refused(shop: Shop, **asked: Any) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refusal, open_books(shop.actor) as books:
        catalogue.create_item(books, draft(books, **asked))
    return refusal.value.errors


def test_an_item_is_what_it_was_told_to_be(sharma: Shop) -> None:
    item_id = make(
        sharma,
        "  Aata\u202e  5 kg ",
        "245.50",
        mrp="260",
        local_name="आटा",
        codes=("8901030865275", "abc-1"),
        sku="AT5",
        hsn="1101",
        brand="Aashirvaad",
    )
    with read_books(sharma.actor) as books:
        card = lists.item_card(books, item_id)
    assert card.item.name == "Aata 5 kg"
    assert (card.item.price_millipaise, card.item.mrp_paise, card.item.version) == (24_550_000, 26_000, 1)
    assert card.draft.codes == ("8901030865275", "ABC-1")
    assert [entry.action for entry in card.history] == ["create"]


def test_the_same_id_again_gives_the_first_item(sharma: Shop) -> None:
    chosen = new_id()
    with open_books(sharma.actor) as books:
        classes = catalogue.tax_class_ids(books)
        first = catalogue.quick_item(books, "Loose sugar", 4_400_000, classes["gst-5"], id=chosen)
        again = catalogue.quick_item(books, "Something else", 1, classes["gst-18"], id=chosen)
        assert (again.id, again.name) == (first.id, "Loose sugar")
        assert books.session.scalar(select(func.count()).select_from(Item)) == 1


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("8901030865278", "should be 5, not 8"),
        ("96385075", "should be 4, not 5"),
        ("036000291453", "should be 2, not 3"),
        ("८९०१०३०८६५२७५", "does not stand in a barcode"),
        ("890103086527５", "does not stand in a barcode"),
        ("x", "2 to 40 signs"),
        ("9" * 41, "2 to 40 signs"),
        ("=cmd|calc", "does not stand in a barcode"),
    ],
)
def test_a_wrong_barcode_is_refused_with_what_is_wrong(sharma: Shop, code: str, words: str) -> None:
    assert words in refused(sharma, codes=(code,))["codes"]


@pytest.mark.parametrize("code", ["8901030865275", "96385074", "036000291452", "2100012345678", "SHOP-17", "12345", "89010308652751"])
def test_good_barcodes_and_the_shops_own_are_kept(sharma: Shop, code: str) -> None:
    make(sharma, codes=(code,))


def test_a_code_or_sku_of_another_item_is_refused_by_its_name(sharma: Shop, iyer: Shop) -> None:
    item_id = make(sharma, "Toor dal", codes=("8901030865275",), sku="TD")
    assert refused(sharma, codes=("8901030865275",)) == {"codes": "The barcode 8901030865275 belongs to Toor dal."}
    assert refused(sharma, sku="TD") == {"sku": "The SKU TD belongs to Toor dal."}
    make(iyer, "Idli rice", codes=("8901030865275",), sku="TD")  # another shop's codes are its own affair
    with open_books(sharma.actor) as books:
        catalogue.archive_item(books, item_id)
    assert "Toor dal (archived)" in refused(sharma, codes=("8901030865275",))["codes"]
    assert "stands here twice" in refused(sharma, codes=("96385074", "96385074"))["codes"]


def test_a_price_above_the_mrp_is_refused_with_both_figures(sharma: Shop) -> None:
    words = refused(sharma, price="100.01", mrp="100")["price"]
    assert "₹100.01" in words
    assert "₹100.00" in words
    make(sharma, "At the MRP", "100", mrp="100")
    # Without tax: 96 and 5 % on it is 100.80.
    assert "₹100.80 with tax" in refused(sharma, price="96", mrp="100", price_includes_tax=False)["price"]
    make(sharma, "Below with tax", "95", mrp="100", price_includes_tax=False)


def test_a_seller_who_adds_no_tax_may_price_up_to_the_mrp(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        company.change_profile(books, {"scheme": "composition"})
        catalogue.create_item(books, draft(books, "Plain", "100", mrp="100", price_includes_tax=False))


@pytest.mark.parametrize(
    ("field", "asked"),
    [
        ("name", {"name": "x" * 10_000}),
        ("name", {"name": " \u200b\u202e "}),
        ("category", {"category": "c" * 101}),
        ("unit", {"unit": "KILOS"}),
        ("hsn", {"hsn": "12345"}),
        ("hsn", {"hsn": "१००६"}),
        ("kind", {"kind": "thing"}),
        ("price", {"price": "-1"}),
        ("mrp", {"mrp": "0"}),
        ("packs", {"packs": (catalogue.Pack("BOX", 0),)}),
        ("packs", {"packs": (catalogue.Pack("NOS", 12_000),)}),
        ("packs", {"packs": (catalogue.Pack("BOX", 1), catalogue.Pack("BOX", 2))}),
        ("opening_qty", {"opening_value_paise": 5}),
        ("opening_qty", {"opening_qty": -1}),
        ("opening_qty", {"opening_qty": 1000, "kind": "service"}),
    ],
)
def test_what_cannot_be_an_item_is_refused_beside_its_field(sharma: Shop, field: str, asked: dict[str, Any]) -> None:
    assert field in refused(sharma, **asked)


def test_a_price_raised_again_and_again_ends_where_the_books_do(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        whole = draft(books, "Gold", "1")
        catalogue.create_item(books, replace(whole, price_millipaise=MilliPaise(MOST_PAISE * 1_000)))
        with pytest.raises(InvalidInput) as refusal:
            catalogue.create_item(books, replace(whole, name="Star", price_millipaise=MilliPaise(2**63)))
    assert list(refusal.value.errors) == ["price"]


def test_emoji_and_right_to_left_names_stay(sharma: Shop) -> None:
    for name in ("🍚 Rice 👨‍👩‍👧", "أرز بسمتي", "क्षत्रिय चावल", 'O\'Brien & "Sons" <b>'):
        item_id = make(sharma, name)
        with read_books(sharma.actor) as books:
            assert lists.listed_item(books, item_id).name == name


def test_a_stale_form_is_refused_and_a_change_is_logged_once(sharma: Shop) -> None:
    item_id = make(sharma, codes=("96385074",))
    with open_books(sharma.actor) as books:
        before, version = lists.item_draft(books, item_id)
        item = catalogue.change_item(books, item_id, replace(before, price_millipaise=MilliPaise(13_000_000), codes=("SHOP-1",)), version)
        assert item.version == 2
    with pytest.raises(Conflict), open_books(sharma.actor) as books:
        catalogue.change_item(books, item_id, before, version)
    with open_books(sharma.actor) as books:
        held, version = lists.item_draft(books, item_id)
        catalogue.change_item(books, item_id, held, version)
        assert held.codes == ("SHOP-1",)
    with read_books(sharma.actor) as books:
        log = books.session.scalars(select(EditLogEntry).where(EditLogEntry.entity_id == str(item_id)).order_by(EditLogEntry.seq)).all()
        assert [entry.action for entry in log] == ["create", "change"]
        assert log[1].new == {"price_millipaise": 13_000_000, "codes": ["SHOP-1"]}
        assert list(audit.broken_links(books)) == []


def test_another_companys_item_does_not_exist(sharma: Shop, iyer: Shop) -> None:
    theirs = make(iyer, "Filter coffee")
    with open_books(sharma.actor) as books:
        assert catalogue.items_for_bill(books, [theirs]) == {}
        for act in (catalogue.archive_item, catalogue.restore_item, lists.item_card, lists.item_draft, lists.listed_item):
            with pytest.raises(NotFound):
                act(books, theirs)
        with pytest.raises(NotFound):
            catalogue.change_item(books, theirs, draft(books), 1)
        their_class = draft_class(iyer)
        with pytest.raises(InvalidInput) as refusal:
            catalogue.create_item(books, replace(draft(books), tax_class_id=their_class))
        assert "tax_class" in refusal.value.errors
    with read_books(iyer.actor) as books:
        assert lists.listed_item(books, theirs).archived_at is None


def draft_class(shop: Shop) -> Any:
    with read_books(shop.actor) as books:
        return catalogue.tax_class_ids(books)["gst-5"]


def test_opening_stock_goes_to_the_register_or_nowhere(sharma: Shop, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    item_id = make(sharma, opening_qty=12_000, opening_value_paise=60_000)
    assert [(one.item_id, one.qty, one.value_paise) for one in shelf.openings] == [(item_id, 12_000, 60_000)]
    monkeypatch.setattr("webapp.catalogue.hooks._take_openings", None)
    with pytest.raises(BrokenPromise):
        make(sharma, "Second", opening_qty=1000)
    with read_books(sharma.actor) as books:
        assert [row.name for row in lists.list_items(books, lists.Filters()).rows] == ["Basmati rice 1 kg"]


def test_items_for_a_bill_are_one_statement(sharma: Shop, max_queries: Callable[[int], AbstractContextManager[list[str]]]) -> None:
    ids = [make(sharma, f"Item {number}", tax="clothes" if number % 2 else "gst-5") for number in range(5)]
    with read_books(sharma.actor) as books:
        books.session.connection()
        with max_queries(1):
            found = catalogue.items_for_bill(books, [*ids, new_id()])
    assert set(found) == set(ids)
    shirt = found[ids[1]]
    assert rate_on(shirt.tax_class, ist_day(books.now), MilliPaise(300_000_000)).rate_bp == 1800
    assert rate_on(shirt.tax_class, ist_day(books.now), MilliPaise(100_000_000)).rate_bp == 500


def test_a_rate_is_added_and_never_overwritten(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        class_id = catalogue.tax_class_ids(books)["gst-18"]
        coming = DatedRate(books.today.replace(year=2027), MilliPaise(0), BasisPoints(1500), BasisPoints(0))
        catalogue.add_rate(books, class_id, coming)
        assert catalogue.tax_classes(books, [class_id])[0].law.rates[-1] == coming
        with pytest.raises(Conflict):
            catalogue.add_rate(books, class_id, replace(coming, rate_bp=BasisPoints(2000)))
        catalogue.open_tax_classes(books)
        assert len(catalogue.tax_classes(books)) == len(set(books.session.scalars(select(TaxClass.code))))


def test_the_list_pages_by_key_both_ways_and_searches_in_both_scripts(sharma: Shop, iyer: Shop) -> None:
    make(iyer, "Item 000 of the other shop")
    for number in range(7):
        make(
            sharma,
            f"Item {number:03d}",
            local_name="चावल" if number == 3 else "",
            sku=f"S{number}",
            codes=("96385074",) if number == 5 else (),
        )
    with read_books(sharma.actor) as books:
        seen: list[str] = []
        page = lists.list_items(books, lists.Filters(), most=3)
        seen += [row.name for row in page.rows]
        while page.after:
            page = lists.list_items(books, lists.Filters(), after=page.after, most=3)
            seen += [row.name for row in page.rows]
        assert seen == [f"Item {number:03d}" for number in range(7)]
        back = lists.list_items(books, lists.Filters(), before=page.before or "", most=3)
        assert [row.name for row in back.rows] == ["Item 003", "Item 004", "Item 005"]

        def found(text: str) -> list[str]:
            return [row.name for row in lists.list_items(books, lists.Filters(text=text)).rows]

        assert found("चावल") == ["Item 003"]
        assert found("96385074") == ["Item 005"]
        assert found("item s6") == ["Item 006"]
        assert found("%") == found("")  # punctuation is no word
        strange = [write_key(value, new_id()) for value in (5, 10**30, "\ud800", "\x00")]
        for key in ("nonsense", *strange):
            assert lists.list_items(books, lists.Filters(), after=key).rows[0].name == "Item 000"
        for key in (write_key("a", new_id()), write_key(-(10**30), new_id())):
            assert len(lists.list_items(books, lists.Filters(sort="price"), after=key, most=3).rows) == 3


def test_a_till_gets_everything_once_and_then_what_changed(sharma: Shop, iyer: Shop) -> None:
    make(iyer)
    first, second = make(sharma, "One", codes=("96385074",)), make(sharma, "Two", packs=(catalogue.Pack("BOX", 12_000, None, ("B2",)),))
    with read_books(sharma.actor) as books:
        whole = catalogue.snapshot(books, 0)
    assert whole.full
    assert whole.count == len(whole.items) == 2
    rows = {row[0]: dict(zip(catalogue.SNAPSHOT_FIELDS, row, strict=True)) for row in whole.items}
    assert rows[str(first)]["codes"] == ["96385074"]
    assert rows[str(second)]["packs"] == [["BOX", 12_000, None, ["B2"]]]
    assert rows[str(first)]["tax_class"] == "gst-5"
    assert whole.checksum == f"{sum(row['rev'] for row in rows.values())}.{sum(row['rev'] ** 2 % 1_000_003 for row in rows.values())}"
    with open_books(sharma.actor) as books:
        catalogue.archive_item(books, second)
    with read_books(sharma.actor) as books:
        delta = catalogue.snapshot(books, whole.rev)
        assert (delta.full, delta.items, delta.gone, delta.count) == (False, [], [str(second)], 1)
        assert catalogue.snapshot(books, delta.rev).gone == []
        assert catalogue.snapshot(books, delta.rev + 1000).full  # a till from another history starts anew


def test_hsn_is_found_by_code_and_by_words_in_both_languages(sharma: Shop) -> None:
    with read_books(sharma.actor) as books:
        assert catalogue.search_hsn(books, "1006")[0].description == "Rice"
        assert catalogue.search_hsn(books, "10063020")[0].code == "1006"
        assert catalogue.search_hsn(books, "चावल")[0].code == "1006"
        assert catalogue.search_hsn(books, "tea")[0].code == "0902"
        assert catalogue.search_hsn(books, "no such thing") == catalogue.search_hsn(books, " % ") == []
        codes = set(catalogue.tax_class_ids(books))
    from webapp.catalogue.hsn_seed import HSN_SEEDS

    assert len({seed.code for seed in HSN_SEEDS}) == len(HSN_SEEDS) > 280
    assert {seed.tax_class for seed in HSN_SEEDS} <= codes | {""}
    assert all(seed.code.isdigit() and len(seed.code) in {4, 6, 8} for seed in HSN_SEEDS)


def test_every_kind_of_shop_names_units_and_classes_there_are(sharma: Shop) -> None:
    with read_books(sharma.actor) as books:
        codes = set(catalogue.tax_class_ids(books))
    for kind in catalogue.SHOP_KINDS.values():
        assert kind.tax_class in codes
        assert set(kind.units) <= set(catalogue.UNITS)
