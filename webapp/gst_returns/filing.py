"""Filing any return of the GST portal: kept as it was, locked as its form says, taken back with a reason.

What a form tells is its own room's; this knows when it may be filed, that what is kept is what was seen, and which parts of the books its
months are locked for.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection
from datetime import date
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from webapp import company
from webapp.gst_returns import queries
from webapp.gst_returns.models import GstFiling, GstReopening
from webapp.gst_returns.periods import IFF, MONTH, QUARTER, YEAR, ReturnPeriod, require_over
from webapp.gst_returns.queries import GSTR1, GSTR1A, FilingRow
from webapp.kernel.dates import written
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text
from webapp.platform import audit
from webapp.platform.rows import insert_once
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone, write_one

MOST_REASON = 300
_A_KIND = {MONTH: "a month", QUARTER: "a quarter", IFF: "an IFF", YEAR: "a year"}


class Form(NamedTuple):
    """A return of the portal, and the parts of the books that its months are locked for, in the stores of the registration that filed."""

    name: str
    scopes: tuple[str, ...]


FORMS = {
    "gstr1": Form("GSTR-1", ("sales",)),
    "gstr1a": Form("GSTR-1A", ("sales",)),
    "gstr3b": Form("GSTR-3B", ("purchases",)),
    # A composition dealer tells sales and reverse charge in one statement.
    "cmp08": Form("CMP-08", ("sales", "purchases")),
    # A year repeats what its months have told, and those are locked.
    "gstr4": Form("GSTR-4", ()),
    "gstr9": Form("GSTR-9", ()),
}
# What repeats or amends a return, and falls with it: GSTR-3B tells what GSTR-1 and GSTR-1A told, the year what its months told.
_REPEATED_IN = {"gstr1": ("gstr1a", "gstr3b", "gstr9"), "gstr1a": ("gstr3b", "gstr9"), "gstr3b": ("gstr9",), "cmp08": ("gstr4",)}


@dataclass(frozen=True, slots=True)
class File:
    """Say that a return was filed. `shown` is the SHA-256 of the file that was on the screen, so that what is kept is what was seen."""

    id: UUID
    gstin: str
    period: ReturnPeriod
    filed_on: date
    arn: str
    shown: str
    form: str = GSTR1


class Told(NamedTuple):
    """What a return says: its file, and the tax that is due by it, in paise."""

    text: str
    tax: int


def file_form(books: Books, asked: File, gstins: Collection[str], tell: Callable[[], Told]) -> FilingRow:
    """Keep a return of one of `gstins` as it was filed, and lock what its form locks for its stores. `tell` is asked when nobody else can
    post any more. The same filing again gives the first answer.

    InvalidInput by field; Conflict for a period that is filed, or that another kind of return covers, or when the books changed since
    it was shown; NotFound for a GSTIN that is not among these.
    """
    write_one(books, asked.id)
    write_alone(books)  # whoever files beside it is seen, and what is being posted into the months stands before they are read
    if earlier := queries.filing_or_none(books, asked.id):
        first = (earlier.form, earlier.gstin, earlier.period, earlier.filed_on, earlier.arn)
        if first != (asked.form, asked.gstin, asked.period, asked.filed_on, asked.arn):
            raise Conflict(problem="This form was sent before with other content.", fix="Open the return again to see how it stands.")
        return earlier
    if asked.gstin not in gstins:
        raise NotFound("registration")
    _require(asked, books.today)
    _require_free(queries.standing(books, asked.gstin, asked.form), asked.period)
    told = tell()
    digest = sha256(told.text.encode()).hexdigest()
    if asked.shown != digest:
        raise Conflict(
            problem="The books have changed since this return was shown.", fix="Look at the return again, and file what it says now."
        )
    row = {
        "id": asked.id,
        "form": asked.form,
        "gstin": asked.gstin,
        "kind": asked.period.kind,
        "month": asked.period.month,
        "round": 1 + max((one.round for one in queries.filings(books, asked.gstin, asked.period, asked.form)), default=0),
        "filed_on": asked.filed_on,
        "arn": asked.arn,
        "payload": zlib.compress(told.text.encode(), 6),
        "sha256": digest,
        "tax_paise": told.tax,
        "filed_by": books.actor.name,
        "filed_at": books.now,
    }
    if not insert_once(books, GstFiling, row):
        raise Conflict(problem=f"{asked.period.name} was filed by somebody else just now.", fix="Open the return again.")
    _lock(books, asked)
    logged = {"gstin": asked.gstin, "period": asked.period.key, "filed_on": asked.filed_on, "arn": asked.arn, "sha256": digest}
    of = {} if asked.form == GSTR1 else {"form": asked.form}
    audit.record(books, "file", "gst_return", asked.id, new={**of, **logged, "tax": told.tax})
    return queries.filing(books, asked.id, asked.form)


def reopen_form(books: Books, filing_id: UUID, reason: str, form: str) -> FilingRow:
    """Take a filing back: what it alone has locked is open again, what was filed stays on record. How it stood. InvalidInput without a
    reason; Conflict when it was taken back before, while a filed return repeats it, or when the year's close holds the months; NotFound for
    none of this form."""
    write_alone(books)
    row = queries.filing(books, filing_id, form)
    why = clean_text(reason)
    if not 3 <= len(why) <= MOST_REASON:
        raise InvalidInput({"reopen_reason": f"Say in a few words why, in at most {MOST_REASON} characters."})
    if row.stands:
        _require_last(books, row)
    kept = {"filing_id": filing_id, "reason": why, "reopened_by": books.actor.name, "reopened_at": books.now}
    if not row.stands or not insert_once(books, GstReopening, kept):
        raise Conflict(problem=f"{row.period.name} was taken back already.", fix="Open the return again to see how it stands.")
    company.release_locks_of(books, filing_id, why)
    audit.record(books, "reopen", "gst_return", filing_id, new={"gstin": row.gstin, "period": row.period.key, "reason": why})
    return row


def _require_last(books: Books, row: FilingRow) -> None:
    months = set(row.period.months)
    for form in _REPEATED_IN.get(row.form, ()):
        for later in queries.standing(books, row.gstin, form):
            if months & set(later.period.months):
                name = FORMS[form].name
                if form == GSTR1A:
                    problem = f"{name} of {later.period.name} is filed, and it amends this return."
                    raise Conflict(problem=problem, fix="Take that filing back first.")
                raise Conflict(
                    problem=f"{name} of {later.period.name} is filed, and it repeats this return.", fix="Take that filing back first."
                )


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
            raise Conflict(
                problem=f"{row.period.name} is filed already, as {_A_KIND[row.period.kind]}.",
                fix="Take that filing back first, if it was entered by mistake.",
            )


def _lock(books: Books, asked: File) -> None:
    """Lock what the form locks in the months it tells, for the stores of its registration; another filing of them has locks of its own."""
    name, scopes = FORMS[asked.form]
    for month in asked.period.months if scopes else ():
        for scope in scopes:
            company.lock_for(books, month, month, f"{name} {asked.period.name}", asked.id, scope=scope, gstin=asked.gstin)
