"""The pages of the stock room, as a browser without scripts sees them."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.sales.test_pages import post, sign_in
from tests.support import assert_posted
from webapp import catalogue, ledger, stock
from webapp.books_check import verify_books
from webapp.company import default_store
from webapp.kernel.errors import Conflict
from webapp.kernel.ids import new_id
from webapp.kernel.money import MilliPaise, Paise, Qty
from webapp.platform.tenancy import open_books, read_books
from webapp.stocktaking import Adjustment, Change, adjust_stock, record_openings

DAY = date(2026, 11, 20)
FORM = "/stock/adjustments/new?item_id={}"


def _item(shop: Shop, name: str = "Sugar", *, is_stocked: bool = True) -> UUID:
    with open_books(shop.actor) as books:
        tax_class = next(iter(catalogue.tax_class_ids(books).values()))
        draft = catalogue.ItemDraft(name=name, price_millipaise=MilliPaise(4_500_000), tax_class_id=tax_class, is_stocked=is_stocked)
        item = catalogue.create_item(books, draft)
        if is_stocked:
            record_openings(books, [(item.id, Qty(10_000), Paise(40_000), date(2026, 4, 1))])
        return item.id


def _typed(item: UUID, **changes: str) -> dict[str, str]:
    return {
        "id": str(uuid4()),
        "item_id": str(item),
        "direction": "less",
        "qty": "2",
        "reason": "damaged",
        "note": "<wet>",
        "adjusted_on": "2026-11-20",
    } | changes


def test_from_an_item_to_its_adjustment(client: FlaskClient, sharma: Shop) -> None:
    item = _item(sharma)
    sign_in(client, sharma)
    assert "Opening stock" in client.get("/stock/adjustments").text
    assert f"item_id={item}" in client.get("/stock/adjustments/items?item=suga").text
    assert "No item of that name" in client.get("/stock/adjustments/items?item=zzzz").text
    typed = _typed(item)
    for _ in range(2):  # a second click
        status, text = post(client, FORM.format(item), "/stock/adjustments", **typed)
        assert (status, "26-SJ/000002" in text, "Damaged: &lt;wet&gt;" in text, "-₹80.00" in text) == (200, True, True, True)
    with read_books(sharma.actor) as books:
        assert stock.on_hand(books, [item])[item] == stock.OnHand(8_000, 32_000)
        voucher = ledger.voucher_or_none(books, UUID(typed["id"]))
        assert voucher
        assert_posted(books, voucher, "Stock adjustment 80.00 Dr / Stock-in-hand 80.00 Cr")
    assert client.get("/stock/adjustments?kind=adjustment").text.count("26-SJ/") == 1
    with open_books(sharma.actor) as books:
        assert verify_books(books).breaches == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"qty": ""}, "plain digits"),
        ({"qty": "0"}, "above nought"),
        ({"qty": "-1"}, "above nought"),
        ({"qty": "1e400"}, "plain digits"),
        ({"qty": "１２"}, "plain digits"),
        ({"qty": "9" * 25}, "larger than the books can hold"),
        ({"direction": "sideways"}, "more or less"),
        ({"reason": ""}, "Choose a reason"),
        ({"reason": "other", "note": " "}, "few words"),
        ({"note": "x" * 301}, "300 characters"),
        ({"adjusted_on": "2026-11-21"}, "today or earlier"),
        ({"adjusted_on": "yesterday"}, "today or earlier"),
        ({"direction": "more", "value": "-4"}, "not below nought"),
        ({"direction": "more", "value": "four"}, "plain digits"),
    ],
)
def test_what_cannot_be_used_is_refused_beside_its_field(client: FlaskClient, sharma: Shop, changes: dict[str, str], words: str) -> None:
    item = _item(sharma)
    sign_in(client, sharma)
    status, text = post(client, FORM.format(item), "/stock/adjustments", **_typed(item, **changes))
    assert (status, words in text) == (422, True), text[-3000:]
    with read_books(sharma.actor) as books:
        assert stock.on_hand(books, [item])[item].qty == 10_000


def test_more_than_there_is_cannot_go(client: FlaskClient, sharma: Shop) -> None:
    item = _item(sharma)
    sign_in(client, sharma)
    status, text = post(client, FORM.format(item), "/stock/adjustments", **_typed(item, qty="10.5"))
    assert (status, "10 on hand, 10.5 wanted" in text) == (422, True)
    assert re.search(r'name="qty"[^>]*value="10.5"[^>]*aria-invalid="true"', text), "beside the quantity, as it was typed"


def test_another_companys_items_and_documents_do_not_exist(client: FlaskClient, sharma: Shop, iyer: Shop) -> None:
    theirs, mine = _item(iyer), _item(sharma)
    with open_books(iyer.actor) as books:
        made = new_id()
        adjust_stock(books, Adjustment(made, DAY, default_store(books), "found", (Change(theirs, Qty(1_000), Paise(100)),)))
    sign_in(client, sharma)
    assert client.get(f"/stock/adjustments/{made}").status_code == 404
    assert "Which item?" in client.get(FORM.format(theirs)).text
    assert post(client, FORM.format(mine), "/stock/adjustments", **_typed(theirs))[0] == 404


def test_no_stock_is_kept_of_services(client: FlaskClient, sharma: Shop) -> None:
    item = _item(sharma, "Delivery", is_stocked=False)
    sign_in(client, sharma)
    status, text = post(client, FORM.format(item), "/stock/adjustments", **_typed(item))
    assert (status, "No stock is kept of Delivery" in text) == (422, True)


def test_what_is_found_may_say_its_cost_and_an_id_is_used_once(sharma: Shop) -> None:
    item = _item(sharma)
    with open_books(sharma.actor) as books:
        asked = Adjustment(new_id(), DAY, default_store(books), "found", (Change(item, Qty(5_000), Paise(30_000)),))
        number = adjust_stock(books, asked)
        assert adjust_stock(books, asked) == number
        assert stock.on_hand(books, [item])[item] == stock.OnHand(15_000, 70_000)
        other = Adjustment(asked.id, DAY, asked.store_id, "found", (Change(item, Qty(1_000)),))
        with pytest.raises(Conflict, match=number):
            adjust_stock(books, other)


def _tracked(shop: Shop, tracking: str) -> UUID:
    with open_books(shop.actor) as books:
        tax_class = next(iter(catalogue.tax_class_ids(books).values()))
        draft = catalogue.ItemDraft(name="Tonic", price_millipaise=MilliPaise(4_500_000), tax_class_id=tax_class, tracking=tracking)
        return catalogue.create_item(books, draft).id


def test_opening_stock_and_wastage_of_a_batch(client: FlaskClient, sharma: Shop) -> None:
    item = _tracked(sharma, "batch")
    sign_in(client, sharma)
    opening = _typed(item, direction="opening", qty="10", value="400", batch="b1", expires_on="2027-03-31", batch_mrp="60", reason="")
    status, text = post(client, FORM.format(item), "/stock/adjustments", **opening)
    assert (status, "Opening stock" in text) == (200, True), text[-2000:]
    wasted = _typed(item, direction="waste", qty="2", batch="B1")
    status, text = post(client, FORM.format(item), "/stock/adjustments", **wasted)
    assert (status, "-₹80.00" in text) == (200, True)
    with read_books(sharma.actor) as books:
        voucher = ledger.voucher_or_none(books, UUID(wasted["id"]))
        assert voucher
        assert_posted(books, voucher, "Wastage 80.00 Dr / Stock-in-hand 80.00 Cr")
        (row,) = stock.batches_of(books, [item])
        assert (row.batch, row.qty, row.value_paise, row.expires_on, row.mrp_paise) == ("B1", 8_000, 32_000, date(2027, 3, 31), 6_000)
    assert verify(sharma) == []


def verify(shop: Shop) -> list[object]:
    with open_books(shop.actor) as books:
        return list(verify_books(books).breaches)


@pytest.mark.parametrize(
    ("tracking", "changes", "words"),
    [
        ("batch", {"batch": ""}, "as on the label"),
        ("batch", {"batch": "B9"}, "There is no batch B9"),
        ("batch", {"batch": "B1", "expires_on": "soon"}, "Choose a day"),
        ("batch", {}, "is kept by batch"),
        ("serial", {"serials": ""}, "one serial number for each piece"),
        ("serial", {"serials": "A\na"}, "A stands here twice"),
        ("none", {"batch": "B1"}, "is not kept by batch"),
    ],
)
def test_which_goods_is_asked_beside_the_field(
    client: FlaskClient, sharma: Shop, tracking: str, changes: dict[str, str], words: str
) -> None:
    item = _tracked(sharma, tracking)
    sign_in(client, sharma)
    status, text = post(client, FORM.format(item), "/stock/adjustments", **_typed(item, **changes))
    assert (status, words in text) == (422, True), text[-2500:]


def test_a_bin_is_kept_for_each_store(client: FlaskClient, sharma: Shop, iyer: Shop) -> None:
    item, theirs = _item(sharma), _item(iyer)
    sign_in(client, sharma)
    with read_books(sharma.actor) as books:
        store = default_store(books)
    here = f"/stock/items/{item}/bins"
    status, text = post(client, here, here, **{f"bin_{store}": " Shelf <4> "})
    assert (status, "Shelf &lt;4&gt;" in text) == (200, True)
    assert post(client, here, here, **{f"bin_{store}": "x" * 41})[0] == 422
    post(client, here, here, **{f"bin_{store}": ""})
    with read_books(sharma.actor) as books:
        assert stock.bins_of(books, item) == {}
    assert client.get(f"/stock/items/{theirs}/bins").status_code == 404
