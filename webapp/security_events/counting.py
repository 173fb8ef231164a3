"""What a member is refused, and limits that he meets: counted by the hour. The first few are written as they happen, then fewer and
fewer, so that who asks ten thousand times has thirty or forty small writes made and no more."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from webapp.kernel.errors import BooksError
from webapp.platform import clock
from webapp.platform.logging import log
from webapp.platform.tenancy import Actor, open_books
from webapp.security_events import rules, service

_EACH = 32  # so many are written one by one
_MOST_KEPT = 10_000
_pending: dict[tuple[int, UUID, str, str], list[int]] = {}  # how many happened in this process, and how many of them are written


def note_refusal(actor: Actor, status: int) -> None:
    """A member was refused (403) or asked too often (429). Never a reason to fail: what cannot be written is told to the log."""
    if actor.user_id is None:
        return
    kind, now = rules.LIMITED if status == 429 else rules.REFUSED, clock.now()
    known = (actor.company_id, actor.user_id, kind, rules.hour_of(now))
    if len(_pending) >= _MOST_KEPT and known not in _pending:
        _pending.clear()
    happened = _pending.setdefault(known, [0, 0])
    happened[0] += 1
    if happened[0] > _EACH and happened[0] & (happened[0] - 1):
        return
    times, happened[1] = happened[0] - happened[1], happened[0]
    try:
        with open_books(actor) as books:
            row = {"kind": kind, "user_id": actor.user_id, "user_name": actor.name}
            service.add(books, f"{kind} {actor.user_id} {known[3]}", row, now, times)
    except (BooksError, SQLAlchemyError, OSError) as trouble:
        log.warning("a refusal was not counted", error=str(trouble))


def forget() -> None:
    """Count anew: for tests."""
    _pending.clear()
