"""Who asked for what a job draws, with the rights he has when it is drawn, and whether who fetches it may have all that is in it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from webapp import identity
from webapp.company.godowns import allowed_stores
from webapp.platform.permissions import Permission
from webapp.platform.tenancy import Actor, Books, read_books


def sees_all_of(books: Books, stores: Collection[UUID]) -> bool:
    """Whether this actor may have what is of these stores; none of them: of every store."""
    return covers(allowed_stores(books), stores)


def covers(allowed: frozenset[UUID] | None, stores: Collection[UUID]) -> bool:
    """The same of who is held to `allowed`, or to none (None)."""
    return allowed is None or (bool(stores) and allowed.issuperset(stores))


def asker_still(job: Actor, user_id: UUID | None, name: str, stores: Collection[UUID], *needs: Permission) -> Actor | None:
    """Who asked, to draw what he asked for: with what his role holds at this moment, reading what is of `stores`, to which he was held
    then (none: every store). None when he has left, his role does not allow all of `needs`, or he is held to other stores by now."""
    asker = identity.asker_now(job, user_id, name, *needs)
    if asker is None:
        return None
    with read_books(asker) as books:
        if not sees_all_of(books, stores):
            return None
    drawing = replace(asker, held_to=frozenset(stores))
    return drawing if all(drawing.may(one) for one in needs) else None
