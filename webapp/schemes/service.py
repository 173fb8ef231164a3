"""The verbs of schemes: make, change, archive. Each tells the tills, by a revision of the catalogue."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from webapp.company import next_catalogue_rev
from webapp.kernel.dates import read_day
from webapp.kernel.errors import Conflict, InvalidInput, NotFound, keep_promise
from webapp.kernel.money import MOST_PAISE, MOST_QTY
from webapp.kernel.text import clean_text, folded
from webapp.platform import audit
from webapp.platform.tenancy import Books
from webapp.schemes.models import SchemeRow
from webapp.schemes.rules import EVERY_DAY, ONE, Kind, Scheme, Step, as_told, terms_of

MOST_SCHEMES = 200
MOST_NAME = 60
MOST_PARTS = 6
MOST_STEPS = 6
MOST_ITEMS = 200  # named one by one; a category or brand is for more
MOST_RANK = 1000
MOST_TIMES = 1000


def create_scheme(books: Books, scheme: Scheme) -> UUID:
    """Make a scheme under the id it bears. The same id again makes nothing new. InvalidInput by field."""
    id_ = UUID(scheme.id)
    known = books.session.execute(select(SchemeRow.id, SchemeRow.name)).all()
    if any(row.id == id_ for row in known):
        return id_
    if len(known) >= MOST_SCHEMES:
        raise InvalidInput({"name": f"There are {MOST_SCHEMES} schemes already. Change one that has ended."})
    values = _fit(books, scheme)
    next_catalogue_rev(books)
    books.session.add(SchemeRow(id=id_, version=1, **values))
    books.session.flush()
    audit.record(books, "create", "scheme", id_, new=as_told(scheme))
    return id_


def change_scheme(books: Books, scheme: Scheme, version: int) -> None:
    """Change a scheme. Bills that were made keep what it gave. InvalidInput by field; Conflict when it was changed since the form was
    opened; NotFound."""
    row = required_scheme(books, UUID(scheme.id), version)
    keep_promise(row.kind == scheme.kind, "a scheme keeps its kind")
    values = _fit(books, scheme)
    before = {name: getattr(row, name) for name in values}
    if audit.record_change(books, "scheme", row.id, _plain(before), _plain(values)):
        next_catalogue_rev(books)
        for name, value in values.items():
            setattr(row, name, value)
        row.version += 1
    books.session.flush()


def put_scheme_away(books: Books, scheme_id: UUID, version: int, *, away: bool) -> None:
    """Archive a scheme, so that it gives nothing any more, or bring it back. Conflict when it was changed since the page was opened."""
    row = required_scheme(books, scheme_id, version)
    if (row.archived_at is not None) != away:
        next_catalogue_rev(books)
        row.archived_at = books.now if away else None
        row.version += 1
        books.session.flush()
        audit.record(books, "archive" if away else "restore", "scheme", scheme_id, new={"name": row.name})


def check_scheme(books: Books, scheme: Scheme) -> None:
    """Whether it could be written. InvalidInput by field."""
    _fit(books, scheme)


def required_scheme(books: Books, scheme_id: UUID, version: int | None = None) -> SchemeRow:
    """A scheme of this company. NotFound; Conflict when `version` is given and no longer stands."""
    row = books.session.scalars(select(SchemeRow).where(SchemeRow.id == scheme_id)).first()
    if row is None:
        raise NotFound("scheme")
    if version is not None and row.version != version:
        raise Conflict(
            problem=f"{row.name} was changed by somebody else while you had it open.",
            fix="Open it again to see how it stands now, then make your change.",
        )
    return row


def _fit(books: Books, scheme: Scheme) -> dict[str, Any]:
    """The columns of a scheme that can be. InvalidInput by field."""
    errors = unfit(scheme)
    name = clean_text(scheme.name)
    rows = books.session.execute(select(SchemeRow.id, SchemeRow.name)).all()
    if "name" not in errors and any(folded(row.name) == folded(name) and str(row.id) != scheme.id for row in rows):
        errors["name"] = f"There is a scheme called {name} already. Choose another name."
    if errors:
        raise InvalidInput(errors)
    return {
        "name": name,
        "kind": scheme.kind.value,
        "starts_on": date.fromisoformat(scheme.starts_on),
        "ends_on": date.fromisoformat(scheme.ends_on) if scheme.ends_on else None,
        "days": scheme.days,
        "stores": sorted(scheme.stores),
        "lists": sorted(scheme.lists),
        "priority": scheme.priority,
        "is_alone": scheme.is_alone,
        "most": scheme.most,
        "terms": terms_of(scheme),
    }


def unfit(scheme: Scheme) -> dict[str, str]:
    """What of a scheme cannot be, by field; empty when all can."""
    errors: dict[str, str] = {}
    name = clean_text(scheme.name)
    if not name:
        errors["name"] = "Give the scheme a name. It stands on the customer's bill."
    elif len(name) > MOST_NAME:
        errors["name"] = f"Use at most {MOST_NAME} characters."
    first, last = read_day(scheme.starts_on), read_day(scheme.ends_on) if scheme.ends_on else None
    if first is None:
        errors["starts_on"] = "Choose the first day of the scheme."
    elif last is not None and last < first:
        errors["ends_on"] = "It ends before it begins. Choose a later last day, or leave it empty."
    if not 0 < scheme.days <= EVERY_DAY:
        errors["days"] = "Choose at least one day of the week."
    if not 0 <= scheme.priority <= MOST_RANK:
        errors["priority"] = f"Give a rank from 0 to {MOST_RANK}."
    if not 0 <= scheme.most <= MOST_TIMES:
        errors["most"] = f"Give how often, from 1 to {MOST_TIMES}, or leave it empty."
    if len(scheme.goods.items) > MOST_ITEMS or (scheme.gives is not None and len(scheme.gives.items) > MOST_ITEMS):
        errors["goods_items"] = f"Name at most {MOST_ITEMS} items. For more, choose a category or a brand."
    return errors | _unfit_terms(scheme)


def _unfit_terms(scheme: Scheme) -> dict[str, str]:
    match scheme.kind:
        case Kind.FREE:
            return _unfit_free(scheme)
        case Kind.BUNDLE:
            return _unfit_bundle(scheme)
        case _:
            return _unfit_steps(scheme)


def _unfit_free(scheme: Scheme) -> dict[str, str]:
    errors = {name: "Give a quantity above 0." for name, qty in (("buy", scheme.buy), ("get", scheme.get)) if not 0 < qty <= MOST_QTY}
    if not 0 < scheme.off_bp <= ONE:
        errors["off"] = "Give a percentage above 0, at most 100: 100 is free."
    if scheme.gives is not None and scheme.gives == scheme.goods:
        errors["gives_items"] = "These are the goods that are bought. Leave this empty when some of the same are given."
    return errors


def _unfit_bundle(scheme: Scheme) -> dict[str, str]:
    errors = {f"qty-{place}": "Give a quantity above 0." for place, (_item, qty) in enumerate(scheme.parts, 1) if not 0 < qty <= MOST_QTY}
    items = [item for item, _qty in scheme.parts]
    if len(items) < 2:
        errors["item-1"] = "A set has two items or more."
    elif len(items) > MOST_PARTS:
        errors["item-1"] = f"A set has at most {MOST_PARTS} items."
    for place, item in enumerate(items, 1):
        if item in items[: place - 1]:
            errors[f"item-{place}"] = "This item stands in the set already. Raise its quantity there."
    if not 0 < scheme.price <= MOST_PAISE:
        errors["price"] = "Give the price of the whole set, above 0."
    return errors


def _unfit_steps(scheme: Scheme) -> dict[str, str]:
    errors: dict[str, str] = {}
    if not scheme.steps:
        errors["off-1"] = "Say what is taken off: 10% or 5.00."
    elif len(scheme.steps) > MOST_STEPS:
        errors["off-1"] = f"A scheme has at most {MOST_STEPS} steps."
    for place, step in enumerate(scheme.steps, 1):
        if words := _unfit_step(step):
            errors[f"off-{place}"] = words
        if not 0 <= step.least <= MOST_PAISE:
            errors[f"least-{place}"] = "Give 0 or more."
        elif any(step.least == other.least for other in scheme.steps[: place - 1]):
            errors[f"least-{place}"] = "Two steps begin here. Give each its own."
    return errors


def _unfit_step(step: Step) -> str:
    if not 0 <= step.off_bp <= ONE:
        return "At most 100 % can be taken off."
    if not 0 <= step.off_paise <= MOST_PAISE:
        return "This amount cannot be taken off. Check the figure."
    return "" if step.off_bp or step.off_paise else "Say what is taken off: 10% or 5.00."


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
