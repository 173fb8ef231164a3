"""Verbs of the year's close: close, re-open, lock for good."""

from __future__ import annotations

from uuid import UUID

from webapp import company
from webapp.closing import queries
from webapp.closing.checklist import checklist
from webapp.closing.models import YearClose, YearFinalLock, YearReopening
from webapp.closing.queries import CloseRow
from webapp.closing.rules import Finding, as_kept, hash_of
from webapp.kernel.dates import FinancialYear, written
from webapp.kernel.errors import Conflict, InvalidInput
from webapp.kernel.ids import new_id
from webapp.platform import audit
from webapp.platform.tenancy import Books

MOST_REASON = 500


def close_year(books: Books, year: FinancialYear, reason: str = "") -> UUID:
    """Freeze a year's closing figures and lock its months; returns the close's id. No voucher is posted.

    Conflict when it is closed already, is not over, or its totals do not agree; InvalidInput when something is still open
    and no `reason` says why it may be.
    """
    if any(row.stands for row in queries.close_rows(books, year.start_year)):
        raise Conflict(problem=f"{year} is closed already.", fix="Nothing needs doing. Re-open it first if it should change.")
    if len(reason) > MOST_REASON:
        raise InvalidInput({"reason": f"Use at most {MOST_REASON} characters."})
    open_ends = [one for one in checklist(books, year) if not one.is_well]
    _require_sound(year, open_ends)
    if open_ends and not reason:
        raise InvalidInput({"reason": "Something is still open. Say why the year may be closed nevertheless."})
    return _freeze(books, year, reason, open_ends)


def _require_sound(year: FinancialYear, open_ends: list[Finding]) -> None:
    hard = {one.code: one for one in open_ends if one.is_hard}
    if "year_over" in hard:
        raise Conflict(problem=f"{year} ends on {written(year.last_day)}.", fix="Close it when that day has passed.")
    if "trial_balance" in hard:
        raise Conflict(
            problem="The trial balance does not agree with a replay of the books.",
            fix="Run verify-books and replay on this machine, then close the year.",
        )


def _freeze(books: Books, year: FinancialYear, reason: str, open_ends: list[Finding]) -> UUID:
    kept = as_kept(queries.closing_figures(books, year))
    earlier = queries.close_rows(books, year.start_year)
    row = YearClose(
        id=new_id(),
        start_year=year.start_year,
        round=1 + max((one.round for one in earlier), default=0),
        figures=kept,
        sha256=hash_of(kept),
        findings=[one.code for one in open_ends],
        reason=reason,
        closed_by=books.actor.name,
        closed_at=books.now,
    )
    books.session.add(row)
    books.session.flush()
    company.lock_for(books, year.first_month, year.last_month, str(year), row.id)
    audit.record(
        books, "close", "year", year.start_year, new={"round": row.round, "sha256": row.sha256, "open": row.findings, "reason": reason}
    )
    return row.id


def reopen_year(books: Books, close_id: UUID, reason: str) -> None:
    """Take a close back: its months are unlocked, its figures stay. Conflict when it was taken back before or is final."""
    close = _standing(books, close_id)
    if not reason or len(reason) > MOST_REASON:
        raise InvalidInput({"reopen_reason": f"Say why, in at most {MOST_REASON} characters."})
    if close.final_at is not None:
        raise Conflict(
            problem=f"{FinancialYear(close.start_year)} was locked for good by {close.final_by}.",
            fix="Post what is right into the year that runs.",
        )
    books.session.add(YearReopening(close_id=close_id, reason=reason, reopened_by=books.actor.name, reopened_at=books.now))
    books.session.flush()
    company.release_locks_of(books, close_id, reason)
    audit.record(books, "reopen", "year", close.start_year, new={"round": close.round, "reason": reason})


def make_final(books: Books, close_id: UUID) -> None:
    """Lock a closed year for good; nobody can undo it. Conflict when its figures have moved since the close."""
    close = _standing(books, close_id)
    if close.final_at is not None:
        return
    if queries.differences(books, close_id):
        raise Conflict(
            problem=f"{FinancialYear(close.start_year)} has moved since it was closed.",
            fix="Re-open it and close it again, so that what is frozen is what stands.",
        )
    books.session.add(YearFinalLock(close_id=close_id, locked_by=books.actor.name, locked_at=books.now))
    books.session.flush()
    company.make_locks_final(books, close_id)
    audit.record(books, "lock", "year", close.start_year, new={"round": close.round, "final": True})


def _standing(books: Books, close_id: UUID) -> CloseRow:
    close = queries.close_row(books, close_id)
    if not close.stands:
        raise Conflict(
            problem=f"{FinancialYear(close.start_year)} was re-opened by {close.reopened_by} already.",
            fix="Open the page again to see how it stands.",
        )
    return close
