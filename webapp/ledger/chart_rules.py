"""What the chart of accounts decides without a database: names, numbers, bank details, where a group may stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Protocol
from uuid import UUID

from webapp.kernel.money import rupees
from webapp.kernel.records import dataclass
from webapp.kernel.schedule_iii import HEADS

MOST_NAME = 100
MOST_NOTES = 1000
MOST_DEPTH = 10
# Whose lines name a party: such an account is made as a customer or a supplier.
BY_PARTY = frozenset({"sundry-debtors", "sundry-creditors"})
BANKS = frozenset({"bank-accounts", "bank-od"})
DETAILS = ("number", "notes", "bank_name", "bank_branch", "bank_account", "ifsc", "schedule_head")
NATURES = {"asset": "an asset", "liability": "a liability", "income": "income", "expense": "an expense"}
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]{0,19}", re.ASCII)
# RBI: four letters of the bank, a nought, six characters of the branch.
_IFSC = re.compile(r"[A-Z]{4}0[A-Z0-9]{6}", re.ASCII)
_BANK_ACCOUNT = re.compile(r"[A-Za-z0-9]{4,34}", re.ASCII)


@dataclass(frozen=True, slots=True)
class GroupDraft:
    """A group as a form gives it."""

    name: str
    parent_id: UUID | None


@dataclass(frozen=True, slots=True)
class AccountDraft:
    """An account as a form gives it. Everything but name and group may stay empty."""

    name: str
    group_id: UUID | None
    number: str | None = None
    notes: str = ""
    bank_name: str = ""
    bank_branch: str = ""
    bank_account: str = ""
    ifsc: str = ""
    schedule_head: str = ""


def name_errors(name: str) -> dict[str, str]:
    """What is wrong with a name, by field."""
    if not name:
        return {"name": "Give it a name."}
    if len(name) > MOST_NAME:
        return {"name": f"The name has {len(name)} characters; at most {MOST_NAME} fit."}
    return {}


def detail_errors(draft: AccountDraft) -> dict[str, str]:
    """What is wrong with a number, a note or a bank's details, by field."""
    errors = {}
    if draft.number is not None and not _NUMBER.fullmatch(draft.number):
        errors["number"] = "A number has at most 20 plain letters, digits, points, dashes or slashes."
    if len(draft.notes) > MOST_NOTES:
        errors["notes"] = f"Use at most {MOST_NOTES} characters."
    for name in ("bank_name", "bank_branch"):
        if len(getattr(draft, name)) > MOST_NAME:
            errors[name] = f"Use at most {MOST_NAME} characters."
    if draft.bank_account and not _BANK_ACCOUNT.fullmatch(draft.bank_account):
        errors["bank_account"] = "A bank account's number has 4 to 34 digits and letters, without blanks."
    if draft.ifsc and not _IFSC.fullmatch(draft.ifsc):
        errors["ifsc"] = "An IFSC has four letters, a nought and six more signs, such as SBIN0001234."
    return errors


def head_errors(draft: AccountDraft, nature: str) -> dict[str, str]:
    """What is wrong with the head of Schedule III for an account of this nature: assets have other heads than expenses."""
    if not draft.schedule_head or draft.schedule_head in HEADS[nature]:
        return {}
    return {"schedule_head": f"Under this group it is {NATURES[nature]}. Choose a head of that part, or none."}


def sided(amount: int) -> str:
    """A signed balance in the words of the books: ₹1,180.00 Dr."""
    return f"{rupees(abs(amount))} {'Dr' if amount > 0 else 'Cr'}"


class Card(Protocol):
    """An account, as far as merging asks."""

    @property
    def name(self) -> str: ...
    @property
    def code(self) -> str | None: ...
    @property
    def nature(self) -> str: ...
    @property
    def wants_party(self) -> bool: ...
    @property
    def is_archived(self) -> bool: ...


def unfit_target(source: Card, target: Card) -> str:
    """Why `target` cannot take over what stands in `source`, or nothing."""
    if target.is_archived:
        return f"{target.name} is archived. Restore it first, or choose another."
    if target.wants_party:
        return f"{target.name} is kept by customer or supplier. Choose an account that is not."
    if target.code == "stock-in-hand":
        return "Stock-in-hand is always worth what stock is worth, so nothing can be merged into it."
    if target.nature != source.nature:
        return f"{source.name} is {NATURES[source.nature]}, {target.name} is {NATURES[target.nature]}. Choose one of the same nature."
    return ""


class Group(Protocol):
    """A group, as far as the tree asks."""

    @property
    def id(self) -> UUID: ...
    @property
    def name(self) -> str: ...
    @property
    def parent_id(self) -> UUID | None: ...


class Groups(Protocol):
    """A chart's groups."""

    @property
    def groups(self) -> Sequence[Group]: ...


class Tree:
    """The groups of a chart as a tree."""

    def __init__(self, chart: Groups) -> None:
        self._groups = {one.id: one for one in chart.groups}

    @cached_property
    def _beneath(self) -> dict[UUID | None, list[UUID]]:
        found: dict[UUID | None, list[UUID]] = {}
        for one in self._groups.values():
            found.setdefault(one.parent_id, []).append(one.id)
        return found

    def name_of(self, group_id: UUID | None) -> str:
        return self._groups[group_id].name if group_id in self._groups else ""

    def groups_beneath(self, group_id: UUID) -> set[UUID]:
        """The group itself and every group beneath it."""
        found, waiting = {group_id}, [group_id]
        while waiting:
            below = [one for one in self._beneath.get(waiting.pop(), []) if one not in found]
            found.update(below)
            waiting += below
        return found

    def depth_of(self, group_id: UUID) -> int:
        """How many groups stand above it."""
        depth, above = 0, self._groups[group_id].parent_id
        while above is not None and depth < len(self._groups):
            depth, above = depth + 1, self._groups[above].parent_id
        return depth

    def height_of(self, group_id: UUID) -> int:
        """How many levels stand beneath it."""
        own = self.depth_of(group_id)
        return max(self.depth_of(one) for one in self.groups_beneath(group_id)) - own

    def path_of(self, group_id: UUID) -> tuple[UUID, ...]:
        """The group and those above it, the primary one first."""
        path = [group_id]
        while (above := self._groups[path[-1]].parent_id) is not None and len(path) <= len(self._groups):
            path.append(above)
        return tuple(reversed(path))
