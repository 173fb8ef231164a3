"""The policy of what is kept, names, and the sealed file: pure."""

from __future__ import annotations

import io
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import refused
from webapp.backups.keys import read_key, recovery_key
from webapp.backups.refusals import BadKey, DamagedBackup, WrongKey
from webapp.backups.rules import Kind, Name, kept, next_id, read_moment, read_name, snapshot_is_due
from webapp.backups.sealed import seal, unseal
from webapp.kernel.dates import ist_day
from webapp.kernel.errors import BooksError

NOON = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
KEY = bytes(range(32))
instants = st.datetimes(datetime(2020, 1, 1), datetime(2036, 1, 1)).map(lambda at: at.replace(tzinfo=UTC, microsecond=0))  # noqa: DTZ001


@given(st.lists(st.tuples(instants, st.sampled_from(Kind), st.booleans()), max_size=60))
def test_the_newest_good_one_always_stays_and_the_policy_holds(made: list[tuple[datetime, Kind, bool]]) -> None:
    names = [Name(f"b{serial}", serial, at, kind) for serial, (at, kind, _bad) in enumerate(made)]
    bad = frozenset(name.id for name, (_at, _kind, is_bad) in zip(names, made, strict=True) if is_bad)
    stays = kept(names, bad)
    good = [name for name in names if name.id not in bad]
    assert stays <= {name.id for name in good}
    assert not good or good[-1].id in stays
    lasting = [name for name in reversed(good) if name.kind is not Kind.SNAPSHOT]
    days = list(dict.fromkeys(ist_day(name.made_at) for name in lasting))[:7]
    for day in days:
        assert next(name for name in lasting if ist_day(name.made_at) == day).id in stays
    assert kept([name for name in names if name.id in stays], bad) == stays, "what was kept once is kept again"
    assert len([name for name in lasting if name.id in stays]) <= 7 + 5 + 12 + 8 + 10


def test_ten_years_of_nights_leave_what_the_policy_says() -> None:
    names = [Name(str(day), day, NOON + timedelta(days=day), Kind.NIGHTLY) for day in range(3650)]
    stays = kept(names)
    assert {str(day) for day in range(3643, 3650)} <= stays
    assert 7 + 3 + 10 + 6 <= len(stays) <= 7 + 5 + 12 + 8


def test_a_clock_set_back_makes_no_older_one_of_the_next() -> None:
    first = next_id([], Kind.NIGHTLY, NOON)
    second = next_id([first, "files", "nonsense"], Kind.NIGHTLY, NOON - timedelta(days=400))
    names = [name for text in (first, second) if (name := read_name(text))]
    assert [name.serial for name in names] == [1, 2]
    assert second in kept(names)
    assert snapshot_is_due(NOON, NOON + timedelta(days=9), took_seconds=1, every_minutes=15, changed_at=NOON)


@pytest.mark.parametrize("text", ["", "000001-20261399T000000Z-nightly", "../../000001-20261120T000000Z-nightly", "1-x-asked"])
def test_what_is_no_name_is_none(text: str) -> None:
    assert read_name(text) is None


def test_a_moment_is_indias() -> None:
    assert read_moment("2026-11-20 14:30") == datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def sealed(size: int, purpose: str = "a/database") -> bytes:
    return b"".join(seal(KEY, purpose, [random.Random(size).randbytes(size)]))


def opened(raw: bytes, purpose: str = "a/database", key: bytes = KEY) -> bytes:
    return b"".join(unseal(key, purpose, io.BytesIO(raw)))


@pytest.mark.parametrize("size", [0, 1, 2_500_000])
def test_what_was_sealed_opens(size: int) -> None:
    assert opened(sealed(size)) == random.Random(size).randbytes(size)
    assert b"".join(unseal(KEY, "z", io.BytesIO(b"".join(seal(KEY, "z", [b"\0" * 9_000_000]))))) == b"\0" * 9_000_000


def test_a_byte_changed_anywhere_is_found() -> None:
    raw, dice = sealed(2_200_000), random.Random(7)
    for at in [*dice.sample(range(len(raw)), 46), 0, 9, 20, 33]:
        flipped = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        refused(lambda flipped=flipped: opened(flipped), BooksError)  # type: ignore[misc]


def test_pieces_moved_left_out_doubled_or_cut_off_are_found() -> None:
    raw = sealed(3_000_000)
    piece = 4 + (1 << 20) + 16
    head, first, second, rest = raw[:32], raw[32 : 32 + piece], raw[32 + piece : 32 + 2 * piece], raw[32 + 2 * piece :]
    for wrong in (
        head + second + first + rest,
        head + first + rest,
        head + first + first + second + rest,
        head + first + second,
        raw[:-1],
        raw + b"\0",
        raw[:40],
        head,
        b"",
    ):
        refused(lambda wrong=wrong: opened(wrong), DamagedBackup)  # type: ignore[misc]
    refused(lambda: opened(raw, "b/database"), DamagedBackup)
    refused(lambda: opened(raw, key=bytes(32)), WrongKey)


def test_a_recovery_key_is_read_again_and_a_slip_of_the_pen_is_seen() -> None:
    paper = recovery_key(KEY)
    assert read_key(paper.lower().replace("-", " "), "paper") == KEY
    for wrong in (paper[:-1], paper[1:], "A" + paper[1:] if paper[0] != "A" else "B" + paper[1:], "", "éé"):
        refused(lambda wrong=wrong: read_key(wrong, "paper"), BadKey)  # type: ignore[misc]
