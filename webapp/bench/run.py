"""`python -m webapp bench <name> [--json]`."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

import click

from webapp.kernel.records import dataclass

NAMES = ("post", "reports", "pages", "http", "counter", "pdf", "import", "all")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: its key, its median, its unit and of how many measurements."""

    key: str
    value: float
    unit: str
    n: int


Measure = Callable[[Path, int], list[Row]]


@click.command("bench")
@click.argument("name", type=click.Choice(NAMES))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--scale", default=100, show_default=True, help="Per cent of the full size; 100 is what the budgets are stated for.")
def measure(name: str, *, as_json: bool, scale: int) -> None:
    """Measure one part of the program. Every company it makes passes verify-books at the end."""
    module = import_module(f"webapp.bench.{_MODULES.get(name, name)}")
    work: Measure = module.measure
    with tempfile.TemporaryDirectory(prefix="munim-bench-") as folder:
        before = pace()
        rows = work(Path(folder), scale)
        click.echo(f"A loop of three million steps took {before:.2f} s of CPU before, {pace():.2f} s after ({QUIET} when quiet).", err=True)
    if as_json:
        click.echo(json.dumps({"bench": name, "rows": [asdict(row) for row in rows]}))
        return
    for row in rows:
        click.echo(f"{row.key:28} {row.value:>12,.3f} {row.unit:6} n={row.n}")


# What the loop takes on the machine of docs/benchmarks.md with nobody else on it. Busy neighbours make every absolute figure larger by
# about as much as they make this one; the ratios stay.
QUIET = 0.12


def pace() -> float:
    """CPU seconds for work that never changes: how fast this machine is at this moment."""
    began, total = time.process_time(), 0
    for number in range(3_000_000):
        total += number * number % 7
    return time.process_time() - began


# `import` is a word of Python's own, and `all` is the memory of everything at rest.
_MODULES = {"import": "imports", "all": "at_rest"}


def run(arguments: list[str]) -> int:
    """Run one bench from its arguments; the exit code."""
    measure.main(args=arguments, prog_name="python -m webapp bench", standalone_mode=False)
    return 0
