"""The writers of events: out of the edit log, of what is counted, and alerts. A business's own thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from webapp import identity
from webapp.kernel.dates import read_instant
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id
from webapp.platform import audit
from webapp.platform.audit import EditLogEntry
from webapp.platform.rows import insert_once, put
from webapp.platform.templating import day_and_clock
from webapp.platform.tenancy import Books
from webapp.security_events import queries, rules
from webapp.security_events.models import SecurityEvent, SecurityMark, SecurityThreshold

_PART = 2_000
_FIRST_READ = 20_000  # of an old log not more than this is read the first time
_MOST_DETAIL = 200


def read_log(books: Books) -> None:
    """Note what the edit log has had to say since it was read last."""
    last, done = queries.last_seq(books), queries.mark(books)
    done = max(0, last - _FIRST_READ) if done is None else done
    if done == last:
        return
    while done < last:
        query = select(EditLogEntry).where(EditLogEntry.seq > done).order_by(EditLogEntry.seq).limit(_PART)
        for entry in books.session.scalars(query).all():
            _note_entry(books, entry)
            done = entry.seq
    put(books, SecurityMark, [{"only": 1, "seq": done}])


def _note_entry(books: Books, entry: EditLogEntry) -> None:
    kind = rules.kind_of(entry.action, entry.entity, entry.new)
    if not kind or (kind == rules.EXPORTED and entry.user_id is None):
        return
    said = entry.new or entry.old or {}
    row = {
        "kind": kind,
        "user_id": entry.user_id,
        "user_name": entry.user_name,
        "detail": "" if kind in (rules.SIGN_IN, rules.NEW_DEVICE, rules.EXPORTED) else _words(said),
        "place": str(said.get("address", "")),
        "entity": "" if kind == rules.EXPORTED else entry.entity,
        "entity_id": "" if kind == rules.EXPORTED else entry.entity_id,
    }
    if kind == rules.EXPORTED:
        add(books, f"{kind} {entry.user_id} {rules.hour_of(entry.at)}", row, entry.at)
    else:
        add(books, f"log {entry.seq}", row, entry.at)


def _words(said: Mapping[str, Any]) -> str:
    parts = (f"{name}: {_word(value)}" for name, value in sorted(said.items()) if value not in (None, "", []))
    return ", ".join(parts)[:_MOST_DETAIL]


def _word(value: Any) -> str:
    """A value of the edit log as a reader would write it: lists with commas, an instant as day and clock in India."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    instant = read_instant(value) if isinstance(value, str) and "T" in value else None
    return day_and_clock(instant) if instant else str(value)


def add_once(books: Books, key: str, row: Mapping[str, Any], times: int) -> bool:
    """Write an event of now unless there is one with this key; say whether it was written."""
    return insert_once(books, SecurityEvent, _whole(key, row, books.now, times))


def _whole(key: str, row: Mapping[str, Any], at: datetime, times: int) -> dict[str, Any]:
    blank = dict.fromkeys(("user_name", "detail", "place", "entity", "entity_id"), "")
    return {"user_id": None, **blank, **row, "id": new_id(), "key": key, "at": at, "last_at": at, "count": times}


def add(books: Books, key: str, row: Mapping[str, Any], at: datetime, times: int = 1) -> bool:
    """Write an event, or count one with the same key on; say whether it is new."""
    if insert_once(books, SecurityEvent, _whole(key, row, at, times)):
        return True
    _change(books, key, {"count": SecurityEvent.count + times, "last_at": at})
    return False


def note_failed(books: Books, tried: rules.Tried, networks: str) -> None:
    """Failed tries at a member within a day: as many as there are by now."""
    key = f"{rules.FAILED} {tried.user_id} {books.today.isoformat()}"
    row = {"kind": rules.FAILED, "user_id": tried.user_id, "user_name": tried.name, "place": networks}
    if not add(books, key, row, tried.last_at, tried.tries):
        _change(books, key, {"count": tried.tries, "last_at": tried.last_at, "place": networks})


def _change(books: Books, key: str, values: Mapping[str, Any]) -> None:
    statement = update(SecurityEvent).where(SecurityEvent.key == key).values(values)
    books.session.execute(statement, execution_options={"synchronize_session": False})


def set_threshold(books: Books, rule: str, most: int, since: date) -> None:
    """From a day on, alert at so many. InvalidInput for another rule, a figure out of bounds, and a day that is over."""
    errors = {}
    if rule not in rules.JUDGED:
        errors["rule"] = "Choose a rule."
    if not rules.LEAST <= most <= rules.MOST:
        errors["most"] = f"Type a number from {rules.LEAST} to {rules.MOST}."
    if since < books.today:
        errors["since"] = "Choose today or a later day: what was judged stays judged."
    if errors:
        raise InvalidInput(errors)
    before = rules.thresholds(since, queries.own_thresholds(books))[rule]
    put(books, SecurityThreshold, [{"rule": rule, "since": since, "most": most, "set_by": books.actor.name, "set_at": books.now}])
    audit.record_change(books, "security_threshold", rule, {"most": before}, {"most": most, "since": since.isoformat()})


def end_sign_ins(books: Books, user_id: UUID) -> None:
    """End the sign-ins of a member into this business, and the tokens of programs that act for him here. NotFound for who has no place
    here, Forbidden for who may do more than who asks; one's own are ended too."""
    member = identity.member_of(books.session, books.company_id, user_id)
    if user_id != books.actor.user_id:
        identity.require_over(books.actor, member)
    identity.end_of_company(books.session, user_id, books.company_id)
    audit.record(books, "end", "member", user_id, new={"sign_ins": "all", "name": member.name})
