"""From what was typed on a sheet to a sale: names become items and customers, packs become base units, percentages become paise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from webapp import catalogue, parties, stock
from webapp.catalogue import Price, SoldItem, SoldPack
from webapp.company import stores
from webapp.kernel.dates import read_day, written
from webapp.kernel.errors import BooksError, InvalidInput
from webapp.kernel.ids import read_id
from webapp.kernel.money import MilliPaise, Paise, Qty, in_base_units, read_basis_points, read_millipaise, read_paise, read_qty, rounded
from webapp.kernel.records import dataclass
from webapp.kernel.typed_days import typed_day
from webapp.parties import PartyRow
from webapp.platform.tenancy import Books
from webapp.sales import hooks
from webapp.sales.commands import Destination, InvoiceTerms, LineOffer, SaleLine, TaxPayer, TenderMode, Together
from webapp.sales.offers import offers_on
from webapp.sales.together import read_marks
from webapp.sales.typed import MOST_ROWS, TypedLine, TypedSheet
from webapp.schemes import Line
from webapp.tax.rules import STATES, check_gstin, discount_from_bp

NOTHING = Paise(0)


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A row understood. `qty` and `unit_price` are of the item's base unit; `typed_qty` (thousandths), `unit` and its `rate` as they
    were said. What is not typed of the rate is the price that holds (webapp.catalogue.prices_for)."""

    number: int
    item_id: UUID
    unit: str
    typed_qty: Qty
    qty: Qty
    unit_price: MilliPaise
    price_includes_tax: bool
    discount: Paise
    source: tuple[UUID, int] | None
    rate: MilliPaise
    list_name: str = ""  # of the price list the rate comes from
    tracking: str = "none"
    batch: str = ""
    serials: tuple[str, ...] = ()
    listed: Paise = NOTHING  # what the whole row comes to at the price that holds, before any discount
    listed_with_tax: bool = False
    offers: tuple[LineOffer, ...] = ()  # the part of `discount` that schemes gave
    together: Together | None = None

    @property
    def off(self) -> Paise:
        """What schemes took off, in paise."""
        return Paise(sum(offer.off for offer in self.offers))

    def as_sold(self) -> SaleLine:
        """The line as a bill takes it."""
        own = (self.item_id, self.qty, self.unit_price, self.price_includes_tax, self.discount)
        return SaleLine(*own, batch=self.batch, serials=self.serials, offers=self.offers, together=self.together)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet understood. `place` is a state's code, or empty for the customer's own; `party` is None for a walk-in,
    whose name may be `walk_in`."""

    day: date
    store_id: UUID
    party: PartyRow | None
    place: str
    terms: InvoiceTerms
    lines: tuple[SheetLine, ...]
    bill_discount: Paise
    note: str
    walk_in: str = ""


@dataclass(frozen=True, slots=True)
class Understood:
    """What came of the reading: the sheet as far as it goes, and what cannot be used, by field."""

    sheet: Sheet
    errors: Mapping[str, str]

    def required(self) -> Sheet:
        """The sheet, whole. InvalidInput by field when anything of it cannot be used."""
        if self.errors:
            raise InvalidInput(self.errors)
        return self.sheet


def understand(books: Books, typed: TypedSheet, *, needs_party: bool = False) -> Understood:
    """Read a sheet. Refused rows are left out of it and told in `errors`; a draft of it can be worked out all the same."""
    errors: dict[str, str] = {}
    day = typed_day(typed.day, books.today) if typed.day else books.today
    if day is None:
        errors["day"] = "Type the day, for example 5-4-2026."
        day = books.today
    party = _party(books, typed, errors, needs_party=needs_party)
    store_id = _store(books, typed.store_id, errors)
    lines = _lines(books, typed, _Buyer(party.id if party else None, store_id, day), errors)
    if not typed.lines:
        errors["lines"] = "Add at least one item."
    elif len(typed.lines) > MOST_ROWS:
        errors["lines"] = f"A sheet has at most {MOST_ROWS} rows. Make several documents of it."
    sheet = Sheet(
        day=day,
        store_id=store_id,
        party=party,
        place=_place(typed.place, errors),
        terms=InvoiceTerms(
            destination=Destination(typed.destination),
            lut_number=typed.lut_number,
            due_on=_due(typed.due_on, day, party, errors),
            reference=typed.reference,
            terms=typed.terms,
            tax_payer=TaxPayer(typed.tax_payer),
            is_deemed_export=bool(typed.is_deemed_export),
            nature=typed.nature,
            performed_in=_place(typed.performed_in, errors, "performed_in"),
            **_operator(books, typed.operator, errors),
        ),
        lines=lines,
        bill_discount=_discount("bill_discount", typed.bill_discount, _amount(lines), errors),
        note=typed.note,
        walk_in="" if party or "party" in errors else typed.party,
    )
    return Understood(sheet, errors)


def _party(books: Books, typed: TypedSheet, errors: dict[str, str], *, needs_party: bool) -> PartyRow | None:
    """The customer whose id was chosen while the name still says so; else the one customer of that name."""
    chosen = read_id(typed.party_id)
    if chosen is not None and (found := parties.party_or_none(books, chosen)) is not None and typed.party in ("", found.name):
        return found
    if not typed.party:
        if needs_party:
            errors["party"] = "Choose the customer."
        return None
    named = [one for one in parties.search_parties(books, typed.party, most=20) if one.name.casefold() == typed.party.casefold()]
    if len(named) == 1:
        return named[0]
    if not named and not needs_party and typed.pay != TenderMode.CREDIT:
        return None  # who pays now may be anybody: the name stands on the paper alone
    errors["party"] = (
        "Several customers have this name. Choose one from the list." if named else "No customer has this name. Alt+C makes one."
    )
    return None


def _store(books: Books, text: str, errors: dict[str, str]) -> UUID:
    known = stores(books)
    wanted = read_id(text)
    if wanted is not None and wanted not in {one.id for one in known}:
        errors["store_id"] = "Choose one of your stores."
    return wanted if wanted in {one.id for one in known} and wanted is not None else known[0].id


def _operator(books: Books, text: str, errors: dict[str, str]) -> dict[str, str]:
    """The e-commerce operator as the bill names it: by its GSTIN, or by the name of a party that has one."""
    if not text:
        return {}
    wanted = text.casefold()
    likely = parties.search_parties(books, text, most=20)
    named = [one for one in likely if wanted in (one.name.casefold(), (one.gstin or "").casefold())]
    try:
        gstin = check_gstin(named[0].gstin or "" if len(named) == 1 else text)
    except ValueError as words:
        errors["operator"] = f"{words} Type the operator's GSTIN, or the name of a party that has it."
        return {}
    return {"operator_gstin": gstin, "operator_name": named[0].name if len(named) == 1 else ""}


def _place(text: str, errors: dict[str, str], field: str = "place") -> str:
    if text and text not in STATES:
        errors[field] = "Choose the state from the list."
        return ""
    return text


def _due(text: str, day: date, party: PartyRow | None, errors: dict[str, str]) -> date | None:
    """The day typed; else what the customer's terms say."""
    if not text:
        return day + timedelta(days=party.credit_days) if party is not None and party.credit_days else None
    due = read_day(text) or typed_day(text, day)
    if due is None:
        errors["due_on"] = "Type the day it falls due, or leave it empty."
    elif due < day:
        errors["due_on"] = f"The paper is dated {written(day)}; it cannot fall due before that."
    return due


@dataclass(frozen=True, slots=True)
class _Buyer:
    """What a price depends on besides the item and its quantity."""

    party_id: UUID | None
    store_id: UUID
    day: date


@dataclass(frozen=True, slots=True)
class _Row:
    """A row whose item, pack and quantity are known. `qty` is of the base unit."""

    typed: TypedLine
    item: SoldItem
    pack: SoldPack
    typed_qty: int
    qty: Qty


def _lines(books: Books, typed: TypedSheet, buyer: _Buyer, errors: dict[str, str]) -> tuple[SheetLine, ...]:
    chosen = catalogue.sold_items(books, [id_ for line in typed.lines if (id_ := read_id(line.item_id))])
    rows = []
    for line in typed.lines:
        item = _item(books, line, chosen, errors)
        if item is not None and (row := _row(line, item, errors)) is not None:
            rows.append(row)
    asked = [(row.item.id, row.qty) for row in rows]
    prices = catalogue.prices_for(books, asked, buyer.party_id, buyer.store_id, buyer.day) if asked else []
    pairs = [(row, _line(row, price, typed.rates, errors)) for row, price in zip(rows, prices, strict=True)]
    found = [(row, own) for row, own in pairs if own is not None]
    lines = _with_offers(books, found, buyer)
    marks = read_marks([(row.typed.number, row.typed.together) for row, _own in found], errors)
    return tuple(replace(line, together=marks[line.number]) if line.number in marks else line for line in lines)


def _with_offers(books: Books, found: Sequence[tuple[_Row, SheetLine]], buyer: _Buyer) -> tuple[SheetLine, ...]:
    """The lines with what schemes take off them. A rate or a discount that was typed stands alone, "0" too: that is how a scheme is
    left out, and why a document made of another keeps what that one said: of its discount, what schemes gave there."""
    found = _as_promised(books, found)
    basket = [
        Line(
            item=str(line.item_id),
            category=row.item.category,
            brand=row.item.brand,
            qty=line.qty,
            amount=rounded(line.qty * line.unit_price, 1_000_000) - line.discount,
            is_open=not (row.typed.rate or row.typed.discount or row.typed.source),
        )
        for row, line in found
    ]
    if not any(line.is_open for line in basket):
        return tuple(line for _row, line in found)
    offers = offers_on(books, basket, on=buyer.day, store_id=buyer.store_id, party_id=buyer.party_id)
    pairs = zip((line for _row, line in found), offers, strict=True)
    return tuple(
        replace(line, offers=(*line.offers, *own), discount=Paise(line.discount + sum(one.off for one in own))) for line, own in pairs
    )


def _as_promised(books: Books, found: Sequence[tuple[_Row, SheetLine]]) -> list[tuple[_Row, SheetLine]]:
    """The rows of other documents with what schemes gave there. A discount that was lowered since is a person's, and no scheme's."""
    sources = {line.source for _row, line in found if line.source is not None and line.discount}
    promised = hooks.promised_before(books, sources)
    rows = []
    for row, line in found:
        before = promised.get(line.source) if line.source is not None else None
        offers = before.share(line.item_id, line.qty) if before is not None else ()
        is_kept = sum(one.off for one in offers) <= line.discount
        rows.append((row, replace(line, offers=offers) if offers and is_kept else line))
    return rows


def _item(books: Books, line: TypedLine, chosen: Mapping[UUID, SoldItem], errors: dict[str, str]) -> SoldItem | None:
    item = chosen.get(read_id(line.item_id) or UUID(int=0))
    if item is not None and line.item in ("", item.name):
        return item
    like = catalogue.find_sold_items(books, line.item, most=2) if line.item else []
    named = [
        one for one in like if line.item.casefold() in (one.name.casefold(), (one.sku or "").casefold()) or one.named_unit or len(like) == 1
    ]
    if named:
        return named[0]
    errors[f"item-{line.number}"] = "No item has this name or code. Choose one from the list."
    return None


def _row(line: TypedLine, item: SoldItem, errors: dict[str, str]) -> _Row | None:
    n, before = line.number, len(errors)
    pack = _pack(line, item, errors)
    typed_qty = _read(read_qty, f"qty-{n}", line.qty or "1", errors)
    if typed_qty <= 0 and f"qty-{n}" not in errors:
        errors[f"qty-{n}"] = "Type a quantity above 0."
    try:
        qty = in_base_units(typed_qty, pack.factor_thousandths, pack.unit, item.packs[0].unit)
    except ValueError as words:
        errors.setdefault(f"qty-{n}", str(words))
        return None
    return _Row(line, item, pack, typed_qty, qty) if len(errors) == before else None


def _line(row: _Row, price: Price, rates: str, errors: dict[str, str]) -> SheetLine | None:
    line, n, pack, before = row.typed, row.typed.number, row.pack, len(errors)
    holds = pack.price_millipaise if price.list_id is None else price.price_millipaise * pack.factor_thousandths // 1000
    rate = _read(read_millipaise, f"rate-{n}", line.rate, errors) if line.rate else holds
    if rate < 0:
        errors[f"rate-{n}"] = "A rate is 0 or more."
    batch, serials = _named_goods(line, row.item, errors)
    if len(errors) > before:
        return None
    gross = rounded(row.typed_qty * rate, 1_000_000)
    discount = _discount(f"discount-{n}", line.discount, gross, errors)
    if len(errors) > before:
        return None
    # The price of one base unit, never below that of the pack's part: what the rounding adds is taken off as a discount.
    unit_price = -(-rate * 1000 // pack.factor_thousandths)
    over = rounded(row.qty * unit_price, 1_000_000) - gross
    return SheetLine(
        number=n,
        item_id=row.item.id,
        unit=pack.unit,
        typed_qty=Qty(row.typed_qty),
        qty=row.qty,
        unit_price=MilliPaise(unit_price),
        # Only what was typed is with or without tax as the sheet says; a price of the catalogue knows it itself.
        price_includes_tax=price.includes_tax if rates == "item" or not line.rate else rates == "with",
        discount=Paise(discount + over),
        source=_source(line.source),
        rate=MilliPaise(rate),
        list_name="" if line.rate else price.list_name,
        tracking=row.item.tracking,
        batch=batch,
        serials=serials,
        listed=Paise(rounded(row.typed_qty * holds, 1_000_000)),
        listed_with_tax=price.includes_tax,
    )


def _named_goods(line: TypedLine, item: SoldItem, errors: dict[str, str]) -> tuple[str, tuple[str, ...]]:
    """The batch and the pieces named on a row, where its item is kept by them."""
    try:
        batch = stock.batch_name(line.batch) if line.batch and item.tracking == "batch" else ""
        return batch, stock.serial_names(line.serials) if item.tracking == "serial" else ()
    except InvalidInput as refusal:
        errors |= {f"{name}-{line.number}": words for name, words in refusal.errors.items()}
        return "", ()


def _pack(line: TypedLine, item: SoldItem, errors: dict[str, str]) -> SoldPack:
    wanted = line.unit or item.named_unit
    for pack in item.packs:
        if not wanted or pack.unit.casefold() == wanted.casefold():
            return pack
    known = ", ".join(pack.unit for pack in item.packs)
    errors[f"unit-{line.number}"] = f"{item.name} is sold in {known}."
    return item.packs[0]


def _discount(name: str, text: str, amount: int, errors: dict[str, str]) -> Paise:
    """A discount typed in rupees, or as a percentage of `amount`."""
    if not text:
        return Paise(0)
    try:
        found = discount_from_bp(amount, read_basis_points(text)) if text.rstrip().endswith("%") else read_paise(text)
    except ValueError as words:
        errors[name] = str(words)
        return Paise(0)
    except BooksError as refusal:
        errors[name] = f"{refusal.problem} {refusal.fix}"
        return Paise(0)
    if not 0 <= found <= amount:
        errors[name] = "A discount is from nothing to the whole amount."
        return Paise(0)
    return found


def _amount(lines: Sequence[SheetLine]) -> int:
    return sum(rounded(line.qty * line.unit_price, 1_000_000) - line.discount for line in lines)


def _source(text: str) -> tuple[UUID, int] | None:
    id_, _dot, line_no = text.partition(".")
    found = read_id(id_)
    return (found, int(line_no)) if found is not None and line_no.isascii() and line_no.isdigit() and len(line_no) < 6 else None


def _read(read: Any, name: str, text: str, errors: dict[str, str]) -> int:
    try:
        return int(read(text))
    except ValueError as words:
        errors[name] = str(words)
        return 0
