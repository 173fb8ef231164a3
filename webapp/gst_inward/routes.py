"""Pages of what suppliers told: imports, a month's reconciliation. The pages of one row and of suppliers stand in the files named below."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from webapp.gst_inward import forms, lists, queries, routes_rows, routes_suppliers, routes_uploads
from webapp.gst_inward.blueprint import action_words, bp, difference, kind_words, stage_words, state_words, why_words
from webapp.gst_inward.lists import ListRow, Wanted
from webapp.gst_inward.pages import files_page
from webapp.gst_returns import json_file, registration, require_reader
from webapp.kernel.dates import month_name
from webapp.kernel.places import read_cursor, write_cursor
from webapp.platform import audit, sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other

__all__ = ["bp", "routes_rows", "routes_suppliers", "routes_uploads"]


@bp.get("/gst-inward")
@needs(Permission.RETURN_READ)
def list_files() -> Response:
    return files_page()


@bp.post("/gst-inward/<gstin>/tolerance")
@needs(Permission.RETURN_FILE)
@form_again(files_page)
def change_tolerance(gstin: str) -> BaseResponse:
    from webapp.gst_inward import service  # what matches and decides is loaded by who does it

    paise, days = forms.read_tolerance(request.form)
    with open_books(current_actor()) as books:
        registration(books, gstin)
        service.set_tolerance(books, paise, days)
    flash(_("The tolerance is kept. Match a month again to use it."), "success")
    return see_other(url_for("gst_inward.list_files", gstin=gstin))


# A month -----------------------------------------------------------------------------------------------------------------


def month_page(*, gstin: str, month: int, typed: Any = None, errors: Any = None) -> Response:
    """The rows of a month, by state, a page at a time."""
    month, wanted = forms.month_of(month), forms.parse_wanted(request.args if typed is None else typed)
    with read_books(current_actor()) as books:
        of = registration(books, gstin)
        found = lists.page(books, gstin, month, wanted, older_than=read_cursor(request.args.get("older", "")))
        sums = lists.sums(books, gstin, month, wanted)
        ran = queries.ran_at(books, gstin, month)
        changed = queries.changed_since(books, gstin, ran) if ran else 0
        credit = queries.credit_told(books, gstin, month)
    address = forms.address_of(wanted)
    values: dict[str, Any] = {
        "of": of,
        "month": month,
        "wanted": wanted,
        "found": found,
        "sums": sums,
        "ran": ran,
        "changed": changed,
        "credit": credit,
    }
    return page("gst_inward/month.html", address=address, older=write_cursor(found.older), errors=errors or {}, **values)


@bp.get("/gst-inward/<gstin>/<int:month>")
@needs(Permission.RETURN_READ)
def show_month(gstin: str, month: int) -> Response:
    if wanted_format := sheets.asked_format():
        return sheets.send(_sheet(gstin, forms.month_of(month), forms.parse_wanted(request.args)), wanted_format)
    return month_page(gstin=gstin, month=month)


def _sheet(gstin: str, month: int, wanted: Wanted) -> Sheet:
    states, stages, kinds, actions, whys = state_words(), stage_words(), kind_words(), action_words(), why_words()
    columns = (
        Column(_("Date"), "day", 12),
        Column(_("Number"), "code", 16),
        Column(_("Kind"), "text", 12),
        Column(_("Supplier"), "text", 22),
        Column("GSTIN", "code", 17),
        Column(_("Status"), "text", 13),
        Column(_("How"), "text", 16),
        Column(_("What differs"), "text", 40),
        Column(_("Decision"), "text", 11),
        Column(_("Taxable value"), "amount", 14),
        Column(_("Tax"), "amount", 13),
    )

    def line(row: ListRow) -> tuple[Any, ...]:
        one = row.match
        words = " ".join([*([whys[one.why]] if one.why in whys else []), *(difference(part) for part in one.differences)])
        about = (one.day, one.number, kinds.get(one.kind, ""), one.supplier_name, one.supplier_gstin, states[one.state])
        return (*about, stages[one.stage], words, actions[row.action] if one.document_id else "", one.taxable_paise, one.tax_paise)

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        registration(books, gstin)
        return (line(row) for row in lists.everything(books, gstin, month, wanted))

    about = tuple(one for one in (gstin, month_name(month), states.get(wanted.state), wanted.text) if one)
    return Sheet(f"gstr2b-{gstin}-{month}", _("GSTR-2B and the books"), about, columns, rows, is_wide=True)


@bp.post("/gst-inward/<gstin>/<int:month>/matching")
@needs(Permission.RETURN_FILE)
def create_matching(gstin: str, month: int) -> BaseResponse:
    from webapp.gst_inward import service  # as above

    with open_books(current_actor()) as books:
        done = service.reconcile_month(books, gstin, forms.month_of(month))
    count = done.counts.get("matched", 0)
    flash(ngettext("Matched anew: one paper agrees.", "Matched anew: %(num)s papers agree.", count), "success")
    return see_other(url_for("gst_inward.show_month", gstin=gstin, month=month))


@bp.post("/gst-inward/<gstin>/<int:month>/decisions")
@needs(Permission.RETURN_FILE)
@form_again(month_page)
def create_decisions(gstin: str, month: int) -> BaseResponse:
    from webapp.gst_inward import service  # as above

    versions, act = forms.chosen(request.form.getlist("row")), request.form.get("act", "")
    ids = list(versions)
    with open_books(current_actor()) as books:
        if act in ("ignore", "notice"):
            count = service.set_aside(books, gstin, ids, is_ignored=act == "ignore", versions=versions)
        else:
            count = service.decide(books, gstin, ids, forms.action_of(act), request.form.get("remark", ""), versions=versions)
    flash(ngettext("One row was decided.", "%(num)s rows were decided.", count), "success")
    kept: dict[str, Any] = dict(forms.address_of(forms.parse_wanted(request.form)))
    return see_other(url_for("gst_inward.show_month", gstin=gstin, month=month, **kept))


@bp.get("/gst-inward/<gstin>/<int:month>/actions.json")
@needs(Permission.REPORT_EXPORT)
def download_actions(gstin: str, month: int) -> Response:
    """The decisions of a month in the shape of the portal's IMS."""
    from webapp.gst_inward import ims

    require_reader()
    with open_books(current_actor()) as books:
        registration(books, gstin)
        rows = list(routes_rows.decided(books, gstin, forms.month_of(month)))
        audit.record(books, "export", "gst_inward", f"{gstin} {month}", new={"format": "ims", "rows": len(rows)})
    return json_file(ims.as_text(rows), f"ims-actions-{gstin}-{month % 100:02d}{month // 100}.json")
