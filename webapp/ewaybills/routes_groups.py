"""Goods of one e-way bill that go on in several vehicles: what its page asks of `groups`."""

from __future__ import annotations

from uuid import UUID

from flask import request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp.ewaybills import forms
from webapp.ewaybills.blueprint import bp
from webapp.ewaybills.routes_one import one_page
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books
from webapp.platform.web import current_actor, form_again, see_other


@bp.post("/e-way-bills/<uuid:ewaybill_id>/split")
@needs(Permission.EINVOICE_SEND)
@form_again(one_page)
def create_split(ewaybill_id: UUID) -> BaseResponse:
    from webapp.ewaybills import groups

    asked = forms.parse_split(request.form)
    with open_books(current_actor()) as books:
        groups.ask_split(books, ewaybill_id, asked)
    return _back(ewaybill_id)


@bp.post("/e-way-bills/<uuid:ewaybill_id>/load")
@needs(Permission.EINVOICE_SEND)
@form_again(one_page)
def create_load(ewaybill_id: UUID) -> BaseResponse:
    from webapp.ewaybills import groups

    asked = forms.parse_load(request.form)
    with open_books(current_actor()) as books:
        groups.ask_load(books, ewaybill_id, asked)
    return _back(ewaybill_id)


@bp.post("/e-way-bills/<uuid:ewaybill_id>/reload")
@needs(Permission.EINVOICE_SEND)
@form_again(one_page)
def create_reload(ewaybill_id: UUID) -> BaseResponse:
    from webapp.ewaybills import groups

    asked = forms.parse_reload(request.form)
    with open_books(current_actor()) as books:
        groups.ask_reload(books, ewaybill_id, asked)
    return _back(ewaybill_id)


def _back(ewaybill_id: UUID) -> BaseResponse:
    return see_other(url_for("ewaybills.show_ewaybill", ewaybill_id=ewaybill_id))
