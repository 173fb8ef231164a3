"""Pushes to browsers: Web Push (RFC 8030), encrypted for the one browser (RFC 8291), signed as ours (VAPID, RFC 8292).

A push may be sent twice: the service keeps one of a topic, and the browser shows one of a tag, both of which are the message's id.
"""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from urllib.parse import urlsplit

from webapp.kernel.errors import InvalidInput
from webapp.messaging import http
from webapp.messaging.carrier import Carrier, End, Health, cut, later, refused
from webapp.messaging.rules import Message, Outcome
from webapp.platform import clock, machine, outside
from webapp.platform.outside import HostNotAllowed

# The push services of Chrome, Edge and others on it, Firefox, and Safari: a browser of another one needs its host in OUTSIDE_HOSTS.
ENDINGS = ("fcm.googleapis.com", ".push.services.mozilla.com", ".notify.windows.com", ".push.apple.com")
KEPT_SECONDS = 86_400  # how long a service keeps a push for a browser that is off
MOST_OF_A_PAYLOAD = 3_000  # bytes; services take 4,096 with what encryption adds


def send(carrier: Carrier, message: Message) -> End:
    """Hand one push over. 404 and 410 say that the browser wants no more of them: the end is marked, and the subscription goes."""
    from webapp.messaging.push_encryption import encrypted  # cryptography is some megabytes, for who sends

    endpoint = carrier.settings["endpoint"]
    told = json.dumps(_told(message), ensure_ascii=False).encode()
    if len(told) > MOST_OF_A_PAYLOAD:
        return refused("The words are too long for a push.")
    try:
        browser, secret = decoded(carrier.settings["p256dh"]), decoded(carrier.settings["auth"])
        body = encrypted(told, browser, secret)
    except ValueError:
        return End(Outcome.REFUSED, "The browser's key cannot be used.", is_gone=True)
    headers = {
        "TTL": str(KEPT_SECONDS),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "Topic": base64.urlsafe_b64encode(message.id.bytes).decode().rstrip("="),
        "Authorization": _vapid(carrier, endpoint),
    }
    answer = http.post(endpoint, body, headers, ENDINGS)
    if isinstance(answer, End):
        return later(answer.words) if answer.outcome is Outcome.UNKNOWN else answer
    words = cut(f"HTTP {answer.status} {answer.body[:200].decode('utf-8', 'replace')}")
    if answer.status in (200, 201, 202, 204):
        return End(Outcome.SENT, words, provider_id=message.id.hex)
    if answer.status in (404, 410):
        return End(Outcome.REFUSED, "The browser has ended its subscription.", is_gone=True)
    return later(words, Health.TROUBLE) if answer.status >= 500 else refused(words)


def _told(message: Message) -> dict[str, str]:
    """What the browser is shown; it opens a page of ours alone."""
    link, ours = message.link, machine.public_url()
    link = link.removeprefix(ours) if ours and link.startswith(f"{ours}/") else link
    is_path = link.startswith("/") and not link.startswith(("//", "/\\"))
    return {"id": message.id.hex, "title": message.subject, "body": message.text, "link": link if is_path else "/"}


def _vapid(carrier: Carrier, endpoint: str) -> str:
    import jwt
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    parts = urlsplit(endpoint)
    until = clock.now() + timedelta(hours=12)  # RFC 8292, section 2: at most 24 hours
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int(until.timestamp()), "sub": carrier.settings["contact"]}
    key = load_pem_private_key(carrier.secrets["private_key"].encode(), password=None)
    return f"vapid t={jwt.encode(claims, key, algorithm='ES256')},k={carrier.settings['public_key']}"  # type: ignore[arg-type]  # an EC key


def new_keys() -> tuple[str, str]:
    """A pair of keys: the public one as browsers take it (base64url of the point), the private one as PEM."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

    key = ec.generate_private_key(ec.SECP256R1())
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return base64.urlsafe_b64encode(point).decode().rstrip("="), pem.decode()


def require_usable(endpoint: str, p256dh: str, auth: str) -> None:
    """InvalidInput for an endpoint that is no push service's, and for keys that are no browser's (a point of P-256, 16 bytes)."""
    from cryptography.hazmat.primitives.asymmetric import ec

    try:
        outside.require_address(endpoint, ENDINGS)
    except HostNotAllowed as no:
        raise InvalidInput({"endpoint": f"{no.problem} {no.fix}"}) from None
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(p256dh))
        is_whole = len(decoded(auth)) == 16
    except ValueError:
        is_whole = False
    if not is_whole or len(endpoint) > 2_000:
        raise InvalidInput({"endpoint": "The browser's subscription is not whole. Switch it off and on again."})


def decoded(text: str) -> bytes:
    """Base64url without its padding. ValueError for anything else."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
