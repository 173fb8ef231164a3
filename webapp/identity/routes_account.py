"""A person's own account: where he is signed in, and his password."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.identity import queries, service, sessions, strength
from webapp.identity.blueprint import bp, limits, me
from webapp.platform import audit
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, open_directory
from webapp.platform.web import form_again, page, remember, see_other


@bp.get("/account/sign-ins")
@needs(Permission.COMPANY_READ)
def list_sign_ins() -> Response:
    with open_directory(writes=False) as directory:
        opened = sessions.opened(directory, me().user_id, me().token, limits())
    return page("identity/sign_ins.html", opened=opened, limits=limits())


@bp.post("/account/sign-ins/end")
@needs(Permission.COMPANY_READ)
def create_sign_in_end() -> BaseResponse:
    with open_directory() as directory:
        sessions.end_one(directory, me().user_id, request.form.get("which", ""))
    _log("end", {"sign_ins": "one"})
    return see_other(url_for("identity.list_sign_ins"))


@bp.post("/account/sign-ins/others-end")
@needs(Permission.COMPANY_READ)
def create_end_of_others() -> BaseResponse:
    with open_directory() as directory:
        sessions.end_all(directory, me().user_id, but=me().token)
    _log("end", {"sign_ins": "all others"})
    flash(_("You are signed out everywhere else."), "ok")
    return see_other(url_for("identity.list_sign_ins"))


def password_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The page of a new password. Of what was typed nothing is kept: all of it is passwords."""
    return page("identity/password.html", errors=errors or {})


@bp.get("/account/password")
@needs(Permission.COMPANY_READ)
def show_password() -> Response:
    return password_form()


@bp.post("/account/password")
@needs(Permission.COMPANY_READ)
@form_again(password_form)
def change_password() -> BaseResponse:
    service.require_password(me().user_id, request.form.get("password", ""))
    password = request.form.get("new_password", "")
    with open_directory(writes=False) as directory:
        words = queries.own_words(directory, me().user_id)
    strength.require_strong(password, words, field="new_password")
    with open_directory() as directory:
        service.change_password(directory, me().user_id, password, by=me().name)
        token = sessions.renewed(directory, me().token)
        sessions.end_all(directory, me().user_id, but=token)
        person = sessions.signed_in(directory, token, limits())
    if person is not None:
        remember(person)
    flash(_("Your password is changed. You are signed out everywhere else."), "ok")
    return see_other(url_for("identity.list_sign_ins"))


def _log(action: str, what: dict[str, str]) -> None:
    with open_books(me().actor) as books:
        audit.record(books, action, "user", me().user_id, new=what)
