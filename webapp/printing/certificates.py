"""A certificate to sign with, as its owner has it: a PKCS#12 file (.p12, .pfx) and its password. Pure; refuses what cannot sign."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from webapp.kernel.dates import IST, written
from webapp.kernel.errors import BooksError, InvalidInput
from webapp.kernel.records import dataclass

if TYPE_CHECKING:
    from cryptography import x509

MOST_BYTES = 64_000  # one with a long chain is some 10 kB
LEAST_RSA_BITS = 2048
# A sequence, of a length that is said (two bytes of it: no such file is shorter than 256) or is not; its first member is the number 3.
_PFX = re.compile(rb"\x30(?:\x80|\x82(?P<length>..))(?P<version>\x02\x01\x03)", re.DOTALL)
FILE, PASSWORD = "certificate", "certificate_password"  # the fields of its form


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says of itself. `name` is whom it names; `subject` and `issuer` are written out (RFC 4514)."""

    name: str
    subject: str
    issuer: str
    serial: str
    fingerprint: str
    valid_from: datetime
    valid_until: datetime


class CertificateEnded(BooksError):
    """A paper is to be signed with a certificate whose days are over, or have not begun. It is not drawn without: who gets signed papers
    would take an unsigned one for a forged one."""

    status = 409

    def __init__(self, valid_from: datetime, valid_until: datetime, now: datetime) -> None:
        day = written((valid_until if now > valid_until else valid_from).astimezone(IST).date())
        ended = f"The certificate that signs papers ended on {day}."
        super().__init__(
            problem=ended if now > valid_until else f"The certificate that signs papers begins only on {day}.",
            fix="The owner keeps a newer one under Settings, Signing of papers, or removes it; then make the PDF again.",
        )


def require_valid(valid_from: datetime, valid_until: datetime, now: datetime) -> None:
    """CertificateEnded unless a certificate signs at this instant."""
    if not valid_from <= now <= valid_until:
        raise CertificateEnded(valid_from, valid_until, now)


def read_certificate(content: bytes, password: str, now: datetime) -> Certificate:
    """The certificate of a PKCS#12 file. InvalidInput, beside its field, for what is no such file, does not open by the password, holds
    no private key, a weak one or another's, is not meant for signatures, or whose days are over."""
    if not content:
        raise InvalidInput({FILE: "Choose the file of your certificate (.p12 or .pfx)."})
    if len(content) > MOST_BYTES or not _is_pkcs12(content):
        raise InvalidInput({FILE: "This is no certificate file. Choose the .p12 or .pfx file that your certifying authority gave you."})
    key, certificate = _opened(content, password)
    if key is None:
        raise InvalidInput({FILE: "This file holds no private key, so nothing can be signed. Export it again with its private key."})
    if certificate is None:
        raise InvalidInput({FILE: "This file holds no certificate that belongs to its private key. Export both together."})
    _require_fit(key, certificate)
    said = _said(certificate)
    if not said.valid_from <= now <= said.valid_until:
        days = f"{written(said.valid_from.astimezone(IST).date())} to {written(said.valid_until.astimezone(IST).date())}"
        raise InvalidInput({FILE: f"This certificate signs only from {days}. Choose one that is valid today."})
    return said


def _is_pkcs12(content: bytes) -> bool:
    """Whether it begins and ends as a personal information exchange of version 3 (RFC 7292, 4) does, whatever its password."""
    found = _PFX.match(content)
    if found is None:
        return False
    return found["length"] is None or found.start("version") + int.from_bytes(found["length"]) == len(content)


def _opened(content: bytes, password: str) -> tuple[Any, x509.Certificate | None]:
    """Its private key and its certificate. InvalidInput where the password does not open it."""
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates

    try:
        key, certificate, _others = load_key_and_certificates(content, password.encode() or None)
    except Exception as error:  # what a broken file raises is said nowhere
        from cryptography.exceptions import UnsupportedAlgorithm

        if isinstance(error, UnsupportedAlgorithm):
            raise InvalidInput({FILE: "This file is sealed by a method that is no longer safe. Export it again."}) from None
        raise InvalidInput({PASSWORD: "The file does not open by this password. Type the one that was set when it was exported."}) from None
    return key, certificate


def _require_fit(key: Any, certificate: x509.Certificate) -> None:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.x509 import ExtensionNotFound, KeyUsage

    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise InvalidInput({FILE: "Papers are signed with RSA or elliptic curves; this key is of another kind."})
    if isinstance(key, RSAPrivateKey) and key.key_size < LEAST_RSA_BITS:
        raise InvalidInput({FILE: f"Its key has {key.key_size} bits, which is forged too easily. At least {LEAST_RSA_BITS} are needed."})
    if key.public_key() != certificate.public_key():
        raise InvalidInput({FILE: "This file holds no certificate that belongs to its private key. Export both together."})
    try:
        usage = certificate.extensions.get_extension_for_class(KeyUsage).value
    except ExtensionNotFound:
        return
    if not (usage.digital_signature or usage.content_commitment):
        raise InvalidInput({FILE: "This certificate is not meant for signatures. Choose the one for signing (not for encryption)."})


def _said(certificate: x509.Certificate) -> Certificate:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.x509.oid import NameOID

    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    subject = certificate.subject.rfc4514_string()
    return Certificate(
        name=str(names[0].value) if names else subject,
        subject=subject,
        issuer=certificate.issuer.rfc4514_string(),
        serial=f"{certificate.serial_number:x}",
        fingerprint=certificate.fingerprint(SHA256()).hex(),
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
    )
