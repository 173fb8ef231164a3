"""What is sealed opens for the same key and purpose alone, and moves from key to key unopened; AES is the standard's."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from webapp.platform import aes, master_keys, sealing
from webapp.platform.master_keys import FileKeys, MasterKeys, OwnKeys, of_secret
from webapp.platform.sealing import SealBroken, key_of, renewed, seal, text_of, token_of, unseal


@pytest.fixture(autouse=True)
def _secret() -> Iterator[None]:
    kept = sealing._secret, sealing._keys
    sealing.use("one secret")
    yield
    sealing.use(*kept)


def earlier(purpose: str, text: str, secret: str = "one secret") -> str:
    """As it was sealed before there were envelopes."""
    key = hmac.digest(secret.encode(), f"seal {purpose}".encode(), "sha256")
    return Fernet(base64.urlsafe_b64encode(key)).encrypt(text.encode()).decode()


@pytest.mark.parametrize("text", ["", "pass word", "पासवर्ड ₹", "x" * 5000])
def test_what_is_sealed_opens_again(text: str) -> None:
    first, second = seal("portal", text), seal("portal", text)
    assert (
        len({first, second}) == len({first.split(".")[2], second.split(".")[2]}) == 2
    )  # a key of its own: equal passwords are not seen to be equal
    assert unseal("portal", first) == unseal("portal", second) == text
    assert not text or text not in first
    assert text_of("portal", token_of("portal", text)) == unseal("portal", earlier("portal", text)) == text


def test_it_opens_for_nothing_else() -> None:
    sealed, purpose = seal("portal 27AABCS1234D1ZV", "secret"), "portal 27AABCS1234D1ZV"
    for other in ("portal 33AABCI1234D1ZC", "", "portal"):
        with pytest.raises(SealBroken):
            unseal(other, sealed)
        with pytest.raises(SealBroken):
            text_of(other, token_of(purpose, "secret"))
    head, key_id, wrapped, cipher = sealed.split(".")
    another = seal(purpose, "other").split(".")
    for changed in (
        *("", "m1.", "m1...", "m1.é.é.é", sealed[:-4], sealed + "A", sealed + "=", sealed + ".", sealed[1:], sealed.replace("m1.", "m2.")),
        ".".join((head, "k-0", wrapped, cipher)),  # no key of ours
        ".".join((head, key_id, another[2], cipher)),  # another text's key
        ".".join((head, key_id, wrapped, another[3])),
        ".".join((head, key_id, wrapped, "A" * 20)),
        ".".join((head, key_id, "A" * 54, cipher)),
    ):
        for opens in (unseal, renewed if changed.startswith("m1.") and changed[3:4] not in {"", "."} else unseal):
            if opens is renewed and changed.split(".")[1] == key_id:
                continue  # under the key in use already: nothing is opened
            with pytest.raises(SealBroken):
                opens(purpose, changed)
    sealing.use("another secret")
    for old in (sealed, earlier(purpose, "secret")):
        with pytest.raises(SealBroken, match="secret key has changed"):
            unseal(purpose, old)


@given(st.data())
def test_one_changed_sign_anywhere_is_found(data: st.DataObject) -> None:
    sealed = seal("portal", "secret")
    place = data.draw(st.integers(3, len(sealed) - 1))
    sign = data.draw(st.sampled_from("ABZaz09-_.=").filter(lambda one: one != sealed[place]))
    with pytest.raises(SealBroken):
        unseal("portal", sealed[:place] + sign + sealed[place + 1 :])


def test_a_new_master_key_takes_over_without_opening(tmp_path: Path) -> None:
    old, before = seal("portal", "secret"), earlier("portal", "secret")
    path = tmp_path / master_keys.FILE
    sealing.use("one secret", MasterKeys([FileKeys(path), of_secret("one secret")]))
    assert (unseal("portal", old), key_of(old), key_of(before)) == ("secret", sealing.keys().current(), "")
    first = master_keys.add_to_file(tmp_path)  # by another process: this one sees it at its next text
    assert sealing.keys().current() == first == key_of(seal("portal", "x"))
    assert path.stat().st_mode & 0o777 == 0o600
    moved, opened = renewed("portal", old), renewed("portal", before)
    assert moved.split(".")[3] == old.split(".")[3]  # the text itself was not touched
    assert {key_of(moved), key_of(opened)} == {first}
    assert renewed("portal", moved) == moved
    second = master_keys.add_to_file(tmp_path)
    again = renewed("portal", moved)
    master_keys.drop_from_file(tmp_path, first)
    assert key_of(again) == second
    assert unseal("portal", again) == "secret"
    sealing.use("one secret", MasterKeys([FileKeys(path), of_secret("one secret")]))  # a process that remembers nothing
    with pytest.raises(SealBroken):
        unseal("portal", moved)
    assert unseal("portal", again) == "secret"


def test_keys_of_the_environment_come_first_and_none_is_read_wrongly(tmp_path: Path) -> None:
    one, two = "k-1:" + "ab" * 32, "k-2:" + "cd" * 32
    env = {"VAR_DIR": str(tmp_path), "MASTER_KEYS": f"{two} {one}"}
    kept = master_keys.of_machine(master_keys.Settings.from_environment(env))
    assert list(kept.places().items())[:2] == [("k-2", "MASTER_KEYS"), ("k-1", "MASTER_KEYS")]
    for wrong in ("k-1", "k-1:ab", f"K:{'ab' * 32}", f"k.1:{'ab' * 32}", f"k-1:{'zz' * 32}", f"k-1:{'ab' * 33}"):
        with pytest.raises(master_keys.BadSetting) as refused:
            master_keys.of_machine(master_keys.Settings.from_environment(env | {"MASTER_KEYS": wrong}))
        assert "abab" not in str(refused.value)


def test_a_key_that_is_not_here_is_named() -> None:
    with pytest.raises(master_keys.UnknownKey, match="k-9"):
        MasterKeys([OwnKeys("here", {"k-1": b"k" * 32})]).data_key("k-9", b"w" * 40)
    with pytest.raises(ValueError, match="not wrapped"):
        MasterKeys([OwnKeys("here", {"k-1": b"k" * 32})]).data_key("k-1", b"w" * 40)


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
