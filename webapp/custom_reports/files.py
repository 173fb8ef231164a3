"""The file of a report, made by a job from what was asked when it was asked, as far as who asked may have it when it is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from webapp import company, identity
from webapp.custom_reports import queries, running
from webapp.custom_reports.models import ReportRun
from webapp.custom_reports.rules import Definition
from webapp.custom_reports.running import ReportRow, Shape
from webapp.kernel.dates import Period, written
from webapp.kernel.errors import Forbidden, NotFound
from webapp.platform import exports, progress, storage, tables_pdf
from webapp.platform.exports import Quantity, Rupees
from webapp.platform.permissions import Permission
from webapp.platform.rows import update_count
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Actor, Books, open_books, read_books


def make_file(actor: Actor, run_id: UUID) -> bool:
    """Make a file that was asked for, and keep it; whether it is there. Not, when who asked may have nothing of it any more. One that is
    there stands. NotFound when this company asked for none."""
    with read_books(actor) as books:
        run = books.session.scalars(select(ReportRun).where(ReportRun.id == run_id)).first()
        if run is None:
            raise NotFound("file")
        books.session.expunge(run)
        if storage.path_of(actor.company_id, queries.storage_key(run)).exists():
            return True
    asker = _asker(actor, run)
    try:
        shaped = running.shape(Definition.kept(run.definition), asker) if asker else None
    except Forbidden:
        shaped = None
    if run.is_refused or asker is None or shaped is None:
        _note(actor, run, is_refused=True)
        return False
    # What is in the file is written down before it is there: whoever fetches it must be allowed all of that, and no less.
    run.definition, run.stores = shaped.definition.plain(), sorted(str(one) for one in asker.held_to or ())
    _note(actor, run, definition=run.definition, stores=run.stores)
    with read_books(asker) as books:
        period = Period(run.first_day, run.last_day) if run.first_day and run.last_day else None
        storage.put(actor.company_id, _content(books, run, shaped, period), name=run.id.hex, suffix=f".{run.format}")
    return True


def _asker(job: Actor, run: ReportRun) -> Actor | None:
    """Who asked, as he stands now, held to those of the stores asked for that are still his. None when he may have nothing."""
    asker = identity.asker_now(job, run.user_id, run.asked_by, Permission.REPORT_EXPORT)
    if asker is None:
        return None
    asked = frozenset(UUID(one) for one in run.stores)
    with read_books(asker) as books:
        mine = company.allowed_stores(books)
    stores = asked if mine is None else (asked & mine if asked else mine)
    return replace(asker, held_to=stores) if stores or mine is None else None


def _note(job: Actor, run: ReportRun, **values: object) -> None:
    with open_books(job) as books:
        update_count(books, update(ReportRun).where(ReportRun.id == run.id).values(**values))


def columns_of(shaped: Shape, labels: Mapping[str, str]) -> tuple[Column, ...]:
    """The columns as files write them."""
    fields = zip(shaped.columns, shaped.fields, strict=True)
    return tuple(Column(labels.get(code, code), field.kind, 20 if field.kind == "text" else 12) for code, field in fields)


def written_rows(found: Iterator[ReportRow], columns: Sequence[Column], total_words: str) -> Iterator[tuple[Any, ...]]:
    """Rows with the words of sub-totals and totals in the first column of text."""
    place = next((at for at, column in enumerate(columns) if column.kind in ("text", "code")), None)
    for row in found:
        cells = list(row.cells)
        if row.kind != "row" and place is not None:
            cells[place] = f"{total_words}: {row.label}" if row.kind == "sub" else total_words
        yield tuple("" if cell is None else cell for cell in cells)


def _content(books: Books, run: ReportRun, shaped: Shape, period: Period | None) -> Iterator[bytes]:
    columns = columns_of(shaped, run.headings)
    rows = written_rows(progress.counted(running.rows(books, shaped, period)), columns, str(run.headings.get("", "Total")))
    if run.format == "pdf":
        about = (f"{written(period.first_day)} – {written(period.last_day)}",) if period else ()
        paper = tables_pdf.Paper(company.profile(books).name, run.name, about, columns, is_wide=len(columns) > 6)
        yield tables_pdf.draw(paper, rows)
        return
    typed = ([_typed(cell, column.kind) for cell, column in zip(row, columns, strict=True)] for row in rows)
    write = exports.WAYS[run.format]
    yield from write("report", [column.label for column in columns], typed).iter_encoded()


def _typed(value: Any, kind: str) -> Any:
    if isinstance(value, int) and kind == "amount":
        return Rupees(value)
    return Quantity(value) if isinstance(value, int) and kind == "qty" else value


def headings_of(codes: Sequence[str], labels: Mapping[str, str], total: str) -> dict[str, str]:
    """What a file will be headed with, in the language of who asks; under "" the word for a total."""
    return {**{code: str(labels[code]) for code in codes}, "": str(total)}
