"""The page of the plan: what the business has, what it uses of it, what else is offered, and another one asked for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, flash, g, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as BaseResponse

from webapp import identity
from webapp.kernel.money import Paise, rupees
from webapp.plans import offered, queries, rules, service
from webapp.plans.rules import Granted, Level, Plan
from webapp.platform import clock
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import Actor, read_books
from webapp.platform.web import current_actor, form_again, page, see_other

bp = Blueprint("plans", __name__)

# Where bills are made and looked at: there owners read how many a month has left.
_WARNED_ON = ("sales.", "counter.", "reports.today")
_KEPT_FOR = timedelta(minutes=1)
_MOST_KEPT = 10_000
_levels: dict[int, tuple[datetime, tuple[Level, int, int | None] | None]] = {}


@bp.app_context_processor
def frame() -> dict[str, Any]:
    """For the frame of every page: where the plan stands, and what is to be warned of."""
    return {"plan_url": url_for("plans.show_plan"), "plan_warning": warning}


def warning() -> dict[str, str] | None:
    """What to tell who keeps the business, on pages of bills: that a month has nearly all bills of the plan, or more, or that the plan has
    ended. Asked at most once a minute of a business, and of nobody else."""
    actor: Actor | None = g.get("actor")
    if actor is None or not (request.endpoint or "").startswith(_WARNED_ON) or not actor.may(Permission.COMPANY_WRITE):
        return None
    found = _level(actor)
    if found is None:
        return {"tone": "warn", "words": _("The plan has ended. Counters bill as before; the office issues no invoices.")}
    level, there, most = found
    return {
        Level.CALM: None,
        Level.NEAR: {"tone": "info", "words": _("%(count)s of %(most)s bills of this month are made.", count=there, most=most)},
        Level.OVER: {"tone": "warn", "words": _("This month has %(count)s bills; your plan has %(most)s.", count=there, most=most)},
        Level.SPENT: {
            "tone": "warn",
            "words": _("This month has %(count)s bills; your plan has %(most)s. The office issues no more.", count=there, most=most),
        },
    }[level]


def _level(actor: Actor) -> tuple[Level, int, int | None] | None:
    now = clock.now()
    until, kept = _levels.get(actor.company_id, (now, None))
    if now < until:
        return kept
    try:
        with read_books(actor) as books:
            stands = queries.stands_on(books)
            there = queries.bills_of_month(books, books.today) if stands.limits.bills is not None and not stands.is_over else 0
    except SQLAlchemyError:
        return Level.CALM, 0, None  # a page that tells of trouble asks nothing more
    found = None if stands.is_over else (rules.level_of(stands.limits, there), there, stands.limits.bills)
    if len(_levels) >= _MOST_KEPT:
        _levels.clear()
    _levels[actor.company_id] = now + _KEPT_FOR, found
    return found


def forget(company_id: int) -> None:
    """Its plan has changed here: count anew."""
    _levels.pop(company_id, None)


def plan_page(*, typed: Any = None, errors: Any = None) -> Response:
    """What the business has and uses, what else there is, and the form."""
    with read_books(current_actor()) as books:
        stands, used, waiting, today = queries.stands_on(books), queries.used(books), queries.waiting(books), books.today
    file = offered.offered()
    own = file.plan(stands.key)
    asked = (file.plan(waiting.plan_key) or None) if waiting else None
    return page(
        "plans/plan.html",
        stands=stands,
        used=used,
        level=rules.level_of(stands.limits, used.bills),
        days_left=(stands.until - today).days if stands.until else None,
        plans=file.plans,
        own=own,
        afterwards=file.plan(file.afterwards),
        file=file,
        waiting=waiting,
        waiting_name=_name(asked) if asked else "",
        name=_name,
        price=_price,
        typed=typed or {},
        errors=errors or {},
    )


def _name(plan: Plan | Granted) -> str:
    return plan.name_hi if str(get_locale()) == "hi" else plan.name


def _price(plan: Plan) -> str:
    said: list[str] = []
    if plan.is_free:
        said = [_("Free")]
    else:
        if plan.price_month_paise is not None:
            said.append(_("%(price)s a month", price=rupees(Paise(plan.price_month_paise))))
        if plan.price_year_paise is not None:
            said.append(_("%(price)s a year", price=rupees(Paise(plan.price_year_paise))))
    return " · ".join(said or [_("On request")])


@bp.get("/settings/plan")
@needs(Permission.COMPANY_WRITE)
def show_plan() -> Response:
    return plan_page()


@bp.post("/settings/plan/request")
@needs(Permission.COMPANY_WRITE)
@identity.require_fresh
@form_again(plan_page)
def create_request() -> BaseResponse:
    actor, form = current_actor(), request.form
    is_given = service.ask(actor, form.get("plan", ""), form.get("paid_by", ""), form.get("note", ""))
    forget(actor.company_id)
    if is_given:
        flash(_("The new plan counts from now on."), "success")
    else:
        flash(_("Asked. Whoever hosts Munim for you confirms it; you are told when the plan has changed."), "success")
    return see_other(url_for("plans.show_plan"))


@bp.post("/settings/plan/request/withdrawal")
@needs(Permission.COMPANY_WRITE)
@identity.require_fresh
def create_withdrawal() -> BaseResponse:
    service.withdraw(current_actor())
    return see_other(url_for("plans.show_plan"))
