"""The last night, for the page of the day, which asks for it once it stands."""

from __future__ import annotations

from flask import Response

from webapp.backups.blueprint import bp, here
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import read_books
from webapp.platform.web import current_actor, partial


@bp.get("/backups/night")
@needs(Permission.BACKUP_MANAGE)
def show_night() -> Response:
    from webapp.backups import night  # whoever never opens the page of the day need not load it

    with read_books(current_actor()) as books:
        found = night.last_night(books, here())
    return partial("backups/_night.html", night=found)
