"""How interest on an overdue bill is worked out, and what a note of it asks of the ledger. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from webapp.kernel.dates import written
from webapp.kernel.errors import BooksError, Conflict, InvalidInput
from webapp.kernel.money import Paise, rounded, rupees
from webapp.kernel.posting import Slip, credit, debit
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text

# A rate is for 365 days, in a leap year too: the 29th of February is a day like any other, and a day costs the same whenever it is. So the
# whole of a leap year bears 366/365 of the rate, a bill that runs over the turn of a year needs no parting, and what was charged
# up to a day and after it is what the whole would have been, but for the rounding.
DAYS_OF_A_YEAR = 365
ONE = 10_000  # 100 % in basis points
MOST_RATE_BP = 60_00
MOST_GRACE = 365
MOST_REASON = 300
TAXES = ("cgst", "sgst", "igst", "cess")

Settled = tuple[int, date, date | None]  # paise, from which day, until which or None


class InterestRefused(BooksError):
    """It cannot be charged, or not cancelled."""

    status = 409


@dataclass(frozen=True, slots=True)
class Terms:
    """What late payment costs: basis points a year, days of grace, for bills dated `since` or later, until other terms begin; `with_tax`:
    GST as on the bill.

    Grace is a threshold: within it nothing is asked, after it interest runs from the due date.
    """

    rate_bp: int
    grace_days: int
    since: date
    with_tax: bool = True


@dataclass(frozen=True, slots=True)
class ChargeCommand:
    """Charge a customer what has accrued up to a day. `shown` is the interest in paise that the person saw before saying so."""

    id: UUID
    party_id: UUID
    upto: date
    shown: int
    body_sha256: str


class Run(NamedTuple):
    """Interest of one bill: after which day it runs, up to which, Σ open paise × days, and paise."""

    after: date
    upto: date
    days: int
    paise_days: int
    amount: int


def terms_on(day: date, *rows: Sequence[Terms]) -> Terms | None:
    """The terms of a bill of this day: the newest that had begun, of the first of `rows` in which one had (a customer's own, then
    everybody's). Terms that begin later leave older bills what they were sold on."""
    for kept in rows:
        begun = [one for one in kept if one.since <= day]
        if begun:
            return max(begun, key=lambda one: one.since)
    return None


def run_of(amount: int, settled: Sequence[Settled], due_on: date, charged_upto: date | None, terms: Terms, upto: date) -> Run | None:
    """What a bill of `amount` paise has accrued up to and with the day `upto`; None for nothing.

    A day bears interest on what was open at the end of the day before, so that a bill paid ten days after its due date bears ten days.
    """
    if (upto - due_on).days <= terms.grace_days:
        return None
    after = max(due_on, charged_upto or due_on)
    if after >= upto:
        return None  # charged beyond this day already
    paise_days, days = open_days(amount, settled, after, upto)
    interest = rounded(paise_days * terms.rate_bp, DAYS_OF_A_YEAR * ONE)
    return Run(after, upto, days, paise_days, interest) if interest else None


def open_days(amount: int, settled: Sequence[Settled], after: date, upto: date) -> tuple[int, int]:
    """(Σ paise open at the end of each day × 1 day, how many of these days something was open), from the day `after` up to the day
    before `upto`."""
    cuts = {day for _amount, since, until in settled for day in (since, until) if day is not None and after < day < upto}
    edges = [after, *sorted(cuts), upto]
    total = count = 0
    for first, last in pairwise(edges):
        left = amount - sum(part for part, since, until in settled if since <= first and (until is None or until > first))
        days = (last - first).days
        if left > 0:
            total += left * days
            count += days
    return total, count


def runs_late(settled: Sequence[Settled], amount: int, due_on: date, terms: Terms, upto: date) -> bool:
    """Whether a bill was still open past its grace: one paid within it bears nothing, whenever the list is drawn."""
    after_grace = due_on + timedelta(days=terms.grace_days)
    if after_grace >= upto:
        return False
    left = amount - sum(part for part, since, until in settled if since <= after_grace and (until is None or until > after_grace))
    return left > 0


def taxes_on(interest: int, taxable: int, of_bill: Mapping[str, int]) -> dict[str, int]:
    """The tax that goes with interest: in the proportion of the bill's own.

    CGST Act s.15(2)(d): interest for delayed payment of the consideration is part of the value of the supply, so it bears the supply's
    own rate, and none where the supply bore none. By s.12(6) the tax falls due when the interest is received; it is posted with the
    note, which is earlier, so that the note and its tax (s.34(3)) are one document.
    """
    if taxable <= 0:
        return {}
    found = {name: rounded(interest * tax, taxable) for name, tax in of_bill.items() if tax > 0}
    return {name: tax for name, tax in found.items() if tax}


def note_slip(party_id: UUID, interest: int, taxes: Mapping[str, int], heads: Mapping[str, UUID]) -> Slip:
    """Line 1: Dr the customer. Cr interest, and the tax that goes with it."""
    lines = [debit(heads["debtors"], interest + sum(taxes.values()), party_id), credit(heads["interest-received"], interest)]
    return Slip((*lines, *(credit(heads[f"output-{name}"], taxes[name]) for name in TAXES if taxes.get(name))))


def added(taxes: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Taxes of several bills, by name."""
    found: dict[str, int] = {}
    for one in taxes:
        for name, tax in one.items():
            found[name] = found.get(name, 0) + tax
    return found


def require_terms(terms: Terms, today: date) -> None:
    """InvalidInput by field for terms that nobody could agree to."""
    errors: dict[str, str] = {}
    if not 0 <= terms.rate_bp <= MOST_RATE_BP:
        errors["rate"] = f"Type a rate from 0 to {MOST_RATE_BP // 100} % a year."
    if not 0 <= terms.grace_days <= MOST_GRACE:
        errors["grace_days"] = f"Days of grace are from 0 to {MOST_GRACE}."
    if terms.since > today + timedelta(days=366):
        errors["since"] = f"{written(terms.since)} is more than a year ahead. Choose an earlier day."
    if errors:
        raise InvalidInput(errors)


def require_charge(asked: ChargeCommand, interest: int, on_account: int, today: date) -> None:
    """InvalidInput or InterestRefused unless so much may be charged now."""
    if asked.upto > today:
        raise InvalidInput({"upto": f"{written(asked.upto)} has not come yet."})
    if on_account:
        raise InterestRefused(
            problem=f"{rupees(Paise(on_account))} of this customer's money is on account and has paid no bill.",
            fix="Settle it with the bills first: interest runs on what is open of each bill.",
        )
    if not interest:
        raise InvalidInput({"upto": "Nothing has accrued up to this day that was not charged before."})
    if interest != asked.shown:
        words = f"{rupees(Paise(asked.shown))} was shown, and now it is {rupees(Paise(interest))}. Look at the list again, then charge it."
        raise InvalidInput({"upto": words})


def require_same(number: str, earlier: str, now: str) -> None:
    """Conflict when an id that was used before comes with other content."""
    if earlier != now:
        raise Conflict(problem=f"{number} was charged under this id, with other content.", fix="Nothing was written. Open the form anew.")


def require_last(number: str, later: str | None) -> None:
    """InterestRefused when a later note charges a bill of this one: its days would be lost between the two."""
    if later is not None:
        raise InterestRefused(problem=f"{later} charges later days of a bill of {number}.", fix=f"Cancel {later} first.")


def require_reason(text: str) -> str:
    """Why it is cancelled, as kept. InvalidInput beside the field."""
    kept = clean_text(text)
    if not 3 <= len(kept) <= MOST_REASON:
        raise InvalidInput({"reason": "Say in a few words why it is cancelled."})
    return kept
