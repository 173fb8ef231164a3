"""Deposits: a challan by which deductions were deposited, as a payment voucher. Each deduction is deposited once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import update

from webapp import company, ledger
from webapp.kernel.dates import written
from webapp.kernel.errors import Conflict, InvalidInput, keep_promise
from webapp.kernel.ids import new_id
from webapp.kernel.money import MOST_PAISE, Paise, rupees
from webapp.kernel.posting import Slip, credit, debit
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text
from webapp.platform import audit
from webapp.platform.rows import insert_once, update_count
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_one
from webapp.tds import queries, service
from webapp.tds.models import TdsChallan, TdsDeduction
from webapp.tds.queries import ChallanRow, DeductionRow
from webapp.tds.rules import days, law

_MONEY = frozenset({"cash-in-hand", "bank-accounts", "bank-od"})
MINOR_HEADS = ("200", "400")  # payable by the taxpayer; on the department's demand


@dataclass(frozen=True, slots=True)
class ChallanDraft:
    """A challan as typed: paise, whole rupees; `deductions` are the register's rows that it deposits. `id` is made by the form."""

    id: UUID
    paid_on: date
    bsr: str
    serial: str
    minor_head: str
    account_id: UUID | None
    tax: int
    interest: int
    fee: int
    deductions: tuple[UUID, ...]
    is_collected: bool = False

    @property
    def sha256(self) -> str:
        sums = (self.tax, self.interest, self.fee)
        sent = [str(one) for one in (self.paid_on, self.bsr, self.serial, self.minor_head, self.account_id, *sums)]
        side = ["collected"] if self.is_collected else []
        return hashlib.sha256(json.dumps([*sent, sorted(map(str, self.deductions)), *side]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Figures:
    """What deductions come to if they are deposited on a day, in paise."""

    tax: Paise
    interest: Paise


def figures(rows: Sequence[DeductionRow], paid_on: date) -> Figures:
    """The tax of deductions, rounded up to the rupee as a challan wants it, and the interest of section 201(1A) on those that are late."""
    tax = sum(row.amount_paise for row in rows)
    interest = sum(_interest(row, paid_on) for row in rows)
    return Figures(Paise(-(-tax // 100) * 100), Paise(interest))


def _interest(row: DeductionRow, paid_on: date) -> int:
    is_collected = law.KINDS[row.event.kind].is_collected
    return days.interest(row.amount_paise, row.event.paid_on, row.deducted_on, paid_on, is_collected=is_collected)


def money_accounts(books: Books) -> list[tuple[UUID, str]]:
    """Where a challan may be paid from: cash and bank, by name."""
    chart = ledger.chart_of_accounts(books)
    groups = {row.id: (row.parent_id, row.code) for row in chart.groups}

    def is_money(group_id: UUID | None) -> bool:
        while group_id is not None:
            group_id, code = groups[group_id]
            if code in _MONEY:
                return True
        return False

    return [(row.id, row.name) for row in chart.accounts if not row.wants_party and not row.is_archived and is_money(row.group_id)]


def enter_challan(books: Books, asked: ChallanDraft) -> ChallanRow:
    """Enter a challan: Dr TDS payable and shop expenses (interest, fee), Cr where it was paid from. The same again gives the first answer.

    InvalidInput by field; Conflict for a deduction that another challan deposited meanwhile, or a challan that stands already.
    """
    write_one(books, asked.id)
    if earlier := queries.challan_or_none(books, asked.id):
        if earlier.body_sha256 != asked.sha256:
            raise Conflict(problem=f"{earlier.number} was entered under this id, with other content.", fix="Open the form anew.")
        return earlier
    company.require_backdate(books, asked.paid_on, service.CHALLAN, asked.id)
    rows = queries.deductions(books, queries.Wanted(ids=asked.deductions))
    _require(books, asked, rows)
    heads = ledger.heads(books)
    number = service.next_number(books, "TX", asked.paid_on)
    kept = _row(books, asked, number)
    if not insert_once(books, TdsChallan, kept):
        raise Conflict(
            problem=f"The challan {asked.serial} of {written(asked.paid_on)} at {asked.bsr} is entered already.",
            fix="Nothing was written. Open it from the list, or correct the number.",
        )
    own = [TdsDeduction.id.in_(asked.deductions), TdsDeduction.challan_id.is_(None), TdsDeduction.undone_on.is_(None)]
    taken = update_count(books, update(TdsDeduction).where(*own).values(challan_id=asked.id)) if asked.deductions else 0
    if taken != len(asked.deductions):
        raise Conflict(problem="Another challan has deposited one of these deductions meanwhile.", fix="Open the form anew.")
    keep_promise(asked.account_id is not None, "a challan is paid from an account")
    assert asked.account_id is not None  # noqa: S101 - for the type checker
    late = asked.interest + asked.fee
    lines = [
        debit(heads[queries.payable_code(is_collected=asked.is_collected)], asked.tax),
        *([debit(heads["expenses"], late)] if late else []),
    ]
    slip = Slip((*lines, credit(asked.account_id, asked.tax + late)))
    said = f"Tax {'collected' if asked.is_collected else 'deducted'} at source deposited, challan {asked.serial}, BSR {asked.bsr}"
    heading = ledger.Heading("payment", number, asked.paid_on, company.default_store(books), service.CHALLAN, asked.id, said)
    ledger.post(books, voucher_id=asked.id, heading=heading, slip=slip)
    audit.record(books, "create", service.CHALLAN, asked.id, new={"number": number, "serial": asked.serial, "tax": asked.tax})
    return queries.challan(books, asked.id)


def cancel_challan(books: Books, challan_id: UUID, *, reason: str) -> ChallanRow:
    """Take a challan back today: its voucher is reversed, its deductions are to be deposited again. A second time gives the first
    answer."""
    write_one(books, challan_id)
    own = queries.challan(books, challan_id)
    if own.reversal_id is not None:
        return own
    why = clean_text(reason)
    if not 3 <= len(why) <= 300:
        raise InvalidInput({"reason": "Say in a few words why it is cancelled."})
    reversal_id = new_id()
    ledger.reverse(books, voucher_id=challan_id, reversal_id=reversal_id, on=max(books.today, own.paid_on), reason=why)
    books.session.execute(update(TdsDeduction).where(TdsDeduction.challan_id == challan_id).values(challan_id=None))
    values = {"reversal_id": reversal_id, "cancel_reason": why, "live_key": None}
    books.session.execute(update(TdsChallan).where(TdsChallan.id == challan_id).values(**values))
    audit.record(books, "cancel", service.CHALLAN, challan_id, old={"number": own.number}, new={"reason": why})
    return queries.challan(books, challan_id)


def _row(books: Books, asked: ChallanDraft, number: str) -> dict[str, Any]:
    return {
        "id": asked.id,
        "number": number,
        "paid_on": asked.paid_on,
        "bsr": asked.bsr,
        "serial": asked.serial,
        "minor_head": asked.minor_head,
        "is_collected": asked.is_collected,
        "account_id": asked.account_id,
        "tax_paise": asked.tax,
        "interest_paise": asked.interest,
        "fee_paise": asked.fee,
        "body_sha256": asked.sha256,
        "entered_by": books.actor.name,
        "entered_at": books.now,
        "reversal_id": None,
        "cancel_reason": "",
        "live_key": _key(asked),
    }


def _key(asked: ChallanDraft) -> str:
    return f"{asked.bsr} {asked.paid_on.isoformat()} {asked.serial}"


def _require(books: Books, asked: ChallanDraft, rows: Sequence[DeductionRow]) -> None:
    errors: dict[str, str] = {}
    if not (asked.bsr.isascii() and asked.bsr.isdigit() and len(asked.bsr) == 7):
        errors["bsr"] = "The BSR code of the bank's branch has seven digits."
    if not (asked.serial.isascii() and asked.serial.isdigit() and 1 <= len(asked.serial) <= 5):
        errors["serial"] = "The challan's serial number has up to five digits."
    if asked.paid_on > books.today:
        errors["paid_on"] = f"{written(asked.paid_on)} has not come yet."
    if asked.minor_head not in MINOR_HEADS:
        errors["minor_head"] = "Choose the minor head."
    if asked.account_id not in {id_ for id_, _name in money_accounts(books)}:
        errors["account_id"] = "Choose the account it was paid from."
    for name, amount in (("tax", asked.tax), ("interest", asked.interest), ("fee", asked.fee)):
        if amount % 100 or not 0 <= amount <= MOST_PAISE:
            errors[name] = "A challan is of whole rupees."
    if not errors.get("tax") and asked.tax == 0:
        errors["tax"] = "Type the tax of the challan."
    errors |= _deduction_faults(asked, rows)
    if errors:
        raise InvalidInput(errors)


def _deduction_faults(asked: ChallanDraft, rows: Sequence[DeductionRow]) -> dict[str, str]:
    if len(rows) != len(set(asked.deductions)) or len(rows) != len(asked.deductions):
        return {"deductions": "One of these deductions is not there any more. Draw the list again."}
    if any(law.KINDS[row.event.kind].is_collected != asked.is_collected for row in rows):
        return {"deductions": "What was deducted and what was collected are deposited by challans of their own."}
    if any(row.challan_id for row in rows):
        return {"deductions": "Another challan has deposited one of these deductions. Draw the list again."}
    late = next((row for row in rows if row.deducted_on > asked.paid_on), None)
    if late is not None:
        return {"paid_on": f"{late.number} was deducted on {written(late.deducted_on)}, after this day."}
    of = sum(row.amount_paise for row in rows)
    if of > asked.tax:
        return {"tax": f"The deductions come to {rupees(Paise(of))}, the tax of the challan is {rupees(Paise(asked.tax))}. Tick fewer."}
    return {}
