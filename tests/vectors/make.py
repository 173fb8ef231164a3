"""Make the random vectors again, from a fixed seed: `python tests/vectors/make.py`.

The expected values are the Python reference's own, so these cases prove that JavaScript agrees and that nothing has
moved; that the rule is right is for the cases written by hand and for the property tests.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from tests.vectors.calls import HERE, run  # noqa: E402 - the path is set above when this runs as a program

SEED = 20261121
RATES = (0, 10, 25, 150, 300, 500, 1200, 1800, 2800, 4000)
CESSES = (0, 0, 0, 100, 1200, 2200, 29000)


def files() -> dict[str, str]:
    """Every random vector file by name, as text."""
    return {
        "random_bills.jsonl": _text(_bills(random.Random(SEED))),
        "random_money.jsonl": _text(_money(random.Random(SEED + 1))),
        "random_rates.jsonl": _text(_rates(random.Random(SEED + 2))),
    }


def _text(calls: Iterator[tuple[str, list[Any]]]) -> str:
    rows = []
    for name, arguments in calls:
        case = {"call": name, "with": arguments}
        rows.append(json.dumps(case | run(case), ensure_ascii=False))
    return "\n".join(rows) + "\n"


def _bills(dice: random.Random) -> Iterator[tuple[str, list[Any]]]:
    for _ in range(400):
        lines = [_line(dice) for _ in range(dice.randint(1, 8))]
        scheme = dice.choice(("regular", "regular", "regular", "regular", "composition", "unregistered"))
        supply = dice.choice(("intra", "intra", "inter", "zero_rated"))
        amounts = sum((2 * line[0] * line[1] + 1_000_000) // 2_000_000 - line[3] for line in lines)
        bill_discount = dice.choice((0, 0, amounts // 10, amounts // 7, dice.randint(0, amounts)))
        yield "work_out", [lines, [scheme, supply, bill_discount, dice.choice(("rounds", "exact"))]]


def _line(dice: random.Random) -> list[Any]:
    qty = dice.choice((1000, 1000, 2000, 12000, dice.randint(1, 9999), dice.randint(1, 999_999)))
    price = dice.choice((dice.randint(1, 500) * 100_000, dice.randint(1, 500_000) * 1000, dice.randint(1, 10**9)))
    gross = (2 * qty * price + 1_000_000) // 2_000_000
    discount = dice.choice((0, 0, gross // 10, dice.randint(0, gross)))
    return [qty, price, dice.choice(("plus", "incl")), discount, dice.choice(RATES), dice.choice(CESSES)]


def _money(dice: random.Random) -> Iterator[tuple[str, list[Any]]]:
    for _ in range(120):
        yield "rounded", [dice.randint(-(10**12), 10**12), dice.choice((2, 100, 10_000, 20_000, 11_800, 23_600))]
        weights = [dice.choice((0, dice.randint(1, 10**6))) for _ in range(dice.randint(1, 12))]
        yield "split", [dice.randint(0, 10**7) if any(weights) else 0, weights]
        amount = dice.randint(-(10 ** dice.randint(1, 15)), 10 ** dice.randint(1, 15))
        yield "rupees", [amount]
        yield "amount_in_words", [amount, dice.choice(("en", "hi"))]
        yield "plain_decimal", [amount, dice.choice((2, 3, 5))]
        whole, part = divmod(abs(amount), 1000)
        yield dice.choice(("read_paise", "read_qty", "read_millipaise")), [f"{'-' * (amount < 0)}{whole}.{part:03d}"]


def _rates(dice: random.Random) -> Iterator[tuple[str, list[Any]]]:
    days = ("2017-07-01", "2022-01-01", "2025-09-21", "2025-09-22", "2025-09-23", "2026-11-20", "2027-04-01")
    limits = (100_000_000, 250_000_000)
    for _ in range(200):
        rows: list[list[Any]] = []
        for day in sorted(dice.sample(days, dice.randint(1, 3))):
            overs = [0, *dice.sample(limits, dice.randint(0, 2))]
            rows += [[day, over, dice.choice(RATES), dice.choice(CESSES)] for over in overs]
        dice.shuffle(rows)
        price = max(0, dice.choice(limits) * dice.choice((100, 105, 112, 118)) // 100 + dice.randint(-2, 2))
        yield "rate_on", [["taxable", rows], dice.choice(days), price, dice.choice(("plus", "incl"))]


if __name__ == "__main__":
    for file_name, text in files().items():
        (HERE / file_name).write_text(text, encoding="utf-8")
