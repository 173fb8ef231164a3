"""The page on which an owner closes the business, or takes that back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import identity
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_directory, read_books
from webapp.platform.web import current_actor, form_again, page, see_other
from webapp.winding_up import service
from webapp.winding_up.rules import TAKEN_BACK_WITHIN

bp = Blueprint("winding_up", __name__)


def closure_page(typed: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None) -> Response:
    """How it stands, what goes and what the law keeps, and the form."""
    with read_books(current_actor()) as books, open_directory(writes=False) as directory:
        asked = service.asked(books, directory)
    shown: dict[str, Any] = {"closing": asked.closing, "kept": asked.would_be, "days": TAKEN_BACK_WITHIN.days}
    return page("winding_up/closure.html", typed=typed or {}, errors=errors or {}, **shown)


@bp.get("/business-data/closure")
@needs(Permission.BUSINESS_LEAVE)
def show_closure() -> Response:
    return closure_page()


@bp.post("/business-data/closure")
@needs(Permission.BUSINESS_LEAVE)
@identity.require_fresh
@form_again(closure_page)
def create_closure() -> BaseResponse:
    service.ask_closing(current_actor(), request.form.get("name", ""))
    return see_other(url_for("winding_up.show_closure"))


@bp.post("/business-data/closure/withdrawal")
@needs(Permission.BUSINESS_LEAVE)
def create_withdrawal() -> BaseResponse:
    service.take_back(current_actor())
    return see_other(url_for("winding_up.show_closure"))
