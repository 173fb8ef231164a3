"""How far a member sees who is held to some stores of a company: to the rows of these.

What `CompanyScoped` is for companies, `StoreScoped` is for their stores: a table says once how its rows belong to stores, and
every read of `read_books` is narrowed by it, through the session and through a `Lookup` alike. Nobody writes a filter of the
member's stores, so nobody can forget one. What is written (`open_books`) is not narrowed: numbers, limits of credit and costs
are the company's, and the request of such a member is asked beforehand whose documents it names (webapp.company.held).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, exists
from sqlalchemy.orm import with_loader_criteria
from sqlalchemy.sql.selectable import NamedFromClause

Stores = Sequence[UUID]  # in an `of_stores` good for `in_` and `not_in` alone: the statement is kept, and its values are put in later


class StoreScoped:
    """A table whose rows belong to stores. Mix in after `CompanyScoped`; one without a `store_id` of its own says here how."""

    is_read_whole = False  # True: a read is not narrowed, but who is held elsewhere may not act on the row

    @classmethod
    def of_stores(cls, stores: Stores) -> ColumnElement[bool]:
        """The rows that a member held to `stores` reads."""
        own: ColumnElement[bool] = cast("Any", cls).store_id.in_(stores)
        return own


def through(row: Any, key: Any, owner: type[Any], stores: Stores) -> ColumnElement[bool]:
    """For `of_stores` of a part: the document `owner` that `key` of `row` names belongs to one of the stores."""
    table = apart(cast("Any", owner))
    return exists().where(table.c.company_id == row.company_id, table.c.id == key, table.c.store_id.in_(stores))


def not_elsewhere(key: Any, stores: Stores) -> ColumnElement[bool]:
    """For `of_stores` of what lies beside documents of many kinds (a file, a link): `key` names no document of another store."""
    found: list[ColumnElement[bool]] = []
    for model in store_tables().values():
        other = apart(cast("Any", model))
        if "id" in other.c and "store_id" in other.c and not other.c.store_id.nullable:
            found.append(~exists().where(other.c.company_id == key.class_.company_id, other.c.id == key, other.c.store_id.not_in(stores)))
    return and_(*found)


_load_rest: list[Callable[[], object]] = []


def use_loader(load: Callable[[], object]) -> None:
    """For a process that does not load every table when it starts: how to load the rest, before anybody is held to stores by those that
    are there, or all rows of a company are gone through."""
    _load_rest[:] = [load]


def load_all() -> None:
    """Have the tables of every room loaded, whatever this process began with."""
    while _load_rest:
        _load_rest.pop()()


def store_tables() -> dict[str, type[StoreScoped]]:
    """Every table that belongs to stores, by its name."""
    load_all()
    return {cast("Any", model).__tablename__: model for model in StoreScoped.__subclasses__()}


@cache
def apart(model: Any) -> NamedFromClause[Any]:
    """A table under a name of its own, for what an `of_stores` asks of another one: it is never taken for the same one in the statement
    around it, and is not narrowed itself, or rows of other stores would not be found in order to be kept away."""
    return cast("Table", model.__table__).alias()


def narrowing(stores: frozenset[UUID]) -> list[Any]:
    """What narrows a statement of the session to these stores, wherever in it a table stands."""
    load_all()
    return _narrowing(stores, len(StoreScoped.__subclasses__()))


@lru_cache(maxsize=200)  # made of some hundred parts, and the same for every statement of whoever is held to these stores
def _narrowing(stores: frozenset[UUID], _tables: int) -> list[Any]:
    own = sorted(stores)
    return [
        with_loader_criteria(cast("Any", model), lambda row: row.of_stores(own), include_aliases=True)
        for model in store_tables().values()
        if not model.is_read_whole
    ]
