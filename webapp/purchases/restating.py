"""Open bills in foreign money at the closing rate of a day (AS 11, paragraph 11(a)): what each would cost then, and the gain or loss of it.

The difference is posted on that day and taken back on the next, both at once. So a balance sheet of the day shows what is owed at its
rate, every other day the bill stands at what it was entered for, and whoever pays it finds the same paise as if nothing had been restated:
the whole difference of the two rates is then the payment's own. A day that is not over has no closing rate yet, and its next is to come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from webapp import ledger, outstandings
from webapp.company import require_backdate, require_mine, require_store
from webapp.kernel.dates import ist_day, written
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, rounded, rupees
from webapp.kernel.posting import Line, Slip, credit, debit
from webapp.kernel.records import dataclass
from webapp.outstandings import Reference
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone
from webapp.purchases import queries, rules, writing
from webapp.purchases.commands import ONE
from webapp.purchases.models import ForeignPayment, PurchaseBill, PurchaseCancellation, RateRestatement, RateRestatementLine
from webapp.purchases.numbers import next_number
from webapp.purchases.queries import columns_of, is_standing

KIND = "rate_restatement"
NEWEST = 20


@dataclass(frozen=True, slots=True)
class Restate:
    """Restate the open foreign bills of a store on a day. `rates` are rupees for one unit in millionths, by currency; `shown` is the
    loss in paise (less than nothing: a gain) that the person saw before saying so."""

    id: UUID
    store_id: UUID
    day: date
    rates: Mapping[str, int]
    shown: int
    body_sha256: str


@dataclass(frozen=True, slots=True)
class OpenForeign:
    """What was open of a bill at the end of a day: in its own money, and in the books."""

    bill_id: UUID
    number: str
    supplier_number: str
    party_id: UUID
    party: str
    due_on: date | None
    currency: str
    foreign_open: int
    book_paise: int


@dataclass(frozen=True, slots=True)
class Restated:
    """A bill at the closing rate. `loss` is what more would be paid for it; less than nothing is a gain."""

    bill: OpenForeign
    rate_micro: int
    closing_paise: int

    @property
    def loss(self) -> int:
        return self.closing_paise - self.bill.book_paise


@dataclass(frozen=True, slots=True)
class RestatementRow:
    """A restatement (see models.RateRestatement)."""

    id: UUID
    number: str
    store_id: UUID
    restated_on: date
    loss_paise: int
    reversal_id: UUID
    body_sha256: str
    made_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class RestatementLineRow:
    """A bill of a restatement (see models.RateRestatementLine)."""

    line_no: int
    bill_id: UUID
    bill_number: str
    party: str
    currency: str
    foreign_open: int
    rate_micro: int
    book_paise: int
    closing_paise: int


def open_foreign(books: Books, store_id: UUID, day: date) -> list[OpenForeign]:
    """The bills of a store in foreign money that were open at the end of a day, as the books had them then, oldest first."""
    query = select(PurchaseBill).where(
        PurchaseBill.foreign_total.is_not(None),
        PurchaseBill.kind == "bill",
        PurchaseBill.store_id == store_id,
        PurchaseBill.voucher_date <= day,
    )
    bills = list(books.session.scalars(query.order_by(PurchaseBill.voucher_date, PurchaseBill.number)))
    if not bills:
        return []
    creditors, paid = ledger.heads(books)["creditors"], _paid(books, day)
    left: dict[UUID, int] = {}
    for party_id in {bill.party_id for bill in bills}:
        for item in outstandings.open_items(books, party_id, on=day):
            if item.account_id == creditors:
                left[item.key.voucher_id] = left.get(item.key.voucher_id, 0) - item.open
    found = []
    for bill in bills:
        foreign, settled = paid.get(bill.id, (0, 0))
        open_, book = (bill.foreign_total or 0) - foreign, left.get(bill.id, 0)
        if book > 0 and open_ > 0:
            # What a note or rupees settled takes its share of the foreign money with it.
            own = rounded(open_ * book, bill.total_paise - settled)
            who = (bill.party_id, bill.party["name"], bill.due_on, bill.currency)
            found.append(OpenForeign(bill.id, bill.number, bill.supplier_number, *who, own, book))
    return [one for one in found if one.foreign_open > 0]


def _paid(books: Books, day: date) -> dict[UUID, tuple[int, int]]:
    """By bill: foreign money paid up to a day, and paise settled with it. A payment counts until the day it was cancelled on."""
    gone = (PurchaseCancellation.company_id == ForeignPayment.company_id) & (PurchaseCancellation.document_id == ForeignPayment.id)
    columns = (ForeignPayment.bill_id, ForeignPayment.foreign_amount, ForeignPayment.settled_paise, PurchaseCancellation.cancelled_at)
    found: dict[UUID, tuple[int, int]] = {}
    for bill_id, amount, settled, cancelled_at in books.session.execute(
        select(*columns).outerjoin(PurchaseCancellation, gone).where(ForeignPayment.paid_on <= day)
    ):
        if cancelled_at is None or ist_day(cancelled_at) > day:
            before = found.get(bill_id, (0, 0))
            found[bill_id] = (before[0] + amount, before[1] + settled)
    return found


def work_out(bills: Sequence[OpenForeign], rates: Mapping[str, int]) -> list[Restated]:
    """The bills at these rates. InvalidInput beside `rate-USD` for a currency without one."""
    missing = {one.currency for one in bills} - {name for name, rate in rates.items() if 0 < rate <= rules.MOST_RATE}
    if missing:
        raise InvalidInput(
            {f"rate-{name}": f"Type how many rupees one {name} was on that day, for example 83.125." for name in sorted(missing)}
        )
    return [Restated(one, rates[one.currency], rounded(one.foreign_open * rates[one.currency], ONE)) for one in bills]


def restate(books: Books, asked: Restate) -> RestatementRow:
    """Post the unrealised gain or loss of a day and its reversal on the next. The same again gives the first answer.

    InvalidInput by field: a day that is not over, nothing open, nothing that differs, other figures than were shown; Conflict for a day
    that is restated already; NotFound, StoreClosed, NotYourStore, PeriodLocked for either day.
    """
    write_alone(books)
    if earlier := row_or_none(books, asked.id):
        rules.require_same(earlier.number, earlier.body_sha256, asked.body_sha256)
        return earlier
    require_store(books, asked.store_id)
    if asked.day >= books.today:
        raise InvalidInput({"day": f"{written(asked.day)} is not over. Choose a day before today."})
    require_backdate(books, asked.day, KIND, asked.id)
    if twin := standing_on(books, asked.store_id, asked.day):
        raise Conflict(problem=f"{twin.number} restates {written(asked.day)} already.", fix="Cancel that one first.")
    found = work_out(open_foreign(books, asked.store_id, asked.day), asked.rates)
    _require(asked, found)

    number = next_number(books, KIND, asked.day, asked.store_id)
    reversal_id, loss = new_id(), sum(one.loss for one in found)
    row = {"id": asked.id, "number": number, "store_id": asked.store_id, "restated_on": asked.day, "loss_paise": loss}
    stamp = {"reversal_id": reversal_id, "body_sha256": asked.body_sha256, "made_by": books.actor.name, "recorded_at": books.now}
    lines = [_line_row(asked.id, place, one) for place, one in enumerate(found, 1)]
    heading = _heading(number, asked.store_id, asked.day, asked.id, f"Foreign bills at the closing rate of {written(asked.day)}")
    differing = [one for one in found if one.loss]
    ledger.post(books, voucher_id=asked.id, heading=heading, slip=slip_of(ledger.heads(books), differing))
    names = {place: one for place, one in enumerate(differing, 1) if one.loss > 0}
    outstandings.refer(
        books, asked.id, {place: Reference("new", f"{one.bill.supplier_number} {number}", one.bill.due_on) for place, one in names.items()}
    )
    _take_back(books, asked.id, reversal_id, asked.day)
    books.insert(RateRestatement, [row | stamp])
    books.insert(RateRestatementLine, lines)
    writing.say_entered(books, KIND, asked.id, number, {"day": asked.day, "loss": loss, "bills": len(found)})
    return restatement(books, asked.id)


def slip_of(heads: Mapping[str, UUID], found: Sequence[Restated]) -> Slip:
    """Line n is the supplier's of the n-th bill: more is owed (credit) or less; the other side is the exchange difference."""
    lines: list[Line] = [
        credit(heads["creditors"], Paise(one.loss), one.bill.party_id)
        if one.loss > 0
        else debit(heads["creditors"], Paise(-one.loss), one.bill.party_id)
        for one in found
    ]
    loss = sum(one.loss for one in found)
    if loss:
        account = heads["exchange-difference"]
        lines.append(debit(account, Paise(loss)) if loss > 0 else credit(account, Paise(-loss)))
    return Slip(tuple(lines))


def cancel_restatement(books: Books, restatement_id: UUID, *, reason: str) -> RestatementRow:
    """Take a restatement back: the opposite on its own day, and the opposite of that on the next, so that the day may be restated anew. A
    second cancel gives the first answer; PeriodLocked for either day."""
    write_alone(books)
    kept = restatement(books, restatement_id)
    if queries.cancellation_of(books, kept.id):
        return kept
    reason = rules.require_reason(reason)
    require_backdate(books, kept.restated_on, KIND, kept.id)
    voucher = ledger.voucher_or_none(books, kept.id)
    if voucher is None:
        raise NotFound("voucher")
    voucher_id = new_id()
    heading = _heading(kept.number, kept.store_id, kept.restated_on, kept.id, f"{kept.number} was cancelled: {reason}")
    ledger.post(books, voucher_id=voucher_id, heading=heading, slip=Slip(voucher.lines).reversed())
    _take_back(books, voucher_id, new_id(), kept.restated_on)
    writing.write_cancellation(books, KIND, kept.id, kept.number, voucher_id=voucher_id, reason=reason)
    return kept


def _take_back(books: Books, voucher_id: UUID, reversal_id: UUID, day: date) -> None:
    ledger.reverse(books, voucher_id=voucher_id, reversal_id=reversal_id, on=day + timedelta(days=1), reason="the day is over")


def _heading(number: str, store_id: UUID, day: date, id_: UUID, words: str) -> ledger.Heading:
    return ledger.Heading("journal", number, day, store_id, KIND, id_, words)


def _require(asked: Restate, found: Sequence[Restated]) -> None:
    loss = sum(one.loss for one in found)
    if not found:
        raise InvalidInput({"day": f"No bill in foreign money was open on {written(asked.day)}."})
    if not any(one.loss for one in found):
        raise InvalidInput({"day": "At these rates nothing differs from the books: there is nothing to post."})
    if loss != asked.shown:
        words = f"{rupees(Paise(asked.shown))} was shown, and now it is {rupees(Paise(loss))}. Look at the figures again, then post them."
        raise InvalidInput({"day": words})


def _line_row(id_: UUID, place: int, one: Restated) -> dict[str, object]:
    own = {name: getattr(one.bill, name) for name in ("bill_id", "currency", "foreign_open", "book_paise", "party")}
    figures = {"rate_micro": one.rate_micro, "closing_paise": one.closing_paise, "bill_number": one.bill.number}
    return {"restatement_id": id_, "line_no": place, **own, **figures}


def standing_on(books: Books, store_id: UUID, day: date) -> RestatementRow | None:
    """The restatement of a store's bills on a day that was not cancelled, or None."""
    query = select(*columns_of(RateRestatement, RestatementRow)).where(
        RateRestatement.store_id == store_id, RateRestatement.restated_on == day, is_standing(RateRestatement.id)
    )
    row = books.session.execute(query).first()
    return RestatementRow(*row) if row else None


def restatements(books: Books, store_id: UUID) -> list[tuple[RestatementRow, bool]]:
    """The newest restatements of a store, and whether each stands."""
    query = select(*columns_of(RateRestatement, RestatementRow), is_standing(RateRestatement.id)).where(
        RateRestatement.store_id == store_id
    )
    query = query.order_by(RateRestatement.restated_on.desc(), RateRestatement.number.desc()).limit(NEWEST)
    return [(RestatementRow(*row), bool(stands)) for *row, stands in books.session.execute(query)]


def row_or_none(books: Books, restatement_id: UUID) -> RestatementRow | None:
    row = books.session.execute(select(*columns_of(RateRestatement, RestatementRow)).where(RateRestatement.id == restatement_id)).first()
    return RestatementRow(*row) if row else None


def restatement(books: Books, restatement_id: UUID) -> RestatementRow:
    """One restatement. NotFound when this company has none by that id; NotYourStore where the member is held to other stores."""
    found = row_or_none(books, restatement_id)
    if found is None:
        raise NotFound("restatement")
    require_mine(books, found.store_id)
    return found


def lines_of(books: Books, restatement_id: UUID) -> list[RestatementLineRow]:
    """The bills of a restatement, in its order."""
    columns = columns_of(RateRestatementLine, RestatementLineRow)
    query = select(*columns).where(RateRestatementLine.restatement_id == restatement_id).order_by(RateRestatementLine.line_no)
    return [RestatementLineRow(*row) for row in books.session.execute(query)]
