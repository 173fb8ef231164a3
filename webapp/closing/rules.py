"""What a close decides without a database: how figures are hashed and compared, which findings stand in the way."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from webapp.kernel.records import dataclass

# What must be right before a year is closed; everything else may be accepted, with a reason.
HARD = frozenset({"year_over", "trial_balance"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the checklist. `count` is how much is open, nought when all is well; `amount` paise, `detail` words of the books."""

    code: str
    count: int = 0
    amount: int = 0
    detail: str = ""

    @property
    def is_well(self) -> bool:
        return self.count == 0

    @property
    def is_hard(self) -> bool:
        return self.code in HARD


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of the closing trial balance, in paise; opening and closing signed, debit positive. `account_id` is "" for what
    income and expenses of earlier years have come to."""

    account_id: str
    code: str
    name: str
    group: str
    opening: int
    debit: int
    credit: int

    @property
    def closing(self) -> int:
        return self.opening + self.debit - self.credit


def as_kept(figures: Iterable[Figure]) -> list[dict[str, Any]]:
    """Figures as a close keeps them, in the order of their accounts' ids."""
    return [asdict(one) for one in sorted(figures, key=lambda one: (one.account_id, one.code))]


def from_kept(kept: Iterable[Mapping[str, Any]]) -> list[Figure]:
    return [Figure(**one) for one in kept]


def hash_of(kept: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256, in hex, of the figures as JSON: keys sorted, no blanks, letters as they are, UTF-8."""
    return sha256(json.dumps(list(kept), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Difference:
    """An account whose closing balance was one thing and is another now, signed paise."""

    name: str
    before: int
    after: int


def compared(before: Iterable[Figure], after: Iterable[Figure]) -> list[Difference]:
    """The accounts whose figures differ, by name. One that has moved and come back differs by its sides, and is named too."""
    was = {(one.account_id, one.code): one for one in before}
    now = {(one.account_id, one.code): one for one in after}
    found = []
    for key in was.keys() | now.keys():
        old, new = was.get(key), now.get(key)
        sides = [(one.opening, one.debit, one.credit) if one else (0, 0, 0) for one in (old, new)]
        if sides[0] != sides[1]:
            named = new or old
            found.append(Difference(named.name if named else "", old.closing if old else 0, new.closing if new else 0))
    return sorted(found, key=lambda one: one.name)
