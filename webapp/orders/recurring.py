"""Invoices that come again: templates, and the job that makes what is due. One template makes one for a day, whoever asks."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select, update

from webapp import parties, sales
from webapp.kernel.dates import written
from webapp.kernel.errors import BooksError, InvalidInput, NotFound
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text
from webapp.orders import queries, service
from webapp.orders.kinds import EVERY
from webapp.orders.models import RecurringInvoice
from webapp.orders.service import NewDocument
from webapp.platform import audit
from webapp.platform.tenancy import Books
from webapp.sales import TypedLine, TypedSheet

MOST_NAME = 100
# What a machine that slept makes up for in one go; the rest comes with the next.
MOST_AT_ONCE = 60
MOST_BACK = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class TemplateCommand:
    """A bill that shall come again from `starts_on`; `issues` says whether by itself, or as a proforma for a person to look at."""

    id: UUID
    name: str
    every: str
    starts_on: date
    ends_on: date | None
    issues: bool


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """A bill that comes again, as it stands."""

    id: UUID
    name: str
    party_id: UUID
    source_id: UUID
    body: Mapping[str, Any]
    every: str
    on_day: int
    starts_on: date
    ends_on: date | None
    issues: bool
    next_on: date
    newest_id: UUID | None
    newest_kind: str
    trouble: str
    ended_at: datetime | None


_COLUMNS = [getattr(RecurringInvoice, field.name) for field in fields(TemplateRow)]


def templates(books: Books) -> list[TemplateRow]:
    """Every template, those that still come first."""
    query = select(*_COLUMNS).order_by(RecurringInvoice.ended_at.is_not(None), RecurringInvoice.next_on, RecurringInvoice.id)
    return [TemplateRow(*row) for row in books.session.execute(query)]


def template(books: Books, recurring_id: UUID) -> TemplateRow:
    """One template. NotFound when this company has none by that id."""
    row = books.session.execute(select(*_COLUMNS).where(RecurringInvoice.id == recurring_id)).first()
    if row is None:
        raise NotFound("recurring invoice")
    return TemplateRow(*row)


def create_template(books: Books, source_id: UUID, asked: TemplateCommand) -> TemplateRow:
    """Have the sheet of a kept document come again as a bill. InvalidInput by field; the same id again gives the first one."""
    kept = queries.document(books, source_id).head
    if any(row.id == asked.id for row in templates(books)):
        return template(books, asked.id)
    name, errors = clean_text(asked.name), dict[str, str]()
    if not 0 < len(name) <= MOST_NAME:
        errors["name"] = f"Give it a name of at most {MOST_NAME} characters."
    if asked.every not in EVERY:
        errors["every"] = "Choose how often it comes."
    if asked.starts_on < books.today - MOST_BACK:
        errors["starts_on"] = f"Bills are made up for a year back at most, since {written(books.today - MOST_BACK)}."
    if asked.ends_on is not None and asked.ends_on < asked.starts_on:
        errors["ends_on"] = f"The last day must not be before {written(asked.starts_on)}."
    if not kept.body:
        errors[""] = "Nothing was typed on this document that could come again."
    if errors:
        raise InvalidInput(errors)
    row = {
        "id": asked.id,
        "name": name,
        "party_id": kept.party_id,
        "source_id": source_id,
        "body": dict(kept.body),
        "every": asked.every,
        "on_day": asked.starts_on.isoweekday() if asked.every == "week" else asked.starts_on.day,
        "starts_on": asked.starts_on,
        "ends_on": asked.ends_on,
        "issues": asked.issues,
        "next_on": asked.starts_on,
        "newest_id": None,
        "newest_kind": "",
        "trouble": "",
        "ended_at": None,
        "created_at": books.now,
        "created_by": books.actor.name,
    }
    books.insert(RecurringInvoice, [row])
    audit.record(
        books, "create", "recurring_invoice", asked.id, new={"name": name, "every": asked.every, "from": asked.starts_on, "of": kept.number}
    )
    return template(books, asked.id)


def end_template(books: Books, recurring_id: UUID) -> None:
    """It comes no more; what it made stays. Safe to repeat."""
    kept = template(books, recurring_id)
    if kept.ended_at is None:
        _set(books, recurring_id, ended_at=books.now)
        audit.record(books, "end", "recurring_invoice", recurring_id, old={"name": kept.name})


def make_due(books: Books) -> int:
    """Make every bill whose day has come; returns how many. Safe to repeat: its id follows from template and day.

    One that cannot be issued (a locked month, credit, goods that are not there) is made as a proforma, with the reason beside it.
    """
    made = 0
    for kept in templates(books):
        day = kept.next_on
        while not kept.ended_at and day <= books.today and (kept.ends_on is None or day <= kept.ends_on) and made < MOST_AT_ONCE:
            found = _make(books, kept, day)
            if found is None:
                break  # its day waits until the trouble is mended
            made += found
            day = day_after(kept, day)
        if day != kept.next_on:
            _set(books, kept.id, next_on=day)
    return made


def day_after(kept: TemplateRow, day: date) -> date:
    """The day it comes again after `day`: the same day of a later month, or that month's last."""
    if kept.every == "week":
        return day + timedelta(days=7)
    months = day.year * 12 + day.month - 1 + EVERY[kept.every]
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(kept.on_day, monthrange(year, month)[1]))


def _make(books: Books, kept: TemplateRow, day: date) -> int | None:
    """How many were made for a day; None when neither the bill nor a proforma could be, with the trouble before everybody's eyes."""
    typed = replace(sheet_of_body(kept.body), id=uuid5(kept.id, day.isoformat()), day=day.isoformat(), due_on="")
    words = ""
    if kept.issues:
        if sales.header_or_none(books, typed.id):
            return 0
        try:
            with books.savepoint():
                issued = sales.issue_invoice(books, typed)
        except BooksError as refusal:
            words = _words(refusal)
        else:
            _set(books, kept.id, newest_id=issued.invoice_id, newest_kind="invoice", trouble="")
            return 1
    proforma = replace(typed, id=uuid5(kept.id, f"proforma {day.isoformat()}"))
    if queries.head_or_none(books, proforma.id) is not None:
        return 0
    try:
        with books.savepoint():
            head = service.create(books, NewDocument("proforma", proforma))
    except BooksError as refusal:
        _set(books, kept.id, trouble=_words(refusal))
        return None
    _set(books, kept.id, newest_id=head.id, newest_kind="proforma", trouble=words)
    return 1


def _words(refusal: BooksError) -> str:
    return " ".join(refusal.errors.values()) if isinstance(refusal, InvalidInput) else f"{refusal.problem} {refusal.fix}"


def sheet_of_body(body: Mapping[str, Any]) -> TypedSheet:
    """What was typed on a kept document, to be typed again; its rows come of nothing."""
    known = {field.name for field in fields(TypedSheet)} - {"lines", "id"}
    lines = tuple(replace(TypedLine(**line), source="") for line in body.get("lines", ()))
    return TypedSheet(id=UUID(str(body["id"])), lines=lines, **{name: value for name, value in body.items() if name in known})


def party_names(books: Books, rows: list[TemplateRow]) -> Mapping[UUID, str]:
    """The names of the customers of some templates."""
    return {id_: one.name for id_, one in parties.parties_by_id(books, {row.party_id for row in rows}).items()}


def _set(books: Books, recurring_id: UUID, **values: Any) -> None:
    books.session.execute(update(RecurringInvoice).where(RecurringInvoice.id == recurring_id).values(**values))
