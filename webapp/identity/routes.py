"""Signing in and out, switching company and language; what was typed when a sign-in had ended."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlsplit

from flask import Flask, Response, request, url_for
from flask import session as cookie
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response as BaseResponse

from webapp.identity import devices, factors, loading, queries, service, sessions, trying, typed
from webapp.identity.blueprint import bp, limits
from webapp.identity.entering import enter, log_entry_of
from webapp.identity.routes_factors import ask_second_step
from webapp.kernel.errors import InvalidInput
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_directory
from webapp.platform.web import by_htmx, form_again, page, partial, safe_next, see_other

LANGUAGES = ("en", "hi")


def sign_in_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The sign-in page."""
    asked = request.values
    return page(
        "identity/sign_in.html", typed=typed or {}, errors=errors or {}, next=safe_next(asked.get("next")) or "", kept=asked.get("kept", "")
    )


def ask_again() -> Response | None:
    """A form came from a browser whose sign-in had ended: the sign-in page with what was typed sealed into it. None where nobody was
    signed in before, or nothing can be kept: files have to be chosen again."""
    token = cookie.get("_user_id")
    if not isinstance(token, str) or any(file.filename for file in request.files.values()):
        return None
    with open_directory(writes=False) as directory:
        ended = sessions.ended(directory, token)
    if ended is None:
        return None
    path = request.full_path.rstrip("?")
    kept = typed.keep(ended.user_id, path, ended.company_id, request.form.items(multi=True))
    if not kept:
        return None
    shown = {"typed": {"email": ended.email}, "errors": {}, "next": "", "kept": kept}
    if not by_htmx():
        return page("identity/sign_in.html", status=401, **shown)
    response = partial("identity/_sign_in_again.html", status=401, **shown)
    # It goes where every page keeps room for a refusal; what was typed stays where it is, too.
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#problem", "innerHTML show:top"
    return response


def _set_up(app: Flask) -> None:
    loading.set_up(app)
    app.extensions["munim.signed_out"] = ask_again


bp.record_once(lambda state: _set_up(cast("Flask", state.app)))


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
    with open_directory() as directory:
        keys = devices.keys_of_try(directory, email)
        trying.refuse_hurry(directory, keys)
    try:
        with open_directory() as directory:
            user = service.proved_by_password(directory, email, password)
            is_more_asked = factors.is_asked_of(directory, user)
            trying.forget_failures(directory, keys[:1])
    except InvalidInput:
        with open_directory() as directory:
            trying.count_failure(directory, keys)
        raise
    if is_more_asked:
        return ask_second_step(user.id, next_url=request.form.get("next"), kept=request.form.get("kept", ""))
    return enter(user.id, next_url=request.form.get("next"), kept=request.form.get("kept", ""))


@bp.post("/sign-out")
@needs(None)
def create_sign_out() -> BaseResponse:
    left = ""
    if current_user.is_authenticated:
        with open_directory() as directory:
            left = sessions.issuer_of(directory, current_user.token)
            sessions.sign_out(directory, current_user.token)
    logout_user()
    cookie.clear()
    return see_other(url_for("identity.show_sign_in", left=left or None))


@bp.get("/businesses")
@needs(Permission.COMPANY_READ)
def list_places() -> BaseResponse:
    with open_directory(writes=False) as directory:
        places = queries.places_of(directory, current_user.user_id)
    return page("identity/places.html", places=places, here=current_user.company_id)


@bp.post("/company-switch")
@needs(Permission.COMPANY_READ)
def create_company_switch() -> BaseResponse:
    company_id = request.form.get("company_id", "")
    with open_directory() as directory:
        sessions.switch_company(
            directory, current_user.token, int(company_id) if company_id.isascii() and company_id.isdigit() else 0, current_user.user_id
        )
        person = sessions.signed_in(directory, current_user.token, limits())
    if person is not None:
        log_entry_of(person)
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


# At the end: these modules hang their pages on the blueprint too.
from webapp.identity import routes_account, routes_links, routes_oidc, routes_passkeys, routes_phone  # noqa: E402, F401
