"""The verbs of sales: issue a bill, issue a return, cancel, flag, settle. Each reads straight down: gather, refuse, write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from webapp import catalogue, ledger, outstandings, parties, stock
from webapp.company import Profile, is_locked, profile, require_store, seller_at
from webapp.kernel.dates import ist_day
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, Qty
from webapp.platform import audit, metrics
from webapp.platform.numbering import Number, take_number
from webapp.platform.outbox import announce
from webapp.platform.tenancy import Books
from webapp.sales import (
    cancelling,
    checking,
    collecting,
    credit,
    flags,
    goods,
    hooks,
    limits,
    offers,
    placing,
    queries,
    returns,
    rules,
    slips,
    writing,
)
from webapp.sales.billed import BilledLine
from webapp.sales.commands import Sale, SaleReturn, Tender, TenderMode
from webapp.sales.events import InvoiceCancelled, InvoicePosted
from webapp.sales.flags import Flag, FlagKind
from webapp.sales.goods import Moved
from webapp.sales.models import InvoiceCancellation
from webapp.sales.queries import CancellationRow, Header, Issued, LineRow
from webapp.sales.registering import say_to_register
from webapp.sales.rules import Bill, Shop
from webapp.stock import NotEnoughStock, Policy, Recorded
from webapp.stocktaking import settle_costs
from webapp.tax.rules import DocumentKind, Scheme, Treatment

NO_COST = Paise(0)


@metrics.POSTING_SECONDS.time()
def issue(books: Books, sale: Sale) -> Issued:
    """Issue a bill: invoice, stock, voucher, fact and log in this transaction. The same bill again gives the first answer.

    Conflict: the id or the number was used with other content. Malformed, FiguresDiffer, BooksError: no bill at all.
    SaleRefused, StoreClosed, NotYourStore: it could be made, but should not; only for a sale that has not happened. One that
    has is flagged instead.
    """
    if earlier := queries.header_or_none(books, sale.id):
        rules.require_same(earlier.body_sha256, sale.body_sha256)
        return queries.issued(books, earlier)
    checking.require_well_formed(sale, books.today)
    at_store = seller_at(books, sale.store_id)
    if not sale.has_happened:
        require_store(books, sale.store_id)
    seller = at_store.profile
    if sale.terms is not None:
        checking.require_terms(sale.terms, Scheme(seller.scheme), sale.invoice_date, sale.place_of_supply)
    sale, credit_limit, customer_flags = _with_customer(books, sale)
    checking.require_particulars(sale, at_store.profile)
    items, stranger_flags = _items(books, sale)
    bill = rules.decide(sale, _shop(seller), items, books.today)
    posted_on, period_flags = _posting_day(books, sale)
    doubts = credit.doubts(books, sale, bill.tenders, credit_limit, seller)
    bearing = collecting.bearing(sale, bill.lines, bill.figures, items)
    unnamed = collecting.begin(books, sale, bearing, bill.lines)
    closed_flags = (Flag(FlagKind.STORE_CLOSED, {"name": at_store.store.name}),) if at_store.store.is_closed else ()
    given = limits.discount_flags(bill, seller, [line.offers for line in sale.lines]) if sale.has_happened else ()
    claimed = offers.claim_flags(books, sale) if sale.has_happened else ()
    found = (*closed_flags, *stranger_flags, *customer_flags, *bill.flags, *given, *claimed, *doubts, *period_flags, *unnamed)
    refused = found if not sale.has_happened else ()
    if refused and doubts and credit.may_pass(books, sale, seller, doubts):
        refused = tuple(flag for flag in found if flag not in doubts)
    if refused:
        raise flags.refusal(refused[0])

    moved = goods.take_out(books, sale, bill, items, posted_on, seller)
    recorded = moved.recorded
    # The series after the shelves: many write this shop's bills at once, and a series has one bill at a time.
    number = _number(books, sale)
    found = (*found, *moved.flags, *_below_zero(bill, recorded, seller))
    _write_bill(books, sale, bill, number, posted_on, seller, moved)
    writing.write_flags(books, sale.id, found)
    _post(books, sale, bill, number, posted_on, recorded)
    settle_costs(books, recorded)
    collecting.issued(books, sale, bearing)
    _say(books, sale.id, bill.kind, number, bill.figures.total, found)
    say_to_register(books, sale.id, bill.kind, sale.party, bill.place_of_supply)
    return Issued(sale.id, str(number), bill.figures, _in_order(found))


def work_out(books: Books, sale: Sale) -> rules.Worked:
    """What a sale would come to, paid or not. Nothing is written. Refusals as `issue`, for what stands on the paper alone."""
    checking.require_well_formed(sale, books.today)
    seller = seller_at(books, sale.store_id).profile
    sale, _limit, _odd = _with_customer(books, sale)
    items, _strangers = _items(books, sale)
    return rules.work_out_sale(sale, _shop(seller), items)


def issue_return(books: Books, asked: SaleReturn) -> Issued:
    """Issue a credit note against a bill, at the bill's own rates, and take the goods back at what they had cost.

    Refusals as `issue`; ReturnRefused when more would come back than was sold, whether or not it has happened.
    """
    if earlier := queries.header_or_none(books, asked.id):
        rules.require_same(earlier.body_sha256, asked.body_sha256)
        return queries.issued(books, earlier)
    checking.require_well_formed(asked, books.today)
    collects = collecting.touches(books, asked.against_id)
    bill = queries.header_to_change(books, asked.against_id)
    cancelling.require_returnable(bill, queries.cancellation_of(books, bill.id), asked.invoice_date)
    notes = queries.standing_notes(books, bill.id)
    back_total = Paise(sum(note.total_paise for note in notes))
    worked = returns.work_out_return(queries.sold_lines(books, bill.id), asked.lines, total=Paise(bill.total_paise), back_total=back_total)
    if asked.claimed is not None and asked.claimed != worked.figures:
        raise rules.FiguresDiffer(asked.claimed, worked.figures)
    total = worked.figures.total
    tenders = asked.tenders if asked.refund is None else _whole(asked.refund, total)
    checking.check_tenders(tenders, total, has_party=bill.party_id is not None)
    posted_on, found = _posting_day(books, asked)

    sold = {line.line_no: line for line in queries.lines_of(books, bill.id)}
    lines = [sold[line.line_no] for line in worked.lines]
    moved, worked = goods.bring_back(books, asked, worked, lines, posted_on)
    recorded, found = moved.recorded, (*found, *moved.flags)
    number = _number(books, asked)
    _write_note(books, asked, bill, worked, lines, moved, number, posted_on, tenders)
    writing.write_flags(books, asked.id, found)
    amounts = slips.Amounts(worked.figures, NO_COST, Paise(sum(worked.costs)), tuple(tenders), bill.party_id)
    if slip := slips.return_slip(amounts, ledger.heads(books)):
        heading = _heading("credit_note", asked, number, posted_on, f"Return against {bill.number}")
        ledger.post(books, voucher_id=asked.id, heading=heading, slip=slip)
        if bill.party_id is not None and any(tender.mode is TenderMode.CREDIT for tender in tenders):
            outstandings.settle_against(books, bill.party_id, asked.id, bill.id, on=posted_on)
    settle_costs(books, recorded)
    if collects:
        collecting.changed(books, bill.id)
    _say(books, asked.id, DocumentKind.CREDIT_NOTE, number, total, found)
    say_to_register(books, asked.id, DocumentKind.CREDIT_NOTE, bill.party, bill.place_of_supply)
    return Issued(asked.id, str(number), worked.figures, _in_order(found))


def cancel(books: Books, invoice_id: UUID, *, reason: str, at: datetime) -> CancellationRow:
    """Cancel a bill or a credit note: its voucher and movements are reversed on the day of `at`, its number stays used.

    A second cancel gives the first answer. Refused for a bill with returns that stand, and for one of an earlier month:
    that month's tax is told already, so the answer is a credit note.
    """
    head = queries.header_to_change(books, invoice_id)
    if earlier := queries.cancellation_of(books, invoice_id):
        return earlier
    on = ist_day(at)
    reason = cancelling.require_reason(reason)
    cancelling.require_cancellable(head, [note.number for note in queries.standing_notes(books, invoice_id)], on)
    # Goods that had left on a challan left before the bill did: only what the bill itself moved comes back.
    moved = queries.lines_of(books, invoice_id) if stock.movements_of(books, invoice_id) else ()
    collecting.touches(books, head.against_id or invoice_id)

    reversal_id = new_id()
    # The shelves before the totals, as when the bill was issued: who takes them the other way round waits for who does not.
    recorded = _reverse_stock(books, head, moved, reversal_id, on) if moved else Recorded({})
    if head.posts_voucher:
        ledger.reverse(books, voucher_id=invoice_id, reversal_id=reversal_id, on=on, reason=reason)
        if head.party_id is not None:
            outstandings.release_all_of(books, invoice_id, why=reason)
    settle_costs(books, recorded)
    cancelled = CancellationRow(
        voucher_id=reversal_id if head.posts_voucher else None, reason=reason, cancelled_at=at, cancelled_by=books.actor.name
    )
    row = {name: getattr(cancelled, name) for name in CancellationRow.__slots__}
    books.insert(InvoiceCancellation, [{"invoice_id": invoice_id, **row}])
    audit.record(books, "cancel", "invoice", invoice_id, old={"number": head.number, "total": head.total_paise}, new={"reason": reason})
    announce(books, InvoiceCancelled(invoice_id=invoice_id, number=head.number))
    hooks.tell_cancelled(books, invoice_id)
    return cancelled


# What a sale is gathered from ------------------------------------------------------------------------------------------


def _shop(seller: Profile) -> Shop:
    return Shop(scheme=Scheme(seller.scheme), state_code=seller.state_code, rounds_to_rupee=seller.rounds_to_rupee)


def _with_customer(books: Books, sale: Sale) -> tuple[Sale, int | None, tuple[Flag, ...]]:
    """The sale with its customer as of today where the paper names none; what the customer may owe, in paise; and what is odd."""
    if sale.party_id is None:
        return sale, None, ()
    known = parties.parties_by_id(books, [sale.party_id], to_hold=credit.takes_turn(sale)).get(sale.party_id)
    if known is None:
        flag = Flag(FlagKind.UNKNOWN_CUSTOMER, {"party": str(sale.party_id)})
        if not sale.has_happened:
            raise flags.refusal(flag)
        name = (sale.party or {}).get("name") or "Customer of a till"
        parties.quick_party(books, name=name[:100], id=sale.party_id)
        return sale, None, (flag,)
    found = (Flag(FlagKind.ARCHIVED_CUSTOMER, {"name": known.name}),) if known.archived else ()
    return (sale if sale.party else replace(sale, party=known.as_buyer())), known.credit_limit_paise, found


def _items(books: Books, sale: Sale) -> tuple[Mapping[UUID, Any], tuple[Flag, ...]]:
    """Every item of the sale. One that a till sold and nobody here knows gets a stand-in, so that the sale can stand."""
    items = catalogue.items_for_bill(books, [line.item_id for line in sale.lines], sale.invoice_date)
    strangers = [(number, line) for number, line in enumerate(sale.lines, start=1) if line.item_id not in items]
    if not strangers:
        return items, ()
    listed = [{"line": number, "name": line.printed.name if line.printed else ""} for number, line in strangers]
    flag = Flag(FlagKind.UNKNOWN_ITEM, {"lines": listed})
    if not sale.has_happened or not all(line.printed for _, line in strangers):
        raise flags.refusal(flag)
    classes = [(row.id, row.law) for row in catalogue.tax_classes(books) if not row.archived]
    for _, line in strangers:
        if line.printed:
            class_id = rules.fitting_class(classes, line.printed, sale.invoice_date)
            catalogue.quick_item(books, line.printed.name[:200], line.unit_price, class_id, id=line.item_id)
    return catalogue.items_for_bill(books, [line.item_id for line in sale.lines], sale.invoice_date), (flag,)


def _posting_day(books: Books, asked: Sale | SaleReturn) -> tuple[date, tuple[Flag, ...]]:
    """The day in the books. A sale that has happened in a month locked since is posted on the first open day after."""
    day = asked.invoice_date
    if not asked.has_happened or not is_locked(books, day, "sales", asked.store_id):
        return day, ()
    while is_locked(books, day, "sales", asked.store_id) and day < books.today:
        day = min(rules.first_of_next_month(day), books.today)
    return day, (Flag(FlagKind.PERIOD_LOCKED, {"date": asked.invoice_date.isoformat(), "posted_on": day.isoformat()}),)


# What is written -------------------------------------------------------------------------------------------------------


def _number(books: Books, asked: Sale | SaleReturn) -> Number:
    return take_number(books, asked.series) if asked.seq is None else Number(asked.series, asked.seq)


def _reverse_stock(books: Books, head: Header, lines: Sequence[LineRow], reversal_id: UUID, on: date) -> Recorded:
    policy = Policy.ALLOW if profile(books).allows_negative_stock else Policy.REFUSE
    try:
        return stock.reverse(books, document_id=head.id, reversal_id=reversal_id, on=on, policy=policy)
    except NotEnoughStock as short:
        raise flags.refusal(flags.below_zero(goods.short_items(short.shortages, lines))) from short


def _write_bill(books: Books, sale: Sale, bill: Bill, number: Number, posted_on: date, seller: Profile, moved: Moved) -> None:
    recorded = moved.recorded
    facts = {
        "kind": bill.kind.value,
        "party_id": sale.party_id,
        "party": dict(sale.party) if sale.party else None,
        "seller": seller.as_seller(),
        "scheme": bill.scheme.value,
        "supply": bill.supply.value,
        "place_of_supply": bill.place_of_supply,
        "against_id": None,
        "bill_discount_paise": sale.bill_discount,
        "cost_paise": recorded.cost + slips.delivered_cost(bill.lines),
    }
    writing.write_header(books, sale, number, posted_on, bill.figures, facts)
    costs = [line.delivered_cost or recorded.costs.get(line_no, NO_COST) for line_no, line in enumerate(bill.lines, start=1)]
    writing.write_lines(
        books,
        sale.id,
        [_sold_columns(line) | moved.named(line_no) for line_no, line in enumerate(bill.lines, start=1)],
        bill.figures.lines,
        costs,
    )
    writing.write_offers(books, sale.id, [line.offers for line in sale.lines])
    writing.write_tenders(books, sale.id, bill.tenders)
    if sale.terms is not None:
        writing.write_terms(books, sale.id, placing.said_of(sale.terms, bill.placed), bill.lines)


def _write_note(
    books: Books,
    asked: SaleReturn,
    bill: Header,
    worked: returns.Returned,
    lines: Sequence[LineRow],
    moved: Moved,
    number: Number,
    posted_on: date,
    tenders: Sequence[Tender],
) -> None:
    facts = {
        "kind": DocumentKind.CREDIT_NOTE.value,
        "party_id": bill.party_id,
        "party": bill.party,
        "seller": seller_at(books, bill.store_id).profile.as_seller(),
        "scheme": bill.scheme,
        "supply": bill.supply,
        "place_of_supply": bill.place_of_supply,
        "against_id": bill.id,
        "bill_discount_paise": sum(line.bill_discount for line in worked.figures.lines),
        "cost_paise": sum(worked.costs),
    }
    writing.write_header(books, asked, number, posted_on, worked.figures, facts)
    rows = enumerate(zip(lines, worked.quantities, strict=True), start=1)
    columns = [_returned_columns(line, qty) | moved.named(line_no) for line_no, (line, qty) in rows]
    writing.write_lines(books, asked.id, columns, worked.figures.lines, worked.costs)
    writing.write_offers(books, asked.id, offers.offers_back(books, bill.id, worked))
    writing.write_tenders(books, asked.id, tenders)


def _sold_columns(line: BilledLine) -> dict[str, Any]:
    return {
        "item_id": line.item_id,
        "name": line.name,
        "local_name": line.local_name,
        "hsn": line.hsn,
        "unit": line.unit,
        "qty": line.qty,
        "unit_price_millipaise": line.unit_price,
        "price_includes_tax": line.price_includes_tax,
        "mrp_paise": line.mrp,
        "treatment": line.treatment.value,
        "rate_bp": line.rate_bp,
        "cess_bp": line.cess_bp,
        "moves_stock": line.moves_stock,
        "against_line_no": None,
    }


_AS_SOLD = (
    "item_id",
    "name",
    "local_name",
    "hsn",
    "unit",
    "unit_price_millipaise",
    "price_includes_tax",
    "mrp_paise",
    "treatment",
    "rate_bp",
    "cess_bp",
    "moves_stock",
)


def _returned_columns(line: LineRow, qty: Qty) -> dict[str, Any]:
    return {**{name: getattr(line, name) for name in _AS_SOLD}, "qty": qty, "against_line_no": line.line_no}


def _post(books: Books, sale: Sale, bill: Bill, number: Number, on: date, recorded: Recorded) -> None:
    treatments: list[Treatment] = [line.treatment for line in bill.lines]
    exempt = slips.exempt_part(bill.figures, treatments, bill.scheme)
    amounts = slips.Amounts(bill.figures, exempt, recorded.cost, bill.tenders, sale.party_id, slips.delivered_cost(bill.lines))
    if slip := slips.sale_slip(amounts, ledger.heads(books)):
        heading = _heading("sales", sale, number, on, (sale.party or {}).get("name") or "Counter sale")
        ledger.post(books, voucher_id=sale.id, heading=heading, slip=slip)
    if sale.terms is not None and sale.terms.due_on is not None and sale.party_id is not None:
        named = outstandings.Reference("new", str(number), sale.terms.due_on)
        debtors = ledger.heads(books)["debtors"]
        lines = outstandings.party_lines_of(books, sale.id, account_id=debtors)
        outstandings.refer(books, sale.id, {key.line_no: named for key in lines})


def _heading(kind: str, asked: Sale | SaleReturn, number: Number, on: date, narration: str) -> ledger.Heading:
    return ledger.Heading(
        kind=kind,
        number=str(number),
        voucher_date=on,
        store_id=asked.store_id,
        document_kind="invoice",
        document_id=asked.id,
        narration=narration,
    )


def _say(books: Books, invoice_id: UUID, kind: DocumentKind, number: Number, total: Paise, found: Sequence[Flag]) -> None:
    logged = {"number": str(number), "kind": kind.value, "total": total}
    audit.record(books, "create", "invoice", invoice_id, new=logged | ({"flags": [flag.kind.value for flag in found]} if found else {}))
    announce(books, InvoicePosted(invoice_id=invoice_id, number=str(number), kind=kind.value))


def _below_zero(bill: Bill, recorded: Recorded, seller: Profile) -> tuple[Flag, ...]:
    if not recorded.shortages or seller.allows_negative_stock:
        return ()
    return (flags.below_zero(goods.short_items(recorded.shortages, bill.lines)),)


def _whole(mode: TenderMode, total: Paise) -> tuple[Tender, ...]:
    return (Tender(mode, total),) if total else ()


def _in_order(found: Sequence[Flag]) -> tuple[Flag, ...]:
    return tuple(sorted(found, key=lambda flag: flag.kind.value))
