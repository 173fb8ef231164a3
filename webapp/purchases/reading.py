"""From a typed sheet to a document: names become suppliers, items and accounts, text becomes figures; or errors by field.

A name chosen from the list comes with a key, which counts only while it names what stands in the field. A name alone, a barcode
or a SKU is looked up, so a plain form needs no script.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from webapp import catalogue, parties
from webapp.company import default_store
from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import read_id
from webapp.kernel.money import MilliPaise, Paise, Qty, read_basis_points, read_millipaise, read_paise, read_qty, rounded
from webapp.kernel.text import clean_text, folded
from webapp.platform.tenancy import Books
from webapp.purchases import gathering
from webapp.purchases.commands import (
    Bill,
    BillLine,
    Customs,
    Foreign,
    Heads,
    LineKind,
    LineRef,
    Order,
    OrderLine,
    Receipt,
    ReceiptLine,
    TaxBy,
)
from webapp.purchases.foreign import in_rupees, read_exchange_rate
from webapp.purchases.forms import Sheet, read_serials
from webapp.tax.rules import discount_from_bp

T = TypeVar("T")
ONE_UNIT = Qty(1000)


class Reader:
    """Reads the fields of one sheet and gathers what is wrong with them."""

    def __init__(self, books: Books, sheet: Sheet) -> None:
        self.books, self.sheet = books, sheet
        self.errors: dict[str, str] = {}
        self._accounts: dict[UUID, Any] | None = None

    def done(self) -> None:
        """InvalidInput when anything was wrong."""
        if self.errors:
            raise InvalidInput(self.errors)

    def figure(self, field: str, text: str, read: Callable[[str], T], missing: T) -> T:
        """A figure, or `missing` for an empty field or one that cannot be read."""
        if not text:
            return missing
        try:
            return read(text)
        except ValueError as refusal:
            self.errors[field] = str(refusal)
            return missing

    def day(self, field: str, words: str) -> date:
        """A day that must be there."""
        found = read_day(self.sheet.get(field))
        if found is None:
            self.errors[field] = words
        return found or self.books.today

    def day_or_none(self, field: str, text: str) -> date | None:
        """A day, or None for an empty field."""
        found = read_day(text)
        if text and found is None:
            self.errors[field] = "Choose a day."
        return found

    def store(self) -> UUID:
        """The store chosen, or the default one."""
        return read_id(self.sheet.get("store_id")) or default_store(self.books)

    def supplier(self) -> UUID:
        """The supplier by key or by name."""
        name, key = self.sheet.get("supplier"), read_id(self.sheet.get("supplier_key"))
        known = parties.party_or_none(self.books, key) if key else None
        if known and (not name or folded(known.name) == folded(name)):
            return known.id
        if not folded(name):
            self.errors["supplier"] = "Choose the supplier."
            return UUID(int=0)
        near = [row for row in parties.search_parties(self.books, name, most=20) if row.is_supplier]
        exact = [row for row in near if folded(row.name) == folded(name) or row.gstin == name.upper()]
        found = exact if len(exact) == 1 else near if len(near) == 1 and not exact else []
        if found:
            return found[0].id
        several = f"Several suppliers are called like {name}. Choose one from the list."
        self.errors["supplier"] = several if near else f"No supplier is called {name}. Press Alt+C to make it."
        return UUID(int=0)

    def item(self, number: int, row: Mapping[str, str]) -> UUID | None:
        """The item of a row by key, name, SKU or barcode; None and an error when there is none."""
        name, key = row.get("what", ""), _key(row, "item")
        if key is not None:
            known = catalogue.items_for_bill(self.books, [key]).get(key)
            if known and (not name or folded(known.name) == folded(name)):
                return key
        found = catalogue.list_items(self.books, catalogue.Filters(text=name[:100]), most=5).rows if folded(name) else []
        exact = [one for one in found if folded(one.name) == folded(name)]
        one = exact[0] if len(exact) == 1 else found[0] if len(found) == 1 else None
        if one is None:
            several = f"Several items are called like {name}. Choose one from the list."
            self.errors[f"what-{number}"] = several if found else "Choose an item from the list."
        return one.id if one else None

    def account(self, row: Mapping[str, str]) -> UUID | None:
        """The expense account that a row names, by key or by its whole name; None when it names none."""
        if self._accounts is None:
            self._accounts = gathering.expense_accounts(self.books)
        name, key = folded(row.get("what", "")), _key(row, "account")
        if key is not None and key in self._accounts and (not name or folded(self._accounts[key].name) == name):
            return key
        return next((id_ for id_, account in self._accounts.items() if name and folded(account.name) == name), None)

    def qty(self, number: int, row: Mapping[str, str]) -> Qty:
        found = self.figure(f"qty-{number}", row.get("qty", ""), read_qty, Qty(0))
        if not row.get("qty"):
            self.errors[f"qty-{number}"] = "Type a quantity above 0."
        return found

    def rate(self, number: int, row: Mapping[str, str]) -> MilliPaise:
        if not row.get("rate"):
            self.errors[f"rate-{number}"] = "Type the rate of one unit, without tax."
        return self.figure(f"rate-{number}", row.get("rate", ""), read_millipaise, MilliPaise(0))

    def discount(self, number: int, row: Mapping[str, str], qty: Qty, rate: MilliPaise) -> Paise:
        """An amount for the whole line, or a percentage of it: "5%"."""
        text = row.get("discount", "")
        if not text.endswith("%"):
            return self.figure(f"discount-{number}", text, read_paise, Paise(0))
        bp = self.figure(f"discount-{number}", text, read_basis_points, None)
        if bp is None or not 0 <= bp <= 10_000 or qty <= 0 or rate < 0:
            self.errors.setdefault(f"discount-{number}", "A discount is from 0 to 100 %.")
            return Paise(0)
        return discount_from_bp(rounded(qty * rate, 1_000_000), bp)

    def about_batch(self, number: int, row: Mapping[str, str]) -> dict[str, Any]:
        """What stands on the goods: batch, expiry, MRP, serial numbers."""
        return {
            "batch": clean_text(row.get("batch", "")),
            "expires_on": self.day_or_none(f"expires-{number}", row.get("expires", "")),
            "made_on": self.day_or_none(f"made-{number}", row.get("made", "")),
            "mrp": self.figure(f"mrp-{number}", row.get("mrp", ""), read_paise, None),
            "serials": read_serials(row.get("serials", "")),
        }


def read_bill(books: Books, sheet: Sheet) -> Bill:
    """The bill that a sheet asks for. InvalidInput by field."""
    reader = Reader(books, sheet)
    party_id = reader.supplier()
    tax_by = _tax_by(sheet)
    lines = [_bill_line(reader, number, row) for number, row in enumerate(sheet.rows, 1)]
    lines += [_charge(reader, number, row) for number, row in enumerate(sheet.charges, len(lines) + 1)]
    total = reader.figure("total", sheet.get("total"), read_paise, None)
    foreign = _foreign(reader, total)
    bill_date = reader.day("bill_date", "Choose the day that stands on the supplier's bill.")
    asked = Bill(
        id=sheet.id,
        party_id=party_id,
        supplier_number=clean_text(sheet.get("supplier_number")),
        bill_date=bill_date,
        voucher_date=reader.day("voucher_date", "Choose the day it enters the books."),
        store_id=reader.store(),
        lines=tuple(in_rupees(line, foreign) for line in lines) if foreign else tuple(lines),
        body_sha256=sheet.sha256,
        tax_by=tax_by,
        place_of_supply=sheet.get("place_of_supply"),
        taxes=Heads(*(reader.figure(head, sheet.get(head), read_paise, None) for head in ("cgst", "sgst", "igst", "cess"))),
        taxes_confirmed=sheet.get("taxes_confirmed") == "1",
        paper_total=foreign.in_rupees if foreign else total,
        foreign=foreign,
        due_on=reader.day_or_none("due_on", sheet.get("due_on")),
        customs=_customs(reader) if tax_by is TaxBy.IMPORT else None,
        irn=sheet.get("irn")[:64],
        note=clean_text(sheet.get("note")),
    )
    reader.done()
    return asked


def read_receipt(books: Books, sheet: Sheet) -> Receipt:
    """The goods receipt that a sheet asks for. InvalidInput by field."""
    reader = Reader(books, sheet)
    party_id = reader.supplier()
    order_id = read_id(sheet.get("order_id"))
    lines = []
    for number, row in enumerate(sheet.rows, 1):
        item, qty, rate = reader.item(number, row), reader.qty(number, row), reader.rate(number, row)
        ordered = read_ref(row.get("order", ""))
        if item is not None:
            lines.append(
                ReceiptLine(
                    item_id=item,
                    qty=qty,
                    rate=rate,
                    discount=reader.discount(number, row, qty, rate),
                    order_line_no=ordered.line_no if ordered and ordered.id == order_id else None,
                    **reader.about_batch(number, row),
                )
            )
    asked = Receipt(
        id=sheet.id,
        party_id=party_id,
        received_on=reader.day("received_on", "Choose the day the goods came."),
        store_id=reader.store(),
        lines=tuple(lines),
        body_sha256=sheet.sha256,
        order_id=order_id,
        reference=clean_text(sheet.get("reference")),
        note=clean_text(sheet.get("note")),
        is_consignment=sheet.get("is_consignment") == "1",
    )
    reader.done()
    return asked


def read_order(books: Books, sheet: Sheet) -> Order:
    """The order that a sheet asks for. InvalidInput by field."""
    reader = Reader(books, sheet)
    party_id = reader.supplier()
    lines = []
    for number, row in enumerate(sheet.rows, 1):
        item, qty, rate = reader.item(number, row), reader.qty(number, row), reader.rate(number, row)
        if item is not None:
            lines.append(OrderLine(item_id=item, qty=qty, rate=rate, discount=reader.discount(number, row, qty, rate)))
    version = sheet.get("version")
    asked = Order(
        id=sheet.id,
        party_id=party_id,
        order_date=reader.day("order_date", "Choose the day of the order."),
        store_id=reader.store(),
        lines=tuple(lines),
        body_sha256=sheet.sha256,
        expected_on=reader.day_or_none("expected_on", sheet.get("expected_on")),
        note=clean_text(sheet.get("note")),
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 6 else 0,
    )
    reader.done()
    return asked


def read_ref(text: str) -> LineRef | None:
    """A line of another document as a hidden field names it: its id, a point, the line's number."""
    hex_id, _, line_no = text.partition(".")
    id_ = read_id(hex_id)
    return LineRef(id_, int(line_no)) if id_ and line_no.isascii() and line_no.isdigit() and len(line_no) < 5 else None


def write_ref(id_: UUID, line_no: int) -> str:
    """The same as the hidden field carries it."""
    return f"{id_.hex}.{line_no}"


def _bill_line(reader: Reader, number: int, row: Mapping[str, str]) -> BillLine:
    account = reader.account(row) if not row.get("receipt") and not row.get("order") else None
    item = reader.item(number, row) if account is None else None
    qty = ONE_UNIT if account is not None and not row.get("qty") else reader.qty(number, row)
    rate = reader.rate(number, row)
    return BillLine(
        kind=LineKind.EXPENSE if account else LineKind.ITEM,
        item_id=item,
        account_id=account,
        qty=qty,
        rate=rate,
        discount=reader.discount(number, row, qty, rate),
        rate_bp=reader.figure(f"tax-{number}", row.get("tax", ""), read_basis_points, None),
        is_claimed=row.get("itc", "1") != "0",
        receipt=read_ref(row.get("receipt", "")),
        order=read_ref(row.get("order", "")),
        **reader.about_batch(number, row),
    )


def _charge(reader: Reader, number: int, row: Mapping[str, str]) -> BillLine:
    if not row.get("charge_amount"):
        reader.errors[f"rate-{number}"] = "Type the amount of the charge, without tax."
    return BillLine(
        kind=LineKind.CHARGE,
        qty=ONE_UNIT,
        rate=reader.figure(f"rate-{number}", row.get("charge_amount", ""), read_millipaise, MilliPaise(0)),
        name=clean_text(row.get("charge", ""))[:200],
        rate_bp=reader.figure(f"tax-{number}", row.get("charge_tax", ""), read_basis_points, None),
        is_claimed=row.get("charge_itc", "1") != "0",
    )


def _foreign(reader: Reader, total: Paise | None) -> Foreign | None:
    """The paper's own money, where it is not rupees: rates, discounts and the total are typed in it."""
    currency = reader.sheet.get("currency").upper()
    if currency in ("", "INR"):
        return None
    if not reader.sheet.get("exchange_rate"):
        reader.errors["exchange_rate"] = "Type how many rupees one unit is, for example 83.125."
    if total is None and "total" not in reader.errors:
        reader.errors["total"] = f"Type the total of the bill in {currency[:3]}."
    rate = reader.figure("exchange_rate", reader.sheet.get("exchange_rate"), read_exchange_rate, 0)
    return Foreign(currency[:10], rate, total or 0)


def _customs(reader: Reader) -> Customs:
    sheet = reader.sheet

    def amount(name: str) -> Paise:
        return reader.figure(f"customs_{name}", sheet.get(f"customs_{name}"), read_paise, Paise(0))

    day = reader.day("entry_date", "Choose the day of the bill of entry.")
    paid_from = read_id(sheet.get("customs_account"))
    if paid_from is None:
        reader.errors["customs_account"] = "Choose where customs was paid from."
    return Customs(
        entry_number=clean_text(sheet.get("entry_number")),
        entry_date=day,
        port_code=sheet.get("port_code").upper(),
        assessable=amount("assessable"),
        duty=amount("duty"),
        igst=amount("igst"),
        cess=amount("cess"),
        paid_from=paid_from or UUID(int=0),
    )


def _tax_by(sheet: Sheet) -> TaxBy:
    try:
        return TaxBy(sheet.get("tax_by", TaxBy.SUPPLIER))
    except ValueError:
        return TaxBy.SUPPLIER


def _key(row: Mapping[str, str], sort: str) -> UUID | None:
    named, _, id_ = row.get("key", "").partition(":")
    return read_id(id_) if named == sort else None
