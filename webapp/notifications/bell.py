"""How many notices of a member are new, for the frame of every page: kept for a moment, so that most pages ask nothing for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

KEPT_FOR = timedelta(seconds=20)  # another process may have told something meanwhile
_MOST = 10_000
_counts: dict[tuple[int, UUID], tuple[datetime, int]] = {}


def known(company_id: int, user_id: UUID, now: datetime) -> int | None:
    """What was counted a moment ago; None: count anew."""
    until, count = _counts.get((company_id, user_id), (now, 0))
    return count if now < until else None


def keep(company_id: int, user_id: UUID, now: datetime, count: int) -> None:
    if len(_counts) >= _MOST:
        _counts.clear()
    _counts[company_id, user_id] = now + KEPT_FOR, count


def forget(company_id: int, user_id: UUID) -> None:
    """Something was told to this member, or read by it, in this process."""
    _counts.pop((company_id, user_id), None)
