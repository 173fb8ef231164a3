"""The views of a list, beneath its filters; and what is shown first when a list is opened without any."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, Response, current_app, g, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from webapp.kernel.errors import NotFound
from webapp.platform.permissions import Permission, needs, permission_of
from webapp.platform.tenancy import Actor, open_books, read_books
from webapp.platform.web import by_htmx, current_actor, form_again, page, partial, safe_next, see_other
from webapp.saved_views import queries, rules, service

bp = Blueprint("saved_views", __name__)


@bp.before_app_request
def show_first() -> BaseResponse | None:
    """A list that is opened without filters begins with the view its reader wants first."""
    actor: Actor | None = getattr(g, "actor", None)
    if actor is None or request.method != "GET" or request.query_string or request.view_args or by_htmx() or not _is_list(request.endpoint):
        return None
    with read_books(actor) as books:
        query = queries.first_shown(books, request.endpoint or "")
    return see_other(f"{request.path}?{query}") if query else None


def panel(*, typed: Any = None, errors: Any = None) -> Response:
    """The views of the list that the reader stands in, and the form to save it as it is."""
    form = typed if typed is not None else request.args
    of = form.get("of", "") or _current()
    endpoint, path, query = _list_at(of)
    with read_books(current_actor()) as books:
        views = queries.views_of(books, endpoint)
    values: dict[str, Any] = {
        "of": of,
        "path": path,
        "query": rules.tidied(query),
        "views": views,
        "me": current_actor().user_id,
        "everything": f"{path}?{rules.EVERYTHING}=all",
        "typed": typed or {},
        "errors": errors or {},
    }
    if by_htmx():
        return partial("saved_views/_panel.html", **values)
    return page("saved_views/views.html", **values)


@bp.get("/views")
@needs(Permission.COMPANY_READ)
def list_views() -> Response:
    return panel()


@bp.post("/views")
@needs(Permission.COMPANY_READ)
@form_again(panel)
def create_view() -> BaseResponse:
    endpoint, path, query = _list_at(request.form.get("of", ""))
    shared, first = request.form.get("is_shared") == "1", request.form.get("is_default") == "1"
    with open_books(current_actor()) as books:
        service.save_view(books, endpoint, request.form.get("name", ""), query, is_shared=shared, is_default=first)
    kept = rules.tidied(query)
    return see_other(f"{path}?{kept}" if kept else f"{path}?{rules.EVERYTHING}=all")


@bp.post("/views/<uuid:view_id>/end")
@needs(Permission.COMPANY_READ)
def create_end(view_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        view = service.end_view(books, view_id)
    return _back(view.endpoint)


@bp.post("/views/<uuid:view_id>/first")
@needs(Permission.COMPANY_READ)
def create_first(view_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        view = service.show_first(books, view_id)
    return _back(view.endpoint)


def _back(endpoint: str) -> BaseResponse:
    everything: dict[str, Any] = {rules.EVERYTHING: "all"}
    return see_other(safe_next(request.form.get("next")) or url_for(endpoint, **everything))


def _current() -> str:
    """The address of the page that asked, as htmx tells it."""
    try:
        parts = urlsplit(request.headers.get("HX-Current-URL", ""))
    except ValueError:
        raise NotFound("list") from None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _list_at(url: str) -> tuple[str, str, str]:
    """The list an address of ours shows: its endpoint, path and filters. NotFound for what is none, or not this reader's."""
    parts = urlsplit(safe_next(url) or "")
    try:
        endpoint, arguments = current_app.url_map.bind("").match(parts.path, method="GET")
    except HTTPException:
        raise NotFound("list") from None
    permission = permission_of(current_app.view_functions[endpoint])
    if arguments or not _is_list(endpoint) or permission is None or not current_actor().may(permission):
        raise NotFound("list")
    return endpoint, parts.path, parts.query


# Lists by another name than list_…
_LISTS = frozenset(
    {
        "orders.list_documents",
        "reports.khata",
        "reports.stock_summary",
        "outstandings.payables",
        "outstandings.receivables",
        "reports.sales_register",
        "reports.purchase_register",
        "reports.exceptions",
    }
)


def _is_list(endpoint: str | None) -> bool:
    return endpoint is not None and endpoint != "saved_views.list_views" and (".list_" in endpoint or endpoint in _LISTS)
