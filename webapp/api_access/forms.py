"""The forms of a new token, and what the address of a list asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from webapp.api_access import rules
from webapp.api_access.queries import Wanted
from webapp.api_access.scopes import ALWAYS, SCOPES
from webapp.api_access.service import Draft
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import read_id
from webapp.kernel.text import clean_text
from webapp.platform.permissions import Role

MOST_NAME, MOST_STORES = 80, 200


def parse_draft(form: Any) -> Draft:
    """A member's own token. InvalidInput by field: `name`, `scope`, `days`, `networks`."""
    name = clean_text(form.get("name", ""))
    asked = set(form.getlist("scope"))
    days = form.get("days", "")
    errors: dict[str, str] = {}
    if not name:
        errors["name"] = "Give it a name, such as the program that will use it."
    elif len(name) > MOST_NAME:
        errors["name"] = f"Type at most {MOST_NAME} signs."
    if asked - set(SCOPES):
        errors["scope"] = "Choose from the list."
    elif not asked - {ALWAYS}:
        errors["scope"] = "Choose at least one thing it may do."
    if days not in map(str, rules.DAYS):
        errors["days"] = "Choose how long it works."
    networks: tuple[str, ...] = ()
    try:
        networks = parse_networks(form.get("networks", ""))
    except ValueError as trouble:
        errors["networks"] = str(trouble)
    if errors:
        raise InvalidInput(errors)
    return Draft(name, tuple(one for one in SCOPES if one in asked), int(days), networks)


def parse_service_draft(form: Any) -> Draft:
    """A token of the business. InvalidInput by field, besides the above: `role`, `stores`."""
    errors: dict[str, str] = {}
    try:
        draft = parse_draft(form)
    except InvalidInput as refusal:
        errors.update(refusal.errors)
    role, stores = form.get("role", ""), [read_id(one) for one in form.getlist("store")[:MOST_STORES]]
    if role not in set(Role):
        errors["role"] = "Choose a role."
    if form.get("which") == "some" and not stores:
        errors["stores"] = "Choose at least one store, or every store."
    if None in stores:
        errors["stores"] = "Choose from the list."
    if errors:
        raise InvalidInput(errors)
    chosen: tuple[UUID, ...] = tuple(one for one in stores if one) if form.get("which") == "some" else ()
    return Draft(draft.name, draft.scopes, draft.days, draft.networks, Role(role), chosen)


def parse_networks(text: str) -> tuple[str, ...]:
    """Addresses and networks, one to a line or by commas, each once. ValueError in words for the form."""
    words = text.replace(",", " ").split()
    if len(words) > rules.MOST_NETWORKS:
        raise ValueError(f"Type at most {rules.MOST_NETWORKS} addresses or networks.")
    return tuple(dict.fromkeys(map(rules.read_network, words)))


def parse_wanted(args: Mapping[str, str], user_id: UUID | None) -> Wanted:
    """The filters of a list; what cannot be read filters nothing."""
    state, kind = args.get("state", ""), args.get("kind", "")
    return Wanted(
        words=clean_text(args.get("q", ""))[:100],
        state=state if state in set(rules.State) else "",
        kind=kind if kind in {"personal", "service"} and user_id is None else "",
        user_id=user_id,
    )


def address_of(wanted: Wanted) -> dict[str, str]:
    """The same as an address carries them."""
    given = {"q": wanted.words, "state": wanted.state, "kind": wanted.kind}
    return {name: value for name, value in given.items() if value}
