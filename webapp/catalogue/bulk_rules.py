"""One change of many items: what it may be, and what it makes of an item. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from webapp.catalogue.rules import MOST_SHORT, ItemDraft
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import read_id
from webapp.kernel.money import MilliPaise, read_basis_points, rounded
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text

ACTIONS = ("price", "category", "brand", "tax_class", "archive", "restore")
GIVE_LIST = "price_list"  # of customers, not of items: its value is the list's id, "" for none
MOST_ITEMS = 20_000
AT_ONCE = 100  # more are changed by a job
WHOLE = 10_000  # 100 % in basis points
DEEPEST_BP, HIGHEST_BP = -9_000, 50_000
ROUND_TO = {"1": 1_000, "50": 50_000, "100": 100_000}  # paise as typed → thousandths of a paisa


@dataclass(frozen=True, slots=True)
class BulkChange:
    """What is asked: an action of ACTIONS, its value as text (kept as it is), and for prices what they are rounded to."""

    action: str
    value: str = ""
    round_to: str = "1"


class Outcome(NamedTuple):
    """What a change makes of an item: the draft it becomes (None: it is archived or put back), and words before and after."""

    draft: ItemDraft | None
    before: str
    after: str


def checked(asked: BulkChange, classes: Mapping[UUID, str]) -> BulkChange:
    """The change as it is kept. InvalidInput by field for an action or a value that cannot be."""
    value = clean_text(asked.value)
    if asked.action not in ACTIONS:
        raise InvalidInput({"change": "Choose what to do."})
    if asked.action in {"category", "brand"} and len(value) > MOST_SHORT:
        raise InvalidInput({"value": f"At most {MOST_SHORT} signs fit on a bill."})
    if asked.action == "tax_class" and read_id(value) not in classes:
        raise InvalidInput({"tax_class": "Choose the tax class from the list."})
    if asked.action == "price":
        percent_bp(value)
        if asked.round_to not in ROUND_TO:
            raise InvalidInput({"round_to": "Choose what prices are rounded to."})
    return BulkChange(asked.action, value, asked.round_to)


def percent_bp(text: str) -> int:
    """By how much prices move, in basis points: 5, +2.5, -10 %. InvalidInput beyond −90 % and +500 %, and for nought."""
    typed = text.strip().replace("−", "-")
    sign = -1 if typed.startswith("-") else 1
    try:
        found = sign * read_basis_points(typed[1:] if typed[:1] in {"-", "+"} else typed)
    except ValueError as error:
        raise InvalidInput({"value": str(error)}) from None
    if found * sign <= 0 or not DEEPEST_BP <= found <= HIGHEST_BP:
        raise InvalidInput({"value": "Type by how many percent prices move: more than 0, at most 500 up or 90 down, such as 5 or -10."})
    return found


def moved(price: MilliPaise, by_bp: int, round_to: str) -> MilliPaise:
    """A price moved by a percentage and rounded, never to nought when it was not."""
    step = ROUND_TO[round_to]
    found = rounded(rounded(price * (WHOLE + by_bp), WHOLE), step) * step
    return MilliPaise(found or (step if price else 0))


def outcome(asked: BulkChange, draft: ItemDraft, *, is_archived: bool, classes: Mapping[UUID, str]) -> Outcome:
    """What the change makes of one item. Before and after are alike where there is nothing to do. InvalidInput for a tax class that is
    not among `classes`."""
    if asked.action in {"archive", "restore"}:
        states = ("in use", "archived")
        return Outcome(None, states[is_archived], states[asked.action == "archive"])
    if asked.action == "price":
        price = moved(draft.price_millipaise, percent_bp(asked.value), asked.round_to)
        return Outcome(replace(draft, price_millipaise=price), _rupees(draft.price_millipaise), _rupees(price))
    if asked.action == "tax_class":
        chosen = UUID(asked.value)
        if chosen not in classes:  # put away since it was asked for
            raise InvalidInput({"tax_class": "Choose the tax class from the list."})
        return Outcome(replace(draft, tax_class_id=chosen), classes.get(draft.tax_class_id, ""), classes[chosen])
    if asked.action == "category":
        return Outcome(replace(draft, category=asked.value), draft.category, asked.value)
    return Outcome(replace(draft, brand=asked.value), draft.brand, asked.value)


def _rupees(price: MilliPaise) -> str:
    whole, rest = divmod(price, 100_000)
    return f"₹{whole}.{rest:05d}".rstrip("0") if rest % 1_000 else f"₹{whole}.{rest // 1_000:02d}"
