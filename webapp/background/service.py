"""Hand a job on anew, or take it away before it begins."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select, update

from webapp.background import queries
from webapp.background.queries import JobRow
from webapp.background.rules import MAY_CANCEL, MAY_TRY_AGAIN, State
from webapp.kernel.errors import BooksError, NotFound
from webapp.platform import audit
from webapp.platform.outbox import JobCancellation, JobFailure, JobProgress, OutboxEvent
from webapp.platform.rows import insert_once
from webapp.platform.tenancy import Books


class NotNow(BooksError):
    """The job has gone on since the page was drawn."""

    status = 409

    def __init__(self) -> None:
        super().__init__(problem="This job has gone on since the page was drawn.", fix="Open the list again to see how it stands.")


def try_again(books: Books, event_id: UUID, name: str) -> None:
    """Forget the tries of a job that was given up or waits for its next one, and hand its fact on anew. Others who listen to the same
    fact are asked too, and those that are done, cancelled or given up do nothing. NotFound, NotNow."""
    row = _locked(books, event_id, name)
    if row.state not in MAY_TRY_AGAIN:
        raise NotNow
    for model in (JobFailure, JobProgress):
        books.session.execute(delete(model).where(model.event_id == event_id, model.job == name))
    books.session.execute(update(OutboxEvent).where(OutboxEvent.id == event_id).values(sent_at=None))
    audit.record(books, "change", "job", event_id, old=_told(row, row.state), new=_told(row, State.WAITING))


def cancel(books: Books, event_id: UUID, name: str) -> None:
    """Take a job away that has not begun, or will not begin again by itself. It stays in the list with who did it. NotFound, NotNow."""
    row = _locked(books, event_id, name)
    if row.state is State.CANCELLED:
        return
    if row.state not in MAY_CANCEL:
        raise NotNow
    values = {"event_id": event_id, "job": name, "cancelled_by": books.actor.name, "cancelled_at": books.now}
    insert_once(books, JobCancellation, values)
    audit.record(books, "cancel", "job", event_id, old=_told(row, row.state), new=_told(row, State.CANCELLED))


def _locked(books: Books, event_id: UUID, name: str) -> JobRow:
    """How the job stands, with nobody able to begin it until this transaction ends (jobs/perform.py locks the same row)."""
    books.session.execute(select(OutboxEvent.id).where(OutboxEvent.id == event_id).with_for_update())
    row = queries.job_or_none(books, event_id, name)
    if row is None:
        raise NotFound("job")
    return row


def _told(row: JobRow, state: State) -> dict[str, str | int]:
    return {"job": row.name, "state": state.value, "tries": row.tries}
