"""How often one address may knock: counted in the program's Redis for all its processes, and by each process while that is away."""

from __future__ import annotations

import hashlib
import hmac
from typing import cast

from flask import current_app, request

from webapp.kernel.networks import counted_as
from webapp.links.rules import MOST_A_MINUTE, MOST_ANSWERS_A_MINUTE, WINDOW_SECONDS, Doorkeeper, TooManyOpenings
from webapp.platform import clock
from webapp.platform.counting import SharedCounts
from webapp.platform.web import settings

_MOST = {"openings": MOST_A_MINUTE, "answers": MOST_ANSWERS_A_MINUTE}


def knock(*, writes: bool = False) -> None:
    """Count whoever asks now. TooManyOpenings when its address asks too often, whatever it asks for, and sooner where it `writes`."""
    if writes:
        _count("answers")
    _count("openings")


def address_hash(of: str = "address") -> str:
    """Where this request comes from, so that two can be told apart and nobody can tell where: keyed, for addresses are few."""
    asker = request.remote_addr or ""
    said = asker if of == "address" else counted_as(asker)
    return hmac.new(settings().secret_key.encode(), f"{of} {said}".encode(), hashlib.sha256).hexdigest()[:32]


def _count(what: str) -> None:
    second = int(clock.now().timestamp())
    shared = _shared().one_more(f"{what}:{address_hash(what)}", second // WINDOW_SECONDS, WINDOW_SECONDS)
    if shared is None:
        _doorkeeper(what).require_room(request.remote_addr or "", second)
    elif shared > _MOST[what]:
        raise TooManyOpenings


# One of each for each app, so that two apps in one process do not share their counts.


def _shared() -> SharedCounts:
    kept = current_app.extensions.get("munim.shared_counts")
    if kept is None:
        kept = current_app.extensions.setdefault("munim.shared_counts", SharedCounts(settings().redis_url))
    return cast("SharedCounts", kept)


def _doorkeeper(what: str) -> Doorkeeper:
    return cast("Doorkeeper", current_app.extensions.setdefault(f"munim.link_doorkeeper.{what}", Doorkeeper(_MOST[what])))
