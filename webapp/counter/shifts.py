"""Shifts: opened with a float, cash moved in and out, closed with a count; X while it runs, Z when it is closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from webapp import company, ledger, payments, sales
from webapp.counter import rules
from webapp.counter.commands import Cashier, CashMoved, Purpose, ShiftClose, ShiftOpen
from webapp.counter.models import CashMove, Shift, SyncCommand, Till
from webapp.counter.rules import Drawer, TillFacts
from webapp.kernel.dates import FinancialYear, ist_day
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, rupees
from webapp.kernel.posting import Slip, credit, debit
from webapp.kernel.records import dataclass
from webapp.platform import audit, numbering
from webapp.platform.tenancy import Books

# The other side of cash that is moved, and the kind of its voucher; out and in are not always the same head.
_HEADS = {
    (Purpose.BANK, True): ("bank", "contra"),
    (Purpose.BANK, False): ("bank", "contra"),
    (Purpose.EXPENSE, True): ("expenses", "receipt"),
    (Purpose.EXPENSE, False): ("expenses", "payment"),
    (Purpose.OWNER, True): ("capital", "receipt"),
    (Purpose.OWNER, False): ("owner-drawings", "payment"),
}


class UnsentBills(BooksError):
    """The till says that bills still wait on it."""

    status = 409

    def __init__(self, pending: int) -> None:
        bills = "1 bill waits" if pending == 1 else f"{pending} bills wait"
        super().__init__(
            problem=f"{bills} unsent on this counter's device, so the day cannot be closed.",
            fix="Bring the device to the network and let it send. If it is lost, tick the override.",
        )


def open_shift(books: Books, till: TillFacts, opening: ShiftOpen) -> None:
    """Begin a shift with what is in the drawer. The float is cash the books have already; nothing is posted."""
    if books.session.get(Shift, (books.company_id, opening.id)) is not None:
        raise Conflict(problem="A shift with this id was opened before.", fix="Open a new shift.")
    books.session.add(
        Shift(
            id=opening.id,
            till_id=till.id,
            opened_at=opening.at,
            opened_by=opening.cashier.name or books.actor.name,
            float_paise=opening.float_paise,
        )
    )
    books.session.flush()
    audit.record(books, "open", "shift", opening.id, new={"till": till.code, "float_paise": opening.float_paise})


def move_cash(books: Books, till: TillFacts, move: CashMoved) -> None:
    """Cash in or out, with its voucher. Change from or to the shop's own safe moves within Cash and posts nothing."""
    _open_shift_row(books, till, move.shift_id)
    books.session.add(
        CashMove(
            id=move.id,
            shift_id=move.shift_id,
            amount_paise=move.amount,
            reason=move.reason,
            purpose=move.purpose.value,
            moved_at=move.at,
            moved_by=move.cashier.name or books.actor.name,
        )
    )
    books.session.flush()
    if move.purpose is not Purpose.FLOAT:
        code, kind = _HEADS[move.purpose, move.amount > 0]
        _post(books, till.store_id, _Cash(move.id, kind, code, move.amount, move.at, "cash_move", move.id, move.reason))
    audit.record(books, "create", "cash_move", move.id, new={"amount_paise": move.amount, "purpose": move.purpose, "reason": move.reason})


def close_shift(books: Books, till: TillFacts, closing: ShiftClose) -> None:
    """End a shift with a count: what is short or over is posted, and the Z report is frozen."""
    shift = _open_shift_row(books, till, closing.shift_id)
    report = _report(books, shift, till, closing.at)
    difference = closing.counted - report["expected"]
    report |= {
        "closed_at": closing.at.isoformat(),
        "closed_by": closing.cashier.name or books.actor.name,
        "counted": closing.counted,
        "difference": difference,
        "denominations": {str(worth): pieces for worth, pieces in closing.denominations.items()},
        "unsent_at_close": closing.unsent,
        "override_by": closing.override_by,
    }
    shift.closed_at, shift.closed_by = closing.at, report["closed_by"]
    shift.closing_received_at = books.now
    shift.denominations = report["denominations"]
    shift.counted_paise, shift.expected_paise, shift.z_report = closing.counted, report["expected"], report
    books.session.flush()
    if difference:
        words = f"Counter {till.code}: {rupees(abs(difference))} {'over' if difference > 0 else 'short'}"
        _post(books, till.store_id, _Cash(closing.id, "journal", "cash-short-over", difference, closing.at, "shift", shift.id, words))
    logged = {"expected": report["expected"], "counted": closing.counted, "override": closing.override_by}
    audit.record(books, "close", "shift", shift.id, new=logged)


def close_from_office(books: Books, shift_id: UUID, counted: Paise, denominations: Mapping[int, int], *, overrides: bool) -> None:
    """Close the shift of a till whose device cannot do it. UnsentBills while that device says that bills wait, unless an
    owner overrides; InvalidInput when the pieces do not add up."""
    shift = _required(books, shift_id)
    till = books.session.get(Till, (books.company_id, shift.till_id))
    if till is None:
        raise NotFound("counter")
    pending = int((till.last_report or {}).get("pending") or 0)
    if pending and not overrides:
        raise UnsentBills(pending)
    if denominations and rules.counted(denominations) != counted:
        raise InvalidInput({"counted": f"The notes and coins come to {rupees(rules.counted(denominations))}."})
    facts = TillFacts(till.id, till.code, till.store_id, frozenset({till.id}), (till.code,), frozenset())
    closing = ShiftClose(
        id=new_id(),
        shift_id=shift_id,
        denominations=dict(denominations),
        counted=counted,
        unsent=pending,
        override_by=books.actor.name if pending else "",
        at=books.now,
        cashier=Cashier(books.actor.user_id, books.actor.name),
    )
    close_shift(books, facts, closing)


@dataclass(frozen=True, slots=True)
class ShiftView:
    """A shift as its page shows it. `report` is the frozen Z, or X as of now; `late` counts what came after the Z."""

    id: UUID
    till_id: UUID
    store_id: UUID
    till_code: str
    till_name: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    closed_by: str | None
    report: dict[str, Any]
    pending: int
    late_total: int

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None


def shift_view(books: Books, shift_id: UUID) -> ShiftView:
    """One shift: Z when it is closed, X while it runs. NotFound when there is none."""
    shift = _required(books, shift_id)
    till = books.session.get(Till, (books.company_id, shift.till_id))
    if till is None:
        raise NotFound("counter")
    facts = TillFacts(till.id, till.code, till.store_id, frozenset({till.id}), (till.code,), frozenset())
    live = _report(books, shift, facts, shift.closed_at or books.now)
    report = shift.z_report or live
    late = live["bills"]["total"] - live["returns"]["total"] - report["bills"]["total"] + report["returns"]["total"]
    return ShiftView(
        id=shift.id,
        till_id=till.id,
        store_id=till.store_id,
        till_code=till.code,
        till_name=till.name,
        opened_at=shift.opened_at,
        opened_by=shift.opened_by,
        closed_at=shift.closed_at,
        closed_by=shift.closed_by,
        report=report,
        pending=int((till.last_report or {}).get("pending") or 0),
        late_total=late,
    )


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """A shift in a list; amounts in paise, None while it runs."""

    id: UUID
    till_code: str
    till_name: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    bills_total: int | None
    expected_paise: int | None
    counted_paise: int | None

    @property
    def difference_paise(self) -> int | None:
        if self.counted_paise is None or self.expected_paise is None:
            return None
        return self.counted_paise - self.expected_paise


def shift_rows(books: Books, *, before: datetime | None = None, most: int = 50) -> list[ShiftRow]:
    """Shifts, newest first, those opened before `before`."""
    query = (
        select(Shift, Till.code, Till.name)
        .join(Till, Till.id == Shift.till_id)
        .order_by(Shift.opened_at.desc(), Shift.id.desc())
        .limit(most)
    )
    if before is not None:
        query = query.where(Shift.opened_at < before)
    return [
        ShiftRow(
            id=shift.id,
            till_code=code,
            till_name=name,
            opened_at=shift.opened_at,
            opened_by=shift.opened_by,
            closed_at=shift.closed_at,
            bills_total=shift.z_report["bills"]["total"] if shift.z_report else None,
            expected_paise=shift.expected_paise,
            counted_paise=shift.counted_paise,
        )
        for shift, code, name in books.session.execute(query)
    ]


def open_shift_of(books: Books, till_id: UUID) -> Shift | None:
    """The newest shift of a till that is not closed."""
    query = select(Shift).where(Shift.till_id == till_id, Shift.closed_at.is_(None)).order_by(Shift.opened_at.desc()).limit(1)
    return books.session.scalars(query).first()


def _report(books: Books, shift: Shift, till: TillFacts, until: datetime) -> dict[str, Any]:
    """The X report: everything of the shift, and the cash that should be in the drawer. All amounts in paise."""
    totals = sales.shift_totals(books, shift.id, till.family, shift.opened_at, until)
    receipts = payments.receipts_of_shift(books, shift.id)
    moves = books.session.scalars(select(CashMove).where(CashMove.shift_id == shift.id).order_by(CashMove.moved_at, CashMove.id)).all()
    drawer = Drawer(
        opening=shift.float_paise,
        sold=totals.bills.tenders.get("cash", 0),
        refunded=totals.returns.tenders.get("cash", 0),
        cancelled=totals.cancelled_cash,
        received=receipts.get("cash", (0, 0))[1],
        moved=sum(move.amount_paise for move in moves),
    )
    waiting = books.session.scalar(
        select(func.count())
        .select_from(SyncCommand)
        .where(SyncCommand.till_id.in_(list(till.family)), SyncCommand.status == "quarantined", SyncCommand.settled_at.is_(None))
    )
    return {
        "v": 1,
        "till": till.code,
        "opened_at": shift.opened_at.isoformat(),
        "opened_by": shift.opened_by,
        "as_of": until.isoformat(),
        "bills": _documents(totals.bills),
        "returns": _documents(totals.returns),
        "cancelled": {"count": totals.cancelled_count, "total": totals.cancelled_total, "cash": totals.cancelled_cash},
        "receipts": {mode: {"count": count, "amount": amount} for mode, (count, amount) in receipts.items()},
        "cash_moves": [_move(one) for one in moves],
        "cash_in": sum(move.amount_paise for move in moves if move.amount_paise > 0),
        "cash_out": -sum(move.amount_paise for move in moves if move.amount_paise < 0),
        "float": shift.float_paise,
        "cash_sold": drawer.sold,
        "cash_refunded": drawer.refunded,
        "expected": drawer.expected,
        "quarantined": int(waiting or 0),
        # The promise of the report: what was taken is what was billed.
        "adds_up": all(sum(kind.tenders.values()) == kind.figures["total"] for kind in (totals.bills, totals.returns)),
    }


def _move(move: CashMove) -> dict[str, Any]:
    return {
        "amount": move.amount_paise,
        "purpose": move.purpose,
        "reason": move.reason,
        "at": move.moved_at.isoformat(),
        "by": move.moved_by,
    }


def _documents(totals: Any) -> dict[str, Any]:
    figures = {name: amount for name, amount in totals.figures.items() if name != "cost"}  # a cashier reads this; cost is not for them
    return {"count": totals.count, **figures, "tenders": totals.tenders, "numbers": [list(run) for run in totals.numbers]}


@dataclass(frozen=True, slots=True)
class _Cash:
    """A voucher between Cash and one other head. `amount` is signed: into the drawer is positive."""

    voucher_id: UUID
    kind: str
    head: str
    amount: int
    at: datetime
    document_kind: str
    document_id: UUID
    narration: str


def _post(books: Books, store_id: UUID, cash: _Cash) -> None:
    heads = ledger.heads(books)
    day = _open_day(books, ist_day(cash.at), "journal" if cash.kind == "journal" else "money")
    year = FinancialYear.of(day)
    prefix = f"{year.start_year % 100:02d}-CASH"
    numbering.open_series(books, prefix, document_kind="cash_move", year=year)
    drawer, other = heads["cash"], heads[cash.head]
    worth = abs(cash.amount)
    lines = (debit(drawer, worth), credit(other, worth)) if cash.amount > 0 else (debit(other, worth), credit(drawer, worth))
    heading = ledger.Heading(
        kind=cash.kind,
        number=str(numbering.take_number(books, prefix)),
        voucher_date=day,
        store_id=store_id,
        document_kind=cash.document_kind,
        document_id=cash.document_id,
        narration=cash.narration,
    )
    ledger.post(books, voucher_id=cash.voucher_id, heading=heading, slip=Slip(lines))


def _open_day(books: Books, day: date, scope: str) -> date:
    """The day itself, or when its month is locked by now, today: cash that has moved is booked in any case."""
    return books.today if day < books.today and company.is_locked(books, day, scope) else day


def _required(books: Books, shift_id: UUID) -> Shift:
    shift = books.session.get(Shift, (books.company_id, shift_id))
    if shift is None:
        raise NotFound("shift")
    return shift


def _open_shift_row(books: Books, till: TillFacts, shift_id: UUID) -> Shift:
    shift = books.session.get(Shift, (books.company_id, shift_id))
    if shift is None or shift.till_id not in till.family:
        raise Conflict(
            problem="The shift it belongs to is not in the books.", fix="Settle the opening of the shift first, then try this again."
        )
    if shift.closed_at is not None:
        raise Conflict(problem="The shift it belongs to is closed.", fix="Open a shift and enter it there.")
    return shift
