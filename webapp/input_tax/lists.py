"""Lists of this room as files: the register, what was posted, the reclaim statement, capital goods."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from webapp.gst_returns import Registration
from webapp.input_tax import forms, posted, queries, register, telling, words
from webapp.input_tax.rules import NOTHING, Tax
from webapp.kernel.dates import month_name
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books


def _heads() -> tuple[Column, ...]:
    return tuple(Column(name, "amount", 11) for name in words.head_words().values())


def register_sheet(of: Registration, month: int, wanted: forms.Wanted) -> Sheet:
    """The register of a month, as filtered."""
    cells, reasons = words.cell_words(), words.reason_words()
    columns = (
        Column(_("Date"), "day", 13),
        Column(_("Voucher"), "code", 18),
        Column(_("Name"), "text", 18),
        Column("GSTIN", "code", 17),
        Column(_("Their paper"), "code", 16),
        Column(_("Where in the return"), "text", 18),
        *_heads(),
        Column(_("Not claimed"), "amount", 11),
        Column(_("Why"), "text", 16),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        told = telling.told_of(books, of.gstin, month)
        for one in register.entries(books, of.store_ids, queries.days_of(month)):
            if forms.fits(one, wanted, told.bills):
                why = ", ".join(sorted({reasons[part.reason] for part in one.unclaimed}))
                lost = (one.blocked + one.ineligible).total
                yield one.day, one.number, one.name, one.gstin, one.paper, cells[one.cell], *one.claimed, lost, why

    return Sheet(f"input-tax-{of.gstin}-{month}", _("Input tax"), (of.gstin, month_name(month)), columns, rows, is_wide=True)


def posted_sheet(of: Registration) -> Sheet:
    """Everything this room posted for a registration."""
    rules, cells = words.rule_words(), words.cell_words()
    columns = (
        Column(_("Month"), "text", 9),
        Column(_("Number"), "code", 14),
        Column(_("Date"), "day", 10),
        Column(_("Rule"), "text", 22),
        Column(_("Where in the return"), "text", 20),
        *_heads(),
        Column(_("Interest at most"), "amount", 11),
        Column(_("Status"), "text", 10),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        for one in posted.reversals(books, of.gstin):
            state = _("Cancelled") if one.cancelled_on else _("Posted")
            first = (month_name(one.month), one.number, one.posted_on, rules[one.rule], cells[one.cell])
            yield *first, *one.tax, one.interest_paise, state

    return Sheet(f"input-tax-reversals-{of.gstin}", _("Reversals of input tax"), (of.gstin,), columns, rows, is_wide=True)


def statement_sheet(of: Registration) -> Sheet:
    """The electronic credit reversal and reclaimed statement, a row for each month and movement."""
    columns = (Column(_("Month"), "text", 10), Column(_("What"), "text", 24), *_heads())

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        for row in posted.statement(books, of.gstin):
            parts: list[tuple[str, Tax]] = [
                (_("Opening balance"), row.opening),
                (_("Reversed, 4B(2)"), row.reversed),
                (_("Claimed again, 4D(1)"), row.reclaimed),
                (_("Closing balance"), row.closing),
            ]
            for name, tax in parts:
                yield month_name(row.month), name, *tax

    return Sheet(f"reclaim-statement-{of.gstin}", _("Credit reversal and reclaimed statement"), (of.gstin,), columns, rows)


def assets_sheet(of: Registration) -> Sheet:
    """The register of capital goods."""
    uses = words.use_words()
    columns = (
        Column(_("Name"), "text", 22),
        Column(_("Their paper"), "code", 14),
        Column(_("Date"), "day", 10),
        Column(_("Used for"), "text", 18),
        *_heads(),
        Column(_("Given up on"), "day", 10),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        for one in posted.assets(books, of.gstin):
            yield one.name, one.paper_number, one.paper_date, uses[one.use], *one.tax, one.ended_on

    def totals(books: Books) -> tuple[Any, ...]:
        return _("Total"), "", None, "", *sum((one.tax for one in posted.assets(books, of.gstin)), NOTHING), None

    return Sheet(f"capital-goods-{of.gstin}", _("Capital goods"), (of.gstin,), columns, rows, totals, is_wide=True)
