"""Purchase orders: saved as a draft, approved, received and billed in parts, closed. An order posts nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update

from webapp.catalogue import BillItem
from webapp.company import require_store, seller_at
from webapp.kernel.errors import BooksError, Conflict
from webapp.parties import PartyRow
from webapp.platform import audit
from webapp.platform.rows import update_count
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_one
from webapp.purchases import billing, gathering, queries, rules, tracking, writing
from webapp.purchases.commands import NOTHING, Order
from webapp.purchases.models import PurchaseOrder, PurchaseOrderLine
from webapp.purchases.numbers import next_number
from webapp.purchases.queries import OrderRow
from webapp.tax.rules import BillLine as TaxLine
from webapp.tax.rules import Figures, Scheme, Terms, rate_on, supply_between, work_out

_BLIND = {"synchronize_session": False}


def save_order(books: Books, asked: Order) -> OrderRow:
    """Save an order as a draft, or change a draft. The same content again gives the first answer.

    InvalidInput by field; Conflict for an order that somebody changed meanwhile, or that is no draft any more.
    """
    write_one(books, asked.id)
    earlier = queries.order_or_none(books, asked.id)
    if earlier and earlier.body_sha256 == asked.body_sha256:
        return earlier
    if earlier:
        _require_draft(queries.order(books, asked.id, to_change=True), asked.version)
    rules.require_order(asked, books.today)
    party = gathering.supplier(books, asked.party_id)
    require_store(books, asked.store_id)
    items = gathering.items_of(books, asked.lines)
    figures, rates = _worked(books, asked, party, items)
    row = _row(books, asked, party, figures) | {"version": asked.version + 1}
    if earlier:
        books.session.execute(update(PurchaseOrder).where(PurchaseOrder.id == asked.id).values(**row), execution_options=_BLIND)
        books.session.execute(delete(PurchaseOrderLine).where(PurchaseOrderLine.order_id == asked.id), execution_options=_BLIND)
        audit.record(books, "change", "purchase_order", asked.id, old={"total": earlier.total_paise}, new={"total": figures.total})
    else:
        number = next_number(books, "purchase_order", asked.order_date, asked.store_id)
        books.insert(PurchaseOrder, [row | {"id": asked.id, "number": number}])
        writing.say_entered(books, "order", asked.id, number, {"supplier": asked.party_id, "total": figures.total})
    books.insert(PurchaseOrderLine, [_line_row(asked, items, figures, rates, line_no) for line_no in range(1, len(asked.lines) + 1)])
    return queries.order(books, asked.id)


def approve(books: Books, order_id: UUID) -> OrderRow:
    """Approve a draft: goods may come. A second approval gives the first answer."""
    kept = queries.order(books, order_id, to_change=True)
    if kept.state == "approved":
        return kept
    _require_draft(kept, kept.version)
    return _set(books, kept, "approved", approved_by=books.actor.name, approved_at=books.now)


def close(books: Books, order_id: UUID, *, reason: str) -> OrderRow:
    """Short-close an order: no more of it is awaited. What has come may still be billed."""
    kept = queries.order(books, order_id, to_change=True)
    if kept.state == "closed":
        return kept
    if kept.state != "approved":
        raise Conflict(problem=f"Order {kept.number} is not open.", fix="Reload it to see how it stands.")
    return _set(books, kept, "closed", state_reason=rules.require_reason(reason))


def cancel_order(books: Books, order_id: UUID, *, reason: str) -> OrderRow:
    """Cancel an order of which nothing has come. CannotCancel, with what has come; a second cancel gives the first answer."""
    kept = queries.order(books, order_id, to_change=True)
    if kept.state == "cancelled":
        return kept
    done = tracking.order_done(books, order_id)
    if done:
        names = {line.line_no: line.name for line in queries.order_lines(books, order_id)}
        said = ", ".join(f"{rules.shown_qty(one.received)} of {names[line_no]}" for line_no, one in sorted(done.items()))
        raise rules.CannotCancel(
            problem=f"Goods of this order have come: {said}.", fix="Close it instead: the rest is not awaited any more."
        )
    return _set(books, kept, "cancelled", state_reason=rules.require_reason(reason))


def _require_draft(kept: OrderRow, version: int) -> None:
    if kept.state != "draft":
        raise Conflict(
            problem=f"Order {kept.number} is no draft any more.", fix="Close it and write another, or cancel it if nothing has come."
        )
    if kept.version != version:
        raise Conflict(
            problem=f"Order {kept.number} was changed by somebody else while you had it open.", fix="Open it again, then make your change."
        )


def _set(books: Books, kept: OrderRow, state: str, **more: Any) -> OrderRow:
    changed = update(PurchaseOrder).where(PurchaseOrder.id == kept.id, PurchaseOrder.version == kept.version)
    values = {"state": state, "version": kept.version + 1, **more}
    if not update_count(books, changed.values(**values).execution_options(**_BLIND)):
        raise BooksError(problem=f"Order {kept.number} was changed meanwhile.", fix="Reload it.")
    reason = {"reason": more["state_reason"]} if "state_reason" in more else {}
    audit.record(books, "change", "purchase_order", kept.id, old={"state": kept.state}, new={"state": state, **reason})
    return queries.order(books, kept.id)


def _worked(books: Books, asked: Order, party: PartyRow, items: Mapping[UUID, BillItem]) -> tuple[Figures, list[tuple[int, int]]]:
    lines, rates = [], []
    for line in asked.lines:
        item = items[line.item_id]
        rate = rate_on(item.tax_class, asked.order_date, billing.unit_value(line.qty, line.rate, line.discount))
        rates.append((int(rate.rate_bp), int(rate.cess_bp)))
        lines.append(TaxLine(line.qty, line.rate, False, line.discount, rate.rate_bp, rate.cess_bp))  # noqa: FBT003 - a price without tax
    scheme = Scheme.REGULAR if party.gstin and not party.is_composition else Scheme.UNREGISTERED
    supply = supply_between(party.state_code, seller_at(books, asked.store_id).profile.state_code)
    return work_out(lines, Terms(scheme, supply, NOTHING, rounds_to_rupee=False)), rates


def _row(books: Books, asked: Order, party: PartyRow, figures: Figures) -> dict[str, Any]:
    return {
        "party_id": asked.party_id,
        "party": party.as_buyer(),
        "store_id": asked.store_id,
        "order_date": asked.order_date,
        "expected_on": asked.expected_on,
        "taxable_paise": figures.taxable,
        "tax_paise": figures.total - figures.taxable,
        "total_paise": figures.total,
        "note": asked.note,
        "state": "draft",
        "state_reason": "",
        "approved_by": "",
        "approved_at": None,
        "body_sha256": asked.body_sha256,
        "entered_by": books.actor.name,
        "recorded_at": books.now,
    }


def _line_row(asked: Order, items: Mapping[UUID, BillItem], figures: Figures, rates: list[tuple[int, int]], line_no: int) -> dict[str, Any]:
    line, worked, (rate_bp, cess_bp) = asked.lines[line_no - 1], figures.lines[line_no - 1], rates[line_no - 1]
    item = items[line.item_id]
    return {
        "order_id": asked.id,
        "line_no": line_no,
        "item_id": line.item_id,
        "name": item.name,
        "hsn": item.hsn,
        "unit": item.unit,
        "qty": line.qty,
        "rate_millipaise": line.rate,
        "discount_paise": line.discount,
        "rate_bp": rate_bp,
        "cess_bp": cess_bp,
        "taxable_paise": worked.taxable,
        "tax_paise": worked.total - worked.taxable,
    }
