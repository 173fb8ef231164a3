"""Reads of what stood when the books began: by account, by bill, and what the two sides lack."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select, tuple_

from webapp.company import profile
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import NotFound
from webapp.kernel.places import Cursor
from webapp.kernel.records import dataclass
from webapp.ledger import chart
from webapp.ledger.chart_reads import AccountCard, account_cards
from webapp.ledger.models import AccountBalance, JournalLine, OpeningBill, Voucher
from webapp.parties import parties_by_id
from webapp.platform.tenancy import Books

OF_ACCOUNT, OF_BILL = "opening_balance", "opening_bill"
PAGE = 100


def opening_day(books: Books) -> date:
    """The day openings are dated: the one before the books begin."""
    return profile(books).books_begin - timedelta(days=1)


def opening_difference(books: Books) -> int:
    """What the openings lack to balance, signed, debit positive: the account Difference in opening balances. Nil when they agree."""
    account = chart.coded_accounts(books.company_id)["opening-difference"]
    query = select(func.sum(AccountBalance.debit_paise - AccountBalance.credit_paise)).where(AccountBalance.account_id == account)
    return int(books.session.scalar(query) or 0)


@dataclass(frozen=True, slots=True)
class Standing:
    """The opening that an account has now, signed paise, and the voucher that posted it."""

    amount: int
    voucher_id: UUID


def standing_openings(books: Books) -> dict[UUID, Standing]:
    """The opening of each account that has one. Those of bills and of stock are apart."""
    taken_back = select(Voucher.reverses_id).where(Voucher.document_kind == OF_ACCOUNT, Voucher.reverses_id.is_not(None))
    query = (
        select(Voucher.document_id, Voucher.id, JournalLine.amount_paise)
        .join(JournalLine, (JournalLine.company_id == Voucher.company_id) & (JournalLine.voucher_id == Voucher.id))
        .where(
            Voucher.voucher_date == opening_day(books),
            Voucher.document_kind == OF_ACCOUNT,
            Voucher.reverses_id.is_(None),
            Voucher.id.not_in(taken_back),
            JournalLine.account_id == Voucher.document_id,
        )
    )
    return {account: Standing(int(amount), voucher) for account, voucher, amount in books.session.execute(query)}


def accounts_to_open(books: Books) -> list[AccountCard]:
    """Accounts whose opening is typed as one figure: not those of parties, of stock, or the difference itself.

    Income and expenses begin a financial year at nil, so they are asked only where the books begin within one.
    """
    begin = profile(books).books_begin
    is_within_a_year = FinancialYear.of(begin).first_day != begin
    return [
        card
        for card in account_cards(books)
        if not (card.is_archived or card.wants_party or card.code in ("stock-in-hand", "opening-difference"))
        and (is_within_a_year or card.nature in ("asset", "liability"))
    ]


@dataclass(frozen=True, slots=True)
class BillRow:
    """A bill that was unpaid when the books began, as it stands. `amount` is signed: what they owe is positive."""

    voucher_id: UUID
    party_id: UUID
    party: str
    account_id: UUID
    code: str
    number: str
    bill_date: date
    due_date: date
    amount: int


def place_of(bill: BillRow) -> Cursor:
    """Where a bill stands in the list."""
    return Cursor(bill.bill_date, bill.voucher_id)


def opening_bill(books: Books, voucher_id: UUID) -> BillRow:
    """One bill that stands. NotFound when there is none, or it was changed or taken out."""
    query = select(OpeningBill).where(OpeningBill.voucher_id == voucher_id, OpeningBill.withdrawn_at.is_(None))
    found = _rows(books, books.session.scalars(query).all())
    if not found:
        raise NotFound("bill")
    return found[0]


def opening_bills(
    books: Books, *, party_id: UUID | None = None, after: tuple[date, UUID] | None = None, most: int | None = None
) -> list[BillRow]:
    """Bills that stand, the oldest first; of one party or of all, from a place on, at most so many."""
    query = select(OpeningBill).where(OpeningBill.withdrawn_at.is_(None)).order_by(OpeningBill.bill_date, OpeningBill.voucher_id)
    if party_id is not None:
        query = query.where(OpeningBill.party_id == party_id)
    if after is not None:
        query = query.where(tuple_(OpeningBill.bill_date, OpeningBill.voucher_id) > after)
    return _rows(books, books.session.scalars(query.limit(most) if most else query).all())


def bill_dates(books: Books, voucher_ids: Sequence[UUID]) -> dict[UUID, tuple[date, date]]:
    """The bill's own date and its due date for those of these vouchers that are opening bills."""
    query = select(OpeningBill.voucher_id, OpeningBill.bill_date, OpeningBill.due_date).where(OpeningBill.voucher_id.in_(voucher_ids))
    return {voucher: (dated, due) for voucher, dated, due in books.session.execute(query)}


def bills_total(books: Books) -> tuple[int, int]:
    """What stands in opening bills: owed to the shop, and owed by it, in paise."""
    rows = books.session.scalars(select(OpeningBill.amount_paise).where(OpeningBill.withdrawn_at.is_(None))).all()
    return sum(amount for amount in rows if amount > 0), -sum(amount for amount in rows if amount < 0)


def has_openings(books: Books) -> bool:
    """Whether any opening stands, of an account or of a bill."""
    return bool(standing_openings(books)) or bool(opening_bills(books, most=1))


def _rows(books: Books, found: Sequence[OpeningBill]) -> list[BillRow]:
    names = parties_by_id(books, {one.party_id for one in found})
    codes = {id_: code for code, id_ in chart.coded_accounts(books.company_id).items()}
    return [
        BillRow(
            voucher_id=one.voucher_id,
            party_id=one.party_id,
            party=names[one.party_id].name,
            account_id=one.account_id,
            code=codes[one.account_id],
            number=one.number,
            bill_date=one.bill_date,
            due_date=one.due_date,
            amount=one.amount_paise,
        )
        for one in found
    ]
