"""Failed tries: counted, and answered by pauses that grow."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.identity import rules
from webapp.identity.models import FailedSignIn
from webapp.kernel.errors import BooksError
from webapp.platform import clock


class TooManyTries(BooksError):
    """Sign-in pauses after repeated failures, for who tries and where he tries from."""

    status = 429


def refuse_hurry(session: Session, keys: tuple[str, ...]) -> None:
    """TooManyTries while a pause after failed tries lasts, for any of the keys."""
    for failed in session.scalars(select(FailedSignIn).where(FailedSignIn.key.in_(keys))):
        # Many people may stand behind one network: it waits later than one of them.
        tries = failed.tries - (rules.MORE_OF_A_NETWORK if failed.key.startswith("network:") else 0)
        wait = rules.wait_after(tries, failed.last_at, clock.now())
        if wait:
            raise TooManyTries(
                problem="Too many failed tries.", fix=f"Wait {_seconds(wait)} and try again, or ask the owner to reset the password."
            )


def count_failure(session: Session, keys: tuple[str, ...]) -> None:
    """Remember a failed try. A day without one forgets the rest."""
    for key in keys:
        failed = session.get(FailedSignIn, key)
        if failed is None:
            session.add(FailedSignIn(key=key, tries=1, last_at=clock.now()))
        else:
            is_stale = clock.now() - failed.last_at > timedelta(days=1)
            failed.tries, failed.last_at = (1 if is_stale else failed.tries + 1), clock.now()


def forget_failures(session: Session, keys: tuple[str, ...]) -> None:
    """A success clears the count."""
    for key in keys:
        failed = session.get(FailedSignIn, key)
        if failed is not None:
            session.delete(failed)


def _seconds(wait: timedelta) -> str:
    seconds = int(wait.total_seconds()) + 1
    return f"{seconds} seconds" if seconds < 90 else f"{seconds // 60 + 1} minutes"
