"""The reports, declared: what each is called, its columns, what it is summed by and asked, and which function reads it.

To add one: a function that yields `rules.Line`, and a `Report` here. Page, filters, paging, totals and files follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from typing import Any

from flask_babel import lazy_gettext as _

from webapp.kernel.records import dataclass
from webapp.platform.permissions import Permission
from webapp.platform.tenancy import Books
from webapp.stock_reports import ageing, expiry, margin, movement, reorder, selling
from webapp.stock_reports.rules import Asked, Line


@dataclass(frozen=True, slots=True)
class Col:
    """A column: its heading, how its cells are written (as webapp.platform.tables_pdf.Column; `percent` is basis points).

    `nothing` stands where a name is empty; `words` are what values are called; `adds` puts its sum at the foot; `of` names the
    two columns whose sums make the foot of a percentage.
    """

    label: Any
    kind: str = "text"
    adds: bool = False
    nothing: Any = ""
    words: dict[str, Any] = field(default_factory=dict)
    of: tuple[int, int] = (0, 0)
    is_main: bool = False  # the figure of a row on a phone


@dataclass(frozen=True, slots=True)
class Report:
    """One report. `asks`: "period", "day" (as at) or nothing. `days`: choices of a number of days, the usual one first."""

    title: Any
    about: Any
    lines: Callable[[Books, Asked], Iterator[Line]]
    figures: tuple[Col, ...]
    bys: tuple[str, ...] = ("item",)
    asks: str = ""
    days: tuple[int, ...] = ()
    days_words: Any = ""
    states: dict[str, Any] = field(default_factory=dict)
    needs: Permission | None = None
    empty: Any = ""
    group: Any = ""  # what the headings above the rows name, if there are any

    def columns(self, by: str) -> tuple[Col, ...]:
        """Its columns when it is summed by this."""
        return (*KEYS[by], *self.figures)


def seen(columns: Sequence[Col], by: str) -> list[int]:
    """The places of the columns that mean something: quantities of different goods do not add up to one."""
    return [place for place, column in enumerate(columns) if column.kind != "qty" or by in ("item", "batch")]


def value(label: Any, *, is_main: bool = False) -> Col:
    """An amount that adds up."""
    return Col(label, "amount", adds=True, is_main=is_main)


_ITEM, _UNIT, _BATCH, _STORE = Col(_("Item")), Col(_("Unit"), "code"), Col(_("Batch"), "code", nothing="–"), Col(_("Store"))
KEYS: dict[str, tuple[Col, ...]] = {
    "item": (_ITEM, _UNIT),
    "batch": (_ITEM, _BATCH),
    "category": (Col(_("Category"), nothing=_("No category")),),
    "store": (_STORE,),
    "party": (Col(_("Customer"), nothing=_("Counter sale")),),
    "cashier": (Col(_("Cashier"), nothing="–"),),
}
BY_WORDS = {
    "item": _("By item"),
    "batch": _("By batch"),
    "category": _("By category"),
    "store": _("By store"),
    "party": _("By customer"),
    "cashier": _("By cashier"),
}
PACES = {"fast": _("Fast"), "steady": _("Steady"), "slow": _("Slow"), "dead": _("Dead")}

REPORTS: dict[str, Report] = {
    "movement": Report(
        _("Stock movement"),
        _("What was there, came, went and is left, at cost."),
        movement.lines,
        (
            Col(_("Opening"), "qty"), value(_("Opening value")), Col(_("In"), "qty"), value(_("In value")),
            Col(_("Out"), "qty"), value(_("Out value")), value(_("Cost put right")),
            Col(_("Closing"), "qty"), value(_("Closing value"), is_main=True),
        ),
        bys=("item", "category", "store", "batch"),
        asks="period",
        needs=Permission.ITEM_COST_READ,
        empty=_("Nothing was in stock or moved on these days."),
    ),
    "margin": Report(
        _("Margin"),
        _("Sales without tax, returns taken off, less what the goods cost when they were sold."),
        margin.lines,
        (
            Col(_("Sold"), "qty"), value(_("Net sales")), value(_("Cost")), value(_("Margin"), is_main=True),
            Col(_("Margin %"), "percent", of=(-2, -4)),
        ),
        bys=("item", "category", "party", "store", "cashier"),
        asks="period",
        needs=Permission.ITEM_COST_READ,
        empty=_("Nothing was sold on these days."),
    ),
    "reorder": Report(
        _("Reorder"),
        _("Goods at or below their level. Suggested: up to the level and the sales of the days until they come, less what is on order."),
        reorder.lines,
        (
            Col(_("On hand"), "qty"), Col(_("On order"), "qty"), Col(_("Reorder at"), "qty"), Col(_("Sold in 30 days"), "qty"),
            Col(_("Suggested"), "qty", is_main=True), Col(_("Last rate"), "amount"), value(_("Order value")),
        ),
        days=(7, 0, 3, 14, 30),
        days_words=_("Lead %(days)s days"),
        needs=Permission.ITEM_COST_READ,
        empty=_("Nothing is to be ordered: no item stands at or below its reorder level."),
        group=_("Supplier"),
    ),
    "expiry": Report(
        _("Expiry"),
        _("Batches on hand by the last day they may be sold."),
        expiry.lines,
        (_STORE, Col(_("Expires on"), "day"), Col(_("Days left"), "number"), Col(_("On hand"), "qty"), value(_("Value"), is_main=True)),
        bys=("batch",),
        days=(30, 0, 7, 60, 90, 180, 365),
        days_words=_("Within %(days)s days"),
        states={"expired": _("Expired"), "soon": _("Not yet expired")},
        needs=Permission.ITEM_COST_READ,
        empty=_("No batch on hand expires in this time."),
    ),
    "ageing": Report(
        _("Stock ageing"),
        _("How long ago what is on hand came, first in first out."),
        ageing.lines,
        (
            Col(_("On hand"), "qty"), value(_("Value"), is_main=True),
            Col(_("0–30 days"), "qty"), value(_("Value 0–30")), Col(_("31–60 days"), "qty"), value(_("Value 31–60")),
            Col(_("61–90 days"), "qty"), value(_("Value 61–90")), Col(_("91–180 days"), "qty"), value(_("Value 91–180")),
            Col(_("Over 180 days"), "qty"), value(_("Value over 180")),
        ),
        bys=("item", "batch"),
        asks="day",
        needs=Permission.ITEM_COST_READ,
        empty=_("Nothing was on hand on this day."),
    ),
    "selling": Report(
        _("Fast, slow and dead stock"),
        _("Fast: lasts 30 days or less. Slow: more than 90. Dead: nothing sold on these days."),
        selling.lines,
        (
            Col(_("Pace"), words=PACES), Col(_("On hand"), "qty"), value(_("Value"), is_main=True), Col(_("Sold"), "qty"),
            Col(_("Sold per day"), "qty"), Col(_("Days of cover"), "number"), Col(_("Last sold"), "day"),
            Col(_("Days since"), "number"),
        ),
        asks="period",
        states=PACES,
        needs=Permission.ITEM_COST_READ,
        empty=_("No item was on hand or sold on these days."),
    ),
}  # fmt: skip
