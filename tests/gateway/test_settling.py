"""Refunds and settlements: each in the books once, and what does not fit is named."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.conftest import Clock
from tests.gateway.conftest import Till
from tests.gateway.razorpay_api import Body
from webapp import gateway, ledger
from webapp.gateway import queries, settling
from webapp.gateway.models import GatewaySettlement
from webapp.gateway.queries import Wanted
from webapp.gateway.report_files import read_report
from webapp.kernel.errors import BooksError, InvalidInput
from webapp.platform.tenancy import open_books, read_books


def paid_bill(till: Till, fee: int = 236, tax: int = 36) -> Body:
    asked = till.ask(till.sell().invoice_id)
    paid = till.api.pay(asked.reference, 11_800, fee=fee, tax=tax)
    till.tell("payment.captured", payment=paid)
    return paid


def test_a_refund_is_made_once_though_its_answer_is_lost(till: Till, clock: Clock) -> None:
    paid_bill(till)
    row, first = till.only(), uuid4()
    with open_books(till.trade.actor) as books:
        for amount in (0, 11_801, 2**63):
            with pytest.raises(InvalidInput):
                gateway.ask_refund(books, uuid4(), row.id, amount, reason="Returned")
        gateway.ask_refund(books, first, row.id, 5_000, reason="Returned")
        gateway.ask_refund(books, first, row.id, 5_000, reason="Returned")  # the second click
        with pytest.raises(BooksError):
            gateway.ask_refund(books, first, row.id, 4_000, reason="Returned")
        with pytest.raises(InvalidInput):
            gateway.ask_refund(books, uuid4(), row.id, 6_801, reason="More than is left")
    till.api.loses = 1
    gateway.send_refund(till.trade.actor, first)
    assert till.clearing == 11_800
    clock.advance(minutes=10)
    gateway.ask_gateway(till.trade.actor)
    (back,) = till.api.refunds.values()
    for _again in range(2):
        till.tell("refund.processed", event_id=f"evt_{_again}", refund={**back, "speed": str(_again)})
    assert (till.clearing, till.owed()) == (6_800, 5_000)
    till.tell("refund.failed", refund={**back, "status": "failed"})
    assert (till.clearing, till.owed()) == (11_800, 0)
    till.require_true()


def test_a_settlement_is_posted_once_and_splits_fee_and_tax(till: Till) -> None:
    first, second = paid_bill(till), paid_bill(till, fee=0, tax=0)
    back = till.api.make_refund(second["id"], {"amount": 1_800}, "")
    till.tell("refund.processed", refund=back)
    till.api.settle(till.api.row_of(first), till.api.row_of(second), till.api.refund_row(back))
    assert gateway.fetch_settlements(till.trade.actor) == 1
    assert gateway.fetch_settlements(till.trade.actor) == 0
    with read_books(till.trade.actor) as books:
        heads = ledger.heads(books)
        (row,) = queries.settlements(books, Wanted(text="rzrp1111"))
        account = queries.account_or_none(books)
        assert account is not None
    assert (row.net_paise, row.fee_paise, row.tax_paise, row.difference) == (21_564, 200, 36, "")
    assert (till.balance(heads["bank"]), till.balance(account.charges_id), till.balance(heads["input-igst"])) == (21_564, 200, 36)
    assert till.clearing == 0
    till.require_true()


def test_what_does_not_fit_is_named_and_not_posted_twice(till: Till) -> None:
    paid = paid_bill(till)
    stranger = {"entity_id": "adj_1", "type": "adjustment", "amount": 500, "fee": 0, "tax": 0, "debit": 500, "credit": 0}
    id_ = till.api.settle(till.api.row_of(paid), stranger)
    till.api.settled[id_]["amount"] += 7
    gateway.fetch_settlements(till.trade.actor)
    with open_books(till.trade.actor) as books:
        (row,) = queries.settlements(books, Wanted(), only_odd=True)
        assert (row.posted_on, row.why) == (None, "differs")
        assert "₹110.71" in row.difference
        assert "1 of 2 lines are not in the books: adj_1" in row.difference
        settling.post_by_hand(books, row.id)
        with pytest.raises(BooksError):
            settling.post_by_hand(books, row.id)
        settling.accept_difference(books, row.id, "A fee of theirs")
    assert till.clearing == 500
    till.require_true()


REPORT = """entity_id,type,debit,credit,amount,currency,fee (exclusive tax),tax,settlement_id,settled_at,settlement_utr
{payment},payment,0.00,115.64,118.00,INR,2.00,0.36,setl_9,20/11/2026 10:00:00,UTIB123
"""


def test_the_report_as_a_file_says_the_same(till: Till) -> None:
    paid = paid_bill(till)
    (seen,) = read_report(REPORT.format(payment=paid["id"]).encode())
    with open_books(till.trade.actor) as books:
        assert gateway.import_settlement(books, till.account, seen, "file")
        assert not gateway.import_settlement(books, till.account, seen, "file")
    assert till.clearing == 0
    till.require_true()


FILE = REPORT.format(payment="pay_1")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no column"),
        (b"\xff\xfe\x00", "no CSV"),
        (b"a,b\n1,2\n", "no column"),
        (FILE.replace("115.64", "1e5").encode(), "no amount"),
        (FILE.replace("118.00", "9" * 30).encode(), "no amount"),
        (FILE.replace("20/11/2026", "soon").encode(), "no day"),
        (FILE.replace("setl_9", "").encode(), "No line"),
    ],
)
def test_a_file_that_is_none_is_refused_whole(content: bytes, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_report(content)
    assert said in refused.value.errors["file"]


def test_the_check_of_the_books_finds_a_settlement_that_was_changed(till: Till) -> None:
    from sqlalchemy import update

    from webapp.books_check import verify_books

    paid = paid_bill(till)
    till.api.settle(till.api.row_of(paid))
    gateway.fetch_settlements(till.trade.actor)
    with open_books(till.trade.actor) as books:
        books.session.execute(update(GatewaySettlement).values(net_paise=GatewaySettlement.net_paise + 1))
    with read_books(till.trade.actor) as books:
        assert "clearing" in str(verify_books(books).breaches)
