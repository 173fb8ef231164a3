"""Files of reports: taken, and schedules ended."""

from __future__ import annotations

from uuid import UUID

from flask import send_file, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp.custom_reports import queries, schedules
from webapp.custom_reports.blueprint import bp
from webapp.kernel.errors import Conflict
from webapp.platform import audit, storage
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books
from webapp.platform.web import current_actor, see_other

_MIMETYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


class NotYet(Conflict):
    """The file is still being made."""

    def __init__(self) -> None:
        super().__init__(problem="This file is still being made.", fix="Wait a moment and open it again.")


@bp.get("/custom-report-files/<uuid:run_id>")
@needs(Permission.REPORT_EXPORT)
def show_file(run_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        found = queries.run_card(books, run_id)
        if found.state != "ready":
            raise NotYet
        audit.record(books, "export", "custom_report", found.row.report_id, new={"format": found.row.format, "name": found.row.name})
        content = storage.open_file(books.company_id, queries.storage_key(found.row))
    name = f"report-{found.row.last_day or found.row.asked_at.date()}.{found.row.format}"
    return send_file(content, mimetype=_MIMETYPES[found.row.format], as_attachment=True, download_name=name)


@bp.post("/custom-reports/<uuid:report_id>/schedules/<uuid:schedule_id>/removal")
@needs(Permission.REPORT_EXPORT)
def create_schedule_removal(report_id: UUID, schedule_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        schedules.remove_schedule(books, report_id, schedule_id)
    return see_other(url_for("custom_reports.show_report", report_id=report_id, _anchor="files"))
