"""Verbs of price lists: the list, its customers, its prices one by one and many at once. Each price's past is kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select

from webapp.catalogue import rules, service, taxes
from webapp.catalogue.models import Item, ListPrice, PriceChange, PriceList, PriceListParty
from webapp.catalogue.price_rules import MOST_BREAKS
from webapp.company import next_catalogue_rev, profile, stores
from webapp.kernel.dates import written
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import MOST_PAISE, MilliPaise, Qty
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text, folded
from webapp.parties import party_row
from webapp.platform import audit
from webapp.platform.rows import put
from webapp.platform.tenancy import Books
from webapp.tax.rules import Scheme, TaxClass, rate_on

MOST_LISTS = 100
ANY_QTY = Qty(0)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ListDraft:
    """A price list as a form gives it."""

    name: str
    is_for_all: bool
    store_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PriceDraft:
    """A price of an item: for one base unit, from `min_qty` on, from a day on and maybe until a day."""

    item_id: UUID
    price_millipaise: MilliPaise
    starts_on: date
    min_qty: Qty = ANY_QTY
    ends_on: date | None = None


def create_price_list(books: Books, draft: ListDraft, id_: UUID | None = None) -> UUID:
    """Make an empty list. The same id again makes nothing new. InvalidInput by field."""
    known = books.session.execute(select(PriceList.id, PriceList.name)).all()
    if id_ is not None and any(row.id == id_ for row in known):
        return id_
    if len(known) >= MOST_LISTS:
        raise InvalidInput({"name": f"There are {MOST_LISTS} price lists already. Use one of them for something else."})
    draft = _fit(books, draft, None)
    made = id_ or new_id()
    next_catalogue_rev(books)  # tills copy the lists, as what follows does
    books.session.add(PriceList(id=made, name=draft.name, is_for_all=draft.is_for_all, store_id=draft.store_id, version=1))
    books.session.flush()
    audit.record(books, "create", "price_list", made, new=_shown(draft))
    return made


def change_price_list(books: Books, list_id: UUID, draft: ListDraft, version: int) -> None:
    """Rename it, or say for whom and where it is. InvalidInput by field; Conflict when it was changed since the form was opened."""
    row = required_list(books, list_id, version)
    draft = _fit(books, draft, list_id)
    if draft.is_for_all and books.session.execute(select(PriceListParty.party_id).where(PriceListParty.price_list_id == list_id)).first():
        raise InvalidInput({"is_for_all": "Customers are named on this list. Take them off it first."})
    if audit.record_change(books, "price_list", list_id, _shown(ListDraft(row.name, row.is_for_all, row.store_id)), _shown(draft)):
        next_catalogue_rev(books)
        row.name, row.is_for_all, row.store_id = draft.name, draft.is_for_all, draft.store_id
        row.version += 1
    books.session.flush()


def put_list_away(books: Books, list_id: UUID, version: int, *, away: bool) -> None:
    """Archive a list, so that nobody buys by it, or bring it back. Conflict when it was changed since the page was opened."""
    row = required_list(books, list_id, version)
    if (row.archived_at is not None) != away:
        next_catalogue_rev(books)
        row.archived_at = books.now if away else None
        row.version += 1
        books.session.flush()
        audit.record(books, "archive" if away else "restore", "price_list", list_id, new={"name": row.name})


def give_list(books: Books, party_id: UUID, list_id: UUID | None) -> bool:
    """Let a customer buy by a list, or by none; whether that is new. A list for everybody is refused; NotFound for one of
    another company."""
    party = party_row(books, party_id)
    kept = books.session.scalars(select(PriceListParty).where(PriceListParty.party_id == party_id)).first()
    before = kept.price_list_id if kept else None
    if list_id is not None:
        row = required_list(books, list_id)
        if row.is_for_all:
            raise InvalidInput({"party": f"{row.name} is for everybody already. Make a list for named customers."})
        put(books, PriceListParty, [{"party_id": party_id, "price_list_id": list_id}])
    elif kept is not None:
        books.session.execute(delete(PriceListParty).where(PriceListParty.party_id == party_id))
    if before != list_id:
        next_catalogue_rev(books)
        old, new = (str(one) if one else None for one in (before, list_id))
        audit.record(books, "change", "party", party_id, old={"price_list": old}, new={"price_list": new, "name": party.name})
    return before != list_id


def set_prices(books: Books, list_id: UUID, drafts: Sequence[PriceDraft], version: int | None = None) -> int:
    """Put prices on a list, each in the place of the one with its item, quantity and first day. Returns how many changed.

    All or nothing: InvalidInput under `price_<place>` for each that is refused: no such item, less than nought, above the MRP with
    tax, an end before its beginning, too many breaks. Conflict when the list was changed since `version`.
    """
    row = required_list(books, list_id, version)
    if errors := unfit_prices(books, drafts):
        raise InvalidInput({f"price_{place}": words for place, words in errors.items()})
    keys = {(one.item_id, one.min_qty, one.starts_on) for one in drafts}
    standing = _standing(books, list_id, {one.item_id for one in drafts})
    _refuse_too_many(standing.keys() | keys)
    changed = [one for one in drafts if standing.get((one.item_id, one.min_qty, one.starts_on)) != (one.price_millipaise, one.ends_on)]
    if not changed:
        return 0
    put(
        books,
        ListPrice,
        [
            {
                "price_list_id": list_id,
                "item_id": one.item_id,
                "min_qty": one.min_qty,
                "starts_on": one.starts_on,
                "ends_on": one.ends_on,
                "price_millipaise": one.price_millipaise,
            }
            for one in changed
        ],
    )
    moves = [(one.item_id, one.min_qty, one.starts_on, _price_of(standing, one), one.price_millipaise) for one in changed]
    _keep(books, row, moves)
    return len(changed)


def remove_price(books: Books, list_id: UUID, item_id: UUID, min_qty: int, starts_on: date, version: int) -> None:
    """Take a price off a list. NotFound when it is not there; Conflict when the list was changed since the page was opened."""
    row = required_list(books, list_id, version)
    key = (ListPrice.price_list_id == list_id, ListPrice.item_id == item_id, ListPrice.min_qty == min_qty, ListPrice.starts_on == starts_on)
    old = books.session.scalar(select(ListPrice.price_millipaise).where(*key))
    if old is None:
        raise NotFound("price")
    books.session.execute(delete(ListPrice).where(*key))
    _keep(books, row, [(item_id, min_qty, starts_on, old, None)])


def required_list(books: Books, list_id: UUID, version: int | None = None) -> PriceList:
    """A list of this company. NotFound; Conflict when `version` is given and no longer stands."""
    row = books.session.scalars(select(PriceList).where(PriceList.id == list_id)).first()
    if row is None:
        raise NotFound("price list")
    if version is not None and row.version != version:
        raise Conflict(
            problem=f"{row.name} was changed by somebody else while you had it open.",
            fix="Open it again to see how it stands now, then make your change.",
        )
    return row


def _fit(books: Books, draft: ListDraft, own: UUID | None) -> ListDraft:
    draft, errors = replace(draft, name=clean_text(draft.name)), {}
    if not draft.name:
        errors["name"] = "Give the price list a name."
    elif len(draft.name) > rules.MOST_SHORT:
        errors["name"] = f"Use at most {rules.MOST_SHORT} characters."
    elif any(
        folded(name) == folded(draft.name) and id_ != own for id_, name in books.session.execute(select(PriceList.id, PriceList.name))
    ):
        errors["name"] = f"There is a price list called {draft.name} already. Choose another name."
    if draft.store_id is not None and draft.store_id not in {one.id for one in stores(books)}:
        errors["store_id"] = "Choose the store from the list."
    if errors:
        raise InvalidInput(errors)
    return draft


def _shown(draft: ListDraft) -> dict[str, object]:
    return {"name": draft.name, "is_for_all": draft.is_for_all, "store": str(draft.store_id) if draft.store_id else None}


def unfit_prices(books: Books, drafts: Sequence[PriceDraft]) -> dict[int, str]:
    """Why prices cannot be put on a list, by their place; empty when all can."""
    known = service.drafts_of(books, list(_items(books, {one.item_id for one in drafts}).values()))
    laws = {one.id: one.law for one in taxes.tax_classes(books, {one.tax_class_id for one in known.values()})}
    # CGST Act s.10(4), s.32: only a regular seller adds tax to a price.
    adds_tax = profile(books).scheme == Scheme.REGULAR.value
    errors: dict[int, str] = {}
    seen: set[tuple[UUID, int, date]] = set()
    for place, one in enumerate(drafts):
        key = (one.item_id, one.min_qty, one.starts_on)
        if (item := known.get(one.item_id)) is None:
            errors[place] = "There is no such item. Choose it from the list."
        elif key in seen:
            errors[place] = f"{item.name} stands here twice from the same quantity and the same first day on."
        elif words := _unfit(replace(item, price_millipaise=one.price_millipaise), one, laws[item.tax_class_id] if adds_tax else None):
            errors[place] = words
        seen.add(key)
    return errors


def _unfit(item: rules.ItemDraft, one: PriceDraft, law: TaxClass | None) -> str | None:
    """Why the item cannot have this price, or None. `law` is how it is taxed, None where no tax is added."""
    if one.price_millipaise < 0 or one.min_qty < 0:
        return "A price and a quantity cannot be less than 0."
    if one.ends_on is not None and one.ends_on < one.starts_on:
        return f"It ends on {written(one.ends_on)}, before it begins on {written(one.starts_on)}."
    if one.price_millipaise > MOST_PAISE * 1000:
        return "This is larger than the books can hold. Check the figure."
    try:
        rate = rate_on(law, one.starts_on, one.price_millipaise) if law else None
    except BooksError as refusal:
        return f"{refusal.problem} {refusal.fix}"
    return rules.price_above_mrp(item, rate)


def _refuse_too_many(keys: Collection[tuple[UUID, int, date]]) -> None:
    counts: dict[UUID, int] = {}
    for item_id, _qty, _day in keys:
        counts[item_id] = counts.get(item_id, 0) + 1
    if any(count > MOST_BREAKS for count in counts.values()):
        raise InvalidInput({"price_0": f"An item has at most {MOST_BREAKS} prices on a list. Take old ones off first."})


def _items(books: Books, ids: Collection[UUID]) -> dict[UUID, Item]:
    wanted, found = list(ids), dict[UUID, Item]()
    for start in range(0, len(wanted), _AT_ONCE):
        found |= {row.id: row for row in books.session.scalars(select(Item).where(Item.id.in_(wanted[start : start + _AT_ONCE])))}
    return found


def _standing(books: Books, list_id: UUID, ids: Collection[UUID]) -> dict[tuple[UUID, int, date], tuple[int, date | None]]:
    columns = (ListPrice.item_id, ListPrice.min_qty, ListPrice.starts_on, ListPrice.price_millipaise, ListPrice.ends_on)
    wanted, found = list(ids), dict[tuple[UUID, int, date], tuple[int, date | None]]()
    for start in range(0, len(wanted), _AT_ONCE):
        query = select(*columns).where(ListPrice.price_list_id == list_id, ListPrice.item_id.in_(wanted[start : start + _AT_ONCE]))
        found |= {(item, qty, day): (price, ends) for item, qty, day, price, ends in books.session.execute(query)}
    return found


def _price_of(standing: dict[tuple[UUID, int, date], tuple[int, date | None]], one: PriceDraft) -> int | None:
    found = standing.get((one.item_id, one.min_qty, one.starts_on))
    return found[0] if found else None


def _keep(books: Books, row: PriceList, moves: Sequence[tuple[UUID, int, date, int | None, int | None]]) -> None:
    """The past of each price, the list's new version, and one entry in the edit log."""
    books.insert(
        PriceChange,
        [
            {
                "id": new_id(),
                "price_list_id": row.id,
                "item_id": item_id,
                "min_qty": min_qty,
                "starts_on": starts_on,
                "old_millipaise": old,
                "new_millipaise": new,
                "changed_by": books.actor.name,
                "changed_at": books.now,
            }
            for item_id, min_qty, starts_on, old, new in moves
        ],
    )
    next_catalogue_rev(books)
    row.version += 1
    books.session.flush()
    audit.record(books, "change", "price_list", row.id, new={"name": row.name, "prices": len(moves)})
