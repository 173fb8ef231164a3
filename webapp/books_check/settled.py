"""The promise of outstandings: no line is settled by more than it is, on any day, and only with its own party's."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from webapp.books_check.rules import Check
from webapp.kernel.money import rupees
from webapp.ledger.models import JournalLine, Voucher
from webapp.outstandings.models import Allocation
from webapp.platform.tenancy import Books

_NEVER = date.max


def check_settled(books: Books) -> Check:
    """Each allocation is of one party and account, a credit with a debit, of lines as they stand; together they never
    hold more of a line than it is; those of a voucher that was taken back ended with it."""
    faults: list[str] = []
    holding: dict[tuple[UUID, int], list[tuple[date, date, int]]] = defaultdict(list)
    sizes: dict[tuple[UUID, int], tuple[str, int]] = {}
    rows = list(_allocations(books))
    taken_back: dict[UUID, date] = {reversed_id: on for reversed_id, on in _taken_back(books)} if rows else {}  # noqa: C416 - rows are no pairs
    for row in rows:
        ends = row.released_on or _NEVER
        faults += _strays(row)
        if (row.released_on is None) != (row.released_by is None):
            faults.append(f"the settlement of {row.debit_number} with {row.credit_number} is undone by halves")
        for voucher, line_no, number, amount in (
            (row.credit_voucher_id, row.credit_line_no, row.credit_number, row.credit_amount),
            (row.debit_voucher_id, row.debit_line_no, row.debit_number, row.debit_amount),
        ):
            gone = taken_back.get(voucher, _NEVER)
            if gone < ends and row.allocated_on < ends:
                faults.append(f"{number} was taken back on {gone}, and still settles {rupees(row.amount_paise)}")
            holding[voucher, line_no].append((row.allocated_on, ends, row.amount_paise))
            sizes[voucher, line_no] = (number, abs(amount))
    for key, spans in holding.items():
        number, size = sizes[key]
        most = max(sum(amount for first, end, amount in spans if first <= day < end) for day, _, _ in spans)
        if most > size:
            faults.append(f"line {key[1]} of voucher {number} is {rupees(size)}, {rupees(most)} of it is settled")
    return Check("nothing is settled by more than it is", len(rows), tuple(faults))


def _strays(row: Any) -> list[str]:
    words = f"the settlement of {row.debit_number} with {row.credit_number}"
    found = []
    if row.credit_amount >= 0 or row.debit_amount <= 0:
        found.append(f"{words} is not of a credit with a debit")
    if {row.credit_party, row.debit_party} != {row.party_id} or {row.credit_account, row.debit_account} != {row.account_id}:
        found.append(f"{words} is not of one party and account")
    if (row.credit_date, row.debit_date) != (row.credit_day, row.debit_day):
        found.append(f"{words} is of other days than its vouchers")
    return found


def _allocations(books: Books) -> Any:
    sides: list[Any] = []
    query = select(
        Allocation.party_id,
        Allocation.account_id,
        Allocation.credit_voucher_id,
        Allocation.credit_line_no,
        Allocation.credit_date,
        Allocation.debit_voucher_id,
        Allocation.debit_line_no,
        Allocation.debit_date,
        Allocation.amount_paise,
        Allocation.allocated_on,
        Allocation.released_on,
        Allocation.released_by,
    )
    for side in ("credit", "debit"):
        line, voucher = aliased(JournalLine), aliased(Voucher)
        own = (getattr(Allocation, f"{side}_voucher_id"), getattr(Allocation, f"{side}_line_no"))
        sides += [
            voucher.number.label(f"{side}_number"),
            line.amount_paise.label(f"{side}_amount"),
            line.party_id.label(f"{side}_party"),
            line.account_id.label(f"{side}_account"),
            line.voucher_date.label(f"{side}_day"),
        ]
        query = query.join(line, (line.company_id == Allocation.company_id) & (line.voucher_id == own[0]) & (line.line_no == own[1]))
        query = query.join(voucher, (voucher.company_id == Allocation.company_id) & (voucher.id == own[0]))
    return books.session.execute(query.add_columns(*sides))


def _taken_back(books: Books) -> Any:
    return books.session.execute(select(Voucher.reverses_id, Voucher.voucher_date).where(Voucher.reverses_id.is_not(None)))
