"""Screens of the flows and the ratios."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _

from webapp.final_accounts import flow_reads, layouts_flows, queries
from webapp.final_accounts.blueprint import about_words, asked_vouchers, bp, column_labels
from webapp.final_accounts.rows import sheet
from webapp.kernel.dates import written
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import read_books
from webapp.platform.web import current_actor, page


@bp.get("/cash-flow")
@needs(Permission.REPORT_READ)
def show_cash_flow() -> Response:
    wanted_format = sheets.asked_format()
    is_direct = request.args.get("method") == "direct"
    with read_books(current_actor()) as books:
        choice, chosen = asked_vouchers(books, request.args)
        if is_direct:
            direct = flow_reads.direct_flow(books, choice.columns, main=choice.main, store_id=choice.store_id, naming=choice.naming)
            rows = layouts_flows.direct_flow_rows(direct, choice, every=bool(wanted_format))
        else:
            indirect = flow_reads.cash_flow(books, choice.columns, store_id=choice.store_id, naming=choice.naming)
            rows = layouts_flows.cash_flow_rows(indirect, choice)
        about = about_words(books, choice)
    labels = column_labels(choice)
    if wanted_format:
        return sheets.send(sheet("cash-flow", _("Cash flow"), about, labels, rows), wanted_format)
    is_empty = all(not any(row.figures) for row in rows)
    return page(
        "final_accounts/cash_flow.html",
        rows=rows, labels=labels, choice=choice, about=about, is_direct=is_direct, is_empty=is_empty, **chosen,
    )  # fmt: skip


@bp.get("/fund-flow")
@needs(Permission.REPORT_READ)
def show_fund_flow() -> Response:
    wanted_format = sheets.asked_format()
    with read_books(current_actor()) as books:
        choice, chosen = asked_vouchers(books, request.args)
        found = flow_reads.fund_flow(books, choice.columns, main=choice.main, store_id=choice.store_id, naming=choice.naming)
        about = about_words(books, choice)
    rows, capital = layouts_flows.fund_flow_rows(found, choice), layouts_flows.capital_rows(found, choice)
    labels = column_labels(choice)
    if wanted_format:
        return sheets.send(sheet("fund-flow", _("Fund flow"), about, labels, rows), wanted_format)
    around = labels if choice.compare else (_("Before"), _("After"), _("Change"))
    return page(
        "final_accounts/fund_flow.html",
        found=found, rows=rows, capital=capital, labels=labels, around=around, choice=choice, about=about, **chosen,
    )  # fmt: skip


@bp.get("/ratios")
@needs(Permission.REPORT_READ)
def show_ratios() -> Response:
    wanted_format = sheets.asked_format()
    with read_books(current_actor()) as books:
        choice, chosen = asked_vouchers(books, request.args)
        amounts, ratios = queries.ratio_summary(books, choice.columns, store_id=choice.store_id, naming=choice.naming)
        about = about_words(books, choice)
    labels = (written(choice.period.last_day),) if not choice.compare else column_labels(choice)
    parts = [(_("Principal amounts"), layouts_flows.written_ratios(amounts)), (_("Ratios"), layouts_flows.written_ratios(ratios))]
    if wanted_format:
        return sheets.send(_ratio_sheet(about, labels, [line for _title, lines in parts for line in lines]), wanted_format)
    is_empty = all(not any(one.figures) for one in amounts)
    return page("final_accounts/ratios.html", parts=parts, labels=labels, choice=choice, about=about, is_empty=is_empty, **chosen)


def _ratio_sheet(about: tuple[str, ...], labels: tuple[str, ...], lines: list[tuple[str, str, tuple[str, ...], str]]) -> Sheet:
    columns = (
        Column(_("Figure"), "text", 24),
        Column(_("How it is worked out"), "text", 36),
        *(Column(label, "text", 16) for label in labels),
    )
    return Sheet("ratios", _("Ratios"), about, columns, lambda _books: ((name, how, *figures) for name, how, figures, _code in lines))
