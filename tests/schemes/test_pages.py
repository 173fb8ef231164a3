"""Schemes on screen: made, previewed, refused beside the field, changed, archived, sent out; who may; another company's are not there."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.sales.test_office import form, issue
from tests.sales.trade import Trade
from tests.schemes.conftest import buy_two_get_one, put
from webapp import schemes
from webapp.kernel.ids import new_id
from webapp.platform.permissions import Permission, Role, allows

pytestmark = pytest.mark.database
WEEK = {f"day-{day}": "1" for day in range(7)}
Browse = Callable[..., FlaskClient]


@pytest.fixture
def owner(browse: Browse, sharma: Shop) -> FlaskClient:
    return browse(sharma)


def free(**more: str) -> dict[str, str]:
    own = {"kind": "free", "name": "Soap week", "goods_items": "Soap", "buy": "2", "get": "1", "off": "100", "starts_on": "2026-11-01"}
    return {"id": str(new_id()), **own, **WEEK, **more}


def bundle(**more: str) -> dict[str, str]:
    own = {
        "kind": "bundle",
        "name": "Bath set",
        "item-1": "Soap",
        "item-2": "Paste",
        "qty-2": "1",
        "price": "300",
        "starts_on": "2026-11-01",
    }
    return {"id": str(new_id()), **own, **WEEK, **more}


def off(**more: str) -> dict[str, str]:
    own = {"kind": "off", "name": "Bath days", "goods_category": "Bath", "least-1": "3", "off-1": "10%", "starts_on": "2026-11-01"}
    return {"id": str(new_id()), **own, **WEEK, **more}


def bill(**more: str) -> dict[str, str]:
    own = {
        "kind": "bill",
        "name": "Big bill",
        "least-1": "500",
        "off-1": "50",
        "least-2": "1000",
        "off-2": "10%",
        "starts_on": "2026-11-01",
    }
    return {"id": str(new_id()), **own, **WEEK, **more}


def test_a_scheme_from_nothing_to_the_archive(owner: FlaskClient, trade: Trade) -> None:
    assert "No scheme yet" in owner.get("/schemes").text
    assert "Buy some, get some" in owner.get("/schemes/new").text
    assert "For each" in owner.get("/schemes/new?kind=free").text
    shown = owner.post("/schemes", data=free(act="preview"))
    assert shown.status_code == 200
    assert "3 × Soap → ₹236.00 instead of ₹354.00" in shown.text
    assert "Soap week" not in owner.get("/schemes").text, "a preview writes nothing"
    made = owner.post("/schemes", data=free())
    assert made.status_code == 303
    page = owner.get(made.location).text
    assert "3 × Soap → ₹236.00 instead of ₹354.00" in page
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    changed = owner.post(made.location, data=free(off="50", version=version))
    assert changed.status_code == 303
    assert "₹295.00 instead of ₹354.00" in owner.get(made.location).text
    assert owner.post(made.location, data=free(version=version)).status_code == 409, "somebody changed it meanwhile"
    assert issue(trade, form(("Soap", "3"), pay="cash")).figures.total == 295_00
    later = str(int(version) + 1)
    assert owner.post(f"{made.location}/archival", data={"version": later}).status_code == 303
    assert "Soap week" not in owner.get("/schemes").text
    assert "Soap week" in owner.get("/schemes?state=archived").text
    assert issue(trade, form(("Soap", "3"), pay="cash")).figures.total == 354_00
    assert owner.post(f"{made.location}/restoration", data={"version": str(int(later) + 1)}).status_code == 303
    assert "Soap week" in owner.get("/schemes?q=soap&kind=free&state=now").text
    assert "No scheme matches" in owner.get("/schemes?q=nothing").text


PREVIEWS = [
    (bundle(), "1 × Soap + 1 × Paste → ₹300.00 instead of ₹354.00"),
    (off(), "3 × Paste → ₹637.20 instead of ₹708.00"),
    (bill(), "A bill of ₹1,000.00 → ₹900.00 instead of ₹1,000.00"),
    (free(gives_items="Paste", buy="1", off="50"), "1 × Soap + 1 × Paste → ₹236.00 instead of ₹354.00"),
    (bundle(price="354"), "At today&#39;s prices it takes nothing off"),
    (bundle(**{"item-2": "Dal"}), "taxed at different rates"),
]


def test_a_preview_says_what_it_gives(owner: FlaskClient, trade: Trade) -> None:
    for typed, shows in PREVIEWS:
        answer = owner.post("/schemes", data={**typed, "act": "preview"})
        assert (answer.status_code, shows in answer.text) == (200, True), shows
    assert trade.read(schemes.all_schemes) == []


REFUSED: list[tuple[dict[str, str], set[str]]] = [
    (free(buy="0"), {"buy"}),
    (free(buy="lots", get="-1"), {"buy", "get"}),
    (free(off="101"), {"off"}),
    (free(off="0"), {"off"}),
    (free(ends_on="2026-10-31"), {"ends_on"}),
    (free(starts_on="soon"), {"starts_on"}),
    (free(name=" "), {"name"}),
    (free(name="x" * 61), {"name"}),
    (free(goods_items="Soap\nNobody's"), {"goods_items"}),
    (free(gives_items="Soap"), {"gives_items"}),
    (free(most="many", priority="1001"), {"most", "priority"}),
    ({**free(), **{f"day-{day}": "" for day in range(7)}}, {"days"}),
    (bundle(**{"item-2": ""}), {"item-1"}),
    (bundle(**{"item-2": "Soap"}), {"item-2"}),
    (bundle(**{"qty-2": "0"}), {"qty-2"}),
    (bundle(price="0"), {"price"}),
    (bundle(price="₹ x"), {"price"}),
    (off(**{"off-1": "100.01%"}), {"off-1"}),
    (off(**{"off-1": "", "least-1": ""}), {"off-1"}),
    (off(**{"off-1": "-5"}), {"off-1"}),
    (bill(**{"least-2": "500"}), {"least-2"}),
    (bill(**{"off-2": ""}), {"off-2"}),
]


def test_what_cannot_be_is_refused_beside_its_field(owner: FlaskClient, trade: Trade) -> None:
    for typed, fields in REFUSED:
        answer = owner.post("/schemes", data=typed)
        assert answer.status_code == 422, fields
        assert set(re.findall(r'name="([a-z_0-9-]+)"[^>]*aria-invalid="true"', answer.text)) == fields - {"days"}
        assert ("at least one day" in answer.text) is ("days" in fields)
    assert trade.read(schemes.all_schemes) == []


def test_the_lists_leave_and_nobody_sees_anothers(
    owner: FlaskClient,
    trade: Trade,
    other: Trade,
    browse: Browse,
    iyer: Shop,
    max_queries: Callable[[int], AbstractContextManager[list[str]]],
) -> None:
    scheme_id = put(trade, buy_two_get_one(trade))
    issue(trade, form(("Soap", "3"), pay="cash"))
    stranger = browse(iyer)
    for word in ("", "/edit"):
        assert stranger.get(f"/schemes/{scheme_id}{word}").status_code == 404
    assert stranger.post(f"/schemes/{scheme_id}/archival", data={"version": "1"}).status_code == 404
    assert "Buy 2 get 1" not in stranger.get("/schemes").text + stranger.get("/bills/schemes").text
    assert [allows(Role.CASHIER, one) for one in (Permission.ITEM_WRITE, Permission.REPORT_READ, Permission.SCHEME_LIFT)] == [False] * 3
    assert 'Buy 2 get 1 free,"Buy some, get some"' in owner.get("/schemes?format=csv").text
    with max_queries(9):
        assert "118.00" in owner.get("/bills/schemes").text
    assert "Buy 2 get 1 free,1,118.00,0.00,118.00" in owner.get("/bills/schemes?format=csv").text
    assert "No scheme took anything off" in owner.get("/bills/schemes?from=2020-01-01&to=2020-01-31").text
    assert put(other, buy_two_get_one(trade, name="Buy 2 get 1 free", goods=schemes.Goods()))
