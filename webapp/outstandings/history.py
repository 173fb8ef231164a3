"""Bills with all that ever settled them, day by day: what interest is worked out from."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, or_, select

from webapp.kernel.records import dataclass
from webapp.ledger.models import JournalLine
from webapp.outstandings import lines
from webapp.outstandings.lines import Asked
from webapp.outstandings.models import Allocation
from webapp.outstandings.rules import LineKey, OpenItem
from webapp.platform.tenancy import Books

_PIECE = 400


@dataclass(frozen=True, slots=True)
class LateBill:
    """A bill that was or is open past its due date. `settled` are (paise, from which day, until which or None), those undone too."""

    item: OpenItem
    settled: tuple[tuple[int, date, date | None], ...]


def late_bills(books: Books, asked: Asked, *, since: date) -> list[LateBill]:
    """The bills dated `since` or later that fell due before `asked.on`, and were not settled whole by then; oldest due first."""
    own: Select[*tuple[Any, ...]] = lines.open_lines(books, asked, with_settled=True)
    own = own.where(lines.bill_side(asked), JournalLine.voucher_date >= since)
    each = own.subquery()
    settles = (
        (Allocation.debit_voucher_id, Allocation.debit_line_no)
        if asked.sign > 0
        else (Allocation.credit_voucher_id, Allocation.credit_line_no)
    )
    later = exists().where(settles[0] == each.c.voucher_id, settles[1] == each.c.line_no, Allocation.allocated_on > each.c.due)
    query = select(each).where(each.c.due < asked.on, or_(each.c.left > 0, later)).order_by(each.c.due, each.c.voucher_id, each.c.line_no)
    items = lines.items_of(books.session.execute(query).all())
    held = _settled(books, [item.key for item in items], settles)
    return [LateBill(item, tuple(held.get(item.key, ()))) for item in items]


def _settled(books: Books, keys: list[LineKey], settles: tuple[Any, Any]) -> dict[LineKey, list[tuple[int, date, date | None]]]:
    found: dict[LineKey, list[tuple[int, date, date | None]]] = {}
    voucher, line = settles
    vouchers: list[UUID] = sorted({key.voucher_id for key in keys})
    for start in range(0, len(vouchers), _PIECE):
        query = select(voucher, line, Allocation.amount_paise, Allocation.allocated_on, Allocation.released_on)
        for voucher_id, line_no, amount, since, until in books.session.execute(query.where(voucher.in_(vouchers[start : start + _PIECE]))):
            found.setdefault(LineKey(voucher_id, line_no), []).append((int(amount), since, until))
    return found
