"""The pages of receipts, as a browser without scripts sees them."""

from __future__ import annotations

from uuid import uuid4

from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.payments.test_receipts import owing
from tests.sales.test_pages import post, sign_in
from tests.sales.trade import Trade


def test_from_who_pays_to_the_receipt(client: FlaskClient, sharma: Shop, trade: Trade) -> None:
    sign_in(client, sharma)
    assert "No money has been received" in client.get("/receipts").text
    ravi = owing(trade)
    assert f"party_id={ravi}" in client.get("/receipts/customers?customer=ravi").text
    form_url = f"/receipts/new?party_id={ravi}"
    assert "₹118.00" in client.get(form_url).text
    for amount, words in [
        ("", "plain digits"),
        ("0", "above 0"),
        ("५०", "plain digits"),
        ("1e400", "plain digits"),
        ("-5", "above 0"),
        ("9" * 20, "larger"),
    ]:
        status, text = post(client, form_url, "/receipts", party_id=str(ravi), amount=amount, received_on="2026-11-20", mode="cash")
        assert (status, words in text) == (422, True), amount
    sent = {"id": str(uuid4()), "party_id": str(ravi), "amount": "50", "received_on": "2026-11-20", "mode": "upi", "reference": "<UPI> 123"}
    for _ in range(2):  # a second click
        status, text = post(client, form_url, "/receipts", **sent)
        assert (status, "2600P/000001" in text, "&lt;UPI&gt; 123" in text, "₹68.00" in text) == (200, True, True, True)
    assert trade.balance("upi-clearing") == 50_00
    page = client.get("/receipts?q=ravi&mode=upi").text
    assert page.count("2600P/000001") == 1
    assert "2600P" not in client.get("/receipts?mode=cash").text
    assert "50.00" in client.get("/receipts/export.csv").text
    url = f"/receipts/{sent['id']}"
    assert post(client, url, f"{url}/cancellation", reason="")[0] == 422
    assert post(client, url, f"{url}/cancellation", reason="Bounced")[0] == 200
    assert trade.balance("upi-clearing") == 0


def test_another_companys_receipt_and_customer_do_not_exist(client: FlaskClient, sharma: Shop, other: Trade) -> None:
    sign_in(client, sharma)
    theirs = owing(other)
    assert "Who pays?" in client.get(f"/receipts/new?party_id={theirs}").text
    form = {"party_id": str(theirs), "amount": "50", "received_on": "2026-11-20", "mode": "cash"}
    assert post(client, "/receipts/new", "/receipts", **form)[0] in {403, 404}
    assert client.get(f"/receipts/{uuid4()}").status_code == 404
