"""Every report an accountant is promised, and what each must offer: days, comparison, store, cost centre, drill-down, files.

One table, so that a report that loses one of them, or a new one that never had it, is seen here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.budgets.test_budgets import budget, of_account
from tests.company.test_stores import make_store
from tests.ground.shops import Shop
from tests.reports.ledgers import Ledgers
from webapp import company, ledger
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise
from webapp.kernel.posting import CostShare, Line, Slip, credit, debit
from webapp.ledger import Heading
from webapp.platform.tenancy import open_books

YEAR = "from=2026-04-01&to=2026-11-20"
ALL = ("previous", "last-year", "months")


@dataclass(frozen=True)
class Report:
    """A report: its address, a figure or name it shows, where its figures lead, and what narrows and compares it.

    `days` are the fields of its form; `compare` what it is compared with; `centre`, where a cost centre can bear of it.
    """

    path: str
    shows: str
    leads: str
    days: tuple[str, ...] = ("from", "to")
    compare: tuple[str, ...] = ()
    store: bool = True
    centre: bool = False
    more: str = field(default=YEAR)


AS_AT = ("to",)
# A list of lines has nothing to compare; of a month it is asked by its days. What stands on a balance sheet no cost centre bears.
REPORTS: dict[str, Report] = {
    "day book": Report("/day-book", "70.00", "/vouchers/", centre=True),
    "ledger": Report("/accounts/{expenses}", "Brought forward", "/vouchers/"),
    "cash book": Report("/accounts/{cash}", "Brought forward", "/vouchers/"),
    "bank book": Report("/accounts/{bank}", "Brought forward", "/vouchers/"),
    "trial balance": Report("/trial-balance", "Customers", "/accounts/", compare=ALL),
    "trial balance, flat": Report("/trial-balance?layout=flat", "Customers", "/accounts/", compare=ALL),
    "profit and loss": Report("/profit-and-loss?detail=accounts", "Shop expenses", "/accounts/", compare=ALL, centre=True),
    "profit and loss, horizontal": Report("/profit-and-loss?layout=sides", "Indirect Expenses", "/group-summary/", compare=ALL, centre=True),
    "balance sheet": Report("/balance-sheet", "Current Assets", "/group-summary/", AS_AT, ("last-year", "months")),
    "balance sheet, horizontal": Report("/balance-sheet?layout=sides", "Current Assets", "/group-summary/", AS_AT, ("last-year", "months")),
    "Schedule III": Report("/schedule-iii", "Trade receivables", "/accounts/", AS_AT),  # it always compares with the year before
    "capital": Report("/equity", "Total", "/accounts/", AS_AT, ("last-year",)),
    "cash flow, indirect": Report("/cash-flow", "Cash", "/", compare=ALL),
    "cash flow, direct": Report("/cash-flow?method=direct", "Cash", "/", compare=ALL),
    "fund flow": Report("/fund-flow", "Working capital", "/", compare=ALL),
    "ratios": Report("/ratios", "Current ratio", "/", compare=ALL),
    "receivables": Report("/receivables", "Ravi", "/outstandings/", ("on",)),
    "payables": Report("/payables", "Mill", "/outstandings/", ("on",)),
    "ageing by due date": Report("/open-bills?side=receivable", "Ravi", "/", ("on",)),
    "party statement": Report("/outstandings/{ravi}", "Ravi", "/vouchers/", store=False),
    "sales register": Report("/sales-register", "Nov", "step=", compare=("previous", "last-year")),
    "purchase register": Report("/purchase-register", "No purchase", "/", compare=("previous", "last-year")),
    "cost centres": Report("/cost-centre-report", "Van", "/cost-centre-report/", centre=False),
    "lines of a cost centre": Report("/cost-centre-report/{van}", "70.00", "/vouchers/"),
    "budget variance": Report("/budgets/{budget}/variance", "Shop expenses", "/", ("to",), centre=True),
    "exceptions": Report("/exceptions", "Days with less than no cash", "/accounts/", store=False),
}  # fmt: skip


@pytest.fixture
def addresses(sharma: Shop) -> dict[str, UUID]:
    """A shop with two stores, a cost centre, a budget, and something to see in each report; ids by name."""
    books_of = Ledgers(sharma.actor)
    pune = make_store(sharma, "Pune", "PUN")
    ravi, mill = books_of.customer("Ravi"), books_of.customer("Mill", is_customer=False, is_supplier=True)
    day = date(2026, 11, 3)
    books_of.post(day, ("debtors", 500_00, ravi), ("sales", -500_00), kind="sales")
    books_of.post(day, ("expenses", 90_00), ("creditors", -90_00, mill))
    books_of.post(day, ("bank", 1000_00), ("capital", -1000_00), kind="receipt")
    with open_books(sharma.actor) as books:
        heads = ledger.heads(books)
        van = ledger.create_cost_centre(books, "Van").id
        rent = Line(heads["expenses"], Paise(70_00), None, (CostShare(van, Paise(70_00)),))
        heading = Heading("payment", "PY/1", day, pune, "journal", new_id())
        ledger.post(books, voucher_id=new_id(), heading=heading, slip=Slip((rent, credit(heads["cash"], 70_00))))
        ledger.post(
            books,
            voucher_id=new_id(),
            heading=Heading("contra", "CT/1", day, company.default_store(books), "journal", new_id()),
            slip=Slip((debit(heads["bank"], 5_00), credit(heads["cash"], 5_00))),
        )
    made = budget(sharma, of_account(sharma, "expenses", 12_000_00))
    return {
        "expenses": heads["expenses"],
        "cash": heads["cash"],
        "bank": heads["bank"],
        "ravi": ravi,
        "van": van,
        "pune": pune,
        "budget": made,
    }


def address(report: Report, ids: dict[str, UUID], *more: str) -> str:
    path = report.path.format(**ids)
    return f"{path}{'&' if '?' in path else '?'}{'&'.join((report.more, *more))}"


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_offers_what_is_promised(
    browse: Callable[[Shop], FlaskClient], sharma: Shop, addresses: dict[str, UUID], name: str
) -> None:
    report, client = REPORTS[name], browse(sharma)
    page = client.get(address(report, addresses))
    text = html.unescape(page.text)
    assert page.status_code == 200
    assert report.shows in text
    for asked in report.days:
        assert f'name="{asked}"' in text, "the days"
    assert any(report.leads in link for link in re.findall(r'<a [^>]*href="([^"]+)"', text.split("<main", 1)[-1])), "the way down"
    for wanted, begins in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("pdf", b"%PDF")):
        assert f"format={wanted}" in text
        file = client.get(address(report, addresses, f"format={wanted}"))
        assert (file.status_code, file.data[: len(begins)]) == (200, begins), wanted
    for how in report.compare:
        assert f'<option value="{how}"' in text, how
        beside = client.get(address(report, addresses, f"compare={how}"))
        assert beside.status_code == 200
        assert f'<option value="{how}" selected' in beside.text
        assert client.get(address(report, addresses, f"compare={how}", "format=csv")).status_code == 200
    narrowed = [("store", addresses["pune"])] * report.store + [("centre", addresses["van"])] * report.centre
    for field_name, id_ in narrowed:
        assert f'name="{field_name}"' in text, field_name
        of_one = client.get(address(report, addresses, f"{field_name}={id_}"))
        assert of_one.status_code == 200
        assert f'<option value="{id_}" selected' in of_one.text
        assert f"{field_name}={id_}" in html.unescape(of_one.text), "its links and files keep what was chosen"
        assert client.get(address(report, addresses, f"{field_name}={id_}", "format=csv")).status_code == 200
        assert client.get(address(report, addresses, f"{field_name}={new_id()}")).status_code in (200, 404)
