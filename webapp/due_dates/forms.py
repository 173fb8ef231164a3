"""What pages send: text from outside as what the verbs take, or errors by field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from webapp.due_dates.queries import STATES
from webapp.due_dates.rules.law import Filer, Payer
from webapp.due_dates.service import Moved
from webapp.kernel.dates import FinancialYear, read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.money import Paise, read_paise
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text

LONGEST = timedelta(days=731)
_BEFORE, _AFTER = timedelta(days=45), timedelta(days=92)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the calendar shows: days, a registration ("-": the whole business), a state, words; the grid's month; the place in the list."""

    first: date
    last: date
    who: str
    state: str
    words: str
    month: int
    at: int

    def address(self) -> dict[str, str]:
        """The same as an address carries it, without the place."""
        found = {"from": self.first.isoformat(), "to": self.last.isoformat(), "who": self.who, "state": self.state, "q": self.words}
        return {name: value for name, value in {**found, "month": str(self.month)}.items() if value}


def parse_wanted(args: Mapping[str, str], today: date) -> Wanted:
    """The filters. What cannot be read is as if it had not been asked; more than two years are cut to two."""
    first, last = read_day(args.get("from", "")) or today - _BEFORE, read_day(args.get("to", "")) or today + _AFTER
    last = min(max(first, last), first + LONGEST)
    state, month = args.get("state", ""), args.get("month", "")
    is_month = month.isascii() and month.isdigit() and len(month) == 6 and 2017 <= int(month[:4]) < 2099 and 1 <= int(month[4:]) <= 12
    at = args.get("at", "")
    return Wanted(
        first=first,
        last=last,
        who=args.get("who", "")[:15],
        state=state if state in STATES else "",
        words=clean_text(args.get("q", ""))[:100],
        month=int(month) if is_month else today.year * 100 + today.month,
        at=int(at) if at.isascii() and at.isdigit() and len(at) < 6 else 0,
    )


def parse_filer(gstin: str, form: Mapping[str, str]) -> Filer:
    """How a registration files. InvalidInput beside the turnover."""
    text = form.get("turnover", "").strip()
    try:
        turnover = Paise(read_paise(text)) if text else None
    except ValueError as words:
        raise InvalidInput({"turnover": str(words)}) from None
    return Filer(gstin, "", is_quarterly=form.get("filing") == "quarterly", turnover=turnover)


def parse_payer(form: Mapping[str, str]) -> Payer:
    """What the business does under income tax."""
    return Payer(
        deducts=bool(form.get("deducts")),
        collects=bool(form.get("collects")),
        pays_salaries=bool(form.get("pays_salaries")),
        advance=form.get("advance", ""),
    )


def parse_moved(form: Mapping[str, str]) -> Moved:
    """A day that was moved: the form, what its period is (month, quarter, year) and the last month of it. InvalidInput by field."""
    errors: dict[str, str] = {}
    letter = {"month": "m", "quarter": "q", "year": "y"}.get(form.get("span", ""))
    ends = read_day(f"{form.get('period', '')}-01")
    due_on = read_day(form.get("due_on", ""))
    if letter is None:
        errors["span"] = "Choose what the return is of."
    if ends is None:
        errors["period"] = "Choose the last month of its period."
    elif letter == "q" and ends.month % 3:
        errors["period"] = "A quarter ends with March, June, September or December."
    if due_on is None:
        errors["due_on"] = "Choose the day."
    if errors or letter is None or ends is None or due_on is None:
        raise InvalidInput(errors)
    period = f"y{FinancialYear.of(ends).start_year}" if letter == "y" else f"{letter}{ends.year * 100 + ends.month}"
    return Moved(form.get("form", ""), period, form.get("state_code", ""), due_on, form.get("source", ""))


def parse_filed(form: Mapping[str, str]) -> tuple[tuple[str, str, str], date, str]:
    """What was filed elsewhere: its key, the day, a number. InvalidInput for no day."""
    filed_on = read_day(form.get("filed_on", ""))
    if filed_on is None:
        raise InvalidInput({"filed_on": "Choose the day."})
    return read_key(form), filed_on, form.get("reference", "")[:200]


def read_key(form: Mapping[str, str]) -> tuple[str, str, str]:
    """Which duty is meant, as the hidden fields say it."""
    return form.get("who", "")[:15], form.get("form", "")[:20], form.get("period", "")[:10]
