"""What pages send: text from outside, as a voucher typed but not yet looked up. Nothing is lost: errors are kept by field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from datetime import date
from uuid import UUID

from webapp.kernel.calculator import is_sum, worked_out
from webapp.kernel.dates import read_day
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import Paise, read_paise
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_lines, clean_text
from webapp.kernel.typed_days import typed_day
from webapp.vouchers import bills
from webapp.vouchers.bills import TypedBills
from webapp.vouchers.queries import Wanted
from webapp.vouchers.rules import KINDS, MOST_ROWS, WISHES, State

_ROW = re.compile(r"(?:account|amount)-([1-9][0-9]{0,3})")
_MOST_SHARES = 20
MOST_TYPED = 60


@dataclass(frozen=True, slots=True)
class TypedShare:
    """What a cost centre bears of a row, as typed. No amount: all of it, or what is left."""

    centre: str
    amount: str


@dataclass(frozen=True, slots=True)
class TypedRow:
    """A row as typed: "D" or "C", the head by key and by name, the amount as text."""

    side: str = "D"
    account: str = ""
    key: str = ""
    amount: str = ""
    shares: tuple[TypedShare, ...] = ()
    bills: TypedBills = field(default_factory=TypedBills)

    @property
    def is_blank(self) -> bool:
        return not (self.account.strip() or self.amount.strip())


@dataclass(frozen=True, slots=True)
class TypedVoucher:
    """The whole form as typed, what could be read of it, and what could not, by field."""

    id: UUID
    save_id: UUID
    version: int
    kind: str
    day: date
    date_text: str
    base: date
    rows: tuple[TypedRow, ...]
    amounts: tuple[Paise, ...]
    narration: str
    reference: str
    wish: State
    reverse_on: date | None
    reverse_text: str
    reason: str
    store: str
    store_id: UUID | None
    errors: dict[str, str] = field(default_factory=dict)


def parse_voucher(form: Mapping[str, str], today: date, document_id: UUID | None = None) -> TypedVoucher:
    """The voucher of a form. Blank rows are left out, the others keep their order; errors are numbered like the rows kept."""
    errors: dict[str, str] = {}
    kind = form.get("kind", "")
    if kind not in KINDS:
        errors["kind"], kind = "Choose the kind of voucher.", "journal"
    base = read_day(form.get("base", "")) or today
    day = typed_day(form.get("date", ""), base)
    if day is None:
        errors["date"] = "Type the day as 5, 5-4, 050426 or 20-11-2026."
    reverse_text = form.get("reverse_on", "").strip()
    reverse_on = typed_day(reverse_text, day or base) if reverse_text else None
    if reverse_text and reverse_on is None:
        errors["reverse_on"] = "Type the day as 5, 5-4, 050426 or 20-11-2026."
    wish = form.get("wish", State.POSTED)
    store = form.get("store", "").strip()[:80]
    if store and read_id(store) is None:
        errors["store"] = "Choose a store from the list."
    rows = parse_rows(form)
    amounts = []
    for number, row in enumerate(rows, 1):
        amounts.append(_amount(row, number, errors, may_wait=wish == State.DRAFT))
    return TypedVoucher(
        id=document_id or read_id(form.get("id", "")) or new_id(),
        save_id=read_id(form.get("save_id", "")) or new_id(),
        version=_whole(form.get("version", "0")),
        kind=kind,
        day=day or base,
        date_text=form.get("date", ""),
        base=base,
        rows=rows,
        amounts=tuple(amounts),
        narration=clean_lines(form.get("narration", "")),
        reference=clean_text(form.get("reference", "")),
        wish=State(wish) if wish in WISHES else State.POSTED,
        reverse_on=reverse_on,
        reverse_text=reverse_text,
        reason=clean_text(form.get("reason", ""))[:300],
        store=store,
        store_id=read_id(store),
        errors=errors,
    )


def parse_rows(form: Mapping[str, str]) -> tuple[TypedRow, ...]:
    """The rows of a form that hold anything, in the order of their numbers."""
    numbers = sorted({int(found.group(1)) for name in form if (found := _ROW.fullmatch(name))})
    rows = (_row(form, number) for number in numbers[: MOST_ROWS * 2])
    return tuple(row for row in rows if not row.is_blank)


def _row(form: Mapping[str, str], number: int) -> TypedRow:
    shares = []
    for place in range(1, _MOST_SHARES + 1):
        centre, amount = form.get(f"centre-{number}-{place}", ""), form.get(f"share-{number}-{place}", "").strip()
        if centre:
            shares.append(TypedShare(centre, amount))
    return TypedRow(
        side="C" if form.get(f"side-{number}") == "C" else "D",
        account=clean_text(form.get(f"account-{number}", ""))[:300],
        key=form.get(f"key-{number}", "")[:80],
        amount=form.get(f"amount-{number}", "").strip()[:200],
        shares=tuple(shares),
        bills=bills.parse(form, number),
    )


def _amount(row: TypedRow, number: int, errors: dict[str, str], *, may_wait: bool) -> Paise:
    if not row.amount and may_wait:
        return Paise(0)
    try:
        found = worked_out(row.amount)
        if found <= 0:
            errors[f"amount-{number}"] = "Type an amount above 0."
    except ValueError as words:
        errors[f"amount-{number}"] = str(words)
        return Paise(0)
    return found


def sum_typed(row: TypedRow) -> str:
    """The sum behind an amount, to be kept beside it; "" for a plain figure."""
    return row.amount[:MOST_TYPED] if is_sum(row.amount) else ""


def parse_wanted(args: Mapping[str, str]) -> Wanted:
    """The filters of the list. What cannot be read is as if it had not been asked."""
    first, last = read_day(args.get("from", "")), read_day(args.get("to", ""))
    if first and last and first > last:
        first, last = last, first
    kind, state = args.get("kind", ""), args.get("state", "")
    try:
        amount = read_paise(args.get("amount", "")) if args.get("amount", "").strip() else None
    except ValueError:
        amount = None
    return Wanted(
        text=args.get("q", "").replace("\x00", "").strip()[:100],
        kind=kind if kind in KINDS else "",
        state=state if state in set(State) else "",
        first_day=first,
        last_day=last,
        head_id=read_id(args.get("account", "")),
        amount=amount,
        store_id=read_id(args.get("store", "")),
    )


def address_of(wanted: Wanted) -> dict[str, str]:
    """The same filters as an address carries them."""
    found = {
        "q": wanted.text,
        "kind": wanted.kind,
        "state": wanted.state,
        "from": wanted.first_day.isoformat() if wanted.first_day else "",
        "to": wanted.last_day.isoformat() if wanted.last_day else "",
        "store": str(wanted.store_id) if wanted.store_id else "",
        "account": str(wanted.head_id) if wanted.head_id else "",
        "amount": f"{wanted.amount // 100}.{wanted.amount % 100:02d}" if wanted.amount is not None else "",
    }
    return {name: value for name, value in found.items() if value}


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
