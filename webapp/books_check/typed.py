"""The promises of vouchers typed by an accountant: what stands is posted as it was typed, what does not is nowhere."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from webapp.books_check.rules import Check
from webapp.ledger.models import JournalLine, Voucher
from webapp.platform.tenancy import Books
from webapp.vouchers.models import VoucherDocument

_IN_BOOKS = ("posted", "amended")


def check_typed(books: Books) -> Check:
    """Each voucher in the books has its own voucher of the ledger, of its kind, number, day, store and rows, not reversed; each
    other has none that is not reversed."""
    faults: list[str] = []
    facts = (Voucher.kind, Voucher.number, Voucher.voucher_date, Voucher.store_id)
    query = select(Voucher.id, Voucher.document_id, *facts, Voucher.reverses_id).where(Voucher.document_kind == "voucher")
    posted = list(books.session.execute(query))
    reversed_ids = {row.reverses_id for row in posted if row.reverses_id}
    standing: dict[UUID, list[UUID]] = {}
    for row in posted:
        if row.reverses_id is None and row.id not in reversed_ids:
            standing.setdefault(row.document_id, []).append(row.id)
    by_id = {row.id: row for row in posted}
    lines = _lines(books)
    documents = list(books.session.scalars(select(VoucherDocument)))
    for kept in documents:
        name = f"{kept.kind} {kept.number or kept.id}"
        own = standing.pop(kept.id, [])
        if kept.state not in _IN_BOOKS:
            faults += [f"{name} is {kept.state}, and yet it stands in the books"] if own else []
        elif own != [kept.voucher_id]:
            faults.append(f"{name} should stand in the books once; it stands there {len(own)} times")
        else:
            row = by_id[own[0]]
            if (row.kind, row.number, row.voucher_date) != (kept.kind, kept.number, kept.voucher_date):
                faults.append(f"{name} of {kept.voucher_date} was posted as {row.kind} {row.number} of {row.voucher_date}")
            if row.store_id != kept.store_id:
                faults.append(f"{name} was posted in another store than it says")
            typed = [(line["account"], line["party"], line["amount"]) for line in kept.body["lines"]]
            if typed != lines.get(row.id):
                faults.append(f"{name} was posted with other rows than were typed")
    faults += [f"voucher {by_id[own[0]].number} stands in the books, but nobody typed it" for own in standing.values()]
    return Check("typed vouchers stand as they were typed", len(documents), tuple(faults))


def _lines(books: Books) -> dict[UUID, list[tuple[str, str | None, int]]]:
    """The rows of every voucher of an accountant, in their order."""
    rows = books.session.execute(
        select(JournalLine.voucher_id, JournalLine.account_id, JournalLine.party_id, JournalLine.amount_paise)
        .join(Voucher, (Voucher.company_id == JournalLine.company_id) & (Voucher.id == JournalLine.voucher_id))
        .where(Voucher.document_kind == "voucher")
        .order_by(JournalLine.voucher_id, JournalLine.line_no)
    )
    found: dict[UUID, list[tuple[str, str | None, int]]] = {}
    for voucher, account, party, amount in rows:
        found.setdefault(voucher, []).append((str(account), str(party) if party else None, amount))
    return found
