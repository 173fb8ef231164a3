"""What the carriers that are asked over HTTP have in common: one call, and which end of it is which.

Nothing that may have been taken is sent again: no answer, and an answer of trouble (5xx), are UNKNOWN; only what never left (no
connection), and what a provider says it did not take for now (429), is LATER.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from webapp.messaging.carrier import End, Health, later, seconds_of, unknown
from webapp.platform import clock
from webapp.platform.outside import Answer, HostNotAllowed, Unanswered, Unreached, answer_of


def post(url: str, body: bytes, headers: Mapping[str, str], endings: Collection[str]) -> Answer | End:
    """Ask once; the answer, or the end where there is none to read."""
    try:
        answer = answer_of("POST", url, headers=headers, endings=endings, body=body)
    except HostNotAllowed as no:
        return later(f"{no.problem} {no.fix}", Health.ACCOUNT)
    except Unreached as trouble:
        return later(str(trouble))
    except Unanswered as trouble:
        return unknown(str(trouble))
    if answer.status == 429:
        return later("The provider asks for a pause.", Health.PAUSE, seconds_of(answer.retry_after, clock.now()))
    return answer


def said(answer: Answer) -> Mapping[str, Any]:
    """The answer's JSON object; of anything else, an empty one."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, Mapping) else {}


def child(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A part of an answer that is an object; of anything else, an empty one."""
    found = of.get(name)
    return found if isinstance(found, Mapping) else {}
