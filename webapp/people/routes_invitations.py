"""Inviting somebody, and what the link of an invitation opens."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from webapp import company, identity
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.text import clean_text
from webapp.people.blueprint import bp, givable_roles
from webapp.platform import machine
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_directory, read_books
from webapp.platform.web import current_actor, form_again, page, see_other

MOST_NAME = 80


def invitation_form(*, typed: Any = None, errors: Any = None) -> Response:
    """Whom to invite, in which role, to which stores."""
    with read_books(current_actor()) as books:
        stores = company.stores(books)
    shown: dict[str, Any] = {"roles": givable_roles(current_actor()), "stores": stores, "has_mail": machine.mail() != ("", "")}
    return page("people/invite.html", typed=typed or {}, errors=errors or {}, **shown)


@bp.get("/settings/invitations/new")
@needs(Permission.MEMBER_WRITE)
def new_invitation() -> Response:
    return invitation_form()


@bp.post("/settings/invitations")
@needs(Permission.MEMBER_WRITE)
@identity.require_fresh
@form_again(invitation_form)
def create_invitation() -> BaseResponse:
    """The same is answered whether anybody has an account with that address or not."""
    actor = current_actor()
    wanted = company.parse_limits(request.form)
    with read_books(actor) as books:
        if set(wanted) - {one.id for one in company.stores(books, with_closed=True)}:
            raise NotFound("store")
    with open_directory() as directory:
        given = identity.role_of_key(directory, actor.company_id, request.form.get("role", ""))
        made = identity.invite(directory, actor, request.form.get("email", ""), given, wanted, str(get_locale() or "en"))
    if machine.mail() == ("", ""):
        return see_other(url_for("people.show_link", invitation_id=made))
    flash(_("The invitation is on its way."), "success")
    return see_other(url_for("people.list_members") + "#invitations")


@bp.get("/settings/invitations/<uuid:invitation_id>")
@needs(Permission.MEMBER_WRITE)
def show_link(invitation_id: UUID) -> Response:
    """Where no mail leaves the machine: a link is made here, to be handed over."""
    with open_directory(writes=False) as directory:
        every = identity.pending_invitations(directory, current_actor().company_id)
    found = next((one for one in every if one.id == invitation_id), None)
    if found is None:
        raise NotFound("invitation")
    return page("people/link.html", invited=found, link=None, has_mail=machine.mail() != ("", ""))


@bp.post("/settings/invitations/<uuid:invitation_id>/link")
@needs(Permission.MEMBER_WRITE)
@identity.require_fresh
def create_link(invitation_id: UUID) -> BaseResponse:
    """The link, shown this once: it is kept nowhere."""
    actor = current_actor()
    with open_directory() as directory:
        link = identity.link_to_copy(directory, actor, invitation_id)
        found = next(one for one in identity.pending_invitations(directory, actor.company_id) if one.id == invitation_id)
    return page("people/link.html", invited=found, link=link, has_mail=False)


@bp.post("/settings/invitations/<uuid:invitation_id>/resending")
@needs(Permission.MEMBER_WRITE)
@identity.require_fresh
def create_resending(invitation_id: UUID) -> BaseResponse:
    with open_directory() as directory:
        identity.invite_again(directory, current_actor(), invitation_id)
    if machine.mail() == ("", ""):
        return see_other(url_for("people.show_link", invitation_id=invitation_id))
    flash(_("The invitation is on its way."), "success")
    return see_other(url_for("people.list_members") + "#invitations")


@bp.post("/settings/invitations/<uuid:invitation_id>/withdrawal")
@needs(Permission.MEMBER_WRITE)
@identity.require_fresh
def create_withdrawal(invitation_id: UUID) -> BaseResponse:
    with open_directory() as directory:
        identity.withdraw_invitation(directory, current_actor(), invitation_id)
    return see_other(url_for("people.list_members") + "#invitations")


# What the link opens ----------------------------------------------------------------------------------------------------


def invitation_page(*, typed: Any = None, errors: Any = None) -> Response:
    """The invitation. To open it uses nothing up: programs that look into mail open links too."""
    token = request.values.get("token", "")
    with open_directory(writes=False) as directory:
        invited = identity.invitation_of_link(directory, token)
    me = current_user if current_user.is_authenticated else None
    is_mine = me is not None and me.email == invited.email
    here = url_for("people.show_invitation", token=token)
    return page(
        "people/invitation.html", invited=invited, token=token, me=me, is_mine=is_mine, here=here, typed=typed or {}, errors=errors or {}
    )


@bp.get("/invitation")
@needs(None)
def show_invitation() -> Response:
    return invitation_page()


@bp.post("/invitation")
@needs(None)
@form_again(invitation_page)
def create_acceptance() -> BaseResponse:
    """Who is signed in takes the place; who is not makes his account by it."""
    token = request.form.get("token", "")
    if current_user.is_authenticated:
        with open_directory() as directory:
            taken = identity.accept_invitation(directory, token, current_user.user_id)
            identity.switch_company(directory, current_user.token, taken.company_id, current_user.user_id)
        flash(_("Welcome to %(business)s.", business=taken.company_name), "success")
        return see_other(url_for("onboarding.show_front"))
    with open_directory(writes=False) as directory:
        invited = identity.invitation_of_link(directory, token)
    name, password = clean_text(request.form.get("person_name", ""))[:MOST_NAME], request.form.get("password", "")
    if len(name) < 2:
        raise InvalidInput({"person_name": _("Type your name.")})
    identity.require_strong(password, (invited.email, name, invited.company_name))
    with open_directory() as directory:
        _taken, user_id = identity.accept_anew(directory, token, name, password, str(get_locale() or "en"))
    return identity.enter(user_id, next_url=None, kept="")
