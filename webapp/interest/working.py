"""What has accrued as of a day, by customer and bill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from webapp import ledger, outstandings, parties
from webapp.interest import queries, rules
from webapp.interest.queries import EVERYBODY
from webapp.interest.rules import TAXES, Run, Terms
from webapp.kernel.records import dataclass
from webapp.outstandings import LateBill, OpenItem
from webapp.parties import PartyRow
from webapp.platform.tenancy import Books

DOCUMENT_KIND = "interest_note"


@dataclass(frozen=True, slots=True)
class BillInterest:
    """A bill, the terms it was sold on, and what it has accrued since it was charged last."""

    item: OpenItem
    terms: Terms
    run: Run


@dataclass(frozen=True, slots=True)
class Accrual:
    """A customer, the terms that hold today, and the interest of each bill, oldest due first."""

    party: PartyRow
    terms: Terms
    bills: tuple[BillInterest, ...]

    @property
    def rates(self) -> tuple[int, ...]:
        """The rates of the bills in basis points, the lowest first."""
        return tuple(sorted({bill.terms.rate_bp for bill in self.bills}))

    @property
    def amount(self) -> int:
        """Interest in paise, before tax."""
        return sum(bill.run.amount for bill in self.bills)


def accrued(
    books: Books, upto: date, *, words: str = "", party_id: UUID | None = None, terms: Mapping[UUID, Sequence[Terms]] | None = None
) -> list[Accrual]:
    """What every customer (or one, or those whose name has the words) has accrued up to a day, the most first. `terms` are those there
    are, where the caller has read them."""
    terms = queries.terms_by_party(books) if terms is None else terms
    able = [one.since for rows in terms.values() for one in rows if one.rate_bp]
    if not able:
        return []
    since = min(able)
    account = ledger.heads(books)["debtors"]
    asked = outstandings.Asked(upto, words=words, party_id=party_id, account_id=account)
    late = [bill for bill in outstandings.late_bills(books, asked, since=since) if bill.item.document_kind != DOCUMENT_KIND]
    charged = queries.charged_upto(books, [_key(bill) for bill in late])
    found: dict[UUID, list[BillInterest]] = {}
    for bill in late:
        own = _terms_on(terms, bill.item.party_id, bill.item.day)
        run = _run(bill, own, charged.get(_key(bill)), upto) if own is not None else None
        if own is not None and run is not None:
            found.setdefault(bill.item.party_id, []).append(BillInterest(bill.item, own, run))
    names = parties.parties_by_id(books, found)
    rows = [Accrual(names[party], _terms_on(terms, party, books.today) or _NONE, tuple(bills)) for party, bills in found.items()]
    return sorted(rows, key=lambda one: (-one.amount, one.party.name, one.party.id))


_NONE = Terms(0, 0, date.max)


def accrued_of(books: Books, party_id: UUID, upto: date) -> Accrual:
    """The same of one customer; with no bills where nothing has accrued."""
    party = parties.party_row(books, party_id)
    found = accrued(books, upto, party_id=party_id)
    return found[0] if found else Accrual(party, terms_of(books, party_id), ())


def terms_of(books: Books, party_id: UUID) -> Terms:
    """The terms that hold for a bill a customer gets today: their own, or everybody's; a rate of nought where there are none."""
    return _terms_on(queries.terms_by_party(books), party_id, books.today) or _NONE


def _terms_on(terms: Mapping[UUID, Sequence[Terms]], party_id: UUID, day: date) -> Terms | None:
    return rules.terms_on(day, terms.get(party_id, ()), terms.get(EVERYBODY, ()))


def taxes_of(books: Books, accrual: Accrual) -> dict[str, int]:
    """The tax that goes with a customer's interest, bill by bill as the bill bore it; none where the terms of a bill leave it out."""
    heads = ledger.heads(books)
    names = {heads[f"output-{name}"]: name for name in TAXES}
    sold = {heads["sales"], heads["sales-exempt"]}
    found = []
    for bill in (one for one in accrual.bills if one.terms.with_tax):
        voucher = ledger.voucher_or_none(books, bill.item.key.voucher_id)
        lines = voucher.lines if voucher else ()
        taxable = -sum(line.amount for line in lines if line.account_id in sold)
        of_bill = {names[line.account_id]: -line.amount for line in lines if line.account_id in names}
        found.append(rules.taxes_on(bill.run.amount, taxable, of_bill))
    return rules.added(found)


def on_account(books: Books, party_id: UUID) -> int:
    """A customer's money that has paid no bill, in paise."""
    account = ledger.heads(books)["debtors"]
    return -sum(item.open for item in outstandings.open_items(books, party_id) if item.open < 0 and item.account_id == account)


def _key(bill: LateBill) -> tuple[UUID, int]:
    return bill.item.key.voucher_id, bill.item.key.line_no


def _run(bill: LateBill, terms: Terms, charged: date | None, upto: date) -> Run | None:
    item = bill.item
    if not terms.rate_bp or not rules.runs_late(bill.settled, item.amount, item.due_on, terms, upto):
        return None
    return rules.run_of(item.amount, bill.settled, item.due_on, charged, terms, upto)
