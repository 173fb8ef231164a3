"""The screens of the annual return: a line leads to its months and from there to its papers; files say what the page says."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date

from flask.testing import FlaskClient
from openpyxl import load_workbook

from tests.ground.shops import Shop
from tests.gst_annual.test_figures import GSTIN, YEAR
from tests.gst_returns.month import Month

Enter = Callable[[Shop], FlaskClient]
HERE = f"/gst-annual/{GSTIN}/{YEAR.key}"


def get(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return answer.get_data(as_text=True)


def test_a_line_leads_to_its_months_and_the_files_say_the_same(sharma: Shop, iyer: Shop, enter: Enter) -> None:
    month = Month.of(sharma)
    month.bill(("Soap", "1"), ("Salt", "2"), party="Bharat", day=date(2026, 10, 5))
    month.bill(("Soap", "2"), ("Book", "1"))
    client = enter(sharma)
    assert HERE in get(client, f"/gst-annual?gstin={GSTIN}")
    shown = get(client, HERE)
    for words in ("2026-27", "Apr 2026", "GSTR-9C is due above ₹5,00,00,000.00", "100.00", "left open"):
        assert words in shown, words
    links = set(re.findall(rf'href="({HERE}/lines/[\w.]+)"', shown))
    assert f"{HERE}/lines/4B" in links
    rows = get(client, f"{HERE}/lines/4B")
    assert f"/gst-returns/{GSTIN}/month-202610/sections/b2b" in rows
    assert "100.00" in rows
    assert "Months" not in rows
    found = get(client, f"{HERE}/reconciliation")
    assert "Unreconciled turnover" in found
    assert re.search(r'href="/[^"]*account[^"]*from=2026-04-01', found)
    book = load_workbook(io.BytesIO(client.get(f"{HERE}?format=xlsx").data)).active
    told = {row[0]: row for row in book.iter_rows(values_only=True)}
    assert told["5N"][3] == 430
    assert [row[3] for row in book.iter_rows(values_only=True) if row[0] == "4B"] == [100]
    nine = load_workbook(io.BytesIO(client.get(f"{HERE}/reconciliation?format=xlsx").data)).active
    assert next(row[3] for row in nine.iter_rows(values_only=True) if row[0] == "5R") == 0
    assert client.get(f"{HERE}?format=pdf").data.startswith(b"%PDF")


def test_what_is_not_there(sharma: Shop, iyer: Shop, enter: Enter) -> None:
    client = enter(iyer)
    for address in (HERE, f"{HERE}/lines/4B", f"{HERE}/reconciliation", f"{HERE}?format=xlsx", f"{HERE}/reconciliation?format=pdf"):
        assert client.get(address).status_code == 404, address
    own = enter(sharma)
    for key in ("quarter-202612", "year-202612", "year-201703", "year-1", "year-99999999999999999999"):
        assert own.get(f"/gst-annual/{GSTIN}/{key}").status_code == 404, key
    assert own.get(f"{HERE}/lines/99").status_code == 404
