"""Tax collected when the money comes before the bill (section 206C(1): at the debiting of the buyer or at the receipt, whichever is
earlier; 206C(1F): at the receipt).

What was collected on an advance counts for the next bills of the customer of that kind of goods, so that the same rupee bears it once.
What of an advance is given back takes its tax along, as long as that was not deposited: then it is the customer's, by the certificate. A
bill that had counted money which went back is collected on for what it lacks.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import func, select, update

from webapp.kernel.dates import written
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone
from webapp.sales import MoneyBefore
from webapp.tds import collecting, queries, service
from webapp.tds.collecting import Buyer, Paper
from webapp.tds.models import TdsEvent
from webapp.tds.rules import law
from webapp.tds.rules.working import Deduction
from webapp.tds.words import goods_words

_LIVE = TdsEvent.undone_on.is_(None)
NOTHING = Paise(0)


def kinds_on_receipt(day: date) -> Mapping[str, str]:
    """The kinds that a form of an advance offers on a day, with their words."""
    words = goods_words()
    return {kind: words[kind] for kind in law.ON_RECEIPT if law.KINDS[kind].at(day) is not None}


def advance_taken(books: Books, money: MoneyBefore, kind: str) -> None:
    """Told by orders: an advance for goods of a kind stands. Its tax is collected. Of vehicles and luxury goods whoever says the kind
    says that one is worth more than ten lakh: the section looks at the value of the thing, not at the part of it that is paid."""
    service.take_turn(books, money.party_id)
    own = collecting.buyer(books, money.party_id)
    worked, _consumed, certificate_id = collecting.worked_of(books, own, kind, money.day, money.left, None, consumed=NOTHING)
    event_id = new_id()
    row = {
        "id": event_id,
        "voucher_id": money.id,
        "document_kind": "advance",
        "document_id": money.id,
        "number": money.number,
        "store_id": money.store_id,
        "head_id": own.party_id,
        "party_id": own.party_id,
        "kind": kind,
        "name": own.name,
        "paid_on": money.day,
        "undone_on": None,
    }
    books.insert(TdsEvent, [row | _figures(own, worked, money.left, certificate_id)])
    collecting.collect(books, event_id, Paper(money.number, money.store_id, money.day), own, worked.amount, money.day)


def advance_touches(books: Books, advance_id: UUID) -> bool:
    """Asked by orders before an advance is given back: whether tax was collected on it. It writes alone then, as a return of goods does."""
    if books.session.scalar(select(TdsEvent.id).where(_LIVE, TdsEvent.voucher_id == advance_id).limit(1)) is None:
        return False
    write_alone(books)
    return True


def advance_lowered(books: Books, money: MoneyBefore) -> None:
    """Told by orders: of an advance only so much was not given back."""
    kept = next(iter(queries.events_of_voucher(books, money.id)), None)
    if kept is None or not law.KINDS[kept.kind].is_collected:
        return
    service.take_turn(books, money.party_id)
    own = collecting.buyer(books, money.party_id)
    if collecting.take_back(books, kept.id, on=books.today, why=f"The advance went back on {written(books.today)}."):
        worked, _consumed, certificate_id = collecting.worked_of(books, own, kept.kind, money.day, money.left, money.id, consumed=NOTHING)
        figures = _figures(own, worked, money.left, certificate_id) | {"undone_on": None if money.left > 0 else books.today}
        books.session.execute(update(TdsEvent).where(TdsEvent.id == kept.id).values(**figures))
        paper = Paper(money.number, money.store_id, money.day)
        collecting.collect(books, kept.id, paper, own, worked.amount, max(books.today, money.day))
    else:
        books.session.execute(update(TdsEvent).where(TdsEvent.id == kept.id).values(advance_paise=money.left))
    _collect_what_lacks(books, own, kept.kind)


def _figures(own: Buyer, worked: Deduction, base: Paise, certificate_id: UUID | None) -> dict[str, object]:
    return {
        "payee": own.payee,
        "pan": own.pan,
        "base_paise": base,
        "gross_paise": base,
        "advance_paise": base,
        "consumed_paise": 0,
        "taxed_paise": worked.taxed,
        "certified_paise": worked.certified,
        "certificate_id": certificate_id,
        "rate_bp": worked.rate_bp,
        "due_paise": worked.amount,
        "why": worked.why,
    }


def _collect_what_lacks(books: Books, own: Buyer, kind: str) -> None:
    """Bills counted advances of which less is left now: the newest count less, and what they lack is collected today."""
    live = (_LIVE, TdsEvent.head_id == own.party_id, TdsEvent.kind == kind)
    query = select(func.coalesce(func.sum(TdsEvent.advance_paise - TdsEvent.consumed_paise), 0)).where(*live)
    over = -int(books.session.scalar(query) or 0)
    if over <= 0:
        return
    columns = (TdsEvent.id, TdsEvent.voucher_id, TdsEvent.consumed_paise, TdsEvent.gross_paise, TdsEvent.paid_on)
    own_paper = (TdsEvent.number, TdsEvent.store_id)
    newest = select(*columns, *own_paper).where(*live, TdsEvent.consumed_paise > 0).order_by(TdsEvent.paid_on.desc(), TdsEvent.id.desc())
    for row in books.session.execute(newest).all():
        part = min(over, row.consumed_paise)
        over -= part
        consumed = Paise(row.consumed_paise - part)
        base = Paise(row.gross_paise)
        worked, _consumed, certificate_id = collecting.worked_of(books, own, kind, row.paid_on, base, row.voucher_id, consumed=consumed)
        figures = _figures(own, worked, Paise(base - consumed), certificate_id)
        figures |= {"gross_paise": base, "advance_paise": 0, "consumed_paise": consumed}
        books.session.execute(update(TdsEvent).where(TdsEvent.id == row.id).values(**figures))
        lacks = Paise(max(worked.amount - queries.event(books, row.id).deducted, 0))
        paper = Paper(row.number, row.store_id, row.paid_on)
        collecting.collect(books, row.id, paper, own, lacks, books.today, first_day=books.today)
        if over <= 0:
            return
