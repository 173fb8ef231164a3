"""A member who is held to some stores: which they are is asked once with each request, and that what it names is theirs.

What such a member reads is narrowed by itself (webapp.platform.reach). What he sends is looked at here, before any view: every id
in the address, the form or the JSON of a request that is a document of other stores alone is answered as another company's is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, cast
from uuid import UUID

from flask import g, request
from sqlalchemy import select, union_all

from webapp.company.godowns import my_stores
from webapp.kernel.errors import NotFound
from webapp.platform.permissions import Role
from webapp.platform.reach import store_tables
from webapp.platform.tenancy import Actor, Books, read_books

_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}(?![0-9a-f])", re.IGNORECASE)
_AT_ONCE = 200


def held(actor: Actor) -> Actor:
    """Who asks, with the stores he is held to; the frame of a page names them. NotFound when the request names a document of other
    stores. A program of the business itself says with its token which stores it is held to."""
    if not actor.held_to and (actor.role is Role.OWNER or actor.user_id is None):
        return actor
    with read_books(actor) as books:
        stores = books.own_stores
        if stores:
            require_own(books, _named())
            g.own_stores = [one.name for one in my_stores(books)]
    return replace(actor, held_to=stores)


def require_own(books: Books, ids: Iterable[UUID]) -> None:
    """NotFound when one of `ids` is a document that belongs to no store of this actor. Other ids (an item, a party, one that is to be
    made) are nobody's business here."""
    stores, left = sorted(books.own_stores), iter(set(ids))
    while stores and (some := list(islice(left, _AT_ONCE))):
        models: Iterable[Any] = (cast("Any", model) for model in store_tables().values() if hasattr(model, "id"))
        theirs = [select(model.id).where(model.id.in_(some), ~model.of_stores(stores)) for model in models]
        with books.of_every_store():
            if books.session.execute(union_all(*theirs).limit(1)).first():
                raise NotFound("document")


def _named() -> Iterator[UUID]:
    """Every id that a request names, wherever it stands: `bill_<id>.1` is one too."""
    yield from (value for value in (request.view_args or {}).values() if isinstance(value, UUID))
    texts = [text for pair in (*request.args.items(multi=True), *request.form.items(multi=True)) for text in pair]
    if request.is_json:
        texts.append(request.get_data(as_text=True))
    for text in texts:
        yield from ids_in(text)


def ids_in(text: str) -> Iterator[UUID]:
    """Every id in a text, in any way that `read_id` takes."""
    return (UUID(found) for found in _ID.findall(text))
