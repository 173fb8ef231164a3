"""What an address asks of the outstandings, and what is typed to settle, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from webapp.kernel import periods
from webapp.kernel.dates import FinancialYear, Period, read_day
from webapp.kernel.errors import BooksError, InvalidInput
from webapp.kernel.ids import read_id
from webapp.kernel.money import plain_decimal, read_paise
from webapp.kernel.records import dataclass
from webapp.ledger import CentreFilter, centre_filter
from webapp.outstandings import rules
from webapp.outstandings.ages import Narrowed, Place
from webapp.outstandings.lines import Asked
from webapp.outstandings.rules import LineKey, OpenItem, Part
from webapp.platform.tenancy import Books

STATEMENT = "statement"  # the kind of the links that open a party's statement
LINK_DAYS = 7
_MOST_WORDS = 100
_EVERY_CENTRE = CentreFilter()


class UnreadablePlace(BooksError):
    """A place in a list, or a line, that cannot be read: an address cut short."""

    def __init__(self) -> None:
        super().__init__(problem="This address does not name a place in the list.", fix="Open the report again from the menu.")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a screen shows: which outstandings, in which buckets, with money on account netted or beside; `centre` is the cost centre
    they are narrowed to, and those to choose from."""

    asked: Asked
    edges: tuple[int, ...]
    is_netted: bool
    narrowed: Narrowed
    today: date
    centre: CentreFilter = _EVERY_CENTRE

    @property
    def edges_text(self) -> str:
        return "-".join(str(days) for days in self.edges)

    @property
    def parting(self) -> tuple[int, ...]:
        return rules.bounds(self.edges, by_due=self.asked.by_due)

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the day narrows the list."""
        return bool(
            self.asked.words
            or self.asked.party_id
            or self.asked.store_id
            or self.asked.centres
            or self.narrowed.overdue_only
            or self.narrowed.bucket is not None
        )


def read_shown(args: Mapping[str, str], side: str, today: date) -> Shown:
    """The filters of an address. What cannot be read is as if it had not been asked."""
    by_due = args.get("basis", "") != "date"
    edges = rules.read_edges(args.get("edges", ""))
    parting = rules.bounds(edges, by_due=by_due)
    bucket = args.get("bucket", "")
    asked = Asked(
        on=read_day(args.get("on", "")) or today,
        side=side,
        words=args.get("q", "").replace("\x00", "").strip()[:_MOST_WORDS],
        party_id=read_id(args.get("party", "")),
        store_id=read_id(args.get("store", "")),
        by_due=by_due,
    )
    is_netted = args.get("view", "") != "bills"
    narrowed = Narrowed(
        overdue_only=args.get("overdue", "") == "1",
        bucket=int(bucket) if bucket.isascii() and bucket.isdigit() and len(bucket) < 3 and int(bucket) <= len(parting) else None,
        parting=parting,
        is_netted=is_netted,
    )
    return Shown(asked, edges, is_netted, narrowed, today)


def of_centre(books: Books, shown: Shown, args: Mapping[str, str]) -> Shown:
    """The same, narrowed to the cost centre that an address names (see `ledger.centre_filter`, which refuses)."""
    found = centre_filter(books, args.get("centre", ""))
    return replace(shown, asked=replace(shown.asked, centres=found.centres), centre=found)


COMPARISONS = ("previous", "last-year", "year-end", "months")


def compared_days(on: date, how: str) -> tuple[date, ...]:
    """A day, and the one it is held against: the end of the month before, a year before, the end of the financial year before; or
    the ends of the months of the financial year up to the day, which is then the last. The day alone without a comparison."""
    if how == "previous":
        return on, on.replace(day=1) - timedelta(days=1)
    if how == "last-year":
        return on, periods.a_year_before(Period(on, on)).last_day
    first = FinancialYear.of(on).first_day
    if how == "year-end":
        return on, first - timedelta(days=1)
    return tuple(one.last_day for one in periods.months_of(Period(first, on))) if how == "months" else (on,)


def read_period(args: Mapping[str, str], today: date) -> Period:
    """The days of a statement, this financial year so far by default, in whichever order they were given."""
    first = read_day(args.get("from", "")) or FinancialYear.of(today).first_day
    last = read_day(args.get("to", "")) or max(today, first)
    if not args.get("from") and last < first:
        first = FinancialYear.of(last).first_day  # as at a day of an earlier year: that year up to it
    return Period(min(first, last), max(first, last))


def write_place(place: Place | None) -> str | None:
    """A bill's place in the list, as an address holds it."""
    return f"{place.due:%Y%m%d}.{place.day:%Y%m%d}.{place.voucher_id.hex}.{place.line_no}" if place else None


def read_place(text: str) -> Place | None:
    """The reverse of `write_place`. UnreadablePlace when it is something else."""
    if not text:
        return None
    parts = text.split(".")
    if len(parts) != 4 or not _is_number(parts[3]):
        raise UnreadablePlace
    try:
        return Place(date.fromisoformat(parts[0]), date.fromisoformat(parts[1]), UUID(parts[2]), int(parts[3]))
    except ValueError:
        raise UnreadablePlace from None


def write_line(key: LineKey) -> str:
    """A line, as a field's name and an address hold it."""
    return f"{key.voucher_id.hex}.{key.line_no}"


def read_line(text: str) -> LineKey:
    """The reverse of `write_line`. UnreadablePlace when it is something else."""
    id_, _, number = text.partition(".")
    if not _is_number(number):
        raise UnreadablePlace
    try:
        return LineKey(UUID(id_), int(number))
    except ValueError:
        raise UnreadablePlace from None


def parse_parts(form: Mapping[str, str], prefix: str = "bill_") -> tuple[Part, ...]:
    """What was typed beside each bill, as `bill_<line>`. Empty fields are bills left alone. InvalidInput by field."""
    parts, errors = [], {}
    for name, typed in form.items():
        if not name.startswith(prefix) or not typed.strip():
            continue
        try:
            amount = int(read_paise(typed))
        except ValueError as error:
            errors[name] = str(error)
            continue
        if amount < 0:
            errors[name] = "Type an amount above 0."
        elif amount:
            parts.append(Part(read_line(name.removeprefix(prefix)), amount))
    if errors:
        raise InvalidInput(errors)
    return tuple(parts)


def typed_parts(parts: Sequence[Part], prefix: str = "bill_") -> dict[str, str]:
    """A suggestion as the fields hold it."""
    return {f"{prefix}{write_line(part.to)}": plain_decimal(part.amount, 2) for part in parts}


def suggested(form: Mapping[str, str], items: Sequence[OpenItem], amount_field: str = "amount") -> dict[str, str]:
    """What was typed, with the amount spread over bills, oldest due first."""
    try:
        amount = int(read_paise(form.get(amount_field, "")))
    except ValueError:
        amount = 0
    kept = {name: value for name, value in form.items() if not name.startswith("bill_")}
    return {**kept, **typed_parts(rules.suggest(items, max(amount, 0)))}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6
