"""From a link to its public address, and from the token in an address back to the document."""

from __future__ import annotations

from uuid import UUID

from flask import url_for

from webapp.kernel.errors import NotFound
from webapp.kernel.records import dataclass
from webapp.links import door, queries, service
from webapp.links.kinds import kind_of
from webapp.links.queries import LinkRow
from webapp.platform import clock, machine
from webapp.platform import links as signed
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_books, read_books
from webapp.platform.web import settings


@dataclass(frozen=True, slots=True)
class Opened:
    """What a token opens. `actor` may read the books of the document's company; the room shows this one document and nothing else.
    `title` is what it was called when it was shared, `advance_paise` what is asked for in advance on it, nought for nothing."""

    link_id: UUID
    kind: str
    document_id: UUID
    actor: Actor
    title: str = ""
    advance_paise: int = 0


def address(company_id: int, link: LinkRow) -> str:
    """The public address of a link."""
    token = signed.sign(settings().secret_key, signed.Link(link.kind, company_id, link.id, link.expires_at))
    return f"{settings().public_url}{url_for(kind_of(link.kind).endpoint, token=token)}"


def address_of_path(company_id: int, link: LinkRow, path: str) -> str:
    """The same for a job, which has no map of the site: `path` is where the kind's page is, such as "/b/"."""
    token = signed.sign(machine.secret_key(), signed.Link(link.kind, company_id, link.id, link.expires_at))
    return f"{machine.public_url()}{path}{token}"


def kind_address(kind: str, token: str, *, lang: str | None = None) -> str:
    """The page that a token of this kind opens, as an address of this site."""
    return url_for(kind_of(kind).endpoint, token=token, lang=lang)


def resolve(kind: str, token: str, *, writes: bool = False) -> Opened:
    """The document that a token opens, for whoever asks now. NotFound when it is forged, of another kind, ended or past its day,
    in the same words; TooManyOpenings when its address asks too often, whatever it asks for, and sooner where it `writes`."""
    door.knock(writes=writes)
    link = signed.read(settings().secret_key, kind, token, clock.now())
    actor = Actor(company_id=link.company_id, role=Role.CASHIER, name="link", via="link")
    with read_books(actor) as books:
        row = queries.open_link(books, link.id)
    if row.kind != kind:
        raise NotFound("link")
    return Opened(link.id, kind, row.document_id, actor, row.title, row.advance_paise)


def count_view(opened: Opened) -> None:
    """The document was shown: one view more."""
    with open_books(opened.actor) as books:
        service.count(books, opened.link_id)
