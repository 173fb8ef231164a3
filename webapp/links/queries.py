"""Links as frozen rows: of one document, of a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from webapp.kernel.errors import NotFound
from webapp.kernel.records import dataclass
from webapp.links.models import PublicLink
from webapp.platform.permissions import Permission
from webapp.platform.tenancy import Actor, Books

PAGE = 50
STATES = ("open", "ended", "all")


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A public link."""

    id: UUID
    kind: str
    document_id: UUID
    title: str
    made_by: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    views: int
    made_by_id: UUID | None = None
    advance_paise: int = 0

    def opens(self, now: datetime) -> bool:
        """Whether it opens anything at this moment."""
        return self.revoked_at is None and self.expires_at > now

    def may_be_ended_by(self, actor: Actor) -> bool:
        """Whether this person made it, or may manage everybody's links."""
        return actor.may(Permission.LINK_MANAGE) or (self.made_by_id is not None and self.made_by_id == actor.user_id)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which links a list shows: `state` of STATES, a kind or "" for all, words of the title or of who made it."""

    state: str = "open"
    kind: str = ""
    words: str = ""


_COLUMNS: list[Any] = [getattr(PublicLink, field.name) for field in fields(LinkRow)]


def link_or_none(books: Books, link_id: UUID) -> LinkRow | None:
    """A link whether it opens or not."""
    row = books.session.execute(select(*_COLUMNS).where(PublicLink.id == link_id)).first()
    return LinkRow(*row) if row else None


def open_link(books: Books, link_id: UUID) -> LinkRow:
    """A link that still opens. NotFound for one ended, past its day or unknown."""
    link = link_or_none(books, link_id)
    if link is None or not link.opens(books.now):
        raise NotFound("link")
    return link


def links_of(books: Books, kind: str, document_id: UUID) -> list[LinkRow]:
    """The links to a document that still open, newest first."""
    query = (
        select(*_COLUMNS)
        .where(PublicLink.kind == kind, PublicLink.document_id == document_id, _opens(books.now))
        .order_by(PublicLink.made_at.desc(), PublicLink.id.desc())
    )
    return [LinkRow(*row) for row in books.session.execute(query)]


def links_of_many(books: Books, kind: str, document_ids: Sequence[UUID]) -> dict[UUID, LinkRow]:
    """Of each of these documents the newest link that still opens."""
    query = (
        select(*_COLUMNS)
        .where(PublicLink.kind == kind, PublicLink.document_id.in_(document_ids), _opens(books.now))
        .order_by(PublicLink.made_at, PublicLink.id)
    )
    return {row.document_id: LinkRow(*row) for row in books.session.execute(query)}


def links(books: Books, wanted: Wanted, *, after: tuple[datetime, UUID] | None = None, most: int = PAGE) -> list[LinkRow]:
    """A page of links, newest first, and one row more where there is a next page."""
    query = select(*_COLUMNS).order_by(PublicLink.made_at.desc(), PublicLink.id.desc()).limit(most + 1)
    if wanted.state != "all":
        opens = _opens(books.now)
        query = query.where(opens if wanted.state == "open" else ~opens)
    if wanted.kind:
        query = query.where(PublicLink.kind == wanted.kind)
    if wanted.words:
        sought = wanted.words.casefold()
        query = query.where(
            or_(
                func.lower(PublicLink.title).contains(sought, autoescape=True),
                func.lower(PublicLink.made_by).contains(sought, autoescape=True),
            )
        )
    if after is not None:
        instant, id_ = after
        query = query.where(or_(PublicLink.made_at < instant, and_(PublicLink.made_at == instant, PublicLink.id < id_)))
    return [LinkRow(*row) for row in books.session.execute(query)]


def any_at_all(books: Books) -> bool:
    """Whether a link was ever made."""
    return books.session.execute(select(PublicLink.id).limit(1)).first() is not None


def _opens(now: datetime) -> ColumnElement[bool]:
    return and_(PublicLink.revoked_at.is_(None), PublicLink.expires_at > now)
