"""The QR of a supplier's e-invoice: read, held against the portal's key, and refused when it came before."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.purchases.conftest import GSTIN, Buyer
from webapp.kernel.errors import InvalidInput
from webapp.tax.signed_qr import KEY_FILE, public_keys, read_qr

# Two primes of a key made for these tests alone (2**521 - 1 and 2**607 - 1 are Mersenne primes).
P, Q, E = 2**521 - 1, 2**607 - 1, 65537
N = P * Q
D = pow(E, -1, (P - 1) * (Q - 1))
KEY = RSAPublicNumbers(E, N).public_key()
STRANGER = RSAPublicNumbers(E, N + 2).public_key()


def plain(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def signed(private: int = D, head: dict[str, str] | None = None, **more: Any) -> str:
    """A token as the portal makes it: `data` is JSON inside JSON."""
    data = {
        "SellerGstin": GSTIN,
        "BuyerGstin": "27AABCS1234D1ZV",
        "DocNo": "G/77",
        "DocTyp": "INV",
        "DocDt": "19/11/2026",
        "TotInvVal": 1180.5,
    }
    data |= {"ItemCnt": 1, "MainHsnCode": "3401", "Irn": "a" * 64, "IrnDt": "2026-11-19 10:00:00"} | more
    parts = [json.dumps(head or {"alg": "RS256", "typ": "JWT", "kid": "1"}), json.dumps({"iss": "NIC", "data": json.dumps(data)})]
    message = ".".join(plain(part.encode()) for part in parts)
    size = (N.bit_length() + 7) // 8
    hashed = bytes.fromhex("3031300d060960864801650304020105000420") + sha256(message.encode()).digest()
    padded = b"\x00\x01" + b"\xff" * (size - len(hashed) - 3) + b"\x00" + hashed
    return f"{message}.{plain(pow(int.from_bytes(padded, 'big'), private, N).to_bytes(size, 'big'))}"


def pem() -> str:
    return KEY.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def test_what_the_portal_signed_is_read_and_verified() -> None:
    found = read_qr(signed(), [STRANGER, KEY])
    assert (found.seller_gstin, found.number, found.day, found.total) == (GSTIN, "G/77", date(2026, 11, 19), 118_050)
    assert found.is_verified


@pytest.mark.parametrize(
    "token",
    [
        signed(private=3),
        signed(head={"alg": "none"}),
        signed(head={"alg": "HS256"}),
        signed()[:-8] + "AAAAAAAA",
        signed().rsplit(".", 1)[0] + ".",
        ".".join([signed().split(".")[0], signed(TotInvVal=1).split(".")[1], signed().split(".")[2]]),
    ],
)
def test_another_signature_is_not_verified(token: str) -> None:
    assert not read_qr(token, [KEY]).is_verified


def test_without_a_key_nothing_is_verified() -> None:
    assert not read_qr(signed(), []).is_verified


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "a.b.c",
        "₹.₹.₹",
        "..",
        "upi://pay?pa=x@y",
        signed(SellerGstin="27X"),
        signed(DocDt="2026-11-19"),
        signed(TotInvVal="x"),
        "a" * 9000,
    ],
)
def test_another_square_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_qr(text, [KEY])
    assert "not the QR of an e-invoice" in refusal.value.errors["scan"]


def test_keys_are_read_from_their_file(tmp_path: Path) -> None:
    assert public_keys(tmp_path) == []
    (tmp_path / KEY_FILE).write_text("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n" + pem())
    assert public_keys(tmp_path) == [KEY]
    (tmp_path / KEY_FILE).write_bytes(b"\xff\xfe")
    assert public_keys(tmp_path) == []


@pytest.fixture
def desk(buyer: Buyer, sharma: Shop, browse: Callable[[Shop], FlaskClient]) -> FlaskClient:
    return browse(sharma)


def test_a_scan_fills_the_bill_and_refuses_its_double(desk: FlaskClient, buyer: Buyer, var_dir: Path) -> None:
    filled = desk.post("/purchases/bills/scan", data={"scan": signed()}).text
    for typed in ("Gupta Traders", "G/77", "2026-11-19", "1180.5", "a" * 64):
        assert f'value="{typed}"' in filled
    assert "is not verified" in filled
    (var_dir / KEY_FILE).write_text(pem())
    try:
        assert "signature is verified" in desk.post("/purchases/bills/scan", data={"scan": signed()}).text
    finally:
        (var_dir / KEY_FILE).unlink()
    first = buyer.buy(buyer.line("Soap", 10, 100), number="G-77", bill_date=date(2026, 11, 19))
    double = desk.post("/purchases/bills/scan", data={"scan": signed()})
    assert double.status_code == 409
    assert f"/purchases/bills/{first.id}" in double.text


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"BuyerGstin": "33AABCI1234D1ZC"}, "made out to 33AABCI1234D1ZC"),
        ({"DocTyp": "CRN"}, "credit or debit note"),
        ({"DocTyp": "INV", "SellerGstin": "x"}, "not the QR"),
    ],
)
def test_what_is_not_our_bill_is_refused(desk: FlaskClient, more: dict[str, str], words: str) -> None:
    answer = desk.post("/purchases/bills/scan", data={"scan": signed(**more)})
    assert answer.status_code == 422
    assert words in answer.text


def test_a_supplier_we_do_not_know_is_named(desk: FlaskClient) -> None:
    answer = desk.post("/purchases/bills/scan", data={"scan": signed(SellerGstin="33AABCI1234D1ZC")})
    assert "No supplier has the GSTIN 33AABCI1234D1ZC" in answer.text
