"""The screens of the final accounts: parse, open the books for reading, ask one question, show it or send it as a file.

Trial balance, a group of it, profit and loss, balance sheet and Schedule III are here; flows and ratios stand beside.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from webapp.final_accounts import forms, layouts, queries, routes_flows
from webapp.final_accounts.blueprint import bp, column_labels, comparisons, day_labels, presets, span_words, store_name, stores
from webapp.final_accounts.forms import Choice
from webapp.final_accounts.rows import Row, rows_of, shares, sheet
from webapp.final_accounts.rules.tree import Head
from webapp.kernel.dates import month_name, month_of, written
from webapp.kernel.money import rupees
from webapp.kernel.text import folded
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.templating import account_name
from webapp.platform.tenancy import Books, read_books
from webapp.platform.web import current_actor, page

__all__ = ["bp", "routes_flows"]


@bp.get("/trial-balance")
@needs(Permission.REPORT_READ)
def show_trial_balance() -> Response:
    wanted_format = sheets.asked_format()
    with read_books(current_actor()) as books:
        choice = forms.read_choice(request.args, books.today, layouts=("flat", "groups"))
        found = queries.trial_balance(books, choice.period, store_id=choice.store_id)
        chosen: dict[str, Any] = {"presets": presets(choice, books), "stores": stores(books, choice)}
        about = _about(books, choice)
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
        choice = forms.read_choice(request.args, books.today, layouts=("flat", "groups"))
        group = queries.group_summary(books, group_id, choice.period, store_id=choice.store_id)
        chosen: dict[str, Any] = {"presets": presets(choice, books), "stores": stores(books, choice)}
        about = _about(books, choice)
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
    own = tuple(head._replace(account_id=head.account_id or UUID(int=0)) for head in forward)
    every = list(lines(title, (*heads, *own)))
    totals = tuple(sum(row[place] for row in every) for place in range(2, 8))
    return Sheet(name, title, about, columns, lambda _books: iter(every), lambda _books: (_("Total"), "", *totals), is_wide=True)


def side_labels() -> tuple[str, ...]:
    """The six columns of a trial balance."""
    return _("Opening Dr"), _("Opening Cr"), _("Debit"), _("Credit"), _("Closing Dr"), _("Closing Cr")


@bp.get("/profit-and-loss")
@needs(Permission.REPORT_READ)
def show_profit_and_loss() -> Response:
    wanted_format = sheets.asked_format()
    with read_books(current_actor()) as books:
        choice = forms.read_choice(request.args, books.today, layouts=("sides",))
        found = queries.profit_and_loss(books, choice.columns, store_id=choice.store_id)
        months = () if wanted_format else queries.by_month(books, choice.period.last_day, store_id=choice.store_id)
        chosen: dict[str, Any] = {"presets": presets(choice, books), "stores": stores(books, choice), "comparisons": comparisons()}
        about = _about(books, choice)
    labels = column_labels(choice)
    rows = layouts.profit_and_loss_rows(found, choice, every=bool(wanted_format))
    shares_of_sales = shares(rows, found.turnover, choice.main)
    if wanted_format:
        extra = (_("% of sales"), shares_of_sales)
        return sheets.send(sheet("profit-and-loss", _("Profit and loss"), about, labels, rows, extra), wanted_format)
    bars = [
        {"label": month_name(month_of(span.first_day)), "values": (income, expense), "texts": (rupees(income), rupees(expense))}
        for span, income, expense in months
    ]
    sides = layouts.profit_and_loss_sides(found, choice) if choice.layout == "sides" else ()
    return page(
        "final_accounts/profit_and_loss.html",
        found=found, rows=rows, shares=shares_of_sales, sides=sides, labels=labels, choice=choice, about=about, bars=bars, **chosen,
    )  # fmt: skip


@bp.get("/balance-sheet")
@needs(Permission.REPORT_READ)
def show_balance_sheet() -> Response:
    wanted_format = sheets.asked_format()
    with read_books(current_actor()) as books:
        choice = forms.read_choice(request.args, books.today, layouts=("sides",), as_at=True)
        found = queries.balance_sheet(books, choice.days, store_id=choice.store_id)
        chosen = _as_at(books, choice)
        about = _about(books, choice, as_at=True)
    labels = day_labels(choice)
    rows = layouts.balance_sheet_rows(found, choice, every=bool(wanted_format))
    if wanted_format:
        return sheets.send(sheet("balance-sheet", _("Balance sheet"), about, labels, rows), wanted_format)
    sides = (layouts.balance_sheet_sides(found, choice),) if choice.layout == "sides" else ()
    return page(
        "final_accounts/balance_sheet.html", found=found, rows=rows, sides=sides, labels=labels, choice=choice, about=about, **chosen
    )


@bp.get("/schedule-iii")
@needs(Permission.REPORT_READ)
def show_schedule_iii() -> Response:
    wanted_format = sheets.asked_format()
    # The Schedule asks for the figures of the year before beside those of this one (General Instruction 5).
    args = {**request.args, "compare": "last-year"}
    with read_books(current_actor()) as books:
        choice = forms.read_choice(args, books.today, as_at=True)
        found = queries.schedule_of(books, choice.days, store_id=choice.store_id)
        chosen: dict[str, Any] = {**_as_at(books, choice), "comparisons": ()}
        about = _about(books, choice, as_at=True)
    labels = day_labels(choice)
    rows, results = layouts.schedule_rows(found.schedule), layouts.results_rows(found.results)
    if wanted_format:
        whole = [*rows, Row("part", _("Statement of profit and loss"), ()), *results]
        extra = (_("Note"), [row.note for row in whole])
        return sheets.send(sheet("schedule-iii", _("Schedule III"), about, labels, whole, extra), wanted_format)
    return page(
        "final_accounts/schedule_iii.html",
        found=found, rows=rows, results=results, labels=labels, choice=choice, about=about, line_words=layouts.line_words, **chosen,
    )  # fmt: skip


def _as_at(books: Books, choice: Choice) -> dict[str, Any]:
    return {"presets": presets(choice, books, as_at=True), "stores": stores(books, choice), "comparisons": comparisons(as_at=True)}


def _about(books: Books, choice: Choice, *, as_at: bool = False) -> tuple[str, ...]:
    """What stands beneath the title: the days, and the store when it is one."""
    days = _("As at %(day)s", day=written(choice.period.last_day)) if as_at else span_words(choice.period)
    store = store_name(books, choice.store_id)
    return (days, store) if store else (days,)


def _sides(amount: int) -> tuple[int, int]:
    return max(amount, 0), max(-amount, 0)
