"""The paper of a bill bears what the portal signed, and is drawn anew when that comes or goes."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from tests.conftest import Clock
from tests.einvoice.conftest import Desk
from tests.sales.trade import Trade
from webapp import einvoice, printing
from webapp.einvoice import Cancel
from webapp.platform.qr import qr_image
from webapp.platform.tenancy import open_books, read_books
from webapp.printing import Layout, registered
from webapp.sales.queries import Issued


def words(trade: Trade, bill: Issued, layout: Layout) -> str:
    with read_books(trade.actor) as books:
        drawn = printing.draw_bill(books, bill.invoice_id, layout)
    (sheet,) = PdfReader(io.BytesIO(drawn)).pages
    return sheet.extract_text().replace("\n", "").replace(" ", "")


@pytest.mark.parametrize("layout", [Layout.A4, Layout.THERMAL58])
def test_the_paper_says_what_the_portal_signed(desk: Desk, clock: Clock, layout: Layout) -> None:
    bill = desk.sell()
    assert "IRN" not in words(desk.trade, bill, layout)
    row = desk.send(bill)
    said = words(desk.trade, bill, layout)
    assert row.irn in said
    assert row.ack_no in said
    with read_books(desk.trade.actor) as books:
        mark = registered.mark_of(books, bill.invoice_id)
    assert mark is not None
    assert mark.qr == qr_image(row.signed_qr)
    clock.advance(minutes=1)
    with open_books(desk.trade.actor) as books:
        einvoice.ask_cancel(books, bill.invoice_id, Cancel("2", "Wrong"))
    einvoice.cancel(desk.trade.actor, bill.invoice_id)
    assert "E-invoicecancelled" in words(desk.trade, bill, layout)


def test_a_paper_of_before_is_not_the_paper_any_more(desk: Desk, clock: Clock) -> None:
    bill = desk.sell()
    asked = []
    for act in (lambda: None, lambda: desk.send(bill), lambda: None):
        clock.advance(minutes=1)
        act()
        clock.advance(minutes=1)
        with open_books(desk.trade.actor) as books:
            asked.append(printing.ask_paper(books, bill.invoice_id, Layout.A4))
    assert asked[0] != asked[1] == asked[2]
