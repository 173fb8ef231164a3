"""What a report is narrowed to besides its days: a store and a cost centre, as its address asks and its form offers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _

from webapp import company, ledger
from webapp.kernel.errors import NotFound
from webapp.kernel.ids import read_id
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books

Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The store and the cost centre that are asked for (None: all), what there is to choose from (nothing where there is no
    choice to make), the store by name ("": all), and the names of what was chosen."""

    store_id: UUID | None
    centre_id: UUID | None
    store: str
    stores: Choices
    centres: Choices
    names: tuple[str, ...]


def read_narrowing(books: Books) -> Narrowing:
    """The narrowing of this request (see `read_shown`). NotFound for a store or a centre that is not this company's."""
    shown, centres = read_shown(books), ledger.cost_centres(books)
    centre_id = _chosen(centres, "centre")
    names = (*([shown.name] if shown.name else []), *(one.name for one in centres if one.id == centre_id))
    used = [one for one in centres if not one.is_archived or one.id == centre_id]
    return Narrowing(
        shown.store_id,
        centre_id,
        shown.name,
        shown.choices(_("All stores")),
        _choices(used, _("All cost centres")) if used else [],
        names,
    )


def of_store(shown: company.Shown) -> Narrowing:
    """A narrowing to a store alone, for what no cost centre bears a part of."""
    return Narrowing(shown.store_id, None, shown.name, shown.choices(_("All stores")), [], (shown.name,) if shown.name else ())


def read_shown(books: Books) -> company.Shown:
    """The store of this request's address, as `company.shown_store` has it: a member held to stores sees one of his own."""
    text = request.args.get("store", "")
    found = read_id(text)
    if text and found is None:
        raise NotFound("store")
    return company.shown_store(books, found)


def _chosen(rows: Sequence[Any], name: str) -> UUID | None:
    text = request.args.get(name, "")
    found = read_id(text)
    if text and found not in {one.id for one in rows}:
        raise NotFound("cost centre" if name == "centre" else name)
    return found


def _choices(rows: Iterable[Any], every: str) -> Choices:
    return [("", every), *((str(one.id), one.name) for one in rows)]
