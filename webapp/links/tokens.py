"""From a link to its public address, and from the token in an address back to the document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from flask import current_app, request, url_for

from webapp.links import queries, service
from webapp.links.kinds import kind_of
from webapp.links.queries import LinkRow
from webapp.links.rules import MOST_A_MINUTE, MOST_ANSWERS_A_MINUTE, Doorkeeper
from webapp.platform import clock
from webapp.platform import links as signed
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_books, read_books
from webapp.platform.web import settings


@dataclass(frozen=True, slots=True)
class Opened:
    """What a token opens. `actor` may read the books of the document's company; the room shows this one document and nothing else."""

    link_id: UUID
    document_id: UUID
    actor: Actor


def address(company_id: int, link: LinkRow) -> str:
    """The public address of a link."""
    token = signed.sign(settings().secret_key, signed.Link(link.kind, company_id, link.id, link.expires_at))
    return f"{settings().public_url}{url_for(kind_of(link.kind).endpoint, token=token)}"


def resolve(kind: str, token: str, *, writes: bool = False) -> Opened:
    """The document that a token opens, for whoever asks now. NotFound when it is forged, of another kind, ended or past its day,
    in the same words; TooManyOpenings when its address asks too often, whatever it asks for, and sooner where it `writes`."""
    asker, second = request.remote_addr or "", int(clock.now().timestamp())
    if writes:
        _doorkeeper("answers", MOST_ANSWERS_A_MINUTE).require_room(asker, second)
    _doorkeeper("openings", MOST_A_MINUTE).require_room(asker, second)
    link = signed.read(settings().secret_key, kind, token, clock.now())
    actor = Actor(company_id=link.company_id, role=Role.CASHIER, name="link", via="link")
    with read_books(actor) as books:
        return Opened(link.id, queries.open_link(books, link.id).document_id, actor)


def count_view(opened: Opened) -> None:
    """The document was shown: one view more."""
    with open_books(opened.actor) as books:
        service.count(books, opened.link_id)


def _doorkeeper(what: str, most: int) -> Doorkeeper:
    """One for each app, so that two apps in one process do not share their counts."""
    return cast("Doorkeeper", current_app.extensions.setdefault(f"munim.link_doorkeeper.{what}", Doorkeeper(most)))
