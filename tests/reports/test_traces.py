"""Who bought batch X, and where a piece has been: on the screen and in the file, for one's own company alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.sales.trade import open_trade
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, Qty
from webapp.platform.tenancy import open_books
from webapp.stock import BatchFacts
from webapp.stocktaking import Adjustment, Change, adjust_stock

Enter = Callable[[Shop], FlaskClient]


def test_a_recalled_batch_leads_to_who_bought_it(browse: Enter, sharma: Shop, iyer: Shop) -> None:
    trade, owner, stranger = open_trade(sharma.actor), browse(sharma), browse(iyer)
    assert "No batch was received yet" in owner.get("/stock/batches").text
    tonic = trade.item("Tonic", 50, stock_of=0, tracking="batch")
    phone = trade.item("Phone", 500, stock_of=0, tracking="serial")
    with open_books(trade.actor) as books:
        changes = (
            Change(tonic, Qty(5000), Paise(10000), BatchFacts("B/1", date(2026, 12, 31), mrp=Paise(5000))),
            Change(tonic, Qty(5000), Paise(10000), BatchFacts("B0", date(2026, 11, 1))),
            Change(phone, Qty(1000), Paise(40000), serials=("SN1",)),
        )
        adjust_stock(books, Adjustment(new_id(), books.today, trade.store_id, "Opening stock", changes, "opening"))
    meera = trade.customer("Meera <b>", phone="9822012345")
    lines = (trade.line("Tonic", 2), trade.line("Phone", 1, serials=("SN1",)))
    bill = trade.sell(*lines, total=600, party_id=meera)

    page = owner.get("/stock/batches?state=soon").text
    assert ("B/1" in page, "B0" in page) == (True, False)
    assert "B0" in owner.get("/stock/batches?state=expired").text
    here = f"/stock/trace/{tonic}"
    page = owner.get(f"{here}?batch=B/1").text
    assert (bill.number in page, "Meera &lt;b&gt;" in page, "9822012345" in page) == (True, True, True)
    assert "Meera <b>" in owner.get(f"{here}/export.csv?batch=B/1").text
    assert "B/1" in owner.get("/stock/batches/export.csv").text
    assert "not in stock" in owner.get("/stock/serials?q=sn").text
    assert bill.number in owner.get(f"/stock/trace/{phone}?serial=SN1").text

    assert stranger.get(f"{here}?batch=B/1").status_code == 404
    assert stranger.get(f"/stock/trace/{phone}?serial=SN1").status_code == 404
    assert not re.search(r"\bSN1\b", stranger.get("/stock/serials?q=sn").text)
    assert "B/1" not in stranger.get("/stock/batches").text
