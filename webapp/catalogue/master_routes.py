"""Pages of the lists of codes: bring one in, look one up, and see which items' codes want a look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from webapp.catalogue import masters
from webapp.catalogue.masters import HSN, PORT
from webapp.kernel.errors import BooksError, NotFound
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import read_books
from webapp.platform.web import current_actor, page, see_other

bp = Blueprint("masters", __name__, url_prefix="/items/code-lists")
CHUNK = 1 << 16
MOST_FOUND = 50


def masters_page(*, refusal: BooksError | None = None, kind: str = "", status: int = 200) -> Response:
    """Both lists as they stand, what was looked for, and the items whose codes want a look."""
    text, of = request.args.get("q", "")[:100], request.args.get("in", HSN)
    of = of if of in (HSN, PORT) else HSN
    with read_books(current_actor()) as books:
        held = masters.masters(books)
        found = masters.search_master(books, text, MOST_FOUND, of) if text else []
        doubts = masters.doubts(books)
    return page(
        "catalogue/code_lists.html",
        status=status,
        held=held,
        text=text,
        of=of,
        found=found,
        doubts=doubts,
        refusal=refusal,
        refused_kind=kind,
    )


@bp.get("")
@needs(Permission.ITEM_READ)
def list_masters() -> Response:
    return masters_page()


@bp.post("/<kind>")
@needs(Permission.IMPORT_RUN)
def create_master(kind: str) -> BaseResponse:
    if kind not in (HSN, PORT):
        raise NotFound("list")
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        lack = BooksError(problem=_("There was no file."), fix=_("Choose a JSON, CSV or XLSX file first."))
        return masters_page(refusal=lack, kind=kind, status=422)
    try:
        done = masters.bring_in(current_actor(), kind, sent.filename, _chunks(sent.stream))
    except BooksError as refusal:
        return masters_page(refusal=refusal, kind=kind, status=refusal.status)
    flash(ngettext("The list holds %(num)s code now.", "The list holds %(num)s codes now.", done.codes), "success")
    if done.refused_rows:
        first = "; ".join(f"{number}: {words}" for number, words in done.refused[:3])
        words = ngettext("%(num)s row had no code and was left out: %(first)s", "%(num)s rows had no code and were left out: %(first)s",
                         done.refused_rows, first=first)  # fmt: skip
        flash(words, "warn")
    return see_other(url_for("catalogue.masters.list_masters"))


def warn_of_code(books: Any, hsn: str) -> None:
    """Say beside a saved item what is to be looked at in its code. It is saved all the same: the list may be older than the code."""
    words = {
        "short": _("This turnover wants more digits of HSN on a tax invoice. Search the longer code."),
        "unknown": _("The HSN code %(code)s is not in the list you brought in. Check it against the portal's search.", code=hsn),
    }.get(masters.doubt_of(books, hsn))
    if words:
        flash(words, "warn")


def _chunks(stream: Any) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk
