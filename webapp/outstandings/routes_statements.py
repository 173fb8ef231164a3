"""Pages of the statements of many parties: whose and of which days, how far they are, the zip, and a link to each."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Response, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from webapp import links, parties
from webapp.company import profile
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.outstandings import forms, statement_runs
from webapp.outstandings.blueprint import bp, statement_words
from webapp.outstandings.forms import STATEMENT
from webapp.outstandings.lines import RECEIVABLE
from webapp.outstandings.statement_runs import RunRow
from webapp.platform import exports
from webapp.platform.permissions import Permission, needs
from webapp.platform.refusals import told
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, partial, see_other

FILTERS = ("q", "kind", "state_code", "credit", "state")
SHOWN = 50
Form = MultiDict[str, str]


def statements_form(*, typed: Form | None = None, errors: dict[str, str] | None = None) -> Response:
    """The parties that were ticked, or all that match, and the days of their statements; why not, where none can be meant."""
    form = typed if typed is not None else request.args
    ids: list[UUID] = []
    with read_books(current_actor()) as books:
        if form.get("all") == "1" or form.getlist("party"):
            try:
                ids = _chosen(books, form)
            except InvalidInput as refusal:
                errors = errors or {field: told(words) for field, words in refusal.errors.items()}
        named = parties.parties_by_id(books, ids[:SHOWN])
        period = forms.read_period(form, books.today)
    return page(
        "outstandings/statements.html",
        form=form,
        names=[named[id_].name for id_ in ids[:SHOWN] if id_ in named],
        count=len(ids),
        ticked_gone=len(set(form.getlist("party"))) - len(ids) if ids and form.get("all") != "1" else 0,
        id=form.get("id") or new_id(),
        kept=[(name, form[name]) for name in FILTERS if form.get(name)],
        period=period,
        errors=errors or {},
    )


@bp.get("/outstandings/statements")
@needs(Permission.REPORT_EXPORT)
def new_statements() -> Response:
    return statements_form()


@bp.post("/outstandings/statements")
@needs(Permission.REPORT_EXPORT)
@form_again(statements_form)
def create_statements() -> BaseResponse:
    form, run_id = request.form, read_id(request.form.get("id")) or new_id()
    with open_books(current_actor()) as books:
        period = forms.read_period(form, books.today)
        words = statement_words(period, forms.read_shown({"on": period.last_day.isoformat()}, RECEIVABLE, books.today))
        statement_runs.ask_statements(books, run_id, _chosen(books, form), period, words)
    return see_other(url_for("outstandings.show_statements", statement_run_id=run_id))


@bp.get("/outstandings/statements/<uuid:statement_run_id>")
@needs(Permission.REPORT_EXPORT)
def show_statements(statement_run_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        row = statement_runs.statement_run(books, statement_run_id)
        shared = _shared(books, row)
    return page("outstandings/statement_run.html", row=row, job=_job(row), shared=shared)


@bp.get("/outstandings/statements/<uuid:statement_run_id>/progress")
@needs(Permission.REPORT_EXPORT)
def show_statements_progress(statement_run_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        row = statement_runs.statement_run(books, statement_run_id)
    return partial("outstandings/_statement_run.html", row=row, job=_job(row))


@bp.get("/outstandings/statements/<uuid:statement_run_id>.zip")
@needs(Permission.REPORT_EXPORT)
def download_statements(statement_run_id: UUID) -> Response:
    with open_books(current_actor()) as books:
        row = statement_runs.statement_run(books, statement_run_id)
        content = statement_runs.open_zip(books, statement_run_id)
    name = f"statements-{row.period.last_day.isoformat()}.zip"
    return send_file(content, mimetype="application/zip", as_attachment=True, download_name=name)


@bp.post("/outstandings/statements/<uuid:statement_run_id>/links")
@needs(Permission.REPORT_EXPORT)
def create_statement_links(statement_run_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        statement_runs.share_all(books, statement_runs.statement_run(books, statement_run_id))
    return see_other(url_for("outstandings.show_statements", statement_run_id=statement_run_id))


@bp.get("/outstandings/statements/<uuid:statement_run_id>/links.csv")
@needs(Permission.REPORT_EXPORT)
def export_statement_links(statement_run_id: UUID) -> Response:
    """Who gets which link, for a program that sends many messages."""
    with open_books(current_actor()) as books:
        row = statement_runs.statement_run(books, statement_run_id)
        statement_runs.note_links_taken(books, row)
        shared = _shared(books, row)
    rows = [[one["name"], one["phone"], one["address"]] for one in shared]
    return exports.as_csv("statement-links", [_("Name"), _("Phone"), _("Link")], rows)


def _chosen(books: Books, form: Form) -> list[UUID]:
    ids = None if form.get("all") == "1" else [id_ for id_ in map(read_id, form.getlist("party")[: statement_runs.MOST + 1]) if id_]
    return statement_runs.chosen(books, parties.parse_filters(form), ids)


def _shared(books: Books, row: RunRow) -> list[dict[str, Any]]:
    """The parties of a run whose statement has a link that opens: its address, and WhatsApp's link to send it."""
    with books.narrowed():  # a statement's link shows every store
        found = links.links_of_many(books, STATEMENT, row.party_ids)
    people, shop, shared = parties.parties_by_id(books, found), profile(books).name, []
    for id_ in row.party_ids:
        if id_ not in found or id_ not in people:
            continue
        who, address = people[id_], links.address(books.company_id, found[id_])
        words = _("Your statement of account from %(shop)s: %(address)s", shop=shop, address=address)
        whatsapp = f"https://wa.me/{who.phone.removeprefix('+')}?text={quote(words)}" if who.phone else ""
        shared.append({"id": id_, "name": who.name, "phone": who.phone, "address": address, "whatsapp": whatsapp})
    return shared


def _job(row: RunRow) -> dict[str, Any]:
    state = {"done": "done", "refused": "failed"}.get(row.state, "working" if row.done else "waiting")
    title, message = _("Making statements"), told(row.refused[0][1]) if row.state == "refused" else None
    return {"id": row.id.hex, "title": title, "state": state, "done": row.done, "total": len(row.party_ids), "message": message}
