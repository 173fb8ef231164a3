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
from webapp.platform import machine
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
    held = identity.held_identity()
    typed = typed or ({"email": held.email} if held else {})
    lists = {"states": states, "kinds": kinds}
    asks_phone = machine.sms() is not None
    return page("onboarding/sign_up.html", typed=typed, errors=errors or {}, lists=lists, held=held, asks_phone=asks_phone)


@bp.get("/")
@needs(None)
def show_front() -> BaseResponse:
    """The address people type: the counter's day for those signed in, the welcome for others."""
    if not current_user.is_authenticated:
        return page("onboarding/welcome.html")
    actor = current_user.actor
    for permission, endpoint in _FRONTS.items():
        if actor.may(permission):
            return see_other(url_for(endpoint))
    return see_other(url_for("identity.list_sign_ins"))


# Where a day begins, by the first of these that a role holds.
_FRONTS = {
    Permission.REPORT_READ: "reports.today",
    Permission.BILL_ISSUE: "counter.show_counter",
    Permission.BILL_READ: "sales.list_bills",
    Permission.ITEM_READ: "catalogue.list_items",
    Permission.PARTY_READ: "parties.list_parties",
}


@bp.get("/sign-up")
@needs(None)
def show_sign_up() -> BaseResponse:
    return sign_up_form()


@bp.post("/sign-up")
@needs(None)
@form_again(sign_up_form)
def create_sign_up() -> BaseResponse:
    held = identity.held_identity()
    asked = parse(request.form, person_name=held.name if held else "")
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
    identity.link_held_identity(person.user_id)
    remember(person)
    return see_other(url_for("counter.show_counter"))


def parse(form: Any, *, person_name: str = "") -> SignUp:
    """The form as a command; checking is the service's."""
    return SignUp(
        business_name=form.get("business_name", ""),
        state_code=form.get("state_code", ""),
        shop_kind=form.get("shop_kind", ""),
        email=form.get("email", ""),
        password=form.get("password", ""),
        gstin=form.get("gstin", ""),
        phone=form.get("phone", ""),
        language=str(get_locale() or "en"),
        person_name=person_name,
    )
