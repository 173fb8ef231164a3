"""What a machine may choose, read once from the environment and then frozen."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from webapp.kernel.errors import BooksError
from webapp.kernel.records import dataclass

if TYPE_CHECKING:
    from webapp.platform.issuers import Issuer
    from webapp.platform.sms_road import SmsRoad

DEFAULT_PORT = 8000
SECRET_BYTES = 32
LEAST_SECRET, LEAST_DIFFERENT = 32, 10  # signs of a secret, and how many of them differ: 32 hex digits drawn by chance have 13 or 14
MOST_PROXIES = 10
HERE = frozenset({"127.0.0.1", "localhost", "::1"})  # this machine itself, to which nothing has to be encrypted


class BadSetting(BooksError):
    """An environment variable holds something we cannot work with."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests at once, and again as many over so many seconds."""

    most: int
    seconds: int


# By what is asked for: of a network, a member, a till, or a program's token (webapp.platform.rate_limits).
RATE_LIMITS = {
    "sign-in": Limit(60, 60),
    "export": Limit(60, 60),
    "upload": Limit(60, 60),
    "search": Limit(600, 60),
    "billing": Limit(6_000, 60),
    "api": Limit(600, 60),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """One machine's choices. `redis_url` may be empty: then the supervisor starts its own Redis, or we do without."""

    database_url: str
    var_dir: Path
    secret_key: str = field(repr=False)
    redis_url: str = ""
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    public_url: str = f"http://127.0.0.1:{DEFAULT_PORT}"
    web_workers: int = 1
    trusted_proxies: int = 0  # how many proxies of ours stand before us; each adds whom it heard to X-Forwarded-For
    outside_hosts: frozenset[str] = frozenset()  # what this machine may call besides the portals its rooms name
    has_counter_worker: bool = True  # False: browsers are told to give the counter's service worker up
    takes_sandbox_gstins: bool = False  # the portals' sandbox has numbers that no real registration has
    mail_url: str = field(default="", repr=False)  # smtp://user:password@host:587 or smtps://…:465, for every business on this machine
    mail_from: str = ""  # the address such mail comes from
    sms: SmsRoad | None = field(default=None, repr=False)  # by which codes for phone numbers leave; None: none do
    second_step: str = "none"  # of whom this machine asks one, whatever a business says: "none", "owners", "all"
    metrics_token: str = field(default="", repr=False)  # who shows it may read /metrics from another machine
    metrics_port: int = 0  # where a worker or scheduler without a web process beside it shows its own figures; 0: nowhere
    metrics_host: str = "127.0.0.1"  # the address it shows them on, to whoever reaches it
    sign_in_days: int = 30  # after which everybody signs in again
    sign_in_idle_hours: int = 12  # unused for so long, a sign-in ends; 0: only its days count
    most_sign_ins: int = 10  # of one person at once
    body_seconds: int = 20  # what a request brings may take so long, and longer the more of it came (webapp.platform.arriving)
    slow_query_ms: int = 500  # a statement that takes this long is logged; 0: none is
    master_keys: str = field(default="", repr=False)  # "id:hex id:hex", the first in use (webapp.platform.master_keys)
    kms_keys: str = ""  # keys of AWS KMS, by their names or numbers, the first in use
    kms_region: str = ""
    kms_endpoint: str = ""  # where another than AWS itself answers
    sentry_dsn: str = field(default="", repr=False)  # a tracker that our own mistakes are told to; "": none
    allowed_hosts: frozenset[str] = frozenset()  # names people reach us by, besides that of `public_url`
    rate_limits: Mapping[str, Limit] = field(default_factory=dict)  # what is in none of them is not counted
    issuers: tuple[Issuer, ...] = ()  # who else may vouch for people (OpenID Connect)
    plans_file: str = ""  # the plans of who hosts others (webapp.plans); "": nothing is limited
    is_testing: bool = False

    @classmethod  # long: a line for each setting
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> Settings:
        """Read the environment. Makes VAR_DIR and, when SECRET_KEY is not given, a secret kept in it.

        Refuses a PORT, WEB_WORKERS, METRICS_PORT, SLOW_QUERY_MS, BODY_SECONDS or TRUSTED_PROXIES out of range, a switch that is
        neither on nor off, RATE_LIMITS of no kind we count, a SENTRY_DSN or KMS_ENDPOINT that is none, OIDC_ISSUERS that are not described,
        an SMS_URL of no carrier we know, a SECOND_STEP of nobody, roads that INSIDE_TLS does not allow, and a VAR_DIR that cannot be made.
        """
        from webapp.platform.issuers import issuers_of  # these refuse with what stands here
        from webapp.platform.sms_road import sms_road

        var_dir = make_private_dir(Path(env.get("VAR_DIR") or "var"))
        host = env.get("HOST") or "127.0.0.1"
        port = whole_number(env, "PORT", default=DEFAULT_PORT, low=1, high=65_535)
        database_url = with_driver(env.get("DATABASE_URL") or f"sqlite:///{var_dir / 'munim.sqlite3'}")
        if on_or_off(env, "INSIDE_TLS", otherwise="off"):
            from webapp.platform.inside import require_encrypted

            require_encrypted(database_url, env.get("REDIS_URL", ""))
        return cls(
            database_url=database_url,
            var_dir=var_dir,
            secret_key=env.get("SECRET_KEY") or kept_secret(var_dir / "secret_key"),
            redis_url=env.get("REDIS_URL", ""),
            host=host,
            port=port,
            public_url=(env.get("PUBLIC_URL") or f"http://{address_for_people(host)}:{port}").rstrip("/"),
            web_workers=whole_number(env, "WEB_WORKERS", default=1, low=1, high=64),
            trusted_proxies=whole_number(env, "TRUSTED_PROXIES", default=0, low=0, high=MOST_PROXIES),
            outside_hosts=frozenset(env.get("OUTSIDE_HOSTS", "").lower().replace(",", " ").split()),
            has_counter_worker=on_or_off(env, "COUNTER_WORKER"),
            takes_sandbox_gstins=on_or_off(env, "GST_SANDBOX", otherwise="off"),
            mail_url=env.get("MAIL_URL", ""),
            mail_from=env.get("MAIL_FROM", ""),
            metrics_token=env.get("METRICS_TOKEN", "").strip(),
            master_keys=env.get("MASTER_KEYS", "").strip(),
            kms_keys=env.get("KMS_KEYS", "").strip(),
            kms_region=env.get("KMS_REGION", "").strip() or "ap-south-1",
            kms_endpoint=safe_endpoint(env, "KMS_ENDPOINT"),
            sentry_dsn=tracker_address(env.get("SENTRY_DSN", "").strip()),
            allowed_hosts=frozenset(env.get("ALLOWED_HOSTS", "").lower().replace(",", " ").split()),
            rate_limits=rate_limits(env.get("RATE_LIMITS", "")),
            sign_in_days=whole_number(env, "SIGN_IN_DAYS", default=30, low=1, high=365),
            sign_in_idle_hours=whole_number(env, "SIGN_IN_IDLE_HOURS", default=12, low=0, high=8_760),
            most_sign_ins=whole_number(env, "MOST_SIGN_INS", default=10, low=1, high=1_000),
            body_seconds=whole_number(env, "BODY_SECONDS", default=20, low=1, high=600),
            slow_query_ms=whole_number(env, "SLOW_QUERY_MS", default=500, low=0, high=3_600_000),
            metrics_port=whole_number(env, "METRICS_PORT", default=0, low=0, high=65_535),
            metrics_host=env.get("METRICS_HOST", "").strip() or "127.0.0.1",
            issuers=issuers_of(env),
            plans_file=env.get("PLANS_FILE", "").strip(),
            sms=sms_road(env.get("SMS_URL", "").strip()),
            second_step=one_of(env, "SECOND_STEP", "none", "owners", "all"),
        )

    @property
    def local_host(self) -> str:
        """Where this machine itself reaches us, whatever name people use."""
        return address_for_people(self.host).strip("[]")

    @property
    def is_https(self) -> bool:
        """True when people reach us over TLS, so that cookies may say Secure."""
        return self.public_url.startswith("https://")

    def require_strong_keys(self) -> None:
        """BadSetting for a program's secret that can be guessed, or for such a first one of MASTER_KEYS. Asked where the program starts and
        not when it is read: who has such a key must still be able to change it (`keys`)."""
        make = "python3 -c 'import secrets; print(secrets.token_hex(32))'"
        if is_weak(self.secret_key):
            raise BadSetting(
                problem="SECRET_KEY is short or not drawn by chance: whoever guesses it signs himself in as anybody.",
                fix=f"Set it to what this prints: {make} — where passwords of portals are kept already, first as docs/secrets.md says.",
            )
        first, _, _others = self.master_keys.partition(" ")
        if first and is_weak(first.partition(":")[2]):
            raise BadSetting(
                problem="The first key of MASTER_KEYS is not drawn by chance.",
                fix="Put another one first, which python -m webapp keys new --print makes; then: python -m webapp keys rotate",
            )


def is_weak(secret: str) -> bool:
    """Whether a secret is plainly none: shorter than 32 signs, of few different ones, or one word again and again."""
    return len(secret) < LEAST_SECRET or len(set(secret)) < LEAST_DIFFERENT or secret in (secret + secret)[1:-1]


def make_private_dir(path: Path) -> Path:
    """The directory, absolute, made if need be and readable by its owner only."""
    path = path.expanduser().absolute()
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise BadSetting(
            problem=f"VAR_DIR {path} cannot be used: {error.strerror}.",
            fix="Set VAR_DIR to a directory this user may write.",
        ) from error
    return path


def whole_number(env: Mapping[str, str], name: str, *, default: int, low: int, high: int) -> int:
    """The variable as an integer, refused outside `low`..`high`."""
    text = env.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
        raise BadSetting(problem=f"{name} is {text!r}.", fix=f"Set {name} to a whole number from {low} to {high}.")
    return int(text)


def on_or_off(env: Mapping[str, str], name: str, *, otherwise: str = "on") -> bool:
    """The variable as a switch: what it says, else what it is `otherwise`."""
    said = env.get(name, "").strip().lower() or otherwise
    if said not in {"on", "off"}:
        raise BadSetting(problem=f"{name} is {said!r}.", fix=f"Set {name} to on or off.")
    return said == "on"


def one_of(env: Mapping[str, str], name: str, *words: str) -> str:
    """The variable as one of some words; the first where it says nothing."""
    said = env.get(name, "").strip().lower() or words[0]
    if said not in words:
        raise BadSetting(problem=f"{name} is {said!r}.", fix=f"Set {name} to one of: {', '.join(words)}.")
    return said


def rate_limits(said: str) -> dict[str, Limit]:
    """The usual limits, with what is `said` otherwise: "export=30/60 upload=10/60" is 30 and 10 in 60 seconds; "off" is none."""
    if said.strip().lower() == "off":
        return {}
    found = dict(RATE_LIMITS)
    for word in said.replace(",", " ").split():
        name, _, numbers = word.partition("=")
        most, _, seconds = numbers.partition("/")
        is_whole = all(one.isascii() and one.isdigit() and 0 < int(one[:9]) <= 100_000 and len(one) < 9 for one in (most, seconds))
        if name not in found or not is_whole:
            raise BadSetting(
                problem=f"RATE_LIMITS holds {word!r}.", fix=f"Write NUMBER/SECONDS behind one of {', '.join(found)}: export=30/60. Or: off"
            )
        found[name] = Limit(int(most), int(seconds))
    return found


def safe_endpoint(env: Mapping[str, str], name: str) -> str:
    """The address of a service that is told secrets: https://…, or http on this machine itself; "" where none is named."""
    url = env.get(name, "").strip()
    try:
        found = urlsplit(url)
        is_safe = found.scheme == "https" or (found.scheme == "http" and found.hostname in HERE)
        is_whole = bool(found.hostname) and found.port != 0 and found.username is None
    except ValueError:
        is_safe = is_whole = False
    if url and not (is_safe and is_whole):
        raise BadSetting(problem=f"{name} is no address that can be used.", fix=f"Set {name} to one that begins with https://.")
    return url


def tracker_address(dsn: str) -> str:
    """The address of a tracker as it is: https://KEY@HOST/PROJECT, or http on this machine itself. BadSetting for any other."""
    try:
        found = urlsplit(dsn)
        is_safe = found.scheme == "https" or (found.scheme == "http" and found.hostname in HERE)
        is_whole = bool(found.username and found.hostname and found.path.rpartition("/")[2].isdigit() and found.port != 0)
    except ValueError:
        is_safe = is_whole = False
    if dsn and not (is_safe and is_whole):
        raise BadSetting(
            problem="SENTRY_DSN is no address of a tracker.", fix="Use the one it gives for a project: https://KEY@HOST/NUMBER"
        )
    return dsn


def with_driver(url: str) -> str:
    """Name psycopg 3 for the plain PostgreSQL addresses that hosting panels hand out."""
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def address_for_people(host: str) -> str:
    """What to type in a browser on this machine for a server that listens on `host`."""
    if host in {"0.0.0.0", "::", ""}:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def kept_secret(path: Path) -> str:
    """The machine's own secret, made once.

    Written whole to a private file and then linked into place: of two processes that start together one wins and both read
    the same secret, and no reader ever sees half of it.
    """
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(os.urandom(SECRET_BYTES).hex())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    secret = path.read_text(encoding="ascii").strip()
    if len(secret) < SECRET_BYTES:
        raise BadSetting(problem=f"{path} is damaged.", fix="Restore it from a backup, or remove it; everyone then signs in again.")
    return secret
