"""Links by mail: a new password for who has forgotten his, and whether an address is his who gave it."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.identity import devices, letters, queries, service, sessions, strength, trying
from webapp.identity.blueprint import bp, me
from webapp.identity.rules import normal_email
from webapp.kernel.errors import InvalidInput
from webapp.platform import machine, people_mail
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_directory
from webapp.platform.web import form_again, page, see_other


def asking_form(*, typed: Any = None, errors: Any = None) -> Response:
    """Where a link is asked for; where no mail leaves this machine, whom to ask instead."""
    return page("identity/reset_ask.html", typed=typed or {}, errors=errors or {}, has_mail=machine.mail() != ("", ""), is_sent=False)


@bp.get("/password-reset")
@needs(None)
def show_reset() -> Response:
    return asking_form()


@bp.post("/password-reset")
@needs(None)
@form_again(asking_form)
def create_reset() -> Response:
    """The same is written and the same is answered whether anybody has that address or not."""
    try:
        email = normal_email(request.form.get("email", ""))
    except ValueError as error:
        raise InvalidInput({"email": str(error)}) from None
    network = devices.network_of(request.remote_addr or "")
    _ask(email, "reset", (f"reset:{email}|{network}", f"network:reset {network}"))
    return page("identity/reset_ask.html", typed={"email": email}, errors={}, has_mail=machine.mail() != ("", ""), is_sent=True)


def _ask(email: str, purpose: str, keys: tuple[str, ...]) -> None:
    with open_directory() as directory:
        trying.refuse_hurry(directory, keys)
        trying.count_failure(directory, keys)
        if machine.mail() != ("", ""):
            people_mail.ask_for(directory, purpose, email)


def reset_form(*, typed: Any = None, errors: Any = None) -> Response:
    """Where the new password is typed. To open it uses nothing up: programs that look into mail open links too."""
    token = request.values.get("token", "")
    with open_directory(writes=False) as directory:
        user = letters.owner_of_link(directory, "reset", token)
    return page("identity/reset_new.html", errors=errors or {}, token=token, email=user.email)


@bp.get("/password-reset/new")
@needs(None)
def show_new_password() -> Response:
    return reset_form()


@bp.post("/password-reset/new")
@needs(None)
@form_again(reset_form)
def create_new_password() -> BaseResponse:
    """A new password by the link; every sign-in ends. It signs nobody in: what else sign-in asks, it asks as ever."""
    token, password = request.form.get("token", ""), request.form.get("new_password", "")
    with open_directory(writes=False) as directory:
        words = queries.own_words(directory, letters.owner_of_link(directory, "reset", token).id)
    strength.require_strong(password, words, field="new_password")
    with open_directory() as directory:
        user = letters.spend(directory, "reset", token)
        service.change_password(directory, user.id, password, by=user.name)
        sessions.end_all(directory, user.id)
    flash(_("Your password is changed. Sign in with it."), "ok")
    return see_other(url_for("identity.show_sign_in"))


@bp.post("/account/email-verification")
@needs(Permission.COMPANY_READ)
def create_verification() -> BaseResponse:
    _ask(me().email, "verify", (f"verify:{me().user_id}",))
    flash(_("A mail to %(email)s is on its way.", email=me().email), "ok")
    return see_other(url_for("identity.list_sign_ins"))


@bp.get("/email-verification")
@needs(None)
def show_verification() -> Response:
    token = request.args.get("token", "")
    with open_directory(writes=False) as directory:
        user = letters.owner_of_link(directory, "verify", token)
    return page("identity/verify.html", token=token, email=user.email)


@bp.post("/email-verification")
@needs(None)
def create_verified() -> BaseResponse:
    with open_directory() as directory:
        user = letters.spend(directory, "verify", request.form.get("token", ""))
    flash(_("%(email)s is your address.", email=user.email), "ok")
    return see_other(url_for("onboarding.show_front"))
