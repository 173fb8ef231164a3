"""A consignment as the e-way bill portal is told of it: frozen values, figures in paise and thousandths. Who fills them is `gathering`."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from webapp.kernel.money import BasisPoints, Paise, Qty
from webapp.kernel.records import dataclass

UNREGISTERED = "URP"
ABROAD_PIN = "999999"
NOTHING, NO_RATE = Paise(0), BasisPoints(0)


class Kind(StrEnum):
    """Which document of ours the goods travel with. The words are those of `reports.documents`."""

    INVOICE = "invoice"  # a bill, or a credit note
    ORDER = "order_document"  # a delivery challan, or goods back on one
    TRANSFER = "transfer"
    PURCHASE = "purchase_bill"  # a supplier's bill, or a debit note
    CONSIGNMENT = "consignment_return"


class SubSupply(StrEnum):
    """What the goods travel for (codes of the portal)."""

    SUPPLY = "1"
    IMPORT = "2"
    EXPORT = "3"
    JOB_WORK = "4"
    OWN_USE = "5"
    JOB_WORK_RETURN = "6"
    SALES_RETURN = "7"
    OTHERS = "8"
    KNOCKED_DOWN = "9"
    LINE_SALES = "10"
    UNKNOWN_RECIPIENT = "11"
    EXHIBITION = "12"


@dataclass(frozen=True, slots=True)
class Place:
    """An address: `pin` has six digits, `state_code` two."""

    address: str
    town: str
    pin: str
    state_code: str


@dataclass(frozen=True, slots=True)
class Site:
    """A place that goods leave from or go to, where it is not the one on the paper. `gstin` may be empty."""

    name: str
    place: Place
    gstin: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """One end of the way: whose name and registration the paper bears (URP: none), its own place, and another place for the goods."""

    gstin: str
    name: str
    place: Place
    site: Site | None = None

    @property
    def goods_at(self) -> Place:
        """Where the goods leave or arrive."""
        return self.site.place if self.site else self.place


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `is_taxable` is False of what is exempt, nil-rated or outside GST."""

    number: int
    name: str
    hsn: str
    qty: Qty
    unit: str
    taxable: Paise
    rate_bp: BasisPoints = NO_RATE
    cgst: Paise = NOTHING
    sgst: Paise = NOTHING
    igst: Paise = NOTHING
    cess_bp: BasisPoints = NO_RATE
    cess: Paise = NOTHING
    is_taxable: bool = True

    @property
    def is_service(self) -> bool:
        """Chapter 99 of the tariff is services."""
        return self.hsn.startswith("99")

    @property
    def total(self) -> Paise:
        return Paise(self.taxable + self.cgst + self.sgst + self.igst + self.cess)


@dataclass(frozen=True, slots=True)
class Consignment:
    """Goods that travel with one document. `gstin` is who tells the portal: the sender of an outward supply, the taker of an inward one."""

    gstin: str
    is_outward: bool
    sub_supply: SubSupply
    doc_type: str  # INV, BIL, BOE, CHL, OTH
    number: str
    day: date
    sender: End
    taker: End
    lines: tuple[Line, ...]
    total: Paise
    sub_words: str = ""  # what for, where the portal's words are "others"
    collected: Paise = NOTHING  # tax collected at source: within the total, outside the value of the goods

    @property
    def transaction_type(self) -> int:
        """1 regular, 2 bill to - ship to, 3 bill from - dispatch from, 4 both."""
        return 1 + bool(self.taker.site) + 2 * bool(self.sender.site)

    @property
    def is_between_states(self) -> bool:
        return self.sender.goods_at.state_code != self.taker.goods_at.state_code


@dataclass(frozen=True, slots=True)
class Carriage:
    """How the goods travel. Distance 0: the portal's own from PIN to PIN. Without a mode it is part A alone."""

    distance_km: int = 0
    mode: str = ""  # webapp.ewaybills.law MODES
    vehicle: str = ""
    vehicle_type: str = "R"  # O: over-dimensional cargo
    transporter_id: str = ""  # a GSTIN, or the TRANSIN of one without
    transporter_name: str = ""
    trans_doc_no: str = ""
    trans_doc_date: date | None = None

    @property
    def has_part_b(self) -> bool:
        return bool(self.mode and (self.vehicle or self.trans_doc_no))
