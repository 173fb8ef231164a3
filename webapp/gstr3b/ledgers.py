"""The electronic cash, credit and liability ledgers of a registration, kept as the portal keeps them: what came, what was used, by head."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from webapp import gst_returns
from webapp.gst_returns import FilingRow, ReturnPeriod
from webapp.gstr3b.models import GstLedgerEntry, GstSettlement
from webapp.gstr3b.setting_off import HEADS, Settlement
from webapp.input_tax import Tax
from webapp.kernel.errors import Conflict, InvalidInput
from webapp.kernel.ids import new_id
from webapp.kernel.places import Cursor
from webapp.kernel.records import dataclass
from webapp.platform import audit
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone, write_one

FORM = "gstr3b"
CASH, CREDIT, LIABILITY = BOOKS_KEPT = ("cash", "credit", "liability")
TAX, REVERSE, INTEREST, FEE = MINORS = ("tax", "reverse", "interest", "fee")
CASH_MINORS = (TAX, INTEREST, FEE)  # reverse charge is paid from the tax of the cash ledger
PAGE = 50
NOTHING = Tax()


class Entry(NamedTuple):
    """A line of a ledger, with the balance after it where a running list was asked for."""

    id: UUID
    day: date
    head: str
    minor: str
    amount: int
    cause: str
    cause_id: UUID
    is_undone: bool
    reference: str
    balance: int

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.day, self.id)


def balances(books: Books, gstin: str, book: str, upto: date | None = None) -> dict[str, Tax]:
    """Minor head → what stands in each head of a ledger; at the end of a day where one is named."""
    query = select(GstLedgerEntry.minor, GstLedgerEntry.head, func.sum(GstLedgerEntry.amount_paise))
    query = query.where(GstLedgerEntry.gstin == gstin, GstLedgerEntry.book == book)
    if upto is not None:
        query = query.where(GstLedgerEntry.day <= upto)
    sums: dict[str, dict[str, int]] = {}
    for minor, head, amount in books.session.execute(query.group_by(GstLedgerEntry.minor, GstLedgerEntry.head)):
        sums.setdefault(minor, {})[head] = int(amount)
    return {minor: Tax(**found) for minor, found in sums.items()}


def credit_balance(books: Books, gstin: str) -> Tax:
    """What credit there is to use."""
    return balances(books, gstin, CREDIT).get(TAX, NOTHING)


def carried(books: Books, gstin: str, minor: str = TAX) -> Tax:
    """By how much the tax of earlier returns (or that under reverse charge) is below nought: it is taken off the next."""
    return balances(books, gstin, LIABILITY).get(minor, NOTHING).below_nought()


def least(books: Books, gstin: str, first: date, last: date, *, book: str = CASH, minor: str = TAX) -> Tax:
    """The least that stood in each head of a ledger, at the end of any day from one to another."""
    query = select(GstLedgerEntry.day, GstLedgerEntry.head, func.sum(GstLedgerEntry.amount_paise)).where(
        GstLedgerEntry.gstin == gstin, GstLedgerEntry.book == book, GstLedgerEntry.minor == minor, GstLedgerEntry.day <= last
    )
    running, least = dict.fromkeys(HEADS, 0), dict.fromkeys(HEADS, 0)
    rows = books.session.execute(query.group_by(GstLedgerEntry.day, GstLedgerEntry.head).order_by(GstLedgerEntry.day)).all()
    for day, head, amount in rows:
        if day <= first:
            running[head] += int(amount)
    least = dict(running)
    by_day: dict[date, list[tuple[str, int]]] = {}
    for day, head, amount in rows:
        if day > first:
            by_day.setdefault(day, []).append((head, int(amount)))
    for moved in by_day.values():
        for head, amount in moved:
            running[head] += amount
        least = {head: min(least[head], running[head]) for head in HEADS}
    return Tax(**least)


def entries(books: Books, gstin: str, book: str, *, head: str = "", older_than: Cursor | None = None, most: int = PAGE) -> list[Entry]:
    """Lines of a ledger (of one head), the newest first, each with the balance of its head and minor head after it."""
    own = [GstLedgerEntry.gstin == gstin, GstLedgerEntry.book == book]
    if head:
        own.append(GstLedgerEntry.head == head)
    order = (GstLedgerEntry.day, GstLedgerEntry.id)
    running = func.sum(GstLedgerEntry.amount_paise).over(partition_by=(GstLedgerEntry.head, GstLedgerEntry.minor), order_by=order)
    columns = [getattr(GstLedgerEntry, name) for name in Entry._fields if name not in ("amount", "balance")]
    found = select(*columns, GstLedgerEntry.amount_paise.label("amount"), running.label("balance")).where(*own).subquery()
    query = select(*(found.c[name] for name in Entry._fields))
    if older_than is not None:
        query = query.where(or_(found.c.day < older_than.day, and_(found.c.day == older_than.day, found.c.id < older_than.id)))
    rows = books.session.execute(query.order_by(found.c.day.desc(), found.c.id.desc()).limit(most))
    return [Entry._make((*row[:-1], int(row[-1]))) for row in rows]


def write(books: Books, gstin: str, day: date, cause: tuple[str, UUID], reference: str, lines: Iterable[tuple[str, str, Tax]]) -> None:
    """Write (ledger, minor head, amounts) under one cause; heads of nothing are left out."""
    kind, cause_id = cause
    common = {"gstin": gstin, "day": day, "cause": kind, "cause_id": cause_id, "reference": reference, "entered_at": books.now}
    rows: list[dict[str, Any]] = []
    for book, minor, amounts in lines:
        for head, amount in zip(HEADS, amounts, strict=True):
            if amount:
                rows.append(
                    {**common, "id": new_id(), "book": book, "minor": minor, "head": head, "amount_paise": amount, "is_undone": False}
                )
    books.insert(GstLedgerEntry, rows)


def undo(books: Books, cause_id: UUID) -> None:
    """Write the opposite of every line of a cause, on the same days: the balances are as if it had not been."""
    names = ("gstin", "book", "day", "head", "minor", "amount_paise", "cause", "reference")
    query = select(*(getattr(GstLedgerEntry, name) for name in names)).where(GstLedgerEntry.cause_id == cause_id)
    same = {"cause_id": cause_id, "is_undone": True, "entered_at": books.now}
    rows = [{**dict(zip(names, row, strict=True)), **same, "id": new_id()} for row in books.session.execute(query)]
    books.insert(GstLedgerEntry, [{**row, "amount_paise": -row["amount_paise"]} for row in rows])


@dataclass(frozen=True, slots=True)
class Opening:
    """What stood in a ledger when it began to be kept here."""

    id: UUID
    gstin: str
    day: date
    credit: Tax
    cash: Tax


def enter_opening(books: Books, asked: Opening) -> None:
    """Set what cash (under tax) and credit there was before: the difference to what was set before is written. The same again changes
    nothing. InvalidInput for a day to come; Conflict where a return that is filed has used more, on whatever day; NotFound for another's
    GSTIN."""
    write_one(books, asked.id)
    write_alone(books)
    gst_returns.registration(books, asked.gstin)
    if asked.day > books.today:
        raise InvalidInput({"day": "The day has not come yet."})
    before = _openings(books, asked.gstin)
    lines = [(book, TAX, wanted - before.get(book, NOTHING)) for book, wanted in ((CASH, asked.cash), (CREDIT, asked.credit))]
    for book, _minor, change in lines:
        after = least(books, asked.gstin, asked.day, date.max, book=book) + change
        if any(amount < 0 and moved < 0 for amount, moved in zip(after, change, strict=True)):
            raise Conflict(
                problem="Returns that are filed have used more than this.", fix="Type what stood there before the first of them."
            )
    write(books, asked.gstin, asked.day, ("opening", asked.id), "", lines)
    said = {"gstin": asked.gstin, "credit": list(asked.credit), "cash": list(asked.cash)}
    audit.record(books, "change", "gst_ledger", asked.gstin, new=said)


def openings(books: Books, gstin: str) -> tuple[Tax, Tax]:
    """Credit and cash as they were set."""
    found = _openings(books, gstin)
    return found.get(CREDIT, NOTHING), found.get(CASH, NOTHING)


def _openings(books: Books, gstin: str) -> dict[str, Tax]:
    query = select(GstLedgerEntry.book, GstLedgerEntry.head, func.sum(GstLedgerEntry.amount_paise))
    query = query.where(GstLedgerEntry.gstin == gstin, GstLedgerEntry.cause == "opening")
    sums: dict[str, dict[str, int]] = {}
    for book, head, amount in books.session.execute(query.group_by(GstLedgerEntry.book, GstLedgerEntry.head)):
        sums.setdefault(book, {})[head] = int(amount)
    return {book: Tax(**found) for book, found in sums.items()}


# How a filed return was paid ------------------------------------------------------------------------------------------


class Kept(NamedTuple):
    """How a filing was paid, and what its lateness costs with the next return."""

    settlement: Settlement
    late_days: int
    next_interest: Tax
    next_fee: Tax
    taxable: int


def keep(books: Books, filing_id: UUID, kept: Kept) -> None:
    of = kept.settlement
    names = ("due", "carried", "short_credit", "payable", "reverse", "reverse_due", "operator", "interest", "fee", "credit")
    body: dict[str, Any] = {name: list(getattr(of, name)) for name in names}
    body["used"] = [[tax, credit, paid] for (tax, credit), paid in sorted(of.used.items())]
    body |= {"late_days": kept.late_days, "next_interest": list(kept.next_interest), "next_fee": list(kept.next_fee)}
    books.session.add(GstSettlement(filing_id=filing_id, body={**body, "taxable": kept.taxable}))
    books.session.flush()


def kept_of(books: Books, filing_id: UUID) -> Kept | None:
    """How a filing was paid, or None for what was filed elsewhere."""
    body = books.session.scalar(select(GstSettlement.body).where(GstSettlement.filing_id == filing_id))
    if body is None:
        return None
    names = ("due", "carried", "short_credit", "payable", "reverse", "interest", "fee", "credit")
    used: Mapping[tuple[str, str], int] = {(tax, credit): paid for tax, credit, paid in body["used"]}
    # What was kept before reverse charge was carried on has one figure for both: it was paid as it was told.
    due = Tax(*body.get("reverse_due", body["reverse"]))
    of = Settlement(**{name: Tax(*body[name]) for name in names}, used=used, reverse_due=due, operator=Tax(*body.get("operator", NOTHING)))
    return Kept(of, body["late_days"], Tax(*body["next_interest"]), Tax(*body["next_fee"]), body["taxable"])


def standing(books: Books, gstin: str) -> list[FilingRow]:
    """The filed GSTR-3Bs of a registration, the newest first."""
    return [row for row in gst_returns.filings_of(books, FORM, gstin) if row.stands]


def lateness_before(books: Books, gstin: str, period: ReturnPeriod) -> tuple[Tax, Tax]:
    """Interest and late fee of the return before, where it was late: the portal tells them with this one."""
    before = next((row for row in standing(books, gstin) if row.period.month < period.months[0]), None)
    kept = kept_of(books, before.id) if before else None
    return (kept.next_interest, kept.next_fee) if kept else (NOTHING, NOTHING)
