"""The verbs of a return: file it, take a filing back."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

from webapp import company
from webapp.gst_returns import building, queries, writing
from webapp.gst_returns.models import GstFiling, GstReopening
from webapp.gst_returns.periods import IFF, MONTH, QUARTER, ReturnPeriod, require_over
from webapp.gst_returns.queries import FilingRow
from webapp.gst_returns.told import tax_of_period
from webapp.kernel.dates import written
from webapp.kernel.errors import Conflict, InvalidInput
from webapp.kernel.text import clean_text
from webapp.platform import audit
from webapp.platform.rows import insert_once
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone, write_one

FORM = "gstr1"
SCOPE = "sales"
MOST_REASON = 300


@dataclass(frozen=True, slots=True)
class File:
    """Say that a return was filed. `shown` is the SHA-256 of the file that was on the screen, so that what is kept is what was seen."""

    id: UUID
    gstin: str
    period: ReturnPeriod
    filed_on: date
    arn: str
    shown: str


def file_return(books: Books, asked: File) -> FilingRow:
    """Keep a return as it was filed, and lock the sales of its months once every registration has filed them. The same filing again
    gives the first answer.

    InvalidInput by field; Conflict for a period that is filed, or that another kind of return covers, or when the books changed since
    it was shown; NotFound for another's GSTIN.
    """
    write_one(books, asked.id)
    write_alone(books)  # whoever files beside it is seen, and what is being posted into the months stands before they are read
    if earlier := queries.filing_or_none(books, asked.id):
        if (earlier.gstin, earlier.period, earlier.filed_on, earlier.arn) != (asked.gstin, asked.period, asked.filed_on, asked.arn):
            raise Conflict(problem="This form was sent before with other content.", fix="Open the return again to see how it stands.")
        return earlier
    of = building.registration(books, asked.gstin)
    _require(asked, books.today)
    _require_free(queries.standing(books, asked.gstin), asked.period)
    told = building.gstr1(books, of, asked.period)
    text = writing.as_text(told)
    digest = sha256(text.encode()).hexdigest()
    if asked.shown != digest:
        raise Conflict(
            problem="The books have changed since this return was shown.", fix="Look at the return again, and file what it says now."
        )
    row = {
        "id": asked.id,
        "form": FORM,
        "gstin": asked.gstin,
        "kind": asked.period.kind,
        "month": asked.period.month,
        "round": 1 + max((one.round for one in queries.filings(books, asked.gstin, asked.period)), default=0),
        "filed_on": asked.filed_on,
        "arn": asked.arn,
        "payload": zlib.compress(text.encode(), 6),
        "sha256": digest,
        "tax_paise": tax_of_period(told).tax,
        "filed_by": books.actor.name,
        "filed_at": books.now,
    }
    if not insert_once(books, GstFiling, row):
        raise Conflict(problem=f"{asked.period.name} was filed by somebody else just now.", fix="Open the return again.")
    _lock(books, asked.id, asked.period)
    logged = {"gstin": asked.gstin, "period": asked.period.key, "filed_on": asked.filed_on, "arn": asked.arn, "sha256": digest}
    audit.record(books, "file", "gst_return", asked.id, new={**logged, "tax": row["tax_paise"]})
    return queries.filing(books, asked.id)


def reopen_return(books: Books, filing_id: UUID, reason: str) -> None:
    """Take a filing back: its months are open again, what was filed stays on record. InvalidInput without a reason; Conflict when it
    was taken back before, or when the year's close holds the months."""
    write_alone(books)
    row = queries.filing(books, filing_id)
    why = clean_text(reason)
    if not 3 <= len(why) <= MOST_REASON:
        raise InvalidInput({"reopen_reason": f"Say in a few words why, in at most {MOST_REASON} characters."})
    kept = {"filing_id": filing_id, "reason": why, "reopened_by": books.actor.name, "reopened_at": books.now}
    if not row.stands or not insert_once(books, GstReopening, kept):
        raise Conflict(problem=f"{row.period.name} was taken back already.", fix="Open the return again to see how it stands.")
    # The lock was made by whichever registration filed last, so every filing lets go of these months; another month of its quarter stays.
    for of in building.registrations(books):
        for other in queries.filings(books, of.gstin):
            company.release_locks_of(books, other.id, why, row.period.months)
    company.release_locks_of(books, filing_id, why)
    audit.record(books, "reopen", "gst_return", filing_id, new={"gstin": row.gstin, "period": row.period.key, "reason": why})


def _require(asked: File, today: date) -> None:
    require_over(asked.period, today)
    errors = {}
    if asked.filed_on > today:
        errors["filed_on"] = f"{written(asked.filed_on)} has not come yet."
    elif asked.filed_on <= asked.period.days.last_day:
        errors["filed_on"] = f"A return is filed when its period is over, after {written(asked.period.days.last_day)}."
    if asked.arn and not (len(asked.arn) == 15 and asked.arn.isascii() and asked.arn.isalnum()):
        errors["arn"] = "The acknowledgement number has 15 letters and digits, such as AA271026000001A. Leave it empty until you have it."
    if errors:
        raise InvalidInput(errors)


def _require_free(filed: list[FilingRow], period: ReturnPeriod) -> None:
    for row in filed:
        if row.period == period:
            raise Conflict(problem=f"{period.name} was filed on {written(row.filed_on)}.", fix="Nothing needs doing.")
        shared = set(row.period.months) & set(period.months)
        # A quarter takes up the months of its IFF; otherwise one month is told by one return.
        is_pair = {row.period.kind, period.kind} == {IFF, QUARTER}
        if shared and not (is_pair and period.kind == QUARTER):
            kind = {MONTH: "a month", QUARTER: "a quarter", IFF: "an IFF"}[row.period.kind]
            raise Conflict(
                problem=f"{row.period.name} is filed already, as {kind}.", fix="Take that filing back first, if it was entered by mistake."
            )


def _lock(books: Books, filing_id: UUID, period: ReturnPeriod) -> None:
    """Lock the sales of each month that every registration has filed by now: a lock is the whole business's."""
    filed = {
        of.gstin: {month for row in queries.standing(books, of.gstin) for month in row.period.months}
        for of in building.registrations(books)
    }
    for month in period.months:
        if all(month in months for months in filed.values()):
            company.lock_for(books, month, month, f"GSTR-1 {period.name}", filing_id, scope=SCOPE)
