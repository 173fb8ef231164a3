"""A shop does anything with its own verbs, in any order: bills, returns, receipts, prices, rates, locks. The books stay true."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from tests.ground.shops import Shop
from webapp import catalogue, parties, payments, sales
from webapp.books_check import replay, verify_books
from webapp.catalogue import lists
from webapp.company import PeriodLocked, default_store, is_locked, lock_month, unlock_month
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import BooksError, Conflict
from webapp.kernel.ids import new_id
from webapp.kernel.money import BasisPoints, MilliPaise, Paise, Qty
from webapp.payments import ReceiptCommand
from webapp.platform.numbering import last_number, open_series
from webapp.platform.tenancy import open_books
from webapp.sales import Issued, Sale, SaleLine, SaleReturn, Tender, TenderMode
from webapp.stocktaking import Adjustment, Change, adjust_stock, record_openings
from webapp.tax.rules import RULES_V, BillLine, DatedRate, Scheme, Supply, Terms, rate_on, work_out

TODAY = date(2026, 11, 20)
FIRST = date(2026, 9, 20)
SERIES, RETURNS = "26YR", "26YRR"
GOODS = (("Soap", "gst-18", 40), ("Atta", "gst-5", 310), ("Milk", "nil", 33), ("Cola", "gst-40-drinks", 40))
FIRST_IN_FIRST_OUT = ("Atta", "Milk")
days = st.integers(0, (TODAY - FIRST).days).map(lambda n: FIRST + timedelta(days=n))
which = st.integers(0, 1_000)
baskets = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 9_000), st.integers(0, 200)), min_size=1, max_size=4)
modes = st.sampled_from(list(TenderMode))


class _Undo(Exception):
    """Ends a run and takes its rows away."""


class ShopYear(RuleBasedStateMachine):
    """One shop, one transaction that never commits; each act in its own savepoint, so what is refused leaves nothing."""

    shop: Shop

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.books = self.stack.enter_context(open_books(self.shop.actor))
        self.sold: list[tuple[Sale, Issued]] = []
        self.returned: list[tuple[SaleReturn, Issued]] = []
        self.taken: list[tuple[ReceiptCommand, Any]] = []
        self.rates: set[tuple[str, date]] = set()
        self.refusals: set[tuple[str, str]] = set()

    @initialize()
    def open_shop(self) -> None:
        books = self.books
        self.store_id = default_store(books)
        self.classes = catalogue.tax_class_ids(books)
        self.items = [self._item(name, tax, rupees) for name, tax, rupees in GOODS]
        record_openings(books, [(item, Qty(5_000), Paise(50_001), FIRST) for item in self.items])
        self.party = parties.create_party(books, parties.PartyDraft(name="Meera", state_code="27")).id
        for series, kind in ((SERIES, "bill"), (RETURNS, "credit_note")):
            open_series(books, series, document_kind=kind, year=FinancialYear(2026))

    def teardown(self) -> None:
        self.stack.__exit__(_Undo, _Undo(), None)

    def _item(self, name: str, tax: str, rupees: int) -> UUID:
        draft = catalogue.ItemDraft(
            name=name,
            price_millipaise=MilliPaise(rupees * 100_000),
            tax_class_id=self.classes[tax],
            valuation="fifo" if name in FIRST_IN_FIRST_OUT else "average",
        )
        return catalogue.create_item(self.books, draft).id

    # Documents ------------------------------------------------------------------------------------------------------

    @rule(basket=baskets, mode=modes, on=days, has_happened=st.booleans())
    def sell(self, basket: list[tuple[int, int, int]], mode: TenderMode, on: date, *, has_happened: bool) -> None:
        sale = self._sale(basket, mode, on, has_happened=has_happened)
        before = last_number(self.books, SERIES)
        done = self._try(lambda: sales.issue(self.books, sale))
        if done is None:
            assert not has_happened, "a sale that has happened is never refused"
            assert last_number(self.books, SERIES) == before, "what is refused uses no number"
        else:
            assert last_number(self.books, SERIES) == (before or 0) + 1
            self.sold.append((sale, done))

    @precondition(lambda self: self.sold)
    @rule(number=which)
    def send_again(self, number: int) -> None:
        sale, first = self.sold[number % len(self.sold)]
        assert sales.issue(self.books, sale) == first

    @precondition(lambda self: self.sold)
    @rule(number=which)
    def send_another_under_its_id(self, number: int) -> None:
        sale, _ = self.sold[number % len(self.sold)]
        try:
            with self.books.savepoint():
                sales.issue(self.books, replace(sale, body_sha256=new_id().hex))
        except Conflict:
            return
        raise AssertionError("an id was used twice")

    @precondition(lambda self: self.sold)
    @rule(number=which, line=st.integers(1, 4), qty=st.integers(1, 9_000), mode=modes, has_happened=st.booleans())
    def take_back(self, number: int, line: int, qty: int, mode: TenderMode, *, has_happened: bool) -> None:
        sale, bill = self.sold[number % len(self.sold)]
        asked = SaleReturn(
            id=new_id(),
            against_id=bill.invoice_id,
            series=RETURNS,
            seq=None,
            invoice_date=TODAY,
            issued_at=self.books.now,
            store_id=self.store_id,
            cashier="Asha",
            lines=(sales.ReturnLine(min(line, len(sale.lines)), Qty(qty)),),
            body_sha256=new_id().hex,
            rules_v=RULES_V,
            has_happened=has_happened,
            refund=mode,
        )
        if (done := self._try(lambda: sales.issue_return(self.books, asked))) is not None:
            self.returned.append((asked, done))

    @precondition(lambda self: self.returned)
    @rule(number=which)
    def take_back_again(self, number: int) -> None:
        asked, first = self.returned[number % len(self.returned)]
        assert sales.issue_return(self.books, asked) == first

    @precondition(lambda self: self.sold)
    @rule(number=which, is_return=st.booleans())
    def cancel(self, number: int, *, is_return: bool) -> None:
        of = [done for _, done in (self.returned if is_return and self.returned else self.sold)]
        bill = of[number % len(of)].invoice_id
        done = self._try(lambda: sales.cancel(self.books, bill, reason="Wrong", at=self.books.now))
        if done is not None:
            assert sales.cancel(self.books, bill, reason="Again", at=self.books.now) == done

    @rule(amount=st.integers(1, 10**6), on=days, mode=st.sampled_from(["cash", "upi", "card", "bank"]))
    def take_receipt(self, amount: int, on: date, mode: str) -> None:
        asked = ReceiptCommand(new_id(), self.party, on, self.store_id, mode, Paise(amount), "0" * 64)
        if (done := self._try(lambda: payments.take_receipt(self.books, asked))) is not None:
            self.taken.append((asked, done))

    @precondition(lambda self: self.taken)
    @rule(number=which, twice=st.booleans())
    def cancel_receipt(self, number: int, *, twice: bool) -> None:
        asked, first = self.taken[number % len(self.taken)]
        if twice:
            assert payments.take_receipt(self.books, asked).id == first.id
        self._try(lambda: payments.cancel_receipt(self.books, first.id, reason="Wrong", at=self.books.now))

    # Stock ----------------------------------------------------------------------------------------------------------

    @rule(number=which, qty=st.integers(1, 9_000), value=st.integers(0, 100_000), on=days)
    def receive(self, number: int, qty: int, value: int, on: date) -> None:
        self._try(lambda: record_openings(self.books, [(self.items[number % 4], Qty(qty), Paise(value), on)]))

    @rule(number=which, change=st.integers(-4_000, 4_000).filter(bool), on=days)
    def count(self, number: int, change: int, on: date) -> None:
        item = self.items[number % 4]
        asked = Adjustment(new_id(), on, self.store_id, "counted", (Change(item, Qty(change)),))
        if self._try(lambda: adjust_stock(self.books, asked)) is None:
            assert change < 0 or is_locked(self.books, on)

    # What changes behind a bill's back ------------------------------------------------------------------------------

    @rule(number=which, rupees=st.integers(1, 1_000))
    def change_price(self, number: int, rupees: int) -> None:
        item = self.items[number % 4]
        draft, version = lists.item_draft(self.books, item)
        catalogue.change_item(self.books, item, replace(draft, price_millipaise=MilliPaise(rupees * 100_000)), version)

    @rule(tax=st.sampled_from(["gst-18", "gst-5"]), rate=st.sampled_from([0, 300, 1200, 2800]), on=days)
    def change_rate(self, tax: str, rate: int, on: date) -> None:
        if (tax, on) not in self.rates:
            self.rates.add((tax, on))
            catalogue.add_rate(self.books, self.classes[tax], DatedRate(on, MilliPaise(0), BasisPoints(rate), BasisPoints(0)))

    @rule(month=st.sampled_from([202609, 202610]))
    def lock(self, month: int) -> None:
        day = date(month // 100, month % 100, 1)
        (unlock_month if is_locked(self.books, day) else lock_month)(self.books, month, "closed, or a late bill")

    # ----------------------------------------------------------------------------------------------------------------

    @invariant()
    def refusals_say_what_to_do(self) -> None:
        assert all(problem and fix for problem, fix in self.refusals)

    @invariant()
    def books_are_true(self) -> None:
        self.books.session.flush()
        assert [str(breach) for breach in verify_books(self.books).breaches if "edit log" not in str(breach)] == []
        assert replay(self.books) == []

    def _try(self, act: Any) -> Any:
        """What `act` answers, or None when it was refused in words; a refusal leaves nothing behind."""
        done = None
        try:
            with self.books.savepoint():
                done = act() or True
        except PeriodLocked:
            assert any(is_locked(self.books, date(2026, month, 1)) for month in (9, 10)), "refused for a lock that is not there"
        except BooksError as refusal:
            self.refusals.add((refusal.problem, refusal.fix))
        return done

    def _sale(self, basket: list[tuple[int, int, int]], mode: TenderMode, on: date, *, has_happened: bool) -> Sale:
        found = catalogue.items_for_bill(self.books, self.items, on)
        lines, worked = [], []
        for number, qty, discount in basket:
            item = found[self.items[number]]
            price = MilliPaise(item.price_millipaise)
            gross = qty * price // 1_000_000
            line = SaleLine(item.id, Qty(qty), price, price_includes_tax=True, discount=Paise(min(discount, gross)))
            rate = rate_on(item.tax_class, on, price, price_includes_tax=True)
            lines.append(line)
            worked.append(BillLine(line.qty, line.unit_price, True, line.discount, rate.rate_bp, rate.cess_bp))
        total = work_out(worked, Terms(Scheme.REGULAR, Supply.INTRA, Paise(0), rounds_to_rupee=True)).total
        return Sale(
            id=new_id(),
            series=SERIES,
            seq=None,
            invoice_date=on,
            issued_at=self.books.now,
            store_id=self.store_id,
            cashier="Asha",
            lines=tuple(lines),
            tenders=(Tender(mode, total),) if total else (),
            body_sha256=new_id().hex,
            rules_v=RULES_V,
            has_happened=has_happened,
            party_id=self.party,
        )


def test_the_books_stay_true_whatever_the_shop_does(sharma: Shop) -> None:
    machine = type("ShopYearOf", (ShopYear,), {"shop": sharma})
    budget = settings(max_examples=12, stateful_step_count=20, suppress_health_check=list(HealthCheck), deadline=None)
    run_state_machine_as_test(machine, settings=budget)
