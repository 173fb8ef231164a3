"""Signing in by an issuer (OpenID Connect), and which of them open one's own account. Without OIDC_ISSUERS none of these pages is there."""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

from flask import Response, abort, flash, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from webapp.identity import devices, factors, linked, oidc, trying
from webapp.identity.blueprint import bp, me
from webapp.identity.entering import enter
from webapp.identity.fresh import require_fresh
from webapp.identity.issuer_trouble import IssuerTrouble, TripOver
from webapp.identity.linked import Trip
from webapp.identity.oidc import Assertion
from webapp.identity.routes_factors import ask_second_step
from webapp.identity.signing_up import hold_identity
from webapp.identity.trying import TooManyTries
from webapp.kernel.errors import BooksError, Conflict, Forbidden, InvalidInput
from webapp.platform import clock
from webapp.platform.issuers import Issuer
from webapp.platform.permissions import Permission, needs
from webapp.platform.refusals import told
from webapp.platform.tenancy import open_directory
from webapp.platform.web import by_htmx, page, safe_next, see_other, settings

_BROWSER = "issuer_browser"


def _configured(via: str) -> Issuer:
    found = next((one for one in settings().issuers if one.id == via), None)
    return found if found is not None else abort(404)


def _redirect_uri(issuer: Issuer) -> str:
    """Where an issuer sends the browser back to: one address for each, so that no answer is taken for another's."""
    return settings().public_url + url_for("identity.show_issuer_answer", via=issuer.id)


def _keys() -> tuple[str, ...]:
    return (f"network:issuer {devices.network_of(request.remote_addr or '')}",)


# There ----------------------------------------------------------------------------------------------------------------


@bp.post("/sign-in/with/<via>")
@needs(None)
def create_issuer_sign_in(via: str) -> BaseResponse:
    issuer = _configured(via)
    try:
        return _leave_for(issuer, next_url=safe_next(request.form.get("next")) or "")
    except (IssuerTrouble, TooManyTries) as trouble:
        return _told_at_sign_in(trouble)


def _leave_for(issuer: Issuer, *, next_url: str = "", user_id: UUID | None = None) -> BaseResponse:
    """A page that sends the browser on by itself. A redirect would not do: the policy lets forms lead to our own pages alone."""
    with open_directory() as directory:
        trying.refuse_hurry(directory, _keys())
        browser = cookie.setdefault(_BROWSER, secrets.token_urlsafe(32))
        state = linked.begin_trip(directory, issuer.id, browser, user_id=user_id, next_url=next_url)
    there = oidc.address_there(issuer, redirect_uri=_redirect_uri(issuer), state=state, browser=browser)
    if by_htmx():
        return see_other(there)
    response = page("identity/leaving.html", issuer=issuer, there=there)
    response.headers["Refresh"] = f"0; url={there}"
    return response


# And back -------------------------------------------------------------------------------------------------------------


@bp.get("/sign-in/with/<via>/back")
@needs(None)
def show_issuer_answer(via: str) -> BaseResponse:
    """The browser came back. The answer is used up, whatever comes of it."""
    issuer, trip = _configured(via), None
    browser, states = cookie.get(_BROWSER, ""), request.args.getlist("state")
    try:
        with open_directory() as directory:
            trip = linked.end_trip(directory, issuer.id, browser, states[0] if len(states) == 1 else "")
        said = {name: request.args.getlist(name) for name in ("iss", "error", "code") if name in request.args}
        who = oidc.asserted(issuer, said, redirect_uri=_redirect_uri(issuer), state=states[0], browser=browser)
        return _link(trip, who) if trip.user_id is not None else _sign_in(issuer, trip, who)
    except (IssuerTrouble, TripOver, Conflict, Forbidden) as trouble:
        if isinstance(trouble, IssuerTrouble) and trouble.is_guess:
            with open_directory() as directory:
                trying.count_failure(directory, _keys())
        return _told_at_account(trouble) if trip is not None and trip.user_id is not None else _told_at_sign_in(trouble)


def _sign_in(issuer: Issuer, trip: Trip, who: Assertion) -> BaseResponse:
    """The first step is done; the second is asked for as after a password. Who is known to nobody is led to sign up."""
    with open_directory() as directory:
        user = linked.person_of(directory, who)
        asks_more = user is not None and factors.is_asked_of(directory, user)
        if user is None:
            hold_identity(directory, who)
    if user is None:
        return see_other(url_for("onboarding.show_sign_up"))
    if user.deactivated_at is not None:
        raise Forbidden(problem="This account is closed.", fix="Ask the owner of the business.")
    if asks_more:
        return ask_second_step(user.id, next_url=trip.next_url, kept="", by_issuer=issuer.id)
    age = max(clock.now() - who.authenticated_at, timedelta(0)) if who.authenticated_at else None
    try:
        return enter(user.id, next_url=trip.next_url, kept="", by=issuer.id, by_issuer=issuer.id, proof_age=age)
    except InvalidInput as refusal:
        raise Forbidden(problem=refusal.errors["email"], fix="") from None


def _link(trip: Trip, who: Assertion) -> BaseResponse:
    if not current_user.is_authenticated or current_user.user_id != trip.user_id:
        raise TripOver
    with open_directory() as directory:
        linked.link(directory, me().user_id, who, by=me().name)
    flash(_("It is linked: from now on it signs you in."), "ok")
    return see_other(url_for("identity.list_identities"))


def _told_at_sign_in(trouble: BooksError) -> Response:
    return page(
        "identity/sign_in.html",
        status=trouble.status,
        typed={},
        errors={},
        next="",
        kept="",
        trouble=(told(trouble.problem), told(trouble.fix) if trouble.fix else ""),
    )


def _told_at_account(trouble: BooksError) -> BaseResponse:
    if not current_user.is_authenticated:
        return _told_at_sign_in(trouble)
    flash(f"{told(trouble.problem)} {told(trouble.fix)}", "warn")
    return see_other(url_for("identity.list_identities"))


@bp.get("/sign-in/with/<via>/end")
@needs(None)
def show_issuer_end(via: str) -> BaseResponse:
    """To the issuer's own page of signing out, for one who has signed out here."""
    issuer = _configured(via)
    try:
        there = oidc.end_session(issuer)
    except IssuerTrouble as trouble:
        return _told_at_sign_in(trouble)
    if not there:
        flash(_("%(name)s has no page for signing out that we know of. Sign out there by yourself.", name=issuer.name), "info")
    return see_other(there or url_for("identity.show_sign_in"))


# One's own account ----------------------------------------------------------------------------------------------------


@bp.get("/account/identities")
@needs(Permission.COMPANY_READ)
def list_identities() -> Response:
    issuers = settings().issuers
    if not issuers:
        abort(404)
    with open_directory(writes=False) as directory:
        found = linked.linked(directory, me().user_id)
    return page("identity/identities.html", identities=found, names={one.id: one.name for one in issuers})


@bp.post("/account/identities/with/<via>")
@needs(Permission.COMPANY_READ)
@require_fresh
def create_identity_link(via: str) -> BaseResponse:
    """To an issuer, for who proved just now who he is."""
    issuer = _configured(via)
    try:
        return _leave_for(issuer, user_id=me().user_id)
    except (IssuerTrouble, TooManyTries) as trouble:
        return _told_at_account(trouble)


@bp.post("/account/identities/removal")
@needs(Permission.COMPANY_READ)
@require_fresh
def create_identity_removal() -> BaseResponse:
    with open_directory() as directory:
        linked.unlink(directory, me().user_id, request.form.get("which", ""), by=me().name)
    flash(_("It is unlinked: it opens your account no more. Your password does."), "ok")
    return see_other(url_for("identity.list_identities"))


# For every page -------------------------------------------------------------------------------------------------------


@bp.app_template_global("issuers")
def _issuers() -> tuple[Issuer, ...]:
    return settings().issuers


@bp.app_template_global("issuer_left")
def _issuer_left() -> dict[str, object] | None:
    """The issuer by which a sign-in was opened that has just been ended here, and whether it may have a page for that."""
    found = next((one for one in settings().issuers if one.id == request.args.get("left")), None)
    return {"name": found.name, "id": found.id, "has_end": not oidc.is_known_endless(found)} if found is not None else None
