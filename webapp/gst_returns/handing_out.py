"""Files of returns, handed out to those who may read returns. Rooms of other forms hand theirs out by the same verbs."""

from __future__ import annotations

from flask import Response
from flask_babel import gettext as _

from webapp.gst_returns.queries import FilingRow, text_of
from webapp.kernel.errors import Forbidden
from webapp.platform import audit
from webapp.platform.permissions import Permission
from webapp.platform.tenancy import Books
from webapp.platform.web import current_actor


def require_reader() -> None:
    """Forbidden for who may send lists out but not read returns: a member held to some stores."""
    if not current_actor().may(Permission.RETURN_READ):
        raise Forbidden(problem=_("Your role does not show the returns of a registration."), fix=_("Ask the owner for the file."))


def json_file(text: str, name: str) -> Response:
    """A JSON for the portal, kept under `name` by the browser."""
    response = Response(text, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def filed_file(books: Books, row: FilingRow) -> Response:
    """A return as it was filed, byte by byte. That it left the program stands in the edit log."""
    audit.record(books, "export", "gst_return", f"{row.gstin} {row.period.key}", new={"form": row.form, "format": "filed"})
    return json_file(text_of(books, row.id), f"{row.form}-{row.gstin}-{row.period.fp}-filed-{row.round}.json")
