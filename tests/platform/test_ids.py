"""Ids in the order in which they were made."""

from __future__ import annotations

import pytest

from webapp.kernel import ids
from webapp.kernel.ids import new_id


def test_ids_sort_as_they_were_made_also_when_the_clock_stands_or_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    start = ids.time.time_ns() + 10**9
    instants = iter([start] * 500 + [start - 3_600 * 10**9] * 500 + [start + 10**6] * 2)
    monkeypatch.setattr(ids.time, "time_ns", lambda: next(instants))
    made = [new_id() for _ in range(1002)]
    assert made == sorted(set(made))
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}
    assert made[-1].int >> 80 == start // 10**6 + 1, "when the clock goes on, so do they"


def test_what_is_random_never_runs_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ids, "_last", (ids.time.time_ns() // 10**6 + 10**6, (1 << 74) - 1))
    first, second = new_id(), new_id()
    assert first < second
    assert (first.version, first.variant) == (7, "specified in RFC 4122")
