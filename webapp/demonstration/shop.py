"""What both halves of the year share: who the shop is, what time it is there, and a voucher in one line."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from uuid import UUID

from stdnum.in_ import gstin

from webapp import company, ledger
from webapp.kernel.dates import IST, FinancialYear
from webapp.kernel.ids import new_id
from webapp.kernel.posting import Line, Slip
from webapp.kernel.records import dataclass
from webapp.ledger import Heading
from webapp.platform import clock
from webapp.platform.numbering import open_series, take_number
from webapp.platform.tenancy import Actor, Books

_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Shop:
    """The shop as founded. `items` stand in the order of GOODS, `customers` in that of CUSTOMERS; `tracked` and `stores` by
    name and code."""

    actor: Actor
    store_id: UUID
    items: tuple[UUID, ...]
    customers: tuple[UUID, ...]
    supplier: UUID
    tracked: Mapping[str, UUID]
    stores: Mapping[str, UUID]


@dataclass(frozen=True, slots=True)
class Desk:
    """The office of the shop, and the documents made there of which later ones are made."""

    shop: Shop
    last_day: date
    made: dict[str, UUID]


def hash_of(*parts: object) -> str:
    """What stands for the hash of a form nobody sent."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def gstin_of(stem: str) -> str:
    """A GSTIN whose last character fits: `stem` is the first fourteen."""
    return next(stem + sign for sign in _SIGNS if gstin.is_valid(stem + sign))


def set_clock(day: date, hour: int, minute: int = 0) -> None:
    """From here on it is that hour in India."""
    moment = datetime.combine(day, time(hour, minute), IST).astimezone(UTC)
    clock.use(lambda: moment)


def write_voucher(books: Books, kind: str, day: date, words: str, lines: list[Line], voucher_id: UUID | None = None) -> UUID:
    """Post a voucher with the next number of its kind. Returns its id."""
    year = FinancialYear.of(day)
    prefix = f"{year.start_year % 100:02d}-{kind[:3].upper()}"
    open_series(books, prefix, document_kind=f"ledger_{kind}", year=year)  # no paper of payments: it stands in the ledger alone
    made = voucher_id or new_id()
    heading = Heading(
        kind=kind,
        number=str(take_number(books, prefix)),
        voucher_date=day,
        store_id=company.default_store(books),
        document_kind=kind,
        document_id=made,
        narration=words,
    )
    ledger.post(books, voucher_id=made, heading=heading, slip=Slip(tuple(lines)))
    return made
