"""The pages: who may, what is refused beside its field, the way of a customer who pays by a shared link."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient

from tests.counter.device import signed_in
from tests.gateway.conftest import Till
from tests.ground.shops import Shop
from webapp import gateway, links
from webapp.platform.tenancy import open_books, read_books


def post(client: FlaskClient, url: str, **fields: str) -> tuple[int, str]:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/online-payments/settings").text)
    answer = client.post(url, data={**fields, "csrf_token": token[1] if token else ""})
    return answer.status_code, answer.text


def test_a_customer_pays_by_the_link_of_a_bill(till: Till, app: Flask, client: FlaskClient) -> None:
    bill = till.sell()
    with app.test_request_context(), open_books(till.trade.actor) as books:
        address = links.address(books.company_id, links.make(books, "bill", bill.invoice_id, "Bill", days=7))
    path = "/" + address.split("/", 3)[3]
    token = path.rsplit("/", 1)[1]
    shown = client.get(path, headers={"Accept": "text/html"}).text
    assert f"/pay/bill/{token}" in shown
    proof = re.search(r'name="proof" value="([^"]+)"', shown)
    assert proof
    assert client.post(f"/pay/bill/{token}", data={"proof": "x"}).status_code == 403
    for _click in range(2):
        assert client.post(f"/pay/bill/{token}", data={"proof": proof[1]}).status_code == 303
    with read_books(till.trade.actor) as books:
        (asked,) = gateway.requests_of(books, bill.invoice_id)
    assert "is being made" in client.get(f"/pay/bill/{token}").text
    gateway.send_request(till.trade.actor, asked.id)
    page = client.get(f"/pay/bill/{token}")
    assert till.request(asked.id).url in page.text
    assert "razorpay" not in page.headers["Content-Security-Policy"]

    hook = f"/gateway/{till.trade.actor.company_id}/{till.account.hook_id}"
    body, signature = till.api.message("payment.captured", payment=till.api.pay(asked.reference, 11_800))
    kind = {"content_type": "application/json"}
    assert client.post(hook, data=body, headers={"X-Razorpay-Signature": "0" * 64}, **kind).status_code == 400
    assert (
        client.post(
            hook[:-1] + ("1" if hook.endswith("0") else "0"), data=body, headers={"X-Razorpay-Signature": signature}, **kind
        ).status_code
        == 404
    )
    for _copy in range(2):
        assert client.post(hook, data=body, headers={"X-Razorpay-Signature": signature}, **kind).status_code == 200
    till.work()
    assert till.owed() == 0
    assert "Paid" in client.get(f"/pay/bill/{token}").text


def test_what_is_wrong_stands_beside_its_field(till: Till, app: Flask, sharma: Shop) -> None:
    client = signed_in(app, sharma)
    till.tell("payment.captured", payment=till.api.pay("", 11_800))
    row = till.only()
    here = f"/online-payments/{row.id}"
    assert post(client, f"{here}/entry", party="Nobody", use="account")[0] == 422
    assert "Say in a few words" in post(client, f"{here}/putting-aside", reason="")[1]
    assert "At most" in post(client, f"{here}/refunds", refund="200", refund_reason="Wrong")[1]
    assert post(client, f"{here}/entry", party="Meera", use="account")[0] == 303
    assert till.only().party_name == "Meera"
    status, shown = post(client, "/online-payments/settings", is_on="1", base_url="http://10.0.0.1", key_id="k", version="1", link_days="7")
    assert status == 422
    assert "does not call" in shown
    assert "thisissupersecret" not in client.get("/online-payments/settings").text
    for url in ("", "/reconciliation", "/requests", "/settlements", "?format=csv", "/requests?format=csv", "/settlements?format=csv"):
        assert client.get(f"/online-payments{url}").status_code == 200
