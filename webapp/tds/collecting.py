"""Tax collected at source on bills: a journal Dr the customer, Cr TCS payable, beside the bill and in its transaction.

What is collected of is the total of the lines that bear it, with GST (section 206C speaks of the amount the buyer pays). It is no part of
the bill's own figures, so it is no part of the value of GST; it is the customer's debt, stands on the paper and goes back with the goods.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, update

from webapp import catalogue, company, ledger, outstandings, parties, sales
from webapp.kernel.dates import written
from webapp.kernel.errors import BooksError
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, Qty
from webapp.kernel.posting import Slip, credit, debit
from webapp.kernel.records import dataclass
from webapp.platform import audit
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone
from webapp.sales import Collected
from webapp.tds import queries, service, watching
from webapp.tds.deposited import deposited_on
from webapp.tds.models import TcsBuyer, TcsLine, TdsDeduction, TdsEvent
from webapp.tds.rules import law
from webapp.tds.rules.working import Case, Deduction, work_out
from webapp.tds.subjects import Mark

COLLECTION = "tcs_collection"  # what the journals are called


@dataclass(frozen=True, slots=True)
class Buyer:
    """What is known of who buys (models.TcsBuyer); of whom nobody said anything, what the GSTIN says."""

    party_id: UUID
    kind: str
    payee: str
    pan: str
    name: str
    is_specified: bool
    deducts: bool

    def mark(self, kind: str) -> Mark:
        """As the rules take it, for one kind of goods."""
        return Mark(self.party_id, True, kind, self.payee, self.pan, self.name, self.is_specified, 0, 0, False)  # noqa: FBT003 - columns


class Paper(NamedTuple):
    """What tax is collected on: its number, store and day in the books."""

    number: str
    store_id: UUID
    day: date


def bears(kind: str, day: date, total: Paise, qty: Qty) -> bool:
    """Whether a line bears the tax. Section 206C(1F) speaks of the value of one vehicle or one piece, so that of each counts."""
    own = law.KINDS.get(kind)
    terms = own.at(day) if own is not None and own.is_collected else None
    if terms is None or total <= 0:
        return False
    return terms.single is None or total * 1000 > terms.single * max(qty, 1000)


def kind_of(books: Books, party_id: UUID) -> str:
    """The kind that all a customer buys is of; "" where only marked goods count."""
    return books.session.scalar(select(TcsBuyer.kind).where(TcsBuyer.party_id == party_id)) or ""


def buyer(books: Books, party_id: UUID) -> Buyer:
    """What is known of a customer."""
    columns = (TcsBuyer.kind, TcsBuyer.payee, TcsBuyer.pan, TcsBuyer.buyer_name, TcsBuyer.is_specified, TcsBuyer.deducts)
    row = books.session.execute(select(*columns).where(TcsBuyer.party_id == party_id)).first()
    if row:
        return Buyer(party_id, *row)
    party = parties.party_row(books, party_id)
    pan = (party.gstin or "")[2:12]
    return Buyer(party_id, "", law.payee_of(pan), pan, party.name, is_specified=False, deducts=False)


def issued(books: Books, invoice_id: UUID, kinds: Mapping[int, str]) -> None:
    """Told by sales: a bill with such lines stands, its kinds by line. What is due is collected."""
    books.insert(TcsLine, [{"invoice_id": invoice_id, "line_no": number, "kind": kind} for number, kind in kinds.items()])
    _agree(books, invoice_id)


def touches(books: Books, invoice_id: UUID) -> bool:
    """Asked by sales before a return or a cancelling of a bill writes anything: whether it has lines that bear the tax. Such a document
    posts a second voucher, so it writes alone from its beginning: two that shared the turn first would wait for each other."""
    if books.session.scalar(select(TcsLine.line_no).where(TcsLine.invoice_id == invoice_id).limit(1)) is None:
        return False
    write_alone(books)
    return True


def changed(books: Books, invoice_id: UUID) -> None:
    """Told by sales: goods of a bill came back, or their return was cancelled. What was collected follows, as long as it was not
    deposited: what was is the customer's with the department, by the certificate."""
    if touches(books, invoice_id):
        _agree(books, invoice_id)


def cancelled(books: Books, invoice_id: UUID) -> None:
    """Told by sales: a bill or a note was cancelled. BooksError where what was collected on it was deposited."""
    if events := queries.events_of_voucher(books, invoice_id):
        if day := deposited_on(books, [one.id for one in events]):
            raise BooksError(
                problem=f"The tax collected on {events[0].number} was deposited on {day}.",
                fix="Take the goods back by a return. A challan entered by mistake can be cancelled first.",
            )
        watching.undo(books, invoice_id, books.today, "The bill was cancelled.")
        return
    head = sales.header_or_none(books, invoice_id)
    if head is not None and head.against_id is not None:
        changed(books, head.against_id)


def collect_now(books: Books, invoice_id: UUID) -> int:
    """Collect on a bill that was made without: before its goods or its customer were marked, or at a till. The paise that stand collected
    after it; safe to repeat. BooksError for a bill of nobody, a cancelled one, and one that bears nothing."""
    write_alone(books)
    view = sales.invoice(books, invoice_id)
    head = view.header
    if head.is_return or view.cancellation is not None:
        raise BooksError(problem=f"{head.number} is cancelled or a return.", fix="Open the bill itself.")
    if head.party_id is None:
        raise BooksError(problem=f"{head.number} names nobody.", fix="The tax is somebody's debt: make the bill anew with the customer.")
    company.require_backdate(books, head.posted_on, COLLECTION, head.id)
    if books.session.scalar(select(TcsLine.line_no).where(TcsLine.invoice_id == invoice_id).limit(1)) is None:
        whole = kind_of(books, head.party_id)
        items = catalogue.items_for_bill(books, {line.item_id for line in view.lines}, head.invoice_date)
        kinds = {line.line_no: (items[line.item_id].tcs_kind if line.item_id in items else "") or whole for line in view.lines}
        day = head.invoice_date
        totals = {line.line_no: (Paise(line.total_paise), Qty(line.qty)) for line in view.lines}
        kinds = {no: kind for no, kind in kinds.items() if kind and bears(kind, day, *totals[no])}
        if not kinds:
            raise BooksError(
                problem=f"Nothing on {head.number} bears tax collected at source.",
                fix="Mark its goods or its customer on the page of TCS marks.",
            )
        issued(books, invoice_id, kinds)
    else:
        _agree(books, invoice_id)
    return sum(one.amount for one in of(books, invoice_id))


def expected(books: Books, party_id: UUID, day: date, bases: Mapping[str, Paise]) -> Sequence[Collected]:
    """What would be collected of a customer on goods of these kinds. Nothing is written."""
    own = buyer(books, party_id)
    found = []
    for kind, base in bases.items():
        worked, _consumed, _certificate = worked_of(books, own, kind, day, base, None)
        if worked.amount > 0:
            cited = law.law_of(kind, own.payee, day)
            found.append(Collected(cited, worked.rate_bp, worked.taxed, worked.amount, None, law.is_sure(kind, day)))
    return found


def of(books: Books, invoice_id: UUID) -> Sequence[Collected]:
    """What stands collected on a bill."""
    found = []
    for one in queries.events_of_voucher(books, invoice_id):
        if law.KINDS[one.kind].is_collected and one.deducted:
            standing = (TdsDeduction.event_id == one.id, TdsDeduction.undone_on.is_(None))
            journal_id = books.session.scalars(select(TdsDeduction.voucher_id).where(*standing)).first()
            posted = ledger.voucher_or_none(books, journal_id) if journal_id else None
            cited, is_sure = law.law_of(one.kind, one.payee, one.paid_on), law.is_sure(one.kind, one.paid_on)
            at = posted.posted_at if posted else None
            found.append(Collected(cited, one.rate_bp, Paise(one.taxed_paise), Paise(one.deducted), one.id, is_sure, at))
    return found


def _agree(books: Books, invoice_id: UUID) -> None:
    """Have the register agree with what of a bill's lines stands sold."""
    head = sales.header_or_none(books, invoice_id)
    if head is None or head.party_id is None:
        return
    service.take_turn(books, head.party_id)
    own = buyer(books, head.party_id)
    lines = {one.line_no: one for one in sales.sold_lines(books, invoice_id)}
    bases: dict[str, Paise] = {}
    for number, kind in books.session.execute(select(TcsLine.line_no, TcsLine.kind).where(TcsLine.invoice_id == invoice_id)):
        left = lines[number].figures.total - lines[number].back.total
        bases[kind] = Paise(bases.get(kind, 0) + left)
    for kind, base in sorted(bases.items()):
        _agree_on(books, head, own, kind, base)


def _agree_on(books: Books, head: sales.Header, own: Buyer, kind: str, base: Paise) -> None:
    where = (TdsEvent.voucher_id == head.id, TdsEvent.head_id == own.party_id, TdsEvent.kind == kind)
    kept = books.session.execute(select(TdsEvent.id, TdsEvent.gross_paise, TdsEvent.undone_on).where(*where)).first()
    if kept is not None and kept.undone_on is None and kept.gross_paise == base:
        return
    if kept is None and base <= 0:
        return
    event_id = kept.id if kept is not None else new_id()
    if kept is not None and not take_back(books, event_id, on=books.today, why=f"Goods came back on {written(books.today)}."):
        return
    worked, consumed, certificate_id = worked_of(books, own, kind, head.posted_on, base, head.id)
    figures = {
        "base_paise": max(base - consumed, 0),
        "gross_paise": base,
        "consumed_paise": consumed,
        "taxed_paise": worked.taxed,
        "certified_paise": worked.certified,
        "certificate_id": certificate_id,
        "rate_bp": worked.rate_bp,
        "due_paise": worked.amount,
        "why": worked.why,
        "payee": own.payee,
        "pan": own.pan,
        "undone_on": None if base > 0 else books.today,
    }
    if kept is not None:
        books.session.execute(update(TdsEvent).where(TdsEvent.id == event_id).values(**figures))
    else:
        document = {"voucher_id": head.id, "document_kind": "invoice", "document_id": head.id, "number": head.number}
        who = {"store_id": head.store_id, "head_id": own.party_id, "party_id": own.party_id, "kind": kind, "name": own.name}
        books.insert(TdsEvent, [{"id": event_id, **document, **who, "paid_on": head.posted_on, "advance_paise": 0, **figures}])
    # What goods that came back leave is collected anew on the day they came; the month it belongs to is the bill's.
    posted_on = head.posted_on if kept is None else max(books.today, head.posted_on)
    collect(books, event_id, Paper(head.number, head.store_id, head.posted_on), own, worked.amount, posted_on)


def worked_of(
    books: Books, own: Buyer, kind: str, day: date, base: Paise, but: UUID | None, *, consumed: Paise | None = None
) -> tuple[Deduction, Paise, UUID | None]:
    """What is due, what of it an advance was collected on before (`consumed` says it; None: as much as is open), and the certificate or
    declaration it goes by."""
    mark = own.mark(kind)
    if consumed is None:
        consumed = Paise(min(queries.open_advance(books, own.party_id, but, kinds=(kind,)), base))
    held = queries.relief(books, own.party_id, kind, day, but)
    left = Paise(0 if own.deducts and kind == "goods_sold" else max(base - consumed, 0))
    before = queries.before(books, mark, day, but)
    # Whether a vehicle is worth more than ten lakh was asked of its line, or said with its advance: not of what is left to be taxed.
    worked = work_out(Case(kind, own.payee, day, left, before, own.is_specified, held[1] if held else None, is_above_single=True))
    return worked, consumed, held[0] if held and worked.certified else None


def collect(books: Books, event_id: UUID, paper: Paper, own: Buyer, amount: Paise, on: date, *, first_day: date | None = None) -> None:
    """Collect so much of an event by a journal on a day; it stands in the register on `first_day`, else on the paper's day."""
    if amount <= 0:
        return
    heads, journal_id = ledger.heads(books), new_id()
    number = service.next_number(books, "TC", on)
    cited = law.law_of(_kind_of(books, event_id), own.payee, paper.day)
    said = f"{own.name}, TCS {cited} of {paper.number}"
    heading = ledger.Heading("journal", number, on, paper.store_id, COLLECTION, event_id, said)
    slip = Slip((debit(heads["debtors"], amount, own.party_id), credit(heads["tcs-payable"], amount)))
    ledger.post(books, voucher_id=journal_id, heading=heading, slip=slip)
    service.write_deduction(books, event_id, journal_id, number, first_day or paper.day, amount)
    audit.record(books, "create", COLLECTION, event_id, new={"number": number, "amount": amount, "of": paper.number})


def _kind_of(books: Books, event_id: UUID) -> str:
    return str(books.session.scalar(select(TdsEvent.kind).where(TdsEvent.id == event_id)))


def take_back(books: Books, event_id: UUID, *, on: date, why: str) -> bool:
    """Reverse what was collected of an event. False where it was deposited: then it stands."""
    own = (TdsDeduction.event_id == event_id, TdsDeduction.undone_on.is_(None))
    made = books.session.execute(select(TdsDeduction.voucher_id, TdsDeduction.deducted_on, TdsDeduction.challan_id).where(*own)).all()
    if any(row.challan_id is not None for row in made):
        return False
    for row in made:
        day = max(on, row.deducted_on)
        ledger.reverse(books, voucher_id=row.voucher_id, reversal_id=new_id(), on=day, reason=why)
        outstandings.release_all_of(books, row.voucher_id, why=why)
    books.session.execute(update(TdsDeduction).where(*own).values(undone_on=on))
    return True
