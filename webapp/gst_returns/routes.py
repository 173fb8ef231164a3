"""Pages of the returns: which are due, one in its tables, its papers, what is wrong with it, and its files."""

from __future__ import annotations

import tempfile
from typing import Any

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp.company import Registered, registered_days, set_registered_days
from webapp.gst_returns import building, facts, forms, papers, periods, queries, routes_filing, routes_same_period, schemes, writing
from webapp.gst_returns.blueprint import KEPT, bp, nature_words, problem_words, untaxed_words
from webapp.gst_returns.building import Registration
from webapp.gst_returns.handing_out import json_file, require_reader
from webapp.gst_returns.pages import digits_of, problems_of, return_page
from webapp.gst_returns.papers import Paper, Wanted
from webapp.gst_returns.periods import ReturnPeriod
from webapp.gst_returns.told import SUMMED, Gstr1
from webapp.platform import audit, clock
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other

__all__ = ["bp", "routes_filing", "routes_same_period"]
MOST_PROBLEMS = 50


def returns_page(*, gstin: str = "", typed: Any = None, errors: Any = None) -> Response:
    """The returns of a registration, and its own days."""
    kind = request.args.get("kind", "")
    kind = kind if kind in periods.KINDS else periods.MONTH
    with read_books(current_actor()) as books:
        known = building.registrations(books)
        gstin = gstin or (known[0].gstin if known else "")
        of = next((one for one in known if one.gstin == gstin), None)
        filed = {row.period: row for row in queries.standing(books, gstin)} if of else {}
        some = [period for period in periods.choices(books.today) if period.kind == kind]
        rows = [(period, filed.get(period)) for period in schemes.regular_periods(books, gstin, some, filed)] if of else []
        today = books.today
        days = registered_days(books).get(gstin, Registered())
    values: dict[str, Any] = {"known": known, "of": of, "kind": kind, "kinds": periods.KINDS, "rows": rows, "today": today}
    return page("gst_returns/returns.html", **values, days=days, typed=typed or {}, errors=errors or {})


@bp.get("/gst-returns")
@needs(Permission.RETURN_READ)
def list_returns() -> Response:
    return returns_page(gstin=request.args.get("gstin", ""))


@bp.post("/gst-returns/<gstin>/days")
@needs(Permission.RETURN_FILE)
@form_again(returns_page)
def save_days(gstin: str) -> BaseResponse:
    """When a registration began to hold, and when it was cancelled."""
    with open_books(current_actor()) as books:
        building.registration(books, gstin)
        set_registered_days(books, gstin, forms.parse_days(request.form))
    return see_other(url_for("gst_returns.list_returns", gstin=gstin))


@bp.get("/gst-returns/<gstin>/<period_key>")
@needs(Permission.RETURN_READ)
def show_return(gstin: str, period_key: str) -> Response:
    return return_page(gstin=gstin, period_key=period_key)


@bp.get("/gst-returns/<gstin>/<period_key>/problems")
@needs(Permission.RETURN_READ)
def list_problems(gstin: str, period_key: str) -> Response:
    with read_books(current_actor()) as books:
        of, period = building.registration(books, gstin), forms.period_of(period_key)
        problems = problems_of(books, of, building.gstr1(books, of, period))
        digits = digits_of(books, period)
    at = forms.read_whole(request.args.get("at", ""), forms.MOST_PLACE) or 0
    return page(
        "gst_returns/problems.html",
        of=of,
        period=period,
        problems=problems[at : at + MOST_PROBLEMS],
        at=at,
        step=MOST_PROBLEMS,
        has_more=len(problems) > at + MOST_PROBLEMS,
        words=problem_words(digits),
    )


@bp.get("/gst-returns/<gstin>/<period_key>/sections/<section>")
@needs(Permission.RETURN_READ)
def show_section(gstin: str, period_key: str, section: str) -> Response:
    wanted = forms.read_wanted(request.args, forms.section_of(section))
    at = forms.read_whole(request.args.get("at", ""), forms.MOST_PLACE) or 0
    is_row = bool(wanted.place or wanted.kind or wanted.hsn is not None or wanted.operator)
    is_of_sums = section in SUMMED
    with read_books(current_actor()) as books:
        of, period = building.registration(books, gstin), forms.period_of(period_key)
        found = None if is_of_sums and is_row else building.gstr1(books, of, period)
        shown, has_more = ([], False) if is_of_sums and not is_row else _papers(books, of, period, wanted, found, at)
    return page(
        "gst_returns/section.html",
        of=of,
        period=period,
        section=section,
        told=found,
        is_of_sums=is_of_sums and not is_row,
        is_split=period.month >= facts.HSN_SPLIT_FROM,
        kind_words=untaxed_words(),
        natures=nature_words(),
        kept_filters={name: request.args[name] for name in KEPT if name != "q" and name in request.args},
        wanted=wanted,
        papers=shown,
        at=at,
        step=papers.PAGE,
        has_more=has_more,
        here_url=None,
        back_to_url=None,
        back_words=None,
    )


def _papers(books: Books, of: Registration, period: ReturnPeriod, wanted: Wanted, found: Gstr1 | None, at: int) -> tuple[list[Paper], bool]:
    """A page of what stands behind a section: of the return's own documents, or of the bills behind a row of sums."""
    if found is None:
        is_split = period.month >= facts.HSN_SPLIT_FROM
        first = [] if at else papers.others(building.other_parts(books, of, period), wanted, is_split=is_split)
        rest, has_more = papers.papers(books, of.gstin, period.days, wanted, digits=digits_of(books, period), at=at)
        return [*first, *rest], has_more
    return papers.of_documents(found, wanted, at)


@bp.get("/gst-returns/<gstin>/<period_key>/json")
@needs(Permission.REPORT_EXPORT)
def download_json(gstin: str, period_key: str) -> Response:
    found = _taken(gstin, period_key, "json")
    some = writing.parts(found)
    part = forms.read_whole(request.args.get("part", "1"), len(some)) or 1
    return json_file(some[part - 1], writing.file_name(found, clock.today(), part, len(some)))


@bp.get("/gst-returns/<gstin>/<period_key>/workbook")
@needs(Permission.REPORT_EXPORT)
def download_workbook(gstin: str, period_key: str) -> Response:
    from webapp.gst_returns import workbook  # needed by nobody else

    found = _taken(gstin, period_key, "xlsx")
    with tempfile.TemporaryFile() as kept:
        workbook.write(found, kept)
        kept.seek(0)
        response = Response(kept.read(), mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    response.headers["Content-Disposition"] = f'attachment; filename="gstr1-{gstin}-{found.period.fp}.xlsx"'
    return response


def _taken(gstin: str, period_key: str, form: str) -> Gstr1:
    """The return for a file that leaves the program, which the edit log says."""
    require_reader()
    period = forms.period_of(period_key)
    with open_books(current_actor()) as books:
        of = building.registration(books, gstin)
        found = building.gstr1(books, of, period)
        audit.record(books, "export", "gst_return", f"{gstin} {period.key}", new={"form": "gstr1", "format": form})
    return found
