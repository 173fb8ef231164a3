"""The screens themselves: what each role sees, how much each page costs, how filters and files behave."""

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
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from tests.ground.shops import Shop
from tests.reports.ledgers import Ledgers
from tests.sales.trade import CREDIT, Trade
from webapp import ledger
from webapp.platform.audit import EditLogEntry
from webapp.platform.permissions import BUILT_IN, Role
from webapp.platform.tenancy import read_books

Budget = Callable[[int], AbstractContextManager[list[str]]]
SignIn = Callable[[Shop, Role], FlaskClient]
LISTS = ("/day-book", "/accounts", "/trial-balance", "/stock", "/khata")


@pytest.fixture
def shown(trade: Trade) -> dict[str, str]:
    """A shop with one of everything; the address of each screen by name."""
    trade.item("Dal", 118, stock_of=40, cost=60)
    ravi = trade.customer("Ravi Kumar", phone="+919822010023", local_name="रवि कुमार")
    bill = trade.sell(trade.line("Dal", 2), total=236, paid=CREDIT, party_id=ravi)
    with read_books(trade.actor) as books:
        cash = ledger.heads(books)["debtors"]
    return {
        "today": "/today",
        "day_book": "/day-book",
        "voucher": f"/vouchers/{bill.invoice_id}",
        "accounts": "/accounts",
        "account": f"/accounts/{cash}",
        "trial_balance": "/trial-balance",
        "stock": "/stock",
        "item_card": f"/stock/{trade.items['Dal']}",
        "khata": "/khata",
        "party": f"/khata/{ravi}",
        "bill": f"/bills/{bill.invoice_id}",
    }


SCREENS = ("today", "day_book", "voucher", "accounts", "account", "trial_balance", "stock", "item_card", "khata", "party")


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_costs_few_statements(owner: FlaskClient, shown: dict[str, str], max_queries: Budget, name: str) -> None:
    with max_queries(12 if name in ("today", "party") else 9):
        answer = owner.get(shown[name])
    assert answer.status_code == 200


@pytest.mark.parametrize("name", SCREENS)
def test_another_company_sees_nothing_of_it(as_role: SignIn, iyer: Shop, shown: dict[str, str], name: str) -> None:
    stranger = as_role(iyer, Role.OWNER)
    answer = stranger.get(shown[name])
    assert answer.status_code == (404 if re.search(r"[0-9a-f]{8}-", shown[name]) else 200)
    assert "Ravi" not in answer.text
    assert not re.search(r"\bDal\b", answer.text)
    assert "236.00" not in answer.text


@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.parametrize("role", BUILT_IN)
def test_who_may_see_what(as_role: SignIn, sharma: Shop, shown: dict[str, str], name: str, role: Role) -> None:
    answer = as_role(sharma, role).get(shown[name])
    stock = ("stock", "item")
    may = role not in {Role.CASHIER, Role.VIEWER} or name in ("khata", "party") or (role is Role.VIEWER and name.startswith(stock))
    assert answer.status_code == (200 if may else 403)


def test_a_cashier_goes_from_the_khata_to_the_bill_and_takes_no_list_away(as_role: SignIn, sharma: Shop, shown: dict[str, str]) -> None:
    cashier = as_role(sharma, Role.CASHIER)
    page = cashier.get(shown["party"]).text
    assert f'href="{shown["bill"]}"' in page
    assert "/vouchers/" not in page
    assert "format=csv" not in page
    for wanted in ("csv", "xlsx", "pdf"):
        assert cashier.get(f"/khata?format={wanted}").status_code == 403
    assert cashier.get("/ledger-export").status_code == 403


def test_every_figure_drills_down_to_the_bill(owner: FlaskClient, shown: dict[str, str]) -> None:
    ways = [
        ("day_book", shown["voucher"]),
        ("voucher", shown["bill"]),
        ("trial_balance", shown["account"]),
        ("accounts", shown["account"]),
        ("account", shown["voucher"]),
        ("stock", shown["item_card"]),
        ("item_card", shown["bill"]),
        ("khata", shown["party"]),
        ("party", shown["bill"]),
        ("today", "/khata"),
    ]
    for name, target in ways:
        assert target in owner.get(shown[name]).text, (name, target)


@pytest.mark.parametrize("path", [*LISTS, "/today"])
def test_an_empty_screen_says_what_to_do(owner: FlaskClient, path: str) -> None:
    answer = owner.get(path)
    assert answer.status_code == 200
    if path not in ("/accounts", "/today"):
        assert answer.text.count('class="empty') == 1


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/day-book?from=31-02-2026", 422),
        ("/day-book?from=0020-01-01", 422),
        ("/day-book?older=x", 422),
        ("/day-book?older=20261120.zz", 422),
        ("/khata?after=nonsense", 422),
        ("/khata?after=01a1fcd6181777fca2b982cc8e23fcfc.9e99", 422),
        ("/khata?after=01a1fcd6181777fca2b982cc8e23fcfc.१२", 422),
        ("/stock?after=x", 422),
        ("/day-book?format=exe", 422),
        ("/day-book?kind=nonsense&older=", 200),
        ("/day-book?from=2026-12-31&to=2026-01-01", 200),
        ("/stock?q=" + "%25_%27" * 100, 200),
        ("/trial-balance?q=💰&layout=zig", 200),
        ("/day-book?_external=1&_scheme=ftp", 200),
        ("/day-book?q=" + "म" * 5000, 200),
        ("/accounts/00000000-0000-0000-0000-000000000000", 404),
        ("/khata/00000000-0000-0000-0000-000000000000", 404),
        ("/stock/00000000-0000-0000-0000-000000000000", 404),
        ("/vouchers/00000000-0000-0000-0000-000000000000", 404),
        ("/vouchers/00000000-0000-0000-0000-000000000000?format=csv", 404),
    ],
)
def test_addresses_of_every_kind_are_answered(owner: FlaskClient, path: str, status: int) -> None:
    answer = owner.get(path)
    assert answer.status_code == status
    assert "ftp:" not in answer.text


def test_filters_live_in_the_address_and_pages_keep_them(owner: FlaskClient, ledgers: Ledgers) -> None:
    for number in range(60):
        ledgers.post(
            date(2026, 11, 1 + number % 20), ("cash", 100 + number), ("sales", -100 - number), kind="sales", narration="Counter sale"
        )
    page = owner.get("/day-book?from=2026-11-01&to=2026-11-30&kind=sales&q=counter").text
    (following,) = re.findall(r'rel="next" href="([^"]+)"', page)
    assert {"from=2026-11-01", "to=2026-11-30", "kind=sales", "q=counter"} <= set(following.split("?")[1].replace("&amp;", "&").split("&"))
    older = owner.get(following.replace("&amp;", "&")).text
    assert len(re.findall('id="voucher-', page)) == 50
    assert len(re.findall('id="voucher-', older)) == 10
    (back,) = re.findall(r'rel="prev" href="([^"]+)"', older)
    assert len(re.findall('id="voucher-', owner.get(back.replace("&amp;", "&")).text)) == 50
    (as_pdf,) = re.findall(r'href="([^"]+format=pdf)"', page)
    assert {"kind=sales", "q=counter"} <= set(as_pdf.split("?")[1].replace("&amp;", "&").split("&"))


def test_a_reversal_and_its_voucher_name_each_other(owner: FlaskClient, ledgers: Ledgers) -> None:
    posted = ledgers.post(date(2026, 11, 2), ("cash", 100), ("sales", -100), narration="Typed twice")
    reversal = ledgers.reverse(posted, date(2026, 11, 3))
    assert f"/vouchers/{reversal}" in owner.get(f"/vouchers/{posted}").text
    page = owner.get(f"/vouchers/{reversal}").text
    assert f"/vouchers/{posted}" in page
    assert "Reversal of J/00001: typed twice" in page


def rows_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def test_no_cell_of_a_file_is_a_formula(owner: FlaskClient, trade: Trade) -> None:
    trade.item("=cmd|' /C calc'!A0", 10, stock_of=1, cost=1)
    evil = trade.customer("@SUM(1+1)")
    trade.sell(trade.line("=cmd|' /C calc'!A0"), total=10, paid=CREDIT, party_id=evil)
    cells = [cell for path in (*LISTS, f"/khata/{evil}") for row in rows_of(owner.get(f"{path}?format=csv"))[1:] for cell in row]
    cells += [cell for row in rows_of(owner.get("/ledger-export"))[1:] for cell in row]
    assert any("cmd" in cell for cell in cells)
    assert any("SUM" in cell for cell in cells)
    assert [cell for cell in cells if cell[:1] in "=+@\t\r" and cell] == []
    assert [cell for cell in cells if cell.startswith("-") and not re.fullmatch(r"-[0-9.]+", cell)] == []
    book = openpyxl.load_workbook(io.BytesIO(owner.get("/stock?format=xlsx").data))
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)


@pytest.mark.parametrize("name", [name for name in SCREENS if name != "today"])
def test_every_list_leaves_as_csv_xlsx_and_pdf_and_is_logged(owner: FlaskClient, sharma: Shop, shown: dict[str, str], name: str) -> None:
    as_csv, as_xlsx, as_pdf = (owner.get(f"{shown[name]}?format={kind}") for kind in ("csv", "xlsx", "pdf"))
    rows = rows_of(as_csv)
    assert len(rows) >= 2
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx.data)).active
    assert [cell.value for cell in sheet[1]] == rows[0]
    assert sheet.max_row == len(rows)
    reader = PdfReader(io.BytesIO(as_pdf.data))
    text = reader.pages[0].extract_text()
    assert "Sharma Stores" in text
    assert f"Page 1 of {len(reader.pages)}" in text
    for answer in (as_csv, as_xlsx, as_pdf):
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["Cache-Control"] == "no-store"
    with read_books(sharma.actor) as books:
        logged = books.session.execute(
            select(EditLogEntry.new, EditLogEntry.user_name).where(EditLogEntry.action == "export").order_by(EditLogEntry.seq)
        ).all()
    assert [new["format"] for new, _ in logged] == ["csv", "xlsx", "pdf"]


def test_a_file_has_the_whole_list_and_not_the_page(owner: FlaskClient, ledgers: Ledgers) -> None:
    for number in range(70):
        ledgers.post(date(2026, 11, 1 + number % 20), ("cash", 100 + number), ("sales", -100 - number))
    rows = rows_of(owner.get("/day-book?from=2026-11-01&to=2026-11-30&format=csv"))
    assert len(rows) == 71
    assert sum(round(float(row[-1]) * 100) for row in rows[1:]) == sum(range(100, 170))


def test_costs_are_for_those_who_may_read_them(
    as_role: SignIn, sharma: Shop, shown: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from webapp.platform import permissions
    from webapp.platform.permissions import ROLE_PERMISSIONS, Permission

    fewer = ROLE_PERMISSIONS[Role.ACCOUNTANT] - {Permission.ITEM_COST_READ}
    monkeypatch.setitem(permissions.ROLE_PERMISSIONS, Role.ACCOUNTANT, frozenset(fewer))
    accountant, owner = as_role(sharma, Role.ACCOUNTANT), as_role(sharma, Role.OWNER)
    for name in ("stock", "item_card"):
        assert "60.00" in owner.get(shown[name]).text
        page = accountant.get(shown[name])
        assert page.status_code == 200
        assert "60.00" not in page.text
        assert "cost" not in re.sub("costs|cost.centre", "", page.text.lower())  # a cost centre is no cost
        assert not {"Average cost", "Value", "Cost", "Value after"} & set(rows_of(accountant.get(f"{shown[name]}?format=csv"))[0])


def test_the_journal_holds_every_line(owner: FlaskClient, ledgers: Ledgers, iyer: Shop) -> None:
    Ledgers(iyer.actor).post(date(2026, 11, 1), ("cash", 999_00), ("sales", -999_00))
    asha = ledgers.customer("Asha")
    first = ledgers.post(date(2026, 5, 1), ("cash", 118_00), ("sales", -100_00), ("output-cgst", -9_00), ("output-sgst", -9_00))
    ledgers.post(date(2026, 11, 1), ("debtors", 50_05, asha), ("sales", -50_05), narration="=1+1")
    rows = rows_of(owner.get("/ledger-export?format=csv"))
    assert rows[0] == ["Date", "Voucher kind", "Number", "Line", "Account", "Party", "Debit", "Credit", "Narration", "Voucher id"]
    assert rows[1] == ["2026-05-01", "journal", "J/00001", "1", "Cash", "", "118.00", "", "", str(first)]
    assert rows[5][4:9] == ["Customers", "Asha", "50.05", "", "'=1+1"]
    assert len(rows) == 1 + 6
    assert len(rows_of(owner.get("/ledger-export?from=2026-11-01&to=2026-11-30"))) == 1 + 2


def test_htmx_is_sent_the_page_without_its_frame(owner: FlaskClient, shown: dict[str, str]) -> None:
    bare = owner.get(shown["day_book"], headers={"HX-Request": "true"}).text
    assert "<html" not in bare
    assert 'id="vouchers"' in bare


def test_a_document_without_a_screen_has_no_link(owner: FlaskClient, ledgers: Ledgers) -> None:
    posted = ledgers.post(date(2026, 11, 2), ("cash", 100), ("sales", -100))
    page = owner.get(f"/vouchers/{posted}")
    assert page.status_code == 200
    assert "Open the document" not in page.text


def test_the_list_of_items_leads_to_what_is_low(owner: FlaskClient, trade: Trade, as_role: SignIn, sharma: Shop) -> None:
    trade.item("Dal", 118, stock_of=40, cost=60)
    trade.item("Tea", 300, stock_of=0)
    [address] = re.findall(r'href="(/stock[?]state=low)"', owner.get("/items").text)
    said = owner.get(address).text
    assert "Tea" in said
    assert not re.search(r"\bDal\b", said)
    assert "/stock?state=low" not in as_role(sharma, Role.CASHIER).get("/items").text
