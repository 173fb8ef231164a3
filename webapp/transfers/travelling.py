"""Transfers whose goods may need an e-way bill."""

from __future__ import annotations

from datetime import date

from sqlalchemy import exists, select, tuple_

from webapp.kernel.places import Cursor
from webapp.platform.tenancy import Books
from webapp.transfers.models import Transfer, TransferRecall


def sent_worth_more_than(
    books: Books, first_day: date, above_paise: int, *, newer_than: Cursor | None = None, most: int = 200
) -> list[Cursor]:
    """Transfers that were not recalled and are worth more with their tax, from a day on: the places of the oldest."""
    recalled = exists().where(TransferRecall.company_id == Transfer.company_id, TransferRecall.transfer_id == Transfer.id)
    worth = Transfer.taxable_paise + Transfer.cgst_paise + Transfer.sgst_paise + Transfer.igst_paise + Transfer.cess_paise
    query = select(Transfer.sent_on, Transfer.id).where(Transfer.sent_on >= first_day, worth > above_paise, ~recalled)
    place = (Transfer.sent_on, Transfer.id)
    if newer_than is not None:
        query = query.where(tuple_(*place) > tuple_(*newer_than, types=[column.type for column in place]))
    return [Cursor(*row) for row in books.session.execute(query.order_by(*place).limit(most))]
