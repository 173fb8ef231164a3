"""The second step: when one signs in, and where one sets it up, makes new codes, turns it off."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, flash, jsonify, make_response, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from webapp.identity import devices, factors, passkeys, service, trying
from webapp.identity.blueprint import bp, me
from webapp.identity.entering import enter
from webapp.identity.fresh import require_fresh
from webapp.identity.models import UserAccount
from webapp.kernel.errors import Forbidden, InvalidInput
from webapp.platform import audit, machine, people_mail
from webapp.platform.permissions import Permission, needs, permission_of
from webapp.platform.tenancy import books_within, open_directory
from webapp.platform.web import form_again, page, safe_next, see_other, wants_json

PENDING = "second_step"  # in the cookie


def ask_second_step(user_id: Any, *, next_url: str | None, kept: str, by_issuer: str = "") -> Response:
    """The password was right, or an issuer vouches for the person: the page of the second step. Nobody is signed in yet."""
    with open_directory() as directory:
        cookie[PENDING] = factors.begin(directory, user_id, by_issuer=by_issuer)
    return _second_step(next_url, kept)


def _second_step(next_url: str | None, kept: str, *, errors: Any = None, is_mailed: bool = False) -> Response:
    with open_directory(writes=False) as directory:
        user = directory.get_one(UserAccount, factors.pending(directory, cookie.get(PENDING, "")).user_id)
        may_mail = user.email_verified_at is not None and machine.mail() != ("", "")
        has_passkey = passkeys.has_any(directory, user.id)
    shown = {"may_mail": may_mail, "is_mailed": is_mailed, "has_app": user.second_factor_since is not None, "has_passkey": has_passkey}
    return page("identity/second_step.html", errors=errors or {}, next=safe_next(next_url) or "", kept=kept, **shown)


def second_step_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The page again; a code is never shown again."""
    return _second_step(request.form.get("next"), request.form.get("kept", ""), errors=errors)


@bp.post("/sign-in/second-step")
@needs(None)
@form_again(second_step_form)
def create_second_step() -> BaseResponse:
    token = cookie.get(PENDING, "")
    with open_directory(writes=False) as directory:
        user = directory.get_one(UserAccount, factors.pending(directory, token).user_id)
        keys = tuple(f"second:{key}" for key in devices.keys_of_try(directory, user.email)[:1])
        trying.refuse_hurry(directory, keys)
    with open_directory() as directory:  # the try is counted whatever comes of it
        kept = factors.take_try(directory, token)
    with open_directory() as directory:
        is_done = factors.finish(directory, kept, request.form.get("code", ""))
        (trying.forget_failures if is_done else trying.count_failure)(directory, keys)
    if not is_done:
        raise InvalidInput({"code": _("This code is wrong, too old, or was used. Type the newest.")})
    return enter(user.id, next_url=request.form.get("next"), kept=request.form.get("kept", ""), by_issuer=kept.by_issuer)


@bp.post("/sign-in/second-step/mail")
@needs(None)
def create_mailed_code() -> Response:
    """A code by mail, to an address that is shown to be his."""
    with open_directory() as directory:
        kept = factors.pending(directory, cookie.get(PENDING, ""))
        user = directory.get_one(UserAccount, kept.user_id)
        keys = (f"mailed:{user.id}",)
        trying.refuse_hurry(directory, keys)
        trying.count_failure(directory, keys)
        if user.email_verified_at is not None and machine.mail() != ("", ""):
            people_mail.ask_for(directory, "code", user.email, {"pending": kept.token_hash})
    return _second_step(request.form.get("next"), request.form.get("kept", ""), is_mailed=True)


# One's own account ----------------------------------------------------------------------------------------------------


def factor_form(*, typed: Any = None, errors: Any = None) -> Response:
    """How things stand with one's second step."""
    from webapp.platform.qr import qr_image  # drawn by who sets an app up

    with open_directory(writes=False) as directory:
        kept = factors.totp_of(directory, me().user_id)
        left = factors.backup_codes_left(directory, me().user_id)
        waits = kept is not None and kept.confirmed_at is None
        secret = factors.secret_of(kept) if kept is not None and waits else ""
        code = qr_image(factors.address_for_app(kept, me().email)) if kept is not None and waits else ""
    return page("identity/factor.html", errors=errors or {}, since=me().second_factor_since, left=left, secret=secret, qr=code)


@bp.get("/account/second-step")
@needs(Permission.COMPANY_READ)
def show_factor() -> Response:
    return factor_form()


@bp.post("/account/second-step")
@needs(Permission.COMPANY_READ)
@form_again(factor_form)
def create_factor() -> BaseResponse:
    service.require_password(me().user_id, request.form.get("password", ""))
    with open_directory() as directory:
        factors.begin_totp(directory, me().user_id)
    return see_other(url_for("identity.show_factor"))


@bp.post("/account/second-step/confirmation")
@needs(Permission.COMPANY_READ)
@form_again(factor_form)
def create_factor_confirmation() -> Response:
    code = "".join(request.form.get("code", "").split())
    with open_directory() as directory:
        codes = factors.confirm_totp(directory, me().user_id, code, by=me().name)
    return page("identity/backup_codes.html", codes=codes)


@bp.post("/account/second-step/codes")
@needs(Permission.COMPANY_READ)
@form_again(factor_form)
def create_backup_codes() -> Response:
    _require_both()
    with open_directory() as directory:
        codes = factors.renew_backup_codes(directory, me().user_id, by=me().name)
    return page("identity/backup_codes.html", codes=codes)


@bp.post("/account/second-step/end")
@needs(Permission.COMPANY_READ)
@form_again(factor_form)
def create_factor_end() -> BaseResponse:
    _require_both()
    with open_directory() as directory:
        factors.turn_off(directory, me().user_id, by=me().name)
    flash(_("The second step is turned off."), "ok")
    return see_other(url_for("identity.show_factor"))


def _require_both() -> None:
    """The password and a code, of one who is signed in. InvalidInput for a wrong one; TooManyTries after some."""
    service.require_password(me().user_id, request.form.get("password", ""))
    keys = (f"second again:{me().user_id}",)
    with open_directory() as directory:
        trying.refuse_hurry(directory, keys)
        is_right = factors.is_right(directory, me().user_id, request.form.get("code", ""))
        (trying.forget_failures if is_right else trying.count_failure)(directory, keys)
    if not is_right:
        raise InvalidInput({"code": _("This code is wrong, too old, or was used. Type the newest.")})


# A business that asks it of all -----------------------------------------------------------------------------------------


@bp.post("/account/second-step/of-all")
@needs(Permission.SECOND_STEP_ASK)
@require_fresh
def change_demand() -> BaseResponse:
    """Whether every member must have a second step, owners too. Who has none himself cannot ask it of others, and cannot take back what is
    asked of himself: else a password alone would be the way round it."""
    is_asked = request.form.get("is_asked") == "1"
    if not me().has_second_step:
        raise Forbidden(problem="You have no second step yourself.", fix="Set yours up first.")
    with open_directory() as directory:
        service.ask_second_factor(directory, me().company_id, is_asked=is_asked)
        with books_within(directory, me().actor) as books:
            audit.record(books, "change", "business", me().company_id, new={"second_step_of_all": is_asked})
    return see_other(url_for("identity.show_factor"))


def lead_to_enrol() -> BaseResponse | None:
    """Who must have a second step and has none is led to set it up before anything else. What needs no permission goes on, the counter and
    its till's key among it, and so does who the counter asks for: a shop bills on. To make another till of a browser, whose key outlasts
    any password, or to settle what tills did, is no billing."""
    if not current_user.is_authenticated or not current_user.must_enrol or request.endpoint is None:
        return None
    is_free = permission_of(current_app.view_functions[request.endpoint]) is None
    if is_free or request.blueprint == "identity" or request.endpoint == "counter.show_session":
        return None
    if wants_json():
        return make_response(jsonify(problem="A second step is asked for here.", fix="Set it up under Your account."), 403)
    return see_other(url_for("identity.show_factor"))


bp.before_app_request(lead_to_enrol)
