"""What an export is made of, apart from how any program writes it: names that are legal and unique, entries. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

from webapp.kernel.errors import BooksError
from webapp.kernel.records import dataclass

ROOTS = {"asset": "Assets", "liability": "Liabilities", "income": "Income", "expense": "Expenses"}
# Plain text books set the owner's own apart from what is owed to others; Indian charts call both liabilities.
EQUITY = "Equity"
EQUITY_GROUPS = frozenset({"capital-account", "profit-loss"})


class Format(StrEnum):
    """What the file is written for."""

    BEANCOUNT = "beancount"
    LEDGER = "ledger"

    @property
    def suffix(self) -> str:
        return {Format.BEANCOUNT: ".beancount", Format.LEDGER: ".journal"}[self]


class UnknownFormat(BooksError):
    """No program that we write for."""

    def __init__(self, text: str) -> None:
        super().__init__(problem=f"Munim does not write books as “{text[:20]}”.", fix="Choose beancount or ledger.")


def read_format(text: str) -> Format:
    """The format a form or the console names. UnknownFormat otherwise."""
    try:
        return Format(text)
    except ValueError:
        raise UnknownFormat(text) from None


@dataclass(frozen=True, slots=True)
class Span:
    """From one day to another, both included; None is from the beginning, or to the end."""

    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A head of the chart, as names need it."""

    id: UUID
    code: str
    name: str
    parent_id: UUID | None
    nature: str


@dataclass(frozen=True, slots=True)
class Head:
    """What wants a name beneath a group: an account."""

    id: UUID
    code: str | None
    name: str
    group_id: UUID


@dataclass(frozen=True, slots=True)
class Opening:
    """An account of the file: its legal name, and what the shop calls it. A party's has its GSTIN."""

    account: str
    name: str
    gstin: str = ""


@dataclass(frozen=True, slots=True)
class Leg:
    """A line of an entry: the account's legal name, and paise with their sign, debit positive."""

    account: str
    amount: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A voucher as the file holds it. `reverses` is the id of the voucher that it takes back, or nothing."""

    id: str
    day: date
    kind: str
    number: str
    payee: str
    narration: str
    reverses: str
    legs: tuple[Leg, ...]


Component = Callable[[str], str]


class Names:
    """Gives each head a full name of its own. Two that come out alike are told apart by a number, the older keeps its name.

    `component` makes one part of a name legal; `numbered` sets a number behind it.
    """

    def __init__(self, component: Component, numbered: Callable[[str, int], str]) -> None:
        self._component, self._numbered = component, numbered
        self._taken: set[str] = {root.casefold() for root in (*ROOTS.values(), EQUITY)}

    def beneath(self, parent: str, name: str) -> str:
        """A full name beneath `parent` that nothing has yet."""
        part = self._component(name)
        found, number = f"{parent}:{part}", 1
        while found.casefold() in self._taken:
            number += 1
            found = f"{parent}:{self._numbered(part, number)}"
        self._taken.add(found.casefold())
        return found

    def of_chart(self, groups: Sequence[Group], heads: Iterable[Head]) -> Mapping[UUID, str]:
        """Full names of all accounts, through their groups. Seeded heads first, then by id: ids are in order of time."""
        paths: dict[UUID, str] = {}
        children: dict[UUID | None, list[Group]] = {}
        for group in groups:
            children.setdefault(group.parent_id, []).append(group)

        def walk(parent_id: UUID | None, above: str) -> None:
            for group in children.get(parent_id, ()):
                root = above or (EQUITY if group.code in EQUITY_GROUPS else ROOTS[group.nature])
                paths[group.id] = self.beneath(root, group.name)
                walk(group.id, paths[group.id])

        walk(None, "")
        in_order = sorted(heads, key=lambda head: (head.code is None, head.id.bytes))
        return {head.id: self.beneath(paths[head.group_id], head.name) for head in in_order}


def rupees(paise: int) -> str:
    """1234.50, -0.05: plain digits, two decimals."""
    return f"{'-' if paise < 0 else ''}{abs(paise) // 100}.{abs(paise) % 100:02d}"
