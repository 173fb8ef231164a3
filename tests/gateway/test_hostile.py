"""What a stranger, a broken gateway or a wrong file may send: it is refused or kept aside with the reason, and the books stay whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Clock
from tests.gateway.conftest import Till
from tests.gateway.razorpay_api import Body, sign
from tests.ground.shops import Shop
from webapp import gateway
from webapp.gateway import asking, queries
from webapp.gateway.inbox import NotSigned
from webapp.gateway.razorpay import Razorpay
from webapp.gateway.report_files import read_report
from webapp.kernel.errors import BooksError, InvalidInput
from webapp.platform.tenancy import open_books, read_books


def odd(till: Till) -> list[str]:
    """What was set aside, and why."""
    with read_books(till.trade.actor) as books:
        assert queries.waiting_messages(books) == []
        return [one.problem for one in queries.odd_messages(books)]


def deliver(till: Till, *bodies: bytes) -> None:
    for body in bodies:
        assert till.deliver(body, sign(body))
    till.work()


def captured(**changed: Any) -> bytes:
    paid = {"id": "pay_1", "amount": 500, "currency": "INR", "status": "captured", "created_at": 1_795_000_000, **changed}
    return json.dumps({"event": "payment.captured", "payload": {"payment": {"entity": paid}}}).encode()


def test_rightly_signed_bodies_that_cannot_be_are_set_aside_with_the_reason(till: Till) -> None:
    wrong = [
        *(captured(amount=amount) for amount in (0, -5, 1.5, 2**63, 2**63 - 1, True, "500", None, [500])),
        *(captured(id=id_) for id_ in ("", "../refunds", "pay_\ud800", "pay_\x00", "=cmd()", "p" * 65, 7)),
        *(captured(created_at=at) for at in (None, -1, 2**63, "today", 1e9)),
        captured(status=["captured"]),
        captured(currency="\ud83d"),
        captured(fee=-1),
        b'{"payload":' + b"[" * 10_000,
        b'{"payload":{"payment":{"entity":' + b'{"a":' * 10_000,
        b'{"created_at":' + b"9" * 5_000 + b"}",
        captured()[:-7],
    ]
    deliver(till, *wrong)
    assert len(odd(till)) == min(len(wrong), queries.PAGE)
    assert till.payments() == []
    # A word that cannot be kept in what is only told of a payment costs nothing but the word.
    deliver(till, captured(method="\ud800upi", notes={"reference": "\udfff"}, acquirer_data={"rrn": "\x00"}))
    assert (till.only().why, till.only().method, till.only().bank_reference) == ("unknown", "", "")


def test_a_message_without_an_id_is_known_by_its_bytes(till: Till) -> None:
    body = captured()
    assert [till.deliver(body, sign(body), event_id) for event_id in ("", "é" * 200, "x" * 101, "evt_1")] == [True, False, False, False]
    till.work()
    assert till.only().amount_paise == 500


def test_the_amount_captured_is_what_counts_and_stays(till: Till) -> None:
    asked = till.ask(till.sell().invoice_id)
    paid = till.api.pay(asked.reference, 11_800)
    till.tell("payment.authorized", payment={**paid, "status": "authorized", "amount": 100})
    till.tell("payment.captured", payment=paid)
    till.tell("payment.captured", payment={**paid, "amount": 999_900})
    till.tell("payment.authorized", payment={**paid, "status": "authorized", "amount": 1})
    assert (till.only().amount_paise, till.only().books, till.clearing, till.owed()) == (11_800, "posted", 11_800, 0)
    till.require_true()


def test_more_is_never_given_back_than_was_paid(till: Till) -> None:
    asked = till.ask(till.sell().invoice_id)
    paid = till.api.pay(asked.reference, 11_800)
    till.tell("payment.captured", payment=paid)
    back: Body = {"id": "rfnd_1", "payment_id": paid["id"], "status": "processed", "amount": 11_801}
    till.tell("refund.processed", refund=back)
    till.tell("refund.processed", refund={**back, "amount": 10_000})
    till.tell("refund.processed", refund={**back, "amount": 9_000})  # the same refund, of another amount
    till.tell("refund.processed", refund={**back, "id": "rfnd_2", "amount": 1_801})
    assert [words.split(" (")[0][:60] for words in sorted(odd(till))] == [
        "The refund rfnd_1 is more than is left of the payment pay_00",
        "The refund rfnd_1 is told with another amount than it has he",
        "The refund rfnd_2 is more than is left of the payment pay_00",
    ]
    assert (till.clearing, till.owed()) == (1_800, 10_000)
    till.tell("refund.processed", refund={**back, "id": "rfnd_2", "amount": 1_800})
    assert till.only().status == "refunded"
    till.tell("refund.failed", refund={**back, "id": "rfnd_2", "amount": 1_800, "status": "failed"})
    assert (till.only().status, till.clearing, till.owed()) == ("captured", 1_800, 10_000)
    till.require_true()


def test_a_closed_account_and_another_business_take_nothing_that_is_not_theirs(
    till: Till, open_till: Callable[[Shop], Till], iyer: Shop, clock: Clock
) -> None:
    other = open_till(iyer)
    other.set_up(hook_secret="its own secret", merchant_id="acc_iyer")
    asked = till.ask(till.sell().invoice_id)
    body, signature = till.api.message("payment.captured", payment=till.api.pay(asked.reference, 11_800), account_id="acc_shop")
    assert other.deliver(body, signature), "the secret before is taken for two days"
    clock.advance(hours=48, seconds=1)
    with pytest.raises(NotSigned):
        other.deliver(body + b" ", sign(body + b" "))
    assert other.deliver(body + b" ", sign(body + b" ", "its own secret"))
    other.work()
    assert (other.payments(), len(odd(other))) == ([], 2)

    till.set_up(is_on=False)  # money that is on its way still comes in, once
    assert [till.deliver(body, signature), till.deliver(body, signature)] == [True, False]
    till.work()
    assert (till.only().books, till.owed(), other.payments()) == ("posted", 0, [])


def test_a_demand_taken_back_while_it_is_made_is_ended_at_the_gateway(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    """The gateway is slow: it is asked for a link, and before it answers the bill is taken back and the end is asked for."""
    bill = till.sell()
    with open_books(till.trade.actor) as books:
        asked = gateway.ask(books, "bill", bill.invoice_id)
    real = Razorpay.make

    def slow(self: Razorpay, demand: Any) -> Any:
        with open_books(till.trade.actor) as books:
            gateway.cancel(books, asked.id)
        gateway.send_request(till.trade.actor, asked.id)
        assert till.request(asked.id).state == "cancelled"
        return real(self, demand)

    with monkeypatch.context() as patch:
        patch.setattr(Razorpay, "make", slow)
        gateway.send_request(till.trade.actor, asked.id)
    assert till.request(asked.id).state == "cancelling"
    gateway.ask_gateway(till.trade.actor)
    assert till.request(asked.id).state == "cancelled"
    assert [link["status"] for link in till.api.links.values()] == ["cancelled"]


def test_what_was_paid_meanwhile_is_not_taken_back(till: Till) -> None:
    asked = till.ask(till.sell().invoice_id)
    till.tell("payment.captured", payment=till.api.pay(asked.reference, 11_800))
    with open_books(till.trade.actor) as books:
        asking.take_back(books, asked)  # as it stood before the payment
    assert till.request(asked.id).state == "paid"


def test_one_payment_that_is_refused_keeps_no_other_out(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    from webapp.gateway import taking

    till.api.pay("", 500)
    till.api.pay("", 600)
    till.api.payments["pay_mandate"] = {**till.api.pay("", 700), "id": "pay_mandate", "amount": 0}
    real = taking.note_payment

    def refuse_the_first(books: Any, kept: Any, seen: Any) -> Any:
        if seen.amount_paise == 500:
            raise BooksError(problem="Not this one.", fix="Try again.")
        return real(books, kept, seen)

    with monkeypatch.context() as patch:
        patch.setattr(taking, "note_payment", refuse_the_first)
        gateway.ask_gateway(till.trade.actor)
    assert sorted(one.amount_paise for one in till.payments()) == [600, 700]
    assert "Not this one" in till.account.trouble
    gateway.ask_gateway(till.trade.actor)
    assert sorted(one.amount_paise for one in till.payments()) == [500, 600, 700]


HEAD = "entity_id,type,debit,credit,amount,currency,fee,tax,settlement_id,settled_at,settlement_utr\n"
ROW = "pay_1,payment,0,98,100,INR,2,0.31,setl_1,20/11/2026,UTR1\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEAD + ROW + ROW, "Line 3: pay_1 stands twice"),
        (HEAD + ROW + ROW.replace("setl_1", "setl_2"), "Line 3: pay_1 stands twice"),
        (HEAD + ROW.replace("pay_1", '=HYPERLINK("http://x")'), "Line 2 names no payment"),
        (HEAD + ROW.replace("payment", "=payment"), "Line 2 names no payment"),
        (HEAD + ROW.replace("setl_1", "@SUM(A1)"), "no id of a settlement"),
        (HEAD + ROW.replace(",98,", ",=98,"), "Line 2: =98 is no amount"),
        (HEAD + ROW.replace(",98,", ",-98,"), "no amount"),
        (HEAD + ROW.replace(",98,", ",9223372036854775808,"), "no amount"),
        (HEAD + ROW.replace(",98,", ",9.8e1,"), "no amount"),
        (HEAD + ROW.replace("pay_1", "x" * 200_000), "no CSV"),
    ],
)
def test_a_report_with_what_cannot_be_is_refused_whole(content: str, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_report(content.encode())
    assert said in refused.value.errors["file"]


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_a_report_in_another_encoding_is_refused_whole(encoding: str) -> None:
    with pytest.raises(InvalidInput, match="need your attention"):
        read_report((HEAD + ROW.replace("UTR1", "Café")).encode(encoding))


def test_what_was_settled_before_is_not_paid_out_twice(till: Till) -> None:
    asked = till.ask(till.sell().invoice_id)
    paid = till.api.pay(asked.reference, 11_800, fee=236, tax=36)
    till.tell("payment.captured", payment=paid)
    till.api.settle(till.api.row_of(paid))
    till.api.recon.append(till.api.recon[0])  # a page that overlaps the one before
    assert gateway.fetch_settlements(till.trade.actor) == 1
    assert till.clearing == 0
    again = HEAD + f"{paid['id']},payment,0,115.64,118,INR,2.36,0.36,setl_again,20/11/2026,UTR9\n"
    (seen,) = read_report(again.encode())
    with open_books(till.trade.actor) as books:
        assert gateway.import_settlement(books, till.account, seen, "file")
        found = {one.remote_id: one for one in gateway.settlements(books, queries.Wanted(), only_odd=True)}
    assert (found["setl_again"].posted_on, found["setl_again"].why, till.clearing) == (None, "twice", 0)
    assert "were settled before" in found["setl_again"].difference
    till.require_true()
