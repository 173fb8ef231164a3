"""Flags on bills that stand: raising more of them, and settling one a person has looked at."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import update

from webapp.kernel.errors import Conflict, NotFound
from webapp.platform import audit
from webapp.platform.rows import update_count
from webapp.platform.tenancy import Books
from webapp.sales import cancelling, queries, writing
from webapp.sales.flags import Flag
from webapp.sales.models import InvoiceFlag


def add_flags(books: Books, invoice_id: UUID, found: Sequence[Flag]) -> None:
    """Raise flags on a bill that stands; those of a kind it has already are left as they are. NotFound for no bill."""
    have = {row.kind for row in queries.invoice(books, invoice_id).flags}
    writing.write_flags(books, invoice_id, [flag for flag in found if flag.kind not in have])


def settle_flag(books: Books, invoice_id: UUID, kind: str, settlement: str) -> None:
    """A person has looked at a flag and says what was done. Conflict when somebody has settled it before."""
    row = next((flag for flag in queries.invoice(books, invoice_id).flags if flag.kind == kind), None)
    if row is None:
        raise NotFound("flag")
    settlement = cancelling.require_settlement(settlement)
    open_flag = update(InvoiceFlag).where(InvoiceFlag.invoice_id == invoice_id, InvoiceFlag.kind == kind, InvoiceFlag.settled_at.is_(None))
    if not update_count(books, open_flag.values(settled_at=books.now, settled_by=books.actor.name, settlement=settlement)):
        raise Conflict(problem=f"{row.settled_by or 'Somebody'} has settled this already.", fix="Reload the list.")
    audit.record(books, "settle", "invoice_flag", invoice_id, new={"kind": kind, "settlement": settlement})
