"""What tests of the books share: goods to move, sales to post, and vouchers compared as an accountant writes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, text

from webapp import ledger, stock, stocktaking
from webapp.catalogue import quick_item, tax_class_ids
from webapp.company import default_store
from webapp.kernel.ids import new_id
from webapp.kernel.money import MilliPaise, Paise, Qty, indian_grouping
from webapp.kernel.movement import Movement, StockSlip
from webapp.kernel.posting import Line, Slip, credit, debit
from webapp.ledger import Heading, PostedVoucher
from webapp.platform.tenancy import Books

UNIT = 1000  # thousandths in one unit


def assert_posted(books: Books, voucher: PostedVoucher, expected: str) -> None:
    """Compare a voucher with words such as "Cash 118.00 Dr / Sales 100.00 Cr / Output CGST 9.00 Cr / …", in any order."""
    names = {account.id: account.name for account in ledger.chart_of_accounts(books).accounts}
    assert sorted(_in_words(line, names) for line in voucher.lines) == sorted(part.strip() for part in expected.split("/"))


def _in_words(line: Line, names: dict[UUID, str]) -> str:
    return f"{names[line.account_id]} {indian_grouping(abs(line.amount))} {'Dr' if line.amount > 0 else 'Cr'}"


def make_items(books: Books, how_many: int) -> list[UUID]:
    """Items with stock, at ₹10 each."""
    tax_class = next(iter(tax_class_ids(books).values()))
    return [quick_item(books, f"Item {new_id().hex}", MilliPaise(1_000_000), tax_class).id for _ in range(how_many)]


@dataclass
class Trade:
    """Documents as later rooms write them, cut down to what the registers see of them."""

    books: Books
    store_id: UUID

    @classmethod
    def of(cls, books: Books) -> Trade:
        return cls(books, default_store(books))

    def receive(self, item_id: UUID, qty: int, value: int, on: date) -> UUID:
        """Goods come in for cash."""
        return self._move("receipt", item_id, qty, value, on)

    def sell(self, item_id: UUID, qty: int, on: date, *, allow: bool = True, price: int = 0) -> UUID:
        """Goods go out; for cash when there is a price."""
        return self._move("sale", item_id, -qty, None, on, allow=allow, price=price)

    def give_back(self, item_id: UUID, qty: int, value: int, on: date) -> UUID:
        """A customer brings goods back, which had gone out at `value`."""
        return self._move("return", item_id, qty, value, on)

    def cancel(self, document_id: UUID, on: date) -> UUID:
        """Both registers take a document back."""
        reversal = new_id()
        recorded = stock.reverse(self.books, document_id=document_id, reversal_id=reversal, on=on, policy=stock.Policy.ALLOW)
        if ledger.voucher_or_none(self.books, document_id):
            ledger.reverse(self.books, voucher_id=document_id, reversal_id=reversal, on=on, reason="wrong")
        stocktaking.settle_costs(self.books, recorded)
        return reversal

    def count(self, item_id: UUID, more: int, on: date) -> UUID:
        """A count finds more than the books have, or less; nobody knows what it cost."""
        return self._move("adjustment", item_id, more, None, on)

    def send_back(self, item_id: UUID, qty: int, value: int, on: date, brought_by: UUID) -> UUID:
        """Goods go back to whoever sent them, at `value`."""
        return self._move(stock.GOES_BACK, item_id, -qty, -value, on, source=(brought_by, 1))

    def restate(self, document_id: UUID, amount: int, on: date) -> None:
        """What came in with a receipt cost `amount` paise more."""
        document, heads = new_id(), ledger.heads(self.books)
        recorded = stock.restate(self.books, [stock.Restatement(document, on, document_id, 1, amount)])
        if amount:
            heading = Heading("stock", f"T/{document.hex[-6:]}", on, self.store_id, "test", document)
            slip = Slip((Line(heads["stock-in-hand"], Paise(amount)), Line(heads["price-differences"], Paise(-amount))))
            ledger.post(self.books, voucher_id=document, heading=heading, slip=slip)
        stocktaking.settle_costs(self.books, recorded)

    def _move(
        self,
        kind: str,
        item_id: UUID,
        qty: int,
        value: int | None,
        on: date,
        *,
        allow: bool = True,
        price: int = 0,
        source: tuple[UUID, int] | None = None,
    ) -> UUID:
        document, heads = new_id(), ledger.heads(self.books)
        slip = StockSlip((Movement(1, item_id, self.store_id, Qty(qty), None if value is None else Paise(value), source=source),))
        policy = stock.Policy.ALLOW if allow else stock.Policy.REFUSE
        recorded = stock.record(self.books, document_id=document, kind=kind, moved_on=on, slip=slip, policy=policy)
        cost = recorded.cost if qty > 0 else -recorded.cost
        contra = heads[{"receipt": "cash", "adjustment": "stock-adjustment"}.get(kind, "cost-of-goods")]
        lines = [Line(heads["stock-in-hand"], Paise(cost)), Line(contra, Paise(-cost))] if cost else []
        if price:
            lines += [debit(heads["cash"], price), credit(heads["sales"], price)]
        if lines:
            heading = Heading("sales", f"T/{document.hex[-6:]}", on, self.store_id, "test", document)
            ledger.post(self.books, voucher_id=document, heading=heading, slip=Slip(tuple(lines)))
        stocktaking.settle_costs(self.books, recorded)
        return document


def refused(act: Callable[[], object], kind: type[Exception]) -> str:
    """Run `act`, which must be refused with `kind`; returns the words."""
    try:
        act()
    except kind as refusal:
        return str(refusal)
    raise AssertionError(f"nothing was refused, {kind.__name__} was expected")


def plant(connection: Connection, statement: str, **values: object) -> None:
    """Change the books behind the program's back: raw SQL, which the guards would have stopped."""
    connection.execute(text(statement), values)
