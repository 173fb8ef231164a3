"""Papers: a one-page A4 tax invoice in a warm worker and in one just started, and a long statement."""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from webapp import company
from webapp.bench.ground import ITEMS, Ground, a_sale, cpu_ms, median, must_verify, part, prepare
from webapp.bench.run import Row
from webapp.kernel.errors import keep_promise
from webapp.platform import clock, tables_pdf
from webapp.platform.tenancy import open_books, read_books
from webapp.printing import Layout, draw_bill
from webapp.sales import issue

LINES = 10
STATEMENT_ROWS = 4_000


def measure(folder: Path, scale: int) -> list[Row]:
    """The pdf bench's rows."""
    ground = prepare(folder, items=part(ITEMS, scale, least=40))
    with open_books(ground.actor) as books:
        # With a UPI id a QR code stands on each bill.
        company.change_profile(books, {"upi_id": "bench@okbank", "address": "12, Laxmi Road", "city": "Pune", "pin_code": "411030"})
        invoice = issue(books, a_sale(ground, LINES, random.Random(3)))  # noqa: S311 - a basket, not a secret
    times = part(20, scale, least=3)
    with read_books(ground.actor) as books:
        for _ in range(2):
            keep_promise(draw_bill(books, invoice.invoice_id, Layout.A4).startswith(b"%PDF"), "the paper is a PDF")
        warm = [cpu_ms(lambda: draw_bill(books, invoice.invoice_id, Layout.A4)) for _ in range(times)]
    first = [_first(ground, str(invoice.invoice_id)) for _ in range(part(5, scale, least=1))]
    statement = [cpu_ms(lambda: _statement(part(STATEMENT_ROWS, scale, least=40))) for _ in range(3)]
    must_verify(ground.actor)
    return [
        Row("invoice_cpu_ms", median(warm), "ms", len(warm)),
        Row("invoice_first_ms", median(first), "ms", len(first)),
        Row("statement_4000_s", median(statement) / 1000, "s", len(statement)),
    ]


def _first(ground: Ground, invoice_id: str) -> float:
    """The first paper of a process, in that process's own words."""
    command = [sys.executable, "-m", "webapp.bench.first_paper", ground.database_url, str(ground.actor.company_id), invoice_id]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def _statement(rows: int) -> None:
    """A customer's statement, as the reports draw one."""
    columns = (
        tables_pdf.Column("Date", "day", 12),
        tables_pdf.Column("Particulars", "text", 40),
        tables_pdf.Column("Number", "code", 16),
        tables_pdf.Column("Debit", "amount", 14),
        tables_pdf.Column("Credit", "amount", 14),
        tables_pdf.Column("Balance", "amount", 16),
    )
    paper = tables_pdf.Paper("Bench Stores", "Statement", ("01-Apr-2026 to 31-Mar-2027",), columns, ("Total", "", "", 0, 0, 0))
    start = clock.today()
    lines = (
        (start + timedelta(days=n % 365), f"Sales – goods of bill {n}", f"26A1/{n:06d}", n * 1_37 + 100, 0, n * 10_41) for n in range(rows)
    )
    keep_promise(tables_pdf.draw(paper, lines).startswith(b"%PDF"), "the statement is a PDF")
