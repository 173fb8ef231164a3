"""Verbs of the opening balances: what an account, or an unpaid bill, stood at when the books began.

Each is a voucher dated the day before, against Difference in opening balances, which is nil when all are in. An edit is a
reversal and a new voucher; a bill's voucher is numbered like the bill, so that it is found by what stands on the paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from webapp.company import change_profile, default_store, profile
from webapp.kernel.dates import FinancialYear, written
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.posting import Line, Slip, credit, debit
from webapp.kernel.records import dataclass
from webapp.ledger import chart, chart_rules, hooks, service
from webapp.ledger.models import OpeningBill, Voucher
from webapp.ledger.opening_reads import (
    OF_ACCOUNT,
    OF_BILL,
    Standing,
    accounts_to_open,
    has_openings,
    opening_bills,
    opening_day,
    standing_openings,
)
from webapp.ledger.rules import Heading
from webapp.parties import party_row
from webapp.platform import audit, numbering
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone

# What an unpaid bill is: the account it stands in, and whether it is a debit there.
KINDS: Mapping[str, tuple[str, bool]] = {
    "receivable": ("debtors", True),
    "payable": ("creditors", False),
    "advance_from": ("debtors", False),
    "advance_to": ("creditors", True),
}
MOST_NUMBER = 40


@dataclass(frozen=True, slots=True)
class AccountOpening:
    """An opening as typed: signed paise, and what stood there when the page was drawn (None: not asked)."""

    account_id: UUID
    amount: int
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class BillDraft:
    """An unpaid bill as typed. `kind` is one of KINDS, `amount` paise above nought; without `due_date` the party's own terms hold."""

    party_id: UUID
    kind: str
    number: str
    bill_date: date
    amount: int
    due_date: date | None = None


def set_openings(books: Books, wanted: list[AccountOpening]) -> int:
    """Make the openings of accounts what they are wanted to be; returns how many changed.

    Refused: an account that has none of its own (parties, stock, another company's), a figure that was changed by somebody
    else since the page was drawn, a locked month.
    """
    write_alone(books)
    may = {card.id: card for card in accounts_to_open(books)}
    standing = standing_openings(books)
    changed = 0
    for one in wanted:
        if one.account_id not in may:
            raise NotFound("account")
        now = standing.get(one.account_id)
        stands = now.amount if now else 0
        if one.seen is not None and one.seen != stands:
            raise Conflict(
                problem=f"The opening of {may[one.account_id].name} was changed by somebody else while you had it open: it is "
                f"{chart_rules.sided(stands) if stands else 'nil'} now.",
                fix="Open the page again to see how it stands, then make your change.",
            )
        if one.amount != stands:
            _replace(books, one, now, may[one.account_id].name)
            changed += 1
    return changed


def _replace(books: Books, wanted: AccountOpening, now: Standing | None, name: str) -> None:
    day = opening_day(books)
    if now is not None:
        service.reverse(books, voucher_id=now.voucher_id, reversal_id=new_id(), on=day, reason="opening changed")
    if wanted.amount:
        number = _number(books, day)
        heading = _heading(books, day, number, OF_ACCOUNT, wanted.account_id, f"Opening balance of {name}")
        service.post(books, voucher_id=new_id(), heading=heading, slip=_slip(books, wanted.account_id, wanted.amount))
    before, after = (now.amount if now else 0), wanted.amount
    old, new = {"account": name, "paise": before}, {"account": name, "paise": after}
    audit.record(books, "change", "opening_balance", wanted.account_id, old=old, new=new)


def add_bill(books: Books, draft: BillDraft, id_: UUID | None = None) -> UUID:
    """Enter a bill that was unpaid when the books began; returns its voucher's id. The same id again writes nothing new.
    InvalidInput by field."""
    if id_ is not None and books.session.scalar(select(OpeningBill.voucher_id).where(OpeningBill.voucher_id == id_)):
        return id_
    made = _write_bill(books, draft, id_ or new_id(), replaces=None)
    audit.record(books, "create", "opening_bill", made.voucher_id, new=_shown(made))
    return made.voucher_id


def change_bill(books: Books, voucher_id: UUID, draft: BillDraft) -> UUID:
    """Put another bill in the place of one: the old voucher is reversed. Conflict when it is gone already."""
    write_alone(books)
    row = _standing_bill(books, voucher_id)
    before = _shown(row)
    _withdraw(books, row, "opening bill changed")
    made = _write_bill(books, draft, new_id(), replaces=voucher_id)
    row.replaced_by_id = made.voucher_id
    books.session.flush()
    audit.record(books, "change", "opening_bill", made.voucher_id, old=before, new=_shown(made))
    return made.voucher_id


def withdraw_bill(books: Books, voucher_id: UUID) -> None:
    """Take a bill out: it was entered by mistake. Its voucher is reversed. Conflict when it is gone already."""
    row = _standing_bill(books, voucher_id)
    _withdraw(books, row, "opening bill withdrawn")
    audit.record(books, "remove", "opening_bill", voucher_id, old=_shown(row))


def set_beginning(books: Books, day: date) -> None:
    """Say when the books begin. Refused while openings stand, for a later day than today, or with vouchers before it."""
    now = profile(books).books_begin
    if day == now:
        return
    if day > books.today:
        raise InvalidInput({"books_begin": "Books begin today or earlier."})
    if has_openings(books):
        raise Conflict(
            problem=f"Openings are entered as of {written(now - timedelta(days=1))}; the day cannot move under them.",
            fix="Set the openings to nil and take the bills out, then choose the day, then enter them again.",
        )
    first = books.session.scalar(select(Voucher.voucher_date).order_by(Voucher.voucher_date).limit(1))
    if first is not None and first < day:
        raise InvalidInput({"books_begin": f"There is a voucher of {written(first)}. Books begin on that day or earlier."})
    change_profile(books, {"books_begin": day})


# What these share -----------------------------------------------------------------------------------------------------


def _write_bill(books: Books, draft: BillDraft, voucher_id: UUID, *, replaces: UUID | None) -> OpeningBill:
    day = opening_day(books)
    code, is_debit = _require_fit(books, draft, day, replaces)
    party = party_row(books, draft.party_id)
    account = chart.coded_accounts(books.company_id)[code]
    amount = draft.amount if is_debit else -draft.amount
    words = f"Opening bill {draft.number} of {written(draft.bill_date)}"
    heading = _heading(books, day, draft.number, OF_BILL, voucher_id, words)
    service.post(books, voucher_id=voucher_id, heading=heading, slip=_slip(books, account, amount, draft.party_id))
    row = OpeningBill(
        voucher_id=voucher_id,
        party_id=draft.party_id,
        account_id=account,
        number=draft.number,
        bill_date=draft.bill_date,
        due_date=draft.due_date or draft.bill_date + timedelta(days=party.credit_days),
        amount_paise=amount,
    )
    books.session.add(row)
    books.session.flush()
    return row


def _require_fit(books: Books, draft: BillDraft, day: date, replaces: UUID | None) -> tuple[str, bool]:
    errors: dict[str, str] = {}
    if draft.kind not in KINDS:
        errors["kind"] = "Choose what it is."
    if not draft.number or len(draft.number) > MOST_NUMBER:
        errors["number"] = f"Type the bill's number, at most {MOST_NUMBER} characters."
    if draft.bill_date > day:
        errors["bill_date"] = f"The books begin after {written(day)}. Enter a later bill as a bill."
    if draft.due_date is not None and draft.due_date < draft.bill_date:
        errors["due_date"] = "A bill is due on its own day or later."
    if draft.amount <= 0:
        errors["amount"] = "Type what is unpaid, above nought."
    others = opening_bills(books, party_id=draft.party_id)
    if any(one.number.casefold() == draft.number.casefold() and one.voucher_id != replaces for one in others):
        errors["number"] = f"Bill {draft.number} of this party is entered already."
    if errors:
        raise InvalidInput(errors)
    return KINDS[draft.kind]


def _standing_bill(books: Books, voucher_id: UUID) -> OpeningBill:
    row = books.session.scalars(select(OpeningBill).where(OpeningBill.voucher_id == voucher_id)).first()
    if row is None:
        raise NotFound("bill")
    if row.withdrawn_at is not None:
        raise Conflict(
            problem=f"Bill {row.number} was changed or taken out by somebody else while you had it open.",
            fix="Open the page again to see how it stands.",
        )
    return row


def _withdraw(books: Books, row: OpeningBill, reason: str) -> None:
    service.reverse(books, voucher_id=row.voucher_id, reversal_id=new_id(), on=opening_day(books), reason=reason)
    hooks.freed(books, row.voucher_id)
    row.withdrawn_at = books.now
    books.session.flush()


def _slip(books: Books, account_id: UUID, amount: int, party_id: UUID | None = None) -> Slip:
    difference = chart.coded_accounts(books.company_id)["opening-difference"]
    worth = abs(amount)
    lines: tuple[Line, Line]
    if amount > 0:
        lines = debit(account_id, worth, party_id), credit(difference, worth)
    else:
        lines = credit(account_id, worth, party_id), debit(difference, worth)
    return Slip(lines)


def _heading(books: Books, day: date, number: str, kind: str, document_id: UUID, narration: str) -> Heading:
    return Heading("journal", number, day, default_store(books), kind, document_id, narration)


def _number(books: Books, day: date) -> str:
    year = FinancialYear.of(day)
    prefix = f"{year.start_year % 100:02d}-OPEN"
    numbering.open_series(books, prefix, document_kind=OF_ACCOUNT, year=year)
    return str(numbering.take_number(books, prefix))


def _shown(row: OpeningBill) -> dict[str, object]:
    return {name: getattr(row, name) for name in ("party_id", "number", "bill_date", "due_date", "amount_paise")}
