"""A shop does anything, in any order; the books stay true after every step."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date, timedelta
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from tests.ground.shops import Shop
from tests.support import Trade, make_items
from webapp import ledger, parties, stock
from webapp.books_check import replay, verify_books
from webapp.company import PeriodLocked, is_locked, lock_month, unlock_month
from webapp.kernel.errors import Conflict
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, Qty
from webapp.kernel.posting import Slip, credit, debit
from webapp.ledger import Heading, PostedVoucher
from webapp.platform.tenancy import open_books
from webapp.stock import NotEnoughStock
from webapp.stocktaking import Adjustment, Change, adjust_stock, record_openings

FIRST = date(2026, 9, 20)
days = st.integers(0, 60).map(lambda n: FIRST + timedelta(days=n))
quantities = st.integers(1, 9_000)
values = st.integers(0, 100_000)
which = st.integers(0, 100)
codes = st.sampled_from(["cash", "bank", "sales", "expenses", "capital", "debtors"])


class _Undo(Exception):
    """Ends a run and takes its rows away."""


class ShopYear(RuleBasedStateMachine):
    """One shop, one transaction that never commits. What is refused must leave nothing behind."""

    shop: Shop

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.books = self.stack.enter_context(open_books(self.shop.actor))
        self.trade = Trade.of(self.books)
        self.moved: list[tuple[UUID, date]] = []
        self.cancelled: set[UUID] = set()
        self.posted: list[tuple[Heading, Slip, PostedVoucher]] = []

    @initialize()
    def open_shop(self) -> None:
        self.items = make_items(self.books, 2)
        self.party = parties.create_party(self.books, parties.PartyDraft(name="Meera")).id
        opening = [(item, Qty(5_000), Paise(50_001), FIRST) for item in self.items]
        record_openings(self.books, opening)

    def teardown(self) -> None:
        undo = _Undo()
        self.stack.__exit__(_Undo, undo, None)

    def _item(self, number: int) -> UUID:
        return self.items[number % len(self.items)]

    @rule(number=which, qty=quantities, value=values, on=days)
    def receive(self, number: int, qty: int, value: int, on: date) -> None:
        with self._may_be_refused(on):
            self.moved.append((self.trade.receive(self._item(number), qty, value, on), on))

    @rule(number=which, qty=quantities, on=days, price=values, allow=st.booleans())
    def sell(self, number: int, qty: int, on: date, price: int, *, allow: bool) -> None:
        item = self._item(number)
        on_hand, shortages = stock.on_hand(self.books, [item])[item].qty, None
        try:
            with self._may_be_refused(on):
                self.moved.append((self.trade.sell(item, qty, on, allow=allow, price=price), on))
        except NotEnoughStock as refusal:
            shortages = [(one.item_id, one.on_hand, one.wanted) for one in refusal.shortages]
        if shortages is not None:
            assert not allow
            assert qty > on_hand
            assert shortages == [(item, on_hand, qty)]
        else:
            assert allow or qty <= on_hand or is_locked(self.books, on)

    @rule(number=which, qty=quantities, value=values, on=days)
    def take_goods_back(self, number: int, qty: int, value: int, on: date) -> None:
        with self._may_be_refused(on):
            self.moved.append((self.trade.give_back(self._item(number), qty, value, on), on))

    @precondition(lambda self: self.moved)
    @rule(number=which, after=st.integers(0, 5))
    def cancel(self, number: int, after: int) -> None:
        document, on = self.moved[number % len(self.moved)]
        if document not in self.cancelled:
            day = on + timedelta(days=after)
            with self._may_be_refused(day):
                self.trade.cancel(document, day)
                self.cancelled.add(document)

    @rule(number=which, change=st.integers(-4_000, 4_000).filter(bool), on=days)
    def adjust(self, number: int, change: int, on: date) -> None:
        asked = Adjustment(new_id(), on, self.trade.store_id, "counted", (Change(self._item(number), Qty(change)),))
        try:
            with self._may_be_refused(on):
                assert adjust_stock(self.books, asked) == adjust_stock(self.books, asked)
        except NotEnoughStock:
            assert change < 0

    @rule(left=codes, right=codes, amount=st.integers(1, 10**9), on=days)
    def post(self, left: str, right: str, amount: int, on: date) -> None:
        heads = ledger.heads(self.books)
        party = {"debtors": self.party}
        slip = Slip((debit(heads[left], amount, party.get(left)), credit(heads[right], amount, party.get(right))))
        heading = Heading("journal", "J", on, self.trade.store_id, "journal", new_id())
        with self._may_be_refused(on):
            self.posted.append((heading, slip, ledger.post(self.books, voucher_id=new_id(), heading=heading, slip=slip)))

    @precondition(lambda self: self.posted)
    @rule(number=which)
    def post_again(self, number: int) -> None:
        heading, slip, voucher = self.posted[number % len(self.posted)]
        assert ledger.post(self.books, voucher_id=voucher.id, heading=heading, slip=slip) == voucher

    @precondition(lambda self: self.posted)
    @rule(number=which, on=days)
    def reverse(self, number: int, on: date) -> None:
        _heading, _slip, voucher = self.posted[number % len(self.posted)]
        try:
            with self._may_be_refused(on):
                done = ledger.reverse(self.books, voucher_id=voucher.id, reversal_id=new_id(), on=on, reason="wrong")
                assert Slip(done.lines).reversed() == Slip(voucher.lines)
        except Conflict:
            earlier = [one for one in ledger.vouchers_of(self.books, voucher.document_id) if one.reverses_id]
            assert earlier or on < voucher.voucher_date

    @rule(month=st.sampled_from([202609, 202610]))
    def lock(self, month: int) -> None:
        if not is_locked(self.books, date(month // 100, month % 100, 1)):
            lock_month(self.books, month, "closed")

    @rule(month=st.sampled_from([202609, 202610]))
    def unlock(self, month: int) -> None:
        if is_locked(self.books, date(month // 100, month % 100, 1)):
            unlock_month(self.books, month, "a late bill")

    def _may_be_refused(self, on: date) -> _Attempt:
        return _Attempt(self, on)

    @invariant()
    def books_are_true(self) -> None:
        self.books.session.flush()
        assert [str(breach) for breach in verify_books(self.books).breaches if "edit log" not in str(breach)] == []
        assert replay(self.books) == []


class _Attempt:
    """A savepoint around one act; the only refusal it hides is that of a locked month, and only where it is locked."""

    def __init__(self, shop: ShopYear, on: date) -> None:
        self.shop, self.on = shop, on
        self.savepoint = shop.books.savepoint()

    def __enter__(self) -> None:
        self.savepoint.__enter__()

    def __exit__(self, kind: type[BaseException] | None, refusal: BaseException | None, trace: object) -> bool:
        self.savepoint.__exit__(kind, refusal, trace) if kind is None else _leave(self.savepoint, kind, refusal)
        if kind is None or not issubclass(kind, PeriodLocked):
            return False
        assert is_locked(self.shop.books, self.on), "refused for a lock that is not there"
        return True


def _leave(savepoint: object, kind: type[BaseException], refusal: BaseException | None) -> None:
    try:
        savepoint.__exit__(kind, refusal, None)
    except kind:
        return


def test_the_books_stay_true(sharma: Shop) -> None:
    machine = type("ShopYearOf", (ShopYear,), {"shop": sharma})
    budget = settings(max_examples=15, stateful_step_count=20, suppress_health_check=list(HealthCheck), deadline=None)
    run_state_machine_as_test(machine, settings=budget)
