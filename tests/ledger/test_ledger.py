"""Vouchers: posted once, never changed, reversed exactly; statements equal a plain addition of the lines."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from tests.ground.shops import Shop
from tests.support import assert_posted
from webapp import ledger, parties
from webapp.company import PeriodLocked, default_store, lock_month
from webapp.kernel.errors import BooksError, BrokenPromise, Conflict, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.posting import Line, Slip, credit, debit
from webapp.ledger import Asked, Heading, PostedVoucher
from webapp.ledger.chart import ACCOUNTS, GROUPS
from webapp.ledger.models import Account
from webapp.platform.tenancy import Books, open_books, read_books

DAY = date(2026, 11, 20)
BILL = "Cash 118.00 Dr / Sales 100.00 Cr / Output CGST 9.00 Cr / Output SGST 9.00 Cr"


def heading(books: Books, **changes: object) -> Heading:
    plain = Heading("sales", "26A1/000001", DAY, default_store(books), "invoice", new_id(), "Counter sale")
    return replace(plain, **changes)


def bill_slip(books: Books) -> Slip:
    heads = ledger.heads(books)
    taxes = (credit(heads["output-cgst"], 900), credit(heads["output-sgst"], 900))
    return Slip((debit(heads["cash"], 11800), credit(heads["sales"], 10000), *taxes))


def post_bill(books: Books) -> PostedVoucher:
    return ledger.post(books, voucher_id=new_id(), heading=heading(books), slip=bill_slip(books))


def test_the_chart_has_tallys_groups_and_opens_twice(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        before = ledger.chart_of_accounts(books)
        ledger.open_chart(books)
        assert ledger.chart_of_accounts(books) == before
    assert len(before.groups) == len(GROUPS) == 28
    assert sum(1 for group in before.groups if group.parent_id is None) == 15
    assert {account.code for account in before.accounts} == {seed.code for seed in ACCOUNTS}


def test_a_voucher_is_read_back_as_it_was_posted(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        posted = post_bill(books)
        assert_posted(books, posted, BILL)
    with read_books(sharma.actor) as books:
        assert ledger.voucher_or_none(books, posted.id) == posted
        assert ledger.vouchers_of(books, posted.document_id) == [posted]


def test_the_same_voucher_again_is_the_first_one(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        first = post_bill(books)
    with open_books(sharma.actor) as books:
        head = heading(books, document_id=first.document_id)
        lock_month(books, 202611, "closed")
        again = ledger.post(books, voucher_id=first.id, heading=head, slip=bill_slip(books))
        assert again == first
        cash = ledger.account_totals(books, DAY, DAY)[ledger.heads(books)["cash"]]
        assert cash.debit == 11800


def test_other_content_under_a_used_id_is_refused(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        first = post_bill(books)
        with pytest.raises(Conflict, match="26A1/000001 of 20-Nov-2026 was already posted"):
            ledger.post(books, voucher_id=first.id, heading=heading(books), slip=bill_slip(books))


def test_an_unbalanced_slip_cannot_be_made(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        heads = ledger.heads(books)
        for lines in (
            (debit(heads["cash"], 100), credit(heads["sales"], 99)),
            (debit(heads["cash"], 100),),
            (debit(heads["cash"], 100), Line(heads["bank"], 0), credit(heads["sales"], 100)),
        ):
            with pytest.raises(BrokenPromise):
                Slip(lines)
        with pytest.raises(BrokenPromise):
            debit(heads["cash"], -5)


def test_lines_that_an_account_does_not_take_are_refused_in_words(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        heads = ledger.heads(books)
        party = parties.create_party(books, parties.PartyDraft(name="Meera")).id
        old = Account(id=new_id(), code=None, name="Old bank", group_id=ledger.chart_of_accounts(books).groups[0].id)
        old.archived_at = books.now
        books.session.add(old)
        books.session.flush()
        for account, of, words in (
            (heads["debtors"], None, "Customers does not say whose"),
            (heads["cash"], party, "Cash names a customer"),
            (old.id, None, "Old bank is archived"),
            (new_id(), None, "not in this chart"),
        ):
            slip = Slip((debit(account, 100, of), credit(heads["sales"], 100)))
            with pytest.raises(BooksError, match=words):
                ledger.post(books, voucher_id=new_id(), heading=heading(books), slip=slip)


def test_a_locked_month_takes_no_voucher(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        lock_month(books, 202611, "closed")
        with pytest.raises(PeriodLocked):
            post_bill(books)
        assert ledger.account_totals(books, DAY, DAY) == {}


def test_a_reversal_is_the_exact_opposite_once(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        first, reversal = post_bill(books), new_id()

        def reverse(id_: UUID, on: date = DAY) -> PostedVoucher:
            return ledger.reverse(books, voucher_id=first.id, reversal_id=id_, on=on, reason="Wrong rate")

        done = reverse(reversal)
        assert_posted(books, done, "Cash 118.00 Cr / Sales 100.00 Dr / Output CGST 9.00 Dr / Output SGST 9.00 Dr")
        assert (done.reverses_id, done.narration) == (first.id, "Reversal of 26A1/000001: Wrong rate")
        assert reverse(reversal) == done
        with pytest.raises(ledger.AlreadyReversed, match="was reversed before"):
            reverse(new_id())
        with pytest.raises(Conflict, match="cannot be reversed on 19-Nov-2026"):
            reverse(new_id(), DAY - timedelta(days=1))
        with pytest.raises(Conflict, match="itself a reversal"):
            ledger.reverse(books, voucher_id=reversal, reversal_id=new_id(), on=DAY, reason="")
        with pytest.raises(NotFound):
            ledger.reverse(books, voucher_id=new_id(), reversal_id=new_id(), on=DAY, reason="")
        cash = ledger.account_totals(books, DAY, DAY)[ledger.heads(books)["cash"]]
        assert (cash.debit, cash.credit, cash.closing) == (11800, 11800, 0)


def test_another_company_has_no_such_voucher(sharma: Shop, iyer: Shop) -> None:
    with open_books(sharma.actor) as books:
        first = post_bill(books)
    with open_books(iyer.actor) as books:
        assert ledger.voucher_or_none(books, first.id) is None
        with pytest.raises(NotFound):
            ledger.reverse(books, voucher_id=first.id, reversal_id=new_id(), on=DAY, reason="")
        assert not set(ledger.heads(books).values()) & {line.account_id for line in first.lines}


def test_posting_costs_five_statements(sharma: Shop, max_queries: Callable[[int], AbstractContextManager[list[str]]]) -> None:
    with open_books(sharma.actor) as books:
        head, slip = heading(books), bill_slip(books)
        with max_queries(5):
            ledger.post(books, voucher_id=new_id(), heading=head, slip=slip)


FIRST = date(2026, 4, 1)


def _year_of_vouchers(books: Books) -> list[tuple[date, PostedVoucher]]:
    chance, heads, posted = random.Random(7), ledger.heads(books), []
    party = parties.create_party(books, parties.PartyDraft(name="Meera")).id
    codes = ["cash", "bank", "sales", "expenses", "capital"]
    for _ in range(150):
        day = FIRST + timedelta(days=chance.randrange(300))
        amount = chance.randrange(1, 100_000)
        if chance.random() < 0.3:
            slip = Slip((debit(heads["debtors"], amount, party), credit(heads["sales"], amount)))
        else:
            left, right = chance.sample(codes, 2)
            slip = Slip((debit(heads[left], amount), credit(heads[right], amount)))
        posted.append((day, ledger.post(books, voucher_id=new_id(), heading=heading(books, voucher_date=day), slip=slip)))
    return posted


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (FIRST, date(2027, 3, 31)),
        (date(2026, 6, 1), date(2026, 6, 30)),
        (date(2026, 6, 10), date(2026, 6, 10)),
        (date(2026, 5, 17), date(2026, 9, 3)),
        (date(2026, 1, 5), date(2026, 4, 15)),
        (date(2027, 5, 2), date(2027, 5, 9)),
    ],
)
def test_a_trial_balance_equals_adding_up_the_lines(sharma: Shop, first: date, last: date) -> None:
    with open_books(sharma.actor) as books:
        lines = [(day, line) for day, voucher in _year_of_vouchers(books) for line in voucher.lines]
        rows = ledger.trial_balance(books, first, last)
        assert [row.name for row in rows] == sorted(row.name for row in rows)
        for row in rows:
            own = [(day, line.amount) for day, line in lines if line.account_id == row.account_id]
            assert row.opening == sum(amount for day, amount in own if day < first)
            assert row.debit == sum(amount for day, amount in own if first <= day <= last and amount > 0)
            assert row.credit == -sum(amount for day, amount in own if first <= day <= last and amount < 0)
            assert row.closing == row.opening + row.debit - row.credit
        assert {row.account_id for row in rows} == {line.account_id for day, line in lines if day <= last}
        assert sum(row.opening for row in rows) == sum(row.closing for row in rows) == 0


@pytest.mark.parametrize("of", ["account", "party"])
def test_pages_of_a_register_run_on_in_both_directions(sharma: Shop, of: str) -> None:
    first, last = date(2026, 5, 3), date(2027, 1, 10)
    with open_books(sharma.actor) as books:
        posted = _year_of_vouchers(books)
        debtors, cash = (ledger.heads(books)[code] for code in ("debtors", "cash"))
        party = next(line.party_id for _day, voucher in posted for line in voucher.lines if line.party_id)
        mine = [
            (day, voucher.id, line.amount)
            for day, voucher in posted
            for line in voucher.lines
            if line.account_id == (cash if of == "account" else debtors)
        ]
        balance, expected = sum(amount for day, _id, amount in mine if day < first), []
        opening = balance
        for day, id_, amount in sorted(one for one in mine if first <= one[0] <= last):
            balance += amount
            expected.append((day, id_, balance))

        read = ledger.account_page if of == "account" else ledger.party_page
        owner = cash if of == "account" else party
        asked = Asked(first, last, most=7)
        page = read(books, owner, asked)
        assert (page.opening, page.earlier) == (opening, None)
        forwards = list(page.rows)
        while page.later:
            page = read(books, owner, replace(asked, after=page.later))
            assert page.opening == forwards[-1].balance
            forwards += page.rows
        assert [(row.key.day, row.key.voucher_id, row.balance) for row in forwards] == expected

        page = read(books, owner, replace(asked, at_end=True))
        backwards = list(page.rows)
        while page.earlier:
            page = read(books, owner, replace(asked, before=page.earlier))
            backwards = [*page.rows, *backwards]
        assert backwards == forwards
        assert all(row.against for row in forwards)


def test_dues_are_what_customers_owe(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        heads = ledger.heads(books)
        parties_ = [parties.create_party(books, parties.PartyDraft(name=name)).id for name in ("Meera", "Ravi", "Even")]
        for party, amount in zip(parties_, (500, 900, 100), strict=True):
            slip = Slip((debit(heads["debtors"], amount, party), credit(heads["sales"], amount)))
            ledger.post(books, voucher_id=new_id(), heading=heading(books), slip=slip)
        slip = Slip((debit(heads["cash"], 100), credit(heads["debtors"], 100, parties_[2])))
        ledger.post(books, voucher_id=new_id(), heading=heading(books), slip=slip)
        assert ledger.dues(books) == [(parties_[1], 900), (parties_[0], 500)]
        assert ledger.party_due(books, parties_[0]) == 500
        assert ledger.party_due(books, parties_[2]) == ledger.party_due(books, new_id()) == 0
