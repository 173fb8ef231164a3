"""How often who may ask for what is dear or delicate. Counted in the program's Redis for all its processes, in one round trip.

Each class of work has a bucket for everybody it is counted for: it holds `most`, one leaves with each request, and it is full again
after `seconds`. While no Redis answers, each process counts for itself, which still ends a flood; billing is then counted by nobody.
Public links have a count of their own (webapp.links.door), and failed passwords one that grows (webapp.identity.trying).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, Literal, cast

from flask import current_app, request
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from webapp.kernel.errors import BooksError
from webapp.kernel.networks import counted_as
from webapp.kernel.records import dataclass
from webapp.platform import clock, web_cookies
from webapp.platform.logging import log
from webapp.platform.settings import Limit
from webapp.platform.tenancy import Actor

Kind = Literal["sign-in", "export", "upload", "search", "billing", "api"]

_COMPANY_HAS = 5  # times what one of its members has
_MOST_KEPT = 10_000  # buckets that one process knows by itself
_PAUSE_SECONDS = 10  # a Redis that did not answer is left alone so long
_PATIENCE_SECONDS = 0.5
_COOKIE_OF_TILL = "munim_till"

# Generic cell rate: a bucket is the instant at which it will be full again. KEYS: buckets; ARGV: now, then for each key the
# milliseconds that one request takes to refill, and how many it holds. Answers the milliseconds to wait, 0 when all had room; a
# request that is refused takes nothing out of any.
_SCRIPT = """
local now, full, wait = tonumber(ARGV[1]), {}, 0
for i = 1, #KEYS do
  local each, most = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  full[i] = math.max(tonumber(redis.call('GET', KEYS[i]) or '0'), now) + each
  wait = math.max(wait, full[i] - now - each * most)
end
if wait > 0 then return wait end
for i = 1, #KEYS do
  redis.call('SET', KEYS[i], string.format('%.0f', full[i]), 'PX', full[i] - now + 1000)
end
return 0
"""


class TooManyRequests(BooksError):
    """Somebody asks more often than a person does. `retry_after` is in seconds."""

    status = 429

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            problem="There were too many requests from here in a short time. Nothing was done.",
            fix=f"Wait {retry_after} seconds, then send it again.",
        )
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Bucket:
    """Who is counted for what: `key`, how many it holds, and the milliseconds that one of them takes to come back."""

    key: str
    most: int
    each: int


def take(full_at: int, now: int, bucket: Bucket) -> tuple[int, int]:
    """One request at `now`, from a bucket that is full at `full_at` (both in milliseconds). Returns when it is full after that, and how
    long to wait: 0 when there was room."""
    then = max(full_at, now) + bucket.each
    return then, max(0, then - now - bucket.each * bucket.most)


@dataclass(slots=True)
class OwnCounts:
    """The buckets of this process alone. Knows a bounded number: beyond it, those go that were used longest ago."""

    full_at: dict[str, int] = field(default_factory=dict)

    def wait(self, buckets: Sequence[Bucket], now: int) -> int:
        taken = {bucket.key: take(self.full_at.get(bucket.key, 0), now, bucket) for bucket in buckets}
        longest = max((wait for _then, wait in taken.values()), default=0)
        if not longest:
            for key, (then, _wait) in taken.items():
                self.full_at.pop(key, None)
                self.full_at[key] = then
            while len(self.full_at) > _MOST_KEPT:
                del self.full_at[next(iter(self.full_at))]
        return longest


@dataclass(slots=True)
class Counts:
    """The buckets of all processes in Redis, and of this process while that is away. `redis_url` may be empty."""

    redis_url: str
    own: OwnCounts = field(default_factory=OwnCounts)
    _away_until: float = 0.0
    _script: Any = None

    def wait(self, buckets: Sequence[Bucket], now: int, *, alone: bool = True) -> int:
        """Milliseconds until all the buckets have room; 0: they had, and one was taken. Not `alone`: 0 while no Redis answers."""
        shared = self._shared(buckets, now)
        if shared is not None:
            return shared
        return self.own.wait(buckets, now) if alone else 0

    def _shared(self, buckets: Sequence[Bucket], now: int) -> int | None:
        if not self.redis_url or time.monotonic() < self._away_until:
            return None
        numbers = [number for bucket in buckets for number in (bucket.each, bucket.most)]
        try:
            if self._script is None:
                redis = Redis.from_url(
                    self.redis_url,
                    retry=Retry(NoBackoff(), 0),
                    socket_timeout=_PATIENCE_SECONDS,
                    socket_connect_timeout=_PATIENCE_SECONDS,
                )
                self._script = redis.register_script(_SCRIPT)
            return int(cast("int", self._script(keys=[f"munim:rate:{bucket.key}" for bucket in buckets], args=[now, *numbers])))
        except RedisError as trouble:
            log.warning("rates are counted by each process", error=str(trouble))
            self._away_until = time.monotonic() + _PAUSE_SECONDS
            return None


def kind_of(endpoint: str, method: str, *, is_public: bool) -> Kind | None:
    """What a request asks for, by the words its view is named with; None for what is not counted. A view that is added tomorrow and is
    named as its like is counted from the start."""
    room, _, name = endpoint.rpartition(".")
    if method == "POST":
        if endpoint in {"counter.create_push", "sales.create_invoice"}:
            return "billing"
        if is_public and room in {"identity", "onboarding", "api_access"} and name not in {"change_language", "create_sign_out"}:
            return "sign-in"
        if request.mimetype == "multipart/form-data":
            return "upload"
        return "export" if name.endswith(("_paper", "_download")) or name == "create_batch" else None
    is_file = name.startswith(("export_", "download_", "send_")) or name.endswith("_export")
    if is_file or request.args.get("format") or "format" in (request.view_args or {}):
        return None if is_public else "export"
    return "search" if name.startswith("find_") or room == "finder" else None


def require_room(limits: Mapping[str, Limit], actor: Actor | None, *, is_public: bool) -> None:
    """Count this request for whoever sends it. TooManyRequests, which says how long to wait, when it is one too many."""
    kind = kind_of(request.endpoint or "", request.method, is_public=is_public)
    if kind is None or (limit := limits.get(kind)) is None:
        return
    _take(kind, _buckets(kind, limit, actor))


def require_room_of(limits: Mapping[str, Limit], kind: Kind, whose: str, *, company_id: int | None = None) -> None:
    """Count this request for `whose`, and for a company besides. TooManyRequests as above."""
    if (limit := limits.get(kind)) is not None:
        _take(kind, _own_and_company(kind, limit, whose, company_id))


def network() -> str:
    """Whose request this is, as far as its network tells."""
    return _hidden(f"network {counted_as(request.remote_addr or '')}")


def _take(kind: Kind, buckets: Sequence[Bucket]) -> None:
    counts: Counts = current_app.extensions["munim.rates"]
    now = int(clock.now().timestamp() * 1000)
    if wait := counts.wait(buckets, now, alone=kind != "billing"):
        log.warning("too many requests", kind=kind, endpoint=request.endpoint)
        raise TooManyRequests(-(-wait // 1000))


def _buckets(kind: Kind, limit: Limit, actor: Actor | None) -> list[Bucket]:
    """Signing in is counted by network alone; a till by its cookie, for many stand behind one network; the rest by member and business."""
    if kind != "sign-in" and actor is not None:
        return _own_and_company(kind, limit, f"user:{actor.user_id}", actor.company_id)
    whose = web_cookies.value_of(_COOKIE_OF_TILL, also_plain=True) if kind == "billing" else ""
    return _own_and_company(kind, limit, _hidden(f"till {whose}") if whose else network(), None)


def _own_and_company(kind: Kind, limit: Limit, whose: str, company_id: int | None) -> list[Bucket]:
    each = max(1, limit.seconds * 1000 // limit.most)
    own = Bucket(f"{kind}:{whose}", limit.most, each)
    if company_id is None:
        return [own]
    return [own, Bucket(f"{kind}:company:{company_id}", limit.most * _COMPANY_HAS, max(1, each // _COMPANY_HAS))]


def _hidden(whose: str) -> str:
    return hashlib.sha256(whose.encode()).hexdigest()[:32]
