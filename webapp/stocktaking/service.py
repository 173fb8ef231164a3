"""Documents of the stock room: opening stock, adjustments, and revaluations when costs turn out otherwise.

Each writes both registers in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, select

from webapp import catalogue, ledger, stock
from webapp.company import default_store, is_locked, profile, require_backdate, require_open_period, store_series
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, Qty
from webapp.kernel.records import dataclass
from webapp.platform import audit
from webapp.platform.numbering import open_series, take_number
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books
from webapp.stock import Policy, Recorded, Unsettled
from webapp.stocktaking import rules
from webapp.stocktaking.models import StockAdjustment
from webapp.stocktaking.rules import Adjustment, Change

# An opening of a whole catalogue is written in documents of at most this many lines.
MOST_LINES = 2_000

_EARLIER = Lookup(select(StockAdjustment.number, StockAdjustment.fingerprint).where(StockAdjustment.id == bindparam("id")))


@dataclass(frozen=True, slots=True)
class _Document:
    """A stock document about to be written."""

    id: UUID
    kind: str
    day: date
    store_id: UUID
    reason: str
    fingerprint: str


def record_openings(books: Books, openings: Iterable[tuple[UUID, Qty, Paise, date]]) -> None:
    """What there was of items when their books began (item, quantity, what it cost altogether, day): Dr stock, Cr difference
    in opening balances. In the default store, in documents of many lines."""
    by_day: dict[date, list[Change]] = {}
    for item_id, qty, value, on in openings:
        if qty:
            by_day.setdefault(on, []).append(Change(item_id, qty, value))
    store_id = default_store(books) if by_day else None
    for day, changes in sorted(by_day.items()):
        for start in range(0, len(changes), MOST_LINES):
            if store_id is not None:
                _open(books, day, store_id, changes[start : start + MOST_LINES])


def adjust_stock(books: Books, asked: Adjustment) -> str:
    """Bring stock to what a count found, with its reason: Dr or Cr stock adjustment (wastage; the difference in opening
    balances). Returns the document's number.

    Safe to repeat under one id. NotFound for an item that is not there, InvalidInput for one without stock, or of which the
    batch or the pieces are not named; NotEnoughStock when more would go than there is and the company forbids it.
    """
    if earlier := _EARLIER.first(books, id=asked.id):
        print_ = rules.fingerprint(asked.kind, asked.adjusted_on, asked.store_id, asked.reason, asked.changes)
        rules.require_same(earlier.number, earlier.fingerprint, print_)
        return str(earlier.number)
    require_backdate(books, asked.adjusted_on, "stock_adjustment", asked.id)
    changes = _named(books, asked)
    policy = Policy.ALLOW if profile(books).allows_negative_stock else Policy.REFUSE
    print_ = rules.fingerprint(asked.kind, asked.adjusted_on, asked.store_id, asked.reason, asked.changes)
    document = _Document(asked.id, asked.kind, asked.adjusted_on, asked.store_id, asked.reason, print_)
    return _write(books, document, changes, counter_account=rules.COUNTER_ACCOUNTS[asked.kind], policy=policy)


def settle_costs(books: Books, recorded: Recorded) -> list[UUID]:
    """Put right every cost that a document changed after the fact. Call it with what `stock.record` or `stock.reverse`
    answered, once the document's own voucher is posted; for nearly every document there is nothing to do.

    A back-dated receipt or return changes the cost of each later issue, and so does a bill that says what received goods truly
    cost; a receipt into goods owed shows what those did. The differences are written as revaluation movements and one voucher for
    each day and store (today's, when the day's month is locked), in this transaction. Returns the revaluations' ids.
    """
    return revalue(books, recorded.unsettled)


def revalue(books: Books, unsettled: Sequence[Unsettled]) -> list[UUID]:
    """Replay each of `unsettled` and settle what differs, as `settle_costs`."""
    if not unsettled:
        return []
    corrections = stock.corrections(books, unsettled)
    # Day by day: some days of a locked month may be open for a while.
    locked = frozenset(day for day in {one.moved_on for one in corrections} if is_locked(books, day, "stock"))
    written = []
    for sheet, ones in rules.sheets(corrections, locked, books.today).items():
        reason = "Costs of goods, worked out again"
        document = _Document(new_id(), "revaluation", sheet.day, sheet.store_id, reason, "")
        number = _open_document(books, document, sum(one.amount for one in ones))
        stock.revalue(books, document_id=document.id, on=sheet.day, corrections=ones)
        _post(books, document, number, rules.amounts_by_code(ones))
        written.append(document.id)
    return written


def _require_goods(books: Books, asked: Adjustment) -> Mapping[UUID, catalogue.BillItem]:
    items = catalogue.items_for_bill(books, {change.item_id for change in asked.changes})
    for change in asked.changes:
        item = items.get(change.item_id)
        if item is None:
            raise NotFound("item")
        if not item.is_stocked:
            raise InvalidInput({"item_id": f"No stock is kept of {item.name}."})
    return items


def _named(books: Books, asked: Adjustment) -> list[Change]:
    """The changes with their batches as kept; a lot that comes in is written down. InvalidInput where it is not said which."""
    items, changes = _require_goods(books, asked), []
    for change in asked.changes:
        item, label = items[change.item_id], change.label
        if item.tracking == "batch":
            if label is None:
                raise InvalidInput({"batch": f"{item.name} is kept by batch: type which."})
            if change.qty > 0:
                label = replace(label, batch=stock.open_batch(books, change.item_id, label))
            elif (name := stock.batch_name(label.batch)) not in stock.facts_of(books, [change.item_id])[change.item_id]:
                raise InvalidInput({"batch": f"There is no batch {name} of {item.name}."})
            else:
                label = replace(label, batch=name)
        elif label is not None:
            raise InvalidInput({"batch": f"{item.name} is not kept by batch."})
        if len(change.serials) * 1000 != (abs(change.qty) if item.tracking == "serial" else 0):
            raise InvalidInput({"serials": f"{item.name}: type one serial number for each piece, and only where it is kept by them."})
        _require_pieces(books, asked.store_id, change)
        changes.append(replace(change, label=label))
    return changes


def _require_pieces(books: Books, store_id: UUID, change: Change) -> None:
    """InvalidInput for a piece that would go out and is not here, or come in and is here already."""
    if troubles := stock.troubles_of(books, change.item_id, change.serials, leaving=store_id if change.qty < 0 else None):
        raise InvalidInput({"serials": " ".join(f"{one.problem} {one.fix}" for one in troubles)})


def _open(books: Books, day: date, store_id: UUID, changes: Sequence[Change]) -> None:
    print_ = rules.fingerprint("opening", day, store_id, "", changes)
    document = _Document(new_id(), "opening", day, store_id, "Opening stock", print_)
    _write(books, document, changes, counter_account="opening-difference", policy=Policy.REFUSE)


def _write(books: Books, document: _Document, changes: Sequence[Change], *, counter_account: str, policy: Policy) -> str:
    if earlier := _EARLIER.first(books, id=document.id):
        rules.require_same(earlier.number, earlier.fingerprint, document.fingerprint)
        return str(earlier.number)
    require_open_period(books, document.day, "stock")
    recorded = stock.record(
        books,
        document_id=document.id,
        kind=document.kind,
        moved_on=document.day,
        slip=rules.stock_slip(document.store_id, changes),
        policy=policy,
    )
    value = sum(recorded.costs[number] * (1 if change.qty > 0 else -1) for number, change in enumerate(changes, start=1))
    number = _open_document(books, document, value)
    _post(books, document, number, {counter_account: value})
    settle_costs(books, recorded)
    return number


def _open_document(books: Books, document: _Document, value: int) -> str:
    """Take a number, write the document's row and log it. Adjustments of a store and year share one series, `26-SJ/000001`."""
    year = FinancialYear.of(document.day)
    prefix = store_series(books, document.store_id, year, "SJ")
    open_series(books, prefix, document_kind="stock_adjustment", year=year)
    number = str(take_number(books, prefix))
    row = {
        "id": document.id,
        "kind": "adjustment" if document.kind == "wastage" else document.kind,
        "number": number,
        "adjusted_on": document.day,
        "store_id": document.store_id,
        "reason": document.reason,
        "value_paise": value,
        "fingerprint": document.fingerprint,
        "created_at": books.now,
        "created_by": books.actor.name,
    }
    books.insert(StockAdjustment, [row])
    logged = {name: row[name] for name in ("kind", "number", "adjusted_on", "reason", "value_paise")}
    audit.record(books, "create", "stock_adjustment", document.id, new=logged)
    return number


def _post(books: Books, document: _Document, number: str, amounts: dict[str, int]) -> None:
    """Post what a document adds to the value of stock, by the code of the account that bears it."""
    heads = ledger.heads(books)
    slip = rules.value_slip({heads[code]: amount for code, amount in amounts.items()}, heads["stock-in-hand"])
    if slip is not None:
        heading = ledger.Heading("stock", number, document.day, document.store_id, "stock_adjustment", document.id, document.reason)
        ledger.post(books, voucher_id=document.id, heading=heading, slip=slip)
