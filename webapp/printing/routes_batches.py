"""The page of many bills' papers: have them made, see how far they are, take them as one zip. Its address names the bills."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request, send_file, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from webapp import sales
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import read_id
from webapp.platform import clock
from webapp.platform.permissions import Permission, needs
from webapp.platform.refusals import told
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, partial, see_other
from webapp.printing import batches, rules
from webapp.printing.batches import BatchRow
from webapp.printing.blueprint import bp, layout_name
from webapp.printing.rules import Layout

Form = MultiDict[str, str]


def batch_page(*, typed: Form | None = None, errors: dict[str, str] | None = None) -> Response:
    """The bills that were ticked, or all that match, and the paper of each; why not, where none can be meant."""
    form = typed if typed is not None else request.args
    rows: list[BatchRow] = []
    try:
        with read_books(current_actor()) as books:
            rows = _batch(books, form)
    except InvalidInput as refusal:
        errors = errors or {field: told(words) for field, words in refusal.errors.items()}
    layouts = [(layout.value, layout_name(layout)) for layout in Layout]
    return page("printing/batch.html", **_shown(form, rows), layouts=layouts, paper_layout=_layout(form).value, errors=errors or {})


@bp.get("/bills/papers")
@needs(Permission.REPORT_EXPORT)
def show_batch() -> Response:
    return batch_page()


@bp.get("/bills/papers/progress")
@needs(Permission.REPORT_EXPORT)
def show_batch_progress() -> Response:
    with read_books(current_actor()) as books:
        rows = _batch(books, request.args)
    return partial("printing/_batch_progress.html", **_shown(request.args, rows))


@bp.post("/bills/papers")
@needs(Permission.REPORT_EXPORT)
@form_again(batch_page)
def create_batch() -> BaseResponse:
    with open_books(current_actor()) as books:
        batches.ask_batch(books, _batch(books, request.form), _layout(request.form))
    return see_other(url_for("printing.show_batch", **_address(request.form)))


@bp.get("/bills/papers.zip")
@needs(Permission.REPORT_EXPORT)
def download_batch() -> Response:
    with open_books(current_actor()) as books:
        content = batches.zipped(books, _batch(books, request.args), _layout(request.args))
    return send_file(content, mimetype="application/zip", as_attachment=True, download_name="bills.zip")


def _batch(books: Books, form: Form) -> list[BatchRow]:
    return batches.batch(books, sales.parse_wanted(form), _ids(form), _layout(form))


def _ids(form: Form) -> list[UUID] | None:
    """The bills that were ticked; None: all that match."""
    return None if form.get("all") == "1" else [id_ for id_ in map(read_id, form.getlist("bill")[: batches.MOST + 1]) if id_]


def _layout(form: Form) -> Layout:
    return rules.read_layout(form.get("layout") or Layout.A4.value)


def _address(form: Form) -> dict[str, Any]:
    """What names the batch, as an address carries it."""
    ids = _ids(form)
    meant = {"bill": [id_.hex for id_ in ids]} if ids is not None else {"all": "1", **sales.address_of(sales.parse_wanted(form))}
    return {**meant, "layout": _layout(form).value}


def _shown(form: Form, rows: list[BatchRow]) -> dict[str, Any]:
    """How far the batch is: it is asked again while a paper waits."""
    states = [row.state for row in rows]
    return {
        "rows": rows,
        "ended": states.count("ready") + states.count("failed"),
        "is_asked": "waiting" in states,
        "seconds_left": batches.seconds_left(rows, clock.now()),
        "ready": states.count("ready"),
        "to_make": states.count(batches.MISSING) + states.count("failed"),
        "ticked_gone": len(set(_ids(form) or [])) - len(rows) if rows else 0,
        "address": _address(form),
    }
