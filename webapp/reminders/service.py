"""The verbs of reminders: note one, set the days of the steps."""

from __future__ import annotations

from collections.abc import Sequence

from webapp import parties
from webapp.platform import audit
from webapp.platform.rows import insert_once, put
from webapp.platform.tenancy import Books
from webapp.reminders import queries, rules
from webapp.reminders.models import Reminder, ReminderStep
from webapp.reminders.queries import ReminderRow
from webapp.reminders.rules import ReminderCommand


def remind(books: Books, asked: ReminderCommand) -> ReminderRow:
    """Note that a party was reminded today, and log it. The same one again gives the first answer. InvalidInput by field; NotFound."""
    if earlier := queries.reminder_or_none(books, asked.id):
        return earlier
    parties.party_row(books, asked.party_id)
    asked = rules.require_reminder(asked, books.today)
    with books.narrowed():  # of his stores, for who is held to some
        overdue = sum(item.open for item in queries.late_items(books, asked.party_id))
    row = {
        "id": asked.id,
        "party_id": asked.party_id,
        "step": asked.step,
        "reminded_on": books.today,
        "way": asked.way,
        "overdue_paise": overdue,
        "promised_on": asked.promised_on,
        "note": asked.note,
        "reminded_by": books.actor.name,
        "created_at": books.now,
    }
    if insert_once(books, Reminder, row):
        said = {"party": asked.party_id, "step": asked.step, "way": asked.way, "overdue": overdue, "promised_on": asked.promised_on}
        audit.record(books, "remind", "reminder", asked.id, new=said)
    found = queries.reminder_or_none(books, asked.id)
    assert found is not None  # noqa: S101 - for the type checker: it is there now
    return found


def set_steps(books: Books, typed: Sequence[str]) -> None:
    """Set the days of the three steps. InvalidInput by field (`step_1` …)."""
    days = rules.require_steps(typed)
    before = queries.steps(books)
    put(books, ReminderStep, [{"step": number, "days_over": one} for number, one in enumerate(days, start=1)])
    audit.record_change(books, "reminder_steps", "all", {"days": list(before)}, {"days": list(days)})
