"""Sheets that open filled: a bill from its receipt or order, a receipt from its order, an order to be changed; and what forms offer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from webapp import parties, stock
from webapp.company import StoreRow, my_stores
from webapp.kernel.dates import read_day
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text
from webapp.platform.tenancy import Books
from webapp.purchases import consigning, gathering, queries, receiving, tracking
from webapp.purchases.forms import Sheet, amount_typed, blank_sheet, day_typed, qty_typed, rupees_typed
from webapp.purchases.queries import BillLineRow, OrderLineRow, OrderRow, ReceiptLineRow
from webapp.purchases.reading import write_ref
from webapp.purchases.tracking import OrderDone
from webapp.tax.rules import STATES
from webapp.tax.states import state_tax_of

SPARE_ROWS = 3  # for browsers without scripts; the others add rows as they are needed
CHARGE_ROWS = 2


@dataclass(frozen=True, slots=True)
class Offered:
    """What the forms let one choose from."""

    stores: list[StoreRow]
    states: list[tuple[str, str]]
    money: list[tuple[str, str]]
    today: str
    state_tax: str


def offered(books: Books) -> Offered:
    """Stores, states, accounts that money is paid from."""
    money = sorted((row.name, str(row.id)) for row in gathering.money_accounts(books).values())
    stores = my_stores(books)
    return Offered(
        stores=stores,
        states=sorted(STATES.items(), key=lambda pair: pair[1]),
        money=[(id_, name) for name, id_ in money],
        today=books.today.isoformat(),
        state_tax=state_tax_of(one.state_code for one in stores),
    )


def new_bill(books: Books) -> Sheet:
    """A blank bill of today."""
    return blank_sheet({"bill_date": "", "voucher_date": books.today.isoformat(), "tax_by": "supplier"})


def bill_told(books: Books, told: Mapping[str, str]) -> Sheet:
    """A bill as its supplier told the portal of it: what the address says of number, day, total and the supplier's GSTIN, each only where
    it can be used. The lines are typed."""
    day, paise, gstin = read_day(told.get("bill_date", "")), told.get("total_paise", ""), told.get("gstin", "")[:15]
    fields = dict(new_bill(books).fields) | {"supplier_number": clean_text(told["supplier_number"])[:40]}
    fields |= {"bill_date": day.isoformat()} if day else {}
    fields |= {"total": amount_typed(int(paise))} if paise.isascii() and paise.isdigit() and len(paise) < 15 else {}
    fields |= {"tax_by": "reverse_charge"} if told.get("tax_by") == "reverse_charge" else {}
    known = [row for row in parties.search_parties(books, gstin, most=5) if row.gstin == gstin] if gstin else []
    fields |= {"supplier": known[0].name, "supplier_key": str(known[0].id)} if known else {}
    return blank_sheet(fields)


def bill_of_receipt(books: Books, receipt_id: UUID) -> Sheet:
    """The bill of what was received and not billed yet; of goods on consignment, of what of them was sold."""
    receipt, left = queries.receipt(books, receipt_id), receiving.open_lines(books, receipt_id)
    lines = queries.receipt_lines(books, receipt_id)
    if receipt.is_consignment:
        sold = consigning.unbilled(books, {line.item_id for line in lines})
        return blank_sheet(_of(receipt) | dict(new_bill(books).fields), tuple(_sold_rows(lines, left, sold)))
    rows = tuple(_received_row(line, left[line.line_no]) for line in lines if left[line.line_no] > 0)
    return blank_sheet(_of(receipt) | dict(new_bill(books).fields), rows)


def bill_of_consignor(books: Books, party_id: UUID, store_id: UUID) -> Sheet:
    """The bill of all that was sold of a consignor's goods in a store and is not billed yet: what came first is billed first."""
    receipts = consigning.receipts_of(books, party_id, store_id)
    fields = _of(receipts[-1]) if receipts else {}
    lines = [(line, queries.receipt_lines(books, one.id)) for one in receipts for line in (receiving.open_lines(books, one.id),)]
    sold = consigning.unbilled(books, {line.item_id for _left, own in lines for line in own})
    rows = tuple(row for left, own in lines for row in _sold_rows(own, left, sold))
    return blank_sheet(fields | dict(new_bill(books).fields), rows)


def _sold_rows(lines: Iterable[ReceiptLineRow], left: Mapping[int, int], sold: dict[UUID, int]) -> Iterator[dict[str, str]]:
    """Rows of what was sold, as far as these lines reach; what they take is taken off `sold`."""
    for line in lines:
        qty = min(left[line.line_no], sold[line.item_id])
        if qty > 0:
            sold[line.item_id] -= qty
            yield _received_row(line, qty)


def _received_row(line: ReceiptLineRow, qty: int) -> dict[str, str]:
    about = {"batch": line.batch, "expires": day_typed(line.expires_on), "mrp": amount_typed(line.mrp_paise or 0)}
    return _filled(line, qty) | about | {"receipt": write_ref(line.receipt_id, line.line_no)}


def labels_of(books: Books, lines: Iterable[BillLineRow | ReceiptLineRow]) -> dict[int, stock.BatchFacts]:
    """What stands on the label of the goods of each line that names a batch."""
    named = {line.line_no: (line.item_id, line.batch) for line in lines if line.batch and line.item_id}
    facts = stock.facts_of(books, {item_id for item_id, _batch in named.values()}) if named else {}
    return {number: facts[item_id][batch] for number, (item_id, batch) in named.items() if batch in facts[item_id]}


def bill_of_order(books: Books, order_id: UUID) -> Sheet:
    """The bill of what was ordered and has not come yet."""
    order = queries.order(books, order_id)
    return blank_sheet(_of(order) | dict(new_bill(books).fields), _order_rows(books, order))


def receipt_of_order(books: Books, order_id: UUID | None, *, on_consignment: bool = False) -> Sheet:
    """A goods receipt of what was ordered and has not come yet; a blank one for no order, maybe of goods on consignment."""
    fields = {"received_on": books.today.isoformat()}
    if order_id is None:
        return blank_sheet(fields | ({"is_consignment": "1"} if on_consignment else {}))
    order = queries.order(books, order_id)
    return blank_sheet(_of(order) | fields | {"order_id": str(order_id)}, _order_rows(books, order))


def new_order(books: Books) -> Sheet:
    """A blank order of today."""
    return blank_sheet({"order_date": books.today.isoformat(), "version": "0"})


def order_to_change(books: Books, order_id: UUID) -> Sheet:
    """A draft as it would be typed."""
    order = queries.order(books, order_id)
    about = {"order_date": order.order_date.isoformat(), "expected_on": day_typed(order.expected_on), "note": order.note}
    rows = tuple(_filled(line, line.qty) for line in queries.order_lines(books, order_id))
    return Sheet(order.id, _of(order) | about | {"version": str(order.version)}, rows, (), "")


def _of(document: Any) -> dict[str, str]:
    return {"supplier": document.party["name"], "supplier_key": str(document.party_id), "store_id": str(document.store_id)}


def _order_rows(books: Books, order: OrderRow) -> tuple[Mapping[str, str], ...]:
    done = tracking.order_done(books, order.id)

    def left(line: OrderLineRow) -> int:
        return line.qty - done.get(line.line_no, OrderDone()).received

    lines = queries.order_lines(books, order.id)
    return tuple(_filled(line, left(line)) | {"order": write_ref(order.id, line.line_no)} for line in lines if left(line) > 0)


def _filled(line: Any, qty: int) -> dict[str, str]:
    discount = line.discount_paise * qty // line.qty
    return {
        "what": line.name,
        "key": f"item:{line.item_id}",
        "qty": qty_typed(qty),
        "rate": rupees_typed(line.rate_millipaise),
        "discount": amount_typed(discount),
    }
