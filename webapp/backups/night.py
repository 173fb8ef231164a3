"""What ran while the shop slept: the backup and its trial, reminders, settlements of online payments, jobs that were given up."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select

from webapp import dunning, gateway
from webapp.backups import state
from webapp.backups.places import Chosen
from webapp.kernel.dates import IST
from webapp.platform.outbox import MOST_TRIES, JobFailure
from webapp.platform.tenancy import Books

EVENING = time(18, tzinfo=IST)


class Night(NamedTuple):
    """The last night, from six in the evening on. `backup_at`, `drilled_at` and `failed_at` are None where nothing of it happened within
    it; `drill_words` say what is wrong with the backup that was tried. `settled_paise` reached the bank in `settlements`."""

    since: datetime
    backup_at: datetime | None
    failed_at: datetime | None
    drilled_at: datetime | None
    drill_words: str
    reminders: int
    settlements: int
    settled_paise: int
    given_up: int


def last_night(books: Books, choice: Chosen) -> Night:
    """Read in three statements, and the notes of the machine."""
    since = datetime.combine(books.today - timedelta(days=1), EVENING)
    kept = state.read_state(choice.var_dir)
    settlements, settled = gateway.settled_since(books, since)
    given_up = select(func.count()).select_from(JobFailure).where(JobFailure.tries >= MOST_TRIES, JobFailure.failed_at >= since)
    drilled_at = _within(kept, "drill", since)
    return Night(
        since=since,
        backup_at=_within(kept, "good", since),
        failed_at=_within(kept, "failed", since),
        drilled_at=drilled_at,
        drill_words=str(kept["drill"].get("words", "")) if drilled_at else "",
        reminders=dunning.written_since(books, since),
        settlements=settlements,
        settled_paise=settled,
        given_up=books.session.scalar(given_up) or 0,
    )


def _within(kept: dict[str, Any], name: str, since: datetime) -> datetime | None:
    at = state.instant(kept, name, "at")
    return at if at and at >= since else None
