"""Deposits into the electronic cash ledger (PMT-06): a payment voucher, and lines of the ledger; what a quarterly filer pays early."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from sqlalchemy import and_, or_, select

from webapp import company, gst_returns, ledger
from webapp.gst_returns import QUARTER, Registration, ReturnPeriod
from webapp.gstr3b import building, law, ledgers
from webapp.gstr3b.ledgers import CASH, CASH_MINORS, REVERSE, TAX
from webapp.gstr3b.models import GstChallan, GstChallanCancellation
from webapp.gstr3b.setting_off import HEADS, settle
from webapp.input_tax import Tax
from webapp.kernel.dates import FinancialYear, month_name, written
from webapp.kernel.errors import Conflict, InvalidInput, NotFound, keep_promise
from webapp.kernel.money import MOST_PAISE, rounded
from webapp.kernel.places import Cursor
from webapp.kernel.posting import Slip, credit, debit
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text
from webapp.platform import audit
from webapp.platform.numbering import open_series, take_number
from webapp.platform.rows import insert_once
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone, write_one

CHALLAN = "gst_challan"
_REVERSALS = UUID("6d756e69-6d00-5000-8000-67737472336d")  # the reversal of a voucher of this room, by the voucher's id


@dataclass(frozen=True, slots=True)
class Deposit:
    """A challan as typed. `amounts`: minor head (tax, interest, fee) → paise by head, in whole rupees. `month` is the month of a quarter
    that it is for, 0 for none. `id` is made by the form."""

    id: UUID
    gstin: str
    paid_on: date
    cpin: str
    account_id: UUID | None
    month: int
    amounts: Mapping[str, Tax]

    @property
    def total(self) -> int:
        return sum(one.total for one in self.amounts.values())

    @property
    def sha256(self) -> str:
        sent = [self.gstin, str(self.paid_on), self.cpin, str(self.account_id), self.month]
        return hashlib.sha256(json.dumps([*sent, [self.amounts.get(minor, Tax()) for minor in CASH_MINORS]]).encode()).hexdigest()


class ChallanRow(NamedTuple):
    """A deposit, and whether it stands."""

    id: UUID
    gstin: str
    number: str
    month: int
    paid_on: date
    cpin: str
    amounts: Mapping[str, Tax]
    total: int
    body_sha256: str
    entered_by: str
    reason: str | None

    @property
    def stands(self) -> bool:
        return self.reason is None

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.paid_on, self.id)


def deposit(books: Books, asked: Deposit) -> ChallanRow:
    """Enter a deposit: Dr the electronic cash ledger, Cr where it was paid from. The same again gives the first answer.

    InvalidInput by field; Conflict for other content under one id; NotFound for another's GSTIN; the ledger's own refusals.
    """
    write_one(books, asked.id)
    if earlier := challan_or_none(books, asked.id):
        if earlier.body_sha256 != asked.sha256:
            raise Conflict(problem=f"{earlier.number} was entered under this id, with other content.", fix="Open the form anew.")
        return earlier
    of = gst_returns.registration(books, asked.gstin)
    company.require_backdate(books, asked.paid_on, CHALLAN, asked.id)
    _require(books, asked)
    number = _next_number(books, asked.paid_on)
    keep_promise(asked.account_id is not None, "a deposit is paid from an account")
    assert asked.account_id is not None  # noqa: S101 - for the type checker
    row = {
        **{name: getattr(asked, name) for name in ("id", "gstin", "month", "paid_on", "cpin", "account_id")},
        "number": number,
        "amounts": {minor: list(amounts) for minor, amounts in asked.amounts.items()},
        "total_paise": asked.total,
        "body_sha256": asked.sha256,
        "entered_by": books.actor.name,
        "entered_at": books.now,
    }
    insert_once(books, GstChallan, row)
    said = f"Deposited with the GST portal for {asked.gstin}" + (f", CPIN {asked.cpin}" if asked.cpin else "")
    heading = ledger.Heading("payment", number, asked.paid_on, store_of(books, of), CHALLAN, asked.id, said)
    slip = Slip((debit(ledger.heads(books)["gst-cash-ledger"], asked.total), credit(asked.account_id, asked.total)))
    ledger.post(books, voucher_id=asked.id, heading=heading, slip=slip)
    ledgers.write(
        books, asked.gstin, asked.paid_on, ("challan", asked.id), number, [(CASH, minor, one) for minor, one in asked.amounts.items()]
    )
    audit.record(books, "create", CHALLAN, asked.id, new={"number": number, "gstin": asked.gstin, "total": asked.total})
    return challan(books, asked.id)


def cancel_deposit(books: Books, challan_id: UUID, reason: str) -> ChallanRow:
    """Take a deposit back that was entered by mistake: its voucher is reversed today. A second time gives the first answer. Conflict where
    a filed return has used it."""
    write_one(books, challan_id)
    write_alone(books)
    own = challan(books, challan_id)
    if not own.stands:
        return own
    why = clean_text(reason)
    if not 3 <= len(why) <= 300:
        raise InvalidInput({"reason": "Say in a few words why it is cancelled."})
    for minor, amounts in own.amounts.items():
        # What was used of it is used, though another deposit has come since.
        held = ledgers.least(books, own.gstin, own.paid_on, date.max, minor=minor)
        if any(moved and left < moved for left, moved in zip(held, amounts, strict=True)):
            raise Conflict(problem="A filed return has used this deposit.", fix="Take that filing back first, if the deposit is wrong.")
    on = max(books.today, own.paid_on)
    ledger.reverse(books, voucher_id=challan_id, reversal_id=uuid5(_REVERSALS, challan_id.hex), on=on, reason=why)
    kept = {"challan_id": challan_id, "reason": why, "cancelled_by": books.actor.name, "cancelled_at": books.now}
    insert_once(books, GstChallanCancellation, kept)
    ledgers.undo(books, challan_id)
    audit.record(books, "cancel", CHALLAN, challan_id, old={"number": own.number}, new={"reason": why})
    return challan(books, challan_id)


def deposits(books: Books, gstin: str, *, older_than: Cursor | None = None, most: int = 50) -> list[ChallanRow]:
    """Deposits of a registration, the newest first; cancelled ones too."""
    query = _select().where(GstChallan.gstin == gstin).order_by(GstChallan.paid_on.desc(), GstChallan.id.desc())
    if older_than is not None:
        day, id_ = older_than
        query = query.where(or_(GstChallan.paid_on < day, and_(GstChallan.paid_on == day, GstChallan.id < id_)))
    return [_row(row) for row in books.session.execute(query.limit(most))]


def challan(books: Books, challan_id: UUID) -> ChallanRow:
    """One deposit. NotFound when this company has none by that id."""
    found = challan_or_none(books, challan_id)
    if found is None:
        raise NotFound("deposit")
    return found


def challan_or_none(books: Books, challan_id: UUID) -> ChallanRow | None:
    row = books.session.execute(_select().where(GstChallan.id == challan_id)).first()
    return _row(row) if row else None


def money_accounts(books: Books) -> list[tuple[UUID, str]]:
    """Where a deposit may be paid from: cash and bank, by name."""
    chart = ledger.chart_of_accounts(books)
    groups = {row.id: (row.parent_id, row.code) for row in chart.groups}

    def is_money(group_id: UUID | None) -> bool:
        while group_id is not None:
            group_id, code = groups[group_id]
            if code in ("cash-in-hand", "bank-accounts", "bank-od"):
                return True
        return False

    return [(row.id, row.name) for row in chart.accounts if not row.wants_party and not row.is_archived and is_money(row.group_id)]


class Instalment(NamedTuple):
    """What a quarterly filer may pay for month 1 or 2: the fixed sum by head, or the month's own tax less its credit. `fixed` is None where
    no earlier return says how much."""

    month: int
    due_on: date
    fixed: Tax | None
    own: Tax
    paid: Tax


def instalment(books: Books, of: Registration, month: int) -> Instalment:
    """Rule 61(3), Notification 85/2020: 35 % of the cash of the quarter before (all of its last month, where that was a month), or the
    tax of the month as it stands. NotFound for the last month of a quarter."""
    if month % 100 % 3 == 0 or gst_returns.read_period(f"month-{month}") is None:
        raise NotFound("month of a quarter")
    before = next((row for row in ledgers.standing(books, of.gstin) if row.period.month < month), None)
    kept = ledgers.kept_of(books, before.id) if before else None
    fixed = None
    if before and kept:
        share = law.INSTALMENT_BP if before.period.kind == QUARTER else 100_00
        cash = kept.settlement.cash_of(TAX)
        fixed = Tax(*(law.to_rupee(rounded(amount * share, 10_000)) for amount in cash))
    told = building.gstr3b(books, of, ReturnPeriod("month", month))
    credit_now = ledgers.credit_balance(books, of.gstin) + told.net_credit
    own = settle(
        due=told.output,
        carried=ledgers.carried(books, of.gstin),
        reverse=told.reverse,
        reverse_carried=ledgers.carried(books, of.gstin, REVERSE),
        operator=told.as_operator,
        interest=Tax(),
        fee=Tax(),
        credit=credit_now,
    )
    rows = [row for row in deposits(books, of.gstin, most=500) if row.stands and row.month == month]
    paid = sum((row.amounts.get(TAX, Tax()) for row in rows), Tax())
    after = month + 1 if month % 100 < 12 else month + 89
    return Instalment(month, date(after // 100, after % 100, law.INSTALMENT_DAY), fixed, own.all_cash, paid)


def store_of(books: Books, of: Registration) -> UUID:
    """The store that vouchers of a registration are of: its first, or the business's own."""
    return of.store_ids[0] if of.store_ids else company.default_store(books)


def _select() -> Any:
    names = ("id", "gstin", "number", "month", "paid_on", "cpin", "amounts", "total_paise", "body_sha256", "entered_by")
    taken_back = and_(GstChallanCancellation.company_id == GstChallan.company_id, GstChallanCancellation.challan_id == GstChallan.id)
    columns = [getattr(GstChallan, name) for name in names]
    return select(*columns, GstChallanCancellation.reason).outerjoin(GstChallanCancellation, taken_back)


def _row(row: Any) -> ChallanRow:
    return ChallanRow._make((*row[:6], {minor: Tax(*amounts) for minor, amounts in row[6].items()}, *row[7:]))


def _next_number(books: Books, day: date) -> str:
    """The next number of deposits (GP) in the financial year of a day."""
    year = FinancialYear.of(day)
    prefix = f"{year.start_year % 100:02d}00GP"
    open_series(books, prefix, document_kind=CHALLAN, year=year)
    return str(take_number(books, prefix))


def _require(books: Books, asked: Deposit) -> None:
    errors: dict[str, str] = {}
    if asked.paid_on > books.today:
        errors["paid_on"] = f"{written(asked.paid_on)} has not come yet."
    if asked.cpin and not (asked.cpin.isascii() and asked.cpin.isdigit() and len(asked.cpin) == 14):
        errors["cpin"] = "The CPIN of a challan has 14 digits. Leave it empty until you have it."
    if asked.account_id not in {id_ for id_, _name in money_accounts(books)}:
        errors["account_id"] = "Choose the account it was paid from."
    for minor, amounts in asked.amounts.items():
        for head, amount in zip(HEADS, amounts, strict=True):
            if amount % 100 or not 0 <= amount <= MOST_PAISE:
                errors[f"{minor}_{head}"] = "A challan is of whole rupees."
    if asked.total > MOST_PAISE:
        errors["tax_igst"] = "This is larger than the books can hold. Check the figures."
    if not asked.total and not errors:
        errors["tax_igst"] = "Type what was deposited, under at least one head."
    if asked.month and gst_returns.read_period(f"month-{asked.month}") is None:
        errors["month"] = "Choose a month."
    elif asked.month and asked.month % 100 % 3 == 0:
        errors["month"] = f"{month_name(asked.month)} is paid with the return of its quarter."
    if errors:
        raise InvalidInput(errors)


def reverse_voucher(books: Books, voucher_id: UUID, on: date, reason: str) -> None:
    """Reverse a voucher of this room that stands; nothing where there is none."""
    voucher = ledger.voucher_or_none(books, voucher_id)
    if voucher is None:
        return
    reversal_id = uuid5(_REVERSALS, voucher_id.hex)
    ledger.reverse(books, voucher_id=voucher_id, reversal_id=reversal_id, on=max(on, voucher.voucher_date), reason=reason)
