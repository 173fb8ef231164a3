"""Documents before a bill as frozen rows, under lock where what is left of them will change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from webapp.kernel.errors import NotFound
from webapp.kernel.records import dataclass
from webapp.orders.kinds import KINDS, Kind
from webapp.orders.models import OrderDocument, OrderLine, OrderUse
from webapp.orders.rules import approval_due, left_of
from webapp.platform.tenancy import Books


@dataclass(frozen=True, slots=True)
class HeadRow:
    """A document's own row. Amounts in paise."""

    id: UUID
    kind: str
    number: str
    revision: int
    revises_id: UUID | None
    source_id: UUID | None
    document_date: date
    ends_on: date | None
    store_id: UUID
    party_id: UUID
    party: Mapping[str, Any]
    seller: Mapping[str, Any]
    scheme: str
    destination: str
    supply: str
    place_of_supply: str
    purpose: str
    transport: Mapping[str, Any]
    gross_paise: int
    discount_paise: int
    bill_discount_paise: int
    taxable_paise: int
    cgst_paise: int
    sgst_paise: int
    igst_paise: int
    cess_paise: int
    round_off_paise: int
    total_paise: int
    cost_paise: int
    reference: str
    terms: str
    note: str
    body: Mapping[str, Any]
    body_sha256: str
    state: str
    state_reason: str
    state_at: datetime
    state_by: str
    version: int
    made_at: datetime
    made_by: str
    series: str
    seq: int

    @property
    def shape(self) -> Kind:
        """What its kind is and does."""
        return KINDS[self.kind]

    @property
    def tax_paise(self) -> int:
        return self.cgst_paise + self.sgst_paise + self.igst_paise + self.cess_paise

    @property
    def shown_number(self) -> str:
        """The number with its revision: 26-QT/000001 R2."""
        return f"{self.number} R{self.revision}" if self.revision else self.number

    @property
    def is_live(self) -> bool:
        return self.state in ("open", "accepted")

    def state_on(self, day: date) -> str:
        """Its state, or `expired` for one that is open past its day."""
        return "expired" if self.is_live and self.ends_on is not None and self.ends_on < day else self.state


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line as it stood on its day, and how much of it has become something. Quantities in thousandths."""

    document_id: UUID
    line_no: int
    item_id: UUID
    name: str
    local_name: str
    hsn: str
    unit: str
    qty: int
    unit_price_millipaise: int
    price_includes_tax: bool
    treatment: str
    rate_bp: int
    cess_bp: int
    gross_paise: int
    discount_paise: int
    bill_discount_paise: int
    taxable_paise: int
    cgst_paise: int
    sgst_paise: int
    igst_paise: int
    cess_paise: int
    total_paise: int
    cost_paise: int
    moves_stock: bool
    source_id: UUID | None
    source_line_no: int | None
    used_qty: int
    returned_qty: int
    closed_qty: int
    used_cost_paise: int
    batch: str = ""  # what moved with it, where `delivered.named` was asked: its batches, its serial numbers
    serials: str = ""

    @property
    def left(self) -> int:
        return left_of(self)


@dataclass(frozen=True, slots=True)
class UseRow:
    """So much of a line became a line of another document."""

    from_id: UUID
    from_line_no: int
    to_id: UUID
    to_line_no: int
    to_kind: str
    qty: int
    cost_paise: int
    goods: Sequence[Any]


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document with its lines, in order."""

    head: HeadRow
    lines: tuple[LineRow, ...]

    @property
    def has_left(self) -> bool:
        """Whether anything of it has become nothing yet."""
        return any(line.left for line in self.lines)

    @property
    def approval_due(self) -> date | None:
        """The last day for the invoice of goods sent on approval; None for other documents."""
        return approval_due(self.head.document_date) if self.head.purpose == "approval" else None

    @property
    def is_touched(self) -> bool:
        """Whether anything was made of it that stands."""
        return any(line.used_qty or line.returned_qty for line in self.lines)


HEAD_COLUMNS = [getattr(OrderDocument, field.name) for field in fields(HeadRow)]
LINE_COLUMNS = [getattr(OrderLine, field.name) for field in fields(LineRow) if field.name not in ("batch", "serials")]
_USE_COLUMNS = [getattr(OrderUse, field.name) for field in fields(UseRow)]


def head_or_none(books: Books, document_id: UUID) -> HeadRow | None:
    """A document's own row, or None when this company has none by that id."""
    row = books.session.execute(select(*HEAD_COLUMNS).where(OrderDocument.id == document_id)).first()
    return HeadRow(*row) if row else None


def document(books: Books, document_id: UUID) -> DocumentView:
    """A document with its lines. NotFound when this company has none by that id."""
    found = head_or_none(books, document_id)
    if found is None:
        raise NotFound("document")
    return DocumentView(found, lines_of(books, [document_id])[document_id])


def held(books: Books, document_ids: Iterable[UUID]) -> dict[UUID, DocumentView]:
    """Documents held until the transaction ends, so that two who use them up take turns. NotFound for one that is not there."""
    wanted = sorted(set(document_ids))
    under_lock = select(*HEAD_COLUMNS).where(OrderDocument.id.in_(wanted)).order_by(OrderDocument.id).with_for_update()
    heads = [HeadRow(*row) for row in books.session.execute(under_lock)]
    if len(heads) != len(wanted):
        raise NotFound("document")
    lines = lines_of(books, wanted)  # read after the lock: only now is it certain what others have used
    return {head.id: DocumentView(head, lines[head.id]) for head in heads}


def lines_of(books: Books, document_ids: Iterable[UUID]) -> dict[UUID, tuple[LineRow, ...]]:
    """The lines of some documents, in one statement."""
    wanted = list(document_ids)
    found: dict[UUID, list[LineRow]] = {id_: [] for id_ in wanted}
    query = select(*LINE_COLUMNS).where(OrderLine.document_id.in_(wanted)).order_by(OrderLine.document_id, OrderLine.line_no)
    for row in books.session.execute(query):
        found[row.document_id].append(LineRow(*row))
    return {id_: tuple(lines) for id_, lines in found.items()}


def uses_into(books: Books, to_id: UUID) -> list[UseRow]:
    """What stands of what a document was made of."""
    query = select(*_USE_COLUMNS).where(OrderUse.to_id == to_id, OrderUse.undone_at.is_(None))
    return [UseRow(*row) for row in books.session.execute(query.order_by(OrderUse.from_id, OrderUse.from_line_no))]


def uses_of(books: Books, from_ids: Iterable[UUID]) -> list[UseRow]:
    """What stands of what was made of some documents."""
    query = select(*_USE_COLUMNS).where(OrderUse.from_id.in_(list(from_ids)), OrderUse.undone_at.is_(None))
    return [UseRow(*row) for row in books.session.execute(query.order_by(OrderUse.made_at, OrderUse.to_id, OrderUse.to_line_no))]


def made_of(books: Books, source_id: UUID) -> list[HeadRow]:
    """The documents made of one, oldest first."""
    query = select(*HEAD_COLUMNS).where(OrderDocument.source_id == source_id).order_by(OrderDocument.made_at, OrderDocument.id)
    return [HeadRow(*row) for row in books.session.execute(query)]


def revisions_of(books: Books, head: HeadRow) -> list[HeadRow]:
    """Every revision under a number, the first first."""
    own = select(*HEAD_COLUMNS).where(OrderDocument.series == head.series, OrderDocument.seq == head.seq)
    return [HeadRow(*row) for row in books.session.execute(own.order_by(OrderDocument.revision))]


def set_line(books: Books, line: LineRow, **values: int) -> None:
    """Change how much of a line has become something. Its document is held."""
    own = update(OrderLine).where(OrderLine.document_id == line.document_id, OrderLine.line_no == line.line_no)
    books.session.execute(own.values(**values), execution_options={"synchronize_session": False})


def set_state(books: Books, head: HeadRow, state: str, reason: str = "", *, by: str = "") -> None:
    """Change a document's state; `by` names who, where it is not the actor. It is held."""
    who = by or books.actor.name
    values = {"state": state, "state_reason": reason, "state_at": books.now, "state_by": who, "version": head.version + 1}
    own = update(OrderDocument).where(OrderDocument.id == head.id)
    books.session.execute(own.values(**values), execution_options={"synchronize_session": False})
