"""The panel of a document's files, and the files themselves. Who may is decided by the document's own kind, row by row."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as BaseResponse

from webapp.attachments import kinds, queries, service
from webapp.attachments.rules import ACCEPTED, MOST_BYTES, MOST_FILES, NotKept
from webapp.kernel.errors import InvalidInput
from webapp.kernel.text import clean_text
from webapp.platform import storage
from webapp.platform.permissions import Permission, needs
from webapp.platform.refusals import told
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import by_htmx, current_actor, form_again, page, partial, see_other

bp = Blueprint("attachments", __name__, url_prefix="/attachments")
CHUNK = 1 << 16
# A file is data: whatever it turns out to hold, it runs nothing, loads nothing and frames nothing.
LOCKED_IN = "default-src 'none'; img-src 'self'; style-src 'none'; sandbox; frame-ancestors 'none'"


def panel(*, subject: str, document_id: UUID, typed: Any = None, errors: Any = None) -> Response:
    """A document's files with the forms to add and withdraw: a piece of its page for htmx, else a page of its own."""
    with read_books(current_actor()) as books:
        kind, shown = kinds.readable(books, subject, document_id)
        rows = queries.attached(books, subject, document_id)
    back: dict[str, Any] = {kind.parameter: document_id}
    values: dict[str, Any] = {
        "subject": subject,
        "document_id": document_id,
        "shown": shown,
        "rows": [row for row in rows if row.withdrawn_at is None],
        "withdrawn": [row for row in rows if row.withdrawn_at is not None],
        "may_write": current_actor().may(kind.writes),
        "back_url": url_for(kind.endpoint, **back),
        "accepted": ACCEPTED,
        "most_files": MOST_FILES,
        "most_megabytes": MOST_BYTES // 1_000_000,
        "typed": typed or {},
        "errors": errors or {},
    }
    if by_htmx():
        return partial("attachments/_panel.html", **values)
    return page("attachments/attachments.html", **values)


@bp.get("/<subject>/<uuid:document_id>")
@needs(Permission.COMPANY_READ)
def show_panel(subject: str, document_id: UUID) -> Response:
    return panel(subject=subject, document_id=document_id)


@bp.post("/<subject>/<uuid:document_id>")
@needs(Permission.COMPANY_READ)
@form_again(panel)
def create_attachments(subject: str, document_id: UUID) -> BaseResponse:
    actor = current_actor()
    with read_books(actor) as books:
        kinds.writable(books, subject, document_id)  # before anything of it is read or kept
    sent = [one for name in ("file", "photo") for one in request.files.getlist(name) if one.filename]
    if not sent:
        raise InvalidInput({"file": "Choose a file first."})
    if len(sent) > MOST_FILES:
        raise InvalidInput({"file": f"Send at most {MOST_FILES} files at once."})
    try:
        files = [service.prepare(actor.company_id, one.filename or "", _chunks(one)) for one in sent]
        with open_books(actor) as books:
            added = service.attach(books, subject, document_id, files)
    except (NotKept, storage.TooLarge) as refusal:
        raise InvalidInput({"file": f"{told(refusal.problem)} {told(refusal.fix)}"}) from None
    if by_htmx():
        return panel(subject=subject, document_id=document_id)
    flash(ngettext("%(num)s file is added.", "%(num)s files are added.", added), "success")
    return see_other(url_for("attachments.show_panel", subject=subject, document_id=document_id))


@bp.get("/files/<uuid:attachment_id>")
@needs(Permission.COMPANY_READ)
def show_file(attachment_id: UUID) -> Response:
    """The file itself: photos are shown, everything else is saved to the device."""
    return _send(attachment_id, small=False)


@bp.get("/files/<uuid:attachment_id>/thumbnail")
@needs(Permission.COMPANY_READ)
def show_thumbnail(attachment_id: UUID) -> Response:
    return _send(attachment_id, small=True)


def withdrawal_form(*, attachment_id: UUID, typed: Any = None, errors: Any = None) -> Response:
    """The panel again, with what was typed beside the file it was typed for."""
    with read_books(current_actor()) as books:
        row = queries.in_use(books, attachment_id)
    kept = {"why": (typed or {}).get("why", ""), "attachment_id": attachment_id}
    return panel(subject=row.subject, document_id=row.document_id, typed=kept, errors=errors)


@bp.post("/files/<uuid:attachment_id>/withdrawal")
@needs(Permission.COMPANY_READ)
@form_again(withdrawal_form)
def create_withdrawal(attachment_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        row = service.withdraw(books, attachment_id, request.form.get("why", ""))
    if by_htmx():
        return panel(subject=row.subject, document_id=row.document_id)
    flash(_("%(name)s is withdrawn.", name=row.name), "success")
    return see_other(url_for("attachments.show_panel", subject=row.subject, document_id=row.document_id))


def _send(attachment_id: UUID, *, small: bool) -> Response:
    actor = current_actor()
    with read_books(actor) as books:
        row = queries.in_use(books, attachment_id)
        kinds.readable(books, row.subject, row.document_id)
    ending = service.SMALL_ENDING if small else service.ENDING
    with storage.open_file(actor.company_id, row.sha256 + ending) as file:
        content = io.BytesIO(file.read())  # at most MOST_BYTES, so that a reader who leaves leaves no file open
    response = send_file(
        content,
        mimetype="image/jpeg" if small else row.type.mime,
        as_attachment=not row.type.is_picture,
        download_name=clean_text(row.name),  # it stands in a header
        etag=row.sha256 + ending,
    )
    response.headers["Content-Security-Policy"] = LOCKED_IN
    response.headers["X-Content-Type-Options"] = "nosniff"
    # The content under an address never changes; whether one may read it is asked each time.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _chunks(sent: FileStorage) -> Iterator[bytes]:
    while chunk := sent.stream.read(CHUNK):
        yield chunk
