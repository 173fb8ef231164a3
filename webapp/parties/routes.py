"""Pages of customers and suppliers: the list, one of them, the form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.company import profile
from webapp.parties import forms, lists, queries, service
from webapp.platform import audit, exports
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, partial, see_other
from webapp.tax.rules import STATES, STATES_HINDI, check_gstin, state_of_gstin

bp = Blueprint("parties", __name__)


@bp.get("/parties")
@needs(Permission.PARTY_READ)
def list_parties() -> Response:
    wanted = forms.parse_filters(request.args)
    with read_books(current_actor()) as books:
        found = lists.list_parties(books, wanted, after=request.args.get("after", ""), before=request.args.get("before", ""))
        has_parties = bool(found.rows) or lists.has_parties(books)
    return page("parties/parties.html", found=found, wanted=wanted, has_parties=has_parties, here=here, **states())


@bp.get("/parties/export.<any(csv, xlsx):format>")
@needs(Permission.REPORT_EXPORT)
def export_parties(format: str) -> Response:  # noqa: A002 - the word in the address
    wanted, actor = forms.parse_filters(request.args), current_actor()
    with open_books(actor) as books:
        audit.record(books, "export", "party", "list", new={"format": format, "filters": str(wanted)})

    def rows() -> Iterator[list[Any]]:
        with read_books(actor) as books:
            yield from lists.export_rows(books, wanted)

    return exports.WAYS[format]("customers", lists.EXPORT_HEADINGS, rows())


def new_party_form(*, typed: Any = None, errors: Mapping[str, str] | None = None) -> Response:
    """The form of a new customer; the state is the shop's own until a GSTIN says otherwise."""
    with read_books(current_actor()) as books:
        own_state = profile(books).state_code
    start = {"is_customer": "1", "state_code": own_state, "name": request.args.get("name", "")[:200]}
    return page("parties/party_form.html", party=None, values=start if typed is None else typed, errors=errors or {}, **states())


@bp.get("/parties/new")
@needs(Permission.PARTY_WRITE)
def show_new_party() -> Response:
    return new_party_form()


@bp.post("/parties")
@needs(Permission.PARTY_WRITE)
@form_again(new_party_form)
def create_party() -> BaseResponse:
    draft = forms.parse_party(request.form)
    with open_books(current_actor()) as books:
        party = service.create_party(books, draft)
    flash(_("%(name)s is saved.", name=party.name), "success")
    return see_other(url_for("parties.show_party", party_id=party.id))


@bp.get("/parties/<uuid:party_id>")
@needs(Permission.PARTY_READ)
def show_party(party_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        party = queries.party_row(books, party_id)
        history = lists.history(books, party_id)
    return page("parties/party.html", party=party, history=history, khata_url=url_for("reports.party", party_id=party_id), **states())


def party_form(*, party_id: UUID, typed: Any = None, errors: Mapping[str, str] | None = None) -> Response:
    """The form of a party there is."""
    with read_books(current_actor()) as books:
        party = queries.party_row(books, party_id)
    return page(
        "parties/party_form.html", party=party, values=forms.shown(party) if typed is None else typed, errors=errors or {}, **states()
    )


@bp.get("/parties/<uuid:party_id>/edit")
@needs(Permission.PARTY_WRITE)
def show_party_form(party_id: UUID) -> Response:
    return party_form(party_id=party_id)


@bp.post("/parties/<uuid:party_id>")
@needs(Permission.PARTY_WRITE)
@form_again(party_form)
def change_party(party_id: UUID) -> BaseResponse:
    draft, version = forms.parse_party(request.form), forms.parse_version(request.form)
    with open_books(current_actor()) as books:
        party = service.change_party(books, party_id, draft, version)
    flash(_("%(name)s is saved.", name=party.name), "success")
    return see_other(url_for("parties.show_party", party_id=party_id))


@bp.post("/parties/<uuid:party_id>/archival")
@needs(Permission.PARTY_WRITE)
def create_party_archival(party_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.archive_party(books, party_id)
    return see_other(url_for("parties.show_party", party_id=party_id))


@bp.post("/parties/<uuid:party_id>/restoration")
@needs(Permission.PARTY_WRITE)
def create_party_restoration(party_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.restore_party(books, party_id)
    return see_other(url_for("parties.show_party", party_id=party_id))


@bp.get("/parties/state")
@needs(Permission.PARTY_READ)
def show_state() -> Response:
    """The state field, chosen by the GSTIN that is being typed; as it was while the GSTIN is not whole."""
    gstin, error = request.args.get("gstin", ""), ""
    chosen = request.args.get("state_code", "")
    if gstin.strip():
        try:
            chosen = state_of_gstin(check_gstin(gstin)) or chosen
        except ValueError as refusal:
            error = str(refusal) if len(gstin.strip()) >= len("27AAPFU0939F1ZV") else ""
    return partial("parties/_state.html", value=chosen, error="", gstin_error=error, **states())


def here(**changes: Any) -> str:
    """The address of this list with some of its questions changed; None takes one away. A new question begins at page one."""
    kept: dict[str, Any] = {name: value for name, value in request.args.items() if name not in {"after", "before"} and value}
    kept.update(changes)
    return url_for("parties.list_parties", **{name: value for name, value in kept.items() if value is not None})


def states() -> dict[str, Any]:
    """The states a form and a list offer, by name."""
    return {"states": sorted(STATES.items(), key=lambda pair: pair[1]), "states_hindi": STATES_HINDI, "state_names": STATES}
