"""Reads of the ledger as frozen rows: vouchers, trial balance, pages of an account or a party, what is due.

Whole months come from the kept totals; only the days of a month that a date cuts are added from the lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import bindparam, select

from webapp.kernel.money import Paise
from webapp.kernel.posting import Line, Slip
from webapp.ledger import chart
from webapp.ledger.models import Account, JournalLine, Voucher
from webapp.ledger.rules import AccountFacts, PostedVoucher
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books

_HEADER = [name for name in PostedVoucher.__slots__ if name != "lines"]
_VOUCHER = Lookup(select(*(getattr(Voucher, name) for name in _HEADER)).where(Voucher.id == bindparam("id")))
_LINES = Lookup(
    select(JournalLine.account_id, JournalLine.amount_paise, JournalLine.party_id)
    .where(JournalLine.voucher_id == bindparam("id"))
    .order_by(JournalLine.line_no)
)
_FACTS = Lookup(
    select(Account.id, Account.name, Account.wants_party, Account.archived_at).where(Account.id.in_(bindparam("ids", expanding=True)))
)


def voucher_or_none(books: Books, voucher_id: UUID) -> PostedVoucher | None:
    """A voucher with its lines, or None when this company has none by that id."""
    header = _VOUCHER.first(books, id=voucher_id)
    if header is None:
        return None
    lines = tuple(Line(account, Paise(amount), party) for account, amount, party in _LINES.rows(books, id=voucher_id))
    return PostedVoucher(**dict(zip(_HEADER, header, strict=True)), lines=lines)


def account_facts(books: Books, slip: Slip) -> Mapping[UUID, AccountFacts]:
    """What the accounts of a slip allow. Coded accounts are known by heart, so most slips cost no read."""
    coded = chart.coded_facts(books.company_id)
    if all(line.account_id in coded for line in slip.lines):
        return coded
    own = [line.account_id for line in slip.lines if line.account_id not in coded]
    read = {id_: AccountFacts(name, wants, archived is not None) for id_, name, wants, archived in _FACTS.rows(books, ids=own)}
    return {**coded, **read}
