"""What a backup is called, which ones are kept, and when the next is due. Pure: no disk, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from webapp.kernel.dates import IST, ist_day
from webapp.kernel.records import dataclass

DAYS, WEEKS, MONTHS, YEARS = 7, 5, 12, 8  # rule 3(1): books of a company are kept eight years
ASKED = 10
ALL_SNAPSHOTS, HOURLY_SNAPSHOTS = timedelta(hours=6), timedelta(hours=48)
BUSY_SHARE = 20  # a machine is copying for at most a twentieth of its time
_ID = re.compile(r"^(\d{6})-(\d{8}T\d{6}Z)-(nightly|asked|migration|snapshot)$")


class Kind(StrEnum):
    """Why a backup was made. A snapshot is one of the many of a day, for going back to a minute."""

    NIGHTLY = "nightly"
    ASKED = "asked"
    MIGRATION = "migration"
    SNAPSHOT = "snapshot"


@dataclass(frozen=True, slots=True)
class Name:
    """A backup's name, told apart. `serial` counts up whatever the clock does: the newest has the highest."""

    id: str
    serial: int
    made_at: datetime
    kind: Kind


def read_name(text: str) -> Name | None:
    """The name told apart; None for what is no backup's name."""
    found = _ID.match(text)
    if not found:
        return None
    try:
        made_at = datetime.strptime(found[2] + "+0000", "%Y%m%dT%H%M%SZ%z")
    except ValueError:
        return None
    return Name(text, int(found[1]), made_at, Kind(found[3]))


def next_id(existing: Iterable[str], kind: Kind, now: datetime) -> str:
    """A name that none has: one number on from the highest, so that a clock set back makes no older one of it."""
    highest = max((name.serial for text in existing if (name := read_name(text))), default=0)
    return f"{highest + 1:06}-{now.strftime('%Y%m%dT%H%M%SZ')}-{kind}"


def kept(names: Sequence[Name], bad: frozenset[str] = frozenset()) -> set[str]:
    """Which backups stay: of the last 7 days, 5 weeks, 12 months and 8 years that have one the newest of each, the snapshots of two
    days, and the last ten that somebody asked for, or that stand before a change of the schema: who is in the middle of something finds
    his own. Counted in days that have a backup, not in days gone by: a shop that was shut for a year loses none.

    `bad` ones are never chosen before a good one; the newest good one always stays.
    """
    good = sorted((name for name in names if name.id not in bad), key=lambda name: -name.serial)
    lasting = [name for name in good if name.kind is not Kind.SNAPSHOT]
    of_a_person = [name for name in lasting if name.kind in (Kind.ASKED, Kind.MIGRATION)]
    stays = {name.id for name in [*good[:1], *lasting[:1], *of_a_person[:ASKED]]}
    for most, bucket in ((DAYS, _day), (WEEKS, _week), (MONTHS, _month), (YEARS, _year)):
        stays |= _first_of_each(lasting, most, bucket)
    return stays | _kept_snapshots([name for name in good if name.kind is Kind.SNAPSHOT])


def _first_of_each(newest_first: Sequence[Name], most: int, bucket: object) -> set[str]:
    seen: dict[object, str] = {}
    for name in newest_first:
        seen.setdefault(bucket(name.made_at), name.id)  # type: ignore[operator]  # one of the four below
    return set(list(seen.values())[:most])


def _kept_snapshots(newest_first: Sequence[Name]) -> set[str]:
    stays: set[str] = set()
    hours: set[str] = set()
    for name in newest_first:
        age = newest_first[0].made_at - name.made_at
        hour = name.made_at.strftime("%Y%m%d%H")
        if abs(age) <= ALL_SNAPSHOTS or (abs(age) <= HOURLY_SNAPSHOTS and hour not in hours):
            stays.add(name.id)
        hours.add(hour)
    return stays


def _day(instant: datetime) -> date:
    return ist_day(instant)


def _week(instant: datetime) -> tuple[int, int]:
    year, week, _ = ist_day(instant).isocalendar()
    return year, week


def _month(instant: datetime) -> tuple[int, int]:
    day = ist_day(instant)
    return day.year, day.month


def _year(instant: datetime) -> int:
    return ist_day(instant).year


def snapshot_is_due(now: datetime, last_at: datetime | None, *, took_seconds: int, every_minutes: int, changed_at: datetime) -> bool:
    """Whether the next snapshot is due: something was written since the last one, and enough time has gone by. A large database, whose
    copy takes long, is copied more seldom. A last one in the future (the clock was set back) does not hinder."""
    if every_minutes <= 0:
        return False
    if last_at is None or last_at > now:
        return True
    pause = max(timedelta(minutes=every_minutes), timedelta(seconds=took_seconds * BUSY_SHARE))
    return changed_at > last_at and now - last_at >= pause


def read_moment(text: str) -> datetime:
    """A moment in India as people type it: "2026-11-20 14:30". ValueError when it is none."""
    return datetime.strptime(text.strip() + " +0530", "%Y-%m-%d %H:%M %z").astimezone(IST)


def newest_before(names: Iterable[Name], moment: datetime | None = None) -> Name | None:
    """The newest backup, or the newest that was made at a moment or before it."""
    fitting = [name for name in names if moment is None or name.made_at <= moment]
    return max(fitting, key=lambda name: name.serial, default=None)
