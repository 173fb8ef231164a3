"""Screens of the outstandings: who owes and how long, whom the shop owes, and bills one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from webapp.company import stores
from webapp.kernel.dates import written
from webapp.outstandings import ages, comparing, forms, routes_compared, routes_party
from webapp.outstandings.ages import PartyAge
from webapp.outstandings.blueprint import bp, bucket_words, kind_words
from webapp.outstandings.forms import Shown
from webapp.outstandings.lines import PAYABLE, RECEIVABLE
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, read_books
from webapp.platform.web import current_actor, page

__all__ = ["bp", "routes_party"]


@bp.get("/receivables")
@needs(Permission.REPORT_READ)
def receivables() -> Response:
    return _summary(RECEIVABLE)


@bp.get("/payables")
@needs(Permission.REPORT_READ)
def payables() -> Response:
    return _summary(PAYABLE)


def _summary(side: str) -> Response:
    wanted_format = sheets.asked_format()
    with read_books(current_actor()) as books:
        shown = forms.of_centre(books, forms.read_shown(request.args, side, books.today), request.args)
        shops, how = stores(books), request.args.get("compare", "")
        if how in forms.COMPARISONS:
            days = forms.compared_days(shown.asked.on, how)
            compared = comparing.compared(books, shown, days, is_by_month=how == "months")
            if wanted_format:
                return sheets.send(routes_compared.sheet(shown, compared, _title(side), about(shown)), wanted_format)
            return routes_compared.summary(shown, compared, how, shops, _title(side), about(shown))
        found = ages.ageing(books, shown.asked, edges=shown.edges, netted=shown.is_netted)
    rows = [row for row in found.rows if row.overdue(by_due=shown.asked.by_due)] if shown.narrowed.overdue_only else list(found.rows)
    totals = ages.Ageing(tuple(rows), found.parting).totals
    if wanted_format:
        return sheets.send(_summary_sheet(shown, rows, totals), wanted_format)
    return page(
        "outstandings/summary.html",
        shown=shown,
        rows=rows,
        totals=totals,
        stores=shops,
        title=_title(side),
        overdue=sum(row.overdue(by_due=shown.asked.by_due) for row in rows),
    )


def _title(side: str) -> str:
    words: str = _("Payables") if side == PAYABLE else _("Receivables")
    return words


def about(shown: Shown) -> tuple[str, ...]:
    """What is said above the list on paper: the day, the dates it goes by, the view, the search."""
    said = [_("As at %(day)s", day=written(shown.asked.on)), _("By due date") if shown.asked.by_due else _("By bill date")]
    said.append(_("Money on account pays the oldest first") if shown.is_netted else _("Bill by bill, money on account beside"))
    if shown.asked.words:
        said.append(_("Search: %(words)s", words=shown.asked.words))
    if shown.narrowed.overdue_only:
        said.append(_("Overdue only"))
    if shown.centre.id:
        said.append(_("Whole bills whose voucher names %(centre)s", centre=shown.centre.name))
    return (" · ".join(said),)


def _summary_sheet(shown: Shown, rows: list[PartyAge], totals: PartyAge) -> Sheet:
    columns = (
        Column(_("Party"), "text", 26),
        Column(_("Phone"), "code", 15),
        *(Column(words, "amount", 13) for words in bucket_words(shown)),
        Column(_("On account"), "amount", 13),
        Column(_("Balance"), "amount", 14),
    )

    def lines(_books: Books) -> Iterator[tuple[Any, ...]]:
        for row in rows:
            yield row.name, row.phone, *row.buckets, row.on_account, row.balance

    return Sheet(
        shown.asked.side + "s",
        _title(shown.asked.side),
        about(shown),
        columns,
        lines,
        lambda _books: (_("Total"), "", *totals.buckets, totals.on_account, totals.balance),
        is_wide=True,
    )


@bp.get("/open-bills")
@needs(Permission.REPORT_READ)
def open_bills() -> Response:
    wanted_format = sheets.asked_format()
    side = PAYABLE if request.args.get("side") == PAYABLE else RECEIVABLE
    after = forms.read_place(request.args.get("after", ""))
    with read_books(current_actor()) as books:
        shown = forms.of_centre(books, forms.read_shown(request.args, side, books.today), request.args)
        how = request.args.get("compare", "")
        days = forms.compared_days(shown.asked.on, how) if how in forms.COMPARISONS else ()
        compared = comparing.ages_at(books, shown, days, is_by_month=how == "months") if days else None
        found = ages.bills(books, shown.asked, shown.narrowed, after=after) if not wanted_format else None
        shops = stores(books)
    if wanted_format and compared:
        return sheets.send(routes_compared.ages_sheet(shown, compared, _title(side), about(shown)), wanted_format)
    if wanted_format:
        return sheets.send(_bills_sheet(shown), wanted_format)
    return page(
        "outstandings/bills.html",
        shown=shown,
        found=found,
        stores=shops,
        is_first=after is None,
        compare=how,
        compared=compared,
        ages=routes_compared.age_rows(shown, compared) if compared else (),
        labels=routes_compared.labels(compared) if compared else (),
    )


def _bills_sheet(shown: Shown) -> Sheet:
    words = kind_words()
    columns = (
        Column(_("Party"), "text", 26),
        Column(_("Bill"), "code", 16),
        Column(_("Kind"), "text", 12),
        Column(_("Date"), "day", 12),
        Column(_("Due on"), "day", 12),
        Column(_("Days over"), "number", 9),
        Column(_("Amount"), "amount", 14),
        Column(_("Still open"), "amount", 14),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        for row in ages.all_bills(books, shown.asked, shown.narrowed):
            one = row.item
            over = max(one.days_over(shown.asked.on), 0)
            yield row.party, one.name, words.get(one.kind, one.kind), one.day, one.due_on, over, abs(one.amount), row.left

    def totals(books: Books) -> tuple[Any, ...]:
        whole = ages.bills(books, shown.asked, shown.narrowed, most=1)
        return _("%(count)s bills", count=whole.count), "", "", "", "", "", None, whole.left

    title = _("Overdue bills") if shown.narrowed.overdue_only else _("Open bills")
    return Sheet("open-bills", f"{_title(shown.asked.side)}: {title}", about(shown), columns, rows, totals, is_wide=True)


@bp.get("/statements/<token>")
@needs(None)
def shared_statement(token: str) -> Response:
    """A party's statement on paper, for whoever was sent the link, until it ends."""
    return routes_party.paper_of(token)
