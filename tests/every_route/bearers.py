"""A program beside each browser: under /api/v1 it asks by a token of the same person, who gave it every scope."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from flask.testing import FlaskClient

from webapp import api_access, identity
from webapp.api_access import SCOPES, Draft
from webapp.platform.api import ROOT
from webapp.platform.tenancy import open_directory

_KNOWN: WeakKeyDictionary[FlaskClient, dict[str, str]] = WeakKeyDictionary()


def heads_of(client: FlaskClient, url: str) -> dict[str, str]:
    """What a program of whoever is signed in here sends to `url` besides; nothing on pages, and of who is signed out."""
    if not url.startswith(ROOT):
        return {}
    if client not in _KNOWN:
        _KNOWN[client] = _heads(client)
    return _KNOWN[client]


def _heads(client: FlaskClient) -> dict[str, str]:
    with client.session_transaction() as session:
        token = str(session.get("_user_id", ""))
    with open_directory(writes=False) as directory:
        person = identity.signed_in(directory, token)
    if person is None:
        return {}
    made = api_access.make_personal(person.actor, Draft("Everything", tuple(SCOPES)))
    return {"Authorization": f"Bearer {api_access.exchange(made.text, (), '').access_token}"}
