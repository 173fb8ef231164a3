"""Pages of the register: a month with its figures and papers, one paper with what a person says of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.input_tax import forms, queries, register, routes_assets, routes_reversals, service, telling, words
from webapp.input_tax.blueprint import bp
from webapp.input_tax.register import BY_HAND, REASONS, Entry
from webapp.input_tax.rules import NOTHING, Tax
from webapp.kernel.errors import NotFound
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other

__all__ = ["bp", "routes_assets", "routes_reversals"]
PAGE = 50


@bp.get("/input-tax")
@needs(Permission.RETURN_READ)
def show_register() -> Response:
    wanted = forms.parse_wanted(request.args)
    with read_books(current_actor()) as books:
        where = forms.read_where(books, request.args)
        if where.of is None:
            return page("input_tax/none.html")
        if wanted_format := sheets.asked_format():
            from webapp.input_tax import lists  # wanted by few

            return sheets.send(lists.register_sheet(where.of, where.month, wanted), wanted_format)
        found = register.entries(books, where.of.store_ids, queries.days_of(where.month))
        told = telling.told_of(books, where.of.gstin, where.month)
        moved = queries.ledger_movement(books, where.of, where.month)
    rows = [one for one in found if forms.fits(one, wanted, told.bills)]
    at = forms.read_place(request.args.get("at", ""))
    return page(
        "input_tax/register.html",
        where=where,
        wanted=wanted,
        table=queries.table_of(found),
        outside=_outside(found),
        moved=moved,
        by_nature=_by_nature(found),
        late=sum((one.claimed for one in found if one.is_late), NOTHING),
        rows=rows[at : at + PAGE],
        all_=sum((one.claimed for one in rows), NOTHING),
        told=told,
        at=at,
        step=PAGE,
        has_more=len(rows) > at + PAGE,
        states=_states(),
    )


def _states() -> dict[str, str]:
    return {
        "late": _("After the day of section 16(4)"),
        "blocked": _("With tax that is not claimed"),
        "by_hand": _("Entered by hand"),
        "told": _("Told in GSTR-2B"),
        "untold": _("Not told in GSTR-2B"),
    }


def _outside(found: list[Entry]) -> list[tuple[str, Tax]]:
    """Why the ledger moved otherwise than the return says."""
    sums = {cell: sum((one.claimed for one in found if one.cell == cell), NOTHING) for cell in ("used", "opening")}
    return [(cell, tax) for cell, tax in sums.items() if any(tax)]


def _by_nature(found: list[Entry]) -> list[tuple[str, Tax]]:
    sums: dict[str, Tax] = {}
    for one in found:
        for nature, tax in one.by_nature:
            sums[nature] = sums.get(nature, NOTHING) + tax
    return [(nature, sums[nature]) for nature in register.NATURES if nature in sums]


def paper_page(entry_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One voucher of the register: its figures, and a choice for each line that is not claimed, or for itself where it is by hand."""
    with read_books(current_actor()) as books:
        where = forms.read_where(books, request.args)
        if where.of is None:
            raise NotFound("registration")
        found = register.entries(books, where.of.store_ids, queries.days_of(where.month))
        own = next((one for one in found if one.voucher_id == entry_id), None)
        if own is None:
            raise NotFound("voucher")
        told = telling.told_of(books, where.of.gstin, where.month)
    cells = words.cell_words()
    return page(
        "input_tax/paper.html",
        where=where,
        own=own,
        told=told.of(own.document_id),
        may_be=[(name, cells[name]) for name in BY_HAND],
        whys=[(name, words.reason_words()[name]) for name in REASONS],
        typed=typed or {},
        errors=errors or {},
    )


@bp.get("/input-tax/papers/<uuid:entry_id>")
@needs(Permission.RETURN_READ)
def show_paper(entry_id: UUID) -> Response:
    return paper_page(entry_id)


@bp.post("/input-tax/papers/<uuid:entry_id>")
@needs(Permission.RETURN_FILE)
@form_again(paper_page)
def create_mark(entry_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        where = forms.read_where(books, request.args)
        service.mark(books, entry_id, forms.read_place(request.form.get("line", "")), request.form.get("told_as", ""))
    flash(_("Saved."), "success")
    return see_other(url_for("input_tax.show_register", gstin=where.of.gstin if where.of else None, month=where.month))
