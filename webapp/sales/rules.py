"""How a sale becomes a bill: what is malformed, what the lines are taxed at, its figures, its tenders, and what needs a look.

Pure. Branches live here; the service gathers before and writes after.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Protocol
from uuid import UUID

from webapp.kernel.errors import BooksError, Conflict
from webapp.kernel.money import MilliPaise, Paise, plain_decimal, rounded, rupees
from webapp.kernel.records import dataclass
from webapp.sales.billed import BilledLine
from webapp.sales.checking import Malformed, check_tenders
from webapp.sales.commands import Printed, Sale, SaleLine, TaxPayer, Tender
from webapp.sales.flags import Flag, FlagKind, above_mrp
from webapp.sales.placing import Placed, placed
from webapp.sales.together import taxed_together
from webapp.tax.retail import retail_value
from webapp.tax.rules import (
    BillLine,
    DatedRate,
    DocumentKind,
    Figures,
    LineFigures,
    Scheme,
    Supply,
    TaxClass,
    Terms,
    Treatment,
    document_kind,
    rate_on,
    work_out,
)
from webapp.tax.uncharged import uncharged

# Rule 46(e): from this taxable value an unregistered buyer's name and address stand on the invoice.
NAMED_BUYER_FROM = Paise(50_000_00)


class FiguresDiffer(BooksError):
    """The till's figures are not what the same rules give here. Both are kept for whoever looks at it."""

    def __init__(self, claimed: Figures, worked: Figures) -> None:
        super().__init__(
            problem=f"The figures sent do not agree with the books: {difference(claimed, worked)}.",
            fix="Keep the paper bill and have both sets of figures compared; the sale waits until a person settles it.",
        )
        self.claimed = claimed
        self.worked = worked


@dataclass(frozen=True, slots=True)
class Shop:
    """What a sale needs to know of the seller."""

    scheme: Scheme
    state_code: str
    rounds_to_rupee: bool


class ItemFacts(Protocol):
    """What a sale needs to know of an item: the catalogue's BillItem."""

    @property
    def name(self) -> str: ...
    @property
    def local_name(self) -> str: ...
    @property
    def hsn(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def tax_class(self) -> TaxClass: ...
    @property
    def is_stocked(self) -> bool: ...
    @property
    def mrp_paise(self) -> Paise | None: ...
    @property
    def archived(self) -> bool: ...
    @property
    def kind(self) -> str: ...
    @property
    def supply_nature(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Bill:
    """A sale, decided. `flags` are what it would be refused for had it not happened."""

    kind: DocumentKind
    scheme: Scheme
    supply: Supply
    place_of_supply: str
    lines: tuple[BilledLine, ...]
    figures: Figures
    tenders: tuple[Tender, ...]
    flags: tuple[Flag, ...]
    placed: Placed


@dataclass(frozen=True, slots=True)
class Worked:
    """A sale worked out, before anybody has paid: the paper it would be, its lines and figures, and which taxes they carry."""

    kind: DocumentKind
    scheme: Scheme
    supply: Supply
    place: str
    lines: tuple[BilledLine, ...]
    figures: Figures
    placed: Placed


def require_same(body_sha256: str, sent_sha256: str) -> None:
    """The same id may come again with the same content only."""
    if body_sha256 != sent_sha256:
        raise Conflict(
            problem="Another document was issued under this id, with other content.",
            fix="Nothing was changed. Compare the two papers and issue the second one anew if it is real.",
        )


def decide(sale: Sale, shop: Shop, items: Mapping[UUID, ItemFacts], today: date) -> Bill:
    """Work a sale out. Every item of it is in `items`.

    BooksError where no bill can come of it: a discount above the amount, a figure too large, tenders that are not the
    total, a till's figures that differ from ours.
    """
    findings = Findings()
    worked = work_out_sale(sale, shop, items, findings)
    lines, scheme, kind, place, supply, figures = worked.lines, worked.scheme, worked.kind, worked.place, worked.supply, worked.figures
    treatments = [line.treatment for line in lines]
    if sale.claimed is not None and sale.claimed != figures:
        raise FiguresDiffer(sale.claimed, figures)
    check_tenders(sale.tenders, figures.total, has_party=sale.party_id is not None)
    if sale.kind not in (None, kind) or scheme is not shop.scheme:
        findings.add(FlagKind.KIND_DIFFERS, printed=sale.kind, expected=document_kind(shop.scheme, treatments))
    if sale.supply not in (None, supply):
        findings.add(FlagKind.SUPPLY_DIFFERS, printed=sale.supply, expected=supply, place_of_supply=place)
    if sale.invoice_date > today + timedelta(days=1 if sale.has_happened else 0):
        findings.add(FlagKind.FUTURE_DATE, date=sale.invoice_date.isoformat(), today=today.isoformat())
    flags = (*findings.flags(), *_above_mrp(lines, figures), *_buyer_unnamed(sale, sale.kind or kind, figures))
    return Bill(sale.kind or kind, scheme, sale.supply or supply, place, lines, figures, sale.tenders, flags, worked.placed)


def work_out_sale(sale: Sale, shop: Shop, items: Mapping[UUID, ItemFacts], findings: Findings | None = None) -> Worked:
    """What a sale comes to, without its payments. BooksError where no bill can come of it."""
    found = findings or Findings()
    lines = tuple(_billed(number, line, items[line.item_id], sale.invoice_date, found) for number, line in enumerate(sale.lines, start=1))
    lines = taxed_together(lines, [line.together for line in sale.lines])
    treatments = [line.treatment for line in lines]
    scheme = scheme_of(sale.kind, shop.scheme, treatments)
    where = placed(sale, shop.state_code, items)
    supply = where.supply
    figures = work_out(
        [bill_line(line) for line in lines],
        Terms(scheme=scheme, supply=sale.supply or supply, bill_discount=sale.bill_discount, rounds_to_rupee=shop.rounds_to_rupee),
    )
    if sale.terms is not None and sale.terms.tax_payer is not TaxPayer.SELLER:
        figures = uncharged(figures, rounds_to_rupee=shop.rounds_to_rupee)
    return Worked(document_kind(scheme, treatments), scheme, supply, where.place, lines, figures, where)


def scheme_of(printed: DocumentKind | None, ours: Scheme, treatments: Sequence[Treatment]) -> Scheme:
    """The scheme a printed bill was made under: a till may not know yet that the shop has changed it.

    The paper tells: a tax invoice is a regular seller's, a plain bill an unregistered one's, and a bill of supply with
    taxable goods on it a composition seller's.
    """
    if printed is None or printed is document_kind(ours, treatments):
        return ours
    if printed is DocumentKind.TAX_INVOICE:
        return Scheme.REGULAR
    if printed is DocumentKind.BILL:
        return Scheme.UNREGISTERED
    if Treatment.TAXABLE in treatments:
        return Scheme.COMPOSITION
    return Scheme.REGULAR


def difference(claimed: Figures, worked: Figures) -> str:
    """The first figure that differs, in words."""
    pairs: list[tuple[str, Any, Any]] = [("The bill's ", claimed, worked)]
    pairs += [(f"Line {number}: ", *pair) for number, pair in enumerate(zip(claimed.lines, worked.lines, strict=False), start=1)]
    for where, theirs, ours in pairs:
        for name in ("gross", "discount", "bill_discount", "taxable", "cgst", "sgst", "igst", "cess", "round_off", "total"):
            sent, own = getattr(theirs, name, 0), getattr(ours, name, 0)
            if sent != own:
                return f"{where}{name.replace('_', ' ')} is {rupees(sent)} there and {rupees(own)} here"
    return f"{len(claimed.lines)} lines there and {len(worked.lines)} here"


def bill_line(line: BilledLine) -> BillLine:
    """The part of a line that the tax arithmetic wants."""
    return BillLine(
        qty=line.qty,
        unit_price=line.unit_price,
        price_includes_tax=line.price_includes_tax,
        discount=line.discount,
        rate_bp=line.rate_bp,
        cess_bp=line.cess_bp,
        retail=line.retail,
    )


def fitting_class(classes: Sequence[tuple[UUID, TaxClass]], printed: Printed, day: date) -> UUID:
    """The tax class a printed line was most likely sold under: one with that rate now, else one that has had it."""
    wanted = (printed.rate_bp, printed.cess_bp)
    of_kind = [(id_, law) for id_, law in classes if law.treatment is printed.treatment]
    if printed.treatment is Treatment.NIL:
        of_kind += [(id_, law) for id_, law in classes if law.treatment is Treatment.TAXABLE]
    rated = [(id_, [row for row in law.rates if row.effective_from <= day and not row.on_retail_price]) for id_, law in of_kind]
    held = [(id_, rows) for id_, rows in rated if any((row.rate_bp, row.cess_bp) == wanted for row in rows)]
    if not held:
        raise Malformed(
            problem=f"{printed.name}: no tax class here has ever had a rate of {plain_decimal(printed.rate_bp, 2)} %.",
            fix="Add the item with its tax class, then send the bill again.",
        )
    # Fewest rates first: the plain class of that rate, before one that only had it once.
    return min(held, key=lambda pair: (len(pair[1]), pair[0].int))[0]


def first_of_next_month(day: date) -> date:
    """The day after the last of the month."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


class Findings:
    """Collects flags: those about lines are listed together under one kind."""

    def __init__(self) -> None:
        self._by_kind: dict[FlagKind, dict[str, Any]] = {}

    def add(self, kind: FlagKind, **detail: Any) -> None:
        self._by_kind[kind] = {name: str(value) if value is not None else None for name, value in detail.items()}

    def add_line(self, kind: FlagKind, **line: Any) -> None:
        self._by_kind.setdefault(kind, {"lines": []})["lines"].append(line)

    def flags(self) -> tuple[Flag, ...]:
        return tuple(Flag(kind, detail) for kind, detail in self._by_kind.items())


def _billed(number: int, line: SaleLine, item: ItemFacts, day: date, findings: Findings) -> BilledLine:
    printed, retail = line.printed, None
    if item.archived:
        findings.add_line(FlagKind.ARCHIVED_ITEM, line=number, name=item.name)
    if printed is None:
        rate = rate_on(item.tax_class, day, _unit_value(line), price_includes_tax=line.price_includes_tax)
        treatment, rate_bp, cess_bp = _treatment(item.tax_class, rate), rate.rate_bp, rate.cess_bp
        retail = retail_value(item.name, item.mrp_paise, line.qty) if rate.on_retail_price else None
    else:
        treatment, rate_bp, cess_bp = printed.treatment, printed.rate_bp, printed.cess_bp
        _compare_rate(number, line, item, day, findings)
    return BilledLine(
        item_id=line.item_id,
        name=line.name or (printed.name if printed else item.name),
        local_name=item.local_name,
        hsn=printed.hsn if printed else item.hsn,
        unit=printed.unit if printed else item.unit,
        qty=line.qty,
        unit_price=line.unit_price,
        price_includes_tax=line.price_includes_tax,
        mrp=printed.mrp if printed else item.mrp_paise,
        treatment=treatment,
        rate_bp=rate_bp,
        cess_bp=cess_bp,
        discount=line.discount,
        moves_stock=item.is_stocked,
        delivered_cost=line.delivered_cost if item.is_stocked else None,
        retail=retail,
    )


def _unit_value(line: SaleLine) -> MilliPaise:
    """What one unit is sold for after the line's discount: what a rate by price looks at."""
    if not line.discount:
        return line.unit_price
    left = rounded(line.qty * line.unit_price, 1_000_000) - line.discount
    return MilliPaise(max(rounded(left * 1_000_000, line.qty), 0))


def _treatment(tax_class: TaxClass, rate: DatedRate) -> Treatment:
    if tax_class.treatment is Treatment.TAXABLE and not rate.rate_bp and not rate.cess_bp:
        return Treatment.NIL
    return tax_class.treatment


def _compare_rate(number: int, line: SaleLine, item: ItemFacts, day: date, findings: Findings) -> None:
    """Flag a printed rate that is not the one of the day. It stands: the customer has paid by it."""
    printed = line.printed
    if printed is None:
        return
    used = (printed.rate_bp, printed.cess_bp)
    try:
        rate = rate_on(item.tax_class, day, _unit_value(line), price_includes_tax=line.price_includes_tax)
        # What a paper sold at a rate of its price was not taxed at the retail sale price.
        due: tuple[int, int] | None = None if rate.on_retail_price else (rate.rate_bp, rate.cess_bp)
    except BooksError:
        due = None
    if used == due:
        return
    earlier = {(row.rate_bp, row.cess_bp) for row in item.tax_class.rates if row.effective_from <= day and not row.on_retail_price}
    kind = FlagKind.RATE_OUTDATED if used in earlier else FlagKind.RATE_DIFFERS
    findings.add_line(kind, line=number, name=printed.name, used_bp=sum(used), due_bp=sum(due) if due else None)


def _above_mrp(lines: Sequence[BilledLine], figures: Figures) -> tuple[Flag, ...]:
    found = []
    for number, (line, fig) in enumerate(zip(lines, figures.lines, strict=True), start=1):
        if line.mrp is not None and (over := over_mrp(number, line, fig, line.mrp)):
            found.append(over)
    return (above_mrp(found),) if found else ()


def over_mrp(number: int, line: BilledLine, fig: LineFigures, mrp: Paise) -> dict[str, Any] | None:
    """What a flag says of a line that comes to more than its MRP allows; None when it does not."""
    allowed = rounded(mrp * line.qty, 1000)
    # Tax added on top is rounded twice, which may come to one paisa more than the same price with tax.
    slack = 0 if line.price_includes_tax else 1
    return {"line": number, "name": line.name, "amount": fig.total, "allowed": allowed} if fig.total > allowed + slack else None


def _buyer_unnamed(sale: Sale, kind: DocumentKind, figures: Figures) -> tuple[Flag, ...]:
    party = sale.party or {}
    if kind is not DocumentKind.TAX_INVOICE or figures.taxable < NAMED_BUYER_FROM or party.get("gstin"):
        return ()
    if party.get("name") and party.get("address"):
        return ()
    return (Flag(FlagKind.BUYER_UNNAMED, {"taxable": figures.taxable}),)
