"""The blueprint of the outstandings, and what all their templates may call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, current_app, request, url_for
from flask_babel import gettext as _

from webapp.company import StoreRow
from webapp.kernel.dates import Period, written
from webapp.outstandings import forms
from webapp.outstandings.forms import Shown
from webapp.outstandings.rules import OpenItem
from webapp.outstandings.statements import Words
from webapp.platform.permissions import permission_of
from webapp.platform.web import current_actor

bp = Blueprint("outstandings", __name__)

KEPT = ("q", "on", "from", "to", "store", "centre", "basis", "view", "edges", "overdue", "bucket", "side", "line", "compare", "party")
# The words of `voucher.document_kind`, and the screen of each.
_SCREENS = {
    "invoice": ("sales.show_bill", "invoice_id"),
    "receipt": ("payments.show_receipt", "receipt_id"),
    "cheque": ("cheques.show_cheque", "cheque_id"),
    "interest_note": ("interest.show_note", "note_id"),
    "write_off": ("writing_off.show_write_off", "write_off_id"),
}


@bp.context_processor
def ways() -> dict[str, Any]:
    """For templates: the ways from a figure to what it is made of."""
    return {
        "same_report": same_report,
        "screen_url": screen_url,
        "item_url": item_url,
        "bucket_words": bucket_words,
        "bucket_choices": bucket_choices,
        "store_choices": store_choices,
        "centre_choices": centre_choices,
        "comparisons": comparisons,
        "kinds": kind_words(),
        "place": forms.write_place,
        "line_of": forms.write_line,
    }


def same_report(**changes: object) -> str:
    """This report with its filters, and with `changes` to them. None takes one out."""
    kept: dict[str, object] = {name: request.args[name] for name in KEPT if request.args.get(name)}
    values = {name: value for name, value in {**kept, **changes}.items() if value is not None}
    everything: dict[str, Any] = {**(request.view_args or {}), **values}
    return url_for(str(request.endpoint), **everything)


def screen_url(endpoint: str, **values: Any) -> str | None:
    """Where a screen is, for those who may open it."""
    view = current_app.view_functions.get(endpoint)
    permission = permission_of(view) if view else None
    return url_for(endpoint, **values) if view and (permission is None or current_actor().may(permission)) else None


def item_url(item: OpenItem) -> str | None:
    """Where an open item is shown: its document, or its voucher in the books."""
    screen = _SCREENS.get(item.document_kind)
    shown = screen_url(screen[0], **{screen[1]: item.document_id}) if screen else None
    return shown or screen_url("reports.voucher", voucher_id=item.key.voucher_id)


def kind_words() -> dict[str, str]:
    """What each kind of voucher is called."""
    return {
        "sales": _("Sales"),
        "credit_note": _("Credit note"),
        "receipt": _("Receipt"),
        "payment": _("Payment"),
        "journal": _("Journal"),
        "purchase": _("Purchase"),
        "debit_note": _("Debit note"),
    }


def bucket_choices(shown: Shown) -> list[tuple[str, str]]:
    """The buckets as a filter offers them."""
    return [("", _("Any age")), *((str(place), words) for place, words in enumerate(bucket_words(shown)))]


def comparisons() -> list[tuple[str, str]]:
    """What a day may be held against."""
    return [
        ("", _("No comparison")),
        ("previous", _("End of the month before")),
        ("last-year", _("A year before")),
        ("year-end", _("End of the financial year before")),
        ("months", _("Month by month")),
    ]


def store_choices(stores: Sequence[StoreRow]) -> list[tuple[str, str]]:
    """The stores as a filter offers them."""
    return [("", _("All stores")), *((str(store.id), store.name) for store in stores)]


def centre_choices(shown: Shown) -> list[tuple[str, str]]:
    """The cost centres as a filter offers them."""
    return shown.centre.choices(_("All cost centres"))


def bucket_words(shown: Shown) -> list[str]:
    """What each bucket is called, youngest first."""
    parting = shown.parting
    words = []
    if shown.asked.by_due:
        words.append(_("Not due"))
    for place, days in enumerate(parting[1:] if shown.asked.by_due else parting):
        first = (parting[place] if shown.asked.by_due else (parting[place - 1] if place else -1)) + 1
        words.append(_("%(first)s–%(last)s days", first=first, last=days))
    return [*words, _("Over %(days)s days", days=parting[-1]) if parting else _("Open")]


def statement_words(period: Period, shown: Shown) -> Words:
    """What a statement of these days says, in the language of whoever asks."""
    return Words(
        columns=(_("Date"), _("Particulars"), _("Number"), _("Due on"), _("Debit"), _("Credit"), _("Balance")),
        opening=_("Opening balance"),
        closing=_("Closing balance"),
        open_on=_("Open on %(day)s", day=written(period.last_day)),
        days=_("%(first)s to %(last)s", first=written(period.first_day), last=written(period.last_day)),
        on_account=_("On account"),
        buckets=tuple(bucket_words(shown)),
        kinds=kind_words(),
        pages=_("Page {page} of {pages}"),
    )
