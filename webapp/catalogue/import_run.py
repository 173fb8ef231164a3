"""An import at work, and its undo: in batches, each its own transaction, so that bills go on between them.

`rows_done` is committed with the rows it counts. A worker that is killed loses at most the batch it was in; the next one
plans the same sheet again and goes on after `rows_done`, so that each row takes effect once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from webapp.catalogue import families, hooks, service
from webapp.catalogue.family_rules import MOST_ATTRIBUTES
from webapp.catalogue.import_known import known_taxes
from webapp.catalogue.import_plan import CHANGE, CREATE, REFUSE, SAME, Step, merged
from webapp.catalogue.import_rows import Parsed, TaxChoices
from webapp.catalogue.imports import DONE, FAILED, RUNNING, WAITING, import_row, plan_of, sheet_of
from webapp.catalogue.models import Item, ItemCode, ItemImport, ItemImportChange, ItemImportError, ItemSource
from webapp.catalogue.rules import ItemDraft, item_errors
from webapp.company import next_catalogue_rev
from webapp.kernel.errors import BooksError
from webapp.kernel.ids import new_id
from webapp.platform import audit, progress
from webapp.platform.tenancy import Actor, Books, open_books, read_books

BATCH = 500
MOST_REPLANS = 5  # others may take a barcode between the plan and the batch; then the plan is made anew


def run_import(actor: Actor, import_id: UUID) -> None:
    """Commit an import. Safe to repeat, also after a kill in its middle, and from two workers at once."""
    with open_books(actor) as books:
        row = import_row(books, import_id)
        if row.state not in {WAITING, RUNNING}:
            return
        row.state = RUNNING
        actor = replace(actor, name=row.created_by or actor.name)
    for left in range(MOST_REPLANS, -1, -1):
        try:
            _run_plan(actor, import_id)
            break
        except IntegrityError:
            if not left:
                raise
        except BooksError as refusal:
            _stop(actor, import_id, refusal)
            break


def _run_plan(actor: Actor, import_id: UUID) -> None:
    with read_books(actor) as books:
        row = import_row(books, import_id)
        sheet = sheet_of(books, row)
        plan, choices, cells = plan_of(books, row, sheet), known_taxes(books), dict(sheet.rows)
        attributes = _attributes(row.mapping, sheet.headings)
    while done := _write_batch(actor, import_id, plan, choices, cells, attributes):
        progress.tell(done, plan[-1].number)


def _stop(actor: Actor, import_id: UUID, refusal: BooksError) -> None:
    with open_books(actor) as books:
        row = import_row(books, import_id)
        row.state, row.error, row.finished_at = FAILED, f"{refusal.problem} {refusal.fix}", books.now


Cells = Mapping[int, tuple[str, ...]]


def _write_batch(actor: Actor, import_id: UUID, plan: Sequence[Step], choices: TaxChoices, cells: Cells, attributes: Sequence[str]) -> int:
    """Write the next batch; returns the row of the sheet it ends with, or 0 when there is none left and the import is done."""
    with open_books(actor) as books:
        # Two workers on one import take turns here, and the second reads how far the first has come.
        locked = select(ItemImport).where(ItemImport.id == import_id).with_for_update().execution_options(populate_existing=True)
        row = books.session.scalars(locked).one()
        if row.state != RUNNING:
            return 0
        steps = [step for step in plan if step.number > row.rows_done][:BATCH]
        if not steps:
            _finish(books, row)
            return 0
        # A batch that finds everything as it was takes no revision: tills have nothing to fetch.
        rev = next_catalogue_rev(books) if any(step.act in {CREATE, CHANGE} for step in steps) else 0
        counts = _Writer(books, row.id, rev, choices, attributes).write(steps, cells)
        row.rows_done = steps[-1].number
        row.rows_created += counts[CREATE]
        row.rows_changed += counts[CHANGE]
        row.rows_same += counts[SAME]
        row.rows_refused += counts[REFUSE]
        books.session.flush()
        return row.rows_done


def _attributes(mapping: Mapping[str, Any], headings: Sequence[str]) -> tuple[str, ...]:
    """What the attributes of a new family are called: as the sheet heads their columns."""
    named = [mapping.get(f"attribute_{place}") for place in range(1, MOST_ATTRIBUTES + 1)]
    return tuple(f"#{place}" if column is None else headings[column] for place, column in enumerate(named, start=1))


def _finish(books: Books, row: ItemImport) -> None:
    row.state, row.finished_at, row.error = DONE, books.now, ""
    counted = ("rows_created", "rows_changed", "rows_same", "rows_refused")
    audit.record(books, "import", "item_import", row.id, new={name: getattr(row, name) for name in counted})


class _Writer:
    """One batch. What it gathers is written table by table, so that a batch costs a few statements."""

    def __init__(self, books: Books, import_id: UUID, rev: int, choices: TaxChoices, attributes: Sequence[str]) -> None:
        self.books, self.import_id, self.rev, self.choices, self.attributes = books, import_id, rev, choices, attributes
        self.counts = dict.fromkeys((CREATE, CHANGE, SAME, REFUSE), 0)
        self.changes: list[dict[str, Any]] = []
        self.errors: list[dict[str, Any]] = []
        self.named: list[families.Named] = []

    def write(self, steps: Sequence[Step], cells: Cells) -> Mapping[str, int]:
        self.create([step for step in steps if step.act == CREATE])
        self.change([step for step in steps if step.act == CHANGE])
        self.counts[SAME] += sum(1 for step in steps if step.act == SAME)
        for step in steps:
            if step.act == REFUSE:
                self.refuse(step.number, step.errors)
        families.link_named(self.books, self.named, self.attributes, self.rev)
        for error in self.errors:
            error["cells"] = {"row": [cell[:500] for cell in cells.get(error["row_no"], ())]}
        self.books.insert(ItemImportChange, self.changes)
        self.books.insert(ItemImportError, self.errors)
        return self.counts

    def create(self, steps: Sequence[Step]) -> None:
        items: list[dict[str, Any]] = []
        codes: list[dict[str, Any]] = []
        sources: list[dict[str, Any]] = []
        openings: list[hooks.Opening] = []
        now = self.books.now
        stamped = {"rev": self.rev, "version": 1, "created_at": now, "updated_at": now, "archived_at": None, "import_id": self.import_id}
        for step in steps:
            draft, row, item_id = step.draft, step.row, new_id()
            if draft is None or row is None:
                continue
            items.append({"id": item_id, **stamped, **service.item_values(draft)})
            codes += service.code_rows(item_id, draft)
            sources.append(_source(row, item_id))
            self.name_family(row, item_id, draft)
            self.changes.append(self.note(step, item_id, None, is_created=True))
            audit.record(self.books, "create", "item", item_id, new=service.logged(draft))
            if draft.opening_qty:
                openings.append(hooks.Opening(item_id, draft.opening_qty, draft.opening_value_paise, self.books.today))
        self.books.insert(Item, items)
        self.books.insert(ItemCode, codes)
        self.books.insert(ItemSource, sources)
        hooks.take_openings(self.books, openings)
        self.counts[CREATE] += len(items)

    def change(self, steps: Sequence[Step]) -> None:
        if not steps:
            return
        ids = [step.item_id for step in steps]
        items = {item.id: item for item in self.books.session.scalars(select(Item).where(Item.id.in_(ids)))}
        drafts = service.drafts_of(self.books, list(items.values()))
        for step in steps:
            row, item = step.row, items.get(step.item_id) if step.item_id else None
            if row is None or item is None or step.draft is None:
                self.refuse(step.number, {"name": "The item was removed while the sheet was read. Import the row again."})
                continue
            before = drafts[item.id]
            after = merged(before, row, step.draft)
            errors = item_errors(after, self.choices.rate(after))
            if not errors and after.valuation != before.valuation:
                errors = hooks.valuation_refusal(self.books, item.id)
            if errors:
                self.refuse(step.number, errors)
                continue
            source = self.replace_source(row, item.id)
            self.name_family(row, item.id, after)
            if service.apply_change(self.books, item, before, after, self.rev):
                self.counts[CHANGE] += 1
            else:
                self.counts[SAME] += 1
            old, new = service.logged(before), service.logged(after)
            changed = [name for name in new if old[name] != new[name]]
            kept = {"old": {name: old[name] for name in changed}, "new": {name: new[name] for name in changed}, "source": source}
            self.changes.append(self.note(step, item.id, kept, is_created=False))

    def name_family(self, row: Parsed, item_id: UUID, draft: ItemDraft) -> None:
        """Note the family that the row names; it is joined when all items of the batch are written."""
        if row.variant_of:
            self.named.append(families.Named(item_id, row.variant_of.family, row.variant_of.values, draft))

    def replace_source(self, row: Parsed, item_id: UUID) -> list[str] | None:
        """Note which row the item is read from now; returns what was noted before."""
        mine = (ItemSource.key == row.key, ItemSource.item_id == item_id)
        held = self.books.session.execute(select(ItemSource.key, ItemSource.variant, ItemSource.row_sha256).where(*mine)).first()
        self.books.session.execute(delete(ItemSource).where(*mine))
        self.books.insert(ItemSource, [_source(row, item_id)])
        return list(held) if held else None

    def refuse(self, number: int, errors: Mapping[str, str]) -> None:
        self.counts[REFUSE] += 1
        self.errors.append({"import_id": self.import_id, "row_no": number, "errors": dict(errors)})

    def note(self, step: Step, item_id: UUID, before: dict[str, Any] | None, *, is_created: bool) -> dict[str, Any]:
        return {"import_id": self.import_id, "item_id": item_id, "row_no": step.number, "before": before, "is_created": is_created}


def _source(row: Parsed, item_id: UUID) -> dict[str, Any]:
    return {"key": row.key, "variant": row.variant, "item_id": item_id, "row_sha256": row.sha256}
