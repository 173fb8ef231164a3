"""Debit notes: goods of a bill go back to the supplier, at what they cost, and their input tax with them (CGST Act s.34, s.16(2)); or the
goods stay and their price is lower than was billed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from webapp import catalogue, ledger, outstandings, stock, stocktaking
from webapp.company import profile, require_backdate, seller_at
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.money import Qty, rounded, rupees
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_one
from webapp.purchases import gathering, queries, revaluing, rules, slips, tracking, writing
from webapp.purchases.commands import LineKind, Note, TaxBy
from webapp.purchases.models import PurchaseBill, PurchaseBillLine
from webapp.purchases.numbers import next_number
from webapp.purchases.queries import BillLineRow, BillRow
from webapp.purchases.revaluing import Papers, Restated, Shift
from webapp.purchases.slips import Amounts, PostedLine
from webapp.stock import NotEnoughStock, Policy, Recorded

_SHARED = ("gross_paise", "discount_paise", "taxable_paise", "cgst_paise", "sgst_paise", "igst_paise", "cess_paise", "charge_paise")
_SHARED_ALL = (*_SHARED, "duty_paise", "cost_paise")
_TAXES = ("cgst", "sgst", "igst", "cess")


@dataclass(frozen=True, slots=True)
class GoesBack:
    """A part of a line of a bill that goes back: how much, and its share of each figure, in paise. `is_price_only`: the goods stay, and
    the figures are what their price is lower by."""

    line: BillLineRow
    qty: int
    figures: dict[str, int]
    serials: tuple[str, ...]
    is_price_only: bool = False

    @property
    def moves(self) -> bool:
        """Whether goods leave the shelf."""
        return self.line.is_stock and not self.is_price_only

    @property
    def tax(self) -> int:
        return sum(self.figures[f"{head}_paise"] for head in _TAXES)


def give_back(books: Books, asked: Note) -> BillRow:
    """Enter a debit note: note, stock out, voucher, settled with its bill. The same note again gives the first answer.

    TooMuch, with the figures, for more than was bought; InvalidInput by field; CannotCancel's cousin NotEnoughStock as TooMuch.
    """
    write_one(books, asked.id)
    if earlier := queries.bill_or_none(books, asked.id):
        rules.require_same(earlier.number, earlier.body_sha256, asked.body_sha256)
        return earlier
    bill = queries.bill(books, asked.against_id, to_change=True)
    if bill.kind != "bill":
        raise NotFound("purchase bill")
    gathering.require_standing(queries.cancellation_of(books, bill.id) is not None, bill.number)
    rules.require_note(asked, bill.voucher_date, books.today)
    require_backdate(books, asked.note_date, "purchase_bill", asked.id)
    back = _going_back(books, bill, asked)
    recorded = _take_out(books, asked, bill, back)
    lower = revaluing.restate(books, _lower(books, bill, back), asked.note_date)
    number = next_number(books, "purchase_debit_note", asked.note_date, bill.store_id)
    row = _row(books, asked, bill, number, back)
    books.insert(PurchaseBill, [row])
    books.insert(PurchaseBillLine, [_line_row(asked, number_, one) for number_, one in enumerate(back, 1)])
    _post(books, asked, bill, number, row, back)
    revaluing.post(books, lower, Papers(number, "purchase_bill", asked.id, f"Lower price of {bill.number}", "price-differences"))
    stocktaking.revalue(books, [*recorded.unsettled, *lower.unsettled])
    writing.say_entered(books, "debit_note", asked.id, number, {"against": bill.number, "total": row["total_paise"]})
    return queries.bill(books, asked.id)


def left_of(line: BillLineRow, earlier: Sequence[BillLineRow]) -> int:
    """How much of a line of a bill may still go back, in thousandths."""
    return line.qty - sum(one.qty for one in earlier)


def _going_back(books: Books, bill: BillRow, asked: Note) -> list[GoesBack]:
    lines = {line.line_no: line for line in queries.bill_lines(books, bill.id)}
    before, lower = tracking.returned(books, bill.id), tracking.lowered(books, bill.id)
    items = catalogue.items_for_bill(books, {line.item_id for line in lines.values() if line.item_id})
    found = []
    for wanted in asked.lines:
        line = lines.get(wanted.line_no)
        if line is None or line.kind == LineKind.CHARGE:
            raise NotFound("line of the bill")
        earlier, off = before.get(line.line_no, []), lower.get(line.line_no, [])
        if wanted.off:
            found.append(_lowered(line, wanted.off, earlier, off, has_tax=bill.tax_by != TaxBy.IMPORT))
            continue
        used = sum(one.qty for one in earlier)
        rules.require_left("bought", line.name, line.unit, whole=line.qty, used=used, wanted=wanted.qty)
        figures = {
            name: rules.part_of(_left(line, name, off), line.qty, used, sum(getattr(one, name) for one in earlier), wanted.qty)
            for name in _SHARED_ALL
        }
        if bill.tax_by == TaxBy.IMPORT:
            figures |= {f"{head}_paise": 0 for head in _TAXES}  # customs gives nothing back on a supplier's note
        if line.is_stock and line.item_id is not None:
            gathering.require_serials(items[line.item_id], f"serials-{line.line_no}", wanted.qty, wanted.serials)
        found.append(GoesBack(line, wanted.qty, figures, wanted.serials))
    return found


def _left(line: BillLineRow, name: str, off: Sequence[BillLineRow]) -> int:
    """A figure of a line as it stands with its lower prices."""
    return int(getattr(line, name)) - sum(int(getattr(one, name)) for one in off)


def _lowered(line: BillLineRow, off: int, earlier: Sequence[BillLineRow], before: Sequence[BillLineRow], *, has_tax: bool) -> GoesBack:
    """A line whose price is lower by `off` without tax, and its tax with it. InvalidInput, with the figures, for more than is left."""
    left = _left(line, "taxable_paise", [*before, *earlier])
    if off > left:
        raise InvalidInput({f"off-{line.line_no}": f"{line.name} stands at {rupees(left)}. Type that or less."})
    by_now = off + sum(one.taxable_paise for one in before)
    taxes = {
        f"{head}_paise": rounded(getattr(line, f"{head}_paise") * by_now, line.taxable_paise)
        - sum(getattr(one, f"{head}_paise") for one in before)
        if has_tax  # customs gives nothing back on a supplier's note
        else 0
        for head in _TAXES
    }
    cost = off + (0 if line.is_claimed else sum(taxes.values())) if line.is_stock else 0
    own = {"gross_paise": off, "discount_paise": 0, "taxable_paise": off, "charge_paise": 0, "duty_paise": 0, "cost_paise": cost}
    return GoesBack(line, line.qty, own | taxes, (), is_price_only=True)


def _lower(books: Books, bill: BillRow, back: Sequence[GoesBack]) -> list[Shift]:
    """Goods that stay cost less, from the day they came."""
    return [
        _shift(books, bill, one.line, -one.figures["cost_paise"])
        for one in back
        if one.is_price_only and one.line.is_stock and one.line.item_id is not None
    ]


def undo_lower(books: Books, kept: BillRow, lines: Sequence[BillLineRow]) -> Restated:
    """A debit note is cancelled: goods whose price it had lowered cost again what they did before, and are posted so."""
    lower = {one.against_line_no: one.cost_paise for one in lines if one.is_price_only and one.cost_paise}
    if not lower or kept.against_id is None:
        return Restated()
    bill = queries.bill(books, kept.against_id)
    shifts = [_shift(books, bill, line, lower[line.line_no]) for line in queries.bill_lines(books, bill.id) if line.line_no in lower]
    restated = revaluing.restate(books, shifts, books.today)
    papers = Papers(kept.number, "purchase_bill", kept.id, f"{kept.number} was cancelled: its price is as billed", "price-differences")
    revaluing.post(books, restated, papers)
    return restated


def _shift(books: Books, bill: BillRow, line: BillLineRow, amount: int) -> Shift:
    source = _brought_by(bill, line)
    return Shift(source, amount, bill.store_id, revaluing.came_on(books, source[0]))


def _take_out(books: Books, asked: Note, bill: BillRow, back: Sequence[GoesBack]) -> Recorded:
    moves = [
        slips.Goods(
            number, one.line.item_id, Qty(one.qty), one.figures["cost_paise"], one.line.batch, one.serials, _brought_by(bill, one.line)
        )
        for number, one in enumerate(back, 1)
        if one.moves and one.line.item_id is not None
    ]
    if not moves:
        return Recorded({})
    policy = Policy.ALLOW if profile(books).allows_negative_stock else Policy.REFUSE
    slip = slips.goods_out(bill.store_id, moves)
    wanted = [(one.item_id, one.qty) for one in moves]
    try:
        stock.require_free(books, document_id=asked.id, store_id=bill.store_id, wanted=wanted, policy=policy)
        return stock.record(books, document_id=asked.id, kind="purchase_return", moved_on=asked.note_date, slip=slip, policy=policy)
    except NotEnoughStock as short:
        names: dict[UUID, str] = {one.line.item_id: one.line.name for one in back if one.line.item_id}
        words = rules.short_words(names, [(one.item_id, one.there, one.wanted) for one in short.shortages])
        raise rules.TooMuch(
            problem=f"These goods are not here to go back: {words}.",
            fix=short.fix if any(one.held for one in short.shortages) else "Lower the quantity, or correct the stock first.",
        ) from short


def _brought_by(bill: BillRow, line: BillLineRow) -> tuple[UUID, int]:
    """The movement that had brought the goods of a line: of their receipt, or of the bill itself."""
    if line.receipt_id is not None and line.receipt_line_no is not None:
        return line.receipt_id, line.receipt_line_no
    return bill.id, line.line_no


def _row(books: Books, asked: Note, bill: BillRow, number: str, back: Sequence[GoesBack]) -> dict[str, Any]:
    sums = {name: sum(one.figures[name] for one in back) for name in _SHARED}
    charges = sums.pop("charge_paise")
    tax = sum(one.tax for one in back)
    total = sums["taxable_paise"] + (tax if bill.tax_by == TaxBy.SUPPLIER else 0)
    names = ("supplier_number", "bill_date", "store_id", "party_id", "party", "supply", "place_of_supply", "tax_by")
    return {
        "id": asked.id,
        "kind": "debit_note",
        "number": number,
        **{name: getattr(bill, name) for name in names},
        "voucher_date": asked.note_date,
        "due_on": None,
        "buyer": seller_at(books, bill.store_id).profile.as_seller(),
        "against_id": bill.id,
        "difference_id": None,
        "self_invoice_number": "",
        "entry_number": "",
        "entry_date": None,
        "port_code": "",
        "assessable_paise": 0,
        "duty_paise": sum(one.figures["duty_paise"] for one in back),
        "customs_account_id": None,
        **sums,
        "claimed_paise": sum(one.tax for one in back if one.line.is_claimed),
        "tax_difference_paise": 0,
        "charges_paise": charges,
        "round_off_paise": 0,
        "total_paise": total,
        "irn": "",
        "currency": "INR",
        "exchange_rate_micro": None,
        "foreign_total": None,
        "note": rules.require_reason(asked.reason),
        "body_sha256": asked.body_sha256,
        "entered_by": books.actor.name,
        "recorded_at": books.now,
    }


def _line_row(asked: Note, number: int, one: GoesBack) -> dict[str, Any]:
    names = ("kind", "item_id", "account_id", "name", "hsn", "unit", "rate_millipaise", "rate_bp", "cess_bp", "is_claimed")
    return {
        "bill_id": asked.id,
        "line_no": number,
        **{name: getattr(one.line, name) for name in (*names, "batch", "expires_on", "mrp_paise")},
        "is_stock": one.moves,
        "qty": one.qty,
        **one.figures,
        "is_price_only": one.is_price_only,
        "is_sold": one.line.is_sold,
        "receipt_id": one.line.receipt_id if one.line.is_sold else None,
        "receipt_line_no": one.line.receipt_line_no if one.line.is_sold else None,
        "received_paise": 0,
        "order_id": None,
        "order_line_no": None,
        "against_line_no": one.line.line_no,
    }


def _post(books: Books, asked: Note, bill: BillRow, number: str, row: dict[str, Any], back: Sequence[GoesBack]) -> None:
    goods, heads = [one for one in back if one.moves], ledger.heads(books)
    cost = sum(one.figures["cost_paise"] for one in goods)
    covered = sum(one.figures["taxable_paise"] + (0 if one.line.is_claimed else one.tax) for one in goods)
    amounts = Amounts(
        party_id=bill.party_id,
        tax_by=TaxBy(bill.tax_by),
        total=row["total_paise"],
        stock=cost,
        received=0,
        difference=sum(one.figures["cost_paise"] for one in back if one.is_price_only and one.line.is_stock),
        lines=[
            slips.sold_line(heads, one.figures["taxable_paise"], 0 if one.line.is_claimed else one.tax)
            if one.line.is_sold
            else PostedLine(
                LineKind(one.line.kind), one.line.account_id, one.figures["taxable_paise"], 0 if one.line.is_claimed else one.tax
            )
            for one in back
            if not one.line.is_stock
        ],
        taxes={head: row[f"{head}_paise"] for head in _TAXES},
        claimed={head: sum(one.figures[f"{head}_paise"] for one in back if one.line.is_claimed) for head in _TAXES},
        loose_charges=0,
        round_off=0,
    )
    slip = slips.note_slip(amounts, cost - covered, heads)
    if slip is None:
        return
    narration = f"{bill.party['name']}, against bill {bill.supplier_number}"
    heading = ledger.Heading("debit_note", number, asked.note_date, bill.store_id, "purchase_bill", asked.id, narration)
    ledger.post(books, voucher_id=asked.id, heading=heading, slip=slip)
    outstandings.settle_against(books, bill.party_id, asked.id, bill.id, on=asked.note_date)
