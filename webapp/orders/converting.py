"""One document becomes the next in one action, with what is left of it; and a bill of what was ordered, delivered or promised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from webapp import sales
from webapp.kernel.money import Paise, indian_grouping, plain_decimal, rounded
from webapp.orders import advances, fulfilment, one_supply, queries, rules, service
from webapp.orders.fulfilment import Taken, Target
from webapp.orders.kinds import INVOICE, KINDS
from webapp.orders.queries import DocumentView, HeadRow, LineRow
from webapp.orders.service import NewDocument
from webapp.orders.writing import NATURE
from webapp.platform.tenancy import Books
from webapp.sales import Issued, SaleLine, Sheet, TypedLine, TypedSheet


def convert(books: Books, source_id: UUID, to_kind: str, *, id_: UUID) -> HeadRow:
    """Make the next document of all that is left of one. The same id again gives the first answer.

    WrongState, NotLeft, and what `service.create` refuses.
    """
    if earlier := queries.head_or_none(books, id_):
        rules.require_same(f"{earlier.source_id} {earlier.kind}", f"{source_id} {to_kind}")
        return earlier
    view = queries.held(books, [source_id])[source_id]
    rules.require_convertible(view.head, to_kind, books.today)
    if to_kind != "challan":  # goods may go apart: what they are one supply with is said again on their bill
        _require_whole([view])
    typed = sheet_of([view], id_, books.today)
    purpose = "supply" if KINDS[to_kind].has_transport else ""
    return service.create(books, NewDocument(to_kind, typed, purpose=purpose))


def invoice_from(books: Books, source_id: UUID, *, id_: UUID, credit_reason: str = "") -> Issued:
    """Issue the bill of all that is left of a document; of an order with goods out on challans, of those. On credit.

    The same id again gives the first answer. WrongState, NotLeft, and what `sales.issue` refuses.
    """
    if earlier := sales.issued_before(books, id_):
        return earlier
    view = queries.held(books, [source_id])[source_id]
    rules.require_convertible(view.head, INVOICE, books.today)
    views = delivered_by(books, view) or [view]
    _require_whole(views)
    typed = replace(sheet_of(views, id_, books.today), credit_reason=credit_reason)
    return issue(books, typed)


def issue(books: Books, typed: TypedSheet) -> Issued:
    """Issue a bill from a sheet whose rows may come of documents: those are used up, and goods that left before cost what they did."""
    if sales.header_or_none(books, typed.id):
        return sales.issue_invoice(books, typed)

    def sold(found: Sheet) -> Sequence[SaleLine]:
        wishes = service.wishes(found)
        # A bill to nobody fits no document's customer, and rows typed freely ask for none.
        party_id = found.party.id if found.party else UUID(int=0)
        taken: Mapping[int, Taken] = fulfilment.take(books, wishes, Target(typed.id, INVOICE, party_id, found.store_id, found.day))
        return [
            replace(line.as_sold(), delivered_cost=Paise(taken[place].cost), delivered=taken[place].parts, batch="", serials=())
            if place in taken
            else line.as_sold()
            for place, line in enumerate(found.lines, 1)
        ]

    return sales.issue_invoice(books, typed, sold=sold)


def release_invoice(books: Books, invoice_id: UUID) -> None:
    """A bill was cancelled: what it billed may be billed again, its advances are whole again. For `sales.when_cancelled`."""
    fulfilment.give_back(books, invoice_id)
    advances.release_invoice(books, invoice_id)


def delivered_by(books: Books, view: DocumentView) -> list[DocumentView]:
    """The standing challans of an order that have something to bill."""
    if view.head.kind != "order":
        return []
    ids = {use.to_id for use in queries.uses_of(books, [view.head.id]) if use.to_kind == "challan"}
    found = queries.held(books, ids) if ids else {}
    return [found[id_] for id_ in sorted(found) if found[id_].has_left and found[id_].head.is_live]


def sheet_of(views: Sequence[DocumentView], id_: UUID, day: date) -> TypedSheet:
    """What is left of some documents as it would be typed, each row naming what it comes of, those that are one supply marked. The place
    of supply is the one that was agreed; where the nature of a service had decided it, that decides again and says its section."""
    head = views[0].head
    rows = _left(views)
    if not rows:
        raise rules.NotLeft(problem=f"Nothing of {head.shown_number} is left.", fix="Its page says what became of it.")
    includes = {line.price_includes_tax for _view, line in rows}
    marks, _apart = one_supply.marks_of(rows)
    is_found = head.destination != "home" or (NATURE in head.body and not head.body.get("place"))
    return TypedSheet(
        id=id_,
        day=day.isoformat(),
        store_id=str(head.store_id),
        party_id=str(head.party_id),
        place="" if is_found else head.place_of_supply,
        nature=str(head.body.get("nature", "")),
        performed_in=str(head.body.get("performed_in", "")),
        destination=head.destination,
        lut_number=str(head.body.get("lut_number", "")),
        reference=head.reference,
        rates="item" if len(includes) > 1 else "with" if True in includes else "without",
        terms=head.terms,
        note=head.note,
        bill_discount=_rupees(sum(_part(line.bill_discount_paise, line) for _view, line in rows)),
        lines=tuple(_typed(place, line, marks.get(place, "")) for place, (_view, line) in enumerate(rows, 1)),
    )


def _left(views: Sequence[DocumentView]) -> list[tuple[DocumentView, LineRow]]:
    return [(view, line) for view in views for line in view.lines if line.left > 0]


def _require_whole(views: Sequence[DocumentView]) -> None:
    """WrongState where what is left is a part of one supply whose principal, or another part sold for the same price, went before: a
    person says how it is taxed now."""
    _marks, apart = one_supply.marks_of(_left(views))
    if apart:
        names = ", ".join(dict.fromkeys(apart))
        raise rules.WrongState(
            problem=f"One supply with rows that are not left any more: {names}.",
            fix="Choose “Bill a part”, or type a new document, and see to its tax there.",
        )


def _typed(place: int, line: LineRow, together: str) -> TypedLine:
    return TypedLine(
        number=place,
        item="",
        item_id=str(line.item_id),
        qty=plain_decimal(line.left, 3),
        unit=line.unit,
        rate=plain_decimal(line.unit_price_millipaise, 5),
        discount=_rupees(_part(line.discount_paise, line)),
        source=f"{line.document_id}.{line.line_no}",
        together=together,
    )


def _part(amount: int, line: LineRow) -> int:
    """What of a discount belongs to what is left: its share by now less what went before."""
    return rounded(amount * line.qty, line.qty) - rounded(amount * (line.qty - line.left), line.qty)


def _rupees(amount: int) -> str:
    return indian_grouping(amount) if amount else ""
