"""The return, the rows of a figure and a ledger as files: CSV, Excel, and paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from webapp import gst_returns
from webapp.gst_returns import ReturnPeriod
from webapp.gstr3b import building, credited, ledgers, service
from webapp.gstr3b.blueprint import HEAD_NAMES, cell_words, minor_words, period_name
from webapp.gstr3b.told import AVAILABLE, CELLS, INTER_STATE, Gstr3b
from webapp.input_tax import Tax
from webapp.kernel.dates import month_name
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books


def return_sheet(gstin: str, period: ReturnPeriod) -> Sheet:
    """Every figure of the return, its net credit, table 5.1, and table 6.1 head by head."""
    words = cell_words()

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        told = building.gstr3b(books, gst_returns.registration(books, gstin), period)
        for cell in CELLS:
            if cell == "inelg_RUL":
                yield words["itc_net"], None, *told.net_credit
            if cell in INTER_STATE:
                for place, one in told.of(cell).by_place().items():
                    yield f"{words[cell]}: {place}", one.value, *one.tax
            else:
                yield words[cell], None if cell in AVAILABLE else told.of(cell).value, *told.of(cell).tax
        yield words["interest"], None, *told.interest
        yield words["fee"], None, *told.fee
        yield from _payment(books, told)

    return Sheet(f"gstr3b-{gstin}-{period.fp}", f"GSTR-3B {gstin}", (period_name(period),), _columns(_("Figure"), _("Value")), rows)


def _payment(books: Books, told: Gstr3b) -> Iterator[tuple[Any, ...]]:
    paid = service.settlement_of(books, told)
    yield _("6.1 Tax payable"), None, *paid.payable
    for credit in HEAD_NAMES:
        used = Tax(*(paid.used.get((tax, credit), 0) for tax in HEAD_NAMES))
        if any(used):
            yield _("6.1 Paid by credit of %(head)s", head=HEAD_NAMES[credit]), None, *used
    yield _("6.1 Paid in cash"), None, *paid.cash
    yield _("6.1 Reverse charge, in cash"), None, *paid.reverse
    yield _("6.1 Interest and late fee, in cash"), None, *(paid.interest + paid.fee)


def figure_sheet(gstin: str, period: ReturnPeriod, cell: str) -> Sheet:
    """The rows behind a figure."""
    columns = (Column(_("Date"), "day", 10), Column(_("Number"), "code", 14), Column(_("Party"), "text", 20), *_columns("", "")[1:])
    columns = (*columns[:3], Column(_("Value"), "amount", 12), *columns[4:])

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        told = building.gstr3b(books, gst_returns.registration(books, gstin), period)
        for row in told.of(cell).rows:
            yield row.day or "", row.number, row.who, row.value, *row.tax

    def totals(books: Books) -> tuple[Any, ...]:
        figure = building.gstr3b(books, gst_returns.registration(books, gstin), period).of(cell)
        return _("Total"), "", "", figure.value, *figure.tax

    return Sheet(f"gstr3b-{gstin}-{period.fp}-{cell}", cell_words()[cell], (gstin, period_name(period)), columns, rows, totals)


def ledger_sheet(gstin: str, book: str, title: str) -> Sheet:
    """Every line of a ledger, the newest first, with the balance of its head after it."""
    names, minors = HEAD_NAMES, minor_words()
    columns = (
        Column(_("Date"), "day", 10),
        Column(_("Reference"), "code", 18),
        Column(_("Head"), "text", 8),
        Column(_("Under"), "text", 12),
        Column(_("Amount"), "amount", 12),
        Column(_("Balance"), "amount", 12),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        gst_returns.registration(books, gstin)
        for one in ledgers.entries(books, gstin, book, most=20_000):
            yield one.day, one.reference, names[one.head], minors[one.minor], one.amount, one.balance

    return Sheet(f"gst-{book}-ledger-{gstin}", title, (gstin,), columns, rows)


def credits_sheet(gstin: str, kind: str, words: str) -> Sheet:
    """TDS and TCS credit of a registration, as filtered."""
    columns = (
        Column(_("Number"), "code", 14),
        Column(_("Kind"), "text", 6),
        Column("GSTIN", "code", 15),
        Column(_("Name"), "text", 18),
        Column(_("Month"), "text", 9),
        Column(_("Accepted on"), "day", 10),
        Column(_("Net value"), "amount", 12),
        *(Column(name, "amount", 11) for name in ("IGST", "CGST", "SGST")),
        Column(_("By the rate"), "amount", 11),
        Column(_("Status"), "text", 9),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        gst_returns.registration(books, gstin)
        for one in credited.credits_of(books, gstin, kind=kind, words=words, most=20_000):
            who = (one.number, one.kind.upper(), one.other_gstin, one.other_name, month_name(one.month), one.accepted_on)
            yield *who, one.value, one.igst, one.cgst, one.sgst, one.expected, _("Posted") if one.stands else _("Cancelled")

    return Sheet(f"gst-tds-tcs-{gstin}", _("TDS and TCS credit"), (gstin,), columns, rows, is_wide=True)


def _columns(first: str, value: str) -> tuple[Column, ...]:
    return (
        Column(first, "text", 34),
        Column(value, "amount", 13),
        *(Column(_("Cess") if head == "cess" else name, "amount", 12) for head, name in HEAD_NAMES.items()),
    )
