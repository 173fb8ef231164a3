"""Invitations: by a link that works once, for a week, the newest alone; taken by whose address it is."""

from __future__ import annotations

import re
from threading import Barrier, Thread
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select

from jobs.people_mails import send_people_mails
from tests.conftest import Clock
from tests.ground.shops import Shop
from tests.people.conftest import STRONG, Browse, Hire, Post, token_in
from tests.support import refused
from webapp import company, identity
from webapp.identity.letters import LinkSpent
from webapp.identity.models import Invitation, Membership, UserAccount
from webapp.kernel.errors import BooksError, Forbidden, InvalidInput
from webapp.platform.permissions import Role
from webapp.platform.tenancy import open_books, open_directory, read_books

MINA = "mina@example.in"


def invite(shop: Shop, email: str = MINA, role: str = "accountant", stores: tuple[UUID, ...] = ()) -> UUID:
    with open_directory() as directory:
        given = identity.role_of_key(directory, shop.company_id, role)
        return identity.invite(directory, shop.actor, email, given, stores, "hi")


def copied(shop: Shop, invitation_id: UUID) -> str:
    with open_directory() as directory:
        return token_in(identity.link_to_copy(directory, shop.actor, invitation_id))


def place_of(shop: Shop, email: str = MINA) -> identity.Member | None:
    with open_directory(writes=False) as directory:
        return next((one for one in identity.members(directory, shop.company_id) if one.email == email), None)


def test_who_has_no_account_makes_it_by_the_link_of_the_mail(app: Flask, sharma: Shop, browse: Browse, post: Post) -> None:
    owner = browse(sharma.actor.user_id)
    with open_books(sharma.actor) as books:
        store = company.create_store(books, company.StoreDraft(name="Godown", code="GOD"))
    asked = {"email": " Mina@Example.in ", "role": "cashier", "which": "some", "store": str(store)}
    assert owner.post("/settings/invitations", data=asked).status_code == 303
    send_people_mails()
    (to, _subject, text) = post[-1]
    assert (to, sharma.name in text) == (MINA, True)
    token = token_in(text)
    with open_directory(writes=False) as directory:
        assert token not in str(directory.execute(select(Invitation.token_hash)).all())
    assert MINA in owner.get("/settings/people").text
    mina = app.test_client()
    assert "Cashier" in mina.get(f"/invitation?token={token}").text
    sent = {"token": token, "person_name": "Mina", "password": STRONG}
    assert mina.post("/invitation", data={**sent, "person_name": ""}).status_code == 422
    assert mina.post("/invitation", data=sent).status_code == 303
    assert mina.get("/bills").status_code == 200, "signed in"
    member = place_of(sharma)
    assert member is not None
    assert (member.role, member.name) == (Role.CASHIER, "Mina")
    with read_books(sharma.actor) as books:
        assert company.stores_of_member(books, member.user_id) == {store}
    with open_directory(writes=False) as directory:
        assert directory.scalar(select(UserAccount.email_verified_at).where(UserAccount.email == MINA)) is not None
    assert app.test_client().get(f"/invitation?token={token}").status_code == 410, "once"
    assert app.test_client().post("/invitation", data=sent).status_code == 410


def test_who_has_an_account_signs_in_and_accepts(app: Flask, sharma: Shop, iyer: Shop, browse: Browse, post: Post, hire: Hire) -> None:
    invite(sharma, iyer.email)
    send_people_mails()
    token = token_in(post[-1][2])
    stranger = browse(hire(Role.VIEWER).user_id)
    assert "another address" in stranger.get(f"/invitation?token={token}").text
    assert stranger.post("/invitation", data={"token": token}).status_code == 403
    fresh = app.test_client().post("/invitation", data={"token": token, "person_name": "Thief", "password": STRONG})
    assert fresh.status_code == 422, "his account is not made anew"
    client = browse(iyer.actor.user_id)
    assert client.post("/invitation", data={"token": token}).status_code == 303
    found = place_of(sharma, iyer.email)
    assert found is not None
    assert found.role is Role.ACCOUNTANT
    assert sharma.name in client.get("/items").text, "he works there now"
    assert place_of(iyer, iyer.email) is not None, "and still has his own"


def test_who_has_an_account_and_no_business_accepts_by_signing_in(app: Flask, sharma: Shop, browse: Browse, post: Post, hire: Hire) -> None:
    ravi = hire(Role.CASHIER)
    assert ravi.user_id
    with open_directory() as directory:
        identity.end_membership(directory, sharma.actor, ravi.user_id)
        email = directory.get_one(UserAccount, ravi.user_id).email
    client = app.test_client()
    app.config["WTF_CSRF_ENABLED"] = False
    proof = {"email": email, "password": STRONG}
    assert client.post("/sign-in", data=proof).status_code == 422, "he has no place anywhere"
    invite(sharma, email)
    send_people_mails()
    answer = client.post("/sign-in", data={**proof, "next": f"/invitation?token={token_in(post[-1][2])}"})
    assert answer.status_code == 303
    assert place_of(sharma, email) is not None
    assert client.get("/items").status_code == 200


def test_inviting_is_the_same_whether_the_address_has_an_account(sharma: Shop, iyer: Shop, browse: Browse, post: Post) -> None:
    owner, seen = browse(sharma.actor.user_id), list[tuple[int, str]]()
    for email in ("nobody@example.in", iyer.email):
        answer = owner.post("/settings/invitations", data={"email": email, "role": "cashier"}, follow_redirects=True)
        seen.append((answer.status_code, re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[\w.%-]{20,}", "", answer.text).replace(email, "")))
        owner.post(re.findall(r"/settings/invitations/[0-9a-f-]+/withdrawal", answer.text)[0])
    send_people_mails()
    assert seen[0] == seen[1]
    assert [to for to, _subject, _text in post] == [], "withdrawn before it left"


@pytest.mark.parametrize("spoil", ["again", "withdrawn", "late", "newer"])
def test_only_the_newest_link_opens_and_for_a_week(sharma: Shop, engine: Engine, clock: Clock, spoil: str) -> None:
    made = invite(sharma)
    token = copied(sharma, made)
    match spoil:
        case "again":
            copied(sharma, made)
        case "withdrawn":
            with open_directory() as directory:
                identity.withdraw_invitation(directory, sharma.actor, made)
        case "late":
            clock.advance(days=7)
        case "newer":
            invite(sharma)
    with open_directory() as directory, pytest.raises(LinkSpent):
        identity.accept_anew(directory, token, "Mina", STRONG, "en")
    assert place_of(sharma) is None


def test_a_link_is_shown_to_copy_only_where_no_mail_leaves(sharma: Shop, post: Post) -> None:
    made = invite(sharma)
    assert "by mail here" in refused(lambda: copied(sharma, made), Forbidden)


def test_a_copied_link_shows_nobodys_address(sharma: Shop, iyer: Shop, browse: Browse) -> None:
    owner = browse(sharma.actor.user_id)
    made = owner.post("/settings/invitations", data={"email": MINA, "role": "cashier"})
    shown = owner.post(f"{made.headers['Location']}/link")
    token = token_in(shown.text)
    with open_directory() as directory:
        identity.accept_anew(directory, token, "Mina", STRONG, "en")
        assert directory.scalar(select(UserAccount.email_verified_at).where(UserAccount.email == MINA)) is None


def test_what_somebody_offered_is_withdrawn_when_he_may_less(sharma: Shop, hire: Hire) -> None:
    admin = hire(Role.ADMIN)
    assert admin.user_id
    with open_directory() as directory:
        given = identity.role_of_key(directory, sharma.company_id, "admin")
        identity.invite(directory, admin, MINA, given, (), "en")
        viewer = identity.role_of_key(directory, sharma.company_id, "viewer")
        identity.give_role(directory, sharma.actor, admin.user_id, viewer)
        assert identity.pending_invitations(directory, sharma.company_id) == []


def test_a_member_is_not_invited(sharma: Shop) -> None:
    with pytest.raises(InvalidInput):
        invite(sharma, sharma.email)
    with pytest.raises(InvalidInput):
        invite(sharma, "no address")


@pytest.mark.database
def test_of_two_who_accept_at_once_one_gets_the_place(alone: Shop) -> None:
    token, barrier, ends = copied(alone, invite(alone)), Barrier(2), list[str]()

    def take() -> None:
        barrier.wait()
        try:
            with open_directory() as directory:
                identity.accept_anew(directory, token, "Mina", STRONG, "en")
            ends.append("taken")
        except BooksError as refusal:
            ends.append(type(refusal).__name__)

    both = [Thread(target=take) for _one in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(ends) == ["LinkSpent", "taken"]
    with open_directory(writes=False) as directory:
        assert directory.scalar(select(func.count()).select_from(Membership).where(Membership.company_id == alone.company_id)) == 2
