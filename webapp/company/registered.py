"""The days on which the registrations of a company began to hold and were cancelled, as far as somebody has said them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from uuid import UUID

from sqlalchemy import select

from webapp.company.models import RegistrationDays
from webapp.kernel.dates import written
from webapp.kernel.errors import InvalidInput
from webapp.kernel.records import dataclass
from webapp.platform import audit
from webapp.platform.rows import put
from webapp.platform.tenancy import Books

FIRST_DAY = date(2017, 7, 1)  # GST began

# Who says whether a registration has told anything of some stores yet: the returns, storeys above, are handed in.
_before_leaving: list[Callable[[Books, str, Collection[UUID]], None]] = []


def use_before_leaving(step: Callable[[Books, str, Collection[UUID]], None]) -> None:
    """Have `step` look at a GSTIN and the stores that are to sell under another; what it raises refuses. Safe to repeat."""
    if step not in _before_leaving:
        _before_leaving.append(step)


def require_may_leave(books: Books, gstin: str | None, store_ids: Collection[UUID]) -> None:
    """Whoever gives stores another GSTIN asks first. InvalidInput beside `gstin` where the present one has filed what they told."""
    if gstin and store_ids:
        for step in _before_leaving:
            step(books, gstin, store_ids)


@dataclass(frozen=True, slots=True)
class Registered:
    """From when until when a GSTIN holds; None where nobody has said."""

    began_on: date | None = None
    ended_on: date | None = None


def registered_days(books: Books) -> dict[str, Registered]:
    """What is known, by GSTIN."""
    columns = (RegistrationDays.gstin, RegistrationDays.began_on, RegistrationDays.ended_on)
    return {gstin: Registered(began, ended) for gstin, began, ended in books.session.execute(select(*columns))}


def set_registered_days(books: Books, gstin: str, days: Registered) -> None:
    """Say the days of one of the company's registrations. InvalidInput by field for days that cannot be."""
    errors = {}
    if days.began_on is not None and days.began_on < FIRST_DAY:
        errors["began_on"] = f"GST began on {written(FIRST_DAY)}. Type the day of the certificate."
    elif days.began_on is not None and days.began_on > books.today:
        errors["began_on"] = f"{written(days.began_on)} has not come yet."
    if days.ended_on is not None and days.began_on is not None and days.ended_on < days.began_on:
        errors["ended_on"] = "A registration is cancelled on the day it began or later."
    if errors:
        raise InvalidInput(errors)
    before = registered_days(books).get(gstin, Registered())
    row = {"gstin": gstin, "began_on": days.began_on, "ended_on": days.ended_on}
    put(books, RegistrationDays, [row])
    old = {"began_on": before.began_on, "ended_on": before.ended_on}
    audit.record_change(books, "registration", gstin, old, {"began_on": days.began_on, "ended_on": days.ended_on})
