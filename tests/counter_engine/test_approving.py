"""PINs and proofs in the browser are those of the server, byte for byte."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from playwright.sync_api import Page

from tests.counter.test_pin_rules import CLAIMS
from tests.counter_engine.test_parts import _tab, ask, bare  # noqa: F401 - fixtures
from webapp.counter import approving, pin_rules
from webapp.counter.pin_rules import Claim

pytestmark = pytest.mark.browser

TILL, MEENA = UUID(int=7), UUID(int=8)
# A till of which nothing but its storage is asked.
DESK = """
    let kept;
    const engine = { till: { id: given.till }, lastAt: given.lastAt ?? 0, store: { save: async (names, work) => work({ objectStore: () => ({ get: async () => kept, put: async (value) => { kept = value; } }) }) } };
"""


def person(pin: str, rounds: int) -> tuple[dict[str, Any], bytes]:
    """What a till is told of Meena, and her key there."""
    salt = bytes(range(16))
    key = pin_rules.till_key(pin_rules.stretch(pin, salt, rounds), TILL)
    told = {
        "id": str(MEENA),
        "name": "Meena",
        "bills": True,
        "pin": 3,
        "salt": salt.hex(),
        "rounds": rounds,
        "check": pin_rules.check_of(key),
    }
    return {**told, "once": False, "may": ["discount"]}, key


@pytest.mark.parametrize("rounds", [1, pin_rules.ROUNDS])
def test_a_proof_made_at_a_till_is_good_at_the_server(bare: Page, rounds: int) -> None:  # noqa: F811 - a fixture
    told, key = person("483950", rounds)
    figures = {"off": 2900, "bp": 2000, "customer": str(UUID(int=4))}
    what = {"command": str(UUID(int=1)), "kind": "discount", "figures": figures, "reason": "  पुराना ग्राहक \u202e\n“दो” = 1  "}
    given_ = {"till": str(TILL), "person": told, "what": what}
    made = ask(bare, "approving", f"{DESK} return it.approve(engine, given.person, '483950', given.what)", given_)
    assert (made["reason"], made["pin"], made["approver"], made["name"]) == ("पुराना ग्राहक  “दो” = 1", 3, str(MEENA), "Meena")
    ids = (made["command"], made["kind"], made["till"], made["approver"])
    claim = Claim(*ids, made["pin"], made["at"], made["reason"], made["figures"], made["proof"])
    assert pin_rules.is_proved(key, claim)
    assert "483950" not in str(made)


def test_a_clock_set_back_and_a_long_reason_spoil_no_proof(bare: Page) -> None:  # noqa: F811 - a fixture
    """A bill is not earlier than the one before it, so its approval is not either; a cash move is of the clock itself."""
    told, key = person("483950", 1)
    ahead = 4_000_000_000_000  # of 2096: the till's last document
    what = {"command": str(UUID(int=1)), "figures": {"amount": -500}, "reason": "x" * 199 + " and more"}
    script = f"{DESK} return Promise.all(['discount', 'cash'].map((kind) => it.approve(engine, given.person, '483950', {{ ...given.what, kind }})))"
    made = ask(bare, "approving", script, {"till": str(TILL), "person": told, "what": what, "lastAt": ahead})
    read = approving.read_claims(json.dumps({"approvals": made}))
    assert [(kind, claim is not None and pin_rules.is_proved(key, claim)) for kind, claim in read.items()] == [
        ("discount", True),
        ("cash", True),
    ]
    assert [one["at"][:4] == "2096" for one in made] == [True, False]


def test_a_wrong_pin_is_refused_and_counted_before_it_is_looked_at(bare: Page) -> None:  # noqa: F811 - a fixture
    told, _key = person("483950", 1)
    script = f"""{DESK}
        const found = [];
        for (const typed of given.typed) await it.keyOf(engine, given.person, typed).then(() => found.push('right'), (error) => found.push(error.code));
        return [found, kept];"""
    wrong = ["111222"] * 3 + ["483950"] + ["111222"] * 6 + ["483950"]
    found, kept = ask(bare, "approving", script, {"till": str(TILL), "person": told, "typed": wrong})
    assert found == ["pin_wrong"] * 3 + ["right"] + ["pin_wrong"] * 5 + ["pin_pause"] * 2
    assert kept[str(MEENA)]["n"] == 5


def test_what_a_proof_is_over_is_written_alike(bare: Page) -> None:  # noqa: F811 - a fixture
    drawn: list[Claim] = []

    @settings(max_examples=200, deadline=None, database=None)
    @given(CLAIMS)
    def draw(claim: Claim) -> None:
        drawn.append(claim)

    draw()
    rows = [asdict(one) for one in drawn]
    told = [
        {**row, "command": row["command_id"], "till": row["till_id"], "approver": row["approver_id"], "pin": row["generation"]}
        for row in rows
    ]
    written = ask(bare, "approving", "return given.map(it.canonical)", told)
    assert written == [pin_rules.canonical(one).decode() for one in drawn]
