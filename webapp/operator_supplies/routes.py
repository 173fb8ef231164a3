"""Pages of supplies under section 9(5): whether a registration is an operator's, the list, one document, the import."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from webapp import ledger
from webapp.kernel.errors import NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.places import read_cursor, write_cursor
from webapp.operator_supplies import forms, importing, queries, service
from webapp.operator_supplies.blueprint import bp
from webapp.operator_supplies.queries import PAGE
from webapp.operator_supplies.rules import DOCUMENT_TYPES
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other
from webapp.tax.states import state_tax_name

__all__ = ["bp"]


def list_page(*, gstin: str = "", typed: Any = None, errors: Any = None) -> Response:
    """The supplies of a registration, and whether it is an operator's."""
    wanted = forms.read_wanted(request.args)
    with read_books(current_actor()) as books:
        known = list(queries.own_registrations(books))
        gstin = gstin or request.args.get("gstin", "") or (known[0] if known else "")
        if not known:
            return page("operator_supplies/none.html")
        if gstin not in known:
            raise NotFound("registration")
        if wanted_format := sheets.asked_format():
            from webapp.operator_supplies import lists  # wanted by few

            return sheets.send(lists.supplies_sheet(gstin, wanted), wanted_format)
        own = queries.registration_of(books, gstin)
        rows = queries.supplies(books, gstin, wanted, older_than=read_cursor(request.args.get("older", "")), most=PAGE + 1)
        sums = queries.sums(books, gstin, wanted)
        accounts = queries.settlement_accounts(books)
    kept = {name: request.args[name] for name in ("q", "kind", "type", "from", "to") if request.args.get(name)}
    return page(
        "operator_supplies/list.html",
        known=known,
        own=own,
        rows=rows[:PAGE],
        older=write_cursor(rows[PAGE - 1].cursor) if len(rows) > PAGE else None,
        sums=sums,
        accounts=accounts,
        wanted=wanted,
        kept=kept,
        typed=typed or {},
        errors=errors or {},
    )


@bp.get("/operator-supplies")
@needs(Permission.RETURN_READ)
def list_supplies() -> Response:
    return list_page()


@bp.post("/operator-supplies/<gstin>/setting")
@needs(Permission.RETURN_FILE)
@form_again(list_page)
def change_setting(gstin: str) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.set_up(books, forms.parse_setting(request.form, gstin))
    flash(_("Saved."), "success")
    return see_other(url_for("operator_supplies.list_supplies", gstin=gstin))


def supply_form(*, gstin: str, typed: Any = None, errors: Any = None) -> Response:
    """The form of a supply."""
    with read_books(current_actor()) as books:
        queries.store_of(books, gstin)
        own, today = queries.registration_of(books, gstin), books.today
    values = typed or {}
    return page(
        "operator_supplies/form.html",
        own=own,
        id=values.get("id") or new_id(),
        today=today,
        typed=values,
        errors=errors or {},
    )


@bp.get("/operator-supplies/<gstin>/new")
@needs(Permission.RETURN_FILE)
def new_supply(gstin: str) -> Response:
    return supply_form(gstin=gstin)


@bp.post("/operator-supplies/<gstin>")
@needs(Permission.RETURN_FILE)
@form_again(supply_form)
def create_supply(gstin: str) -> BaseResponse:
    with open_books(current_actor()) as books:
        queries.store_of(books, gstin)
        made = service.enter_supply(books, forms.parse_supply(request.form, gstin))
    posted = made.voucher_number != ""
    words = (
        _("%(number)s is entered, and its tax is posted.", number=made.number)
        if posted
        else _("%(number)s is entered.", number=made.number)
    )
    flash(words, "success")
    return see_other(url_for("operator_supplies.show_supply", supply_id=made.id))


def supply_page(supply_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One supply; the form that takes it back keeps what was typed."""
    with read_books(current_actor()) as books:
        own = queries.supply(books, supply_id)
    state_tax = state_tax_name(own.place)
    return page("operator_supplies/supply.html", own=own, state_tax=state_tax, typed=typed or {}, errors=errors or {})


@bp.get("/operator-supplies/documents/<uuid:supply_id>")
@needs(Permission.RETURN_READ)
def show_supply(supply_id: UUID) -> Response:
    return supply_page(supply_id)


@bp.post("/operator-supplies/documents/<uuid:supply_id>/reversal")
@needs(Permission.RETURN_FILE)
@form_again(supply_page)
def create_reversal(supply_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.reverse_supply(books, supply_id, request.form.get("reason", ""))
    return see_other(url_for("operator_supplies.show_supply", supply_id=supply_id))


def import_form(*, gstin: str, typed: Any = None, errors: Any = None) -> Response:
    """The form for a CSV. `typed` has no file: a browser does not give it back."""
    with read_books(current_actor()) as books:
        queries.store_of(books, gstin)
        own = queries.registration_of(books, gstin)
    return page(
        "operator_supplies/import.html",
        own=own,
        columns=[words[0] for words in importing.COLUMNS.values()],
        types=list(DOCUMENT_TYPES.values()),
        typed=typed or {},
        errors=errors or {},
    )


@bp.get("/operator-supplies/<gstin>/import")
@needs(Permission.RETURN_FILE)
def show_import(gstin: str) -> Response:
    return import_form(gstin=gstin)


@bp.post("/operator-supplies/<gstin>/import")
@needs(Permission.RETURN_FILE)
@form_again(import_form)
def create_import(gstin: str) -> BaseResponse:
    sent = request.files.get("file")
    content = sent.stream.read(ledger.MOST_BYTES + 1) if sent is not None and sent.filename else b""
    with open_books(current_actor()) as books:
        queries.store_of(books, gstin)
        count = importing.import_supplies(books, gstin, content)
    flash(ngettext("%(num)s row is entered.", "%(num)s rows are entered.", count), "success")
    return see_other(url_for("operator_supplies.list_supplies", gstin=gstin))
