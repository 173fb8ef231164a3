"""The rows of a bill and of a debit note, as they are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from webapp.platform import audit
from webapp.platform.outbox import announce
from webapp.platform.tenancy import Books
from webapp.purchases import billing
from webapp.purchases.billing import Decided
from webapp.purchases.commands import Bill, BillLine, Customs, LineRef
from webapp.purchases.events import PurchaseCancelled, PurchaseEntered
from webapp.purchases.figures import LineFigures
from webapp.purchases.models import PurchaseBill, PurchaseBillLine, PurchaseCancellation


def write_bill(books: Books, asked: Bill, done: Decided, *, number: str, self_invoice: str, difference_id: UUID | None) -> None:
    """The bill and its lines."""
    figures, customs = done.figures, asked.customs
    row = {
        "id": asked.id,
        "kind": "bill",
        "number": number,
        "supplier_number": asked.supplier_number,
        "bill_date": asked.bill_date,
        "voucher_date": asked.voucher_date,
        "due_on": billing.due_day(asked, done.party),
        "store_id": asked.store_id,
        "party_id": asked.party_id,
        "party": done.party.as_buyer(),
        "buyer": done.seller.as_seller(),
        "supply": done.supply.value,
        "place_of_supply": done.place,
        "tax_by": asked.tax_by.value,
        "against_id": None,
        "difference_id": difference_id,
        "self_invoice_number": self_invoice,
        **_customs_columns(customs),
        "gross_paise": figures.gross,
        "discount_paise": figures.discount,
        "taxable_paise": figures.taxable,
        **{f"{head}_paise": paise for head, paise in figures.taxes.items()},
        "claimed_paise": sum(figures.claimed.values()),
        "tax_difference_paise": sum(figures.differences.values()),
        "charges_paise": figures.charges,
        "round_off_paise": figures.round_off,
        "total_paise": figures.total,
        "irn": asked.irn,
        "currency": asked.foreign.currency if asked.foreign else "INR",
        "exchange_rate_micro": asked.foreign.rate_micro if asked.foreign else None,
        "foreign_total": asked.foreign.total if asked.foreign else None,
        "note": asked.note,
        "body_sha256": asked.body_sha256,
        "entered_by": books.actor.name,
        "recorded_at": books.now,
    }
    books.insert(PurchaseBill, [row])
    books.insert(PurchaseBillLine, [_line_row(asked, done, number, line) for number, line in enumerate(asked.lines, 1)])


def _customs_columns(customs: Customs | None) -> dict[str, Any]:
    return {
        "entry_number": customs.entry_number if customs else "",
        "entry_date": customs.entry_date if customs else None,
        "port_code": customs.port_code if customs else "",
        "assessable_paise": customs.assessable if customs else 0,
        "duty_paise": customs.duty if customs else 0,
        "customs_account_id": customs.paid_from if customs else None,
    }


def _line_row(asked: Bill, done: Decided, number: int, line: BillLine) -> dict[str, Any]:
    priced, figures, billed = done.priced[number - 1], done.figures.lines[number - 1], done.received.get(number)
    item = done.items[line.item_id] if line.item_id is not None else None
    order = LineRef(billed.receipt.order_id, billed.line.order_line_no or 0) if billed and billed.receipt.order_id else None
    order = order if order and order.line_no else (None if billed else line.order)
    return {
        "bill_id": asked.id,
        "line_no": number,
        "kind": line.kind.value,
        "item_id": line.item_id,
        "account_id": line.account_id,
        "name": done.names[number - 1],
        "hsn": item.hsn if item else "",
        "unit": item.unit if item else "",
        "qty": line.qty,
        "rate_millipaise": line.rate,
        "rate_bp": priced.rate_bp,
        "cess_bp": priced.cess_bp,
        **figure_columns(figures),
        "is_claimed": priced.is_claimed,
        "is_stock": priced.is_stock,
        "batch": line.batch,
        "expires_on": line.expires_on,
        "mrp_paise": line.mrp,
        "receipt_id": line.receipt.id if line.receipt else None,
        "receipt_line_no": line.receipt.line_no if line.receipt else None,
        "received_paise": billed.paise if billed else 0,
        "order_id": order.id if order else None,
        "order_line_no": order.line_no if order else None,
        "against_line_no": None,
        "is_price_only": False,
        "is_sold": number in done.sold,
    }


def figure_columns(figures: LineFigures) -> dict[str, int]:
    """The figures of a line as its row has them."""
    names = ("gross", "discount", "taxable", "cgst", "sgst", "igst", "cess", "charge", "duty", "cost")
    return {f"{name}_paise": getattr(figures, name) for name in names}


def say_entered(books: Books, kind: str, document_id: UUID, number: str, about: Mapping[str, Any]) -> None:
    """To the edit log and to the outbox."""
    audit.record(books, "create", entity_of(kind), document_id, new={"number": number, **about})
    announce(books, PurchaseEntered(document_id=document_id, kind=kind, number=number))


def write_cancellation(books: Books, kind: str, document_id: UUID, number: str, *, voucher_id: UUID | None, reason: str) -> None:
    """That a document was cancelled: its row, the edit log, the fact."""
    row = {"document_id": document_id, "kind": kind, "voucher_id": voucher_id, "reason": reason}
    books.insert(PurchaseCancellation, [row | {"cancelled_at": books.now, "cancelled_by": books.actor.name}])
    audit.record(books, "cancel", entity_of(kind), document_id, old={"number": number}, new={"reason": reason})
    announce(books, PurchaseCancelled(document_id=document_id, kind=kind, number=number))


def entity_of(kind: str) -> str:
    """What the edit log calls a kind of document."""
    return {
        "bill": "purchase_bill",
        "debit_note": "purchase_bill",
        "order": "purchase_order",
        "goods_receipt": "goods_receipt",
        "payment": "reverse_charge_payment",
        "landed_cost": "landed_cost",
        "foreign_payment": "foreign_payment",
        "rate_restatement": "rate_restatement",
        "consignment_return": "consignment_return",
    }[kind]
