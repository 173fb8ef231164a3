"""The roads to our own database and to Redis: where INSIDE_TLS is on, both are encrypted and each server has proved who it is."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from webapp.platform.settings import HERE, BadSetting

# What would take the checks of a rediss:// address away again (redis-py's names).
_WEAKER = {"ssl_cert_reqs": {"none", "optional"}, "ssl_check_hostname": {"false", "0", "no"}}


def require_encrypted(database_url: str, redis_url: str) -> None:
    """BadSetting for a DATABASE_URL that leaves this machine without sslmode=verify-full (libpq: chain and name are checked), and for a
    REDIS_URL that does so without rediss://. A file, a socket and loopback leave nothing to listen to."""
    scheme, hosts, said = _read(database_url)
    if not scheme.startswith("sqlite") and not hosts <= HERE and said.get("sslmode") != ["verify-full"]:
        raise BadSetting(
            problem="DATABASE_URL leads to another machine, and does not ask who answers there.",
            fix="Add ?sslmode=verify-full&sslrootcert=FILE to it, the certificate of who signed the database's. Or: INSIDE_TLS=off",
        )
    scheme, hosts, said = _read(redis_url)
    weaker = [name for name, values in _WEAKER.items() if values & {one.lower() for one in said.get(name, ())}]
    if redis_url and scheme != "unix" and not hosts <= HERE and (scheme != "rediss" or weaker):
        raise BadSetting(
            problem="REDIS_URL leads to another machine, and does not ask who answers there.",
            fix="Begin it with rediss://, and add ?ssl_ca_certs=FILE where one of your own signed its certificate. Or: INSIDE_TLS=off",
        )


def _read(url: str) -> tuple[str, set[str], dict[str, list[str]]]:
    """The scheme, the hosts that an address names (libpq takes several, and those of its query) and the query. No host: a socket here."""
    try:
        found = urlsplit(url)
        said = parse_qs(found.query)
        named = found.netloc.rpartition("@")[2].split(",") + ",".join(said.get("host", [])).split(",") + said.get("hostaddr", [])
        hosts = {one if one.startswith("/") else (urlsplit(f"//{one}").hostname or "") for one in named if one}
    except ValueError as odd:
        raise BadSetting(problem="DATABASE_URL or REDIS_URL is no address.", fix="Write it as docs/operations.md shows.") from odd
    return found.scheme, {one for one in hosts if one and not one.startswith("/")}, said
