"""A member's notices and choices, and the page by which a recipient of mails ends them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.kernel.errors import NotFound
from webapp.kernel.ids import read_id
from webapp.notifications import forms, queries, routes_log, routes_settings, rules, service
from webapp.notifications.blueprint import bp
from webapp.notifications.carriers import opened_token
from webapp.platform.permissions import Permission, Role, needs
from webapp.platform.tenancy import Actor, open_books, read_books
from webapp.platform.web import by_link, current_actor, form_again, page, safe_next, see_other

__all__ = ["bp", "routes_log", "routes_settings"]
PAGE = 30


def _me() -> UUID:
    user_id = current_actor().user_id
    if user_id is None:
        raise NotFound("member")
    return user_id


@bp.get("/notices")
@needs(Permission.COMPANY_READ)
def list_notices() -> Response:
    is_new = request.args.get("which") == "new"
    with read_books(current_actor()) as books:
        found = queries.notices(books, _me(), is_new=is_new, before=read_id(request.args.get("before", "")), most=PAGE + 1)
        new = queries.unread(books, _me())
    older = found[PAGE - 1].id.hex if len(found) > PAGE else None
    return page("notifications/notices.html", rows=found[:PAGE], older=older, is_new=is_new, new=new)


@bp.post("/notices/<uuid:told_id>/reading")
@needs(Permission.COMPANY_READ)
def create_reading(told_id: UUID) -> BaseResponse:
    """Mark it as read and go where it leads."""
    with open_books(current_actor()) as books:
        row = queries.notice_or_none(books, _me(), told_id)
        if row is None:
            raise NotFound("notice")
        service.mark_read(books, _me(), told_id)
    leads_to = safe_next(row.link) if request.form.get("stay") != "1" else None
    return see_other(leads_to or url_for("notifications.list_notices"))


@bp.post("/notices/reading")
@needs(Permission.COMPANY_READ)
def create_reading_of_all() -> BaseResponse:
    with open_books(current_actor()) as books:
        service.mark_read(books, _me())
    return see_other(url_for("notifications.list_notices"))


def choices_page(*, typed: Any = None, errors: Any = None) -> Response:
    """By which channels I am told of what my role may do something about."""
    actor = current_actor()
    mine = {name: event for name, event in rules.CHOSEN.items() if _is_for(actor, event)}
    with read_books(actor) as books:
        kept = queries.choices(books, ["", f"user:{_me()}"])
        ended = {event for _who, event in queries.opted_out(books, [f"user:{_me()}"])}
    own = {name: kept.get((f"user:{_me()}", name), queries.Choice()).channels for name in mine}
    now = {name: rules.chosen(event, own[name], kept.get(("", name), queries.Choice()).channels) for name, event in mine.items()}
    return page("notifications/choices.html", events=mine, own=own, now=now, ended=ended, ways=rules.FOR_MEMBERS, errors=errors or {})


def _is_for(actor: Actor, event: rules.Event) -> bool:
    if event.told is rules.Told.PARTY:
        return False
    return event.told is rules.Told.NAMED or actor.may(Permission(event.may))


@bp.get("/notices/choices")
@needs(Permission.COMPANY_READ)
def show_choices() -> Response:
    return choices_page()


@bp.post("/notices/choices")
@needs(Permission.COMPANY_READ)
@form_again(choices_page)
def change_choices() -> BaseResponse:
    actor = current_actor()
    mine = {name: event for name, event in rules.CHOSEN.items() if _is_for(actor, event)}
    with open_books(actor) as books:
        for event, channels in forms.parse_choices(request.form, mine).items():
            service.choose(books, f"user:{_me()}", event, channels)
    flash(_("Kept."), "success")
    return see_other(url_for("notifications.show_choices"))


# Who has no account here ------------------------------------------------------------------------------------------------


@bp.get("/unsubscribe/<token>")
@needs(None)
def show_unsubscribe(token: str) -> Response:
    company_id, message_id = opened_token(token)
    with read_books(Actor(company_id, Role.CASHIER, name="link", via="link")) as books:
        row = queries.message(books, message_id)
    return _quiet(page("notifications/unsubscribe.html", row=row, is_done=False, token=token, shop=row.values.get("shop", "")))


@bp.post("/unsubscribe/<token>")
@needs(None)
@by_link
def create_unsubscribe(token: str) -> Response:
    """One click, of the page or of a mail program by itself (RFC 8058). The token is all that is asked: it can do nothing else."""
    company_id, message_id = opened_token(token)
    with open_books(Actor(company_id, Role.CASHIER, name="link", via="link")) as books:
        row = service.end_by_message(books, message_id)
    return _quiet(page("notifications/unsubscribe.html", row=row, is_done=True, token=token, shop=row.values.get("shop", "")))


def _quiet(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
