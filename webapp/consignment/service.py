"""An agent's account sale: what he sold is billed to him, and his commission and expenses are his bill to us. Both are written, or none."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid5

from webapp import orders, parties, purchases
from webapp.consignment import rules
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.money import BasisPoints, MilliPaise, Paise, Qty, plain_decimal
from webapp.kernel.records import dataclass
from webapp.orders import DocumentView
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_one
from webapp.purchases import BillLine, LineKind
from webapp.sales import Issued, TypedLine, TypedSheet

_BILLS = UUID("6d756e69-6d00-5000-8000-6163636f756e")  # the commission's bill follows from the account sale's id
ONE_UNIT = Qty(1000)


@dataclass(frozen=True, slots=True)
class Sold:
    """How much of a line of the challan the agent sold, and at what rate of one unit as the line has it; None: at its own."""

    line_no: int
    qty: Qty
    rate: MilliPaise | None = None
    batch: str = ""
    serials: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    """What the agent keeps: `commission` or `expenses`, its amount without tax, the rate of GST on it, and our account for it."""

    kind: str
    amount: Paise
    rate_bp: BasisPoints
    account_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSale:
    """The agent's paper: its number, its day, what he sold of a challan, and what he keeps."""

    id: UUID
    challan_id: UUID
    number: str
    day: date
    sold: tuple[Sold, ...]
    charges: tuple[Charge, ...] = ()
    credit_reason: str = ""

    @property
    def body_sha256(self) -> str:
        sent = [self.number, self.day, [[one.kind, one.amount, one.rate_bp, one.account_id] for one in self.charges]]
        return hashlib.sha256(json.dumps(sent, default=str).encode()).hexdigest()


def enter_account_sale(books: Books, asked: AccountSale) -> Issued:
    """Bill what the agent sold, to him, and enter his bill of commission and expenses under the paper's own number. The same again gives
    the first answer.

    InvalidInput by field; NotLeft, with the figures, for more than stands with him; WrongState; DuplicateBill; what a bill and a
    purchase bill refuse.
    """
    write_one(books, asked.id)
    view = orders.document(books, asked.challan_id)
    if view.head.kind != "challan":
        raise NotFound("challan")
    quantities = [(one.line_no, int(one.qty)) for one in asked.sold]
    rules.require_account_sale(asked.number, quantities, asked.charges, asked.day, (view.head.document_date, books.today))
    if asked.charges:
        _require_supplier(books, view)
    issued = orders.issue(books, _sheet(view, asked))
    if asked.charges:
        _enter_charges(books, view, asked)
    return issued


def bill_of_charges(account_sale_id: UUID) -> UUID:
    """The id of the purchase bill that an account sale enters."""
    return uuid5(_BILLS, account_sale_id.hex)


def _sheet(view: DocumentView, asked: AccountSale) -> TypedSheet:
    """The rows that were sold, as they would be typed on the sheet of a bill."""
    lines = {line.line_no: line for line in view.lines}
    rows = []
    for place, one in enumerate(asked.sold, 1):
        line = lines.get(one.line_no)
        if line is None:
            raise NotFound("line of the challan")
        rate = line.unit_price_millipaise if one.rate is None else one.rate
        if rate < 0:
            raise InvalidInput({f"rate_{one.line_no}": "A rate is not less than 0."})
        rows.append(
            TypedLine(
                number=place, item_id=str(line.item_id), qty=plain_decimal(one.qty, 3), unit=line.unit, rate=plain_decimal(rate, 5),
                source=f"{line.document_id}.{line.line_no}", batch=one.batch, serials=one.serials,
            )
        )  # fmt: skip
    blank = orders.sheet_of([view], asked.id, asked.day)
    return replace(blank, reference=asked.number, bill_discount="", lines=tuple(rows), credit_reason=asked.credit_reason)


def _require_supplier(books: Books, view: DocumentView) -> None:
    agent = parties.party_row(books, view.head.party_id)
    if not agent.is_supplier:
        words = f"{agent.name} is a customer. Say on the party's page that it is a supplier too, for it bills its commission."
        raise InvalidInput({"commission": words})


def _enter_charges(books: Books, view: DocumentView, asked: AccountSale) -> None:
    lines = tuple(
        BillLine(kind=LineKind.EXPENSE, qty=ONE_UNIT, rate=MilliPaise(one.amount * 1000), account_id=one.account_id, rate_bp=one.rate_bp)
        for one in asked.charges
    )
    bill = purchases.Bill(
        id=bill_of_charges(asked.id),
        party_id=view.head.party_id,
        supplier_number=asked.number,
        bill_date=asked.day,
        voucher_date=asked.day,
        store_id=view.head.store_id,
        lines=lines,
        body_sha256=asked.body_sha256,
        note=f"Account sale {asked.number} of {view.head.number}",
    )
    purchases.enter_bill(books, bill)
