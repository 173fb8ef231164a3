"""The kinds of document before a bill, as data. A new kind is a row here, its words in `blueprint.py`, and its paper's in printing."""

from __future__ import annotations

from collections.abc import Mapping

from webapp.kernel.records import dataclass

INVOICE = "invoice"
GOODS_BACK = "return"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of document is and does.

    `letters` mark its run of numbers (26-QT/000001). `becomes` says what may be made of it; what is made uses its quantities up,
    unless `is_promise_only` (a proforma: whoever is billed by it is billed by what stands behind it). `goods` is -1 where goods
    leave the shelf with it, 1 where they come back, 0 where it moves nothing. `has_end` asks until when it holds.
    """

    code: str
    letters: str
    becomes: tuple[str, ...]
    goods: int = 0
    has_end: bool = False
    is_decided: bool = False  # the customer accepts or declines it
    is_closable: bool = False  # what is not delivered of it may be given up
    is_promise_only: bool = False
    has_transport: bool = False

    @property
    def moves_goods(self) -> bool:
        return self.goods != 0


KINDS: Mapping[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("quotation", "QT", ("order", "challan", "proforma", INVOICE), has_end=True, is_decided=True),
        Kind("order", "SO", ("challan", "proforma", INVOICE), has_end=True, is_closable=True),
        # CGST Rule 55: goods leave without a tax invoice; serially numbered, at most sixteen characters.
        Kind("challan", "DC", (INVOICE, GOODS_BACK), goods=-1, has_transport=True),
        Kind(GOODS_BACK, "DR", (), goods=1),
        Kind("proforma", "PI", (INVOICE,), has_end=True, is_promise_only=True),
    )
}
# What is typed on a sheet; goods come back by what of a challan came back, and nothing is typed freely there.
TYPED = ("quotation", "order", "challan", "proforma")
# CGST Rule 55(1): liquid gas, job work, removal otherwise than by way of supply; and s.31(7), goods sent on approval.
PURPOSES = ("supply", "approval", "job_work", "other")
# What may be said of the way of the goods (Rule 55 with Rule 138: the vehicle, who carries them).
TRANSPORT = ("carrier", "vehicle", "document", "distance")
STATES = ("open", "accepted", "declined", "replaced", "done", "closed", "cancelled")
EVERY = {"week": 0, "month": 1, "quarter": 3, "year": 12}  # in months; a week is seven days
