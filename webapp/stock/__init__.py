"""The stock register: what moved in and out of each store and what it cost, append-only, with what is on hand beside it by
batch, every serial number with its life, bins, and what is set aside for a moment for bills being paid.

Promises: stock does not go below zero unless allowed; no quantity, no value; each balance equals a replay; a piece that has
a serial number is in one place at a time.
"""

from webapp.kernel.movement import BatchFacts
from webapp.stock.audit import StockAudit, audit
from webapp.stock.batches import BatchRow, batches_of, facts_of, open_batch, suggest_batches
from webapp.stock.bins import bins_in, bins_of, items_in_bin, put_in_bin
from webapp.stock.leaving import hold, pick
from webapp.stock.making import Made
from webapp.stock.naming import wrong_names
from webapp.stock.owning import use_require_own
from webapp.stock.picking import (
    MOST_BATCH,
    MOST_SERIAL,
    TRACKINGS,
    BatchExpired,
    BatchUnknown,
    Finding,
    Leave,
    Part,
    Picked,
    SerialsWanted,
    Want,
    batch_name,
    first_to_expire,
    require_named,
    serial_names,
)
from webapp.stock.queries import (
    OnHand,
    movements_of,
    on_hand,
    require_empty,
    require_never_moved,
    require_none_on_hand,
    revaluations_in,
)
from webapp.stock.reservation import Reserved, release, require_free, reserve
from webapp.stock.rules import (
    GOES_BACK,
    MADE,
    USED,
    Correction,
    Holding,
    MadeOfNothing,
    MovementRow,
    NotEnoughStock,
    Policy,
    Recorded,
    Refused,
    Restatement,
    Shortage,
    StockKey,
    Unsettled,
)
from webapp.stock.serials import LifeRow, SerialRow, SerialTrouble, moved_by, serial_life, serials_here, troubles_of
from webapp.stock.service import corrections, make, mislaid, put_layers_right, record, restate, revalue, reverse
from webapp.stock.shelves import ShelfBatch, Shelves, shelves_in
from webapp.stock.stood import Pieces, Stood, items_of_serials, pieces_in, stood_in

__all__ = [
    "GOES_BACK",
    "MADE",
    "MOST_BATCH",
    "MOST_SERIAL",
    "TRACKINGS",
    "USED",
    "BatchExpired",
    "BatchFacts",
    "BatchRow",
    "BatchUnknown",
    "Correction",
    "Finding",
    "Holding",
    "Leave",
    "LifeRow",
    "Made",
    "MadeOfNothing",
    "MovementRow",
    "NotEnoughStock",
    "OnHand",
    "Part",
    "Picked",
    "Pieces",
    "Policy",
    "Recorded",
    "Refused",
    "Reserved",
    "Restatement",
    "SerialRow",
    "SerialTrouble",
    "SerialsWanted",
    "ShelfBatch",
    "Shelves",
    "Shortage",
    "StockAudit",
    "StockKey",
    "Stood",
    "Unsettled",
    "Want",
    "audit",
    "batch_name",
    "batches_of",
    "bins_in",
    "bins_of",
    "corrections",
    "facts_of",
    "first_to_expire",
    "hold",
    "items_in_bin",
    "items_of_serials",
    "make",
    "mislaid",
    "moved_by",
    "movements_of",
    "on_hand",
    "open_batch",
    "pick",
    "pieces_in",
    "put_in_bin",
    "put_layers_right",
    "record",
    "release",
    "require_empty",
    "require_free",
    "require_named",
    "require_never_moved",
    "require_none_on_hand",
    "reserve",
    "restate",
    "revaluations_in",
    "revalue",
    "reverse",
    "serial_life",
    "serial_names",
    "serials_here",
    "shelves_in",
    "stood_in",
    "suggest_batches",
    "troubles_of",
    "use_require_own",
    "wrong_names",
]
