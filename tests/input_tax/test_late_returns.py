"""Rule 37A from GSTR-2A: proposed once the supplier's last day is over, posted once, claimed again when he has filed."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Clock
from tests.counter.device import signed_in
from tests.input_tax.desk import NOVEMBER, Desk
from tests.purchases.conftest import GSTIN as SUPPLIER
from webapp.gst_inward import importing
from webapp.input_tax import Tax, late_returns, posted, service
from webapp.input_tax.proposals import Proposal
from webapp.input_tax.service import Post
from webapp.kernel.errors import BooksError, Conflict
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import open_books

TAKEN = date(2026, 2, 10)  # his last day is 30 September 2026
WHOLE = Tax(0, 90_00, 90_00)


def told(desk: Desk, *numbers: str, filed: str | None, more: Any = ()) -> None:
    """A GSTR-2A of February, generated anew."""
    figures = {"rt": 18, "txval": 1000, "camt": 90, "samt": 90}
    rows = [
        {"inum": one, "idt": f"{TAKEN:%d-%m-%Y}", "val": 1180, "pos": "27", "rchrg": "N", "inv_typ": "R", "itms": [{"itm_det": figures}]}
        for one in (*numbers, *more)
    ]
    entry = {"ctin": SUPPLIER, "cfs": "Y", "inv": rows} | ({} if filed is None else {"cfs3b": filed})
    content = json.dumps({"gstin": desk.gstin, "fp": "022026", "b2b": [entry]}).encode()
    asked = importing.read_file(desk.gstin, 0, "2a.json", content)
    with open_books(desk.shop.actor) as books:
        importing.import_file(books, asked)


def offers(desk: Desk, month: int = NOVEMBER) -> dict[str, Proposal]:
    found: list[Proposal] = desk.read(lambda books: late_returns.rule_37a(books, desk.gstin, month))
    return {one.cell: one for one in found}


def post(desk: Desk, proposal: Proposal, month: int = NOVEMBER) -> Any:
    return desk.act(service.post_proposal, Post(new_id(), desk.gstin, month, proposal.tax, "x"), proposal)


def test_reversed_once_and_claimed_again_when_he_has_filed(desk: Desk, other: Desk, app: Flask) -> None:
    bill = desk.buy(day=TAKEN)
    assert offers(desk) == {}
    told(desk, "N-1", filed="N")
    own = offers(desk)["temporary"]
    assert (own.tax, [(line.about_id, line.number, line.interest_paise) for line in own.lines]) == (WHOLE, [(bill.id, bill.number, 0)])
    assert offers(desk, 202609) == {}  # on the last day of September he may still file
    assert offers(other) == {}
    words = signed_in(app, desk.shop).get("/input-tax/reversals").get_data(as_text=True)
    assert "supplier did not file his return" in words
    row = post(desk, own)
    assert desk.told().temporary.tax == WHOLE
    assert desk.told().net == desk.moved() == -WHOLE
    assert offers(desk) == {}
    with pytest.raises(Conflict):
        post(desk, own)
    # He files: the next GSTR-2A says so.
    told(desk, "N-1", filed="Y")
    again = offers(desk)["reclaim"]
    assert again.tax == WHOLE
    post(desk, again)
    assert (desk.told().reclaimed.tax, desk.moved(), offers(desk)) == (WHOLE, Tax(), {})
    assert desk.read(lambda books: posted.balance(books, desk.gstin)) == Tax()
    with pytest.raises(BooksError, match="would be claimed again"):
        desk.act(service.cancel, row.id, reason="a mistake")


def test_what_was_said_before_his_last_day_does_not_count_and_what_is_late_bears_interest(desk: Desk, clock: Clock) -> None:
    desk.buy(day=TAKEN)
    later, clock.now = clock.now, datetime(2026, 9, 30, 6, 0, tzinfo=UTC)
    told(desk, "N-1", filed="N")
    clock.now = later
    assert offers(desk) == {}
    told(desk, "N-1", filed=None, more=("X-1",))  # a file that does not say
    assert offers(desk) == {}
    clock.now = datetime(2026, 12, 1, 6, 0, tzinfo=UTC)
    told(desk, "N-1", filed="N", more=("X-2",))
    (line,) = offers(desk, 202612)["temporary"].lines
    days = (date(2026, 12, 1) - TAKEN).days
    assert line.interest_paise == (2 * 180_00 * 18 * days + 36_500) // (2 * 36_500)
    # Not twice what Rule 37 has reversed already; and nothing of a bill that was cancelled.
    assert set(offers(desk, 202611)) == {"temporary"}
    desk.buyer.cancel(desk.bills[0].id)
    assert offers(desk, 202612) == {}


def test_a_cancelled_bill_gives_back_what_was_reversed_of_it(desk: Desk) -> None:
    bill = desk.buy(day=TAKEN)
    told(desk, "N-1", filed="N")
    post(desk, offers(desk)["temporary"])
    desk.buyer.cancel(bill.id)
    assert offers(desk)["reclaim"].tax == WHOLE
