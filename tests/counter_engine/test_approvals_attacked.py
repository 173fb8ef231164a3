"""A cashier with the tools of a browser: what he writes into the till's own database is found when it arrives, and no sale is lost by it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.counter_engine.conftest import DAL, Books, Counter
from tests.ground.server import LiveServer
from tests.ground.shops import Shop
from webapp import company
from webapp.counter import pin_rules, pins
from webapp.counter.models import TillApproval
from webapp.platform import sealing
from webapp.platform.tenancy import open_books, read_books

pytestmark = pytest.mark.browser

PIN = "483950"
BEGIN = """
    const draft = await engine.currentDraft();
    engine.addLine(draft, engine.findCode(given), 1000);
    await engine.saveDraft(draft);
    return draft.id;
"""
# The bill of one dal that was begun, with 20 % off; `approvals` stand in its draft.
ATTACK = """
    const draft = await engine.currentDraft();
    draft.lines[0].disc = { bp: given.bp ?? 2000 };
    draft.approvals = given.approvals;
    const { total } = engine.figures(draft);
    const { bill } = await engine.issue(draft, [{ mode: 'cash', amount: total, given: total }]);
    return bill.doc.approvals ?? null;
"""
APPROVE = """
    const { approve } = await import(/.*[/]s[/][^/]+[/]/.exec(document.querySelector('link[rel=icon]').href)[0] + 'counter/approving.js');
    const [person] = engine.shop.pins.people;
    return approve(engine, person, given.pin, { command: given.command, kind: 'discount', figures: { bp: 2000, off: 2900 }, reason: 'Old customer' });
"""


@pytest.fixture
def watched(shop: Shop, live: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A cashier may give 10 %; the owner has a PIN."""
    before = sealing._secret, sealing._keys
    sealing.use((live.var_dir / "secret_key").read_text().strip())
    monkeypatch.setattr(pin_rules, "ROUNDS", 1000)
    stretch = pin_rules.stretch
    monkeypatch.setattr(pin_rules, "stretch", lambda pin, salt, rounds=1000: stretch(pin, salt, rounds))
    with open_books(shop.actor) as books:
        company.change_limits(books, {"cashier": company.Limits(most_discount_bp=1000)})
        pins.choose(books, pins.chosen(shop.actor.allowed, PIN, PIN))
    yield shop
    sealing.use(*before)


def states(shop: Shop) -> list[str]:
    with read_books(shop.actor) as books:
        return list(books.session.scalars(select(TillApproval.state).order_by(TillApproval.id)))


def test_what_a_cashier_makes_up_copies_or_changes_is_found(watched: Shop, counter: Counter, server_books: Books) -> None:
    counter.run("await engine.refresh()")
    draft = counter.run(BEGIN, DAL)
    approval = counter.run(APPROVE, {"pin": PIN, "command": draft})
    assert PIN not in str(approval)
    # His own bill; copied onto the next; the same again with the next one's id; 30 % by the approval of 20; a proof that is none.
    for change in ({}, {}, {"command": None}, {"figures": {"bp": 3000, "off": 5000}}, {"proof": "f" * 64}):
        draft = counter.run("return (await engine.currentDraft()).id")
        changed = {**approval, **change}
        if "command" in change:
            changed["command"] = draft
        counter.run(ATTACK, {"approvals": [changed], "bp": 3000 if "figures" in change else 2000})
        counter.run(BEGIN, DAL)
    counter.wait_sent()
    assert states(watched) == ["good", *["wrong_proof"] * 4]
    assert len(server_books.bills()) == 5


def test_an_approval_is_not_needed_where_a_cashier_says_he_has_gone_on(watched: Shop, counter: Counter, server_books: Books) -> None:
    """The mark of a bill made without a manager (of a till that was alone) carries no proof and goes into no body: the flag says it all."""
    counter.run("await engine.refresh()")
    let = {"kind": "discount", "at": "2999-01-01T00:00:00+05:30", "figures": {"bp": 10_000, "off": 10**9}, "proof": ""}
    counter.run(BEGIN, DAL)
    assert counter.run(ATTACK, {"approvals": [let]}) is None
    counter.wait_sent()
    assert states(watched) == []
    assert list(server_books.bills().values()) == [116_00]


def test_tries_in_two_tabs_are_counted_together(watched: Shop, counter: Counter, another_tab: Counter) -> None:
    for tab in (counter, another_tab):
        tab.run("await engine.refresh(); const now = Date.now(); Date.now = () => now;")  # the pause is not over before the test is
    codes = []
    for number in range(7):
        tab = (counter, another_tab)[number % 2]
        codes.append(tab.refusal(f"return (async () => {{ {APPROVE} }})()", {"pin": "000001", "command": str(UUID(int=1))})["code"])
    assert codes == ["pin_wrong"] * 5 + ["pin_pause"] * 2
