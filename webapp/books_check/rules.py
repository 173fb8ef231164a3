"""What a check of the books answers with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class Breach:
    """A promise that the books do not keep, in words that name the row."""

    promise: str
    words: str

    def __str__(self) -> str:
        return f"{self.promise}: {self.words}"


@dataclass(frozen=True, slots=True)
class Check:
    """One promise looked at: how many things were looked at, and what was wrong with them."""

    promise: str
    looked_at: int
    faults: tuple[str, ...] = ()


@dataclass(slots=True)
class Report:
    """Everything looked at. It is true to say `not report.breaches` of true books."""

    checks: list[Check] = field(default_factory=list)

    @property
    def breaches(self) -> list[Breach]:
        return [Breach(check.promise, words) for check in self.checks for words in check.faults]

    def lines(self) -> Iterator[str]:
        """For the console: each promise with how much was looked at, then each breach in words."""
        for check in self.checks:
            state = "kept" if not check.faults else f"{len(check.faults)} BREACHES"
            yield f"{check.promise}: {check.looked_at:,} looked at, {state}"
            for words in check.faults:
                yield f"  ! {words}"

    def seen_again(self, later: Report) -> Report:
        """Only the faults that a second look found too. On PostgreSQL others may post between two reads of one look."""
        again = {(check.promise, words) for check in later.checks for words in check.faults}
        kept = [
            Check(check.promise, check.looked_at, tuple(words for words in check.faults if (check.promise, words) in again))
            for check in self.checks
        ]
        return Report(kept)
