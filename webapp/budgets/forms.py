"""What the pages of budgets send, as commands; or errors by field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from webapp.budgets import rules
from webapp.budgets.rules import BudgetDraft, LineDraft
from webapp.budgets.variance import SPANS, VarianceAsked
from webapp.kernel.dates import FinancialYear, read_day
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.ids import read_id
from webapp.kernel.money import read_basis_points, read_paise
from webapp.kernel.text import clean_text

STATES = ("", "archived", "all")


def parse_budget(form: Mapping[str, str]) -> BudgetDraft:
    """A budget's form."""
    year = form.get("start_year", "")
    return BudgetDraft(
        name=clean_text(form.get("name", "")),
        start_year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else 0,
        store_id=read_id(form.get("store_id", "")),
    )


def parse_version(form: Mapping[str, str]) -> int:
    """The version the form was opened at; 0, which is none, when it is unreadable."""
    text = form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def parse_line(form: Mapping[str, str]) -> LineDraft:
    """A line's form: its head as `account:<id>` or `group:<id>`, a cost centre, twelve months. InvalidInput by field."""
    kind, _, id_ = form.get("head", "").partition(":")
    head = read_id(id_)
    errors: dict[str, str] = {}
    months: list[int] = []
    for place in range(rules.MONTHS):
        try:
            text = form.get(f"month_{place}", "").strip()
            months.append(read_paise(text) if text else 0)
        except ValueError as refusal:
            errors[f"month_{place}"] = str(refusal)
    if errors:
        raise InvalidInput(errors)
    is_group = kind == "group"
    return LineDraft(None if is_group else head, head if is_group else None, read_id(form.get("cost_centre_id", "")), tuple(months))


def parse_yearly(form: Mapping[str, str]) -> int:
    """The yearly figure to be spread. InvalidInput when it is no amount."""
    try:
        return read_paise(form.get("yearly", ""))
    except ValueError as refusal:
        raise InvalidInput({"yearly": str(refusal)}) from None


def parse_grid(form: Mapping[str, str], lines: int) -> dict[UUID, tuple[int, ...]]:
    """The grid: `line_<n>` is a line's id, `a_<n>_<m>` its month, empty for nothing. InvalidInput at the cells that are no amounts."""
    found: dict[UUID, tuple[int, ...]] = {}
    errors: dict[str, str] = {}
    for row in range(lines):
        if (line_id := read_id(form.get(f"line_{row}", ""))) is None:
            continue
        months = []
        for place in range(rules.MONTHS):
            text = form.get(f"a_{row}_{place}", "").strip()
            try:
                months.append(int(read_paise(text)) if text and text != "-" else 0)
            except ValueError as refusal:
                errors[f"a_{row}_{place}"] = str(refusal)
        found[line_id] = tuple(months)
    if errors:
        raise InvalidInput(errors)
    return found


def parse_yearly_of(form: Mapping[str, str], lines: int) -> dict[int, int]:
    """The year totals that were typed into the grid, by row. InvalidInput at those that are no amounts, or when there is none."""
    found: dict[int, int] = {}
    errors: dict[str, str] = {}
    for row in range(lines):
        if text := form.get(f"year_{row}", "").strip():
            try:
                found[row] = read_paise(text)
            except ValueError as refusal:
                errors[f"year_{row}"] = str(refusal)
    if errors or not found:
        raise InvalidInput(errors or {"year_0": "Type the new total of the year in this column first."})
    return found


def parse_change(form: Mapping[str, str]) -> int:
    """By how much last year's figures change, in basis points; nothing typed is none. InvalidInput when it is no percentage."""
    text = form.get("change", "").strip()
    try:
        return read_basis_points(text) if text else 0
    except ValueError as refusal:
        raise InvalidInput({"change": str(refusal)}) from None


def parse_asked(args: Mapping[str, str], year: FinancialYear, today: date) -> VarianceAsked:
    """The report of an address; a day outside the year is its nearest end. NotFound for an id that cannot be one."""
    day = read_day(args.get("to", "")) or today
    span = args.get("span", "")
    return VarianceAsked(
        as_at=min(max(day, year.first_day), year.last_day),
        span=span if span in SPANS else SPANS[0],
        store_id=_id(args.get("store", ""), "store"),
        centre_id=_id(args.get("centre", ""), "cost centre"),
        by_account=args.get("detail", "") == "accounts",
        with_year_before=args.get("compare", "") == "last-year",
    )


def _id(text: str, what: str) -> UUID | None:
    found = read_id(text)
    if text and found is None:
        raise NotFound(what)
    return found
