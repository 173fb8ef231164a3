"""One log: JSON lines on stderr, readable lines on a terminal; every line of a request bears its id; no secret in any."""

from __future__ import annotations

import logging
import re
import secrets
import sys
import time
from collections.abc import Iterable, MutableMapping
from typing import TYPE_CHECKING, Any

# structlog loads rich for its tracebacks wherever the tools of the tests have brought it: five megabytes in each of our processes,
# whose tracebacks are lines of JSON. It goes on without one that cannot be imported.
_is_rich_out = sys.modules.setdefault("rich", None) is None  # type: ignore[arg-type]  # the import system's own mark

import structlog  # noqa: E402

if _is_rich_out:
    del sys.modules["rich"]

if TYPE_CHECKING:  # the scheduler logs too, and is 12 MB smaller without Flask
    from flask import Flask, Response

# Werkzeug, RQ and Granian ids are printable; longer or stranger ones are not worth trusting into our log.
SANE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
SECRET_KEY = re.compile(r"pass(word|wd|phrase)?$|secret|token|cookie|authorization|csrf|otp|api_?key|private_?key|pin$", re.IGNORECASE)
_NAMED = r"(?:password|passwd|passphrase|secret|token|otp|api[_-]?key|cookie|csrf|private[_-]?key)"
_QUOTES = r"[\\\"']{0,8}"  # also of words that were quoted again
# What follows a secret's name in an address, in JSON, in a dictionary's own words or in a header, and what stands in an address before @.
SECRET_TEXT = re.compile(
    rf"(?i)((?:authorization{_QUOTES}\s*[:=]\s*{_QUOTES}(?:\w+\s+)?|bearer\s+|cookie{_QUOTES}\s*:\s*{_QUOTES}[\w.-]+=|"
    rf"{_NAMED}{_QUOTES}\s*[:=]\s*{_QUOTES}|://[^/@\s:]*:))([^\s&@;,'\"\\}}]+)"
)
# A PAN, alone or within a GSTIN, and twelve digits as an Aadhaar is written: whose they are is nobody's business who reads the log.
_NUMBER_OF_A_PERSON = re.compile(
    r"(?<![A-Za-z0-9])((?:\d\d)?)[A-Z]{5}\d{4}[A-Z]((?:[0-9A-Z]{3})?)(?![A-Za-z0-9])|(?<![\w.-])[2-9]\d{3}([ -]?)\d{4}\3\d{4}(?![\w.-])"
)
# What PostgreSQL says of a row that it refuses: the row.
_ROW = re.compile(r"(?m)^(DETAIL|CONTEXT):.*$")
# An address may be a key (a link, a proof); an id is shorter.
_LONG_PART = re.compile(r"(?<=/)[^/]{37,}")
# Signs that a terminal obeys, that end a line to some readers, that turn words round, or that UTF-8 cannot write.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_MANY_LINES = frozenset({"exception", "stack"})
SCRUBBED = "[scrubbed]"
QUIET_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})

log = structlog.stdlib.get_logger("munim")


def configure(process: str, *, is_for_people: bool | None = None) -> None:
    """Send structlog and the standard library's logging to stderr in one form. `process` names the kind: web, worker, ..."""
    is_for_people = sys.stderr.isatty() if is_for_people is None else is_for_people
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    last: list[Any]
    if is_for_people:
        shown = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        last = [structlog.processors.format_exc_info, scrub, _on_one_line, shown]
    else:
        last = [structlog.processors.format_exc_info, scrub, structlog.processors.JSONRenderer(ensure_ascii=False)]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last]
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for chatty in ("rq", "rq.worker", "alembic", "weasyprint", "fontTools", "werkzeug"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(process=process)


def scrub(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank what is secret by its name, and what is secret inside a sentence."""
    return {key: SCRUBBED if SECRET_KEY.search(key) else scrubbed(value) for key, value in event.items()}


def scrubbed(value: Any) -> Any:
    """The value with any password, token, credential or number of a person in it blanked, however deep, and unseen signs written out."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {str(key): SCRUBBED if SECRET_KEY.search(str(key)) else scrubbed(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [scrubbed(inner) for inner in value]
    words = SECRET_TEXT.sub(lambda found: found[1] + SCRUBBED, str(value))
    words = _NUMBER_OF_A_PERSON.sub(SCRUBBED, _ROW.sub(rf"\1: {SCRUBBED}", words))
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", words)


def without_keys(path: str, keys: Iterable[str]) -> str:
    """A path as it is logged: without the keys in it, and without long parts that may be one."""
    for key in keys:
        path = path.replace(f"/{key}", f"/{SCRUBBED}")
    return _LONG_PART.sub(SCRUBBED, path)


def _on_one_line(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """For a terminal: what somebody else wrote begins no line of its own. JSON writes line ends out by itself."""
    return {key: value.replace("\n", "\\n") if isinstance(value, str) and key not in _MANY_LINES else value for key, value in event.items()}


def request_id() -> str:
    """The id of the request being answered, to show on an error page; empty outside a request."""
    from flask import g, has_request_context

    return str(g.get("request_id", "")) if has_request_context() else ""


def watch(app: Flask) -> None:
    """Give every request an id, in our log and in the answer's X-Request-Id, and log one line when it is answered.

    Register it before anything else that runs before a request. A caller's own id is kept when it looks like one.
    """
    from flask import g, request

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if SANE_REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        g.request_began = time.perf_counter()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers["X-Request-Id"] = request_id()
        if request.path not in QUIET_PATHS and not request.path.startswith("/static/"):
            # The path alone, without the keys of links: a query may hold one, or a name.
            milliseconds = round((time.perf_counter() - g.get("request_began", time.perf_counter())) * 1000, 1)
            path = without_keys(request.path, (str(value) for name, value in (request.view_args or {}).items() if name == "token"))
            log.info("answered", method=request.method, path=path, status=response.status_code, ms=milliseconds)
        return response

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        structlog.contextvars.unbind_contextvars("request_id")
