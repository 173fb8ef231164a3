"""The keys that other keys are wrapped by: of the program's own secret, of VAR_DIR, of the environment, or of a key service.

Whatever is sealed (webapp.platform.sealing) has a key of its own, and beside it lies that key wrapped by one of these, with its id. So a
master key is changed without opening what was sealed: the small keys are wrapped anew, and the old master key is taken away.

Of which there are:

- `secret-…`, worked out of the program's secret. It is there always and is used where no other is: nothing has to be set up.
- Those of `VAR_DIR/master_keys`, which `python -m webapp keys new` makes: a line each, "id hex", the newest last and in use.
- Those of MASTER_KEYS, "id:hex id:hex", the first in use: for machines that share a database and keep no files together.
- KMS_KEYS, keys of AWS KMS or of what speaks like it (KMS_ENDPOINT), the first in use: the master key never leaves the service.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from webapp.kernel.errors import BooksError, Conflict
from webapp.kernel.records import dataclass
from webapp.platform.settings import BadSetting, Settings

FILE = "master_keys"
KEY_BYTES = 32
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.ASCII)
# What a key service is told beside a data key: it opens for nothing else that the same service key has wrapped.
_CONTEXT = {"munim": "data key"}
_REMEMBERED = 256


class UnknownKey(BooksError):
    """Nobody here has the master key of this id."""

    def __init__(self, key_id: str) -> None:
        self.key_id = key_id
        super().__init__(
            problem=f"The master key {key_id} is not on this machine.",
            fix="Bring it back: into VAR_DIR/master_keys, MASTER_KEYS or KMS_KEYS, wherever it was.",
        )


class KeyService(BooksError):
    """The key service did not answer, or refused."""

    status = 503


class Source(Protocol):
    """Where master keys are. A further key service is one class of these four."""

    place: str  # in words, for who lists them
    seals_by_one: int  # how many texts one data key may seal: a service is far, and a text of its own key costs a call

    def ids(self) -> list[str]:
        """Those it has, the one in use first."""
        ...

    def wrap(self, key_id: str, data_key: bytes) -> bytes:
        """A data key, wrapped."""
        ...

    def unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        """The data key again. ValueError for what it has not wrapped."""
        ...


class OwnKeys:
    """Keys that we hold ourselves; they wrap as RFC 3394 says (AES Key Wrap, NIST SP 800-38F)."""

    seals_by_one = 1

    def __init__(self, place: str, keys: Mapping[str, bytes]) -> None:
        self.place, self._keys = place, dict(keys)

    def ids(self) -> list[str]:
        return list(self._keys)

    def wrap(self, key_id: str, data_key: bytes) -> bytes:
        from cryptography.hazmat.primitives.keywrap import aes_key_wrap

        return aes_key_wrap(self._keys[key_id], data_key)

    def unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

        try:
            return aes_key_unwrap(self._keys[key_id], wrapped)
        except InvalidUnwrap as odd:
            raise ValueError("not wrapped by this key") from odd


class FileKeys(OwnKeys):
    """Those of VAR_DIR/master_keys. Another process may add one meanwhile: the file is looked at, and read when it is another."""

    def __init__(self, path: Path) -> None:
        super().__init__("VAR_DIR", {})
        self.path, self._seen = path, (-1, -1, -1)

    def ids(self) -> list[str]:
        try:
            found = self.path.stat()
        except FileNotFoundError:
            self._keys, self._seen = {}, (-1, -1, -1)
            return []
        seen = (found.st_mtime_ns, found.st_size, found.st_ino)
        if seen != self._seen:
            lines = self.path.read_text(encoding="ascii", errors="replace").splitlines()
            read = [_read(line.replace(" ", ":", 1), str(self.path)) for line in lines if line.strip()]
            self._keys, self._seen = dict(reversed(read)), seen
        return list(self._keys)


class ServiceKeys:
    """Keys of AWS KMS: it is asked to encrypt and to decrypt 32 bytes, and tells nobody its own."""

    place = "key service"
    seals_by_one = 1_000  # of the 2^32 that random nonces of 96 bits allow (NIST SP 800-38D section 8.3)

    def __init__(self, keys: list[str], *, region: str, endpoint: str) -> None:
        self._keys = {f"kms-{hashlib.sha256(key.encode()).hexdigest()[:8]}": key for key in keys}
        self._region, self._endpoint, self._client = region, endpoint, None

    def ids(self) -> list[str]:
        return list(self._keys)

    def wrap(self, key_id: str, data_key: bytes) -> bytes:
        return bytes(self._ask("encrypt", "CiphertextBlob", KeyId=self._keys[key_id], Plaintext=data_key))

    def unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        return bytes(self._ask("decrypt", "Plaintext", KeyId=self._keys[key_id], CiphertextBlob=wrapped))

    def _ask(self, call: str, wanted: str, **asked: Any) -> Any:
        import boto3  # forty megabytes, for who keeps his keys there
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError

        if self._client is None:
            limits = Config(connect_timeout=3, read_timeout=5, retries={"max_attempts": 2})
            self._client = boto3.client("kms", region_name=self._region, endpoint_url=self._endpoint or None, config=limits)
        try:
            return getattr(self._client, call)(EncryptionContext=_CONTEXT, **asked)[wanted]
        except ClientError as refused:
            code = refused.response.get("Error", {}).get("Code", "")
            if code in {"InvalidCiphertextException", "IncorrectKeyException"}:
                raise ValueError("not wrapped by this key") from refused
            raise KeyService(problem=f"The key service refused: {code}.", fix="Whoever runs the machine looks at its rights.") from refused
        except BotoCoreError as away:
            raise KeyService(problem="The key service does not answer.", fix="Try again in a minute.") from away


@dataclass(frozen=True, slots=True)
class DataKey:
    """A key that one thing is sealed by: itself, wrapped, and by which master key."""

    key_id: str
    wrapped: bytes
    key: bytes


class MasterKeys:
    """All that this machine has, those in use first. UnknownKey for an id it has not; KeyService where a service is away."""

    def __init__(self, sources: list[Source]) -> None:
        self._sources = sources
        self._opened: dict[tuple[str, bytes], bytes] = {}  # a key service is asked once for each, not at each page
        self._lent: tuple[DataKey, int] | None = None
        self._lock = threading.Lock()

    def places(self) -> dict[str, str]:
        """Where each is, by id; the one in use first."""
        return {key_id: source.place for source in self._sources for key_id in source.ids()}

    def current(self) -> str:
        """The id of the one in use."""
        return next(iter(self.places()))

    def new_data_key(self) -> DataKey:
        """A new key, wrapped by the master key in use; of a service, one that has sealed few."""
        source, key_id = self._used()
        with self._lock:
            if self._lent and self._lent[1] and self._lent[0].key_id == key_id:
                self._lent = self._lent[0], self._lent[1] - 1
                return self._lent[0]
        found = self.wrapped(secrets.token_bytes(KEY_BYTES))
        with self._lock:
            self._lent = found, source.seals_by_one - 1
        return found

    def wrapped(self, data_key: bytes) -> DataKey:
        """A key wrapped by the master key in use."""
        source, key_id = self._used()
        return DataKey(key_id, source.wrap(key_id, data_key), data_key)

    def data_key(self, key_id: str, wrapped: bytes) -> bytes:
        """The key inside. ValueError when it was wrapped by another, or changed."""
        known = (key_id, wrapped)
        with self._lock:
            if known in self._opened:
                return self._opened[known]
        source = next((one for one in self._sources if key_id in one.ids()), None)
        if source is None:
            raise UnknownKey(key_id)
        found = source.unwrap(key_id, wrapped)
        with self._lock:
            if len(self._opened) >= _REMEMBERED:
                self._opened.clear()
            self._opened[known] = found
        return found

    def _used(self) -> tuple[Source, str]:
        for source in self._sources:
            if ids := source.ids():
                return source, ids[0]
        raise UnknownKey("in use")


def of_secret(secret_key: str) -> OwnKeys:
    """The master key that comes of the program's secret: nobody has to keep another."""
    key = hmac.digest(secret_key.encode(), b"munim master key 1", "sha256")
    return OwnKeys("SECRET_KEY", {f"secret-{hashlib.sha256(key).hexdigest()[:8]}": key})


def of_machine(settings: Settings) -> MasterKeys:
    """The master keys of this machine, as its settings name them. BadSetting for a MASTER_KEYS that holds none."""
    sources: list[Source] = []
    if settings.kms_keys:
        sources.append(ServiceKeys(settings.kms_keys.split(), region=settings.kms_region, endpoint=settings.kms_endpoint))
    if settings.master_keys:
        sources.append(OwnKeys("MASTER_KEYS", dict(_read(word, "MASTER_KEYS") for word in settings.master_keys.split())))
    return MasterKeys([*sources, FileKeys(settings.var_dir / FILE), of_secret(settings.secret_key)])


def new_key() -> tuple[str, str]:
    """An id and 64 hex digits, for MASTER_KEYS or the file."""
    return f"k-{secrets.token_hex(4)}", secrets.token_hex(KEY_BYTES)


def add_to_file(var_dir: Path) -> str:
    """A new key at the end of VAR_DIR/master_keys, in use from now on; returns its id. The file is there whole, with it or without."""
    key_id, key = new_key()
    _rewrite(var_dir / FILE, [*_lines(var_dir / FILE), f"{key_id} {key}"])
    return key_id


def drop_from_file(var_dir: Path, key_id: str) -> None:
    """Take a key away. Conflict for one that is not in the file. Whether something is sealed by it, the caller has asked."""
    lines = _lines(var_dir / FILE)
    left = [line for line in lines if line.split(" ")[0] != key_id]
    if len(left) == len(lines):
        raise Conflict(problem=f"{key_id} is no key of VAR_DIR/master_keys.", fix="See which there are: python -m webapp keys list")
    _rewrite(var_dir / FILE, left)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="ascii").splitlines() if path.exists() else []


def _rewrite(path: Path, lines: list[str]) -> None:
    draft = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write("".join(f"{line}\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _read(word: str, place: str) -> tuple[str, bytes]:
    """ "id:hex" as a key. BadSetting in words, which do not repeat the key."""
    key_id, _, digits = word.strip().partition(":")
    try:
        key = bytes.fromhex(digits.strip())
    except ValueError:
        key = b""
    if not _ID.fullmatch(key_id) or len(key) != KEY_BYTES:
        raise BadSetting(
            problem=f"{place} holds something that is no key.",
            fix="Write an id of small letters and digits, and 64 hex digits: python -m webapp keys new --print makes one.",
        )
    return key_id, key
