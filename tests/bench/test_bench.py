"""Each bench runs and says what it promises to say. Never how fast: that is for a quiet machine and docs/benchmarks.md."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

KEYS = {
    "post": {"bill5_cpu_ms", "bill5_vs_raw", "bill5_sql", "bill20_over_bill5", "growth", "backdate300_ms"},
    "reports": {
        "trial_balance_1m_ms",
        "trial_balance_1m_growth",
        "trial_balance_page_1m_ms",
        "pnl_1m_ms",
        "balance_sheet_1m_ms",
        "ledger_page_ms",
        "ledger_export_50k_s",
        "gstr1_50k_s",
    },
    "pages": {
        "page_trial_balance_ms",
        "page_trial_balance_mid_month_ms",
        "page_trial_balance_months_ms",
        "page_profit_and_loss_ms",
        "page_profit_and_loss_months_ms",
        "page_balance_sheet_ms",
        "page_schedule_iii_ms",
        "page_equity_ms",
        "page_cash_flow_ms",
        "page_cash_flow_direct_ms",
        "page_fund_flow_ms",
        "page_ratios_ms",
        "page_day_book_newest_ms",
        "page_day_book_later_ms",
        "page_day_book_oldest_ms",
        "page_ledger_newest_ms",
        "page_ledger_oldest_ms",
        "page_ledger_of_a_store_ms",
        "page_receivables_ms",
        "page_open_bills_ms",
        "page_exceptions_ms",
        "page_sales_register_ms",
    },
    "http": {"list_page_cpu_ms", "list_page_vs_flask", "bare_page_cpu_ms", "list_page_p99_ms", "push_bills_per_s"},
    "counter": {
        "scan_p50_ms",
        "scan_p95_ms",
        "scan_p95_slow_ms",
        "issue_p95_ms",
        "search_ms",
        "js_gz_kb",
        "js_first_line_gz_kb",
        "js_sale_gz_kb",
        "cold_start_ms",
        "cold_start_slow_ms",
    },
    "pdf": {"invoice_cpu_ms", "invoice_first_ms", "statement_4000_s"},
    "import": {"catalogue_20k_s"},
    "all": {"idle_rss_mb"},
}
# Left out where there is no PostgreSQL to measure.
MAY_MISS = {"two_processes_gain"}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("post", marks=pytest.mark.slow),
        "reports",
        pytest.param("pages", marks=pytest.mark.slow),
        pytest.param("http", marks=pytest.mark.machine),
        pytest.param("counter", marks=[pytest.mark.browser, pytest.mark.slow]),
        pytest.param("pdf", marks=pytest.mark.slow),
        "import",
        pytest.param("all", marks=pytest.mark.machine),
    ],
)
def test_a_bench_says_what_it_measured(name: str, folder: Path) -> None:
    rows = said(name, folder)
    assert {row["key"] for row in rows} - MAY_MISS == KEYS[name]
    for row in rows:
        assert set(row) == {"key", "value", "unit", "n"}
        assert isinstance(row["value"], int | float)
        assert row["value"] > 0
        assert row["unit"] in {"ms", "s", "ratio", "count", "1/s", "kB", "MB"}
        assert isinstance(row["n"], int)
        assert row["n"] > 0


def test_it_reads_well_without_json(folder: Path) -> None:
    text = run(folder, "import", "--scale", "1")
    assert text.startswith("catalogue_20k_s ")
    assert text.rstrip().endswith("n=200")


def test_every_key_is_explained() -> None:
    pages = (ROOT / "docs" / "benchmarks.md").read_text()
    missing = {key for keys in KEYS.values() for key in keys if f"`{key}`" not in pages}
    assert not missing, missing


def said(name: str, folder: Path) -> list[dict[str, object]]:
    """The rows of a bench at a hundredth of its size."""
    answer = json.loads(run(folder, name, "--json", "--scale", "1"))
    assert answer["bench"] == name
    rows: list[dict[str, object]] = answer["rows"]
    return rows


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short name: Chromium keeps a socket in it, whose path may have no more than 107 bytes."""
    with tempfile.TemporaryDirectory(dir="/tmp") as made:
        yield Path(made)


def run(folder: Path, *arguments: str) -> str:
    """What `python -m webapp bench …` prints, in a process of its own and a folder that it leaves as it was."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "webapp", "bench", *arguments],
        cwd=ROOT,
        env={**environment, "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=3_000,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert not list(folder.glob("munim-bench-*")), "the bench cleans up after itself"
    return done.stdout
