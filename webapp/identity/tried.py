"""Failed tries as somebody who watches over a business looks at them. Only pairs of an address and a network say at whom was tried."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from webapp.identity.models import FailedSignIn
from webapp.kernel.records import dataclass
from webapp.platform import clock

_KEPT = timedelta(days=2)  # a count is forgotten after a day without a try
_PART = 200


@dataclass(frozen=True, slots=True)
class FailedTries:
    """How often somebody failed with this address from this network, the last time at `last_at`."""

    email: str
    network: str
    tries: int
    last_at: datetime


def failed_tries(session: Session, emails: Iterable[str], since: datetime) -> list[FailedTries]:
    """The failed tries with these addresses of which the last is of `since` or later."""
    found, every = list[FailedTries](), sorted(set(emails))
    for start in range(0, len(every), _PART):
        theirs = or_(*(FailedSignIn.key.startswith(f"pair:{email}|", autoescape=True) for email in every[start : start + _PART]))
        for failed in session.scalars(select(FailedSignIn).where(theirs, FailedSignIn.last_at >= since).order_by(FailedSignIn.key)):
            email, _bar, network = failed.key.removeprefix("pair:").rpartition("|")
            found.append(FailedTries(email, network, failed.tries, failed.last_at))
    return found


def people_tried(session: Session, networks: Iterable[str], since: datetime) -> dict[str, int]:
    """With how many different addresses somebody failed from each of these networks."""
    found = dict[str, int]()
    for network in sorted(set(networks)):
        from_there = FailedSignIn.key.startswith("pair:") & FailedSignIn.key.endswith(f"|{network}", autoescape=True)
        query = select(func.count()).select_from(FailedSignIn).where(from_there, FailedSignIn.last_at >= since)
        found[network] = session.scalar(query) or 0
    return found


def forget_old_failures(session: Session) -> None:
    """Take away the counts of tries that are over."""
    session.execute(delete(FailedSignIn).where(FailedSignIn.last_at < clock.now() - _KEPT))
