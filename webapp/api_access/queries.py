"""Tokens as pages list them, and as they are looked up with each request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session

from webapp import identity
from webapp.api_access import rules
from webapp.api_access.models import ApiGrant, ApiToken
from webapp.api_access.refresh_tokens import NOBODYS
from webapp.api_access.rules import GrantTimes, State
from webapp.api_access.scopes import in_order, permissions_of
from webapp.kernel.records import dataclass
from webapp.platform import clock
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor

PAGE = 50
VIA = "api"  # the road of a program, in the edit log


# As they are looked up -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Program:
    """Who asks with a token that holds at this moment, and what it may: `actor` is a member now, or the business's own program."""

    actor: Actor
    token_id: UUID
    token_name: str
    scopes: tuple[str, ...]
    networks: tuple[str, ...]
    expires_at: datetime
    last_used_at: datetime | None
    refused_at: datetime | None
    grant_id: UUID | None = None
    times: GrantTimes | None = None
    refresh_hash: str = ""

    @property
    def is_personal(self) -> bool:
        return self.actor.user_id is not None

    @property
    def subject(self) -> str:
        """Who this is, in a web token."""
        return f"user:{self.actor.user_id}" if self.is_personal else f"service:{self.token_id}"


def program_of_token(directory: Session, token_hash: str) -> Program | None:
    """Whose a personal or service token is, if it holds now. The statements are the same for one that nobody has, that has ended, or whose
    member has left."""
    row = directory.execute(_by_hash(), {"sought": token_hash}).mappings().first()
    return _program(directory, row)


def program_of_grant(directory: Session, grant_id: UUID | None) -> Program | None:
    """The same by what was given for a token; None too when that has ended. A grant that was ended is none whoever shows what of it."""
    row = directory.execute(_by_grant(), {"sought": grant_id or NOBODYS}).mappings().first()
    found = _program(directory, row)
    if found is None or found.times is None or not found.times.is_live(clock.now()):
        return None
    return found


def _program(directory: Session, row: Any) -> Program | None:
    company_id, user_id = (row["company_id"], row["user_id"]) if row is not None else (0, None)
    # Asked always, so that a token that nobody has costs what any other does.
    member = identity.actor_of(directory, company_id, user_id or NOBODYS)
    is_open = identity.is_open(directory, company_id, to_all=row is not None and row["role"] is not None)
    if row is None or not is_open or rules.state(row["expires_at"], row["revoked_at"], clock.now()) is not State.ACTIVE:
        return None
    is_service = row["role"] is not None
    actor = _service_actor(row) if is_service else member
    if actor is None:
        return None
    scopes = in_order(set(row["scopes"]) & set(row.get("granted", row["scopes"])))
    times = GrantTimes(row["refreshed_at"], row["grant_expires_at"], row["ended_at"]) if "grant_id" in row else None
    return Program(
        actor=narrowed(actor, scopes),
        token_id=row["id"],
        token_name=row["name"],
        scopes=scopes,
        networks=tuple(row["networks"]),
        expires_at=row["expires_at"],
        last_used_at=row["last_used_at"],
        refused_at=row["refused_at"],
        grant_id=row.get("grant_id"),
        times=times,
        refresh_hash=row.get("refresh_hash", ""),
    )


def narrowed(actor: Actor, scopes: tuple[str, ...]) -> Actor:
    """The actor as a program: by another road, and no more than these scopes hold."""
    return replace(actor, via=VIA, only=permissions_of(scopes))


def _service_actor(row: Any) -> Actor:
    return Actor(row["company_id"], Role(row["role"]), None, row["name"], via=VIA, held_to=frozenset(map(UUID, row["stores"])))


_LOOKED_UP = (
    *(ApiToken.id, ApiToken.company_id, ApiToken.user_id, ApiToken.name, ApiToken.scopes, ApiToken.role, ApiToken.stores),
    *(ApiToken.networks, ApiToken.expires_at, ApiToken.last_used_at, ApiToken.refused_at, ApiToken.revoked_at),
)


@cache
def _by_hash() -> Select[*tuple[Any, ...]]:
    return select(*_LOOKED_UP).where(ApiToken.token_hash == bindparam("sought"))


@cache
def _by_grant() -> Select[*tuple[Any, ...]]:
    """Made once: it runs with every request of a program."""
    return (
        select(
            *_LOOKED_UP,
            ApiGrant.id.label("grant_id"),
            ApiGrant.scopes.label("granted"),
            ApiGrant.refresh_hash,
            ApiGrant.refreshed_at,
            ApiGrant.expires_at.label("grant_expires_at"),
            ApiGrant.ended_at,
        )
        .join(ApiGrant, ApiGrant.token_id == ApiToken.id)
        .where(ApiGrant.id == bindparam("sought"))
    )


# As pages list them ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of tokens shows. `user_id`: one member's own; None: the whole business's, members' and its own."""

    words: str = ""
    state: str = ""  # a State
    kind: str = ""  # "personal" or "service"
    user_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as its owner sees it: never the text that opens."""

    id: UUID
    user_id: UUID | None
    beginning: str
    name: str
    scopes: tuple[str, ...]
    role: str
    stores: tuple[str, ...]
    networks: tuple[str, ...]
    made_by: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    last_address: str
    refused_at: datetime | None
    refused_address: str
    revoked_at: datetime | None
    revoked_by: str
    state: State

    @property
    def is_ending(self) -> bool:
        """Whether it works, and will not for long."""
        return self.state is State.ACTIVE and self.expires_at - clock.now() < rules.ENDS_SOON


def tokens(directory: Session, company_id: int, wanted: Wanted, *, older_than: UUID | None = None, most: int = PAGE) -> list[TokenRow]:
    """Tokens of a business, the newest first."""
    query = select(ApiToken).where(ApiToken.company_id == company_id, *_conditions(wanted))
    if older_than is not None:
        query = query.where(ApiToken.id < older_than)
    return [_row(one) for one in directory.scalars(query.order_by(ApiToken.id.desc()).limit(most))]


def every_token(directory: Session, company_id: int, wanted: Wanted) -> Iterator[TokenRow]:
    """The whole list, read in pages."""
    older_than: UUID | None = None
    while found := tokens(directory, company_id, wanted, older_than=older_than):
        yield from found
        older_than = found[-1].id


def count_active(directory: Session, company_id: int, user_id: UUID | None) -> int:
    """How many tokens of a member, or of the business itself, work now."""
    own = ApiToken.company_id == company_id, ApiToken.user_id == user_id if user_id else ApiToken.user_id.is_(None)
    return directory.scalar(select(func.count()).select_from(ApiToken).where(*own, *_conditions(Wanted(state=State.ACTIVE)))) or 0


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.user_id is not None:
        found.append(ApiToken.user_id == wanted.user_id)
    if wanted.words:
        sought = f"%{wanted.words.casefold().translate(_PLAIN)}%"
        found.append(or_(*(func.lower(one).like(sought, escape="\\") for one in (ApiToken.name, ApiToken.beginning, ApiToken.made_by))))
    if wanted.kind:
        found.append(ApiToken.user_id.is_not(None) if wanted.kind == "personal" else ApiToken.user_id.is_(None))
    if wanted.state == State.REVOKED:
        found.append(ApiToken.revoked_at.is_not(None))
    elif wanted.state:
        is_over = ApiToken.expires_at <= clock.now()
        found += [ApiToken.revoked_at.is_(None), is_over if wanted.state == State.EXPIRED else ~is_over]
    return found


_PLAIN = str.maketrans({sign: f"\\{sign}" for sign in "\\%_"})


def _row(one: ApiToken) -> TokenRow:
    return TokenRow(
        id=one.id,
        user_id=one.user_id,
        beginning=one.beginning,
        name=one.name,
        scopes=in_order(one.scopes),
        role=one.role or "",
        stores=tuple(one.stores),
        networks=tuple(one.networks),
        made_by=one.made_by,
        created_at=one.created_at,
        expires_at=one.expires_at,
        last_used_at=one.last_used_at,
        last_address=one.last_address,
        refused_at=one.refused_at,
        refused_address=one.refused_address,
        revoked_at=one.revoked_at,
        revoked_by=one.revoked_by,
        state=rules.state(one.expires_at, one.revoked_at, clock.now()),
    )
