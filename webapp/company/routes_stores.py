"""Pages of stores: the list, the form, closed and opened again; and which stores a member may work in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import identity
from webapp.company import forms, godowns, service
from webapp.company.routes import bp
from webapp.kernel.errors import NotFound
from webapp.kernel.ids import new_id, read_id
from webapp.platform.permissions import Permission, Role, needs
from webapp.platform.tenancy import open_books, open_directory, read_books
from webapp.platform.web import current_actor, form_again, page, see_other


@bp.get("/settings/stores")
@needs(Permission.COMPANY_WRITE)
def list_stores() -> Response:
    with read_books(current_actor()) as books:
        found, kept = godowns.stores(books, with_closed=True), service.profile(books)
    return page("company/stores.html", found=found, kept=kept)


def store_form(*, store_id: UUID | None = None, typed: Any = None, errors: Mapping[str, str] | None = None) -> Response:
    """The form of a store, new or there."""
    with read_books(current_actor()) as books:
        own = godowns.store(books, store_id) if store_id else None
        kept = service.profile(books)
    values = typed if typed is not None else forms.shown_store(own)
    return page("company/store_form.html", own=own, kept=kept, values=values, errors=errors or {}, id=values.get("id") or new_id())


@bp.get("/settings/stores/new")
@needs(Permission.COMPANY_WRITE)
def new_store() -> Response:
    return store_form()


@bp.post("/settings/stores")
@needs(Permission.COMPANY_WRITE)
@form_again(store_form)
def create_store() -> BaseResponse:
    draft = forms.parse_store(request.form)
    with open_books(current_actor()) as books:
        godowns.create_store(books, draft, read_id(request.form.get("id")))
    flash(_("%(name)s is one of your stores.", name=draft.name), "success")
    return see_other(url_for("company.list_stores"))


@bp.get("/settings/stores/<uuid:store_id>")
@needs(Permission.COMPANY_WRITE)
def show_store(store_id: UUID) -> Response:
    return store_form(store_id=store_id)


@bp.post("/settings/stores/<uuid:store_id>")
@needs(Permission.COMPANY_WRITE)
@form_again(store_form)
def change_store(store_id: UUID) -> BaseResponse:
    draft, version = forms.parse_store(request.form), forms.parse_store_version(request.form)
    with open_books(current_actor()) as books:
        godowns.change_store(books, store_id, draft, version)
    flash(_("%(name)s is saved.", name=draft.name), "success")
    return see_other(url_for("company.list_stores"))


@bp.post("/settings/stores/<uuid:store_id>/closing")
@needs(Permission.COMPANY_WRITE)
def create_store_closing(store_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        godowns.close_store(books, store_id)
    return see_other(url_for("company.list_stores"))


@bp.post("/settings/stores/<uuid:store_id>/reopening")
@needs(Permission.COMPANY_WRITE)
def create_store_reopening(store_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        godowns.reopen_store(books, store_id)
    return see_other(url_for("company.list_stores"))


@bp.post("/settings/stores/<uuid:store_id>/default")
@needs(Permission.COMPANY_WRITE)
def create_store_default(store_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        godowns.make_default(books, store_id)
    return see_other(url_for("company.list_stores"))


# Which stores a member may work in -------------------------------------------------------------------------------------


@bp.get("/settings/members/<uuid:user_id>/stores")
@needs(Permission.MEMBER_WRITE)
def show_member_stores(user_id: UUID) -> Response:
    member = _member(user_id)
    with read_books(current_actor()) as books:
        found, limits = godowns.stores(books, with_closed=True), godowns.limits_of(books, user_id)
    return page("company/member_stores.html", member=member, found=found, limits=limits, is_owner=member.role is Role.OWNER)


@bp.post("/settings/members/<uuid:user_id>/stores")
@needs(Permission.MEMBER_WRITE)
@identity.require_fresh
def change_member_stores(user_id: UUID) -> BaseResponse:
    member = _member(user_id)
    identity.require_over(current_actor(), member)
    with open_books(current_actor()) as books:
        godowns.limit_member(books, user_id, forms.parse_limits(request.form))
    flash(_("%(name)s is saved.", name=member.name), "success")
    return see_other(url_for("people.list_members"))


def _member(user_id: UUID) -> identity.Member:
    with open_directory(writes=False) as directory:
        found = {one.user_id: one for one in identity.members(directory, current_actor().company_id, with_away=True)}
    if user_id not in found:
        raise NotFound("member")
    return found[user_id]
