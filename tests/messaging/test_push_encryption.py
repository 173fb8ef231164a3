"""The encryption of a push, held against the example of its RFC."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from webapp.messaging.push_encryption import encrypted


def plain(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


BROWSER = plain("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4")
AUTH = plain("BTBZMqHH6r4Tts7J_aSIgg")


def test_the_example_of_rfc_8291() -> None:
    own = ec.derive_private_key(int.from_bytes(plain("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), ec.SECP256R1())
    body = encrypted(b"When I grow up, I want to be a watermelon", BROWSER, AUTH, own=own, salt=plain("DGv6ra1nlYgDCS1FRnbzlw"))
    assert body == plain(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6"
        "cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_two_pushes_share_no_key() -> None:
    assert encrypted(b"same words", BROWSER, AUTH)[:90] != encrypted(b"same words", BROWSER, AUTH)[:90]


def test_a_point_off_the_curve_is_refused() -> None:
    with pytest.raises(ValueError, match=r"."):
        encrypted(b"words", BROWSER[:-1] + b"\0", AUTH)
