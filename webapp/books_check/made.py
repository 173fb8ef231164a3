"""Stock journals say what the registers wrote: line by line, and what was made costs what was used and spent."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, case, exists, func, or_, select

from webapp.assembly.models import StockJournal, StockJournalCancellation, StockJournalCost, StockJournalLine
from webapp.books_check.rules import Check
from webapp.kernel.money import plain_decimal, rupees
from webapp.platform.tenancy import Books
from webapp.stock.models import StockMovement

_OF_JOURNAL = (StockJournal.company_id == StockJournalLine.company_id) & (StockJournal.id == StockJournalLine.journal_id)


def check_made(books: Books) -> Check:
    """Each line has its movement, of that quantity and worth; each journal equals its lines and its costs; what was cancelled came
    back. That what is made follows the cost of what was used is asked where stock is replayed."""
    faults = [*_moved_otherwise(books), *_sums(books), *_not_back(books)]
    count = books.session.scalar(select(func.count()).select_from(StockJournal)) or 0
    return Check("stock journals say what the registers wrote", int(count), tuple(faults))


def _moved_otherwise(books: Books) -> Iterator[str]:
    line = StockJournalLine
    sign = case((line.side == "used", -1), else_=1)
    of_line = and_(
        StockMovement.company_id == line.company_id,
        StockMovement.document_id == line.journal_id,
        StockMovement.line_no == line.line_no,
        StockMovement.kind != "revaluation",
    )
    query = select(StockJournal.number, line.line_no, sign * line.qty, sign * line.cost_paise, StockMovement.qty, StockMovement.value_paise)
    for number, line_no, qty, value, moved, worth in books.session.execute(
        query.join(StockJournal, _OF_JOURNAL).outerjoin(StockMovement, of_line)
    ):
        if (qty, value) != (moved or 0, worth or 0):
            said, written = (f"{plain_decimal(one, 3)} worth {rupees(paise)}" for one, paise in ((qty, value), (moved or 0, worth or 0)))
            yield f"stock journal {number} moves {said} by line {line_no}, the stock register has {written}"


def _sums(books: Books) -> Iterator[str]:
    own, line = StockJournal, StockJournalLine
    sides = {"used": own.used_paise, "made": own.made_paise, "by_product": own.by_products_paise}
    sums = [func.coalesce(func.sum(case((line.side == side, line.cost_paise), else_=0)), 0) for side in sides]
    query = select(own.number).outerjoin(line, _OF_JOURNAL).group_by(own.company_id, own.id, own.number, *sides.values())
    wrong = or_(*(total != kept for total, kept in zip(sums, sides.values(), strict=True)))
    for number in books.session.scalars(query.having(wrong)):
        yield f"stock journal {number} does not equal its lines"
    cost = StockJournalCost
    of_cost = (cost.company_id == own.company_id) & (cost.journal_id == own.id)
    spent = func.coalesce(func.sum(cost.amount_paise), 0)
    costs = select(own.number).outerjoin(cost, of_cost).group_by(own.company_id, own.id, own.number, own.costs_paise)
    for number in books.session.scalars(costs.having(spent != own.costs_paise)):
        yield f"stock journal {number} does not equal its other costs"


def _not_back(books: Books) -> Iterator[str]:
    gone = StockJournalCancellation
    came_back = exists().where(
        StockMovement.company_id == gone.company_id,
        StockMovement.document_id == gone.reversal_id,
        StockMovement.about_id == gone.journal_id,
    )
    query = select(StockJournal.number).join(gone, (gone.company_id == StockJournal.company_id) & (gone.journal_id == StockJournal.id))
    for number in books.session.scalars(query.where(~came_back)):
        yield f"stock journal {number} was cancelled, but its goods did not come back"
