"""Lists of this room as files: dues, the register, sums, the figures of a statement and of a certificate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from webapp import parties
from webapp.kernel.dates import FinancialYear, month_name
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books
from webapp.tds import queries, telling
from webapp.tds.queries import DeductionRow, Wanted
from webapp.tds.rules import law
from webapp.tds.rules.days import Quarter
from webapp.tds.words import kind_words


def dues_sheet(year: FinancialYear, *, is_collected: bool = False) -> Sheet:
    """Dues by month and section."""
    words = kind_words()
    columns = (
        Column(_("Month"), "text", 10),
        Column(_("Kind of payment"), "text", 18),
        Column(_("Section"), "text", 14),
        Column(_("Deducted"), "amount", 12),
        Column(_("Deposited"), "amount", 12),
        Column(_("To deposit"), "amount", 12),
        Column(_("Due on"), "day", 13),
        Column(_("Interest if paid today"), "amount", 12),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        for one in telling.dues(books, year, is_collected=is_collected):
            yield month_name(one.month), words[one.kind], one.law, one.deducted, one.deposited, one.open, one.due_on, one.interest

    name, title = ("tcs-dues", _("Tax collected at source: dues")) if is_collected else ("tds-dues", _("Tax deducted at source: dues"))
    return Sheet(name, title, (str(year),), columns, rows)


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Date"), "day", 10),
        Column(_("Document"), "code", 14),
        Column(_("Name"), "text", 20),
        Column(_("PAN"), "code", 11),
        Column(_("Section"), "text", 12),
        Column(_("Paid or credited"), "amount", 13),
        Column(_("Rate"), "text", 6),
        Column(_("Tax"), "amount", 11),
        Column(_("Challan"), "text", 20),
    )


def _row(row: DeductionRow, challans: dict[UUID, queries.ChallanRow]) -> tuple[Any, ...]:
    event = row.event
    cited = law.law_of(event.kind, event.payee, row.deducted_on)
    own = challans.get(row.challan_id) if row.challan_id else None
    said = f"{own.bsr} {own.paid_on:%d-%m-%Y} {own.serial}" if own else _("Not deposited")
    rate = f"{event.rate_bp // 100}.{event.rate_bp % 100:02d}"
    paid = telling.amount_of(event, row.amount_paise)
    return row.deducted_on, event.number, event.name, event.pan, cited, paid, rate, row.amount_paise, said


def register_sheet(wanted: Wanted, *, name: str = "tds-deductions", title: str = "", about: tuple[str, ...] = ()) -> Sheet:
    """The register, as filtered."""

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        found = queries.deductions(books, wanted, newest_first=False)
        challans = {one.id: one for one in queries.challans(books, list({row.challan_id for row in found if row.challan_id}))}
        for row in found:
            yield _row(row, challans)

    def totals(books: Books) -> tuple[Any, ...]:
        found = queries.deductions(books, wanted)
        paid = sum(telling.amount_of(row.event, row.amount_paise) for row in found)
        return _("Total"), "", "", "", "", paid, "", sum(row.amount_paise for row in found), ""

    otherwise = _("Tax collected at source") if wanted.is_collected else _("Tax deducted at source")
    return Sheet(name, title or otherwise, about, _columns(), rows, totals, is_wide=True)


def statement_sheet(quarter: Quarter, *, is_collected: bool = False) -> Sheet:
    """The figures of a quarter's statement."""
    later, earlier = (_("Form 143 (was 27EQ)"), _("Form 27EQ")) if is_collected else (_("Form 140 (was 26Q)"), _("Form 26Q"))
    form = later if quarter.is_under_2025 else earlier
    wanted = Wanted(first_day=quarter.first_day, last_day=quarter.last_day, is_collected=is_collected)
    name = f"{'tcs' if is_collected else 'tds'}-{quarter.start_year}-Q{quarter.number}"
    return register_sheet(wanted, name=name, title=_("Figures of the quarterly statement"), about=(form, str(quarter)))


def summary_sheet(year: FinancialYear, *, is_collected: bool = False) -> Sheet:
    """Sums by section and party."""
    words = kind_words()
    wanted = Wanted(first_day=year.first_day, last_day=year.last_day, is_collected=is_collected)
    columns = (
        Column(_("Section"), "text", 12),
        Column(_("Kind of payment"), "text", 20),
        Column(_("Name"), "text", 24),
        Column(_("PAN"), "code", 12),
        Column(_("Deductions"), "number", 8),
        Column(_("Paid or credited"), "amount", 14),
        Column(_("Tax"), "amount", 12),
        Column(_("Deposited"), "amount", 12),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        for one in telling.sums(queries.deductions(books, wanted)):
            yield one.law, words[one.kind], one.name, one.pan, one.count, one.paid, one.tax, one.deposited

    name, title = (
        ("tcs-summary", _("Tax collected by section and party"))
        if is_collected
        else ("tds-summary", _("Tax deducted by section and party"))
    )
    return Sheet(name, title, (str(year),), columns, rows)


def certificate_sheet(books: Books, party_id: UUID, quarter: Quarter, *, is_collected: bool = False) -> Sheet:
    """What a party's certificate of a quarter must say. NotFound for a party of nobody."""
    party = parties.party_row(books, party_id)
    later, earlier = ("27D (133)", "27D") if is_collected else ("131", "16A")
    form = later if quarter.is_under_2025 else earlier
    own = queries.deductor_body(books)
    about = (
        _(
            "Figures for Form %(form)s, %(quarter)s; the certificate itself is taken from TRACES.",
            form=form,
            quarter=str(quarter),
        ),
        _("Collected of: %(name)s", name=party.name) if is_collected else _("Deducted of: %(name)s", name=party.name),
        _("TAN of who deducts: %(tan)s", tan=own.get("tan") or _("not told yet")),
    )
    wanted = Wanted(first_day=quarter.first_day, last_day=quarter.last_day, party_id=party_id, is_collected=is_collected)
    side, title = ("tcs", _("Tax collected at source")) if is_collected else ("tds", _("Tax deducted at source"))
    name = f"{side}-{earlier.lower()}-{quarter.start_year}-Q{quarter.number}"
    return register_sheet(wanted, name=name, title=title, about=about)
