"""A sheet on its way in, up to the moment it is asked to be committed: received, its columns named, looked at."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from webapp.catalogue import columns
from webapp.catalogue.events import ImportRequested, ImportUndoRequested
from webapp.catalogue.import_known import known_catalogue, known_taxes
from webapp.catalogue.import_plan import Step, make_plan
from webapp.catalogue.import_rows import Options, parse_row
from webapp.catalogue.models import ColumnMapping, ItemImport, ItemImportError
from webapp.catalogue.sheets import MOST_BYTES, Sheet, read_sheet
from webapp.catalogue.shop_kinds import shop_kind
from webapp.catalogue.taxes import tax_class_ids
from webapp.company import profile
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.text import clean_text
from webapp.platform import audit, storage
from webapp.platform.outbox import announce
from webapp.platform.tenancy import Actor, Books, open_books

UPLOADED, WAITING, RUNNING, DONE, FAILED, UNDOING, UNDONE = "uploaded", "waiting", "running", "done", "failed", "undoing", "undone"
SHOWN_ROWS = 50


def receive(actor: Actor, file_name: str, chunks: Iterable[bytes]) -> UUID:
    """Take a sheet in and read it; returns the import's id. Nothing enters the catalogue yet.

    storage.TooLarge above 20 MB; UnreadableSheet when it is no sheet, has no items, or is a bomb. Nothing is kept then.
    """
    original = storage.put(actor.company_id, chunks, most_bytes=MOST_BYTES)
    try:
        sheet = read_sheet(storage.path_of(actor.company_id, original.key))
        # Kept as read: what the preview showed is what is imported, and no XLSX is unpacked a second time.
        kept = storage.put(actor.company_id, _written(sheet), suffix=".csv")
    finally:
        storage.delete(actor.company_id, original.key)
    with open_books(actor) as books:
        held = profile(books)
        classes = tax_class_ids(books)
        first_class = classes.get(shop_kind(held.shop_kind).tax_class) or next(iter(classes.values()))
        row = ItemImport(
            id=new_id(),
            file_name=clean_text(file_name)[-120:] or "sheet",
            storage_key=kept.key,
            sha256=original.sha256,
            state=UPLOADED,
            mapping=_mapping_for(books, sheet.headings),
            options={"tax_class_id": str(first_class), "price_includes_tax": held.prices_include_tax, "splits_repeats": True},
            rows_total=len(sheet.rows),
            created_by=actor.name,
            created_at=books.now,
        )
        books.session.add(row)
        books.session.flush()
        audit.record(books, "upload", "item_import", row.id, new={"file": row.file_name, "rows": row.rows_total, "sha256": row.sha256})
        return row.id


def set_columns(books: Books, import_id: UUID, mapping: Mapping[str, int], options: Options) -> None:
    """Say which column is what, and the choices for the whole sheet; remembered for sheets with the same headings."""
    row = _waiting_for_person(books, import_id)
    headings = sheet_of(books, row).headings
    errors = columns.checked(mapping, len(headings))
    if options.tax_class_id not in tax_class_ids(books).values():
        errors["tax_class"] = "Choose the tax class from the list."
    if errors:
        raise InvalidInput(errors)
    row.mapping = dict(mapping)
    row.options = {**options._asdict(), "tax_class_id": str(options.tax_class_id)}
    remembered = _remembered(books, headings)
    if remembered is None:
        remembered = ColumnMapping(headings_hash=columns.headings_hash(headings), mapping={}, updated_at=books.now)
        books.session.add(remembered)
    remembered.mapping, remembered.updated_at = dict(mapping), books.now
    books.session.flush()


class Preview(NamedTuple):
    """What an import would do: counts by act ("create", "change", "same", "refuse"), and rows to look at."""

    headings: tuple[str, ...]
    counts: Mapping[str, int]
    first: Sequence[tuple[Step, Mapping[str, str]]]  # the first rows, each with its cells by field
    refused: Sequence[tuple[Step, Mapping[str, str]]]  # refused rows below those
    errors_by_column: Mapping[str, int]


def preview(books: Books, import_id: UUID) -> Preview:
    """Decide for every row of the sheet, without writing anything."""
    row = import_row(books, import_id)
    sheet = sheet_of(books, row)
    cells = dict(cells_by_field(sheet, row.mapping))
    steps = plan_of(books, row, sheet)
    first, rest = steps[:SHOWN_ROWS], steps[SHOWN_ROWS:]
    return Preview(
        headings=sheet.headings,
        counts=Counter(step.act for step in steps),
        first=[(step, cells[step.number]) for step in first],
        refused=[(step, cells[step.number]) for step in rest if step.errors][:SHOWN_ROWS],
        errors_by_column=Counter(field for step in steps for field in step.errors),
    )


def plan_of(books: Books, row: ItemImport, sheet: Sheet) -> list[Step]:
    """The plan of an import as its columns and options stand."""
    choices = known_taxes(books)
    options = options_of(row)
    parsed = [parse_row(number, cells, options, choices) for number, cells in cells_by_field(sheet, row.mapping)]
    return make_plan(parsed, known_catalogue(books, row.id), options, choices)


def request_import(books: Books, import_id: UUID) -> None:
    """Have the import committed in the background. InvalidInput while its columns are not named; asked twice, it runs once."""
    row = import_row(books, import_id)
    if row.state in {WAITING, RUNNING, DONE}:
        return
    _waiting_for_person(books, import_id, may_go_on=True)
    if errors := columns.checked(row.mapping, len(sheet_of(books, row).headings)):
        raise InvalidInput(errors)
    row.state, row.error = WAITING, ""
    books.session.flush()
    audit.record(books, "request", "item_import", row.id, new={"mapping": row.mapping, "options": row.options})
    announce(books, ImportRequested(row.id))


def request_undo(books: Books, import_id: UUID) -> None:
    """Have all that an import did taken back in the background. Asked twice, it is done once."""
    row = import_row(books, import_id)
    if row.state in {UNDOING, UNDONE}:
        return
    if row.state not in {DONE, FAILED}:
        raise Conflict(problem="This import is still going on.", fix="Wait until it has ended, then undo it.")
    row.state, row.error = UNDOING, ""
    books.session.flush()
    audit.record(books, "request-undo", "item_import", row.id)
    announce(books, ImportUndoRequested(row.id))


# Reading --------------------------------------------------------------------------------------------------------------


class ImportRow(NamedTuple):
    """An import as lists show it."""

    id: UUID
    file_name: str
    state: str
    mapping: dict[str, Any]
    options: dict[str, Any]
    rows_total: int
    rows_done: int
    rows_created: int
    rows_changed: int
    rows_same: int
    rows_refused: int
    rows_removed: int
    rows_archived: int
    error: str
    created_by: str
    created_at: datetime
    finished_at: datetime | None


def imports(books: Books, most: int = 20) -> list[ImportRow]:
    """The newest imports."""
    query = select(*(getattr(ItemImport, name) for name in ImportRow._fields)).order_by(ItemImport.created_at.desc()).limit(most)
    return [ImportRow(*row) for row in books.session.execute(query)]


def one_import(books: Books, import_id: UUID) -> ImportRow:
    """One import as screens show it. NotFound when this company has none."""
    row = import_row(books, import_id)
    return ImportRow(*(getattr(row, name) for name in ImportRow._fields))


def import_row(books: Books, import_id: UUID) -> ItemImport:
    """The import of this id, to be worked on. NotFound when this company has none."""
    row = books.session.scalars(select(ItemImport).where(ItemImport.id == import_id)).first()
    if row is None:
        raise NotFound("import")
    return row


def error_rows(books: Books, import_id: UUID) -> tuple[tuple[str, ...], Iterator[list[str]]]:
    """Headings and rows of the error file: each refused row as it was sent, with what was wrong in a last column."""
    row = import_row(books, import_id)
    sheet = sheet_of(books, row)
    cells = dict(sheet.rows)
    labels = {field.name: field.label for field in columns.FIELDS}
    found = (
        select(ItemImportError.row_no, ItemImportError.errors)
        .where(ItemImportError.import_id == import_id)
        .order_by(ItemImportError.row_no)
    )
    width = len(sheet.headings)

    def lines() -> Iterator[list[str]]:
        for number, errors in books.session.execute(found).all():
            said = "; ".join(f"{labels.get(field, field)}: {words}" for field, words in errors.items())
            yield [str(number), *(list(cells.get(number, ())) + [""] * width)[:width], said]

    return ("Row", *sheet.headings, "What is wrong"), lines()


def options_of(row: ItemImport | ImportRow) -> Options:
    """The choices kept with an import."""
    kept = row.options
    return Options(UUID(kept["tax_class_id"]), bool(kept["price_includes_tax"]), bool(kept["splits_repeats"]))


def sheet_of(books: Books, row: ItemImport) -> Sheet:
    """The sheet of an import, as it was read when it came."""
    with storage.open_file(books.company_id, row.storage_key) as raw, io.TextIOWrapper(raw, "utf-8", newline="") as file:
        lines = csv.reader(file)
        headings = tuple(next(lines)[1:])
        return Sheet(headings, tuple((int(line[0]), tuple(line[1:])) for line in lines), "utf-8")


def cells_by_field(sheet: Sheet, mapping: Mapping[str, int]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row's number, and its cells by the field they were said to be."""
    for number, cells in sheet.rows:
        yield number, {field: cells[column] if column < len(cells) else "" for field, column in mapping.items()}


def _written(sheet: Sheet) -> Iterator[bytes]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(["", *sheet.headings])
    for number, cells in sheet.rows:
        writer.writerow([number, *cells])
        if buffer.tell() > 1_000_000:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _mapping_for(books: Books, headings: tuple[str, ...]) -> dict[str, Any]:
    remembered = _remembered(books, headings)
    if remembered is not None and not columns.checked(remembered.mapping, len(headings)):
        return dict(remembered.mapping)
    return dict(columns.guess(headings))


def _remembered(books: Books, headings: tuple[str, ...]) -> ColumnMapping | None:
    return books.session.scalars(select(ColumnMapping).where(ColumnMapping.headings_hash == columns.headings_hash(headings))).first()


def _waiting_for_person(books: Books, import_id: UUID, *, may_go_on: bool = False) -> ItemImport:
    row = import_row(books, import_id)
    if row.state not in {UPLOADED, FAILED} or (row.rows_done and not may_go_on):
        raise Conflict(
            problem="This import has been started already.", fix="Look at its progress; to change something, import the sheet again."
        )
    return row
