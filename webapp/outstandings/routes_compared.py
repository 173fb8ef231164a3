"""Receivables and payables held against another day or month by month: on screen and as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _

from webapp.company import StoreRow
from webapp.kernel.dates import month_name, month_of, written
from webapp.kernel.money import rupees
from webapp.outstandings.blueprint import bucket_words
from webapp.outstandings.comparing import Compared
from webapp.outstandings.forms import Shown
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books
from webapp.platform.web import page

AgeRow = tuple[str, Sequence[int], Sequence[str | None], bool]


def summary(shown: Shown, found: Compared, how: str, shops: Sequence[StoreRow], title: str, about: tuple[str, ...]) -> Response:
    """Every party at each of the days, and beneath how old all of it was."""
    bars = [
        {"label": month_name(month_of(day)), "value": figure, "text": rupees(figure)}
        for day, figure in zip(found.days, found.totals, strict=True)
    ]
    return page(
        "outstandings/compared.html",
        shown=shown, found=found, compare=how, stores=shops, title=title, about=about, labels=labels(found),
        ages=age_rows(shown, found), bars=bars if found.is_by_month else (), party_url=partial(_party_url, shown),
    )  # fmt: skip


def sheet(shown: Shown, found: Compared, title: str, about: tuple[str, ...]) -> Sheet:
    """The same as a file."""
    columns = (
        Column(_("Party"), "text", 26),
        Column(_("Phone"), "code", 15),
        *(Column(label, "amount", 13) for label in labels(found)),
        Column(_("Change"), "amount", 14),
    )

    def rows(_books: Books) -> Iterator[tuple[Any, ...]]:
        for row in found.rows:
            yield row.name, row.phone, *row.figures, found.change(row.figures)

    total = (_("Total"), "", *found.totals, found.change(found.totals))
    return Sheet(f"{shown.asked.side}s-compared", title, about, columns, rows, lambda _books: total, is_wide=True)


def ages_sheet(shown: Shown, found: Compared, title: str, about: tuple[str, ...]) -> Sheet:
    """The ages by day as a file."""
    columns = (Column(_("Age"), "text", 20), *(Column(label, "amount", 14) for label in labels(found)), Column(_("Change"), "amount", 14))
    every = [(name, *figures, found.change(figures)) for name, figures, _urls, _is_sum in age_rows(shown, found)]
    return Sheet(f"{shown.asked.side}s-ages", title, about, columns, lambda _books: iter(every), is_wide=len(found.days) > 4)


def labels(found: Compared) -> list[str]:
    """What stands above each day."""
    return [written(day) for day in found.days]


def age_rows(shown: Shown, found: Compared) -> list[AgeRow]:
    """(name, figures by day, ways down, whether it is a sum): the buckets, what is on account, what is left of both."""
    if not found.ages:
        return []
    rows: list[AgeRow] = []
    for place, words in enumerate(bucket_words(shown)):
        rows.append(
            (words, [one.buckets[place] for one in found.ages], [_bills_url(shown, day, bucket=place) for day in found.days], False)
        )
    rows.append((_("Open bills"), [one.bills for one in found.ages], [_bills_url(shown, day) for day in found.days], True))
    nowhere = [None] * len(found.days)
    if any(one.on_account for one in found.ages):
        rows.append((_("On account"), [-one.on_account for one in found.ages], nowhere, False))
        rows.append((_("Balance"), [one.balance for one in found.ages], nowhere, True))
    return rows


def _kept() -> dict[str, Any]:
    return {name: request.args[name] for name in ("q", "store", "centre", "basis", "view", "edges") if request.args.get(name)}


def _bills_url(shown: Shown, day: date, *, bucket: int | None = None) -> str:
    return url_for("outstandings.open_bills", side=shown.asked.side, on=day.isoformat(), bucket=bucket, **_kept())


def _party_url(shown: Shown, party_id: Any, day: date) -> str | None:
    """What a party stood at: its statement, or its bills that were past their due date; no list is of those past the first days."""
    kept = {name: value for name, value in _kept().items() if name != "q"}
    if not shown.narrowed.overdue_only:
        return url_for("outstandings.party", party_id=party_id, to=day.isoformat(), **kept)
    if not shown.asked.by_due:
        return None
    return url_for("outstandings.open_bills", side=shown.asked.side, on=day.isoformat(), party=party_id, overdue=1, **kept)
