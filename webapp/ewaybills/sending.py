"""An e-way bill on its way to the portal and back. No transaction is open while an answer is waited for.

Three steps, each safe to be killed after: it is marked as sent and committed; the portal is asked; what it said is written down. What has
ever been sent is asked for before it is sent again, so a time-out cannot end in a second e-way bill, vehicle or extension.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update

from webapp import einvoice
from webapp.ewaybills import checks, codes, payload, queries, service, setting_up, telling
from webapp.ewaybills.checks import Circumstances, Problem
from webapp.ewaybills.models import Ewaybill
from webapp.ewaybills.portal import EwbPortal, Made, Standing, read_made
from webapp.ewaybills.queries import EwaybillRow, RegistrationRow
from webapp.ewaybills.rules import Road, State
from webapp.ewaybills.values import Kind
from webapp.kernel.errors import BooksError
from webapp.kernel.places import Cursor
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text
from webapp.platform import audit, sealing
from webapp.platform.outside import HostNotAllowed, Unanswered
from webapp.platform.rows import update_count
from webapp.platform.signed_in import Access, Refused, Session
from webapp.platform.tenancy import Actor, Books, open_books

# A process that was killed while it waited is given up after this; the portal's own time-out is shorter.
LEASE = timedelta(minutes=2)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=6)
# How far back the daily look goes for what a job has missed.
LOOKS_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Leaving:
    """What leaves. `portal` is the e-way bill's own road, `by_irn` the e-invoice's; exactly one of the two makes a new e-way bill."""

    row: EwaybillRow
    portal: EwbPortal | None
    by_irn: Any  # the e-invoice's road (webapp.einvoice.road_of), or None
    irn: str
    payload: str | None  # None: only its fate is asked for
    problem: Problem | None
    asks_first: bool


def checked(books: Books, row: EwaybillRow) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """The payload of a document, and what the portal would refuse of it today."""
    found, goods = service.goods_of(books, row)
    made = payload.payload_of(goods, row.carriage)
    kept = queries.registrations(books).get(row.gstin)
    about = Circumstances(books.today, goods.day, row.trans_doc_date, bool(kept and kept.is_sandbox), found.is_sez)
    wrong = list(checks.problems(made, about))
    if found.is_cancelled:
        wrong.insert(0, Problem("", "gone", "The document was cancelled.", "Nothing is to be sent: say that it needs none."))
    if service.awaits_irn(books, row):
        problem = "The portal makes the e-way bill of this bill by its IRN only."
        wrong.append(Problem("irn", "irn", problem, "Report the e-invoice first, then send again."))
    return made, tuple(wrong)


def send(actor: Actor, document_id: UUID) -> None:
    """Have an e-way bill made, find out what became of it, or tell the portal what was asked. Safe to repeat, and to run twice at once.

    Nothing is raised for what the portal says or does not say: the row says it.
    """
    with open_books(actor) as books:
        row = queries.ewaybill_or_none(books, document_id)
        if row is None:
            return
        if row.asked:
            leaving: Leaving | telling.Telling | None = _leave_asked(books, row)
        else:
            leaving = _leave(books, row)
    if leaving is None:
        return
    answer: Made | Standing | Mapping[str, Any] | Refused | Unanswered
    try:
        answer = telling.exchange(leaving) if isinstance(leaving, telling.Telling) else _exchange(leaving)
    except (Refused, Unanswered) as trouble:
        answer = trouble
    except HostNotAllowed as refusal:
        answer = Refused("", f"{refusal.problem} {refusal.fix}")
    with open_books(actor) as books:
        if isinstance(leaving, telling.Telling):
            keep_session(books, leaving.row.gstin, leaving.portal)
            telling.settle(books, leaving, answer)
        else:
            _settle(books, leaving, answer)


def send_trip(actor: Actor, trip_id: UUID) -> None:
    """Have a consolidated e-way bill made, or told of (webapp.ewaybills.trip_sending, loaded by whoever needs it)."""
    from webapp.ewaybills import trip_sending

    trip_sending.send_trip(actor, trip_id)


def send_due(actor: Actor) -> int:
    """Everything of a company whose turn has come: what is not known, and what is being told. Says how many were tried."""
    with open_books(actor) as books:
        is_set_up = bool(queries.registrations(books))
        found = queries.due(books) if is_set_up else []
    for row in found:
        send(actor, row.document_id)
    if not is_set_up:
        return 0
    from webapp.ewaybills.trip_sending import send_due_trips  # for businesses that make e-way bills

    return len(found) + send_due_trips(actor)


# Enlisting -------------------------------------------------------------------------------------------------------------


def enlist_all(actor: Actor) -> int:
    """Enlist what came since the last looks, of every registration that is switched on. Says how many."""
    with open_books(actor) as books:
        gstins = [kept.gstin for kept in queries.registrations(books).values() if kept.begins_on]
        since = books.today - LOOKS_BACK
    return sum(enlist_since(actor, gstin, since) for gstin in gstins)


def enlist_since(actor: Actor, gstin: str, since: date | None = None) -> int:
    """Enlist what nobody has, of a registration, from its first day or a later one; a transaction for each page. Says how many."""
    from webapp.ewaybills.looking import SOURCES  # each room's own list, for whoever looks

    count = 0
    for kind in SOURCES:
        place: Cursor | None = None
        while True:
            with open_books(actor) as books:
                made, place = _enlist_page(books, gstin, kind, since, place)
            count += made
            if place is None:
                break
    return count


def _enlist_page(books: Books, gstin: str, kind: Kind, since: date | None, place: Cursor | None) -> tuple[int, Cursor | None]:
    from webapp.ewaybills.looking import SOURCES

    kept = queries.registrations(books).get(gstin)
    if kept is None or kept.begins_on is None:
        return 0, None
    found = SOURCES[kind](books, service.first_day(books, kept, since), service.least_paise(kept), newer_than=place)
    have = queries.ewaybills_of(books, [one.id for one in found])
    made = [service.enlist(books, kind, one.id) for one in found if one.id not in have]
    return sum(row is not None for row in made), found[-1] if found else None


# Out ------------------------------------------------------------------------------------------------------------------


def _leave(books: Books, row: EwaybillRow) -> Leaving | None:
    """Mark an e-way bill as sent, and put together what leaves. None when there is nothing to do, or another process does it."""
    if row.state not in (State.WAITING, State.SENT) or not service.has_road(books, row):
        return None
    made, problems = checked(books, row)
    asks_first = row.tries > 0
    if problems and not asks_first:
        service.move(books, row, State.FAILED, **said_of(problems[0]))
        return None
    irn = service.irn_of(books, row)
    reported = einvoice.road_of(books, row.gstin) if irn else None
    portal = road_of(books, queries.registrations(books)[row.gstin])
    if isinstance(portal, Problem) or (portal is None and reported is None):
        if row.state == State.WAITING:
            problem = portal or Problem(
                "", "irn", "This bill is made by its IRN, and the e-invoice's road does not open.", "Look at E-invoice settings."
            )
            service.move(books, row, State.FAILED, **said_of(problem))
        return None
    if not _claimed(books, row, State.SENT):
        return None
    service.keep_total(books, row, made)
    sent = queries.ewaybill(books, row.document_id)
    if irn and reported:
        _found, goods = service.goods_of(books, row)
        told = payload.by_irn(irn, row.carriage, goods.sender.site, goods.taker.site)
    else:
        told, reported = made, None
    text = None if problems else einvoice.as_json(told)
    return Leaving(sent, portal, reported, irn, text, problems[0] if problems else None, asks_first)


def _leave_asked(books: Books, row: EwaybillRow) -> telling.Telling | None:
    """Mark what is being told, and put together what leaves."""
    portal = road_of(books, queries.registrations(books)[row.gstin])
    if portal is None:
        return None
    if isinstance(portal, Problem):
        service.note(books, row, **said_of(portal))
        return None
    if not _claimed(books, row, State(row.state)):
        return None
    return telling.Telling(queries.ewaybill(books, row.document_id), portal, row.tries > int(row.asked.get("first_try", 0)))


def _claimed(books: Books, row: EwaybillRow, state: State) -> bool:
    """Whether this process is the one that asks the portal now."""
    if row.state != State.WAITING and row.sent_at is not None and row.sent_at > books.now - LEASE:
        return False
    same = (Ewaybill.document_id == row.document_id, Ewaybill.state == row.state, Ewaybill.tries == row.tries)
    pause = min(FIRST_PAUSE * 2 ** min(row.tries - int(row.asked.get("first_try", 0)), 8), LONGEST_PAUSE)
    values: dict[str, Any] = {"state": state.value, "tries": row.tries + 1, "sent_at": books.now, "next_at": books.now + pause}
    stamp = {"version": row.version + 1, "changed_at": books.now, "changed_by": books.actor.name}
    if not update_count(books, update(Ewaybill).where(*same).values(**values, **stamp)):
        return False
    audit.record(books, "send", "ewaybill", row.document_id, old={"state": row.state}, new={"state": state.value, "try": row.tries + 1})
    return True


def road_of(books: Books, kept: RegistrationRow) -> EwbPortal | Problem | None:
    """The road of a registration, signed in as far as is kept. None where it goes by hand; a Problem where its secrets do not open."""
    if not kept.sends:
        return None
    try:
        client_secret, password = setting_up.open_secrets(books, kept)
        session = sealing.unseal(setting_up.purpose_of(books, kept.gstin), kept.session) if kept.session else ""
    except BooksError as refusal:
        return Problem("", "settings", refusal.problem, refusal.fix)
    access = Access(kept.gstin, kept.base_url, kept.client_id, client_secret, kept.user_name, password, kept.portal_key)
    # Each road is loaded by the process that calls it, and by no other.
    if kept.road == Road.NIC:
        from webapp.ewaybills.nic import NicPortal

        return NicPortal(access, Session.read(session), books.now)
    from webapp.ewaybills.gsp import GspPortal

    return GspPortal(access, Session.read(session), books.now)


def _exchange(leaving: Leaving) -> Made | Standing:
    if leaving.asks_first and (found := _asked_for(leaving)):
        return found
    if leaving.payload is None:
        problem = leaving.problem
        raise Refused(problem.code if problem else "", problem.problem if problem else "")
    if leaving.by_irn is None and leaving.portal is None:
        raise Refused("", "No road to the portal is set up.")
    try:
        if leaving.portal is None or leaving.by_irn is not None:
            return read_made(leaving.by_irn.ewaybill(leaving.payload))
        return leaving.portal.generate(leaving.payload)
    except Refused as refused:
        # It is there: by a try of ours whose answer was lost, or by another program of the shop. Its content says which.
        if refused.code in codes.STANDS_ALREADY and (found := _there(leaving)):
            return found
        raise


def _asked_for(leaving: Leaving) -> Made | Standing | None:
    """What became of one that has left before. Unanswered where the portal does not even say that: a refused sign-in tells nothing."""
    try:
        return _there(leaving)
    except Refused as refused:
        said = codes.meaning(refused.code, refused.words)
        raise Unanswered(f"{said.problem} {said.fix}") from refused


def _there(leaving: Leaving) -> Made | Standing | None:
    """What the portal has of the document; a cancelled one counts as none."""
    if leaving.by_irn is not None:
        said = leaving.by_irn.ewaybill_of(leaving.irn)
        is_gone = said is None or str(said.get("Status") or "ACT") == "CNL"
        return None if said is None or is_gone else read_made(said)
    if leaving.portal is None:
        return None
    found = leaving.portal.by_document(leaving.row.doc_type, leaving.row.number)
    return None if found is None or found.is_cancelled else found


# Back ------------------------------------------------------------------------------------------------------------------


def _settle(books: Books, leaving: Leaving, answer: Any) -> None:
    row = queries.ewaybill(books, leaving.row.document_id)
    keep_session(books, row.gstin, leaving.portal)
    if leaving.by_irn is not None:
        einvoice.keep_session(books, row.gstin, leaving.by_irn.session)
    if row.state != State.SENT or row.tries != leaving.row.tries:
        return  # another process has found out meanwhile
    if isinstance(answer, Made | Standing):
        made = answer.made if isinstance(answer, Standing) else answer
        wrong = telling.stranger(row, answer) if isinstance(answer, Standing) else None
        if holder := queries.holder_of(books, made.number, but=row.document_id):
            wrong = telling.another(made.number, holder)
        if wrong:
            service.move(books, row, State.FAILED, **said_of(wrong), next_at=None)
            return
        service.settle_made(books, row, made.number, made.made_at, made.valid_until, made.km)
    elif isinstance(answer, Refused):
        if leaving.payload is None and leaving.problem:
            service.move(books, row, State.FAILED, **said_of(leaving.problem), next_at=None)
        else:
            meaning = codes.meaning(answer.code, answer.words)
            service.move(
                books, row, State.FAILED, code=clean_text(answer.code)[:10], problem=meaning.problem, fix=meaning.fix, next_at=None
            )
        service.withdraw(books, row.document_id)
    else:
        fix = "It is not known whether the portal has it. The program asks by itself; you may also ask now."
        service.note(books, row, code="", problem=clean_text(str(answer))[:300], fix=fix)


def keep_session(books: Books, gstin: str, portal: EwbPortal | None) -> None:
    """Keep a session when it is another than is kept; forget one that the portal has forgotten."""
    if portal is None:
        return
    kept = queries.registrations(books)[gstin]
    session = portal.session
    until = session.until if session else None
    if until != kept.session_until:
        setting_up.keep_session(books, gstin, session.as_text() if session else "", until)


def said_of(problem: Problem) -> dict[str, Any]:
    return {"code": problem.code, "problem": problem.problem[:300], "fix": problem.fix[:300]}
