"""The promise of restated foreign bills: the loss is that of its lines, was posted on its day, and was taken back on the next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from webapp import ledger
from webapp.kernel.money import rupees
from webapp.ledger.models import JournalLine, Voucher
from webapp.platform.tenancy import Books
from webapp.purchases.models import RateRestatement, RateRestatementLine


def restated_faults(books: Books) -> Iterator[str]:
    """What is not so, by number."""
    heads = ledger.heads(books)
    loss = dict(
        books.session.execute(
            select(
                RateRestatementLine.restatement_id, func.sum(RateRestatementLine.closing_paise - RateRestatementLine.book_paise)
            ).group_by(RateRestatementLine.restatement_id)
        ).all()
    )
    posted = dict(
        books.session.execute(
            select(JournalLine.voucher_id, func.sum(JournalLine.amount_paise))
            .join(RateRestatement, (RateRestatement.company_id == JournalLine.company_id) & (RateRestatement.id == JournalLine.voucher_id))
            .where(JournalLine.account_id == heads["exchange-difference"])
            .group_by(JournalLine.voucher_id)
        ).all()
    )
    back = aliased(Voucher)
    query = (
        select(RateRestatement, Voucher.voucher_date, back.reverses_id, back.voucher_date)
        .outerjoin(Voucher, (Voucher.company_id == RateRestatement.company_id) & (Voucher.id == RateRestatement.id))
        .outerjoin(back, (back.company_id == RateRestatement.company_id) & (back.id == RateRestatement.reversal_id))
    )
    for row, on, reverses_id, taken_back_on in books.session.execute(query):
        sums = (int(loss.get(row.id) or 0), int(posted.get(row.id) or 0))
        if sums != (row.loss_paise, row.loss_paise):
            said = f"{rupees(row.loss_paise)} of loss, its lines {rupees(sums[0])}, {rupees(sums[1])} was posted"
            yield f"{row.number} restates foreign bills by {said}"
        if (on, reverses_id, taken_back_on) != (row.restated_on, row.id, row.restated_on + timedelta(days=1)):
            yield f"{row.number} was not posted on its day and taken back on the next"
