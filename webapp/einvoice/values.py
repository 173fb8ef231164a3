"""A document as the portal is told of it: frozen values, figures in paise and thousandths. Who fills them is `gathering`."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from webapp.kernel.money import BasisPoints, MilliPaise, Paise, Qty
from webapp.kernel.records import dataclass


class DocType(StrEnum):
    """The portal's three kinds of document (INV-01 v1.1, DocDtls.Typ)."""

    INVOICE = "INV"
    CREDIT_NOTE = "CRN"
    DEBIT_NOTE = "DBN"


class SupplyType(StrEnum):
    """Where the supply goes (TranDtls.SupTyp). WP is with payment of tax, WOP without, under bond or LUT."""

    B2B = "B2B"
    SEZ_PAID = "SEZWP"
    SEZ_LUT = "SEZWOP"
    EXPORT_PAID = "EXPWP"
    EXPORT_LUT = "EXPWOP"
    DEEMED_EXPORT = "DEXP"

    @property
    def is_export(self) -> bool:
        return self in (SupplyType.EXPORT_PAID, SupplyType.EXPORT_LUT)

    @property
    def is_sez(self) -> bool:
        return self in (SupplyType.SEZ_PAID, SupplyType.SEZ_LUT)


NOTHING, NO_RATE = Paise(0), BasisPoints(0)

# What the portal wants of a buyer abroad, who has no GSTIN: codes 2229, 2248, 2261 of its error list.
UNREGISTERED = "URP"
ABROAD_PIN = "999999"


@dataclass(frozen=True, slots=True)
class Place:
    """An address: `pin` has six digits, `state_code` two."""

    address: str
    town: str
    pin: str
    state_code: str


@dataclass(frozen=True, slots=True)
class Person:
    """A seller or a buyer. `gstin` is URP for a buyer abroad."""

    gstin: str
    legal_name: str
    trade_name: str
    place: Place
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """A place that goods leave from (no GSTIN) or go to, where it is not the seller's or the buyer's own."""

    name: str
    place: Place
    gstin: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `unit_price` and `gross` are before tax; taxable = gross - discount; total = taxable and all taxes.
    `is_taxable` is False of what is exempt, nil-rated or outside GST: the portal sees it in the other charges."""

    number: int
    name: str
    hsn: str
    qty: Qty
    unit: str
    unit_price: MilliPaise
    gross: Paise
    discount: Paise
    taxable: Paise
    rate_bp: BasisPoints
    igst: Paise = NOTHING
    cgst: Paise = NOTHING
    sgst: Paise = NOTHING
    cess_bp: BasisPoints = NO_RATE
    cess: Paise = NOTHING
    is_taxable: bool = True
    batch: str = ""

    @property
    def is_service(self) -> bool:
        """Chapter 99 of the tariff is services."""
        return self.hsn.startswith("99")

    @property
    def total(self) -> Paise:
        return Paise(self.taxable + self.igst + self.cgst + self.sgst + self.cess)


@dataclass(frozen=True, slots=True)
class Export:
    """The shipping bill of an export, as far as it is known."""

    bill_number: str = ""
    bill_day: date | None = None
    port: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Before:
    """The document that a note corrects."""

    number: str
    day: date


@dataclass(frozen=True, slots=True)
class Document:
    """A tax invoice, credit note or debit note, whole. Amounts of a note are positive: its type says which way they run."""

    doc_type: DocType
    number: str
    day: date
    supply_type: SupplyType
    seller: Person
    buyer: Person
    place_of_supply: str
    lines: tuple[Line, ...]
    round_off: Paise
    total: Paise
    collected: Paise = NOTHING  # tax collected at source, within the total and outside the value of GST
    paid: Paise = NOTHING
    due: Paise = NOTHING
    credit_days: int = 0
    is_reverse_charge: bool = False
    igst_on_intra: bool = False
    operator_gstin: str = ""  # of the e-commerce operator through whom it was sold
    before: tuple[Before, ...] = ()
    from_site: Site | None = None
    to_site: Site | None = None
    export: Export | None = None
