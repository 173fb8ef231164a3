"""The file of plans is read strictly: what is wrong is named by its place, and nothing half-understood is ever used."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plans.conftest import PLANS
from webapp.plans import offered, rules
from webapp.plans.rules import BadPlans
from webapp.platform.settings import BadSetting

PLAN = {"name": "Free", "order": 1, "members": 2, "stores": 1, "bills_per_month": 100, "price_month_paise": 0}
FILE = {"begins_with": "free", "plans": {"free": PLAN}}


def with_plan(**changes: Any) -> dict[str, Any]:
    return {**FILE, "plans": {"free": {**PLAN, **changes}}}


def written(path: Path, content: bytes | str, name: str = "plans.toml") -> str:
    path = path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def complaint(path: str) -> str:
    with pytest.raises(BadSetting) as refusal:
        offered.read(path)
    assert path in refusal.value.problem
    return refusal.value.problem


def test_a_whole_file_is_read_smallest_plan_first(tmp_path: Path) -> None:
    found = offered.read(written(tmp_path, PLANS))
    assert [one.key for one in found.plans] == ["free", "shop", "chain"]
    shop = found.plans[1]
    assert (shop.limits.members, shop.limits.stores, shop.limits.bills, shop.limits.grace_percent, shop.trial_days) == (3, 2, 20, 20, 30)
    assert (shop.limits.bills_with_grace, shop.is_free, found.plans[0].is_free) == (24, False, True)
    assert found.plans[2].limits == rules.Limits(), "empty is no limit"
    assert (found.begins_with, found.afterwards, found.is_self_service) == ("shop", "free", False)


def test_the_same_as_json_and_with_the_mark_of_windows(tmp_path: Path) -> None:
    text = json.dumps(with_plan(members="", stores=None))
    found = offered.read(written(tmp_path, b"\xef\xbb\xbf" + text.encode(), "plans.json"))
    assert (found.plans[0].limits.members, found.plans[0].limits.stores) == (None, None)


def test_a_plan_without_a_price_is_sold_on_request_and_is_not_free() -> None:
    [found] = rules.read_offered({**FILE, "plans": {"free": {"name": "Big", "order": 1}}}).plans
    assert not found.is_free


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        ([], "the file is no table"),
        ({}, "plans is missing"),
        ({"plans": {}, "begins_with": "free"}, "plans is missing"),
        ({**FILE, "begins_with": "gold"}, "begins_with is 'gold', and there is no such plan"),
        ({**FILE, "begins_with": ""}, "begins_with is missing"),
        ({**FILE, "begins_with": ["free"]}, "begins_with is no text"),
        ({**FILE, "afterwards": "gold"}, "afterwards is 'gold'"),
        ({**with_plan(trial_days=14), "afterwards": "free"}, "afterwards is the plan whose trial"),
        ({**FILE, "limit": 3}, "the file holds 'limit', which is not known"),
        ({**FILE, "self_service": "yes"}, "self_service is neither"),
        ({**FILE, "host_email": "nobody"}, "host_email"),
        ({**FILE, "host_email": "a@b.example\nBcc: c@d.example"}, "host_email"),
        ({**FILE, "pay_url": "javascript:alert(1)"}, "pay_url"),
        ({**FILE, "pay_url": "http://pay.example"}, "pay_url"),
        ({**FILE, "pay_url": "https://[broken"}, "pay_url"),
        ({**FILE, "plans": {"Free!": PLAN}, "begins_with": "Free!"}, "a key has small letters"),
        ({**FILE, "plans": {"free": 3}}, "plans.free is no table"),
        ({**FILE, "plans": {"free": PLAN, "paid": {**PLAN, "name": "Paid"}}}, "two plans have the same order"),
        ({**FILE, "plans": {"free": PLAN, "paid": {**PLAN, "order": 2, "name": "FREE"}}}, "two plans have the same name"),
        ({**FILE, "plans": {f"p{n}": {**PLAN, "order": n} for n in range(51)}}, "at most 50"),
        (with_plan(member=3), "holds 'member', which is not known"),
        (with_plan(name=""), "plans.free.name is missing"),
        (with_plan(name=3), "plans.free.name is no text"),
        (with_plan(name="F" * 41), "plans.free.name is longer"),
        (with_plan(name="Fr\x00ee"), "cannot be printed"),
        (with_plan(order=None), "plans.free.order is missing"),
        (with_plan(members=-3), "plans.free.members is not within"),
        (with_plan(members=0), "plans.free.members is not within"),
        (with_plan(members=10**30), "plans.free.members is not within"),
        (with_plan(members=True), "plans.free.members is no whole number"),
        (with_plan(stores=1.0), "plans.free.stores is no whole number"),
        (with_plan(stores="3"), "plans.free.stores is no whole number"),
        (with_plan(bills_per_month=[]), "plans.free.bills_per_month is no whole number"),
        (with_plan(price_month_paise=-1), "plans.free.price_month_paise is not within"),
        (with_plan(grace_percent=-1), "plans.free.grace_percent is not within"),
        (with_plan(trial_days=100_000), "plans.free.trial_days is not within"),
    ],
)
def test_what_is_wrong_is_named(tree: Any, said: str) -> None:
    with pytest.raises(BadPlans) as refusal:
        rules.read_offered(tree)
    assert any(said in complaint for complaint in refusal.value.complaints), refusal.value.complaints


def test_all_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(BadPlans) as refusal:
        rules.read_offered({**with_plan(members=-1, order="x"), "extra": 1})
    assert len(refusal.value.complaints) == 3


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b'begins_with = "\xff"', "plans.toml", "not UTF-8"),
        ("begins_with = ", "plans.toml", "no TOML"),
        (PLANS + '[plans.shop]\nname = "Twice"\n', "plans.toml", "no TOML"),
        ('{"begins_with": "free", "begins_with": "free"}', "plans.json", "stands twice"),
        ('{"plans": {"free": {"name": "A", "name": "B"}}}', "plans.json", "stands twice"),
        ("[" * 60_000, "plans.json", "no JSON"),
        ("1" * 5_000, "plans.json", "no JSON"),
        (PLANS, "plans.yaml", "neither in .toml"),
        (" " * 65_000, "plans.toml", "larger than"),
    ],
)
def test_what_is_no_file_of_plans(tmp_path: Path, content: bytes | str, name: str, said: str) -> None:
    assert said in complaint(written(tmp_path, content, name))


def test_no_file_and_a_folder_and_a_device(tmp_path: Path) -> None:
    assert "no such file" in complaint(str(tmp_path / "none.toml"))
    (tmp_path / "folder.toml").mkdir()
    assert "no such file" in complaint(str(tmp_path / "folder.toml"))
    (tmp_path / "zero.toml").symlink_to("/dev/zero")
    assert "no such file" in complaint(str(tmp_path / "zero.toml"))
    assert "it cannot be read: File name too long" in complaint(str(tmp_path / f"{'a' * 300}.toml")), (
        "nor may anything else of the disk stop it"
    )


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    name=st.sampled_from([*sorted(PLAN), "name_hi", "grace_percent", "price_year_paise", "trial_days", "other"]),
    of_plan=ANYTHING,
    outside=st.sampled_from(["begins_with", "afterwards", "host_email", "pay_url", "self_service", "plans", "other"]),
    of_file=ANYTHING,
    takes=st.booleans(),
)
def test_nothing_in_a_file_is_a_mistake_of_ours(name: str, of_plan: Any, outside: str, of_file: Any, takes: bool) -> None:
    """Whatever stands in it, it is refused in words, or every limit is a sane number."""
    tree = with_plan(**{name: of_plan})
    if takes:
        tree[outside] = of_file
    with suppress(BadPlans):
        found = rules.read_offered(tree)
        for plan in found.plans:
            assert all(limit is None or limit > 0 for limit in (plan.limits.members, plan.limits.stores, plan.limits.bills))
            assert 0 <= plan.limits.grace_percent <= rules.MOST_GRACE
        assert found.plan(found.begins_with)
