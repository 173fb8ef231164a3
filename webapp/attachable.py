"""Which documents have files beside them: one row for each kind, with the reading function of its own page."""

from __future__ import annotations

from uuid import UUID

from webapp import (
    assembly,
    catalogue,
    cheques,
    counter,
    gateway,
    interest,
    orders,
    parties,
    payments,
    purchases,
    sales,
    stocktaking,
    tds,
    transfers,
    vouchers,
    writing_off,
)
from webapp.attachments import Shown, Subject
from webapp.kernel.dates import ist_day, written
from webapp.kernel.errors import NotFound
from webapp.platform.permissions import Permission
from webapp.platform.tenancy import Books


def _bill(books: Books, id_: UUID) -> Shown:
    found = sales.header_or_none(books, id_)
    if found is None:
        raise NotFound("bill")
    return Shown(found.number)


def _count(books: Books, id_: UUID) -> Shown:
    return Shown(stocktaking.count(books, id_).row.name)


def _gst_deposit(books: Books, id_: UUID) -> Shown:
    from webapp.gstr3b import challans  # here, and below: the worker at rest has no room of returns

    return Shown(challans.challan(books, id_).number)


def _tax_credited(books: Books, id_: UUID) -> Shown:
    from webapp.gstr3b import credited

    return Shown(credited.credited(books, id_).number)


def _operator_supply(books: Books, id_: UUID) -> Shown:
    from webapp import operator_supplies

    return Shown(operator_supplies.supply(books, id_).number)


def _online_payment(books: Books, id_: UUID) -> Shown:
    return Shown(gateway.payment(books, id_).remote_id)


def _settlement(books: Books, id_: UUID) -> Shown:
    found = gateway.settlement_or_none(books, id_)
    if found is None:
        raise NotFound("settlement")
    return Shown(found.remote_id)


def _reversal(books: Books, id_: UUID) -> Shown:
    from webapp.input_tax import posted

    return Shown(posted.reversal(books, id_).number)


def _shift(books: Books, id_: UUID) -> Shown:
    found = counter.shift_view(books, id_)
    return Shown(f"{found.till_name}, {written(ist_day(found.opened_at))}")


SUBJECTS = (
    Subject("bill", Permission.BILL_READ, Permission.BILL_ISSUE, "sales.show_bill", "invoice_id", _bill),
    Subject(
        "order",
        Permission.ORDER_READ,
        Permission.ORDER_WRITE,
        "orders.show_document",
        "order_id",
        lambda b, i: Shown(orders.document(b, i).head.number),
    ),
    Subject(
        "advance",
        Permission.RECEIPT_WRITE,
        Permission.RECEIPT_WRITE,
        "orders.show_advance",
        "advance_id",
        lambda b, i: Shown(orders.advance(b, i).number),
    ),
    Subject(
        "purchase-bill",
        Permission.PURCHASE_READ,
        Permission.PURCHASE_WRITE,
        "purchases.show_bill",
        "purchase_id",
        lambda b, i: Shown(purchases.bill(b, i).number),
    ),
    Subject(
        "goods-receipt",
        Permission.PURCHASE_READ,
        Permission.PURCHASE_WRITE,
        "purchases.show_receipt",
        "goods_receipt_id",
        lambda b, i: Shown(purchases.receipt(b, i).number),
    ),
    Subject(
        "consignment-return",
        Permission.PURCHASE_READ,
        Permission.PURCHASE_WRITE,
        "purchases.show_consignment_return",
        "consignment_return_id",
        lambda b, i: Shown(purchases.back(b, i).number),
    ),
    Subject(
        "restatement",
        Permission.VOUCHER_WRITE,
        Permission.VOUCHER_WRITE,
        "purchases.show_restatement",
        "restatement_id",
        lambda b, i: Shown(purchases.restatement(b, i).number),
    ),
    Subject(
        "purchase-order",
        Permission.PURCHASE_READ,
        Permission.PURCHASE_WRITE,
        "purchases.show_order",
        "purchase_order_id",
        lambda b, i: Shown(purchases.order(b, i).number),
    ),
    Subject(
        "receipt",
        Permission.RECEIPT_WRITE,
        Permission.RECEIPT_WRITE,
        "payments.show_receipt",
        "receipt_id",
        lambda b, i: Shown(payments.receipt(b, i).number),
    ),
    Subject(
        "voucher",
        Permission.VOUCHER_READ,
        Permission.VOUCHER_WRITE,
        "vouchers.show_voucher",
        "document_id",
        lambda b, i: Shown(vouchers.document(b, i).number),
    ),
    Subject(
        "transfer",
        Permission.STOCK_READ,
        Permission.STOCK_WRITE,
        "transfers.show_transfer",
        "transfer_id",
        lambda b, i: Shown(transfers.transfer(b, i).row.number),
    ),
    Subject(
        "tds-challan",
        Permission.RETURN_READ,
        Permission.RETURN_FILE,
        "tds.show_challan",
        "challan_id",
        lambda b, i: Shown(tds.challan(b, i).number),
    ),
    Subject("gst-deposit", Permission.RETURN_READ, Permission.RETURN_FILE, "gstr3b.show_deposit", "challan_id", _gst_deposit),
    Subject("gst-tax-credited", Permission.RETURN_READ, Permission.RETURN_FILE, "gstr3b.show_credit", "credited_id", _tax_credited),
    Subject(
        "operator-supply", Permission.RETURN_READ, Permission.RETURN_FILE, "operator_supplies.show_supply", "supply_id", _operator_supply
    ),
    Subject("input-tax-reversal", Permission.RETURN_READ, Permission.RETURN_FILE, "input_tax.show_reversal", "reversal_id", _reversal),
    Subject(
        "online-payment",
        Permission.ONLINE_PAYMENT_READ,
        Permission.ONLINE_PAYMENT_WRITE,
        "gateway.show_payment",
        "online_payment_id",
        _online_payment,
    ),
    Subject(
        "gateway-settlement",
        Permission.ONLINE_PAYMENT_READ,
        Permission.ONLINE_PAYMENT_WRITE,
        "gateway.show_settlement",
        "settlement_id",
        _settlement,
    ),
    Subject("count", Permission.STOCK_COUNT, Permission.STOCK_COUNT, "stocktaking.show_count", "count_id", _count),
    Subject(
        "adjustment",
        Permission.STOCK_WRITE,
        Permission.STOCK_WRITE,
        "stocktaking.show_adjustment",
        "adjustment_id",
        lambda b, i: Shown(stocktaking.adjustment(b, i)[0].number),
    ),
    Subject(
        "stock-journal",
        Permission.STOCK_READ,
        Permission.STOCK_WRITE,
        "assembly.show_journal",
        "journal_id",
        lambda b, i: Shown(assembly.journal(b, i).row.number),
    ),
    Subject(
        "cheque",
        Permission.RECEIPT_WRITE,
        Permission.RECEIPT_WRITE,
        "cheques.show_cheque",
        "cheque_id",
        lambda b, i: Shown(cheques.cheque(b, i).row.number),
    ),
    Subject(
        "deposit-slip",
        Permission.VOUCHER_WRITE,
        Permission.VOUCHER_WRITE,
        "cheques.show_slip",
        "slip_id",
        lambda b, i: Shown(cheques.slip(b, i).row.number),
    ),
    Subject(
        "write-off",
        Permission.WRITE_OFF,
        Permission.WRITE_OFF,
        "writing_off.show_write_off",
        "write_off_id",
        lambda b, i: Shown(writing_off.write_off(b, i).row.number),
    ),
    Subject(
        "interest-note",
        Permission.REPORT_READ,
        Permission.VOUCHER_WRITE,
        "interest.show_note",
        "note_id",
        lambda b, i: Shown(interest.note(b, i).row.number),
    ),
    Subject("shift", Permission.SHIFT_READ, Permission.REVIEW_SETTLE, "counter.show_shift", "shift_id", _shift),
    Subject(
        "item",
        Permission.ITEM_READ,
        Permission.ITEM_WRITE,
        "catalogue.show_item",
        "item_id",
        lambda b, i: Shown(catalogue.listed_item(b, i).name),
    ),
    Subject(
        "party",
        Permission.PARTY_READ,
        Permission.PARTY_WRITE,
        "parties.show_party",
        "party_id",
        lambda b, i: Shown(parties.party_row(b, i).name),
    ),
)
