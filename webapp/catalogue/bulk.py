"""One change of many items, or of what many customers buy by: looked at first, then made row by row. A row that cannot be changed
stops no other.

A run is kept with its items as they were chosen. It goes on where it stopped after a kill: `done` is committed with the rows it
counts. Each batch asks again whether whoever asked for it may still change items: his role now, not only the one he had then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from webapp.catalogue import bulk_rules, lists, price_lists, service
from webapp.catalogue.bulk_rules import AT_ONCE, GIVE_LIST, MOST_ITEMS, BulkChange, Outcome
from webapp.catalogue.events import BulkChangeRequested
from webapp.catalogue.lists import Filters
from webapp.catalogue.models import Item, ItemBulkRun
from webapp.catalogue.rules import ItemDraft
from webapp.catalogue.taxes import tax_classes
from webapp.company import next_catalogue_rev
from webapp.identity import actor_of_role, asker_now
from webapp.kernel.errors import BooksError, Forbidden, InvalidInput, NotFound
from webapp.kernel.ids import read_id
from webapp.parties import parties_by_id
from webapp.platform import audit, progress
from webapp.platform.outbox import announce
from webapp.platform.permissions import Permission
from webapp.platform.rows import insert_once
from webapp.platform.tenancy import Actor, Books, open_books, read_books

BATCH = 50
SHOWN = 50
WAITING, DONE = "waiting", "done"


class Previewed(NamedTuple):
    """A row of the preview."""

    name: str
    outcome: Outcome


class RunRow(NamedTuple):
    """A run as its page shows it: `refused` are names and words."""

    id: UUID
    action: str
    value: str
    state: str
    total: int
    done: int
    changed: int
    refused: list[list[str]]
    asked_by: str
    seconds_left: int | None


def chosen(books: Books, filters: Filters, ids: Sequence[UUID] | None) -> list[UUID]:
    """The items meant: those that are ticked, or (None) all that match the filters. InvalidInput for none, and beyond MOST_ITEMS."""
    found = list(dict.fromkeys(ids)) if ids is not None else lists.matching_ids(books, filters, MOST_ITEMS + 1)
    if not found:
        raise InvalidInput({"items": "Tick the items first."})
    if len(found) > MOST_ITEMS:
        raise InvalidInput({"items": f"These are more than {MOST_ITEMS:,} items. Narrow the filter."})
    return found


def preview(books: Books, asked: BulkChange, ids: Sequence[UUID]) -> tuple[BulkChange, list[Previewed]]:
    """The change as it would be kept, and what it would make of the first items. InvalidInput by field."""
    classes = _classes(books)
    asked = bulk_rules.checked(asked, classes)
    shown = [
        Previewed(item.name, bulk_rules.outcome(asked, draft, is_archived=item.archived_at is not None, classes=classes))
        for item, draft in drafts(books, ids[:SHOWN])
    ]
    return asked, shown


def start_run(books: Books, id: UUID, asked: BulkChange, ids: Sequence[UUID]) -> bool:  # noqa: A002 - the form's own id for it
    """Keep a run; the same `id` again is the run that stands. True when a job will make it, since it is too many to wait for."""
    return _start(books, id, bulk_rules.checked(asked, _classes(books)), ids, "item")


def start_giving(books: Books, id: UUID, list_id: UUID | None, ids: Sequence[UUID]) -> bool:  # noqa: A002 - as above
    """The same for customers: let them buy by a price list, or by none. InvalidInput for a list that is for everybody or put away."""
    require_giveable(books, list_id)
    return _start(books, id, BulkChange(GIVE_LIST, list_id.hex if list_id else ""), ids, "party")


def require_giveable(books: Books, list_id: UUID | None) -> None:
    """Refuse a list that is for everybody or put away. NotFound for one of another company."""
    if list_id is not None:
        found = price_lists.required_list(books, list_id)
        if found.is_for_all or found.archived_at is not None:
            raise InvalidInput({"price_list": "Choose a list for named customers that is in use."})


def _start(books: Books, id: UUID, asked: BulkChange, ids: Sequence[UUID], of: str) -> bool:  # noqa: A002 - as above
    _require_allowed(books.actor)
    row = {"id": id, "action": asked.action, "value": asked.value, "round_to": asked.round_to, "item_ids": [one.hex for one in ids]}
    asker = {"asked_by": books.actor.name, "user_id": books.actor.user_id, "role": books.actor.role_key, "asked_at": books.now}
    if not insert_once(books, ItemBulkRun, {**row, **asker, "state": WAITING, "done": 0, "changed": 0, "refused": []}):
        return False
    audit.record(books, "bulk-change", of, id, new={"action": asked.action, "value": asked.value, "items": len(ids)})
    if len(ids) <= AT_ONCE:
        return False
    announce(books, BulkChangeRequested(id))
    return True


def run_bulk_change(actor: Actor, run_id: UUID) -> None:
    """Make the changes of a run, batch by batch. Safe to repeat, also after a kill in its middle."""
    while _run_batch(actor, run_id):
        with read_books(actor) as books:
            row = bulk_run(books, run_id)
        progress.tell(row.done, row.total)


def bulk_run(books: Books, run_id: UUID) -> RunRow:
    """A run. NotFound when this company has none."""
    row = books.session.scalars(select(ItemBulkRun).where(ItemBulkRun.id == run_id)).first()
    if row is None:
        raise NotFound("run")
    left = progress.seconds_left(row.done, len(row.item_ids), row.asked_at, books.now)
    return RunRow(row.id, row.action, row.value, row.state, len(row.item_ids), row.done, row.changed, row.refused, row.asked_by, left)


def _run_batch(actor: Actor, run_id: UUID) -> bool:
    still_may = _still_may(actor, run_id)
    with open_books(actor) as books:
        # Two workers on one run take turns here, and the second reads how far the first has come.
        locked = select(ItemBulkRun).where(ItemBulkRun.id == run_id).with_for_update().execution_options(populate_existing=True)
        row = books.session.scalars(locked).first()
        if row is None or row.state == DONE:
            return False
        then = actor_of_role(books.session, books.company_id, row.role)
        asker = replace(then, user_id=row.user_id, name=row.asked_by, via=actor.via)
        asked = BulkChange(row.action, row.value, row.round_to)
        ids = [UUID(hex=one) for one in row.item_ids[row.done : row.done + BATCH]]
        refused = list(row.refused)
        known = _given(books, asked, ids) if asked.action == GIVE_LIST else _changes(books, asked, ids)
        for row_id in ids:
            try:
                with books.savepoint():
                    _require_allowed(asker)
                    if not still_may:
                        raise _taken_away(row.asked_by)
                    if row_id not in known:
                        raise NotFound("item" if asked.action != GIVE_LIST else "party")
                    row.changed += known[row_id].change()
            except BooksError as refusal:
                words = next(iter(refusal.errors.values())) if isinstance(refusal, InvalidInput) else refusal.problem
                refused.append([known[row_id].name if row_id in known else "", words])
        row.done += len(ids)
        row.refused = refused
        row.state = DONE if row.done >= len(row.item_ids) else WAITING
        books.session.flush()
        return row.state != DONE


def _still_may(actor: Actor, run_id: UUID) -> bool:
    """Whether who asked for the run may change items at this moment."""
    with read_books(actor) as books:
        query = select(ItemBulkRun.user_id, ItemBulkRun.asked_by).where(ItemBulkRun.id == run_id)
        row = books.session.execute(query).first()
    return row is not None and asker_now(actor, row.user_id, row.asked_by, Permission.ITEM_WRITE) is not None


def _taken_away(name: str) -> Forbidden:
    return Forbidden(problem=f"{name} may not change items any more.", fix="Ask the owner to do it.")


class _Row(NamedTuple):
    """One row of a run: its name, and what changes it; that returns how many were changed, 1 or 0."""

    name: str
    change: Callable[[], int]


def _changes(books: Books, asked: BulkChange, ids: Sequence[UUID]) -> dict[UUID, _Row]:
    next_catalogue_rev(books)  # before they are read: nobody changes one between this look and its own turn
    classes = _classes(books)
    return {item.id: _Row(item.name, partial(_change, books, asked, item, draft, classes)) for item, draft in drafts(books, ids)}


def _given(books: Books, asked: BulkChange, ids: Sequence[UUID]) -> dict[UUID, _Row]:
    list_id = read_id(asked.value)

    def give(party_id: UUID) -> int:
        require_giveable(books, list_id)
        return int(price_lists.give_list(books, party_id, list_id))

    return {party.id: _Row(party.name, partial(give, party.id)) for party in parties_by_id(books, ids).values()}


def _change(books: Books, asked: BulkChange, item: Item, draft: ItemDraft, classes: dict[UUID, str]) -> int:
    found = bulk_rules.outcome(asked, draft, is_archived=item.archived_at is not None, classes=classes)
    if found.before == found.after:
        return 0
    if found.draft is None:
        return (service.archive_items if asked.action == "archive" else service.restore_items)(books, [item.id])
    service.change_item(books, item.id, found.draft, item.version)
    return 1


def drafts(books: Books, ids: Sequence[UUID]) -> Iterator[tuple[Item, ItemDraft]]:
    """The items of these ids as they stand and as a form shows them, in this order; those that are not here are left out."""
    items = {item.id: item for item in books.session.scalars(select(Item).where(Item.id.in_(ids)))}
    found = service.drafts_of(books, list(items.values()))
    return ((items[id_], found[id_]) for id_ in ids if id_ in items)


def _classes(books: Books) -> dict[UUID, str]:
    return {row.id: row.name for row in tax_classes(books) if not row.archived}


def _require_allowed(actor: Actor) -> None:
    if not actor.may(Permission.ITEM_WRITE):
        raise Forbidden(problem="Your role does not allow this.", fix="Ask the owner to do it, or to change your role in Settings.")
