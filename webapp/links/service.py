"""Make a link, end it, count who opened it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import update

from webapp.company import allowed_stores
from webapp.kernel.errors import Forbidden, NotFound
from webapp.kernel.ids import new_id
from webapp.links import queries
from webapp.links.models import OF_EVERY_STORE, PublicLink
from webapp.links.queries import LinkRow
from webapp.platform import audit
from webapp.platform.permissions import Permission
from webapp.platform.rows import update_count
from webapp.platform.tenancy import Books


def make(books: Books, kind: str, document_id: UUID, title: str, *, days: int, advance_paise: int = 0) -> LinkRow:
    """Make a link to a document, open for `days`. The caller has seen that the document is this company's; `title` is what it
    is called in the list of links; `advance_paise` is what its page asks for in advance. Forbidden to who
    is held to stores for what shows every store."""
    if not books.actor.may(Permission.LINK_SHARE):
        raise Forbidden(problem="Your role does not make public links.", fix="Send the paper as a PDF, or ask the owner for a link.")
    if kind in OF_EVERY_STORE and allowed_stores(books) is not None:
        raise Forbidden(
            problem="A link to a statement shows the party's account in every store, and you work in some.",
            fix="Send the statement of your stores as a PDF, or ask the owner for a link.",
        )
    row = LinkRow(
        id=new_id(),
        kind=kind,
        document_id=document_id,
        title=title,
        made_by=books.actor.name,
        made_at=books.now,
        expires_at=books.now + timedelta(days=days),
        revoked_at=None,
        views=0,
        made_by_id=books.actor.user_id,
        advance_paise=advance_paise,
    )
    books.session.add(PublicLink(**{name: getattr(row, name) for name in LinkRow.__slots__}))
    books.session.flush()
    asked = {"advance": advance_paise} if advance_paise else {}
    audit.record(books, "share", "public_link", row.id, new={"kind": kind, "title": title, "days": days, **asked})
    return row


def revoke(books: Books, link_id: UUID) -> LinkRow:
    """A link opens nothing from now on; returns it as it stood. NotFound when it does not open now, Forbidden for who neither made it
    nor manages links."""
    link = queries.open_link(books, link_id)
    if not link.may_be_ended_by(books.actor):
        raise Forbidden(problem="Somebody else made this link.", fix=f"Ask {link.made_by} or the owner to end it.")
    query = update(PublicLink).where(PublicLink.id == link_id, PublicLink.revoked_at.is_(None))
    if not update_count(books, query.values(revoked_at=books.now)):
        raise NotFound("link")
    audit.record(books, "revoke", "public_link", link_id, old={"kind": link.kind, "title": link.title})
    return link


def revoke_all(books: Books) -> None:
    """No link of the business opens anything from now on: it is closed."""
    update_count(books, update(PublicLink).where(PublicLink.revoked_at.is_(None)).values(revoked_at=books.now))


def count(books: Books, link_id: UUID) -> None:
    """One view more. A sum in the statement, so that two at once are both counted."""
    update_count(books, update(PublicLink).where(PublicLink.id == link_id).values(views=PublicLink.views + 1))
