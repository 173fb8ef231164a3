"""Customers and suppliers as screens show them: pages of a list, rows for export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, select, tuple_

from webapp.kernel.places import read_key, write_key
from webapp.parties.models import Party
from webapp.parties.queries import COLUMNS, PartyRow, has_words
from webapp.platform import audit
from webapp.platform.exports import Rupees
from webapp.platform.tenancy import Books
from webapp.tax.rules import STATES

PAGE = 50
SORTS: Mapping[str, tuple[Any, bool, str]] = {  # by what, whether the highest stands first, and the row's name for it
    "name": (Party.name, False, "name"),
    "-name": (Party.name, True, "name"),
    "-changed": (Party.rev, True, "rev"),
}


class Filters(NamedTuple):
    """What a list shows. `kind` is "customer", "supplier" or ""; `state` is "" (in use), "archived" or "all"."""

    text: str = ""
    kind: str = "customer"
    state_code: str = ""
    credit: str = ""  # "limit": those with a credit limit or days
    state: str = ""
    sort: str = "name"


class Page(NamedTuple):
    """Some rows of a list, and the keys before and after them; None where nothing is there."""

    rows: list[PartyRow]
    before: str | None
    after: str | None


def list_parties(books: Books, filters: Filters, *, after: str = "", before: str = "", most: int = PAGE) -> Page:
    """A page of parties, by the key of the row before it or after it. A key that is none of ours begins at the beginning."""
    column, is_falling, _name = SORTS.get(filters.sort, SORTS["name"])
    backwards = bool(before) and not after
    falls = is_falling != backwards
    query = select(*COLUMNS, Party.rev).where(*_wanted(filters))
    key = read_key(before if backwards else after, column.type.python_type)
    if key is not None:
        place = tuple_(column, Party.id)
        query = query.where(place < key if falls else place > key)
    order = (column.desc(), Party.id.desc()) if falls else (column, Party.id)
    found = books.session.execute(query.order_by(*order).limit(most + 1)).all()
    more, found = len(found) > most, found[:most]
    if backwards:
        found = found[::-1]
    has_before, has_after = (more, True) if backwards else (key is not None, more)
    return Page(
        [PartyRow(*row[:-1]) for row in found],
        before=_token(found[0], filters.sort) if found and has_before else None,
        after=_token(found[-1], filters.sort) if found and has_after else None,
    )


def matching_ids(books: Books, filters: Filters, most: int) -> list[UUID]:
    """The ids of the parties that a list shows on all its pages, at most so many."""
    return list(books.session.scalars(select(Party.id).where(*_wanted(filters)).order_by(Party.name, Party.id).limit(most)))


def has_parties(books: Books) -> bool:
    """Whether the company has any party at all."""
    return books.session.scalar(select(Party.id).limit(1)) is not None


def history(books: Books, party_id: UUID) -> list[Any]:
    """The last changes of a party, the newest first."""
    entry = audit.EditLogEntry
    query = (
        select(entry.at, entry.user_name, entry.action, entry.old, entry.new)
        .where(entry.entity == "party", entry.entity_id == str(party_id))
        .order_by(entry.seq.desc())
        .limit(20)
    )
    return list(books.session.execute(query))


EXPORT_HEADINGS = (
    "Name",
    "Name in Hindi",
    "Customer",
    "Supplier",
    "Phone",
    "Email",
    "GSTIN",
    "State code",
    "State",
    "Address",
    "City",
    "PIN code",
    "Credit limit",
    "Credit days",
    "Archived",
)


def export_rows(books: Books, filters: Filters) -> Iterator[list[Any]]:
    """Every party of a list, in its order, a page at a time."""
    after: str | None = ""
    while after is not None:
        page = list_parties(books, filters, after=after, most=500)
        for row in page.rows:
            yield [
                row.name,
                row.local_name,
                row.is_customer,
                row.is_supplier,
                row.phone.removeprefix("+91"),
                row.email,
                row.gstin,
                row.state_code,
                STATES.get(row.state_code, ""),
                row.address.replace("\n", ", "),
                row.city,
                row.pin_code,
                None if row.credit_limit_paise is None else Rupees(row.credit_limit_paise),
                row.credit_days,
                row.archived,
            ]
        after = page.after


def _wanted(filters: Filters) -> list[ColumnElement[bool]]:
    wanted: list[Any] = [*has_words(filters.text)]
    if filters.kind == "customer":
        wanted.append(Party.is_customer)
    elif filters.kind == "supplier":
        wanted.append(Party.is_supplier)
    if filters.state_code:
        wanted.append(Party.state_code == filters.state_code)
    if filters.credit:
        wanted.append(Party.credit_limit_paise.is_not(None) | (Party.credit_days > 0))
    if filters.state == "archived":
        wanted.append(Party.archived_at.is_not(None))
    elif filters.state != "all":
        wanted.append(Party.archived_at.is_(None))
    return wanted


def _token(row: Any, sort: str) -> str:
    value = getattr(row, SORTS.get(sort, SORTS["name"])[2])
    return write_key(value, row.id)
