"""The request's side of passkeys: which browser asks, by which of our names, and what it sent back."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from flask import request
from flask import session as cookie

from webapp.identity import passkeys
from webapp.identity.models import UserAccount
from webapp.identity.passkey_site import NoPasskeysHere, Site, site_of
from webapp.identity.passkeys import Answer, CounterWentBack, Purpose
from webapp.platform.tenancy import open_directory
from webapp.platform.web import settings

FIELD = "passkey"  # of every form that a browser's answer is put into
_BROWSER = "passkey_browser"


def is_here() -> bool:
    """Whether passkeys can be made and used by the name under which this page was asked for."""
    return site_of(request.host, settings()) is not None


def site() -> Site:
    """Us, as this browser sees us. NoPasskeysHere where it has none for us."""
    found = site_of(request.host, settings())
    if found is None:
        raise NoPasskeysHere
    return found


def draw(purpose: Purpose, user_id: UUID | None = None) -> dict[str, Any]:
    """What this browser needs to use one of a person's passkeys, or whichever its own person chooses; or to make one."""
    here = site()
    browser = cookie.setdefault(_BROWSER, secrets.token_urlsafe(32))
    with open_directory() as directory:
        challenge = passkeys.draw(directory, purpose, browser, user_id)
        if purpose is Purpose.ENROL and user_id is not None:
            return passkeys.to_make_one(directory, directory.get_one(UserAccount, user_id), here, challenge)
        return passkeys.to_use_one(directory, user_id, here, challenge)


def answer_to(purpose: Purpose, text: str, user_id: UUID | None = None) -> Answer:
    """A browser's answer, whose challenge is used up by this. InvalidInput for one to nothing that we asked."""
    answer = passkeys.read(text)
    with open_directory() as directory:  # committed before anything of it is looked at: what fails is used, too
        passkeys.use_up(directory, answer, purpose, cookie.get(_BROWSER, ""), user_id)
    return answer


def proved(purpose: Purpose, text: str, user_id: UUID | None = None) -> UUID:
    """Who proved by a passkey that he is there: `user_id` himself where that is given. InvalidInput when nobody did; CounterWentBack for
    what may be a copy, of which its person is told."""
    here, answer = site(), answer_to(purpose, text, user_id)
    try:
        with open_directory() as directory:
            return passkeys.proved(directory, answer, here, user_id)
    except CounterWentBack as refused:
        with open_directory() as directory:
            passkeys.note_copy(directory, refused)
        raise
