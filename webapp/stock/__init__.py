"""The stock register: what moved in and out of each store and what it cost, append-only, with what is on hand beside it,
and what is set aside for a moment for bills being paid.

Promises: stock does not go below zero unless allowed; no quantity, no value; each balance equals a replay.
"""

from webapp.stock.audit import StockAudit, audit
from webapp.stock.queries import OnHand, movements_of, on_hand, require_empty, revaluations_in
from webapp.stock.reservation import Reserved, held_by_others, release, reserve
from webapp.stock.rules import Correction, Holding, MovementRow, NotEnoughStock, Policy, Recorded, Refused, Shortage, StockKey, Unsettled
from webapp.stock.service import corrections, record, revalue, reverse

__all__ = [
    "Correction",
    "Holding",
    "MovementRow",
    "NotEnoughStock",
    "OnHand",
    "Policy",
    "Recorded",
    "Refused",
    "Reserved",
    "Shortage",
    "StockAudit",
    "StockKey",
    "Unsettled",
    "audit",
    "corrections",
    "held_by_others",
    "movements_of",
    "on_hand",
    "record",
    "release",
    "require_empty",
    "reserve",
    "revaluations_in",
    "revalue",
    "reverse",
]
