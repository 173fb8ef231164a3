"""Figures for Prometheus. Counted in each process; when the supervisor gives a folder, shared by all of them.

`PROMETHEUS_MULTIPROC_DIR` is prometheus-client's own switch and must be set before it is imported, which the
supervisor sees to.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from prometheus_client import REGISTRY as OWN_REGISTRY
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

if TYPE_CHECKING:  # the scheduler counts too, and is 12 MB smaller without Flask
    from flask import Response
    from flask.sansio.app import App

REQUESTS = Counter("munim_requests_total", "Requests answered.", ["endpoint", "method", "status"])
SECONDS = Histogram(
    "munim_request_seconds", "Time to answer.", ["endpoint"], buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
)
JOBS = Counter("munim_jobs_total", "Tries of jobs ended, by outcome: done, failed.", ["job", "outcome"])
FACTS_SENT = Counter("munim_facts_sent_total", "Committed facts handed to their listeners.", ["kind"])
FACTS_WAITING = Gauge("munim_facts_waiting", "Committed facts not handed on yet, when last looked.", multiprocess_mode="mostrecent")


# Lines of rooms above, by name: asked for each time the figures are read.
MORE: dict[str, Callable[[], list[str]]] = {}

# Measured by the scheduler once a minute (jobs/watching.py).
_NEWEST: Final = "mostrecent"
QUEUE_LENGTH = Gauge("munim_queue_length", "Jobs that wait in a queue.", ["queue"], multiprocess_mode=_NEWEST)
QUEUE_OLDEST = Gauge("munim_queue_oldest_seconds", "How long the first job of a queue has waited.", ["queue"], multiprocess_mode=_NEWEST)
OUTBOX_AGE = Gauge("munim_outbox_age_seconds", "Age of the oldest committed fact not handed on.", multiprocess_mode=_NEWEST)
DEAD_LETTERS = Gauge("munim_dead_letters", "Jobs given up after their last try, not cancelled.", multiprocess_mode=_NEWEST)
DATABASE_BYTES = Gauge("munim_database_bytes", "Size of the database.", multiprocess_mode=_NEWEST)
CHORE_SUCCESS = Gauge("munim_chore_last_success_timestamp", "When a chore last ended well.", ["chore"], multiprocess_mode=_NEWEST)
SYNC_LAG = Histogram(
    "munim_sync_lag_seconds",
    "Age of the oldest unsent command, as a till reports it at each contact; 0 when it has none.",
    buckets=(0, 1, 10, 60, 300, 1_800, 7_200, 43_200, 86_400),
)
POSTING_SECONDS = Histogram(
    "munim_posting_seconds", "Time to post one bill.", buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
)


def watch(app: App) -> None:
    """Count every request by endpoint (never by path, which may hold ids)."""
    from flask import g, request

    @app.before_request
    def begin() -> None:
        g.metrics_began = time.perf_counter()

    @app.after_request
    def finish(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        REQUESTS.labels(endpoint, request.method, str(response.status_code)).inc()
        if (began := g.get("metrics_began")) is not None:
            SECONDS.labels(endpoint).observe(time.perf_counter() - began)
        return response


def exposition() -> bytes:
    """All figures in the Prometheus text format."""
    more = "".join(f"{line}\n" for lines in MORE.values() for line in lines()).encode()
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(OWN_REGISTRY) + more
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library leaves this one bare
    return generate_latest(registry) + more
