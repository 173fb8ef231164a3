"""When a party is to be reminded, and at which step. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from webapp.kernel.dates import written
from webapp.kernel.errors import InvalidInput
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text

# More than so many days past due: the first, the second, the final reminder.
USUAL_STEPS = (0, 15, 30)
AGAIN_AFTER = 7  # days, before the same step is repeated
MOST_DAYS = 999
MOST_NOTE = 300
WAYS = ("whatsapp", "sms", "letter", "call", "visit")
TO_REMIND, PROMISED, REMINDED = "to_remind", "promised", "reminded"
STATES = (TO_REMIND, PROMISED, REMINDED)


@dataclass(frozen=True, slots=True)
class ReminderCommand:
    """A party was reminded: how, by which step, what was promised. `id` is made by whoever draws the form."""

    id: UUID
    party_id: UUID
    step: int
    way: str
    promised_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Last:
    """The newest reminder of a party."""

    step: int
    reminded_on: date
    promised_on: date | None


def step_of(buckets: Sequence[int]) -> int:
    """The step a party has reached: `buckets` are what is not due yet, then what is late by each step; 0 is none."""
    return max((number for number, amount in enumerate(buckets) if number and amount), default=0)


def state_of(step: int, last: Last | None, today: date) -> str:
    """Whether a party who has reached a step is to be reminded today, has promised, or was reminded a short while ago."""
    if last is None:
        return TO_REMIND
    if last.promised_on is not None and last.promised_on >= today:
        return PROMISED
    has_broken = last.promised_on is not None and last.promised_on >= last.reminded_on
    is_due = has_broken or step > last.step or (today - last.reminded_on).days >= AGAIN_AFTER
    return TO_REMIND if is_due else REMINDED


def require_steps(typed: Sequence[str]) -> tuple[int, ...]:
    """The days of the three steps, rising. InvalidInput beside the one that is wrong."""
    errors: dict[str, str] = {}
    found: list[int] = []
    for number, text in enumerate(typed, start=1):
        if not (text.isascii() and text.isdigit() and int(text) <= MOST_DAYS):
            errors[f"step_{number}"] = f"Type a number of days from 0 to {MOST_DAYS}."
        elif found and int(text) <= found[-1]:
            errors[f"step_{number}"] = f"Each step comes later than the one before: type more than {found[-1]}."
        else:
            found.append(int(text))
    if errors:
        raise InvalidInput(errors)
    return tuple(found)


def require_reminder(asked: ReminderCommand, today: date) -> ReminderCommand:
    """The reminder as kept. InvalidInput by field."""
    errors: dict[str, str] = {}
    note = clean_text(asked.note)
    if asked.way not in WAYS:
        errors["way"] = "Choose how they were reminded."
    if not 1 <= asked.step <= len(USUAL_STEPS):
        errors["step"] = "Nothing of this party is late enough to be reminded of."
    if asked.promised_on is not None and asked.promised_on < today:
        errors["promised_on"] = f"{written(asked.promised_on)} is past. Choose the day on which they will pay, or leave it empty."
    if len(note) > MOST_NOTE:
        errors["note"] = f"Use at most {MOST_NOTE} characters."
    if errors:
        raise InvalidInput(errors)
    return replace(asked, note=note)
