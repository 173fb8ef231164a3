"""What schemes take off a bill: pure, and the same in JavaScript (`static/counter/schemes.js`); `tests/vectors` runs both.

Money is paise, quantity thousandths of the base unit, a percentage basis points, all whole. Each line of a bill is a portion of goods
with an amount (quantity × price, rounded to the paisa). Schemes come in order: those on goods by priority, the higher first, then those
on the whole bill; ties by id. Each takes the portions it may, splits one where it needs a part of it, and lessens their amounts; what
comes after sees what is left. A scheme that stands alone takes only what none has taken, and leaves what it took to nobody.

**What is given is shared over the whole set**, in proportion to the amounts, and not put on one free line at nothing. CBIC Circular
92/11/2019-GST: "buy one, get one free" is two goods supplied for the price of one. The discount stands on the bill, so the value of each
line is less by its share (CGST Act s.15(3)(a)), and whoever brings back one piece of a set gets back what was truly paid for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from webapp.kernel.money import rounded, split
from webapp.kernel.records import dataclass

ONE = 10_000  # 100 % in basis points
EVERY_DAY = 127
_FREE, _SHARED, _ALONE = 0, 1, 2


class Kind(StrEnum):
    """How a scheme reckons."""

    FREE = "free"  # buy some, get some at a percentage off, or free
    BUNDLE = "bundle"  # certain goods together at one price
    OFF = "off"  # less, from a quantity on, on goods of a kind
    BILL = "bill"  # less, from a sum on, on the whole bill


class Goods(NamedTuple):
    """Which goods are meant: named items, a category, a brand; none of these is all there are. Ids are written as text."""

    items: frozenset[str] = frozenset()
    category: str = ""
    brand: str = ""

    def has(self, item: str, category: str, brand: str) -> bool:
        if self.items:
            return item in self.items
        return self.category in ("", category) and self.brand in ("", brand)


_ALL = Goods()


class Step(NamedTuple):
    """From a quantity (of a bill: an amount) on, so much off: a percentage, or paise (of goods: of each base unit)."""

    least: int
    off_bp: int = 0
    off_paise: int = 0


@dataclass(frozen=True, slots=True)
class Scheme:
    """A scheme as it reckons. `days` has a bit for each day of the week, Monday the first; no `stores` and no `lists` are all.
    `most` is how often its set is given on one bill, 0 without end."""

    id: str
    name: str
    kind: Kind
    starts_on: str = "2017-07-01"
    ends_on: str | None = None
    days: int = EVERY_DAY
    stores: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    priority: int = 0
    is_alone: bool = False
    most: int = 0
    goods: Goods = _ALL
    buy: int = 0
    get: int = 0
    gives: Goods | None = None  # None: of the same goods
    off_bp: int = ONE
    parts: tuple[tuple[str, int], ...] = ()
    price: int = 0
    steps: tuple[Step, ...] = ()

    def stands(self, day: date, store: str, price_list: str | None) -> bool:
        """Whether it may be used on a day in a store, by who buys by a price list (None: by none)."""
        is_time = self.starts_on <= day.isoformat() and (self.ends_on is None or day.isoformat() <= self.ends_on)
        is_place = not self.stores or store in self.stores
        is_buyer = not self.lists or (price_list is not None and price_list in self.lists)
        return is_time and bool(self.days >> day.weekday() & 1) and is_place and is_buyer


class Line(NamedTuple):
    """A line of a bill before schemes. One that is not open has a price or discount given by hand: it is left out of every scheme."""

    item: str
    category: str
    brand: str
    qty: int
    amount: int
    is_open: bool = True


class Off(NamedTuple):
    """What a scheme takes off a line: its place from 0, in paise, more than nothing."""

    line: int
    scheme: str
    paise: int


@dataclass(slots=True)
class _Portion:
    """A part of a line that is treated alike."""

    line: int
    item: str
    category: str
    brand: str
    qty: int
    amount: int
    state: int = _FREE

    def worth(self) -> int:
        """The price of one unit in millionths, to tell the dear from the cheap."""
        return self.amount * 1_000_000 // self.qty


def worked(lines: Sequence[Line], schemes: Iterable[Scheme]) -> tuple[Off, ...]:
    """What schemes that stand take off each line, by line and then in the order of schemes. Never more than a line's amount.

    The order in which goods were scanned changes nothing: lines are taken by item, quantity and amount.
    """
    basket = _Basket(lines)
    found: list[Off] = []
    for scheme in sorted(schemes, key=lambda one: (one.kind is Kind.BILL, -one.priority, one.id)):
        taken = _REMEDIES[scheme.kind](basket, scheme)
        sums: dict[int, int] = {}
        for portion, paise in taken:
            portion.amount -= paise
            portion.state = _ALONE if scheme.is_alone else _SHARED
            sums[portion.line] = sums.get(portion.line, 0) + paise
        found += [Off(line, scheme.id, paise) for line, paise in sums.items() if paise]
    return tuple(sorted(found, key=lambda off: off.line))


class _Basket:
    """The portions of a bill, in an order that does not hang on how it was scanned."""

    def __init__(self, lines: Sequence[Line]) -> None:
        order = sorted((place for place, line in enumerate(lines) if line.is_open and line.qty > 0), key=lambda place: _key(lines[place]))
        self.portions = [_Portion(place, *lines[place][:5]) for place in order]

    def open_to(self, scheme: Scheme, goods: Goods) -> list[_Portion]:
        """Those a scheme may take, of some goods."""
        most = _FREE if scheme.is_alone else _SHARED
        return [one for one in self.portions if one.state <= most and goods.has(one.item, one.category, one.brand)]

    def take(self, pool: Sequence[_Portion], want: int, *, dear: bool) -> tuple[list[_Portion], list[_Portion]]:
        """`want` of a pool that has as much, the dearest or the cheapest first: those, and what is left of the pool."""
        taken, left = [], []
        for portion in sorted(pool, key=lambda one: -one.worth() if dear else one.worth()):
            if want <= 0:
                left.append(portion)
                continue
            if portion.qty > want:
                left.append(self._split(portion, want))
            want -= portion.qty
            taken.append(portion)
        return taken, left

    def _split(self, portion: _Portion, qty: int) -> _Portion:
        """Leave `qty` in a portion; the rest is a portion of its own, right behind it."""
        amount, rest = split(portion.amount, [qty, portion.qty - qty])
        other = _Portion(portion.line, portion.item, portion.category, portion.brand, portion.qty - qty, rest, portion.state)
        portion.qty, portion.amount = qty, amount
        place = next(place for place, one in enumerate(self.portions) if one is portion)
        self.portions.insert(place + 1, other)
        return other


Taken = list[tuple[_Portion, int]]


def _key(line: Line) -> tuple[str, int, int]:
    return line.item, line.qty, line.amount


def _free(basket: _Basket, scheme: Scheme) -> Taken:
    """For each `buy` bought, `get` at a percentage off. Of the dearest sets of the goods the cheapest are given."""
    pool = basket.open_to(scheme, scheme.goods)
    if scheme.gives is None:
        sets = _bounded(_qty(pool) // (scheme.buy + scheme.get), scheme)
        together, _rest = basket.take(pool, sets * (scheme.buy + scheme.get), dear=True)
        given, bought = basket.take(together, sets * scheme.get, dear=False)
    else:
        ids = {id(one) for one in pool}
        gifts = [one for one in basket.open_to(scheme, scheme.gives) if id(one) not in ids]
        sets = _bounded(min(_qty(pool) // scheme.buy, _qty(gifts) // scheme.get), scheme)
        bought, _rest = basket.take(pool, sets * scheme.buy, dear=True)
        given, _rest = basket.take(gifts, sets * scheme.get, dear=False)
    return _shared([*bought, *given], rounded(_amount(given) * scheme.off_bp, ONE))


def _bundle(basket: _Basket, scheme: Scheme) -> Taken:
    """Certain goods together at one price; nothing where they cost less apart."""
    pools = [(basket.open_to(scheme, Goods(frozenset({item}))), qty) for item, qty in scheme.parts]
    sets = _bounded(min((_qty(pool) // qty for pool, qty in pools), default=0), scheme)
    together = [one for pool, qty in pools for one in basket.take(pool, sets * qty, dear=True)[0]]
    return _shared(together, max(_amount(together) - sets * scheme.price, 0))


def _off(basket: _Basket, scheme: Scheme) -> Taken:
    """Less on all of the goods, by the greatest quantity reached."""
    pool = basket.open_to(scheme, scheme.goods)
    step = _reached(scheme.steps, _qty(pool))
    if step is None:
        return []
    offs = [
        rounded(one.amount * step.off_bp, ONE) if step.off_bp else min(rounded(step.off_paise * one.qty, 1000), one.amount) for one in pool
    ]
    return [(one, paise) for one, paise in zip(pool, offs, strict=True) if paise]


def _bill(basket: _Basket, scheme: Scheme) -> Taken:
    """Less on the whole bill, by the greatest sum reached after what came before."""
    pool = basket.open_to(scheme, scheme.goods)
    amount = _amount(pool)
    step = _reached(scheme.steps, amount)
    if step is None:
        return []
    return _shared(pool, rounded(amount * step.off_bp, ONE) if step.off_bp else min(step.off_paise, amount))


_REMEDIES: Mapping[Kind, Callable[[_Basket, Scheme], Taken]] = {Kind.FREE: _free, Kind.BUNDLE: _bundle, Kind.OFF: _off, Kind.BILL: _bill}


def _qty(pool: Sequence[_Portion]) -> int:
    return sum(one.qty for one in pool)


def _amount(pool: Sequence[_Portion]) -> int:
    return sum(one.amount for one in pool)


def _bounded(sets: int, scheme: Scheme) -> int:
    return min(sets, scheme.most) if scheme.most else sets


def _reached(steps: Sequence[Step], value: int) -> Step | None:
    return max((step for step in steps if step.least <= value), key=lambda step: step.least, default=None) if value > 0 else None


def _shared(portions: Sequence[_Portion], paise: int) -> Taken:
    """A sum over portions by their amounts; nothing to share takes no portion."""
    return list(zip(portions, split(paise, [one.amount for one in portions]), strict=True)) if paise else []


# As a row keeps it and a till is told ------------------------------------------------------------------------------------


def terms_of(scheme: Scheme) -> dict[str, Any]:
    """What a scheme gives, as JSON: only what its kind uses."""
    goods = {"goods": _goods_json(scheme.goods)}
    match scheme.kind:
        case Kind.FREE:
            gives = _goods_json(scheme.gives) if scheme.gives is not None else None
            return {**goods, "buy": scheme.buy, "get": scheme.get, "gives": gives, "bp": scheme.off_bp}
        case Kind.BUNDLE:
            return {"parts": [list(part) for part in scheme.parts], "price": scheme.price}
        case _:
            return {**goods, "steps": [list(step) for step in scheme.steps]}


def as_told(scheme: Scheme) -> dict[str, Any]:
    """A scheme as a till is told it."""
    return {
        "id": scheme.id,
        "name": scheme.name,
        "kind": scheme.kind.value,
        "from": scheme.starts_on,
        "to": scheme.ends_on,
        "days": scheme.days,
        "stores": sorted(scheme.stores),
        "lists": sorted(scheme.lists),
        "priority": scheme.priority,
        "alone": scheme.is_alone,
        "most": scheme.most,
        **terms_of(scheme),
    }


def from_told(told: Mapping[str, Any]) -> Scheme:
    """The scheme that `as_told` tells."""
    gives = told.get("gives")
    return Scheme(
        id=told["id"],
        name=told["name"],
        kind=Kind(told["kind"]),
        starts_on=told["from"],
        ends_on=told["to"],
        days=told["days"],
        stores=frozenset(told["stores"]),
        lists=frozenset(told["lists"]),
        priority=told["priority"],
        is_alone=told["alone"],
        most=told["most"],
        goods=_goods(told.get("goods") or {}),
        buy=told.get("buy", 0),
        get=told.get("get", 0),
        gives=None if gives is None else _goods(gives),
        off_bp=told.get("bp", ONE),
        parts=tuple((item, qty) for item, qty in told.get("parts", ())),
        price=told.get("price", 0),
        steps=tuple(Step(*step) for step in told.get("steps", ())),
    )


def _goods_json(goods: Goods) -> dict[str, Any]:
    if goods.items:
        return {"items": sorted(goods.items)}
    return {name: value for name, value in (("category", goods.category), ("brand", goods.brand)) if value}


def _goods(told: Mapping[str, Any]) -> Goods:
    return Goods(frozenset(told.get("items", ())), told.get("category", ""), told.get("brand", ""))
