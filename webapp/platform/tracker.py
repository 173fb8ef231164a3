"""A tracker of errors, where the machine's owner names one in SENTRY_DSN: our own mistakes are told to it, and nothing of the shop's.

Off by default, and then nothing of it is loaded (22 MB). What is sent is built up from a few known fields, not cut down from what the
library collects: the kind of the error, where in the code it happened, release, process, request id, company number, endpoint or job.
No body, cookie, header, query, local variable, breadcrumb, line of source or name of the machine has a place in it, nor have the words
of an error that may hold a row: the log has them, under the same request id.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import structlog

from webapp import VERSION
from webapp.platform.logging import scrubbed

if TYPE_CHECKING:
    from sentry_sdk.types import Event

LONGEST_WORDS = 300
FLUSH_SECONDS = 2.0
TAGS = ("process", "request_id", "company_id", "endpoint", "job", "chore", "event_id")
_EVENT: tuple[str, ...] = ("event_id", "timestamp", "platform", "level", "release", "environment", "tags")
_FRAME = ("filename", "function", "module", "lineno", "in_app")
_TOLD = "__munim_told__"
# Errors whose words are the program's own. Those of all others may hold a row or what somebody typed: they stay in the log.
_OWN_WORDS = frozenset({"BrokenPromise", "TypeError", "AttributeError", "NameError", "UnboundLocalError", "ImportError"})
_LONG_NUMBER = re.compile(r"\w*\d{4,}\w*")

_is_on = False


def use(dsn: str) -> None:
    """Tell errors to the tracker at this address from now on; none for ""."""
    global _is_on
    if not dsn or _is_on:
        return
    import sentry_sdk

    sentry_sdk.init(
        dsn=dsn,
        release=f"munim@{VERSION}",
        default_integrations=False,
        auto_enabling_integrations=False,
        auto_session_tracking=False,
        send_client_reports=False,
        enable_backpressure_handling=False,
        include_local_variables=False,
        include_source_context=False,
        max_breadcrumbs=0,
        server_name="munim",
        before_send=_of_known_fields,
        _experiments={"transport_compression_level": 6},  # so it is gzip: brotli, where it is installed, is another two megabytes
        shutdown_timeout=FLUSH_SECONDS,
    )
    _is_on = True


def stop() -> None:
    """Tell nothing more: for tests."""
    global _is_on
    if _is_on:
        import sentry_sdk

        sentry_sdk.get_client().close(timeout=FLUSH_SECONDS)
        sentry_sdk.get_global_scope().set_client(None)
        _is_on = False


def tell(error: BaseException, **tags: object) -> None:
    """Tell of one mistake, once however many of our processes' layers catch it; `tags` besides what the log knows of what is under way.
    It waits for no network: a thread sends it. A tracker that is away loses it, and the log has it."""
    if not _is_on or getattr(error, _TOLD, False):
        return
    import sentry_sdk
    from sentry_sdk.utils import event_from_exception

    setattr(error, _TOLD, True)
    options = sentry_sdk.get_client().options
    event, hint = event_from_exception(error, client_options=options)
    known = {**structlog.contextvars.get_contextvars(), **tags}
    event["tags"] = {name: str(known[name]) for name in TAGS if known.get(name)}
    sentry_sdk.capture_event(event, hint=hint)


def flush() -> None:
    """Wait a moment for what is still to be sent: for a process that is about to end."""
    if _is_on:
        import sentry_sdk

        sentry_sdk.flush(timeout=FLUSH_SECONDS)


def _of_known_fields(event: Event, _hint: dict[str, Any]) -> Event:
    """The event as it leaves: of known fields alone."""
    whole: dict[str, Any] = {**event}
    sent = {name: whole[name] for name in _EVENT if name in whole}
    sent["exception"] = {"values": [_cleaned(one) for one in whole.get("exception", {}).get("values", [])]}
    return sent  # type: ignore[return-value]  # a dictionary of the same fields


def _cleaned(exception: dict[str, Any]) -> dict[str, Any]:
    frames = (exception.get("stacktrace") or {}).get("frames", [])
    return {
        "type": exception.get("type"),
        "module": exception.get("module"),
        "value": own_words(str(exception.get("type")), str(exception.get("value") or "")),
        "stacktrace": {"frames": [{name: frame.get(name) for name in _FRAME} for frame in frames]},
    }


def own_words(kind: str, words: str) -> str:
    """The words of an error of this kind as far as they are the program's own."""
    return _LONG_NUMBER.sub("…", str(scrubbed(words)))[:LONGEST_WORDS] if kind in _OWN_WORDS else "The log has its words."
