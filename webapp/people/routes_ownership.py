"""Whose the business is: offered, accepted by the other, both freshly proved; and leaving it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response as BaseResponse

from webapp import identity
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import read_id
from webapp.people.blueprint import bp, is_owner
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_directory
from webapp.platform.web import current_actor, form_again, page, see_other


def ownership_page(*, typed: Any = None, errors: Any = None) -> Response:
    """Who owns the business, offers that wait, and giving up one's own place."""
    actor = current_actor()
    with open_directory(writes=False) as directory:
        found = identity.members(directory, actor.company_id)
        offers = [one for one in identity.open_offers(directory, actor.company_id) if actor.user_id in (one.from_user_id, one.to_user_id)]
    owners = [one for one in found if is_owner(one)]
    others = [(str(one.user_id), f"{one.name} · {one.member_id}") for one in found if not is_owner(one)]
    me = next((one for one in found if one.user_id == actor.user_id), None)
    words = identity.built_in_words()
    afterwards = [(role.value, words[role]) for role in identity.AFTERWARDS]
    may_leave = me is not None and (not is_owner(me) or len(owners) > 1)
    whose: dict[str, Any] = {"owners": owners, "others": others, "offers": offers, "afterwards": afterwards}
    return page("people/ownership.html", typed=typed or {}, errors=errors or {}, may_leave=may_leave, me=me, **whose)


@bp.get("/account/place")
@needs(Permission.COMPANY_READ)
def show_ownership() -> Response:
    return ownership_page()


@bp.post("/settings/ownership")
@needs(Permission.OWNERSHIP_TRANSFER)
@identity.require_fresh
@form_again(ownership_page)
def create_offer() -> BaseResponse:
    wanted = read_id(request.form.get("user_id", "")) or UUID(int=0)
    with open_directory() as directory:
        identity.offer_ownership(directory, current_actor(), wanted, request.form.get("former_role", ""))
    flash(_("Offered. The other accepts it under “Your place here”."), "success")
    return see_other(url_for("people.show_ownership"))


@bp.post("/account/ownership/<uuid:offer_id>/acceptance")
@needs(Permission.COMPANY_READ)
@identity.require_fresh
def create_ownership(offer_id: UUID) -> BaseResponse:
    with open_directory() as directory:
        identity.accept_ownership(directory, current_actor(), offer_id)
    flash(_("You are an owner of this business now."), "success")
    return see_other(url_for("people.show_ownership"))


@bp.post("/account/ownership/<uuid:offer_id>/withdrawal")
@needs(Permission.COMPANY_READ)
def create_offer_end(offer_id: UUID) -> BaseResponse:
    with open_directory() as directory:
        identity.withdraw_offer(directory, current_actor(), offer_id)
    return see_other(url_for("people.show_ownership"))


@bp.post("/account/departure")
@needs(Permission.COMPANY_READ)
@identity.require_fresh
@form_again(ownership_page)
def create_leaving() -> BaseResponse:
    actor, user_id = current_actor(), current_user.user_id
    if request.form.get("leaves") != "1":
        raise InvalidInput({"leaves": _("Tick that you want to leave.")})
    with open_directory() as directory:
        identity.leave(directory, actor)
        places = identity.places_of(directory, user_id)
    logout_user()
    flash(_("You have left the business."), "success")
    return see_other(url_for("identity.show_sign_in") if places else url_for("onboarding.show_front"))
