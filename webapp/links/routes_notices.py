"""Payments stated through links: the payer's form, what stands beside a document, the list of them, and putting one aside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.kernel.dates import ist_day, read_instant
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import read_id
from webapp.links import forms, kinds, notices
from webapp.links.blueprint import bp
from webapp.links.door import address_hash
from webapp.links.notices import NoticeRow, Place, Wanted
from webapp.links.pages import require_proof
from webapp.links.paying import PAID
from webapp.links.rules import NothingToPay, OtherAmount, ToldEnough
from webapp.links.tokens import resolve
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs, permission_of
from webapp.platform.refusals import told
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import by_htmx, by_link, current_actor, form_again, page, partial, safe_next, see_other

_AT_ONCE = 500


@bp.post("/links/<shared>/<token>/payment")
@needs(None)
@by_link
def create_notice(shared: str, token: str) -> BaseResponse:
    """The payer states a payment; what speaks against it is said on the same page."""
    payable = kinds.payable_of(shared)
    opened = resolve(shared, token, writes=True)
    require_proof(PAID, opened, request.form.get("proof", ""))
    form: dict[str, Any] = {"paid_typed": request.form}
    try:
        stated = forms.parse_statement(request.form, address_hash())
        with open_books(opened.actor) as books:
            notices.state_payment(books, opened, payable.payer(books, opened.document_id, opened.advance_paise), stated)
    except InvalidInput as refusal:
        errors = {field: told(words) for field, words in refusal.errors.items()}
        return payable.draw(token, opened, status=refusal.status, paid_errors=errors, **form)
    except (NothingToPay, ToldEnough, OtherAmount) as refusal:
        return payable.draw(token, opened, status=refusal.status, paid_refusal=refusal, **form)
    return redirect(url_for(kinds.kind_of(shared).endpoint, token=token, lang=request.args.get("lang")), 303)


@bp.get("/links/<shared>/<uuid:document_id>/payments")
@needs(Permission.RECEIPT_WRITE)
def show_notices(shared: str, document_id: UUID) -> Response:
    """What was stated of one document: a piece of its page, empty where nothing was."""
    with read_books(current_actor()) as books:
        payable = kinds.payable_of(shared)
        payable.payer(books, document_id, 0)  # refuses as the document's own page does
        rows = notices.notices_of(books, shared, [document_id])
        elsewhere = notices.where_else(books, rows)
    values: dict[str, Any] = {"rows": [_shown(row, elsewhere) for row in rows], "shared": shared, "document_id": document_id}
    return (
        partial("links/_notices.html", **values)
        if by_htmx()
        else page("links/document_notices.html", **values, back=_screen(shared, document_id))
    )


@bp.get("/links/payments")
@needs(Permission.RECEIPT_WRITE)
def list_notices() -> Response:
    return notices_page()


def notices_page(*, typed: Any = None, errors: Any = None, notice_id: UUID | None = None) -> Response:
    """The list, with what was typed beside the statement that was to be put aside."""
    wanted_format, wanted = sheets.asked_format(), forms.parse_wanted(request.args)
    if wanted_format:
        return sheets.send(_sheet(wanted), wanted_format)
    with read_books(current_actor()) as books:
        found = notices.notices(books, wanted, after=read_place(request.args.get("after", "")))
        shown = found[: notices.PAGE]
        elsewhere = notices.where_else(books, shown)
        any_at_all = bool(found) or notices.any_at_all(books)
    return page(
        "links/notices.html",
        shown=[_shown(row, elsewhere) for row in shown],
        wanted=wanted,
        any_at_all=any_at_all,
        after=write_place(shown[-1]) if len(found) > notices.PAGE else None,
        errors=errors or {},
        typed=typed or {},
        refused_id=notice_id,
        same_report=same_notices,
    )


@bp.post("/links/payments/<uuid:notice_id>/putting-aside")
@needs(Permission.RECEIPT_WRITE)
@form_again(notices_page)
def create_putting_aside(notice_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        notices.put_aside(books, notice_id, request.form.get("reason", ""))
    flash(_("It is put aside. Nothing was written into the books."), "success")
    return see_other(safe_next(request.form.get("next")) or url_for("links.list_notices"))


def same_notices(**changes: object) -> str:
    """This list with its filters, and with `changes` to them. None takes one out."""
    kept: dict[str, Any] = {name: request.args[name] for name in ("q", "state", "after") if request.args.get(name)}
    return url_for("links.list_notices", **{name: value for name, value in {**kept, **changes}.items() if value is not None})


def read_place(text: str) -> Place | None:
    """The place in the list that an address names, or None: its beginning."""
    instant, _sign, id_ = text.partition("_")
    at, last = read_instant(instant), read_id(id_)
    return (at, last) if at and last else None


def write_place(row: NoticeRow) -> str:
    """The same as an address carries it."""
    return f"{row.said_at.isoformat()}_{row.id.hex}"


def _shown(row: NoticeRow, elsewhere: dict[UUID, list[str]]) -> dict[str, Any]:
    """A statement as a list shows it: where its document is, where its money is entered, where else its UTR stands."""
    entered_at = kinds.payable_of(row.kind).entered_at
    return {
        "row": row,
        "kind": kinds.words_of(row.kind),
        "url": _screen(row.kind, row.document_id),
        "enter_url": url_for(entered_at, notice=row.id),
        "elsewhere": elsewhere.get(row.id, []),
    }


def _screen(shared: str, document_id: UUID) -> str | None:
    """Where a document is shown to the shop, for those who may open it."""
    endpoint, parameter = kinds.payable_of(shared).screen
    needed = permission_of(current_app.view_functions[endpoint])
    values: dict[str, Any] = {parameter: document_id}
    return url_for(endpoint, **values) if needed is None or current_actor().may(needed) else None


def _sheet(wanted: Wanted) -> Sheet:
    columns = (
        Column(_("Stated on"), "day", 12),
        Column(_("Document"), "text", 22),
        Column(_("Customer"), "text", 24),
        Column("UTR", "code", 14),
        Column(_("Amount"), "amount", 14),
        Column(_("Status"), "text", 12),
        Column(_("Reason"), "text", 24),
    )
    states = {"waiting": _("Not confirmed"), "entered": _("Entered"), "aside": _("Put aside")}

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        place = None
        while True:
            found = notices.notices(books, wanted, after=place, most=_AT_ONCE)
            for row in found[:_AT_ONCE]:
                yield ist_day(row.said_at), row.title, row.party_name, row.utr, row.amount_paise, states[row.state], row.reason
            if len(found) <= _AT_ONCE:
                return
            place = (found[_AT_ONCE - 1].said_at, found[_AT_ONCE - 1].id)

    return Sheet("stated-payments", _("Stated payments"), (), columns, rows)
