"""Screens of what stands out in the books, and of the registers of sales and purchases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from webapp import ledger
from webapp.company import stores
from webapp.kernel import periods
from webapp.kernel.dates import Period, month_name, written
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, read_books
from webapp.platform.web import current_actor, page
from webapp.reports import exceptions as exceptional
from webapp.reports import forms, register_months, tax_registers
from webapp.reports.blueprint import bp, kind_words, span_words
from webapp.reports.forms import month_end, this_year
from webapp.reports.narrowing import read_narrowing, read_shown
from webapp.reports.tax_registers import RegisterRow, Sums, Wanted
from webapp.tax.states import state_tax_of

USUAL_DAYS, MOST_DAYS = 30, 3650


def exception_words() -> dict[str, str]:
    """What each kind of exception is called."""
    return {
        "cash": _("Days with less than no cash"),
        "stock": _("Stock below zero"),
        "numbers": _("Numbers that no document has"),
        "references": _("Receipts without a reference"),
        "money": _("Money long on account"),
        "credit": _("Customers whom the shop owes"),
        "approval": _("Goods on approval for more than six months"),
    }


@bp.get("/exceptions")
@needs(Permission.REPORT_READ)
def exceptions() -> Response:
    wanted_format = sheets.asked_format()
    typed = request.args.get("days", "")
    days = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else USUAL_DAYS
    days = min(days, MOST_DAYS)
    with read_books(current_actor()) as books:
        shown = read_shown(books)
        centre = ledger.centre_filter(books, request.args.get("centre", ""))
        period = forms.read_period(request.args, otherwise=this_year(books.today))
        asked = exceptional.Asked(period, days, shown.store_id, centre.centres)
        kind = forms.read_choice(request.args, "kind", exceptional.KINDS)
        if wanted_format:
            found: tuple[exceptional.Exceptional, ...] = ()
        elif kind:
            found = (exceptional.exceptions_page(books, kind, asked, _page_number()),)
        else:
            found = exceptional.exceptions(books, asked)
    if wanted_format:
        return sheets.send(_exceptions_sheet(asked, *(name for name in (shown.name, centre.name) if name)), wanted_format)
    words = exception_words()
    return page(
        "reports/exceptions.html",
        found=found, asked=asked, kind=kind, words=words, most=exceptional.MOST, shown=shown, stores=shown.choices(_("All stores")),
        centre=centre, centres=centre.choices(_("All cost centres")), left_out=[words[one] for one in exceptional.WITHOUT_VOUCHERS],
    )  # fmt: skip


def _page_number() -> int:
    text = request.args.get("page", "")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _exceptions_sheet(asked: exceptional.Asked, *narrowed_to: str) -> Sheet:
    words = exception_words()
    columns = (
        Column(_("What"), "text", 24),
        Column(_("Name or number"), "text", 26),
        Column(_("Date"), "day", 12),
        Column(_("Amount"), "amount", 14),
        Column(_("Quantity"), "qty", 12),
        Column(_("Party"), "text", 22),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        for kind, row in exceptional.whole(books, asked):
            yield words[kind], row.name, row.day, row.amount, row.qty, row.about

    return Sheet("exceptions", _("Exceptions"), (span_words(asked.period), *narrowed_to), columns, rows)


@bp.get("/sales-register")
@needs(Permission.REPORT_READ)
def sales_register() -> Response:
    return _register(tax_registers.SALES)


@bp.get("/purchase-register")
@needs(Permission.REPORT_READ)
def purchase_register() -> Response:
    return _register(tax_registers.PURCHASES)


def _register(side: str) -> Response:
    wanted_format = sheets.asked_format()
    with read_books(current_actor()) as books:
        period = forms.read_period(request.args, otherwise=this_year(books.today))
        compare = forms.read_choice(request.args, "compare", periods.COMPARISONS)
        step = "month" if compare == "months" else forms.read_choice(request.args, "step", tax_registers.STEPS) or "month"
        narrowing = read_narrowing(books)
        naming = tuple(one.id for one in ledger.centres_beneath(books, narrowing.centre_id)) if narrowing.centre_id else ()
        wanted = Wanted(side, period, step, narrowing.store_id, naming)
        rows = tax_registers.register(books, wanted)
        sums, shops = tax_registers.totals(rows), stores(books)
        other = periods.columns(period, compare)[1] if compare in ("previous", "last-year") else None
        others = tax_registers.register(books, replace(wanted, period=other, step="month")) if other else []
        before = tax_registers.totals(others)
    # Of the store that is asked for, or of all: a union territory without a legislature levies UTGST.
    state_tax = state_tax_of(shop.state_code for shop in shops if wanted.store_id in (None, shop.id))
    title = _("Sales register") if side == tax_registers.SALES else _("Purchase register")
    by_month = ((period, other), (rows, others)) if other and step == "month" else None
    if wanted_format and by_month:
        return sheets.send(register_months.sheet(f"{side}-register", title, *by_month), wanted_format)
    if wanted_format:
        return sheets.send(_register_sheet(title, wanted, narrowing.names, rows, (other, before), state_tax), wanted_format)
    beside = ((span_words(period), sums), (span_words(other), before), (_("Change"), sums.less(before))) if other else ()
    return page(
        "reports/tax_register.html",
        title=title,
        wanted=wanted,
        rows=rows,
        sums=sums,
        beside=beside,
        compare=compare,
        pairs=register_months.paired(*by_month) if by_month else (),
        change=register_months.change,
        narrowing=narrowing,
        month_name=month_name,
        month_end=month_end,
        most=tax_registers.MOST,
        kinds=register_words(),
        state_tax=state_tax,
    )


def register_words() -> dict[str, str]:
    """What the papers of a register are called."""
    return kind_words() | {tax_registers.INTEREST: _("Note of interest")}


def _figures(sums: Sums) -> tuple[int, ...]:
    return sums.taxable, sums.cgst, sums.sgst, sums.igst, sums.cess, sums.other, sums.total


def _register_sheet(
    title: str, wanted: Wanted, names: Sequence[str], found: list[RegisterRow], compared: tuple[Period | None, Sums], state_tax: str
) -> Sheet:
    words = register_words()
    is_fine, (other, before) = wanted.step == "document", compared
    first = (
        (Column(_("Date"), "day", 12), Column(_("Number"), "code", 16), Column(_("Kind"), "text", 12), Column(_("Party"), "text", 22))
        if is_fine
        else (Column(_("Period"), "text", 14), Column(_("Documents"), "number", 11))
    )
    amounts = (_("Taxable value"), "CGST", state_tax, "IGST", _("Cess"), _("Round off"), _("Total"))

    def rows(_books: Books) -> Iterator[tuple[Any, ...]]:
        for row in found:
            if is_fine:
                yield row.day, row.number, words.get(row.kind, row.kind), row.party, *_figures(row.sums)
            else:
                yield written(row.day) if row.day else month_name(row.key), row.sums.documents, *_figures(row.sums)
        if other is not None:
            names = ("", _("Total"), "", span_words(other)) if is_fine else (span_words(other), before.documents)
            yield *names, *_figures(before)

    def totals(_books: Books) -> tuple[Any, ...]:
        sums = tax_registers.totals(found)
        return (_("Total"), *(("", "", "") if is_fine else (sums.documents,)), *_figures(sums))

    columns = (*first, *(Column(label, "amount", 13) for label in amounts))
    return Sheet(f"{wanted.side}-register", title, (span_words(wanted.period), *names), columns, rows, totals, is_wide=True)
