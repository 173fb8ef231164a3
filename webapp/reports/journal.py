"""The whole journal as one CSV for another program: every line of every voucher, in the order of the books.

Written apart from the other exports because of its length: 50,000 bills are 400,000 lines. What a voucher's lines share
is made once, and rows are read by a cursor, so that memory stays flat.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import select, type_coerce
from sqlalchemy.types import NullType

from webapp.kernel.dates import Period
from webapp.ledger.models import Account, JournalLine, Voucher
from webapp.parties.models import Party
from webapp.platform.exports import as_text
from webapp.platform.tenancy import Books

HEADINGS = ("Date", "Voucher kind", "Number", "Line", "Account", "Party", "Debit", "Credit", "Narration", "Voucher id")
_AT_ONCE = 2000


def as_csv_text(books: Books, period: Period) -> Iterator[str]:
    """Pieces of the file. Figures in rupees; text that a spreadsheet would run as a formula is made harmless."""
    accounts = {id_: as_text(name) for id_, name in books.session.execute(select(_raw(Account.id), Account.name))}
    parties = {id_: as_text(name) for id_, name in books.session.execute(select(_raw(Party.id), Party.name))}
    parties[None] = ""
    buffer = io.StringIO()
    write = csv.writer(buffer).writerow
    buffer.write("\ufeff")
    write(HEADINGS)
    voucher: Any = None
    day = kind = number = narration = id_text = ""
    for count, (voucher_id, line_no, account_id, party_id, amount, *heading) in enumerate(_lines(books, period), 1):
        if voucher_id != voucher:
            voucher, id_text = voucher_id, str(UUID(bytes=voucher_id) if isinstance(voucher_id, bytes) else voucher_id)
            day, kind, number, narration = str(heading[0]), heading[1], as_text(heading[2]), as_text(heading[3])
        figure = f"{abs(amount) // 100}.{abs(amount) % 100:02d}"
        debit, credit = (figure, "") if amount > 0 else ("", figure)
        write((day, kind, number, line_no, accounts[account_id], parties[party_id], debit, credit, narration, id_text))
        if count % _AT_ONCE == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _raw(column: Any) -> Any:
    """A column as the database hands it over: here ids are only looked up, and a day only written, 400,000 times each."""
    return type_coerce(column, NullType())


def _lines(books: Books, period: Period) -> Iterator[Any]:
    query = (
        select(
            _raw(Voucher.id),
            JournalLine.line_no,
            _raw(JournalLine.account_id),
            _raw(JournalLine.party_id),
            JournalLine.amount_paise,
            _raw(Voucher.voucher_date),
            Voucher.kind,
            Voucher.number,
            Voucher.narration,
        )
        .join(JournalLine, (JournalLine.company_id == Voucher.company_id) & (JournalLine.voucher_id == Voucher.id))
        .where(Voucher.voucher_date.between(period.first_day, period.last_day))
        .order_by(Voucher.voucher_date, Voucher.id, JournalLine.line_no)
    )
    with books.session.execute(query, execution_options={"yield_per": _AT_ONCE}) as found:
        yield from found
