"""The verbs of stock journals: post, cancel. Each writes both registers in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from webapp import catalogue, ledger, stock
from webapp.assembly import queries, rules
from webapp.assembly.accounts import cost_accounts
from webapp.assembly.events import JournalCancelled, JournalPosted
from webapp.assembly.models import StockJournalCancellation
from webapp.assembly.rules import Goods, Journal, MakeLine
from webapp.assembly.writing import DOCUMENT, Written, write
from webapp.catalogue import BillItem
from webapp.company import require_backdate, require_store
from webapp.kernel.errors import BooksError, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import plain_decimal
from webapp.kernel.movement import BatchFacts, Movement
from webapp.kernel.text import clean_text
from webapp.platform import audit
from webapp.platform.outbox import announce
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_one
from webapp.stock import Leave, Made, NotEnoughStock, Want
from webapp.stocktaking import settle_costs


def post(books: Books, asked: Journal) -> str:
    """Use goods up and make others. Returns the number. Safe to repeat under one id.

    InvalidInput by field (`used_qty_2` of the second line used), also for what is not there, with the figures; NotFound,
    StoreClosed, NotYourStore, MadeOfNothing, and for batches and pieces what `stock.pick` refuses.
    """
    write_one(books, asked.id)
    if earlier := queries.row_or_none(books, asked.id):
        rules.require_same(earlier.number, earlier.body_sha256, asked.body_sha256)
        return earlier.number
    rules.require_journal(asked, books.today)
    require_backdate(books, asked.made_on, "stock_journal", asked.id)
    require_store(books, asked.store_id)
    items = _items(books, asked)
    names = _accounts(books, asked)
    weights = rules.weights(asked, {id_: item.price_millipaise for id_, item in items.items()})
    try:
        used = _used(books, asked, items)
        made = _made(books, asked, items, weights, len(used))
        _require_moved(used, made, items)
        recorded = stock.make(
            books,
            document_id=asked.id,
            moved_on=asked.made_on,
            store_id=asked.store_id,
            used=used,
            made=made,
            added=sum(one.amount for one in asked.costs),
        )
    except NotEnoughStock as refusal:
        raise _short(refusal, asked, items) from refusal
    number = write(books, asked, Written(items, used, made, recorded, names))
    settle_costs(books, recorded)
    announce(books, JournalPosted(journal_id=asked.id, number=number))
    return number


def cancel(books: Books, journal_id: UUID, reason: str) -> None:
    """Take a journal back: the opposite of what was written, today. What it made must still be there. A second time changes
    nothing."""
    found = queries.journal(books, journal_id, to_change=True)
    if found.cancellation is not None:
        return
    row, reason = found.row, clean_text(reason)
    if not 3 <= len(reason) <= rules.MOST_TEXT:
        raise InvalidInput({"reason": f"Say in a few words why it is taken back, in at most {rules.MOST_TEXT} characters."})
    reversal_id = new_id()
    stock.hold(books, {line.item_id for line in found.lines}, row.store_id)
    try:
        recorded = stock.reverse(books, document_id=row.id, reversal_id=reversal_id, on=books.today, kind="assembly_cancel")
    except NotEnoughStock as refusal:
        names = {line.item_id: line.name for line in found.lines}
        raise rules.JournalRefused(
            problem=f"What {row.number} made is no longer there. {_figures(refusal, names)}",
            fix="Bring it back first (a return, an adjustment), or take it apart with a new journal.",
        ) from refusal
    if row.used_paise or row.costs_paise:
        ledger.reverse(books, voucher_id=row.id, reversal_id=reversal_id, on=books.today, reason=reason)
    settle_costs(books, recorded)
    kept = {"journal_id": row.id, "reversal_id": reversal_id, "cancelled_on": books.today, "reason": reason}
    books.insert(StockJournalCancellation, [{**kept, "cancelled_by": books.actor.name, "created_at": books.now}])
    audit.record(books, "cancel", DOCUMENT, row.id, new={"number": row.number, "reason": reason})
    announce(books, JournalCancelled(journal_id=row.id, number=row.number))


def _items(books: Books, asked: Journal) -> Mapping[UUID, BillItem]:
    goods: list[tuple[str, Goods]] = [("used", asked.used), ("made", asked.made), ("by", asked.by_products)]
    items = catalogue.items_for_bill(books, {line.item_id for _field, lines in goods for line in lines}, asked.made_on)
    for field, lines in goods:
        for number, line in enumerate(lines, 1):
            if line.item_id not in items:
                raise NotFound("item")
            if not items[line.item_id].is_stocked:
                raise InvalidInput({f"{field}_what_{number}": f"No stock is kept of {items[line.item_id].name}."})
    return items


def _accounts(books: Books, asked: Journal) -> Mapping[UUID, str]:
    if not asked.costs:
        return {}
    known = {row.id: row.name for row in cost_accounts(books)}
    for number, cost in enumerate(asked.costs, 1):
        if cost.account_id not in known:
            raise InvalidInput({f"cost_account_{number}": "Choose an account from the list."})
    return known


def _used(books: Books, asked: Journal, items: Mapping[UUID, BillItem]) -> list[Movement]:
    """The movements that take the goods out. What a till keeps for the customer who stands there is not used."""
    stock.hold(books, set(items), asked.store_id)
    wanted = [(line.item_id, line.qty) for line in asked.used]
    stock.require_free(books, document_id=asked.id, store_id=asked.store_id, wanted=wanted)
    wants = []
    for number, line in enumerate(asked.used, 1):
        with _beside(f"used_{{}}_{number}"):
            wants.append(Want(number, line.item_id, line.qty, stock.batch_name(line.batch) if line.batch else "", line.serials))
    # What has expired may be used up: to take it apart, or to turn it into something else.
    leave = Leave(asked.made_on, may_take_expired=True)
    moves = stock.pick(books, store_id=asked.store_id, wants=wants, items=items, leave=leave).movements
    return [replace(one, line_no=number, of_line=None) for number, one in enumerate(moves, 1)]


def _made(books: Books, asked: Journal, items: Mapping[UUID, BillItem], weights: Sequence[int], after: int) -> list[Made]:
    """What comes in, numbered after what goes out; a new lot's label is written down."""
    found = []
    goods = [("made", n, line, weights[n - 1]) for n, line in enumerate(asked.made, 1)]
    goods += [("by", n, line, 0) for n, line in enumerate(asked.by_products, 1)]
    for number, (field, n, line, weight) in enumerate(goods, after + 1):
        item = items[line.item_id]
        batch = _batch(books, item, line, f"{field}_{{}}_{n}")
        value = line.value if field == "by" else None
        found.append(Made(number, line.item_id, line.qty, batch, line.serials, weight, value))
    return found


def _batch(books: Books, item: BillItem, line: MakeLine, field: str) -> str:
    if len(line.serials) * 1000 != (line.qty if item.tracking == "serial" else 0):
        words = f"{item.name}: type one serial number for each piece, and only where it is kept by them."
        raise InvalidInput({field.format("serials"): words})
    if item.tracking != "batch":
        if line.batch:
            raise InvalidInput({field.format("batch"): f"{item.name} is not kept by batch. Leave the batch empty."})
        return ""
    if not line.batch:
        raise InvalidInput({field.format("batch"): f"{item.name} is kept by batch: type the batch on its label."})
    with _beside(field):
        return stock.open_batch(books, item.id, BatchFacts(line.batch, line.expires_on))


def _require_moved(used: Sequence[Movement], made: Sequence[Made], items: Mapping[UUID, BillItem]) -> None:
    gone = {(one.item_id, one.batch) for one in used}
    pieces = {(one.item_id, name) for one in used for name in one.serials}
    for one in made:
        if both := [name for name in one.serials if (one.item_id, name) in pieces]:
            name = f"{items[one.item_id].name} {both[0]}"
            raise rules.JournalRefused(
                problem=f"{name} would be used and made at once.",
                fix="Leave the piece on one side only, or give what is made a number of its own.",
            )
        if (one.item_id, one.batch) in gone and not one.serials:
            name = items[one.item_id].name
            raise rules.JournalRefused(
                problem=f"{name} would be used and made at once.", fix="Leave it on one side only, or name another batch on the other."
            )


class _beside:  # noqa: N801 - it reads as a word in a with statement
    """Puts the fields of an InvalidInput beside those of the sheet: `batch` becomes `used_batch_2`."""

    def __init__(self, field: str) -> None:
        self.field = field

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: Any, error: BaseException | None, _trace: Any) -> None:
        if isinstance(error, InvalidInput):
            named = {"expires_on": "expires"}
            raise InvalidInput({self.field.format(named.get(name, name)): words for name, words in error.errors.items()}) from None


def _short(refusal: NotEnoughStock, asked: Journal, items: Mapping[UUID, BillItem]) -> BooksError:
    """What is not there, beside the line that wants it first."""
    lines = {line.item_id: number for number, line in reversed(list(enumerate(asked.used, 1)))}
    errors = {}
    for one in refusal.shortages:
        item = items[one.item_id]
        there, wanted = (f"{plain_decimal(qty, 3)} {item.unit}" for qty in (one.free, one.wanted))
        short = f"{plain_decimal(one.wanted - one.free, 3)} {item.unit}"
        errors[f"used_qty_{lines[one.item_id]}"] = f"{item.name}: {there} are there, {wanted} are wanted: {short} short."
    return InvalidInput(errors)


def _figures(refusal: NotEnoughStock, names: Mapping[UUID, str]) -> str:
    said = (f"{names[one.item_id]}: {plain_decimal(one.on_hand, 3)} of {plain_decimal(one.wanted, 3)}" for one in refusal.shortages)
    return "; ".join(said) + "."
