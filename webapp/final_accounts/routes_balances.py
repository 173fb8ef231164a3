"""Screens of the trial balance, alone and side by side with other days, and of a group of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from webapp.final_accounts import queries
from webapp.final_accounts.blueprint import (
    about_words,
    asked,
    asked_balances,
    bp,
    centres,
    comparisons,
    presets,
    span_words,
    stores,
    with_ledgers,
)
from webapp.final_accounts.forms import Choice
from webapp.final_accounts.rows import Row, rows_of
from webapp.final_accounts.rules.tree import Head
from webapp.kernel.dates import month_name, month_of
from webapp.kernel.text import folded
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.templating import account_name
from webapp.platform.tenancy import Books, read_books
from webapp.platform.web import current_actor, page


@bp.get("/trial-balance")
@needs(Permission.REPORT_READ)
def show_trial_balance() -> Response:
    wanted_format = sheets.asked_format()
    with read_books(current_actor()) as books:
        choice, offered = asked_balances(books, request.args, layouts=("flat", "groups"))
        chosen: dict[str, Any] = {"presets": presets(choice, books), "stores": stores(choice), "comparisons": comparisons()}
        chosen["centres"] = offered
        if choice.compare:
            return _compared(books, choice, chosen, wanted_format)
        found = queries.trial_balance(books, choice.period, store_id=choice.store_id, centre_id=choice.centre_id)
        about = about_words(books, choice)
    if wanted_format:
        return sheets.send(_balances_sheet("trial-balance", _("Trial balance"), about, found.heads, found), wanted_format)
    rows = _balance_rows(found.heads, choice)
    return page("final_accounts/trial_balance.html", found=found, rows=rows, choice=choice, about=about, group=None, **chosen)


@bp.get("/group-summary/<uuid:group_id>")
@needs(Permission.REPORT_READ)
def show_group(group_id: UUID) -> Response:
    """One group of the trial balance: the way down from a statement to its accounts."""
    wanted_format = sheets.asked_format()
    with read_books(current_actor()) as books:
        choice = asked(books, request.args, layouts=("flat", "groups"), by_centre=True)
        chosen: dict[str, Any] = {"presets": presets(choice, books), "stores": stores(choice), "centres": centres(books, choice)}
        choice = with_ledgers(books, choice)
        group = queries.group_summary(books, group_id, choice.period, store_id=choice.store_id, centre_id=choice.centre_id)
        about = about_words(books, choice)
    heads = group.head.beneath if group.head else ()
    if wanted_format:
        return sheets.send(_balances_sheet("group-summary", account_name(group.name), about, heads, None), wanted_format)
    rows = _balance_rows(heads, choice)
    return page("final_accounts/trial_balance.html", found=None, rows=rows, choice=choice, about=about, group=group, **chosen)


def _balance_rows(heads: tuple[Head, ...], choice: Choice) -> list[Row]:
    """Rows of a trial balance: a tree, in which all stands open unless groups alone are wanted; or accounts by name."""
    words = folded(choice.words).split()
    every = choice.layout != "groups"
    rows = list(rows_of(heads, choice, every=every or bool(words)))
    if choice.layout == "flat" or words:
        rows = [row for row in rows if row.kind == "account" and all(word in folded(row.name) for word in words)]
        rows = [Row(row.kind, row.name, row.figures, url=row.url, note=row.note) for row in sorted(rows, key=lambda row: row.name)]
    return rows


def _balances_sheet(name: str, title: str, about: tuple[str, ...], heads: tuple[Head, ...], found: queries.TrialBalance | None) -> Sheet:
    """Accounts alone, each with its group: a spreadsheet adds up what it is given, and groups would be counted twice."""
    columns = (
        Column(_("Account"), "text", 30),
        Column(_("Group"), "text", 22),
        *(Column(label, "amount", 15) for label in side_labels()),
    )

    def lines(group: str, heads: tuple[Head, ...]) -> Iterator[tuple[Any, ...]]:
        for head in heads:
            if head.account_id:
                opening, debit, credit = head.figures
                yield account_name(head.name), group, *_sides(opening), debit, credit, *_sides(opening + debit - credit)
            yield from lines(account_name(head.name), head.beneath)

    forward = (found.brought_forward,) if found and found.brought_forward else ()
    rest = (found.not_borne._replace(name=_("Not borne by this centre")),) if found and found.not_borne else ()
    own = tuple(head._replace(account_id=head.account_id or UUID(int=0)) for head in (*forward, *rest))
    every = list(lines(title, (*heads, *own)))
    totals = tuple(sum(row[place] for row in every) for place in range(2, 8))
    return Sheet(name, title, about, columns, lambda _books: iter(every), lambda _books: (_("Total"), "", *totals), is_wide=True)


def side_labels() -> tuple[str, ...]:
    """The six columns of a trial balance."""
    return _("Opening Dr"), _("Opening Cr"), _("Debit"), _("Credit"), _("Closing Dr"), _("Closing Cr")


def _sides(amount: int) -> tuple[int, int]:
    return max(amount, 0), max(-amount, 0)


# Side by side ---------------------------------------------------------------------------------------------------------


def _compared(books: Books, choice: Choice, chosen: dict[str, Any], wanted_format: str) -> Response:
    """Closing balances of several spans. The whole of months side by side would say the last month again."""
    columns = choice.columns[:-1] if choice.compare == "months" else choice.columns
    found = queries.compared_balances(books, columns, store_id=choice.store_id, centre_id=choice.centre_id)
    about = about_words(books, choice)
    by_month = choice.compare == "months"
    labels = tuple(month_name(month_of(one.first_day)) if by_month else span_words(one) for one in columns)
    if wanted_format:
        return sheets.send(_compared_sheet(about, labels, found), wanted_format)
    rows = _balance_rows(found.heads, choice)
    return page("final_accounts/trial_balances.html", found=found, rows=rows, labels=labels, choice=choice, about=about, **chosen)


def _compared_sheet(about: tuple[str, ...], labels: tuple[str, ...], found: queries.ComparedBalances) -> Sheet:
    """Accounts alone, two columns for each span: a side that is added up must be a column."""
    columns = [Column(_("Account"), "text", 30), Column(_("Group"), "text", 22)]
    for label in labels:
        columns += [Column(_("%(span)s Dr", span=label), "amount", 15), Column(_("%(span)s Cr", span=label), "amount", 15)]

    def lines(group: str, heads: tuple[Head, ...]) -> Iterator[tuple[Any, ...]]:
        for head in heads:
            if head.account_id or not head.beneath:
                yield account_name(head.name), group, *(side for one in head.figures for side in _sides(one))
            yield from lines(account_name(head.name), head.beneath)

    title = _("Trial balance")
    forward = (found.brought_forward,) if found.brought_forward else ()
    rest = (found.not_borne._replace(name=_("Not borne by this centre")),) if found.not_borne else ()
    every = list(lines(title, (*found.heads, *forward, *rest)))
    totals = tuple(side for pair in zip(found.debit, found.credit, strict=True) for side in pair)
    return Sheet(
        "trial-balance", title, about, tuple(columns), lambda _books: iter(every), lambda _books: (_("Total"), "", *totals), is_wide=True
    )
