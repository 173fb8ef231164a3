"""The screens: who sees them, how they keep their choices, where each figure leads, what leaves as a file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from tests.final_accounts.two_years import TwoYears
from tests.ground.shops import Shop
from tests.translations.test_pages import Spoken, english
from webapp import ledger
from webapp.platform.audit import EditLogEntry
from webapp.platform.permissions import BUILT_IN, Permission, Role, allows
from webapp.platform.tenancy import read_books

Budget = Callable[[int], AbstractContextManager[list[str]]]
SignIn = Callable[[Shop, Role], FlaskClient]
YEAR = "from=2025-04-01&to=2026-03-31"
SCREENS = (
    "/trial-balance",
    "/profit-and-loss",
    "/balance-sheet",
    "/schedule-iii",
    "/cash-flow",
    "/cash-flow?method=direct",
    "/fund-flow",
    "/equity",
    "/ratios",
)


@pytest.fixture
def traded(books_of_two_years: TwoYears) -> TwoYears:
    """Two years in which a little of everything happened."""
    shop = books_of_two_years
    shop.post(date(2024, 6, 1), ("bank", 5_00_000_00), ("capital", -5_00_000_00))
    shop.post(date(2024, 7, 1), ("stock-in-hand", 90_000_00), ("opening-difference", -90_000_00))
    shop.post(
        date(2024, 8, 1),
        ("cash", 11_800_00),
        ("sales", -10_000_00),
        ("output-cgst", -1_800_00),
        ("cost-of-goods", 6_000_00),
        ("stock-in-hand", -6_000_00),
    )
    shop.post(date(2025, 4, 10), ("Fridge", 70_000_00), ("bank", -70_000_00))
    shop.post(
        date(2025, 6, 1),
        ("cash", 23_600_00),
        ("sales", -20_000_00),
        ("output-cgst", -3_600_00),
        ("cost-of-goods", 12_000_00),
        ("stock-in-hand", -12_000_00),
    )
    shop.post(date(2025, 9, 1), ("expenses", 4_321_00), ("cash", -4_321_00), store=1)
    shop.post(date(2026, 3, 31), ("Depreciation", 7_000_00), ("Fridge", -7_000_00))
    return shop


def address(path: str, more: str = YEAR) -> str:
    return f"{path}{'&' if '?' in path else '?'}{more}"


def rows_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


@pytest.mark.parametrize("path", SCREENS)
def test_a_screen_costs_few_statements(owner: FlaskClient, traded: TwoYears, max_queries: Budget, path: str) -> None:
    with max_queries(13):
        answer = owner.get(address(path))
    assert answer.status_code == 200
    assert "<table" in answer.text


@pytest.mark.parametrize("path", SCREENS)
@pytest.mark.parametrize("compare", ["previous", "last-year", "months"])
def test_every_screen_compares(owner: FlaskClient, traded: TwoYears, path: str, compare: str) -> None:
    assert owner.get(address(path, f"{YEAR}&compare={compare}&detail=accounts")).status_code == 200
    assert owner.get(address(path, f"{YEAR}&compare={compare}&layout=sides&open=sales-accounts.profit-loss.customers")).status_code == 200


@pytest.mark.parametrize("path", SCREENS)
@pytest.mark.parametrize("role", BUILT_IN)
def test_who_may_see_what(as_role: SignIn, sharma: Shop, traded: TwoYears, path: str, role: Role) -> None:
    assert as_role(sharma, role).get(path).status_code == (200 if allows(role, Permission.REPORT_READ) else 403)


@pytest.mark.parametrize("path", SCREENS)
def test_another_company_sees_nothing_of_it(as_role: SignIn, iyer: Shop, traded: TwoYears, path: str) -> None:
    stranger = as_role(iyer, Role.OWNER)
    assert "<table" not in stranger.get(address(path)).text.replace('<table class="keys', "")
    assert stranger.get(address(path, f"store={traded.stores[1]}")).status_code == 404
    with read_books(traded.actor) as books:
        group = ledger.chart_of_accounts(books).groups[0]
    assert stranger.get(f"/group-summary/{group.id}").status_code == 404


@pytest.mark.parametrize("path", SCREENS)
def test_an_empty_screen_says_what_to_do(owner: FlaskClient, path: str) -> None:
    answer = owner.get(address(path, "from=2020-04-01&to=2020-05-31"))
    assert answer.status_code == 200
    assert answer.text.count('class="empty') == 1


def test_a_figure_leads_to_its_group_then_its_account(owner: FlaskClient, traded: TwoYears) -> None:
    page = owner.get(address("/profit-and-loss")).text
    (group,) = re.findall(r'href="(/group-summary/[^"]+)">Indirect Expenses', page)
    below = owner.get(group.replace("&amp;", "&")).text
    (account,) = re.findall(r'href="(/accounts/[^"]+)"[^>]*>Shop expenses', below)
    assert "from=2025-04-01" in account
    lines = owner.get(account.replace("&amp;", "&")).text
    assert "4,321.00" in lines
    assert "/vouchers/" in lines
    (back,) = re.findall(r'class="back" href="([^"]+)"', below)
    assert back.startswith("/trial-balance?")


def test_a_group_opens_in_place_and_the_address_says_so(owner: FlaskClient, traded: TwoYears) -> None:
    page = owner.get(address("/profit-and-loss", f"{YEAR}&compare=last-year")).text
    assert "Shop expenses" not in page
    (fold,) = re.findall(r'id="fold-indirect-expenses" href="([^"]+)"', page)
    fold = fold.replace("&amp;", "&")
    assert {"from=2025-04-01", "to=2026-03-31", "compare=last-year", "open=indirect-expenses"} <= set(fold.split("?")[1].split("&"))
    opened = owner.get(fold).text
    assert "Shop expenses" in opened
    assert 'aria-expanded="true"' in opened
    (closing,) = re.findall(r'id="fold-indirect-expenses" href="([^"]+)"', opened)
    assert "open=" not in closing


def test_a_span_steps_back_and_on(owner: FlaskClient, traded: TwoYears) -> None:
    page = owner.get("/profit-and-loss?from=2025-06-01&to=2025-06-30&compare=last-year").text
    earlier, later = (
        re.findall(f'href="([^"]+)"[^>]*aria-label="{name}"', page.replace("\n", " "))[0] for name in ("Period before", "Period after")
    )
    assert "from=2025-05-01&amp;to=2025-05-31" in earlier
    assert "from=2025-07-01&amp;to=2025-07-31" in later
    assert "compare=last-year" in later


def test_choices_go_along_to_the_next_statement(owner: FlaskClient, traded: TwoYears) -> None:
    page = owner.get(address("/profit-and-loss", f"{YEAR}&store={traded.stores[1]}&layout=sides")).text
    (sheet,) = re.findall(r'href="(/balance-sheet[^"]*)"[^>]*>Balance sheet', page.split("<main")[1])
    assert f"store={traded.stores[1]}" in sheet
    assert "layout" not in sheet
    assert "4,321.00" in page
    assert "20,000.00" not in page


def test_the_difference_in_openings_is_shown_until_it_is_nil(owner: FlaskClient, traded: TwoYears) -> None:
    page = owner.get(address("/balance-sheet")).text
    assert re.search(r'class="lacking.*?Difference in opening balances.*?90,000\.00', page, re.DOTALL)
    assert "Both sides agree to the paisa" in page
    traded.post(date(2024, 7, 1), ("opening-difference", 90_000_00), ("capital", -90_000_00))
    assert 'class="lacking' not in owner.get(address("/balance-sheet")).text


def test_both_forms_of_the_profit_and_loss_say_the_same(owner: FlaskClient, traded: TwoYears) -> None:
    vertical, sides = (owner.get(address("/profit-and-loss", f"{YEAR}&layout={form}")).text for form in ("", "sides"))
    assert "Gross profit carried down" in sides
    for figure in ("8,000.00", "3,321.00"):  # gross profit; and what is lost after rent and depreciation
        assert figure in vertical
        assert figure in sides
    assert "Net loss" in sides


@pytest.mark.parametrize("path", SCREENS)
def test_every_statement_leaves_as_csv_xlsx_and_pdf_and_is_logged(owner: FlaskClient, sharma: Shop, traded: TwoYears, path: str) -> None:
    as_csv, as_xlsx, as_pdf = (owner.get(address(path, f"{YEAR}&format={kind}")) for kind in ("csv", "xlsx", "pdf"))
    rows = rows_of(as_csv)
    assert len(rows) >= 3
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx.data)).active
    assert [cell.value for cell in sheet[1]] == rows[0]
    assert sheet.max_row == len(rows)
    assert "Sharma Stores" in PdfReader(io.BytesIO(as_pdf.data)).pages[0].extract_text()
    with read_books(sharma.actor) as books:
        logged = books.session.scalars(select(EditLogEntry.new).where(EditLogEntry.action == "export").order_by(EditLogEntry.seq)).all()
    assert [new["format"] for new in logged] == ["csv", "xlsx", "pdf"]


def test_a_file_holds_what_is_closed_on_the_screen(owner: FlaskClient, traded: TwoYears) -> None:
    rows = rows_of(owner.get(address("/profit-and-loss", f"{YEAR}&format=csv")))
    assert rows[0] == ["Group", "Account", "Amount", "% of sales"]
    assert ["", "Sales", "20000.00", "100%"] in rows
    assert ["Gross profit", "", "8000.00", "40%"] in rows
    trial = rows_of(owner.get(address("/trial-balance", f"{YEAR}&format=csv")))
    sums = [sum(round(float(row[place] or 0) * 100) for row in trial[1:]) for place in range(2, 8)]
    assert sums[0] == sums[1]
    assert sums[2] == sums[3]
    assert sums[4] == sums[5]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/profit-and-loss?from=31-02-2026", 422),
        ("/balance-sheet?to=0020-01-01", 422),
        ("/profit-and-loss?from=2000-01-01&to=2026-01-01&compare=months", 422),
        ("/profit-and-loss?from=2026-12-31&to=2026-01-01", 200),
        ("/profit-and-loss?to=2025-01-31", 200),
        ("/cash-flow?format=exe", 422),
        ("/ratios?compare=nonsense&layout=zig&detail=zag", 200),
        ("/profit-and-loss?open=" + "x." * 4000, 200),
        ("/profit-and-loss?open=%22%3E%3Cscript%3E", 200),
        ("/trial-balance?q=💰&layout=zig", 200),
        ("/balance-sheet?_external=1&_scheme=ftp", 200),
        ("/balance-sheet?store=x", 404),
        ("/balance-sheet?store=00000000-0000-0000-0000-000000000000", 404),
        ("/group-summary/00000000-0000-0000-0000-000000000000", 404),
    ],
)
def test_addresses_of_every_kind_are_answered(owner: FlaskClient, path: str, status: int) -> None:
    answer = owner.get(path)
    assert answer.status_code == status
    assert "ftp:" not in answer.text
    assert "<script>" not in answer.text


def test_a_search_narrows_the_rows_and_not_the_sums(owner: FlaskClient, traded: TwoYears) -> None:
    whole, found = owner.get(address("/trial-balance")).text, owner.get(address("/trial-balance", f"{YEAR}&q=FRIDGE")).text
    assert ">Fridge<" in found
    assert "Shop expenses" not in found
    foot = re.compile(r"<tfoot.*?</tfoot>", re.DOTALL)
    assert foot.findall(whole) == foot.findall(found) != []
    assert "No account matches this search." in owner.get("/trial-balance?q=nobody").text


@pytest.mark.parametrize("path", SCREENS)
def test_every_statement_speaks_hindi(owner: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch, traded: TwoYears, path: str) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    assert owner.post("/language", data={"language": "hi"}).status_code == 303
    spoken = Spoken()
    spoken.feed(owner.get(address(path, f"{YEAR}&detail=accounts&compare=months")).text.split("<main")[1])
    own = re.compile("Fridge|Depreciation|Second shop")
    assert english([(where, own.sub("", text)) for where, text in spoken.said]) == []
