"""The registers of sales and purchases: by month, by day and document by document, with their taxes, in paise.

Bills and credit notes of the counter and the office, notes of interest, and suppliers' bills with the debit notes against them, are
added up from their own papers; what else was posted as a sale or a purchase, from its voucher's lines. A credit or debit note takes away;
what was cancelled counts for nothing.

Interest for late payment is part of the value of a supply (CGST Act s.15(2)(d)), and the note that asks for it is a debit note of s.34(3):
it stands among the sales on its own day, also where its bill bore no tax.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, extract, func, literal, or_, select
from sqlalchemy.orm import aliased

from webapp import ledger
from webapp.interest.models import InterestCancellation, InterestNote
from webapp.kernel.dates import Period
from webapp.kernel.records import dataclass
from webapp.ledger.models import Account, AccountGroup, JournalLine, Voucher
from webapp.parties.models import Party
from webapp.platform.tenancy import Books
from webapp.purchases.models import PurchaseBill, PurchaseCancellation
from webapp.sales.models import Invoice, InvoiceCancellation

SALES, PURCHASES = "sales", "purchases"
INTEREST = "interest_note"
STEPS = ("month", "day", "document")
MOST = 500
_KINDS = {SALES: ("sales", "credit_note"), PURCHASES: ("purchase", "debit_note")}
_TAXES = ("cgst", "sgst", "igst", "cess")


class Sums(NamedTuple):
    """What a row of a register comes to. `other` is what is neither value nor tax: the rounding."""

    documents: int = 0
    taxable: int = 0
    cgst: int = 0
    sgst: int = 0
    igst: int = 0
    cess: int = 0
    total: int = 0

    @property
    def tax(self) -> int:
        return self.cgst + self.sgst + self.igst + self.cess

    @property
    def other(self) -> int:
        return self.total - self.taxable - self.tax

    def plus(self, more: Sums) -> Sums:
        """Both together."""
        return Sums(*(own + other for own, other in zip(self, more, strict=True)))

    def less(self, other: Sums) -> Sums:
        """What this is more than the other."""
        return Sums(*(own - theirs for own, theirs in zip(self, other, strict=True)))


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A month (as its number), a day, or a document, and its figures."""

    key: Any
    sums: Sums
    day: date | None = None
    number: str = ""
    kind: str = ""
    party: str = ""
    voucher_id: UUID | None = None
    is_bill: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which register, which days, how fine, of which store (all), and of which cost centres (all): then only what was posted by
    vouchers that name one of them, whole."""

    side: str
    period: Period
    step: str = "month"
    store_id: UUID | None = None
    naming: tuple[UUID, ...] = ()


def register(books: Books, wanted: Wanted) -> list[RegisterRow]:
    """The rows in order of their days. Documents beyond MOST are left to a shorter period."""
    if wanted.step == "document":
        rows = [*_bill_rows(books, wanted), *_interest_rows(books, wanted), *_voucher_rows(books, wanted)]
        return sorted(rows, key=lambda row: (row.day or date.min, row.number, row.key))
    found: dict[Any, Sums] = {}
    queries = [_bills(wanted, wanted.step), _vouchers(books, wanted, wanted.step)]
    for query in [*queries, _interest(wanted, wanted.step)] if wanted.side == SALES else queries:
        for first, *figures in books.session.execute(query):
            key = int(first) if wanted.step == "month" else first
            found[key] = found.get(key, Sums()).plus(Sums(*(int(figure or 0) for figure in figures)))
    return [RegisterRow(key, sums, day=key if wanted.step == "day" else None) for key, sums in sorted(found.items())]


def totals(rows: Sequence[RegisterRow]) -> Sums:
    """A register added up."""
    whole = Sums()
    for row in rows:
        whole = whole.plus(row.sums)
    return whole


def _month(day: Any) -> ColumnElement[Any]:
    return extract("year", day) * 100 + extract("month", day)


def _bills(wanted: Wanted, step: str) -> Any:
    model, day, _goes_back = _papers(wanted)
    key = _month(day) if step == "month" else day
    figures = [func.sum(_sign(wanted) * figure) for figure in _figures(wanted)]
    return select(key, func.count(), *figures).where(*_standing_bills(wanted)).group_by(key).select_from(model)


def _papers(wanted: Wanted) -> tuple[Any, Any, str]:
    """The table of a side's own papers, the day they count on, and the kind that takes away."""
    if wanted.side == SALES:
        return Invoice, Invoice.invoice_date, "credit_note"
    return PurchaseBill, PurchaseBill.voucher_date, "debit_note"


def _sign(wanted: Wanted) -> Any:
    model, _day, goes_back = _papers(wanted)
    return case((model.kind == goes_back, -1), else_=1)


def _figures(wanted: Wanted) -> list[Any]:
    """Value, taxes, total. A purchase is told with its tax, also where the tax is paid to the government and not to the supplier."""
    model, _day, _goes_back = _papers(wanted)
    parts = [getattr(model, f"{name}_paise") for name in ("taxable", *_TAXES)]
    return [*parts, Invoice.total_paise if wanted.side == SALES else sum(parts[1:], parts[0]) + PurchaseBill.round_off_paise]


def _standing_bills(wanted: Wanted) -> list[ColumnElement[bool]]:
    model, day, _goes_back = _papers(wanted)
    if wanted.side == SALES:
        gone = exists().where(InvoiceCancellation.company_id == Invoice.company_id, InvoiceCancellation.invoice_id == Invoice.id)
    else:
        same = PurchaseCancellation.company_id == PurchaseBill.company_id
        gone = exists().where(same, PurchaseCancellation.document_id == PurchaseBill.id)
    return [day.between(wanted.period.first_day, wanted.period.last_day), ~gone, *_narrowed(model, wanted)]


def _narrowed(paper: Any, wanted: Wanted) -> list[ColumnElement[bool]]:
    """A paper's own store, and a voucher of it that names the cost centre."""
    where = [paper.store_id == wanted.store_id] if wanted.store_id else []
    if wanted.naming:
        same = (Voucher.company_id == paper.company_id, Voucher.document_id == paper.id)
        where.append(exists().where(*same, Voucher.id.in_(ledger.vouchers_naming(wanted.naming))))
    return where


def _bill_rows(books: Books, wanted: Wanted) -> list[RegisterRow]:
    model, day_of, goes_back = _papers(wanted)
    query = select(model.id, day_of, model.number, model.kind, model.party, *_figures(wanted))
    found = []
    for id_, day, number, kind, party, *figures in books.session.execute(
        query.where(*_standing_bills(wanted)).order_by(day_of, model.id).limit(MOST)
    ):
        sign = -1 if kind == goes_back else 1
        sums = Sums(1, *(sign * int(figure) for figure in figures))
        found.append(RegisterRow(id_, sums, day, number, kind, (party or {}).get("name") or "", id_, is_bill=True))
    return found


def _interest(wanted: Wanted, step: str) -> Any:
    key = _month(InterestNote.charged_upto) if step == "month" else InterestNote.charged_upto
    figures = [func.sum(figure) for figure in _interest_figures()]
    return select(key, func.count(), *figures).where(*_standing_notes(wanted)).group_by(key).select_from(InterestNote)


def _interest_figures() -> list[Any]:
    parts = [getattr(InterestNote, f"{name}_paise") for name in ("amount", *_TAXES)]
    return [*parts, sum(parts[1:], parts[0])]


def _standing_notes(wanted: Wanted) -> list[ColumnElement[bool]]:
    gone = exists().where(InterestCancellation.company_id == InterestNote.company_id, InterestCancellation.note_id == InterestNote.id)
    return [InterestNote.charged_upto.between(wanted.period.first_day, wanted.period.last_day), ~gone, *_narrowed(InterestNote, wanted)]


def _interest_rows(books: Books, wanted: Wanted) -> list[RegisterRow]:
    if wanted.side != SALES:
        return []
    query = (
        select(InterestNote.id, InterestNote.charged_upto, InterestNote.number, Party.name, *_interest_figures())
        .join(Party, (Party.company_id == InterestNote.company_id) & (Party.id == InterestNote.party_id))
        .where(*_standing_notes(wanted))
        .order_by(InterestNote.charged_upto, InterestNote.id)
        .limit(MOST)
    )
    return [
        RegisterRow(id_, Sums(1, *(int(figure) for figure in figures)), day, number, INTEREST, name, id_)
        for id_, day, number, name, *figures in books.session.execute(query)
    ]


def _vouchers(books: Books, wanted: Wanted, step: str) -> Any:
    key = _month(Voucher.voucher_date) if step == "month" else Voucher.voucher_date
    return _of_lines(books, wanted, (key,)).group_by(key)


def _voucher_rows(books: Books, wanted: Wanted) -> list[RegisterRow]:
    keys = (Voucher.id, Voucher.voucher_date, Voucher.number, Voucher.kind, Voucher.narration)
    query = _of_lines(books, wanted, keys).group_by(*keys).order_by(Voucher.voucher_date, Voucher.id).limit(MOST)
    return [
        RegisterRow(id_, Sums(*(int(figure or 0) for figure in figures)), day, number, kind, narration, id_)
        for id_, day, number, kind, narration, *figures in books.session.execute(query)
    ]


def _of_lines(books: Books, wanted: Wanted, keys: Sequence[Any]) -> Any:
    """Figures of typed vouchers from their lines: value by the group of the account, taxes by its code."""
    heads = ledger.heads(books)
    sign = -1 if wanted.side == SALES else 1
    side, groups = ("output", ("sales-accounts",)) if wanted.side == SALES else ("input", ("purchase-accounts", "stock-in-hand"))
    taxes = [heads[f"{side}-{name}"] for name in _TAXES]
    amount = JournalLine.amount_paise * sign
    is_value = AccountGroup.code.in_(groups)
    is_own = or_(is_value, JournalLine.account_id.in_([*taxes, heads["round-off"]]))
    undone = aliased(Voucher)
    query = (
        select(
            *keys,
            func.count(Voucher.id.distinct()) if len(keys) == 1 else literal(1),
            func.sum(case((is_value, amount), else_=0)),
            *(func.sum(case((JournalLine.account_id == tax, amount), else_=0)) for tax in taxes),
            func.sum(case((is_own, amount), else_=0)),
        )
        .select_from(Voucher)
        .join(JournalLine, (JournalLine.company_id == Voucher.company_id) & (JournalLine.voucher_id == Voucher.id))
        .join(Account, (Account.company_id == JournalLine.company_id) & (Account.id == JournalLine.account_id))
        .join(AccountGroup, (AccountGroup.company_id == Account.company_id) & (AccountGroup.id == Account.group_id))
        .where(
            Voucher.voucher_date.between(wanted.period.first_day, wanted.period.last_day),
            Voucher.kind.in_(_KINDS[wanted.side]),
            Voucher.document_kind.not_in(("invoice", "purchase_bill")),
            func.coalesce(Voucher.reverses_id, Voucher.id) == Voucher.id,
            ~exists().where(undone.company_id == Voucher.company_id, undone.reverses_id == Voucher.id),
        )
    )
    if wanted.naming:
        query = query.where(Voucher.id.in_(ledger.vouchers_naming(wanted.naming)))
    return query.where(Voucher.store_id == wanted.store_id) if wanted.store_id else query
