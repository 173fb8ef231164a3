"""The key of this machine's backups: BACKUP_KEY, or VAR_DIR/backup.key made once. It is in no backup: print it and keep it elsewhere."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from webapp.backups.refusals import BadKey, NoKey
from webapp.platform.settings import kept_secret

FILE = "backup.key"
KEY_BYTES, CHECK_BYTES = 32, 3


def backup_key(var_dir: Path, env: Mapping[str, str] = os.environ) -> bytes:
    """The key. Made when there is none. BadKey for one that is mistyped or damaged."""
    if given := env.get("BACKUP_KEY", "").strip():
        return read_key(given, "BACKUP_KEY")
    text = kept_secret(var_dir / FILE)
    return read_key(text, str(var_dir / FILE))


def existing_key(var_dir: Path, env: Mapping[str, str] = os.environ) -> bytes:
    """The key to open a backup with. NoKey when there is none: a new one would open nothing."""
    if not env.get("BACKUP_KEY", "").strip() and not (var_dir / FILE).is_file():
        raise NoKey(str(var_dir / FILE))
    return backup_key(var_dir, env)


def read_key(text: str, where: str) -> bytes:
    """A key as 64 hexadecimal signs, or as the recovery key in groups of letters and figures; BadKey otherwise."""
    plain = "".join(text.split()).replace("-", "")
    try:
        if len(plain) == KEY_BYTES * 2:
            return bytes.fromhex(plain)
        raw = base64.b32decode(plain.upper())
    except ValueError:
        raise BadKey(where) from None
    key, check = raw[:KEY_BYTES], raw[KEY_BYTES:]
    if len(raw) != KEY_BYTES + CHECK_BYTES or check != _check(key):
        raise BadKey(where)
    return key


def recovery_key(key: bytes) -> str:
    """The key for paper: base32 in groups, its end a check of the rest (RFC 4648: no 0, 1, 8, 9)."""
    text = base64.b32encode(key + _check(key)).decode()
    return "-".join(text[at : at + 7] for at in range(0, len(text), 7))


def _check(key: bytes) -> bytes:
    return hashlib.sha256(b"munim recovery key" + key).digest()[:CHECK_BYTES]
