"""What the rooms and pages above ask of purchases: a supplier's bill, a debit note, a goods receipt, an order. Frozen values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from webapp.kernel.money import BasisPoints, MilliPaise, Paise, Qty, rounded
from webapp.kernel.records import dataclass

NOTHING = Paise(0)
ONE = 1_000_000  # a rate of exchange is in millionths


class TaxBy(StrEnum):
    """Who pays the tax on a purchase to the government."""

    SUPPLIER = "supplier"  # it stands on the supplier's bill
    REVERSE_CHARGE = "reverse_charge"  # we do: CGST Act s.9(3) and (4), IGST Act s.5(3) and (4)
    IMPORT = "import"  # we did, to customs, with the bill of entry: IGST Act s.5(1), proviso


class LineKind(StrEnum):
    """What a line of a bill is for."""

    ITEM = "item"
    EXPENSE = "expense"  # names an account of the chart instead of an item
    CHARGE = "charge"  # freight, loading, packing: shared into the cost of the goods


class LineRef(NamedTuple):
    """A line of an earlier document: of an order, a goods receipt or a bill."""

    id: UUID
    line_no: int


@dataclass(frozen=True, slots=True)
class Heads:
    """Tax by head, in paise. None: not said, so our own working stands."""

    cgst: Paise | None = None
    sgst: Paise | None = None
    igst: Paise | None = None
    cess: Paise | None = None

    def each(self) -> Iterator[tuple[str, Paise | None]]:
        """(head, paise) in the order of the law."""
        for field in fields(self):
            yield field.name, getattr(self, field.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """One line of a supplier's bill. `rate` is of one unit, without tax; `rate_bp` None takes the item's own of the bill's day.

    `is_claimed`: its input tax is claimed (ITC). `receipt` and `order` name the lines it bills.
    """

    kind: LineKind
    qty: Qty
    rate: MilliPaise
    item_id: UUID | None = None
    account_id: UUID | None = None
    name: str = ""
    discount: Paise = NOTHING
    rate_bp: BasisPoints | None = None
    is_claimed: bool = True
    batch: str = ""
    expires_on: date | None = None
    made_on: date | None = None
    mrp: Paise | None = None
    serials: tuple[str, ...] = ()
    receipt: LineRef | None = None
    order: LineRef | None = None


@dataclass(frozen=True, slots=True)
class Customs:
    """Goods from abroad: the bill of entry, and what was paid to customs from `paid_from`. `duty` is basic customs duty with its
    surcharge: a cost of the goods; the IGST and cess are input tax (CGST Rule 36(1)(d))."""

    entry_number: str
    entry_date: date
    port_code: str
    assessable: Paise
    duty: Paise
    igst: Paise
    cess: Paise
    paid_from: UUID


@dataclass(frozen=True, slots=True)
class Foreign:
    """The paper's own money: its ISO 4217 code, millionths of a rupee for one unit, and its total in hundredths of a unit. Every other
    figure of the bill is in rupees."""

    currency: str
    rate_micro: int
    total: int

    @property
    def in_rupees(self) -> Paise:
        """The total in paise, at the bill's own rate."""
        return Paise(rounded(self.total * self.rate_micro, ONE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A supplier's bill as it came. `id` is made by whoever types it, with the hash of what was sent.

    `voucher_date` is its day in our books. `taxes` is what stands on the supplier's paper; `taxes_confirmed` says that it was
    looked at where it differs from our working. `paper_total` is the foot of the paper: the difference to the lines is its
    rounding. `due_on` None follows from the supplier's credit days.
    """

    id: UUID
    party_id: UUID
    supplier_number: str
    bill_date: date
    voucher_date: date
    store_id: UUID
    lines: tuple[BillLine, ...]
    body_sha256: str
    tax_by: TaxBy = TaxBy.SUPPLIER
    place_of_supply: str = ""
    taxes: Heads = Heads()
    taxes_confirmed: bool = False
    paper_total: Paise | None = None
    due_on: date | None = None
    customs: Customs | None = None
    foreign: Foreign | None = None
    irn: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class NoteLine:
    """How much of a line of a bill goes back; or, with no goods, by how much in paise, without tax, its price is lower (`off`)."""

    line_no: int
    qty: Qty
    serials: tuple[str, ...] = ()
    off: Paise = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A debit note: goods of one bill go back to the supplier, at what they cost, and their input tax with them; or its price is lower
    than was billed, and the goods stay."""

    id: UUID
    against_id: UUID
    note_date: date
    reason: str
    lines: tuple[NoteLine, ...]
    body_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """Goods that came. `rate` is what one unit is expected to cost, without tax: the order's, or as agreed."""

    item_id: UUID
    qty: Qty
    rate: MilliPaise
    discount: Paise = NOTHING
    batch: str = ""
    expires_on: date | None = None
    made_on: date | None = None
    mrp: Paise | None = None
    serials: tuple[str, ...] = ()
    order_line_no: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Goods came before their bill. `reference` is the supplier's challan or the lorry receipt.

    `is_consignment`: they stay the supplier's until they are sold; the rates are what is agreed for then.
    """

    id: UUID
    party_id: UUID
    received_on: date
    store_id: UUID
    lines: tuple[ReceiptLine, ...]
    body_sha256: str
    order_id: UUID | None = None
    reference: str = ""
    note: str = ""
    is_consignment: bool = False


@dataclass(frozen=True, slots=True)
class ConsignmentBack:
    """Goods of a receipt on consignment that were not sold go back: line of the receipt → how much, and which pieces."""

    id: UUID
    receipt_id: UUID
    returned_on: date
    reason: str
    lines: tuple[NoteLine, ...]
    body_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """Goods that are wanted. `rate` is of one unit, without tax."""

    item_id: UUID
    qty: Qty
    rate: MilliPaise
    discount: Paise = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A purchase order. `version` is the one that is changed, 0 for a new one; only a draft is changed."""

    id: UUID
    party_id: UUID
    order_date: date
    store_id: UUID
    lines: tuple[OrderLine, ...]
    body_sha256: str
    expected_on: date | None = None
    note: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money for a bill under reverse charge, with the payment voucher that section 31(3)(g) asks for."""

    id: UUID
    bill_id: UUID
    paid_on: date
    amount: Paise
    account_id: UUID
    body_sha256: str
    reference: str = ""
