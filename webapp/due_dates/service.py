"""The verbs of the calendar: how a registration files, days that were moved, what was filed elsewhere, reminders."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select

from webapp.due_dates import queries
from webapp.due_dates.events import ReturnDue
from webapp.due_dates.models import DueEntry, DueFiler, DueNotice
from webapp.due_dates.rules.law import EINVOICE, FORMS, QUARTERLY_UP_TO, Filer, Payer
from webapp.kernel.dates import read_day, written
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import MOST_PAISE, rupees
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text
from webapp.platform import audit
from webapp.platform.outbox import announce
from webapp.platform.rows import insert_once, put
from webapp.platform.tenancy import Books
from webapp.tax.rules import STATES

LEADS = (7, 1, -1)  # days before the day; the day after it
_TOLD_AFTER = timedelta(days=7)  # what has been late for longer is old news
MOST_SOURCE, MOST_REFERENCE = 200, 60


@dataclass(frozen=True, slots=True)
class Moved:
    """A day that the department moved, as typed: the form, its period as a key, a state's code or "" for all."""

    form: str
    period: str
    state_code: str
    due_on: date
    source: str


def set_up_filer(books: Books, asked: Filer) -> None:
    """How a registration files. NotFound for a GSTIN that is not this company's; InvalidInput for quarters above five crore."""
    before = next((one for one in queries.setup(books).filers if one.gstin == asked.gstin), None)
    if before is None:
        raise NotFound("registration")
    if asked.turnover is not None and not 0 <= asked.turnover <= MOST_PAISE:
        raise InvalidInput({"turnover": "Type the turnover of the year before in rupees, or leave it empty."})
    if asked.is_quarterly and asked.turnover is not None and asked.turnover > QUARTERLY_UP_TO:
        raise InvalidInput({"turnover": f"Who files by quarters has at most {rupees(QUARTERLY_UP_TO)} of turnover. File monthly."})
    put(books, DueFiler, [asdict(Payer()) | {"gstin": asked.gstin, "is_quarterly": asked.is_quarterly, "turnover_paise": asked.turnover}])
    old, new = ({"quarterly": one.is_quarterly, "turnover": one.turnover} for one in (before, asked))
    audit.record(books, "change", "due_filer", books.company_id, old=old, new={"gstin": asked.gstin, **new})


def set_up_payer(books: Books, asked: Payer) -> None:
    """What the business does under income tax. InvalidInput for a way of paying advance tax that is none."""
    if asked.advance not in ("", "one", "four"):
        raise InvalidInput({"advance": "Choose how advance tax is paid."})
    before = queries.setup(books).payer
    put(books, DueFiler, [asdict(asked) | {"gstin": "", "is_quarterly": False, "turnover_paise": None}])
    audit.record(books, "change", "due_payer", books.company_id, old=asdict(before), new=asdict(asked))


def move_day(books: Books, asked: Moved) -> UUID:
    """Note that the department moved a day. InvalidInput by field; Conflict where it was moved already for the same state."""
    errors: dict[str, str] = {}
    source = clean_text(asked.source)
    if asked.form not in FORMS or asked.form == EINVOICE:
        errors["form"] = "Choose the return."
    elif period_days(asked.period) is None:
        errors["period"] = "Choose the last month of its period."
    elif asked.due_on <= period_first_due(asked.period):
        errors["due_on"] = "A return is due after its period. Choose a later day."
    if asked.state_code and asked.state_code not in STATES:
        errors["state_code"] = "Choose the state from the list."
    if not 3 <= len(source) <= MOST_SOURCE:
        errors["source"] = "Say where it was notified: Notification 12/2026-Central Tax."
    if errors:
        raise InvalidInput(errors)
    id_ = new_id()
    row = _entry(books, queries.MOVED, asked.form, asked.period, asked.state_code, asked.due_on, source, id_)
    if not insert_once(books, DueEntry, row):
        raise Conflict(problem="This day was moved already.", fix="Take the earlier entry away first, and enter it anew.")
    audit.record(books, "create", "due_extension", id_, new={"form": asked.form, "period": asked.period, "due": written(asked.due_on)})
    return id_


def end_move(books: Books, extension_id: UUID) -> None:
    """Take the entry of a moved day away. NotFound where none stands."""
    own = next((one for one in queries.entries(books, queries.MOVED) if one.id == extension_id), None)
    if own is None:
        raise NotFound("extension")
    books.session.execute(delete(DueEntry).where(DueEntry.id == extension_id))
    audit.record(books, "end", "due_extension", extension_id, old={"form": own.form, "period": own.period, "due": written(own.day)})


def note_filed(books: Books, key: tuple[str, str, str], filed_on: date, reference: str) -> None:
    """Note that something was filed or paid outside this program. The same again changes nothing; InvalidInput for a day before its
    period was over or after today; Conflict where it stands as filed already."""
    own = _duty(books, key)
    if own.filed_on is not None and not own.is_noted:
        raise Conflict(problem=f"{own.duty.title} stands as filed on {written(own.filed_on)}.", fix="Nothing needs doing.")
    is_in_advance = own.duty.form == "advance"
    if filed_on > books.today or (filed_on <= own.duty.last_day and not is_in_advance) or filed_on < own.duty.first_day:
        earliest = own.duty.first_day if is_in_advance else own.duty.last_day + timedelta(days=1)
        raise InvalidInput({"filed_on": f"Choose a day from {written(earliest)} to today."})
    who, form, period = key
    books.session.execute(delete(DueEntry).where(*_noted(key)))
    kept = clean_text(reference)[:MOST_REFERENCE]
    # Noted by two at the same instant, it stands once.
    insert_once(books, DueEntry, _entry(books, queries.NOTED, form, period, who, filed_on, kept, new_id()))
    audit.record(books, "create", "due_filed", books.company_id, new={"who": who, "form": form, "period": period, "on": written(filed_on)})


def forget_filed(books: Books, key: tuple[str, str, str]) -> None:
    """Take such a note away. NotFound where none stands."""
    kept = books.session.scalar(select(DueEntry.day).where(*_noted(key)))
    if kept is None:
        raise NotFound("note")
    books.session.execute(delete(DueEntry).where(*_noted(key)))
    audit.record(books, "end", "due_filed", books.company_id, old={"who": key[0], "form": key[1], "period": key[2], "on": written(kept)})


def _noted(key: tuple[str, str, str]) -> tuple[ColumnElement[bool], ...]:
    who, form, period = key
    return DueEntry.kind == queries.NOTED, DueEntry.form == form, DueEntry.period == period, DueEntry.whose == who


def _entry(books: Books, kind: str, form: str, period: str, whose: str, day: date, words: str, id_: UUID) -> dict[str, Any]:
    row = {"id": id_, "kind": kind, "form": form, "period": period, "whose": whose, "day": day, "words": words}
    return row | {"entered_by": books.actor.name, "entered_at": books.now}


def announce_due(books: Books) -> int:
    """Leave a fact for each return that is due in seven days, in one, or was due the day before, and is not filed; how many were left.
    Each once for its day, however many schedulers ask: the row of the notice is unique. A machine that slept tells what is still ahead."""
    made = 0
    for one in queries.obligations(books, books.today - _TOLD_AFTER, books.today + timedelta(days=max(LEADS))):
        lead = lead_of((one.due_on - books.today).days)
        if lead is None or not one.is_open or FORMS[one.duty.form].is_optional:
            continue
        who, form, period = one.duty.key
        row = {"who": who, "form": form, "period": period, "due_on": one.due_on, "lead": lead, "announced_at": books.now}
        if insert_once(books, DueNotice, row):
            announce(books, ReturnDue(who, form, one.duty.title, period, one.due_on, lead))
            made += 1
    return made


def lead_of(left: int) -> int | None:
    """Which reminder belongs to so many days left; None: none yet, or none any more."""
    if left < 0:
        return -1 if left >= -_TOLD_AFTER.days else None
    return next((lead for lead in (1, 7) if left <= lead), None)


def period_days(period: str) -> tuple[date, date] | None:
    """The first and last day of a period by its key (rules.law.Duty), or None when it is none."""
    letter, number = period[:1], period[1:]
    if not (number.isascii() and number.isdigit()):
        return None
    if letter == "y" and len(number) == 4 and 2017 <= int(number) < 2099:
        return date(int(number), 4, 1), date(int(number) + 1, 3, 31)
    if letter not in ("m", "q") or len(number) != 6 or not (2017 <= int(number[:4]) < 2099 and 1 <= int(number[4:]) <= 12):
        return None
    year, month = int(number[:4]), int(number[4:])
    if letter == "q" and month % 3:
        return None
    after = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month - 2 if letter == "q" else month, 1), after - timedelta(days=1)


def document_day(period: str) -> date | None:
    """The day of the documents that are to be reported, by their key, or None when it is none."""
    return read_day(f"{period[1:5]}-{period[5:7]}-{period[7:]}") if period[:1] == "d" and len(period) == 9 else None


def period_first_due(period: str) -> date:
    """The last day before which nothing of a period can be due: its own last day."""
    days = period_days(period)
    return days[1] if days else date.min


def _duty(books: Books, key: tuple[str, str, str]) -> queries.Obligation:
    """The obligation of a key, looked for around its period. NotFound where this company has none."""
    days = period_days(key[2])
    if key[1] not in FORMS or days is None:
        raise NotFound("return")
    found = queries.obligations(books, days[0], days[1] + timedelta(days=800))
    own = next((one for one in found if one.duty.key == key), None)
    if own is None:
        raise NotFound("return")
    return own
