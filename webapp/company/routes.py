"""Settings of the business: who it is on its bills, its choices, its people, its locked months."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import identity
from webapp.company import forms, service
from webapp.kernel.errors import InvalidInput
from webapp.kernel.text import clean_text
from webapp.platform import audit
from webapp.platform.permissions import Permission, Role, needs
from webapp.platform.tenancy import books_within, open_books, open_directory, read_books
from webapp.platform.web import current_actor, form_again, page, see_other

bp = Blueprint("company", __name__)


def settings_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The settings page, with what was typed or what is kept."""
    with read_books(current_actor()) as books:
        kept = service.profile(books)
    with open_directory(writes=False) as directory:
        members = identity.members(directory, current_actor().company_id)
    return page("company/settings.html", kept=kept, typed=typed, errors=errors or {}, members=members, roles=list(Role))


@bp.get("/settings")
@needs(Permission.COMPANY_WRITE)
def show_settings() -> Response:
    return settings_form()


@bp.post("/settings")
@needs(Permission.COMPANY_WRITE)
@identity.require_fresh
@form_again(settings_form)
def change_settings() -> BaseResponse:
    with open_books(current_actor()) as books:
        service.change_profile(books, forms.parse_profile(request.form))
    return see_other(url_for("company.show_settings"))


@bp.post("/settings/members")
@needs(Permission.MEMBER_WRITE)
@identity.require_fresh
@form_again(settings_form)
def create_member() -> BaseResponse:
    role = request.form.get("role", "")
    if role not in list(Role):
        raise InvalidInput({"role": _("Choose a role.")})
    asked = identity.NewUser(
        email=request.form.get("email", ""),
        password=request.form.get("password", ""),
        name=clean_text(request.form.get("person_name", ""))[:80],
    )
    with open_directory() as directory:
        user = identity.create_user(directory, asked)
        identity.require_strong(asked.password, (asked.email, asked.name))
        identity.add_member(directory, current_actor().company_id, user.id, Role(role))
        with books_within(directory, current_actor()) as books:
            audit.record(books, "create", "member", user.id, new={"email": user.email, "role": role})
    return see_other(url_for("company.show_settings") + "#people")


@bp.post("/settings/members/<uuid:user_id>/departure")
@needs(Permission.MEMBER_WRITE)
@identity.require_fresh
def create_departure(user_id: Any) -> BaseResponse:
    with open_directory() as directory:
        identity.end_membership(directory, current_actor().company_id, user_id)
        with books_within(directory, current_actor()) as books:
            audit.record(books, "remove", "member", user_id)
    return see_other(url_for("company.show_settings") + "#people")


# At the end: these modules hang their pages on the blueprint above.
from webapp.company import routes_locks, routes_stores  # noqa: E402, F401
