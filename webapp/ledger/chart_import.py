"""The chart of accounts as a CSV: sent out, and taken in whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from webapp.kernel.errors import BooksError, InvalidInput
from webapp.kernel.records import dataclass
from webapp.kernel.text import folded
from webapp.ledger import bank_numbers, charting, queries
from webapp.ledger.chart_reads import AccountCard, account_cards, groups_in_order
from webapp.ledger.chart_rules import AccountDraft, GroupDraft
from webapp.ledger.csv_rows import read_rows
from webapp.platform.permissions import Permission
from webapp.platform.tenancy import Books

HEADINGS = ("Kind", "Name", "Under", "Number", "Bank", "Branch", "Bank account", "IFSC", "Notes", "Archived")
_COLUMNS = {
    "kind": ("Kind", "Type"),
    "name": ("Name", "Account", "Ledger"),
    "under": ("Under", "Group", "Parent"),
    "number": ("Number", "Code"),
    "bank_name": ("Bank", "Bank name"),
    "bank_branch": ("Branch",),
    "bank_account": ("Bank account", "Account number"),
    "ifsc": ("IFSC",),
    "notes": ("Notes",),
    "archived": ("Archived",),
}
_GROUP_WORDS, _ACCOUNT_WORDS = {"group", "g"}, {"account", "ledger", "a", ""}


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import made and changed."""

    groups: int
    made: int
    changed: int


def rows_of_chart(books: Books) -> Iterator[tuple[Any, ...]]:
    """The chart as rows under HEADINGS: groups from the top down, then accounts by name. Numbers at the bank are whole for who may write
    the chart, and brings the file back; others get the last four signs."""
    chart, is_writer = queries.chart_of_accounts(books), books.actor.may(Permission.CHART_WRITE)
    names = {one.id: one.name for one in chart.groups}
    for group, _depth in groups_in_order(chart):
        yield "group", group.name, names.get(group.parent_id, "") if group.parent_id else "", "", "", "", "", "", "", ""
    for card in account_cards(books):
        number = card.bank_account if is_writer else bank_numbers.masked(card.bank_last_four)
        banks = (card.bank_name, card.bank_branch, number, card.ifsc)
        yield "account", card.name, card.group_name, card.number or "", *banks, card.notes, "yes" if card.is_archived else ""


def import_chart(books: Books, content: bytes) -> Imported:
    """Make the groups and accounts of a CSV that are not there yet, and bring those that are to what it says.

    Names decide what is the same. Nothing is archived or removed by a file. InvalidInput by row number when a row cannot
    be used: then nothing at all is written.
    """
    rows = read_rows(content, _COLUMNS, ("name", "under"))
    problems: dict[str, str] = {
        str(number): "Write group or account under Kind."
        for number, row in rows
        if folded(row["kind"]) not in _GROUP_WORDS | _ACCOUNT_WORDS
    }
    groups = [(number, row) for number, row in rows if folded(row["kind"]) in _GROUP_WORDS]
    accounts = [(number, row) for number, row in rows if folded(row["kind"]) in _ACCOUNT_WORDS]
    made_groups = _import_groups(books, groups, problems)
    made, changed = _import_accounts(books, accounts, problems)
    if problems:
        raise InvalidInput(problems)
    return Imported(made_groups, made, changed)


def _import_groups(books: Books, rows: list[tuple[int, dict[str, str]]], problems: dict[str, str]) -> int:
    """A group may stand in the file before the one above it: what cannot be placed yet is tried again."""
    made, waiting = 0, rows
    while waiting:
        known = {folded(one.name): one.id for one in queries.chart_of_accounts(books).groups}
        left = []
        for number, row in waiting:
            if folded(row["name"]) in known:
                continue
            if (parent := known.get(folded(row["under"]))) is None:
                left.append((number, row))
                continue
            try:
                known[folded(row["name"])] = charting.create_group(books, GroupDraft(row["name"], parent))
                made += 1
            except BooksError as refusal:
                problems[str(number)] = _told(refusal)
        if len(left) == len(waiting):
            problems |= {str(number): f"There is no group {row['under'] or '-'}." for number, row in left}
            break
        waiting = left
    return made


def _import_accounts(books: Books, rows: list[tuple[int, dict[str, str]]], problems: dict[str, str]) -> tuple[int, int]:
    groups = {folded(one.name): one.id for one in queries.chart_of_accounts(books).groups}
    known = {folded(card.name): card for card in account_cards(books)}
    seen: set[str] = set()
    made = changed = 0
    for number, row in rows:
        own = folded(row["name"])
        if own in seen:
            problems[str(number)] = f"{row['name']} stands in the file twice."
            continue
        seen.add(own)
        card = known.get(own)
        draft = _draft(row, groups.get(folded(row["under"])), card)
        try:
            if card is None:
                charting.create_account(books, draft)
                made += 1
            elif card.draft() != draft:
                charting.change_account(books, card.id, draft, card.version)
                changed += 1
        except BooksError as refusal:
            problems[str(number)] = _told(refusal)
    return made, changed


def _draft(row: dict[str, str], group_id: UUID | None, card: AccountCard | None) -> AccountDraft:
    """A row as a draft. The file has no column for the head of Schedule III: an account keeps its own."""
    banks = {name: row[name] for name in ("bank_name", "bank_branch", "bank_account", "ifsc")}
    return AccountDraft(
        row["name"], group_id, row["number"] or None, row["notes"], **banks, schedule_head=card.schedule_head if card else ""
    )


def _told(refusal: BooksError) -> str:
    return next(iter(refusal.errors.values())) if isinstance(refusal, InvalidInput) else refusal.problem
