"""The page that prints labels of an item."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from webapp.catalogue import lists
from webapp.catalogue.label_drawing import Label, draw_labels
from webapp.catalogue.label_rules import LAYOUTS, Asked
from webapp.catalogue.rules import ItemDraft
from webapp.kernel.errors import InvalidInput
from webapp.kernel.money import rupees
from webapp.kernel.text import clean_text
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import read_books
from webapp.platform.web import current_actor, form_again, page

bp = Blueprint("labels", __name__, url_prefix="/items")


def label_form(*, item_id: UUID, typed: Any = None, errors: Any = None) -> Response:
    """What to print: the paper, how many, where on the first sheet."""
    with read_books(current_actor()) as books:
        draft, _version = lists.item_draft(books, item_id)
    names = {
        "a4-24": _("A4, 24 labels (64 × 34 mm)"),
        "a4-40": _("A4, 40 labels (48 × 25 mm)"),
        "a4-65": _("A4, 65 labels (38 × 21 mm)"),
        "roll-50": _("Roll, 50 × 25 mm"),
        "roll-38": _("Roll, 38 × 25 mm"),
    }
    values = typed or {"layout": "a4-24", "count": "24", "first": "1", "code": "bars"}
    layouts = [(name, names[name]) for name in LAYOUTS]
    return page(
        "catalogue/labels.html", draft=draft, item_id=item_id, code=_code(draft), layouts=layouts, values=values, errors=errors or {}
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
    if not (code := _code(draft)):
        raise InvalidInput({"": "Give the item a barcode or an SKU first: the label carries it."})
    asked = Asked(
        layout=request.form.get("layout", ""),
        count=_whole(request.form.get("count", "")),
        first=_whole(request.form.get("first", "") or "1"),
        batch=clean_text(request.form.get("batch", "")),
        is_qr=request.form.get("code") == "qr",
    )
    below = [f"MRP {rupees(draft.mrp_paise)}"] if draft.mrp_paise is not None else []
    below += [f"{_('Batch')} {asked.batch}"] if asked.batch else []
    price = rupees(-(-draft.price_millipaise // 1000))  # rounded up: a label never says less than the bill
    words = price if draft.price_includes_tax else _("%(price)s + tax", price=price)
    answer = Response(draw_labels(Label(draft.name, words, tuple(below), code), asked), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="labels.pdf"'
    return answer


def _code(draft: ItemDraft) -> str:
    return draft.codes[0] if draft.codes else draft.sku or ""


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.strip().isdigit() and len(text) < 8 else 0
