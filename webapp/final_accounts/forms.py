"""What a statement is asked by its address: days, comparison, store, form, and which groups stand open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from webapp import company
from webapp.final_accounts.doubts import MarkDraft, Standing
from webapp.final_accounts.notes import NotesDraft
from webapp.kernel import periods
from webapp.kernel.dates import FinancialYear, Period, read_day
from webapp.kernel.errors import BooksError, InvalidInput, NotFound
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import read_paise
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text

_CODE = re.compile(r"[\w-]{1,60}")
_MOST_OPEN = 60
_MOST_WORDS = 100
_MOST_DIGITS = 12


class UnreadableDay(BooksError):
    """A day in the address that is not one."""

    def __init__(self, text: str) -> None:
        super().__init__(problem=f"“{text[:20]}” is not a day.", fix="Choose the days again; in an address a day is written 2026-11-20.")


@dataclass(frozen=True, slots=True)
class Choice:
    """A statement as it is asked for. `columns` has the period first, unless months stand side by side: then last. `shown`: the stores
    there are to choose from.

    `is_of_balances`: of a cost centre, the figures begin with openings, so their way down is the ledger of the account; `money` are the
    accounts whose ledger shows a centre's vouchers whole, not what it bears: their way down are its lines. `naming`: the centre and
    those beneath it, where a statement is of the vouchers that name them, whole: its way down is the day book of these.
    """

    period: Period
    compare: str
    store_id: UUID | None
    layout: str
    detail: str
    open_groups: frozenset[str]
    words: str
    centre_id: UUID | None = None
    splits_parties: bool = False
    shown: company.Shown | None = None
    is_of_balances: bool = False
    money: frozenset[UUID] = frozenset()
    naming: tuple[UUID, ...] = ()

    @property
    def columns(self) -> tuple[Period, ...]:
        return periods.columns(self.period, self.compare)

    @property
    def days(self) -> tuple[date, ...]:
        """The last day of each column: of months side by side the whole would say the last month again."""
        spans = self.columns[:-1] if self.compare == "months" else self.columns
        return tuple(one.last_day for one in spans)

    @property
    def main(self) -> int:
        """The column of the period itself."""
        return len(self.columns) - 1 if self.compare == "months" else 0

    def is_open(self, code: str) -> bool:
        """Whether what is beneath a group is shown."""
        return self.detail == "accounts" or code in self.open_groups


def read_choice(args: Mapping[str, str], today: date, *, layouts: tuple[str, ...] = (), as_at: bool = False) -> Choice:
    """The choice of an address; what it does not say is the financial year so far. UnreadableDay for a day that is none.

    A statement as at a day is asked by `to` alone: its period is the financial year up to that day.
    """
    period = read_period(args, today)
    if as_at:
        period = Period(FinancialYear.of(period.last_day).first_day, period.last_day)
    return Choice(
        period=period,
        compare=_one_of(args.get("compare", ""), periods.COMPARISONS),
        store_id=_read_id(args.get("store", ""), "store"),
        layout=_one_of(args.get("layout", ""), layouts),
        detail=_one_of(args.get("detail", ""), ("accounts",)),
        open_groups=frozenset(_CODE.findall(args.get("open", ""))[:_MOST_OPEN]),
        words=args.get("q", "").strip()[:_MOST_WORDS],
        centre_id=_read_id(args.get("centre", ""), "cost centre"),
        splits_parties=args.get("parties") == "split",
    )


def read_period(args: Mapping[str, str], today: date) -> Period:
    """The days `from` and `to`, in whichever order they were given."""
    otherwise = periods.preset("year", today)
    first = _day(args.get("from", "")) or otherwise.first_day
    last = _day(args.get("to", "")) or max(otherwise.last_day, first)
    if not args.get("from") and last < first:
        first = FinancialYear.of(last).first_day
    return Period(min(first, last), max(first, last))


def parse_notes(form: Mapping[str, str]) -> NotesDraft:
    """The form of a year's notes: due_ with an account's id. InvalidInput by field."""
    errors: dict[str, str] = {}

    def amount(name: str) -> int:
        text = form.get(name, "").strip()
        try:
            found = read_paise(text) if text else 0
        except ValueError as refusal:
            errors[name] = str(refusal)
            return 0
        if found < 0:
            errors[name] = "Type an amount above 0, or leave it empty."
        return found

    def count(name: str) -> int:
        text = form.get(name, "").replace(",", "").strip() or "0"
        if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
            errors[name] = "Type the number of shares as a whole number, or leave it empty."
            return 0
        return int(text)

    shares, potential = count("shares"), count("potential_shares")
    preference, dilution = amount("preference"), amount("dilution")
    face_value = amount("face_value")
    if not errors and shares and not face_value:
        errors["face_value"] = "Type the face value of a share."
    if not errors and (potential or preference or dilution) and not shares:
        errors["shares"] = "Type the number of equity shares: these figures are of them."
    ids = {name: read_id(name.removeprefix("due_")) for name in form if name.startswith("due_")}
    maturities = {id_: amount(name) for name, id_ in ids.items() if id_}
    if errors:
        raise InvalidInput(errors)
    version = form.get("version", "")
    known = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else -1
    return NotesDraft(shares, face_value, maturities, known, preference, potential, dilution)


def _day(text: str) -> date | None:
    found = read_day(text) if text else None
    if text and found is None:
        raise UnreadableDay(text)
    return found


def _one_of(given: str, choices: tuple[str, ...]) -> str:
    return given if given in choices else ""


def _read_id(text: str, what: str) -> UUID | None:
    found = read_id(text)
    if text and found is None:
        raise NotFound(what)
    return found


def parse_mark(form: Mapping[str, str], today: date) -> MarkDraft:
    """The form of a mark on dues. InvalidInput for a day that is none; the rest is looked up where it is kept."""
    text = form.get("since", "").strip()
    since = read_day(text) if text else today
    if since is None:
        raise InvalidInput({"since": "Choose the day since when."})
    said = form.get("standing", "")
    return MarkDraft(
        id=read_id(form.get("id", "")) or new_id(),
        party=clean_text(form.get("party", ""))[:_MOST_WORDS],
        number=clean_text(form.get("number", ""))[:_MOST_WORDS],
        standing=Standing(is_disputed=said in ("disputed", "both"), is_doubtful=said in ("doubtful", "both")),
        since=since,
        reason=form.get("reason", ""),
    )
