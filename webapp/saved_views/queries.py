"""Views as frozen rows."""

from __future__ import annotations

from dataclasses import fields
from uuid import UUID

from sqlalchemy import bindparam, or_, select

from webapp.kernel.records import dataclass
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books
from webapp.saved_views.models import SavedView


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A view of a list."""

    id: UUID
    user_id: UUID
    made_by: str
    endpoint: str
    name: str
    query: str
    is_shared: bool
    is_default: bool


_COLUMNS = [getattr(SavedView, field.name) for field in fields(ViewRow)]
# Asked with each list that is opened without filters.
_DEFAULT = Lookup(
    select(SavedView.query).where(
        SavedView.user_id == bindparam("user"), SavedView.endpoint == bindparam("endpoint"), SavedView.is_default.is_(True)
    )
)


def views_of(books: Books, endpoint: str) -> list[ViewRow]:
    """This person's views of a list, and those that others share; by name, one's own first."""
    mine = SavedView.user_id == books.actor.user_id
    query = select(*_COLUMNS).where(SavedView.endpoint == endpoint, or_(mine, SavedView.is_shared.is_(True)))
    return [ViewRow(*row) for row in books.session.execute(query.order_by(mine.desc(), SavedView.name, SavedView.id))]


def view_or_none(books: Books, view_id: UUID) -> ViewRow | None:
    """One view, or None when this company has none."""
    row = books.session.execute(select(*_COLUMNS).where(SavedView.id == view_id)).first()
    return ViewRow(*row) if row else None


def first_shown(books: Books, endpoint: str) -> str:
    """The filters this person wants to see first in a list; "" for none."""
    row = _DEFAULT.first(books, user=books.actor.user_id, endpoint=endpoint) if books.actor.user_id else None
    return str(row.query) if row else ""
