"""Figures of a year that a person types: kept with who and when, told by GSTR-9, and the turnover among them chooses the most of late fees."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.conftest import Clock
from tests.ground.shops import Shop
from tests.gst_annual.test_figures import GSTIN, YEAR, told
from tests.gstr3b.shopfront import EARLY, Front
from tests.support import refused
from webapp import gst_annual, gst_returns, gstr3b
from webapp.composition import facts
from webapp.gst_annual import service, writing
from webapp.gst_returns import TURNOVER, File, Taxes
from webapp.gst_returns.models import GstTypedFigure
from webapp.gstr3b import law
from webapp.gstr3b.service import turnover_of
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.platform.audit import EditLogEntry
from webapp.platform.tenancy import open_books, read_books

HERE = f"/gst-annual/{GSTIN}/{YEAR.key}"
CRORE = 1_00_00_000_00
Enter = Callable[[Shop], FlaskClient]


def type_in(shop: Shop, figures: dict[str, Taxes | None], gstin: str = GSTIN) -> None:
    with open_books(shop.actor) as books:
        service.type_figures(books, gstin, YEAR, figures)


def test_what_was_typed_stands_in_the_return_with_who_and_when(sharma: Shop, iyer: Shop, clock: Clock) -> None:
    type_in(sharma, {"12": Taxes(0, 9_00, 9_00), "16B": Taxes(500_00), "15E": None})
    first = told(sharma).typed
    assert {line: one.taxes for line, one in first.items()} == {"12": Taxes(0, 9_00, 9_00), "16B": Taxes(500_00)}
    clock.advance(days=1)
    type_in(sharma, {"12": Taxes(0, 9_00, 9_00), "16B": Taxes(600_00)})
    later = told(sharma).typed
    assert later["12"] == first["12"]  # unchanged, so typed when it was typed
    assert (later["16B"].taxes.taxable, later["16B"].typed_at - first["16B"].typed_at) == (600_00, timedelta(days=1))
    lines = json.loads(writing.as_text(told(sharma)))["lines"]
    assert (lines["12"]["typed"]["camt"], lines["16B"]["typed"]["txval"]) == (9, 600)
    type_in(sharma, {"16B": None})
    assert set(told(sharma).typed) == {"12"}
    with read_books(sharma.actor) as books:
        entries = select(func.count()).select_from(EditLogEntry).where(EditLogEntry.entity == "gst_typed_figure")
        assert books.session.scalar(entries) == 4
    with read_books(iyer.actor) as books:
        assert books.session.scalar(select(func.count()).select_from(GstTypedFigure)) == 0
    with pytest.raises(NotFound):
        type_in(iyer, {"12": Taxes(1)})
    for bad in (Taxes(-1), Taxes(0, 0, 0, 2**63)):
        with pytest.raises(InvalidInput):
            type_in(sharma, {"15A": bad})


def test_a_filed_year_keeps_its_figures_but_not_its_turnover(
    sharma: Shop, iyer: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_in(sharma, {"15E": Taxes(0, 100_00)})
    clock.advance(days=400)
    monkeypatch.setattr(service, "_require_whole", lambda _told: None)  # months are filed elsewhere: tests/gst_annual/test_figures.py
    asked = File(new_id(), GSTIN, YEAR, clock.now.date(), "", sha256(writing.as_text(told(sharma)).encode()).hexdigest())
    with open_books(sharma.actor) as books:
        row = gst_annual.service.file_annual(books, asked)
    assert "is filed" in refused(lambda: type_in(sharma, {"15E": None}), Conflict)
    assert "is filed" in refused(lambda: type_in(sharma, {"16C": Taxes(1)}), Conflict)
    type_in(sharma, {TURNOVER: Taxes(2 * CRORE), "15E": Taxes(0, 100_00)})  # what does not change is no change
    with open_books(sharma.actor) as books:
        gst_annual.service.reopen_annual(books, row.id, "Filed by mistake")
    type_in(sharma, {"15E": None})


@pytest.mark.parametrize(
    ("turnover", "slab", "fee"),
    [
        (3 * CRORE // 2, "small", 1_000_00),
        (3 * CRORE // 2 + 1, "middle", 2_500_00),
        (5 * CRORE, "middle", 2_500_00),
        (5 * CRORE + 1, "large", 5_000_00),
    ],
)
def test_the_turnover_of_the_year_before_chooses_the_most(turnover: int, slab: str, fee: int) -> None:
    assert law.slab_of(turnover) == slab
    assert law.late_fee(9999, 202610, law.slab_of(turnover), is_nil=False) == fee


def test_a_late_return_costs_by_the_turnover_that_was_typed(sharma: Shop, iyer: Shop, clock: Clock) -> None:
    front = Front.of(sharma)
    front.month.bill(("Soap", "1"), day=EARLY)
    clock.advance(days=150)
    on = clock.now.date()

    def fee() -> int:
        with read_books(sharma.actor) as books:
            found = gstr3b.gstr3b(books, gst_returns.registration(books, GSTIN), gst_returns.ReturnPeriod("month", 202610))
            return gstr3b.service.lateness(books, found, gstr3b.payment(books, found).settlement, on)[2].cgst

    assert fee() == 2_500_00  # nobody said: not too low
    with open_books(sharma.actor) as books:
        gst_returns.type_figures(books, GSTIN, 2025, {TURNOVER: Taxes(CRORE)})
    assert fee() == 1_000_00
    with open_books(sharma.actor) as books:
        gst_returns.type_figures(books, GSTIN, 2025, {TURNOVER: Taxes(6 * CRORE)})
        assert turnover_of(books, date(2026, 4, 1)) == "large"
        assert turnover_of(books, date(2026, 3, 31)) == "middle"  # of the year before that nobody said anything
    assert fee() > 2_500_00
    with read_books(iyer.actor) as books:
        assert gst_returns.turnover_before(books, date(2026, 10, 1)) is None


@pytest.mark.parametrize(
    ("year", "days", "is_nil", "fee"),
    [
        (2026, 0, False, 0),
        (2026, -5, False, 0),
        (2026, 1, False, 25_00),
        (2026, 41, False, 1_000_00),
        (2026, 26, True, 250_00),
        (2020, 9, False, None),
    ],
)
def test_late_fee_of_gstr_4(year: int, days: int, fee: int | None, *, is_nil: bool) -> None:
    assert facts.late_fee(year, days, is_nil=is_nil) == fee


def test_the_form_keeps_what_was_typed(sharma: Shop, iyer: Shop, enter: Enter) -> None:
    client = enter(sharma)
    shown = client.get(HERE).get_data(as_text=True)
    token = re.findall(r'name="csrf_token" value="([^"]*)"', shown)[0]

    def post(**values: str) -> tuple[int, str]:
        answer = client.post(f"{HERE}/figures", data={"csrf_token": token, **values})
        return answer.status_code, answer.get_data(as_text=True)

    status, again = post(**{"15E_cgst": "12x", "16B_taxable": "-5", "turnover_taxable": "99999999999999999999999"})
    assert status == 422
    assert 'value="12x"' in again
    assert 'value="-5"' in again
    assert post(**{"15E_cgst": "12.50", "16B_taxable": "1,180", "turnover_taxable": "1,00,00,000"})[0] == 303
    shown = client.get(HERE).get_data(as_text=True)
    for words in ("Typed by", "12.50", "1,180.00", 'value="10000000"'):
        assert words in shown, words
    assert "12.50" in str(client.get(f"{HERE}?format=csv").data) or client.get(f"{HERE}?format=xlsx").status_code == 200
    assert post()[0] == 303  # all of it taken out again
    assert "Typed by" not in client.get(HERE).get_data(as_text=True)
    assert enter(iyer).post(f"{HERE}/figures", data={"csrf_token": token}).status_code in (400, 403, 404)
