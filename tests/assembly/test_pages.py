"""The pages of stock journals and bills of materials, as a browser without scripts uses them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.assembly.making import Workshop
from tests.ground.shops import Shop
from webapp.printing.journal_papers import draw_journal


@pytest.fixture
def shop(workshop: Workshop) -> Workshop:
    for name in ("Soap", "Comb", "Hamper"):
        workshop.item(name)
    workshop.receive("Soap", 10, 100, date(2026, 11, 2))
    workshop.receive("Comb", 3, 10, date(2026, 11, 2))
    return workshop


def test_from_the_bill_of_materials_to_the_journal(shop: Workshop, sharma: Shop, browse: Callable[[Shop], FlaskClient]) -> None:
    client = browse(sharma)
    rows = {"what": ["Soap", "comb"], "item": ["", ""], "qty": ["2", "1"], "wastage": ["", ""], "share": ["", ""]}
    head = {"name": "Hamper", "output_qty": "1", "valid_from": "2026-11-02", "note": "Diwali"}
    wrong = client.post("/bills-of-materials", data={**head, **rows, "qty": ["two", "1"]})
    assert wrong.status_code == 422
    assert 'value="two"' in wrong.text
    assert "Type a quantity in plain digits" in wrong.text
    made = client.post("/bills-of-materials", data={**head, **rows})
    assert made.status_code == 303, made.text
    bom = UUID(made.location.rpartition("/")[2])
    assert "Hamper" in client.get("/bills-of-materials?q=hamp").text
    assert "No bill of materials matches" in client.get("/bills-of-materials?q=nothing").text
    assert client.get("/bills-of-materials/export.csv").text.count("Hamper") == 2
    assert client.get(f"/stock-journals/new?bom={bom}&qty=none").status_code == 422

    filled = client.get(f"/stock-journals/new?bom={bom}&qty=4").text
    assert "10 NOS on hand" in filled
    assert "1 NOS short" in filled, "four hampers want four combs, and there are three"
    typed = _fields(filled)
    refused = client.post("/stock-journals", data=typed)
    assert refused.status_code == 422
    assert "Comb: 3 NOS are there, 4 NOS are wanted: 1 NOS short." in refused.text
    assert shop.at("Hamper") == (0, 0)
    typed |= _fields(client.get(f"/stock-journals/new?bom={bom}&qty=3").text)
    for _twice in range(2):
        answer = client.post("/stock-journals", data=typed)
        assert answer.status_code == 303, answer.text
    assert (shop.at("Hamper"), shop.at("Soap"), shop.at("Comb")) == ((3000, 7000), (4000, 4000), (0, 0))
    page = client.get(answer.location).text
    assert "26-SM/000001" in page
    journal = UUID(answer.location.rpartition("/")[2])
    assert f"/bills-of-materials/{bom}" in page
    assert "₹70.00" in page
    assert "26-SM/000001" in client.get("/stock-journals?q=hamper&kind=assembly").text
    assert "No stock journal matches" in client.get("/stock-journals?q=soap+bar").text
    assert "26-SM/000001" in client.get("/stock-journals/export.csv").text
    assert shop.trade.read(lambda books: draw_journal(books, journal))[:5] == b"%PDF-"
    assert client.post(f"/stock-journals/{journal}/cancellation", data={"reason": ""}).status_code == 422
    assert client.post(f"/stock-journals/{journal}/cancellation", data={"reason": "made twice"}).status_code == 303
    assert "Cancelled on" in client.get(answer.location).text
    assert shop.at("Hamper") == (0, 0)
    shop.true()


def test_typed_by_hand_with_costs_scrap_and_what_is_wrong_beside_its_field(
    shop: Workshop, sharma: Shop, browse: Callable[[Shop], FlaskClient], max_queries: Callable[[int], object]
) -> None:
    client = browse(sharma)
    assert "Nothing was made or taken apart yet." in client.get("/stock-journals").text
    blank = client.get("/stock-journals/new").text
    assert 'data-key="alt+f7"' in blank
    assert "/stock/adjustments/new" in blank, "the page of adjustments stays one step away"
    (account,) = re.findall(r'<option value="([0-9a-f-]{36})">Shop expenses</option>', blank)
    typed = _fields(blank) | {
        "used_what": "Soap",
        "used_qty": "2.0005",
        "made_what": "Nobody",
        "made_qty": "1",
        "cost_account": account,
        "cost_amount": "₹ 7",
    }
    refused = client.post("/stock-journals", data=typed)
    assert refused.status_code == 422
    assert "Use at most 3 decimals." in refused.text
    assert "No single item of that name or code." in refused.text
    assert 'value="2.0005"' in refused.text
    typed |= {"used_qty": "2", "made_what": "Hamper", "by_what": "Comb", "by_qty": "1", "by_value": "2.50"}
    more = client.post("/stock-journals/rows", data=typed)
    assert more.status_code == 200
    assert 'value="2.50"' in more.text
    answer = client.post("/stock-journals", data=typed)
    assert answer.status_code == 303, answer.text
    assert shop.at("Hamper") == (1000, 2000 + 700 - 250)
    assert '<option value="Soap">' in client.get("/stock-journals/items?used_what=soa").text
    with max_queries(9):  # type: ignore[attr-defined]
        assert client.get("/stock-journals").status_code == 200


def _fields(html: str) -> dict[str, list[str] | str]:
    """What a browser would send of the form that posts, as it was drawn."""
    form = html[html.index('action="/stock-journals"') : html.rindex("</form>")]
    found: dict[str, list[str] | str] = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            kept = found.setdefault(name[1], [])
            assert isinstance(kept, list)
            kept.append(value[1] if value else "")
    return found
