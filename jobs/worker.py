"""`python -m jobs.worker`: the process that performs jobs.

It forks for each job. That costs 9 ms where working in place costs 2, and buys what a shop needs: a drawing that hangs or
eats the memory is ended from outside, and the worker goes on. What a child would import each time, WeasyPrint first of
all, the parent imports before the first job that wants it, so children start warm and a worker at rest stays small.
"""

from __future__ import annotations

import gc
import os
import resource
import signal
import sys
import time
from collections.abc import Sequence
from importlib import import_module

from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.exceptions import InvalidJobOperation
from rq.job import Job as QueuedJob
from rq.job import JobStatus
from rq.serializers import JSONSerializer

from jobs import queue
from jobs.grounds import connect_rooms, stand
from jobs.wiring import WARM_UP
from webapp.platform import metrics
from webapp.platform.logging import log
from webapp.platform.processes import LIFE_SIGN_SECONDS, die_with_parent, give_back_memory

USUAL_EVERY, SLOW_EVERY = 4, 12
# What one job may hold: a drawing of 500 pages takes 300 MB.
MOST_BYTES = 1_500_000_000
QUEUES = {"urgent": queue.URGENT, "usual": queue.USUAL, "slow": queue.SLOW}


class ForkingWorker(Worker):
    """RQ's worker, with warm children that end with it.

    It takes what is urgent first, but after three jobs in a row the usual queue has the first turn once, and at each twelfth the
    slow one: however many urgent jobs there are, each queue gets on.
    """

    taken = 0

    def reorder_queues(self, reference_queue: Queue) -> None:
        """Called by RQ with each job taken: from which queue the next one is looked for first."""
        self.taken += 1
        self._ordered_queues = in_turn(self.queues, self.taken)

    def execute_job(self, job: QueuedJob, queue: Queue) -> None:
        """Warm up once for this kind of job, fork, and count how it ended (here: a child's own figures would be a file each)."""
        name = str(job.args[0]) if job.args else ""
        for module in WARM_UP.get(name, ()):
            if module not in sys.modules:
                import_module(module)
                gc.freeze()
        super().execute_job(job, queue)
        metrics.JOBS.labels(name, outcome_of(job)).inc()

    def main_work_horse(self, job: QueuedJob, queue: Queue) -> None:
        """A child without its worker would finish beside the try that replaces it: end it too."""
        die_with_parent(by=signal.SIGKILL)
        limit_memory()
        super().main_work_horse(job, queue)


def in_turn(queues: Sequence[Queue], taken: int) -> list[Queue]:
    """The queues as the next job is looked for when `taken` have been taken: in order of urgency, but now and then a lower one first."""
    first = 2 if taken % SLOW_EVERY == 0 else 1 if taken % USUAL_EVERY == 0 else 0
    first = min(first, len(queues) - 1)
    return [queues[first], *queues[:first], *queues[first + 1 :]]


def limit_memory() -> None:
    """A job that eats the memory gets a MemoryError, which is written down and tried again, before the kernel chooses whom to kill."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = MOST_BYTES if hard == resource.RLIM_INFINITY else min(MOST_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


def outcome_of(job: QueuedJob) -> str:
    """How the try ended. A finished job leaves nothing in Redis, so its absence means that it is done."""
    try:
        return "failed" if job.get_status() == JobStatus.FAILED else "done"
    except InvalidJobOperation:
        return "done"


def main(arguments: Sequence[str]) -> int:
    """Work until told to stop, on all queues or on those that are named: a machine with the memory for it keeps a second worker for
    what is urgent. Ends with 1 when Redis does not answer, so that the supervisor waits before the next start."""
    if unknown := set(arguments) - set(QUEUES):
        sys.stderr.write(f"no such queue: {', '.join(sorted(unknown))}\nusage: python -m jobs.worker [urgent] [usual] [slow]\n")
        return 2
    names = [QUEUES[name] for name in arguments] or queue.NAMES
    # Its engine connects only in the children: a connection must not be shared over a fork.
    settings = stand("worker")
    if not settings.redis_url:
        log.info("no Redis: the scheduler performs jobs itself, this process only waits")
        signal.sigwait({signal.SIGTERM, signal.SIGINT})
        return 0
    connect_rooms()
    redis = queue.connect(settings.redis_url)
    try:
        redis.ping()
    except RedisError as error:
        log.warning("Redis does not answer", error=str(error))
        return 1
    worker = ForkingWorker(
        queue.queues_on(redis, names),
        connection=redis,
        serializer=JSONSerializer,
        name=f"{os.uname().nodename}-{os.getpid()}-{int(time.time())}",
        worker_ttl=LIFE_SIGN_SECONDS + 15,  # RQ waits 15 s less than this for a job, then says it lives
        job_monitoring_interval=LIFE_SIGN_SECONDS,
        maintenance_interval=60,
    )
    gc.collect()
    gc.freeze()
    give_back_memory()
    worker.work(logging_level="WARNING", with_scheduler=False)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
