"""The screens of the final accounts: parse, open the books for reading, ask one question, show it or send it as a file.

Profit and loss and balance sheet are here; trial balance, Schedule III, flows and ratios stand beside.
"""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from webapp.final_accounts import layouts, queries, routes_balances, routes_doubts, routes_equity, routes_flows, routes_schedule
from webapp.final_accounts.blueprint import (
    about_words,
    as_at,
    asked,
    asked_balances,
    bp,
    centres,
    column_labels,
    comparisons,
    day_labels,
    presets,
    stores,
)
from webapp.final_accounts.rows import shares, sheet
from webapp.kernel.dates import month_name, month_of
from webapp.kernel.money import rupees
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import read_books
from webapp.platform.web import current_actor, page

__all__ = ["bp", "routes_balances", "routes_doubts", "routes_equity", "routes_flows", "routes_schedule"]


@bp.get("/profit-and-loss")
@needs(Permission.REPORT_READ)
def show_profit_and_loss() -> Response:
    wanted_format = sheets.asked_format()
    with read_books(current_actor()) as books:
        choice = asked(books, request.args, layouts=("sides",), by_centre=True)
        chosen: dict[str, Any] = {"presets": presets(choice, books), "stores": stores(choice), "comparisons": comparisons()}
        chosen["centres"] = centres(books, choice)
        found = queries.profit_and_loss(books, choice.columns, store_id=choice.store_id, centre_id=choice.centre_id)
        span = choice.period.last_day
        months = () if wanted_format else queries.by_month(books, span, store_id=choice.store_id, centre_id=choice.centre_id)
        about = about_words(books, choice)
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
        choice, offered = asked_balances(books, request.args, layouts=("sides",), as_at=True)
        found = queries.balance_sheet(
            books, choice.days, store_id=choice.store_id, splits_parties=choice.splits_parties, centre_id=choice.centre_id
        )
        chosen = {**as_at(books, choice), "centres": offered}
        about = about_words(books, choice, is_as_at=True)
    labels = day_labels(choice)
    rows = layouts.balance_sheet_rows(found, choice, every=bool(wanted_format))
    if wanted_format:
        return sheets.send(sheet("balance-sheet", _("Balance sheet"), about, labels, rows), wanted_format)
    sides = (layouts.balance_sheet_sides(found, choice),) if choice.layout == "sides" else ()
    return page(
        "final_accounts/balance_sheet.html", found=found, rows=rows, sides=sides, labels=labels, choice=choice, about=about, **chosen
    )
