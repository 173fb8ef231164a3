"""Places: away and back, gone, left; ownership handed over; member ids; and what two do at once."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Clock
from tests.ground.shops import PASSWORD, Shop, found_shop
from tests.people.conftest import Browse, Hire
from tests.support import refused
from webapp import identity
from webapp.identity import rules
from webapp.kernel.errors import BooksError, Conflict, Forbidden, InvalidInput, NotFound
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_directory


def role_of(shop: Shop, user_id: UUID | None) -> Role | None:
    with open_directory(writes=False) as directory:
        assert user_id is not None
        found = identity.actor_of(directory, shop.company_id, user_id)
    return found.role if found else None


def offer(actor: Actor, to: Actor, former_role: str = "admin") -> UUID:
    assert to.user_id
    with open_directory() as directory:
        return identity.offer_ownership(directory, actor, to.user_id, former_role)


def accept(actor: Actor, offer_id: UUID) -> None:
    with open_directory() as directory:
        identity.accept_ownership(directory, actor, offer_id)


def leave(actor: Actor) -> None:
    with open_directory() as directory:
        identity.leave(directory, actor)


def test_who_is_deactivated_is_out_at_once_and_comes_back_in_his_role(sharma: Shop, hire: Hire, browse: Browse, app: Flask) -> None:
    owner, ravi = browse(sharma.actor.user_id), hire(Role.ACCOUNTANT)
    client, here = browse(ravi.user_id), f"/settings/members/{ravi.user_id}"
    assert client.get("/items").status_code == 200
    assert owner.post(f"{here}/deactivation").status_code == 303
    assert client.get("/items").status_code == 303
    assert role_of(sharma, ravi.user_id) is None
    assert "Deactivated" in owner.get(here).text
    assert owner.post(f"{here}/reactivation").status_code == 303
    assert client.get("/items").status_code == 303, "a sign-in that ended stays ended"
    assert role_of(sharma, ravi.user_id) is Role.ACCOUNTANT
    assert browse(ravi.user_id).get("/items").status_code == 200


def test_a_sign_in_elsewhere_goes_on(sharma: Shop, iyer: Shop, browse: Browse) -> None:
    assert iyer.actor.user_id
    with open_directory() as directory:
        identity.add_member(directory, sharma.company_id, iyer.actor.user_id, Role.VIEWER)
    client = browse(iyer.actor.user_id)
    here = client.get("/businesses").text
    with open_directory() as directory:
        identity.deactivate(directory, sharma.actor, iyer.actor.user_id)
    assert (sharma.name in here, client.get("/businesses").status_code) == (True, 303 if sharma.company_id < iyer.company_id else 200)
    assert browse(iyer.actor.user_id).get("/items").status_code == 200


def test_one_leaves_but_never_the_only_owner(sharma: Shop, hire: Hire, browse: Browse) -> None:
    ravi = hire(Role.CASHIER)
    client = browse(ravi.user_id)
    assert client.post("/account/departure").status_code == 422
    assert client.post("/account/departure", data={"leaves": "1"}).status_code == 303
    assert client.get("/items").status_code == 303
    assert role_of(sharma, ravi.user_id) is None
    assert "the only owner" in refused(lambda: leave(sharma.actor), Conflict)
    owner = browse(sharma.actor.user_id)
    assert owner.post("/account/departure", data={"leaves": "1"}).status_code == 409
    assert "only owner" in owner.get("/account/place").text


def test_ownership_goes_when_both_have_proved_who_they_are(sharma: Shop, hire: Hire, browse: Browse, clock: Clock) -> None:
    ravi = hire(Role.ACCOUNTANT)
    owner, other = browse(sharma.actor.user_id), browse(ravi.user_id)
    clock.advance(minutes=11)
    asked = {"user_id": str(ravi.user_id), "former_role": "admin"}
    assert owner.post("/settings/ownership", data=asked).status_code == 401
    assert owner.post("/settings/ownership", data={**asked, "proof_password": PASSWORD}).status_code == 303
    with open_directory(writes=False) as directory:
        (waiting,) = identity.open_offers(directory, sharma.company_id)
    url = f"/account/ownership/{waiting.id}/acceptance"
    assert "offers you this business" in other.get("/account/place").text
    assert other.post(url).status_code == 401
    assert role_of(sharma, ravi.user_id) is Role.ACCOUNTANT
    assert owner.post(url).status_code == 404, "he cannot accept it for the other"
    assert other.post(url, data={"proof_password": "banyan peepal tulsi 772"}).status_code == 303
    assert (role_of(sharma, ravi.user_id), role_of(sharma, sharma.actor.user_id)) == (Role.OWNER, Role.ADMIN)
    assert other.post(url).status_code == 404, "once"


def test_an_offer_holds_for_a_week_and_while_its_giver_is_an_owner(sharma: Shop, hire: Hire, clock: Clock) -> None:
    ravi, mina = hire(Role.ADMIN), hire(Role.ADMIN)
    late = offer(sharma.actor, ravi)
    clock.advance(days=7)
    refused(lambda: accept(ravi, late), NotFound)
    first = offer(sharma.actor, ravi)
    second = offer(sharma.actor, mina)
    refused(lambda: accept(ravi, first), NotFound)
    refused(lambda: accept(ravi, second), NotFound)
    accept(mina, second)
    refused(lambda: offer(sharma.actor, ravi, "viewer"), InvalidInput)
    refused(lambda: offer(mina, ravi), Forbidden)  # who acts was an admin when he was asked
    with open_directory(writes=False) as directory:
        assert mina.user_id
        owner = identity.actor_of(directory, sharma.company_id, mina.user_id)
    assert owner is not None
    both = offer(owner, ravi, "owner")
    accept(ravi, both)
    assert role_of(sharma, mina.user_id) is role_of(sharma, ravi.user_id) is Role.OWNER


def test_an_offer_may_be_declined_and_taken_back_by_those_two_alone(sharma: Shop, hire: Hire) -> None:
    ravi, mina = hire(Role.ADMIN), hire(Role.ADMIN)

    def end(actor: Actor, offer_id: UUID) -> None:
        with open_directory() as directory:
            identity.withdraw_offer(directory, actor, offer_id)

    for who in (ravi, sharma.actor):
        made = offer(sharma.actor, ravi)
        refused(lambda made=made: end(mina, made), NotFound)  # type: ignore[misc]
        end(who, made)
        refused(lambda made=made: accept(ravi, made), NotFound)  # type: ignore[misc]


def test_a_number_is_never_given_twice(sharma: Shop, hire: Hire, browse: Browse) -> None:
    ravi, mina = hire(Role.CASHIER), hire(Role.CASHIER, name="Mina")
    assert ravi.user_id
    with open_directory() as directory:
        identity.end_membership(directory, sharma.actor, ravi.user_id)
    gopal = hire(Role.CASHIER)
    with open_directory() as directory:
        identity.add_member(directory, sharma.company_id, ravi.user_id, Role.VIEWER)
        ids = {one.user_id: one.member_id for one in identity.members(directory, sharma.company_id)}
    assert [ids[one.user_id] for one in (sharma.actor, ravi, mina, gopal) if one.user_id] == [f"SHAR_000{number}" for number in range(1, 5)]
    owner = browse(sharma.actor.user_id)
    assert "Mina" in owner.get("/settings/people?q=shar_0003").text
    assert "Mina" not in owner.get("/settings/people?q=shar_0002").text
    browse(mina.user_id).post("/account/sign-ins/others-end")
    assert "SHAR_0003" in owner.get("/edit-log?who=Mina").text
    assert "Mina" in owner.get("/edit-log?who=shar_0003").text
    assert "SHAR_0001" not in owner.get("/edit-log?who=SHAR_0003").text.partition('id="entries"')[2]


def test_the_code_of_a_business_is_its_own(sharma: Shop) -> None:
    second = found_shop("Sharma & Sons", email="two@sharma.example", state_code="27")
    third = found_shop("शर्मा", email="three@sharma.example", state_code="27")
    with open_directory(writes=False) as directory:
        shown = [identity.members(directory, shop.company_id)[0].member_id for shop in (sharma, second, third)]
    assert shown == ["SHAR_0001", "SHAR2_0001", "ORG_0001"]


@given(st.text(max_size=30))
def test_a_code_is_short_and_plain(name: str) -> None:
    codes = rules.codes_of(name)
    found = [next(codes) for _turn in range(20)]
    assert len(set(found)) == len(found)
    assert all(code.isascii() and code.isalnum() and code == code.upper() and 1 <= len(code) <= 6 for code in found)


def at_once(*acts: Callable[[], None]) -> list[str]:
    """What became of acts that begin together."""
    barrier, ends = Barrier(len(acts)), list[str]()

    def run(act: Callable[[], None]) -> None:
        barrier.wait()
        try:
            act()
            ends.append("done")
        except BooksError as refusal:
            ends.append(type(refusal).__name__)

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ends)


@pytest.mark.database
def test_of_two_owners_who_leave_at_once_one_stays(alone: Shop, hire: Hire) -> None:
    other = hire(Role.OWNER, alone)
    assert at_once(lambda: leave(alone.actor), lambda: leave(other)) == ["Conflict", "done"]
    with open_directory(writes=False) as directory:
        assert [one.role for one in identity.members(directory, alone.company_id)] == [Role.OWNER]


@pytest.mark.database
def test_of_two_who_join_at_once_each_has_his_own_number(alone: Shop, hire: Hire) -> None:
    assert at_once(lambda: void(hire(Role.CASHIER, alone)), lambda: void(hire(Role.CASHIER, alone))) == ["done", "done"]
    with open_directory(writes=False) as directory:
        assert [one.member_id[-4:] for one in identity.members(directory, alone.company_id)] == ["0001", "0002", "0003"]


def void(_made: object) -> None:
    """What was made is looked at afterwards."""
