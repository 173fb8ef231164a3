"""The calendar as files: a sheet, and events for other calendars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext as _

from webapp.due_dates import queries, words
from webapp.due_dates.forms import Wanted
from webapp.due_dates.ics import Event
from webapp.due_dates.queries import Obligation
from webapp.due_dates.rules.law import FORMS
from webapp.kernel.dates import written
from webapp.kernel.money import Paise, rupees
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books


def found(books: Books, wanted: Wanted) -> list[Obligation]:
    """What the filters leave."""
    rows = queries.obligations(books, wanted.first, wanted.last)
    return queries.narrowed(rows, who=wanted.who, state=wanted.state, words=wanted.words)


def sheet(wanted: Wanted) -> Sheet:
    """The list as filtered."""
    columns = (
        Column(_("Due on"), "day", 11),
        Column(_("Return"), "text", 22),
        Column(_("Registration"), "code", 17),
        Column(_("Period"), "text", 18),
        Column(_("Status"), "text", 14),
        Column(_("Filed on"), "day", 11),
        Column(_("Days late"), "number", 8),
        Column(_("Late fee"), "amount", 11),
        Column(_("Rule"), "text", 34),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        states = words.state_words()
        for one in found(books, wanted):
            fee = one.cost.fee if one.days_late else None
            cited = one.source or words.cited(one.duty.form)
            period = words.period_words(one.duty.period)
            title = words.title_of(one.duty)
            state = states[one.state][0]
            yield one.due_on, title, one.duty.who, period, state, one.filed_on, one.days_late, fee or 0, cited

    whose = [wanted.who.strip("-") or _("The whole business")] if wanted.who else []
    about = (f"{written(wanted.first)} – {written(wanted.last)}", *whose)
    return Sheet("due-dates", _("Due dates"), about, columns, rows, is_wide=True)


def events(rows: Sequence[Obligation], company_id: int) -> list[Event]:
    """What is still to be done, as events."""
    made = []
    for one in rows:
        if one.is_open:
            who, form, period = one.duty.key
            told = [words.period_words(period), one.source or words.cited(form), *([] if FORMS[form].is_sure else [_("Check this day.")])]
            if one.interest:
                told.append(_("Interest if paid today: %(amount)s", amount=rupees(Paise(one.interest))))
            summary = " · ".join(part for part in (words.title_of(one.duty), words.period_words(period), who) if part)
            made.append(Event(f"{form}-{period}-{who or company_id}@munim", one.due_on, summary, "\n".join(told)))
    return made
