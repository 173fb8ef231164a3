"""Pure rules of PINs at tills: which are too weak, what a till is given of one, and how an approval is proved by it.

A PIN is stretched by PBKDF2-HMAC-SHA-256 (RFC 8018) with a salt of its own; from that each till has a key of its own, and of the key the
till keeps nothing but a check. The same is in static/counter/approving.js, and tests/vectors/hand_approvals.jsonl holds both to it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from webapp.kernel.records import dataclass
from webapp.platform.permissions import Permission

ROUNDS = 600_000  # OWASP's least for PBKDF2-HMAC-SHA-256
SALT_BYTES = 16
LEAST_DIGITS, MOST_DIGITS = 4, 8
LEAST_OF_APPROVER = 6
ONCE_DAYS = 7
# An approval is of the moment: a bill on hold over night asks again.
GOOD_FOR = timedelta(hours=24)
AHEAD = timedelta(minutes=5)
FREE_TRIES = 5
LONGEST_PAUSE = timedelta(minutes=15)


class Asked(StrEnum):
    """What a cashier may not do at a till by himself."""

    DISCOUNT = "discount"
    CREDIT = "credit"
    STOCK = "stock"
    CANCEL = "cancel"
    RETURN = "return"
    CASH = "cash"


# Whoever may do it in the office by his role approves it at a till.
RIGHTS: dict[Asked, Permission] = {
    Asked.DISCOUNT: Permission.DISCOUNT_OVERRIDE,
    Asked.CREDIT: Permission.CREDIT_OVERRIDE,
    Asked.STOCK: Permission.STOCK_WRITE,
    Asked.CANCEL: Permission.BILL_CANCEL,
    Asked.RETURN: Permission.BILL_CANCEL,
    Asked.CASH: Permission.REVIEW_SETTLE,
}
# Those that a business may ask a manager for; a discount past the cashier's limit asks by the limit itself (docs/limits.md).
ASKABLE = tuple(kind for kind in Asked if kind is not Asked.DISCOUNT)
# Asked for above an amount of the business's choice; the others whenever they happen.
WITH_AMOUNT = frozenset({Asked.CANCEL, Asked.RETURN, Asked.CASH})


class State(StrEnum):
    """What became of an approval when its command came in. All but `GOOD` wait for a person."""

    GOOD = "good"
    ABSENT = "absent"  # nobody approved it: the till was alone, or its program is older than the rule
    UNREADABLE = "unreadable"
    WRONG_PROOF = "wrong_proof"
    OLD_PIN = "old_pin"  # the PIN was changed or taken away since
    NO_PIN = "no_pin"
    NO_MEMBER = "no_member"
    NO_RIGHT = "no_right"
    SHORT_PIN = "short_pin"
    OTHER_STORE = "other_store"
    OTHER_TILL = "other_till"
    OUT_OF_TIME = "out_of_time"
    NOT_COVERED = "not_covered"  # more was done than was approved


Figures = Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class Claim:
    """An approval as a till sent it. `at` and `reason` are the very texts that the proof is over."""

    command_id: str
    kind: str
    till_id: str
    approver_id: str
    generation: int
    at: str
    reason: str
    figures: Figures
    proof: str


# PINs -----------------------------------------------------------------------------------------------------------------


def weakness(pin: str, *, least: int) -> str:
    """Why a PIN will not do, in words; "" for one that will."""
    if not (pin.isascii() and pin.isdigit() and LEAST_DIGITS <= len(pin) <= MOST_DIGITS):
        return f"Type {least} to {MOST_DIGITS} digits."
    if len(pin) < least:
        return f"Who approves at a till has a PIN of {least} digits or more."
    if len(set(pin)) < 3:
        return "Too few different digits: this is among the first that are tried."
    if _is_row(pin) or _is_repeated(pin):
        return "Digits in a row or repeated are among the first that are tried."
    if _is_date(pin):
        return "A year or a day of birth is among the first that are tried."
    return ""


def _is_row(pin: str) -> bool:
    """1234, 9876, 7890: each digit is the next, or the one before; also in steps of two."""
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    return len(steps) == 1


def _is_repeated(pin: str) -> bool:
    """1212, 123123, 1122: a half twice, or pairs of the same digit."""
    half = len(pin) // 2
    is_twice = len(pin) % 2 == 0 and (pin[:half] == pin[half:] or pin[:half] == pin[half:][::-1])
    is_pairs = len(pin) % 2 == 0 and all(pin[place] == pin[place + 1] for place in range(0, len(pin), 2))
    return is_twice or is_pairs


def _is_date(pin: str) -> bool:
    """1987, 2004; 150887, 15081987, 19870815: a year, or a day with a year, as people write them."""
    match len(pin):
        case 4:
            return 1930 <= int(pin) <= 2039
        case 6:
            return _is_day(pin[:2], pin[2:4]) or _is_day(pin[4:], pin[2:4])
        case 8:
            day_first = _is_day(pin[:2], pin[2:4]) and 1930 <= int(pin[4:]) <= 2039
            return day_first or (_is_day(pin[6:], pin[4:6]) and 1930 <= int(pin[:4]) <= 2039)
    return False


def _is_day(day: str, month: str) -> bool:
    return 1 <= int(day) <= 31 and 1 <= int(month) <= 12


def pause_after(tries: int, last: datetime | None, now: datetime) -> timedelta:
    """How long to wait before the next try: five are free, then the pause doubles from half a minute to a quarter of an hour."""
    if tries < FREE_TRIES or last is None:
        return timedelta()
    pause = min(timedelta(seconds=30 * 2 ** min(tries - FREE_TRIES, 10)), LONGEST_PAUSE)
    return max(last + pause - now, timedelta())


# Keys and proofs ------------------------------------------------------------------------------------------------------


def stretch(pin: str, salt: bytes, rounds: int = ROUNDS) -> bytes:
    """What is kept of a PIN, sealed: some tenths of a second of work."""
    return hashlib.pbkdf2_hmac("sha256", pin.encode(), salt, rounds)


def till_key(stretched: bytes, till_id: UUID) -> bytes:
    """The key of one member at one till."""
    return hmac.digest(stretched, f"munim till {till_id}".encode(), "sha256")


def check_of(key: bytes) -> str:
    """What the till keeps, to know the key again when the PIN is typed."""
    return hmac.digest(key, b"munim check", "sha256").hex()


def canonical(claim: Claim) -> bytes:
    """The bytes that a proof is over: a line for each fact, figures by their names. No fact has a line break in it."""
    what = (claim.command_id, claim.kind, claim.till_id, claim.approver_id, str(claim.generation), claim.at, claim.reason)
    figures = (f"{name}={value}" for name, value in sorted(claim.figures.items()))
    return "\n".join(("munim approval 1", *what, *figures)).encode()


def proof_of(key: bytes, claim: Claim) -> str:
    """The proof, 64 hex digits."""
    return hmac.digest(key, canonical(claim), "sha256").hex()


def is_proved(key: bytes, claim: Claim) -> bool:
    """Whether the proof is this key's over this claim."""
    return hmac.compare_digest(proof_of(key, claim).encode(), claim.proof.encode())


def is_timely(approved_at: datetime, done_at: datetime) -> bool:
    """Whether what was done was done soon after it was approved, both by the till's clock."""
    return -AHEAD <= done_at - approved_at <= GOOD_FOR


def covers(approved: Figures, done: Figures) -> bool:
    """Whether no more was done than was approved: amounts at most as much (cash out of the drawer is negative), names the same."""
    for name, value in done.items():
        given = approved.get(name)
        if isinstance(value, int) and isinstance(given, int) and not isinstance(given, bool):
            if abs(value) > abs(given) or (value < 0) != (given < 0):
                return False
        elif value != given:
            return False
    return True
