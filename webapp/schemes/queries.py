"""Schemes as others ask for them: those that stand for a bill, those a till is told, those a list shows; and what one would give."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from webapp.catalogue import SoldItem, sold_like
from webapp.company import stores
from webapp.kernel.errors import NotFound
from webapp.kernel.money import rounded
from webapp.kernel.text import folded
from webapp.platform.tenancy import Books
from webapp.schemes.models import SchemeRow
from webapp.schemes.rules import Goods, Kind, Line, Scheme, as_told, from_told, worked

STATES = ("now", "later", "ended", "archived")


def schemes_standing(books: Books, on: date, store_id: UUID, price_list: UUID | None) -> list[Scheme]:
    """Those that stand on a day in a store, for who buys by a price list. One statement."""
    wanted = str(price_list) if price_list else None
    return [one for one in _read(books, _running(on)) if one.stands(on, str(store_id), wanted)]


def schemes_for_till(books: Books, store_id: UUID) -> list[dict[str, object]]:
    """What a till of a store is told: those that stand today or will, so that a scheme begins and ends without the network."""
    return [as_told(one) for one in _read(books, [_not_over(books.today)]) if not one.stores or str(store_id) in one.stores]


class SchemeCard(NamedTuple):
    """A scheme on a list: as it reckons, and where it stands today."""

    scheme: Scheme
    version: int
    state: str  # one of STATES

    @property
    def first_day(self) -> date:
        return date.fromisoformat(self.scheme.starts_on)

    @property
    def last_day(self) -> date | None:
        return date.fromisoformat(self.scheme.ends_on) if self.scheme.ends_on else None


def all_schemes(books: Books, *, words: str = "", kind: str = "", state: str = "") -> list[SchemeCard]:
    """The schemes by name, at most a few hundred. `state` "" is all that are not archived."""
    texts = folded(words).split()
    cards = [_card(row, books.today) for row in books.session.scalars(select(SchemeRow).order_by(SchemeRow.name, SchemeRow.id))]
    return [
        one
        for one in cards
        if all(text in folded(one.scheme.name) for text in texts)
        and kind in ("", one.scheme.kind.value)
        and (one.state == state if state else one.state != "archived")
    ]


def scheme_card(books: Books, scheme_id: UUID) -> SchemeCard:
    """One scheme. NotFound when this company has none by that id."""
    row = books.session.scalars(select(SchemeRow).where(SchemeRow.id == scheme_id)).first()
    if row is None:
        raise NotFound("scheme")
    return _card(row, books.today)


def store_names(books: Books) -> dict[str, str]:
    """The stores by their ids as text."""
    return {str(one.id): one.name for one in stores(books)}


# What one would give ------------------------------------------------------------------------------------------------------


class Example(NamedTuple):
    """A basket and what it costs by a scheme, in paise: each part is (thousandths, name)."""

    parts: tuple[tuple[int, str], ...]
    before: int
    after: int


def examples(books: Books, scheme: Scheme) -> list[Example]:
    """Baskets that show what a scheme gives at the items' own prices; none where it names goods that there are not."""
    if scheme.kind is Kind.BILL:
        reached = [max(step.least, 1) for step in scheme.steps] or [0]
        return [_bill_example(scheme, amount) for amount in reached]
    if scheme.kind is Kind.BUNDLE:
        ids = [UUID(item) for item, _qty in scheme.parts]
        known = {str(one.id): one for one in sold_like(books, ids=ids, most=len(ids))}
        if len(known) < len(ids):
            return []
        return [_example(scheme, [(known[item], qty) for item, qty in scheme.parts])]
    bought = _first(books, scheme.goods)
    if bought is None:
        return []
    if scheme.kind is Kind.OFF:
        return [_example(scheme, [(bought, max(step.least, 1000))]) for step in scheme.steps]
    if scheme.gives is None:
        return [_example(scheme, [(bought, scheme.buy + scheme.get)])]
    given = _first(books, scheme.gives)
    return [_example(scheme, [(bought, scheme.buy), (given, scheme.get)])] if given is not None and given.id != bought.id else []


def tax_differs(books: Books, scheme: Scheme) -> bool:
    """Whether the goods of a set, or those bought and those given free, are of several tax classes."""
    ids = {item for item, _qty in scheme.parts}
    if scheme.kind is Kind.FREE and scheme.gives is not None:
        ids = set(scheme.goods.items | scheme.gives.items)
    found = sold_like(books, ids=[UUID(item) for item in ids], most=len(ids)) if ids else []
    return len({one.tax_class_id for one in found}) > 1


def _first(books: Books, goods: Goods) -> SoldItem | None:
    ids = [UUID(item) for item in sorted(goods.items)]
    return next(iter(sold_like(books, ids=ids, category=goods.category, brand=goods.brand, most=1)), None)


def _example(scheme: Scheme, wanted: Sequence[tuple[SoldItem, int]]) -> Example:
    lines = [
        Line(str(item.id), item.category, item.brand, qty, rounded(qty * item.packs[0].price_millipaise, 1_000_000)) for item, qty in wanted
    ]
    before = sum(line.amount for line in lines)
    return Example(tuple((qty, item.name) for item, qty in wanted), before, before - _off(lines, scheme))


def _bill_example(scheme: Scheme, amount: int) -> Example:
    goods = scheme.goods
    line = Line(min(goods.items, default=""), goods.category, goods.brand, 1000, amount)
    return Example((), amount, amount - _off([line], scheme))


def _off(lines: Iterable[Line], scheme: Scheme) -> int:
    return sum(off.paise for off in worked(tuple(lines), [scheme]))


# Reading ------------------------------------------------------------------------------------------------------------------


def _running(on: date) -> list[ColumnElement[bool]]:
    return [SchemeRow.starts_on <= on, _not_over(on)]


def _not_over(on: date) -> ColumnElement[bool]:
    return or_(SchemeRow.ends_on.is_(None), SchemeRow.ends_on >= on)


def _read(books: Books, where: Sequence[ColumnElement[bool]]) -> list[Scheme]:
    query = select(SchemeRow).where(SchemeRow.archived_at.is_(None), *where).order_by(SchemeRow.id)
    return [_scheme(row) for row in books.session.scalars(query)]


def _scheme(row: SchemeRow) -> Scheme:
    return from_told(
        {
            "id": str(row.id),
            "name": row.name,
            "kind": row.kind,
            "from": row.starts_on.isoformat(),
            "to": row.ends_on.isoformat() if row.ends_on else None,
            "days": row.days,
            "stores": row.stores,
            "lists": row.lists,
            "priority": row.priority,
            "alone": row.is_alone,
            "most": row.most,
            **row.terms,
        }
    )


def _card(row: SchemeRow, today: date) -> SchemeCard:
    if row.archived_at is not None:
        state = "archived"
    elif row.ends_on is not None and row.ends_on < today:
        state = "ended"
    else:
        state = "later" if row.starts_on > today else "now"
    return SchemeCard(_scheme(row), row.version, state)
