"""Settings of the business: who it is on its bills, its choices, its locked months."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import identity
from webapp.company import forms, service
from webapp.company.limits import LIMITED, change_limits
from webapp.platform.permissions import Permission, Role, needs
from webapp.platform.tenancy import open_books, open_directory, read_books
from webapp.platform.web import current_actor, form_again, page, see_other

bp = Blueprint("company", __name__)


def settings_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The settings page, with what was typed or what is kept."""
    with read_books(current_actor()) as books:
        kept = service.profile(books)
    return page("company/settings.html", kept=kept, typed=typed, errors=errors or {}, limited=_limited())


def _limited() -> list[tuple[str, str]]:
    """The roles that one may limit, with what they are called: nobody lifts the limits of his own."""
    with open_directory(writes=False) as directory:
        own = identity.own_roles(directory, current_actor().company_id)
    words = identity.built_in_words()
    every = [(role, words[Role(role)]) for role in LIMITED] + [(role.key, role.name) for role in own]
    return [(role, word) for role, word in every if role != current_actor().role_key]


@bp.get("/settings")
@needs(Permission.COMPANY_WRITE)
def show_settings() -> Response:
    return settings_form()


@bp.post("/settings")
@needs(Permission.COMPANY_WRITE)
@identity.require_fresh
@form_again(settings_form)
def change_settings() -> BaseResponse:
    limits = forms.parse_role_limits(request.form, [role for role, _word in _limited()])
    with open_books(current_actor()) as books:
        service.change_profile(books, forms.parse_profile(request.form))
        change_limits(books, limits)
    return see_other(url_for("company.show_settings"))


# At the end: these modules hang their pages on the blueprint above.
from webapp.company import routes_locks, routes_stores  # noqa: E402, F401
