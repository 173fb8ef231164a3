"""The pages of vouchers, as a browser without scripts sees them."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.vouchers.conftest import Desk

Browse = Callable[[Shop], FlaskClient]


@pytest.fixture
def web(browse: Browse, sharma: Shop) -> FlaskClient:
    return browse(sharma)


def form(*rows: tuple[str, str, str], kind: str = "payment", **more: str) -> dict[str, str]:
    """A voucher's form as a browser sends it."""
    sent = {"kind": kind, "date": "20-11-2026", "id": str(uuid4()), "save_id": str(uuid4()), "wish": "posted"}
    for number, (side, account, amount) in enumerate(rows, 1):
        sent |= {f"side-{number}": side, f"account-{number}": account, f"amount-{number}": amount}
    return {**sent, **more}


RENT = (("D", "Rent", "500"), ("C", "Cash", "500"))


def send(web: FlaskClient, sent: dict[str, str], url: str = "/vouchers") -> tuple[int, str]:
    answer = web.post(url, data=sent, follow_redirects=True)
    return answer.status_code, answer.text


@pytest.mark.parametrize("kind", ["contra", "payment", "receipt", "journal", "debit_note", "credit_note"])
def test_every_kind_has_its_screen(web: FlaskClient, desk: Desk, kind: str) -> None:
    page = web.get(f"/vouchers/new?kind={kind}")
    assert page.status_code == 200
    assert f'name="kind" value="{kind}"' in page.text


def test_a_plain_form_is_enough(web: FlaskClient, desk: Desk) -> None:
    assert "No voucher has been typed yet" in web.get("/vouchers").text
    sent = form(("D", "rent", "1200*5+18%"), ("", "", ""), ("C", "CASH", "7,080"), narration="Shop rent\nNovember")
    for _ in range(2):  # a second click
        status, text = send(web, sent)
        assert (status, "2600PY/000001 of ₹7,080.00 is saved" in text) == (200, True)
    assert desk.balances() == {"Rent": 708_000, "Cash": -708_000}
    listed = web.get("/vouchers").text
    assert listed.count("2600PY/000001") == 1
    status, text = send(web, {**sent, "narration": "Other"})
    assert (status, "other content" in text) == (409, True)
