"""What a manager approves at a till: proved, held against what was done, kept, settled; and whatever a cashier tries instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, event, select

from tests.counter.books import Shelf
from tests.counter.device import Device, body_of
from tests.ground.shops import Shop
from webapp import company, identity, sales
from webapp.counter import pin_rules, pins
from webapp.counter.models import MemberPin, TillApproval
from webapp.kernel.dates import IST
from webapp.kernel.ids import new_id
from webapp.platform import clock, db, sealing
from webapp.platform.audit import EditLogEntry
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_books, open_directory, read_books

pytestmark = pytest.mark.database

PIN = "483950"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """PINs stretched a little: the figure itself is held by a test of its own."""
    monkeypatch.setattr(pin_rules, "ROUNDS", 3)
    stretch = pin_rules.stretch
    monkeypatch.setattr(pin_rules, "stretch", lambda pin, salt, rounds=3: stretch(pin, salt, min(rounds, 3)))


@dataclass
class Desk:
    """A till, a manager with a PIN, and how he approves: as the till's own program does."""

    till: Device
    shelf: Shelf
    shop: Shop
    manager: Actor

    def approval(self, command: str, kind: str, figures: dict[str, Any], **other: Any) -> dict[str, Any]:
        """An approval for a body; `other` changes it after it was proved. `typed`: another PIN; `till`: the key of another till."""
        typed, at = other.pop("typed", PIN), (other.pop("at_instant", None) or clock.now()).astimezone(IST).isoformat()
        with read_books(self.shop.actor) as books:
            pin = pins.pin_of(books, self.approver)
        salt, generation = (bytes.fromhex(pin.salt), pin.generation) if pin else (b"", 1)
        key = pin_rules.till_key(pin_rules.stretch(typed, salt, 3), UUID(self.till.till["id"]))
        claim = pin_rules.Claim(command, kind, self.till.till["id"], str(self.approver), generation, at, "Old customer", figures, "")
        sent = {"command": command, "kind": kind, "till": claim.till_id, "approver": claim.approver_id, "pin": generation, "at": at}
        return {**sent, "reason": claim.reason, "figures": figures, "name": "M", "proof": pin_rules.proof_of(key, claim), **other}

    @property
    def approver(self) -> UUID:
        assert self.manager.user_id is not None
        return self.manager.user_id

    def discounted(self, disc: int = 29_00, **other: Any) -> dict[str, Any]:
        """A bill of a dal with 20 % off (a cashier may give 10 %); `approve` makes its approvals out of its id."""
        approve: Callable[[str], list[dict[str, Any]]] = other.pop("approve", lambda _id: [])
        made = self.till.sell(self.till.line("Dal", disc=disc), **other)
        self.till.outbox.remove(made)
        body = body_of(made)
        body["approvals"] = approve(body["id"])
        return self.till.command("bill.issue", body, id=body["id"], series=made["series"], seq=made["seq"])

    def send(self) -> list[str]:
        """Push; what each command was flagged with, or that it was put aside."""
        return [",".join(one.get("flags", [])) if one["status"] == "ok" else one["status"] for one in self.till.push()]

    def approvals(self) -> list[tuple[str, str]]:
        """Kind and state of what came in, in order."""
        query = select(TillApproval.kind, TillApproval.state).order_by(TillApproval.id)
        return [(row.kind, row.state) for row in self.shelf.read(lambda books: books.session.execute(query).all())]


@pytest.fixture
def desk(till: Device, shelf: Shelf, sharma: Shop) -> Desk:
    with open_directory() as directory:
        member = identity.create_user(directory, identity.NewUser("manager@sharma.example", "correct horse battery", "Meena")).id
        identity.add_member(directory, sharma.company_id, member, Role.ACCOUNTANT)
    manager = Actor(sharma.company_id, Role.ACCOUNTANT, member, "Meena")
    with open_books(sharma.actor) as books:
        company.change_profile(books, {"role_limits": {"cashier": {"most_discount_bp": 1000}}})
        pins.change_rules(
            books, pins.Rules(signs_on=False, idle_minutes=0, asks={"cancel": 0, "return": 100_00, "cash": 0, "credit": 0, "stock": 0})
        )
    with open_books(manager) as books:
        pins.choose(books, pins.chosen(manager.allowed, PIN, PIN))
    return Desk(till, shelf, sharma, manager)


GIVEN = {"bp": 2000, "off": 29_00}


def test_an_approved_discount_needs_no_other_look(desk: Desk) -> None:
    bill = desk.discounted(approve=lambda id_: [desk.approval(id_, "discount", GIVEN)])
    assert desk.send() == [""]
    assert desk.approvals() == [("discount", "good")]
    with read_books(desk.shop.actor) as books:
        [flag] = sales.invoice(books, UUID(bill["id"])).flags
        assert (flag.kind, flag.settled_by, flag.settlement) == ("discount_limit", "Meena", "Approved at the counter: Old customer")
        query = select(EditLogEntry.user_name, EditLogEntry.via, EditLogEntry.action, EditLogEntry.new)
        entries = books.session.execute(query.where(EditLogEntry.entity == "till_approval")).all()
    assert [(row.via, row.action, row.new["approver_name"], row.new["cashier"]) for row in entries] == [
        ("till", "approve", "Meena", "Ravi")
    ]


def test_a_till_that_knows_nothing_of_approvals_sells_as_before(desk: Desk) -> None:
    made = desk.till.sell(desk.till.line("Dal", disc=29_00))
    assert "approvals" not in body_of(made)
    assert desk.send() == ["discount_limit"]
    assert desk.approvals() == []  # the flag of the bill says it all


def test_what_is_over_a_discount_that_was_approved_waits_for_a_look(desk: Desk) -> None:
    """Approved for 20 %, and then 30 % was given."""
    desk.discounted(43_50, approve=lambda id_: [desk.approval(id_, "discount", GIVEN)])
    assert desk.send() == ["discount_limit,approval_doubtful"]
    assert desk.approvals() == [("discount", "not_covered")]


def test_an_approval_is_of_one_bill(desk: Desk) -> None:
    first = desk.discounted(approve=lambda id_: [desk.approval(id_, "discount", GIVEN)])
    again = body_of(first)["approvals"]
    desk.discounted(approve=lambda _id: again)
    desk.discounted(approve=lambda id_: [{**again[0], "command": id_}])
    assert desk.send() == ["", "discount_limit,approval_doubtful", "discount_limit,approval_doubtful"]
    assert desk.approvals() == [("discount", "good"), ("discount", "wrong_proof"), ("discount", "wrong_proof")]


@pytest.mark.parametrize(
    ("other", "state"),
    [
        ({"typed": "483951"}, "wrong_proof"),
        ({"proof": "0" * 64}, "wrong_proof"),
        ({"proof": ""}, "unreadable"),
        ({"proof": "é" * 64}, "wrong_proof"),
        ({"figures": {"bp": 2000, "off": 30_00}}, "wrong_proof"),
        ({"reason": "Another"}, "wrong_proof"),
        ({"reason": "two\nlines"}, "unreadable"),
        ({"reason": 7}, "unreadable"),
        ({"at": "2026-11-22T00:00:00+05:30"}, "wrong_proof"),
        ({"at": "yesterday"}, "unreadable"),
        ({"at": "2026-11-22\ud80018:05:00+05:30"}, "unreadable"),  # half a character is a separator to `datetime.fromisoformat`
        ({"at": "2026-11-22\n18:05:00+05:30"}, "unreadable"),
        ({"pin": 2}, "old_pin"),
        ({"pin": True}, "unreadable"),
        ({"approver": str(UUID(int=9))}, "no_member"),
        ({"approver": None}, "unreadable"),
        ({"till": str(UUID(int=9))}, "other_till"),
        ({"figures": {"bp": 20.5}}, "unreadable"),
        ({"figures": {"bp\n": 1}}, "unreadable"),
        ({"figures": []}, "unreadable"),
    ],
)
def test_a_bill_with_a_bad_approval_is_taken_and_listed(desk: Desk, other: dict[str, Any], state: str) -> None:
    if isinstance(other.get("figures"), dict) and 20.5 in other["figures"].values():
        other = {"figures": {"bp": "20.5"}}  # a broken number anywhere makes the whole body unreadable, approvals or not
    bill = desk.discounted(approve=lambda id_: [desk.approval(id_, "discount", GIVEN) | other])
    assert "typed" not in other or body_of(bill)
    if "typed" in other:
        desk.till.outbox.clear()
        desk.till.last[bill["series"]] -= 1
        desk.discounted(approve=lambda id_: [desk.approval(id_, "discount", GIVEN, typed=other["typed"])])
    assert desk.send() == ["discount_limit,approval_doubtful"]
    assert desk.approvals() == [("discount", state)]


@pytest.mark.parametrize(
    "odd", [None, 7, "x", [7], [None], [{}], [{"kind": "murder"}], [{"kind": ["discount"]}], {"kind": "discount"}, [[]] * 500]
)
def test_odd_approvals_hold_no_bill_up(desk: Desk, odd: Any) -> None:
    desk.discounted(approve=lambda _id: odd)
    assert desk.send() == ["discount_limit"]


def test_who_approves_must_still_be_there_and_may(desk: Desk) -> None:
    """A PIN changed, taken away; a place ended, another role, held to another store: what comes in afterwards is listed."""
    bills = [desk.discounted(approve=lambda id_: [desk.approval(id_, "discount", GIVEN)]) for _ in range(6)]
    assert len(bills) == 6
    waiting, desk.till.outbox = desk.till.outbox, []

    def send_one() -> None:
        desk.till.outbox = [waiting.pop(0)]
        desk.send()

    with open_books(desk.shop.actor) as books:
        elsewhere = company.create_store(books, company.StoreDraft(name="Godown", code="GD"))
        company.limit_member(books, desk.approver, [elsewhere])
    send_one()
    with open_books(desk.shop.actor) as books:
        company.limit_member(books, desk.approver, [])
    with open_directory() as directory:
        identity.add_member(directory, desk.shop.company_id, desk.approver, Role.CASHIER)
    send_one()
    with open_directory() as directory:
        identity.add_member(directory, desk.shop.company_id, desk.approver, Role.ACCOUNTANT)
    with open_books(desk.manager) as books:
        pins.choose(books, pins.chosen(desk.manager.allowed, "705183", "705183"))
    send_one()
    with open_books(desk.shop.actor) as books:
        pins.take_away(books, desk.approver)
    send_one()
    with open_directory() as directory:
        identity.deactivate(directory, desk.shop.actor, desk.approver)
    send_one()
    assert [state for _kind, state in desk.approvals()] == ["other_store", "no_right", "old_pin", "no_pin", "no_member"]


def test_time_and_the_till_are_of_the_proof(desk: Desk, enrol: Callable[..., Device]) -> None:
    """A day old, of tomorrow, made by the key of another till."""
    now = clock.now()
    for moment in (now - timedelta(hours=25), now + timedelta(hours=1)):
        desk.discounted(approve=lambda id_, at=moment: [desk.approval(id_, "discount", GIVEN, at_instant=at)])
    other = Desk(enrol("Back counter"), desk.shelf, desk.shop, desk.manager)
    desk.discounted(approve=lambda id_: [other.approval(id_, "discount", GIVEN)])
    desk.discounted(approve=lambda id_: [{**other.approval(id_, "discount", GIVEN), "till": desk.till.till["id"]}])
    desk.send()
    assert [state for _kind, state in desk.approvals()] == ["out_of_time", "out_of_time", "other_till", "wrong_proof"]


def test_a_till_that_took_over_sends_what_the_old_one_approved(desk: Desk, enrol: Callable[..., Device]) -> None:
    bill = desk.discounted(approve=lambda id_: [desk.approval(id_, "discount", GIVEN)])
    fresh = enrol(replaces=desk.till.till["id"])
    fresh.outbox = [bill]
    assert [one["status"] for one in fresh.push()] == ["ok"]
    assert desk.approvals() == [("discount", "good")]


def test_cancelling_asks_and_is_done_all_the_same(desk: Desk) -> None:
    approved, alone = desk.till.sell(desk.till.line("Dal")), desk.till.sell(desk.till.line("Soap"))
    ids = [str(new_id()), str(new_id())]
    figures = {"bill": approved["id"], "total": 145_00}
    desk.till.do("bill.cancel", id=ids[0], bill=approved["id"], reason="Wrong", approvals=[desk.approval(ids[0], "cancel", figures)])
    desk.till.do("bill.cancel", id=ids[1], bill=alone["id"], reason="Wrong", approvals=[desk.approval(ids[0], "cancel", figures)])
    third = desk.till.sell(desk.till.line("Soap"))
    desk.till.do("bill.cancel", bill=third["id"], reason="Wrong")
    assert desk.send() == ["", "", "", "approval_doubtful", "", "approval_missing"]
    assert sorted(desk.approvals()) == [("cancel", "absent"), ("cancel", "good"), ("cancel", "wrong_proof")]
    assert desk.shelf.fingerprint()["cancelled"] == sorted([approved["id"], alone["id"], third["id"]])


def test_goods_back_and_cash_out_ask_above_their_amount(desk: Desk) -> None:
    bill = desk.till.sell(desk.till.line("Dal", 3000), desk.till.line("Soap"))
    desk.till.open_shift()
    desk.till.take_back(bill, 2, 1000)  # 40 rupees: below what is asked for
    desk.till.take_back(bill, 1, 2000)  # 290
    move = str(new_id())
    desk.till.do(
        "cash.move",
        id=move,
        shift=desk.till.shift,
        amount=-50_00,
        purpose="expense",
        reason="Tea",
        approvals=[desk.approval(move, "cash", {"amount": -50_00})],
    )
    desk.till.do("cash.move", shift=desk.till.shift, amount=-60_00, purpose="expense", reason="Tea")
    desk.till.do("cash.move", shift=desk.till.shift, amount=60_00, purpose="float", reason="Change")
    desk.send()
    assert desk.approvals() == [("return", "absent"), ("cash", "good"), ("cash", "absent")]


def test_the_last_unit_and_the_limit_of_credit(desk: Desk) -> None:
    from webapp.kernel.money import Paise
    from webapp.parties import PartyDraft, create_party

    with open_books(desk.shop.actor) as books:
        kulkarni = str(create_party(books, PartyDraft(name="Ravi Kulkarni", credit_limit_paise=Paise(100_00))).id)
    lines = [desk.till.line("Dal", 11_000)]
    on_khata = {"customer": kulkarni, "paid": [{"mode": "credit", "amount": 1595_00, "ref": "", "given": None}]}
    bill = desk.till.sell(*lines, **on_khata)
    desk.till.outbox.remove(bill)
    body = body_of(bill)
    body["approvals"] = [
        desk.approval(body["id"], "credit", {"customer": kulkarni, "amount": 1595_00}),
        desk.approval(body["id"], "stock", {f"item.{desk.till.items['Dal']['id']}": 11_000}),
    ]
    desk.till.command("bill.issue", body, id=body["id"], series=bill["series"], seq=bill["seq"])
    desk.till.sell(*lines, **on_khata)
    assert desk.send() == ["below_zero", "below_zero,credit_limit,approval_missing"]
    assert sorted(desk.approvals()) == [("credit", "absent"), ("credit", "good"), ("stock", "absent"), ("stock", "good")]


def test_an_ordinary_bill_asks_the_database_nothing_more(desk: Desk, engine: Engine) -> None:
    desk.till.sell(desk.till.line("Dal"))
    sent: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *seen: sent.append(seen[2]))
    assert desk.send() == [""]
    assert "sync_command" in " ".join(sent)
    assert not [one for one in sent if "till_rules" in one or "member_pin" in one or "till_approval" in one]


def test_sent_twice_it_is_kept_once(desk: Desk) -> None:
    bill = desk.discounted(approve=lambda id_: [desk.approval(id_, "discount", GIVEN)])
    desk.send()
    assert [one["status"] for one in desk.till.push([bill])] == ["replayed"]
    assert desk.approvals() == [("discount", "good")]


def test_a_pin_whose_key_is_gone_holds_nothing_up(desk: Desk) -> None:
    """The machine's secret is another: bills come in, the catalogue is answered, and the PIN is simply not known."""
    desk.discounted(approve=lambda id_: [desk.approval(id_, "discount", GIVEN)])
    with open_books(desk.shop.actor) as books:
        row = books.session.get(MemberPin, (desk.shop.company_id, desk.approver))
        assert row is not None
        row.stretched = sealing.seal("another purpose", "00" * 32)
    assert desk.send() == ["discount_limit,approval_doubtful"]
    assert desk.approvals() == [("discount", "no_pin")]
    assert desk.till.client.get("/sync/catalogue").get_json()["shop"]["pins"]["people"] == []


def test_a_till_is_told_what_it_needs_and_no_more(desk: Desk, enrol: Callable[..., Device]) -> None:
    told = desk.till.client.get("/sync/catalogue").get_json()["shop"]["pins"]
    assert (told["sign_on"], told["idle"], told["asks"]) == (False, 0, {"cancel": 0, "return": 100_00, "cash": 0, "credit": 0, "stock": 0})
    [meena] = told["people"]
    assert meena.keys() == {"id", "name", "bills", "pin", "salt", "rounds", "check", "once", "may"}
    assert (meena["name"], meena["bills"], meena["once"]) == ("Meena", True, False)
    assert set(meena["may"]) == {"discount", "credit", "stock", "cancel", "return", "cash"}
    key = pin_rules.till_key(pin_rules.stretch(PIN, bytes.fromhex(meena["salt"]), 3), UUID(desk.till.till["id"]))
    assert meena["check"] == pin_rules.check_of(key)
    [at_another] = enrol("Back counter").client.get("/sync/catalogue").get_json()["shop"]["pins"]["people"]
    assert at_another["check"] != meena["check"]


def test_a_till_of_another_store_is_told_nothing_of_who_is_held_to_this_one(desk: Desk, enrol: Callable[..., Device]) -> None:
    with open_books(desk.shop.actor) as books:
        company.limit_member(books, desk.approver, [company.default_store(books)])
        elsewhere = company.create_store(books, company.StoreDraft(name="Godown", code="GD"))
    there = enrol("Godown counter", store=str(elsewhere))
    assert there.client.get("/sync/catalogue").get_json()["shop"]["pins"]["people"] == []
    assert len(desk.till.client.get("/sync/catalogue").get_json()["shop"]["pins"]["people"]) == 1


def test_without_rules_and_pins_a_till_is_told_nothing(till: Device) -> None:
    assert till.client.get("/sync/catalogue").get_json()["shop"]["pins"] is None


def test_no_pin_is_kept_anywhere(desk: Desk, app: Flask) -> None:
    """Not in a table, not in the edit log: neither as typed nor as its plain hash."""
    import hashlib

    from webapp.models import metadata

    forms = {PIN, hashlib.sha256(PIN.encode()).hexdigest(), pin_rules.stretch(PIN, b"", 3).hex()}
    with db.engine().connect() as connection:
        if connection.dialect.name == "postgresql":
            from webapp.platform.company_rows import speak_for

            speak_for(connection, desk.shop.company_id)
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)):
                assert not [form for form in forms if form in str(tuple(row))], table.name
