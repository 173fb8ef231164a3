"""The lines of a budget as CSV: what is written out is read in again. Nothing in a file is believed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from webapp import ledger
from webapp.budgets import queries, rules
from webapp.budgets.queries import BudgetCard, Head
from webapp.budgets.rules import LineDraft
from webapp.kernel.dates import month_name
from webapp.kernel.errors import InvalidInput
from webapp.kernel.money import read_paise
from webapp.kernel.text import clean_text, folded
from webapp.platform.exports import Rupees
from webapp.platform.tenancy import Books

MOST_BYTES = 1_000_000
_MOST_ERRORS = 20
_KINDS = {"account": False, "group": True}


def headings(card: BudgetCard) -> tuple[str, ...]:
    """Kind, Name, Cost centre, then the months of the year: English, for they are read in again."""
    return ("Kind", "Name", "Cost centre", *(month_name(month) for month in rules.months_of(card.year)))


def rows(books: Books, card: BudgetCard) -> Iterator[tuple[Any, ...]]:
    """The lines as rows under `headings`."""
    for line in queries.lines_of(books, card):
        kind = "group" if line.group_id else "account"
        yield kind, line.head, line.centre, *(Rupees(amount) for amount in line.months)


def read(books: Books, card: BudgetCard, content: bytes) -> list[LineDraft]:
    """The lines of a file. InvalidInput names each row that cannot be used."""
    if len(content) > MOST_BYTES:
        raise InvalidInput({"file": f"The file is larger than {MOST_BYTES // 1000} kB. A budget is smaller."})
    try:
        text = content.decode("utf-8-sig")
        table = [row for row in csv.reader(io.StringIO(text), strict=True) if any(cell.strip() for cell in row)]
    except (UnicodeDecodeError, csv.Error):
        raise InvalidInput({"file": "This is not a CSV file in UTF-8. Save the sheet as CSV UTF-8 and send it again."}) from None
    if len(table) < 2:
        raise InvalidInput({"file": "The file has no rows below its headings."})
    columns = {folded(name): place for place, name in enumerate(table[0])}
    if missing := [name for name in headings(card) if folded(name) not in columns and name not in ("Kind", "Cost centre")]:
        raise InvalidInput({"file": f"The heading {missing[0]} is missing. Download the budget to see how its file begins."})
    return _drafts(books, card, columns, table[1:])


def _drafts(books: Books, card: BudgetCard, columns: Mapping[str, int], table: list[list[str]]) -> list[LineDraft]:
    heads: dict[tuple[str, bool], Head] = {(folded(one.name), one.is_group): one for one in queries.every_head(books)}
    centres = {folded(one.name): one.id for one in ledger.cost_centres(books)}
    drafts: list[LineDraft] = []
    errors: dict[str, str] = {}
    for number, cells in enumerate(table, 2):
        row = {name: cells[place] if place < len(cells) else "" for name, place in columns.items()}
        try:
            drafts.append(_draft(card, row, heads, centres))
        except ValueError as refusal:
            errors[f"row_{number}"] = f"Row {number}: {refusal}"
        if len(errors) >= _MOST_ERRORS:
            break
    if errors:
        raise InvalidInput(errors)
    return drafts


def _draft(card: BudgetCard, row: Mapping[str, str], heads: Mapping[tuple[str, bool], Head], centres: Mapping[str, UUID]) -> LineDraft:
    # An export puts an apostrophe before a name that begins like a formula.
    name, kind = clean_text(row["name"]).removeprefix("'"), folded(row.get("kind", ""))
    wanted = [_KINDS[kind]] if kind in _KINDS else [False, True]
    head = next((found for is_group in wanted if (found := heads.get((folded(name), is_group)))), None)
    if head is None:
        raise ValueError(f"“{name[:60]}” is no account or group of the chart.")
    centre_name = clean_text(row.get("cost centre", "")).removeprefix("'")
    centre = centres.get(folded(centre_name)) if centre_name else None
    if centre_name and centre is None:
        raise ValueError(f"“{centre_name[:60]}” is no cost centre.")
    months = tuple(
        read_paise(text) if (text := row[folded(month_name(month))].strip()) and text != "-" else 0 for month in rules.months_of(card.year)
    )
    return LineDraft(None if head.is_group else head.id, head.id if head.is_group else None, centre, months)
