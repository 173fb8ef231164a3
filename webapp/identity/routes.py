"""Signing in and out, switching company and language."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response as BaseResponse

from webapp.identity import service
from webapp.kernel.errors import InvalidInput
from webapp.platform import audit
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, open_directory
from webapp.platform.web import form_again, page, remember, safe_next, see_other

bp = Blueprint("identity", __name__)
LANGUAGES = ("en", "hi")


def sign_in_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The sign-in page."""
    return page("identity/sign_in.html", typed=typed or {}, errors=errors or {}, next=safe_next(request.values.get("next")) or "")


@bp.get("/sign-in")
@needs(None)
def show_sign_in() -> BaseResponse:
    if current_user.is_authenticated:
        return see_other(safe_next(request.args.get("next")) or url_for("onboarding.show_front"))
    return sign_in_form()


@bp.post("/sign-in")
@needs(None)
@form_again(sign_in_form)
def create_sign_in() -> BaseResponse:
    email, password = request.form.get("email", ""), request.form.get("password", "")
    keys = (f"email:{email.strip().lower()[:254]}", f"address:{request.remote_addr}")
    with open_directory() as directory:
        service.refuse_hurry(directory, keys)
    try:
        with open_directory() as directory:
            token = service.sign_in(
                directory, email, password, user_agent=request.headers.get("User-Agent", ""), address=request.remote_addr or ""
            )
            service.forget_failures(directory, keys[:1])
            person = service.signed_in(directory, token)
    except InvalidInput:
        with open_directory() as directory:
            service.count_failure(directory, keys)
        raise
    if person is None:
        raise InvalidInput({"email": _("This account belongs to no business any more. Ask the owner to invite you again.")})
    _log_entry_of(person)
    remember(person)
    return see_other(safe_next(request.form.get("next")) or url_for("onboarding.show_front"))


@bp.post("/sign-out")
@needs(None)
def create_sign_out() -> BaseResponse:
    if current_user.is_authenticated:
        with open_directory() as directory:
            service.sign_out(directory, current_user.token)
    logout_user()
    cookie.clear()
    return see_other(url_for("identity.show_sign_in"))


@bp.get("/businesses")
@needs(Permission.COMPANY_READ)
def list_places() -> BaseResponse:
    with open_directory(writes=False) as directory:
        places = service.places_of(directory, current_user.user_id)
    return page("identity/places.html", places=places, here=current_user.company_id)


@bp.post("/company-switch")
@needs(Permission.COMPANY_READ)
def create_company_switch() -> BaseResponse:
    company_id = request.form.get("company_id", "")
    with open_directory() as directory:
        service.switch_company(
            directory, current_user.token, int(company_id) if company_id.isascii() and company_id.isdigit() else 0, current_user.user_id
        )
        person = service.signed_in(directory, current_user.token)
    if person is not None:
        _log_entry_of(person)
    return see_other(url_for("onboarding.show_front"))


@bp.post("/language")
@needs(None)
def change_language() -> BaseResponse:
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        cookie["language"] = chosen
        if current_user.is_authenticated:
            with open_directory() as directory:
                service.set_language(directory, current_user.user_id, chosen)
    came_from = urlsplit(request.referrer or "")
    back = safe_next(came_from.path) if came_from.netloc == request.host else None
    return see_other(safe_next(request.form.get("next")) or back or url_for("onboarding.show_front"))


def _log_entry_of(person: service.SignedIn) -> None:
    """Who came into a company's books stands in its edit log."""
    with open_books(person.actor) as books:
        audit.record(books, "login", "user", person.user_id, new={"address": request.remote_addr or ""})
