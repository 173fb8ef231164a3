"""Parties as a bill, a screen or a till reads them: frozen rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, select

from webapp.kernel.errors import NotFound
from webapp.kernel.text import folded
from webapp.parties.models import Party
from webapp.platform.tenancy import Books

FOR_TILL = 500  # guides of the till: the newest, and everybody who buys on credit


class PartyRow(NamedTuple):
    """A customer or supplier, as it stands."""

    id: UUID
    name: str
    local_name: str
    is_customer: bool
    is_supplier: bool
    phone: str
    email: str
    gstin: str | None
    state_code: str
    address: str
    city: str
    pin_code: str
    credit_limit_paise: int | None
    credit_days: int
    msme: str
    is_composition: bool
    version: int
    archived_at: datetime | None

    @property
    def archived(self) -> bool:
        """Whether it is off the counter's list."""
        return self.archived_at is not None

    def as_buyer(self) -> dict[str, Any]:
        """What a bill keeps of the buyer (Rule 46(d), (e): name, address, GSTIN; state and its code)."""
        return {
            "name": self.name,
            "phone": self.phone,
            "gstin": self.gstin,
            "state_code": self.state_code,
            "address": ", ".join(part for part in (self.address.replace("\n", ", "), self.city, self.pin_code) if part),
        }


COLUMNS = tuple(getattr(Party, name) for name in PartyRow._fields)


def party_or_none(books: Books, party_id: UUID) -> PartyRow | None:
    """The party of this id, or None."""
    row = books.session.execute(select(*COLUMNS).where(Party.id == party_id)).first()
    return PartyRow(*row) if row else None


def party_row(books: Books, party_id: UUID) -> PartyRow:
    """The party of this id. NotFound when this company has none."""
    row = party_or_none(books, party_id)
    if row is None:
        raise NotFound("party")
    return row


def parties_by_id(books: Books, party_ids: Iterable[UUID], *, to_hold: bool = False) -> Mapping[UUID, PartyRow]:
    """Parties by id, in one statement; unknown ids are absent. `to_hold` holds them as `hold_party` does."""
    query = select(*COLUMNS).where(Party.id.in_(list(party_ids)))
    rows = books.session.execute(query.with_for_update(key_share=True) if to_hold else query)
    return {row[0]: PartyRow(*row) for row in rows}


def hold_party(books: Books, party_id: UUID) -> None:
    """Others who hold this party wait until the transaction ends. On SQLite whoever writes is alone already."""
    books.session.execute(select(Party.id).where(Party.id == party_id).with_for_update(key_share=True))


def small_enterprises(books: Books) -> set[UUID]:
    """Parties registered as micro or small enterprises, whose dues Schedule III shows apart (MSMED Act 2006)."""
    return set(books.session.scalars(select(Party.id).where(Party.msme.in_(("micro", "small")))))


def composition_gstins(books: Books) -> set[str]:
    """The GSTINs of those under composition."""
    return set(books.session.scalars(select(Party.gstin).where(Party.is_composition, Party.gstin.is_not(None))))


def search_parties(books: Books, text: str, most: int = 20) -> list[PartyRow]:
    """Parties in use that have every word of `text` in name, phone, GSTIN or city; by name."""
    query = select(*COLUMNS).where(Party.archived_at.is_(None), *has_words(text)).order_by(Party.name, Party.id).limit(most)
    return [PartyRow(*row) for row in books.session.execute(query)]


def has_words(text: str) -> list[ColumnElement[bool]]:
    """Conditions: every word typed stands in the searched text. `%` and `_` typed are only themselves."""
    return [Party.search_text.contains(word, autoescape=True) for word in folded(text).split()[:8]]


class TillParties(NamedTuple):
    """What a till copies of customers: no more than the counter needs, and those it must forget."""

    customers: list[dict[str, Any]]
    gone: list[UUID]


def parties_for_till(books: Books, since_rev: int) -> TillParties:
    """Customers changed after `since_rev`. From the beginning (0): the newest 500 and everyone with a credit limit or terms."""
    wanted = select(Party.id, Party.name, Party.local_name, Party.phone, Party.gstin, Party.state_code, Party.archived_at).where(
        Party.rev > since_rev
    )
    if since_rev:
        rows = books.session.execute(wanted.where(Party.is_customer | Party.archived_at.is_not(None))).all()
    else:
        customers = wanted.where(Party.is_customer, Party.archived_at.is_(None))
        on_credit = books.session.execute(customers.where(Party.credit_limit_paise.is_not(None) | (Party.credit_days > 0))).all()
        newest = books.session.execute(customers.order_by(Party.rev.desc(), Party.id).limit(FOR_TILL)).all()
        rows = list({row.id: row for row in (*newest, *on_credit)}.values())
    here = [row for row in rows if row.archived_at is None]
    return TillParties(
        customers=[
            {
                "id": row.id,
                "name": row.name,
                "local_name": row.local_name,
                "phone": row.phone,
                "gstin": row.gstin,
                "state_code": row.state_code,
            }
            for row in here
        ],
        gone=[row.id for row in rows if row.archived_at is not None],
    )
