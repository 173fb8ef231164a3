"""The sign-up page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import get_locale
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from webapp import catalogue, identity
from webapp.kernel.errors import BrokenPromise
from webapp.onboarding.service import SignUp, sign_up
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_directory
from webapp.platform.web import form_again, page, remember, see_other
from webapp.tax.rules import STATES, STATES_HINDI

bp = Blueprint("onboarding", __name__)


def sign_up_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The sign-up page: six fields."""
    is_hindi = str(get_locale()) == "hi"
    names = STATES_HINDI if is_hindi else STATES
    states = sorted(((code, names[code]) for code in STATES if code not in {"96", "97"}), key=lambda pair: pair[1])
    kinds = [(kind.code, kind.name_hindi if is_hindi else kind.name) for kind in catalogue.SHOP_KINDS.values()]
    return page("onboarding/sign_up.html", typed=typed or {}, errors=errors or {}, states=states, kinds=kinds)


@bp.get("/")
@needs(None)
def show_front() -> BaseResponse:
    """The address people type: the counter's day for those signed in, the welcome for others."""
    if not current_user.is_authenticated:
        return page("onboarding/welcome.html")
    may_read = current_user.actor.may(Permission.REPORT_READ)
    return see_other(url_for("reports.today" if may_read else "counter.show_counter"))


@bp.get("/sign-up")
@needs(None)
def show_sign_up() -> BaseResponse:
    return sign_up_form()


@bp.post("/sign-up")
@needs(None)
@form_again(sign_up_form)
def create_sign_up() -> BaseResponse:
    asked = parse(request.form)
    with open_directory() as directory:
        actor = sign_up(directory, asked)
        identity.require_strong(asked.password, (asked.email, asked.business_name))
        if actor.user_id is None:
            raise BrokenPromise("a founder is a person")
        token = identity.open_sign_in(
            directory, actor.user_id, user_agent=request.headers.get("User-Agent", ""), address=request.remote_addr or ""
        )
        person = identity.signed_in(directory, token)
    if person is None:
        raise BrokenPromise("a founder can sign in")
    remember(person)
    return see_other(url_for("counter.show_counter"))


def parse(form: Any) -> SignUp:
    """The form as a command; checking is the service's."""
    return SignUp(
        business_name=form.get("business_name", ""),
        state_code=form.get("state_code", ""),
        shop_kind=form.get("shop_kind", ""),
        email=form.get("email", ""),
        password=form.get("password", ""),
        gstin=form.get("gstin", ""),
        language=str(get_locale() or "en"),
    )
