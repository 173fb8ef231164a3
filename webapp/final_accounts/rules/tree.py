"""Accounts beneath their groups, groups beneath theirs, each adding up what stands below it, in any number of columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol
from uuid import UUID

from webapp.kernel.errors import keep_promise

Figures = tuple[int, ...]


class Group(Protocol):
    """A group of the chart, as the ledger shows it."""

    @property
    def id(self) -> UUID: ...
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def parent_id(self) -> UUID | None: ...
    @property
    def nature(self) -> str: ...


class Account(Protocol):
    """An account of the chart, as the ledger shows it."""

    @property
    def id(self) -> UUID: ...
    @property
    def code(self) -> str | None: ...
    @property
    def name(self) -> str: ...
    @property
    def group_id(self) -> UUID: ...


class Chart(Protocol):
    """Groups in their order, accounts by name."""

    @property
    def groups(self) -> Sequence[Group]: ...
    @property
    def accounts(self) -> Sequence[Account]: ...


class Head(NamedTuple):
    """A group, or an account (then `account_id`), with a figure in each column and what stands beneath it."""

    code: str
    name: str
    nature: str
    figures: Figures
    group_id: UUID | None = None
    account_id: UUID | None = None
    beneath: tuple[Head, ...] = ()

    def turned(self) -> Head:
        """The same with credit positive."""
        return self._replace(figures=tuple([-one for one in self.figures]), beneath=tuple([one.turned() for one in self.beneath]))

    def accounts(self) -> Iterator[Head]:
        """The accounts beneath it, at whatever depth."""
        if self.account_id:
            yield self
        for one in self.beneath:
            yield from one.accounts()


def heads_of(chart: Chart, figures: Mapping[UUID, Figures]) -> tuple[Head, ...]:
    """The primary groups with what is beneath them. Accounts without figures, and groups without accounts, are left out."""
    beneath: dict[UUID | None, list[Group]] = {}
    for group in chart.groups:
        beneath.setdefault(group.parent_id, []).append(group)
    accounts: dict[UUID, list[tuple[Account, Figures]]] = {}
    for account in chart.accounts:
        own = figures.get(account.id)
        if own is not None:
            accounts.setdefault(account.group_id, []).append((account, own))

    def head(group: Group, nature: str) -> Head | None:
        own = [Head(one.code or "", one.name, nature, its, group.id, one.id) for one, its in accounts.get(group.id, ())]
        below = [found for child in beneath.get(group.id, ()) if (found := head(child, nature))]
        if not own and not below:
            return None
        every = (*below, *own)
        return Head(group.code, group.name, nature, added(one.figures for one in every), group_id=group.id, beneath=every)

    # The nature of a primary group is that of all beneath it: no sub-group may leave its statement.
    return tuple(found for group in beneath.get(None, ()) if (found := head(group, group.nature)))


def added(many: Iterable[Figures], width: int = 0) -> Figures:
    """The sum, column by column; `width` columns of nil when there is nothing to add."""
    rows = list(many)
    if not rows:
        return (0,) * width
    return tuple([sum(column) for column in zip(*rows, strict=True)])


def less(left: Figures, right: Figures) -> Figures:
    """The difference, column by column."""
    return tuple([one - other for one, other in zip(left, right, strict=True)])


def known_codes(chart: Chart, known: Iterable[str]) -> dict[UUID, str]:
    """Group → the code of `known` that it stands under: its own, or that of its nearest ancestor that has one.

    A primary group of the company's own stands under what its nature comes closest to.
    """
    codes, parents = frozenset(known), {group.id: group for group in chart.groups}
    found: dict[UUID, str] = {}
    for group in chart.groups:
        one, steps = group, 0
        while one.code not in codes and one.parent_id is not None:
            one, steps = parents[one.parent_id], steps + 1
            keep_promise(steps <= len(parents), "groups do not stand in a ring")
        found[group.id] = one.code if one.code in codes else _BY_NATURE[one.nature]
    return found


_BY_NATURE = {"asset": "current-assets", "liability": "current-liabilities", "income": "indirect-incomes", "expense": "indirect-expenses"}
