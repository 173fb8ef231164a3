"""What a whole sheet will do to the catalogue, decided before anything is written. Pure, so that a worker that goes on
after a crash decides the same again.

Which item a row means: the one with its SKU; else with its barcode; else with its name, brand and category. Names that a
sheet repeats with other prices are told apart by price; one price that moved, on one item so called, is a new price.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import field, fields, replace
from typing import NamedTuple
from uuid import UUID

from webapp.catalogue.family_rules import padded
from webapp.catalogue.import_rows import Options, Parsed, Refused, TaxChoices
from webapp.catalogue.rules import MOST_NAME, ItemDraft, item_errors
from webapp.kernel.money import plain_decimal
from webapp.kernel.records import dataclass
from webapp.kernel.text import folded

CREATE, CHANGE, SAME, REFUSE = "create", "change", "same", "refuse"


@dataclass(frozen=True, slots=True)
class Known:
    """The catalogue as the plan sees it. Names, brands and SKUs in small letters."""

    sources: Mapping[str, Mapping[str, tuple[UUID, str]]]  # key → variant → item, sha256 of its row
    by_sku: Mapping[str, UUID]
    by_code: Mapping[str, UUID]
    by_name: Mapping[tuple[str, str], Sequence[UUID]]  # name and brand → items in use, but those of made_here
    names_in_use: Mapping[str, frozenset[UUID]]
    names: Mapping[UUID, str]
    variants: Mapping[tuple[str, tuple[str, ...]], UUID] = field(default_factory=dict)  # family and values, folded → the item
    made_here: frozenset[UUID] = frozenset()  # by this same import, before its worker was stopped


class Step(NamedTuple):
    """What one row does. A "change" may turn out to change nothing when the item is looked at."""

    number: int
    act: str
    row: Parsed | None = None
    item_id: UUID | None = None
    draft: ItemDraft | None = None
    errors: Mapping[str, str] = {}


def make_plan(rows: Iterable[Parsed | Refused], known: Known, options: Options, choices: TaxChoices) -> list[Step]:
    """One step for each row of the sheet, in its order."""
    return _Planner(list(rows), known, options, choices).steps()


def merged(current: ItemDraft, row: Parsed, draft: ItemDraft) -> ItemDraft:
    """The item as it is, with what the sheet says of it. A column that the sheet has not, or left empty, changes nothing;
    nor does the name when it is what the item was found by."""
    said = {_DRAFT_FIELDS.get(name, name) for name in row.mapped} & {field.name for field in fields(ItemDraft)}
    if "price_millipaise" in said or ("mrp_paise" in said and current.price_millipaise != draft.price_millipaise):
        said |= {"price_millipaise", "price_includes_tax"}
    if row.key.startswith("name:"):
        said.discard("name")
    said -= {"opening_qty", "opening_value_paise"}
    changes = {name: getattr(draft, name) for name in said}
    if "codes" in changes:  # codes are added; one that a sheet does not list stays on the packs in the shop
        changes["codes"] = tuple(sorted({*current.codes, *draft.codes}))
    return replace(current, **changes)


_DRAFT_FIELDS = {"price": "price_millipaise", "mrp": "mrp_paise", "tax": "tax_class_id", "reorder_level": "reorder_level_qty"}


class _Planner:
    def __init__(self, rows: Sequence[Parsed | Refused], known: Known, options: Options, choices: TaxChoices) -> None:
        self.rows, self.known, self.options, self.choices = rows, known, options, choices
        self.firsts: dict[tuple[str, str], Parsed] = {}
        self.variants: dict[str, list[str]] = {}
        for row in rows:
            if isinstance(row, Parsed) and (row.key, row.variant) not in self.firsts:
                self.firsts[row.key, row.variant] = row
                self.variants.setdefault(row.key, []).append(row.variant)
        self.items_with_sku = set(known.by_sku.values())
        self.owners = {identity: self.item_of(row) for identity, row in self.firsts.items()}
        claimed = {item_id for item_id in self.owners.values() if item_id}
        for identity, row in self.firsts.items():
            if self.owners[identity] is None and not row.draft.sku and not row.draft.codes:
                self.owners[identity] = self.item_called(row, claimed)
        self.item_rows: dict[UUID, tuple[str, str]] = {}  # item → who in the sheet means it first
        self.code_rows: dict[str, tuple[str, str]] = {}  # barcode → who in the sheet has it first
        self.variant_rows: dict[tuple[str, tuple[str, ...]], tuple[str, str]] = {}  # the same for the variants of a family

    def steps(self) -> list[Step]:
        labels = self.labels()
        return [self.step(row, labels) for row in self.rows]

    def step(self, row: Parsed | Refused, labels: Mapping[tuple[str, str], str]) -> Step:
        if isinstance(row, Refused):
            return Step(row.number, REFUSE, errors=row.errors)
        identity = (row.key, row.variant)
        first, item_id = self.firsts[identity], self.owners[identity]
        if first is not row:
            return self.repeated(row, first)
        if not self.options.splits_repeats and self.variants[row.key][0] != row.variant:
            earlier = self.firsts[row.key, self.variants[row.key][0]].number
            return _refused(row, name=f"Row {earlier} has this name already, with another price.")
        if item_id is not None and self.item_rows.setdefault(item_id, identity) != identity:
            return _refused(row, name=f"Row {self.firsts[self.item_rows[item_id]].number} is this item already.")
        if item_id is not None and self.known.sources.get(row.key, {}).get(row.variant) == (item_id, row.sha256):
            return Step(row.number, SAME, row, item_id)
        draft = row.draft if item_id else replace(row.draft, name=labels[identity])
        errors = item_errors(draft, self.choices.rate(draft))
        if "codes" not in errors and (words := self.code_taken(draft, identity, item_id)):
            errors["codes"] = words
        if words := self.variant_taken(row, identity, item_id):
            errors["family"] = words
        if errors:
            return Step(row.number, REFUSE, row, errors=errors)
        return Step(row.number, CHANGE if item_id else CREATE, row, item_id, draft)

    def repeated(self, row: Parsed, first: Parsed) -> Step:
        if row.sha256 == first.sha256:
            return Step(row.number, SAME, row)
        if row.draft.sku:
            return _refused(row, sku=f"Row {first.number} has this SKU already, with other details.")
        if row.draft.codes:
            return _refused(row, codes=f"Row {first.number} has this barcode already, with other details.")
        return _refused(row, name=f"Row {first.number} has this item already, with other details.")

    def code_taken(self, draft: ItemDraft, identity: tuple[str, str], item_id: UUID | None) -> str | None:
        for code in draft.codes:
            owner = self.known.by_code.get(code)
            if owner is not None and owner != item_id:
                return f"The barcode {code} belongs to {self.known.names[owner]}."
            if self.code_rows.setdefault(code, identity) != identity:
                return f"The barcode {code} stands in row {self.firsts[self.code_rows[code]].number} already."
        return None

    def variant_taken(self, row: Parsed, identity: tuple[str, str], item_id: UUID | None) -> str | None:
        if row.variant_of is None:
            return None
        key = (folded(row.variant_of.family), tuple(value.casefold() for value in padded(row.variant_of.values)))
        owner = self.known.variants.get(key)
        if owner is not None and owner != item_id:
            return f"This one of its family is {self.known.names[owner]} already."
        if self.variant_rows.setdefault(key, identity) != identity:
            return f"This one of its family stands in row {self.firsts[self.variant_rows[key]].number} already."
        return None

    # Which item a row means -------------------------------------------------------------------------------------------

    def item_of(self, row: Parsed) -> UUID | None:
        held, draft = self.known.sources.get(row.key, {}), row.draft
        imported = held[row.variant][0] if row.variant in held else None
        by_code = self.known.by_code.get(draft.codes[0]) if draft.codes else None
        if draft.sku:
            # An item known by its barcode that has had no SKU so far takes this one.
            return self.known.by_sku.get(draft.sku.casefold()) or imported or (by_code if by_code not in self.items_with_sku else None)
        if draft.codes:
            return by_code or imported
        return imported

    def item_called(self, row: Parsed, claimed: Set[UUID]) -> UUID | None:
        """The one item so called whose price has moved, or that another sheet or a person made; None when it cannot be told."""
        held = self.known.sources.get(row.key, {})
        new = [variant for variant in self.variants[row.key] if variant not in held or held[variant][0] in self.known.made_here]
        if len(new) != 1:
            return None
        left = [item_id for variant, (item_id, _sha) in held.items() if variant not in self.variants[row.key]]
        if not held:
            left = [*self.known.by_name.get((row.draft.name.casefold(), row.draft.brand.casefold()), ())]
        return left[0] if len(left) == 1 and left[0] not in claimed else None

    # What new items are called ----------------------------------------------------------------------------------------

    def labels(self) -> dict[tuple[str, str], str]:
        """The name each item is given: the sheet's own where one item has it; else with what tells it from the others."""
        called: dict[str, list[tuple[str, str]]] = {}
        for identity, row in self.firsts.items():
            called.setdefault(row.draft.name.casefold(), []).append(identity)
        mine = {item_id for item_id in self.owners.values() if item_id}
        labels: dict[tuple[str, str], str] = {}
        for name, identities in called.items():
            is_taken = bool(self.known.names_in_use.get(name, frozenset()) - mine)
            labels.update(_told_apart([(identity, self.firsts[identity].draft) for identity in identities], is_taken=is_taken))
        return labels


def _told_apart(drafts: Sequence[tuple[tuple[str, str], ItemDraft]], *, is_taken: bool) -> dict[tuple[str, str], str]:
    if len(drafts) == 1 and not is_taken:
        return {drafts[0][0]: drafts[0][1].name}
    for most in range(1, 6):
        marks = {identity: ", ".join(mark for mark in _marks(draft)[:most] if mark) for identity, draft in drafts}
        if len({mark.casefold() for mark in marks.values()}) == len(drafts) and all(marks.values()):
            break
    return {identity: _with_mark(draft.name, marks[identity]) for identity, draft in drafts}


def _marks(draft: ItemDraft) -> tuple[str, ...]:
    mrp = "" if draft.mrp_paise is None else f"MRP ₹{plain_decimal(draft.mrp_paise, 2)}"
    return (draft.brand, f"₹{plain_decimal(draft.price_millipaise, 5)}", draft.category, mrp, draft.unit)


def _with_mark(name: str, mark: str) -> str:
    if not mark:
        return name
    ending = f" ({mark})"
    return name[: max(MOST_NAME - len(ending), 0)].rstrip() + ending if len(name) <= MOST_NAME else name


def _refused(row: Parsed, **errors: str) -> Step:
    return Step(row.number, REFUSE, row, errors=errors)
