"""The form of a budget's line: its head, its cost centre, the grid of its months."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import ledger
from webapp.budgets import forms, queries, rules, service
from webapp.budgets.blueprint import bp, natures
from webapp.budgets.queries import Head, LineCard
from webapp.kernel.dates import month_name
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import plain_decimal
from webapp.platform.permissions import Permission, needs
from webapp.platform.templating import account_name
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other


def line_form(*, budget_id: UUID, line_id: UUID | None = None, typed: Any = None, errors: Any = None) -> Response:
    """The form of a line, new or one there is."""
    with read_books(current_actor()) as books:
        card = queries.budget_card(books, budget_id)
        line = queries.line_card(books, card, line_id) if line_id else None
        heads = queries.every_head(books)
        centres = ledger.cost_centres(books)
    return page(
        "budgets/line_form.html",
        card=card,
        line=line,
        heads=_choices(heads, line),
        centres=[(one.id, one.name) for one in centres if not one.is_archived or (line and one.id == line.cost_centre_id)],
        values=typed or _values(line),
        errors=errors or {},
        labels=[month_name(month) for month in rules.months_of(card.year)],
        version=(typed or {}).get("version") or card.version,
        id=(typed or {}).get("id") or new_id(),
    )


def _choices(heads: list[Head], line: LineCard | None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Accounts under each nature, then the groups."""
    words = natures()
    shown = [one for one in heads if not one.is_archived or (line and one.id == line.account_id)]
    found = [
        (words[nature], [(f"account:{one.id}", account_name(one.name)) for one in shown if not one.is_group and one.nature == nature])
        for nature in ("expense", "income", "asset", "liability")
    ]
    groups = [(f"group:{one.id}", account_name(one.name)) for one in shown if one.is_group]
    return [(label, choices) for label, choices in [*found, (_("Groups"), groups)] if choices]


def _values(line: LineCard | None) -> dict[str, Any]:
    if line is None:
        return {}
    head = f"group:{line.group_id}" if line.group_id else f"account:{line.account_id}"
    return {"head": head, "cost_centre_id": line.cost_centre_id, "yearly": plain_decimal(line.total, 2), **_month_fields(line.months)}


def _month_fields(months: tuple[int, ...]) -> dict[str, str]:
    return {f"month_{place}": plain_decimal(amount, 2) if amount else "" for place, amount in enumerate(months)}


def _spread(form: Mapping[str, str]) -> dict[str, Any]:
    """What was typed, with the yearly figure over its months. The form comes back with them, nothing is saved."""
    return {**form, **_month_fields(rules.spread(forms.parse_yearly(form)))}


@bp.get("/budgets/<uuid:budget_id>/lines/new")
@needs(Permission.BUDGET_WRITE)
def new_line(budget_id: UUID) -> Response:
    return line_form(budget_id=budget_id)


@bp.post("/budgets/<uuid:budget_id>/lines")
@needs(Permission.BUDGET_WRITE)
@form_again(line_form)
def create_line(budget_id: UUID) -> BaseResponse:
    if request.form.get("act") == "spread":
        return line_form(budget_id=budget_id, typed=_spread(request.form))
    with open_books(current_actor()) as books:
        queries.budget_card(books, budget_id)
        draft = _head_chosen(forms.parse_line(request.form))
        id_ = read_id(request.form.get("id", "")) or new_id()
        service.save_line(books, budget_id, draft, forms.parse_version(request.form), id_, is_new=True)
    if request.form.get("act") == "another":
        return see_other(url_for("budgets.new_line", budget_id=budget_id))
    return see_other(url_for("budgets.show_budget", budget_id=budget_id))


@bp.get("/budgets/<uuid:budget_id>/lines/<uuid:budget_line_id>")
@needs(Permission.BUDGET_WRITE)
def show_line(budget_id: UUID, budget_line_id: UUID) -> Response:
    return line_form(budget_id=budget_id, line_id=budget_line_id)


def _form_of_line(*, budget_id: UUID, budget_line_id: UUID, typed: Any = None, errors: Any = None) -> Response:
    return line_form(budget_id=budget_id, line_id=budget_line_id, typed=typed, errors=errors)


@bp.post("/budgets/<uuid:budget_id>/lines/<uuid:budget_line_id>")
@needs(Permission.BUDGET_WRITE)
@form_again(_form_of_line)
def change_line(budget_id: UUID, budget_line_id: UUID) -> BaseResponse:
    if request.form.get("act") == "spread":
        return line_form(budget_id=budget_id, line_id=budget_line_id, typed=_spread(request.form))
    with open_books(current_actor()) as books:
        queries.line_card(books, queries.budget_card(books, budget_id), budget_line_id)
        draft = _head_chosen(forms.parse_line(request.form))
        service.save_line(books, budget_id, draft, forms.parse_version(request.form), budget_line_id)
    return see_other(url_for("budgets.show_budget", budget_id=budget_id))


@bp.post("/budgets/<uuid:budget_id>/lines/<uuid:budget_line_id>/removal")
@needs(Permission.BUDGET_WRITE)
def create_line_removal(budget_id: UUID, budget_line_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.remove_line(books, budget_id, budget_line_id, forms.parse_version(request.form))
    return see_other(url_for("budgets.show_budget", budget_id=budget_id))


def _head_chosen(draft: rules.LineDraft) -> rules.LineDraft:
    if draft.account_id is None and draft.group_id is None:
        raise InvalidInput({"head": "Choose the account or group from the list."})
    return draft
