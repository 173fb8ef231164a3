"""GSTR-1 of a month of 50,000 invoices: every table worked out and the file written.

The bills come by bulk SQL with their vouchers and payments, because issuing them one by one would take minutes and measure nothing
here; verify-books then holds them to what any company's bills are held to.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from webapp import gst_returns, ledger
from webapp.bench.ground import Ground, cpu_ms, median, must_verify, part, prepare
from webapp.bench.run import Row
from webapp.gst_returns import ReturnPeriod
from webapp.kernel.errors import keep_promise
from webapp.platform import clock, db
from webapp.platform.tenancy import open_books, read_books

INVOICES = 50_000
LINES = 3
BUYERS = 400
GSTIN, SERIES = "27AABCS1234D1ZV", "26GS"
_CODES = (("1905", 500, "PAC"), ("3402", 1800, "NOS"), ("2202", 4000, "BTL"), ("0713", 0, "KGS"), ("8528", 1800, "NOS"))
_TOTALS = """insert or replace into account_balance (company_id, account_id, month, store_id, debit_paise, credit_paise)
    select line.company_id, account_id, cast(strftime('%Y%m', line.voucher_date) as integer), store_id,
        sum(max(amount_paise, 0)), sum(max(-amount_paise, 0))
    from journal_line as line join voucher on voucher.company_id = line.company_id and voucher.id = line.voucher_id
    group by 1, 2, 3, 4"""


def measure(folder: Path, scale: int) -> list[Row]:
    """The row of the return."""
    ground, period = month_of(folder, INVOICES * scale // 100)
    times = part(5, scale, least=3)

    def work() -> None:
        with read_books(ground.actor) as books:
            told = gst_returns.gstr1(books, gst_returns.registration(books, GSTIN), period)
            keep_promise(bool(gst_returns.parts(told)), "the file is written")

    work()
    took = [cpu_ms(work) / 1000 for _ in range(times)]
    must_verify(ground.actor)
    return [Row("gstr1_50k_s", median(took), "s", times)]


def month_of(folder: Path, count: int) -> tuple[Ground, ReturnPeriod]:
    """A shop with so many bills in the newest month that is over."""
    ground = prepare(folder, items=1)
    before = clock.today().replace(day=1) - timedelta(days=1)
    period = ReturnPeriod("month", before.year * 100 + before.month)
    with open_books(ground.actor) as books:
        heads = {code: id_.bytes for code, id_ in ledger.heads(books).items()}
    db.engine().dispose()
    raw = sqlite3.connect(folder / "bench.sqlite3", isolation_level=None)
    raw.execute("pragma synchronous = off")  # the bench's own loading, not the program's
    raw.execute("begin immediate")
    days = (period.days.last_day - period.days.first_day).days + 1
    for number in range(1, count + 1):
        bill = _Bill(ground, number, period.days.first_day + timedelta(days=(number - 1) * days // count))
        for table, rows in bill.rows(heads):
            for row in rows:
                names = ", ".join(row)
                raw.execute(f"insert into {table} ({names}) values ({', '.join('?' * len(row))})", tuple(row.values()))  # noqa: S608 - our names
    series = (ground.actor.company_id, SERIES, "bill", period.days.first_day.year, count)
    raw.execute("insert into number_series (company_id, prefix, document_kind, fy_start_year, last) values (?, ?, ?, ?, ?)", series)
    raw.execute(_TOTALS)
    raw.execute("commit")
    raw.close()
    return ground, period


class _Bill:
    """One bill: four in ten to registered buyers, some of other states, some exported, the rest over the counter."""

    def __init__(self, ground: Ground, number: int, day: date) -> None:
        self.ground, self.number, self.day = ground, number, day
        self.id = (0x01A0 << 112 | 0x7 << 76 | 0x2 << 62 | number).to_bytes(16, "big")
        self.is_registered, self.is_export = number % 5 < 2, number % 50 == 4
        self.is_inter = self.is_export or number % 10 == 1
        self.lines = [self._line(place) for place in range(1, LINES + 1)]

    def rows(self, heads: dict[str, bytes]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        sums = {name: sum(line[name] for line in self.lines) for name in self.lines[0] if name.endswith("_paise") and name != "mrp_paise"}
        own = {"company_id": self.ground.actor.company_id}
        yield "invoice", [own | self._head(sums)]
        yield "invoice_line", [own | line for line in self.lines]
        if self.is_export:
            words = dict.fromkeys(("lut_number", "reference", "terms"), "")
            yield "invoice_supply", [own | words | {"invoice_id": self.id, "destination": "export_paid"}]
        tender = {"invoice_id": self.id, "tender_no": 1, "mode": "cash", "amount_paise": sums["total_paise"], "reference": ""}
        yield "invoice_tender", [own | tender]
        yield "voucher", [own | self._voucher()]
        legs = [("cash", sums["total_paise"]), ("sales", -sums["taxable_paise"])]
        legs += [(f"output-{tax}", -sums[f"{tax}_paise"]) for tax in ("cgst", "sgst", "igst")]
        day = self.day.isoformat()
        yield (
            "journal_line",
            [
                own | {"voucher_id": self.id, "line_no": place, "account_id": heads[code], "amount_paise": amount, "voucher_date": day}
                for place, (code, amount) in enumerate(((code, amount) for code, amount in legs if amount), start=1)
            ],
        )

    def _head(self, sums: dict[str, int]) -> dict[str, Any]:
        buyer = self.number % BUYERS
        party = {"name": f"Buyer {buyer}", "gstin": f"{29 if self.is_inter else 27}AAGCB{buyer:04d}J1Z4"} if self.is_registered else None
        return {
            "id": self.id,
            "kind": "tax_invoice",
            "series": SERIES,
            "seq": self.number,
            "number": f"{SERIES}/{self.number:06d}",
            "invoice_date": self.day.isoformat(),
            "posted_on": self.day.isoformat(),
            "issued_at": _NOW,
            "received_at": _NOW,
            "store_id": self.ground.store_id.bytes,
            "cashier": "Bench",
            "party": json.dumps(party),
            "seller": json.dumps({"name": "Bench Stores", "gstin": GSTIN, "address": "1 Bench Road", "state_code": "27"}),
            "scheme": "regular",
            "supply": "inter" if self.is_inter else "intra",
            "rules_v": 1,
            "note": "",
            "body_sha256": "",
            "place_of_supply": "96" if self.is_export else "29" if self.is_inter else "27",
            "round_off_paise": 0,
            **sums,
        }

    def _line(self, place: int) -> dict[str, Any]:
        hsn, rate, unit = _CODES[(self.number + place * 2) % len(_CODES)]
        taxable = 10_000 + self.number * place % 90_000
        half, igst = (0, taxable * rate // 10_000) if self.is_inter else (taxable * rate // 20_000, 0)
        item, _price = self.ground.items[0]
        return {
            "invoice_id": self.id,
            "line_no": place,
            "item_id": item.bytes,
            "name": f"Good {hsn}",
            "local_name": "",
            "hsn": hsn,
            "unit": unit,
            "qty": 1000,
            "unit_price_millipaise": taxable * 1000,
            "price_includes_tax": 0,
            "rate_bp": rate,
            "cess_bp": 0,
            "treatment": "taxable" if rate else "nil",
            "gross_paise": taxable,
            "discount_paise": 0,
            "bill_discount_paise": 0,
            "taxable_paise": taxable,
            "cgst_paise": half,
            "sgst_paise": half,
            "igst_paise": igst,
            "cess_paise": 0,
            "total_paise": taxable + 2 * half + igst,
            "cost_paise": 0,
            "batch": "",
            "serials": "",
            "moves_stock": 0,
        }

    def _voucher(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": "sales",
            "number": f"{SERIES}/{self.number:06d}",
            "voucher_date": self.day.isoformat(),
            "store_id": self.ground.store_id.bytes,
            "document_kind": "invoice",
            "document_id": self.id,
            "narration": "",
            "fingerprint": "",
            "posted_at": _NOW,
            "posted_by": "Bench",
        }


_NOW = clock.now().replace(tzinfo=None).isoformat(" ")
