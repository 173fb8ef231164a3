"""Pages of an upload: send files, follow how far they are, cancel."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp.gst_inward import forms, upload_reads
from webapp.gst_inward.blueprint import bp
from webapp.gst_inward.pages import files_page
from webapp.gst_inward.upload_reads import UploadRow
from webapp.gst_returns import registration
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, partial, see_other


@bp.post("/gst-inward/<gstin>/files")
@needs(Permission.RETURN_FILE)
@form_again(files_page)
def create_file(gstin: str) -> BaseResponse:
    from webapp.gst_inward import uploads  # what reads files is loaded by who sends one

    month = forms.read_month(request.form.get("month", ""))
    sent = [uploads.Sent(one.filename or "", one.stream) for one in request.files.getlist("file") if one.filename]
    upload_id = uploads.receive(current_actor(), gstin, month, sent)
    return see_other(url_for("gst_inward.show_upload", gstin=gstin, upload_id=upload_id))


@bp.get("/gst-inward/<gstin>/uploads/<uuid:upload_id>")
@needs(Permission.RETURN_READ)
def show_upload(gstin: str, upload_id: UUID) -> Response:
    return page("gst_inward/upload.html", row=_row(gstin, upload_id))


@bp.get("/gst-inward/<gstin>/uploads/<uuid:upload_id>/progress")
@needs(Permission.RETURN_READ)
def show_upload_progress(gstin: str, upload_id: UUID) -> Response:
    return partial("gst_inward/_upload.html", row=_row(gstin, upload_id))


@bp.post("/gst-inward/<gstin>/uploads/<uuid:upload_id>/cancellation")
@needs(Permission.RETURN_FILE)
def create_upload_cancellation(gstin: str, upload_id: UUID) -> BaseResponse:
    from webapp.gst_inward import uploads  # as above

    with open_books(current_actor()) as books:
        registration(books, gstin)
        uploads.cancel(books, gstin, upload_id)
    return see_other(url_for("gst_inward.show_upload", gstin=gstin, upload_id=upload_id))


def _row(gstin: str, upload_id: UUID) -> UploadRow:
    with read_books(current_actor()) as books:
        registration(books, gstin)
        return upload_reads.upload(books, gstin, upload_id)
