"""Taking what tills send: each command in its own transaction, exactly once, its series strictly in order.

A sale that has happened is never refused. What cannot be written waits for a person, its number used up, and the rest
of the till's commands go on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from webapp import company
from webapp.counter import approving, effects, missing, tills
from webapp.counter.bodies import NUMBERED, read
from webapp.counter.commands import Command, Envelope, Malformed, Push
from webapp.counter.models import SyncCommand, TillSeries
from webapp.counter.rules import TillFacts, Turn, is_clock_back, own_series, turn_of
from webapp.counter.series import open_series
from webapp.counter.tills import CheckIn, Device, Wish
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.kernel.records import dataclass
from webapp.platform import audit, numbering
from webapp.platform.logging import log
from webapp.platform.rows import Lookup, put
from webapp.platform.tenancy import Books, open_books

__all__ = ["CheckIn", "Device", "Result", "Wish", "drain", "settle", "take"]


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to one command (docs/sync-protocol.md, section 6)."""

    id: UUID
    status: str  # ok, replayed, quarantined, later
    number: str = ""
    flags: tuple[str, ...] = ()
    reason: str = ""
    expected: int | None = None


@dataclass(frozen=True, slots=True)
class Drained:
    """The answer to a push."""

    results: tuple[Result, ...]
    lease: str | None
    is_stale: bool
    facts: TillFacts
    rev: int


def drain(device: Device, push: Push) -> Drained:
    """Take a push. Trouble with the database ends it (the caller answers 503); what was taken before stays taken, and the
    till sends all of it again."""
    with open_books(device.actor()) as books:
        let_in = tills.check_in(books, device, push)
        today, rev = books.today, company.profile(books).catalogue_rev
        if not push.commands and not let_in.is_stale and push.report.get("pending") == 0:
            missing.note_unsent(books, let_in.facts, push.report.get("last", {}), let_in.said_before)
    if let_in.is_stale:
        with open_books(device.actor()) as books:
            answers = tuple(_answer_stale(books, envelope) for envelope in push.commands)
        return Drained(answers, None, is_stale=True, facts=let_in.facts, rev=rev)

    facts, results, late = let_in.facts, [], set[str]()
    for envelope in push.commands:
        result = _take_alone(device, facts, read(envelope, facts, today), late)
        results.append(result)
        if result.status == "later" and envelope.series:
            late.add(envelope.series)
    still_waiting = push.report.get("pending", 0) - sum(result.status != "later" for result in results)
    if results and still_waiting <= 0:
        with open_books(device.actor()) as books:
            missing.note_unsent(books, facts, push.report.get("last", {}), let_in.said_before)
    return Drained(tuple(results), let_in.lease, is_stale=False, facts=facts, rev=rev)


def _take_alone(device: Device, facts: TillFacts, command: Command, late: set[str]) -> Result:
    """One command in its own books. Two copies of it at the same instant: the second meets the first's key, and then reads its answer."""
    actor = device.actor(_name_of(command, facts))
    for is_last_try in (False, True):
        try:
            with open_books(actor) as books:
                return take(books, facts, command, late=late)
        except IntegrityError:
            if is_last_try:
                raise
    raise AssertionError  # pragma: no cover - the loop returns or raises


def take(books: Books, till: TillFacts, command: Command, *, late: Collection[str] = ()) -> Result:
    """Write one command and its effect, or answer what it was answered before.

    `late` are series whose turn has not come in this push: their commands wait without being looked at.
    """
    envelope = command.envelope
    earlier = _EARLIER.first(books, id=envelope.id)
    if earlier is not None:
        return _answer_again(envelope, earlier)
    if envelope.series in late:
        return Result(envelope.id, "later", reason="A number before it has not come.")
    if envelope.type not in NUMBERED or envelope.series is None or envelope.seq is None:
        return _write(books, till, command, None)

    series = _series(books, till, envelope.series)
    if series is None:
        return _quarantine(books, till, command, f"{envelope.series} is no series of this counter.", None)
    turn = turn_of(envelope.seq, series.last, is_awaited=(envelope.series, envelope.seq) in till.awaited)
    if turn is Turn.LATER:
        return _wait(books, till, envelope, series.last + 1)
    if turn is Turn.USED:
        return _number_used(books, till, command)
    result = _write(books, till, command, series if turn is Turn.NOW else None)
    if turn is Turn.ARRIVED or (envelope.series, envelope.seq) in till.awaited:
        missing.mark_arrived(books, envelope.series, envelope.seq)
    return result


def settle(books: Books, command_id: UUID, settlement: str, note: str, reread: Callable[[Envelope, TillFacts], Command]) -> Result:
    """A person has looked at a quarantined command.

    `retried`: do it now, as it came (its item exists by now, its month is open …). `rekeyed`: it was entered by hand.
    `cancelled`: its number counts as a cancelled bill. `discarded`: it was never real. All but the first want a note.
    NotFound when nothing waits under this id; a retry that is refused again raises the refusal and leaves it waiting.
    """
    row = books.session.scalars(
        select(SyncCommand).where(SyncCommand.id == command_id, SyncCommand.status == "quarantined", SyncCommand.settled_at.is_(None))
    ).first()
    if row is None:
        raise NotFound("command")
    note = note.strip()[:500]
    if settlement not in {"retried", "rekeyed", "cancelled", "discarded"}:
        raise InvalidInput({"settlement": "Choose what is to become of it."})
    if settlement != "retried" and not note:
        raise InvalidInput({"note": "Say why, and where it is now: this stays in the edit log."})
    if settlement == "retried":
        facts = tills.till_facts(books, row.till_id)
        envelope = Envelope(row.id, row.type, row.ref, row.series, row.seq, row.body or "", row.sha256)
        command = reread(envelope, facts)
        if isinstance(command.payload, Malformed):
            raise Conflict(problem=command.payload.reason, fix="It cannot be tried again as it is. Key the bill in from its paper.")
        effect, judged = approving.judge(books, facts, command, effects.carry_out(books, facts, command))
        approving.keep(books, facts, command, judged)
        row.status, row.result, row.body = "ok", _kept(Result(row.id, "ok", effect.number, effect.flags)), None
    row.settled_at, row.settled_by = books.now, books.actor.name
    row.settlement = f"{settlement}: {note}" if note else settlement
    books.session.flush()
    number = _number(row.series, row.seq)
    audit.record(books, "settle", "sync_command", command_id, new={"settlement": settlement, "note": note, "number": number})
    return Result(row.id, row.status, number)


# One command, step by step --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Series:
    """A series whose next number a command takes."""

    till_id: UUID
    document_kind: str
    fy_start_year: int
    last: int
    last_at: datetime | None


_EARLIER = Lookup(select(SyncCommand.sha256, SyncCommand.status, SyncCommand.result).where(SyncCommand.id == bindparam("id")))
_SERIES = Lookup(
    select(TillSeries.till_id, TillSeries.document_kind, TillSeries.fy_start_year, numbering.NumberSeries.last, TillSeries.last_at)
    .join(
        numbering.NumberSeries,
        (numbering.NumberSeries.company_id == TillSeries.company_id) & (numbering.NumberSeries.prefix == TillSeries.prefix),
    )
    .where(TillSeries.prefix == bindparam("prefix"))
)


def _series(books: Books, till: TillFacts, prefix: str) -> _Series | None:
    """A series of this till or of one it took over from; opened now when it is rightly theirs and new. None when it is not."""
    owner_code = next((code for code in till.codes if prefix in own_series(code, books.today)), None)
    if owner_code is None:
        return None
    row = _SERIES.first(books, prefix=prefix)
    if row is None:
        new = own_series(owner_code, books.today)[prefix]
        open_series(books, till.id, new)
        return _Series(till.id, str(new.kind), new.year.start_year, 0, None)
    return _Series(*row) if row.till_id in till.family else None


def _write(books: Books, till: TillFacts, command: Command, series: _Series | None) -> Result:
    """Carry it out and keep its answer; or, when it is refused, quarantine it. `series` is the one it takes the next number of."""
    envelope = command.envelope
    if isinstance(command.payload, Malformed):
        return _quarantine(books, till, command, command.payload.reason, series)
    try:
        with books.savepoint():
            effect = effects.carry_out(books, till, command)
            if series is not None and is_clock_back(effect.at, series.last_at, effect.clock_flag):
                effect = effects.flag_clock(books, effect, series.last_at)
            effect, judged = approving.judge(books, till, command, effect)
    except BooksError as refusal:
        return _quarantine(books, till, command, words_of(refusal), series)
    except DBAPIError as trouble:
        if not isinstance(trouble, IntegrityError | DataError):
            raise
        log.error("a command does not fit the tables", command=str(envelope.id), type=envelope.type, exc_info=trouble)
        return _quarantine(books, till, command, _OUR_MISTAKE, series)
    except Exception as mistake:
        # A fault of ours must not stop a till: the bill is kept whole, the queue goes on, and somebody is told.
        log.error("our mistake with a command", command=str(envelope.id), type=envelope.type, exc_info=mistake)
        return _quarantine(books, till, command, _OUR_MISTAKE, series)
    result = Result(envelope.id, "ok", effect.number, effect.flags)
    _keep(books, till, envelope, result)
    approving.keep(books, till, command, judged)
    if series is not None:
        _use_up(books, envelope, series, effect.at)
    return result


def words_of(refusal: BooksError) -> str:
    """A refusal in one piece: what is wrong with each field, where it names them."""
    return " ".join(refusal.errors.values()) if isinstance(refusal, InvalidInput) and refusal.errors else refusal.problem


_OUR_MISTAKE = "Something in the program did not fit this. It is kept whole; support has been told."


def _quarantine(books: Books, till: TillFacts, command: Command, reason: str, series: _Series | None) -> Result:
    """Keep it for a person. Its number is used: the paper exists."""
    envelope = command.envelope
    result = Result(envelope.id, "quarantined", reason=reason)
    _keep(books, till, envelope, result)
    if series is not None:
        _use_up(books, envelope, series, None)
    audit.record(books, "quarantine", "sync_command", envelope.id, new={"type": envelope.type, "reason": reason})
    return result


def _keep(books: Books, till: TillFacts, envelope: Envelope, result: Result) -> None:
    is_open = result.status == "quarantined"
    books.insert(
        SyncCommand,
        [
            {
                "id": envelope.id,
                "till_id": till.id,
                "type": envelope.type[:40],
                "ref": envelope.ref,
                "series": envelope.series,
                "seq": envelope.seq,
                "sha256": envelope.sha256,
                "status": result.status,
                "result": _kept(result),
                "body": storable(envelope.body) if is_open else None,
                "received_at": books.now,
                "settled_at": None,
                "settled_by": None,
                "settlement": "",
            }
        ],
    )


def storable(text: str) -> str:
    """The text as both databases can keep it: no NUL, no halves of characters."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd")


def _kept(result: Result) -> dict[str, Any]:
    return {"number": result.number, "flags": list(result.flags), "reason": result.reason}


def _use_up(books: Books, envelope: Envelope, series: _Series, at: datetime | None) -> None:
    prefix, seq = envelope.series or "", envelope.seq or 0
    if not numbering.accept_number(books, prefix, seq):
        raise Conflict(problem=f"{_number(prefix, seq)} was taken meanwhile.", fix="Send it again.")
    if at is not None and (series.last_at is None or at > series.last_at):
        row = {"prefix": prefix, "till_id": series.till_id, "document_kind": series.document_kind, "last_at": at}
        put(books, TillSeries, [{**row, "fy_start_year": series.fy_start_year}])


def _wait(books: Books, till: TillFacts, envelope: Envelope, expected: int) -> Result:
    """A number before it is missing. A till sends in order, so what lies between will not come by itself: it is noted."""
    prefix, seq = envelope.series or "", envelope.seq or 0
    missing.note_missing(books, till.id, prefix, expected, seq - 1)
    return Result(envelope.id, "later", reason=f"{_number(prefix, expected)} has not come yet.", expected=expected)


def _number_used(books: Books, till: TillFacts, command: Command) -> Result:
    """The number is on another document. Both are kept for a person to see."""
    envelope = command.envelope
    number = _number(envelope.series, envelope.seq)
    reason = f"{number} is used by another document. Both papers are kept; compare them. Nothing is renumbered."
    return _quarantine(books, till, command, reason, None)


def _answer_again(envelope: Envelope, earlier: Any) -> Result:
    kept = earlier.result
    if earlier.sha256 != envelope.sha256:
        reason = "Another document came under this id before, with other content. The first one stands; compare the two papers."
        log.warning("same id, other content", command=str(envelope.id))
        return Result(envelope.id, "quarantined", kept["number"], reason=reason)
    if earlier.status == "quarantined":
        return Result(envelope.id, "quarantined", kept["number"], reason=kept["reason"])
    return Result(envelope.id, "replayed", kept["number"], tuple(kept["flags"]))


def _answer_stale(books: Books, envelope: Envelope) -> Result:
    earlier = _EARLIER.first(books, id=envelope.id)
    if earlier is not None:
        return _answer_again(envelope, earlier)
    reason = "This device is a copy of the counter, or was restored. Set it up again; then it sends the rest."
    return Result(envelope.id, "later", reason=reason)


def _number(prefix: str | None, seq: int | None) -> str:
    return f"{prefix}/{seq:06d}" if prefix and seq else ""


def _name_of(command: Command, till: TillFacts) -> str:
    """How the edit log calls who did it: the cashier's name by the till's word, and the till."""
    cashier = getattr(command.payload, "cashier", None)
    return f"{cashier.name} ({till.code})" if cashier and cashier.name else f"Counter {till.code}"
