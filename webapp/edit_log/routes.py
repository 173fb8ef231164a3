"""Pages of the edit log: the list with its filters, the versions of one thing, what an auditor takes away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from webapp import identity
from webapp.edit_log import queries
from webapp.edit_log.queries import Wanted
from webapp.kernel.dates import IST, read_day
from webapp.kernel.text import clean_text
from webapp.platform import audit, machine, sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, open_directory, read_books
from webapp.platform.web import current_actor, page

bp = Blueprint("edit_log", __name__)

_DOCUMENT = Path(__file__).parents[2] / "docs" / "edit-log.md"


def wanted_by_address() -> Wanted:
    """The filters of this address; what cannot be read is as if it were not there."""
    args = request.args
    action, entity = args.get("action", ""), args.get("entity", "")
    who = clean_text(args.get("who", ""))[:80]
    return Wanted(
        who=who,
        user_id=next((id_ for id_, shown in member_ids().items() if shown.casefold() == who.casefold()), None) if "_" in who else None,
        action=action if action in action_words() else "",
        entity=entity if entity in entity_words() else "",
        first_day=read_day(args.get("from", "")),
        last_day=read_day(args.get("to", "")),
    )


def member_ids() -> dict[UUID, str]:
    """The ids of everybody who has or had a place in this business."""
    with open_directory(writes=False) as directory:
        return identity.member_ids(directory, current_actor().company_id)


@bp.get("/edit-log")
@needs(Permission.EDIT_LOG_READ)
def list_entries() -> Response:
    wanted_format = sheets.asked_format()
    wanted = wanted_by_address()
    before = request.args.get("before", "")
    place = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None
    with read_books(current_actor()) as books:
        rows, older = queries.entries(books, wanted, before=place)
    if wanted_format:
        return sheets.send(_sheet(wanted), wanted_format)
    return page(
        "edit_log/entries.html",
        rows=rows,
        older=older,
        is_later=place is not None,
        wanted=wanted,
        actions=action_words(),
        entities=entity_words(),
        same=_same,
        member_ids=member_ids(),
    )


def _same(**changes: Any) -> str:
    kept: dict[str, Any] = {name: request.args[name] for name in ("who", "action", "entity", "from", "to") if request.args.get(name)}
    return url_for("edit_log.list_entries", **{name: value for name, value in {**kept, **changes}.items() if value is not None})


def _sheet(wanted: Wanted) -> Sheet:
    columns = (
        Column(_("Number"), "text", 8),
        Column(_("When"), "text", 16),
        Column(_("Who"), "text", 16),
        Column(_("What was done"), "text", 14),
        Column(_("To what"), "text", 20),
        Column(_("Field"), "text", 16),
        Column(_("Before"), "text", 24),
        Column(_("After"), "text", 24),
    )
    actions, entities = action_words(), entity_words()

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        for row in queries.every_entry(books, wanted):
            at = row.at.astimezone(IST).strftime("%Y-%m-%d %H:%M:%S")
            done, to = actions.get(row.action, row.action), f"{entities.get(row.entity, row.entity)} {row.entity_id}"
            for change in row.changes or (queries.Change("", "", ""),):
                yield str(row.seq), at, row.user_name, done, to, change.field, change.before, change.after

    return Sheet("edit-log", _("Edit log"), (), columns, rows, is_wide=True)


@bp.get("/edit-log/versions")
@needs(Permission.EDIT_LOG_READ)
def show_versions() -> Response:
    entity, entity_id = request.args.get("entity", "")[:80], request.args.get("id", "")[:200]
    with read_books(current_actor()) as books:
        rows = queries.versions(books, entity, entity_id)
    return page("edit_log/versions.html", rows=rows, entity=entity, entity_id=entity_id, actions=action_words(), entities=entity_words())


@bp.get("/edit-log/export.jsonl")
@needs(Permission.BOOKS_TAKE)
def export_log() -> Response:
    """The whole log with its hashes, for whoever checks it elsewhere (docs/edit-log.md)."""
    actor = current_actor()
    with open_books(actor) as books:
        audit.record(books, "export", "edit_log", "list", new={"format": "jsonl"})

    def lines() -> Iterator[str]:
        with read_books(actor) as books:
            for line in audit.exported(books):
                yield line + "\n"

    response = Response(lines(), mimetype="application/jsonl; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="edit-log.jsonl"'
    return response


@bp.get("/edit-log/check.py")
@needs(Permission.EDIT_LOG_READ)
def send_checker() -> Response:
    """The program that checks an exported log, as it stands in docs/edit-log.md."""
    found = re.findall(r"```python\n(.+?)```", _DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    response = Response(found[0], mimetype="text/x-python; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="check.py"'
    return response


def action_words() -> dict[str, str]:
    """What each act is called."""
    return {
        "create": _("Made"),
        "change": _("Changed"),
        "archive": _("Archived"),
        "restore": _("Restored"),
        "remove": _("Removed"),
        "cancel": _("Cancelled"),
        "merge": _("Merged"),
        "approve": _("Approved"),
        "doubt": _("Approval in doubt"),
        "settle": _("Settled"),
        "lock": _("Locked"),
        "unlock": _("Unlocked"),
        "open": _("Opened"),
        "close": _("Closed"),
        "reopen": _("Re-opened"),
        "refuse": _("Tried and refused"),
        "repair": _("Repaired"),
        "print": _("Printed"),
        "export": _("Sent out"),
        "register": _("Signed up"),
        "login": _("Signed in"),
        "delete": _("Deleted"),
        "end": _("Ended"),
        "upload": _("Uploaded"),
        "import": _("Imported"),
        "undo": _("Undone"),
        "quarantine": _("Set aside"),
        "release": _("Released"),
        "revoke": _("Revoked"),
        "share": _("Shared"),
        "schedule": _("Scheduled"),
        "leave": _("Left"),
        "offer": _("Offered"),
        "deactivate": _("Deactivated"),
        "reactivate": _("Let in again"),
    }


# long: one line for each thing that has a name
def entity_words() -> dict[str, str]:
    """What each kind of thing is called."""
    return {
        "account": _("Account"),
        "account_group": _("Account group"),
        "api_token": _("Token of a program"),
        "allocation": _("Settlement of a bill"),
        "backup": _("Backup"),
        "job": _("Background job"),
        "bill_of_materials": _("Bill of materials"),
        "budget": _("Budget"),
        "cash_move": _("Cash movement"),
        "cheque": _("Cheque"),
        "company": _("Business"),
        "company_file": _("File of the whole business"),
        "cost_centre": _("Cost centre"),
        "custom_report": _("Own report"),
        "deposit_slip": _("Deposit slip"),
        "edit_log": _("Edit log"),
        "interest_note": _("Note of interest"),
        "interest_terms": _("Terms of interest"),
        "invitation": _("Invitation"),
        "ownership": _("Ownership"),
        "role": _("Role"),
        "invoice": _("Bill"),
        "invoice_flag": _("Flag on a bill"),
        "item": _("Item"),
        "item_import": _("Import of items"),
        "ledger": _("Books for other programs"),
        "ledger_file": _("Books for other programs"),
        "member": _("Member"),
        "missing_bill": _("Missing bill"),
        "opening_balance": _("Opening balance"),
        "opening_bill": _("Opening bill"),
        "party": _("Customer or supplier"),
        "period": _("Month"),
        "period_opening": _("Opened days"),
        **({"plan": _("Plan"), "plan_request": _("Plan asked for")} if machine.plans_file() else {}),
        "receipt": _("Receipt"),
        "reminder": _("Reminder"),
        "reminder_steps": _("Steps of reminding"),
        "report": _("Report"),
        "public_link": _("Public link"),
        "security_threshold": _("Threshold of an alert"),
        "shared_link": _("Shared link"),
        "shift": _("Shift"),
        "stock_adjustment": _("Stock adjustment"),
        "stock_journal": _("Stock journal"),
        "sync_command": _("What a counter sent"),
        "tax_class": _("Tax class"),
        "till": _("Counter"),
        "till_approval": _("Approval at the counter"),
        "till_pin": _("PIN for the counter"),
        "till_rules": _("What the counters ask"),
        "user": _("Person"),
        "voucher_document": _("Voucher"),
        "voucher_template": _("Recurring voucher"),
        "write_off": _("Write-off"),
        "year": _("Financial year"),
    }
