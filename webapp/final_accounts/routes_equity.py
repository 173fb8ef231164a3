"""The screen of what the owners have in the business: a statement of changes in equity, or capital accounts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from webapp.final_accounts import equity, schedule_reads
from webapp.final_accounts.blueprint import about_words, asked, bp, presets, screen_url, span_words, stores
from webapp.final_accounts.equity import Equity, EquityRow
from webapp.final_accounts.forms import Choice
from webapp.kernel.dates import FinancialYear, Period
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.templating import account_name
from webapp.platform.tenancy import read_books
from webapp.platform.web import current_actor, page


@bp.get("/equity")
@needs(Permission.REPORT_READ)
def show_equity() -> Response:
    """The year so far, and with a comparison the year before beneath it."""
    wanted_format = sheets.asked_format()
    with read_books(current_actor()) as books:
        choice = asked(books, request.args, as_at=True)
        chosen: dict[str, Any] = {"presets": presets(choice, books, as_at=True), "stores": stores(choice)}
        found = equity.equity(books, _spans(choice), store_id=choice.store_id)
        notes = schedule_reads.notes_of(books, FinancialYear.of(choice.period.last_day).start_year)
        whose = equity.owners(books, has_shares=bool(notes.shares))
        about = about_words(books, choice, is_as_at=True)
    title = titles()[whose]
    if wanted_format:
        return sheets.send(_sheet(title, about, found, whose), wanted_format)
    tables = [(span_words(one.period), one, _urls(one, choice)) for one in found]
    return page(
        "final_accounts/equity.html",
        tables=tables,
        title=title,
        whose=whose,
        name_of=_name,
        labels=labels(),
        choice=choice,
        about=about,
        comparisons=[("", _("No comparison")), ("last-year", _("A year before"))],
        **chosen,
    )


def _spans(choice: Choice) -> tuple[Period, ...]:
    return choice.columns if choice.compare == "last-year" else (choice.period,)


def titles() -> dict[str, str]:
    """What it is called, by whose it is."""
    return {
        "company": _("Statement of changes in equity"),
        "firm": _("Partners' capital accounts"),
        "owner": _("Owner's capital account"),
    }


def labels() -> tuple[str, ...]:
    """The columns."""
    return _("Opening"), _("Added"), _("Taken"), _("Profit of the period"), _("Closing")


def _name(row: EquityRow, whose: str) -> str:
    if row.part != "surplus":
        return str(account_name(row.name))
    words: dict[str, str] = {
        "company": _("Surplus in the statement of profit and loss"),
        "firm": _("Profit not shared yet"),
        "owner": _("Profit kept in the business"),
    }
    return words[whose]


def _urls(one: Equity, choice: Choice) -> list[str | None]:
    days = {"from": one.period.first_day.isoformat(), "to": one.period.last_day.isoformat()}
    return [
        screen_url("reports.account", account_id=row.account_id, store=choice.store_id, **days) if row.account_id else None
        for row in one.rows
    ]


def figures(row: EquityRow) -> tuple[int, ...]:
    """A row's figures in the order of the columns."""
    return row.opening, row.added, row.taken, row.profit, row.closing


def _sheet(title: str, about: tuple[str, ...], found: tuple[Equity, ...], whose: str) -> Sheet:
    columns = (Column(_("Days"), "text", 24), Column(_("Account"), "text", 28), *(Column(label, "amount", 15) for label in labels()))

    def lines() -> Iterator[tuple[Any, ...]]:
        for one in found:
            for row in one.rows:
                yield span_words(one.period), _name(row, whose), *figures(row)

    every = list(lines())  # now: a stream is read when nobody knows the reader's language any more
    return Sheet("equity", title, about, columns, lambda _books: iter(every), is_wide=True)
