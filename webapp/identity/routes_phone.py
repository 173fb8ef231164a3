"""A person's own phone number: given, changed, and shown to be his."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.identity import devices, phones, rules
from webapp.identity.blueprint import bp, me
from webapp.identity.fresh import require_fresh
from webapp.kernel.errors import InvalidInput
from webapp.platform import machine
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_directory
from webapp.platform.web import form_again, page, see_other


def phone_form(*, typed: Any = None, errors: Any = None) -> Response:
    """How things stand with one's number. Where no SMS leaves this machine, it says so and asks for nothing."""
    with open_directory(writes=False) as directory:
        kept = phones.standing(directory, me().user_id)
    return page("identity/phone.html", typed=typed or {}, errors=errors or {}, kept=kept, road=machine.sms())


@bp.get("/account/phone")
@needs(Permission.COMPANY_READ)
def show_phone() -> Response:
    return phone_form()


@bp.post("/account/phone")
@needs(Permission.COMPANY_READ)
@require_fresh
@form_again(phone_form)
def change_phone() -> BaseResponse:
    road = phones.require_sms()
    try:
        number = rules.mobile_phone(request.form.get("phone", ""), road.prefixes)
    except ValueError as error:
        raise InvalidInput({"phone": str(error)}) from None
    with open_directory() as directory:
        is_asked = phones.change(directory, me().user_id, number, _network(), by=me().name)
    if not is_asked:
        flash(_("This number is confirmed already."), "ok")
    return see_other(url_for("identity.show_phone"))


@bp.post("/account/phone/code")
@needs(Permission.COMPANY_READ)
@form_again(phone_form)
def create_phone_code() -> BaseResponse:
    phones.require_sms()
    with open_directory() as directory:
        phones.ask_again(directory, me().user_id, _network())
    return see_other(url_for("identity.show_phone"))


@bp.post("/account/phone/confirmation")
@needs(Permission.COMPANY_READ)
@form_again(phone_form)
def create_phone_confirmation() -> BaseResponse:
    typed = "".join(request.form.get("code", "").split())
    with open_directory() as directory:  # the try is counted whatever comes of it
        which = phones.take_try(directory, me().user_id, typed)
    with open_directory() as directory:
        number = phones.confirm(directory, me().user_id, which, typed, by=me().name)
    flash(_("%(number)s is your number.", number=number), "ok")
    return see_other(url_for("identity.show_phone"))


@bp.post("/account/phone/removal")
@needs(Permission.COMPANY_READ)
@require_fresh
def create_phone_removal() -> BaseResponse:
    with open_directory() as directory:
        phones.remove(directory, me().user_id, by=me().name)
    flash(_("The number is removed."), "ok")
    return see_other(url_for("identity.show_phone"))


def _network() -> str:
    return devices.network_of(request.remote_addr or "")
