"""How a shop's year goes: which day has how many bills, of how many lines, paid how. Seeded, so that it is the same each time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from webapp.demonstration.goods import CUSTOMERS, GOODS, Good
from webapp.kernel.dates import IST
from webapp.kernel.records import dataclass

# Busier days: the week before Diwali, Ganesh Chaturthi, Gudi Padwa, the first days after pay-day.
# Per cent of a common day.
_FESTIVALS = {(11, day): 190 for day in range(2, 9)} | {(9, day): 140 for day in range(12, 16)} | {(3, 18): 150, (3, 19): 160, (8, 28): 140}
_WEEK = (95, 90, 92, 100, 110, 135, 120)  # Monday to Sunday
_LOOSE_STEPS = (250, 500, 500, 1000, 1000, 1500, 2000)


@dataclass(frozen=True, slots=True)
class PlannedBill:
    """A customer's basket: which goods and how much (thousandths), when, how it is paid and by whom."""

    at: datetime
    basket: tuple[tuple[int, int], ...]  # (place in GOODS, quantity)
    mode: str
    customer: int | None
    comes_back: bool
    is_mistake: bool


def planned_days(last_day: date, bills: int, seed: int) -> Iterator[tuple[date, list[PlannedBill]]]:
    """A year ending on `last_day`, day by day, with about `bills` bills altogether."""
    chance = Random(seed)  # noqa: S311 - plausible trade, not a secret
    days = [last_day - timedelta(days=back) for back in range(364, -1, -1)]
    weights = [_weight(day) for day in days]
    whole = sum(weights)
    promised = made = 0
    for day, weight in zip(days, weights, strict=True):
        promised += bills * weight
        count = promised // whole - made
        made += count
        minutes = sorted(int(chance.triangular(0, 13 * 60, 10 * 60)) for _ in range(count))
        yield day, [_bill(chance, day, minute) for minute in minutes]


def _weight(day: date) -> int:
    pay_day = 115 if day.day <= 7 else 100
    return _WEEK[day.weekday()] * pay_day * _FESTIVALS.get((day.month, day.day), 100)


def _bill(chance: Random, day: date, minute: int) -> PlannedBill:
    at = datetime.combine(day, time(8, 0), IST).astimezone(UTC) + timedelta(minutes=minute)
    places = list(dict.fromkeys(chance.choices(range(len(GOODS)), [good.weekly for good in GOODS], k=_lines(chance))))
    mode = chance.choices(("cash", "upi", "card", "credit"), (46, 41, 4, 9))[0]
    return PlannedBill(
        at=at,
        basket=tuple((place, _quantity(chance, GOODS[place])) for place in places),
        mode=mode,
        customer=chance.randrange(len(CUSTOMERS)) if mode == "credit" else None,
        comes_back=chance.randrange(1000) < 8,
        is_mistake=chance.randrange(1000) < 4,
    )


def _lines(chance: Random) -> int:
    return 1 + sum(chance.randrange(100) < 42 for _ in range(9))


def _quantity(chance: Random, good: Good) -> int:
    if good.unit == "KGS":
        return chance.choice(_LOOSE_STEPS)
    return 1000 * chance.choices((1, 2, 3, 4), (72, 20, 5, 3))[0]
