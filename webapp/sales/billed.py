"""A line of a sale with everything decided but its figures."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from webapp.kernel.money import BasisPoints, MilliPaise, Paise, Qty
from webapp.kernel.records import dataclass
from webapp.tax.kinds import Treatment


class TaxedAs(NamedTuple):
    """That a line is taxed as another of the same supply (CGST Act s.8): composite or mixed, the number of the line that decides, from 1,
    and what the line would bear alone."""

    is_composite: bool
    line_no: int
    own_treatment: Treatment
    own_rate_bp: BasisPoints
    own_cess_bp: BasisPoints


@dataclass(frozen=True, slots=True)
class BilledLine:
    """A line with everything decided but its figures."""

    item_id: UUID
    name: str
    local_name: str
    hsn: str
    unit: str
    qty: Qty
    unit_price: MilliPaise
    price_includes_tax: bool
    mrp: Paise | None
    treatment: Treatment
    rate_bp: BasisPoints
    cess_bp: BasisPoints
    discount: Paise
    moves_stock: bool
    delivered_cost: Paise | None = None
    retail: Paise | None = None  # what the whole line costs by its MRP, where the tax is taken of that
    taxed_as: TaxedAs | None = None  # where it is a part of one supply with other lines

    @property
    def leaves_now(self) -> bool:
        """Whether goods leave the shelf with this bill: they are kept in stock, and have not left on a challan."""
        return self.moves_stock and self.delivered_cost is None
