"""Pages of write-offs: the list, one, the form for a party's bills, and small balances in one go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from webapp import outstandings, parties
from webapp.company import default_store
from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.places import read_cursor, write_cursor
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other
from webapp.writing_off import forms, queries, rules, service

bp = Blueprint("writing_off", __name__)


def kind_words() -> dict[str, str]:
    """What each kind is called."""
    return {
        rules.DISCOUNT: _("Discount"),
        rules.ROUND_OFF: _("Round-off"),
        rules.SMALL_BALANCE: _("Small balance"),
        rules.BAD_DEBT: _("Bad debt"),
    }


@bp.get("/write-offs")
@needs(Permission.WRITE_OFF)
def list_write_offs() -> Response:
    wanted_format, wanted = sheets.asked_format(), forms.parse_wanted(request.args)
    if wanted_format:
        return sheets.send(_sheet(wanted), wanted_format)
    with read_books(current_actor()) as books:
        found = queries.write_offs(books, wanted, older_than=read_cursor(request.args.get("older", "")))
    address, older = forms.address_of(wanted), write_cursor(found.older)
    return page("writing_off/write_offs.html", found=found, wanted=wanted, address=address, older=older, kinds=kind_words())


def _sheet(wanted: queries.Wanted) -> Sheet:
    words = kind_words()
    columns = (
        Column(_("Number"), "code", 14),
        Column(_("Date"), "day", 11),
        Column(_("Party"), "text", 22),
        Column(_("Kind"), "text", 12),
        Column(_("Reason"), "text", 26),
        Column(_("Status"), "text", 10),
        Column(_("Amount"), "amount", 13),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        place = None
        while True:
            found = queries.write_offs(books, wanted, older_than=place, most=500)
            for row in found.rows:
                state = _("Cancelled") if row.cancelled_at else _("Posted")
                yield row.number, row.written_on, found.names[row.party_id].name, words[row.kind], row.reason, state, row.amount_paise
            if (place := found.older) is None:
                return

    return Sheet("write-offs", _("Write-offs"), (), columns, rows)


def write_off_form(party_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """A party's open bills, with an amount to write off beside each."""
    with read_books(current_actor()) as books:
        party = parties.party_row(books, party_id)
        items = [item for item in outstandings.open_items(books, party_id) if (item.open > 0) == party.is_customer]
        today = books.today
    typed = typed or {}
    return page(
        "writing_off/form.html", party=party, items=items, today=today, id=typed.get("id") or new_id(), typed=typed, errors=errors or {}
    )


@bp.get("/write-offs/of/<uuid:party_id>")
@needs(Permission.WRITE_OFF)
def new_write_off(party_id: UUID) -> Response:
    return write_off_form(party_id)


@bp.post("/write-offs/of/<uuid:party_id>")
@needs(Permission.WRITE_OFF)
@form_again(write_off_form)
def create_write_off(party_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        made = service.post_write_off(books, forms.parse_write_off(request.form, party_id, default_store(books)))
    return see_other(url_for("writing_off.show_write_off", write_off_id=made.id))


def write_off_page(write_off_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One write-off; the cancel form keeps what was typed."""
    with read_books(current_actor()) as books:
        found = queries.write_off(books, write_off_id)
        party = parties.party_row(books, found.row.party_id)
    return page("writing_off/write_off.html", found=found, party=party, kinds=kind_words(), typed=typed or {}, errors=errors or {})


@bp.get("/write-offs/<uuid:write_off_id>")
@needs(Permission.WRITE_OFF)
def show_write_off(write_off_id: UUID) -> Response:
    return write_off_page(write_off_id)


@bp.post("/write-offs/<uuid:write_off_id>/cancellation")
@needs(Permission.WRITE_OFF)
@form_again(write_off_page)
def create_cancellation(write_off_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.cancel(books, write_off_id, reason=request.form.get("reason", ""))
    return see_other(url_for("writing_off.show_write_off", write_off_id=write_off_id))


def small_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The balances up to a limit, to be ticked; nothing is written by looking."""
    asked = typed or request.args
    limit = forms.read_limit(asked.get("limit", ""))
    with read_books(current_actor()) as books:
        found, today = queries.small_balances(books, limit), books.today
    return page(
        "writing_off/small.html",
        found=found,
        limit=limit,
        today=today,
        id=new_id(),
        most=rules.SMALL_LIMIT,
        typed=typed,
        errors=errors or {},
    )


@bp.get("/write-offs/small")
@needs(Permission.WRITE_OFF)
def new_small() -> Response:
    return small_form()


@bp.post("/write-offs/small")
@needs(Permission.WRITE_OFF)
@form_again(small_form)
def create_small() -> BaseResponse:
    day, run_id = read_day(request.form.get("written_on", "")), read_id(request.form.get("id", ""))
    if day is None or run_id is None:
        raise InvalidInput({"written_on": _("Choose the day.")})
    chosen = forms.parse_chosen(request.form)
    limit, reason = forms.read_limit(request.form.get("limit", "")), request.form.get("reason", "")
    with open_books(current_actor()) as books:
        made = service.write_off_small(books, run_id, chosen, limit=limit, on=day, reason=reason)
    flash(ngettext("One balance was written off.", "%(num)s balances were written off.", made), "success")
    return see_other(url_for("writing_off.list_write_offs", kind=rules.SMALL_BALANCE))
