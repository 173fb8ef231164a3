"""Pages of dunning: the switch, the rules, and who is never reminded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import catalogue
from webapp.dunning import forms, queries, rules, service
from webapp.dunning.blueprint import bp
from webapp.kernel.errors import NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import plain_decimal
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other

_USUAL_SINCE = timedelta(days=30)  # what is proposed: older bills are a person's to ask for


def settings_page(*, typed: Any = None, errors: Any = None) -> Response:
    """The switch, the rules, and who is never reminded."""
    with read_books(current_actor()) as books:
        kept, every, never = queries.policy(books), queries.every_rule(books), queries.exemptions(books)
        lists, today = catalogue.list_names(books, archived=True), books.today
        unknown_year = queries.unknown_year(books, kept)
    since = kept.bills_from if kept.version else today - _USUAL_SINCE
    values = {
        "is_on": "1" if kept.is_on else "",
        "on_sundays": "1" if kept.on_sundays else "",
        "bills_from": since.isoformat() if since else "",
        "version": kept.version,
    }
    return page(
        "dunning/settings.html",
        values=typed or values,
        kept=kept,
        rules=every,
        lists=lists,
        never=never,
        errors=errors or {},
        today=today,
        unknown_year=unknown_year,
    )


@bp.get("/dunning/settings")
@needs(Permission.NOTIFICATION_WRITE)
def show_settings() -> Response:
    return settings_page()


@bp.post("/dunning/settings")
@needs(Permission.NOTIFICATION_WRITE)
@form_again(settings_page)
def change_settings() -> BaseResponse:
    asked = forms.parse_policy(request.form)
    with open_books(current_actor()) as books:
        service.set_policy(books, asked)
    flash(_("Reminders are sent automatically from now on.") if asked.is_on else _("Kept. No reminder is sent automatically."), "success")
    return see_other(url_for("dunning.show_settings"))


@bp.post("/dunning/rules/usual")
@needs(Permission.NOTIFICATION_WRITE)
def create_usual_rules() -> BaseResponse:
    with open_books(current_actor()) as books:
        service.take_usual(books)
    return see_other(url_for("dunning.show_settings"))


def rule_form(*, rule_id: UUID | None = None, typed: Any = None, errors: Any = None) -> Response:
    """One rule, or a new one."""
    with read_books(current_actor()) as books:
        found = next((one for one in queries.every_rule(books) if one.id == rule_id), None)
        lists = catalogue.list_names(books)
    if rule_id is not None and found is None:
        raise NotFound("rule")
    kept = found or rules.Rule(new_id(), 1, rules.POLITE)
    values = {
        "id": kept.id,
        "days": abs(kept.days),
        "when": "before" if kept.is_before else "after",
        "tone": kept.tone,
        "least": plain_decimal(kept.least_paise, 2) if kept.least_paise else "",
        "price_list": kept.price_list_id or "",
        "has_link": "1" if kept.has_link else "",
        "is_active": "1" if kept.is_active else "",
        "version": kept.version,
    }
    return page("dunning/rule.html", values=typed or values, rule=found, lists=lists, errors=errors or {})


@bp.get("/dunning/rules/new")
@needs(Permission.NOTIFICATION_WRITE)
def new_rule() -> Response:
    return rule_form()


@bp.post("/dunning/rules")
@needs(Permission.NOTIFICATION_WRITE)
@form_again(rule_form)
def create_rule() -> BaseResponse:
    return _save(None)


@bp.get("/dunning/rules/<uuid:rule_id>")
@needs(Permission.NOTIFICATION_WRITE)
def show_rule(rule_id: UUID) -> Response:
    return rule_form(rule_id=rule_id)


@bp.post("/dunning/rules/<uuid:rule_id>")
@needs(Permission.NOTIFICATION_WRITE)
@form_again(rule_form)
def change_rule(rule_id: UUID) -> BaseResponse:
    return _save(rule_id)


def _save(rule_id: UUID | None) -> BaseResponse:
    asked = forms.parse_rule(request.form, rule_id)
    with open_books(current_actor()) as books:
        if rule_id is not None and all(one.id != rule_id for one in queries.every_rule(books)):
            raise NotFound("rule")
        service.save_rule(books, asked)
    flash(_("The rule is kept."), "success")
    return see_other(url_for("dunning.show_settings"))


@bp.post("/dunning/rules/<uuid:rule_id>/ending")
@needs(Permission.NOTIFICATION_WRITE)
def create_rule_ending(rule_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.end_rule(books, rule_id)
    flash(_("The rule is taken away."), "success")
    return see_other(url_for("dunning.show_settings"))
