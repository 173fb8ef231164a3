"""Rule 37A: credit whose supplier told the bill and did not file the GSTR-3B that pays its tax; proposed from what GSTR-2A says.

Source: CGST Rules, rule 37A (Notification 26/2022-Central Tax): not filed by 30 September after the year in which the credit was taken, it
goes back by 30 November, later with interest; filed since, it is claimed again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from webapp.gst_returns import registration
from webapp.input_tax import posted, rules
from webapp.input_tax.posted import LineRow
from webapp.input_tax.proposals import Proposal, claimed, day_of
from webapp.input_tax.rules import HEADS, NOTHING, Tax
from webapp.kernel.dates import FinancialYear
from webapp.platform.tenancy import Books
from webapp.purchases.models import PurchaseBill, PurchaseCancellation

_CHUNK = 500


def file_by(taken_on: date) -> date:
    """The supplier's last day for the GSTR-3B of a bill whose credit was taken on a day."""
    return date(FinancialYear.of(taken_on).start_year + 1, 9, 30)


def give_back_by(taken_on: date) -> date:
    """Our last day to give it back without interest."""
    return date(FinancialYear.of(taken_on).start_year + 1, 11, 30)


def rule_37a(books: Books, gstin: str, month: int) -> list[Proposal]:
    """What goes back of bills whose supplier has not filed, and what is claimed again of those who have since or whose bill was cancelled.

    A supplier has not filed where a GSTR-2A that was imported after his last day still says so. What stands reversed under Rule 37 is not
    reversed twice.
    """
    from webapp import gst_inward  # readers of portal files, loaded when a page asks

    on = day_of(month, books.today)
    told = gst_inward.paid_by_suppliers(books, gstin)
    standing, then = posted.standing_of(books, gstin, "37A"), posted.standing_of(books, gstin, "37A", on)
    unpaid = posted.standing_of(books, gstin, "37")
    away, again = [], []
    for row, credit, is_gone in _bills(books, gstin, sorted({*told, *(id_ for id_, tax in standing.items() if any(tax))}), on):
        before, said = standing.get(row.id, NOTHING), told.get(row.id)
        is_owed = said is not None and not said.is_filed and said.known_on > file_by(row.voucher_date) < on
        # Nobody says any more that he has not filed: what was reversed stays until somebody says that he has.
        should = NOTHING if is_gone or (said is not None and said.is_filed) else credit if is_owed else before
        more = (should - before - unpaid.get(row.id, NOTHING)).above_nought() if is_owed and not is_gone else NOTHING
        less = (Tax(*map(min, before, then.get(row.id, NOTHING))) - should).above_nought()
        name = str(row.party.get("name") or "")
        if any(more):
            late = rules.interest(more.total, row.voucher_date, on) if on > give_back_by(row.voucher_date) else 0
            away.append(LineRow(row.id, row.number, name, more, row.voucher_date, late))
        if any(less):
            again.append(LineRow(row.id, row.number, name, less, None, 0))
    found = [("temporary", away), ("reclaim", again)]
    return [Proposal("37A", cell, sum((one.tax for one in rows), NOTHING), tuple(rows)) for cell, rows in found if rows]


def _bills(books: Books, gstin: str, ids: Sequence[UUID], on: date) -> list[tuple[Any, Tax, bool]]:
    """Those of the bills whose credit was taken until a day, the oldest first: the credit that its debit notes left, and whether it was
    cancelled."""
    bill, of = PurchaseBill, registration(books, gstin)
    gone = select(PurchaseCancellation.document_id)
    heads = [claimed(head) for head in HEADS]
    columns = (bill.id, bill.number, bill.party, bill.voucher_date, bill.against_id, bill.id.in_(gone).label("is_gone"), *heads)
    own = (bill.store_id.in_(of.store_ids), bill.tax_by == "supplier", bill.voucher_date <= on)
    found = []
    for at in range(0, len(ids), _CHUNK):
        some = ids[at : at + _CHUNK]
        notes: dict[UUID, Tax] = defaultdict(lambda: NOTHING)
        given_back = select(*columns).where(*own, bill.kind == "debit_note", bill.against_id.in_(some), bill.id.not_in(gone))
        for note in books.session.execute(given_back):
            notes[note.against_id] += _tax(note)
        bills = books.session.execute(select(*columns).where(*own, bill.kind == "bill", bill.id.in_(some)))
        found += [(row, (_tax(row) - notes[row.id]).above_nought(), bool(row.is_gone)) for row in bills]
    return sorted(found, key=lambda one: (one[0].voucher_date, one[0].number, one[0].id))


def _tax(row: Any) -> Tax:
    return Tax(*(int(getattr(row, head)) for head in HEADS))
