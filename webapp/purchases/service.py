"""The verbs of bills: enter one, cancel one. Each reads straight down: gather, refuse, write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import delete

from webapp import ledger, outstandings, stock, stocktaking
from webapp.company import Profile, profile, require_backdate
from webapp.kernel.dates import FinancialYear, written
from webapp.kernel.errors import keep_promise
from webapp.kernel.ids import new_id
from webapp.kernel.money import rupees
from webapp.platform.rows import insert_once
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_one
from webapp.purchases import (
    billing,
    differences,
    figures,
    gathering,
    hooks,
    landing,
    notes,
    queries,
    revaluing,
    rules,
    slips,
    tracking,
    writing,
)
from webapp.purchases.billing import Decided
from webapp.purchases.commands import Bill, BillLine, LineKind
from webapp.purchases.models import SupplierNumber
from webapp.purchases.numbers import next_number
from webapp.purchases.queries import BillLineRow, BillRow
from webapp.purchases.slips import Amounts, Goods, PostedLine
from webapp.stock import NotEnoughStock, Policy, Recorded

NOTHING_MOVED = Recorded({})


def enter_bill(books: Books, asked: Bill) -> BillRow:
    """Enter a supplier's bill: bill, stock, voucher, what is owed, fact and log. The same bill again gives the first answer.

    InvalidInput by field; DuplicateBill; TooMuch against a receipt or an order; NotFound; Conflict; PeriodLocked.
    """
    write_one(books, asked.id)
    if earlier := queries.bill_or_none(books, asked.id):
        rules.require_same(earlier.number, earlier.body_sha256, asked.body_sha256)
        return earlier
    rules.require_bill(asked, books.today)
    require_backdate(books, asked.voucher_date, "purchase_bill", asked.id)
    hooks.beginning(books, asked.party_id)
    done = billing.decide(books, asked)
    asked = replace(asked, lines=tuple(_named(books, done, number, line) for number, line in enumerate(asked.lines, 1)))
    figures.require_taxes(asked, done.figures)
    _take_supplier_number(books, asked, done.party.name)

    recorded = _take_in(books, asked, done)
    restated = differences.restate_received(books, asked, done)
    number = next_number(books, "purchase_bill", asked.voucher_date, asked.store_id)
    is_ours = billing.is_self_invoiced(asked, done.party)
    self_invoice = next_number(books, "self_invoice", asked.voucher_date, asked.store_id) if is_ours else ""
    writing.write_bill(books, asked, done, number=number, self_invoice=self_invoice, difference_id=restated.id)
    _post(books, asked, done, number, recorded)
    hooks.entered(books, asked.id)
    revaluing.post(books, restated, differences.papers_of(asked, number))
    stocktaking.revalue(books, (*recorded.unsettled, *restated.unsettled))
    about = {"supplier": asked.party_id, "supplier_number": asked.supplier_number, "total": done.figures.total}
    writing.say_entered(
        books, "bill", asked.id, number, about | ({"tax_differs": done.figures.differences} if done.figures.differences else {})
    )
    return queries.bill(books, asked.id)


def cancel(books: Books, bill_id: UUID, *, reason: str) -> BillRow:
    """Cancel a bill or a debit note today: voucher and movements are reversed, the number stays used, the supplier's is free again.

    A second cancel gives the first answer. CannotCancel, with the figures: debit notes or payments stand on it, or its goods are
    gone already.
    """
    kept = queries.bill(books, bill_id, to_change=True)
    if queries.cancellation_of(books, bill_id):
        return kept
    reason = rules.require_reason(reason)
    lines = queries.bill_lines(books, bill_id)
    if kept.kind == "bill":
        hooks.cancelling(books, bill_id, books.today, reason)
        _require_unpaid(books, kept)
        landing.require_bears_none(books, bill_id)

    reversal_id = new_id()
    undone = [*_undo_stock(books, kept, lines, reversal_id).unsettled, *differences.undo(books, kept, lines).unsettled]
    undone += notes.undo_lower(books, kept, lines).unsettled
    has_voucher = ledger.voucher_or_none(books, bill_id) is not None
    if has_voucher:
        ledger.reverse(books, voucher_id=bill_id, reversal_id=reversal_id, on=books.today, reason=reason)
        outstandings.release_all_of(books, bill_id, why=reason)
    books.session.execute(delete(SupplierNumber).where(SupplierNumber.bill_id == bill_id), execution_options={"synchronize_session": False})
    stocktaking.revalue(books, undone)
    voucher_id = reversal_id if has_voucher else None
    writing.write_cancellation(books, kept.kind, bill_id, kept.number, voucher_id=voucher_id, reason=reason)
    return kept


# Entering -------------------------------------------------------------------------------------------------------------


def _take_supplier_number(books: Books, asked: Bill, supplier: str) -> None:
    """The supplier's number, once in a financial year (CGST Rule 46(b): it is unique there)."""
    year, folded = FinancialYear.of(asked.bill_date).start_year, rules.folded_number(asked.supplier_number)
    row = {"party_id": asked.party_id, "start_year": year, "folded": folded, "bill_id": asked.id}
    if not insert_once(books, SupplierNumber, row):
        first = tracking.holder_of(books, asked.party_id, year, folded)
        keep_promise(first is not None, "a taken number has a bill")
        assert first is not None  # noqa: S101 - for the type checker
        raise rules.DuplicateBill(supplier, asked.supplier_number, first.number, first.voucher_date, first.id)


def _named(books: Books, done: Decided, number: int, line: BillLine) -> BillLine:
    """A line whose goods come in with the bill, its batch as kept; what was received has its batch and its pieces already."""
    return replace(line, batch=gathering.named(books, done.items, number, line)) if done.is_direct(number) else line


def _take_in(books: Books, asked: Bill, done: Decided) -> Recorded:
    """The goods that come with the bill itself, at what they cost."""
    moves = [
        Goods(number, line.item_id, line.qty, done.figures.lines[number - 1].cost, line.batch, line.serials)
        for number, line in enumerate(asked.lines, 1)
        if line.item_id is not None and done.is_direct(number)
    ]
    if not moves:
        return NOTHING_MOVED
    slip = slips.goods_in(asked.store_id, moves)
    return stock.record(books, document_id=asked.id, kind="purchase", moved_on=asked.voucher_date, slip=slip, policy=Policy.ALLOW)


def _post(books: Books, asked: Bill, done: Decided, number: str, recorded: Recorded) -> None:
    found, heads = done.figures, ledger.heads(books)
    received = sum(billed.paise for billed in done.received.values())
    amounts = Amounts(
        party_id=asked.party_id,
        tax_by=asked.tax_by,
        total=found.total,
        stock=recorded.cost,
        received=received,
        difference=sum(found.lines[number - 1].cost for number in done.received) - received,
        lines=[
            slips.sold_line(heads, one.taxable, 0 if priced.is_claimed else one.tax)
            if line_no in done.sold
            else PostedLine(line.kind, line.account_id, one.taxable, 0 if priced.is_claimed else one.tax)
            for line_no, (line, priced, one) in enumerate(zip(asked.lines, done.priced, found.lines, strict=True), 1)
            if line.kind is not LineKind.CHARGE and not priced.is_stock
        ],
        taxes=found.taxes,
        claimed=found.claimed,
        loose_charges=found.loose_charges,
        round_off=found.round_off,
        customs=asked.customs.duty + asked.customs.igst + asked.customs.cess if asked.customs else 0,
        customs_account=asked.customs.paid_from if asked.customs else None,
    )
    slip = slips.bill_slip(amounts, heads)
    if slip is None:
        return
    narration = f"{done.party.name}, bill {asked.supplier_number} of {written(asked.bill_date)}"
    heading = ledger.Heading("purchase", number, asked.voucher_date, asked.store_id, "purchase_bill", asked.id, narration)
    ledger.post(books, voucher_id=asked.id, heading=heading, slip=slip)
    if found.total:
        due = billing.due_day(asked, done.party)
        reference = outstandings.Reference("new", asked.supplier_number, max(due, asked.voucher_date))
        (line,) = outstandings.party_lines_of(books, asked.id, account_id=heads["creditors"])
        outstandings.refer(books, asked.id, {line.line_no: reference})


# Cancelling -----------------------------------------------------------------------------------------------------------


def _require_unpaid(books: Books, kept: BillRow) -> None:
    notes = queries.notes_of(books, kept.id)
    if notes:
        said = ", ".join(f"{note.number} ({rupees(note.total_paise)})" for note in notes)
        raise rules.CannotCancel(problem=f"Debit notes stand against this bill: {said}.", fix="Cancel them first.")
    paid = [row for row in outstandings.allocations_of(books, kept.id) if row.released_on is None]
    if paid:
        said = ", ".join(f"{rupees(row.amount_paise)} by {row.debit_number}" for row in paid)
        problem = f"{rupees(sum(row.amount_paise for row in paid))} of this bill is settled: {said}."
        raise rules.CannotCancel(
            problem=problem, fix="Cancel those payments, or undo the settlement on the supplier's page, then cancel the bill."
        )


def _undo_stock(books: Books, kept: BillRow, lines: Sequence[BillLineRow], reversal_id: UUID) -> Recorded:
    moved = (
        [line for line in lines if line.is_stock and line.receipt_id is None]
        if kept.kind == "bill"
        else [one for one in lines if one.is_stock]
    )
    if not moved:
        return NOTHING_MOVED
    names = {one.item_id: one.name for one in moved if one.item_id}
    return undo_stock(books, profile(books), kept.id, reversal_id, names, "purchase_cancel")


def undo_stock(books: Books, seller: Profile, document_id: UUID, reversal_id: UUID, names: dict[UUID, str], kind: str) -> Recorded:
    """Take a document's movements back today. CannotCancel, with what of which item is not there any more."""
    policy = Policy.ALLOW if seller.allows_negative_stock else Policy.REFUSE
    try:
        return stock.reverse(books, document_id=document_id, reversal_id=reversal_id, on=books.today, kind=kind, policy=policy)
    except NotEnoughStock as short:
        words = rules.short_words(names, [(one.item_id, one.there, one.wanted) for one in short.shortages])
        raise rules.CannotCancel(
            problem=f"These goods are gone already: {words}.", fix="Make a debit note for what is still here, or correct the stock first."
        ) from short
