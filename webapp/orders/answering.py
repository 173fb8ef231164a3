"""What a customer says to a quotation through its public link: once, and in the customer's own words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from webapp.kernel.dates import written
from webapp.kernel.errors import InvalidInput
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_lines, clean_text
from webapp.orders import queries
from webapp.orders.models import CustomerAnswer
from webapp.orders.queries import DocumentView, HeadRow
from webapp.orders.rules import WrongState
from webapp.platform import audit
from webapp.platform.tenancy import Books

MOST_NAME = 100
MOST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What the customer sends: by which link, yes or no, who says so, maybe a note. `address_hash` tells two senders apart."""

    link_id: UUID
    accepts: bool
    name: str
    note: str = ""
    address_hash: str = ""


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An answer as it stands."""

    document_id: UUID
    link_id: UUID
    accepts: bool
    name: str
    note: str
    address_hash: str
    answered_at: datetime


_COLUMNS = [getattr(CustomerAnswer, field.name) for field in fields(AnswerRow)]


def answer(books: Books, document_id: UUID, asked: Answer) -> AnswerRow:
    """Accept or decline a quotation as its customer. The same answer again gives the first one.

    InvalidInput by field for no name or texts too long; WrongState, in words for the customer, for a document that is not to be
    decided, past its day, revised, cancelled, or answered otherwise.
    """
    view = queries.held(books, [document_id])[document_id]
    said = _said(asked)
    if (earlier := answers_of(books, [document_id]).get(document_id)) is not None:
        if (earlier.accepts, earlier.name, earlier.note) == (said.accepts, said.name, said.note):
            return earlier
        raise _answered(view.head.shown_number, earlier)
    require_answerable(view, books.today)
    row = AnswerRow(document_id, said.link_id, said.accepts, said.name, said.note, said.address_hash, books.now)
    books.insert(CustomerAnswer, [{name: getattr(row, name) for name in AnswerRow.__slots__}])
    queries.set_state(books, view.head, "accepted" if said.accepts else "declined", said.note, by=said.name)
    told = {"number": view.head.shown_number, "name": said.name, "note": said.note, "link": said.link_id}
    audit.record(books, "accept" if said.accepts else "decline", "order_document", document_id, new=told)
    return row


def answers_of(books: Books, document_ids: Iterable[UUID]) -> dict[UUID, AnswerRow]:
    """What customers said to some documents."""
    wanted = list(document_ids)
    if not wanted:
        return {}
    found = books.session.execute(select(*_COLUMNS).where(CustomerAnswer.document_id.in_(wanted)))
    return {row.document_id: AnswerRow(*row) for row in found}


def require_answerable(view: DocumentView, today: date) -> None:
    """WrongState, in words for the customer, unless the document waits for an answer today."""
    if (refusal := _refusal(view.head, today, is_touched=view.is_touched)) is not None:
        raise refusal


def waits_for_answer(view: DocumentView, today: date) -> bool:
    """Whether its public page offers to accept it."""
    return _refusal(view.head, today, is_touched=view.is_touched) is None


def why_not(view: DocumentView, today: date) -> WrongState | None:
    """What its public page says where it cannot be answered; None for what is never answered, and for what still waits."""
    return _refusal(view.head, today, is_touched=view.is_touched) if view.head.shape.is_decided else None


def _refusal(head: HeadRow, today: date, *, is_touched: bool) -> WrongState | None:
    number = head.shown_number
    if not head.shape.is_decided:
        return WrongState(problem=f"{number} asks for no answer.", fix="Talk to the shop about it.")
    if head.state == "replaced":
        return WrongState(problem=f"{number} was revised meanwhile.", fix="Ask the shop for the newest one.")
    if head.state == "cancelled":
        return WrongState(problem=f"{number} was cancelled.", fix="Ask the shop for a new one.")
    if head.state != "open" or is_touched:
        return WrongState(problem=f"{number} was answered already.", fix="Talk to the shop to change it.")
    if head.ends_on is not None and head.ends_on < today:
        return WrongState(problem=f"{number} was valid until {written(head.ends_on)}.", fix="Ask the shop for a new one.")
    return None


def _answered(number: str, earlier: AnswerRow) -> WrongState:
    if earlier.accepts:
        return WrongState(problem=f"{number} was accepted already by {earlier.name}.", fix="Talk to the shop to change it.")
    return WrongState(problem=f"{number} was declined already by {earlier.name}.", fix="Talk to the shop to change it.")


def _said(asked: Answer) -> Answer:
    errors: dict[str, str] = {}
    name, note = clean_text(asked.name), clean_lines(asked.note)
    if len(name) < 2:
        errors["name"] = "Type your name."
    elif len(name) > MOST_NAME:
        errors["name"] = f"Use at most {MOST_NAME} characters."
    if len(note) > MOST_NOTE:
        errors["note"] = f"Use at most {MOST_NOTE} characters."
    if errors:
        raise InvalidInput(errors)
    return Answer(asked.link_id, asked.accepts, name, note, asked.address_hash)
