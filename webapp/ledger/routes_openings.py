"""Pages of the opening balances: accounts in a grid by group, unpaid bills, both as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from webapp.company import profile
from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.places import read_cursor, write_cursor
from webapp.ledger import chart_reads, forms, opening_import, opening_reads, openings, queries
from webapp.ledger.routes import bp, sent_file
from webapp.parties import party_row, search_parties
from webapp.platform import audit, exports
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other


def openings_form(*, typed: Any = None, errors: Any = None) -> Response:
    """Every account that may have an opening, by primary group, with what it has; and what the two sides lack."""
    with read_books(current_actor()) as books:
        standing = opening_reads.standing_openings(books)
        begin = profile(books).books_begin
        return page(
            "ledger/openings.html",
            parts=_parts(books),
            standing={id_: one.amount for id_, one in standing.items()},
            difference=opening_reads.opening_difference(books),
            bills=opening_reads.bills_total(books),
            day=opening_reads.opening_day(books),
            begin=begin,
            typed=typed or {},
            errors=errors or {},
        )


def _parts(books: Books) -> list[tuple[Any, list[Any]]]:
    """The accounts under the primary group each stands beneath, in the chart's order."""
    chart = queries.chart_of_accounts(books)
    order = [group for group, depth in chart_reads.groups_in_order(chart) if depth == 0]
    top = {group.id: chart_reads.primary_group(chart, group.id) for group in chart.groups}
    cards = opening_reads.accounts_to_open(books)
    parts = [(group, [card for card in cards if top[card.group_id] == group.id]) for group in order]
    return [(group, inside) for group, inside in parts if inside]


@bp.get("/opening-balances")
@needs(Permission.CHART_WRITE)
def show_openings() -> Response:
    return openings_form()


@bp.post("/opening-balances")
@needs(Permission.CHART_WRITE)
@form_again(openings_form)
def change_openings() -> BaseResponse:
    wanted = forms.parse_openings(request.form)
    with open_books(current_actor()) as books:
        changed = openings.set_openings(books, wanted)
    flash(ngettext("One opening was saved.", "%(num)s openings were saved.", changed), "success")
    part = read_id(request.form.get("part", ""))
    return see_other(url_for("ledger.show_openings") + (f"#part-{part}" if part else ""))


@bp.post("/opening-balances/beginning")
@needs(Permission.CHART_WRITE)
@form_again(openings_form)
def change_beginning() -> BaseResponse:
    day = read_day(request.form.get("books_begin", ""))
    if day is None:
        raise InvalidInput({"books_begin": _("Choose the day the books begin.")})
    with open_books(current_actor()) as books:
        openings.set_beginning(books, day)
    return see_other(url_for("ledger.show_openings"))


# Unpaid bills ---------------------------------------------------------------------------------------------------------


def bills_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The bills that stand, a page of them, and empty rows for more."""
    with read_books(current_actor()) as books:
        found = opening_reads.opening_bills(books, after=read_cursor(request.args.get("after", "")), most=opening_reads.PAGE + 1)
        shown = found[: opening_reads.PAGE]
        last = shown[-1] if len(found) > opening_reads.PAGE else None
        return page(
            "ledger/opening_bills.html",
            bills=shown,
            after=write_cursor(opening_reads.place_of(last)) if last else "",
            is_later=bool(request.args.get("after")),
            totals=opening_reads.bills_total(books),
            names=[one.name for one in search_parties(books, "", 500)],
            day=opening_reads.opening_day(books),
            difference=opening_reads.opening_difference(books),
            row_ids=[(f"_{row}", (typed or {}).get(f"id_{row}") or new_id()) for row in range(forms.MOST_BILL_ROWS)],
            kinds=kind_words(),
            typed=typed or {},
            errors=errors or {},
        )


def kind_words() -> dict[str, str]:
    """What each kind of unpaid bill is called."""
    return {
        "receivable": _("Customer owes us"),
        "payable": _("We owe a supplier"),
        "advance_from": _("Advance from a customer"),
        "advance_to": _("Advance to a supplier"),
    }


@bp.get("/opening-balances/bills")
@needs(Permission.CHART_WRITE)
def list_opening_bills() -> Response:
    return bills_form()


@bp.post("/opening-balances/bills")
@needs(Permission.CHART_WRITE)
@form_again(bills_form)
def create_opening_bills() -> BaseResponse:
    rows = forms.filled_rows(request.form)
    if not rows:
        raise InvalidInput({"": _("Type at least one bill.")})
    with open_books(current_actor()) as books:
        _add_rows(books, rows)
    flash(ngettext("One bill was entered.", "%(num)s bills were entered.", len(rows)), "success")
    return see_other(url_for("ledger.list_opening_bills"))


def _add_rows(books: Books, rows: list[str]) -> None:
    """Every row, or none: the errors of all rows are told together."""
    errors: dict[str, str] = {}
    day = opening_reads.opening_day(books)
    for suffix in rows:
        try:
            draft = forms.parse_bill(request.form, day, lambda name: opening_import.find_party(books, name), suffix)
            openings.add_bill(books, draft, read_id(request.form.get(f"id{suffix}", "")))
        except InvalidInput as refusal:
            errors |= {name if name.endswith(suffix) else f"{name}{suffix}": words for name, words in refusal.errors.items()}
    if errors:
        raise InvalidInput(errors)


def bill_form(*, bill_id: UUID, typed: Any = None, errors: Any = None) -> Response:
    """The form of one bill that stands."""
    with read_books(current_actor()) as books:
        bill = opening_reads.opening_bill(books, bill_id)
        party = party_row(books, bill.party_id)
        kind = next(name for name, (code, is_debit) in openings.KINDS.items() if (code, is_debit) == (bill.code, bill.amount > 0))
        return page(
            "ledger/opening_bill.html",
            bill=bill,
            party=party,
            kind=kind,
            kinds=kind_words(),
            day=opening_reads.opening_day(books),
            typed=typed,
            errors=errors or {},
        )


@bp.get("/opening-balances/bills/<uuid:bill_id>")
@needs(Permission.CHART_WRITE)
def show_opening_bill(bill_id: UUID) -> Response:
    return bill_form(bill_id=bill_id)


@bp.post("/opening-balances/bills/<uuid:bill_id>")
@needs(Permission.CHART_WRITE)
@form_again(bill_form)
def change_opening_bill(bill_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        opening_reads.opening_bill(books, bill_id)
        draft = forms.parse_bill(request.form, opening_reads.opening_day(books), lambda name: opening_import.find_party(books, name))
        openings.change_bill(books, bill_id, draft)
    return see_other(url_for("ledger.list_opening_bills"))


@bp.post("/opening-balances/bills/<uuid:bill_id>/withdrawal")
@needs(Permission.CHART_WRITE)
def create_bill_withdrawal(bill_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        openings.withdraw_bill(books, bill_id)
    return see_other(url_for("ledger.list_opening_bills"))


# As a file ------------------------------------------------------------------------------------------------------------


@bp.get("/opening-balances.csv")
@needs(Permission.REPORT_EXPORT)
def export_openings() -> Response:
    actor = current_actor()
    with open_books(actor) as books:
        audit.record(books, "export", "opening_balance", "list", new={"format": "csv"})

    def rows() -> Iterator[tuple[Any, ...]]:
        with read_books(actor) as books:
            yield from opening_import.rows_of_openings(books)

    return exports.as_csv("opening-balances", opening_import.HEADINGS, rows())


def import_openings_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The form that takes openings in as a file."""
    return page("ledger/openings_import.html", errors=errors or {})


@bp.get("/opening-balances/import")
@needs(Permission.CHART_WRITE)
def show_openings_import() -> Response:
    return import_openings_form()


@bp.post("/opening-balances/import")
@needs(Permission.CHART_WRITE)
@form_again(import_openings_form)
def create_openings_import() -> BaseResponse:
    content = forms.require_file(sent_file())
    with open_books(current_actor()) as books:
        found = opening_import.import_openings(books, content)
    flash(
        _("%(accounts)s openings of accounts were changed, %(bills)s bills entered.", accounts=found.accounts, bills=found.bills), "success"
    )
    return see_other(url_for("ledger.show_openings"))
