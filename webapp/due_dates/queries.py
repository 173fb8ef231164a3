"""What is due, with how it stands: the rules read with what each room below says was filed or deposited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from webapp import einvoice, gst_returns, tds
from webapp.company import profile, stores
from webapp.due_dates.models import DueEntry, DueFiler
from webapp.due_dates.rules.calendar import duties
from webapp.due_dates.rules.lateness import Cost, cost_of
from webapp.due_dates.rules.law import CRORE, EINVOICE, FORMS, Duty, Filer, Payer
from webapp.kernel.dates import month_of
from webapp.kernel.money import Paise
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books
from webapp.tax.rules import Scheme, state_of_gstin

MOVED, NOTED = "moved", "filed"  # kinds of entries
# How a duty stands. NOT_YET: its period still runs; NOTHING: nothing was deducted or collected in its month.
NOT_YET, OPEN, LATE, FILED, NOTHING = "not_yet", "open", "late", "filed", "nothing"
STATES = (NOT_YET, OPEN, LATE, FILED, NOTHING)
_FILER = (
    *(DueFiler.gstin, DueFiler.is_quarterly, DueFiler.turnover_paise),
    *(DueFiler.deducts, DueFiler.collects, DueFiler.pays_salaries, DueFiler.advance),
)
_MOST_MOVED = timedelta(days=400)  # how far the department ever moved a day


@dataclass(frozen=True, slots=True)
class Obligation:
    """A duty by the day that holds today. `source` says where a moved day was notified. `days_late` of what was filed late, or is not
    filed yet; `cost` if it is filed today (or was on `filed_on`); `interest` of a deposit that waits, in paise."""

    duty: Duty
    due_on: date
    source: str
    state: str
    filed_on: date | None
    reference: str
    is_noted: bool
    days_late: int
    cost: Cost
    interest: int

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do it."""
        return self.state in (NOT_YET, OPEN, LATE)


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody entered of a duty (models.DueEntry)."""

    id: UUID
    kind: str
    form: str
    period: str
    whose: str
    day: date
    words: str
    entered_by: str


@dataclass(frozen=True, slots=True)
class _Done:
    filed_on: date | None
    reference: str
    is_noted: bool
    is_nothing: bool = False
    waiting_interest: int = 0


@dataclass(frozen=True, slots=True)
class Setup:
    """Who files, the business's own registration first, none where it is not registered; what it does under income tax; since when its
    books are kept here."""

    filers: tuple[Filer, ...]
    payer: Payer
    books_begin: date


def setup(books: Books) -> Setup:
    """How everybody files; monthly, and nothing under income tax, where nobody said."""
    own = profile(books)
    said = {row.gstin: row for row in books.session.execute(select(*_FILER))}
    payer = Payer(*said[""][3:]) if "" in said else Payer()
    found = []
    if own.gstin and own.scheme != Scheme.UNREGISTERED.value:
        is_composition = own.scheme == Scheme.COMPOSITION.value
        for gstin in dict.fromkeys([own.gstin, *(one.gstin for one in stores(books, with_closed=True) if one.gstin)]):
            row = said.get(gstin)
            turnover = row.turnover_paise if row else None
            if turnover is None and own.turnover_over_5_crore:
                turnover = 5 * CRORE + 1
            known = Paise(turnover) if turnover is not None else None
            found.append(Filer(gstin, state_of_gstin(gstin) or own.state_code, is_composition, bool(row and row.is_quarterly), known))
    return Setup(tuple(found), payer, own.books_begin)


def entries(books: Books, kind: str = "") -> list[Entry]:
    """What was entered, of one kind or all, the latest day first."""
    query = select(*(getattr(DueEntry, name) for name in Entry.__slots__))
    if kind:
        query = query.where(DueEntry.kind == kind)
    return [Entry(*row) for row in books.session.execute(query.order_by(DueEntry.day.desc(), DueEntry.form, DueEntry.id))]


def obligations(books: Books, first: date, last: date) -> list[Obligation]:
    """What is due between two days by the day that holds, or by its usual one; by day. What belongs to before the books began is left
    out: it was filed elsewhere."""
    own = setup(books)
    found = [*duties(own.filers, own.payer, first - _MOST_MOVED, last), *_documents(books, first, last)]
    found = [one for one in found if one.last_day >= own.books_begin and one.due_on >= own.books_begin]
    entered = entries(books)
    moved = {(one.form, one.period, one.whose): one for one in entered if one.kind == MOVED}
    done = _done(books, first - _MOST_MOVED, last, own.payer)
    _add_noted(done, [one for one in entered if one.kind == NOTED])
    turnovers = {one.gstin: one.turnover for one in own.filers}
    standing = []
    for duty in found:
        entry = moved.get((duty.form, duty.period, duty.state_code)) or moved.get((duty.form, duty.period, ""))
        due_on = entry.day if entry else duty.due_on
        if first <= due_on <= last or first <= duty.due_on <= last:
            said = done.get(duty.key) or _nothing_yet(duty, books.today, done)
            source = entry.words if entry else ""
            standing.append(_standing(duty, due_on, source, said, books.today, turnovers.get(duty.who)))
    return sorted(standing, key=lambda one: (one.due_on, one.duty.who, one.duty.form))


def _documents(books: Books, first: date, last: date) -> list[Duty]:
    """E-invoices that the portal has not registered, by registration and day of the documents, where its window of 30 days holds."""
    return [
        Duty(EINVOICE, one.gstin, state_of_gstin(one.gstin) or "", f"d{one.day:%Y%m%d}", one.day, one.day, one.last_day, one.count)
        for one in einvoice.unreported(books, first, last)
    ]


def narrowed(rows: Iterable[Obligation], *, who: str = "", state: str = "", words: str = "") -> list[Obligation]:
    """Those of a registration ("-": of the whole business), a state, whose name has every word."""
    wanted = words.casefold().split()
    return [
        one
        for one in rows
        if (not who or one.duty.who == who.strip("-"))
        and (not state or one.state == state)
        and all(word in f"{one.duty.title} {one.duty.who}".casefold() for word in wanted)
    ]


def _standing(duty: Duty, due_on: date, source: str, done: _Done | None, today: date, turnover: Paise | None) -> Obligation:
    filed_on = done.filed_on if done else None
    if done and done.is_nothing:
        state = NOTHING if duty.last_day < today else NOT_YET
    elif filed_on is not None:
        state = FILED
    elif due_on < today:
        state = LATE if not FORMS[duty.form].is_optional else NOTHING
    else:
        state = OPEN if duty.last_day < today or duty.form in ("advance", EINVOICE) else NOT_YET
    on = filed_on or today
    late = max((on - due_on).days, 0) if state in (FILED, LATE) else 0
    cost = cost_of(duty.form, due_on, on if late else due_on, turnover)
    interest = done.waiting_interest if done and state == LATE else 0
    return Obligation(
        duty, due_on, source, state, filed_on, done.reference if done else "", bool(done and done.is_noted), late, cost, interest
    )


def _done(books: Books, first: date, last: date, own: Payer) -> dict[tuple[str, str, str], _Done]:
    found: dict[tuple[str, str, str], _Done] = {}
    if own.deducts or own.collects:
        found |= _deposits(tds.months_of_tax(books, first - _MOST_MOVED, last))
    for filed in gst_returns.everything_filed(books):
        form = "iff" if filed.kind == "iff" else filed.form
        period = f"y{filed.month // 100 - 1}" if filed.kind == "year" else f"{'q' if filed.kind == 'quarter' else 'm'}{filed.month}"
        found[filed.gstin, form, period] = _Done(filed.filed_on, filed.arn, is_noted=False)
    return found


def _add_noted(done: dict[tuple[str, str, str], _Done], noted: Iterable[Entry]) -> None:
    """What was noted by hand counts where no room below knows better."""
    for one in noted:
        key = one.whose, one.form, one.period
        kept = done.get(key)
        if kept is None or kept.filed_on is None:
            done[key] = replace(kept or _Done(None, "", is_noted=True), filed_on=one.day, reference=one.words, is_noted=True)


def _deposits(months: Mapping[tuple[int, bool], tds.MonthOfTax]) -> dict[tuple[str, str, str], _Done]:
    found = {}
    for (month, is_collected), one in months.items():
        paid_on = one.last_paid_on if not one.waiting else None
        form = "tcs_deposit" if is_collected else "tds_deposit"
        found["", form, f"m{month}"] = _Done(paid_on, "", is_noted=False, waiting_interest=one.interest)
    return found


# What tells of what was deducted or collected in a quarter, by the deposit its months have.
_TELLS = {"26q": "tds_deposit", "16a": "tds_deposit", "27eq": "tcs_deposit", "27d": "tcs_deposit"}


def _nothing_yet(duty: Duty, today: date, done: Mapping[tuple[str, str, str], _Done]) -> _Done | None:
    """Of a month that is over the register has no deduction, or of a quarter's three months: nothing is to be deposited or told."""
    if duty.last_day >= today:
        return None
    nothing = _Done(None, "", is_noted=False, is_nothing=True)
    if duty.form in ("tds_deposit", "tcs_deposit"):
        return nothing
    if (deposit := _TELLS.get(duty.form)) is None:
        return None
    last = month_of(duty.last_day)
    return None if any(("", deposit, f"m{month}") in done for month in range(last - 2, last + 1)) else nothing


def of_month(rows: Sequence[Obligation], month: int) -> dict[date, list[Obligation]]:
    """Those that are due in a month, by day."""
    found: dict[date, list[Obligation]] = {}
    for one in rows:
        if month_of(one.due_on) == month:
            found.setdefault(one.due_on, []).append(one)
    return found
