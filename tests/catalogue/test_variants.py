"""Variants: made in one act, never twice, ordinary items all the same; found together in lists, sheets and at the till."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.catalogue.conftest import Shelf, as_csv, bring_in, draft, make, names, outcome, refusals
from tests.ground.shops import Shop
from webapp import catalogue
from webapp.catalogue import families, hooks, imports, lists
from webapp.catalogue.family_rules import Attribute, Cell, FamilyDraft
from webapp.catalogue.models import Item, ItemVariant
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.money import MilliPaise, Paise, Qty
from webapp.platform.tenancy import open_books, read_books
from webapp.reports import goods

SIZES, COLOURS = ("S", "M", "L"), ("Red", "Blue")


def family_of(shop: Shop, name: str = "T-shirt", *attributes: Attribute, prefix: str = "TS") -> UUID:
    wanted = attributes or (Attribute("Colour", COLOURS), Attribute("Size", SIZES))
    with open_books(shop.actor) as books:
        return families.create_family(books, FamilyDraft(draft(books, name, "250"), wanted, prefix))


def make_all(shop: Shop, family_id: UUID) -> int:
    with open_books(shop.actor) as books:
        missing = families.family(books, family_id).missing
        return families.make_variants(books, family_id, [Cell(values) for values in missing])


def test_variants_are_items_made_in_one_act_and_never_twice(sharma: Shop, iyer: Shop) -> None:
    make(sharma, "Sugar")
    family_id = family_of(sharma)
    cells = [Cell((colour, size), MilliPaise(30_000_000) if size == "L" else None) for colour in COLOURS for size in SIZES]
    with open_books(sharma.actor) as books:
        assert families.make_variants(books, family_id, [*cells, cells[0]]) == 6
    with open_books(sharma.actor) as books:
        assert families.make_variants(books, family_id, cells) == 0
        view = families.family(books, family_id)
    assert view.missing == []
    red_l = view.variants["Red", "L"]
    assert (red_l.name, red_l.sku, red_l.price_millipaise) == ("T-shirt Red L", "TS-RED-L", 30_000_000)
    assert view.variants["Blue", "S"].price_millipaise == 25_000_000
    assert len(names(sharma.actor)) == 7
    assert names(iyer.actor) == []
    with open_books(sharma.actor) as books:  # each is an item of its own from now on
        item, version = lists.item_draft(books, red_l.item_id)
        catalogue.change_item(books, red_l.item_id, replace(item, codes=("ABC-9",), price_millipaise=MilliPaise(1000)), version)
        assert families.family(books, family_id).variants["Red", "M"].price_millipaise == 25_000_000


def test_a_value_added_later_makes_only_what_is_missing(sharma: Shop) -> None:
    family_id = family_of(sharma)
    assert make_all(sharma, family_id) == 6
    with open_books(sharma.actor) as books:
        view = families.family(books, family_id)
        catalogue.archive_item(books, view.variants["Red", "S"].item_id)
        wider = replace(view.draft, attributes=(Attribute("Colour", ("Blue", "Green", "Red")), Attribute("Size", SIZES)))
        families.change_family(books, family_id, wider, view.version)
    with read_books(sharma.actor) as books:
        assert families.family(books, family_id).missing == [("Green", size) for size in SIZES]
    assert make_all(sharma, family_id) == 3
    with read_books(sharma.actor) as books:
        assert families.family(books, family_id).variants["Red", "S"].is_archived


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"attributes": ()}, "attribute_1"),
        ({"attributes": (Attribute("Size", ()),)}, "values_1"),
        ({"attributes": (Attribute("", ("S",)),)}, "attribute_1"),
        ({"attributes": (Attribute("Size", ("S", "s ")),)}, "values_1"),
        ({"attributes": (Attribute("Size", ("x" * 41,)),)}, "values_1"),
        ({"attributes": (Attribute("Size", ("S",)), Attribute("SIZE", ("M",)))}, "attribute_2"),
        ({"attributes": tuple(Attribute(name, tuple(map(str, range(10)))) for name in "abc")}, "values_1"),
        ({"sku_prefix": "x" * 31}, "sku_prefix"),
    ],
)
def test_what_no_family_may_be(sharma: Shop, change: dict[str, object], field: str) -> None:
    with read_books(sharma.actor) as books:
        base = FamilyDraft(draft(books, "Saree"), (Attribute("Colour", COLOURS),))
    wrong = replace(base, **change)  # type: ignore[arg-type]  # each case names one field
    with pytest.raises(InvalidInput) as refusal, open_books(sharma.actor) as books:
        families.create_family(books, wrong)
    assert field in refusal.value.errors


def test_a_family_keeps_its_name_and_the_values_that_are_used(sharma: Shop, iyer: Shop) -> None:
    family_id = family_of(sharma)
    make_all(sharma, family_id)
    with pytest.raises(InvalidInput, match="attention"):
        family_of(sharma, "t-SHIRT")
    family_of(iyer)  # another company's names are its own
    with open_books(sharma.actor) as books:
        view = families.family(books, family_id)
        for attributes in ((Attribute("Colour", ("Red",)), Attribute("Size", SIZES)), (Attribute("Colour", COLOURS),)):
            with pytest.raises(InvalidInput) as refusal, books.savepoint():
                families.change_family(books, family_id, replace(view.draft, attributes=attributes), view.version)
            assert "cannot be taken away" in refusal.value.errors["values_1"]
        with pytest.raises(Conflict), books.savepoint():
            families.change_family(books, family_id, view.draft, view.version + 1)
        with pytest.raises(InvalidInput):
            families.make_variants(books, family_id, [Cell(("Pink", "S"))])
    for act in (lambda books: families.family(books, family_id), lambda books: families.make_variants(books, family_id, [])):
        with pytest.raises(NotFound), open_books(iyer.actor) as books:
            act(books)


def test_one_variant_that_cannot_be_leaves_none(sharma: Shop) -> None:
    make(sharma, "Old stock", sku="TS-BLUE-L")
    family_id = family_of(sharma)
    with pytest.raises(InvalidInput) as refusal:
        make_all(sharma, family_id)
    assert refusal.value.errors["variants"].startswith("T-shirt Blue L: The SKU TS-BLUE-L belongs to Old stock")
    with read_books(sharma.actor) as books:
        assert books.session.scalar(select(func.count()).select_from(ItemVariant)) == 0
        assert books.session.scalar(select(func.count()).select_from(Item)) == 1


def test_the_till_is_told_which_items_belong_together(sharma: Shop) -> None:
    sugar = make(sharma, "Sugar")
    family_id = family_of(sharma)
    make_all(sharma, family_id)
    with read_books(sharma.actor) as books:
        known = catalogue.snapshot(books)
    place, id_ = catalogue.SNAPSHOT_FIELDS.index("family"), catalogue.SNAPSHOT_FIELDS.index("id")
    assert {row[place] for row in known.items if row[id_] != str(sugar)} == {str(family_id)}
    assert [row[place] for row in known.items if row[id_] == str(sugar)] == [None]
    assert all(len(row) == len(catalogue.SNAPSHOT_FIELDS) for row in known.items)


def test_the_grid_is_previewed_then_made(sharma: Shop, browse: Callable[[Shop], FlaskClient]) -> None:
    web, family_id = browse(sharma), family_of(sharma)
    url = f"/items/families/{family_id}"
    assert web.get(url).text.count('name="make-') == 6
    typed = {"make-0": "1", "make-1": "1", "make-5": "1", "row-0": "300", "column-1": "275", "price-5": "199.50"}
    preview = web.post(f"{url}/variants", data={**typed, "then": "preview"})
    assert preview.status_code == 200
    assert "3 would be made now" in preview.text
    assert names(sharma.actor) == []
    wrong = web.post(f"{url}/variants", data={**typed, "price-5": "abc"})
    assert wrong.status_code == 422
    assert 'value="abc"' in wrong.text
    for _twice in range(2):
        assert web.post(f"{url}/variants", data={**typed, "then": "make"}).status_code == 303
    with read_books(sharma.actor) as books:
        made = families.family(books, family_id).variants
    prices = {values: row.price_millipaise for values, row in made.items()}
    assert prices == {("Red", "S"): 30_000_000, ("Red", "M"): 30_000_000, ("Blue", "L"): 19_950_000}


def test_the_list_puts_variants_together_and_pages_through_them(sharma: Shop, browse: Callable[[Shop], FlaskClient]) -> None:
    for name in ("Apple", "Tea", "Zip"):
        make(sharma, name)
    shirt = family_of(sharma)
    make_all(sharma, shirt)
    with open_books(sharma.actor) as books:  # one that is not called like its family any more
        item_id = families.family(books, shirt).variants["Blue", "M"].item_id
        item, version = lists.item_draft(books, item_id)
        catalogue.change_item(books, item_id, replace(item, name="Aqua top"), version)
    found, after = [], ""
    with read_books(sharma.actor) as books:
        while True:
            page = lists.list_items(books, lists.Filters(sort="family"), after=after, most=2)
            found += [row.name for row in page.rows]
            if page.after is None:
                break
            after = page.after
        back = lists.list_items(books, lists.Filters(sort="family"), before=after, most=2)
        own = lists.list_items(books, lists.Filters(family_id=shirt)).rows
    assert found[0] == "Apple"
    assert found[-2:] == ["Tea", "Zip"] or found[-1] == "Zip"
    assert set(found[1:7]) == {row.name for row in own}
    assert len(found) == len(set(found)) == 9
    assert [row.name for row in back.rows] == found[found.index(back.rows[0].name) :][:2]
    web = browse(sharma)
    assert web.get("/items?sort=family").text.count("group-row") == 1
    assert web.get(f"/items?family={shirt}").text.count('id="item-') == 6
    assert "T-shirt" in web.get("/items/families?q=shirt").text


def test_stock_is_summed_by_family_and_a_scanned_code_opens_its_item(sharma: Shop, browse: Callable[[Shop], FlaskClient]) -> None:
    rice = make(sharma, "Rice", codes=("8901030865275",), opening_qty=Qty(2_000), opening_value_paise=Paise(10_000))
    shirt = family_of(sharma)
    make_all(sharma, shirt)
    with open_books(sharma.actor) as books:
        ids = [row.item_id for row in families.family(books, shirt).variants.values()]
        hooks.take_openings(books, [hooks.Opening(id_, Qty(1_000), Paise(5_000), books.today) for id_ in ids])
    with read_books(sharma.actor) as books:
        rows = goods.stock_by_family(books, goods.Wanted())
        assert [(row.id, row.items, row.qty, row.value) for row in rows] == [(shirt, 6, 6_000, 30_000), (None, 1, 2_000, 10_000)]
        assert [row.items for row in goods.stock_by_family(books, goods.Wanted(words="red"))] == [3]
    web = browse(sharma)
    assert "T-shirt" in web.get("/stock?group=family").text
    assert web.get("/items/by-code?code=8901030865275").headers["Location"] == f"/items/{rice}"
    assert web.get("/items/by-code?code=TS-RED-L").status_code == 303
    unknown = web.get("/items/by-code?code=123456", follow_redirects=True)
    assert "No item carries the code 123456" in unknown.text
    assert "/items/new?code=123456" in unknown.text


HEADINGS = ("Item Name", "Family", "Size", "Colour", "Sale Price", "Barcode")


def test_a_sheet_names_families_and_their_values(sharma: Shop, shelf: Shelf) -> None:
    sheet = as_csv(
        ["Kurta", "Kurta", "S", "White", "500", ""],
        ["", "kurta", "M", "White", "500", ""],
        ["Kurta festive", "Kurta", "M", "Gold", "900", ""],
        ["Kurta", "Kurta", "", "White", "500", ""],
        ["Another", "Kurta", "s", "WHITE", "510", ""],
        ["Plain cloth", "", "L", "", "80", ""],
        headings=HEADINGS,
    )
    import_id = bring_in(sharma.actor, sheet)
    assert outcome(sharma.actor, import_id) == ("done", 4, 0, 0, 2)
    assert sorted(names(sharma.actor)) == ["Kurta S White", "Kurta festive", "Plain cloth", "kurta M White"]
    assert any("This one of its family stands in row" in cell for row in refusals(sharma.actor, import_id) for cell in row)
    with read_books(sharma.actor) as books:
        (row,) = families.families(books)
        view = families.family(books, row.id)
    assert view.draft.attributes == (Attribute("Size", ("S", "M")), Attribute("Colour", ("White", "Gold")))
    assert set(view.variants) == {("S", "White"), ("M", "White"), ("M", "Gold")}
    again = bring_in(sharma.actor, sheet)
    assert outcome(sharma.actor, again)[1:4] == (0, 0, 4)
    with open_books(sharma.actor) as books:
        imports.request_undo(books, import_id)
    catalogue.undo_import(sharma.actor, import_id)
    assert names(sharma.actor) == []
