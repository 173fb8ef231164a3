"""The one place that asks what time it is. Tests put their own clock here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from webapp.kernel.dates import ist_day


def _machine() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _machine


def now() -> datetime:
    """The present instant, in UTC."""
    return _source()


def today() -> date:
    """The present day in India."""
    return ist_day(now())


def use(source: Callable[[], datetime] | None) -> None:
    """Take time from `source`, or from the machine again when it is None. For tests and demonstrations."""
    global _source
    _source = source or _machine
