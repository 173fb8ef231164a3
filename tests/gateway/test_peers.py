"""Others' programs against ours: the official SDK drives the stand-in, its samples and carbon-layer's webhooks are read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import razorpay

from tests.conftest import Clock
from tests.gateway.conftest import Till
from tests.gateway.razorpay_api import KEY_ID, KEY_SECRET, sign
from webapp.gateway.adapter import Access, Unreadable
from webapp.gateway.razorpay import Razorpay

SAMPLES = Path(__file__).parent / "samples"


def test_the_official_sdk_finds_the_stand_in_as_the_real_one(till: Till) -> None:
    client = razorpay.Client(auth=(KEY_ID, KEY_SECRET), base_url=till.url.removesuffix("/v1"))
    link = client.payment_link.create({"amount": 500, "currency": "INR", "reference_id": "ours", "description": "Soap"})
    assert client.payment_link.fetch(link["id"])["status"] == "created"
    with pytest.raises(razorpay.errors.BadRequestError, match="already exists"):
        client.payment_link.create({"amount": 500, "currency": "INR", "reference_id": "ours"})
    with pytest.raises(razorpay.errors.BadRequestError, match="atleast INR"):
        client.payment_link.create({"amount": 1, "currency": "INR"})
    paid = till.api.pay("ours", 500)
    assert client.payment.fetch(paid["id"])["notes"] == {"reference": "ours"}
    assert client.payment.all()["count"] == 1
    back = client.payment.refund(paid["id"], {"amount": 200})
    assert back["status"] == "processed"
    with pytest.raises(razorpay.errors.BadRequestError, match="greater than"):
        client.payment.refund(paid["id"], {"amount": 400})
    till.api.settle(till.api.row_of(paid))
    assert client.settlement.report({"year": 2026, "month": 11})["items"][0]["entity_id"] == paid["id"]
    with pytest.raises(razorpay.errors.BadRequestError, match="api key"):
        razorpay.Client(auth=(KEY_ID, "wrong"), base_url=till.url.removesuffix("/v1")).payment.all()
    body, signature = till.api.message("payment.captured", payment=paid)
    assert client.utility.verify_webhook_signature(body.decode(), signature, "whsec")


def test_webhooks_of_carbon_layer_are_signed_and_read() -> None:
    ours = Razorpay(Access("https://api.razorpay.com/v1", KEY_ID, KEY_SECRET, ("whsec",)))
    names = set()
    for line in (SAMPLES / "carbon-layer_signed_webhooks.jsonl").read_text().splitlines():
        told = json.loads(line)
        body = told["body"].encode()
        assert ours.is_signed(body, told["X-Razorpay-Signature"])
        assert not ours.is_signed(body + b" ", told["X-Razorpay-Signature"])
        said = ours.read(body)
        names.add((said.name, len(said.payments), len(said.refunds)))
    assert {("payment.captured", 1, 0), ("payment.failed", 1, 0), ("refund.processed", 0, 1), ("payment.dispute.created", 0, 0)} <= names


def test_the_sdks_own_sample_of_a_webhook_is_read(till: Till) -> None:
    ours = Razorpay(Access("https://api.razorpay.com/v1", KEY_ID, KEY_SECRET, ("whsec",)))
    body = (SAMPLES / "fake_payment_authorized_webhook.json").read_bytes()
    (paid,) = ours.read(body).payments
    assert (paid.amount_paise, paid.status, paid.fee_paise, paid.tax_paise) == (1_000_000, "captured", 23_000, 3_000)
    till.deliver(body, sign(body))
    till.work()
    assert till.only().why == "unknown"
    with pytest.raises(Unreadable):
        ours.read(b'{"payload":{"payment":{"entity":{}}}}')


def test_the_stand_in_answers_in_the_shape_of_the_sdks_samples(till: Till, clock: Clock) -> None:
    asked = till.ask(till.sell().invoice_id)
    paid = till.api.pay(asked.reference, 11_800)
    made = {
        "fake_payment_link": next(iter(till.api.links.values())),
        "fake_refund": till.api.make_refund(paid["id"], {"notes": {"refund": "x"}, "receipt": "1"}, ""),
    }
    for name, ours in made.items():
        sample = json.loads((SAMPLES / f"{name}.json").read_text())
        for field in set(sample) & set(ours):
            assert isinstance(ours[field], type(sample[field])) or sample[field] in ("", None), (name, field)
