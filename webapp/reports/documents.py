"""The way from a line of a register to the document that wrote it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import current_app, url_for

# Which screen shows which document. The words are those of `voucher.document_kind`.
_SCREENS = {
    "invoice": "sales.show_bill",
    "credit_note": "sales.show_bill",
    "order_document": "orders.show_document",
    "advance": "orders.show_advance",
    "receipt": "payments.show_receipt",
    "online_payment": "gateway.show_payment",
    "gateway_settlement": "gateway.show_settlement",
    "cheque": "cheques.show_cheque",
    "deposit_slip": "cheques.show_slip",
    "write_off": "writing_off.show_write_off",
    "interest_note": "interest.show_note",
    "voucher": "vouchers.show_voucher",
    "purchase_bill": "purchases.show_bill",
    "purchase_payment": "purchases.show_bill",
    "rate_restatement": "purchases.show_restatement",
    "goods_receipt": "purchases.show_receipt",
    "consignment_return": "purchases.show_consignment_return",
    "opening": "stocktaking.show_adjustment",
    "adjustment": "stocktaking.show_adjustment",
    "revaluation": "stocktaking.show_adjustment",
    "stock_adjustment": "stocktaking.show_adjustment",
    "transfer": "transfers.show_transfer",
    "stock_journal": "assembly.show_journal",
    "shift": "counter.show_shift",
    "tds_challan": "tds.show_challan",
    "tcs_collection": "tds.show_event",
    "tds_deduction": "tds.show_event",
    "itc_reversal": "input_tax.show_reversal",
    "composition_filing": "composition.show_filing",
    "gst_challan": "gstr3b.show_deposit",
    "gst_tax_credited": "gstr3b.show_credit",
    "operator_supply": "operator_supplies.show_supply",
    "gst_set_off": "gstr3b.show_filing",
    "account_merge": "reports.account",
}
# The same for `stock_movement.kind`.
_MOVED_BY = {
    "purchase": "purchase_bill",
    "purchase_return": "purchase_bill",
    "goods_receipt": "goods_receipt",
    "consignment_return": "consignment_return",
    "sale": "invoice",
    "challan": "order_document",
    "challan_return": "order_document",
    "return": "invoice",
    "opening": "adjustment",
    "adjustment": "adjustment",
    "wastage": "adjustment",
    "revaluation": "adjustment",
    "transfer": "transfer",
    "transfer-in": "transfer",
    "assembly": "stock_journal",
    "assembly_made": "stock_journal",
}


def document_url(kind: str, document_id: UUID) -> str | None:
    """Where a document is shown, or None when it has no screen of its own."""
    endpoint = _SCREENS.get(kind)
    if endpoint is None or endpoint not in current_app.view_functions:
        return None
    (argument,) = next(current_app.url_map.iter_rules(endpoint)).arguments
    values: dict[str, Any] = {argument: document_id}
    return url_for(endpoint, **values)


def movement_url(kind: str, document_id: UUID, about_id: UUID | None) -> str | None:
    """Where the document behind a movement is shown. Taking something back leads to what is taken back."""
    if kind == "cancel" and about_id is not None:
        return document_url("invoice", about_id)
    if kind == "challan_cancel" and about_id is not None:
        return document_url("order_document", about_id)
    if kind == "assembly_cancel" and about_id is not None:
        return document_url("stock_journal", about_id)
    if kind in ("purchase_cancel", "goods_receipt_cancel") and about_id is not None:
        return document_url("purchase_bill" if kind == "purchase_cancel" else "goods_receipt", about_id)
    if kind == "consignment_return_cancel" and about_id is not None:
        return document_url("consignment_return", about_id)
    if kind == "price_difference" and about_id is not None:
        return document_url("goods_receipt", about_id)
    return document_url(_MOVED_BY.get(kind, ""), document_id)
