"""An account month by month on screen and as a file: the comparison of a ledger, a cash book or a bank book."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from flask import Response, url_for
from flask_babel import gettext as _

from webapp.kernel.dates import Period, month_name, month_of
from webapp.kernel.money import rupees
from webapp.platform import sheets
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.templating import account_name
from webapp.platform.tenancy import Books
from webapp.platform.web import page
from webapp.reports.blueprint import span_words
from webapp.reports.books_of_account import AccountHead
from webapp.reports.months_of_account import Compared, Month
from webapp.reports.narrowing import Narrowing


def by_month(head: AccountHead, period: Period, found: Compared, how: str, narrowing: Narrowing, wanted_format: str) -> Response:
    """The page of an account compared, or its file."""
    if wanted_format:
        return sheets.send(_sheet(head, found, narrowing), wanted_format)

    def lines_url(one: Month) -> str:
        days = {"from": one.span.first_day.isoformat(), "to": one.span.last_day.isoformat()}
        of: dict[str, Any] = {"store": head.store_id, "centre": narrowing.centre_id, **days}
        return f"{own_url(head)}?{urlencode({name: one for name, one in of.items() if one})}"

    return page(
        "reports/account_months.html",
        head=head, name=_name(head), own_url=own_url(head), period=period, found=found, compare=how, narrowing=narrowing,
        lines_url=lines_url, month_words=_words, chart=_chart(found), columns=[span_words(one) for one in found.periods],
    )  # fmt: skip


def own_url(head: AccountHead) -> str:
    """Where the lines of an account or of a party stand."""
    return url_for("reports.party", party_id=head.id) if head.is_party else url_for("reports.account", account_id=head.id)


def _name(head: AccountHead) -> str:
    """A party is called what it is called: its name is never a word of ours to be translated."""
    return head.name if head.is_party else account_name(head.name)


def _words(one: Month | None) -> str:
    return month_name(month_of(one.span.first_day)) if one else ""


def _chart(found: Compared) -> dict[str, Any]:
    """Debits and credits of each month; side by side, where each month ended."""
    bars = []
    for row in found.rows:
        one = row.own or row.other
        if found.is_beside:
            pair = tuple(month.figures.closing if month else 0 for month in (row.own, row.other))
        else:
            pair = (one.figures.debit, one.figures.credit) if one else (0, 0)
        bars.append({"label": _words(one), "values": pair, "texts": tuple(rupees(figure) for figure in pair)})
    names = tuple(span_words(one) for one in found.periods) if found.is_beside else (_("Debits"), _("Credits"))
    return {"title": _("Closing balances by month") if found.is_beside else _("Debits and credits by month"), "names": names, "bars": bars}


def _sheet(head: AccountHead, found: Compared, narrowing: Narrowing) -> Sheet:
    amounts = (_("Opening"), _("Debit"), _("Credit"), _("Closing"))
    columns = [Column(_("Month"), "text", 12), *(Column(label, "amount", 15) for label in amounts)]
    if found.is_beside:
        columns += [Column(_("Compared with"), "text", 12), *(Column(label, "amount", 15) for label in amounts)]
        columns.append(Column(_("Change of what moved"), "amount", 15))

    def cells(one: Month | None) -> tuple[Any, ...]:
        return (_words(one), *one.figures, one.figures.closing) if one else ("", None, None, None, None)

    every: list[tuple[Any, ...]] = [(*cells(row.own), *((*cells(row.other), row.change) if found.is_beside else ())) for row in found.rows]
    own, other = found.whole(), found.whole(other=True)
    total: tuple[Any, ...] = (_("Total"), *own, found.closing())
    if found.is_beside:
        total += ("", *other, found.closing(other=True), own.debit - own.credit - other.debit + other.credit)

    def rows(_books: Books) -> Iterator[tuple[Any, ...]]:
        return iter(every)

    about = (*([account_name(head.group)] if head.group else []), *(span_words(one) for one in found.periods), *narrowing.names)
    return Sheet(
        "statement-months" if head.is_party else "account-months",
        _name(head),
        about,
        tuple(columns),
        rows,
        lambda _books: total,
        is_wide=found.is_beside,
    )
