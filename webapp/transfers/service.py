"""The verbs of transfers: send, receive, recall. Each writes both registers in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from webapp import catalogue, ledger, stock
from webapp.company import Seller, StoreClosed, require_backdate, require_store, seller_at, store_series
from webapp.kernel.dates import FinancialYear, month_of
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import BasisPoints, MilliPaise, Paise, Qty
from webapp.kernel.movement import Movement, StockSlip
from webapp.kernel.posting import Slip
from webapp.kernel.text import clean_text
from webapp.platform import audit
from webapp.platform.numbering import open_series, take_number
from webapp.platform.outbox import announce
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_one
from webapp.stock import Leave, Want
from webapp.stocktaking import settle_costs
from webapp.tax.arithmetic import BillLine, Figures, Terms, work_out
from webapp.tax.kinds import Scheme
from webapp.tax.rates import rate_on
from webapp.tax.retail import retail_value
from webapp.tax.states import supply_between
from webapp.transfers import queries, rules
from webapp.transfers.events import TransferRecalled, TransferReceived, TransferSent
from webapp.transfers.models import Transfer, TransferLine, TransferRecall, TransferReceipt, TransferReceiptLine
from webapp.transfers.queries import TransferView
from webapp.transfers.rules import TAXES, Receive, Send, TransferRefused

NOTHING = Paise(0)


def send(books: Books, asked: Send) -> str:
    """Send goods to another store: out of the one, in transit. Returns the number. Safe to repeat under one id.

    InvalidInput by field, NotFound, StoreClosed, NotYourStore, NotEnoughStock (also for goods that a till has set aside), and
    for batches and pieces what `stock.pick` refuses.
    """
    write_one(books, asked.id)
    if earlier := queries.row_or_none(books, asked.id):
        rules.require_same(earlier.number, earlier.body_sha256, asked.body_sha256)
        return earlier.number
    rules.require_send(asked, books.today)
    require_backdate(books, asked.sent_on, "transfer", asked.id)
    require_store(books, asked.from_store_id)
    sender, receiver = seller_at(books, asked.from_store_id), seller_at(books, asked.to_store_id)
    if receiver.store.is_closed:
        raise StoreClosed(receiver.store.name)
    items = _items(books, asked)
    movements = _picked(books, asked, items)
    lines = [_line(asked, one, items[one.item_id], one.of_line or one.line_no, sender) for one in movements]
    moves = tuple(replace(one, line_no=number, of_line=None) for number, one in enumerate(movements, start=1))

    recorded = stock.record(books, document_id=asked.id, kind="transfer", moved_on=asked.sent_on, slip=StockSlip(moves))
    costs = [int(recorded.costs[number]) for number in range(1, len(moves) + 1)]
    figures = _figures(lines, items, asked.sent_on, sender, receiver)
    number = _write(books, asked, sender, receiver, lines, costs, figures)
    slip = rules.sent_slip(sum(costs), _taxes(figures), ledger.heads(books))
    _post(books, asked.id, number, asked.sent_on, asked.from_store_id, asked.id, f"Sent to {receiver.store.name}", slip)
    settle_costs(books, recorded)
    logged = {"number": number, "from": sender.store.name, "to": receiver.store.name, "cost": sum(costs), "lines": len(lines)}
    audit.record(books, "create", "transfer", asked.id, new=logged)
    announce(books, TransferSent(transfer_id=asked.id, number=number))
    return number


def receive(books: Books, asked: Receive) -> None:
    """Take a transfer in at the store it was sent to, at the cost at which it was sent. What is short goes to wastage with its
    reason. Safe to repeat under one id; TransferRefused for one that was received or recalled before."""
    found = queries.transfer(books, asked.transfer_id, to_change=True)
    if found.receipt is not None and found.receipt.id == asked.id:
        rules.require_same(found.row.number, found.receipt.body_sha256, asked.body_sha256)
        return
    _require_in_transit(found)
    row = found.row
    require_store(books, row.to_store_id)
    rules.require_receivable(row.number, row.sent_on, asked.received_on, books.today)
    require_backdate(books, asked.received_on, "transfer", row.id)
    arrived = rules.arrivals(found.lines, asked)
    sent = {line.line_no: line for line in found.lines}
    moves = tuple(
        Movement(one.line_no, sent[one.line_no].item_id, row.to_store_id, one.qty, one.value, sent[one.line_no].batch, one.serials)
        for one in arrived
        if one.qty
    )
    if moves:
        recorded = stock.record(books, document_id=asked.id, kind="transfer-in", moved_on=asked.received_on, slip=StockSlip(moves))
    values = {one.line_no: int(one.value) for one in arrived}
    lost = sum(max(line.cost_paise - values[line.line_no], 0) for line in found.lines)
    claimed = {
        name: sum(rules.claimed_part(getattr(sent[one.line_no], f"{name}_paise"), sent[one.line_no].qty, one.qty) for one in arrived)
        for name in TAXES
    }
    taxes = {name: getattr(row, f"{name}_paise") for name in TAXES}
    slip = rules.received_slip(row.cost_paise, sum(values.values()), taxes, claimed, ledger.heads(books), lost=lost)
    _post(books, asked.id, row.number, asked.received_on, row.to_store_id, row.id, f"Received from {row.sender['store']}", slip)
    if moves:
        settle_costs(books, recorded)
    _write_receipt(books, asked, arrived)
    audit.record(books, "receive", "transfer", row.id, new={"number": row.number, "reason": asked.reason, "lost": lost})
    announce(books, TransferReceived(transfer_id=row.id, number=row.number))


def recall(books: Books, transfer_id: UUID, reason: str) -> None:
    """Take back what has not arrived: the opposite of what was written, today. TransferRefused once it is received, and for a
    tax invoice of an earlier month, whose tax is told already. A second recall changes nothing."""
    found = queries.transfer(books, transfer_id, to_change=True)
    if found.recall is not None:
        return
    _require_in_transit(found)
    row, reason = found.row, clean_text(reason)
    if not 3 <= len(reason) <= rules.MOST_TEXT:
        raise InvalidInput({"reason": f"Say in a few words why it comes back, in at most {rules.MOST_TEXT} characters."})
    if row.tax_paise and month_of(row.sent_on) != month_of(books.today):
        raise TransferRefused(
            problem=f"{row.number} belongs to a month whose tax is told.", fix="Receive it there, and send it back with a new invoice."
        )
    reversal_id = new_id()
    recorded = stock.reverse(books, document_id=row.id, reversal_id=reversal_id, on=books.today)
    if row.cost_paise or row.tax_paise:
        ledger.reverse(books, voucher_id=row.id, reversal_id=reversal_id, on=books.today, reason=reason)
    settle_costs(books, recorded)
    kept = {"transfer_id": row.id, "reversal_id": reversal_id, "recalled_on": books.today, "reason": reason}
    books.insert(TransferRecall, [{**kept, "recalled_by": books.actor.name, "created_at": books.now}])
    audit.record(books, "recall", "transfer", row.id, new={"number": row.number, "reason": reason})
    announce(books, TransferRecalled(transfer_id=row.id, number=row.number))


def _require_in_transit(found: TransferView) -> None:
    if found.receipt is not None:
        raise TransferRefused(
            problem=f"{found.row.number} was received by {found.receipt.received_by} already.", fix="Reload the page to see it."
        )
    if found.recall is not None:
        raise TransferRefused(problem=f"{found.row.number} was recalled.", fix="Send the goods again with a new transfer.")


def _items(books: Books, asked: Send) -> Mapping[UUID, catalogue.BillItem]:
    items = catalogue.items_for_bill(books, {line.item_id for line in asked.lines}, asked.sent_on)
    for number, line in enumerate(asked.lines, start=1):
        if line.item_id not in items:
            raise NotFound("item")
        if not items[line.item_id].is_stocked:
            raise InvalidInput({f"what_{number}": f"No stock is kept of {items[line.item_id].name}."})
    return items


def _picked(books: Books, asked: Send, items: Mapping[UUID, catalogue.BillItem]) -> tuple[Movement, ...]:
    """The movements that take the goods out. What a till keeps for the customer who stands there is not sent."""
    wanted = [(line.item_id, line.qty) for line in asked.lines]
    stock.require_free(books, document_id=asked.id, store_id=asked.from_store_id, wanted=wanted)
    wants = [
        Want(number, line.item_id, line.qty, stock.batch_name(line.batch) if line.batch else "", line.serials)
        for number, line in enumerate(asked.lines, start=1)
    ]
    if wrong := stock.wrong_names(books, store_id=asked.from_store_id, wants=wants, items=items):
        raise InvalidInput({f"{field}_{number}": words for (field, number), words in wrong.items()})
    # What has expired may be sent: to the store that returns it to its maker.
    leave = Leave(asked.sent_on, may_take_expired=True)
    return stock.pick(books, store_id=asked.from_store_id, wants=wants, items=items, leave=leave).movements


def _line(asked: Send, moved: Movement, item: catalogue.BillItem, number: int, sender: Seller) -> dict[str, Any]:
    """A line's own columns, but its figures."""
    rate = rate_on(item.tax_class, asked.sent_on, MilliPaise(item.price_millipaise), price_includes_tax=item.price_includes_tax)
    typed = asked.lines[number - 1].unit_price
    is_regular = sender.profile.scheme == Scheme.REGULAR.value
    rate_bp, cess_bp = (rate.rate_bp, rate.cess_bp) if is_regular else (BasisPoints(0), BasisPoints(0))
    price = (
        typed
        if typed is not None
        else rules.market_value(item.price_millipaise, includes_tax=item.price_includes_tax, rate_bp=rate_bp, cess_bp=cess_bp)
    )
    return {
        "item_id": moved.item_id,
        "name": item.name,
        "hsn": item.hsn,
        "unit": item.unit,
        "qty": -moved.qty,
        "batch": moved.batch,
        "serials": ", ".join(moved.serials),
        "unit_price_millipaise": price,
        "rate_bp": rate_bp,
        "cess_bp": cess_bp,
    }


def _retail(line: Mapping[str, Any], item: catalogue.BillItem, day: date) -> Paise | None:
    """The retail sale price of a line, where its tax is taken of that."""
    rate = rate_on(item.tax_class, day, MilliPaise(item.price_millipaise), price_includes_tax=item.price_includes_tax)
    mrp = None if item.mrp_paise is None else Paise(item.mrp_paise)
    return retail_value(item.name, mrp, Qty(line["qty"])) if rate.on_retail_price else None


def _figures(
    lines: Sequence[Mapping[str, Any]], items: Mapping[UUID, catalogue.BillItem], day: date, sender: Seller, receiver: Seller
) -> Figures:
    """The values on the paper; tax only between two registrations (CGST Act s.25(4) and Schedule I, 2)."""
    is_supply = sender.profile.gstin != receiver.profile.gstin
    supply = supply_between(sender.profile.state_code, receiver.profile.state_code)
    terms = Terms(scheme=Scheme.REGULAR, supply=supply, bill_discount=NOTHING, rounds_to_rupee=False)
    bill = [
        BillLine(
            qty=Qty(line["qty"]),
            unit_price=MilliPaise(line["unit_price_millipaise"]),
            price_includes_tax=False,
            discount=NOTHING,
            rate_bp=line["rate_bp"] if is_supply else BasisPoints(0),
            cess_bp=line["cess_bp"] if is_supply else BasisPoints(0),
            retail=_retail(line, items[line["item_id"]], day) if is_supply else None,
        )
        for line in lines
    ]
    return work_out(bill, terms)


def _taxes(figures: Figures) -> dict[str, int]:
    return {name: int(getattr(figures, name)) for name in TAXES}


def _write(
    books: Books, asked: Send, sender: Seller, receiver: Seller, lines: Sequence[dict[str, Any]], costs: Sequence[int], figures: Figures
) -> str:
    is_supply = sender.profile.gstin != receiver.profile.gstin
    year = FinancialYear.of(asked.sent_on)
    prefix = store_series(books, asked.from_store_id, year, "TI" if is_supply else "TC")
    open_series(books, prefix, document_kind="transfer", year=year)
    number = str(take_number(books, prefix))
    row = {
        "id": asked.id,
        "kind": "tax_invoice" if is_supply else "challan",
        "number": number,
        "sent_on": asked.sent_on,
        "from_store_id": asked.from_store_id,
        "to_store_id": asked.to_store_id,
        "sender": {**sender.profile.as_seller(), "store": sender.store.name},
        "receiver": {**receiver.profile.as_seller(), "store": receiver.store.name},
        "supply": supply_between(sender.profile.state_code, receiver.profile.state_code).value,
        "vehicle": asked.vehicle,
        "note": asked.note,
        "cost_paise": sum(costs),
        "taxable_paise": figures.taxable,
        **{f"{name}_paise": tax for name, tax in _taxes(figures).items()},
        "body_sha256": asked.body_sha256,
        "sent_by": books.actor.name,
        "created_at": books.now,
    }
    books.insert(Transfer, [row])
    rows = [
        {
            "transfer_id": asked.id,
            "line_no": number_,
            **line,
            "cost_paise": cost,
            "taxable_paise": figure.taxable,
            **{f"{name}_paise": getattr(figure, name) for name in TAXES},
        }
        for number_, (line, cost, figure) in enumerate(zip(lines, costs, figures.lines, strict=True), start=1)
    ]
    books.insert(TransferLine, rows)
    return number


def _write_receipt(books: Books, asked: Receive, arrived: Sequence[rules.Arrival]) -> None:
    row = {"transfer_id": asked.transfer_id, "id": asked.id, "received_on": asked.received_on, "reason": asked.reason}
    who = {"body_sha256": asked.body_sha256, "received_by": books.actor.name, "created_at": books.now}
    books.insert(TransferReceipt, [{**row, **who}])
    books.insert(
        TransferReceiptLine,
        [{"transfer_id": asked.transfer_id, "line_no": one.line_no, "qty": one.qty, "value_paise": one.value} for one in arrived],
    )


def _post(
    books: Books, voucher_id: UUID, number: str, on: date, store_id: UUID, transfer_id: UUID, narration: str, slip: Slip | None
) -> None:
    if slip is not None:
        heading = ledger.Heading("stock", number, on, store_id, "transfer", transfer_id, narration)
        ledger.post(books, voucher_id=voucher_id, heading=heading, slip=slip)
