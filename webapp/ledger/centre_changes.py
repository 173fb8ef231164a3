"""Verbs of cost centres: made by `masters`, here renamed, moved, put away and brought back."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.text import clean_text, folded
from webapp.ledger import chart_rules
from webapp.ledger.models import CostCentre
from webapp.platform import audit
from webapp.platform.tenancy import Books


def change_cost_centre(books: Books, centre_id: UUID, name: str, parent_id: UUID | None, version: int) -> None:
    """Rename a cost centre or move it under another. Refused: under itself or what is beneath it, a name that is taken (an
    archived one keeps its own); Conflict when it was changed since the form was opened."""
    row = _row(books, centre_id, version)
    rows = {one.id: one for one in books.session.scalars(select(CostCentre))}
    kept = clean_text(name)
    errors = chart_rules.name_errors(kept)
    twin = next((one for one in rows.values() if folded(one.name) == folded(kept) and one.id != centre_id), None)
    if twin is not None:
        errors["name"] = f"There is a cost centre called {twin.name} already. Use it, or choose another name."
    if parent_id is not None and parent_id not in rows:
        errors["parent_id"] = "Choose the centre it stands under from the list."
    elif parent_id is not None and centre_id in _path(rows, parent_id):
        errors["parent_id"] = "A cost centre cannot stand under itself or under one beneath it."
    elif parent_id is not None and len(_path(rows, parent_id)) + _height(rows, centre_id) > chart_rules.MOST_DEPTH:
        errors["parent_id"] = f"Cost centres stand at most {chart_rules.MOST_DEPTH} deep. Choose one further up."
    if errors:
        raise InvalidInput(errors)
    before = {"name": row.name, "under": rows[row.parent_id].name if row.parent_id else ""}
    after = {"name": kept, "under": rows[parent_id].name if parent_id else ""}
    if audit.record_change(books, "cost_centre", centre_id, before, after):
        row.name, row.parent_id = kept, parent_id
        row.version += 1
        books.session.flush()


def archive_cost_centre(books: Books, centre_id: UUID, version: int) -> None:
    """Put a cost centre away: no new line may name it. What it bears stays. Conflict while one beneath it is in use."""
    row = _row(books, centre_id, version)
    below = select(CostCentre.name).where(CostCentre.parent_id == centre_id, CostCentre.archived_at.is_(None))
    if inside := list(books.session.scalars(below)):
        raise Conflict(problem=f"{inside[0]} stands under {row.name}.", fix="Archive what stands under it first, or move it elsewhere.")
    _set(books, row, archived=True)


def restore_cost_centre(books: Books, centre_id: UUID, version: int) -> None:
    """Bring a cost centre back. Conflict while the one it stands under is archived."""
    row = _row(books, centre_id, version)
    above = books.session.scalars(select(CostCentre).where(CostCentre.id == row.parent_id)).first() if row.parent_id else None
    if above is not None and above.archived_at is not None:
        raise Conflict(problem=f"{row.name} stands under {above.name}, which is archived.", fix="Restore that one first.")
    _set(books, row, archived=False)


def _set(books: Books, row: CostCentre, *, archived: bool) -> None:
    if (row.archived_at is not None) == archived:
        return
    row.archived_at = books.now if archived else None
    row.version += 1
    books.session.flush()
    audit.record(books, "archive" if archived else "restore", "cost_centre", row.id, new={"name": row.name})


def _row(books: Books, centre_id: UUID, version: int) -> CostCentre:
    row = books.session.scalars(select(CostCentre).where(CostCentre.id == centre_id)).first()
    if row is None:
        raise NotFound("cost centre")
    if row.version != version:
        raise Conflict(
            problem=f"{row.name} was changed by somebody else while you had it open.",
            fix="Open it again to see how it stands now, then make your change.",
        )
    return row


def _height(rows: dict[UUID, CostCentre], centre_id: UUID) -> int:
    """How many stand in the longest line from a centre down, itself counted."""
    above = len(_path(rows, centre_id))
    return max(len(path) - above + 1 for one in rows if centre_id in (path := _path(rows, one)))


def _path(rows: dict[UUID, CostCentre], centre_id: UUID) -> list[UUID]:
    """A centre and those above it."""
    path = [centre_id]
    while (above := rows[path[-1]].parent_id) is not None and above not in path:
        path.append(above)
    return path
