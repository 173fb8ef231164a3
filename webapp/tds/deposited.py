"""What was deposited: how the months stand, in one read, for calendars; and what is not taken back any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import and_, case, func, select

from webapp.kernel.dates import month_of, written
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books
from webapp.tds.models import TdsChallan, TdsDeduction, TdsEvent
from webapp.tds.rules import days, law


@dataclass(frozen=True, slots=True)
class MonthOfTax:
    """What was deducted (or collected) in a month, what of it waits to be deposited, in paise; the last deposit, and the interest on what
    waits if it is deposited today."""

    tax: int
    waiting: int
    last_paid_on: date | None
    interest: int


def deposited_on(books: Books, event_ids: Sequence[UUID]) -> str:
    """The first day on which tax of these events was deposited, as it is written; "" where none stands deposited. Such an event is not
    taken back: its challan would be of nobody, and the statement of its quarter would lack it; the tax stays the payee's, as certified.
    A challan that is entered at this instant waits, or is waited for."""
    own = (TdsDeduction.event_id.in_(event_ids), TdsDeduction.undone_on.is_(None))
    ids = {id_ for id_ in books.session.scalars(select(TdsDeduction.challan_id).where(*own).with_for_update()) if id_ is not None}
    day = books.session.scalar(select(func.min(TdsChallan.paid_on)).where(TdsChallan.id.in_(ids))) if ids else None
    return written(day) if day else ""


def months_of_tax(books: Books, first: date, last: date) -> Mapping[tuple[int, bool], MonthOfTax]:
    """By month (202611) and whether it was collected; months without any are absent."""
    waiting = func.sum(case((TdsDeduction.challan_id.is_(None), TdsDeduction.amount_paise), else_=0))
    columns = (TdsDeduction.deducted_on, TdsEvent.kind, func.sum(TdsDeduction.amount_paise), waiting, func.max(TdsChallan.paid_on))
    query = (
        select(*columns)
        .join(TdsEvent, and_(TdsEvent.company_id == TdsDeduction.company_id, TdsEvent.id == TdsDeduction.event_id))
        .outerjoin(TdsChallan, and_(TdsChallan.company_id == TdsDeduction.company_id, TdsChallan.id == TdsDeduction.challan_id))
        .where(TdsDeduction.undone_on.is_(None), TdsDeduction.deducted_on.between(first, last))
        .group_by(TdsDeduction.deducted_on, TdsEvent.kind)
    )
    found: dict[tuple[int, bool], MonthOfTax] = {}
    for day, kind, tax, open_, paid_on in books.session.execute(query):
        key = month_of(day), law.KINDS[kind].is_collected
        before = found.get(key, MonthOfTax(0, 0, None, 0))
        late = days.interest(int(open_), day, day, books.today, is_collected=key[1])
        newest = max((one for one in (before.last_paid_on, paid_on) if one), default=None)
        found[key] = MonthOfTax(before.tax + int(tax), before.waiting + int(open_), newest, before.interest + late)
    return found
