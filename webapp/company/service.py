"""A company's profile and catalogue revision, and how a new one is opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from webapp.company.models import CompanyProfile, Store
from webapp.company.registered import require_may_leave
from webapp.company.rules import FIRST_CODE
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import keep_promise
from webapp.kernel.ids import new_id
from webapp.kernel.records import dataclass
from webapp.platform import audit
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books


@dataclass(frozen=True, slots=True)
class Profile:
    """Who the seller is and what it has chosen. `scheme` is webapp.tax's Scheme as text."""

    name: str
    legal_name: str
    shop_kind: str
    scheme: str
    gstin: str | None
    state_code: str
    address: str
    city: str
    pin_code: str
    phone: str
    email: str
    upi_id: str
    invoice_terms: str
    bill_language: str
    allows_negative_stock: bool
    prices_include_tax: bool
    rounds_to_rupee: bool
    turnover_over_5_crore: bool
    credit_policy: str
    credit_overdue_days: int | None
    role_limits: Mapping[str, Mapping[str, int | None]]
    scale_weight_prefixes: str
    scale_price_prefixes: str
    scale_item_digits: int
    scale_value_digits: int
    scale_price_unit: str
    books_begin: date
    catalogue_rev: int

    def as_seller(self) -> dict[str, Any]:
        """What a bill keeps of the seller (Rule 46(a): name, address and GSTIN of the supplier)."""
        kept = (
            "name",
            "legal_name",
            "gstin",
            "state_code",
            "address",
            "city",
            "pin_code",
            "phone",
            "email",
            "upi_id",
            "invoice_terms",
            "scheme",
        )
        return {name: getattr(self, name) for name in kept}


PROFILE_COLUMNS = tuple(getattr(CompanyProfile, field.name) for field in fields(Profile))
_PROFILE = Lookup(select(*PROFILE_COLUMNS))


def profile(books: Books) -> Profile:
    """This company's profile as it stands in this transaction."""
    row = _PROFILE.first(books)
    keep_promise(row is not None, "a company has a profile")
    assert row is not None  # noqa: S101 - for the type checker
    return Profile(*row)


def change_profile(books: Books, changes: Mapping[str, Any]) -> None:
    """Change some of the profile; logged field by field, and the tills are told. InvalidInput for another GSTIN once a return has told
    what its stores did under this one."""
    row = books.session.scalars(select(CompanyProfile)).one()
    if changes.get("gstin", row.gstin) != row.gstin:
        require_may_leave(books, row.gstin, books.session.scalars(select(Store.id).where(Store.gstin.is_(None))).all())
    before = {name: getattr(row, name) for name in changes}
    if audit.record_change(books, "company", books.company_id, before, changes):
        for name, value in changes.items():
            setattr(row, name, value)
        books.session.flush()
        next_catalogue_rev(books)


def next_catalogue_rev(books: Books) -> int:
    """The next number for a change that tills copy. Its row stays locked until the transaction ends: revision order is commit order."""
    taken = books.connection.execute(
        update(CompanyProfile)
        .where(CompanyProfile.company_id == books.company_id)
        .values(catalogue_rev=CompanyProfile.catalogue_rev + 1)
        .returning(CompanyProfile.catalogue_rev)
    )
    return int(taken.scalar_one())


def open_profile(books: Books, values: Mapping[str, Any]) -> UUID:
    """Write a new company's profile and its first store; returns the store's id."""
    books.session.add(CompanyProfile(**{"books_begin": FinancialYear.of(books.today).first_day, **values}))
    store = Store(
        id=new_id(), name="Main store", code=FIRST_CODE, gstin=None, state_code=values["state_code"], is_default=True, closed_at=None
    )
    books.session.add(store)
    books.session.flush()
    audit.record(books, "create", "company", books.company_id, new=dict(values))
    return store.id
