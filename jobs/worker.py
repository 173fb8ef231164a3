"""`python -m jobs.worker`: the process that performs jobs.

It forks for each job. That costs 9 ms where working in place costs 2, and buys what a shop needs: a drawing that hangs or
eats the memory is ended from outside, and the worker goes on. What a child would import each time, WeasyPrint first of
all, the parent imports before the first job that wants it, so children start warm and a worker at rest stays small.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
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
from webapp.platform.processes import LIFE_SIGN_SECONDS, die_with_parent


class ForkingWorker(Worker):
    """RQ's worker, with warm children that end with it."""

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
        super().main_work_horse(job, queue)


def outcome_of(job: QueuedJob) -> str:
    """How the try ended. A finished job leaves nothing in Redis, so its absence means that it is done."""
    try:
        return "failed" if job.get_status() == JobStatus.FAILED else "done"
    except InvalidJobOperation:
        return "done"


def main() -> int:
    """Work until told to stop. Ends with 1 when Redis does not answer, so that the supervisor waits before the next start."""
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
        [queue.queue_on(redis)],
        connection=redis,
        serializer=JSONSerializer,
        name=f"{os.uname().nodename}-{os.getpid()}-{int(time.time())}",
        worker_ttl=LIFE_SIGN_SECONDS + 15,  # RQ waits 15 s less than this for a job, then says it lives
        job_monitoring_interval=LIFE_SIGN_SECONDS,
        maintenance_interval=60,
    )
    gc.collect()
    gc.freeze()
    worker.work(logging_level="WARNING", with_scheduler=False)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
