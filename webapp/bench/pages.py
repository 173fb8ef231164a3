"""Pages of reports over a million journal lines, drawn through the whole stack: what a busy shop's accountant waits for."""

from __future__ import annotations

import re
from functools import partial
from html import unescape
from pathlib import Path

from flask.testing import FlaskClient

from webapp.bench.ground import bench_app, cpu_ms, median, must_verify, part, signed_in_client
from webapp.bench.reports import LINES, company_of
from webapp.bench.run import Row
from webapp.kernel.errors import keep_promise

CUSTOMERS = 2_000
_DAYS = "from=2025-04-01&to=2026-03-31"
_OLDER = re.compile(r'href="([^"]*[?&](?:older|after)=[^"]+)"')
_TURNS = 20  # pages gone through on foot: the pages of a list by key cost the same wherever they are


def measure(folder: Path, scale: int) -> list[Row]:
    """The pages' rows: CPU milliseconds of one page each. The list's later pages are reached by its own links."""
    ground, cash = company_of(folder, LINES * scale // 100, CUSTOMERS * scale // 100)
    app, _settings = bench_app(ground, folder)
    client = signed_in_client(app, ground)
    times = part(7, scale, least=3)
    addresses = {
        "trial_balance": f"/trial-balance?{_DAYS}",
        "trial_balance_mid_month": "/trial-balance?from=2025-04-10&to=2026-03-17",
        "trial_balance_months": f"/trial-balance?{_DAYS}&compare=months",
        "profit_and_loss": f"/profit-and-loss?{_DAYS}",
        "profit_and_loss_months": f"/profit-and-loss?{_DAYS}&compare=months",
        "balance_sheet": "/balance-sheet?to=2026-03-31",
        "schedule_iii": "/schedule-iii?to=2026-03-31",
        "equity": "/equity?to=2026-03-31&compare=last-year",
        "cash_flow": f"/cash-flow?{_DAYS}",
        "cash_flow_direct": f"/cash-flow?{_DAYS}&method=direct",
        "fund_flow": f"/fund-flow?{_DAYS}",
        "ratios": f"/ratios?{_DAYS}",
        "day_book_newest": f"/day-book?{_DAYS}",
        "day_book_later": _walked(client, f"/day-book?{_DAYS}"),
        "day_book_oldest": f"/day-book?{_DAYS}&newer=20250331.{'0' * 32}",
        "ledger_newest": f"/accounts/{cash}?{_DAYS}",
        "ledger_oldest": f"/accounts/{cash}?{_DAYS}&after=20250331.{'0' * 32}.1",
        "ledger_of_a_store": f"/accounts/{cash}?{_DAYS}&store={ground.store_id}",
        "receivables": "/receivables?on=2026-03-31",
        "open_bills": "/open-bills?side=receivable&on=2026-03-31",
        "exceptions": f"/exceptions?{_DAYS}",
        "sales_register": f"/sales-register?{_DAYS}&compare=last-year",
    }
    rows = []
    for name, address in addresses.items():
        keep_promise(client.get(address).status_code == 200, f"{address} answers")
        took = median([cpu_ms(partial(_drawn, client, address)) for _ in range(times)])
        rows.append(Row(f"page_{name}_ms", took, "ms", times))
    must_verify(ground.actor)
    return rows


def _drawn(client: FlaskClient, address: str) -> bytes:
    return client.get(address).get_data()


def _walked(client: FlaskClient, address: str) -> str:
    """The address of the page some turns on."""
    for _ in range(_TURNS):
        found = _OLDER.search(client.get(address).text.split("<main", 1)[-1])
        if found is None:
            break
        address = unescape(found[1])
    return address
