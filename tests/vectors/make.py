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
        "random_prices.jsonl": _text(_prices(random.Random(SEED + 4))),
        "random_rates.jsonl": _text(_rates(random.Random(SEED + 2))),
        "random_schemes.jsonl": _text(_baskets(random.Random(SEED + 3))),
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


def _baskets(dice: random.Random) -> Iterator[tuple[str, list[Any]]]:
    for _ in range(500):
        lines = [basket_line(dice) for _ in range(dice.randint(1, 7))]
        yield "worked_schemes", [lines, [scheme(dice, f"s{number}") for number in range(dice.randint(1, 4))]]


ITEMS = {"soap": ("Bath", "Lux"), "paste": ("Bath", "Cibaca"), "dal": ("Grain", ""), "rice": ("Grain", "Daawat"), "tea": ("", "Tata")}


def basket_line(dice: random.Random) -> list[Any]:
    item = dice.choice(sorted(ITEMS))
    qty = dice.choice((1000, 1000, 2000, 3000, 12_000, dice.randint(1, 5000)))
    price = dice.choice((0, 99_00, 40_00, dice.randint(1, 10**5), dice.randint(1, 10**8)))
    return [item, *ITEMS[item], qty, (2 * qty * price + 1000) // 2000, dice.choice(("open", "open", "open", "hand"))]


def scheme(dice: random.Random, id_: str) -> dict[str, Any]:
    kind = dice.choice(("free", "free", "bundle", "off", "bill"))
    told: dict[str, Any] = {"id": id_, "kind": kind, "priority": dice.randint(0, 2), "alone": dice.random() < 0.3}
    told["goods"] = _goods(dice)
    if kind == "free":
        gives = dice.choice((None, None, _goods(dice)))
        told |= {
            "buy": dice.choice((1000, 2000, 1500)),
            "get": dice.choice((1000, 500)),
            "gives": gives,
            "bp": dice.choice((10_000, 5000, 3333)),
        }
    elif kind == "bundle":
        parts = [[item, dice.choice((1000, 2000))] for item in dice.sample(sorted(ITEMS), dice.randint(2, 3))]
        told |= {"parts": parts, "price": dice.choice((1, 99_00, 200_00, 10**7))}
    else:
        least = (0, 1000, 3000) if kind == "off" else (0, 50_00, 500_00)
        told["steps"] = [
            [bound, *dice.choice(((1000, 0), (0, 5_00), (10_000, 0), (333, 0)))] for bound in dice.sample(least, dice.randint(1, 3))
        ]
    return told | ({"most": dice.randint(0, 2)} if kind in ("free", "bundle") else {})


def _goods(dice: random.Random) -> dict[str, Any]:
    named = {"items": dice.sample(sorted(ITEMS), 2)}
    return dict(dice.choice(({}, {"category": "Bath"}, {"brand": "Lux"}, {"category": "Grain", "brand": "Daawat"}, named)))


def _prices(dice: random.Random) -> Iterator[tuple[str, list[Any]]]:
    days = ("2026-11-01", "2026-11-15", "2026-11-21", "2026-12-01")
    for _ in range(300):
        rows = []
        for _row in range(dice.randint(0, 6)):
            first, last = sorted(dice.choices(days, k=2))
            by = f"00000000-0000-4000-8000-00000000000{dice.randint(1, 3)}"
            where = [dice.choice(("own", "all")), dice.choice(("store", "every"))]
            rows.append([dice.randint(0, 5) * 100_000, dice.choice((0, 5000, 12_000)), first, dice.choice((None, last)), *where, by])
        yield "holding_price", [rows, dice.choice((1000, 5000, 12_000)), dice.choice(days)]


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
