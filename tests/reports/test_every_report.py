"""Every report an accountant is promised, and what each must offer: days, comparison, store, cost centre, drill-down, files.

One table, so that a report that loses one of them, or a new one that never had it, is seen here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.budgets.test_budgets import budget, of_account
from tests.company.test_stores import make_store
from tests.ground.shops import Shop
from tests.reports.ledgers import Ledgers
from tests.reports.pages import Table, tables_of
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

    `days` are the fields of its form; `compare` what it is compared with; `centre`, where a cost centre can bear of it;
    `down`, of each column, what its figures are of the page that their row leads to (see `target`).
    """

    path: str
    shows: str
    leads: str
    days: tuple[str, ...] = ("from", "to")
    compare: tuple[str, ...] = ()
    store: bool = True
    centre: bool = False
    more: str = field(default=YEAR)
    down: Mapping[str, str] = field(default_factory=dict)


AS_AT = ("to",)
PAST = ("previous", "last-year", "year-end", "months")
SIDES = {"Debit": "a debit", "Credit": "a credit"}
MONTHS = {"Debit": "debit", "Credit": "credit", "Closing": "closing"}
BALANCES = {name: name.lower() for name in ("Opening Dr", "Opening Cr", "Debit", "Credit", "Closing Dr", "Closing Cr")}
OWN_LINKS = {"outstandings": "closing", "cost-centre-report": "net"}  # what a figure that is a link itself is, by where it leads
AMOUNT, DAY = {"Amount": "closing"}, {"20-Nov-2026": "closing"}
REPORTS: dict[str, Report] = {
    "day book": Report("/day-book", "70.00", "/vouchers/", compare=ALL, centre=True, down={"Amount": "debit"}),
    "day book by month": Report("/day-book?compare=months", "Nov 2026", "/day-book", centre=True, down={"Debits": "amount"}),
    "day book beside a year": Report("/day-book?compare=last-year", "Nov 2025", "/day-book", centre=True, down={"Debits": "amount"}),
    "ledger": Report("/accounts/{expenses}", "Brought forward", "/vouchers/", compare=ALL, centre=True, down=SIDES),
    "ledger by month": Report("/accounts/{expenses}?compare=months", "Nov 2026", "/accounts/", centre=True, down=MONTHS),
    "ledger beside a year": Report("/accounts/{bank}?compare=last-year", "Nov 2025", "/accounts/", centre=True, down=MONTHS),
    "cash book": Report("/accounts/{cash}", "Brought forward", "/vouchers/", compare=ALL, centre=True, down=SIDES),
    "cash book beside the period before": Report("/accounts/{cash}?compare=previous", "Nov 2025", "/accounts/", centre=True, down=MONTHS),
    "bank book": Report("/accounts/{bank}", "Brought forward", "/vouchers/", compare=ALL, centre=True, down=SIDES),
    "trial balance": Report("/trial-balance", "Customers", "/accounts/", compare=ALL, centre=True, down=BALANCES),
    "trial balance, flat": Report("/trial-balance?layout=flat", "Customers", "/accounts/", compare=ALL, centre=True, down=BALANCES),
    "profit and loss": Report("/profit-and-loss?detail=accounts", "Shop expenses", "/accounts/", compare=ALL, centre=True, down=AMOUNT),
    "profit and loss, horizontal": Report(
        "/profit-and-loss?layout=sides", "Indirect Expenses", "/group-summary/", compare=ALL, centre=True, down=AMOUNT
    ),
    "balance sheet": Report(
        "/balance-sheet?detail=accounts", "Current Assets", "/group-summary/", AS_AT, ("last-year", "months"), centre=True, down=DAY
    ),
    "balance sheet, horizontal": Report(
        "/balance-sheet?layout=sides", "Current Assets", "/group-summary/", AS_AT, ("last-year", "months"), centre=True, down=AMOUNT
    ),
    "Schedule III": Report("/schedule-iii", "Trade receivables", "/accounts/", AS_AT, down=DAY),  # it always compares with the year before
    "capital": Report("/equity", "Total", "/accounts/", AS_AT, ("last-year",), down={"Opening": "opening", "Added": "credit", "Taken": "debit"}),
    "cash flow, indirect": Report("/cash-flow", "Cash", "/", compare=ALL, down={"Amount": "net"}),
    "cash flow, direct": Report("/cash-flow?method=direct", "Cash", "/", compare=ALL, down={"Amount": "net"}),
    "fund flow": Report("/fund-flow", "Working capital", "/", compare=ALL, down={"Amount": "net", "Change": "net", "After": "closing"}),
    "ratios": Report("/ratios", "Current ratio", "/", compare=ALL, centre=True),
    "receivables": Report("/receivables", "Ravi", "/outstandings/", ("on",), PAST, centre=True, down={"Balance": "closing"}),
    "receivables beside a day": Report("/receivables?compare=previous", "150.00", "/outstandings/", ("on",), centre=True),
    "overdue by month": Report("/receivables?compare=months&overdue=1", "150.00", "/open-bills", ("on",), centre=True),
    "payables": Report("/payables", "Mill", "/outstandings/", ("on",), PAST, centre=True, down={"Balance": "closing"}),
    "payables by month": Report("/payables?compare=months", "40.00", "/outstandings/", ("on",), centre=True),
    "ageing by due date": Report("/open-bills?side=receivable", "Ravi", "/", ("on",), PAST, centre=True, down={"Amount": "a debit"}),
    "ages beside a day": Report("/open-bills?side=receivable&compare=year-end", "Over 120 days", "/open-bills", ("on",), centre=True),
    "party statement": Report("/outstandings/{ravi}", "Ravi", "/vouchers/", centre=True, down=SIDES),
    "sales register": Report("/sales-register", "Nov", "step=", compare=ALL, centre=True, down={"Total": "total"}),
    "sales register by day": Report("/sales-register?step=day", "03-Nov", "step=", compare=ALL[:2], centre=True, down={"Total": "total"}),
    "sales register beside a year": Report("/sales-register?compare=last-year", "Nov 2025", "step=", centre=True, down={"Total": "total"}),
    "purchase register": Report("/purchase-register", "No purchase", "/", compare=ALL, centre=True),
    "cost centres": Report("/cost-centre-report", "Van", "/cost-centre-report/", compare=ALL, down={"Debit": "debit", "Credit": "credit"}),
    "cost centres beside a year": Report("/cost-centre-report?compare=last-year", "70.00", "/cost-centre-report/"),
    "cost centres by month": Report("/cost-centre-report?compare=months", "Nov 2026", "/cost-centre-report/"),
    "lines of a cost centre": Report("/cost-centre-report/{van}", "70.00", "/vouchers/", down=SIDES),
    "budget variance": Report("/budgets/{budget}/variance", "Shop expenses", "/", ("to",), ("last-year",), centre=True, down={"Actual": "net"}),
    "exceptions": Report("/exceptions", "Days with less than no cash", "/accounts/", centre=True, down={"Amount": "closing"}),
}  # fmt: skip


@pytest.fixture
def addresses(sharma: Shop) -> dict[str, UUID]:
    return fill(sharma)


def fill(sharma: Shop, *, without_cash: bool = False) -> dict[str, UUID]:
    """A shop with two stores, a cost centre, a budget, and something to see in each report; ids by name."""
    books_of = Ledgers(sharma.actor)
    pune = make_store(sharma, "Pune", "PUN")
    ravi, mill = books_of.customer("Ravi"), books_of.customer("Mill", is_customer=False, is_supplier=True)
    day, before = date(2026, 11, 3), date(2026, 3, 10)  # of the year before: what it left is brought forward
    books_of.post(before, ("debtors", 200_00, ravi), ("sales", -200_00), kind="sales")
    books_of.post(before, ("expenses", 40_00), ("creditors", -40_00, mill))
    books_of.post(before, ("bank", 300_00), ("capital", -300_00), kind="receipt")
    books_of.post(date(2026, 6, 30), ("bank", 50_00), ("debtors", -50_00, ravi), kind="receipt")
    books_of.post(day, ("debtors", 500_00, ravi), ("sales", -500_00), kind="sales")
    books_of.post(day, ("expenses", 90_00), ("creditors", -90_00, mill))
    books_of.post(day, ("bank", 1000_00), ("capital", -1000_00), kind="receipt")
    if without_cash:
        books_of.post(day, ("expenses", 25_00), ("capital", -25_00))  # the owner paid: no cash of the shop moved
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


@pytest.mark.parametrize("name", [name for name, report in REPORTS.items() if report.down or "compare=" in report.path])
def test_a_figure_leads_to_what_it_is_made_of(
    browse: Callable[[Shop], FlaskClient], sharma: Shop, addresses: dict[str, UUID], name: str
) -> None:
    """Each figure of a row that leads somewhere is what stands there; of all stores, of one, and of a cost centre."""
    report, client = REPORTS[name], browse(sharma)
    seen: dict[str, dict[str, Any]] = {}
    followed = 0
    narrowed = ["", *([f"store={addresses['pune']}"] * report.store), *([f"centre={addresses['van']}"] * report.centre)]
    for more in narrowed:
        page = client.get(address(report, addresses, *([more] if more else [])))
        assert page.status_code == 200
        tables = tables_of(page.text)
        for wanted, url, figure in links(tables, report.down):
            if url.startswith("#"):
                (note,) = (one for one in tables if one.caption == wanted)
                assert note.total("20-Nov-2026") == figure
            else:
                if url not in seen:
                    seen[url] = target(client, url)
                found = seen[url][wanted]
                assert figure in found if isinstance(found, set) else abs(figure) == abs(found), (more, url, wanted)
            followed += 1
    assert followed, "something leads down"


def links(tables: list[Table], down: Mapping[str, str]) -> Iterator[tuple[str, str, int]]:
    """(what it is there, where, the figure) of each figure that leads somewhere: by its own link, else by its row's nearest before it."""
    for table in tables:
        meant = MONTHS if table.caption == "By month" else down
        for row in table.rows:
            before = ""
            for heading, cell in row.cells:
                amount = cell.paise
                if cell.url and amount is not None:
                    yield OWN_LINKS.get(cell.url.split("/")[1], "still open"), cell.url, amount
                elif cell.url:
                    before = cell.url
                elif before and amount is not None and heading in meant:
                    yield (row.name if before.startswith("#") else meant[heading]), before, amount


def target(client: FlaskClient, url: str) -> dict[str, Any]:
    """What a page that is led to comes to, worked out from its rows alone."""
    page = client.get(url)
    assert page.status_code == 200, url
    tables = [one for one in tables_of(page.text) if not one.caption.startswith(("By month", "Compared"))]
    ledger_of = next((one for one in tables if "Balance" in one.headings), None)
    every = Table(rows=[row for one in tables for row in one.rows], headings=[])
    found: dict[str, Any] = {
        "debit": every.total("Debit"),
        "credit": every.total("Credit"),
        "a debit": {row["Debit"].paise for row in every.rows},
        "a credit": {row["Credit"].paise for row in every.rows},
        "amount": every.total("Amount"),
        "total": every.total("Total"),
        "still open": every.total("Still open"),
    }
    if ledger_of is not None and ledger_of.rows:
        begun = ledger_of.rows[0]["Balance"].paise or 0
        net = ledger_of.total("Debit") - ledger_of.total("Credit")
        assert ledger_of.rows[-1]["Balance"].paise == begun + net, "the running balance"
        found |= {
            "debit": ledger_of.total("Debit"),
            "credit": ledger_of.total("Credit"),
            "opening": begun,
            "closing": begun + net,
            "net": net,
        }
    elif "/group-summary/" in url:
        opening = every.total("Opening Dr") - every.total("Opening Cr")
        net = every.total("Debit") - every.total("Credit")
        assert every.total("Closing Dr") - every.total("Closing Cr") == opening + net
        found |= {"opening": opening, "net": net, "closing": opening + net}
    elif "/outstandings/" in url:
        found |= {"opening": 0, "net": 0, "closing": every.total("Still open")}
    else:
        net = every.total("Debit") - every.total("Credit")
        found |= {"opening": 0, "net": net, "closing": net}
    if "/outstandings/" in url:
        assert found["closing"] == every.total("Still open"), "what is open is the balance"
    return found | {
        f"{name} {side}": max(sign * found[name], 0) for name in ("opening", "closing") for side, sign in (("dr", 1), ("cr", -1))
    }


@pytest.mark.parametrize("method", ["", "&method=direct"])
def test_what_moved_without_cash_is_no_way_down_from_a_flow(browse: Callable[[Shop], FlaskClient], sharma: Shop, method: str) -> None:
    """Capital rose by 1,025.00, of which 1,000.00 was cash: the flow does not lead to a group that says otherwise."""
    fill(sharma, without_cash=True)
    tables = tables_of(browse(sharma).get(f"/cash-flow?{YEAR}{method}").text)
    (capital,) = (row for table in tables for row in table.rows if row.name == "Capital Account")
    assert (capital["Amount"].paise, capital.url) == (1000_00, "")
