"""What was typed on the sheet of an office document, as it was typed: an invoice here, quotations and orders a storey above."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from uuid import UUID

from webapp.kernel.ids import new_id, read_id
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text
from webapp.sales.commands import Destination, TaxPayer, TenderMode
from webapp.tax.place import NATURES

MOST_ROWS = 300
MOST_SERIALS = 8_000  # signs of the serial numbers of one row
SPARE_ROWS = 3  # for browsers without scripts; the others add rows as they are needed
PAY = (*(mode.value for mode in TenderMode), "parts")
RATES = ("item", "without", "with")
_ROW = re.compile(r"item-(\d{1,4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class TypedLine:
    """One row. `source` names the line of the document it comes from, "<id>.<line>"; empty for one typed freely."""

    number: int
    item: str = ""
    item_id: str = ""
    qty: str = ""
    unit: str = ""
    rate: str = ""
    discount: str = ""
    source: str = ""
    batch: str = ""  # of goods kept by batch; empty: the first to expire
    serials: str = ""  # one a line, or with commas between
    together: str = ""  # what it is one supply with: another row's number, or a letter (webapp.sales.together)

    @property
    def is_blank(self) -> bool:
        return not (self.item.strip() or self.item_id or self.qty.strip() or self.rate.strip())


@dataclass(frozen=True, slots=True)
class TypedSheet:
    """A whole sheet. `parts` are the amounts paid now by mode; what they leave is on credit."""

    id: UUID
    day: str = ""
    store_id: str = ""
    party: str = ""
    party_id: str = ""
    place: str = ""
    nature: str = ""  # of a service (webapp.tax.place)
    performed_in: str = ""  # the state in which it happens
    destination: str = Destination.HOME.value
    lut_number: str = ""
    reference: str = ""
    rates: str = "item"
    bill_discount: str = ""
    due_on: str = ""
    terms: str = ""
    note: str = ""
    pay: str = TenderMode.CREDIT.value
    pay_reference: str = ""
    credit_reason: str = ""
    expired_reason: str = ""
    tax_payer: str = TaxPayer.SELLER.value
    is_deemed_export: str = ""  # "1" where it is said
    operator: str = ""  # an e-commerce operator's GSTIN, or the party's name that has it
    limit_reason: str = ""  # told by the actor (webapp.company.limits); kept here so that the form shows it again
    parts: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[TypedLine, ...] = ()

    def with_spare(self) -> tuple[TypedLine, ...]:
        """The rows, and some to fill in."""
        last = max((line.number for line in self.lines), default=0)
        return (*self.lines, *(TypedLine(last + place) for place in range(1, SPARE_ROWS + 1)))

    def sent(self) -> list[object]:
        """What of it makes the document, for the hash that tells a second sending from another document."""
        lines = [
            [
                line.item_id or line.item,
                line.qty,
                line.unit,
                line.rate,
                line.discount,
                line.source,
                *filter(None, (line.batch, line.serials, line.together and f"with {line.together}")),
            ]
            for line in self.lines
        ]
        own = (self.day, self.store_id, self.party_id or self.party, self.place, self.destination, self.lut_number, self.reference)
        rest = (self.rates, self.bill_discount, self.due_on, self.terms, self.note, self.pay, self.pay_reference)
        few = [one for one in (self.tax_payer, self.is_deemed_export, self.operator) if one and one != TaxPayer.SELLER]
        where = [f"{name} {one}" for name, one in (("nature", self.nature), ("in", self.performed_in)) if one]
        return [*own, *rest, sorted(self.parts.items()), lines, *few, *where]


def read_sheet(form: Mapping[str, str]) -> TypedSheet:
    """The form as it was typed; blank rows left out. Nothing is judged here."""
    numbers = sorted({int(found[1]) for name in form if (found := _ROW.fullmatch(name))})
    lines = (_line(form, number) for number in numbers)

    def words(name: str, most: int = 300) -> str:
        return clean_text(form.get(name, ""))[:most]

    def one_of(name: str, known: tuple[str, ...]) -> str:
        return form.get(name, "") if form.get(name, "") in known else known[0]

    pay = form.get("pay", "")
    return TypedSheet(
        id=read_id(form.get("id")) or new_id(),
        day=words("day"),
        store_id=words("store_id"),
        party=words("party"),
        party_id=words("party_id"),
        place=words("place", 2),
        nature=one_of("nature", ("", *NATURES)),
        performed_in=words("performed_in", 2),
        destination=one_of("destination", tuple(one.value for one in Destination)),
        lut_number=words("lut_number", 101),
        tax_payer=one_of("tax_payer", tuple(one.value for one in TaxPayer)),
        is_deemed_export="1" if form.get("is_deemed_export") else "",
        operator=words("operator", 101),
        reference=words("reference", 101),
        rates=one_of("rates", RATES),
        bill_discount=words("bill_discount", 40),
        due_on=words("due_on"),
        terms=words("terms", 1001),
        note=words("note", 1001),
        pay=pay if pay in PAY else TenderMode.CREDIT.value,
        pay_reference=words("pay_reference", 101),
        credit_reason=words("credit_reason", 301),
        expired_reason=words("expired_reason", 301),
        limit_reason=words("limit_reason", 301),
        parts={mode.value: words(f"paid_{mode.value}", 40) for mode in TenderMode if mode is not TenderMode.CREDIT},
        lines=tuple(line for line in lines if not line.is_blank)[: MOST_ROWS + 1],  # one too many is refused in words
    )


def _line(form: Mapping[str, str], number: int) -> TypedLine:
    def words(name: str, most: int = 100) -> str:
        return clean_text(form.get(f"{name}-{number}", ""))[:most]

    return TypedLine(
        number=number,
        item=words("item", 500),
        item_id=words("item_id"),
        qty=words("qty"),
        unit=words("unit"),
        rate=words("rate"),
        discount=words("discount"),
        source=words("source"),
        batch=words("batch"),
        together=words("together", 10),
        serials=", ".join(part.strip() for part in form.get(f"serials-{number}", "")[:MOST_SERIALS].splitlines() if part.strip()),
    )
