"""The file of plans that this machine was told of, read once."""

from __future__ import annotations

import json
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from webapp.kernel.errors import keep_promise
from webapp.plans.rules import BadPlans, Offered, read_offered
from webapp.platform import machine
from webapp.platform.settings import BadSetting

MOST_BYTES = 64_000  # fifty plans with remarks have room; what is read of names with ten thousands of dots takes minutes
_MOST_TOLD = 12


def is_hosted() -> bool:
    """Whether this machine has plans at all."""
    return bool(machine.plans_file())


def offered() -> Offered:
    """What is offered, as the file said when this process first asked. Only where `is_hosted`."""
    keep_promise(is_hosted(), "only who has plans asks for them")
    return _kept(machine.plans_file())


@lru_cache(maxsize=1)
def _kept(path: str) -> Offered:
    return read(path)


def read(path: str) -> Offered:
    """A file of plans. BadSetting with all that is wrong in it."""
    try:
        return read_offered(_tree(Path(path)))
    except BadPlans as bad:
        told = "\n".join(f"  {complaint}" for complaint in bad.complaints[:_MOST_TOLD])
        more = f"\n  and {len(bad.complaints) - _MOST_TOLD} more" if len(bad.complaints) > _MOST_TOLD else ""
        raise BadSetting(
            problem=f"PLANS_FILE {path} cannot be used:\n{told}{more}",
            fix="Put it right and try it with: python -m webapp plans check. docs/plans.md describes it.",
        ) from None


def _tree(path: Path) -> Any:
    if path.suffix not in {".toml", ".json"}:
        raise BadPlans(["its name ends neither in .toml nor in .json"])
    try:
        if not path.is_file():  # a pipe or a device would never end
            raise BadPlans(["there is no such file"])
        with path.open("rb") as file:
            kept = file.read(MOST_BYTES + 1)
    except OSError as trouble:
        raise BadPlans([f"it cannot be read: {trouble.strerror}"]) from None
    if len(kept) > MOST_BYTES:
        raise BadPlans([f"it is larger than {MOST_BYTES} bytes"])
    try:
        text = kept.decode("utf-8-sig")
        return tomllib.loads(text) if path.suffix == ".toml" else json.loads(text, object_pairs_hook=_once_each)
    except UnicodeDecodeError as trouble:
        raise BadPlans([f"it is not UTF-8: byte {trouble.start}"]) from None
    except BadPlans:
        raise
    except (ValueError, RecursionError) as trouble:
        raise BadPlans([f"it is no {path.suffix[1:].upper()}: {str(trouble)[:200]}"]) from None


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON lets a name stand twice, and the last one win; here it is a mistake, as it is in TOML."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        raise BadPlans([f"{next(name for name in names if names.count(name) > 1)[:40]!r} stands twice"])
    return found
