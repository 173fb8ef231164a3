"""OpenID Connect, as one who asks an issuer who somebody is: a code (RFC 6749, 4.1) with PKCE S256 (RFC 7636), `state`, `nonce`, and `iss`
in the answer (RFC 9207). Of what an issuer sends nothing is believed that was not checked here.

Nothing of the protocol is kept: the verifier of PKCE and the nonce come of `state` and of what the browser alone is known by.
Libraries are loaded with the first sign-in of this kind.
"""

from __future__ import annotations

import base64
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from webapp.identity.issuer_trouble import IssuerClock, IssuerEntry, IssuerNotBelieved, IssuerRefused, IssuerSilent
from webapp.identity.rules import normal_email
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text
from webapp.platform import clock, outside
from webapp.platform.issuers import TENANT, Issuer
from webapp.platform.outside import HostNotAllowed, Unanswered

if TYPE_CHECKING:
    from joserfc.jwk import ECKey, RSAKey

SCOPE = "openid email profile"
ALGORITHMS = {"RS256": "RSA", "ES256": "EC"}  # and the kind of key of each
LEEWAY_SECONDS = 60
PATIENCE_SECONDS = 8
MOST_BYTES = 500_000
KEPT = timedelta(hours=1)  # what an issuer says of itself, and its keys
KEYS_AGAIN = timedelta(minutes=1)  # for a key that is not known, keys are not asked for more often
_LEAST_MODULUS = 342  # signs of base64url: 2,048 bits (RFC 7518, 3.3)
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOST_SUBJECT, _MOST_NAME = 255, 80


@dataclass(frozen=True, slots=True)
class Assertion:
    """Who somebody is, as an issuer says and we have checked. Who he is are `issuer` and `subject`; the rest are words about him.
    `authenticated_at`: when he last proved it there, where the issuer says so."""

    via: str
    issuer: str
    subject: str
    email: str
    is_email_verified: bool
    name: str
    authenticated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What an issuer says of itself (OpenID Connect Discovery 1.0, 3)."""

    authorization: str
    token: str
    keys: str
    userinfo: str
    end_session: str
    names_itself: bool
    auth_methods: tuple[str, ...]


_known: dict[str, tuple[datetime, Metadata]] = {}
_keys: dict[str, tuple[datetime, tuple[Mapping[str, Any], ...]]] = {}


def forget() -> None:
    """Ask every issuer anew."""
    _known.clear()
    _keys.clear()


# There and back -------------------------------------------------------------------------------------------------------


def address_there(issuer: Issuer, *, redirect_uri: str, state: str, browser: str) -> str:
    """Where the browser is sent. IssuerSilent and IssuerNotBelieved when the issuer cannot be asked where that is."""
    url: str
    about = _metadata(issuer)
    url, _state = _client(issuer, about, redirect_uri).create_authorization_url(
        about.authorization, state=state, code_verifier=_of_trip("verifier", state, browser), nonce=_of_trip("nonce", state, browser)
    )
    return url


def asserted(issuer: Issuer, said: Mapping[str, list[str]], *, redirect_uri: str, state: str, browser: str) -> Assertion:
    """Who came back: `said` are the parameters of the answer, which is one to `state`. IssuerTrouble of any kind when it does not say so
    beyond doubt."""
    about = _metadata(issuer)
    if any(len(values) != 1 for values in said.values()):
        raise IssuerNotBelieved(issuer, "a parameter came twice")
    came_from = said.get("iss", [""])[0]
    if (came_from or about.names_itself) and not _is_of(issuer, came_from):
        raise IssuerNotBelieved(issuer, "the answer is another issuer's")  # RFC 9207, 2.4
    if "error" in said:
        raise IssuerRefused(issuer, said["error"][0])
    code = said.get("code", [""])[0]
    if not code:
        raise IssuerNotBelieved(issuer, "no code")
    tokens = _tokens(issuer, about, redirect_uri, code, _of_trip("verifier", state, browser))
    claims = _verified(issuer, about, tokens, _of_trip("nonce", state, browser))
    words = claims if "email" in claims or not about.userinfo else {**claims, **_userinfo(issuer, about, tokens["access_token"], claims)}
    return Assertion(
        via=issuer.id,
        issuer=claims["iss"],
        subject=claims["sub"],
        email=_email(words.get("email")),
        is_email_verified=words.get("email_verified") is True,
        name=clean_text(words["name"])[:_MOST_NAME] if isinstance(words.get("name"), str) else "",
        authenticated_at=_instant(claims.get("auth_time")),
    )


def end_session(issuer: Issuer) -> str:
    """Where one signs out over there (RP-Initiated Logout 1.0); "" where there is no such page. No hint is sent, for no token is kept: the
    issuer asks its person himself."""
    about = _metadata(issuer)
    joint = "&" if "?" in about.end_session else "?"
    return about.end_session and f"{about.end_session}{joint}{urlencode({'client_id': issuer.client_id})}"


def is_known_endless(issuer: Issuer) -> bool:
    """Whether this process knows that the issuer has no page for signing out."""
    return issuer.discovery in _known and not _known[issuer.discovery][1].end_session


def _of_trip(what: str, state: str, browser: str) -> str:
    """A word for one trip of one browser: 43 signs, which nobody guesses who has seen `state` alone."""
    return base64.urlsafe_b64encode(hmac.digest(browser.encode(), f"{what} {state}".encode(), "sha256")).decode().rstrip("=")


def _is_of(issuer: Issuer, said: str) -> bool:
    before, is_template, after = issuer.url.partition(TENANT)
    if not is_template:
        return hmac.compare_digest(said.encode(), issuer.url.encode())
    return said.startswith(before) and said.endswith(after) and bool(_GUID.fullmatch(said[len(before) : len(said) - len(after)]))


def _email(said: object) -> str:
    try:
        return normal_email(said) if isinstance(said, str) else ""
    except ValueError:
        return ""


def _instant(said: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(said, UTC) if isinstance(said, int) and said > 0 else None
    except (OverflowError, OSError, ValueError):
        return None


# What is asked of it --------------------------------------------------------------------------------------------------


def _metadata(issuer: Issuer) -> Metadata:
    kept = _known.get(issuer.discovery)
    if kept is not None and clock.now() - kept[0] < KEPT:
        return kept[1]
    status, said = _ask(issuer, "GET", issuer.discovery)
    if status != 200 or said.get("issuer") != issuer.url:
        raise IssuerNotBelieved(issuer, "its discovery is another's")
    if "S256" not in said.get("code_challenge_methods_supported", ["S256"]):
        raise IssuerNotBelieved(issuer, "no PKCE")
    texts = {name: said[name] for name in said if isinstance(said[name], str)}
    methods = said.get("token_endpoint_auth_methods_supported")
    found = Metadata(
        authorization=_for_browsers(issuer, texts.get("authorization_endpoint", "")),
        token=texts.get("token_endpoint", ""),
        keys=texts.get("jwks_uri", ""),
        userinfo=texts.get("userinfo_endpoint", ""),
        end_session=_for_browsers(issuer, texts["end_session_endpoint"]) if texts.get("end_session_endpoint") else "",
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
        auth_methods=tuple(method for method in methods if isinstance(method, str)) if isinstance(methods, list) else (),
    )
    _known[issuer.discovery] = clock.now(), found
    return found


def _for_browsers(issuer: Issuer, url: str) -> str:
    """An address that a browser is sent to: over TLS, of any host."""
    try:
        outside.require_address(url, (urlsplit(url).hostname or "/",))
    except (HostNotAllowed, ValueError):
        raise IssuerNotBelieved(issuer, "an address that no browser is sent to") from None
    return url


def _ask(
    issuer: Issuer, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> tuple[int, dict[str, Any]]:
    """Its answer, which is an object or, for what is none, empty. Redirects lead nowhere."""
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        host = ""
    if host not in issuer.hosts and not outside.names(host):
        raise IssuerNotBelieved(issuer, "an address that is not its own")
    asked = {"Accept": "application/json", **(headers or {})}
    try:
        answer = outside.answer_of(method, url, headers=asked, endings=(host,), body=body, patience=PATIENCE_SECONDS, most=MOST_BYTES)
    except HostNotAllowed:
        raise IssuerNotBelieved(issuer, "an address that is not called") from None
    except Unanswered as trouble:
        raise IssuerSilent(issuer, str(trouble)) from None
    if answer.status >= 500 or answer.status in (408, 429):
        raise IssuerSilent(issuer, f"HTTP {answer.status}")
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        said = None
    return answer.status, said if isinstance(said, dict) else {}


class _Reply:
    """An answer as authlib reads it."""

    def __init__(self, status: int, said: dict[str, Any]) -> None:
        self.status_code, self._said = status, said

    def json(self) -> dict[str, Any]:
        return self._said

    def raise_for_status(self) -> None:
        raise ValueError(f"HTTP {self.status_code}")


class _WayOut:
    """What authlib calls an issuer by: our own way out, with its guards."""

    def __init__(self, issuer: Issuer) -> None:
        self._issuer = issuer

    def post(self, url: str, *, data: Mapping[str, str], headers: Mapping[str, str], auth: Any) -> _Reply:
        url, sent, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        return _Reply(*_ask(self._issuer, "POST", url, headers=sent, body=body.encode()))


def _client(issuer: Issuer, about: Metadata, redirect_uri: str) -> Any:
    from authlib.oauth2.client import OAuth2Client  # type: ignore[import-untyped]

    # The form's way is taken where both are: the header's leaves the signs of a secret as they are, which servers read differently.
    method = "client_secret_post" if "client_secret_post" in about.auth_methods else "client_secret_basic"
    return OAuth2Client(
        _WayOut(issuer),
        client_id=issuer.client_id,
        client_secret=issuer.client_secret or None,
        token_endpoint_auth_method=method if issuer.client_secret else "none",
        scope=SCOPE,
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
    )


def _tokens(issuer: Issuer, about: Metadata, redirect_uri: str, code: str, verifier: str) -> dict[str, str]:
    from authlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]

    try:
        found = _client(issuer, about, redirect_uri).fetch_token(
            about.token, grant_type="authorization_code", code=code, code_verifier=verifier
        )
    except OAuth2Error as refusal:
        if refusal.error == "invalid_grant":  # the code was used, is too old, or was not given for this trip
            raise IssuerNotBelieved(issuer, "the code is good no more") from None
        raise IssuerEntry(issuer, "the token endpoint refuses") from None
    except (ValueError, TypeError):
        raise IssuerNotBelieved(issuer, "its tokens cannot be read") from None
    tokens = {name: found.get(name) for name in ("id_token", "access_token")}
    if not all(isinstance(token, str) and token.isascii() for token in tokens.values()):
        raise IssuerNotBelieved(issuer, "no tokens")
    return tokens


# What is believed -----------------------------------------------------------------------------------------------------


def _verified(issuer: Issuer, about: Metadata, tokens: Mapping[str, str], nonce: str) -> dict[str, Any]:
    """The claims of an ID token (OpenID Connect Core 1.0, 3.1.3.7)."""
    from authlib.oidc.core.claims import CodeIDToken  # type: ignore[import-untyped]
    from joserfc import jws, jwt
    from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError

    try:
        header = jws.extract_compact(tokens["id_token"].encode()).headers()
        algorithm, kid = header.get("alg"), header.get("kid")
        if algorithm not in ALGORITHMS:
            raise IssuerNotBelieved(issuer, "signed in no way that we take")
        key, key_issuer = _key(issuer, about, algorithm, kid if isinstance(kid, str) else None)
        token = jwt.decode(tokens["id_token"], key, algorithms=list(ALGORITHMS))
        must_be = _issuer_of(issuer, token.claims)
        if key_issuer and key_issuer.replace(TENANT, str(token.claims.get("tid"))) != must_be:
            raise IssuerNotBelieved(issuer, "the key is of another tenant")
        claims = CodeIDToken(
            token.claims,
            token.header,
            {"iss": {"essential": True, "value": must_be}, "aud": {"essential": True, "value": issuer.client_id}},
            {"nonce": nonce, "client_id": issuer.client_id, "access_token": tokens["access_token"]},
        )
        claims.validate(now=int(clock.now().timestamp()), leeway=LEEWAY_SECONDS)
    except ExpiredTokenError:
        raise IssuerClock(issuer, "exp") from None
    except InvalidClaimError as error:
        kind = IssuerClock if error.claim in {"iat", "nbf"} else IssuerNotBelieved
        raise kind(issuer, error.claim) from None
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise IssuerNotBelieved(issuer, type(error).__name__) from None
    if not 0 < len(claims["sub"]) <= _MOST_SUBJECT:
        raise IssuerNotBelieved(issuer, "sub")
    return dict(claims)


def _issuer_of(issuer: Issuer, claims: Mapping[str, Any]) -> str:
    """What `iss` must be. In Microsoft's template stands the tenant that the token itself names, which is a number and nothing else."""
    if TENANT not in issuer.url:
        return issuer.url
    tenant = claims.get("tid")
    if not isinstance(tenant, str) or not _GUID.fullmatch(tenant):
        raise IssuerNotBelieved(issuer, "tid")
    return issuer.url.replace(TENANT, tenant)


def _key(issuer: Issuer, about: Metadata, algorithm: str, kid: str | None) -> tuple[RSAKey | ECKey, str]:
    """The key a token says it is signed with, and whose it is where that is said. Keys are asked for again, now and then, for one that is
    not known: issuers change them."""
    from joserfc.jwk import ECKey, RSAKey

    asked_at, keys = _keys.get(issuer.discovery, (None, ()))
    found = _fitting(keys, algorithm, kid) if asked_at and clock.now() - asked_at < KEPT else None
    if found is None and (asked_at is None or clock.now() - asked_at >= KEYS_AGAIN):
        _status, said = _ask(issuer, "GET", about.keys)
        listed = said.get("keys")
        keys = tuple(key for key in listed if isinstance(key, dict)) if isinstance(listed, list) else ()
        _keys[issuer.discovery] = clock.now(), keys
        found = _fitting(keys, algorithm, kid)
    if found is None:
        raise IssuerNotBelieved(issuer, "kid")
    public = {name: value for name, value in found.items() if name in {"kty", "n", "e", "crv", "x", "y"}}
    whose = found.get("issuer")
    return (RSAKey if algorithm == "RS256" else ECKey).import_key(public), whose if isinstance(whose, str) else ""


def _fitting(keys: tuple[Mapping[str, Any], ...], algorithm: str, kid: str | None) -> Mapping[str, Any] | None:
    """The one key; None when there is none, or when nothing says which."""
    fits = [key for key in keys if key.get("kty") == ALGORITHMS[algorithm] and key.get("use", "sig") == "sig"]
    fits = [key for key in fits if key.get("alg", algorithm) == algorithm and (kid is None or key.get("kid") == kid)]
    strong = [key for key in fits if key.get("crv") == "P-256" or len(str(key.get("n", ""))) >= _LEAST_MODULUS]
    return strong[0] if len(strong) == 1 else None


def _userinfo(issuer: Issuer, about: Metadata, access_token: str, claims: Mapping[str, Any]) -> dict[str, Any]:
    """What else it says of him; nothing when it does not answer. IssuerNotBelieved when that is another (Core 1.0, 5.3.2)."""
    try:
        status, said = _ask(issuer, "GET", about.userinfo, headers={"Authorization": f"Bearer {access_token}"})
    except IssuerSilent:
        return {}
    if status != 200 or not said:
        return {}
    if said.get("sub") != claims["sub"]:
        raise IssuerNotBelieved(issuer, "userinfo is another's")
    return {name: said[name] for name in ("email", "email_verified", "name") if name in said}
