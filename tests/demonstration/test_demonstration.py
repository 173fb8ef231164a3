"""The demonstration: a little of everything to look at, and books that are true."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from webapp import demonstration, ledger
from webapp.books_check import verify_books
from webapp.company import stores
from webapp.kernel.dates import FinancialYear, Period
from webapp.orders.models import OrderDocument
from webapp.platform import clock
from webapp.platform.numbering import NumberSeries
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, Books, open_books, read_books
from webapp.purchases.models import GoodsReceipt, PurchaseBill, PurchaseOrder
from webapp.reports.missing_numbers import WHERE, missing_numbers
from webapp.stock.models import Batch, SerialNumber, StockBalance
from webapp.transfers import transfers
from webapp.transfers.queries import Wanted

BILLS, FULL = 240, 2400  # rent and wages are those of the full year


@pytest.fixture
def shop(real_engine: Engine) -> Actor:
    demonstration.fill(bills=BILLS, password="a long enough one", progress=lambda _done, _of: None)
    return Actor(company_id=1, role=Role.OWNER, name="test")


def count(books: Books, model: type) -> int:
    return len(books.session.scalars(select(model)).all())


def test_a_year_of_a_shop_with_three_stores(shop: Actor) -> None:
    with open_books(shop) as books:
        assert verify_books(books).breaches == []
    with read_books(shop) as books:
        places = stores(books)
        assert [one.code for one in places] == ["S1", "BGM", "KTD"]
        assert {one.gstin[:12] if one.gstin else None for one in places} == {None, "29ABCPS1234D"}

        today = clock.today()
        left = select(Batch.batch).join(StockBalance, (StockBalance.item_id == Batch.item_id) & (StockBalance.batch == Batch.batch))
        expired = books.session.scalars(left.where(StockBalance.qty > 0, Batch.expires_on < today)).all()
        soon = books.session.scalars(left.where(StockBalance.qty > 0, Batch.expires_on.between(today, today + timedelta(days=30)))).all()
        assert (list(expired), list(soon)) == (["BC-2503"], ["BC-2511"])
        assert (books.session.scalar(select(func.min(StockBalance.qty))) or 0) >= 0, "nothing is below nought"
        assert {row.serial for row in books.session.scalars(select(SerialNumber))} >= {"GH750-24118", "PC5-88301", "IH16-7741"}

        sent = [(one.row.kind, one.state) for one in transfers(books, Wanted()).rows]
        assert sorted(sent) == [("challan", "in_transit"), ("challan", "received"), ("tax_invoice", "received")]
        made = dict.fromkeys(("quotation", "order", "challan"), 0)
        for document in books.session.scalars(select(OrderDocument)):
            made[document.kind] += 1
        assert made == {"quotation": 1, "order": 1, "challan": 2}
        assert (count(books, PurchaseOrder), count(books, GoodsReceipt), count(books, PurchaseBill)) == (2, 1, 5)
        day, heads = clock.today(), ledger.heads(books)
        closing = {account: total.closing for account, total in ledger.account_totals(books, FinancialYear.of(day).first_day, day).items()}
        earned = -sum(closing.get(heads[code], 0) for code in ("sales", "sales-exempt", "cost-of-goods"))
        assert earned * FULL // BILLS > closing[heads["expenses"]], "with all its bills the shop makes a profit"
        assert closing[heads["bank"]] > 0
        assert closing[heads["creditors"]] <= 0, "no supplier was paid twice"
        looked_at = set(books.session.scalars(select(NumberSeries.document_kind).where(NumberSeries.last > 0))) & set(WHERE)
        assert looked_at >= {"bill", "challan", "transfer", "cheque", "purchase_bill", "quotation"}
        for day in (today, FinancialYear.of(today).first_day - timedelta(days=1)):
            assert missing_numbers(books, Period(day, day)) == [], "each number of the shop's papers has its paper"
