"""Who else may vouch for people on this machine (OpenID Connect), read from its environment: Google, Microsoft, or any other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from urllib.parse import urlsplit

from webapp.kernel.records import dataclass
from webapp.platform.settings import BadSetting

_WELL_KNOWN = "/.well-known/openid-configuration"
_TENANT_WORDS = frozenset({"common", "organizations", "consumers"})
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# The tenant of everybody's own accounts at Microsoft, by which its tokens are issued (its documentation of ID tokens, "iss").
_OWN_ACCOUNTS = "9188040d-6c67-4c5b-b112-36a304b66dad"
TENANT = "{tenantid}"


@dataclass(frozen=True, slots=True)
class Issuer:
    """An issuer of identities. `url` is what its discovery calls itself, letter by letter; in Microsoft's a tenant's number stands for
    `{tenantid}`. `hosts` are called for it, and no others but those of OUTSIDE_HOSTS."""

    id: str
    name: str
    url: str
    discovery: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    hosts: frozenset[str] = frozenset()


def issuers_of(env: Mapping[str, str]) -> tuple[Issuer, ...]:
    """The issuers that OIDC_ISSUERS names, in its order. BadSetting for one that is not described, or not over TLS."""
    found: dict[str, Issuer] = {}
    for word in env.get("OIDC_ISSUERS", "").lower().replace(",", " ").split():
        if not re.fullmatch(r"[a-z][a-z0-9]{0,29}", word) or word in found:
            raise BadSetting(
                problem=f"OIDC_ISSUERS holds {word!r}.",
                fix="Name each issuer once, by at most 30 letters and digits, the first a letter.",
            )
        found[word] = _issuer(env, word)
    return tuple(found.values())


def _issuer(env: Mapping[str, str], word: str) -> Issuer:
    def said(what: str, otherwise: str = "") -> str:
        return env.get(f"OIDC_{word.upper()}_{what}", "").strip() or otherwise

    client_id, secret = said("CLIENT_ID"), said("CLIENT_SECRET")
    if not client_id or (not secret and word in {"google", "microsoft"}):
        lacks = f"OIDC_{word.upper()}_CLIENT_{'SECRET' if client_id else 'ID'}"
        raise BadSetting(problem=f"{lacks} is missing.", fix=f"Set {lacks} to what the issuer gave for this machine.")
    if word == "google":
        url, hosts = "https://accounts.google.com", {"oauth2.googleapis.com", "www.googleapis.com", "openidconnect.googleapis.com"}
        return Issuer(word, said("NAME", "Google"), url, url + _WELL_KNOWN, client_id, secret, frozenset({"accounts.google.com", *hosts}))
    if word == "microsoft":
        return _microsoft(said("NAME", "Microsoft"), said("TENANT", "common").lower(), client_id, secret)
    url = said("ISSUER")
    return Issuer(word, said("NAME", word.title()), url, url.rstrip("/") + _WELL_KNOWN, client_id, secret, frozenset({_host(word, url)}))


def _microsoft(name: str, tenant: str, client_id: str, secret: str) -> Issuer:
    """For "common" and "organizations" the discovery names a template, and each token the tenant it is of."""
    if tenant not in _TENANT_WORDS and not _GUID.fullmatch(tenant):
        raise BadSetting(
            problem=f"OIDC_MICROSOFT_TENANT is {tenant!r}.", fix="Set it to common, organizations, consumers, or the number of one tenant."
        )
    at = "https://login.microsoftonline.com"
    called = {"common": TENANT, "organizations": TENANT, "consumers": _OWN_ACCOUNTS}.get(tenant, tenant)
    hosts = frozenset({"login.microsoftonline.com", "graph.microsoft.com"})
    return Issuer("microsoft", name, f"{at}/{called}/v2.0", f"{at}/{tenant}/v2.0{_WELL_KNOWN}", client_id, secret, hosts)


def _host(word: str, url: str) -> str:
    try:
        found = urlsplit(url)
        host = (found.hostname or "").lower()
        is_safe = found.scheme == "https" or (found.scheme == "http" and host in {"127.0.0.1", "localhost", "::1"})
        is_plain = not (found.query or found.fragment or found.username or found.port == 0) and all(33 <= ord(sign) < 127 for sign in url)
    except ValueError:
        host, is_safe, is_plain = "", False, False
    if not (host and is_safe and is_plain):
        name = f"OIDC_{word.upper()}_ISSUER"
        raise BadSetting(problem=f"{name} is {url!r}.", fix=f"Set {name} to the issuer's own address: https://…, as its discovery says it.")
    return host
