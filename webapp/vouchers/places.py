"""The store a voucher belongs to: which one is meant, whether it may be, and the series its number comes from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from webapp import company
from webapp.company import FIRST_CODE, NotYourStore, StoreClosed
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import NotFound
from webapp.platform.numbering import open_series, take_number
from webapp.platform.tenancy import Books
from webapp.vouchers import queries, rules
from webapp.vouchers.queries import DocumentRow
from webapp.vouchers.rules import State, VoucherCommand


def with_store(books: Books, asked: VoucherCommand) -> VoucherCommand:
    """The command with its store named. None: the one it is of already, or for a new voucher the default store of who types it."""
    if asked.store_id is not None:
        return asked
    kept = queries.document_or_none(books, asked.id) if asked.version else None
    return replace(asked, store_id=kept.store_id if kept else company.default_store(books))


def store_faults(books: Books, asked: VoucherCommand, kept: DocumentRow | None) -> dict[str, str]:
    """What stands against its store. A closed one takes drafts, and amendments of what stands there already."""
    store_id = asked.store_id
    if store_id is None or (kept is not None and kept.standing.is_in_books and kept.store_id == store_id):
        return {}
    try:
        company.require_store(books, store_id)
    except StoreClosed as refusal:
        return {} if asked.wish is State.DRAFT else {"store": f"{refusal.problem} {refusal.fix}"}
    except NotYourStore as refusal:
        return {"store": f"{refusal.problem} {refusal.fix}"}
    except NotFound:
        return {"store": "Choose a store from the list."}
    return {}


def next_number(books: Books, kind: str, day: date, store_id: UUID) -> str:
    """The next number of a kind in the financial year of `day`: 2600PY/000001 in the first store (the till code 00 belongs to
    no till), 26PUN-PY/000001 in the one with the code PUN."""
    year, letters = FinancialYear.of(day), rules.LETTERS[kind]
    if company.store(books, store_id).code == FIRST_CODE:
        prefix = f"{year.start_year % 100:02d}00{letters}"
    else:
        prefix = company.store_series(books, store_id, year, letters)
    open_series(books, prefix, document_kind=f"voucher_{kind}", year=year)
    return str(take_number(books, prefix))
