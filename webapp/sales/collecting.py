"""Tax collected at source on bills: which lines bear it, and what the room above does of it (webapp.tds, told by webapp.app)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from webapp.kernel.money import Paise, Qty
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books
from webapp.sales.billed import BilledLine
from webapp.sales.commands import Sale
from webapp.sales.flags import Flag, FlagKind
from webapp.tax.rules import Figures


@dataclass(frozen=True, slots=True)
class Collected:
    """Tax collected on a bill: the law it is by, the rate, what it is of and how much, in paise. `page`: the id of its event;
    `posted_at` when that much was posted, None of what would be collected."""

    law: str
    rate_bp: int
    base: Paise
    amount: Paise
    page: UUID | None
    is_sure: bool
    posted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MoneyBefore:
    """Money a customer paid before the bill of goods on which tax is collected: the voucher it stands on, and what of it was not given
    back, in paise."""

    id: UUID
    number: str
    party_id: UUID
    store_id: UUID
    day: date
    left: Paise


@dataclass(frozen=True, slots=True)
class Collections:
    """What is asked and told. `bears`: whether a line of a kind of goods, with its total and quantity, bears the tax on a day; it reads
    nothing. `kind_of`: the kind a customer is marked with. `begin`: before such a bill writes anything. `issued`: it stands, its
    kinds by line. `touches`: before a return or a cancelling writes anything, whether the bill bears such tax. `changed`: goods came
    back. `expected`: what would be collected. `of`: what is collected on a bill, or on an advance. `kinds_on_receipt`: the kinds of goods
    on which it is collected when the money comes, by name with their words. `advance_taken`: such money stands, of a kind.
    `advance_touches`: before money goes back, whether the voucher bears such tax. `advance_lowered`: so much of it is left."""

    bears: Callable[[str, date, Paise, Qty], bool]
    kind_of: Callable[[Books, UUID], str]
    begin: Callable[[Books], None]
    issued: Callable[[Books, UUID, Mapping[int, str]], None]
    touches: Callable[[Books, UUID], bool]
    changed: Callable[[Books, UUID], None]
    expected: Callable[[Books, UUID, date, Mapping[str, Paise]], Sequence[Collected]]
    of: Callable[[Books, UUID], Sequence[Collected]]
    kinds_on_receipt: Callable[[date], Mapping[str, str]]
    advance_taken: Callable[[Books, MoneyBefore, str], None]
    advance_touches: Callable[[Books, UUID], bool]
    advance_lowered: Callable[[Books, MoneyBefore], None]


_room: Collections | None = None


def use_collections(room: Collections | None) -> None:
    """Have a room above collect. Set once, when the program starts."""
    global _room
    _room = room


def customer_buys(books: Books, party_id: UUID | None) -> str:
    """The kind of goods that all a customer buys is of; "" for most."""
    return _room.kind_of(books, party_id) if _room is not None and party_id is not None else ""


def bearing(sale: Sale, lines: Sequence[BilledLine], figures: Figures, items: Mapping[UUID, Any]) -> Mapping[int, str]:
    """The lines that bear tax collected at source, by number, with their kinds. Reads nothing: the marks of the items stand in what was
    read of them, that of the customer in the sale."""
    if _room is None:
        return {}
    kinds = {number: items[line.item_id].tcs_kind for number, line in enumerate(lines, start=1)}
    found = {number: kind or sale.customer_buys for number, kind in kinds.items() if kind or sale.customer_buys}
    day = sale.invoice_date
    return {no: kind for no, kind in found.items() if _room.bears(kind, day, figures.lines[no - 1].total, lines[no - 1].qty)}


def begin(books: Books, sale: Sale, kinds: Mapping[int, str], lines: Sequence[BilledLine]) -> tuple[Flag, ...]:
    """Before a bill with such lines is written. A flag where it names nobody: the tax is somebody's debt."""
    if not kinds or _room is None:
        return ()
    if sale.party_id is None:
        return (Flag(FlagKind.TCS_NOT_COLLECTED, {"lines": [{"line": no, "name": lines[no - 1].name} for no in kinds]}),)
    _room.begin(books)
    return ()


def issued(books: Books, sale: Sale, kinds: Mapping[int, str]) -> None:
    """The bill stands, and its voucher."""
    if kinds and _room is not None and sale.party_id is not None:
        _room.issued(books, sale.id, kinds)


def touches(books: Books, invoice_id: UUID) -> bool:
    """Before goods of a bill come back, or it is cancelled: whether tax was collected on it, which then follows."""
    return _room is not None and _room.touches(books, invoice_id)


def changed(books: Books, invoice_id: UUID) -> None:
    """Goods of a bill came back."""
    if _room is not None:
        _room.changed(books, invoice_id)


def collected_on(books: Books, invoice_id: UUID) -> Sequence[Collected]:
    """What stands collected on a bill; nothing of most."""
    return _room.of(books, invoice_id) if _room is not None else ()


def expected(books: Books, sale: Sale, lines: Sequence[BilledLine], figures: Figures, items: Mapping[UUID, Any]) -> Sequence[Collected]:
    """What would be collected on a sale as it stands."""
    kinds = bearing(sale, lines, figures, items)
    if not kinds or _room is None or sale.party_id is None:
        return ()
    bases: dict[str, Paise] = {}
    for number, kind in kinds.items():
        bases[kind] = Paise(bases.get(kind, 0) + figures.lines[number - 1].total)
    return _room.expected(books, sale.party_id, sale.invoice_date, bases)


def kinds_on_receipt(day: date) -> Mapping[str, str]:
    """The kinds of goods on which tax is collected when the money comes, with their words."""
    return _room.kinds_on_receipt(day) if _room is not None else {}


def kind_of_advance(books: Books, party_id: UUID, day: date, said: str) -> str:
    """Of which kind money before a bill is: as it was said, else as the customer is marked; "none" says of none."""
    known = kinds_on_receipt(day)
    kind = said or customer_buys(books, party_id)
    return kind if kind in known else ""


def begin_advance(books: Books, kind: str) -> None:
    """Before money of such a kind is written: it will post a second voucher."""
    if kind and _room is not None:
        _room.begin(books)


def advance_taken(books: Books, money: MoneyBefore, kind: str) -> None:
    """The money stands, and its voucher."""
    if kind and _room is not None:
        _room.advance_taken(books, money, kind)


def advance_touches(books: Books, advance_id: UUID) -> bool:
    """Before money of an advance goes back: whether tax was collected on it, which then follows."""
    return _room is not None and _room.advance_touches(books, advance_id)


def advance_lowered(books: Books, money: MoneyBefore) -> None:
    """A part of it, or all, was given back."""
    if _room is not None:
        _room.advance_lowered(books, money)
