"""How a supplier's bill is decided before it is written: its lines priced, and held against the receipts and orders they name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from webapp.catalogue import BillItem
from webapp.company import Profile, require_store, seller_at
from webapp.kernel.errors import BooksError, NotFound
from webapp.kernel.money import BasisPoints, MilliPaise, Paise, rounded
from webapp.kernel.records import dataclass
from webapp.parties import PartyRow
from webapp.platform.tenancy import Books
from webapp.purchases import consigning, gathering, queries, rules, tracking
from webapp.purchases.commands import Bill, BillLine, LineKind, LineRef, TaxBy
from webapp.purchases.figures import BillFigures, PricedLine, work_out_bill
from webapp.purchases.queries import OrderLineRow, OrderRow, ReceiptLineRow, ReceiptRow
from webapp.purchases.tracking import Done, OrderDone
from webapp.tax.rules import Scheme, Supply, rate_on, supply_between

NO_RATE = BasisPoints(0)


@dataclass(frozen=True, slots=True)
class Billed:
    """A line of a goods receipt that a line of the bill bills: the receipt, and what it had put into stock for that quantity."""

    receipt: ReceiptRow
    line: ReceiptLineRow
    paise: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A bill, decided. `received` has, by line number, what the goods receipts had put into stock."""

    party: PartyRow
    seller: Profile
    place: str
    supply: Supply
    names: tuple[str, ...]
    items: Mapping[UUID, BillItem]
    priced: tuple[PricedLine, ...]
    figures: BillFigures
    received: Mapping[int, Billed]
    sold: frozenset[int] = frozenset()  # lines that bill goods of a consignor, which were sold already and put nothing into stock

    def is_direct(self, number: int) -> bool:
        """Whether the goods of a line come into stock with this bill."""
        return self.priced[number - 1].is_stock and number not in self.received


def decide(books: Books, asked: Bill) -> Decided:
    """Work a bill out and hold it against what it names. Refusals by field, or with the figures of what is left."""
    done = worked_out(books, asked)
    received = _received(books, asked)
    _require_orders(books, asked)
    consigning.require_bought(books, done.items, [(n, line.item_id) for n, line in enumerate(asked.lines, 1) if n not in done.sold])
    consigning.require_sold(books, asked, [(n, line) for n, line in enumerate(asked.lines, 1) if n in done.sold])
    return replace(done, received={number: billed for number, billed in received.items() if number not in done.sold})


def worked_out(books: Books, asked: Bill) -> Decided:
    """A bill's figures, whatever receipts and orders it names: for a look before it is entered. Refusals by field.

    CGST Act s.25(4): the goods go to the registration of their store, so it is its state that tells CGST with SGST from IGST.
    """
    party = gathering.supplier(books, asked.party_id)
    require_store(books, asked.store_id)
    seller = seller_at(books, asked.store_id).profile
    charges_tax = party.gstin is not None and not party.is_composition
    if not charges_tax and asked.tax_by is TaxBy.SUPPLIER:
        rules.require_no_tax(asked.taxes, party.name, is_composition=party.is_composition)
    items = gathering.items_of(books, asked.lines)
    names = _names(books, asked, items)
    place = asked.place_of_supply or seller.state_code
    supply = supply_between(party.state_code, place)
    claims = seller.scheme == Scheme.REGULAR
    sold = consigning.sold_lines(books, asked)
    priced = tuple(_priced(line, items, asked, claims=claims, is_sold=number in sold) for number, line in enumerate(asked.lines, 1))
    figures = work_out_bill(
        asked,
        priced,
        supply=supply,
        supplier_charges_tax=charges_tax,
        rounds=seller.rounds_to_rupee and party.state_code != "96",
    )
    return Decided(party, seller, place, supply, names, items, priced, figures, {}, sold)


def is_self_invoiced(asked: Bill, party: PartyRow) -> bool:
    """CGST Act s.31(3)(f): who pays tax by reverse charge writes an invoice himself where the supplier is not registered."""
    return asked.tax_by is TaxBy.REVERSE_CHARGE and party.gstin is None


def _names(books: Books, asked: Bill, items: Mapping[UUID, BillItem]) -> tuple[str, ...]:
    accounts = gathering.expense_accounts(books) if any(line.kind is LineKind.EXPENSE for line in asked.lines) else {}
    if asked.customs is not None:
        gathering.require_account(gathering.money_accounts(books), asked.customs.paid_from, "customs_account")
    found = []
    for number, line in enumerate(asked.lines, 1):
        if line.kind is LineKind.EXPENSE:
            account = gathering.require_account(accounts, line.account_id, f"what-{number}")
            found.append(line.name or account.name)
        elif line.item_id is not None:
            found.append(items[line.item_id].name)
        else:
            found.append(line.name or "Freight and other charges")
    return tuple(found)


def _priced(line: BillLine, items: Mapping[UUID, BillItem], asked: Bill, *, claims: bool, is_sold: bool) -> PricedLine:
    item = items[line.item_id] if line.item_id is not None else None
    rate_bp, cess_bp = line.rate_bp if line.rate_bp is not None else NO_RATE, NO_RATE
    if item is not None:
        own = rate_on(item.tax_class, asked.bill_date, unit_value(line.qty, line.rate, line.discount))
        rate_bp = own.rate_bp if line.rate_bp is None else line.rate_bp
        cess_bp = own.cess_bp if rate_bp == own.rate_bp else NO_RATE
    return PricedLine(
        kind=line.kind,
        qty=line.qty,
        rate=line.rate,
        discount=line.discount,
        rate_bp=rate_bp,
        cess_bp=cess_bp,
        is_claimed=line.is_claimed and claims,
        is_stock=item is not None and item.is_stocked and not is_sold,
    )


def unit_value(qty: int, rate: MilliPaise, discount: Paise) -> MilliPaise:
    """What a unit is worth after the line's discount: the price that slabs of a rate look at."""
    return MilliPaise(max(rate - rounded(discount * 1_000_000, qty), 0)) if qty > 0 else rate


def _received(books: Books, asked: Bill) -> dict[int, Billed]:
    """The lines of goods receipts that the bill bills, each held until the end, with what is left of each."""
    named = [(number, line, line.receipt) for number, line in enumerate(asked.lines, 1) if line.receipt is not None]
    if not named:
        return {}
    receipts = {id_: _receipt(books, id_, asked) for id_ in sorted({ref.id for _number, _line, ref in named})}
    lines = {LineRef(id_, row.line_no): row for id_ in receipts for row in queries.receipt_lines(books, id_)}
    done = tracking.receipts_billed(books, receipts)
    back = consigning.sent_back(books, receipts)
    found: dict[int, Billed] = {}
    for number, line, ref in named:
        own, before = lines.get(ref), done.get(ref, Done())
        if own is None:
            raise NotFound("line of the goods receipt")
        if own.item_id != line.item_id or own.batch != line.batch:
            raise BooksError(
                problem=f"Line {number} does not bill what was received: {own.name}.", fix="Open the bill from its goods receipt again."
            )
        rules.require_left("received", own.name, own.unit, whole=own.qty - back.get(ref, 0), used=before.qty, wanted=line.qty)
        paise = rules.part_of(own.value_paise, own.qty, before.qty, before.paise, line.qty)
        done[ref] = Done(before.qty + line.qty, before.paise + paise)
        found[number] = Billed(receipts[ref.id], own, paise)
    return found


def _receipt(books: Books, receipt_id: UUID, asked: Bill) -> ReceiptRow:
    found = queries.receipt(books, receipt_id, to_change=True)
    gathering.require_standing(queries.cancellation_of(books, receipt_id) is not None, found.number)
    if (found.party_id, found.store_id) != (asked.party_id, asked.store_id):
        raise BooksError(
            problem=f"{found.number} is of another supplier or store than this bill.", fix="Bill it with its own supplier and store."
        )
    return found


def _require_orders(books: Books, asked: Bill) -> None:
    """What the bill says of orders: theirs, approved, and no more than was ordered. What came with a receipt was held against its
    order then."""
    named = [(number, line, line.order) for number, line in enumerate(asked.lines, 1) if line.order and not line.receipt]
    for order_id in sorted({ref.id for _number, _line, ref in named}):
        order = queries.order(books, order_id, to_change=True)
        own = [(number, line, ref.line_no) for number, line, ref in named if ref.id == order_id]
        _require_order(order, queries.order_lines(books, order_id), tracking.order_done(books, order_id), own, asked)


def _require_order(
    order: OrderRow, lines: Sequence[OrderLineRow], done: dict[int, OrderDone], own: Sequence[tuple[int, BillLine, int]], asked: Bill
) -> None:
    require_open_order(order, asked.party_id)
    by_no = {line.line_no: line for line in lines}
    for number, line, line_no in own:
        ordered = by_no.get(line_no)
        if ordered is None:
            raise NotFound("line of the order")
        if ordered.item_id != line.item_id:
            raise BooksError(problem=f"Line {number} is not what was ordered: {ordered.name}.", fix="Open the bill from its order again.")
        before = done.get(line_no, OrderDone())
        rules.require_left("ordered", ordered.name, ordered.unit, whole=ordered.qty, used=before.received, wanted=line.qty)
        done[line_no] = OrderDone(before.received + line.qty, before.billed + line.qty)


def require_open_order(order: OrderRow, party_id: UUID) -> None:
    """BooksError unless goods of this order may come. What has come already may be billed after the order was closed."""
    words = {"draft": "is not approved yet", "cancelled": "was cancelled", "closed": "was closed"}
    if order.state != "approved":
        raise BooksError(problem=f"Order {order.number} {words[order.state]}.", fix="Approve the order first, or choose another.")
    if order.party_id != party_id:
        raise BooksError(problem=f"Order {order.number} is of another supplier.", fix="Choose the supplier of the order.")


def due_day(asked: Bill, party: PartyRow) -> date:
    """When the bill is due: as typed, or after the supplier's credit days."""
    return asked.due_on or date.fromordinal(asked.bill_date.toordinal() + party.credit_days)
