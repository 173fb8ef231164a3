"""A bill from command to registers."""

from __future__ import annotations

from tests.sales.trade import Trade


def test_a_cash_bill_stands_in_the_books_and_in_stock(trade: Trade) -> None:
    trade.item("Soap", 118, cost=60)
    issued = trade.sell(trade.line("Soap", 2), total=236)
    assert issued.number == "26TST/000001"
    assert trade.posted(issued.invoice_id) == (
        "Cash 236.00 Dr / Sales 200.00 Cr / Output CGST 18.00 Cr / Output SGST 18.00 Cr / Stock-in-Hand 120.00 Cr / Cost of Goods Sold 120.00 Dr"
    )
    assert trade.on_hand("Soap") == 98_000
