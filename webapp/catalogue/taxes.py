"""The company's tax classes and their dated rates: reading them, and adding. A rate is never overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from webapp.catalogue.models import TaxClass, TaxRate
from webapp.catalogue.rules import MOST_SHORT
from webapp.company import next_catalogue_rev
from webapp.kernel.dates import written
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import BasisPoints, MilliPaise
from webapp.kernel.text import clean_text
from webapp.platform import audit
from webapp.platform.tenancy import Books
from webapp.tax import rules as tax


class TaxClassRow(NamedTuple):
    """A tax class as screens and tills see it. `law` is the rule the arithmetic works with."""

    id: UUID
    code: str
    name: str
    local_name: str
    law: tax.TaxClass
    archived: bool


def open_tax_classes(books: Books) -> None:
    """Give a company the classes every shop needs, with all their rates. Safe to repeat: adds what is missing, changes nothing."""
    known = set(books.session.scalars(select(TaxClass.code)))
    classes: list[dict[str, Any]] = []
    rates: list[dict[str, Any]] = []
    for seed in tax.SEED_TAX_CLASSES:
        if seed.code not in known:
            class_id = new_id()
            classes.append(
                {
                    "id": class_id,
                    "code": seed.code,
                    "name": seed.name,
                    "local_name": seed.name_hindi,
                    "treatment": seed.treatment.value,
                    "archived_at": None,
                }
            )
            rates += [_rate_values(class_id, rate) for rate in seed.rates]
    if classes:
        books.insert(TaxClass, classes)
        books.insert(TaxRate, rates)
        next_catalogue_rev(books)
        audit.record(books, "create", "tax_class", "seeded", new={"codes": [row["code"] for row in classes]})


def tax_classes(books: Books, ids: Iterable[UUID] | None = None) -> tuple[TaxClassRow, ...]:
    """The tax classes (all, or those of `ids`), each with every rate it has had and will have."""
    query = (
        select(
            TaxClass.id,
            TaxClass.code,
            TaxClass.name,
            TaxClass.local_name,
            TaxClass.treatment,
            TaxClass.archived_at,
            TaxRate.effective_from,
            TaxRate.price_over_millipaise,
            TaxRate.rate_bp,
            TaxRate.cess_bp,
            TaxRate.on_retail_price,
        )
        .outerjoin(TaxRate, (TaxRate.company_id == TaxClass.company_id) & (TaxRate.tax_class_id == TaxClass.id))
        .order_by(TaxClass.id, TaxRate.effective_from, TaxRate.price_over_millipaise)
    )
    if ids is not None:
        query = query.where(TaxClass.id.in_(list(ids)))
    heads: dict[UUID, Any] = {}
    rates: dict[UUID, list[RateCells]] = {}
    for row in books.session.execute(query):
        heads[row.id] = row
        cells = rates.setdefault(row.id, [])
        if row.effective_from is not None:
            cells.append((row.effective_from, row.price_over_millipaise, row.rate_bp, row.cess_bp, row.on_retail_price))
    return tuple(
        TaxClassRow(row.id, row.code, row.name, row.local_name, law_of(row.treatment, tuple(rates[class_id])), row.archived_at is not None)
        for class_id, row in heads.items()
    )


def tax_class_ids(books: Books) -> Mapping[str, UUID]:
    """Code → id of the classes in use."""
    return {row.code: row.id for row in books.session.execute(select(TaxClass.code, TaxClass.id).where(TaxClass.archived_at.is_(None)))}


def add_tax_class(books: Books, name: str, local_name: str, treatment: tax.Treatment, rate: tax.DatedRate) -> UUID:
    """A class of the company's own, with its first rate. InvalidInput when it has no name, too long a one, or one that is taken."""
    name, local_name = clean_text(name), clean_text(local_name)
    if not 0 < len(name) <= MOST_SHORT or len(local_name) > MOST_SHORT:
        raise InvalidInput({"name": f"Give the tax class a name of at most {MOST_SHORT} characters."})
    code = "own-" + "-".join(name.casefold().split())[:60]
    if books.session.scalar(select(TaxClass.id).where((TaxClass.code == code) | (TaxClass.name == name))) is not None:
        raise InvalidInput({"name": f"There is a tax class called {name} already."})
    tax.TaxClass(treatment, (rate,))  # refuses a rate that does not fit the treatment
    class_id = new_id()
    next_catalogue_rev(books)
    books.insert(
        TaxClass,
        [{"id": class_id, "code": code, "name": name, "local_name": local_name, "treatment": treatment.value, "archived_at": None}],
    )
    books.insert(TaxRate, [_rate_values(class_id, rate)])
    audit.record(books, "create", "tax_class", class_id, new={"name": name, "treatment": treatment.value, **_logged(rate)})
    return class_id


def add_rate(books: Books, tax_class_id: UUID, rate: tax.DatedRate) -> None:
    """A new rate from a day on. Conflict when that day and price already have one: a rate is never overwritten."""
    found = tax_classes(books, [tax_class_id])
    if not found:
        raise NotFound("tax class")
    held = found[0].law
    if any((one.effective_from, one.price_over) == (rate.effective_from, rate.price_over) for one in held.rates):
        raise Conflict(
            problem=f"{found[0].name} has a rate from {written(rate.effective_from)} already.",
            fix="Rates are never overwritten, for bills stand on them. Choose another day, or make a new tax class.",
        )
    tax.TaxClass(held.treatment, (*held.rates, rate))
    next_catalogue_rev(books)
    books.insert(TaxRate, [_rate_values(tax_class_id, rate)])
    audit.record(books, "change", "tax_class", tax_class_id, new=_logged(rate))


RateCells = tuple[date, int, int, int, bool]


@lru_cache(maxsize=1024)
def law_of(treatment: str, rates: tuple[RateCells, ...]) -> tax.TaxClass:
    """The rule made of the cells of its rows. Pure, so the same cells may share one object between companies."""
    return tax.TaxClass(
        tax.Treatment(treatment),
        tuple(
            tax.DatedRate(day, MilliPaise(over), BasisPoints(rate_bp), BasisPoints(cess_bp), on_retail_price=bool(retail))
            for day, over, rate_bp, cess_bp, retail in rates
        ),
    )


def _rate_values(class_id: UUID, rate: tax.DatedRate) -> dict[str, Any]:
    return {
        "tax_class_id": class_id,
        "effective_from": rate.effective_from,
        "price_over_millipaise": rate.price_over,
        "rate_bp": rate.rate_bp,
        "cess_bp": rate.cess_bp,
        "on_retail_price": rate.on_retail_price,
    }


def _logged(rate: tax.DatedRate) -> dict[str, Any]:
    told: dict[str, Any] = {"from": rate.effective_from, "price_over_millipaise": rate.price_over}
    told |= {"rate_bp": rate.rate_bp, "cess_bp": rate.cess_bp}
    return {**told, "on_retail_price": True} if rate.on_retail_price else told
