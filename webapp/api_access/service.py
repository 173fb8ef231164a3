"""Tokens are made and revoked. What they are exchanged for is `granting`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp import company
from webapp.api_access import queries, rules
from webapp.api_access.events import ApiTokenMade
from webapp.api_access.models import ApiGrant, ApiToken
from webapp.api_access.refresh_tokens import kept
from webapp.api_access.rules import Kind
from webapp.api_access.scopes import in_order, roles_for_service
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.records import dataclass
from webapp.platform import audit, clock
from webapp.platform.outbox import announce
from webapp.platform.permissions import ROLE_PERMISSIONS, Role
from webapp.platform.templating import day_and_clock
from webapp.platform.tenancy import Actor, books_within, open_directory


@dataclass(frozen=True, slots=True)
class Draft:
    """A token as it is asked for. `role` and `stores` are of a service token alone; no store means every one."""

    name: str
    scopes: tuple[str, ...]
    days: int = rules.USUAL_DAYS
    networks: tuple[str, ...] = ()
    role: Role | None = None
    stores: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """A fresh token. `text` is told this once."""

    id: UUID
    text: str = field(repr=False)
    name: str


class TooManyTokens(Conflict):
    """More tokens than anybody looks after."""

    def __init__(self) -> None:
        super().__init__(
            problem=f"There are {rules.MOST_TOKENS} tokens that work already.", fix="Revoke those that are not used, then make this one."
        )


def make_personal(actor: Actor, draft: Draft, address: str = "") -> Made:
    """A token that acts for this member in this business, never for more than he may when it is used. TooManyTokens past the limit;
    InvalidInput beside what a form could not know."""
    return _make(actor, draft, actor.user_id, address)


def make_service(actor: Actor, draft: Draft, address: str = "") -> Made:
    """A token of the business itself, in a role that has no right more than its maker. InvalidInput beside `role` and `stores`."""
    if draft.role is None or draft.role not in roles_for_service(actor.allowed, ROLE_PERMISSIONS):
        raise InvalidInput({"role": "Choose a role that has no right more than yours."})
    return _make(actor, draft, None, address)


def _make(actor: Actor, draft: Draft, user_id: UUID | None, address: str) -> Made:
    text = rules.new_text(Kind.SERVICE if user_id is None else Kind.PERSONAL)
    with open_directory() as directory:
        if queries.count_active(directory, actor.company_id, user_id) >= rules.MOST_TOKENS:
            raise TooManyTokens
        row = ApiToken(
            id=new_id(),
            company_id=actor.company_id,
            user_id=user_id,
            token_hash=kept(text),
            beginning=rules.beginning(text),
            name=draft.name,
            scopes=list(in_order(draft.scopes)),
            role=None if user_id else draft.role,
            stores=[] if user_id else sorted(map(str, draft.stores)),
            networks=list(draft.networks),
            made_by=actor.name,
            created_at=clock.now(),
            expires_at=clock.now() + timedelta(days=draft.days),
        )
        directory.add(row)
        directory.flush()
        with books_within(directory, actor) as books:
            if unknown := set(row.stores) - {str(one.id) for one in company.stores(books)}:
                raise InvalidInput({"stores": f"{len(unknown)} of these stores are not of this business."})
            said = {"name": row.name, "scopes": row.scopes, "role": row.role or "", "stores": row.stores, "networks": row.networks}
            audit.record(books, "create", "api_token", row.id, new={**said, "expires": row.expires_at.isoformat()})
            announce(books, ApiTokenMade(row.id, user_id, row.name, day_and_clock(books.now), address))
    return Made(row.id, text, row.name)


def revoke(actor: Actor, token_id: UUID, *, user_id: UUID | None = None) -> None:
    """End a token of this business, and all that was given for it; it ends with the next request. `user_id`: of this member alone.
    NotFound for another's, another business's, and for one that was revoked."""
    with open_directory() as directory:
        mine = [ApiToken.id == token_id, ApiToken.company_id == actor.company_id, ApiToken.revoked_at.is_(None)]
        found = directory.scalars(select(ApiToken).where(*mine, *([ApiToken.user_id == user_id] if user_id else []))).first()
        if found is None:
            raise NotFound("token")
        end(directory, [found], actor.name)
        with books_within(directory, actor) as books:
            audit.record(books, "revoke", "api_token", found.id, old={"name": found.name})


def revoke_all(actor: Actor, *, user_id: UUID | None = None) -> int:
    """End every token of this business that works, or of one member of it; returns how many."""
    with open_directory() as directory:
        mine = [ApiToken.company_id == actor.company_id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > clock.now()]
        found = directory.scalars(select(ApiToken).where(*mine, *([ApiToken.user_id == user_id] if user_id else []))).all()
        end(directory, found, actor.name)
        with books_within(directory, actor) as books:
            for one in found:
                audit.record(books, "revoke", "api_token", one.id, old={"name": one.name})
    return len(found)


def end_of_member(directory: Session, user_id: UUID, company_id: int) -> None:
    """Somebody loses his place in a business: his tokens there end for good, also if he comes back."""
    mine = ApiToken.company_id == company_id, ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None)
    end(directory, directory.scalars(select(ApiToken).where(*mine)).all(), "")


def end(directory: Session, found: Sequence[ApiToken], by: str) -> None:
    """Revoke these tokens and what was given for them."""
    for one in found:
        one.revoked_at, one.revoked_by = clock.now(), by
    lived = ApiGrant.token_id.in_([one.id for one in found]), ApiGrant.ended_at.is_(None)
    directory.execute(update(ApiGrant).where(*lived).values(ended_at=clock.now(), ended_why="revoked"))
    directory.flush()
