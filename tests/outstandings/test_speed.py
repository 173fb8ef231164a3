"""What ageing says of a large shop, and in how many statements."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from tests.ground.shops import Shop, found_sharma
from webapp import ledger, outstandings, parties
from webapp.company import default_store
from webapp.kernel.ids import new_id
from webapp.ledger.models import JournalLine, Voucher
from webapp.outstandings.ages import Narrowed, bills
from webapp.outstandings.models import Allocation
from webapp.platform.tenancy import Actor, Books, open_books, read_books

DAY = date(2026, 11, 20)


def fill(books: Books, customers: int, items: int) -> None:
    """Bills and money in pairs, four fifths of them settled. Past the ledger's own verbs, which have tests of their own."""
    heads, store = ledger.heads(books), default_store(books)
    people = [parties.quick_party(books, name=f"Customer {number:05d}").id for number in range(customers)]
    vouchers, lines, settled = [], [], []
    for number in range(items // 2):
        party, day = people[number % customers], DAY - timedelta(days=number * 7919 % 400)
        pair = []
        for kind, sign in (("sales", 1), ("receipt", -1)):
            id_ = new_id()
            pair.append(id_)
            vouchers.append(
                {
                    "id": id_,
                    "kind": kind,
                    "number": f"{kind[0]}/{number}",
                    "voucher_date": day,
                    "store_id": store,
                    "document_kind": "test",
                    "document_id": id_,
                    "narration": "",
                    "reverses_id": None,
                    "fingerprint": "",
                    "posted_at": books.now,
                    "posted_by": "test",
                }
            )
            for line_no, (code, owner) in enumerate((("debtors", party), ("cash", None)), start=1):
                amount = sign * 100_00 * (1 if line_no == 1 else -1)
                row = {"account_id": heads[code], "party_id": owner, "amount_paise": amount, "voucher_date": day}
                lines.append({"voucher_id": id_, "line_no": line_no, **row})
        if number // customers % 5:
            ended = {"released_on": None, "released_at": None, "released_by": None, "released_why": ""}
            own = {"id": new_id(), "party_id": party, "account_id": heads["debtors"], "amount_paise": 100_00, "allocated_on": day}
            debit = {"debit_voucher_id": pair[0], "debit_line_no": 1, "debit_date": day}
            credit = {"credit_voucher_id": pair[1], "credit_line_no": 1, "credit_date": day}
            settled.append({**own, **debit, **credit, "made_at": books.now, "made_by": "test", **ended})
    books.insert(Voucher, vouchers)
    books.insert(JournalLine, lines)
    books.insert(Allocation, settled)


@pytest.fixture
def large(real_engine: Engine) -> Actor:
    from webapp.app import connect_rooms

    connect_rooms()
    actor = found_sharma().actor
    with open_books(actor) as books:
        fill(books, 200, 10_000)
    return actor


@pytest.mark.parametrize("by_due", [True, False])
def test_ageing_of_many_parties_adds_up(large: Actor, *, by_due: bool) -> None:
    asked = outstandings.Asked(DAY, by_due=by_due)
    with read_books(large) as books:
        found = outstandings.ageing(books, asked)
        page = bills(books, asked, Narrowed(overdue_only=True))
    assert len(found.rows) == 200
    assert found.totals.bills == found.totals.on_account == 1_000 * 100_00
    assert len(page.rows) == 50


def test_statements_do_not_grow_with_the_parties(sharma: Shop, max_queries: Callable[[int], AbstractContextManager[list[str]]]) -> None:
    actor = sharma.actor
    with open_books(actor) as books:
        fill(books, 30, 300)
    with read_books(actor) as books, max_queries(8):
        assert len(outstandings.ageing(books, outstandings.Asked(DAY)).rows) == 30
    with read_books(actor) as books, max_queries(4):
        assert len(bills(books, outstandings.Asked(DAY), Narrowed()).rows) == 30
