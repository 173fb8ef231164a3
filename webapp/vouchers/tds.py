"""Tax deducted at source, where a voucher is typed: the row that it then proposes.

What is due is the room of TDS's to say, a storey above: it is handed in when the program starts. What was deducted stands on the
account TDS payable like any other row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import date
from uuid import UUID

from webapp import ledger
from webapp.kernel.money import Paise, indian_grouping
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books
from webapp.vouchers import heads
from webapp.vouchers.forms import TypedRow, TypedVoucher
from webapp.vouchers.heads import Chart, Found
from webapp.vouchers.queries import DocumentRow
from webapp.vouchers.rules import State

# Where a bill of a supplier is entered or paid.
_KINDS = frozenset({"payment", "journal"})


@dataclass(frozen=True, slots=True)
class Proposed:
    """A deduction that a voucher should have, in paise: of `head_id` (a party's or an account's), at a rate of a base; `untaxed` of the
    base went before below the threshold, `certified` of it is at a certificate's rate. `kind` is a key of `kind_words`; `is_sure` is
    False where the law's own text did not confirm the figures."""

    head_id: UUID
    amount: Paise
    base: Paise
    rate_bp: int
    kind: str
    law: str
    untaxed: Paise
    certified: Paise
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Proposal(Proposed):
    """The same as the screen proposes it: the rows with it."""

    rows: tuple[TypedRow, ...]


@dataclass(frozen=True, slots=True)
class Deductions:
    """Who says what is due. `propose` is asked of each voucher typed: day, its lines (account, party, signed paise), and the ledger's
    voucher that it takes the place of; `is_marked` whether anything is marked at all; `kind_words` what kinds of payment are called."""

    propose: Callable[[Books, date, Sequence[tuple[UUID, UUID | None, int]], UUID | None], Proposed | None]
    is_marked: Callable[[Books], bool]
    kind_words: Callable[[], dict[str, str]]


_deductions: Deductions | None = None


def use_deductions(deductions: Deductions | None) -> None:
    """Have them asked. Called once, by whoever puts the program together."""
    global _deductions
    _deductions = deductions


def kind_words() -> dict[str, str]:
    """The kinds of payment of which tax is deducted."""
    return _deductions.kind_words() if _deductions else {}


def may_be_due(books: Books, kind: str) -> bool:
    """Whether a voucher of this kind can have a deduction at all: somebody or something is marked."""
    return kind in _KINDS and _deductions is not None and _deductions.is_marked(books)


def proposed(books: Books, typed: TypedVoucher, kept: DocumentRow | None = None) -> Proposal | None:
    """The deduction that a payment or a journal typed so should have; None where nothing is due, it has a row of TDS already, or it
    cannot be read yet. `kept` is the voucher that it takes the place of."""
    if _deductions is None or typed.errors or typed.wish not in (State.POSTED, State.POSTDATED) or not may_be_due(books, typed.kind):
        return None
    chart = Chart(books)
    asked = [heads.Asked(row.key, row.account) for row in typed.rows]
    by_head = heads.resolve(books, chart, asked, typed.kind)
    found = [by_head[one] for one in asked]
    payable = ledger.heads(books)["tds-payable"]
    if any(one.words or one.account_id is None or one.account_id == payable for one in found):
        return None
    signed = [amount if row.side == "D" else -amount for row, amount in zip(typed.rows, typed.amounts, strict=True)]
    if sum(signed):
        return None  # it does not balance, and is told so
    lines = [(one.account_id, one.party_id, amount) for one, amount in zip(found, signed, strict=True) if one.account_id is not None]
    own = _deductions.propose(books, typed.day, lines, kept.voucher_id if kept else None)
    return _with_row(typed, chart, found, own, payable) if own else None


def _with_row(typed: TypedVoucher, chart: Chart, found: Sequence[Found], own: Proposed, payable: UUID) -> Proposal | None:
    """The rows with the deduction, which is taken off the payee's credit, or off the largest."""
    credited = [place for place, row in enumerate(typed.rows) if row.side == "C"]
    of_payee = (place for place in credited if found[place].party_id == own.head_id)
    who = next(of_payee, None)
    if who is None:
        who = max(credited, key=lambda place: typed.amounts[place], default=None)
    if who is None or own.amount >= typed.amounts[who]:
        return None
    less = replace(typed.rows[who], amount=indian_grouping(typed.amounts[who] - own.amount))
    row = TypedRow("C", chart.accounts[payable].name, payable.hex, indian_grouping(own.amount))
    values = {one.name: getattr(own, one.name) for one in fields(Proposed)}
    return Proposal(rows=(*typed.rows[:who], less, row, *typed.rows[who + 1 :]), **values)
