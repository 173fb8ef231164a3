"""The owner's page of everything of the business as one file: asked for, made by a job, fetched under a fresh proof."""

from __future__ import annotations

from uuid import UUID

from flask import Response, send_file, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import company, identity
from webapp.backups import queries
from webapp.backups.blueprint import bp
from webapp.backups.company_names import SUFFIX
from webapp.backups.doors import ask_company_file
from webapp.backups.queries import CompanyFile
from webapp.kernel.dates import IST
from webapp.kernel.errors import Conflict, Forbidden, NotFound
from webapp.platform import audit, storage
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import Actor, Books, open_books, read_books
from webapp.platform.web import current_actor, page, partial, see_other


class NotReady(Conflict):
    """The file is still being made, could not be made, or is there no more."""

    def __init__(self) -> None:
        super().__init__(problem="This file is not there to be fetched.", fix="Wait until it says Ready, or have another one made.")


class AskerLeft(Forbidden):
    """Who asked for the file is no owner any more."""

    def __init__(self) -> None:
        super().__init__(problem="Who asked for this file is no owner any more.", fix="Have another one made.")


@bp.get("/business-data")
@needs(Permission.BUSINESS_LEAVE)
def show_business_data() -> Response:
    with read_books(current_actor()) as books:
        files = queries.newest_files(books)
    return page("backups/business_data.html", files=files, kept_days=queries.FILES_KEPT.days)


@bp.post("/backups/company-files")
@needs(Permission.BUSINESS_LEAVE)
@identity.require_fresh
def create_company_file() -> BaseResponse:
    with open_books(current_actor()) as books:
        ask_company_file(books)
    return see_other(url_for("backups.show_business_data"))


@bp.get("/backups/company-files/<uuid:company_file_id>")
@needs(Permission.BUSINESS_LEAVE)
def show_company_file(company_file_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        return partial("backups/_company_file.html", file=_asked(books, company_file_id))


@bp.post("/backups/company-files/<uuid:company_file_id>/downloads")
@needs(Permission.BUSINESS_LEAVE)
@identity.require_fresh
def create_company_download(company_file_id: UUID) -> BaseResponse:
    """Hand the file out, to an owner, of an owner's asking: both at this moment. The edit log says who took it."""
    actor = current_actor()
    with read_books(actor) as books:
        if _asked(books, company_file_id).state != "ready":
            raise NotReady
        user_id, name = queries.asker_of(books, company_file_id)
    job = Actor(company_id=actor.company_id, role=actor.role, name=name, via=actor.via)
    if company.asker_still(job, user_id, name, (), Permission.BUSINESS_LEAVE) is None:
        raise AskerLeft
    with open_books(actor) as books:
        file = _asked(books, company_file_id)
        content = storage.open_file(books.company_id, file.id.hex + SUFFIX)
        audit.record(books, "download", "company_file", file.id)
    day = file.at.astimezone(IST).strftime("%Y-%m-%d")
    return send_file(content, mimetype="application/zip", as_attachment=True, download_name=f"munim-{day}.zip")


def _asked(books: Books, file_id: UUID) -> CompanyFile:
    found = queries.asked_file(books, file_id)
    if found is None:
        raise NotFound("file")
    return found
