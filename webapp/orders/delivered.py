"""Which batches and pieces of a challan are billed, come back, or are still out: each part in its own batch, at its own cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from webapp import stock
from webapp.kernel.errors import InvalidInput
from webapp.kernel.money import Paise, Qty, plain_decimal, rounded
from webapp.orders import queries
from webapp.orders.queries import DocumentView, LineRow, UseRow
from webapp.platform.tenancy import Books
from webapp.sales import Delivered


@dataclass(slots=True)
class Out:
    """What one movement of a challan took out, and what of it is still out: thousandths, paise, pieces."""

    batch: str
    qty: int
    cost: int
    serials: list[str] = field(default_factory=list)
    gone_qty: int = 0
    gone_cost: int = 0

    @property
    def left(self) -> int:
        return self.qty - self.gone_qty

    def take(self, qty: int, serials: Sequence[str]) -> Delivered:
        """So much more of it, at its share of the cost by now less what went before: the last takes all that is left."""
        cost = max(rounded(self.cost * (self.gone_qty + qty), self.qty) - self.gone_cost, 0)
        part = Delivered(self.batch, Qty(qty), Paise(cost), tuple(serials))
        self.lay(part)
        return part

    def lay(self, part: Delivered) -> None:
        """It is gone."""
        self.gone_qty, self.gone_cost = self.gone_qty + part.qty, self.gone_cost + part.cost
        self.serials = [name for name in self.serials if name not in part.serials]


Outs = Mapping[int, Sequence[Out]]


def still_out(books: Books, view: DocumentView) -> Outs:
    """What of each line of a challan whose goods have a batch or a serial number is neither billed nor back. The challan is held."""
    named = stock.moved_by(books, view.head.id)
    found: dict[int, list[Out]] = {}
    for row in stock.movements_of(books, view.head.id):
        found.setdefault(row.of_line, []).append(Out(row.key.batch, -row.qty, -row.value, list(named.get(row.line_no, ()))))
    found = {line_no: outs for line_no, outs in found.items() if any(one.batch or one.serials for one in outs)}
    for use in queries.uses_of(books, [view.head.id]) if found else ():
        for part in parts_of(use):
            next(one for one in found[use.from_line_no] if one.batch == part.batch).lay(part)
    return found


def take_parts(
    outs: Sequence[Out], name: str, qty: int, *, place: str, batch: str = "", serials: Sequence[str] = ()
) -> tuple[Delivered, ...]:
    """So much of a line: the batch or the pieces named, else in the order in which they left.

    InvalidInput beside the row (`place` is its number) for a batch or a piece that is not out, and where it is not said which.
    """
    if outs[0].serials or serials:
        return (outs[0].take(qty, _pieces(outs[0], name, qty, place, serials)),)
    wanted = [one for one in outs if batch in ("", one.batch)]
    there = sum(one.left for one in wanted)
    if there < qty:
        raise InvalidInput({f"batch{place}": f"{name}: {plain_decimal(there, 3)} of batch {batch} are out on the challan."})
    parts = []
    for one in wanted:
        taken = min(qty, one.left)
        if taken:
            parts.append(one.take(taken, ()))
            qty -= taken
    return tuple(parts)


def _pieces(out: Out, name: str, qty: int, place: str, serials: Sequence[str]) -> Sequence[str]:
    if strange := next((one for one in serials if one not in out.serials), None):
        raise InvalidInput({f"serials{place}": f"{name}: {strange} is not out on the challan. Scan the number on the piece again."})
    chosen = serials or (out.serials if len(out.serials) * 1000 == qty else ())
    if len(chosen) * 1000 != qty:
        which = ", ".join(out.serials[:20])
        raise InvalidInput({f"serials{place}": f"{name}: name each of {plain_decimal(qty, 3)} pieces. Out are {which}."})
    return chosen


def parts_of(use: UseRow) -> tuple[Delivered, ...]:
    """The batches and pieces of a use, as kept."""
    return tuple(Delivered(batch, Qty(qty), Paise(cost), tuple(serials)) for batch, qty, cost, serials in use.goods)


def kept(parts: Sequence[Delivered]) -> list[list[Any]]:
    """The same as a row keeps them."""
    return [[one.batch, one.qty, one.cost, list(one.serials)] for one in parts]


def named(books: Books, view: DocumentView) -> DocumentView:
    """The document with the batches and serial numbers that moved with each line, as a page or a paper says them."""
    if not view.head.shape.moves_goods:
        return view
    pieces, batches, serials = stock.moved_by(books, view.head.id), dict[int, list[str]](), dict[int, list[str]]()
    for row in stock.movements_of(books, view.head.id):
        batches.setdefault(row.of_line, []).extend(filter(None, [row.key.batch]))
        serials.setdefault(row.of_line, []).extend(pieces.get(row.line_no, ()))

    def words(found: Mapping[int, list[str]], line: LineRow) -> str:
        return ", ".join(found.get(line.line_no, ()))

    lines = tuple(replace(line, batch=words(batches, line), serials=words(serials, line)) for line in view.lines)
    return DocumentView(view.head, lines)


def goods_before(books: Books, invoice_id: UUID) -> dict[int, Sequence[Delivered]]:
    """What of a bill's lines had left on challans: its batches and pieces, or the whole where it has none. For `sales.goods_before`."""
    uses = queries.uses_into(books, invoice_id)
    heads = [queries.head_or_none(books, id_) for id_ in {use.from_id for use in uses}]  # none: an order of a store that is not seen
    challans = {head.id for head in heads if head is not None and head.shape.goods < 0}
    return {
        use.to_line_no: parts_of(use) or (Delivered("", Qty(use.qty), Paise(use.cost_paise)),) for use in uses if use.from_id in challans
    }
