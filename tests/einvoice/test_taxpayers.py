"""Details of a party by its GSTIN: two shapes, three ends, no answer believed about anybody else; and the form says what to do without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.einvoice.conftest import Desk
from tests.ground.shops import Shop
from webapp.einvoice import Road
from webapp.einvoice.taxpayers import NoAnswer, find_taxpayer, read_taxpayer
from webapp.kernel.errors import InvalidInput

THEIRS = "27AAPFU0939F1ZV"
NIC = {
    "Gstin": THEIRS,
    "TradeName": "UMBRELLA",
    "LegalName": "Umbrella Traders Private Limited",
    "AddrBnm": "Plaza",
    "AddrBno": 12,
    "AddrFlno": "",
    "AddrSt": "MG Road",
    "AddrLoc": "Pune",
    "StateCode": 27,
    "AddrPncd": 411001,
    "TxpType": "REG",
    "Status": "ACT",
    "BlkStatus": "U",
    "DtReg": "2017-07-01",
}
SEARCH = {
    "gstin": THEIRS,
    "lgnm": "Umbrella Traders Private Limited",
    "tradeNam": "NA",
    "dty": "Composition",
    "sts": "Cancelled",
    "pradr": {"addr": {"bno": "12", "st": "MG Road", "dst": "Pune", "pncd": "411001", "flno": ""}, "ntr": "Retail"},
    "adadr": [],
}


@pytest.mark.parametrize("road", [Road.NIC, Road.GSP])
def test_both_roads_are_asked_and_sign_in_once(desk: Desk, road: Road) -> None:
    desk.set_up(road)
    desk.irp.taxpayers[THEIRS] = NIC
    found = find_taxpayer(desk.trade.actor, f" {THEIRS.lower()} ")
    assert (found.name, found.legal_name, found.status, found.is_active) == ("UMBRELLA", NIC["LegalName"], "active", True)
    assert (found.address, found.city, found.pin_code, found.state_code) == ("12, Plaza, MG Road", "Pune", "411001", "27")
    assert not found.is_composition
    signed_in = desk.irp.sign_ins
    find_taxpayer(desk.trade.actor, THEIRS)
    assert desk.irp.sign_ins == signed_in  # the session is kept


def test_the_other_shape_a_cancelled_composition_dealer() -> None:
    found = read_taxpayer(THEIRS, SEARCH)
    assert (found.name, found.status, found.is_active, found.is_composition) == (SEARCH["lgnm"], "cancelled", False, True)
    assert (found.address, found.city, found.pin_code) == ("12, MG Road", "Pune", "411001")
    assert read_taxpayer(THEIRS, {**NIC, "TxpType": "SEZ"}).is_sez


HOSTILE: list[dict[str, Any]] = [
    {},
    {"Gstin": "33AAPFU0939F1Z2", "LegalName": "Another"},
    {"Gstin": THEIRS},
    {"LegalName": ["x"], "TradeName": {"a": 1}},
    {"LegalName": True},
]


@pytest.mark.parametrize("said", HOSTILE)
def test_an_answer_about_nobody_or_another_is_none(said: dict[str, Any]) -> None:
    with pytest.raises(NoAnswer, match="not about this GSTIN"):
        read_taxpayer(THEIRS, said)


def test_hostile_words_are_cut_and_made_plain() -> None:
    found = read_taxpayer(THEIRS, {"LegalName": "A\u202eB" + "x" * 9_000, "AddrPncd": "０１２３４５", "pradr": "no", "Status": 7})
    assert len(found.legal_name) == 200
    assert "\u202e" not in found.legal_name
    assert (found.pin_code, found.address, found.status) == ("", "", "7")


@pytest.mark.parametrize("fault", ["down", "lost", "garbage"])
def test_no_answer_says_what_to_do(desk: Desk, fault: str) -> None:
    desk.irp.taxpayers[THEIRS] = NIC
    desk.irp.faults.append(fault)
    with pytest.raises(NoAnswer, match="did not answer") as refusal:
        find_taxpayer(desk.trade.actor, THEIRS)
    assert "by hand" in refusal.value.fix
    assert find_taxpayer(desk.trade.actor, THEIRS).is_active


def test_a_refusal_and_a_wrong_number_are_told_apart(desk: Desk) -> None:
    with pytest.raises(NoAnswer, match="The portal says"):
        find_taxpayer(desk.trade.actor, THEIRS)
    asked = len(desk.irp.asked)
    with pytest.raises(InvalidInput):
        find_taxpayer(desk.trade.actor, THEIRS[:-1] + "A")
    assert len(desk.irp.asked) == asked  # what is no GSTIN is asked of nobody


def test_the_form_shows_and_fills_or_says_what_to_do(desk: Desk, iyer: Shop, sharma: Shop, browse: Callable[[Shop], FlaskClient]) -> None:
    desk.irp.taxpayers[THEIRS] = {**NIC, "TradeName": '"><script>', "Status": "CNL"}
    client = browse(sharma)
    assert "/e-invoices/taxpayer" in client.get("/parties/new").text
    shown = client.get(f"/e-invoices/taxpayer?gstin={THEIRS}").text
    assert "not active" in shown
    assert "<script>" not in shown
    assert "data-fill=" in shown
    asked = len(desk.irp.asked)
    assert "No way to the portal is set up" in browse(iyer).get(f"/e-invoices/taxpayer?gstin={THEIRS}").text  # theirs is not ours to use
    assert len(desk.irp.asked) == asked
