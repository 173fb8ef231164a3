"""What an accountant's voucher may be, and what it asks of the ledger. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from webapp.kernel.dates import FinancialYear, written
from webapp.kernel.errors import BooksError, Conflict
from webapp.kernel.money import MOST_PAISE, Paise, rupees
from webapp.kernel.posting import CostShare, Slip, credit, debit
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text

# Each kind with the letters of its series. Credit and debit notes here move no goods: those that do are documents of the trade.
LETTERS = {"contra": "CT", "payment": "PY", "receipt": "RV", "journal": "JV", "debit_note": "DN", "credit_note": "CN"}
KINDS = tuple(LETTERS)
MOST_ROWS = 500
MOST_NARRATION = 10_000
MOST_REFERENCE = 100
MOST_REASON = 300


class State(StrEnum):
    """Where a voucher stands. Only POSTED and AMENDED are in the books; OPTIONAL is a memorandum, POSTDATED waits for its day."""

    DRAFT = "draft"
    OPTIONAL = "optional"
    POSTDATED = "postdated"
    POSTED = "posted"
    AMENDED = "amended"
    CANCELLED = "cancelled"

    @property
    def is_in_books(self) -> bool:
        return self in (State.POSTED, State.AMENDED)


# What may be asked for when a voucher is saved.
WISHES = (State.POSTED, State.DRAFT, State.OPTIONAL, State.POSTDATED)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a voucher: signed paise, debit positive; 0 is nothing yet, in a draft. `typed` is the sum it was typed as, if one."""

    account_id: UUID
    amount: Paise
    party_id: UUID | None = None
    costs: tuple[CostShare, ...] = ()
    typed: str = ""
    # Of a party's row, as `bills.read` has it: which bills it settles, and what it is called itself.
    bills: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VoucherCommand:
    """What is to be saved. `id` and `save_id` are made by whoever draws the form: the voucher's, and this saving's, so that
    one sent twice is written once. `version` is the one that was changed, 0 for a new voucher."""

    id: UUID
    save_id: UUID
    kind: str
    voucher_date: date
    entries: tuple[Entry, ...]
    narration: str = ""
    reference: str = ""
    wish: State = State.POSTED
    reverse_on: date | None = None
    # The store whose books it moves; None: the one it is of already, or the default one of who types it.
    store_id: UUID | None = None
    version: int = 0
    reason: str = ""
    # Where it comes from, when a program wrote it: a template with its day, the journal it reverses.
    template_id: UUID | None = None
    template_date: date | None = None
    mirrors_id: UUID | None = None

    def body(self) -> dict[str, Any]:
        """The voucher as JSON: what is kept of each version, and compared."""
        return {
            "kind": self.kind,
            "date": self.voucher_date.isoformat(),
            "store": str(self.store_id) if self.store_id else None,
            "reference": self.reference,
            "narration": self.narration,
            "reverse_on": self.reverse_on.isoformat() if self.reverse_on else None,
            "lines": [
                {
                    "account": str(entry.account_id),
                    "party": str(entry.party_id) if entry.party_id else None,
                    "amount": entry.amount,
                    "typed": entry.typed,
                    "costs": [[str(share.cost_centre_id), share.amount] for share in entry.costs],
                    **({"bills": dict(entry.bills)} if entry.bills else {}),
                }
                for entry in self.entries
            ],
        }

    @property
    def sha256(self) -> str:
        """The hash of what was sent: the same saving may come again with the same content only."""
        sent = [str(self.id), self.version, str(self.wish), self.reason, self.body()]
        return hashlib.sha256(json.dumps(sent, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    @property
    def debits(self) -> int:
        return sum(entry.amount for entry in self.entries if entry.amount > 0)

    @property
    def credits(self) -> int:
        return -sum(entry.amount for entry in self.entries if entry.amount < 0)


def store_of(body: Mapping[str, Any]) -> UUID | None:
    """The store of a kept version; None for one saved before a voucher could choose."""
    return UUID(body["store"]) if body.get("store") else None


def entries_of(body: Mapping[str, Any]) -> tuple[Entry, ...]:
    """The rows of a kept version."""
    return tuple(
        Entry(
            account_id=UUID(line["account"]),
            amount=Paise(line["amount"]),
            party_id=UUID(line["party"]) if line["party"] else None,
            costs=tuple(CostShare(UUID(centre), Paise(amount)) for centre, amount in line["costs"]),
            typed=line["typed"],
            bills=line.get("bills", {}),
        )
        for line in body["lines"]
    )


@dataclass(frozen=True, slots=True)
class Chart:
    """What the rules must know of accounts: their names, those that want a party, those where money lies, those put away."""

    names: Mapping[UUID, str]
    wants_party: Collection[UUID] = field(default_factory=frozenset)
    money: Collection[UUID] = field(default_factory=frozenset)
    archived: Collection[UUID] = field(default_factory=frozenset)


def faults(asked: VoucherCommand, chart: Chart, today: date) -> dict[str, str]:
    """What stands against saving, by field: "date", "rows", "account-2", "amount-2" … Empty when nothing does.

    A draft may be unfinished; whatever else is saved must be fit to post.
    """
    found = _text_faults(asked)
    if len(asked.entries) > MOST_ROWS:
        found["rows"] = f"This voucher has {len(asked.entries)} rows; at most {MOST_ROWS} fit. Make two of it."
    for number, entry in enumerate(asked.entries, 1):
        if (words := _account_fault(entry, chart)) is not None:
            found[f"account-{number}"] = words
        if not 0 < abs(entry.amount) <= MOST_PAISE and not (asked.wish is State.DRAFT and entry.amount == 0):
            found[f"amount-{number}"] = "Type an amount above 0."
        elif (words := _cost_fault(entry)) is not None:
            found[f"costs-{number}"] = words
    if asked.wish is not State.DRAFT:
        found = {**_date_faults(asked, today), **found}
        if "rows" not in found and not any(name.startswith("amount-") for name in found):
            words = _balance_fault(asked) or (_kind_fault(asked, chart) if not found else None)
            if words:
                found["rows"] = words
    return found


def _text_faults(asked: VoucherCommand) -> dict[str, str]:
    found: dict[str, str] = {}
    if len(asked.narration) > MOST_NARRATION:
        found["narration"] = f"The narration has {len(asked.narration):,} characters; at most {MOST_NARRATION:,} fit."
    if len(asked.reference) > MOST_REFERENCE:
        found["reference"] = f"The reference has {len(asked.reference)} characters; at most {MOST_REFERENCE} fit."
    if asked.reverse_on is not None and asked.kind != "journal":
        found["reverse_on"] = "Only a journal is reversed by itself on a day."
    elif asked.reverse_on is not None and asked.reverse_on <= asked.voucher_date:
        found["reverse_on"] = f"The reversal must come after {written(asked.voucher_date)}."
    return found


def _date_faults(asked: VoucherCommand, today: date) -> dict[str, str]:
    if asked.wish is State.POSTED and asked.voucher_date > today:
        return {"date": f"{written(asked.voucher_date)} has not come yet. Mark the voucher post-dated, or choose a day up to today."}
    return {}


def _account_fault(entry: Entry, chart: Chart) -> str | None:
    name = chart.names.get(entry.account_id)
    if name is None:
        return "Choose an account from the list."
    if entry.account_id in chart.archived:
        return f"The account {name} is archived. Restore it, or choose another."
    if entry.account_id in chart.wants_party and entry.party_id is None:
        return f"A line on {name} must say whose it is. Choose the customer or supplier by name."
    return None


def _cost_fault(entry: Entry) -> str | None:
    if not entry.costs:
        return None
    shared = sum(share.amount for share in entry.costs)
    if any(share.amount <= 0 for share in entry.costs):
        return "Each cost centre bears an amount above 0."
    if shared != abs(entry.amount):
        gap = abs(entry.amount) - shared
        side = "left over" if gap > 0 else "too much"
        return f"Cost centres bear {rupees(shared)} of {rupees(abs(entry.amount))}: {rupees(abs(gap))} {side}."
    if len({share.cost_centre_id for share in entry.costs}) < len(entry.costs):
        return "A cost centre stands twice on this line. Put its shares together."
    return None


def _balance_fault(asked: VoucherCommand) -> str | None:
    if len(asked.entries) < 2:
        return "A voucher has two rows or more: what is debited, and what is credited."
    gap = asked.debits - asked.credits
    if gap:
        side = "credit" if gap > 0 else "debit"
        return f"Debits {rupees(asked.debits)}, credits {rupees(asked.credits)}: {rupees(abs(gap))} short on the {side} side."
    return None


def _kind_fault(asked: VoucherCommand, chart: Chart) -> str | None:
    """The customs of each kind, as Tally keeps them: where money may stand, and where it must."""
    money = [entry for entry in asked.entries if entry.account_id in chart.money]
    if asked.kind == "contra" and len(money) < len(asked.entries):
        stray = next(entry for entry in asked.entries if entry.account_id not in chart.money)
        name = chart.names[stray.account_id]
        return f"A contra moves money between cash and bank only, and {name} is neither. Make it a payment, a receipt or a journal."
    if asked.kind == "payment" and not any(entry.amount < 0 for entry in money):
        return "A payment credits the cash or bank account it is paid from. Add that row, or make it a journal."
    if asked.kind == "receipt" and not any(entry.amount > 0 for entry in money):
        return "A receipt debits the cash or bank account the money came to. Add that row, or make it a journal."
    if asked.kind in ("journal", "debit_note", "credit_note") and money:
        name = chart.names[money[0].account_id]
        return f"{name} holds money, which this kind of voucher does not move. Make it a payment, a receipt or a contra."
    if asked.kind in ("debit_note", "credit_note") and not any(entry.party_id for entry in asked.entries):
        return "A debit or credit note names a customer or supplier. Add that row."
    return None


def slip_of(entries: Sequence[Entry]) -> Slip:
    """The rows as the ledger takes them, in their order: line 1 is row 1."""
    return Slip(
        tuple(
            (debit if entry.amount > 0 else credit)(entry.account_id, abs(entry.amount), entry.party_id, entry.costs) for entry in entries
        )
    )


def mirrored(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The same rows with debit and credit exchanged."""
    return tuple(Entry(entry.account_id, Paise(-entry.amount), entry.party_id, entry.costs, entry.typed) for entry in entries)


class StaleVersion(Conflict):
    """Somebody saved the voucher since the form was opened. `changes` are (field, theirs now, as it was) in words."""

    def __init__(self, who: str, version: int) -> None:
        super().__init__(
            problem=f"{who} saved version {version} of this voucher while you had it open.",
            fix="What you typed is still here. Compare, then save again to put yours in place of theirs.",
        )


class NotADraft(BooksError):
    """Only drafts are deleted."""

    status = 409


def require_same(kept_sha256: str, sent_sha256: str) -> None:
    """The same saving may come again with the same content only."""
    if kept_sha256 != sent_sha256:
        raise Conflict(
            problem="This form was saved before, with other content.",
            fix="Nothing was written. Open the voucher to see what stands, and change it there.",
        )


def require_open(state: State, number: str) -> None:
    """Conflict when a voucher can change no more."""
    if state is State.CANCELLED:
        raise Conflict(problem=f"Voucher {number or '(no number)'} is cancelled.", fix="Duplicate it, and post the copy.")


def require_same_year(number: str, earlier: date, now: date) -> dict[str, str]:
    """A number belongs to the series of its financial year: a date fault when an amendment would carry it into another."""
    year = FinancialYear.of(earlier)
    if FinancialYear.of(now) == year:
        return {}
    return {"date": f"{number} is numbered in {year}. Cancel it and type it anew, or stay within that year."}


def require_reason(text: str) -> str:
    """The reason of a cancellation, as kept. ValueError with words."""
    kept = clean_text(text)
    if not 3 <= len(kept) <= MOST_REASON:
        raise ValueError("Say in a few words why it is cancelled.")
    return kept
