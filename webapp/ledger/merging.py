"""Merging one account into another: a journal moves what stands there today, and the emptied account is archived.

Nothing that was posted changes: each account keeps its own lines, and each names the other.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import Conflict
from webapp.kernel.ids import new_id
from webapp.kernel.posting import Slip, credit, debit
from webapp.ledger import service
from webapp.ledger.chart_reads import AccountCard, account_card
from webapp.ledger.charting import mark_merged, require_mergeable
from webapp.ledger.models import AccountBalance
from webapp.ledger.rules import Heading, PostedVoucher
from webapp.platform import numbering
from webapp.platform.tenancy import Books

DOCUMENT_KIND = "account_merge"


def merge_account(books: Books, source_id: UUID, target_id: UUID, version: int) -> list[PostedVoucher]:
    """Post what `source` stands at today to `target`, one journal for each store, then archive `source`.

    Refused: into itself, another nature, an account of parties or one the program posts to, vouchers of later days, a
    locked month, a source that was changed since `version`.
    """
    source, target = account_card(books, source_id), account_card(books, target_id)
    if source.version != version:
        raise Conflict(
            problem=f"{source.name} was changed by somebody else while you had it open.",
            fix="Open it again to see how it stands now, then make your change.",
        )
    require_mergeable(books, source, target)
    posted = [_transfer(books, source, target, store, amount) for store, amount in _by_store(books, source).items()]
    mark_merged(books, source, target)
    return posted


def _by_store(books: Books, source: AccountCard) -> dict[UUID, int]:
    net = func.sum(AccountBalance.debit_paise - AccountBalance.credit_paise)
    query = (
        select(AccountBalance.store_id, net)
        .where(AccountBalance.account_id == source.id)
        .group_by(AccountBalance.store_id)
        .having(net != 0)
    )
    if source.nature in ("income", "expense"):  # what they came to in earlier years stands under Profit & Loss A/c already
        query = query.where(AccountBalance.month >= FinancialYear.of(books.today).first_month)
    return {store: int(amount) for store, amount in books.session.execute(query)}


def _transfer(books: Books, source: AccountCard, target: AccountCard, store_id: UUID, amount: int) -> PostedVoucher:
    worth = abs(amount)
    lines = (credit(source.id, worth), debit(target.id, worth)) if amount > 0 else (debit(source.id, worth), credit(target.id, worth))
    year = FinancialYear.of(books.today)
    prefix = f"{year.start_year % 100:02d}-MERGE"
    numbering.open_series(books, prefix, document_kind=DOCUMENT_KIND, year=year)
    heading = Heading(
        kind="journal",
        number=str(numbering.take_number(books, prefix)),
        voucher_date=books.today,
        store_id=store_id,
        document_kind=DOCUMENT_KIND,
        document_id=source.id,
        narration=f"{source.name} merged into {target.name}",
    )
    return service.post(books, voucher_id=new_id(), heading=heading, slip=Slip(lines))
