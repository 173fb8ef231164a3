"""A rate to come: what it would change and for how many items, looked at before it is written; and taken away again before its day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, func, select

from webapp.catalogue.models import Item, TaxRate
from webapp.catalogue.taxes import TaxClassRow, tax_classes
from webapp.company import next_catalogue_rev
from webapp.kernel.dates import written
from webapp.kernel.errors import BooksError, Conflict, NotFound
from webapp.kernel.money import MilliPaise
from webapp.platform import audit
from webapp.platform.tenancy import Books
from webapp.tax import rules as tax

SHOWN = 5


class Change(NamedTuple):
    """Items whose rate goes from one to another, with the names of the first. Rates in basis points, cess too; None: none in force."""

    before_bp: int | None
    after_bp: int
    items: int
    names: tuple[str, ...]


class Preview(NamedTuple):
    """What a rate would do on its day to the items in use of its class."""

    tax_class: TaxClassRow
    rate: tax.DatedRate
    changes: tuple[Change, ...]
    unchanged: int
    above_mrp: int  # items priced without tax that would come to more than their MRP
    without_mrp: int  # items that a rate on the retail price could not tax


def preview_rate(books: Books, tax_class_id: UUID, rate: tax.DatedRate) -> Preview:
    """What would change. BooksError for a rate that cannot be; nothing is written."""
    found = _required(books, tax_class_id)
    after = tax.TaxClass(found.law.treatment, (*found.law.rates, rate))
    counts: Counter[tuple[int | None, int]] = Counter()
    names: dict[tuple[int | None, int], list[str]] = {}
    unchanged = above_mrp = without_mrp = 0
    columns = (Item.name, Item.price_millipaise, Item.price_includes_tax, Item.mrp_paise)
    of_class = select(*columns).where(Item.tax_class_id == tax_class_id, Item.archived_at.is_(None)).order_by(Item.name)
    for name, price, includes_tax, mrp in books.session.execute(of_class):
        old = _rate_or_none(found.law, rate.effective_from, price, includes_tax=includes_tax)
        new = tax.rate_on(after, rate.effective_from, MilliPaise(price), price_includes_tax=includes_tax)
        without_mrp += new.on_retail_price and mrp is None
        above_mrp += not new.on_retail_price and _is_above_mrp(price, mrp, new, includes_tax=includes_tax)
        key = (None if old is None else old.rate_bp + old.cess_bp, new.rate_bp + new.cess_bp)
        if old is not None and key[0] == key[1] and old.on_retail_price == new.on_retail_price:
            unchanged += 1
            continue
        counts[key] += 1
        names.setdefault(key, []).append(name)
    changes = (Change(*key, items, tuple(names[key][:SHOWN])) for key, items in counts.most_common())
    return Preview(found, rate, tuple(changes), unchanged, above_mrp, without_mrp)


def remove_rate(books: Books, tax_class_id: UUID, effective_from: date, price_over: MilliPaise) -> None:
    """Take a rate away before its day. Conflict once its day has come: papers stand on it. What is gone already is not refused."""
    found = _required(books, tax_class_id)
    rate = next((row for row in found.law.rates if (row.effective_from, row.price_over) == (effective_from, price_over)), None)
    if rate is None:
        return
    if effective_from <= books.today:
        raise Conflict(
            problem=f"The rate of {found.name} from {written(effective_from)} is in force: papers may stand on it.",
            fix="Add the right rate from the day it holds. Bills keep the rate they were made at.",
        )
    left = tuple(row for row in found.law.rates if row is not rate)
    if price_over == 0 and any(row.effective_from == effective_from for row in left):
        raise Conflict(
            problem=f"Other rates of {written(effective_from)} hold above a price, and rest on this one.",
            fix="Remove those above a price first.",
        )
    if not left:
        raise Conflict(problem=f"{found.name} has no other rate.", fix="Add another rate first, or leave this one.")
    next_catalogue_rev(books)
    here = (TaxRate.tax_class_id == tax_class_id, TaxRate.effective_from == effective_from, TaxRate.price_over_millipaise == price_over)
    books.session.execute(delete(TaxRate).where(*here))
    told = {"from": effective_from, "price_over_millipaise": price_over, "rate_bp": rate.rate_bp, "cess_bp": rate.cess_bp}
    audit.record(books, "change", "tax_class", tax_class_id, old=told)


def followers(books: Books) -> Mapping[UUID, int]:
    """How many items in use follow each tax class."""
    query = select(Item.tax_class_id, func.count()).where(Item.archived_at.is_(None)).group_by(Item.tax_class_id)
    return {class_id: int(count) for class_id, count in books.session.execute(query)}


def in_force(law: tax.TaxClass, today: date) -> date | None:
    """The day since which the rates of today hold; None where none does."""
    return max((row.effective_from for row in law.rates if row.effective_from <= today), default=None)


def _required(books: Books, tax_class_id: UUID) -> TaxClassRow:
    found = tax_classes(books, [tax_class_id])
    if not found:
        raise NotFound("tax class")
    return found[0]


def _rate_or_none(law: tax.TaxClass, day: date, price: int, *, includes_tax: bool) -> tax.DatedRate | None:
    try:
        return tax.rate_on(law, day, MilliPaise(price), price_includes_tax=includes_tax)
    except BooksError:
        return None


def _is_above_mrp(price: int, mrp: int | None, rate: tax.DatedRate, *, includes_tax: bool) -> bool:
    if mrp is None or includes_tax:
        return False
    return price * (10_000 + rate.rate_bp + rate.cess_bp) > mrp * 1000 * 10_000
