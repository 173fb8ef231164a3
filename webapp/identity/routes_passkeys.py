"""Passkeys: to sign in with, as the second step, as a proof asked again; and where one makes, names and removes one's own."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, jsonify, make_response, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.identity import asserting, devices, factors, passkeys, rules, trying
from webapp.identity.blueprint import bp, browser, me
from webapp.identity.entering import enter
from webapp.identity.fresh import is_fresh, require_fresh
from webapp.identity.passkeys import CounterWentBack, Purpose
from webapp.identity.routes import sign_in_form
from webapp.identity.routes_factors import PENDING, second_step_form
from webapp.kernel.errors import InvalidInput
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_directory
from webapp.platform.web import by_header, form_again, page, see_other

# Signing in ---------------------------------------------------------------------------------------------------------------


@bp.post("/sign-in/passkey/challenge")
@needs(None)
@by_header
def create_passkey_challenge() -> Response:
    """For whoever comes: his authenticator knows who he is."""
    return jsonify(asserting.draw(Purpose.SIGN_IN))


@bp.post("/sign-in/passkey")
@needs(None)
@form_again(sign_in_form)
def create_passkey_sign_in() -> BaseResponse:
    """By a passkey alone: it is both steps at once, so nothing else is asked. A try is counted by browser or network, whoever's it is."""
    with open_directory() as directory:
        keys = devices.keys_of_passkey(directory)
        trying.refuse_hurry(directory, keys)
    try:
        user_id = asserting.proved(Purpose.SIGN_IN, request.form.get(asserting.FIELD, ""))
    except (InvalidInput, CounterWentBack):
        with open_directory() as directory:
            trying.count_failure(directory, keys)
        raise
    if devices.is_of_browser(keys):
        with open_directory() as directory:
            trying.forget_failures(directory, keys)
    return enter(user_id, next_url=request.form.get("next"), kept=request.form.get("kept", ""), by="passkey")


@bp.post("/sign-in/second-step/passkey/challenge")
@needs(None)
@by_header
def create_second_step_challenge() -> Response:
    """For the one who gave his password a moment ago."""
    with open_directory(writes=False) as directory:
        user_id = factors.pending(directory, cookie.get(PENDING, "")).user_id
    return jsonify(asserting.draw(Purpose.SECOND_STEP, user_id))


@bp.post("/sign-in/second-step/passkey")
@needs(None)
@form_again(second_step_form)
def create_second_step_by_passkey() -> BaseResponse:
    """A passkey instead of a code; it is one of the same five tries."""
    with open_directory() as directory:  # the try is counted whatever comes of it
        kept = factors.take_try(directory, cookie.get(PENDING, ""))
    asserting.proved(Purpose.SECOND_STEP, request.form.get(asserting.FIELD, ""), kept.user_id)
    with open_directory() as directory:
        if not factors.spend(directory, kept):
            raise factors.StepOver
    by = "password and passkey"
    return enter(kept.user_id, next_url=request.form.get("next"), kept=request.form.get("kept", ""), by=by, by_issuer=kept.by_issuer)


@bp.post("/account/proof/challenge")
@needs(Permission.COMPANY_READ)
@by_header
def create_proof_challenge() -> Response:
    """For the page that asks again who is there (fresh.py)."""
    return jsonify(asserting.draw(Purpose.PROOF, me().user_id))


# One's own account ----------------------------------------------------------------------------------------------------------


def passkeys_form(*, typed: Any = None, errors: Any = None) -> Response:
    """One's passkeys, and the form of one more."""
    with open_directory(writes=False) as directory:
        found = passkeys.passkeys_of(directory, me().user_id)
    return page(
        "identity/passkeys.html",
        passkeys=found,
        typed=typed or {},
        errors=errors or {},
        here=request.host.partition(":")[0],
        most_name=passkeys.MOST_NAME,
        is_full=len(found) >= passkeys.MOST_PASSKEYS,
        usual_name=rules.device_words(browser()["user_agent"]),
    )


@bp.get("/account/passkeys")
@needs(Permission.COMPANY_READ)
def list_passkeys() -> Response:
    return passkeys_form()


@bp.post("/account/passkeys/challenge")
@needs(Permission.COMPANY_READ)
@by_header
def create_enrolment_challenge() -> Response:
    """For one who proved just now who he is; else the form itself is sent, and asks (401)."""
    if not is_fresh(me()):
        return make_response(jsonify(problem="Prove first who you are.", fix="Send the form."), 401)
    return jsonify(asserting.draw(Purpose.ENROL, me().user_id))


@bp.post("/account/passkeys")
@needs(Permission.COMPANY_READ)
@require_fresh
@form_again(passkeys_form)
def create_passkey() -> BaseResponse:
    text = request.form.get(asserting.FIELD, "")
    if not text:  # here by way of the proof: the browser is asked when the button is pressed
        flash(_("Now press “Make a passkey”."), "info")
        return passkeys_form(typed=request.form)
    answer = asserting.answer_to(Purpose.ENROL, text, me().user_id)
    name = request.form.get("name", "").strip() or rules.device_words(browser()["user_agent"]) or "Passkey"
    with open_directory() as directory:
        passkeys.enrol(directory, me().user_id, answer, asserting.site(), name, by=me().name)
    flash(_("The passkey is kept. From now on it signs you in."), "ok")
    return see_other(url_for("identity.list_passkeys"))


@bp.post("/account/passkeys/name")
@needs(Permission.COMPANY_READ)
@form_again(passkeys_form)
def change_passkey_name() -> BaseResponse:
    with open_directory() as directory:
        passkeys.rename(directory, me().user_id, request.form.get("which", ""), request.form.get("new_name", ""))
    return see_other(url_for("identity.list_passkeys"))


@bp.post("/account/passkeys/removal")
@needs(Permission.COMPANY_READ)
@require_fresh
def create_passkey_removal() -> BaseResponse:
    with open_directory() as directory:
        passkeys.remove(directory, me().user_id, request.form.get("which", ""), by=me().name)
    flash(_("The passkey is removed. It opens nothing any more; you may delete it on your device, too."), "ok")
    return see_other(url_for("identity.list_passkeys"))
