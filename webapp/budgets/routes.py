"""Screens of budgets: the list, one budget with its lines, its form, its file. Lines and the variance report stand beside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import company
from webapp.budgets import csv_file, forms, queries, routes_grid, routes_lines, routes_variance, service
from webapp.budgets.blueprint import bp
from webapp.budgets.queries import BudgetCard
from webapp.budgets.rules import months_of
from webapp.kernel.dates import FinancialYear, month_name
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.platform import audit, exports, sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other

__all__ = ["bp", "routes_grid", "routes_lines", "routes_variance"]


@bp.get("/budgets")
@needs(Permission.REPORT_READ)
def list_budgets() -> Response:
    wanted_format = sheets.asked_format()
    words, state = request.args.get("q", "").strip()[:100], request.args.get("state", "")
    state = state if state in forms.STATES else ""
    at = request.args.get("at", "")
    after = int(at) if at.isascii() and at.isdigit() and len(at) < 6 else 0
    if wanted_format:
        return sheets.send(_list_sheet(words, state), wanted_format)
    with read_books(current_actor()) as books:
        found, has_more = queries.budgets(books, words=words, state=state, after=after)
        any_at_all = bool(found) or bool(queries.budgets(books, state="all", most=1)[0])
    return page(
        "budgets/budgets.html", found=found, any_at_all=any_at_all, words=words, state=state, at=after, has_more=has_more, size=queries.PAGE
    )


def _list_sheet(words: str, state: str) -> Sheet:
    columns = (
        Column(_("Name"), "text", 30),
        Column(_("Financial year"), "text", 12),
        Column(_("Store"), "text", 20),
        Column(_("Lines"), "number", 8),
    )

    everywhere = _("All stores")

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        for card in queries.budgets(books, words=words, state=state, most=10_000)[0]:
            yield card.name, str(card.year), card.store or everywhere, card.lines

    return Sheet("budgets", _("Budgets"), (), columns, rows)


def budget_form(*, budget_id: UUID | None = None, typed: Any = None, errors: Any = None) -> Response:
    """The form of a budget, new or one there is."""
    with read_books(current_actor()) as books:
        card = queries.budget_card(books, budget_id) if budget_id else None
        stores = company.stores(books)
        this_year = FinancialYear.of(books.today).start_year
    own = {"name": card.name, "start_year": card.year.start_year, "store_id": card.store_id} if card else {"start_year": this_year}
    years = sorted({this_year - 2, this_year - 1, this_year, this_year + 1, this_year + 2, *([card.year.start_year] if card else [])})
    return page(
        "budgets/budget_form.html",
        card=card,
        values=typed or own,
        errors=errors or {},
        years=[(year, str(FinancialYear(year))) for year in years],
        stores=[(one.id, one.name) for one in stores] if len(stores) > 1 else [],
        id=(typed or {}).get("id") or new_id(),
    )


@bp.get("/budgets/new")
@needs(Permission.BUDGET_WRITE)
def new_budget() -> Response:
    return budget_form()


@bp.post("/budgets")
@needs(Permission.BUDGET_WRITE)
@form_again(budget_form)
def create_budget() -> BaseResponse:
    with open_books(current_actor()) as books:
        made = service.create_budget(books, forms.parse_budget(request.form), read_id(request.form.get("id", "")))
    return see_other(url_for("budgets.show_budget", budget_id=made))


@bp.get("/budgets/<uuid:budget_id>/edit")
@needs(Permission.BUDGET_WRITE)
def show_budget_form(budget_id: UUID) -> Response:
    return budget_form(budget_id=budget_id)


@bp.post("/budgets/<uuid:budget_id>")
@needs(Permission.BUDGET_WRITE)
@form_again(budget_form)
def change_budget(budget_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.change_budget(books, budget_id, forms.parse_budget(request.form), forms.parse_version(request.form))
    return see_other(url_for("budgets.show_budget", budget_id=budget_id))


@bp.post("/budgets/<uuid:budget_id>/archival")
@needs(Permission.BUDGET_WRITE)
def create_budget_archival(budget_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.set_archived(books, budget_id, forms.parse_version(request.form), archived=True)
    return see_other(url_for("budgets.list_budgets"))


@bp.post("/budgets/<uuid:budget_id>/restoration")
@needs(Permission.BUDGET_WRITE)
def create_budget_restoration(budget_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.set_archived(books, budget_id, forms.parse_version(request.form), archived=False)
    return see_other(url_for("budgets.show_budget", budget_id=budget_id))


def draw_budget(*, budget_id: UUID, typed: Any = None, errors: Any = None) -> Response:
    """A budget with its lines; what was typed to fill it, with what is wrong about it."""
    with read_books(current_actor()) as books:
        card = queries.budget_card(books, budget_id)
        lines = queries.lines_of(books, card)
    labels = [month_name(month) for month in months_of(card.year)]
    return page("budgets/budget.html", card=card, lines=lines, labels=labels, typed=typed or {}, errors=errors or {}, **_sums(card, lines))


def _sums(card: BudgetCard, lines: list[queries.LineCard]) -> dict[str, Any]:
    sums = {nature: sum(one.total for one in lines if one.nature == nature) for nature in ("income", "expense", "asset", "liability")}
    return {"sums": sums, "last_year": str(FinancialYear(card.year.start_year - 1))}


@bp.get("/budgets/<uuid:budget_id>")
@needs(Permission.REPORT_READ)
def show_budget(budget_id: UUID) -> Response:
    return draw_budget(budget_id=budget_id)


@bp.get("/budgets/<uuid:budget_id>/lines.csv")
@needs(Permission.REPORT_EXPORT)
def export_lines(budget_id: UUID) -> Response:
    actor = current_actor()
    with open_books(actor) as books:
        card = queries.budget_card(books, budget_id)
        audit.record(books, "export", "budget", budget_id, new={"format": "csv", "name": card.name})

    def rows() -> Iterator[tuple[Any, ...]]:
        with read_books(actor) as books:
            yield from csv_file.rows(books, card)

    return exports.as_csv(f"budget-{card.year}", csv_file.headings(card), rows())


@bp.post("/budgets/<uuid:budget_id>/lines-file")
@needs(Permission.BUDGET_WRITE)
@form_again(draw_budget)
def create_lines_import(budget_id: UUID) -> BaseResponse:
    sent = request.files.get("file")
    content = sent.stream.read(csv_file.MOST_BYTES + 1) if sent is not None and sent.filename else b""
    with open_books(current_actor()) as books:
        card = queries.budget_card(books, budget_id)
        if not content:
            raise InvalidInput({"file": "Choose a CSV file first."})
        drafts = csv_file.read(books, card, content)
        count = service.replace_lines(books, budget_id, drafts, forms.parse_version(request.form))
    flash(_("The budget has %(count)s lines now.", count=count), "success")
    return see_other(url_for("budgets.show_budget", budget_id=budget_id))


@bp.post("/budgets/<uuid:budget_id>/last-year")
@needs(Permission.BUDGET_WRITE)
@form_again(draw_budget)
def create_copy_of_last_year(budget_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        change = forms.parse_change(request.form)
        count = service.copy_last_year(books, budget_id, change, forms.parse_version(request.form))
    flash(_("The budget has %(count)s lines now.", count=count), "success")
    return see_other(url_for("budgets.show_budget", budget_id=budget_id))
