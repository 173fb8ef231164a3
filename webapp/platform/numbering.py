"""Number series: gapless within a financial year, taken inside the transaction that posts, never for drafts.

Rule 46(b), CGST Rules: a consecutive serial number of at most sixteen characters (letters, digits, hyphen, slash),
one or several series, unique for a financial year.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import CheckConstraint, Update, bindparam, select, update
from sqlalchemy.orm import Mapped, mapped_column

from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import BooksError, keep_promise
from webapp.kernel.records import dataclass
from webapp.platform.db import Base
from webapp.platform.rows import insert_once
from webapp.platform.tenancy import Books, CompanyScoped
from webapp.platform.turns import write_beside_others

MOST_CHARACTERS = 16


class NumberSeries(CompanyScoped, Base):
    """One run of numbers: `prefix` + "/" + six digits. `last` is the newest number used."""

    __tablename__ = "number_series"

    prefix: Mapped[str] = mapped_column(primary_key=True)
    document_kind: Mapped[str]
    fy_start_year: Mapped[int]
    last: Mapped[int]

    __table_args__ = (CheckConstraint("last >= 0", name="last_not_negative"),)


@dataclass(frozen=True, slots=True)
class Number:
    """A number taken from a series, and how it is written."""

    prefix: str
    seq: int

    def __str__(self) -> str:
        return f"{self.prefix}/{self.seq:06d}"


def open_series(books: Books, prefix: str, *, document_kind: str, year: FinancialYear) -> None:
    """Start a series at nothing. Safe to repeat, also by two at once."""
    keep_promise(len(f"{prefix}/000000") <= MOST_CHARACTERS, "a number has at most 16 characters")
    if books.session.scalar(select(NumberSeries.prefix).where(NumberSeries.prefix == prefix)) is None:
        write_beside_others(books)
        row = {"prefix": prefix, "document_kind": document_kind, "fy_start_year": year.start_year, "last": 0}
        insert_once(books, NumberSeries, row)


def take_number(books: Books, prefix: str) -> Number:
    """The next number of a series. Its row stays locked until the transaction ends, so no gap can arise."""
    write_beside_others(books)
    taken = books.connection.execute(_take(), {"own": books.company_id, "of": prefix})
    seq = taken.scalar_one_or_none()
    if seq is None:
        raise BooksError(problem=f"There is no number series {prefix}.", fix="Open it in Settings, then try again.")
    return Number(prefix, seq)


def accept_number(books: Books, prefix: str, seq: int) -> bool:
    """Take a number that a till chose, if it is the next one; say whether it was. The row stays locked as in `take_number`."""
    taken = books.connection.execute(_accept(), {"own": books.company_id, "of": prefix, "next": seq, "before": seq - 1})
    return taken.rowcount == 1


@cache
def _take() -> Any:
    """Made once: it runs with every document of the office."""
    own = (NumberSeries.company_id == bindparam("own"), NumberSeries.prefix == bindparam("of"))
    return update(NumberSeries).where(*own).values(last=NumberSeries.last + 1).returning(NumberSeries.last)


@cache
def _accept() -> Update:
    """Made once: it runs with every bill of every till."""
    own = (NumberSeries.company_id == bindparam("own"), NumberSeries.prefix == bindparam("of"), NumberSeries.last == bindparam("before"))
    return update(NumberSeries).where(*own).values(last=bindparam("next"))


def last_number(books: Books, prefix: str) -> int | None:
    """The newest number used in a series, or None when there is no such series."""
    return books.session.scalar(select(NumberSeries.last).where(NumberSeries.prefix == prefix))
