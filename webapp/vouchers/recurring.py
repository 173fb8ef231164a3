"""Vouchers that come again: templates, and the job that makes what is due. One template makes one voucher for a day, whoever asks."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid5

from sqlalchemy import update

from webapp.kernel.dates import written
from webapp.kernel.errors import BooksError, InvalidInput
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text
from webapp.platform import audit
from webapp.platform.tenancy import Books
from webapp.vouchers import queries, service
from webapp.vouchers.models import VoucherTemplate
from webapp.vouchers.queries import TemplateRow
from webapp.vouchers.rules import State, VoucherCommand

EVERY = {"week": 0, "month": 1, "quarter": 3, "year": 12}  # in months; a week is seven days
MOST_NAME = 100
# What a machine that slept makes up for in one go; the rest comes with the next.
MOST_AT_ONCE = 120


@dataclass(frozen=True, slots=True)
class TemplateCommand:
    """A voucher that shall come again from `starts_on`; `posts` says whether by itself, or as a draft for a person to look at."""

    id: UUID
    name: str
    every: str
    starts_on: date
    ends_on: date | None
    posts: bool


def create_template(books: Books, document_id: UUID, asked: TemplateCommand) -> TemplateRow:
    """Have a kept voucher come again. InvalidInput by field; the same id again gives the first one."""
    kept = queries.document(books, document_id)
    if (earlier := queries.template_or_none(books, asked.id)) is not None:
        return earlier
    name, errors = clean_text(asked.name), dict[str, str]()
    if not 0 < len(name) <= MOST_NAME:
        errors["name"] = f"Give it a name of at most {MOST_NAME} characters."
    if asked.every not in EVERY:
        errors["every"] = "Choose how often it comes."
    if asked.ends_on is not None and asked.ends_on < asked.starts_on:
        errors["ends_on"] = f"The last day must not be before {written(asked.starts_on)}."
    if errors:
        raise InvalidInput(errors)
    row = VoucherTemplate(
        id=asked.id,
        name=name,
        kind=kept.kind,
        body={**kept.body, "reverse_on": None},
        every=asked.every,
        on_day=asked.starts_on.isoweekday() if asked.every == "week" else asked.starts_on.day,
        starts_on=asked.starts_on,
        ends_on=asked.ends_on,
        posts=asked.posts,
        next_on=asked.starts_on,
        ended_at=None,
        created_at=books.now,
        created_by=books.actor.name,
    )
    books.session.add(row)
    books.session.flush()
    audit.record(books, "create", "voucher_template", row.id, new={"name": name, "every": asked.every, "from": asked.starts_on, **row.body})
    return queries.template(books, row.id)


def end_template(books: Books, template_id: UUID) -> None:
    """It comes no more; what it made stays. Safe to repeat."""
    kept = queries.template(books, template_id)
    if kept.ended_at is None:
        books.session.execute(update(VoucherTemplate).where(VoucherTemplate.id == template_id).values(ended_at=books.now))
        audit.record(books, "end", "voucher_template", template_id, old={"name": kept.name})


def make_due(books: Books) -> int:
    """Make every voucher of a template whose day has come; returns how many. Safe to repeat: its id follows from template and day.

    One that cannot be posted (a locked month, an archived account) is made as a draft with the reason beside it.
    """
    made = 0
    for template in queries.templates(books):
        day = template.next_on
        while (
            not template.ended_at and day <= books.today and (template.ends_on is None or day <= template.ends_on) and made < MOST_AT_ONCE
        ):
            made += _make(books, template, day)
            day = day_after(template, day)
        if day != template.next_on:
            books.session.execute(update(VoucherTemplate).where(VoucherTemplate.id == template.id).values(next_on=day))
    return made


def day_after(template: TemplateRow, day: date) -> date:
    """The day it comes again after `day`: the same day of a later month, or that month's last."""
    if template.every == "week":
        return day + timedelta(days=7)
    return after_months(day, EVERY[template.every], template.on_day)


def after_months(day: date, count: int, on_day: int) -> date:
    """The day `on_day` of the month that comes `count` months after that of `day`; where it has none, its last."""
    months = day.year * 12 + day.month - 1 + count
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(on_day, monthrange(year, month)[1]))


def _make(books: Books, template: TemplateRow, day: date) -> int:
    id_ = uuid5(template.id, day.isoformat())
    if queries.version_of_save(books, id_) is not None:
        return 0  # made before; deleted since, perhaps, and then it was not wanted
    command = VoucherCommand(
        id=id_,
        save_id=id_,
        kind=template.kind,
        voucher_date=day,
        entries=template.entries,
        narration=template.body["narration"],
        reference=template.body["reference"],
        wish=State.POSTED if template.posts else State.DRAFT,
        store_id=template.store_id,
        template_id=template.id,
        template_date=day,
    )
    try:
        with books.savepoint():
            service.save(books, command)
    except BooksError as refusal:
        words = " ".join(refusal.errors.values()) if isinstance(refusal, InvalidInput) else f"{refusal.problem} {refusal.fix}"
        try:
            with books.savepoint():
                service.save(books, replace(command, wish=State.DRAFT))
                service.note_trouble(books, id_, words)
        except BooksError:
            return 0  # not even a draft: its account is gone. The template stays, with its next day before everybody's eyes
    return 1
