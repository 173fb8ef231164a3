"""What a report is asked by its address."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from webapp.kernel.dates import FinancialYear, Period, read_day
from webapp.kernel.errors import BooksError, NotFound
from webapp.kernel.ids import read_id
from webapp.stock_reports.declared import Report
from webapp.stock_reports.rules import Asked

_MOST_WORDS = 100


class UnreadableDay(BooksError):
    """A day in the address that is not one."""

    def __init__(self, text: str) -> None:
        super().__init__(problem=f"“{text[:20]}” is not a day.", fix="Choose the days again; in an address a day is written 2026-11-20.")


def read_asked(args: Mapping[str, str], report: Report, today: date, mine: Collection[UUID], *, is_held: bool) -> Asked:
    """What the address asks of a report, for someone who may see the stores `mine`; `is_held` when there are others.

    UnreadableDay for what is no day; NotFound for a store that is not his. Other words fall back on what is usual.
    """
    store_id = read_id(args.get("store"))
    if store_id is not None and store_id not in mine:
        raise NotFound("store")
    everything = frozenset(mine) if is_held else None
    days = args.get("days", "")
    return Asked(
        period=_period(args, today),
        today=today,
        by=args["by"] if args.get("by") in report.bys else report.bys[0],
        store_ids=everything if store_id is None else frozenset((store_id,)),
        store_id=store_id,
        category=args.get("category", "").strip()[:_MOST_WORDS],
        words=args.get("q", "").strip()[:_MOST_WORDS],
        state=args["state"] if args.get("state") in report.states else "",
        days=next((one for one in report.days if str(one) == days), report.days[0] if report.days else 0),
    )


def read_start(args: Mapping[str, str]) -> int:
    """The row a page begins at."""
    text = args.get("at", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _period(args: Mapping[str, str], today: date) -> Period:
    first = _day(args.get("from", "")) or FinancialYear.of(today).first_day
    last = _day(args.get("to", "")) or max(today, first)
    if not args.get("from"):
        first = min(first, last)
    return Period(min(first, last), max(first, last))


def _day(text: str) -> date | None:
    day = read_day(text)
    if text and day is None:
        raise UnreadableDay(text)
    return day
