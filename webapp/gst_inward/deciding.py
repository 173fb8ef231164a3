"""What of a document's credit counts, and what may be decided of it. Pure.

[IMS]  GSTN's Invoice Management System: accept, reject, pending; no action is deemed accepted when GSTR-2B is made (advisory of Oct 2024).
[CN]   From the period of October 2025 credit notes stay pending for one period only and are then deemed accepted; on accepting one the
       credit to be given back may be declared whole, in part or none, with a remark (GSTN advisory of Oct 2025).
"""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from webapp.gst_inward.documents import TAKES_AWAY
from webapp.gst_inward.values import Action, CreditKind, CreditOfKind
from webapp.gst_returns import Taxes
from webapp.kernel.errors import Conflict, InvalidInput
from webapp.kernel.records import dataclass

NOTES_WAIT_ONCE_FROM = 202510  # [CN]
MOST_REMARK = 300
HEADS = ("cgst", "sgst", "igst", "cess")


class Decision(NamedTuple):
    """What was decided of a document (models.InwardDecision)."""

    action: str
    is_ignored: bool
    bill_id: UUID | None
    apart: list[Any]
    reversal: dict[str, Any] | None
    remark: str
    pending_month: int
    version: int
    decided_by: str = ""


UNDECIDED = Decision(Action.NONE, is_ignored=False, bill_id=None, apart=[], reversal=None, remark="", pending_month=0, version=0)


@dataclass(frozen=True, slots=True)
class Counted:
    """A document as far as its credit goes."""

    month: int
    kind: str
    section: str
    credit_kind: str
    taxes: Taxes
    is_available: bool
    reason: str
    is_rejected: bool
    told_action: str
    decision: Decision | None


def action_of(month: int, kind: str, told_action: str, decision: Decision | None) -> Action:
    """What stands decided: a person's word before what an IMS file says. A credit note that was pending a month ago is accepted [CN]."""
    found = Action(decision.action) if decision and decision.version and decision.action != Action.NONE else Action(told_action)
    waited = decision is not None and 0 < decision.pending_month < month
    return Action.NONE if found is Action.PENDING and waited and waits_once(month, kind) else found


def waits_once(month: int, kind: str) -> bool:
    """Whether such a document may be pending for one period only."""
    return kind in TAKES_AWAY and month >= NOTES_WAIT_ONCE_FROM


def add_up(documents: list[Counted]) -> dict[CreditKind, CreditOfKind]:
    """The credit of a month by kind."""
    sums: dict[CreditKind, dict[str, Taxes]] = {}
    unavailable: dict[CreditKind, dict[str, Taxes]] = {}
    for one in documents:
        kind = CreditKind(one.credit_kind)
        into, taxes = _place_of(one)
        if into == "unavailable":
            reasons = unavailable.setdefault(kind, {})
            reasons[one.reason] = reasons.get(one.reason, Taxes()).plus(taxes)
        else:
            found = sums.setdefault(kind, {})
            found[into] = found.get(into, Taxes()).plus(taxes)
    return {kind: CreditOfKind(**sums.get(kind, {}), unavailable=unavailable.get(kind, {})) for kind in {*sums, *unavailable}}


def _place_of(one: Counted) -> tuple[str, Taxes]:
    is_less = one.kind in TAKES_AWAY
    signed = Taxes().plus(one.taxes, -1) if is_less else one.taxes
    action = action_of(one.month, one.kind, one.told_action, one.decision)
    if one.section == "itcrev":
        return "reversed", one.taxes
    if one.is_rejected or action is Action.REJECT:
        return "rejected", signed
    if action is Action.PENDING:
        return "pending", signed
    if not one.is_available:
        return "unavailable", signed
    if not is_less:
        return "available", one.taxes
    declared = one.decision.reversal if one.decision else None
    return "reversed", one.taxes if declared is None else Taxes(one.taxes.taxable, *(int(declared[head]) for head in HEADS))


def require_action(action: Action, month: int, kind: str, decision: Decision, *, is_blocked: bool, number: str) -> None:
    """Conflict where the portal would not let a document be pending."""
    if action is not Action.PENDING:
        return
    if is_blocked:
        raise Conflict(problem=f"The portal does not let {number} be pending.", fix="Accept or reject it.")
    if waits_once(month, kind) and 0 < decision.pending_month < month:
        raise Conflict(
            problem=f"{number} was pending a month ago, and a credit note may be pending for one period only.", fix="Accept or reject it."
        )


def require_reversal(month: int, kind: str, taxes: Taxes, typed: dict[str, int], remark: str) -> dict[str, int]:
    """What is given back on accepting a credit note, by head. InvalidInput by field; Conflict for what is no such note."""
    if not waits_once(month, kind):
        raise Conflict(
            problem="Credit to be given back is declared on credit notes from October 2025 only.", fix="Accept the document as it is."
        )
    errors = {}
    for head in HEADS:
        if not 0 <= typed[head] <= getattr(taxes, head):
            errors[head] = "Type an amount from nothing to what the credit note says."
    if not errors and any(typed[head] != getattr(taxes, head) for head in HEADS) and not remark:
        errors["remark"] = "Say why less than the whole is given back: the portal asks it."
    if errors:
        raise InvalidInput(errors)
    return {head: typed[head] for head in HEADS}


def require_remark(text: str) -> None:
    if len(text) > MOST_REMARK:
        raise InvalidInput({"remark": f"Use at most {MOST_REMARK} characters."})
