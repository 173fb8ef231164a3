"""Money spent and money got, for people who know no accounting: an amount, what for, and where the money came from or went to."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from webapp import ledger
from webapp.kernel.calculator import is_sum, worked_out
from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import Paise
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text
from webapp.ledger import AccountRow
from webapp.platform.tenancy import Books
from webapp.vouchers import heads, service
from webapp.vouchers.queries import DocumentRow
from webapp.vouchers.rules import Entry, VoucherCommand

OTHER_INCOME = "Other income"
MOST_WORDS = 200
# Where a name of the owner's own is understood: what is neither money, nor goods, nor tax, nor somebody's.
_NATURES = {"out": ("expense",), "in": ("income",)}
_EITHER_WAY = frozenset({"capital", "owner-drawings"})
_NOT_TYPED = frozenset({"cost-of-goods", "stock-adjustment", "round-off", "cash-short-over", "sales", "sales-exempt", "sales-returns"})


@dataclass(frozen=True, slots=True)
class QuickMoney:
    """Money that went out or came in. `what_for` is a name in the owner's words."""

    id: UUID
    direction: str
    amount: Paise
    typed: str
    what_for: str
    money_id: UUID
    day: date
    store_id: UUID | None = None  # None: the default one of who types it


def parse_quick(form: Mapping[str, str], today: date) -> QuickMoney:
    """The form of two fields. InvalidInput by field."""
    errors: dict[str, str] = {}
    amount = Paise(0)
    try:
        amount = worked_out(form.get("amount", ""))
        if amount <= 0:
            errors["amount"] = "Type an amount above 0."
    except ValueError as words:
        errors["amount"] = str(words)
    what_for = clean_text(form.get("what_for", ""))
    if not 0 < len(what_for) <= MOST_WORDS:
        errors["what_for"] = "Say in a few words what it was for."
    money_id = read_id(form.get("money_id", ""))
    if money_id is None:
        errors["money_id"] = "Choose where the money came from or went to."
    day = read_day(form.get("day", "")) if form.get("day", "").strip() else today
    if day is None:
        errors["day"] = "Choose the day."
    store = form.get("store", "").strip()
    if store and read_id(store) is None:
        errors["store"] = "Choose a store from the list."
    if errors or money_id is None or day is None:
        raise InvalidInput(errors)
    text = form.get("amount", "")
    return QuickMoney(
        id=read_id(form.get("id", "")) or new_id(),
        direction="in" if form.get("direction") == "in" else "out",
        amount=amount,
        typed=text.strip()[:60] if is_sum(text) else "",
        what_for=what_for,
        money_id=money_id,
        day=day,
        store_id=read_id(store),
    )


def enter_quick(books: Books, asked: QuickMoney) -> DocumentRow:
    """Post it as a payment or a receipt. What no account is called goes to shop expenses or other income, in its own words.

    InvalidInput by the form's fields; the same id again gives the first answer.
    """
    chart = heads.Chart(books)
    if asked.money_id not in chart.money:
        raise InvalidInput({"money_id": "Choose where the money came from or went to."})
    head, narration = _head(books, chart, asked)
    sign = 1 if asked.direction == "out" else -1
    entries = (
        Entry(head, Paise(sign * asked.amount), typed=asked.typed),
        Entry(asked.money_id, Paise(-sign * asked.amount)),
    )
    command = VoucherCommand(
        id=asked.id,
        # One saving to one form: the same hash of its id, so that a second click is known again.
        save_id=UUID(bytes=hashlib.sha256(b"quick" + asked.id.bytes).digest()[:16]),
        kind="payment" if asked.direction == "out" else "receipt",
        voucher_date=asked.day,
        entries=entries if asked.direction == "out" else entries[::-1],
        narration=narration,
        store_id=asked.store_id,
    )
    try:
        return service.save(books, command)
    except InvalidInput as refusal:
        # The rows are not the form's own: what is wrong with them is said where the form can show it.
        own = {name: name for name in ("store", "limit_reason")}
        places = {"date": "day", "narration": "what_for", "account-1": "what_for", "account-2": "what_for", **own}
        raise InvalidInput({places.get(name, "amount"): words for name, words in refusal.errors.items()}) from None


def known_purposes(chart: heads.Chart, direction: str) -> list[AccountRow]:
    """The accounts whose names are understood as what money was for."""
    return [row for row in chart.choices() if _is_purpose(row, chart, direction)]


def money_places(chart: heads.Chart) -> list[AccountRow]:
    """Where money may lie, cash first."""
    return sorted((row for row in chart.choices() if row.id in chart.money), key=lambda row: row.code != "cash")


def _is_purpose(row: AccountRow, chart: heads.Chart, direction: str) -> bool:
    if row.id in chart.money or row.code in _NOT_TYPED:
        return False
    return chart.nature(row.id) in _NATURES[direction] or row.code in _EITHER_WAY


def _head(books: Books, chart: heads.Chart, asked: QuickMoney) -> tuple[UUID, str]:
    """The account meant, and the words to keep: an account's own name says enough."""
    found = chart.account_named(asked.what_for)
    if found is not None and _is_purpose(found, chart, asked.direction):
        return found.id, ""
    if asked.direction == "out":
        return ledger.heads(books)["expenses"], asked.what_for
    other = chart.account_named(OTHER_INCOME)
    if other is None:
        group = next(row for row in chart.groups if row.code == "indirect-incomes")
        return ledger.create_account(books, ledger.AccountDraft(OTHER_INCOME, group.id)), asked.what_for
    return other.id, asked.what_for
