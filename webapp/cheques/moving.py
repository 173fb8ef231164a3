"""What becomes of a cheque: deposited, cleared, returned, stopped, taken again, cancelled. Each step takes its turn, once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import update

from webapp import ledger, outstandings, writing_off
from webapp.cheques import queries, rules, service
from webapp.cheques.events import ChequeMoved
from webapp.cheques.models import Cheque, DepositSlip
from webapp.cheques.queries import ChequeRow, SlipRow
from webapp.cheques.rules import RECEIVED, DepositCommand, MoveCommand
from webapp.company import require_backdate, require_mine, require_store
from webapp.kernel.errors import InvalidInput, NotFound, keep_promise
from webapp.kernel.ids import new_id
from webapp.kernel.posting import Slip
from webapp.outstandings import LineKey, Reference
from webapp.platform import audit
from webapp.platform.outbox import announce
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone, write_one


def deposit(books: Books, asked: DepositCommand) -> SlipRow:
    """Take cheques to the bank on one slip: Dr the bank, Cr cheques in hand, one voucher. The same slip again gives the first answer.

    InvalidInput for none, too many, one post-dated, stale or taken later; ChequeRefused for one that is not in hand.
    """
    write_one(books, asked.id)
    if earlier := queries.slip_or_none(books, asked.id):
        rules.require_same(earlier.number, earlier.body_sha256, asked.body_sha256)
        return earlier
    if not 0 < len(set(asked.cheque_ids)) <= rules.MOST_ON_A_SLIP:
        raise InvalidInput({"cheques": f"Tick the cheques that go to the bank, at most {rules.MOST_ON_A_SLIP} on one slip."})
    if asked.account_id not in dict(queries.bank_accounts(books)):
        raise InvalidInput({"account_id": "Choose the account they go to."})
    cheques = queries.to_move(books, asked.cheque_ids)
    for one in cheques.values():
        rules.next_state(one, "deposit")
        rules.require_day(one, asked.deposited_on, books.today, field="deposited_on", is_banked=True)
    store_id = _store_of(books, cheques)
    require_backdate(books, asked.deposited_on, "deposit_slip", asked.id)

    number = service.number_of(books, "DS", asked.deposited_on, store_id)
    total = sum(one.amount_paise for one in cheques.values())
    row = {"id": asked.id, "number": number, "deposited_on": asked.deposited_on, "account_id": asked.account_id, "total_paise": total}
    who = {"cancelled_on": None, "body_sha256": asked.body_sha256, "made_by": books.actor.name, "created_at": books.now}
    books.insert(DepositSlip, [{**row, **who}])
    for one in cheques.values():
        _step(books, one, "deposit", asked.deposited_on, id_=new_id(), slip_id=asked.id, account_id=asked.account_id)
    slip = rules.deposit_slip([one.amount_paise for one in cheques.values()], asked.account_id, ledger.heads(books))
    words = f"Deposit slip: {', '.join(one.number for one in cheques.values())}"[:300]
    heading = ledger.Heading("contra", number, asked.deposited_on, store_id, "deposit_slip", asked.id, words)
    ledger.post(books, voucher_id=asked.id, heading=heading, slip=slip)
    audit.record(books, "create", "deposit_slip", asked.id, new={"number": number, "total": total, "cheques": len(cheques)})
    return _slip(books, asked.id)


def cancel_slip(books: Books, slip_id: UUID, *, reason: str) -> SlipRow:
    """Take a deposit back: its cheques are in hand again. ChequeRefused when the bank has cleared or returned one of them. A second
    cancel changes nothing."""
    write_one(books, slip_id)
    view = queries.slip(books, slip_id)
    if view.row.cancelled_on is not None:
        return view.row
    kept = rules.require_move(MoveCommand(new_id(), slip_id, books.today, reason), wants_reason=True)
    cheques = queries.to_move(books, [one.id for one in view.cheques])
    for one in cheques.values():
        rules.next_state(one, "undeposit")
        require_mine(books, one.store_id)
    for one in cheques.values():
        _step(books, one, "undeposit", books.today, id_=new_id(), slip_id=slip_id, reason=kept.reason)
    ledger.reverse(books, voucher_id=slip_id, reversal_id=kept.id, on=books.today, reason=kept.reason)
    books.session.execute(update(DepositSlip).where(DepositSlip.id == slip_id).values(cancelled_on=books.today))
    audit.record(books, "cancel", "deposit_slip", slip_id, old={"number": view.row.number}, new={"reason": kept.reason})
    return _slip(books, slip_id)


def clear(books: Books, asked: MoveCommand) -> ChequeRow:
    """The bank has paid it. A received one is in the bank since its deposit; an issued one leaves it now: Dr cheques issued, Cr bank."""
    one, is_done = _ready(books, asked, "clear")
    if is_done:
        return one
    is_ours = one.direction != RECEIVED
    rules.require_day(one, asked.on, books.today, field="on", is_banked=is_ours)
    if is_ours:
        _post(
            books,
            asked,
            one,
            "contra",
            f"Cheque {one.cheque_no} paid by the bank",
            rules.paid_slip(one.amount_paise, _account(one), _heads(books)),
        )
    return _step(books, one, "clear", asked.on, id_=asked.id, voucher_id=asked.id if is_ours else None)


def bounce(books: Books, asked: MoveCommand) -> ChequeRow:
    """The bank returned it: the bills it settled are open again, what the party was let off with it too; the bank's charges are the
    shop's, or asked of the customer as a bill of their own. The receipt stays, its reversal is its own voucher."""
    return _take_back(books, asked, "bounce")


def stop(books: Books, asked: MoveCommand) -> ChequeRow:
    """The shop told its bank not to pay one that it had issued: the supplier's bills are open again."""
    return _take_back(books, asked, "stop")


def cancel(books: Books, asked: MoveCommand) -> ChequeRow:
    """Take back one that is in hand or with the supplier: it was entered by mistake, or given back. ChequeRefused once it is deposited,
    with what to do."""
    return _take_back(books, asked, "cancel")


def again(books: Books, asked: MoveCommand) -> ChequeRow:
    """A returned one is taken again, to be presented once more: a new voucher, and the bills it had named are settled as far as they are
    open. What the party was let off before is not let off again by itself."""
    one, is_done = _ready(books, asked, "again")
    if is_done:
        return one
    rules.require_day(one, asked.on, books.today, field="on", is_banked=False)
    if one.valid_until < asked.on:
        rules.require_day(one, asked.on, books.today, field="on", is_banked=True)
    service.post_taken(books, asked.id, one.id, one.number, asked.on, one, f"Cheque {one.cheque_no} taken again")
    parts = [(LineKey(UUID(voucher), line), amount) for voucher, line, amount in one.bills]
    if parts:
        outstandings.settle_what_can_be(books, one.party_id, service.own_line(books, asked.id, one.direction), parts, on=asked.on)
    return _step(books, one, "again", asked.on, id_=asked.id, voucher_id=asked.id, standing=asked.id)


def _take_back(books: Books, asked: MoveCommand, act: str) -> ChequeRow:
    one, is_done = _ready(books, asked, act)
    if is_done:
        return one
    asked = rules.require_move(asked, wants_reason=True)
    rules.require_day(one, asked.on, books.today, field="on", is_banked=False)
    write_alone(books)
    is_at_bank = one.direction == RECEIVED and act == "bounce"
    charges = asked.charges if act != "cancel" else 0
    party_id = one.party_id if asked.from_party and is_at_bank else None
    amount = one.amount_paise if is_at_bank else 0
    slip = rules.returned_slip(amount, charges, _account(one), _heads(books), party_id=party_id) if amount or charges else None
    if slip is not None:
        _post(books, asked, one, "payment", f"Cheque {one.cheque_no} returned: {asked.reason}", slip)
        if charges and party_id:
            name = f"{one.number} charges"
            outstandings.refer(books, asked.id, {1: Reference("new", name, asked.on)})
    _reverse(books, one, asked.on, asked.reason)
    values = {"reason": asked.reason, "charges_paise": charges, "from_party": party_id is not None}
    return _step(books, one, act, asked.on, id_=asked.id, voucher_id=asked.id if slip else None, standing=None, **values)


def _reverse(books: Books, one: ChequeRow, on: date, reason: str) -> None:
    """Undo the voucher that stands for a cheque, free its bills, and take back what came with it."""
    keep_promise(one.voucher_id is not None, "a cheque that is somewhere has its voucher")
    assert one.voucher_id is not None  # noqa: S101 - for the type checker: promised above
    ledger.reverse(books, voucher_id=one.voucher_id, reversal_id=new_id(), on=on, reason=reason)
    outstandings.release_all_of(books, one.voucher_id, why=reason)
    writing_off.cancel_with(books, one.id, reason=reason, on=on)


def _ready(books: Books, asked: MoveCommand, act: str) -> tuple[ChequeRow, bool]:
    """The cheque, held, and whether this very step was taken already. ChequeRefused when it cannot be taken."""
    one = queries.to_move(books, [asked.cheque_id])[asked.cheque_id]
    require_mine(books, one.store_id)
    if any(move.id == asked.id and move.act == act for move in queries.moves_of(books, one.id)):
        return one, True
    rules.next_state(one, act)
    require_backdate(books, asked.on, "cheque", one.id)
    return one, False


def _store_of(books: Books, cheques: Mapping[UUID, ChequeRow]) -> UUID:
    """The store whose cheques these are. InvalidInput for those of several: what lies in hand is told by store."""
    stores = {one.store_id for one in cheques.values()}
    if len(stores) > 1:
        raise InvalidInput({"cheques": "These cheques are of several stores. Take those of one store to the bank on one slip."})
    (store_id,) = stores
    require_store(books, store_id)
    return store_id


_KEEP: Any = object()


def _step(
    books: Books, one: ChequeRow, act: str, on: date, *, id_: UUID, standing: Any = _KEEP, account_id: Any = _KEEP, **noted: Any
) -> ChequeRow:
    """Write a step down, move the cheque, say so."""
    state = rules.next_state(one, act)
    values: dict[str, Any] = {"state": state, "moved_on": on, "steps": one.steps + 1}
    if standing is not _KEEP:
        values["voucher_id"] = standing
    if account_id is not _KEEP:
        values["account_id"] = account_id
    books.session.execute(update(Cheque).where(Cheque.id == one.id).values(**values))
    service.note_move(books, {"cheque_id": one.id, "step": one.steps + 1, "id": id_, "act": act, "state": state, "moved_on": on, **noted})
    audit.record(books, act, "cheque", one.id, old={"number": one.number, "state": one.state}, new={"state": state, "on": on, **noted})
    announce(books, ChequeMoved(cheque_id=one.id, number=one.number, act=act))
    return queries.to_move(books, [one.id])[one.id]


def _post(books: Books, asked: MoveCommand, one: ChequeRow, kind: str, words: str, slip: Slip) -> None:
    heading = ledger.Heading(kind, one.number, asked.on, one.store_id, "cheque", one.id, words)
    ledger.post(books, voucher_id=asked.id, heading=heading, slip=slip)


def _account(one: ChequeRow) -> UUID:
    if one.account_id is None:
        raise NotFound("bank account")
    return one.account_id


def _heads(books: Books) -> Any:
    return ledger.heads(books)


def _slip(books: Books, slip_id: UUID) -> SlipRow:
    found = queries.slip_or_none(books, slip_id)
    if found is None:
        raise NotFound("deposit slip")
    return found
