"""A cost centre as the filter of a report: which one its address names, those beneath it, and the vouchers that name any of them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, select

from webapp.kernel.errors import BooksError, NotFound
from webapp.kernel.ids import read_id
from webapp.kernel.records import dataclass
from webapp.ledger import masters
from webapp.ledger.masters import CentreRow
from webapp.ledger.models import CostAllocation
from webapp.platform.tenancy import Books


@dataclass(frozen=True, slots=True)
class CentreFilter:
    """What a report is narrowed to: the centre (None: all), its name, its id and those beneath it, and the centres there are to
    choose from."""

    id: UUID | None = None
    name: str = ""
    centres: tuple[UUID, ...] = ()
    offered: tuple[CentreRow, ...] = ()

    def choices(self, every: str) -> list[tuple[str, str]]:
        """The centres as a form offers them, `every` for all of them; none where there are none."""
        return [("", every), *((str(one.id), one.name) for one in self.offered)] if self.offered else []


def centre_filter(books: Books, text: str) -> CentreFilter:
    """The filter that an address names. NotFound for one that is none of this company's; BooksError for an archived one: what it bore
    stands in profit and loss and in the report of cost centres."""
    known = masters.cost_centres(books)
    offered = tuple(one for one in known if not one.is_archived)
    if not text:
        return CentreFilter(offered=offered)
    wanted = read_id(text)
    chosen = next((one for one in known if one.id == wanted), None)
    if chosen is None:
        raise NotFound("cost centre")
    if chosen.is_archived:
        raise BooksError(problem=f"The cost centre {chosen.name} is archived.", fix="Restore it, or choose another.")
    return CentreFilter(chosen.id, chosen.name, tuple(one.id for one in masters.beneath(known, chosen.id)), offered)


def vouchers_naming(centres: Collection[UUID]) -> Select[UUID]:
    """The vouchers of which any line names one of these centres."""
    return select(CostAllocation.voucher_id).where(CostAllocation.cost_centre_id.in_(centres))
