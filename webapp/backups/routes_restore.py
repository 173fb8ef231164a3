"""The pages of a restore: what it would cost, how far it is, and the owner's word. The machine's owner alone; a password at each step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import identity
from webapp.background import require_machine_owner
from webapp.backups import prepared, queries
from webapp.backups.blueprint import bp, here, require_password
from webapp.backups.events import RestoreAsked
from webapp.backups.rules import Name
from webapp.kernel.errors import NotFound
from webapp.platform import audit, clock
from webapp.platform.outbox import announce
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, open_directory, read_books
from webapp.platform.web import current_actor, form_again, page, partial, see_other


@bp.get("/backups/restore")
@needs(Permission.BACKUP_RESTORE)
def show_restore() -> Response:
    require_machine_owner(current_actor())
    return _page()


def _page(typed: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None) -> Response:
    """How far a restore is; and, for a backup that is named, what would be lost, with the form that asks for the password."""
    found = prepared.standing(here(), clock.now())
    named = request.values.get("backup_id", "")
    name = _good(named or str(found.get("id", "")))
    return page("backups/restore.html", **_shown(found), asked=name if named else None, errors=errors or {}, **_lost(name))


@bp.get("/backups/restore/standing")
@needs(Permission.BACKUP_RESTORE)
def show_restore_standing() -> Response:
    """Asked again while it moves. Once it is in its place who asks is most often signed out: the old books know no sign-in of today."""
    require_machine_owner(current_actor())
    found = prepared.standing(here(), clock.now())
    return partial("backups/_restore.html", **_shown(found), errors={}, **_lost(_good(str(found.get("id", "")))))


@bp.post("/backups/restore")
@needs(Permission.BACKUP_RESTORE)
@form_again(_page)
def create_restore() -> BaseResponse:
    """Have a backup prepared: brought back aside and proved, while the shop works on."""
    require_machine_owner(current_actor())
    if (name := _good(request.form.get("backup_id", ""))) is None:
        raise NotFound("backup")
    require_password()
    with open_books(current_actor()) as books:
        prepared.ask(here(), name.id, by=books.actor.name)
        announce(books, RestoreAsked(backup_id=name.id))
        audit.record(books, "restore", "backup", name.id, new={"step": "prepare"})
    return see_other(url_for("backups.show_restore"))


@bp.post("/backups/restore/swap")
@needs(Permission.BACKUP_RESTORE)
@form_again(_page)
def create_swap() -> BaseResponse:
    """Put what was prepared in the place of what is live: the supervisor does it within seconds."""
    require_machine_owner(current_actor())
    require_password()
    backup_id = request.form.get("prepared_id", "")
    with open_books(current_actor()) as books:
        audit.record(books, "restore", "backup", backup_id, new={"step": "swap"})
        prepared.want(here(), backup_id)
    return see_other(url_for("backups.show_restore"))


@bp.post("/backups/restore/end")
@needs(Permission.BACKUP_RESTORE)
def create_end() -> BaseResponse:
    """Throw away what was prepared."""
    require_machine_owner(current_actor())
    prepared.forget(here())
    flash(_("What was prepared is thrown away. Nothing was changed."), "success")
    return see_other(url_for("backups.list_backups"))


def _good(backup_id: str) -> Name | None:
    """A backup that lies here and no reading found damaged."""
    choice = here()
    rows = queries.rows(choice, queries.standing(choice)["kept"])
    return next((row.name for row in rows if row.name.id == backup_id and row.found != "bad"), None)


def _shown(found: dict[str, Any]) -> dict[str, Any]:
    return {"found": found, "stage": str(found.get("stage", "")), "is_moving": found.get("stage") in prepared.UNDER_WAY}


def _lost(name: Name | None) -> dict[str, Any]:
    """What was written since the backup was made."""
    if name is None:
        return {"name": None}
    with open_directory(writes=False) as directory:
        others = len(identity.company_ids(directory)) - 1
    with read_books(current_actor()) as books:
        return {"name": name, "since": queries.entries_since(books, name.made_at), "others": others}
