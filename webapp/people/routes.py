"""The members of a business: the list with invitations that wait, a member's page, and what is done to his place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import company, identity
from webapp.kernel.dates import ist_day
from webapp.kernel.text import clean_text
from webapp.people.blueprint import bp, givable_roles, is_over, is_owner, member
from webapp.platform import machine, sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_directory, read_books
from webapp.platform.web import current_actor, form_again, page, see_other

STATES = ("here", "away", "gone")


def _wanted() -> dict[str, str]:
    state = request.args.get("state", "")
    kept = {"q": clean_text(request.args.get("q", ""))[:80], "role": request.args.get("role", "")[:40]}
    return {**kept, "state": state if state in STATES else ""}


def _state_of(one: identity.Member) -> str:
    return "gone" if one.left_at is not None else "away" if one.deactivated_at is not None else "here"


def _found(wanted: dict[str, str]) -> list[identity.Member]:
    with open_directory(writes=False) as directory:
        every = identity.members(directory, current_actor().company_id, with_away=True, with_gone=wanted["state"] == "gone")
    words = wanted["q"].casefold()
    return [
        one
        for one in every
        if words in f"{one.member_id} {one.name} {one.email}".casefold()
        and wanted["role"] in ("", one.role_key)
        and wanted["state"] in ("", _state_of(one))
    ]


def state_words() -> dict[str, str]:
    """How a member's place stands."""
    return {"here": _("Works here"), "away": _("Deactivated"), "gone": _("Left")}


@bp.get("/settings/people")
@needs(Permission.MEMBER_WRITE)
def list_members() -> Response:
    wanted_format, wanted, actor = sheets.asked_format(), _wanted(), current_actor()
    found = _found(wanted)
    if wanted_format:
        return sheets.send(_sheet(found), wanted_format)
    with open_directory(writes=False) as directory:
        waiting = identity.pending_invitations(directory, actor.company_id)
        roles = [(role.value, word) for role, word in identity.built_in_words().items()]
        roles += [(one.key, one.name) for one in identity.own_roles(directory, actor.company_id)]
    with read_books(actor) as books:
        names = {one.id: one.name for one in company.stores(books, with_closed=True)}
    return page(
        "people/members.html",
        found=found,
        waiting=waiting,
        stores=names,
        wanted=wanted,
        roles=roles,
        states=state_words(),
        state_of=_state_of,
        has_mail=machine.mail() != ("", ""),
        asked={name: value for name, value in wanted.items() if value},
    )


def _sheet(found: Sequence[identity.Member]) -> Sheet:
    columns = (
        Column(_("Member"), "code", 14),
        Column(_("Name"), "text", 22),
        Column(_("E-mail"), "text", 26),
        Column(_("Role"), "text", 14),
        Column(_("Since"), "day", 12),
        Column(_("State"), "text", 12),
    )
    states = state_words()
    rows = [
        (one.member_id, one.name, one.email, identity.role_word(one.role, one.role_name), ist_day(one.joined_at), states[_state_of(one)])
        for one in found
    ]

    def written(_books: Books) -> Iterator[Sequence[Any]]:
        yield from rows

    return Sheet("people", _("People"), (), columns, written)


def member_page(*, user_id: UUID, typed: Any = None, errors: Any = None) -> Response:
    """The page of one member."""
    actor = current_actor()
    with open_directory(writes=False) as directory:
        one = member(directory, user_id)
    with read_books(actor) as books:
        held_to = company.stores_of_member(books, user_id) if not is_owner(one) else frozenset()
        stores = [store.name for store in company.stores(books, with_closed=True) if store.id in held_to]
    return page(
        "people/member.html",
        member=one,
        stores=stores,
        roles=givable_roles(actor),
        is_over=is_over(actor, one),
        is_owner=is_owner(one),
        typed=typed,
        errors=errors or {},
    )


@bp.get("/settings/members/<uuid:user_id>")
@needs(Permission.MEMBER_WRITE)
def show_member(user_id: UUID) -> Response:
    return member_page(user_id=user_id)


@bp.post("/settings/members/<uuid:user_id>/role")
@needs(Permission.MEMBER_WRITE)
@identity.require_fresh
@form_again(member_page)
def change_member_role(user_id: UUID) -> BaseResponse:
    actor = current_actor()
    with open_directory() as directory:
        given = identity.role_of_key(directory, actor.company_id, request.form.get("role", ""))
        identity.give_role(directory, actor, user_id, given)
    flash(_("The new role counts at once."), "success")
    return see_other(url_for("people.show_member", user_id=user_id))


@bp.post("/settings/members/<uuid:user_id>/deactivation")
@needs(Permission.MEMBER_WRITE)
@identity.require_fresh
def create_deactivation(user_id: UUID) -> BaseResponse:
    with open_directory() as directory:
        identity.deactivate(directory, current_actor(), user_id)
    return see_other(url_for("people.show_member", user_id=user_id))


@bp.post("/settings/members/<uuid:user_id>/reactivation")
@needs(Permission.MEMBER_WRITE)
@identity.require_fresh
def create_reactivation(user_id: UUID) -> BaseResponse:
    with open_directory() as directory:
        identity.reactivate(directory, current_actor(), user_id)
    return see_other(url_for("people.show_member", user_id=user_id))


@bp.post("/settings/members/<uuid:user_id>/departure")
@needs(Permission.MEMBER_WRITE)
@identity.require_fresh
def create_departure(user_id: UUID) -> BaseResponse:
    with open_directory() as directory:
        identity.end_membership(directory, current_actor(), user_id)
    return see_other(url_for("people.list_members"))


# At the end: these modules hang their pages on the blueprint above.
from webapp.people import routes_invitations, routes_ownership, routes_roles  # noqa: E402, F401
