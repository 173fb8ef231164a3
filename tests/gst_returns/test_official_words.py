"""Table 12 in the portal's own words, where the company has brought in its list; and goods taxed on their MRP, told as what was paid."""

from __future__ import annotations

import json

from tests.ground.shops import Shop
from tests.gst_returns.month import NOVEMBER, Month
from webapp import gst_returns
from webapp.catalogue import masters
from webapp.platform.tenancy import read_books

WORDS = 'PAN MASALA\r\r\n"and the like"'


def test_the_words_are_told_letter_by_letter_and_the_tax_as_it_is(month: Month, sharma: Shop, iyer: Shop) -> None:
    month.trade.item("Pan masala", 100, "gst-40-mrp", mrp=140, hsn="21069020")
    month.bill(("Pan masala", "1"), ("Soap", "1"), party="Pune Mart")
    masters.bring_in(iyer.actor, masters.HSN, "HSN.json", [json.dumps({"3401": "Theirs, and not ours"}).encode()])

    def rows() -> dict[str, dict[str, object]]:
        with read_books(sharma.actor) as books:
            told = gst_returns.gstr1(books, gst_returns.registration(books, sharma.gstin), NOVEMBER)
        return {row["hsn_sc"]: row for row in json.loads(gst_returns.as_text(told))["hsn"]["hsn_b2b"]}

    assert all("desc" not in row for row in rows().values())
    masters.bring_in(sharma.actor, masters.HSN, "HSN.json", [json.dumps({"21069020": WORDS}).encode()])
    found = rows()
    assert found["21069020"]["desc"] == WORDS
    assert "desc" not in found["3401"]
    assert [found["21069020"][key] for key in ("rt", "txval", "camt", "samt")] == [40, 60, 20, 20]
