"""A payment stands in the books once, whichever road tells of it, how often and in what order."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import Clock
from tests.gateway.conftest import Till
from tests.gateway.razorpay_api import sign
from tests.ground.shops import Shop
from webapp import gateway, sales
from webapp.company import lock_month
from webapp.gateway import queries
from webapp.gateway.inbox import NotSigned
from webapp.kernel.errors import BooksError, InvalidInput, NotFound
from webapp.platform.tenancy import open_books, read_books


def test_a_bill_is_asked_for_once_and_its_payment_is_entered_with_no_hand(till: Till) -> None:
    bill = till.sell()
    asked = till.ask(bill.invoice_id)
    assert (asked.state, asked.url[:18], asked.amount_paise) == ("open", "https://rzp.io/i/0", 11_800)
    assert till.ask(bill.invoice_id).id == asked.id
    assert len(till.api.links) == 1

    paid = till.api.pay(asked.reference, 11_800, fee=236, tax=36)
    link = next(iter(till.api.links.values()))
    for name in ("payment.authorized", "payment.captured", "order.paid", "payment_link.paid"):
        till.tell(name, payment=paid, payment_link=link)
    row = till.only()
    assert (row.books, row.fee_paise, row.tax_paise, row.bank_reference) == ("posted", 236, 36, "412345678901")
    assert (till.owed(), till.clearing, till.request(asked.id).state) == (0, 11_800, "paid")
    gateway.ask_gateway(till.trade.actor)  # the same payment, by the other road
    assert (len(till.payments()), till.clearing) == (1, 11_800)
    till.require_true()
    with pytest.raises(InvalidInput, match="need your attention"):
        till.ask(bill.invoice_id)


def test_a_lost_answer_is_looked_for_and_never_made_twice(till: Till) -> None:
    bill = till.sell()
    till.api.loses = 1
    asked = till.ask(bill.invoice_id)
    assert asked.state == "sent"
    assert "did not answer" in asked.problem
    gateway.send_request(till.trade.actor, asked.id)  # another process holds it for a while
    assert till.request(asked.id).tries == 1


def test_after_a_while_it_is_asked_for_by_its_reference(till: Till, clock: Clock) -> None:
    till.api.loses = 1
    asked = till.ask(till.sell().invoice_id)
    code = till.ask(till.sell().invoice_id, kind="qr")
    assert code.state == "open"
    clock.advance(minutes=10)
    gateway.ask_gateway(till.trade.actor)
    assert till.request(asked.id).state == "open"
    assert len(till.api.links) == 1
    till.api.loses = 1
    third = till.ask(till.sell(2).invoice_id, kind="qr")
    clock.advance(minutes=10)
    gateway.ask_gateway(till.trade.actor)
    assert till.request(third.id).state == "open"
    assert len(till.api.codes) == 2


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_messages_in_any_order_come_to_the_same(till: Till, order: tuple[int, ...]) -> None:
    asked = till.ask(till.sell().invoice_id)
    paid = till.api.pay(asked.reference, 11_800)
    back = till.api.make_refund(paid["id"], {"amount": 11_800}, "")
    told = [
        ("payment.authorized", {"payment": {**paid, "status": "authorized"}}),
        ("payment.captured", {"payment": paid}),
        ("refund.processed", {"refund": back}),
    ]
    for place in order:
        name, entities = told[place]
        till.tell(name, **entities)
    row = till.only()
    assert (row.books, row.status, till.clearing, till.owed()) == ("posted", "refunded", 0, 11_800)
    till.require_true()


def test_a_storm_of_copies_is_one_payment(till: Till) -> None:
    asked = till.ask(till.sell().invoice_id)
    paid = till.api.pay(asked.reference, 11_800)
    body, signature = till.api.message("payment.captured", payment=paid)
    assert [till.deliver(body, signature, f"evt_{n % 3}") for n in range(30)].count(True) == 1  # a replay under other ids too
    for n in range(10):
        body, signature = till.api.message("payment.captured", payment={**paid, "description": str(n)})
        till.deliver(body, signature, "evt_same" if n < 5 else "")
    till.work()
    till.work()
    assert (len(till.payments()), till.clearing) == (1, 11_800)


FORGED: list[Callable[..., Any]] = [
    lambda body, sig: (body, "0" * 64),
    lambda body, sig: (body, ""),
    lambda body, sig: (body, "é" * 32),
    lambda body, sig: (body[:-20], sig),
    lambda body, sig: (body.replace(b"11800", b"91800"), sig),
    lambda body, sig: (body, sign(body, "the key's own secret")),
    lambda body, sig: (b"\xff\xfe", sign(b"\xff\xfe")),
    lambda body, sig: (b'{"a":"\x00"}', sign(b'{"a":"\x00"}')),
]


def test_what_is_forged_or_changed_is_refused_and_not_kept(till: Till) -> None:
    paid = till.api.pay("", 11_800)
    for change in FORGED:
        body, signature = change(*till.api.message("payment.captured", payment=paid))
        with pytest.raises(NotSigned):
            till.deliver(body, signature)
    till.work()
    assert till.payments() == []


ODD: list[Any] = [
    b"{}", b"[]", b"nul", b'{"event":1,"payload":[]}', b'{"payload":{"payment":{"entity":{"id":"pay_1"}}}}',
    b'{"payload":{"payment":{"entity":{"id":"pay_1","amount":9223372036854775808,"currency":"INR","status":"captured"}}},"created_at":1795000000}',
    b'{"payload":{"payment":{"entity":{"id":"pay_1","amount":-5,"currency":"INR","status":"captured"}}},"created_at":1795000000}',
    b'{"payload":{"payment":{"entity":{"id":"pay_1","amount":1.5,"currency":"INR","status":"captured"}}},"created_at":1795000000}',
    b'{"payload":{"payment":{"entity":{"id":"pay_1","amount":true,"currency":"INR","status":"captured"}}},"created_at":1795000000}',
    b'{"payload":{"payment":{"entity":{"id":"pay_1","amount":500,"currency":"INR","status":"won"}}},"created_at":1795000000}',
    b"[" * 100_000,
]  # fmt: skip


def test_signed_nonsense_breaks_nothing(till: Till) -> None:
    for body in ODD:
        till.deliver(body, sign(body))
    till.work()
    assert till.payments() == []
    with read_books(till.trade.actor) as books:
        assert queries.waiting_messages(books) == []


@pytest.mark.parametrize(
    ("amount", "why", "more"),
    [
        (11_700, "less", {}),
        (12_800, "more", {}),
        (12_036, "fee_by_payer", {"fee": 236, "tax": 36}),
        (11_800, "currency", {"currency": "USD"}),
    ],
)
def test_another_amount_or_currency_waits_for_a_person(till: Till, amount: int, why: str, more: dict[str, Any]) -> None:
    asked = till.ask(till.sell().invoice_id)
    till.tell("payment.captured", payment=till.api.pay(asked.reference, amount, **more))
    row = till.only()
    assert (row.books, row.why, till.clearing, till.owed()) == ("kept", why, 0, 11_800)
    with read_books(till.trade.actor) as books:
        assert queries.kept_sum(books) == (1, 0 if why == "currency" else amount)
    with open_books(till.trade.actor) as books:
        if why == "currency":
            with pytest.raises(InvalidInput):
                gateway.enter(books, row.id, till.party, "account")
            gateway.ignore(books, row.id, "A test of theirs")
        else:
            gateway.enter(books, row.id, None, "document")
    assert till.clearing == (0 if why == "currency" else amount)
    till.require_true()


def test_parts_come_one_by_one(till: Till) -> None:
    asked = till.ask(till.sell().invoice_id, accepts_partial=True)
    for part, owed in ((5_000, 6_800), (6_800, 0)):
        till.tell("payment.captured", payment=till.api.pay(asked.reference, part))
        assert till.owed() == owed
    assert till.request(asked.id).state == "paid"
    till.tell("payment.captured", payment=till.api.pay(asked.reference, 100))
    assert sorted(one.why for one in till.payments()) == ["", "", "paid_already"]
    till.require_true()


def test_a_cancelled_bill_and_a_locked_month_are_kept(till: Till) -> None:
    bill = till.sell()
    asked = till.ask(bill.invoice_id)
    with open_books(till.trade.actor) as books:
        sales.cancel(books, bill.invoice_id, reason="Wrong customer", at=books.now)
        gateway.withdraw(books, bill.invoice_id)
    gateway.send_request(till.trade.actor, asked.id)
    assert till.request(asked.id).state == "cancelled"
    till.tell("payment.captured", payment=till.api.pay(asked.reference, 11_800))
    assert till.only().why == "cancelled"


def test_a_payment_of_a_locked_month_is_entered_today(till: Till, clock: Clock) -> None:
    asked = till.ask(till.sell().invoice_id)
    paid = till.api.pay(asked.reference, 11_800)
    clock.advance(days=20)
    with open_books(till.trade.actor) as books:
        lock_month(books, 202611, "Filed")
    till.tell("payment.captured", payment=paid)
    row = till.only()
    assert (row.books, row.why) == ("kept", "locked")
    with open_books(till.trade.actor) as books:
        done = gateway.enter(books, row.id, None, "document")
        assert done.posted_on == books.today
        assert gateway.enter(books, row.id, done.party_id, "document").id == row.id  # the second click
    assert till.owed() == 0
    till.require_true()


def test_a_lost_webhook_is_found_by_asking(till: Till, clock: Clock) -> None:
    asked = till.ask(till.sell().invoice_id)
    late = till.api.pay(asked.reference, 11_800, status="authorized")
    gateway.ask_gateway(till.trade.actor)
    assert till.only().books == "none"
    clock.advance(days=2)
    late["status"] = "captured"
    till.api.down = True
    gateway.ask_gateway(till.trade.actor)
    assert "502" in till.account.trouble
    till.api.down = False
    gateway.ask_gateway(till.trade.actor)
    assert (till.only().books, till.account.trouble, till.owed()) == ("posted", "", 0)


def test_a_bill_paid_otherwise_is_asked_for_no_more(till: Till) -> None:
    from webapp import payments
    from webapp.payments.rules import PaidBill, ReceiptCommand

    bill = till.sell()
    asked = till.ask(bill.invoice_id)
    with open_books(till.trade.actor) as books:
        cash = ReceiptCommand(
            uuid4(), till.party, books.today, till.trade.store_id, "cash", 11_800, "x", bills=(PaidBill(bill.invoice_id, 11_800),)
        )
        payments.take_receipt(books, cash)
    gateway.ask_gateway(till.trade.actor)
    assert till.request(asked.id).state == "cancelled"
    assert next(iter(till.api.links.values()))["status"] == "cancelled"


def test_another_business_has_none_of_it(till: Till, open_till: Callable[[Shop], Till], iyer: Shop) -> None:
    other = open_till(iyer)
    bill = till.sell()
    asked = till.ask(bill.invoice_id)
    with pytest.raises(NotFound):
        other.ask(bill.invoice_id)
    paid = till.api.pay(asked.reference, 11_800)
    body, signature = till.api.message("payment.captured", payment=paid)
    with pytest.raises(NotFound):
        gateway.keep_message(other.trade.actor.company_id, till.account.hook_id, body, signature, "")
    other.deliver(body, signature)  # the same secret, as a test account has it: the reference is nobody's there
    other.work()
    assert other.only().why == "unknown"
    with open_books(other.trade.actor) as books, pytest.raises(BooksError):
        gateway.enter(books, other.only().id, till.party, "account")
    till.deliver(body, signature)
    till.work()
    assert till.only().books == "posted"
    with open_books(other.trade.actor) as books, pytest.raises(NotFound):
        gateway.ignore(books, till.only().id, "not ours")


def test_the_account_named_in_a_message_must_be_ours(till: Till) -> None:
    till.set_up(merchant_id="acc_shop")
    body, signature = till.api.message("payment.captured", account_id="acc_other", payment=till.api.pay("", 500))
    till.deliver(body, signature)
    till.work()
    assert till.payments() == []


def test_a_process_killed_anywhere_leaves_all_or_nothing(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def die(*_args: Any, **_more: Any) -> None:
        raise Killed

    from webapp import ledger, outstandings
    from webapp.platform import audit

    asked = till.ask(till.sell().invoice_id)
    body, signature = till.api.message("payment.captured", payment=till.api.pay(asked.reference, 11_800))
    till.deliver(body, signature, "evt_1")
    for where, name in ((ledger, "post"), (outstandings, "settle_what_can_be"), (audit, "record")):
        with monkeypatch.context() as patch:
            patch.setattr(where, name, die)
            with pytest.raises(Killed):
                till.work()
        assert (till.payments(), till.owed(), till.clearing) == ([], 11_800, 0)
    till.work()
    assert (till.only().books, till.owed(), till.clearing) == ("posted", 0, 11_800)


def test_the_old_secret_is_taken_for_two_days(till: Till, clock: Clock) -> None:
    paid = till.api.pay("", 500)
    body, signature = till.api.message("payment.captured", payment=paid)
    till.set_up(hook_secret="another")
    assert till.deliver(body, signature)
    clock.advance(days=3)
    body, signature = till.api.message("payment.captured", payment=till.api.pay("", 600))
    with pytest.raises(NotSigned):
        till.deliver(body, signature)
