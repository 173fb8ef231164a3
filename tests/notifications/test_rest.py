"""The hours of rest to the minute. Times are Indian."""

from __future__ import annotations

from datetime import datetime

import pytest

from webapp.kernel.dates import IST
from webapp.notifications.rules import after_rest, next_day

NIGHT, NOON, NEVER, LATE = (21 * 60, 9 * 60), (13 * 60, 14 * 60), (600, 600), (21 * 60, 0)


@pytest.mark.parametrize(
    ("rest", "now", "leaves"),
    [
        (NIGHT, "2026-12-31 20:59:59", "2026-12-31 20:59:59"),
        (NIGHT, "2026-12-31 21:00:00", "2027-01-01 09:00:00"),
        (NIGHT, "2026-12-31 23:59:59", "2027-01-01 09:00:00"),
        (NIGHT, "2027-01-01 00:00:00", "2027-01-01 09:00:00"),
        (NIGHT, "2027-01-01 08:59:59", "2027-01-01 09:00:00"),
        (NIGHT, "2027-01-01 09:00:00", "2027-01-01 09:00:00"),
        (NOON, "2026-11-20 13:00:00", "2026-11-20 14:00:00"),
        (NOON, "2026-11-20 14:00:00", "2026-11-20 14:00:00"),
        (NOON, "2026-11-20 12:59:59", "2026-11-20 12:59:59"),
        (NEVER, "2026-11-20 10:00:00", "2026-11-20 10:00:00"),
        (LATE, "2026-11-20 21:00:00", "2026-11-21 00:00:00"),
        (LATE, "2026-11-20 00:00:00", "2026-11-20 00:00:00"),
    ],
)
def test_what_may_not_leave_now_leaves_when_the_rest_ends(rest: tuple[int, int], now: str, leaves: str) -> None:
    assert after_rest(datetime.fromisoformat(now).replace(tzinfo=IST), *rest) == datetime.fromisoformat(leaves).replace(tzinfo=IST)


def test_who_had_a_days_most_hears_more_on_the_next_morning() -> None:
    late = datetime(2026, 12, 31, 23, 59, 59, tzinfo=IST)
    assert next_day(late, NIGHT[1]) == datetime(2027, 1, 1, 9, 0, tzinfo=IST)
