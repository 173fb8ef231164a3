"""Pages of e-invoices: the list, one document with its state, files for the portal and back, and how each registration reports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import company, sales
from webapp.einvoice import files, forms, law, queries, rules, sending, service
from webapp.einvoice.rules import Reason, Road, State
from webapp.kernel.errors import BooksError, InvalidInput, NotFound
from webapp.kernel.places import read_cursor, write_cursor
from webapp.platform import audit, sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import by_htmx, current_actor, form_again, page, partial, see_other

bp = Blueprint("einvoice", __name__)
MOST_OF_A_FILE = 8_000_000


@bp.context_processor
def words() -> dict[str, Any]:
    """For templates: what states, reasons and roads are called."""
    return {"state_words": state_words(), "need_words": need_words(), "cancel_words": cancel_words(), "road_words": road_words()}


def state_words() -> dict[str, str]:
    return {
        "waiting": _("Waiting"),
        "sent": _("Sent, answer not known"),
        "registered": _("Registered"),
        "failed": _("Refused"),
        "cancelling": _("Being cancelled"),
        "cancelled": _("Cancelled"),
        "not_needed": _("Not needed"),
    }


def need_words() -> dict[str, str]:
    return {
        "not_a_tax_invoice": _("It is no tax invoice and no note on one."),
        "unregistered_buyer": _("The customer has no GSTIN, and the goods stay in India."),
        "nothing_taxable": _("Nothing on it bears GST."),
        "switched_off": _("E-invoices are switched off for this GSTIN."),
        "too_early": _("It is older than the first day that is reported."),
        "cancelled": _("It was cancelled."),
        "needed": _("It has not been looked at yet: the program does so by itself within a day."),
    }


def cancel_words() -> dict[str, str]:
    return {"1": _("Duplicate"), "2": _("Data entry mistake"), "3": _("Order cancelled"), "4": _("Other reason")}


def road_words() -> dict[str, str]:
    return {"file": _("By hand, as files"), "nic": _("The portal's own interface (NIC)"), "gsp": _("A GSP")}


# The list --------------------------------------------------------------------------------------------------------------


def list_page(*, typed: Any = None, errors: Any = None, read: Any = None) -> Response:
    """The list; what was wrong with a choice or a file stands above it."""
    del typed  # boxes and files are chosen anew
    wanted = forms.parse_wanted(request.args if request.method == "GET" else request.form)
    with read_books(current_actor()) as books:
        found = queries.einvoices(books, wanted, older_than=read_cursor(request.args.get("older", "")))
        known = queries.registrations(books)
    values: dict[str, Any] = {"found": found, "wanted": wanted, "known": known, "errors": errors or {}, "read": read}
    return page("einvoice/einvoices.html", address=forms.address_of(wanted), older=write_cursor(found.older), **values)


@bp.get("/e-invoices")
@needs(Permission.EINVOICE_SEND)
def list_einvoices() -> Response:
    if wanted_format := sheets.asked_format():
        return sheets.send(_sheet(forms.parse_wanted(request.args)), wanted_format)
    return list_page()


def _sheet(wanted: queries.Wanted) -> Sheet:
    states = state_words()
    columns = (
        Column(_("Number"), "code", 14),
        Column(_("Date"), "day", 11),
        Column(_("Customer"), "text", 20),
        Column("GSTIN", "code", 15),
        Column(_("Status"), "text", 14),
        Column("IRN", "code", 20),
        Column(_("Acknowledgement"), "code", 15),
        Column(_("What is wrong"), "text", 24),
        Column(_("Amount"), "amount", 13),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        for row in queries.all_einvoices(books, wanted):
            told = (row.number, row.day, row.party_name, row.gstin, states[row.state])
            yield *told, row.irn, row.ack_no, row.problem, row.total_paise

    return Sheet("e-invoices", _("E-invoices"), (), columns, rows, is_wide=True)


def _chosen(books: Books) -> list[UUID]:
    """What was ticked, or all that match and may leave, the newest first, as many as leave at once."""
    if request.form.get("all") != "1":
        return forms.parse_chosen(request.form)
    found = queries.all_einvoices(books, forms.parse_wanted(request.form))
    may_leave = (row.invoice_id for row in found if row.state in (State.WAITING, State.FAILED, State.SENT))
    if not (ids := list(islice(may_leave, service.MOST_AT_ONCE))):
        raise InvalidInput({"bill": _("Nothing in this list waits to be reported.")})
    return ids


@bp.get("/e-invoices/taxpayer")
@needs(Permission.PARTY_WRITE)
def show_taxpayer() -> Response:
    """What the portal knows of the GSTIN that was typed, or what to do where nothing comes back: a part of the party's form either way."""
    from webapp.einvoice import taxpayers  # asked for now and then

    found, refusal = None, None
    try:
        found = taxpayers.find_taxpayer(current_actor(), request.args.get("gstin", "")[:40])
    except InvalidInput as wrong:
        refusal = BooksError(problem=next(iter(wrong.errors.values())), fix=_("Correct the GSTIN, then ask again."))
    except BooksError as lack:
        refusal = lack
    of = "store" if request.args.get("of") == "store" else "party"
    return partial("einvoice/_taxpayer.html", found=found, refusal=refusal, of=of)


@bp.post("/e-invoices/sending")
@needs(Permission.EINVOICE_SEND)
@form_again(list_page)
def create_sending() -> BaseResponse:
    with open_books(current_actor()) as books:
        service.ask(books, _chosen(books))
    address: dict[str, Any] = forms.address_of(forms.parse_wanted(request.form))
    return see_other(url_for("einvoice.list_einvoices", **address))


@bp.post("/e-invoices/file")
@needs(Permission.EINVOICE_SEND)
@form_again(list_page)
def create_file() -> Response:
    with open_books(current_actor()) as books:
        made = files.upload_file(books, _chosen(books))
        audit.record(books, "export", "einvoice", "file", new={"documents": made.count, "refused": made.failed})
    if not made.count:
        raise InvalidInput({"bill": _("The portal would refuse every one of them: see what is wrong at each.")})
    return _download(made.text, "e-invoices.json")


@bp.post("/e-invoices/answers")
@needs(Permission.EINVOICE_SEND)
@form_again(list_page)
def create_answers() -> Response:
    sent = request.files.get("file")
    raw = sent.stream.read(MOST_OF_A_FILE + 1) if sent and sent.filename else b""
    if not raw or len(raw) > MOST_OF_A_FILE:
        raise InvalidInput({"file": _("Choose the JSON file that the portal gave, of at most 8 MB.")})
    with open_books(current_actor()) as books:
        found = files.read_back(books, raw)
    return list_page(read=found)


# One document ----------------------------------------------------------------------------------------------------------


def einvoice_page(invoice_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One bill's e-invoice, or why it has none; the cancel form keeps what was typed."""
    return page("einvoice/einvoice.html", **_shown(invoice_id), typed=typed or {}, errors=errors or {})


def _shown(invoice_id: UUID) -> dict[str, Any]:
    with read_books(current_actor()) as books:
        view = sales.invoice(books, invoice_id)
        company.require_mine(books, view.header.store_id)
        row = queries.einvoice_or_none(books, invoice_id)
        kept = queries.registrations(books).get(view.header.seller.get("gstin") or "")
        reason = service.reason_of(books, view) if row is None else Reason.NEEDED
        problems = sending.problems_of(books, invoice_id) if row and row.state in (State.WAITING, State.FAILED) else ()
        now = books.now
    sends = bool(kept and kept.sends)
    return {
        "head": view.header,
        "row": row,
        "reason": reason.value,
        "problems": problems,
        "sends": sends,
        "may_cancel": bool(row and row.state == State.REGISTERED and row.ack_at and rules.may_cancel(row.ack_at, now)),
        "cancel_until": row.ack_at + law.CANCEL_WITHIN if row and row.ack_at else None,
        "is_moving": sends and row is not None and _is_moving(row, now),
        "last_day": law.last_day(row.day) if row and kept and law.holds(law.WINDOW, kept.turnover_crore, row.day) else None,
    }


def _is_moving(row: queries.EinvoiceRow, now: datetime) -> bool:
    """Whether an answer may come any moment, so that the page asks again by itself."""
    is_asked = row.sent_at is not None and row.sent_at > now - sending.LEASE
    return row.state in (State.WAITING, State.CANCELLING) or (row.state == State.SENT and is_asked)


@bp.get("/e-invoices/<uuid:invoice_id>")
@needs(Permission.BILL_READ)
def show_einvoice(invoice_id: UUID) -> Response:
    if by_htmx() and request.args.get("part") == "state":
        return partial("einvoice/_state.html", **_shown(invoice_id))
    return einvoice_page(invoice_id)


@bp.post("/e-invoices/<uuid:invoice_id>/sending")
@needs(Permission.EINVOICE_SEND)
@form_again(einvoice_page)
def create_one_sending(invoice_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.ask(books, [invoice_id])
    return see_other(url_for("einvoice.show_einvoice", invoice_id=invoice_id))


@bp.post("/e-invoices/<uuid:invoice_id>/cancellation")
@needs(Permission.BILL_CANCEL)
@form_again(einvoice_page)
def create_cancellation(invoice_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.ask_cancel(books, invoice_id, forms.parse_cancel(request.form))
    return see_other(url_for("einvoice.show_einvoice", invoice_id=invoice_id))


@bp.get("/e-invoices/<uuid:invoice_id>/signed")
@needs(Permission.EINVOICE_SEND)
def show_signed(invoice_id: UUID) -> Response:
    """What the portal signed, as it came: the proof an auditor asks for."""
    with open_books(current_actor()) as books:
        row = queries.einvoice(books, invoice_id)
        company.require_mine(books, row.store_id)
        signed = queries.signed_invoice(books, invoice_id)
        if not signed:
            raise NotFound("signed invoice")
        audit.record(books, "export", "einvoice", invoice_id, new={"number": row.number})
    return _download(signed, f"{row.irn[:16]}.jwt", "application/jwt")


def _download(text: str, name: str, kind: str = "application/json") -> Response:
    response = Response(text, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# How each registration reports -----------------------------------------------------------------------------------------


def settings_page(*, typed: Any = None, errors: Any = None) -> Response:
    """The settings of one registration, what is kept or what was typed."""
    with read_books(current_actor()) as books:
        gstins, known = service.own_gstins(books), queries.registrations(books)
        upi_id, today = company.profile(books).upi_id, books.today
    asked = (typed or request.args).get("gstin", "")
    gstin = asked if asked in gstins else next(iter(gstins), "")
    kept = known.get(gstin)
    crore = kept.turnover_crore if kept else 5
    values: dict[str, Any] = {
        "gstins": gstins,
        "gstin": gstin,
        "kept": kept,
        "is_on": {one: bool((row := known.get(one)) and row.begins_on) for one in gstins},
        "qr": rules.pays_by_qr(turnover_crore=crore, day=today, upi_id=upi_id),
        "today": today,
        "roads": [(road.value, road_words()[road.value]) for road in Road],
        "turnovers": [(step, turnover_words(step)) for step in law.TURNOVERS],
    }
    return page("einvoice/settings.html", **values, typed=typed or {}, errors=errors or {})


def turnover_words(crore: int) -> str:
    """A step of turnover, as it is chosen."""
    if crore == 0:
        return str(_("Up to ₹5 crore"))
    return str(_("Above ₹5 crore") if crore == 5 else _("₹%(crore)s crore and more", crore=crore))


@bp.get("/e-invoices/settings")
@needs(Permission.COMPANY_WRITE)
def show_settings() -> Response:
    return settings_page()


@bp.post("/e-invoices/settings")
@needs(Permission.COMPANY_WRITE)
@form_again(settings_page)
def change_settings() -> BaseResponse:
    asked = forms.parse_set_up(request.form)
    with open_books(current_actor()) as books:
        service.set_up(books, asked)
    return see_other(url_for("einvoice.show_settings", gstin=asked.gstin, saved=1))
