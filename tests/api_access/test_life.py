"""The life of tokens: whatever happens in whatever order, what a plain model says is what opens."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule, run_state_machine_as_test

from tests.api_access.programs import Program, hire, user_of
from tests.conftest import Clock
from tests.ground.shops import Shop
from webapp import api_access, identity
from webapp.api_access import Draft
from webapp.api_access.scopes import permissions_of
from webapp.kernel.errors import NotFound
from webapp.platform.permissions import ROLE_PERMISSIONS, Role
from webapp.platform.tenancy import Actor, open_directory

SCOPES = ("company:read", "bills:read", "vouchers:write")
MEMBERS = 2


@dataclass
class Person:
    """A member, as the model knows him."""

    actor: Actor
    role: Role
    is_here: bool = True


@dataclass
class Token:
    """A token: whose, until when, and whether it was revoked."""

    text: str
    id: Any
    owner: Person | None
    until: datetime
    is_revoked: bool = False


@dataclass
class Family:
    """What came of one exchange: the refresh tokens in their order, and whether it was ended."""

    token: Token
    until: datetime
    refreshed: datetime
    refreshes: list[str] = field(default_factory=list)
    is_ended: bool = False


@dataclass
class Access:
    """An access token, of a family, until an instant."""

    text: str
    family: Family
    until: datetime


class Tokens(RuleBasedStateMachine):
    """Tokens are made, exchanged, refreshed, shown again, given up; members leave and change their role; time goes by."""

    tokens = Bundle("tokens")
    families = Bundle("families")
    accesses = Bundle("accesses")

    def __init__(self, app: Flask, shop: Shop, clock: Clock) -> None:
        super().__init__()
        self.shop, self.clock, self.program = shop, clock, Program(app)
        self.everything: list[Access] = []

    @initialize()
    def people(self) -> None:
        self.members = [Person(hire(self.shop), Role.ACCOUNTANT) for _ in range(MEMBERS)]

    # What the model says ---------------------------------------------------------------------------------------------

    def token_holds(self, token: Token) -> bool:
        is_owned = token.owner is None or token.owner.is_here
        return is_owned and not token.is_revoked and self.clock.now < token.until

    def family_holds(self, family: Family) -> bool:
        is_fresh = self.clock.now < min(family.until, family.refreshed + timedelta(days=30))
        return self.token_holds(family.token) and not family.is_ended and is_fresh

    def access_holds(self, access: Access) -> bool:
        return self.family_holds(access.family) and self.clock.now < access.until

    def given(self, body: dict[str, Any], family: Family) -> Access:
        family.refreshes.append(body["refresh_token"])
        access = Access(body["access_token"], family, self.clock.now + timedelta(minutes=10))
        self.everything.append(access)
        return access

    # What happens -----------------------------------------------------------------------------------------------------

    @rule(target=tokens, who=st.integers(0, MEMBERS - 1), days=st.sampled_from([7, 90, 365]))
    def make(self, who: int, days: int) -> Token:
        person = self.members[who]
        if not person.is_here:
            return multiple()  # type: ignore[return-value]
        made = api_access.make_personal(person.actor, Draft("Sync", SCOPES, days))
        return Token(made.text, made.id, person, self.clock.now + timedelta(days=days))

    @rule(target=tokens)
    def make_of_the_business(self) -> Token:
        made = api_access.make_service(self.shop.actor, Draft("Sync", SCOPES, 90, role=Role.ACCOUNTANT))
        return Token(made.text, made.id, None, self.clock.now + timedelta(days=90))

    @rule(target=families, token=tokens)
    def exchange(self, token: Token) -> Family:
        answer = self.program.post("token", token=token.text)
        assert (answer.status_code == 200) is self.token_holds(token), answer.text
        if answer.status_code != 200:
            return multiple()  # type: ignore[return-value]
        family = Family(token, min(self.clock.now + timedelta(days=90), token.until), self.clock.now)
        self.given(answer.get_json(), family)
        return family

    @rule(family=families)
    def refresh(self, family: Family) -> None:
        answer = self.program.post("refresh", refresh_token=family.refreshes[-1])
        assert (answer.status_code == 200) is self.family_holds(family), answer.text
        if answer.status_code == 200:
            family.refreshed = self.clock.now
            self.given(answer.get_json(), family)

    @rule(family=families, which=st.integers(0, 5))
    def show_a_used_one_again(self, family: Family, which: int) -> None:
        if len(family.refreshes) > 1:
            used = family.refreshes[which % (len(family.refreshes) - 1)]
            was_held = self.family_holds(family)
            assert self.program.post("refresh", refresh_token=used).status_code == 401
            family.is_ended = family.is_ended or was_held

    @rule(family=families)
    def give_the_family_up(self, family: Family) -> None:
        assert self.program.post("revoke", token=family.refreshes[0]).status_code == 200
        family.is_ended = True

    @rule(token=consumes(tokens))
    def revoke(self, token: Token) -> None:
        owner = token.owner.actor.user_id if token.owner else None
        try:
            api_access.revoke(self.shop.actor, token.id, user_id=owner)
        except NotFound:
            assert token.is_revoked or (token.owner and not token.owner.is_here)
        token.is_revoked = True

    @rule(who=st.integers(0, MEMBERS - 1))
    def leave(self, who: int) -> None:
        person = self.members[who]
        if person.is_here:
            with open_directory() as directory:
                identity.end_membership(directory, self.shop.actor, user_of(person.actor))
            person.is_here = False
            self.members[who] = Person(hire(self.shop), Role.ACCOUNTANT)  # the next tokens are somebody else's

    @rule(who=st.integers(0, MEMBERS - 1))
    def go_away_for_a_while(self, who: int) -> None:
        person = self.members[who]
        with open_directory() as directory:
            identity.deactivate(directory, self.shop.actor, user_of(person.actor))
        for access in self.everything[-1:]:
            assert api_access.program_of(access.text, "") is None or access.family.token.owner is not person
        with open_directory() as directory:
            identity.reactivate(directory, self.shop.actor, user_of(person.actor))
        person.is_here = False  # his tokens ended for good
        self.members[who] = Person(person.actor, person.role)

    @rule(who=st.integers(0, MEMBERS - 1), role=st.sampled_from([Role.ACCOUNTANT, Role.CASHIER, Role.VIEWER]))
    def change_role(self, who: int, role: Role) -> None:
        person = self.members[who]
        with open_directory() as directory:
            given = identity.role_of_key(directory, self.shop.company_id, role.value)
            identity.give_role(directory, self.shop.actor, user_of(person.actor), given)
        person.role = role

    @rule(
        how_long=st.sampled_from([timedelta(minutes=4), timedelta(minutes=10), timedelta(days=6), timedelta(days=29), timedelta(days=31)])
    )
    def time_passes(self, how_long: timedelta) -> None:
        self.clock.now += how_long

    # What is true -----------------------------------------------------------------------------------------------------

    @invariant()
    def what_opens_is_what_the_model_says(self) -> None:
        for access in self.everything[-4:]:
            found = api_access.program_of(access.text, "203.0.113.7")
            assert (found is not None) is self.access_holds(access)
            if found is not None:
                owner = access.family.token.owner
                may = ROLE_PERMISSIONS[owner.role if owner else Role.ACCOUNTANT]
                assert found[0].actor.allowed == may & permissions_of(SCOPES)


def test_whatever_happens_only_what_holds_opens(app: Flask, sharma: Shop, clock: Clock) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        lambda: Tokens(app, sharma, clock),
        settings=settings(max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)),
    )
