"""Save a view, end it, have it shown first."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, func, select, update

from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.text import clean_text
from webapp.platform.permissions import Role
from webapp.platform.rows import insert_once
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_one
from webapp.saved_views import queries, rules
from webapp.saved_views.models import SavedView
from webapp.saved_views.queries import ViewRow


# long: what a form asks, each by its own name
def save_view(books: Books, endpoint: str, name: str, query: str, *, is_shared: bool = False, is_default: bool = False) -> None:
    """Keep the filters of a list under a name; the same name again takes the new filters. InvalidInput by field."""
    user_id = _person(books)
    kept, name = rules.tidied(query), clean_text(name)
    if not name or len(name) > rules.MOST_NAME:
        raise InvalidInput({"name": f"Give the view a name of at most {rules.MOST_NAME} signs."})
    if len(kept) > rules.MOST_QUERY:
        raise InvalidInput({"name": "These filters are too long to be kept. Choose fewer of them."})
    write_one(books, user_id)
    mine = (SavedView.user_id == user_id, SavedView.endpoint == endpoint)
    if is_default:
        books.session.execute(update(SavedView).where(*mine, SavedView.is_default.is_(True)).values(is_default=False))
    values = {"query": kept, "is_shared": is_shared, "is_default": is_default, "saved_at": books.now, "made_by": books.actor.name}
    key = {"user_id": user_id, "endpoint": endpoint, "name": name}
    if not insert_once(books, SavedView, {"id": new_id(), **key, **values}):
        books.session.execute(update(SavedView).where(*mine, SavedView.name == name).values(**values))
    if (books.session.scalar(select(func.count()).where(*mine)) or 0) > rules.MOST_VIEWS:
        raise InvalidInput({"name": f"You have {rules.MOST_VIEWS} views of this list. End one first."})


def end_view(books: Books, view_id: UUID) -> ViewRow:
    """Forget a view. NotFound for one that is another person's, unless it is shared and the owner ends it."""
    view = queries.view_or_none(books, view_id)
    if view is None or not (view.user_id == books.actor.user_id or (view.is_shared and books.actor.role is Role.OWNER)):
        raise NotFound("view")
    books.session.execute(delete(SavedView).where(SavedView.id == view_id))
    return view


def show_first(books: Books, view_id: UUID) -> ViewRow:
    """Have one of one's own views be what its list begins with; if it is already, the list begins with everything again."""
    view = queries.view_or_none(books, view_id)
    if view is None or view.user_id != _person(books):
        raise NotFound("view")
    mine = (SavedView.user_id == view.user_id, SavedView.endpoint == view.endpoint)
    write_one(books, view.user_id)
    books.session.execute(update(SavedView).where(*mine, SavedView.is_default.is_(True)).values(is_default=False))
    if not view.is_default:
        books.session.execute(update(SavedView).where(SavedView.id == view_id).values(is_default=True))
    return view


def _person(books: Books) -> UUID:
    if books.actor.user_id is None:
        raise NotFound("person")
    return books.actor.user_id
