"""What providers tell afterwards, read out of what they post. Pure; what cannot be read is passed over.

The forms are of 2026-11: Twilio's status callback, Meta's webhook of the Cloud API v23.0, MSG91's reports of version 2 (a form's field
`data` with a JSON list) and of version 3 (flat JSON).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from webapp.kernel.records import dataclass
from webapp.messaging.carrier import cut
from webapp.messaging.rules import ReportState

MOST_OF_AN_ID = 200
_TWILIO = {
    "delivered": ReportState.DELIVERED,
    "read": ReportState.READ,
    "undelivered": ReportState.FAILED,
    "failed": ReportState.FAILED,
}
_META = {"delivered": ReportState.DELIVERED, "read": ReportState.READ, "failed": ReportState.FAILED}
_MSG91 = {
    **dict.fromkeys(("1", "delivered", "delivrd"), ReportState.DELIVERED),
    **dict.fromkeys(("2", "9", "16", "17", "25", "26", "failed", "ndnc", "rejected", "blocked", "undelivered"), ReportState.FAILED),
}


@dataclass(frozen=True, slots=True)
class Status:
    """One state of one message, as the provider calls it."""

    provider_id: str
    state: ReportState
    words: str
    at: datetime


def of_twilio(form: Mapping[str, str], now: datetime) -> Iterator[Status]:
    """A status callback of Twilio."""
    state = _TWILIO.get(form.get("MessageStatus", "").lower())
    words = f"Twilio's error {form['ErrorCode']}" if form.get("ErrorCode") else ""
    yield from _one(form.get("MessageSid", ""), state, words, now)


def of_meta(body: bytes, phone_number_id: str, now: datetime) -> Iterator[Status]:
    """A webhook of Meta: several entries, of several numbers; those of this one. Incoming messages are none of ours to read."""
    for entry in _list(_json(body), "entry"):
        for change in _list(entry, "changes"):
            value = change.get("value")
            if not isinstance(value, Mapping) or _of(value, "metadata").get("phone_number_id") != phone_number_id:
                continue
            for one in _list(value, "statuses"):
                errors = _list(one, "errors")
                words = " ".join(
                    f"{_of(each, 'error_data').get('details') or each.get('title') or ''} ({each.get('code')})" for each in errors
                )
                yield from _one(one.get("id"), _META.get(str(one.get("status"))), words, _instant(one.get("timestamp"), now))


def of_msg91(form: Mapping[str, str], body: bytes, now: datetime) -> Iterator[Status]:
    """A report of MSG91, of either version. One request of ours is one number."""
    found = _json(form["data"].encode() if "data" in form else body)
    for request in found if isinstance(found, list) else [found]:
        if not isinstance(request, Mapping):
            continue
        for one in _list(request, "report") or [request]:
            said = [str(one.get(name) or "").lower() for name in ("desc", "eventName", "status")]
            state = next((_MSG91[each] for each in said if each in _MSG91), None)
            words = one.get("failedReason") or one.get("failureReason") or (one.get("desc") if state is ReportState.FAILED else "")
            yield from _one(request.get("requestId"), state, words or "", now)


def _one(provider_id: Any, state: ReportState | None, words: Any, at: datetime) -> Iterator[Status]:
    called = cut(provider_id) if isinstance(provider_id, str) and len(provider_id) <= MOST_OF_AN_ID else ""
    if state and called:
        yield Status(called, state, cut(words), at)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _list(found: Any, name: str) -> list[Mapping[str, Any]]:
    inner = found.get(name) if isinstance(found, Mapping) else None
    return [each for each in inner if isinstance(each, Mapping)] if isinstance(inner, list) else []


def _of(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = found.get(name)
    return inner if isinstance(inner, Mapping) else {}


def _instant(seconds: Any, now: datetime) -> datetime:
    """Seconds since 1970 as Meta writes them; now for anything else, and for what lies ahead."""
    text = str(seconds)
    if not (text.isascii() and text.isdigit() and len(text) <= 11):
        return now
    return min(datetime.fromtimestamp(int(text), UTC), now)
