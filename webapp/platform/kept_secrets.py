"""Every sealed text in the database, wherever it lies: counted by master key, and wrapped anew under the one in use.

A column that keeps sealed texts says so itself, with what they are sealed for:
`mapped_column(info=sealing.kept_for("gateway {company_id} {provider}"))`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Column, Table, select, update
from sqlalchemy.orm import Session

from webapp.kernel.records import dataclass
from webapp.platform import audit, reach, sealing
from webapp.platform.db import Base
from webapp.platform.permissions import Role
from webapp.platform.sealing import KEPT_FOR, SealBroken
from webapp.platform.tenancy import Actor, Books, open_books, open_directory


@dataclass(frozen=True, slots=True)
class Unopened:
    """A sealed text that no key here opens: it has to be typed again."""

    table: str
    column: str
    company_id: int | None
    key_id: str  # "" for the program's secret


@dataclass(frozen=True, slots=True)
class Renewal:
    """What `renew_all` has done: how many texts it wrapped anew, how many were so already, and which do not open."""

    renewed: int
    current: int
    unopened: tuple[Unopened, ...]


def columns() -> list[tuple[Table, Column[Any], str]]:
    """Every column that keeps sealed texts, with what they are sealed for."""
    reach.load_all()
    return [
        (table, column, column.info[KEPT_FOR])
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if KEPT_FOR in column.info
    ]


def by_key(company_ids: Iterable[int]) -> Counter[str]:
    """How many texts each master key has wrapped the keys of; "" counts those under the program's secret itself."""
    found: Counter[str] = Counter()
    for session, books in _all(company_ids):
        for table, column, _purpose in _those(books):
            found.update(sealing.key_of(text) for text in session.execute(select(column).where(*_filled(table, column, books))).scalars())
    return found


def renew_all(company_ids: Iterable[int]) -> Renewal:
    """Wrap every text under the master key in use, a business at a time, while the program runs; safe to repeat. It stands in the edit log
    of each business. A text that somebody changes meanwhile is left: it was sealed just now, by the key in use."""
    renewed = current = 0
    unopened: list[Unopened] = []
    for session, books in _all(company_ids):
        here = 0
        for table, column, purpose in _those(books):
            for row in session.execute(select(table).where(*_filled(table, column, books))).mappings().all():
                before: str = row[column.name]
                try:
                    after = sealing.renewed(purpose.format(**row), before)
                except SealBroken:
                    unopened.append(Unopened(table.name, column.name, books.company_id if books else None, sealing.key_of(before)))
                    continue
                if after == before:
                    current += 1
                    continue
                this = [key == row[key.name] for key in table.primary_key.columns]
                session.execute(update(table).where(*this, column == before).values({column.name: after}))
                here += 1
        if books and here:
            audit.record(books, "change", "master_key", sealing.keys().current(), new={"secrets": here})
        renewed += here
    return Renewal(renewed, current, tuple(unopened))


def _all(company_ids: Iterable[int]) -> Iterator[tuple[Session, Books | None]]:
    """A transaction for the tables of no company, then one for each company."""
    with open_directory() as directory:
        yield directory, None
    for company_id in company_ids:
        with open_books(Actor(company_id=company_id, role=Role.OWNER, name="console", via="console")) as books:
            yield books.session, books


def _those(books: Books | None) -> list[tuple[Table, Column[Any], str]]:
    return [one for one in columns() if ("company_id" in one[0].columns) == (books is not None)]


def _filled(table: Table, column: Column[Any], books: Books | None) -> list[Any]:
    own = [table.c.company_id == books.company_id] if books else []
    return [*own, column.is_not(None), column != ""]
