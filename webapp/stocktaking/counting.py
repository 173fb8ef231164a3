"""Stock counts: started, counted by several people at once, posted once or cancelled. Entries are added, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from webapp import catalogue, stock
from webapp.catalogue import CountedItem
from webapp.company import require_store
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.records import dataclass
from webapp.platform import audit
from webapp.platform.rows import insert_once
from webapp.platform.tenancy import Books
from webapp.stocktaking import count_queries, count_rules
from webapp.stocktaking.count_queries import CountRow, CountView
from webapp.stocktaking.count_rules import Entry, EntryRow, Start, VarianceLine
from webapp.stocktaking.models import StockCount, StockCountEnd, StockCountEntry, StockCountLine
from webapp.stocktaking.rules import Adjustment
from webapp.stocktaking.service import adjust_stock


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of an entry: it is written (`entry`), or something is still to be named of `item` ("batch" or "serial")."""

    entry: EntryRow | None = None
    item: CountedItem | None = None
    wants: str = ""


def start_count(books: Books, asked: Start) -> UUID:
    """Start a count of a store, a category or a bin: from now on what moves is no difference. Safe to repeat under one id.
    InvalidInput by field; the store is open, and one this member works in."""
    count_rules.require_start(asked)
    require_store(books, asked.store_id)
    if asked.scope == "category" and asked.scope_name not in catalogue.item_categories(books):
        raise InvalidInput({"category": "Choose one."})
    if asked.scope == "bin" and asked.scope_name not in stock.bins_in(books, asked.store_id):
        raise InvalidInput({"bin": "Choose a bin of this store."})
    row = {name: getattr(asked, name) for name in ("id", "name", "store_id", "scope", "scope_name", "basis")}
    row |= {"started_on": books.today, "started_at": books.now, "started_by": books.actor.name}
    if insert_once(books, StockCount, row):
        audit.record(
            books, "create", "stock_count", asked.id, new={name: str(row[name]) for name in ("name", "scope", "scope_name", "basis")}
        )
    return asked.id


def enter(books: Books, asked: Entry) -> Heard:
    """Write down one scan or one typed quantity. The same id again gives what was written first, so that an answer that was lost
    and asked for again counts once.

    A code that nobody knows, or that does not belong into this count, is kept for later. InvalidInput for a piece that was counted
    already, and for what no stock is kept of; Conflict when the count has ended.
    """
    view = _open_count(books, asked.count_id, seen=asked.id)
    if isinstance(view, EntryRow):
        return Heard(view)
    named = _named(books, view.row, asked)
    if named is None:
        if asked.settles is not None:
            raise InvalidInput({"code": f"{asked.code} is still unknown in this count."})
        return Heard(_write(books, asked, "unknown", code=asked.code[: count_rules.MOST_CODE]))
    item, one_is, serial, batch = named
    if not item.is_stocked:
        raise InvalidInput({"code": f"No stock is kept of {item.name}."})
    if item.tracking == "serial":
        if asked.qty is not None:
            raise InvalidInput({"qty": f"{item.name} is kept by serial number: scan each piece."})
        if not serial:
            return Heard(item=item, wants="serial")
        _require_new_piece(books, asked.count_id, item, serial)
        entry = _write(books, asked, "scan", item_id=item.id, serial=serial, qty=1000, code=asked.code)
    elif item.tracking == "batch" and not batch:
        return Heard(item=item, wants="batch")
    elif asked.qty is not None:
        entry = _write(books, asked, "set", item_id=item.id, batch=batch, qty=asked.qty, code=asked.code)
    else:
        entry = _write(books, asked, "scan", item_id=item.id, batch=batch, qty=one_is, code=asked.code)
    if asked.settles is not None:
        take_back(books, asked.count_id, asked.settles, new_id())
    return Heard(entry, item)


def take_back(books: Books, count_id: UUID, seq: int, entry_id: UUID) -> EntryRow:
    """Undo one entry: it stays, and another says that it does not count. Safe to repeat: once undone, it is undone."""
    view = _open_count(books, count_id, seen=entry_id)
    if isinstance(view, EntryRow):
        return view
    entries = {one.seq: one for one in count_queries.entries_of(books, count_id)}
    if (done := next((one for one in entries.values() if one.undoes == seq), None)) is not None:
        return done
    if seq not in entries or entries[seq].kind == "undo":
        raise NotFound("entry")
    return _write(books, Entry(entry_id, count_id, ""), "undo", undoes=seq)


def cancel_count(books: Books, count_id: UUID, reason: str) -> None:
    """End a count without posting anything. InvalidInput without a reason, Conflict when it has ended."""
    words = count_rules.clean_reason(reason)
    view = count_queries.count(books, count_id, to_change=True)
    _end(books, view, "cancelled", "", words, None)


def post_count(books: Books, count_id: UUID, *, uncounted: str, reason: str) -> UUID | None:
    """Bring stock to what was counted, by one adjustment, and keep the variance as it was found. What nobody counted is `left`, or
    posted as `nought`. Returns the adjustment's id; None when nothing differed.

    Once: Conflict the second time, of two at once too. InvalidInput without a reason or a choice; refused as `adjust_stock` is.
    """
    words = count_rules.clean_reason(reason)
    if uncounted not in count_rules.UNCOUNTED:
        raise InvalidInput({"uncounted": "Say what becomes of what nobody counted."})
    view = count_queries.count(books, count_id, to_change=True)
    count_rules.require_open(view.row.name, view.state)
    if count_queries.newest_seq(books, count_id) == 0:
        raise Conflict(problem=f"Nothing was counted in {view.row.name}.", fix="Count something first, or cancel the count.")
    lines, _items = count_queries.variance(books, view.row, uncounted=uncounted)
    changes = tuple(count_rules.changes(lines))
    adjustment_id = new_id() if changes else None
    if adjustment_id is not None:
        adjust_stock(books, Adjustment(adjustment_id, books.today, view.row.store_id, f"counted: {words}", changes))
    values = _values(books, adjustment_id)
    books.insert(StockCountLine, [_line_row(count_id, number, line, values) for number, line in enumerate(lines, start=1)])
    _end(books, view, "posted", uncounted, words, adjustment_id)
    return adjustment_id


def _open_count(books: Books, count_id: UUID, *, seen: UUID) -> CountView | EntryRow:
    """The count, held; or the entry that was written under this id before. Conflict when the count has ended, or the id was used
    in another."""
    view = count_queries.count(books, count_id, to_change=True)
    if earlier := count_queries.entry_by_id(books, seen):
        entry, its_count = earlier
        if its_count != count_id:
            raise Conflict(problem="This entry was made in another count.", fix="Open the count again and scan once more.")
        return entry
    count_rules.require_open(view.row.name, view.state)
    require_store(books, view.row.store_id)
    return view


def _named(books: Books, row: CountRow, asked: Entry) -> tuple[CountedItem, int, str, str] | None:
    """(item, what one scan of it is, piece, batch) that an entry names; None for what nobody knows or does not belong here."""
    batch = stock.batch_name(asked.batch) if asked.batch else ""
    context = catalogue.counted_items(books, ids=[asked.item_id]).get(asked.item_id) if asked.item_id else None
    found = catalogue.item_of_code(books, asked.code) or catalogue.item_of_label(books, asked.code)
    if found is None and not asked.code and context is not None:
        found = (context, 1000)
    serial = ""
    if found is None:
        serial = (stock.serial_names(asked.code) or ("",))[0]
        owners = stock.items_of_serials(books, [serial]) if serial else []
        owner = catalogue.counted_items(books, ids=owners) if len(owners) == 1 else {}
        meant = next(iter(owner.values()), None) or (context if context is not None and context.tracking == "serial" else None)
        if meant is not None:
            found = (meant, 1000)
        elif context is not None and asked.code.upper() in stock.facts_of(books, [context.id])[context.id]:
            found, batch, serial = (context, 1000), asked.code.upper(), ""
    if found is None or not count_queries.is_about(books, row, found[0]):
        return None
    item, one_is = found
    keeps_batch = item.tracking == "batch" and (context is None or context.id == item.id)
    return item, one_is, serial, batch if keeps_batch else ""


def _require_new_piece(books: Books, count_id: UUID, item: CountedItem, serial: str) -> None:
    entries = count_rules.standing(count_queries.entries_of_item(books, count_id, item.id))
    if any(one.serial == serial for one in entries):
        raise InvalidInput({"code": f"{serial} of {item.name} is counted already."})


def _write(books: Books, asked: Entry, kind: str, **values: Any) -> EntryRow:
    row = {"item_id": None, "batch": "", "serial": "", "qty": 0, "code": "", "undoes": None} | values
    row |= {"count_id": asked.count_id, "id": asked.id, "kind": kind, "seq": count_queries.newest_seq(books, asked.count_id) + 1}
    row |= {"entered_at": books.now, "entered_by": books.actor.name, "user_id": books.actor.user_id}
    books.insert(StockCountEntry, [row])
    return EntryRow(**{name: row[name] for name in EntryRow.__slots__})


def _values(books: Books, adjustment_id: UUID | None) -> dict[tuple[UUID, str], int]:
    """What an adjustment added to the value of each item and batch."""
    values: dict[tuple[UUID, str], int] = {}
    for one in stock.movements_of(books, adjustment_id) if adjustment_id else []:
        key = (one.key.item_id, one.key.batch)
        values[key] = values.get(key, 0) + one.value
    return values


def _line_row(count_id: UUID, number: int, line: VarianceLine, values: dict[tuple[UUID, str], int]) -> dict[str, Any]:
    shared: Sequence[str] = ("item_id", "batch", "expected_qty", "counted_qty", "difference_qty", "pieces")
    row = {name: getattr(line, name) for name in shared}
    return row | {"count_id": count_id, "line_no": number, "value_paise": values.get((line.item_id, line.batch), 0)}


def _end(books: Books, view: CountView, ended_as: str, uncounted: str, reason: str, adjustment_id: UUID | None) -> None:
    count_rules.require_open(view.row.name, view.state)
    row = {"count_id": view.row.id, "ended_as": ended_as, "uncounted": uncounted, "reason": reason, "adjustment_id": adjustment_id}
    books.insert(StockCountEnd, [row | {"ended_at": books.now, "ended_by": books.actor.name}])
    audit.record(books, ended_as, "stock_count", view.row.id, new={"name": view.row.name, "uncounted": uncounted, "reason": reason})
