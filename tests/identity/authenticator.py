"""An authenticator of the tests' own: it makes passkeys and signs with them as a phone or a key does (W3C Web Authentication, section 6),
and lies where a test wants it to."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field, replace
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.identity.test_second_step import user_of
from tests.identity.test_sign_ins import CHROME
from webapp.identity import passkeys
from webapp.identity.models import Passkey
from webapp.platform import audit
from webapp.platform.tenancy import open_directory, read_books

HEADERS = {"X-Munim-Sync": "1", "Content-Type": "application/json"}
SIGN_IN, SECOND, PROOF, ENROL = "/sign-in/passkey", "/sign-in/second-step/passkey", "/account/proof", "/account/passkeys"
ORIGIN, RP_ID = "http://localhost", "localhost"
PRESENT, VERIFIED, MAY_BE_COPIED, IS_COPIED, HAS_KEY = 0x01, 0x04, 0x08, 0x10, 0x40


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(frozen=True)
class Lies:
    """What an answer says otherwise than it should."""

    origin: str = ORIGIN
    rp_id: str = RP_ID
    challenge: str = ""
    flags: int = PRESENT | VERIFIED
    kind: str = ""
    handle: str = ""
    more: dict[str, Any] = field(default_factory=dict)  # in the client's data


HONEST = Lies()


@dataclass
class Authenticator:
    """One passkey. `counts` False: it says 0 for ever, as those do that copy passkeys to each other."""

    algorithm: str = "ES256"
    counts: bool = True
    count: int = 0
    handle: str = ""
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: Any = None

    def __post_init__(self) -> None:
        make = {
            "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
            "RS256": lambda: rsa.generate_private_key(65537, 2048),
            "EdDSA": Ed25519PrivateKey.generate,
        }
        self.key = self.key or make[self.algorithm]()

    def copied(self) -> Authenticator:
        """A copy that counts by itself."""
        return replace(self)

    def made(self, options: dict[str, Any], lies: Lies = HONEST) -> str:
        """The answer to navigator.credentials.create()."""
        self.handle = options["user"]["id"]
        key = cbor2.dumps(self._public())
        attested = b"\0" * 16 + len(self.credential_id).to_bytes(2, "big") + self.credential_id + key
        about = self._about(replace(lies, flags=lies.flags | HAS_KEY)) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": about})
        client = _client("webauthn.create", options["challenge"], lies)
        return self._said({"clientDataJSON": text(client), "attestationObject": text(attestation), "transports": ["internal", "<b>"]})

    def used(self, options: dict[str, Any], lies: Lies = HONEST) -> str:
        """The answer to navigator.credentials.get()."""
        self.count += self.counts
        about, client = self._about(lies), _client("webauthn.get", options["challenge"], lies)
        signature = self._signed(about + hashlib.sha256(client).digest())
        handle = lies.handle or self.handle
        return self._said(
            {"clientDataJSON": text(client), "authenticatorData": text(about), "signature": text(signature), "userHandle": handle}
        )

    def _said(self, response: dict[str, Any]) -> str:
        return json.dumps({"id": text(self.credential_id), "rawId": text(self.credential_id), "type": "public-key", "response": response})

    def _about(self, lies: Lies) -> bytes:
        return hashlib.sha256(lies.rp_id.encode()).digest() + bytes([lies.flags]) + self.count.to_bytes(4, "big")

    def _public(self) -> dict[int, Any]:
        if self.algorithm == "RS256":
            of_rsa = self.key.public_key().public_numbers()
            return {1: 3, 3: -257, -1: of_rsa.n.to_bytes(256, "big"), -2: of_rsa.e.to_bytes(3, "big")}
        if self.algorithm == "EdDSA":
            return {1: 1, 3: -8, -1: 6, -2: self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)}
        numbers = self.key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}

    def _signed(self, what: bytes) -> bytes:
        if self.algorithm == "RS256":
            return bytes(self.key.sign(what, padding.PKCS1v15(), hashes.SHA256()))
        return bytes(self.key.sign(what) if self.algorithm == "EdDSA" else self.key.sign(what, ec.ECDSA(hashes.SHA256())))


def _client(kind: str, challenge: str, lies: Lies) -> bytes:
    said = {"type": lies.kind or kind, "challenge": lies.challenge or challenge, "origin": lies.origin, "crossOrigin": False}
    return json.dumps({**said, **lies.more}).encode()


# What its browser does with it --------------------------------------------------------------------------------------------


def drawn(client: FlaskClient, where: str) -> dict[str, Any]:
    """What the page's script is given for the browser."""
    answer = client.post(f"{where}/challenge", data="{}", headers=HEADERS)
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def add(client: FlaskClient, made: Authenticator | None = None, name: str = "Asha's phone", lies: Lies = HONEST) -> Authenticator:
    made = made or Authenticator()
    answer = client.post(ENROL, data={"name": name, "passkey": made.made(drawn(client, ENROL), lies)})
    assert answer.status_code == 303, answer.text
    return made


def come_in(client: FlaskClient, key: Authenticator, lies: Lies = HONEST, **more: str) -> int:
    return client.post(
        SIGN_IN, data={"passkey": key.used(drawn(client, SIGN_IN), lies), **more}, headers={"User-Agent": CHROME}
    ).status_code


def kept_of(shop: Shop) -> list[Passkey]:
    with open_directory(writes=False) as directory:
        return list(passkeys.passkeys_of(directory, user_of(shop)))


def log_of(shop: Shop) -> list[dict[str, Any]]:
    with read_books(shop.actor) as books:
        assert not list(audit.broken_links(books))
        return [entry["new"] for entry in (json.loads(line) for line in audit.exported(books)) if entry["entity"] == "user"]
