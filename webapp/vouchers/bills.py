"""The bill-wise part of a party's row: which of its bills the row settles, or what the row is called itself (outstandings)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from webapp import outstandings
from webapp.kernel.calculator import worked_out
from webapp.kernel.dates import read_day
from webapp.kernel.errors import BooksError, InvalidInput
from webapp.kernel.ids import read_id
from webapp.kernel.money import indian_grouping
from webapp.kernel.records import dataclass
from webapp.outstandings import LineKey, OpenItem, Reference
from webapp.platform.tenancy import Books
from webapp.vouchers.rules import Entry

MOST_BILLS = 50


@dataclass(frozen=True, slots=True)
class TypedBill:
    """A bill as a form names it: `key` is a line of the ledger, voucher and number; the amount is text."""

    key: str
    amount: str


@dataclass(frozen=True, slots=True)
class TypedBills:
    """What was typed of a row's bills. `kind` is "", "new", "advance" or "on_account"."""

    parts: tuple[TypedBill, ...] = ()
    kind: str = ""
    name: str = ""
    due: str = ""


def parse(form: Mapping[str, str], row: int) -> TypedBills:
    """The bills of a row. Those without an amount are left out."""
    parts = []
    for place in range(1, MOST_BILLS + 1):
        key, amount = form.get(f"bill-{row}-{place}", ""), form.get(f"part-{row}-{place}", "").strip()
        if key and amount:
            parts.append(TypedBill(key[:80], amount[:100]))
    kind = form.get(f"ref-{row}", "")
    return TypedBills(tuple(parts), kind, form.get(f"refname-{row}", "").strip()[:100], form.get(f"refdue-{row}", "").strip())


def read(typed: TypedBills, amount: int) -> dict[str, Any]:
    """The bills as a version keeps them; {} for a row on account. ValueError with words."""
    found: list[list[Any]] = []
    for one in typed.parts:
        voucher, _, line = one.key.partition(":")
        voucher_id = read_id(voucher)
        part = worked_out(one.amount)
        if voucher_id is None or not (line.isascii() and line.isdigit()):
            raise ValueError("Choose the bill from the list.")
        if part <= 0:
            raise ValueError("Type an amount above 0.")
        found.append([str(voucher_id), int(line), part])
    settled = sum(part for *_, part in found)
    if settled > amount:
        raise ValueError(f"The bills take ₹{indian_grouping(settled)}, and the row has ₹{indian_grouping(amount)}.")
    kept: dict[str, Any] = {"parts": found} if found else {}
    if typed.kind:
        due = read_day(typed.due) if typed.due else None
        if typed.due and due is None:
            raise ValueError("Choose the day the bill falls due.")
        kept["reference"] = [typed.kind, typed.name, due.isoformat() if due else None]
    return kept


def typed_of(kept: Mapping[str, Any]) -> TypedBills:
    """Kept bills as they would be typed."""
    parts = tuple(TypedBill(f"{UUID(voucher).hex}:{line}", indian_grouping(part)) for voucher, line, part in kept.get("parts", ()))
    kind, name, due = kept.get("reference", ("", "", None))
    return TypedBills(parts, kind, name, due or "")


Choice = tuple[str, OpenItem, str]


def open_bills(books: Books, party_id: UUID, account_id: UUID, *, side: str, keep: Sequence[TypedBill] = ()) -> list[Choice]:
    """What a row on a side may settle of a party: (key, the open line, what was typed for it), the oldest due first."""
    typed = {one.key: one.amount for one in keep}
    items = [item for item in outstandings.open_items(books, party_id) if item.account_id == account_id]
    wanted = [item for item in items if (item.open < 0) == (side == "D")]
    keyed = [(f"{item.key.voucher_id.hex}:{item.key.line_no}", item) for item in wanted[:MOST_BILLS]]
    return [(key, item, typed.get(key, "")) for key, item in keyed]


def settle(books: Books, voucher_id: UUID, entries: Sequence[Entry], on: date) -> None:
    """Settle what the rows of a posted voucher name. InvalidInput beside the row when a bill is open no more by that much."""
    for number, entry in enumerate(entries, 1):
        if entry.party_id is None or not entry.bills:
            continue
        parts = [(LineKey(UUID(voucher), line), amount) for voucher, line, amount in entry.bills.get("parts", ())]
        reference = entry.bills.get("reference")
        try:
            if parts:
                outstandings.allocate(books, entry.party_id, LineKey(voucher_id, number), parts, on=on)
            if reference:
                kind, name, due = reference
                outstandings.refer(books, voucher_id, {number: Reference(kind, name, read_day(due) if due else None)})
        except InvalidInput as refusal:
            raise InvalidInput({f"bills-{number}": " ".join(refusal.errors.values())}) from None
        except BooksError as refusal:
            raise InvalidInput({f"bills-{number}": f"{refusal.problem} {refusal.fix}"}) from None
