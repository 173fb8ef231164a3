"""Whatever is sold, in whatever order: tenders add up, lines add up, vouchers balance, stock follows."""

from __future__ import annotations

from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.sales.test_returns import bills
from tests.sales.trade import CARD, CASH, CREDIT, UPI, Trade
from webapp import ledger, stock
from webapp.kernel.errors import BooksError
from webapp.kernel.money import Paise
from webapp.ledger.models import AccountBalance, JournalLine, Voucher
from webapp.platform.audit import broken_links
from webapp.sales import Issued, Tender
from webapp.sales.models import Invoice, InvoiceLine, InvoiceTender
from webapp.sales.slips import Amounts, exempt_part, return_slip, sale_slip
from webapp.tax.rules import BillLine, Figures, Scheme, Supply, Terms, Treatment, work_out

GOODS = [
    ("Soap", 33.30, "gst-18", True, 7.31),
    ("Atta", 52.5, "gst-5", False, 40.0),
    ("Milk", 30, "exempt", True, 21.17),
    ("Cola", 40, "gst-40-drinks", True, 0),
]
CODES = (
    "cash upi-clearing card-clearing debtors sales sales-exempt sales-returns output-cgst output-sgst output-igst output-cess "
    "round-off cost-of-goods stock-in-hand goods-delivered"
)
HEADS = {code: uuid4() for code in CODES.split()}


@given(bills(), st.integers(0, 10**9), st.data())
def test_every_bills_slip_balances_in_both_directions(bill: tuple[list[BillLine], Figures], cost: int, data: st.DataObject) -> None:
    _, figures = bill
    treatments = [data.draw(st.sampled_from(Treatment)) for _ in figures.lines]
    parts = _parts(figures.total, data)
    tenders = tuple(Tender(data.draw(st.sampled_from([CASH, UPI, CARD, CREDIT])), Paise(part)) for part in parts)
    amounts = Amounts(figures, exempt_part(figures, treatments, Scheme.REGULAR), Paise(cost), tenders, uuid4())
    there, back = sale_slip(amounts, HEADS), return_slip(amounts, HEADS)
    assert (there is None) == (back is None) == (not figures.total and not figures.taxable and not cost)
    if there and back:
        moved: dict[UUID, int] = {}
        income = {HEADS["sales"], HEADS["sales-exempt"], HEADS["sales-returns"]}
        for line in (*there.lines, *back.lines):
            account = HEADS["sales"] if line.account_id in income else line.account_id
            moved[account] = moved.get(account, 0) + line.amount
            assert (line.party_id is not None) == (line.account_id == HEADS["debtors"])
        assert set(moved.values()) == {0}


def _parts(total: int, data: st.DataObject) -> list[int]:
    cuts = sorted(data.draw(st.sets(st.integers(1, total - 1), max_size=3))) if total > 1 else []
    edges = [0, *cuts, total]
    return [high - low for low, high in pairwise(edges) if high > low]


@pytest.mark.slow
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(["sell", "sell", "sell", "return", "cancel"]), st.integers(0, 2**31)), min_size=3, max_size=15))
def test_the_books_stay_true(trade: Trade, steps: list[tuple[str, int]]) -> None:
    for name, price, tax, incl, cost in GOODS:
        if name not in trade.items:
            trade.item(name, price, tax, incl=incl, cost=cost, stock_of=50)
    if "Ravi" not in trade.items:
        trade.items["Ravi"] = trade.customer("Ravi")
    issued: list[Issued] = []
    for what, seed in steps:
        try:
            _step(trade, issued, what, seed)
        except BooksError:
            continue  # refused in words; what it left is looked at below like everything else
    trade.read(_require_true)


def _step(trade: Trade, issued: list[Issued], what: str, seed: int) -> None:
    if what == "sell":
        names = [GOODS[(seed >> (2 * place)) % 4][0] for place in range(1 + seed % 4)]
        lines = [trade.line(name, 0.5 + (seed >> place) % 7, disc=(seed % 3) / 10) for place, name in enumerate(names)]
        terms = Terms(Scheme.REGULAR, Supply.INTRA, Paise(0), rounds_to_rupee=True)
        rates = {"Soap": (1800, 0), "Atta": (500, 0), "Milk": (0, 0), "Cola": (4000, 0)}
        total = work_out(
            [
                BillLine(line.qty, line.unit_price, line.price_includes_tax, line.discount, *rates[name])
                for line, name in zip(lines, names, strict=True)
            ],
            terms,
        ).total
        mode = [CASH, UPI, CREDIT][seed % 3]
        issued.append(trade.sell(*lines, total=total / 100, paid=mode, party_id=trade.items["Ravi"], has_happened=seed % 2 == 0))
    elif issued and what == "return":
        trade.take_back(issued[seed % len(issued)], (1, 0.5 + seed % 3))
    elif issued:
        trade.cancel(issued[seed % len(issued)])


def _require_true(books: Any) -> None:
    def total(column: Any, *where: Any) -> int:
        return int(books.session.scalar(select(func.coalesce(func.sum(column), 0)).where(*where)))

    for voucher_id in books.session.scalars(select(Voucher.id)):
        assert total(JournalLine.amount_paise, JournalLine.voucher_id == voucher_id) == 0
    for invoice in books.session.scalars(select(Invoice)).all():
        assert total(InvoiceTender.amount_paise, InvoiceTender.invoice_id == invoice.id) == invoice.total_paise
        lines = InvoiceLine.invoice_id == invoice.id
        assert total(InvoiceLine.total_paise, lines) + invoice.round_off_paise == invoice.total_paise
        assert total(InvoiceLine.taxable_paise, lines) == invoice.taxable_paise
        assert total(InvoiceLine.cost_paise, lines) == invoice.cost_paise
    for code, account_id in ledger.heads(books).items():
        kept = total(AccountBalance.debit_paise - AccountBalance.credit_paise, AccountBalance.account_id == account_id)
        assert kept == total(JournalLine.amount_paise, JournalLine.account_id == account_id), code
    stock_account = ledger.heads(books)["stock-in-hand"]
    items = list(books.session.scalars(select(InvoiceLine.item_id).distinct()))
    from webapp.catalogue.models import Item

    every = list(books.session.scalars(select(Item.id)))
    worth = sum(one.value_paise for one in stock.on_hand(books, every).values())
    assert set(items) <= set(every)
    assert worth == total(JournalLine.amount_paise, JournalLine.account_id == stock_account)
    numbers = list(books.session.scalars(select(Invoice.seq).where(Invoice.series == "26TST").order_by(Invoice.seq)))
    assert numbers == list(range(1, len(numbers) + 1))
    assert list(broken_links(books)) == []
