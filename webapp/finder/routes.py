"""The box itself: a list for the dialog of every page, and a page of its own where no script runs."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask_babel import get_locale

from webapp.finder import results, rules
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import read_books
from webapp.platform.web import by_htmx, current_actor, page, partial

bp = Blueprint("finder", __name__)


@bp.get("/find")
@needs(Permission.COMPANY_READ)
def show_finder() -> Response:
    asked = rules.read_asked(request.args.get("q", ""))
    groups = []
    if asked.text:
        with read_books(current_actor()) as books:
            groups = results.find(books, asked, str(get_locale() or "en"))
    if by_htmx():
        return partial("finder/_found.html", asked=asked, groups=groups, in_dialog=True)
    return page("finder/find.html", asked=asked, groups=groups, in_dialog=False)
