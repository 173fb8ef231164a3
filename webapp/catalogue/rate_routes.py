"""A rate to come, looked at before it is written and taken away before its day. The list of tax classes stands in `routes`."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.catalogue import forms, rate_changes, taxes
from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.money import MilliPaise
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other

bp = Blueprint("rates", __name__, url_prefix="/items/tax-classes")


def tax_classes_form(*, typed: Any = None, errors: Any = None, tax_class_id: UUID | None = None) -> Response:
    """Every tax class with its rates by date and how many items follow it, and the forms to add to them."""
    with read_books(current_actor()) as books:
        classes = taxes.tax_classes(books)
        followers = rate_changes.followers(books)
    since = {row.id: rate_changes.in_force(row.law, books.today) for row in classes}
    shown: dict[str, Any] = {"classes": classes, "followers": followers, "since": since, "today": books.today}
    return page("catalogue/tax_classes.html", typed=typed or {}, errors=errors or {}, wrong_id=tax_class_id, **shown)


@bp.post("/<uuid:tax_class_id>/preview")
@needs(Permission.ITEM_WRITE)
@form_again(tax_classes_form)
def create_preview(tax_class_id: UUID) -> Response:
    """What the rate in the form would change. Nothing is written."""
    rate = forms.parse_rate(request.form, date.fromisoformat)
    with read_books(current_actor()) as books:
        found = rate_changes.preview_rate(books, tax_class_id, rate)
    kept = ("effective_from", "rate", "cess", "price_over", "on_retail_price")
    return page("catalogue/rate_preview.html", found=found, typed={name: request.form.get(name, "") for name in kept}, today=books.today)


@bp.post("/<uuid:tax_class_id>/removals")
@needs(Permission.ITEM_WRITE)
def create_removal(tax_class_id: UUID) -> BaseResponse:
    day, over = read_day(request.form.get("effective_from", "")), request.form.get("price_over", "")
    if day is None or not (over.isascii() and over.isdigit() and len(over) < 19):
        raise InvalidInput({"effective_from": "Choose the day from which the rate is in force."})
    with open_books(current_actor()) as books:
        rate_changes.remove_rate(books, tax_class_id, day, MilliPaise(int(over)))
    flash(_("The rate is removed; tills hear of it when they next ask."), "success")
    return see_other(url_for("catalogue.list_tax_classes") + f"#class-{tax_class_id}")
