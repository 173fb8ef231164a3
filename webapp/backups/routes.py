"""The owner's page of backups: how they stand, the list, one made now, one read whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.background import is_machine_owners
from webapp.backups import prepared, queries, routes_company, routes_night, routes_restore
from webapp.backups.blueprint import bp, here
from webapp.backups.events import BackupAsked, BackupCheckAsked
from webapp.backups.places import Chosen
from webapp.backups.queries import PAGE, BackupRow
from webapp.backups.rules import Kind
from webapp.kernel.dates import IST
from webapp.kernel.errors import NotFound
from webapp.platform import audit, clock, sheets
from webapp.platform.outbox import announce
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books
from webapp.platform.web import current_actor, page, partial, see_other

__all__ = ["bp", "routes_company", "routes_night", "routes_restore"]
OLD_HOURS = 36  # a nightly backup that is older than this is late
ASKED_SECONDS = 900  # a progress nobody has written to for so long is of a process that was killed


@bp.get("/backups")
@needs(Permission.BACKUP_MANAGE)
def list_backups() -> Response:
    choice = here()
    standing = queries.standing(choice)
    wanted, first = _wanted(), _first()
    rows = [row for row in queries.rows(choice, standing["kept"]) if _fits(row, wanted)]
    if format_ := sheets.asked_format():
        return sheets.send(_sheet(rows), format_)
    same: dict[str, Any] = {"kind": wanted["kind"] or None, "q": wanted["q"] or None}
    return page(
        "backups/backups.html",
        rows=rows[first : first + PAGE],
        earlier=url_for("backups.list_backups", **same, first=max(0, first - PAGE)) if first else None,
        later=url_for("backups.list_backups", **same, first=first + PAGE) if len(rows) > first + PAGE else None,
        wanted=wanted,
        sent=same,
        newest_good=_newest_good(choice, standing["kept"]),
        may_restore=prepared.can_swap(choice) and is_machine_owners(current_actor()),
        restoring=prepared.standing(choice, clock.now()),
        **_shown(choice, standing),
    )


@bp.get("/backups/standing")
@needs(Permission.BACKUP_MANAGE)
def show_standing() -> Response:
    """How backups stand just now: asked again while one is being made."""
    choice = here()
    return partial("backups/_standing.html", **_shown(choice, queries.standing(choice)))


def _newest_good(choice: Chosen, kept: Mapping[str, Any]) -> str:
    """The newest backup that no reading found damaged; "" for none."""
    return next((row.name.id for row in queries.rows(choice, kept) if row.found != "bad"), "")


def _shown(choice: Chosen, standing: dict[str, Any]) -> dict[str, Any]:
    at, now = standing["at"], clock.now()
    worked = at["working"]
    return {
        "at": at,
        "kept": standing["kept"],
        "choice": choice,
        "is_working": worked is not None and abs((now - worked).total_seconds()) < ASKED_SECONDS,
        "age_hours": _hours(at["good"], now),
        "is_late": at["good"] is not None and (now - at["good"]).total_seconds() > OLD_HOURS * 3600,
        "is_sqlite": choice.database_file is not None,
        "kinds": _kinds(),
    }


def _hours(then: datetime | None, now: datetime) -> int | None:
    return max(0, int((now - then).total_seconds()) // 3600) if then else None


def _wanted() -> dict[str, str]:
    kind = request.args.get("kind", "")
    return {"kind": kind if kind in set(Kind) else "", "q": request.args.get("q", "").strip()[:40]}


def _first() -> int:
    text = request.args.get("first", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _fits(row: BackupRow, wanted: dict[str, str]) -> bool:
    day = row.name.made_at.astimezone(IST).strftime("%Y-%m-%d %H:%M")
    return (not wanted["kind"] or row.name.kind == wanted["kind"]) and wanted["q"] in f"{row.name.id} {day}"


def _kinds() -> dict[str, str]:
    return {
        Kind.NIGHTLY.value: _("Of the night"),
        Kind.ASKED.value: _("Asked for"),
        Kind.MIGRATION.value: _("Before an update"),
        Kind.SNAPSHOT.value: _("Snapshot"),
    }


def _sheet(rows: list[BackupRow]) -> Sheet:
    columns = (
        Column(_("Backup"), "text", 24),
        Column(_("Made at"), "text", 12),
        Column(_("Why"), "text", 12),
        Column(_("Status"), "text", 24),
    )
    kinds = _kinds()

    def lines(_books: Books) -> Iterator[tuple[Any, ...]]:
        for row in rows:
            made_at = row.name.made_at.astimezone(IST).strftime("%Y-%m-%d %H:%M")
            yield row.name.id, made_at, kinds[row.name.kind], row.trouble or (_("Read whole") if row.found == "whole" else "")

    return Sheet("backups", _("Backups"), (), columns, lines)


@bp.post("/backups")
@needs(Permission.BACKUP_MANAGE)
def create_backup() -> BaseResponse:
    with open_books(current_actor()) as books:
        announce(books, BackupAsked(asked_by=books.actor.name))
        audit.record(books, "create", "backup", "now")
    return see_other(url_for("backups.list_backups", asked=1))


@bp.post("/backups/checks")
@needs(Permission.BACKUP_MANAGE)
def create_check() -> BaseResponse:
    """Have a backup read whole."""
    backup_id = request.form.get("backup_id", "")
    if backup_id not in {row.name.id for row in queries.rows(here(), queries.standing(here())["kept"])}:
        raise NotFound("backup")
    with open_books(current_actor()) as books:
        announce(books, BackupCheckAsked(backup_id=backup_id))
    return see_other(url_for("backups.list_backups"))
