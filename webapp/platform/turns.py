"""Who may write the kept totals of a company at the same instant. On SQLite one writer at a time may; here PostgreSQL learns enough of it.

A document that posts one voucher takes its locks in one order: shelves, this turn, its number, the totals. So any number of
them write side by side. One that posts several vouchers cannot (the second wants totals that stand before the first's): it
writes alone. The turn is one lock of the company, held until the transaction ends: shared by the first, alone for the second.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import TextClause, text

from webapp.platform.tenancy import Books

_LOCK = 7236011  # others: 7236001 the migrator, 7236002 the edit log
_MOST = 2**31 - 1
_SHARED = text("select pg_advisory_xact_lock_shared(:lock, :company)")
_ALONE = text("select pg_advisory_xact_lock(:lock, :company)")
_ONE = text("select pg_advisory_xact_lock(:document)")


def write_beside_others(books: Books) -> None:
    """Ask before the first number or total of a document. Waits for whoever writes alone; costs nothing when asked again."""
    if not books.pending.turns:
        _ask(books, _SHARED, "shared")


def write_alone(books: Books) -> None:
    """Ask before the first number or total of a document of several vouchers, and never after `write_beside_others`: two that
    both want more than they share would wait for each other."""
    if "alone" not in books.pending.turns:
        _ask(books, _ALONE, "alone")


def write_one(books: Books, document_id: UUID) -> None:
    """Ask before anything else where a document may come twice at the same instant: the second waits, then finds the first."""
    if books.connection.dialect.name == "postgresql":
        books.connection.execute(_ONE, {"document": int.from_bytes(document_id.bytes[-8:], signed=True)})


def _ask(books: Books, statement: TextClause, turn: str) -> None:
    books.pending.turns.add(turn)
    if books.connection.dialect.name == "postgresql":
        books.connection.execute(statement, {"lock": _LOCK, "company": books.company_id % _MOST})
