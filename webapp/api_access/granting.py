"""What a token is exchanged for: an access token of ten minutes and a refresh token that is good once.

A refresh token that was used already ends its grant when it is shown again (RFC 9700, section 4.14): two hold what one should, and nobody
can tell which of them is ours. Nothing is forgiven, not even within a second: whoever lost the answer still has his personal or service
token and exchanges it again, without any person.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from webapp.api_access import access_tokens, queries, refresh_tokens, rules, service
from webapp.api_access.events import ApiTokenMisused
from webapp.api_access.models import ApiGrant, ApiToken
from webapp.api_access.queries import Program
from webapp.api_access.rules import Kind
from webapp.kernel.errors import BooksError
from webapp.kernel.ids import new_id
from webapp.kernel.records import dataclass
from webapp.platform import audit, clock
from webapp.platform.logging import log
from webapp.platform.outbox import announce
from webapp.platform.templating import day_and_clock
from webapp.platform.tenancy import books_within, open_directory

_FORGOTTEN = timedelta(days=30)  # a grant that ended so long ago


class NoGrant(BooksError):
    """A token opens nothing: unknown, expired, revoked, used, or shown from where it is not for. One answer for all of them."""

    status = 401
    code = "invalid_grant"

    def __init__(self) -> None:
        super().__init__(
            problem="This token opens nothing.",
            fix="It may have expired, been revoked or used, or be for other addresses. Look at it where it was made, or make another.",
        )


class Mistyped(BooksError):
    """A text that is no token by its check signs. Whoever sends it can work that out himself."""

    status = 401
    code = "invalid_grant"

    def __init__(self) -> None:
        super().__init__(
            problem="This is not a whole token.", fix="Copy it again: mun_pat_ or mun_svc_ and 49 signs, nothing before or after."
        )


class ScopeTooWide(BooksError):
    """More is asked for than the token was made for (RFC 6749, section 5.2)."""

    status = 400
    code = "invalid_scope"

    def __init__(self, scopes: str) -> None:
        super().__init__(
            problem=f"The token was not made for {scopes}.", fix="Ask for some of its own scopes, or for none to get them all."
        )


@dataclass(frozen=True, slots=True)
class Granted:
    """An access token and the refresh token that comes after it."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    scopes: tuple[str, ...]
    expires_in: int  # seconds, of the access token
    refresh_expires_at: datetime


def exchange(text: str, asked: tuple[str, ...], address: str) -> Granted:
    """Tokens for a personal or service token. `asked`: some of its scopes, or none for all. Mistyped, NoGrant, ScopeTooWide."""
    if rules.read_text(text) not in {Kind.PERSONAL, Kind.SERVICE}:
        raise Mistyped
    with open_directory(writes=False) as directory:
        program = queries.program_of_token(directory, refresh_tokens.kept(text))
    if program is None or not is_welcome(program, address):
        raise NoGrant
    if too_much := [one for one in asked if one not in program.scopes]:
        raise ScopeTooWide(", ".join(too_much))
    scopes = tuple(one for one in program.scopes if one in asked or one == "company:read") if asked else program.scopes
    now, grant_id = clock.now(), new_id()
    until = min(now + rules.REFRESH_WHOLE, program.expires_at)
    refresh_token = refresh_tokens.new(grant_id)
    with open_directory() as directory:
        _make_room(directory, program.token_id, now)
        directory.add(
            ApiGrant(
                id=grant_id,
                token_id=program.token_id,
                scopes=list(scopes),
                refresh_hash=refresh_tokens.kept(refresh_token),
                created_at=now,
                refreshed_at=now,
                expires_at=until,
            )
        )
        _seen(directory, program, address)
    return _granted(program, grant_id, scopes, refresh_token, until)


def _make_room(directory: Session, token_id: UUID, now: datetime) -> None:
    """Forget what ended long ago, and end what is one too many: the grant longest unused."""
    over = (ApiGrant.ended_at < now - _FORGOTTEN) | (ApiGrant.expires_at < now - _FORGOTTEN)
    directory.execute(delete(ApiGrant).where(ApiGrant.token_id == token_id, over))
    lived = select(ApiGrant.id).where(ApiGrant.token_id == token_id, ApiGrant.ended_at.is_(None), ApiGrant.expires_at > now)
    open_now = directory.scalars(lived.order_by(ApiGrant.refreshed_at.desc(), ApiGrant.id.desc())).all()
    if too_many := open_now[rules.MOST_GRANTS - 1 :]:
        directory.execute(update(ApiGrant).where(ApiGrant.id.in_(too_many)).values(ended_at=now, ended_why="too_many"))


def refresh(text: str, address: str) -> Granted:
    """The next pair for a refresh token, which is good once: of any number at once one is answered. NoGrant otherwise."""
    grant_id = refresh_tokens.grant_of(text)
    with open_directory(writes=False) as directory:
        program = queries.program_of_grant(directory, grant_id)
    if program is None or program.grant_id is None or program.times is None or not is_welcome(program, address):
        raise NoGrant
    fresh = refresh_tokens.new(program.grant_id)
    with open_directory() as directory:
        if not _rotated(directory, program.grant_id, text, fresh):
            _end_misused(directory, program, address)
            is_misused = True
        else:
            _seen(directory, program, address)
            is_misused = False
    if is_misused:  # after the transaction, which keeps that the grant has ended
        raise NoGrant
    return _granted(program, program.grant_id, program.scopes, fresh, program.times.expires_at)


def _rotated(directory: Session, grant_id: UUID, text: str, fresh: str) -> bool:
    """Whether this was the newest refresh token of its grant. A guarded update: of two at once the second finds another there."""
    newest = ApiGrant.id == grant_id, ApiGrant.refresh_hash == refresh_tokens.kept(text), ApiGrant.ended_at.is_(None)
    done = directory.execute(update(ApiGrant).where(*newest).values(refresh_hash=refresh_tokens.kept(fresh), refreshed_at=clock.now()))
    return cast("CursorResult[Any]", done).rowcount == 1


def _end_misused(directory: Session, program: Program, address: str) -> None:
    lived = ApiGrant.id == program.grant_id, ApiGrant.ended_at.is_(None)
    done = directory.execute(update(ApiGrant).where(*lived).values(ended_at=clock.now(), ended_why="reused"))
    if cast("CursorResult[Any]", done).rowcount == 0:
        return  # ended meanwhile, and told of
    log.warning(
        "a used refresh token was shown again", company_id=program.actor.company_id, token_id=str(program.token_id), address=address
    )
    with books_within(directory, program.actor) as books:
        said = {"name": program.token_name, "reason": "a used refresh token was shown again", "address": address}
        audit.record(books, "refuse", "api_token", program.token_id, new=said)
        at = day_and_clock(books.now)
        announce(books, ApiTokenMisused(program.token_id, program.actor.user_id, program.token_name, at, address))


def _granted(program: Program, grant_id: UUID, scopes: tuple[str, ...], refresh_token: str, until: datetime) -> Granted:
    now = clock.now()
    return Granted(
        access_token=access_tokens.sign(grant_id, program.actor.company_id, program.subject, scopes, now),
        refresh_token=refresh_token,
        scopes=scopes,
        expires_in=int(rules.ACCESS_LIFE.total_seconds()),
        refresh_expires_at=min(now + rules.REFRESH_IDLE, until),
    )


def program_of(access_token: str, address: str) -> tuple[Program, datetime] | None:
    """Who asks with an access token at this moment, and when that token ends; None for one that opens nothing, or nothing any more, and
    for one that is shown from elsewhere."""
    claims = access_tokens.read(access_token, clock.now())
    with open_directory(writes=False) as directory:
        found = queries.program_of_grant(directory, claims.grant_id if claims else None)
    if claims is None or found is None or found.actor.company_id != claims.company_id or found.subject != claims.subject:
        return None
    if not is_welcome(found, address):
        return None
    if _is_old(found.last_used_at):
        with suppress(OperationalError), open_directory() as directory:  # a busy database: it is written with the next request
            _seen(directory, found, address)
    return found, claims.expires_at


def is_welcome(program: Program, address: str) -> bool:
    """Whether its owner lets this token be used from `address`. That it was not is shown to him; it tells who shows it nothing."""
    if rules.is_from(address, program.networks):
        return True
    log.warning("a token was shown from elsewhere", company_id=program.actor.company_id, token_id=str(program.token_id), address=address)
    if _is_old(program.refused_at):
        with suppress(OperationalError), open_directory() as directory:
            refused = {"refused_at": clock.now(), "refused_address": address}
            directory.execute(update(ApiToken).where(ApiToken.id == program.token_id).values(**refused))
    return False


def _is_old(when: datetime | None) -> bool:
    return when is None or clock.now() - when >= rules.SEEN_EVERY


def _seen(directory: Session, program: Program, address: str) -> None:
    if _is_old(program.last_used_at):
        used = {"last_used_at": clock.now(), "last_address": address}
        directory.execute(update(ApiToken).where(ApiToken.id == program.token_id).values(**used))


def give_up(text: str) -> None:
    """End what a token opens (RFC 7009): a refresh or access token its grant, a personal or service token itself and all its grants.
    Whoever holds one may, from anywhere. Of a token that nobody has nothing is said."""
    if rules.read_text(text) in {Kind.PERSONAL, Kind.SERVICE}:
        _give_up_token(text)
        return
    claims = access_tokens.read(text, clock.now())
    grant_id = claims.grant_id if claims else refresh_tokens.grant_of(text)
    with open_directory() as directory:
        lived = ApiGrant.id == (grant_id or refresh_tokens.NOBODYS), ApiGrant.ended_at.is_(None)
        directory.execute(update(ApiGrant).where(*lived).values(ended_at=clock.now(), ended_why="revoked"))


def _give_up_token(text: str) -> None:
    with open_directory(writes=False) as directory:
        program = queries.program_of_token(directory, refresh_tokens.kept(text))
    if program is None:
        return
    with open_directory() as directory:
        found = directory.scalars(select(ApiToken).where(ApiToken.id == program.token_id, ApiToken.revoked_at.is_(None))).all()
        service.end(directory, found, program.token_name)
        if found:
            with books_within(directory, program.actor) as books:
                audit.record(books, "revoke", "api_token", program.token_id, old={"name": program.token_name})
