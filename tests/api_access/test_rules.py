"""The text of a token, the networks it is for, and what scopes hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.api_access import refresh_tokens, rules
from webapp.api_access.rules import GrantTimes, Kind, State
from webapp.api_access.scopes import ALWAYS, OFFERED, READING, SCOPES, in_order, permissions_of, roles_for_service, scope_for
from webapp.platform.permissions import ROLE_PERMISSIONS, Permission, Role

NOW = datetime(2026, 11, 20, 8, 45, tzinfo=UTC)


@given(st.sampled_from([Kind.PERSONAL, Kind.SERVICE]), st.binary(min_size=32, max_size=32))
def test_a_token_is_read_as_it_was_written(kind: Kind, body: bytes) -> None:
    text = rules.written(kind, body)
    assert rules.read_text(text) is kind
    assert rules.body_of(text, 32) == body
    assert rules.beginning(text) in text
    assert len(rules.beginning(text)) < len(text) / 3


@given(st.data())
def test_a_sign_that_is_mistyped_is_seen(data: st.DataObject) -> None:
    text = rules.written(Kind.PERSONAL, bytes(range(32)))
    at = data.draw(st.integers(0, len(text) - 1))
    sign = data.draw(st.characters(codec="utf-8").filter(lambda one: one != text[at]))
    assert rules.read_text(text[:at] + sign + text[at + 1 :]) is None
    other = data.draw(st.integers(8, len(text) - 2))
    if text[other] != text[other + 1]:
        assert rules.read_text(text[:other] + text[other + 1] + text[other] + text[other + 2 :]) is None, "two signs in the wrong order"


@given(st.text(max_size=200))
def test_what_is_no_token_is_none(text: str) -> None:
    assert rules.read_text(text) is None
    assert refresh_tokens.grant_of(text) is None


def test_one_kind_is_not_another() -> None:
    text = rules.new_text(Kind.PERSONAL)
    assert rules.read_text(text.replace("mun_pat", "mun_svc")) is None
    assert rules.read_text(text + " ") is None
    assert rules.read_text("x" * 1_000_000) is None
    assert rules.new_text(Kind.PERSONAL) != text


@given(st.lists(st.ip_addresses(), max_size=4), st.ip_addresses(), st.integers(0, 32))
def test_networks_hold_what_they_hold(addresses: list[IPv4Address | IPv6Address], asked: IPv4Address | IPv6Address, prefix: int) -> None:
    kept = [rules.read_network(f"{one}/{prefix}") for one in addresses if not (one.version == 6 and one.ipv4_mapped)]
    meant = [ip_network(f"{one}/{prefix}", strict=False) for one in addresses if not (one.version == 6 and one.ipv4_mapped)]
    if asked.version == 6 and asked.ipv4_mapped:
        return
    expected = not meant or any(asked in one for one in meant if one.version == asked.version)
    assert rules.is_from(str(asked), kept) is expected
    if asked.version == 4:
        assert rules.is_from(f"::ffff:{asked}", kept) is expected, "as a socket of both kinds says it"


@pytest.mark.parametrize(
    "text", ["", "x", "203.0.113.0/33", "203.0.113", "::/129", "fe80::1%eth0", "::ffff:1.2.3.4", "1", "0x7f.1", "1.2.3.4/a"]
)
def test_what_is_no_network_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=r"203\.0\.113|IPv4|%"):
        rules.read_network(text)


def test_from_an_address_that_is_none_nothing_is_opened() -> None:
    assert not rules.is_from("", ["0.0.0.0/0"])
    assert rules.is_from("", [])


def test_scopes_hold_nothing_that_is_a_persons_alone() -> None:
    words = "member:write company:write backup:manage books:take-away year:close year:reopen period:lock return:file return:reopen"
    never = {Permission(one) for one in f"{words} credit:override discount:override backdate:override job:manage till:enrol".split()}
    assert not never & permissions_of(SCOPES)
    assert all(SCOPES[name] <= permissions_of([name]) for name in SCOPES)


def test_reading_writes_nothing() -> None:
    allowed = {"read", "cost-read", "export"}
    assert {one.value.partition(":")[2] for one in permissions_of(READING)} <= allowed


def test_the_smallest_scope_is_named() -> None:
    assert scope_for(Permission.BILL_READ) == "bills:read"
    assert scope_for(Permission.BILL_ISSUE) == "bills:write"
    assert scope_for(Permission.MEMBER_WRITE) == ""
    assert in_order({"reports:read", "gone:read"}) == (ALWAYS, "reports:read")
    assert permissions_of(["gone:read"]) == frozenset()


def test_roles_of_a_program() -> None:
    assert roles_for_service(ROLE_PERMISSIONS[Role.OWNER], ROLE_PERMISSIONS) == tuple(one for one in ROLE_PERMISSIONS if one in OFFERED)
    assert Role.ADMIN not in roles_for_service(ROLE_PERMISSIONS[Role.ACCOUNTANT], ROLE_PERMISSIONS)
    assert Role.CASHIER not in roles_for_service(ROLE_PERMISSIONS[Role.VIEWER], ROLE_PERMISSIONS)


def test_how_a_token_stands() -> None:
    assert rules.state(NOW, None, NOW) is State.EXPIRED
    assert rules.state(NOW + timedelta(seconds=1), None, NOW) is State.ACTIVE
    assert rules.state(NOW, NOW, NOW) is State.REVOKED
    times = GrantTimes(NOW, NOW + timedelta(days=90), None)
    assert times.is_live(NOW + timedelta(days=30, seconds=-1))
    assert not times.is_live(NOW + timedelta(days=30))
    assert not GrantTimes(NOW, NOW + timedelta(days=1), None).is_live(NOW + timedelta(days=1))
    assert not GrantTimes(NOW, NOW + timedelta(days=90), NOW).is_live(NOW)
