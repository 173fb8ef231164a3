"""What documents before a bill may become, how much of each is left, and what is said when it is too much. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol
from uuid import UUID

from webapp.kernel.dates import written
from webapp.kernel.errors import BooksError, Conflict, InvalidInput
from webapp.kernel.money import Paise, plain_decimal, rounded
from webapp.kernel.posting import Slip, credit, debit
from webapp.kernel.text import clean_text
from webapp.orders.kinds import KINDS, PURPOSES

MOST_REASON = 300
MOST_TRANSPORT = 100
LIVE = ("open", "accepted")


class NotLeft(BooksError):
    """More would be made of a document than is left of it."""

    status = 409


class WrongState(BooksError):
    """The document is not such that this can be done with it."""

    status = 409


class Document(Protocol):
    """What is asked of a document here."""

    @property
    def kind(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def ends_on(self) -> date | None: ...
    @property
    def party_id(self) -> UUID: ...
    @property
    def store_id(self) -> UUID: ...
    @property
    def version(self) -> int: ...


class Line(Protocol):
    """What is asked of a line here."""

    @property
    def name(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def qty(self) -> int: ...
    @property
    def used_qty(self) -> int: ...
    @property
    def returned_qty(self) -> int: ...
    @property
    def closed_qty(self) -> int: ...
    @property
    def cost_paise(self) -> int: ...
    @property
    def used_cost_paise(self) -> int: ...


def left_of(line: Line) -> int:
    """What of a line has become nothing yet, in thousandths."""
    return line.qty - line.used_qty - line.returned_qty - line.closed_qty


def require_same(body_sha256: str, sent_sha256: str) -> None:
    """The same id may come again with the same content only."""
    if body_sha256 != sent_sha256:
        raise Conflict(
            problem="Another document was made under this id, with other content.",
            fix="Nothing was changed. Open the one that stands, and make the second one anew if it is meant.",
        )


def require_version(document: Document, version: int) -> None:
    """Conflict when somebody else changed the document since the page was opened."""
    if document.version != version:
        raise Conflict(problem=f"{document.number} was changed by somebody else meanwhile.", fix="Open it again to see how it stands now.")


def require_convertible(document: Document, to_kind: str, today: date) -> None:
    """WrongState unless a document of `to_kind` may be made of this one today."""
    kind = KINDS[document.kind]
    if to_kind not in kind.becomes:
        raise WrongState(problem=f"{document.number} cannot become this kind of document.", fix="Choose one of those its page offers.")
    require_standing(document)
    if kind.is_decided and document.ends_on is not None and document.ends_on < today:
        raise WrongState(
            problem=f"{document.number} was valid until {written(document.ends_on)}.", fix="Revise it with a later day, then go on."
        )


def require_standing(document: Document) -> None:
    """WrongState for a document that is cancelled, declined, replaced or closed: nothing is made of it any more."""
    if document.state == "cancelled":
        raise WrongState(problem=f"{document.number} was cancelled.", fix="Make a new one.")
    if document.state == "declined":
        raise WrongState(problem=f"{document.number} was declined.", fix="Revise it, and have the revision accepted.")
    if document.state == "replaced":
        raise WrongState(problem=f"{document.number} was revised meanwhile.", fix="Open its newest revision.")
    if document.state == "closed":
        raise WrongState(problem=f"{document.number} was closed short.", fix="Make a new order for what is wanted after all.")


def require_left(document: Document, line: Line, wanted: int) -> None:
    """NotLeft, with the figures, when more is wanted than is left of a line."""
    left = left_of(line)
    if wanted > left:
        used = plain_decimal(line.used_qty + line.returned_qty + line.closed_qty, 3)
        raise NotLeft(
            problem=f"{line.name}: {document.number} has {plain_decimal(line.qty, 3)} {line.unit}, {used} are done; "
            f"{plain_decimal(wanted, 3)} more cannot be.",
            fix=f"Lower the quantity to {plain_decimal(left, 3)}, or add the rest as a line of its own.",
        )


def require_fitting(document: Document, party_id: UUID, store_id: UUID | None) -> None:
    """InvalidInput when what is made is for another customer, or of another store than the goods left."""
    if document.party_id != party_id:
        raise InvalidInput({"party": f"{document.number} is of another customer. Choose that one, or type the rows anew."})
    if store_id is not None and KINDS[document.kind].moves_goods and document.store_id != store_id:
        raise InvalidInput({"store_id": f"The goods of {document.number} left another store. Choose that one."})


def cost_of(line: Line, qty: int) -> Paise:
    """What `qty` more of a delivered line cost: its share by now, less what has left before. The last takes all that is left."""
    by_now = rounded(line.cost_paise * (line.used_qty + line.returned_qty + qty), line.qty)
    return Paise(min(max(by_now - line.used_cost_paise, 0), line.cost_paise - line.used_cost_paise))


def state_after(kind: str, state: str, lines: Sequence[Line]) -> str:
    """The state once quantities have moved: done when nothing is left, open again when something is."""
    if state not in (*LIVE, "done"):
        return state
    if KINDS[kind].becomes and all(left_of(line) == 0 for line in lines):
        return "done"
    return "open" if state == "done" else state


def delivery_slip(cost: int, goods: int, heads: Mapping[str, UUID]) -> Slip | None:
    """Goods that leave on a challan are still ours: Dr goods delivered, Cr stock; the other way when they come back. None for nought."""
    if not cost:
        return None
    delivered, stock = heads["goods-delivered"], heads["stock-in-hand"]
    return Slip((debit(delivered, cost), credit(stock, cost)) if goods < 0 else (debit(stock, cost), credit(delivered, cost)))


def require_purpose(purpose: str) -> str:
    """Why goods leave on a challan. InvalidInput for one that the law does not know."""
    if purpose not in PURPOSES:
        raise InvalidInput({"purpose": "Choose why the goods leave."})
    return purpose


def approval_due(left_on: date) -> date:
    """The last day for the invoice of goods sent on approval: when it is known that they are sold, or six months after they left,
    whichever comes first (CGST Act s.31(7)). A month that has no such day ends with its last."""
    years, month = divmod(left_on.month + 5, 12)
    year, month = left_on.year + years, month + 1
    return date(year, month, min(left_on.day, monthrange(year, month)[1]))


def require_after_leaving(document: Document, left_on: date, day: date) -> None:
    """InvalidInput when goods would be billed before they left."""
    if KINDS[document.kind].goods < 0 and day < left_on:
        raise InvalidInput({"day": f"The goods of {document.number} left on {written(left_on)}. Choose that day or a later one."})


def require_no_goods_tomorrow(day: date, today: date) -> None:
    """InvalidInput when goods would leave on a day that has not come."""
    if day > today:
        raise InvalidInput({"day": f"{written(day)} has not come yet, and the goods leave now."})


def require_end(ends_on: date | None, day: date) -> None:
    """InvalidInput when a document would end before it begins."""
    if ends_on is not None and ends_on < day:
        raise InvalidInput({"ends_on": f"The document is dated {written(day)}; it cannot end before that."})


def require_reason(text: str, field: str = "reason") -> str:
    """Why something is declined, closed, cancelled or done all the same, as kept. InvalidInput beside `field`."""
    kept = clean_text(text)
    if not 3 <= len(kept) <= MOST_REASON:
        raise InvalidInput({field: "Say in a few words why."})
    return kept
