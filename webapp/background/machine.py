"""How the machine stands, for whoever runs it: its processes, queues, database, disk and chores."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from redis import Redis
from redis.exceptions import RedisError

from webapp import identity
from webapp.kernel.errors import NotFound
from webapp.platform import chore_runs, clock, figures, storage
from webapp.platform.chore_runs import ChoreRun
from webapp.platform.tenancy import Actor, open_directory

# As jobs/queue.py names them: the urgent, the usual, the slow.
QUEUES = ("munim-urgent", "munim", "munim-slow")


class Machine(NamedTuple):
    """Figures of one machine. `queues` is None where no Redis answers."""

    queues: tuple[int, ...] | None
    outbox_seconds: int
    dead_letters: int
    database_bytes: int
    disk_free_bytes: int
    chores: Sequence[ChoreRun]
    asked_at: datetime


def require_machine_owner(actor: Actor) -> None:
    """NotFound for all but owners of the oldest business on this machine: whoever set the machine up founded it. When that one is closed
    nobody inherits it: what is the machine's is then done at its console."""
    with open_directory(writes=False) as directory:
        oldest = identity.oldest_company_id(directory)
    if actor.company_id != oldest:
        raise NotFound("page")


def is_machine_owners(actor: Actor) -> bool:
    """Whether the page is for this actor, to show the way to it."""
    try:
        require_machine_owner(actor)
    except NotFound:
        return False
    return True


def look(redis: Redis | None) -> Machine:
    """The figures of this moment."""
    with open_directory(writes=False) as directory:
        chores = chore_runs.last_runs(directory)
    now = clock.now()
    return Machine(
        queues=_lengths(redis),
        outbox_seconds=int(figures.outbox_age(now)),
        dead_letters=figures.dead_letters(),
        database_bytes=figures.database_bytes(),
        disk_free_bytes=shutil.disk_usage(storage.folder()).free,
        chores=chores,
        asked_at=now,
    )


def _lengths(redis: Redis | None) -> tuple[int, ...] | None:
    if redis is None:
        return None
    try:
        return tuple(int(redis.llen(f"rq:queue:{name}")) for name in QUEUES)
    except RedisError:
        return None
