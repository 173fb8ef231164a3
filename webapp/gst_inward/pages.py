"""The page of what was imported, which a refused form draws again."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from webapp.gst_inward import lists, queries, upload_reads
from webapp.gst_returns import registration, registrations
from webapp.platform.tenancy import read_books
from webapp.platform.web import current_actor, page


def files_page(*, gstin: str = "", typed: Any = None, errors: Any = None) -> Response:
    """The imports of a registration, its months, and the form for the next file."""
    with read_books(current_actor()) as books:
        known = registrations(books)
        wanted = gstin or request.args.get("gstin", "") or (known[0].gstin if known else "")
        of = registration(books, gstin) if gstin else next((one for one in known if one.gstin == wanted), None)
        files = queries.files(books, of.gstin) if of else []
        uploads = upload_reads.recent(books, of.gstin) if of else []
        months = lists.months_open(books, of.gstin) if of else {}
        setting, today = queries.setting(books), books.today
    shown = sorted({*months, *(row.month for row in files)}, reverse=True)
    values: dict[str, Any] = {
        "files": files[:60],
        "uploads": uploads,
        "standing": queries.standing(files),
        "months": [(month, months.get(month, {})) for month in shown[:24]],
    }
    return page("gst_inward/files.html", known=known, of=of, setting=setting, today=today, typed=typed or {}, errors=errors or {}, **values)
