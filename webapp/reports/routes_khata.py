"""Screens of the khata: who owes, and one customer's page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from webapp import ledger, parties, sales
from webapp.kernel import periods
from webapp.kernel.dates import Period, month_name
from webapp.ledger import Asked
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, read_books
from webapp.platform.web import current_actor, page
from webapp.reports import books_of_account, forms, months_of_account
from webapp.reports import khata as khata_queries
from webapp.reports.blueprint import bp, kind_words, span_words
from webapp.reports.books_of_account import Figures
from webapp.reports.forms import this_year
from webapp.reports.khata import DueRow, Wanted
from webapp.reports.narrowing import Narrowing, of_store, read_shown
from webapp.reports.routes_account_months import by_month


@bp.get("/khata")
@needs(Permission.PARTY_READ)
def khata() -> Response:
    wanted_format = sheets.asked_format()
    wanted = Wanted(
        forms.read_words(request.args),
        forms.read_choice(request.args, "state", khata_queries.STATES),
        forms.read_choice(request.args, "order", khata_queries.ORDERS),
    )
    if wanted_format:
        return sheets.send(_khata_sheet(wanted), wanted_format)
    with read_books(current_actor()) as books:
        found = khata_queries.due_page(books, wanted, after=_place("after", wanted), before=_place("before", wanted))
        sums = khata_queries.due_sums(books, wanted)
    return page(
        "reports/khata.html",
        found=found,
        sums=sums,
        wanted=wanted,
        month_name=month_name,
        before=_written_place(found.before, wanted),
        after=_written_place(found.after, wanted),
    )


def _place(name: str, wanted: Wanted) -> tuple[str | int, UUID] | None:
    text = request.args.get(name, "")
    return forms.read_word_key(text) if wanted.order == "name" else forms.read_figure_key(text)


def _written_place(row: DueRow | None, wanted: Wanted) -> str | None:
    return forms.write_word_key(*khata_queries.place_of(row, wanted)) if row else None


def _khata_sheet(wanted: Wanted) -> Sheet:
    columns = (
        Column(_("Customer"), "text", 34),
        Column(_("Phone"), "code", 18),
        Column(_("Oldest due"), "text", 13),
        Column(_("Credit limit"), "amount", 15),
        Column(_("Due"), "amount", 16),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        for row in khata_queries.whole_khata(books, wanted):
            yield row.name, row.phone, month_name(row.since) if row.since else "", row.credit_limit, row.due

    def totals(books: Books) -> tuple[Any, ...]:
        sums = khata_queries.due_sums(books, wanted)
        return _("%(count)s customers", count=sums.customers), "", "", None, sums.owed - sums.advance

    about = (_("Search: %(words)s", words=wanted.words),) if wanted.words else ()
    return Sheet("khata", _("Khata"), about, columns, rows, totals)


@bp.get("/khata/<uuid:party_id>")
@needs(Permission.PARTY_READ)
def party(party_id: UUID) -> Response:
    wanted_format = sheets.asked_format()
    after, before = (forms.read_line_key(request.args.get(name, "")) for name in ("after", "before"))
    compare = forms.read_choice(request.args, "compare", periods.COMPARISONS)
    with read_books(current_actor()) as books:
        period = forms.read_period(request.args, otherwise=this_year(books.today))
        who = parties.party_row(books, party_id)
        narrowing = of_store(read_shown(books))
        if compare:
            head = books_of_account.party_head(books, party_id, who.name, store_id=narrowing.store_id)
            months = months_of_account.compared(books, head, period, compare)
            return by_month(head, period, months, compare, narrowing, wanted_format)
        if not wanted_format:
            asked = Asked(
                period.first_day, period.last_day, after=after, before=before, at_end=not (after or before), store_id=narrowing.store_id
            )
            found = ledger.party_page(books, party_id, asked)
            dues = sales.dues(books, party_id)
    if wanted_format:
        return sheets.send(_party_sheet(who, period, narrowing), wanted_format)
    return page("reports/party.html", who=who, found=found, dues=dues, period=period, narrowing=narrowing)


def _party_sheet(who: parties.PartyRow, period: Period, narrowing: Narrowing) -> Sheet:
    """A statement of account, as it is sent to the customer."""
    words = kind_words()
    columns = (
        Column(_("Date"), "day", 12),
        Column(_("Kind"), "text", 17),
        Column(_("Number"), "code", 16),
        Column(_("Narration"), "text", 20),
        Column(_("Debit"), "amount", 14),
        Column(_("Credit"), "amount", 14),
        Column(_("Balance"), "amount", 15),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        yield period.first_day, _("Opening balance"), "", "", 0, 0, figures(books).opening
        for row in khata_queries.whole_party(books, who.id, period, store_id=narrowing.store_id):
            yield row.key.day, words.get(row.kind, row.kind), row.number, row.narration, row.debit, row.credit, row.balance

    def figures(books: Books) -> Figures:
        head = books_of_account.party_head(books, who.id, who.name, store_id=narrowing.store_id)
        return books_of_account.figures_of(books, head, period)

    def totals(books: Books) -> tuple[Any, ...]:
        whole = figures(books)
        return _("Total"), "", "", "", whole.debit, whole.credit, whole.closing

    about = tuple(part for part in (who.phone, who.gstin or "", span_words(period), *narrowing.names) if part)
    return Sheet("statement", who.name, about, columns, rows, totals)
