"""The roles of a business on one screen: what each may do; roles of its own are made, changed and taken away there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import identity
from webapp.people import words
from webapp.people.blueprint import bp, may_give
from webapp.platform.permissions import BUILT_IN, EVERYBODYS, OWNERS_ALONE, ROLE_PERMISSIONS, Permission, needs
from webapp.platform.tenancy import open_directory
from webapp.platform.web import current_actor, form_again, page, see_other


def roles_page(*, typed: Any = None, errors: Any = None, member_role_id: UUID | None = None) -> Response:
    """The matrix, with what was typed for one of the business's own roles."""
    actor = current_actor()
    with open_directory(writes=False) as directory:
        own = identity.own_roles(directory, actor.company_id)
    built_in = identity.built_in_words()
    ticked = {one.key: {permission.value for permission in one.allowed} for one in own}
    if typed is not None and member_role_id is not None:
        ticked[member_role_id.hex] = set(typed.getlist("permission")) | {one.value for one in EVERYBODYS}
    ticked |= {role.value: {permission.value for permission in ROLE_PERMISSIONS[role]} for role in BUILT_IN}
    changeable = {one.key for one in own if may_give(actor, one.allowed) and one.id != actor.role_id}
    columns = [(role.value, built_in[role]) for role in BUILT_IN] + [(one.key, one.name) for one in own]
    asked = request.args.get("role", "") or (member_role_id.hex if member_role_id else "")
    return page(
        "people/roles.html",
        columns=columns,
        own=own,
        groups=words.groups(),
        ticked=ticked,
        changeable=changeable,
        givable={one.value for one in actor.allowed - OWNERS_ALONE - EVERYBODYS},
        chosen=asked if asked in dict(columns) else (own[0].key if own else BUILT_IN[1].value),
        typed=typed or {},
        typed_of=member_role_id.hex if member_role_id else "",
        errors=errors or {},
    )


@bp.get("/settings/roles")
@needs(Permission.MEMBER_WRITE)
def show_roles() -> Response:
    return roles_page()


@bp.post("/settings/roles")
@needs(Permission.MEMBER_WRITE)
@identity.require_fresh
@form_again(roles_page)
def create_role() -> BaseResponse:
    with open_directory() as directory:
        made = identity.make_role(directory, current_actor(), request.form.get("name", ""), request.form.get("copy_of", ""))
    return see_other(url_for("people.show_roles", role=made.hex))


@bp.post("/settings/roles/<uuid:member_role_id>")
@needs(Permission.MEMBER_WRITE)
@identity.require_fresh
@form_again(roles_page)
def change_role(member_role_id: UUID) -> BaseResponse:
    version = request.form.get("version", "")
    with open_directory() as directory:
        identity.change_role(
            directory,
            current_actor(),
            member_role_id,
            request.form.get("name", ""),
            request.form.getlist("permission"),
            int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0,
        )
    flash(_("The role is saved. It counts at once for everybody who has it."), "success")
    return see_other(url_for("people.show_roles", role=member_role_id.hex))


@bp.post("/settings/roles/<uuid:member_role_id>/removal")
@needs(Permission.MEMBER_WRITE)
@identity.require_fresh
def create_role_removal(member_role_id: UUID) -> BaseResponse:
    with open_directory() as directory:
        identity.remove_role(directory, current_actor(), member_role_id)
    return see_other(url_for("people.show_roles"))
