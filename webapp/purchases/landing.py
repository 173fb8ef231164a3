"""Freight that a carrier bills by itself becomes a cost of goods that came before (AS 2: costs of bringing goods where they are).

Its bill stands with its charges in *Freight and other costs of purchase*; here they leave that account for the goods, shared by what
those are worth, by their quantity or by a weight that is typed, to the paisa. What was sold of them since is put right as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from webapp import ledger, stocktaking
from webapp.company import require_backdate
from webapp.kernel.dates import written
from webapp.kernel.errors import BooksError, InvalidInput, NotFound
from webapp.kernel.money import Paise, rupees, split
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_one
from webapp.purchases import gathering, queries, revaluing, rules, tracking, writing
from webapp.purchases.commands import LineKind, LineRef
from webapp.purchases.models import LandedCost, LandedCostLine
from webapp.purchases.numbers import next_number
from webapp.purchases.queries import BillRow, columns_of, is_standing
from webapp.purchases.revaluing import Papers, Shift

SHARES = ("value", "qty", "weight")
MOST_LINES = 500


class Bearer(NamedTuple):
    """A line of a goods receipt, or of a bill whose goods came with it, that bears freight. `weight` is typed, in any unit."""

    line: LineRef
    weight: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """So much of a bill's freight goes to these lines. `amount` None is all that is left of it."""

    id: UUID
    bill_id: UUID
    landed_on: date
    shared_by: str
    bearers: tuple[Bearer, ...]
    body_sha256: str
    amount: Paise | None = None


@dataclass(frozen=True, slots=True)
class LandedRow:
    """Freight that was put on goods."""

    id: UUID
    number: str
    bill_id: UUID
    landed_on: date
    shared_by: str
    amount_paise: int
    body_sha256: str
    entered_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class GoodsLine:
    """Goods that may bear freight: the line of the document they came with, when and into which store, and what they had cost."""

    document_id: UUID
    line_no: int
    number: str
    day: date
    store_id: UUID
    item_id: UUID
    name: str
    unit: str
    batch: str
    qty: int
    cost_paise: int


def land(books: Books, asked: Landing) -> LandedRow:
    """Put freight of a bill on goods. The same again gives the first answer.

    InvalidInput by field; TooMuch, with the figures, for more than is left of the bill's freight; NotFound; BooksError for goods that
    came after it or were cancelled.
    """
    write_one(books, asked.id)
    if earlier := landed_or_none(books, asked.id):
        rules.require_same(earlier.number, earlier.body_sha256, asked.body_sha256)
        return earlier
    bill = queries.bill(books, asked.bill_id, to_change=True)
    gathering.require_standing(queries.cancellation_of(books, bill.id) is not None, bill.number)
    amount = _amount(books, bill, asked)
    require_backdate(books, asked.landed_on, "landed_cost", asked.id)
    goods = _goods(books, asked)
    shares = _shares(asked, goods, amount)

    shifts = [Shift((one.document_id, one.line_no), share, one.store_id, one.day) for one, share in zip(goods, shares, strict=True)]
    restated = revaluing.restate(books, shifts, asked.landed_on)
    number = next_number(books, "landed_cost", asked.landed_on, bill.store_id)
    row = {"id": asked.id, "number": number, "bill_id": bill.id, "landed_on": asked.landed_on, "shared_by": asked.shared_by}
    stamp = {"body_sha256": asked.body_sha256, "entered_by": books.actor.name, "recorded_at": books.now}
    books.insert(LandedCost, [row | {"amount_paise": amount} | stamp])
    books.insert(LandedCostLine, [_line_row(asked, place, *one) for place, one in enumerate(zip(goods, shares, strict=True), 1)])
    narration = f"Freight of {bill.party['name']}, {bill.supplier_number}, put on goods"
    revaluing.post(books, restated, Papers(number, "purchase_bill", bill.id, narration, "purchase-costs"))
    stocktaking.revalue(books, restated.unsettled)
    writing.say_entered(books, "landed_cost", asked.id, number, {"bill": bill.number, "amount": amount, "by": asked.shared_by})
    return landed(books, asked.id)


def take_off(books: Books, landed_id: UUID, *, reason: str) -> LandedRow:
    """Take freight off goods again, today: it is a cost of purchase as before. A second time gives the first answer."""
    bill_id = landed(books, landed_id).bill_id
    bill = queries.bill(books, bill_id, to_change=True)
    kept = landed(books, landed_id)
    if queries.cancellation_of(books, landed_id):
        return kept
    reason = rules.require_reason(reason)
    papers = Papers(kept.number, "purchase_bill", bill.id, f"{kept.number} was cancelled: {reason}", "purchase-costs")
    shifts = [
        Shift((line.document_id, line.document_line_no), -line.amount_paise, line.store_id, revaluing.came_on(books, line.document_id))
        for line in books.session.scalars(select(LandedCostLine).where(LandedCostLine.landed_id == landed_id))
    ]
    restated = revaluing.restate(books, shifts, books.today)
    revaluing.post(books, restated, papers)
    stocktaking.revalue(books, restated.unsettled)
    writing.write_cancellation(books, "landed_cost", landed_id, kept.number, voucher_id=None, reason=reason)
    return kept


def freight_of(books: Books, bill: BillRow) -> int:
    """What of a bill stands in the account of purchase costs, in paise: its charges where no goods of its own bear them, and lines that
    name that account. Less what is on goods already."""
    if bill.kind != "bill":
        return 0
    lines = queries.bill_lines(books, bill.id)
    costs = ledger.heads(books)["purchase-costs"]
    own = 0 if any(line.is_stock for line in lines) else bill.charges_paise
    own += sum(line.taxable_paise for line in lines if line.kind == LineKind.EXPENSE and line.account_id == costs)
    query = select(func.coalesce(func.sum(LandedCost.amount_paise), 0)).where(LandedCost.bill_id == bill.id, is_standing(LandedCost.id))
    return own - int(books.session.scalar(query) or 0)


def landed_of(books: Books, bill_id: UUID) -> list[LandedRow]:
    """What of a bill's freight stands on goods, oldest first."""
    query = select(*columns_of(LandedCost, LandedRow)).where(LandedCost.bill_id == bill_id, is_standing(LandedCost.id))
    return [LandedRow(*row) for row in books.session.execute(query.order_by(LandedCost.recorded_at, LandedCost.id))]


def require_bears_none(books: Books, document_id: UUID) -> None:
    """CannotCancel while freight stands on goods of this document, or of this bill on others."""
    own = (LandedCost.company_id == LandedCostLine.company_id) & (LandedCost.id == LandedCostLine.landed_id)
    query = (
        select(LandedCost.number)
        .join(LandedCostLine, own)
        .where((LandedCostLine.document_id == document_id) | (LandedCost.bill_id == document_id), is_standing(LandedCost.id))
        .distinct()
        .order_by(LandedCost.number)
    )
    if numbers := list(books.session.scalars(query)):
        raise rules.CannotCancel(problem=f"Freight stands on its goods: {', '.join(numbers)}.", fix="Cancel that first.")


def landed(books: Books, landed_id: UUID) -> LandedRow:
    """One of them. NotFound when this company has none by that id."""
    found = landed_or_none(books, landed_id)
    if found is None:
        raise NotFound("freight on goods")
    return found


def landed_or_none(books: Books, landed_id: UUID) -> LandedRow | None:
    row = books.session.execute(select(*columns_of(LandedCost, LandedRow)).where(LandedCost.id == landed_id)).first()
    return LandedRow(*row) if row else None


def goods_of(books: Books, document_id: UUID) -> list[GoodsLine]:
    """The lines of a goods receipt, or of a bill whose goods came with it, that may bear freight. NotFound for no such document."""
    receipt = queries.receipt_or_none(books, document_id)
    if receipt is not None:
        return [
            GoodsLine(
                receipt.id, one.line_no, receipt.number, receipt.received_on, receipt.store_id, one.item_id, one.name, one.unit, one.batch,
                one.qty, one.value_paise,
            )
            for one in queries.receipt_lines(books, document_id)
        ]  # fmt: skip
    bill = queries.bill(books, document_id)
    back = tracking.returned(books, document_id) if bill.kind == "bill" else {}
    return [
        GoodsLine(
            bill.id, one.line_no, bill.number, bill.voucher_date, bill.store_id, one.item_id, one.name, one.unit, one.batch, left,
            rules.part_of(one.cost_paise, one.qty, 0, 0, left),
        )
        for one in queries.bill_lines(books, document_id)
        if bill.kind == "bill" and one.is_stock and one.receipt_id is None and one.item_id is not None
        and (left := one.qty - sum(note.qty for note in back.get(one.line_no, []))) > 0
    ]  # fmt: skip


def _amount(books: Books, bill: BillRow, asked: Landing) -> int:
    left = freight_of(books, bill)
    if left <= 0:
        raise rules.TooMuch(problem=f"No freight of {bill.number} is left to put on goods.", fix="Look at its page: it says where it is.")
    amount = left if asked.amount is None else int(asked.amount)
    if amount <= 0:
        raise InvalidInput({"amount": "Type an amount above 0."})
    if amount > left:
        raise InvalidInput({"amount": f"{rupees(left)} of freight is left. Type that or less."})
    if not bill.voucher_date <= asked.landed_on <= books.today:
        raise InvalidInput({"landed_on": f"Choose a day from {written(bill.voucher_date)} to today."})
    return amount


def _goods(books: Books, asked: Landing) -> list[GoodsLine]:
    if not asked.bearers:
        raise InvalidInput({"lines": "Choose the goods that bear it."})
    if len(asked.bearers) > MOST_LINES or len({one.line for one in asked.bearers}) != len(asked.bearers):
        raise InvalidInput({"lines": f"Choose each line once, and at most {MOST_LINES}."})
    known: dict[LineRef, GoodsLine] = {}
    for document_id in sorted({one.line.id for one in asked.bearers}):
        _hold(books, document_id)
        gathering.require_standing(queries.cancellation_of(books, document_id) is not None, "What these goods came with")
        known |= {LineRef(document_id, one.line_no): one for one in goods_of(books, document_id)}
    missing = [one for one in asked.bearers if one.line not in known]
    if missing:
        raise NotFound("line of goods")
    found = [known[one.line] for one in asked.bearers]
    late = next((one for one in found if one.day > asked.landed_on), None)
    if late is not None:
        raise BooksError(problem=f"{late.number} came on {written(late.day)}, after that day.", fix="Choose a later day.")
    return found


def _hold(books: Books, document_id: UUID) -> None:
    """Nobody cancels it meanwhile."""
    if queries.receipt_or_none(books, document_id) is not None:
        queries.receipt(books, document_id, to_change=True)
    else:
        queries.bill(books, document_id, to_change=True)


def _shares(asked: Landing, goods: Sequence[GoodsLine], amount: int) -> list[int]:
    weights: Mapping[str, list[int]] = {
        "value": [one.cost_paise for one in goods],
        "qty": [one.qty for one in goods],
        "weight": [one.weight for one in asked.bearers],
    }
    if asked.shared_by not in SHARES:
        raise InvalidInput({"shared_by": "Choose how it is shared."})
    own = weights[asked.shared_by]
    if any(weight < 0 for weight in own):
        raise InvalidInput({"lines": "A weight is not less than 0."})
    if not any(own):
        words = "Type the weight of each line." if asked.shared_by == "weight" else "These goods are worth nothing: share it by quantity."
        raise InvalidInput({"shared_by": words})
    return split(amount, own)


def _line_row(asked: Landing, place: int, one: GoodsLine, share: int) -> dict[str, Any]:
    kept = {field.name: getattr(one, field.name) for field in fields(GoodsLine) if field.name not in ("line_no", "number", "day", "unit")}
    own = {"landed_id": asked.id, "line_no": place, "document_line_no": one.line_no, "amount_paise": share}
    return kept | own | {"weight": asked.bearers[place - 1].weight}
