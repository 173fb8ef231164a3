"""Screens of custom reports: the list, making one with a preview, reading it. Files and schedules stand beside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.custom_reports import files, forms, labels, queries, routes_files, rules, running, schedules, service
from webapp.custom_reports.blueprint import bp, place_asked
from webapp.custom_reports.rules import Definition
from webapp.custom_reports.running import Shape
from webapp.custom_reports.sources import SOURCES
from webapp.kernel.dates import Period, written
from webapp.kernel.errors import Conflict
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.text import clean_text
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other

__all__ = ["bp", "routes_files"]
PREVIEW = 20
# Above this a browser would wait: a job makes the file.
MOST_AT_ONCE = 20_000


class TooLongNow(Conflict):
    """More rows than are sent while somebody waits."""

    def __init__(self) -> None:
        super().__init__(problem="This list is too long to be sent at once.", fix="Press “Prepare a file” and take it when it is ready.")


@bp.get("/custom-reports")
@needs(Permission.COMPANY_READ)
def list_reports() -> Response:
    wanted_format = sheets.asked_format()
    words, start = request.args.get("q", "").strip()[:100], place_asked()
    names = labels.source_labels()
    if wanted_format:
        columns = (Column(_("Name"), "text", 30), Column(_("About"), "text", 20), Column(_("Made by"), "text", 20))

        def rows(books: Books) -> Iterator[tuple[Any, ...]]:
            for one in queries.reports(books, words=words, most=10_000)[0]:
                yield one.name, names[one.definition.source], one.owner_name

        return sheets.send(Sheet("custom-reports", _("My reports"), (), columns, rows), wanted_format)
    with read_books(current_actor()) as books:
        found, has_more = queries.reports(books, words=words, start=start)
        any_at_all = bool(found) or bool(queries.reports(books, most=1)[0])
    return page(
        "custom_reports/reports.html",
        found=found,
        any_at_all=any_at_all,
        words=words,
        start=start,
        has_more=has_more,
        size=queries.PAGE,
        names=names,
    )


def report_form(*, report_id: UUID | None = None, typed: Any = None, errors: Any = None, preview: Any = None) -> Response:
    """The form of a report, new or one there is; with `preview`, its first rows below."""
    actor = current_actor()
    with read_books(actor) as books:
        card = queries.report_card(books, report_id) if report_id else None
    own = {"name": card.name, "is_shared": card.is_shared, **forms.fields_of(card.definition)} if card else dict(request.args)
    values = typed or own
    sources = {name: label for name, label in labels.source_labels().items() if actor.may(SOURCES[name].needs)}
    wanted = str(values.get("source", ""))
    source = SOURCES[wanted] if wanted in sources else None
    names = labels.field_labels()
    hidden = [code for code, one in source.fields.items() if one.needs and not actor.may(one.needs)] if source else []
    fields = [(code, names[code]) for code in source.fields if code not in hidden] if source else []
    return page(
        "custom_reports/report_form.html",
        card=card,
        values=values,
        errors=errors or {},
        sources=sources,
        source=source,
        fields=fields,
        operators=list(labels.operator_labels().items()),
        periods=list(labels.period_labels().items()),
        limits=rules,
        preview=preview,
        version=values.get("version") or (card.version if card else ""),
        id=values.get("id") or new_id(),
    )


def _preview(asked: Definition) -> dict[str, Any]:
    """The first rows of what is being made."""
    with read_books(current_actor()) as books:
        shaped = running.shape(asked, books.actor)
        found, _more = running.page_of(books, shaped, rules.days_of(asked.period, books.today), 0, PREVIEW)
    return {"rows": found, "columns": _columns(shaped)}


@bp.get("/custom-reports/new")
@needs(Permission.COMPANY_READ)
def new_report() -> Response:
    return report_form()


@bp.post("/custom-reports")
@needs(Permission.COMPANY_READ)
@form_again(report_form)
def create_report() -> BaseResponse:
    asked = forms.parse_definition(request.form)
    if request.form.get("act") == "preview":
        running.check(asked)
        return report_form(typed=request.form, preview=_preview(asked))
    with open_books(current_actor()) as books:
        name, is_shared = clean_text(request.form.get("name", "")), request.form.get("is_shared") == "1"
        made = service.save_report(books, name, asked, is_shared=is_shared, report_id=read_id(request.form.get("id")))
    return see_other(url_for("custom_reports.show_report", report_id=made))


@bp.get("/custom-reports/<uuid:report_id>/edit")
@needs(Permission.COMPANY_READ)
def show_report_form(report_id: UUID) -> Response:
    return report_form(report_id=report_id)


@bp.post("/custom-reports/<uuid:report_id>")
@needs(Permission.COMPANY_READ)
@form_again(report_form)
def change_report(report_id: UUID) -> BaseResponse:
    with read_books(current_actor()) as books:
        queries.report_card(books, report_id)
    asked = forms.parse_definition(request.form)
    if request.form.get("act") == "preview":
        running.check(asked)
        return report_form(report_id=report_id, typed=request.form, preview=_preview(asked))
    with open_books(current_actor()) as books:
        name, is_shared = clean_text(request.form.get("name", "")), request.form.get("is_shared") == "1"
        version = forms.parse_version(request.form)
        service.save_report(books, name, asked, is_shared=is_shared, report_id=report_id, version=version)
    return see_other(url_for("custom_reports.show_report", report_id=report_id))


@bp.post("/custom-reports/<uuid:report_id>/copy")
@needs(Permission.COMPANY_READ)
def create_copy(report_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        made = service.duplicate(books, report_id)
    return see_other(url_for("custom_reports.show_report_form", report_id=made))


@bp.post("/custom-reports/<uuid:report_id>/removal")
@needs(Permission.COMPANY_READ)
def create_report_removal(report_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.remove_report(books, report_id, forms.parse_version(request.form))
    return see_other(url_for("custom_reports.list_reports"))


def _columns(shaped: Shape) -> tuple[Column, ...]:
    return files.columns_of(shaped, labels.field_labels())


@bp.get("/custom-reports/<uuid:report_id>")
@needs(Permission.COMPANY_READ)
def show_report(report_id: UUID) -> Response:
    return draw_report(report_id=report_id)


def draw_report(*, report_id: UUID, typed: Any = None, errors: Any = None) -> Response:
    """A report, run; below it its files and schedules, with what was typed for one."""
    wanted_format = sheets.asked_format()
    with read_books(current_actor()) as books:
        card = queries.report_card(books, report_id)
        shaped = running.shape(card.definition, books.actor)
        period = rules.days_of(card.definition.period, books.today)
        if wanted_format and running.count(books, shaped, period, MOST_AT_ONCE + 1) > MOST_AT_ONCE:
            raise TooLongNow
        start = place_asked()
        found, has_more = ([], False) if wanted_format else running.page_of(books, shaped, period, start)
        runs, planned = queries.runs_of(books, report_id), queries.schedules_of(books, report_id)
    if wanted_format:
        return sheets.send(_sheet(card.name, shaped, period), wanted_format)
    return page(
        "custom_reports/report.html",
        card=card,
        columns=_columns(shaped),
        left_out=[labels.field_labels()[code] for code in shaped.left_out],
        rows=found,
        start=start,
        has_more=has_more and running.has_next(start),
        is_cut=has_more and not running.has_next(start),
        most_shown=running.MOST_SHOWN,
        size=running.PAGE,
        period=period,
        about=labels.source_labels()[card.definition.source],
        runs=runs,
        schedules=planned,
        typed=typed or {},
        errors=errors or {},
        every=labels.every_labels(),
        weekdays=list(enumerate(labels.weekday_labels())),
    )


def _sheet(name: str, shaped: Shape, period: Period | None) -> Sheet:
    columns, total = _columns(shaped), _("Total")
    about = (_("%(first)s to %(last)s", first=written(period.first_day), last=written(period.last_day)),) if period else ()

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        yield from files.written_rows(running.rows(books, shaped, period), columns, total)

    return Sheet("custom-report", name, about, columns, rows, is_wide=len(columns) > 6)


@bp.post("/custom-reports/<uuid:report_id>/files")
@needs(Permission.REPORT_EXPORT)
@form_again(draw_report)
def create_report_file(report_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        card = queries.report_card(books, report_id)
        headings = files.headings_of(card.definition.columns, labels.field_labels(), _("Total"))
        service.ask_file(books, report_id, request.form.get("format", ""), headings)
    return see_other(url_for("custom_reports.show_report", report_id=report_id, _anchor="files"))


@bp.post("/custom-reports/<uuid:report_id>/schedules")
@needs(Permission.REPORT_EXPORT)
@form_again(draw_report)
def create_schedule(report_id: UUID) -> BaseResponse:

    with open_books(current_actor()) as books:
        card = queries.report_card(books, report_id)
        headings = files.headings_of(card.definition.columns, labels.field_labels(), _("Total"))
        schedules.create_schedule(books, report_id, forms.parse_schedule(request.form), headings)
    return see_other(url_for("custom_reports.show_report", report_id=report_id, _anchor="files"))
