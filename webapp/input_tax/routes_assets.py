"""Pages of what stands over months: the reclaim statement with how a registration stands, and the register of capital goods."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.input_tax import forms, posted
from webapp.input_tax.blueprint import bp
from webapp.input_tax.rules import NOTHING
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.ids import new_id, read_id
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other

PAGE = 50


def statement_page(*, typed: Any = None, errors: Any = None) -> Response:
    """The electronic credit reversal and reclaimed statement, the newest month first."""
    with read_books(current_actor()) as books:
        where = forms.read_where(books, request.args)
        if where.of is None:
            return page("input_tax/none.html")
        if wanted_format := sheets.asked_format():
            from webapp.input_tax import lists  # wanted by few

            return sheets.send(lists.statement_sheet(where.of), wanted_format)
        rows = posted.statement(books, where.of.gstin)
        standing = posted.standing(books, where.of.gstin)
    at = forms.read_place(request.args.get("at", ""))
    shown = rows[::-1][at : at + PAGE]
    return page(
        "input_tax/statement.html",
        where=where,
        rows=shown,
        standing=standing,
        balance=rows[-1].closing if rows else standing.opening,
        at=at,
        step=PAGE,
        has_more=len(rows) > at + PAGE,
        typed=typed or {},
        errors=errors or {},
    )


@bp.get("/input-tax/statement")
@needs(Permission.RETURN_READ)
def show_statement() -> Response:
    return statement_page()


@bp.post("/input-tax/statement")
@needs(Permission.RETURN_FILE)
@form_again(statement_page)
def save_standing() -> BaseResponse:
    from webapp.input_tax import service  # as above

    errors: dict[str, str] = {}
    opening = forms.read_heads(request.form, "", errors)
    if errors:
        raise InvalidInput(errors)
    with open_books(current_actor()) as books:
        where = forms.read_where(books, request.args)
        if where.of is None:
            raise NotFound("registration")
        version = forms.read_place(request.form.get("version", ""))
        service.save_standing(books, where.of.gstin, is_bank=request.form.get("is_bank") == "1", opening=opening, version=version)
    flash(_("Saved."), "success")
    return see_other(url_for("input_tax.show_statement", gstin=where.of.gstin, month=where.month))


def assets_page(*, changed: UUID | None = None, typed: Any = None, errors: Any = None) -> Response:
    """The register of capital goods, and the form for more: filled in from a bill where one is chosen."""
    from webapp.input_tax import proposals  # reads returns and stock; wanted here alone

    with read_books(current_actor()) as books:
        where = forms.read_where(books, request.args)
        if where.of is None:
            return page("input_tax/none.html")
        if wanted_format := sheets.asked_format():
            from webapp.input_tax import lists  # as above

            return sheets.send(lists.assets_sheet(where.of), wanted_format)
        owned = posted.assets(books, where.of.gstin)
        bought = proposals.assets_bought(books, where.of)
    text = request.args.get("q", "").strip()[:60].casefold()
    use = request.args.get("use", "")
    found = [one for one in owned if text in f"{one.name} {one.paper_number}".casefold() and use in ("", one.use)]
    at = forms.read_place(request.args.get("at", ""))
    bill_id = read_id(request.args.get("bill", ""))
    return page(
        "input_tax/assets.html",
        where=where,
        rows=found[at : at + PAGE],
        shares={one.id: proposals.tm_of(one, where.month) for one in found[at : at + PAGE]},
        total=sum((one.tax for one in found), NOTHING),
        bought=bought,
        chosen=next((one for one in bought if one.bill_id == bill_id), None),
        sought=text,
        use=use,
        at=at,
        step=PAGE,
        has_more=len(found) > at + PAGE,
        id=new_id(),
        changed=changed,
        typed=typed or {},
        errors=errors or {},
    )


@bp.get("/input-tax/capital-goods")
@needs(Permission.RETURN_READ)
def list_assets() -> Response:
    return assets_page()


@bp.post("/input-tax/capital-goods")
@needs(Permission.RETURN_FILE)
@form_again(assets_page)
def create_asset() -> BaseResponse:
    from webapp.input_tax import service  # as above

    with open_books(current_actor()) as books:
        where = forms.read_where(books, request.args)
        if where.of is None:
            raise NotFound("registration")
        service.add_asset(books, forms.parse_asset(request.form, where.of.gstin))
    flash(_("Saved."), "success")
    return see_other(url_for("input_tax.list_assets", gstin=where.of.gstin, month=where.month))


@bp.post("/input-tax/capital-goods/<uuid:asset_id>")
@needs(Permission.RETURN_FILE)
@form_again(lambda asset_id, **more: assets_page(changed=asset_id, **more))
def change_asset(asset_id: UUID) -> BaseResponse:
    from webapp.input_tax import service  # as above

    use, ended_on, version = forms.parse_change(request.form)
    with open_books(current_actor()) as books:
        where = forms.read_where(books, request.args)
        if where.of is None:
            raise NotFound("registration")
        service.change_asset(books, where.of.gstin, asset_id, use=use, ended_on=ended_on, version=version)
    flash(_("Saved."), "success")
    return see_other(url_for("input_tax.list_assets", gstin=where.of.gstin, month=where.month))
