"""A program as these tests play it: it holds a token, and knows the addresses."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.ground.shops import Shop
from webapp import api_access, identity
from webapp.api_access import Draft, Made
from webapp.api_access.scopes import SCOPES
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_directory

EVERYTHING = tuple(SCOPES)
READS = ("company:read", "bills:read")


class Program:
    """Speaks to /api/v1 and holds no cookie. `asks` from an address of its own."""

    def __init__(self, app: Flask, address: str = "203.0.113.7") -> None:
        self.client: FlaskClient = app.test_client(use_cookies=False)
        self.address = address

    def post(self, path: str, **fields: Any) -> TestResponse:
        return self.client.post(f"/api/v1/auth/{path}", data=fields, environ_base={"REMOTE_ADDR": self.address})

    def get(self, path: str, bearer: str = "", **query: str) -> TestResponse:
        heads = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        return self.client.get(f"/api/v1/{path}", query_string=query, headers=heads, environ_base={"REMOTE_ADDR": self.address})

    def exchange(self, token: str, **fields: str) -> dict[str, Any]:
        answer = self.post("token", token=token, **fields)
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json())


def make(shop: Shop, *scopes: str, **draft: Any) -> Made:
    """A token of the shop's owner."""
    return api_access.make_personal(shop.actor, Draft("Sync", scopes or READS, **draft))


def make_service(shop: Shop, *scopes: str, role: Role = Role.ACCOUNTANT, **draft: Any) -> Made:
    """A token of the shop itself."""
    return api_access.make_service(shop.actor, Draft("Till sync", scopes or READS, role=role, **draft))


def hire(shop: Shop, role: Role = Role.ACCOUNTANT) -> Actor:
    """A member of the shop."""
    with open_directory() as directory:
        user = identity.create_user(directory, identity.NewUser(f"{uuid4().hex}@x.example", "a long enough password", "Ravi"))
        identity.add_member(directory, shop.company_id, user.id, role)
    return Actor(shop.company_id, role, user.id, "Ravi")


def user_of(actor: Actor) -> UUID:
    assert actor.user_id is not None
    return actor.user_id


def refused(answer: TestResponse) -> tuple[int, str]:
    """The status and the code of a refusal, which is a problem detail."""
    assert answer.mimetype == "application/problem+json", answer.text
    body = answer.get_json()
    assert body["status"] == answer.status_code
    assert body["detail"]
    assert body["fix"]
    return answer.status_code, body.get("error", "")
