"""Debit notes: goods of a bill go back to the supplier, at what they cost, and their input tax with them (CGST Act s.34, s.16(2))."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from webapp import catalogue, ledger, outstandings, stock, stocktaking
from webapp.company import profile, seller_at
from webapp.kernel.errors import NotFound
from webapp.kernel.money import Qty
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_one
from webapp.purchases import gathering, queries, rules, slips, tracking, writing
from webapp.purchases.commands import LineKind, Note, TaxBy
from webapp.purchases.models import PurchaseBill, PurchaseBillLine
from webapp.purchases.numbers import next_number
from webapp.purchases.queries import BillLineRow, BillRow
from webapp.purchases.slips import Amounts, PostedLine
from webapp.stock import NotEnoughStock, Policy, Recorded

_SHARED = ("gross_paise", "discount_paise", "taxable_paise", "cgst_paise", "sgst_paise", "igst_paise", "cess_paise", "charge_paise")
_SHARED_ALL = (*_SHARED, "duty_paise", "cost_paise")
_TAXES = ("cgst", "sgst", "igst", "cess")


@dataclass(frozen=True, slots=True)
class GoesBack:
    """A part of a line of a bill that goes back: how much, and its share of each figure, in paise."""

    line: BillLineRow
    qty: int
    figures: dict[str, int]
    serials: tuple[str, ...]

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
    back = _going_back(books, bill, asked)
    recorded = _take_out(books, asked, bill, back)
    number = next_number(books, "purchase_debit_note", asked.note_date)
    row = _row(books, asked, bill, number, back)
    books.insert(PurchaseBill, [row])
    books.insert(PurchaseBillLine, [_line_row(asked, number_, one) for number_, one in enumerate(back, 1)])
    _post(books, asked, bill, number, row, back)
    stocktaking.settle_costs(books, recorded)
    writing.say_entered(books, "debit_note", asked.id, number, {"against": bill.number, "total": row["total_paise"]})
    return queries.bill(books, asked.id)


def left_of(line: BillLineRow, earlier: Sequence[BillLineRow]) -> int:
    """How much of a line of a bill may still go back, in thousandths."""
    return line.qty - sum(one.qty for one in earlier)


def _going_back(books: Books, bill: BillRow, asked: Note) -> list[GoesBack]:
    lines = {line.line_no: line for line in queries.bill_lines(books, bill.id)}
    before = tracking.returned(books, bill.id)
    items = catalogue.items_for_bill(books, {line.item_id for line in lines.values() if line.item_id})
    found = []
    for wanted in asked.lines:
        line = lines.get(wanted.line_no)
        if line is None or line.kind == LineKind.CHARGE:
            raise NotFound("line of the bill")
        earlier = before.get(line.line_no, [])
        used = sum(one.qty for one in earlier)
        rules.require_left("bought", line.name, line.unit, whole=line.qty, used=used, wanted=wanted.qty)
        figures = {
            name: rules.part_of(getattr(line, name), line.qty, used, sum(getattr(one, name) for one in earlier), wanted.qty)
            for name in _SHARED_ALL
        }
        if bill.tax_by == TaxBy.IMPORT:
            figures |= {f"{head}_paise": 0 for head in _TAXES}  # customs gives nothing back on a supplier's note
        if line.is_stock and line.item_id is not None:
            gathering.require_serials(items[line.item_id], f"serials-{line.line_no}", wanted.qty, wanted.serials)
        found.append(GoesBack(line, wanted.qty, figures, wanted.serials))
    return found


def _take_out(books: Books, asked: Note, bill: BillRow, back: Sequence[GoesBack]) -> Recorded:
    moves = [
        slips.Goods(
            number, one.line.item_id, Qty(one.qty), one.figures["cost_paise"], one.line.batch, one.serials, _brought_by(bill, one.line)
        )
        for number, one in enumerate(back, 1)
        if one.line.is_stock and one.line.item_id is not None
    ]
    if not moves:
        return Recorded({})
    policy = Policy.ALLOW if profile(books).allows_negative_stock else Policy.REFUSE
    slip = slips.goods_out(bill.store_id, moves)
    try:
        return stock.record(books, document_id=asked.id, kind="purchase_return", moved_on=asked.note_date, slip=slip, policy=policy)
    except NotEnoughStock as short:
        names: dict[UUID, str] = {one.line.item_id: one.line.name for one in back if one.line.item_id}
        words = rules.short_words(names, [(one.item_id, one.on_hand, one.wanted) for one in short.shortages])
        raise rules.TooMuch(
            problem=f"These goods are not here to go back: {words}.", fix="Lower the quantity, or correct the stock first."
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
        "note": rules.require_reason(asked.reason),
        "body_sha256": asked.body_sha256,
        "entered_by": books.actor.name,
        "recorded_at": books.now,
    }


def _line_row(asked: Note, number: int, one: GoesBack) -> dict[str, Any]:
    names = ("kind", "item_id", "account_id", "name", "hsn", "unit", "rate_millipaise", "rate_bp", "cess_bp", "is_claimed", "is_stock")
    return {
        "bill_id": asked.id,
        "line_no": number,
        **{name: getattr(one.line, name) for name in (*names, "batch", "expires_on", "mrp_paise")},
        "qty": one.qty,
        **one.figures,
        "receipt_id": None,
        "receipt_line_no": None,
        "received_paise": 0,
        "order_id": None,
        "order_line_no": None,
        "against_line_no": one.line.line_no,
    }


def _post(books: Books, asked: Note, bill: BillRow, number: str, row: dict[str, Any], back: Sequence[GoesBack]) -> None:
    goods = [one for one in back if one.line.is_stock]
    cost = sum(one.figures["cost_paise"] for one in goods)
    covered = sum(one.figures["taxable_paise"] + (0 if one.line.is_claimed else one.tax) for one in goods)
    amounts = Amounts(
        party_id=bill.party_id,
        tax_by=TaxBy(bill.tax_by),
        total=row["total_paise"],
        stock=cost,
        received=0,
        difference=0,
        lines=[
            PostedLine(LineKind(one.line.kind), one.line.account_id, one.figures["taxable_paise"], 0 if one.line.is_claimed else one.tax)
            for one in back
            if not one.line.is_stock
        ],
        taxes={head: row[f"{head}_paise"] for head in _TAXES},
        claimed={head: sum(one.figures[f"{head}_paise"] for one in back if one.line.is_claimed) for head in _TAXES},
        loose_charges=0,
        round_off=0,
    )
    slip = slips.note_slip(amounts, cost - covered, ledger.heads(books))
    if slip is None:
        return
    narration = f"{bill.party['name']}, against bill {bill.supplier_number}"
    heading = ledger.Heading("debit_note", number, asked.note_date, bill.store_id, "purchase_bill", asked.id, narration)
    ledger.post(books, voucher_id=asked.id, heading=heading, slip=slip)
    outstandings.settle_against(books, bill.party_id, asked.id, bill.id, on=asked.note_date)
