"""What roles hold; roles of a business's own are made, changed at once for everybody who has them, and taken away."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.ground.shops import Shop
from tests.people.conftest import Browse, Hire, make_role, own_role
from tests.support import refused
from webapp import company, identity
from webapp.company import Limits
from webapp.identity.models import MemberRole
from webapp.kernel.errors import Conflict, Forbidden, InvalidInput
from webapp.people.words import groups
from webapp.platform.audit import EditLogEntry
from webapp.platform.permissions import BUILT_IN, EVERYBODYS, OWNERS_ALONE, ROLE_PERMISSIONS, Permission, Role, permission_of, read_grants
from webapp.platform.tenancy import Actor, open_books, open_directory, read_books

# Views that take a POST by a permission to read, and write nothing of the business: figures worked out, papers drawn, one's own things.
OWN_AND_DRAWN = re.compile(
    r"figures|papers|comparison|labels|account|company-switch|views|custom-reports|notices|push|attachments|links|email-verification"
)


def change(actor: Actor, role_id: UUID, permissions: Any, name: str = "Helper") -> None:
    with open_directory() as directory:
        identity.change_role(directory, actor, role_id, name, [str(one) for one in permissions], own_role(actor, role_id).version)


def test_every_permission_has_its_words_once(app: Flask) -> None:
    with app.test_request_context():
        listed = [permission for _group, permissions in groups() for permission, _words in permissions]
    assert sorted(listed) == sorted(Permission)


def test_roles_hold_less_from_the_owner_down() -> None:
    held = ROLE_PERMISSIONS
    assert held[Role.OWNER] == set(Permission)
    assert held[Role.ADMIN] == set(Permission) - OWNERS_ALONE
    assert all(held[role] <= held[Role.ADMIN] for role in BUILT_IN if role is not Role.OWNER)
    assert all(held[role] >= EVERYBODYS for role in BUILT_IN)
    assert held[Role.CUSTOM] == set()
    assert Permission.REPORT_EXPORT not in held[Role.VIEWER]
    assert not {one for one in held[Role.VIEWER] if "cost" in one or "purchase" in one}


def test_who_only_reads_reaches_no_view_that_writes(app: Flask) -> None:
    reading = ROLE_PERMISSIONS[Role.ANALYST] | ROLE_PERMISSIONS[Role.VIEWER]
    reached = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and permission_of(app.view_functions[rule.endpoint]) in reading - {Permission.REPORT_EXPORT}
    }
    assert {rule for rule in reached if not OWN_AND_DRAWN.search(rule)} == set()


@given(st.lists(st.one_of(st.sampled_from([one.value for one in Permission]), st.text(max_size=20)), max_size=80))
def test_no_role_of_a_business_holds_what_is_the_owners_alone_whatever_is_kept_of_it(kept: list[str]) -> None:
    found = read_grants(tuple(kept))
    assert found <= ROLE_PERMISSIONS[Role.ADMIN]
    assert {one.value for one in found} <= {*kept, *EVERYBODYS}
    assert not Actor(1, Role.CUSTOM, grants=found).may(Permission.OWNERSHIP_TRANSFER)


def test_a_change_holds_with_the_next_request_and_stands_in_the_log(sharma: Shop, hire: Hire, browse: Browse) -> None:
    role_id = make_role(sharma.actor)
    ravi = hire(role_id)
    client = browse(ravi.user_id)
    assert (client.get("/items").status_code, client.get("/day-book").status_code) == (200, 403)
    assert "Helper" in client.get("/items").text
    change(sharma.actor, role_id, {Permission.REPORT_READ})
    assert (client.get("/items").status_code, client.get("/day-book").status_code) == (403, 200), "nobody signed in again"
    with read_books(sharma.actor) as books:
        entry = books.session.scalars(select(EditLogEntry).where(EditLogEntry.entity == "role").order_by(EditLogEntry.seq.desc())).first()
        assert entry is not None
        assert entry.old is not None
        assert entry.new == {"permissions": ["company:read", "report:read"]}
        assert "item:read" in entry.old["permissions"]


def test_who_asks_is_found_by_one_statement_whatever_his_role(
    sharma: Shop, hire: Hire, browse: Browse, max_queries: Callable[[int], AbstractContextManager[list[str]]]
) -> None:
    counts = set[int]()
    for role in (Role.ADMIN, make_role(sharma.actor, copy_of="admin")):
        client = browse(hire(role).user_id)
        client.get("/custom-reports")
        with max_queries(30) as statements:
            assert client.get("/custom-reports").status_code == 200
        counts.add(len(statements))
    assert len(counts) == 1


def test_a_role_is_a_copy_without_what_is_the_owners_alone(sharma: Shop) -> None:
    role_id = make_role(sharma.actor, copy_of="owner")
    assert own_role(sharma.actor, role_id).allowed == ROLE_PERMISSIONS[Role.ADMIN]
    with pytest.raises(InvalidInput) as refusal:
        make_role(sharma.actor, "HELPER")
    assert list(refusal.value.errors) == ["name"]
    for name in ("x", "owner", "y" * 41):
        with pytest.raises(InvalidInput):
            make_role(sharma.actor, name)
    with pytest.raises(InvalidInput) as refusal:
        make_role(sharma.actor, "Other", "chief")
    assert list(refusal.value.errors) == ["copy_of"]


def test_a_role_that_somebody_has_is_not_removed(sharma: Shop, hire: Hire) -> None:
    role_id = make_role(sharma.actor)
    ravi = hire(role_id)
    with open_books(sharma.actor) as books:
        company.change_limits(books, {role_id.hex: Limits(most_discount_bp=500)})

    def remove() -> None:
        with open_directory() as directory:
            identity.remove_role(directory, sharma.actor, role_id)

    assert "1 people have the role Helper" in refused(remove, Conflict)
    assert ravi.user_id
    with open_directory() as directory:
        identity.end_membership(directory, sharma.actor, ravi.user_id)
        given = identity.role_of_key(directory, sharma.company_id, role_id.hex)
        invited = identity.invite(directory, sharma.actor, "mina@example.in", given, (), "en")
    assert "or are invited to it" in refused(remove, Conflict)
    with open_directory() as directory:
        identity.withdraw_invitation(directory, sharma.actor, invited)
    remove()
    with open_directory(writes=False) as directory:
        assert directory.scalar(select(MemberRole.id)) is None
    with read_books(sharma.actor) as books:
        assert company.profile(books).role_limits == {}


def test_a_stale_matrix_is_refused(sharma: Shop) -> None:
    role_id = make_role(sharma.actor)
    version = own_role(sharma.actor, role_id).version
    change(sharma.actor, role_id, {Permission.ITEM_READ})
    with pytest.raises(Conflict), open_directory() as directory:
        identity.change_role(directory, sharma.actor, role_id, "Helper", [], version)


def test_a_role_of_its_own_has_its_own_limits(sharma: Shop, hire: Hire) -> None:
    ravi = hire(make_role(sharma.actor))
    with open_books(sharma.actor) as books:
        company.change_limits(books, {ravi.role_key: Limits(backdate_days=0), "cashier": Limits(backdate_days=9)})
    with read_books(ravi) as books:
        kept = company.profile(books)
        assert company.limits_of(kept, ravi.role_key) == Limits(None, 0)
        assert company.limits_of(kept, "cashier").backdate_days == 9
        assert company.limits_of(kept, "owner") == company.limits_of(kept, "analyst") == Limits()


def test_the_matrix_is_one_form_for_each_role_of_ones_own(sharma: Shop, browse: Browse) -> None:
    owner = browse(sharma.actor.user_id)
    made = owner.post("/settings/roles", data={"name": "Helper", "copy_of": "cashier"})
    assert made.status_code == 303
    address = made.headers["Location"]
    page = owner.get(address).text
    key = address.rpartition("=")[2]
    assert len(re.findall(rf'form="role-{key}" name="permission"', page)) == len(Permission) - len(OWNERS_ALONE) - len(EVERYBODYS)
    boxes = re.findall(r'name="permission" value="([^"]+)" checked', page)
    assert {*boxes, *EVERYBODYS} == set(ROLE_PERMISSIONS[Role.CASHIER])
    role_id = UUID(hex=key)
    wrong = owner.post(f"/settings/roles/{role_id}", data={"name": "", "permission": ["item:read", "item:write"], "version": "1"})
    assert wrong.status_code == 422
    assert set(re.findall(r'name="permission" value="([^"]+)" checked', wrong.text)) == {"item:read", "item:write"}, (
        "what was typed is kept"
    )
    kept = owner.post(f"/settings/roles/{role_id}", data={"name": "Shelf", "permission": ["item:read", "item:write"], "version": "1"})
    assert kept.status_code == 303
    assert own_role(sharma.actor, role_id).allowed == {Permission.ITEM_READ, Permission.ITEM_WRITE, *EVERYBODYS}


@pytest.mark.parametrize("permission", sorted(OWNERS_ALONE))
def test_what_is_the_owners_alone_is_given_to_no_role(sharma: Shop, permission: Permission) -> None:
    role_id = make_role(sharma.actor)
    with pytest.raises(Forbidden):
        change(sharma.actor, role_id, {permission})
    with pytest.raises(InvalidInput):
        change(sharma.actor, role_id, {"everything:do"})
