"""The declared list: what a report may be made of. Each source has its tables, its columns with their kinds, and who may read it.

A column is an expression written here; a definition names it by its code and can do nothing else. Labels are in labels.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, and_, case, func, select

from webapp.catalogue.models import Item
from webapp.company.models import Store
from webapp.kernel.records import dataclass
from webapp.ledger.models import Account, AccountGroup, JournalLine, PartyBalance, Voucher
from webapp.parties.models import Party
from webapp.payments.models import Receipt, ReceiptCancellation
from webapp.platform.permissions import Permission
from webapp.sales.models import Invoice, InvoiceLine
from webapp.stock.models import StockBalance


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its kind (text, code, day, amount, qty, number), its expression, and who may see it if not all who see the source."""

    kind: str
    expression: Any
    needs: Permission | None = None
    is_summed: bool = True


@dataclass(frozen=True, slots=True)
class Source:
    """Rows to report on. `joined` puts the tables together, `key` makes their order certain, `day` is what periods look at."""

    needs: Permission
    root: type[Any]
    joins: tuple[tuple[Any, Any, bool], ...]
    fields: Mapping[str, Field]
    key: tuple[Any, ...]
    day: str = ""
    where: tuple[Any, ...] = ()

    def select(self, *columns: Any) -> Select[Any]:
        """These expressions over the tables of the source."""
        statement = select(*columns).select_from(self.root)
        for table, on, is_outer in self.joins:
            statement = statement.join(table, on, isouter=is_outer)
        return statement.where(*self.where) if self.where else statement


def _same(left: Any, key: Any, right: Any) -> Any:
    return and_(left.company_id == right.company_id, key == right.id)


_on_hand = (
    select(
        StockBalance.company_id,
        StockBalance.item_id,
        func.sum(StockBalance.qty).label("qty"),
        func.sum(StockBalance.value_paise).label("value"),
    )
    .group_by(StockBalance.company_id, StockBalance.item_id)
    .subquery("on_hand")
)
_due = (
    select(PartyBalance.company_id, PartyBalance.party_id, func.sum(PartyBalance.debit_paise - PartyBalance.credit_paise).label("due"))
    .join(Account, (Account.company_id == PartyBalance.company_id) & (Account.id == PartyBalance.account_id))
    .where(Account.code == "debtors")
    .group_by(PartyBalance.company_id, PartyBalance.party_id)
    .subquery("due")
)
_net = JournalLine.amount_paise
_cost = Permission.ITEM_COST_READ

_BILL = {
    "date": Field("day", Invoice.invoice_date),
    "number": Field("code", Invoice.number),
    "kind": Field("code", Invoice.kind),
    "party": Field("text", func.coalesce(Party.name, "")),
    "store": Field("text", Store.name),
    "cashier": Field("text", Invoice.cashier),
    "place_of_supply": Field("code", Invoice.place_of_supply),
}
_BILL_JOINS = (
    (Store, _same(Invoice, Invoice.store_id, Store), False),
    (Party, _same(Invoice, Invoice.party_id, Party), True),
)

SOURCES: Mapping[str, Source] = {
    "voucher-lines": Source(
        needs=Permission.REPORT_READ,
        root=JournalLine,
        joins=(
            (Voucher, _same(JournalLine, JournalLine.voucher_id, Voucher), False),
            (Account, _same(JournalLine, JournalLine.account_id, Account), False),
            (AccountGroup, _same(Account, Account.group_id, AccountGroup), False),
            (Store, _same(Voucher, Voucher.store_id, Store), False),
            (Party, _same(JournalLine, JournalLine.party_id, Party), True),
        ),
        fields={
            "date": Field("day", JournalLine.voucher_date),
            "number": Field("code", Voucher.number),
            "kind": Field("code", Voucher.kind),
            "account": Field("text", Account.name),
            "group": Field("text", AccountGroup.name),
            "party": Field("text", func.coalesce(Party.name, "")),
            "store": Field("text", Store.name),
            "narration": Field("text", Voucher.narration),
            "debit": Field("amount", case((_net > 0, _net), else_=0)),
            "credit": Field("amount", case((_net < 0, -_net), else_=0)),
            "net": Field("amount", _net),
        },
        key=(JournalLine.voucher_date, JournalLine.voucher_id, JournalLine.line_no),
        day="date",
    ),
    "bills": Source(
        needs=Permission.BILL_READ,
        root=Invoice,
        joins=_BILL_JOINS,
        fields={
            **_BILL,
            "gross": Field("amount", Invoice.gross_paise),
            "discount": Field("amount", Invoice.discount_paise),
            "taxable": Field("amount", Invoice.taxable_paise),
            "cgst": Field("amount", Invoice.cgst_paise),
            "sgst": Field("amount", Invoice.sgst_paise),
            "igst": Field("amount", Invoice.igst_paise),
            "cess": Field("amount", Invoice.cess_paise),
            "total": Field("amount", Invoice.total_paise),
            "cost": Field("amount", Invoice.cost_paise, _cost),
        },
        key=(Invoice.invoice_date, Invoice.id),
        day="date",
    ),
    "bill-lines": Source(
        needs=Permission.BILL_READ,
        root=InvoiceLine,
        joins=((Invoice, _same(InvoiceLine, InvoiceLine.invoice_id, Invoice), False), *_BILL_JOINS),
        fields={
            **_BILL,
            "item": Field("text", InvoiceLine.name),
            "hsn": Field("code", InvoiceLine.hsn),
            "unit": Field("code", InvoiceLine.unit),
            "qty": Field("qty", InvoiceLine.qty, is_summed=False),
            "gross": Field("amount", InvoiceLine.gross_paise),
            "discount": Field("amount", InvoiceLine.discount_paise),
            "taxable": Field("amount", InvoiceLine.taxable_paise),
            "total": Field("amount", InvoiceLine.total_paise),
            "cost": Field("amount", InvoiceLine.cost_paise, _cost),
        },
        key=(Invoice.invoice_date, InvoiceLine.invoice_id, InvoiceLine.line_no),
        day="date",
    ),
    "items": Source(
        needs=Permission.ITEM_READ,
        root=Item,
        joins=((_on_hand, and_(_on_hand.c.company_id == Item.company_id, _on_hand.c.item_id == Item.id), True),),
        fields={
            "item": Field("text", Item.name),
            "sku": Field("code", func.coalesce(Item.sku, "")),
            "category": Field("text", Item.category),
            "brand": Field("text", Item.brand),
            "hsn": Field("code", Item.hsn),
            "unit": Field("code", Item.unit),
            "on_hand": Field("qty", func.coalesce(_on_hand.c.qty, 0), Permission.STOCK_READ, is_summed=False),
            "stock_value": Field("amount", func.coalesce(_on_hand.c.value, 0), _cost),
        },
        key=(Item.name, Item.id),
        where=(Item.archived_at.is_(None),),
    ),
    "customers": Source(
        needs=Permission.PARTY_READ,
        root=Party,
        joins=((_due, and_(_due.c.company_id == Party.company_id, _due.c.party_id == Party.id), True),),
        fields={
            "party": Field("text", Party.name),
            "phone": Field("code", Party.phone),
            "city": Field("text", Party.city),
            "gstin": Field("code", func.coalesce(Party.gstin, "")),
            "credit_days": Field("number", Party.credit_days),
            "due": Field("amount", func.coalesce(_due.c.due, 0)),
        },
        key=(Party.name, Party.id),
        where=(Party.is_customer.is_(True), Party.archived_at.is_(None)),
    ),
    "receipts": Source(
        needs=Permission.RECEIPT_WRITE,
        root=Receipt,
        joins=(
            (Party, _same(Receipt, Receipt.party_id, Party), False),
            (Store, _same(Receipt, Receipt.store_id, Store), False),
            (
                ReceiptCancellation,
                and_(ReceiptCancellation.company_id == Receipt.company_id, ReceiptCancellation.receipt_id == Receipt.id),
                True,
            ),
        ),
        fields={
            "date": Field("day", Receipt.received_on),
            "number": Field("code", Receipt.number),
            "party": Field("text", Party.name),
            "store": Field("text", Store.name),
            "mode": Field("code", Receipt.mode),
            "reference": Field("code", Receipt.reference),
            "cashier": Field("text", Receipt.received_by),
            "amount": Field("amount", Receipt.amount_paise),
        },
        key=(Receipt.received_on, Receipt.id),
        day="date",
        where=(ReceiptCancellation.receipt_id.is_(None),),
    ),
}
