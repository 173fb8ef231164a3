"""The screens of the reports: parse, open the books for reading, ask one question, show it or send it as a file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, request, url_for
from flask_babel import gettext as _

from webapp.kernel.dates import FinancialYear
from webapp.kernel.money import rupees
from webapp.platform.permissions import Permission, needs, permission_of
from webapp.platform.tenancy import read_books
from webapp.platform.web import current_actor, page
from webapp.reports import dashboard, documents, forms, registers
from webapp.reports.forms import Period

bp = Blueprint("reports", __name__)


@bp.get("/today")
@needs(Permission.REPORT_READ)
def today() -> Response:
    with read_books(current_actor()) as books:
        figures = dashboard.today(books)
        as_of = books.now
    bars = [{"label": f"{one.day.day} {one.day:%b}", "value": one.value_paise, "text": rupees(one.value_paise)} for one in figures.days]
    tops = [
        {
            "label": one.name,
            "value": one.value_paise,
            "text": rupees(one.value_paise),
            "url": screen_url("reports.item_card", item_id=one.item_id),
        }
        for one in figures.top_items
    ]
    return page("reports/today.html", figures=figures, as_of=as_of, bars=bars, tops=tops)


@bp.get("/day-book")
@needs(Permission.REPORT_READ)
def day_book() -> Response:
    with read_books(current_actor()) as books:
        wanted = registers.Wanted(
            forms.read_period(request.args, otherwise=Period(books.today, books.today)),
            forms.read_choice(request.args, "kind", tuple(registers.KINDS)),
            forms.read_words(request.args),
        )
        found = registers.day_book(
            books,
            wanted,
            older_than=forms.read_day_key(request.args.get("older", "")),
            newer_than=forms.read_day_key(request.args.get("newer", "")),
        )
        debits = registers.debits(books, wanted.period) if wanted.is_everything else None
        today = books.today
    return page(
        "reports/day_book.html", found=found, wanted=wanted, debits=debits, today=today, year=FinancialYear.of(today), kinds=kind_words()
    )


@bp.get("/vouchers/<uuid:voucher_id>")
@needs(Permission.VOUCHER_READ)
def voucher(voucher_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        found = registers.voucher(books, voucher_id)
    return page("reports/voucher.html", voucher=found, kinds=kind_words())


def kind_words() -> dict[str, str]:
    """What each kind of voucher is called."""
    return {
        "sales": _("Sales"),
        "credit_note": _("Credit note"),
        "receipt": _("Receipt"),
        "payment": _("Payment"),
        "contra": _("Contra"),
        "journal": _("Journal"),
        "stock": _("Stock journal"),
    }


# What an address of a report may hold: days, words, filters. Places in a list and formats are left behind by a new choice.
KEPT = ("q", "from", "to", "kind", "layout", "state", "category", "order")


@bp.context_processor
def ways() -> dict[str, Any]:
    """For templates: the ways from a figure to what it is made of."""
    return {"same_report": same_report, "screen_url": screen_url, "document_url": documents.document_url, "day_key": forms.write_day_key}


def same_report(**changes: object) -> str:
    """This report with its days and filters, and with `changes` to them. None takes one out."""
    kept: dict[str, object] = {name: request.args[name] for name in KEPT if request.args.get(name)}
    values = {name: value for name, value in {**kept, **changes}.items() if value is not None}
    return url_for(str(request.endpoint), **{**(request.view_args or {}), **values})  # type: ignore[arg-type]


def screen_url(endpoint: str, **values: Any) -> str | None:
    """Where another room's screen is, for those who may see it."""
    view = current_app.view_functions.get(endpoint)
    permission = permission_of(view) if view else None
    return url_for(endpoint, **values) if view and (permission is None or current_actor().may(permission)) else None
