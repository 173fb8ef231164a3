"""The list of links that were made, and ending one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.kernel.dates import ist_day, read_instant
from webapp.kernel.ids import read_id
from webapp.kernel.text import clean_text
from webapp.links import kinds, pages, queries, routes_notices, service
from webapp.links.blueprint import bp
from webapp.links.queries import LinkRow, Wanted
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, page, safe_next, see_other

__all__ = ["bp", "routes_notices"]


@bp.after_app_request
def guard_signed_address(response: Response) -> Response:
    """Of every room: an address with a token in it is guarded by nothing else."""
    if "token" in (request.view_args or {}):
        pages.paper_headers(response)
    return response


@bp.context_processor
def ways() -> dict[str, Any]:
    """For templates: this list with other choices, what kinds are called, how a link stands."""
    return {"same_report": same_report, "kind_words": kinds.words_of}


def same_report(**changes: object) -> str:
    """This list with its filters, and with `changes` to them. None takes one out."""
    kept: dict[str, Any] = {name: request.args[name] for name in ("q", "state", "kind", "after") if request.args.get(name)}
    return url_for("links.list_links", **{name: value for name, value in {**kept, **changes}.items() if value is not None})


@bp.get("/links")
@needs(Permission.REPORT_READ)
def list_links() -> Response:
    wanted_format, wanted = sheets.asked_format(), parse_wanted()
    if wanted_format:
        return sheets.send(_sheet(wanted), wanted_format)
    with read_books(current_actor()) as books:
        found = queries.links(books, wanted, after=read_place(request.args.get("after", "")))
        any_at_all = bool(found) or queries.any_at_all(books)
        now = books.now
    shown = found[: queries.PAGE]
    return page(
        "links/links.html",
        shown=shown,
        wanted=wanted,
        any_at_all=any_at_all,
        now=now,
        after=write_place(shown[-1]) if len(found) > queries.PAGE else None,
        kinds=[(name, kinds.words_of(name)) for name in kinds.names()],
    )


@bp.post("/links/<uuid:link_id>/revocation")
@needs(Permission.BILL_READ)
def create_revocation(link_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.revoke(books, link_id)
    flash(_("The link opens nothing any more."), "success")
    return see_other(safe_next(request.form.get("next")) or url_for("links.list_links"))


def parse_wanted() -> Wanted:
    """The list that the address asks for; what it does not know is left out."""
    state = request.args.get("state", "")
    return Wanted(
        state=state if state in queries.STATES else "open",
        kind=request.args.get("kind", "")[:40],
        words=clean_text(request.args.get("q", ""))[:100],
    )


def read_place(text: str) -> tuple[datetime, UUID] | None:
    """The place in the list that an address names, or None: its beginning."""
    instant, _sign, id_ = text.partition("_")
    at, last = read_instant(instant), read_id(id_)
    return (at, last) if at and last else None


def write_place(link: LinkRow) -> str:
    """The same as an address carries it."""
    return f"{link.made_at.isoformat()}_{link.id.hex}"


def _sheet(wanted: Wanted) -> Sheet:
    columns = (
        Column(_("Document"), "text", 30),
        Column(_("Kind"), "text", 14),
        Column(_("Made by"), "text", 18),
        Column(_("Made on"), "day", 12),
        Column(_("Opens until"), "day", 12),
        Column(_("Ended on"), "day", 12),
        Column(_("Views"), "number", 8),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        place = None
        while True:
            found = queries.links(books, wanted, after=place, most=500)
            for one in found[:500]:
                ended = ist_day(one.revoked_at) if one.revoked_at else ""
                yield one.title, kinds.words_of(one.kind), one.made_by, ist_day(one.made_at), ist_day(one.expires_at), ended, one.views
            if len(found) <= 500:
                return
            place = (found[499].made_at, found[499].id)

    return Sheet("links", _("Public links"), (), columns, rows)
