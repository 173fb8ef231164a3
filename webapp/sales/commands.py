"""What others ask of this room, as frozen values: a sale, a return. Plain data; nothing is checked here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from webapp.kernel.money import BasisPoints, MilliPaise, Paise, Qty
from webapp.kernel.records import dataclass
from webapp.tax.rules import DocumentKind, Figures, Supply, Treatment

NOTHING = Paise(0)


class TenderMode(StrEnum):
    """How a bill is paid, or a return refunded. Credit is the customer's khata."""

    CASH = "cash"
    UPI = "upi"
    CARD = "card"
    CREDIT = "credit"


class Destination(StrEnum):
    """Where a supply goes, as far as the law taxes it otherwise (IGST Act s.16): at home, or zero-rated to another country or to a
    special economic zone, on payment of IGST or under bond or LUT without."""

    HOME = "home"
    EXPORT_LUT = "export_lut"
    EXPORT_PAID = "export_paid"
    SEZ_LUT = "sez_lut"
    SEZ_PAID = "sez_paid"

    @property
    def is_abroad(self) -> bool:
        return self in (Destination.EXPORT_LUT, Destination.EXPORT_PAID)

    @property
    def is_sez(self) -> bool:
        return self in (Destination.SEZ_LUT, Destination.SEZ_PAID)

    @property
    def is_untaxed(self) -> bool:
        """Whether no tax is paid: under bond or a letter of undertaking."""
        return self in (Destination.EXPORT_LUT, Destination.SEZ_LUT)


class TaxPayer(StrEnum):
    """Who pays the tax of a bill to the government: the seller, who charges it; the buyer under reverse charge (CGST Act s.9(3));
    or the e-commerce operator through whom it was sold (s.9(5))."""

    SELLER = "seller"
    BUYER = "buyer"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class InvoiceTerms:
    """What an office invoice says besides its figures. `due_on` is the last day to pay what is on credit; `reference` the buyer's
    order; `lut_number` stands on a supply under LUT (Rule 46, its proviso on exports); `is_deemed_export` on goods that Notification
    48/2017-Central Tax deems exported; `operator_gstin` on what was sold through an e-commerce operator (CGST Act s.52, s.9(5)).
    `nature` (webapp.tax.place) and `performed_in`, a state's code, say what the place of supply of a service hangs on; `place_section` of
    the IGST Act decided it, "" where it was chosen by hand."""

    destination: Destination = Destination.HOME
    lut_number: str = ""
    due_on: date | None = None
    reference: str = ""
    terms: str = ""
    tax_payer: TaxPayer = TaxPayer.SELLER
    is_deemed_export: bool = False
    operator_gstin: str = ""
    operator_name: str = ""
    nature: str = ""
    performed_in: str = ""
    place_section: str = ""

    @property
    def is_particular(self) -> bool:
        """Whether it says anything of its tax that most bills do not."""
        return bool(self.tax_payer is not TaxPayer.SELLER or self.is_deemed_export or self.operator_gstin)


@dataclass(frozen=True, slots=True)
class Tender:
    """One part of the payment. `given` is the cash handed over before change; only cash has it."""

    mode: TenderMode
    amount: Paise
    reference: str = ""
    given: Paise | None = None


@dataclass(frozen=True, slots=True)
class Printed:
    """What stands on the paper a till has printed for a line: it is kept as printed, whatever the catalogue says today."""

    name: str
    unit: str
    hsn: str
    mrp: Paise | None
    treatment: Treatment
    rate_bp: BasisPoints
    cess_bp: BasisPoints


@dataclass(frozen=True, slots=True)
class Delivered:
    """Goods that left before, on a delivery challan, out of one batch: thousandths, what they cost in paise, their serial numbers."""

    batch: str
    qty: Qty
    cost: Paise
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineOffer:
    """What a scheme took off a line, in paise: a part of the line's discount. `name` is the scheme's, as it stands on the paper."""

    scheme_id: UUID
    name: str
    off: Paise


@dataclass(frozen=True, slots=True)
class Together:
    """That a line is one supply with others (CGST Act s.8). `group` is the number, from 1, of the principal line, or of a mixed supply's
    first one."""

    group: int
    is_composite: bool
    is_principal: bool = False


@dataclass(frozen=True, slots=True)
class SaleLine:
    """One line to sell. `discount` is in paise for the whole line. Without `printed`, the catalogue's words and rate of the day hold."""

    item_id: UUID
    qty: Qty
    unit_price: MilliPaise
    price_includes_tax: bool
    discount: Paise = NOTHING
    name: str | None = None  # a name for this bill only ("Repair of fan"); None: the item's own
    printed: Printed | None = None
    # What these goods cost when they left on a delivery challan, in paise: the bill then moves no stock. None: they leave with it.
    delivered_cost: Paise | None = None
    delivered: tuple[Delivered, ...] = ()  # the batches and pieces among them, of an item that is kept by them
    batch: str = ""  # of an item kept by batch; "": the first to expire
    serials: tuple[str, ...] = ()  # of an item kept by serial number, one for each piece
    offers: tuple[LineOffer, ...] = ()  # the part of `discount` that schemes gave
    list_id: UUID | None = None  # the price list a till took the price from
    is_by_hand: bool = False  # its price or discount was given by a person: no scheme looks at it
    together: Together | None = None  # the office alone says it


@dataclass(frozen=True, slots=True)
class Sale:
    """A bill to issue.

    `id` is made by whoever makes the bill and is the idempotency key, together with `body_sha256`, the hash of what was
    sent. `seq` is the number the caller has already taken from `series`; None takes the next one here.
    `has_happened`: the goods are gone and the paper is in the customer's hand. Such a sale is not refused for what the
    shop would rather not have sold; that becomes a flag.
    `kind`, `supply` and `claimed` are the till's own; None leaves them to us.
    `credit_reason` says why credit is given past the customer's limit; only who may override it can say so.
    `expired_reason` says in the same way why a batch past its day is sold.
    `customer_buys` is the kind of goods that all this customer buys is of, for tax collected at source; the office looks it up.
    """

    id: UUID
    series: str
    seq: int | None
    invoice_date: date
    issued_at: datetime
    store_id: UUID
    cashier: str
    lines: tuple[SaleLine, ...]
    tenders: tuple[Tender, ...]
    body_sha256: str
    rules_v: int
    has_happened: bool
    kind: DocumentKind | None = None
    supply: Supply | None = None
    place_of_supply: str | None = None  # None: the customer's state, or ours
    bill_discount: Paise = NOTHING
    party_id: UUID | None = None
    party: Mapping[str, Any] | None = None  # name, phone, gstin, state_code, address, as printed
    till_id: UUID | None = None
    shift_id: UUID | None = None
    claimed: Figures | None = None
    note: str = ""
    terms: InvoiceTerms | None = None
    credit_reason: str = ""
    expired_reason: str = ""
    customer_buys: str = ""


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """How much of one line of the bill comes back. `line_no` counts from 1."""

    line_no: int
    qty: Qty
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SaleReturn:
    """Goods come back against a bill: a credit note (CGST Act s.34). Fields as in `Sale`.

    `refund` gives all of it back in one mode; else `tenders` say how. One of the two is used.
    """

    id: UUID
    against_id: UUID
    series: str
    seq: int | None
    invoice_date: date
    issued_at: datetime
    store_id: UUID
    cashier: str
    lines: tuple[ReturnLine, ...]
    body_sha256: str
    rules_v: int
    has_happened: bool
    tenders: tuple[Tender, ...] = ()
    refund: TenderMode | None = None
    till_id: UUID | None = None
    shift_id: UUID | None = None
    claimed: Figures | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class OfficeReturn:
    """A return made on the bill's page: everything comes back to the bill's store and is refunded in one mode."""

    id: UUID
    against_id: UUID
    lines: tuple[ReturnLine, ...]
    refund: TenderMode
    reason: str
    body_sha256: str
