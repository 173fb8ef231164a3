"""The portal's own file of GSTR-3B is held against ours figure by figure, and one that is none is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.ground.shops import Shop
from tests.gstr3b.shopfront import EARLY, GSTIN, OCTOBER, Front
from webapp import gstr3b
from webapp.gstr3b import comparing
from webapp.kernel.errors import InvalidInput


@pytest.fixture
def front(sharma: Shop) -> Front:
    return Front.of(sharma)


def portal_file(front: Front) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gstr3b.as_text(front.told()))
    return found


def test_the_portals_file_is_compared_figure_by_figure(front: Front) -> None:
    front.month.bill(("Soap", "1"), day=EARLY, party="Pune Mart")
    told, theirs = front.told(), portal_file(front)
    assert comparing.differences(told, theirs) == []
    theirs["sup_details"]["osup_det"] = {"txval": "150.50", "camt": 9, "unknown": {"x": 1}}
    del theirs["inward_sup"], theirs["eco_dtls"]
    theirs["itc_elg"]["itc_avl"].append({"ty": "NEW", "iamt": "1"})
    found = {(one.cell, one.amount): (one.here, one.there) for one in comparing.differences(told, theirs)}
    assert found == {
        ("osup_det", "txval"): (100_00, 150_50),
        ("osup_det", "samt"): (9_00, 0),
        ("NEW", "iamt"): (0, 1_00),
    }


HOSTILE: list[dict[str, Any]] = [
    {"gstin": "29AABCS1234D1ZR"},
    {"ret_period": "112026"},
    {"ret_period": 102026},
    {"sup_details": []},
    {"sup_details": {"osup_det": 5}},
    {"sup_details": {"osup_det": {"txval": "1e400"}}},
    {"sup_details": {"osup_det": {"txval": True}}},
    {"sup_details": {"osup_det": {"txval": "1.005"}}},
    {"itc_elg": {"itc_avl": [{"iamt": 1}]}},
    {"itc_elg": {"itc_avl": [5]}},
    {"sup_details": {"x" * 5000: {"txval": 1}}},
    {"inward_sup": {"isup_details": [{"ty": "GST", "inter": "NaN"}]}},
    {"inter_sup": {"unreg_details": [{"pos": [], "txval": 1}]}},
]


def test_a_hostile_file_is_refused_beside_its_field(front: Front) -> None:
    told = front.told()
    whole: dict[str, Any] = json.loads(gstr3b.as_text(told))
    for change in HOSTILE:
        with pytest.raises(InvalidInput) as caught:
            comparing.differences(told, comparing.require_of({**whole, **change}, GSTIN, OCTOBER))
        assert "file" in caught.value.errors, change
