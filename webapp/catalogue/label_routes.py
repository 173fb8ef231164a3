"""The pages that print labels of an item, and of many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from webapp.catalogue import bulk, forms, lists
from webapp.catalogue.label_drawing import Label, draw_labels
from webapp.catalogue.label_rules import LAYOUTS, MOST_LABELS, Asked
from webapp.catalogue.rules import ItemDraft
from webapp.kernel.errors import InvalidInput
from webapp.kernel.money import rupees
from webapp.kernel.text import clean_text
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import Books, read_books
from webapp.platform.web import current_actor, form_again, page

bp = Blueprint("labels", __name__, url_prefix="/items")
FILTERS = ("q", "category", "brand", "tax_class", "state", "family")


def label_form(*, item_id: UUID, typed: Any = None, errors: Any = None) -> Response:
    """What to print: the paper, how many, where on the first sheet."""
    with read_books(current_actor()) as books:
        draft, _version = lists.item_draft(books, item_id)
    values = typed or {"layout": "a4-24", "count": "24", "first": "1", "code": "bars"}
    return page(
        "catalogue/labels.html", draft=draft, item_id=item_id, code=_code(draft), layouts=_layouts(), values=values, errors=errors or {}
    )


@bp.get("/<uuid:item_id>/labels")
@needs(Permission.ITEM_READ)
def show_labels(item_id: UUID) -> Response:
    return label_form(item_id=item_id)


@bp.post("/<uuid:item_id>/labels")
@needs(Permission.ITEM_READ)
@form_again(label_form)
def create_labels(item_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        draft, _version = lists.item_draft(books, item_id)
    if not _code(draft):
        raise InvalidInput({"": "Give the item a barcode or an SKU first: the label carries it."})
    return _pdf([draft])


# Labels of many items -------------------------------------------------------------------------------------------------


def many_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The same for items that were ticked, or for all that match. Those without a code are named: they get no label."""
    form = typed if typed is not None else request.args
    with read_books(current_actor()) as books:
        found = _chosen(books, form) if form.get("all") == "1" or form.getlist("item") else []
    values = form if "layout" in form else {"layout": "a4-24", "count": "1", "first": "1", "code": "bars"}
    return page(
        "catalogue/labels_many.html",
        form=form,
        count=sum(1 for draft in found if _code(draft)),
        bare=[draft.name for draft in found if not _code(draft)],
        kept=[(name, form[name]) for name in FILTERS if form.get(name)],
        layouts=_layouts(),
        values=values,
        errors=errors or {},
    )


@bp.get("/labels")
@needs(Permission.ITEM_READ)
def show_labels_of_many() -> Response:
    return many_form()


@bp.post("/labels")
@needs(Permission.ITEM_READ)
@form_again(many_form)
def create_labels_of_many() -> Response:
    with read_books(current_actor()) as books:
        found = [draft for draft in _chosen(books, request.form) if _code(draft)]
    if not found:
        raise InvalidInput({"": "None of these items has a barcode or an SKU. Give them one first: the label carries it."})
    return _pdf(found)


def _chosen(books: Books, form: MultiDict[str, str]) -> list[ItemDraft]:
    """The items meant that are here. InvalidInput for none, and for more than there can be labels."""
    ids = bulk.chosen(books, forms.parse_filters(form), None if form.get("all") == "1" else forms.parse_ids(form))
    if len(ids) > MOST_LABELS:
        raise InvalidInput({"items": f"These are more than {MOST_LABELS:,} items. Narrow the filter."})
    return [draft for _item, draft in bulk.drafts(books, ids)]


def _pdf(drafts: Sequence[ItemDraft]) -> Response:
    """The labels of these items, as the form asks for them."""
    asked = Asked(
        layout=request.form.get("layout", ""),
        count=_whole(request.form.get("count", "")),
        first=_whole(request.form.get("first", "") or "1"),
        batch=clean_text(request.form.get("batch", "")),
        is_qr=request.form.get("code") == "qr",
    )
    answer = Response(draw_labels([_label(draft, asked.batch) for draft in drafts], asked), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="labels.pdf"'
    return answer


def _label(draft: ItemDraft, batch: str) -> Label:
    below = [f"MRP {rupees(draft.mrp_paise)}"] if draft.mrp_paise is not None else []
    below += [f"{_('Batch')} {batch}"] if batch else []
    price = rupees(-(-draft.price_millipaise // 1000))  # rounded up: a label never says less than the bill
    words = price if draft.price_includes_tax else _("%(price)s + tax", price=price)
    return Label(draft.name, words, tuple(below), _code(draft))


def _layouts() -> list[tuple[str, str]]:
    names = {
        "a4-24": _("A4, 24 labels (64 × 34 mm)"),
        "a4-40": _("A4, 40 labels (48 × 25 mm)"),
        "a4-65": _("A4, 65 labels (38 × 21 mm)"),
        "roll-50": _("Roll, 50 × 25 mm"),
        "roll-38": _("Roll, 38 × 25 mm"),
    }
    return [(name, names[name]) for name in LAYOUTS]


def _code(draft: ItemDraft) -> str:
    return draft.codes[0] if draft.codes else draft.sku or ""


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.strip().isdigit() and len(text) < 8 else 0
