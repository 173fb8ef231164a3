"""How the shop's scale prints its labels: read from the settings, told to the tills."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.counter.device import Device, signed_in
from tests.counter.test_screens import token_of
from tests.ground.shops import Shop
from webapp.company import forms, rules
from webapp.kernel.errors import InvalidInput

USUAL = {
    "name": "Sharma Stores",
    "scale_weight_prefixes": "20-24",
    "scale_price_prefixes": "25-29",
    "scale_item_digits": "5",
    "scale_value_digits": "5",
    "scale_price_unit": "paise",
}


@pytest.mark.parametrize(
    ("text", "read", "written"),
    [
        ("", (), ""),
        ("20-24", (20, 21, 22, 23, 24), "20-24"),
        ("27, 20 – 22;29 ", (20, 21, 22, 27, 29), "20-22, 27, 29"),
        ("21 21", (21,), "21"),
        ("28,29", (28, 29), "28-29"),
    ],
)
def test_prefixes_are_read_and_written(text: str, read: tuple[int, ...], written: str) -> None:
    assert rules.read_prefixes(text) == read
    assert rules.written_prefixes(read) == written


@pytest.mark.parametrize("text", ["2", "19", "30", "24-20", "20-", "-24", "20-24-26", "２０", "20.5", "abc", "020"])
def test_other_prefixes_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="from 20 to 29"):
        rules.read_prefixes(text)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"scale_weight_prefixes": "19"}, {"scale_weight_prefixes"}),
        ({"scale_price_prefixes": "24-26"}, {"scale_price_prefixes"}),
        ({"scale_item_digits": "6"}, {"scale_value_digits"}),
        ({"scale_item_digits": "3", "scale_value_digits": "x"}, {"scale_item_digits", "scale_value_digits"}),
        ({"scale_price_unit": "dollars"}, {"scale_price_unit"}),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(typed: dict[str, str], wrong: set[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        forms.parse_profile(USUAL | typed)
    assert set(refused.value.errors) == wrong


def test_a_page_from_before_leaves_it_as_it_is() -> None:
    assert not [name for name in forms.parse_profile({"name": "Sharma Stores"}) if name.startswith("scale")]


def test_tills_are_told(app: Flask, sharma: Shop) -> None:
    browser = signed_in(app, sharma)
    till = Device.enrol(signed_in(app, sharma))

    def told() -> Any:
        return till.client.get("/sync/catalogue").get_json()["shop"]["scale"]

    usual = {str(prefix): "weight" if prefix < 25 else "price" for prefix in range(20, 30)}
    assert told() == {"holds": usual, "item_digits": 5, "value_digits": 5, "paise": 1}
    rev = till.client.get("/sync/catalogue").get_json()["rev"]
    token = token_of(browser, "/settings")
    typed = USUAL | {
        "csrf_token": token,
        "scale_weight_prefixes": "21",
        "scale_price_prefixes": "28 - 29",
        "scale_item_digits": "4",
        "scale_value_digits": "6",
    }
    assert browser.post("/settings", data=typed | {"scale_price_unit": "rupees"}).status_code == 303
    assert told() == {"holds": {"21": "weight", "28": "price", "29": "price"}, "item_digits": 4, "value_digits": 6, "paise": 100}
    assert till.client.get("/sync/catalogue").get_json()["rev"] > rev
    refused = browser.post("/settings", data=typed | {"scale_price_prefixes": "21", "scale_price_unit": "rupees"})
    assert refused.status_code == 422
    assert "it cannot be both" in refused.get_data(as_text=True)
    kept = browser.get("/settings").get_data(as_text=True)
    assert 'value="28-29"' in kept
