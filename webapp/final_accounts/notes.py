"""Write what was said for a year's statements: the one thing these rooms keep. It is no posting: no balance follows from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from webapp import ledger
from webapp.final_accounts.models import LoanMaturity, YearNote
from webapp.final_accounts.schedule_reads import Notes, notes_of
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.records import dataclass
from webapp.platform import audit
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_one


@dataclass(frozen=True, slots=True)
class NotesDraft:
    """A year's notes as a form gives them; `version` is that of the notes it was opened with."""

    shares: int
    face_value_paise: int
    maturities: dict[UUID, int]
    version: int
    preference_paise: int = 0
    potential_shares: int = 0
    dilution_paise: int = 0


def change_notes(books: Books, start_year: int, draft: NotesDraft) -> None:
    """Make a year's notes as `draft` says. Conflict when they were changed since the form was opened; NotFound for an
    account that is not this company's."""
    before = notes_of(books, start_year)
    if before.version != draft.version:
        raise Conflict(
            problem="These notes were changed by somebody else while you had them open.",
            fix="Open them again to see how they stand now, then make your change.",
        )
    names = {one.id: one.name for one in ledger.chart_of_accounts(books).accounts}
    maturities = {id_: amount for id_, amount in draft.maturities.items() if amount}
    if not maturities.keys() <= names.keys():
        raise NotFound("account")
    own: dict[str, Any] = {"shares": draft.shares, "face_value_paise": draft.face_value_paise, "preference_paise": draft.preference_paise}
    own |= {"potential_shares": draft.potential_shares, "dilution_paise": draft.dilution_paise, "version": before.version + 1}
    after = Notes(start_year=start_year, maturities=maturities, **own)
    if not audit.record_change(books, "year_note", str(start_year), _shown(before, names), _shown(after, names)):
        return
    books.session.merge(YearNote(company_id=books.company_id, start_year=start_year, **own))
    books.session.execute(delete(LoanMaturity).where(LoanMaturity.start_year == start_year))
    books.session.flush()
    rows = [{"start_year": start_year, "account_id": id_, "amount_paise": amount} for id_, amount in maturities.items()]
    if rows:
        books.insert(LoanMaturity, rows)


# What the notes of a year say in words (Schedule III, General Instructions 1 and 6T: contingent liabilities and commitments).
SUBJECTS = ("policies", "contingent", "commitments", "other")
MOST_WORDS = 10_000


def in_order(words: Mapping[str, str]) -> dict[str, str]:
    """What notes say, by subject in its order; a subject of which nothing is said is left out."""
    return {subject: words[subject] for subject in SUBJECTS if words.get(subject)}


def digest(words: Mapping[str, str]) -> str:
    """A fingerprint of what notes say: a form brings it back, so that nobody writes over what he has not seen."""
    return sha256(json.dumps(words, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def change_words(books: Books, start_year: int, said: Mapping[str, str], seen: str) -> None:
    """Have the notes of a year say `said`, by subject. `seen` is the `digest` of what they said when the form was opened: Conflict when
    they say something else meanwhile. InvalidInput by subject."""
    write_one(books, UUID(int=start_year))
    kept = notes_of(books, start_year)
    before = in_order(kept.words)
    if digest(before) != seen:
        raise Conflict(
            problem="These notes were changed by somebody else while you had them open.",
            fix="Open them again to see what they say now, then make your change.",
        )
    after = {subject: said.get(subject, "").replace("\r\n", "\n").strip() for subject in SUBJECTS}
    errors = {subject: f"Say it in {MOST_WORDS} signs." for subject, words in after.items() if len(words) > MOST_WORDS}
    if errors:
        raise InvalidInput(errors)
    after = {subject: words for subject, words in after.items() if words}
    if audit.record_change(books, "year_words", str(start_year), {"words": before}, {"words": after}):
        own: dict[str, Any] = {"words": after} if kept.version else {"words": after, "shares": 0, "face_value_paise": 0}
        books.session.merge(YearNote(company_id=books.company_id, start_year=start_year, **own, version=kept.version + 1))
        books.session.flush()


def _shown(notes: Notes, names: dict[UUID, str]) -> dict[str, object]:
    """Notes as the edit log keeps them: loans by name."""
    return {
        "year": str(FinancialYear(notes.start_year)),
        "shares": notes.shares,
        "face_value_paise": notes.face_value_paise,
        "preference_paise": notes.preference_paise,
        "potential_shares": notes.potential_shares,
        "dilution_paise": notes.dilution_paise,
        "due_within_a_year": {names[id_]: amount for id_, amount in sorted(notes.maturities.items())},
    }
