"""The verbs of the end of a business: ask, take back, close, keep for longer, delete. Each is safe to repeat, and to be killed."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from webapp import company, identity, ledger, links
from webapp.identity import Closing
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.text import folded
from webapp.platform import audit, clock, erasing, progress, storage
from webapp.platform.logging import log
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, Books, books_within, open_directory
from webapp.winding_up.refusals import ClosedAlready, KeptLonger, StillKept, StillOpen
from webapp.winding_up.rules import TAKEN_BACK_WITHIN, Kept, is_company, kept

# What is removed with the closing: whatever reaches people or other machines, and what was only for convenience. Documents, registers,
# the chart, parties, papers that were drawn, attached files and the edit log are the books and their proof (CGST Act, section 35; rule 56).
GONE_AT_CLOSING = frozenset(
    {
        *("api_token", "push_subscription", "push_key", "messaging_account", "messaging_template", "signing_certificate"),
        *("message", "message_try", "message_wording", "message_policy", "message_cost", "message_opt_out", "told_choice", "notice"),
        *("sent_message", "provider_report", "provider_payload", "provider_health", "public_link"),
        "plan_request",
        *("outbox_event", "job_effect", "job_failure", "job_cancellation", "job_progress", "report_schedule", "saved_view"),
    }
)


class Asked(NamedTuple):
    """How the closing of a business stands, and how long its books would be kept if it were closed today."""

    closing: Closing
    would_be: Kept


def asked(books: Books, directory: Session) -> Asked:
    """How it stands. NotFound for no such business."""
    return Asked(_there(identity.closing_of(directory, books.company_id)), _kept(books))


def ask_closing(actor: Actor, typed_name: str | None = None) -> datetime:
    """Have the business closed in thirty days; returns when. InvalidInput beside `name` when its name was not typed, ClosedAlready.
    Asked again, the thirty days stay what they were: who asks twice gains no time and loses none."""
    with open_directory() as directory:
        stands = _there(identity.lock(directory, actor.company_id))
        if typed_name is not None and folded(typed_name) != folded(stands.name):
            raise InvalidInput({"name": "This is not the name of the business. Type it as it stands above."})
        if stands.closed_at is not None:
            raise ClosedAlready
        if stands.closes_at is not None:
            return stands.closes_at
        closes_at = clock.now() + TAKEN_BACK_WITHIN
        identity.set_closing(directory, actor.company_id, closes_at)
        with books_within(directory, actor) as books:
            audit.record(books, "schedule", "company", actor.company_id, new={"closes_at": closes_at})
    return closes_at


def take_back(actor: Actor) -> None:
    """The business is not closed after all: everybody comes in as before. ClosedAlready when it is too late."""
    with open_directory() as directory:
        stands = _there(identity.lock(directory, actor.company_id))
        if stands.closed_at is not None:
            raise ClosedAlready
        if stands.closes_at is None:
            return
        identity.set_closing(directory, actor.company_id, None)
        with books_within(directory, actor) as books:
            audit.record(books, "undo", "company", actor.company_id, old={"closes_at": stands.closes_at})


def close_due() -> int:
    """Close every business whose thirty days are over, and go on with those whose closing was broken off; how many."""
    with open_directory(writes=False) as directory:
        found = identity.all_closings(directory)
    due = [one for one in found if one.deleted_at is None and _is_to_be_closed(one)]
    return sum(close(_job(one.company_id)) is not None for one in due)


def _is_to_be_closed(one: Closing) -> bool:
    if one.closed_at is not None:
        return one.kept_until is None
    return one.closes_at is not None and one.closes_at <= clock.now()


def close(actor: Actor) -> date | None:
    """Close a business whose time has come; returns through which day its books are kept, None for one whose time has not come.

    In two steps. First its door is shut, so that what comes from now on is refused; a bill that a till was just sending is in the books or
    is not. Then, in one transaction, everything goes that no law keeps. Killed between the two, it is gone on with.
    """
    with open_directory() as directory:
        if not identity.shut(directory, actor.company_id):
            return None
    with open_directory() as directory:
        stands = _there(identity.lock(directory, actor.company_id))
        if stands.kept_until is None:
            with books_within(directory, actor) as books:
                found = _kept(books)
                links.revoke_all(books)
                audit.record(books, "close", "company", actor.company_id, new={"kept_until": found.until, "by": found.source})
            connection = directory.connection()
            erasing.remove_rows(connection, actor.company_id, GONE_AT_CLOSING)
            erasing.blank_secrets(connection, actor.company_id)
            identity.end_places(directory, actor.company_id, found.until)
            log.info("a business is closed", company_id=actor.company_id, kept_until=found.until.isoformat())
    with open_directory(writes=False) as directory:
        return _there(identity.closing_of(directory, actor.company_id)).kept_until


def keep_until(actor: Actor, day: date) -> None:
    """Keep the books of a closed business for longer: an appeal, a revision or an investigation runs, and for one year after it has ended
    they are kept (CGST Act, section 36, proviso). StillOpen, KeptLonger."""
    with open_directory() as directory:
        stands = _there(identity.lock(directory, actor.company_id))
        if stands.kept_until is None or stands.deleted_at is not None:
            raise StillOpen
        if day <= stands.kept_until:
            raise KeptLonger(stands.kept_until)
        identity.keep_until(directory, actor.company_id, day)
        with books_within(directory, actor) as books:
            audit.record(books, "change", "company", actor.company_id, old={"kept_until": stands.kept_until}, new={"kept_until": day})


def delete_due() -> int:
    """Delete the books of every business whose time is over; how many. One's trouble is not another's."""
    with open_directory(writes=False) as directory:
        found = identity.all_closings(directory)
    over = [one for one in found if one.deleted_at is None and one.kept_until is not None and one.kept_until < clock.today()]
    failed: list[int] = []
    for one in over:
        try:
            delete_books(_job(one.company_id))
        except Exception:
            log.exception("the books of a closed business were not deleted", company_id=one.company_id)
            failed.append(one.company_id)
    if failed:
        raise RuntimeError(f"the books of companies {failed} were not deleted")
    return len(over)


def delete_books(actor: Actor) -> int:
    """Delete all rows and files of a closed business whose time is over; how many rows there were. Table by table, each in a transaction
    that proves itself (webapp.platform.erasing): killed between two, it goes on at the next. StillOpen, StillKept."""
    with open_directory(writes=False) as directory:
        stands = _there(identity.closing_of(directory, actor.company_id))
        if stands.kept_until is None:
            raise StillOpen
        if stands.kept_until >= clock.today():
            raise StillKept(stands.kept_until)
        companies = identity.kept_company_ids(directory)
    rows, tables = 0, erasing.company_tables()
    for done, table in enumerate(tables):
        progress.tell(done, len(tables))
        rows += erasing.erase_table(table, actor.company_id, companies)
    storage.delete_all(actor.company_id)
    with open_directory() as directory:
        identity.lock(directory, actor.company_id)
        identity.forget(directory, actor.company_id)
    log.info("the books of a closed business are deleted", company_id=actor.company_id, rows=rows)
    return rows


def _there(found: Closing | None) -> Closing:
    if found is None or found.deleted_at is not None:
        raise NotFound("business")
    return found


def _kept(books: Books) -> Kept:
    gstins = frozenset({company.profile(books).gstin, *(one.gstin for one in company.stores(books))}) - {None}
    return kept(ledger.last_entry_day(books), books.today, of_company=is_company(gstins))  # type: ignore[arg-type]  # without the None


def _job(company_id: int) -> Actor:
    return Actor(company_id=company_id, role=Role.OWNER, name="winding_up", via="job")
