"""Is it alive, is it ready, how is it doing: three addresses for machines."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request
from redis import Redis
from redis.exceptions import ConnectionError as RedisMissing
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from webapp.platform import db, metrics
from webapp.platform.logging import log
from webapp.platform.permissions import needs
from webapp.platform.processes import SCHEDULER_SEEN_KEY, SEEN_SECONDS
from webapp.platform.schema import newest_revision
from webapp.platform.settings import Settings

bp = Blueprint("health", __name__)
bp.record_once(lambda state: metrics.watch(state.app))

REDIS_EXTENSION = "munim.health.redis"
SHORTEST_TOKEN = 16
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip")


@bp.get("/healthz")
@needs(None)
def healthz() -> Response:
    """The process answers. Says nothing of what it stands on."""
    return jsonify(status="alive")


@bp.get("/readyz")
@needs(None)
def readyz() -> tuple[Response, int]:
    """What the program stands on, each part by name; 503 when one of them is missing.

    Billing needs only the database, so a load balancer asks `?needs=database,migrations` and keeps sending people here
    while Redis is away.
    """
    wanted = set(filter(None, request.args.get("needs", "").split(","))) or set(CHECKS)
    if unknown := wanted - set(CHECKS):
        return jsonify(status="unknown", problem=f"No such check: {', '.join(sorted(unknown))}.", checks=sorted(CHECKS)), 400
    answers = {name: attempt(check) for name, check in CHECKS.items() if name in wanted}
    is_ready = all(answer == "ok" for answer in answers.values())
    return jsonify(status="ready" if is_ready else "not ready", checks=answers), 200 if is_ready else 503


@bp.get("/metrics")
@needs(None)
def show_metrics() -> Response:
    """Prometheus figures, for this machine and who shows METRICS_TOKEN: to others, also through a proxy, the page does not exist."""
    is_local = request.remote_addr in {"127.0.0.1", "::1"} and not any(name in request.headers for name in FORWARDED)
    if not is_local and not _shows_token():
        return Response("Not found.\n", status=404, content_type="text/plain")
    return Response(metrics.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _shows_token() -> bool:
    """Whether the request bears METRICS_TOKEN (RFC 6750). A token too short to be a secret opens nothing."""
    settings: Settings = current_app.extensions["munim.settings"]
    wanted, shown = settings.metrics_token, request.headers.get("Authorization", "")
    return len(wanted) >= SHORTEST_TOKEN and hmac.compare_digest(shown.encode(), f"Bearer {wanted}".encode())


def attempt(check: Callable[[], str]) -> str:
    """The check's own words, or "missing" when what it asks does not answer. Details go to the log, not to strangers."""
    try:
        return check()
    except (SQLAlchemyError, RedisError, OSError) as error:
        log.warning("not ready", check=check.__name__, error=str(error))
        return "missing"


def database_answers() -> str:
    with db.engine().connect() as connection:
        connection.execute(text("select 1"))
    return "ok"


def migrations_are_done() -> str:
    with db.engine().connect() as connection:
        current = connection.execute(text("select version_num from alembic_version")).scalar()
    newest = _newest()
    return "ok" if current == newest else f"database at {current}, this program needs {newest}"


@lru_cache(maxsize=1)
def _newest() -> str | None:
    """The newest change this program knows; its files do not change while it runs. Alembic, asked instead, would stay in memory."""
    return newest_revision()


def redis_answers() -> str:
    redis_of_this_app().ping()
    return "ok"


def worker_is_seen() -> str:
    """RQ keeps each worker's last sign of life in its own hash."""
    redis = redis_of_this_app()
    beats = [redis.hget(as_text(key), "last_heartbeat") for key in redis.smembers("rq:workers")]
    ages = [time.time() - datetime.fromisoformat(as_text(beat)).timestamp() for beat in beats if beat]
    return "ok" if any(age < SEEN_SECONDS for age in ages) else "missing"


def scheduler_is_seen() -> str:
    return "ok" if redis_of_this_app().exists(SCHEDULER_SEEN_KEY) else "missing"


def redis_of_this_app() -> Redis:
    """A connection that gives up soon: a probe must answer also when Redis hangs."""
    settings: Settings = current_app.extensions["munim.settings"]
    if not settings.redis_url:
        raise RedisMissing("REDIS_URL is empty")
    if REDIS_EXTENSION not in current_app.extensions:
        current_app.extensions[REDIS_EXTENSION] = Redis.from_url(settings.redis_url, socket_timeout=1, socket_connect_timeout=1)
    found: Redis = current_app.extensions[REDIS_EXTENSION]
    return found


def as_text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


CHECKS: Mapping[str, Callable[[], str]] = {
    "database": database_answers,
    "migrations": migrations_are_done,
    "redis": redis_answers,
    "worker": worker_is_seen,
    "scheduler": scheduler_is_seen,
}
