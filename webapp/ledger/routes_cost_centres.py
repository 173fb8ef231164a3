"""Pages of cost centres: the tree of them, their forms, and what each bears of each account over some days."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import company
from webapp.kernel import periods
from webapp.kernel.dates import FinancialYear, Period, read_day, written
from webapp.kernel.errors import NotFound
from webapp.kernel.ids import new_id, read_id
from webapp.ledger import centre_changes, centres_compared, cost_centre_reads, forms, masters, routes_centres_compared
from webapp.ledger.cost_centre_reads import Borne, CentreCard
from webapp.ledger.routes import bp
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other


@bp.get("/cost-centres")
@needs(Permission.CHART_WRITE)
def list_cost_centres() -> Response:
    with read_books(current_actor()) as books:
        found = cost_centre_reads.centre_tree(books)
    state = forms.parse_state(request.args.get("state", ""))
    shown = [one for one in found if state == "all" or one.is_archived == (state == "archived")]
    return page("ledger/cost_centres.html", found=shown, any_at_all=bool(found), state=state)


def centre_form(*, centre_id: UUID | None = None, typed: Any = None, errors: Any = None) -> Response:
    """The form of a cost centre, new or one there is."""
    with read_books(current_actor()) as books:
        tree = cost_centre_reads.centre_tree(books)
        card = cost_centre_reads.centre_card(books, centre_id) if centre_id else None
    return page(
        "ledger/cost_centre_form.html",
        card=card,
        others=[one for one in tree if one.id != centre_id and not one.is_archived],
        values=typed or card or {},
        errors=errors or {},
        id=(typed or {}).get("id") or new_id(),
    )


@bp.get("/cost-centres/new")
@needs(Permission.CHART_WRITE)
def new_cost_centre() -> Response:
    return centre_form()


@bp.post("/cost-centres")
@needs(Permission.CHART_WRITE)
@form_again(centre_form)
def create_cost_centre() -> BaseResponse:
    parent, id_ = read_id(request.form.get("parent_id", "")), read_id(request.form.get("id", ""))
    with open_books(current_actor()) as books:
        made = masters.create_cost_centre(books, request.form.get("name", ""), parent, id_)
    flash(_("%(name)s is saved.", name=made.name), "success")
    return see_other(url_for("ledger.list_cost_centres"))


@bp.get("/cost-centres/<uuid:centre_id>")
@needs(Permission.CHART_WRITE)
def show_cost_centre(centre_id: UUID) -> Response:
    return centre_form(centre_id=centre_id)


@bp.post("/cost-centres/<uuid:centre_id>")
@needs(Permission.CHART_WRITE)
@form_again(centre_form)
def change_cost_centre(centre_id: UUID) -> BaseResponse:
    parent = read_id(request.form.get("parent_id", ""))
    with open_books(current_actor()) as books:
        centre_changes.change_cost_centre(books, centre_id, request.form.get("name", ""), parent, forms.parse_version(request.form))
    return see_other(url_for("ledger.list_cost_centres"))


@bp.post("/cost-centres/<uuid:centre_id>/archival")
@needs(Permission.CHART_WRITE)
def create_centre_archival(centre_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        centre_changes.archive_cost_centre(books, centre_id, forms.parse_version(request.form))
    return see_other(url_for("ledger.list_cost_centres"))


@bp.post("/cost-centres/<uuid:centre_id>/restoration")
@needs(Permission.CHART_WRITE)
def create_centre_restoration(centre_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        centre_changes.restore_cost_centre(books, centre_id, forms.parse_version(request.form))
    return see_other(url_for("ledger.list_cost_centres"))


# What they bear -------------------------------------------------------------------------------------------------------


def _period(books: Books) -> Period:
    """The days of the address, in whichever order; else the financial year so far. An unreadable day is as none."""
    first = read_day(request.args.get("from", "")) or FinancialYear.of(books.today).first_day
    last = read_day(request.args.get("to", "")) or max(books.today, first)
    return Period(min(first, last), max(first, last))


@bp.get("/cost-centre-report")
@needs(Permission.REPORT_READ)
def show_centre_report() -> Response:
    wanted_format = sheets.asked_format()
    with read_books(current_actor()) as books:
        period, shown = _period(books), _shown(books)
        if how := _comparison():
            beside = centres_compared.compared(books, period, how, store_id=shown.store_id)
            return routes_centres_compared.compared(period, beside, how, shown, _same, wanted_format)
        tree = cost_centre_reads.centre_tree(books)
        found = cost_centre_reads.borne(books, period, store_id=shown.store_id)
    by_centre: dict[UUID, list[Borne]] = {}
    for one in found:
        by_centre.setdefault(one.centre_id, []).append(one)
    if wanted_format:
        return sheets.send(_report_sheet(period, shown.name, tree, by_centre), wanted_format)
    rows = [row for row in _with_beneath(tree, by_centre) if row[2] or row[3]]
    return page(
        "ledger/cost_centre_report.html",
        rows=rows,
        period=period,
        has_centres=bool(tree),
        same=_same,
        stores=shown.choices(_("All stores")),
        shown=shown,
    )


def _with_beneath(tree: list[CentreCard], by_centre: dict[UUID, list[Borne]]) -> list[tuple[CentreCard, list[Borne], int, int]]:
    """Each centre with what it bears itself, and the debits and credits of it with those beneath it."""
    found = []
    for card, those in cost_centre_reads.with_those_beneath(tree):
        every = [one for centre_id in those for one in by_centre.get(centre_id, [])]
        found.append((card, by_centre.get(card.id, []), sum(one.debit for one in every), sum(one.credit for one in every)))
    return found


@bp.get("/cost-centre-report/<uuid:centre_id>")
@needs(Permission.REPORT_READ)
def show_centre_lines(centre_id: UUID) -> Response:
    """The lines of a centre with those beneath it; with `own=1` of itself alone."""
    wanted_format = sheets.asked_format()
    account_id = read_id(request.args.get("account", ""))
    with read_books(current_actor()) as books:
        period, shown = _period(books), _shown(books)
        store_id = shown.store_id
        card = cost_centre_reads.centre_card(books, centre_id)
        place = cost_centre_reads.read_place(request.args.get("after", ""))
        beneath = masters.centres_beneath(books, centre_id)
        centres = {one.id: one.name for one in beneath if one.id == centre_id or request.args.get("own") != "1"}
        rows, after = cost_centre_reads.borne_lines(books, centres, period, account_id=account_id, store_id=store_id, after=place)
        every = cost_centre_reads.borne(books, period, store_id=store_id)
    mine = sorted({(one.account, one.account_id) for one in every if one.centre_id in centres})
    if wanted_format:
        return sheets.send(_lines_sheet(card, centres, period, account_id, shown), wanted_format)
    return page(
        "ledger/cost_centre_lines.html",
        card=card,
        centres=centres,
        has_beneath=len(beneath) > 1,
        stores=shown.choices(_("All stores")),
        shown=shown,
        rows=rows,
        after=cost_centre_reads.write_place(after),
        is_later=place is not None,
        mine=mine,
        account_id=account_id,
        period=period,
        same=_same,
    )


def _comparison() -> str:
    given = request.args.get("compare", "")
    return given if given in periods.COMPARISONS else ""


def _shown(books: Books) -> company.Shown:
    """The store of the address (see `company.shown_store`)."""
    text = request.args.get("store", "")
    found = read_id(text)
    if text and found is None:
        raise NotFound("store")
    return company.shown_store(books, found)


def _same(**changes: Any) -> str:
    """This report with its days and account, and with `changes` to them."""
    kept: dict[str, Any] = {
        name: request.args[name] for name in ("from", "to", "account", "store", "own", "compare") if request.args.get(name)
    }
    values = {name: value for name, value in {**kept, **changes}.items() if value is not None}
    return url_for(str(request.endpoint), **(request.view_args or {}), **values)


def _about(period: Period, store: str) -> tuple[str, ...]:
    words: str = _("%(first)s to %(last)s", first=written(period.first_day), last=written(period.last_day))
    return words, *([store] if store else [])


def _report_sheet(period: Period, store: str, tree: list[CentreCard], by_centre: dict[UUID, list[Borne]]) -> Sheet:
    columns = (
        Column(_("Cost centre"), "text", 30),
        Column(_("Account"), "text", 30),
        Column(_("Debit"), "amount", 15),
        Column(_("Credit"), "amount", 15),
    )

    def rows(_books: Books) -> Iterator[tuple[Any, ...]]:
        for card in tree:
            for one in by_centre.get(card.id, ()):
                yield card.name, one.account, one.debit, one.credit

    def totals(_books: Books) -> tuple[Any, ...]:
        every = [one for ones in by_centre.values() for one in ones]
        return _("Total"), "", sum(one.debit for one in every), sum(one.credit for one in every)

    return Sheet("cost-centres", _("Cost centres"), _about(period, store), columns, rows, totals)


def _lines_sheet(card: CentreCard, centres: dict[UUID, str], period: Period, account_id: UUID | None, shown: company.Shown) -> Sheet:
    columns = (
        Column(_("Date"), "day", 12),
        Column(_("Cost centre"), "text", 18),
        Column(_("Account"), "text", 25),
        Column(_("Number"), "code", 15),
        Column(_("Narration"), "text", 30),
        Column(_("Debit"), "amount", 14),
        Column(_("Credit"), "amount", 14),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        for line in cost_centre_reads.every_line(books, centres, period, account_id, shown.store_id):
            yield line.day, line.centre, line.account, line.number, line.narration, max(line.amount, 0), max(-line.amount, 0)

    return Sheet("cost-centre", card.name, _about(period, shown.name), columns, rows)
