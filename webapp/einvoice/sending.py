"""A document on its way to the portal and back. No transaction is open while an answer is waited for.

Three steps, each safe to be killed after: it is marked as sent and committed; the portal is asked; what it said is written down. A
document that has ever been sent is asked for before it is sent again, so a time-out cannot end in a duplicate.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update

from webapp import sales
from webapp.einvoice import checks, codes, gathering, queries, service
from webapp.einvoice.checks import Circumstances, Problem
from webapp.einvoice.models import Einvoice
from webapp.einvoice.payload import Payload, as_json, payload_of
from webapp.einvoice.portal import Portal, Signed
from webapp.einvoice.queries import EinvoiceRow, RegistrationRow
from webapp.einvoice.rules import Road, State
from webapp.einvoice.values import DocType
from webapp.kernel.errors import BooksError
from webapp.kernel.records import dataclass
from webapp.platform import audit, sealing
from webapp.platform.outside import HostNotAllowed, Unanswered
from webapp.platform.rows import update_count
from webapp.platform.signed_in import Access, Refused, Session
from webapp.platform.tenancy import Actor, Books, open_books

# A process that was killed while it waited is given up after this; the portal's own time-out is shorter.
LEASE = timedelta(minutes=2)
# How far back the daily look goes: past the days in which a document may be reported.
LOOKS_BACK = timedelta(days=45)
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Leaving:
    """A document that is marked as sent. `payload` is None where only its fate is asked for."""

    row: EinvoiceRow
    portal: Portal
    payload: str | None
    problem: Problem | None
    asks_first: bool


def checked(books: Books, view: sales.InvoiceView, turnover_crore: int) -> tuple[Payload, tuple[Problem, ...]]:
    """The payload of a bill, and what the portal would refuse of it today."""
    payload = payload_of(gathering.document_of(books, view))
    return payload, checks.problems(payload, Circumstances(books.today, view.header.invoice_date, turnover_crore))


def send(actor: Actor, invoice_id: UUID) -> None:
    """Report a document that waits, or find out what became of one that was sent. Safe to repeat, and to run twice at once.

    Nothing is raised for what the portal says or does not say: the document's row says it.
    """
    with open_books(actor) as books:
        leaving = _leave(books, invoice_id)
    if leaving is None:
        return
    answer: Signed | Refused | Unanswered
    try:
        answer = _exchange(leaving)
    except (Refused, Unanswered) as trouble:
        answer = trouble
    except HostNotAllowed as refusal:
        answer = Refused("", f"{refusal.problem} {refusal.fix}")
    with open_books(actor) as books:
        _settle(books, leaving, answer)


def cancel(actor: Actor, invoice_id: UUID) -> None:
    """Cancel a document on the portal, as was asked. A second cancellation of the same is answered as the first."""
    with open_books(actor) as books:
        row = queries.einvoice_or_none(books, invoice_id)
        if row is None or row.state != State.CANCELLING or not _claimed(books, row):
            return
        portal = _road(books, queries.registrations(books)[row.gstin])
    if isinstance(portal, Problem):
        _write_cancel_trouble(actor, invoice_id, portal.problem, portal.fix)
        return
    try:
        at = portal.cancel(row.irn, row.cancel_reason, row.cancel_remark)
    except Refused as refused:
        _cancel_refused(actor, invoice_id, refused)
    except (Unanswered, HostNotAllowed) as trouble:
        _write_cancel_trouble(actor, invoice_id, str(trouble), "The portal is asked again by itself.")
    else:
        with open_books(actor) as books:
            again = queries.einvoice(books, invoice_id)
            if again.state == State.CANCELLING:
                service.settle_cancelled(books, again, at)
                keep_session(books, again.gstin, portal.session)


def send_due(actor: Actor) -> int:
    """Everything of a company whose turn has come: what waits, what is not known, what is to be cancelled. Says how many were tried."""
    with open_books(actor) as books:
        found = [row for one in queries.registrations(books).values() if one.sends for row in queries.due(books, one.gstin)]
    for row in found:
        (cancel if row.state == State.CANCELLING else send)(actor, row.invoice_id)
    return len(found)


def enlist_since(actor: Actor, gstin: str, first_day: date | None = None) -> int:
    """Enlist what nobody has, of a registration, from its first day or a later one; a transaction for each page. Says how many."""
    count, place = 0, None
    while True:
        with open_books(actor) as books:
            made, place = service.enlist_page(books, gstin, first_day, place)
        count += made
        if place is None:
            return count


def enlist_all(actor: Actor) -> int:
    """Enlist what a job has missed of late, of every registration that is switched on. Says how many."""
    with open_books(actor) as books:
        gstins, since = list(queries.registrations(books)), books.today - LOOKS_BACK
    return sum(enlist_since(actor, gstin, since) for gstin in gstins)


# Out ------------------------------------------------------------------------------------------------------------------


def _leave(books: Books, invoice_id: UUID) -> Leaving | None:
    """Mark a document as sent, and put together what leaves. None when there is nothing to do, or another process does it."""
    row = queries.einvoice_or_none(books, invoice_id)
    if row is None or row.state not in (State.WAITING, State.SENT):
        return None
    kept = queries.registrations(books)[row.gstin]
    if not kept.sends:
        return None
    view = sales.invoice(books, invoice_id)
    payload, problems = checked(books, view, kept.turnover_crore)
    asks_first = row.tries > 0
    if problems and not asks_first:
        service.move(books, row, State.FAILED, **_said(problems[0]))
        return None
    portal = _road(books, kept)
    if isinstance(portal, Problem):
        if row.state == State.WAITING:
            service.move(books, row, State.FAILED, **_said(portal))
        return None
    if not _claimed(books, row):
        return None
    sent = queries.einvoice(books, invoice_id)
    return Leaving(sent, portal, None if problems else as_json(payload), problems[0] if problems else None, asks_first)


def _claimed(books: Books, row: EinvoiceRow) -> bool:
    """Whether this process is the one that asks the portal now."""
    if row.state != State.WAITING and row.sent_at is not None and row.sent_at > books.now - LEASE:
        return False
    state = State.CANCELLING if row.state == State.CANCELLING else State.SENT
    same = (Einvoice.invoice_id == row.invoice_id, Einvoice.state == row.state, Einvoice.tries == row.tries)
    pause = min(_FIRST_PAUSE * 2 ** min(row.tries, 8), _LONGEST_PAUSE)
    values: dict[str, Any] = {"state": state.value, "tries": row.tries + 1, "sent_at": books.now, "next_at": books.now + pause}
    if not update_count(books, update(Einvoice).where(*same).values(**values, changed_at=books.now, changed_by=books.actor.name)):
        return False
    audit.record(books, "send", "einvoice", row.invoice_id, old={"state": row.state}, new={"state": state.value, "try": row.tries + 1})
    return True


def _road(books: Books, kept: RegistrationRow) -> Portal | Problem:
    """The road of a registration, signed in as far as is kept. A Problem where its secrets do not open."""
    try:
        client_secret, password = service.open_secrets(books, kept)
        session = sealing.unseal(service.secrets_purpose(books, kept.gstin), kept.session) if kept.session else ""
    except BooksError as refusal:
        return Problem("", "settings", refusal.problem, refusal.fix)
    access = Access(kept.gstin, kept.base_url, kept.client_id, client_secret, kept.user_name, password, kept.portal_key)
    return _portal(Road(kept.road), access, Session.read(session), books.now)


def road_of(books: Books, gstin: str) -> Portal | None:
    """The road of a registration, for a room above that asks the portal of a registered document. None where documents go by hand, or the
    kept secrets do not open."""
    kept = queries.registrations(books).get(gstin)
    found = _road(books, kept) if kept and kept.sends else None
    return None if isinstance(found, Problem) else found


def _portal(road: Road, access: Access, session: Session | None, now: datetime) -> Portal:
    # Each road is loaded by the process that calls it, and by no other.
    if road is Road.NIC:
        from webapp.einvoice.nic import NicPortal

        return NicPortal(access, session, now)
    from webapp.einvoice.gsp import GspPortal

    return GspPortal(access, session, now)


def _exchange(leaving: Leaving) -> Signed:
    row, portal = leaving.row, leaving.portal
    about = (DocType(row.doc_type), row.number, row.day)
    if leaving.asks_first and (found := _asked_for(leaving)):
        return found
    if leaving.payload is None:
        problem = leaving.problem
        raise Refused(problem.code if problem else "", problem.problem if problem else "")
    try:
        return portal.generate(leaving.payload)
    except Refused as refused:
        # It is there: by a try of ours whose answer was lost, or by another program of the shop. Its content says which.
        if refused.code == codes.DUPLICATE and (found := portal.by_document(*about)):
            return found
        raise


def _asked_for(leaving: Leaving) -> Signed | None:
    """What became of a document that has left before. Unanswered where the portal does not even say that: a sign-in that is refused
    tells nothing of the document."""
    row = leaving.row
    try:
        return leaving.portal.by_document(DocType(row.doc_type), row.number, row.day)
    except Refused as refused:
        if refused.code in codes.STANDS_THERE:
            raise
        said = codes.meaning(refused.code, refused.words)
        raise Unanswered(f"{said.problem} {said.fix}") from refused


# Back ------------------------------------------------------------------------------------------------------------------


def _settle(books: Books, leaving: Leaving, answer: Signed | Refused | Unanswered) -> None:
    row = queries.einvoice(books, leaving.row.invoice_id)
    keep_session(books, row.gstin, leaving.portal.session)
    if row.state != State.SENT or row.tries != leaving.row.tries:
        return  # another process has found out meanwhile
    if isinstance(answer, Signed):
        service.settle_signed(books, row, answer)
    elif isinstance(answer, Refused):
        if leaving.payload is None and leaving.problem:
            service.move(books, row, State.FAILED, **_said(leaving.problem))
        else:
            meaning = codes.meaning(answer.code, answer.words)
            service.move(books, row, State.FAILED, code=answer.code[:10], problem=meaning.problem, fix=meaning.fix, next_at=None)
        service.withdraw(books, row.invoice_id)
    else:
        fix = "It is not known whether the portal has it. The program asks by itself; you may also ask now."
        service.note(books, row, code="", problem=str(answer)[:300], fix=fix)


def _cancel_refused(actor: Actor, invoice_id: UUID, refused: Refused) -> None:
    with open_books(actor) as books:
        row = queries.einvoice(books, invoice_id)
        if row.state != State.CANCELLING:
            return
        if refused.code in codes.NOT_ACTIVE:
            service.settle_cancelled(books, row, books.now)
            return
        meaning = codes.meaning(refused.code, refused.words)
        service.move(books, row, State.REGISTERED, code=refused.code[:10], problem=meaning.problem, fix=meaning.fix, next_at=None)


def _write_cancel_trouble(actor: Actor, invoice_id: UUID, problem: str, fix: str) -> None:
    with open_books(actor) as books:
        row = queries.einvoice(books, invoice_id)
        if row.state == State.CANCELLING:
            service.note(books, row, code="", problem=problem[:300], fix=fix)


def keep_session(books: Books, gstin: str, session: Session | None) -> None:
    """Keep a session when it is another than is kept; forget one that the portal has forgotten."""
    kept = queries.registrations(books)[gstin]
    until = session.until if session else None
    if until != kept.session_until:
        service.keep_session(books, gstin, session.as_text() if session else "", until)


def _said(problem: Problem) -> dict[str, Any]:
    return {"code": problem.code, "problem": problem.problem, "fix": problem.fix}


def problems_of(books: Books, invoice_id: UUID) -> Sequence[Problem]:
    """Everything that the portal would refuse of a bill today."""
    view = sales.invoice(books, invoice_id)
    kept = queries.registrations(books).get(view.header.seller.get("gstin") or "")
    return checked(books, view, kept.turnover_crore if kept else 0)[1]
