"""The variance report on screen and as a file: what was budgeted, what happened, and the way down to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response, current_app, request, url_for
from flask_babel import gettext as _

from webapp import company, ledger
from webapp.budgets import forms, queries
from webapp.budgets.blueprint import bp, natures, same_report
from webapp.budgets.queries import BudgetCard
from webapp.budgets.rules import months_of
from webapp.budgets.variance import Variance, VarianceAsked, VarianceRow, period_before, variance
from webapp.kernel.dates import Period, month_name, written
from webapp.kernel.errors import NotFound
from webapp.kernel.money import plain_decimal, rupees
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs, permission_of
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.templating import account_name
from webapp.platform.tenancy import read_books
from webapp.platform.web import current_actor, page


@bp.get("/budgets/<uuid:budget_id>/variance")
@needs(Permission.REPORT_READ)
def show_variance(budget_id: UUID) -> Response:
    wanted_format = sheets.asked_format()
    with read_books(current_actor()) as books:
        card = queries.budget_card(books, budget_id)
        asked = forms.parse_asked(request.args, card.year, books.today)
        shown, centres = company.shown_store(books, card.store_id or asked.store_id), ledger.cost_centres(books)
        asked = replace(asked, store_id=None if card.store_id else shown.store_id)
        if asked.centre_id is not None and asked.centre_id not in {one.id for one in centres}:
            raise NotFound("cost centre")
        found = variance(books, budget_id, asked)
        has_lines = card.lines > 0
    if wanted_format:
        return sheets.send(_sheet(found), wanted_format)
    store = shown.name if asked.store_id else ""
    return page(
        "budgets/variance.html",
        found=found,
        has_lines=has_lines,
        stores=shown.choices(_("All stores")) if card.store_id is None else [],
        centres=[("", _("All cost centres")), *((one.id, one.name) for one in centres)] if centres else [],
        store=store,
        spans=_spans(found),
        charts=_charts(found),
        down=lambda row: _down(found.card, asked, row, found.period),
        down_before=lambda row: _down(found.card, asked, row, period_before(found.card, asked)),
        comparisons=[("", _("No comparison")), ("last-year", _("A year before"))],
        percent_words=percent_words,
    )


def _spans(found: Variance) -> list[dict[str, Any]]:
    words = {"to-date": _("Year to date"), "month": _("Month"), "year": _("Whole year")}
    return [{"label": label, "url": same_report(span=name), "active": name == found.asked.span} for name, label in words.items()]


def _charts(found: Variance) -> list[dict[str, Any]]:
    """Budget and actual month by month, of incomes and of expenses."""
    labels = [month_name(month)[:3] for month in months_of(found.card.year)]  # the year is in the title: a phone is narrow
    return [
        {
            "title": natures()[nature],
            "bars": [
                {"label": label, "values": pair, "texts": tuple(rupees(figure) for figure in pair)}
                for label, pair in zip(labels, found.months[nature], strict=True)
            ],
        }
        for nature in ("income", "expense")
        if nature in found.months
    ]


def _down(card: BudgetCard, asked: VarianceAsked, row: VarianceRow, period: Period) -> str | None:
    """Where what a row is made of in these days stands: the lines of its cost centre, the account, or the group."""
    days: dict[str, Any] = {"from": period.first_day.isoformat(), "to": period.last_day.isoformat()}
    store_id = card.store_id or asked.store_id
    store = {"store": store_id} if store_id else {}
    if row.centre_id:
        account = {"account": row.account_id} if row.account_id else {}
        return _screen("ledger.show_centre_lines", centre_id=row.centre_id, own=1, **days, **account, **store)
    if row.account_id:
        return _screen("reports.account", account_id=row.account_id, **days, **store)
    return _screen("final_accounts.show_group", group_id=row.group_id, **days, **store)


def _screen(endpoint: str, **values: Any) -> str | None:
    view = current_app.view_functions.get(endpoint)
    permission = permission_of(view) if view else None
    return url_for(endpoint, **values) if view and (permission is None or current_actor().may(permission)) else None


def percent_words(basis_points: int | None) -> str:
    """A percentage with its sign: +4.5%."""
    if basis_points is None:
        return "–"
    return ("+" if basis_points > 0 else "") + plain_decimal(basis_points, 2) + "%"


def _sheet(found: Variance) -> Sheet:
    amounts = (_("Budget"), _("Actual"), _("Variance"), _("Run-rate"), _("Forecast"), _("Budget of the year"))
    columns = (
        Column(_("Kind"), "text", 12),
        Column(_("Account or group"), "text", 26),
        Column(_("Cost centre"), "text", 16),
        *(Column(label, "amount", 15) for label in amounts[:3]),
        Column(_("Variance %"), "text", 10),
        *(Column(label, "amount", 15) for label in amounts[3:]),
        *([Column(_("A year before"), "amount", 15)] if found.asked.with_year_before else []),
    )

    def rows() -> Iterator[tuple[Any, ...]]:
        words = natures()
        for section in found.sections:
            for row in section.rows:
                figures = (row.budget, row.actual, row.variance)
                more = (percent_words(row.percent_bp), row.run_rate, row.forecast, row.year_budget)
                before = (row.before,) if found.asked.with_year_before else ()
                yield words[section.nature], account_name(row.head), row.centre, *figures, *more, *before

    every = list(rows())  # now: a stream is read when nobody knows the reader's language any more
    about = (found.card.name, str(found.card.year), _("As at %(day)s", day=written(found.asked.as_at)))
    return Sheet("budget-variance", _("Budget variance"), about, columns, lambda _books: iter(every), is_wide=True)
