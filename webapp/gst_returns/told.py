"""GSTR-1 as values: documents told one by one, and the tables told in sums. All money in paise, quantities in thousandths. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace
from datetime import date
from typing import NamedTuple
from uuid import UUID

from webapp.gst_returns.periods import ReturnPeriod
from webapp.kernel.records import dataclass

# The sections in the order in which the file holds them; txpd and txpda are appended last by the tool.
# Table 15 and 15A, which an operator files, stand in four halves of one key (ecom, ecoma).
DOCUMENT_SECTIONS = (
    *("b2b", "b2ba", "b2cl", "b2cla", "exp", "expa", "cdnra", "cdnr", "cdnur", "cdnura"),
    *("ecomb2b", "ecomurp2b", "ecomab2b", "ecomaurp2b"),
)
SECTIONS = (
    *("b2b", "b2ba", "b2cl", "b2cla", "b2cs", "b2csa", "nil", "exp", "expa", "cdnra", "at", "ata", "cdnr", "cdnur", "cdnura"),
    *("doc_issue", "hsn", "supeco", "supecoa", "ecomb2b", "ecomb2c", "ecomurp2b", "ecomurp2c"),
    *("ecomab2b", "ecomab2c", "ecomaurp2b", "ecomaurp2c", "txpd", "txpda"),
)
# Tables without documents.
SUMMED = (
    *("b2cs", "b2csa", "nil", "at", "ata", "txpd", "txpda", "hsn", "doc_issue", "supeco", "supecoa"),
    *("ecomb2c", "ecomurp2c", "ecomab2c", "ecomaurp2c"),
)
AMENDED = {
    "b2b": "b2ba",
    "b2cl": "b2cla",
    "exp": "expa",
    "cdnr": "cdnra",
    "cdnur": "cdnura",
    "ecomb2b": "ecomab2b",
    "ecomurp2b": "ecomaurp2b",
}
AMENDMENT_OF = {amended: base for base, amended in AMENDED.items()}
UNTAXED_KINDS = ("INTRB2B", "INTRAB2B", "INTRB2C", "INTRAB2C")  # INTR is between states, INTRA within one


class Taxes(NamedTuple):
    """Value and taxes of something."""

    taxable: int = 0
    cgst: int = 0
    sgst: int = 0
    igst: int = 0
    cess: int = 0

    @property
    def tax(self) -> int:
        return self.cgst + self.sgst + self.igst + self.cess

    def plus(self, more: Sequence[int], sign: int = 1) -> Taxes:
        """This with `more` added, or with -1 taken away."""
        return Taxes(*(own + sign * other for own, other in zip(self, more, strict=True)))


NOTHING = Taxes()


class Item(NamedTuple):
    """One rate of a document. Basis points, then paise."""

    rate_bp: int
    taxable: int
    cgst: int
    sgst: int
    igst: int
    cess: int

    @property
    def taxes(self) -> Taxes:
        return Taxes(*self[1:])


@dataclass(frozen=True, slots=True)
class Document:
    """A document that is told by itself. `source` and `id` lead to it; `type` is R, SEWP, SEWOP, DE, CBW (b2b and cdnr), WPAY, WOPAY
    (exp), B2CL, EXPWP, EXPWOP (cdnur); `stin` is the supplier of table 15 and `ctin` the recipient; `note` is C or D; `original` the
    number and day of what an amendment puts right."""

    section: str
    source: str
    id: UUID | None
    number: str
    day: date
    value: int
    place: str
    type: str
    items: tuple[Item, ...]
    ctin: str = ""
    name: str = ""
    stin: str = ""
    note: str = ""
    is_reverse_charge: bool = False
    is_reduced: bool = False  # 65 % of the rate, Notification 37/2017-Central Tax (Rate); none of our documents is so
    shipping: tuple[str, str, date | None] | None = None  # port, number and day of the shipping bill
    original: tuple[str, date] | None = None
    was: Taxes = NOTHING  # what an amendment's document was told with before

    @property
    def taxes(self) -> Taxes:
        found = Taxes()
        for item in self.items:
            found = found.plus(item.taxes)
        return found

    @property
    def counted(self) -> Taxes:
        """What it adds to the tax of the period: a credit note takes away, an amendment adds what it changes, and where the buyer pays
        the tax (reverse charge) only the value."""
        now = self.taxes.plus(self.was, -1)
        if self.is_reverse_charge:
            now = Taxes(now.taxable)
        return Taxes().plus(now, -1) if self.note == "C" else now


class Small(NamedTuple):
    """A row of table 7: sales to unregistered buyers by place and rate, less what came back."""

    place: str
    rate_bp: int
    is_inter: bool
    taxes: Taxes
    is_reduced: bool = False


class SmallAmended(NamedTuple):
    """A record of table 10: what an earlier month's row of a place should have said, rate by rate, and what it was told with."""

    month: int
    place: str
    is_inter: bool
    items: tuple[Item, ...]
    was: Taxes
    is_reduced: bool = False


class Untaxed(NamedTuple):
    """A row of table 8."""

    kind: str
    nil: int
    exempt: int
    non_gst: int


class Advances(NamedTuple):
    """A place's row of table 11: what was received before its supply, or adjusted; without the tax in it, rate by rate. One that puts
    an earlier period's row right names its `month`, and what it was told with."""

    place: str
    is_inter: bool
    items: tuple[Item, ...]
    month: int = 0
    was: Taxes = NOTHING
    is_reduced: bool = False


class Operator(NamedTuple):
    """A row of table 14: what was sold through an e-commerce operator, less what came back. `pays` says that the operator pays the tax
    (CGST Act s.9(5)) and does not collect it at source (s.52): then no other table tells these sales. One that puts an earlier period's
    row right names its `month`, and the operator it was told under."""

    gstin: str
    pays: bool
    taxes: Taxes
    month: int = 0
    original: str = ""


class Through(NamedTuple):
    """A row of table 15: what a supplier (by `stin`, "" for all without a GSTIN) sold through us as operator to recipients without a GSTIN,
    by place and rate (s.9(5))."""

    stin: str
    place: str
    rate_bp: int
    is_inter: bool
    taxes: Taxes

    @property
    def section(self) -> str:
        return "ecomb2c" if self.stin else "ecomurp2c"


class ThroughAmended(NamedTuple):
    """A record of table 15A: what an earlier month's rows of a supplier and a place should have said, and what they were told with."""

    month: int
    stin: str
    place: str
    is_inter: bool
    items: tuple[Item, ...]
    was: Taxes

    @property
    def section(self) -> str:
        return "ecomab2c" if self.stin else "ecomaurp2c"


class HsnRow(NamedTuple):
    """A row of table 12. `name` is an item's; `qty` in thousandths of the unit."""

    is_b2b: bool
    hsn: str
    name: str
    uqc: str
    qty: int
    rate_bp: int
    taxes: Taxes
    description: str = ""


class Issued(NamedTuple):
    """A run of numbers of table 13. `nature` is its place in DOCUMENT_NATURES, from 1."""

    nature: int
    first: str
    last: str
    total: int
    cancelled: int


@dataclass(frozen=True, slots=True)
class Gstr1:
    """A whole return. Documents stand in the order of their sections, then as they are written."""

    gstin: str
    period: ReturnPeriod
    documents: tuple[Document, ...] = ()
    small: tuple[Small, ...] = ()
    small_amended: tuple[SmallAmended, ...] = ()
    untaxed: tuple[Untaxed, ...] = ()
    received: tuple[Advances, ...] = ()
    adjusted: tuple[Advances, ...] = ()
    received_amended: tuple[Advances, ...] = ()
    adjusted_amended: tuple[Advances, ...] = ()
    operators: tuple[Operator, ...] = ()
    operators_amended: tuple[Operator, ...] = ()
    through: tuple[Through, ...] = ()
    through_amended: tuple[ThroughAmended, ...] = ()
    hsn: tuple[HsnRow, ...] = ()
    issued: tuple[Issued, ...] = field(default=())

    def only(self, sections: Sequence[str]) -> Gstr1:
        """The same with no other sections: what a quarterly filer tells of a month."""
        return replace(
            self,
            documents=tuple(one for one in self.documents if one.section in sections),
            small=(),
            small_amended=(),
            untaxed=(),
            received=(),
            adjusted=(),
            received_amended=(),
            adjusted_amended=(),
            operators=(),
            operators_amended=(),
            through=(),
            through_amended=(),
            hsn=(),
            issued=(),
        )


class Total(NamedTuple):
    """A section in one line: how many documents or rows, and what they add to the period."""

    section: str
    rows: int
    taxes: Taxes
    value: int


def totals(told: Gstr1) -> list[Total]:
    """Each section that has something in it, in the order of the file. Tables 12 and 14 repeat what others tell and 13 has no money."""
    found: dict[str, list[tuple[Taxes, int]]] = {}
    for one in told.documents:
        found.setdefault(one.section, []).append((one.counted, -one.value if one.note == "C" else one.value))
    found["b2cs"] = [(row.taxes, row.taxes.taxable + row.taxes.tax) for row in told.small]
    found["b2csa"] = [(_sum(row.items).plus(row.was, -1), 0) for row in told.small_amended]
    found["nil"] = [(Taxes(untaxed_of(row)), untaxed_of(row)) for row in told.untaxed]
    found["at"] = [(_sum(row.items), 0) for row in told.received]
    found["txpd"] = [(Taxes().plus(_sum(row.items), -1), 0) for row in told.adjusted]
    found["ata"] = [(_sum(row.items).plus(row.was, -1), 0) for row in told.received_amended]
    found["txpda"] = [(row.was.plus(_sum(row.items), -1), 0) for row in told.adjusted_amended]
    found["supeco"] = [(row.taxes, 0) for row in told.operators]
    found["supecoa"] = [(row.taxes, 0) for row in told.operators_amended]
    for sold in told.through:
        found.setdefault(sold.section, []).append((sold.taxes, sold.taxes.taxable + sold.taxes.tax))
    for late in told.through_amended:
        found.setdefault(late.section, []).append((_sum(late.items).plus(late.was, -1), 0))
    found["hsn"] = [(row.taxes, 0) for row in told.hsn]
    found["doc_issue"] = [(Taxes(), 0) for row in told.issued]
    rows = []
    for section in SECTIONS:
        if parts := found.get(section):
            whole = Taxes()
            for part, _value in parts:
                whole = whole.plus(part)
            count = sum(row.total - row.cancelled for row in told.issued) if section == "doc_issue" else len(parts)
            rows.append(Total(section, count, whole, sum(value for _taxes, value in parts)))
    return rows


def tax_of_period(told: Gstr1) -> Taxes:
    """What the return says is due: every section but those that repeat, only count, or tell what an operator pays. Advances count their
    tax and no value."""
    whole = Taxes()
    for row in totals(told):
        if row.section in ("at", "ata", "txpd", "txpda"):
            whole = whole.plus(row.taxes._replace(taxable=0))
        elif row.section not in ("hsn", "doc_issue", "supeco", "supecoa"):
            whole = whole.plus(row.taxes)
    return whole


def untaxed_of(row: Untaxed) -> int:
    """A row of table 8 in one figure."""
    return row.nil + row.exempt + row.non_gst


def _sum(items: Sequence[Item]) -> Taxes:
    found = Taxes()
    for item in items:
        found = found.plus(item.taxes)
    return found
