"""Stores (godowns): made, changed, closed and opened again; who may work in which; the marks of their numbers."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select

from webapp.company import rules
from webapp.company.models import CompanyProfile, MemberStore, Store
from webapp.company.registered import require_may_leave
from webapp.company.rules import StoreDraft
from webapp.company.service import PROFILE_COLUMNS, Profile, next_catalogue_rev, profile
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.records import dataclass
from webapp.platform import audit
from webapp.platform.permissions import Role
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books, asks_stores

MOST_STORES = 500


class StoreClosed(BooksError):
    """Nothing goes in or out of a closed store."""

    status = 409

    def __init__(self, name: str) -> None:
        super().__init__(problem=f"{name} is closed: nothing goes in or out.", fix="Choose another store, or open it again in Settings.")


class NotYourStore(BooksError):
    """This member is held to other stores."""

    status = 403

    def __init__(self, name: str) -> None:
        super().__init__(problem=f"You do not work in {name}.", fix="Choose one of your stores, or ask the owner to add this one.")


@dataclass(frozen=True, slots=True)
class StoreRow:
    """A store, as screens and documents see it. `gstin` None: the company's holds."""

    id: UUID
    name: str
    code: str
    gstin: str | None
    state_code: str
    address: str
    city: str
    pin_code: str
    phone: str
    is_default: bool
    closed_at: datetime | None
    version: int

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None


@dataclass(frozen=True, slots=True)
class Seller:
    """Who sells from a store: the company's profile with the store's own registration and address, and the store."""

    profile: Profile
    store: StoreRow


_COLUMNS = tuple(getattr(Store, field.name) for field in fields(StoreRow))
_STORE = Lookup(select(*_COLUMNS).where(Store.id == bindparam("id")))
_DEFAULT = Lookup(select(Store.id).where(Store.is_default))
_SELLER = Lookup(
    select(*PROFILE_COLUMNS, *_COLUMNS).join(Store, Store.company_id == CompanyProfile.company_id).where(Store.id == bindparam("id"))
)
_LIMITS = Lookup(select(MemberStore.store_id).where(MemberStore.user_id == bindparam("user")))

# Who says whether goods are left in a store that is to be closed: the stock register, a storey above, is handed in.
_before_closing: list[Callable[[Books, StoreRow], None]] = []


def use_before_closing(step: Callable[[Books, StoreRow], None]) -> None:
    """Have `step` look at a store before it is closed; what it raises refuses. Safe to repeat."""
    if step not in _before_closing:
        _before_closing.append(step)


# Who says whether the business has room for one more open store: a room above, where there are plans.
_room: list[Callable[[Books, str], None]] = []


def use_room(ask: Callable[[Books, str], None]) -> None:
    """Have `ask` refuse one more open store where there is no room, beside a field of the form ("": on a page of its own). Safe to
    repeat."""
    if ask not in _room:
        _room.append(ask)


def _require_room(books: Books, field: str = "") -> None:
    for ask in _room:
        ask(books, field)


# What is there, and who may work where ---------------------------------------------------------------------------------


def stores(books: Books, *, with_closed: bool = False) -> list[StoreRow]:
    """The stores that are open (or all), the default first."""
    query = select(*_COLUMNS).order_by(Store.is_default.desc(), Store.name)
    if not with_closed:
        query = query.where(Store.closed_at.is_(None))
    return [StoreRow(*row) for row in books.session.execute(query)]


def my_stores(books: Books) -> list[StoreRow]:
    """The open stores that this actor may work in, the default first."""
    allowed = allowed_stores(books)
    return [one for one in stores(books) if allowed is None or one.id in allowed]


def allowed_stores(books: Books) -> frozenset[UUID] | None:
    """The stores this actor is held to; None: all of them. For whoever writes a document; what is read is narrowed by itself
    (webapp.platform.reach)."""
    return books.own_stores or stores_of_actor(books) or None


@asks_stores
def stores_of_actor(books: Books) -> frozenset[UUID]:
    """The same, where none means all: what was asked with the request, or what stands in the books."""
    if books.actor.held_to is not None:
        return books.actor.held_to
    if books.actor.role is Role.OWNER or books.actor.user_id is None:
        return frozenset()
    return limits_of(books, books.actor.user_id)


def store(books: Books, store_id: UUID) -> StoreRow:
    """One store, open or closed. NotFound when this company has none."""
    row = _STORE.first(books, id=store_id)
    if row is None:
        raise NotFound("store")
    return StoreRow(*row)


def default_store(books: Books) -> UUID:
    """The store that is meant when none is named: the company's, or the first of those that this actor is held to."""
    meant: UUID = _DEFAULT.first(books).id
    allowed = allowed_stores(books)
    if allowed is None or meant in allowed:
        return meant
    return next((one.id for one in stores(books) if one.id in allowed), meant)


def require_store(books: Books, store_id: UUID) -> None:
    """Whoever writes a document of a store asks first: NotFound, StoreClosed, or NotYourStore where the member is held to
    others. Asked once in a transaction."""
    if store_id not in books.pending.open_stores:
        _require_open(books, store(books, store_id))


def require_mine(books: Books, *store_ids: UUID) -> None:
    """Whoever shows or changes a document by its id asks first: NotYourStore where the member is held to other stores than these.
    Unlike `require_store` a closed one may be looked at."""
    allowed = allowed_stores(books)
    if allowed is not None and not allowed & set(store_ids):
        raise NotYourStore(store(books, store_ids[0]).name)


def seller_at(books: Books, store_id: UUID) -> Seller:
    """Who sells from a store, in one read. A closed store is given too: see `Seller.store`. NotFound when there is none.

    CGST Act s.25(4): each registration of one business is a person of its own, so it is the store's GSTIN and state that
    stand on its papers (Rule 46(a)) and decide between CGST with SGST and IGST.
    """
    row = _SELLER.first(books, id=store_id)
    if row is None:
        raise NotFound("store")
    kept, own = Profile(*row[: len(PROFILE_COLUMNS)]), StoreRow(*row[len(PROFILE_COLUMNS) :])
    if not own.is_closed and allowed_stores(books) is None:
        books.pending.open_stores.add(store_id)
    changes: dict[str, Any] = {}
    if own.gstin:
        changes |= {"gstin": own.gstin, "state_code": own.state_code}
    if own.address:
        changes |= {"address": own.address, "city": own.city, "pin_code": own.pin_code}
    if own.phone:
        changes["phone"] = own.phone
    return Seller(replace(kept, **changes) if changes else kept, own)


def store_series(books: Books, store_id: UUID, year: FinancialYear, letters: str) -> str:
    """The prefix of a store's own run of numbers: 26-SJ for the first store (code S1), 26PUN-SJ for the one with the code PUN."""
    return rules.series_prefix(year.start_year, store(books, store_id).code, letters)


def _require_open(books: Books, own: StoreRow) -> None:
    if own.is_closed:
        raise StoreClosed(own.name)
    allowed = allowed_stores(books)
    if allowed is not None and own.id not in allowed:
        raise NotYourStore(own.name)
    books.pending.open_stores.add(own.id)


# What changes them -----------------------------------------------------------------------------------------------------


def take_turn(books: Books) -> None:
    """Whoever must know how many stores there are waits here for who opens one now, until his transaction ends."""
    books.session.execute(select(CompanyProfile.catalogue_rev).with_for_update())


def create_store(books: Books, draft: StoreDraft, id: UUID | None = None) -> UUID:  # noqa: A002 - the caller's own id for it
    """Make a store. The same `id` again gives the first one. InvalidInput by field for a code or a GSTIN that cannot be."""
    next_catalogue_rev(books)  # tills copy their store; and who makes stores of one company takes turns here
    if id is not None and _STORE.first(books, id=id) is not None:
        return id
    if len(stores(books, with_closed=True)) >= MOST_STORES:
        raise Conflict(problem=f"There are {MOST_STORES} stores.", fix="Change one that is not used any more.")
    _require_room(books, "name")
    values = _values(books, draft, None)
    made = id or new_id()
    books.session.add(Store(id=made, is_default=False, closed_at=None, version=1, **values))
    books.session.flush()
    audit.record(books, "create", "store", made, new=values)
    return made


def change_store(books: Books, store_id: UUID, draft: StoreDraft, version: int) -> None:
    """Change a store's facts. Conflict when it was changed since the form was opened; InvalidInput as `create_store`,
    and for another GSTIN once a return has told what the store did under this one: its past would become the other's."""
    next_catalogue_rev(books)
    row = _row(books, store_id)
    if row.version != version:
        raise Conflict(
            problem=f"{row.name} was changed by somebody else while you had it open.",
            fix="Open it again to see how it stands now, then make your change.",
        )
    values = _values(books, draft, store_id)
    if values["gstin"] != row.gstin:
        require_may_leave(books, row.gstin or profile(books).gstin, (store_id,))
    if audit.record_change(books, "store", store_id, {name: getattr(row, name) for name in values}, values):
        for name, value in values.items():
            setattr(row, name, value)
        row.version += 1
        books.session.flush()


def close_store(books: Books, store_id: UUID) -> None:
    """Close a store: nothing goes in or out. Conflict for the default store, and while goods are there or on the way."""
    next_catalogue_rev(books)
    row = _row(books, store_id)
    if row.closed_at is not None:
        return
    if row.is_default:
        raise Conflict(problem=f"{row.name} is the default store.", fix="Make another store the default first.")
    for step in _before_closing:
        step(books, store(books, store_id))
    row.closed_at = books.now
    books.session.flush()
    books.pending.open_stores.clear()
    audit.record(books, "close", "store", store_id, new={"name": row.name})


def reopen_store(books: Books, store_id: UUID) -> None:
    """Open a closed store again."""
    next_catalogue_rev(books)
    row = _row(books, store_id)
    if row.closed_at is not None:
        _require_room(books)
        row.closed_at = None
        books.session.flush()
        audit.record(books, "reopen", "store", store_id, new={"name": row.name})


def make_default(books: Books, store_id: UUID) -> None:
    """Have a store be the one that is meant when none is named. Conflict while it is closed."""
    next_catalogue_rev(books)
    row = _row(books, store_id)
    if row.closed_at is not None:
        raise Conflict(problem=f"{row.name} is closed.", fix="Open it again first.")
    if not row.is_default:
        for former in books.session.scalars(select(Store).where(Store.is_default)):
            former.is_default = False
        row.is_default = True
        books.session.flush()
        audit.record(books, "change", "store", store_id, new={"name": row.name, "is_default": True})


def limit_member(books: Books, user_id: UUID, store_ids: Collection[UUID]) -> None:
    """Hold a member to some stores; none at all means every store. NotFound for a store that is not this company's."""
    known = {one.id: one.name for one in stores(books, with_closed=True)}
    if any(one not in known for one in store_ids):
        raise NotFound("store")
    before = limits_of(books, user_id)
    after = frozenset(store_ids)
    if before == after:
        return
    books.session.execute(delete(MemberStore).where(MemberStore.user_id == user_id))
    books.insert(MemberStore, [{"user_id": user_id, "store_id": one} for one in sorted(after)])
    names = [sorted(known[one] for one in some if one in known) for some in (before, after)]
    audit.record(books, "change", "member", user_id, old={"stores": names[0]}, new={"stores": names[1]})


def limits_of(books: Books, user_id: UUID) -> frozenset[UUID]:
    """The stores a member is held to; empty: none, so all."""
    return frozenset(row.store_id for row in _LIMITS.rows(books, user=user_id))


def _values(books: Books, draft: StoreDraft, store_id: UUID | None) -> dict[str, Any]:
    """The columns that a draft decides. InvalidInput by field."""
    kept = profile(books)
    draft, errors = rules.tidied_store(draft, company_gstin=kept.gstin, company_state=kept.state_code)
    taken = [one for one in stores(books, with_closed=True) if one.id != store_id]
    if "code" not in errors and (owner := next((one for one in taken if one.code == draft.code), None)):
        errors["code"] = f"The code {draft.code} belongs to {owner.name}."
    if "name" not in errors and (owner := next((one for one in taken if one.name.casefold() == draft.name.casefold()), None)):
        errors["name"] = f"There is a store named {owner.name} already."
    if errors:
        raise InvalidInput(errors)
    return {field.name: getattr(draft, field.name) for field in fields(StoreDraft)}


def _row(books: Books, store_id: UUID) -> Store:
    row = books.session.scalars(select(Store).where(Store.id == store_id)).first()
    if row is None:
        raise NotFound("store")
    return row
