"""Statements that take long, in the log: their SQL without values, with the request's id that every line bears.

What goes through SQLAlchemy is timed where its dialect executes: a listener on the cursor would take the road from every prepared
statement that asks SQLite directly (webapp.platform.prepared), which times its own.
"""

from __future__ import annotations

import math
import time
from typing import Any

from sqlalchemy import Engine, event

from webapp.platform.logging import log

_LONGEST = 2_000
most_seconds = math.inf  # of this process; what takes as long is told


def watch(made: Engine, most_ms: int) -> None:
    """Log each statement of this engine that takes `most_ms` or more; 0 watches nothing, and then costs nothing."""
    global most_seconds
    if not most_ms:
        most_seconds = math.inf
        return
    most_seconds = most_ms / 1000

    @event.listens_for(made, "do_execute")
    def timed(cursor: Any, statement: str, parameters: Any, _context: object) -> bool:
        began = time.perf_counter()
        cursor.execute(statement, parameters)
        tell(statement, time.perf_counter() - began)
        return True  # it is executed


def tell(statement: str, seconds: float) -> None:
    """Log a statement that took long; of others, nothing. Its values may be names and amounts, and are not told."""
    if seconds >= most_seconds:
        log.warning("slow query", ms=round(seconds * 1000), sql=" ".join(statement.split())[:_LONGEST])
