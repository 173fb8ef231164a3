"""What rooms above do when a bill was cancelled or the office is about to issue one, and what they know of goods that left before it and
of schemes that were promised: they say so here once, when the program starts (webapp.app.connect_rooms)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from webapp.kernel.money import Paise, Qty, rounded
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books
from webapp.sales.commands import Delivered, LineOffer

_when_cancelled: list[Callable[[Books, UUID], None]] = []


def when_cancelled(act: Callable[[Books, UUID], None]) -> None:
    """Have `act` told of every bill that is cancelled, in the same transaction. Safe to repeat."""
    if act not in _when_cancelled:
        _when_cancelled.append(act)


def tell_cancelled(books: Books, invoice_id: UUID) -> None:
    """Tell them. For the service of this room."""
    for act in _when_cancelled:
        act(books, invoice_id)


_before_office: list[Callable[[Books, date], None]] = []


def before_office_bill(ask: Callable[[Books, date], None]) -> None:
    """Have `ask` look at each bill that the office is about to issue, by its day; what it raises refuses. A counter's bill has happened,
    and nobody is asked. Safe to repeat."""
    if ask not in _before_office:
        _before_office.append(ask)


def require_office_bill(books: Books, day: date) -> None:
    """Ask them. For the office of this room."""
    for ask in _before_office:
        ask(books, day)


GoodsBefore = Callable[[Books, UUID], Mapping[int, Sequence[Delivered]]]
_goods_before: list[GoodsBefore] = []


def goods_before(answer: GoodsBefore) -> None:
    """Have `answer` say which batches and pieces of a bill's lines had left before it. Safe to repeat."""
    if answer not in _goods_before:
        _goods_before.append(answer)


def delivered_before(books: Books, invoice_id: UUID) -> Mapping[int, Sequence[Delivered]]:
    """Them, by the lines of the bill. For the goods of this room."""
    return {line_no: parts for answer in _goods_before for line_no, parts in answer(books, invoice_id).items()}


@dataclass(frozen=True, slots=True)
class Promised:
    """What schemes took off a line of a document that a row comes of: of `qty`, of which `gone` has become something else by now."""

    item_id: UUID
    qty: Qty
    gone: Qty
    offers: tuple[LineOffer, ...]

    def share(self, item_id: UUID, qty: Qty) -> tuple[LineOffer, ...]:
        """The part of it that belongs to so much more: the share by then less what went before. Of other goods, or more than is left,
        nothing."""
        if item_id != self.item_id or self.gone + qty > self.qty:
            return ()
        parts = ((one, rounded(one.off * (self.gone + qty), self.qty) - rounded(one.off * self.gone, self.qty)) for one in self.offers)
        return tuple(replace(one, off=Paise(paise)) for one, paise in parts if paise > 0)


Source = tuple[UUID, int]
OffersPromised = Callable[[Books, Collection[Source]], Mapping[Source, Promised]]
_offers_promised: list[OffersPromised] = []


def offers_promised(answer: OffersPromised) -> None:
    """Have `answer` say what schemes took off lines of the documents that rows of a sheet come of. Safe to repeat."""
    if answer not in _offers_promised:
        _offers_promised.append(answer)


def promised_before(books: Books, sources: Collection[Source]) -> Mapping[Source, Promised]:
    """That, by document and line; lines without are absent. For the sheet of this room."""
    return {source: found for answer in _offers_promised for source, found in answer(books, sources).items()} if sources else {}
