"""Every role tries to rise: to give more than it holds, to change who may do more, to name what is another business's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tests.ground.shops import Shop
from tests.people.conftest import Browse, Hire, make_role
from webapp import company, identity
from webapp.identity import rights
from webapp.kernel.errors import Forbidden
from webapp.platform.permissions import BUILT_IN, OWNERS_ALONE, Permission, Role
from webapp.platform.tenancy import Actor, open_books, open_directory, read_books

# Everybody but the owner, and a role of the business's own that may invite and else only sell.
CLIMBERS = [*(role.value for role in BUILT_IN if role is not Role.OWNER), "doorman"]


@dataclass
class Ground:
    """A climber with his browser; the owner, a colleague who may do all but what is the owner's alone, and roles here and elsewhere."""

    me: Actor
    client: FlaskClient
    owner: UUID
    admin: Actor
    strong_role: UUID
    foreign_role: UUID
    foreign_invitation: UUID
    foreign_member: UUID
    shop: Shop


@pytest.fixture(params=CLIMBERS)
def ground(request: pytest.FixtureRequest, sharma: Shop, iyer: Shop, hire: Hire, browse: Browse) -> Ground:
    doorman = make_role(sharma.actor, "Doorman")
    with open_directory() as directory:
        identity.change_role(directory, sharma.actor, doorman, "Doorman", ["member:write", "bill:read"], 1)
    me = hire(doorman if request.param == "doorman" else Role(request.param))
    foreign = make_role(iyer.actor, "Theirs", "viewer")
    with open_directory() as directory:
        viewer = identity.role_of_key(directory, iyer.company_id, "viewer")
        invited = identity.invite(directory, iyer.actor, "them@example.in", viewer, (), "en")
    owner, admin = sharma.actor.user_id, hire(Role.ADMIN)
    assert owner
    theirs = hire(Role.VIEWER, iyer).user_id
    assert theirs
    return Ground(me, browse(me.user_id), owner, admin, make_role(sharma.actor, "Strong", "admin"), foreign, invited, theirs, sharma)


def state(shop: Shop) -> list[Any]:
    with open_directory(writes=False) as directory:
        return [
            identity.members(directory, shop.company_id, with_away=True, with_gone=True),
            identity.own_roles(directory, shop.company_id),
            identity.pending_invitations(directory, shop.company_id),
            identity.open_offers(directory, shop.company_id),
        ]


def test_nobody_rises(ground: Ground, iyer: Shop) -> None:
    me, ours, theirs = ground.me.user_id, state(ground.shop), state(iyer)
    member = "/settings/members"
    tries: list[tuple[str, dict[str, Any]]] = [
        *((f"{member}/{me}/role", {"role": role}) for role in ("owner", "admin", ground.strong_role.hex, "viewer")),
        *((f"{member}/{ground.owner}/{act}", {"role": "viewer"}) for act in ("role", "deactivation", "departure", "stores")),
        *(
            (f"{member}/{ground.foreign_member}/{act}", {"role": "viewer"})
            for act in ("role", "deactivation", "reactivation", "departure", "stores")
        ),
        (f"{member}/{ground.admin.user_id}/role", {"role": "owner"}),
        (f"{member}/{ground.admin.user_id}/role", {"role": ground.foreign_role.hex}),
        (f"{member}/{me}/stores", {"which": "all"}),
        (f"{member}/{me}/deactivation", {}),
        ("/settings/invitations", {"email": "rise@example.in", "role": "owner"}),
        ("/settings/invitations", {"email": "rise@example.in", "role": "custom"}),
        ("/settings/invitations", {"email": "rise@example.in", "role": ground.foreign_role.hex}),
        *((f"/settings/invitations/{ground.foreign_invitation}/{act}", {}) for act in ("link", "resending", "withdrawal")),
        (f"/settings/roles/{ground.foreign_role}", {"name": "Ours", "permission": ["bill:read"], "version": "1"}),
        (f"/settings/roles/{ground.foreign_role}/removal", {}),
        *((f"/settings/roles/{ground.strong_role}", {"name": "Strong", "permission": [one], "version": "1"}) for one in OWNERS_ALONE),
        ("/settings/ownership", {"user_id": str(me), "former_role": "admin"}),
        ("/account/second-step/of-all", {"asked": "1"}),
    ]
    if ground.me.role is not Role.ADMIN:
        tries += [
            (f"{member}/{ground.admin.user_id}/deactivation", {}),
            (f"{member}/{ground.admin.user_id}/departure", {}),
            ("/settings/invitations", {"email": "rise@example.in", "role": "admin"}),
            ("/settings/roles", {"name": "Mine", "copy_of": "admin"}),
            (f"/settings/roles/{ground.strong_role}/removal", {}),
        ]
    if ground.me.role_id:
        tries.append(
            (f"/settings/roles/{ground.me.role_id}", {"name": "Doorman", "permission": ["bill:issue", "member:write"], "version": "2"})
        )
    answers = {(url, str(body)): ground.client.post(url, data=body).status_code for url, body in tries}
    assert {key: status for key, status in answers.items() if status not in {403, 404, 409, 422}} == {}
    assert (state(ground.shop), state(iyer)) == (ours, theirs)


def test_what_may_be_given_is_given(sharma: Shop, hire: Hire, browse: Browse) -> None:
    """So that the test above can fail: an admin does to others what is his to do."""
    client, ravi = browse(hire(Role.ADMIN).user_id), hire(Role.VIEWER)
    assert client.post(f"/settings/members/{ravi.user_id}/role", data={"role": "accountant"}).status_code == 303
    assert client.post("/settings/roles", data={"name": "Mine", "copy_of": "accountant"}).status_code == 303
    assert client.post("/settings/invitations", data={"email": "a@example.in", "role": "admin"}).status_code == 303
    assert client.post(f"/settings/members/{ravi.user_id}/departure").status_code == 303


def test_nobody_lifts_the_limits_of_his_own_role(sharma: Shop, hire: Hire, browse: Browse) -> None:
    with open_books(sharma.actor) as books:
        company.change_limits(books, {"admin": company.Limits(500, 3), "cashier": company.Limits(500, 3)})
    client = browse(hire(Role.ADMIN).user_id)
    typed = {f"{role}_{name}": "" for role in ("admin", "cashier") for name in ("most_discount_bp", "backdate_days")}
    assert client.post("/settings", data={"name": sharma.name, **typed}).status_code == 303
    with read_books(sharma.actor) as books:
        assert company.profile(books).role_limits == {"admin": {"most_discount_bp": 500, "backdate_days": 3}}


def test_who_is_held_to_stores_manages_nobody(sharma: Shop, hire: Hire, browse: Browse) -> None:
    admin = hire(Role.ADMIN)
    assert admin.user_id
    with open_books(sharma.actor) as books:
        company.limit_member(books, admin.user_id, [company.default_store(books)])
    client = browse(admin.user_id)
    for url in (f"/settings/members/{admin.user_id}/stores", "/settings/invitations", "/settings/roles"):
        assert client.post(url, data={"which": "all", "email": "a@example.in", "role": "cashier", "name": "Any"}).status_code == 403


SETS = st.frozensets(st.sampled_from(sorted(Permission)))


@given(SETS, SETS)
def test_nobody_gives_what_he_does_not_hold(mine: frozenset[Permission], asked: frozenset[Permission]) -> None:
    actor = Actor(1, Role.CUSTOM, grants=mine - OWNERS_ALONE)
    try:
        rights.require_givable(actor, asked)
    except Forbidden:
        assert asked - actor.grants
    else:
        assert asked <= actor.grants


@given(SETS)
def test_not_even_the_owner_gives_what_is_the_owners_alone(asked: frozenset[Permission]) -> None:
    try:
        rights.require_givable(Actor(1, Role.OWNER), asked)
    except Forbidden:
        assert asked & OWNERS_ALONE
    else:
        assert not asked & OWNERS_ALONE
