"""What a document asks the ledger to write: a slip that balances or cannot be made."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from webapp.kernel.errors import keep_promise
from webapp.kernel.money import Paise
from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class CostShare:
    """A part of a line that a cost centre bears. `amount` in paise, more than nothing, on the line's own side."""

    cost_centre_id: UUID
    amount: Paise


@dataclass(frozen=True, slots=True)
class Line:
    """One leg. `amount` is signed: debit is positive. Made by `debit()` and `credit()` only.

    `costs` shares the whole amount among cost centres, or is empty.
    """

    account_id: UUID
    amount: Paise
    party_id: UUID | None = None
    costs: tuple[CostShare, ...] = ()


def debit(account_id: UUID, amount: int, party_id: UUID | None = None, costs: tuple[CostShare, ...] = ()) -> Line:
    """A debit of `amount` paise (greater than zero)."""
    keep_promise(amount > 0, "a debit is more than nothing")
    return Line(account_id, Paise(amount), party_id, costs)


def credit(account_id: UUID, amount: int, party_id: UUID | None = None, costs: tuple[CostShare, ...] = ()) -> Line:
    """A credit of `amount` paise (greater than zero)."""
    keep_promise(amount > 0, "a credit is more than nothing")
    return Line(account_id, Paise(-amount), party_id, costs)


@dataclass(frozen=True, slots=True)
class Slip:
    """A request to the ledger. An unbalanced slip cannot be made."""

    lines: tuple[Line, ...]

    def __post_init__(self) -> None:
        keep_promise(len(self.lines) >= 2, "a slip has two lines or more")
        keep_promise(all(line.amount for line in self.lines), "no line is zero")
        keep_promise(sum(line.amount for line in self.lines) == 0, "a slip balances")
        for line in self.lines:
            if line.costs:
                keep_promise(all(share.amount > 0 for share in line.costs), "a cost centre bears more than nothing")
                keep_promise(sum(share.amount for share in line.costs) == abs(line.amount), "cost centres bear the whole line")
                keep_promise(len({share.cost_centre_id for share in line.costs}) == len(line.costs), "a line names a cost centre once")

    def reversed(self) -> Slip:
        """The same lines with debit and credit exchanged."""
        return Slip(tuple(replace(line, amount=Paise(-line.amount)) for line in self.lines))
