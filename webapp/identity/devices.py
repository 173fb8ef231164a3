"""Browsers in which a person has signed in before. The cookie opens nothing: who comes from one waits for his own failed tries alone, so
that nobody elsewhere can make him wait, and is not told of as new.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from ipaddress import ip_address
from uuid import UUID

from flask import request
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from webapp.identity.models import KnownDevice, UserAccount
from webapp.identity.sessions import token_hash
from webapp.platform import clock, web_cookies

_COOKIE, _TOKEN_SIGNS = "munim-device", 43
_KEPT_SECONDS = 400 * 86_400  # as long as browsers keep any cookie


def token_of_browser() -> str:
    """What this browser is known by, or ""."""
    token = web_cookies.value_of(_COOKIE)
    return token if len(token) == _TOKEN_SIGNS else ""


def keys_of_try(directory: Session, email: str) -> tuple[str, ...]:
    """What a failed try is counted by: the browser, where this person has signed in from it before; else the pair of e-mail and network,
    and the network. No key is of the e-mail alone: whoever fails on purpose elsewhere makes its owner wait nowhere."""
    email, token = email.strip().lower()[:254], token_of_browser()
    known = (
        select(KnownDevice.user_id)
        .join(UserAccount, UserAccount.id == KnownDevice.user_id)
        .where(KnownDevice.token_hash == token_hash(token), UserAccount.email == email)
    )
    if (user_id := directory.scalar(known)) is not None:
        return (f"device:{token_hash(token)}:{user_id}",)
    network = network_of(request.remote_addr or "")
    return f"pair:{email}|{network}", f"network:{network}"


def keys_of_passkey(directory: Session) -> tuple[str, ...]:
    """What a failed try with a passkey is counted by, before anybody knows whose it is: the browser, where somebody has signed in from it;
    else the network, where many may stand."""
    mark = token_hash(token_of_browser())
    is_known = directory.scalar(select(KnownDevice.user_id).where(KnownDevice.token_hash == mark).limit(1)) is not None
    return (f"device:{mark}:passkey" if is_known else f"network:{network_of(request.remote_addr or '')}",)


def is_of_browser(keys: tuple[str, ...]) -> bool:
    """Whether tries are counted by a browser, so that a success in it clears the count; those of a network are of others, too."""
    return keys[0].startswith("device:")


def network_of(address: str) -> str:
    """The network that one customer of a provider has: his IPv4 address, or the first half of an IPv6 one, all of which is his."""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:60]
    return str(found) if found.version == 4 else found.exploded[:19]


def note(directory: Session, user_id: UUID) -> tuple[str, bool]:
    """This person is known in this browser from now on. Returns what the browser is known by, and whether that is news: he has signed
    in elsewhere before, and never here."""
    token, now = token_of_browser() or secrets.token_urlsafe(32), clock.now()
    known = directory.get(KnownDevice, (token_hash(token), user_id))
    if known is not None:
        known.last_at = now
        return token, False
    is_news = directory.scalar(select(KnownDevice.user_id).where(KnownDevice.user_id == user_id).limit(1)) is not None
    with suppress(IntegrityError), directory.begin_nested():  # two tabs that sign in at once are one browser
        directory.add(KnownDevice(token_hash=token_hash(token), user_id=user_id, first_at=now, last_at=now))
    return token, is_news


def remember_browser(response: BaseResponse, token: str) -> None:
    """Give the browser what it is known by."""
    web_cookies.give(response, _COOKIE, token, seconds=_KEPT_SECONDS)
