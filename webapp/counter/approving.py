"""Approvals as they come in with what a till did: read, proved, held against what was really done, and kept.

A command that bears a bad approval, or none where the business asks for one, is carried out as ever: it has happened. It stands in the list
of approvals until a person has looked at it. What a good approval answers for needs no other look: its flag is settled by it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from webapp import company, identity, sales
from webapp.counter import pin_rules, pins
from webapp.counter.commands import BillCancel, BillIssue, CashMoved, Command, ReturnIssue
from webapp.counter.effects import Effect
from webapp.counter.models import TillApproval
from webapp.counter.pin_rules import Asked, Claim, Figures, State
from webapp.counter.reading import MOST_NAME, Fields, Unreadable
from webapp.counter.rules import TillFacts
from webapp.kernel.errors import Conflict
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import rupees
from webapp.kernel.records import dataclass
from webapp.platform import audit
from webapp.platform.tenancy import Actor, Books

MOST_CLAIMS = 10
MOST_FIGURES = 1_100
# What a till is told, beside the flags of the books (docs/sync-protocol.md, section 8).
ABSENT_FLAG, DOUBTFUL_FLAG = "approval_missing", "approval_doubtful"
_SETTLED_BY = {Asked.DISCOUNT: sales.FlagKind.DISCOUNT_LIMIT.value, Asked.CREDIT: sales.FlagKind.CREDIT_LIMIT.value}


@dataclass(frozen=True, slots=True)
class Judged:
    """One exception of one command, with what became of its approval. `done` is what was really done; `approver` who is named, where he has
    a place in the business."""

    kind: Asked
    state: State
    claim: Claim | None
    done: Figures
    approver: Actor | None
    document_id: UUID | None
    number: str
    amount: int
    at: datetime
    cashier: str


def judge(books: Books, till: TillFacts, command: Command, effect: Effect) -> tuple[Effect, tuple[Judged, ...]]:
    """What asks for a manager in a command that has just been carried out, with its approvals. The flags that a good one answers for are
    settled in its approver's name. Nothing else is written; `keep` does that, once the command itself is kept."""
    claims = read_claims(command.envelope.body)
    done = _done(books, command, effect)
    if not claims and not done:
        return effect, ()
    found = []
    for kind, what in done.items():
        if kind not in claims and kind is Asked.DISCOUNT:
            continue  # the flag of the bill says it all
        found.append(_judged(books, till, command, effect, kind, claims, what))
    # One that nothing needed (the discount was taken back) is kept too: a wrong proof is worth a look whatever it was for.
    found += [_judged(books, till, command, effect, kind, claims, {}) for kind in claims if kind not in done]
    for one in found:
        effect = _with_flags(books, effect, one)
    return effect, tuple(found)


def keep(books: Books, till: TillFacts, command: Command, judged: Sequence[Judged]) -> None:
    """Write down what was judged, and say it in the edit log."""
    for one in judged:
        claim, name = one.claim, one.approver.name if one.approver else ""
        row: dict[str, Any] = {
            "id": new_id(),
            "command_id": command.envelope.id,
            "till_id": till.id,
            "kind": one.kind.value,
            "state": one.state.value,
            "approver_id": one.approver.user_id if one.approver else None,
            "approver_name": name,
            "cashier": one.cashier,
            "reason": claim.reason if claim else "",
            "figures": {"approved": dict(claim.figures) if claim else {}, "done": dict(one.done)},
            "amount_paise": one.amount,
            "document_id": one.document_id,
            "number": one.number,
            "at": one.at,
            "received_at": books.now,
            "seen_at": None,
            "seen_by": "",
            "seen_note": "",
        }
        books.insert(TillApproval, [row])
        told = {name: row[name] for name in ("kind", "state", "approver_name", "cashier", "reason", "number", "amount_paise")}
        audit.record(books, "approve" if one.state is State.GOOD else "doubt", "till_approval", row["id"], new=told)


# Reading --------------------------------------------------------------------------------------------------------------


def read_claims(body: str) -> dict[Asked, Claim | None]:
    """The approvals of a body by kind, the last of a kind; None for one that cannot be read. Never raises: a bill must not wait for it."""
    if '"approvals"' not in body:
        return {}
    try:
        raw = json.loads(body).get("approvals")
    except (ValueError, RecursionError, AttributeError):
        return {}
    found: dict[Asked, Claim | None] = {}
    for one in raw[:MOST_CLAIMS] if isinstance(raw, list) else []:
        kind = one.get("kind") if isinstance(one, dict) else None
        if isinstance(kind, str) and kind in set(Asked):
            found[Asked(kind)] = _claim(one)
    return found


def _claim(raw: dict[str, Any]) -> Claim | None:
    fields = Fields(raw, "Approval")
    try:
        fields.instant("at")
        # The words are as they came, for the proof is over them; `text` refuses what cannot be kept or printed.
        if any(fields.text(name, most=200) != raw.get(name, "") for name in ("at", "reason")):
            return None
        return Claim(
            command_id=str(fields.id("command")),
            kind=fields.text("kind", needed=True),
            till_id=str(fields.id("till")),
            approver_id=str(fields.id("approver")),
            generation=fields.whole("pin", 1),
            at=raw["at"],
            reason=raw.get("reason", ""),
            figures=_figures(raw.get("figures")),
            proof=fields.text("proof", most=64, needed=True),
        )
    except Unreadable:
        return None


def _figures(raw: Any) -> Figures:
    if not isinstance(raw, dict) or len(raw) > MOST_FIGURES:
        raise Unreadable("The figures of an approval are no table.")
    found: dict[str, int | str] = {}
    for name, value in raw.items():
        is_name = 0 < len(name) <= 50 and name.isascii() and name.replace("_", "").replace(".", "").replace("-", "").isalnum()
        is_whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53
        if not is_name or not (is_whole or (isinstance(value, str) and read_id(value) is not None and len(value) == 36)):
            raise Unreadable("A figure of an approval is neither a whole number nor an id.")
        found[name] = value
    return found


# What was done --------------------------------------------------------------------------------------------------------


def _done(books: Books, command: Command, effect: Effect) -> dict[Asked, Figures]:
    """What a command did that asks for a manager, with the figures that an approval must cover."""
    if isinstance(command.payload, BillIssue) and not effect.flags:
        return {}  # for most bills the rules need not be read
    asks = pins.rules_of(books).asks
    match command.payload:
        case BillIssue():
            return _done_by_bill(command.payload, effect, asks)
        case ReturnIssue():
            back = command.payload.sale_return
            total = back.claimed.total if back.claimed else 0
            return {Asked.RETURN: {"bill": str(back.against_id), "total": total}} if _asks(asks, Asked.RETURN, total) else {}
        case BillCancel() if Asked.CANCEL in asks and "already_cancelled" not in effect.flags:
            total = sales.invoice(books, command.payload.bill_id).header.total_paise
            return {Asked.CANCEL: {"bill": str(command.payload.bill_id), "total": total}} if _asks(asks, Asked.CANCEL, total) else {}
        case CashMoved(amount=amount) if amount < 0:
            return {Asked.CASH: {"amount": amount}} if _asks(asks, Asked.CASH, -amount) else {}
    return {}


def _asks(asks: Mapping[str, int], kind: Asked, amount: int) -> bool:
    return kind.value in asks and amount > asks[kind.value]


def _done_by_bill(payload: BillIssue, effect: Effect, asks: Mapping[str, int]) -> dict[Asked, Figures]:
    sale, found = payload.sale, dict[Asked, Figures]()
    if sales.FlagKind.DISCOUNT_LIMIT.value in effect.flags and sale.claimed is not None:
        found[Asked.DISCOUNT] = discount_given(sale)
    wanted = sum(tender.amount for tender in sale.tenders if tender.mode is sales.TenderMode.CREDIT)
    if sales.FlagKind.CREDIT_LIMIT.value in effect.flags and Asked.CREDIT.value in asks:
        found[Asked.CREDIT] = {"customer": str(sale.party_id), "amount": wanted}
    if sales.FlagKind.BELOW_ZERO.value in effect.flags and Asked.STOCK.value in asks:
        short: dict[str, int] = {}
        for line in sale.lines:
            short[f"item.{line.item_id}"] = short.get(f"item.{line.item_id}", 0) + line.qty
        found[Asked.STOCK] = short
    return found


def discount_given(sale: sales.Sale) -> Figures:
    """What is off a bill by hand: the most of any line, in hundredths of a per cent, and all of it in paise. What schemes gave is none of
    it (static/counter/discount.js works it out alike)."""
    most = given = 0
    for line, figures in zip(sale.lines, sale.claimed.lines if sale.claimed else (), strict=False):
        of_schemes = sum(offer.off for offer in line.offers)
        off, whole = figures.discount + figures.bill_discount - of_schemes, figures.gross - of_schemes
        given += off
        if whole > 0:
            most = max(most, -(-off * 10_000 // whole))
    return {"bp": most, "off": given}


# Judging --------------------------------------------------------------------------------------------------------------


def _judged(
    books: Books, till: TillFacts, command: Command, effect: Effect, kind: Asked, claims: Mapping[Asked, Claim | None], done: Figures
) -> Judged:
    payload: Any = command.payload
    claim = claims.get(kind)
    state, approver = State.UNREADABLE if kind in claims else State.ABSENT, None
    if claim is not None:
        approver = identity.actor_of(books.session, books.company_id, UUID(claim.approver_id))
        state = _state(books, till, command, claim, approver, effect.at)
        if state is State.GOOD and not pin_rules.covers(claim.figures, done):
            state = State.NOT_COVERED
    figures = {**(claim.figures if claim else {}), **done}
    amount = next((value for name in ("total", "amount", "off") if isinstance(value := figures.get(name), int)), 0)
    document = effect.invoice_id or (payload.bill_id if isinstance(payload, BillCancel) else None)
    return Judged(kind, state, claim, done, approver, document, effect.number, amount, effect.at, payload.cashier.name[:MOST_NAME])


# long: each thing that may be wrong with an approval, in the order in which it is worth saying
def _state(books: Books, till: TillFacts, command: Command, claim: Claim, approver: Actor | None, done_at: datetime) -> State:
    """Whether an approval holds: proved by the PIN its approver has now, at this till, for this very command, by one who may."""
    if UUID(claim.till_id) not in till.family:
        return State.OTHER_TILL
    if approver is None:
        return State.NO_MEMBER
    pin = pins.pin_of(books, UUID(claim.approver_id))
    if pin is None:
        return State.NO_PIN
    if claim.generation != pin.generation:
        return State.OLD_PIN
    command_id = str(command.envelope.id) if command.envelope.series else str(_id_inside(command))
    key = pins.key_at(pin, books.company_id, UUID(claim.till_id))
    if key is None:
        return State.NO_PIN
    if claim.command_id != command_id or not pin_rules.is_proved(key, claim):
        return State.WRONG_PROOF
    if pin.is_once or pin.digits < pin_rules.LEAST_OF_APPROVER:
        return State.SHORT_PIN
    if not approver.may(pin_rules.RIGHTS[Asked(claim.kind)]):
        return State.NO_RIGHT
    stores = company.stores_of_member(books, UUID(claim.approver_id))
    if stores and till.store_id not in stores:
        return State.OTHER_STORE
    return State.GOOD if pin_rules.is_timely(datetime.fromisoformat(claim.at), done_at) else State.OUT_OF_TIME


def _id_inside(command: Command) -> UUID | None:
    """The id of a command without a number, as its body has it."""
    return getattr(command.payload, "id", None)


def _with_flags(books: Books, effect: Effect, one: Judged) -> Effect:
    if one.state is State.GOOD:
        flag = _SETTLED_BY.get(one.kind)
        if flag not in effect.flags or effect.invoice_id is None or one.approver is None:
            return effect
        why = one.claim.reason if one.claim else ""
        in_his_name = replace(books, actor=replace(one.approver, via="till"))
        sales.settle_flag(in_his_name, effect.invoice_id, flag, f"Approved at the counter: {why}")
        return replace(effect, flags=tuple(kind for kind in effect.flags if kind != flag))
    flag = ABSENT_FLAG if one.state is State.ABSENT else DOUBTFUL_FLAG
    return effect if flag in effect.flags else replace(effect, flags=(*effect.flags, flag))


# What a person does ---------------------------------------------------------------------------------------------------


def see(books: Books, approval_id: UUID, note: str) -> None:
    """A person has looked at an exception that nobody, or nobody for certain, approved. Conflict when somebody has before."""
    row = pins.approval(books, approval_id)
    if row.seen_at is not None or row.state == State.GOOD.value:
        raise Conflict(problem=f"{row.seen_by or row.approver_name} has looked at this already.", fix="Reload the list.")
    row.seen_at, row.seen_by, row.seen_note = books.now, books.actor.name, note
    books.session.flush()
    told = {"note": note, "number": row.number, "amount": rupees(row.amount_paise)}
    audit.record(books, "settle", "till_approval", approval_id, new=told)
