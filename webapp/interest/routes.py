"""Pages of interest: what has accrued, one customer's, the terms, the notes and one of them, also on paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import parties
from webapp.company import profile
from webapp.interest import forms, queries, rules, service, working
from webapp.interest.queries import EVERYBODY
from webapp.kernel.dates import read_day, written
from webapp.kernel.errors import NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, plain_decimal, rupees
from webapp.kernel.places import read_cursor, write_cursor
from webapp.kernel.text import clean_text
from webapp.platform import sheets, tables_pdf
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other

bp = Blueprint("interest", __name__)
PAGE = 50


@bp.get("/interest")
@needs(Permission.REPORT_READ)
def list_accrued() -> Response:
    wanted_format, words = sheets.asked_format(), clean_text(request.args.get("q", ""))[:100]
    asked_day = read_day(request.args.get("upto", ""))
    if wanted_format:
        return sheets.send(_accrued_sheet(asked_day, words), wanted_format)
    with read_books(current_actor()) as books:
        upto = min(asked_day or books.today, books.today)
        terms = queries.terms_by_party(books)
        found = working.accrued(books, upto, words=words, terms=terms)
    start = _place(found)
    return page(
        "interest/accrued.html",
        found=found[start : start + PAGE],
        total=sum(one.amount for one in found),
        after=found[start + PAGE - 1].party.id if len(found) > start + PAGE else None,
        upto=upto,
        words=words,
        usual=rules.terms_on(upto, terms.get(EVERYBODY, ())),
        has_terms=any(one.rate_bp for rows in terms.values() for one in rows),
    )


def _place(found: list[working.Accrual]) -> int:
    after = request.args.get("after", "")
    return next((number for number, one in enumerate(found, start=1) if str(one.party.id) == after), 0)


def _accrued_sheet(asked_day: date | None, words: str) -> Sheet:
    columns = (
        Column(_("Customer"), "text", 22),
        Column(_("Bill"), "code", 14),
        Column(_("Due on"), "day", 11),
        Column(_("After"), "day", 11),
        Column(_("Up to"), "day", 11),
        Column(_("Days"), "number", 7),
        Column(_("Rate %"), "text", 7),
        Column(_("Interest"), "amount", 12),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        upto = min(asked_day or books.today, books.today)
        for one in working.accrued(books, upto, words=words):
            for bill in one.bills:
                run, rate = bill.run, plain_decimal(bill.terms.rate_bp, 2)
                yield one.party.name, bill.item.name, bill.item.due_on, run.after, run.upto, run.days, rate, run.amount

    return Sheet("interest", _("Interest on overdue bills"), (), columns, rows)


def party_page(party_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One customer: what has accrued on each bill, the button that charges it, and the terms."""
    typed = typed or {}
    with read_books(current_actor()) as books:
        upto = min(read_day(typed.get("upto", "") or request.args.get("upto", "")) or books.today, books.today)
        accrual = working.accrued_of(books, party_id, upto)
        taxes = working.taxes_of(books, accrual)
        on_account = working.on_account(books, party_id)
        today = books.today
        is_own = rules.terms_on(today, queries.terms_by_party(books).get(party_id, ())) is not None
    return page(
        "interest/party.html",
        accrual=accrual,
        taxes=taxes,
        tax=sum(taxes.values()),
        on_account=on_account,
        is_own=is_own,
        upto=upto,
        today=today,
        id=new_id(),
        typed=typed,
        errors=errors or {},
    )


@bp.get("/interest/of/<uuid:party_id>")
@needs(Permission.REPORT_READ)
def show_party(party_id: UUID) -> Response:
    return party_page(party_id)


@bp.post("/interest/of/<uuid:party_id>")
@needs(Permission.VOUCHER_WRITE)
@form_again(party_page)
def create_note(party_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        made = service.charge(books, forms.parse_charge(request.form, party_id))
    return see_other(url_for("interest.show_note", note_id=made.id))


def terms_form(*, party_id: UUID | None = None, typed: Any = None, errors: Any = None) -> Response:
    """The terms of everybody, or of one customer."""
    with read_books(current_actor()) as books:
        party = parties.party_row(books, party_id) if party_id else None
        kept = queries.terms_by_party(books)
        today, own = books.today, kept.get(party_id or EVERYBODY, ())
    terms = rules.terms_on(today, own, kept.get(EVERYBODY, ()))
    if typed is None:
        typed = {
            "rate": plain_decimal(terms.rate_bp, 2) if terms else "",
            "grace_days": terms.grace_days if terms else 0,
            "since": today.isoformat(),
            "with_tax": "1" if terms is None or terms.with_tax else "",
        }
    return page("interest/terms.html", party=party, rows=own, holds=terms, typed=typed, errors=errors or {})


@bp.get("/interest/terms")
@needs(Permission.VOUCHER_WRITE)
def show_terms() -> Response:
    return terms_form()


@bp.post("/interest/terms")
@needs(Permission.VOUCHER_WRITE)
@form_again(terms_form)
def change_terms() -> BaseResponse:
    with open_books(current_actor()) as books:
        service.set_terms(books, forms.parse_terms(request.form))
    flash(_("The terms are kept."), "success")
    return see_other(url_for("interest.list_accrued"))


@bp.get("/interest/of/<uuid:party_id>/terms")
@needs(Permission.VOUCHER_WRITE)
def show_party_terms(party_id: UUID) -> Response:
    return terms_form(party_id=party_id)


@bp.post("/interest/of/<uuid:party_id>/terms")
@needs(Permission.VOUCHER_WRITE)
@form_again(terms_form)
def change_party_terms(party_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.set_terms(books, forms.parse_terms(request.form), party_id=party_id)
    flash(_("The terms are kept."), "success")
    return see_other(url_for("interest.show_party", party_id=party_id))


@bp.post("/interest/terms/removal")
@needs(Permission.VOUCHER_WRITE)
def remove_terms() -> BaseResponse:
    return _removed(None)


@bp.post("/interest/of/<uuid:party_id>/terms/removal")
@needs(Permission.VOUCHER_WRITE)
def remove_party_terms(party_id: UUID) -> BaseResponse:
    return _removed(party_id)


def _removed(party_id: UUID | None) -> BaseResponse:
    day = read_day(request.form.get("since", ""))
    if day is None:
        raise NotFound("terms of interest")
    with open_books(current_actor()) as books:
        service.drop_terms(books, day, party_id=party_id)
    flash(_("The terms since %(day)s are gone.", day=written(day)), "success")
    return see_other(url_for("interest.show_party_terms", party_id=party_id) if party_id else url_for("interest.show_terms"))


@bp.get("/interest/notes")
@needs(Permission.REPORT_READ)
def list_notes() -> Response:
    words = clean_text(request.args.get("q", ""))[:100]
    with read_books(current_actor()) as books:
        found = queries.notes(books, words, older_than=read_cursor(request.args.get("older", "")))
    return page("interest/notes.html", found=found, words=words, older=write_cursor(found.older))


def note_page(note_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One note; the cancel form keeps what was typed."""
    with read_books(current_actor()) as books:
        found = queries.note(books, note_id)
    return page("interest/note.html", found=found, taxes=_taxes(found), typed=typed or {}, errors=errors or {})


def _taxes(found: queries.NoteView) -> list[tuple[str, int]]:
    return [(name.upper() if name != "cess" else "Cess", tax) for name in rules.TAXES if (tax := getattr(found.row, f"{name}_paise"))]


@bp.get("/interest/notes/<uuid:note_id>")
@needs(Permission.REPORT_READ)
def show_note(note_id: UUID) -> Response:
    return note_page(note_id)


@bp.post("/interest/notes/<uuid:note_id>/cancellation")
@needs(Permission.BILL_CANCEL)
@form_again(note_page)
def create_cancellation(note_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.cancel(books, note_id, reason=request.form.get("reason", ""))
    return see_other(url_for("interest.show_note", note_id=note_id))


@bp.get("/interest/notes/<uuid:note_id>/paper")
@needs(Permission.REPORT_READ)
def show_paper(note_id: UUID) -> Response:
    """The note as the customer gets it."""
    with read_books(current_actor()) as books:
        found, own = queries.note(books, note_id), profile(books)
    row = found.row
    totals = " · ".join(f"{label}: {rupees(Paise(amount))}" for label, amount in [(_("Interest"), row.amount_paise), *_taxes(found)])
    about = [
        f"{found.party.name} · {_('Up to')} {written(row.charged_upto)}",
        *([f"GSTIN {own.gstin}"] if own.gstin else []),
        f"{totals} · {_('Total')}: {rupees(Paise(row.total_paise))}",
    ]
    if row.cancelled_at:
        about.append(_("Cancelled"))
    columns = (
        Column(_("Bill"), "code", 16),
        Column(_("Due on"), "day", 12),
        Column(_("After"), "day", 12),
        Column(_("Up to"), "day", 12),
        Column(_("Days"), "number", 8),
        Column(_("Rate %"), "text", 8),
        Column(_("Interest"), "amount", 14),
    )
    paper = tables_pdf.Paper(
        own.name, f"{_('Debit note for interest')} {row.number}", tuple(about), columns, page_words=_("Page {page} of {pages}")
    )
    lines = [
        (line.bill_name, line.due_on, line.after_on, line.upto_on, line.days, plain_decimal(line.rate_bp, 2), line.amount_paise)
        for line in found.lines
    ]
    response = Response(tables_pdf.draw(paper, lines), mimetype="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="interest.pdf"'
    return response
