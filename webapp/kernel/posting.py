"""What a document asks the ledger to write: a slip that balances or cannot be made."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from webapp.kernel.errors import keep_promise
from webapp.kernel.money import Paise


@dataclass(frozen=True, slots=True)
class Line:
    """One leg. `amount` is signed: debit is positive. Made by `debit()` and `credit()` only."""

    account_id: UUID
    amount: Paise
    party_id: UUID | None = None


def debit(account_id: UUID, amount: int, party_id: UUID | None = None) -> Line:
    """A debit of `amount` paise (greater than zero)."""
    keep_promise(amount > 0, "a debit is more than nothing")
    return Line(account_id, Paise(amount), party_id)


def credit(account_id: UUID, amount: int, party_id: UUID | None = None) -> Line:
    """A credit of `amount` paise (greater than zero)."""
    keep_promise(amount > 0, "a credit is more than nothing")
    return Line(account_id, Paise(-amount), party_id)


@dataclass(frozen=True, slots=True)
class Slip:
    """A request to the ledger. An unbalanced slip cannot be made."""

    lines: tuple[Line, ...]

    def __post_init__(self) -> None:
        keep_promise(len(self.lines) >= 2, "a slip has two lines or more")
        keep_promise(all(line.amount for line in self.lines), "no line is zero")
        keep_promise(sum(line.amount for line in self.lines) == 0, "a slip balances")

    def reversed(self) -> Slip:
        """The same lines with debit and credit exchanged."""
        return Slip(tuple(Line(line.account_id, Paise(-line.amount), line.party_id) for line in self.lines))
