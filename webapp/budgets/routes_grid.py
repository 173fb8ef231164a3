"""All lines of a budget at once, as a grid of months; and the history of a budget."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.budgets import actuals, forms, queries, rules, service
from webapp.budgets.blueprint import bp
from webapp.budgets.queries import BudgetCard, HistoryRow, LineCard
from webapp.kernel.dates import FinancialYear, ist_day, month_name
from webapp.kernel.ids import read_id
from webapp.kernel.money import Paise, plain_decimal, rupees
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.templating import account_namer
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other


def draw_grid(*, budget_id: UUID, typed: Any = None, errors: Any = None) -> Response:
    """The lines of a budget under each other, a field for each month; with what was typed and what is wrong at its cell."""
    with read_books(current_actor()) as books:
        card = queries.budget_card(books, budget_id)
        lines = queries.lines_of(books, card)
    values = typed or {}
    rows = [_row(place, line, values) for place, line in enumerate(lines)]
    labels = [month_name(month) for month in rules.months_of(card.year)]
    return page(
        "budgets/grid.html",
        card=card,
        rows=rows,
        labels=labels,
        typed=values,
        errors=errors or {},
        version=values.get("version") or card.version,
        last_year=str(FinancialYear(card.year.start_year - 1)),
    )


def _row(place: int, line: LineCard, typed: Mapping[str, str]) -> dict[str, Any]:
    # What was typed belongs to the line it was typed for: the grid may have other lines by now.
    is_typed = read_id(typed.get(f"line_{place}", "")) == line.id
    kept = [plain_decimal(amount, 2) if amount else "" for amount in line.months]
    months = [typed.get(f"a_{place}_{month}", "") for month in range(rules.MONTHS)] if is_typed else kept
    return {"line": line, "months": months, "year": typed.get(f"year_{place}", "") if is_typed else ""}


@bp.get("/budgets/<uuid:budget_id>/grid")
@needs(Permission.BUDGET_WRITE)
def show_grid(budget_id: UUID) -> Response:
    return draw_grid(budget_id=budget_id)


@bp.post("/budgets/<uuid:budget_id>/grid")
@needs(Permission.BUDGET_WRITE)
@form_again(draw_grid)
def change_grid(budget_id: UUID) -> BaseResponse:
    """Save the grid, or spread the year totals that were typed: then the grid comes back filled and nothing is saved."""
    act = request.form.get("act", "")
    if act in ("even", "shape"):
        with read_books(current_actor()) as books:
            card = queries.budget_card(books, budget_id)
            filled = _spread(books, card, request.form, by_shape=act == "shape")
        return draw_grid(budget_id=budget_id, typed=filled)
    with open_books(current_actor()) as books:
        queries.budget_card(books, budget_id)
        months = forms.parse_grid(request.form, rules.MOST_LINES)
        count = service.save_grid(books, budget_id, months, forms.parse_version(request.form))
    flash(_("%(count)s lines were changed.", count=count), "success")
    return see_other(url_for("budgets.show_budget", budget_id=budget_id))


def _spread(books: Books, card: BudgetCard, form: Mapping[str, str], *, by_shape: bool) -> dict[str, str]:
    yearly = forms.parse_yearly_of(form, rules.MOST_LINES)
    lines = {one.id: one for one in queries.lines_of(books, card)}
    found = actuals.read(books, FinancialYear(card.year.start_year - 1), card.store_id) if by_shape else None
    heads = {one.id: one for one in queries.every_head(books)} if by_shape else {}
    filled = dict(form)
    for row, total in yearly.items():
        line = lines.get(read_id(form.get(f"line_{row}", "")) or UUID(int=0))
        if line is None:
            continue
        head = heads.get(line.account_id or line.group_id or line.id)
        last_year = found.months_of_head(head, actuals.beneath(head, heads), line.cost_centre_id) if found and head else ()
        for month, amount in enumerate(rules.shaped(total, last_year)):
            filled[f"a_{row}_{month}"] = plain_decimal(amount, 2) if amount else ""
        filled[f"year_{row}"] = ""
    return filled


# The history ----------------------------------------------------------------------------------------------------------


@bp.get("/budgets/<uuid:budget_id>/history")
@needs(Permission.REPORT_READ)
def show_history(budget_id: UUID) -> Response:
    wanted_format = sheets.asked_format()
    text = request.args.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None
    with read_books(current_actor()) as books:
        card = queries.budget_card(books, budget_id)
        found, older = ([], None) if wanted_format else queries.history(books, budget_id, before=before)
    if wanted_format:
        return sheets.send(_history_sheet(card), wanted_format)
    return page("budgets/history.html", card=card, found=found, older=older, acts=act_words(), told=_told(card))


def act_words() -> dict[str, str]:
    """What the acts of the edit log are called on a budget."""
    return {
        "create": _("Made"),
        "change": _("Changed"),
        "archive": _("Archived"),
        "restore": _("Restored"),
        "export": _("Sent out"),
    }


def _told(card: BudgetCard) -> Any:
    """For templates: a difference as (what, before, after) in words."""
    labels = [month_name(month) for month in rules.months_of(card.year)]
    account_name = account_namer()
    names = {"name": _("Name"), "year": _("Financial year"), "store": _("Store"), "format": _("Kind of file")}

    def told(one: rules.Difference) -> tuple[str, str, str]:
        if one.place is None:
            return names.get(one.what, one.what), str(one.before), str(one.after)
        return f"{account_name(one.what)}, {labels[one.place]}", rupees(Paise(int(one.before))), rupees(Paise(int(one.after)))

    return told


def _history_sheet(card: BudgetCard) -> Sheet:
    told, acts = _told(card), act_words()
    columns = (
        Column(_("Day"), "day", 12),
        Column(_("Who"), "text", 18),
        Column(_("Act"), "text", 12),
        Column(_("What"), "text", 30),
        Column(_("Before"), "text", 16),
        Column(_("After"), "text", 16),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        before = None
        while True:
            found, before = queries.history(books, card.id, before=before, most=500)
            for act in found:
                yield from _lines_of(act)
            if before is None:
                return

    def _lines_of(act: HistoryRow) -> Iterator[tuple[Any, ...]]:
        for one in act.changes:
            yield ist_day(act.at), act.who, acts.get(act.action, act.action), *told(one)

    return Sheet("budget-history", _("History of %(name)s", name=card.name), (str(card.year),), columns, rows, is_wide=True)
