"""What is sealed opens for the same secret and purpose alone; AES is the standard's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.platform import aes, sealing
from webapp.platform.sealing import SealBroken, seal, unseal


@pytest.fixture(autouse=True)
def _secret() -> Iterator[None]:
    kept = sealing._secret
    sealing.use("one secret")
    yield
    sealing.use(kept)


@pytest.mark.parametrize("text", ["", "pass word", "पासवर्ड ₹", "x" * 5000])
def test_what_is_sealed_opens_again(text: str) -> None:
    first, second = seal("portal", text), seal("portal", text)
    assert first != second  # a nonce of its own: equal passwords are not seen to be equal
    assert unseal("portal", first) == unseal("portal", second) == text
    assert not text or text not in first


def test_it_opens_for_nothing_else() -> None:
    sealed = seal("portal 27AABCS1234D1ZV", "secret")
    for purpose in ("portal 33AABCI1234D1ZC", "", "portal"):
        with pytest.raises(SealBroken):
            unseal(purpose, sealed)
    for changed in (sealed[:-6] + "AAAA==", sealed[2:], "1." + sealed[6:], "", "1.", "1.é", "2" + sealed[1:], sealed[:20], sealed + "A"):
        with pytest.raises(SealBroken):
            unseal("portal 27AABCS1234D1ZV", changed)
    sealing.use("another secret")
    with pytest.raises(SealBroken, match="secret key has changed"):
        unseal("portal 27AABCS1234D1ZV", sealed)


# FIPS 197 appendix C.3, and NIST SP 800-38A F.1.5 (ECB-AES256).
VECTORS = (
    (
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        "00112233445566778899aabbccddeeff",
        "8ea2b7ca516745bfeafc49904b496089",
    ),
    (
        "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
        "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710",
        "f3eed1bdb5d2a03c064b5a7e3db181f8591ccb10d410ed26dc5ba74a31362870b6ed21b99ca6f4f9f153e7b1beafed1d23304b7a39f9f3ff067d8d8f9e24ecc7",
    ),
)


@pytest.mark.parametrize(("key", "clear", "sent"), VECTORS)
def test_the_standards_vectors(key: str, clear: str, sent: str) -> None:
    found = aes.encrypt(bytes.fromhex(key), bytes.fromhex(clear))
    assert found[:-16].hex() == sent  # the last block is padding
    assert aes.decrypt(bytes.fromhex(key), found).hex() == clear


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=100))
def test_there_and_back(key: bytes, clear: bytes) -> None:
    assert aes.decrypt(key, aes.encrypt(key, clear)) == clear


@pytest.mark.parametrize("sent", [b"", b"x", b"x" * 15, b"x" * 17])
def test_what_is_no_cipher_is_refused(sent: bytes) -> None:
    with pytest.raises(ValueError, match="blocks"):
        aes.decrypt(b"k" * 32, sent)


def test_another_key_opens_nothing() -> None:
    sent = aes.encrypt(b"k" * 32, b"said")
    with pytest.raises(ValueError, match="not the key"):
        aes.decrypt(b"j" * 32, sent)
    with pytest.raises(ValueError, match="32 bytes"):
        aes.encrypt(b"short", b"said")
