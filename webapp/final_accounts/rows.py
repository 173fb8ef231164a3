"""Statements as rows: what a screen draws and a file holds, line by line, each leading to what it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from webapp.final_accounts.blueprint import screen_url
from webapp.final_accounts.forms import Choice
from webapp.final_accounts.rules.statements import OPENING_DIFFERENCE
from webapp.final_accounts.rules.tree import Figures, Head
from webapp.kernel.dates import Period
from webapp.kernel.money import plain_decimal, rounded
from webapp.kernel.records import dataclass
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.templating import account_name
from webapp.platform.tenancy import Books


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a statement.

    `kind`: part (a heading), group, account, sum (a result such as gross profit), total (the last), lacking (what should be
    nil). `code` is a group's, where it can be opened. `note` stands small beneath the name.
    """

    kind: str
    name: str
    figures: Sequence[int | None]
    depth: int = 0
    url: str | None = None
    code: str = ""
    is_open: bool = False
    note: str = ""


def part(name: str) -> Row:
    """A heading without figures."""
    return Row("part", name, ())


def rows_of(heads: Iterable[Head], choice: Choice, *, depth: int = 0, every: bool = False) -> Iterator[Row]:
    """Heads with what stands open beneath them; with `every` whatever is closed too."""
    for head in heads:
        is_open = every or choice.is_open(head.code)
        is_group = head.account_id is None
        yield Row(
            kind="group" if is_group else "account",
            name=account_name(head.name),
            figures=head.figures,
            depth=depth,
            url=url_of(head, choice.period, choice),
            code=head.code if is_group else "",
            is_open=is_open,
            note=_("Enter the opening balances that are missing.") if head.account_id and head.code == OPENING_DIFFERENCE else "",
        )
        if is_open:
            yield from rows_of(head.beneath, choice, depth=depth + 1, every=every)


def url_of(head: Any, period: Period, choice: Choice) -> str | None:
    """Where a group or an account is shown over these days."""
    days: dict[str, Any] = {"from": period.first_day.isoformat(), "to": period.last_day.isoformat()}
    of: dict[str, Any] = {"store": choice.store_id, "centre": choice.centre_id}
    if choice.naming:
        return screen_url("reports.day_book", **of, **days)
    has_ledger = choice.is_of_balances and head.account_id not in choice.money
    if head.account_id and choice.centre_id and not has_ledger:
        return screen_url("ledger.show_centre_lines", centre_id=choice.centre_id, account=head.account_id, store=choice.store_id, **days)
    if head.account_id:
        return screen_url("reports.account", account_id=head.account_id, **of, **days)
    if head.group_id:
        return url_for("final_accounts.show_group", group_id=head.group_id, **of, **days)
    return None


def shares(rows: Sequence[Row], base: Figures, main: int) -> list[str]:
    """Each row's share of `base` in the column `main`, in words: 12.5%."""
    whole = base[main]
    return [f"{plain_decimal(rounded(10_000 * (row.figures[main] or 0), whole), 2)}%" if row.figures and whole > 0 else "" for row in rows]


def sheet(
    name: str,
    title: str,
    about: tuple[str, ...],
    labels: Sequence[str],
    rows: Sequence[Row],
    extra: tuple[str, Sequence[str]] | None = None,
) -> Sheet:
    """A statement as a file: groups and results in one column, accounts in the next, so that neither is added up twice."""
    columns = (
        Column(_("Group"), "text", 26),
        Column(_("Account"), "text", 26),
        *(Column(label, "amount", 15) for label in labels),
        *((Column(extra[0], "text", 10),) if extra else ()),
    )
    nothing = ("",) * len(labels)

    def lines(_books: Books) -> Iterator[tuple[Any, ...]]:
        for number, row in enumerate(rows):
            names = ("", row.name) if row.kind == "account" else (row.name, "")
            yield (*names, *(row.figures or nothing), *((extra[1][number],) if extra else ()))

    return Sheet(name, title, about, columns, lines, is_wide=len(labels) > 2)
