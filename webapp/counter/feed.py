"""What a till copies: items, customers, rates, series, the shop. Only what the counter needs; never a cost."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from webapp import catalogue, company, identity, ledger, parties, schemes
from webapp.counter import pins, series, shifts, tills
from webapp.counter.models import MissingBill, SyncCommand, Till
from webapp.kernel.errors import NotFound
from webapp.platform.permissions import Permission, Role
from webapp.platform.tenancy import Books, open_directory
from webapp.tax.rules import RULES_V

_CHUNK = 400  # items put into words at a time


def catalogue_for_till(
    books: Books, till_id: UUID, since: int, members: Sequence[identity.Member], lists: Mapping[str, int] | None = None
) -> dict[str, Any]:
    """The answer to `/sync/catalogue` (docs/sync-protocol.md, section 4). `members` come from the directory of people; `lists` are the
    versions of the price lists that the till has, by their ids."""
    held = catalogue.snapshot(books, since)
    till = till_of(books, till_id)
    return {
        "rev": held.rev,
        "full": held.full,
        "fields": ["local" if name == "local_name" else name for name in catalogue.SNAPSHOT_FIELDS],
        "items": held.items,
        "gone": held.gone,
        "customers": _customers(books, 0 if held.full else since),
        "tax_classes": held.tax_classes,
        "series": _series(books, till),
        "shop": {**_shop(books, till), "pins": pins.for_till(books, till_id, till.store_id, members)},
        "cashiers": _cashiers(members),
        "price_lists": [_price_list(one) for one in catalogue.lists_for_till(books, till.store_id, lists or {})],
        "schemes": schemes.schemes_for_till(books, till.store_id),
        "rules_v": RULES_V,
        "count": held.count,
        # The sum of revisions is enough beside the count; the rest of the catalogue's own checksum is for other readers.
        "checksum": int(str(held.checksum).split(".", 1)[0]) % 2**32,
        "time": books.now.isoformat(),
    }


def _price_list(one: catalogue.TillList) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "name": one.name,
        "all": one.is_for_all,
        "of_store": one.is_of_store,
        "version": one.version,
        "customers": [str(party_id) for party_id in one.customers],
        "prices": one.prices,
    }


def words(answer: dict[str, Any], *, zipped: bool) -> Iterator[bytes]:
    """The answer as JSON, piece by piece, so that twenty thousand items need no second copy in memory; gzip when asked."""
    press = zlib.compressobj(5, zlib.DEFLATED, zlib.MAX_WBITS | 16) if zipped else None
    for piece in _pieces(answer):
        data = piece.encode()
        if press is None:
            yield data
        elif pressed := press.compress(data):
            yield pressed
    if press is not None:
        yield press.flush()


def _pieces(answer: dict[str, Any]) -> Iterator[str]:
    items = answer["items"]
    head, rest = _json({**answer, "items": [], "price_lists": []}).split('"items":[]', 1)
    middle, tail = rest.split('"price_lists":[]', 1)
    yield head + '"items":['
    for start in range(0, len(items), _CHUNK):
        inner = _json(items[start : start + _CHUNK])[1:-1]
        yield ("," if start else "") + inner
    yield "]" + middle + '"price_lists":['
    for place, one in enumerate(answer["price_lists"]):
        yield ("," if place else "") + _json(one)
    yield "]" + tail


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def state_of_till(books: Books, till_id: UUID) -> dict[str, Any]:
    """The answer to `/sync/state`."""
    till = till_of(books, till_id)
    facts = tills.facts_of(books, till)
    shift = shifts.open_shift_of(books, till_id)
    waiting = books.session.scalars(
        select(SyncCommand)
        .where(SyncCommand.till_id.in_(facts.family), SyncCommand.status == "quarantined", SyncCommand.settled_at.is_(None))
        .order_by(SyncCommand.received_at)
        .limit(200)
    )
    missing = books.session.scalars(
        select(MissingBill)
        .where(MissingBill.till_id.in_(facts.family), MissingBill.state == "missing")
        .order_by(MissingBill.series, MissingBill.seq)
        .limit(500)
    )
    return {
        "till": till_row(books, till),
        "series": _series(books, till),
        "shift": None
        if shift is None
        else {"id": str(shift.id), "opened_at": shift.opened_at.isoformat(), "opened_by": shift.opened_by, "float": shift.float_paise},
        "quarantined": [
            {
                "id": str(one.id),
                "type": one.type,
                "number": f"{one.series}/{one.seq:06d}" if one.series and one.seq else None,
                "reason": one.result["reason"],
                "received_at": one.received_at.isoformat(),
            }
            for one in waiting
        ],
        "missing": [{"series": one.series, "seq": one.seq, "state": one.state} for one in missing],
        "time": books.now.isoformat(),
        "rev": company.profile(books).catalogue_rev,
        "min_build": None,
    }


def till_row(books: Books, till: Till) -> dict[str, Any]:
    """A till as the device knows it."""
    return {
        "id": str(till.id),
        "code": till.code,
        "name": till.name,
        "shared": till.is_shared_device,
        "store": {"id": str(till.store_id), "name": _store_name(books, till.store_id)},
    }


def till_of(books: Books, till_id: UUID) -> Till:
    """A till of this company. NotFound otherwise."""
    till = books.session.get(Till, (books.company_id, till_id))
    if till is None:
        raise NotFound("counter")
    return till


def _store_name(books: Books, store_id: UUID) -> str:
    return next((store.name for store in company.stores(books) if store.id == store_id), "")


def _series(books: Books, till: Till) -> list[dict[str, Any]]:
    return [{"prefix": one.prefix, "kind": one.kind, "fy": one.fy, "last": one.last} for one in series.series_of(books, till.id, till.code)]


def _customers(books: Books, since: int) -> list[dict[str, Any]] | None:
    """The whole list, or None when nothing of it changed: it is short, and what it owes changes without a revision."""
    if since:
        changed = parties.parties_for_till(books, since)
        if not changed.customers and not changed.gone:
            return None
    found = parties.parties_for_till(books, 0).customers
    details = parties.parties_by_id(books, [one["id"] for one in found])
    return [
        {
            "id": str(one["id"]),
            "name": one["name"],
            "local": one["local_name"],
            "phone": one["phone"],
            "gstin": one["gstin"],
            "state_code": one["state_code"],
            "address": details[one["id"]].as_buyer()["address"],
            "credit_limit": details[one["id"]].credit_limit_paise,
            "due": ledger.party_due(books, one["id"]) if _buys_on_credit(details[one["id"]]) else None,
            "credit": True,
        }
        for one in found
    ]


def _buys_on_credit(party: parties.PartyRow) -> bool:
    return party.credit_limit_paise is not None or party.credit_days > 0


def _shop(books: Books, till: Till) -> dict[str, Any]:
    kept = company.seller_at(books, till.store_id).profile
    return {
        "name": kept.name,
        "legal_name": kept.legal_name,
        "gstin": kept.gstin,
        "scheme": kept.scheme,
        "state_code": kept.state_code,
        "address": kept.address,
        "city": kept.city,
        "pin_code": kept.pin_code,
        "phone": kept.phone,
        "upi_id": kept.upi_id,
        "terms": kept.invoice_terms,
        "language": kept.bill_language,
        "rounds_to_rupee": kept.rounds_to_rupee,
        "prices_include_tax": kept.prices_include_tax,
        "allows_negative_stock": kept.allows_negative_stock,
        "most_discount_bp": company.limits_of(kept, Role.CASHIER.value).most_discount_bp,
        "turnover_over_5_crore": kept.turnover_over_5_crore,
        "scale": company.scale_for_till(kept),
        "store": {"id": str(till.store_id), "name": _store_name(books, till.store_id)},
    }


def members_of(company_id: int) -> list[identity.Member]:
    """The people of a company, for the till to know who may stand there."""
    with open_directory(writes=False) as directory:
        return identity.members(directory, company_id)


def _cashiers(members: Sequence[identity.Member]) -> list[dict[str, Any]]:
    """Those who may bill, for the till to ask who stands there: names, no address and no password; and who of them may sell what has
    expired."""
    return [
        {
            "id": str(one.user_id),
            "name": one.name,
            "may_sell_expired": Permission.BATCH_OVERRIDE in one.allowed,
            "may_lift_schemes": Permission.SCHEME_LIFT in one.allowed,
        }
        for one in members
        if Permission.BILL_ISSUE in one.allowed
    ]
