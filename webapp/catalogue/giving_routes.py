"""Pages on which many customers are given a price list: choose it, look who is meant, give it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from webapp import parties
from webapp.catalogue import bulk, price_reads
from webapp.catalogue.bulk_rules import AT_ONCE, MOST_ITEMS
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other

bp = Blueprint("giving", __name__, url_prefix="/parties/price-list")
FILTERS = ("q", "kind", "state_code", "credit", "state")
NONE = "none"


def giving_form(*, typed: Any = None, errors: Mapping[str, str] | None = None) -> Response:
    """The customers that were ticked, or all that match, and the lists there are for named customers."""
    form = typed if typed is not None else request.args
    with read_books(current_actor()) as books:
        ids = _chosen(books, form) if form.get("all") == "1" or form.getlist("party") else []
        named = parties.parties_by_id(books, ids[: bulk.SHOWN])
        lists = [(one.id, one.name) for one in price_reads.price_lists(books) if not one.is_for_all]
    return page(
        "catalogue/giving.html",
        form=form,
        names=[named[id_].name for id_ in ids[: bulk.SHOWN] if id_ in named],
        count=len(ids),
        is_job=len(ids) > AT_ONCE,
        id=form.get("id") or new_id(),
        kept=[(name, form[name]) for name in FILTERS if form.get(name)],
        lists=lists,
        none=NONE,
        errors=errors or {},
    )


@bp.get("")
@needs(Permission.ITEM_WRITE)
def show_giving() -> Response:
    return giving_form()


@bp.post("")
@needs(Permission.ITEM_WRITE)
@form_again(giving_form)
def create_giving() -> BaseResponse:
    form, actor = request.form, current_actor()
    run_id, list_id = read_id(form.get("id")) or new_id(), read_id(form.get("price_list"))
    if list_id is None and form.get("price_list") != NONE:
        raise InvalidInput({"price_list": "Choose the price list."})
    with open_books(actor) as books:
        ids = _chosen(books, form)
        if str(len(ids)) != form.get("count", ""):
            return giving_form(typed=form)  # others have changed what matches: look again
        bulk.start_giving(books, run_id, list_id, ids)
    if len(ids) <= AT_ONCE:
        bulk.run_bulk_change(actor, run_id)
    return see_other(url_for("catalogue.bulk.show_run", bulk_run_id=run_id))


def _chosen(books: Books, form: MultiDict[str, str]) -> list[UUID]:
    """The customers meant. InvalidInput for none, and beyond MOST_ITEMS."""
    if form.get("all") == "1":
        found = parties.matching_ids(books, parties.parse_filters(form), MOST_ITEMS + 1)
    else:
        found = list(dict.fromkeys(id_ for id_ in map(read_id, form.getlist("party")[:1000]) if id_))
    if not found:
        raise InvalidInput({"party": "Tick the customers first."})
    if len(found) > MOST_ITEMS:
        raise InvalidInput({"party": f"These are more than {MOST_ITEMS:,} customers. Narrow the filter."})
    return found
