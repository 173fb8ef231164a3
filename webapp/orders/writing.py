"""The rows of a document before a bill. Only the service of this room calls this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from webapp.kernel.errors import Conflict
from webapp.kernel.money import Paise, plain_decimal, rounded
from webapp.kernel.records import dataclass
from webapp.orders import one_supply, queries
from webapp.orders.kinds import GOODS_BACK
from webapp.orders.models import OrderDocument, OrderLine
from webapp.orders.promised import KEPT, kept_offers
from webapp.orders.queries import DocumentView, HeadRow, LineRow
from webapp.platform.numbering import Number
from webapp.platform.rows import insert_once
from webapp.platform.tenancy import Books
from webapp.sales import Sheet, TypedSheet, Worked

_FIGURES = ("gross", "discount", "taxable", "cgst", "sgst", "igst", "cess", "round_off", "total")
_LINE_FIGURES = ("gross", "discount", "bill_discount", "taxable", "cgst", "sgst", "igst", "cess", "total")
NATURE = "placed_by"  # in the body of a document: the nature of the service by which its place of supply was found
_NOTHING_USED = {"used_qty": 0, "returned_qty": 0, "closed_qty": 0, "used_cost_paise": 0}
_AS_SENT = (
    "item_id",
    "name",
    "local_name",
    "hsn",
    "unit",
    "unit_price_millipaise",
    "price_includes_tax",
    "treatment",
    "rate_bp",
    "cess_bp",
    "moves_stock",
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a document says besides its sheet and its figures."""

    id: UUID
    kind: str
    number: Number
    revision: int
    revises_id: UUID | None
    ends_on: date | None
    purpose: str
    transport: Mapping[str, str]
    body_sha256: str
    cost: Paise


def write(
    books: Books, facts: Facts, found: Sheet, worked: Worked, costs: Mapping[int, Paise], seller: Mapping[str, Any], typed: TypedSheet
) -> HeadRow:
    """Write a document and its lines. Conflict when its number is on another one, or its revision was made meanwhile."""
    sources = [line.source for line in found.lines]
    row = {
        **_stamp(books, facts.id, facts.kind, facts.number, facts.body_sha256),
        "revision": facts.revision,
        "revises_id": facts.revises_id,
        "source_id": next((source[0] for source in sources if source), None),
        "document_date": found.day,
        "ends_on": facts.ends_on,
        "store_id": found.store_id,
        "party_id": found.party.id if found.party else None,
        "party": found.party.as_buyer() if found.party else {},
        "seller": dict(seller),
        "scheme": worked.scheme.value,
        "destination": found.terms.destination.value,
        "supply": worked.supply.value,
        "place_of_supply": worked.place,
        "purpose": facts.purpose,
        "transport": dict(facts.transport),
        **{f"{name}_paise": getattr(worked.figures, name) for name in _FIGURES},
        "bill_discount_paise": found.bill_discount,
        "cost_paise": facts.cost,
        "reference": found.terms.reference,
        "terms": found.terms.terms,
        "note": found.note,
        "body": _body(typed, found, worked) | _one_supply(books, facts, found, worked),
    }
    _insert(books, row)
    books.insert(OrderLine, _line_rows(facts.id, worked, costs, sources))
    return queries.document(books, facts.id).head


def _body(typed: TypedSheet, found: Sheet, worked: Worked) -> dict[str, Any]:
    """What was typed, with the rates that held then: a bill that comes again of it costs what was agreed. And what schemes gave, and the
    nature of the service that was found."""
    held = {line.number: plain_decimal(line.rate, 5) for line in found.lines} if typed.rates == "item" else {}
    lines = [asdict(line) | {"rate": line.rate or held.get(line.number, ""), "batch": "", "serials": ""} for line in typed.lines]
    offers = kept_offers(found.lines)
    nature = {NATURE: worked.placed.nature} if worked.placed.nature else {}
    return asdict(typed) | {"id": str(typed.id), "lines": lines} | ({KEPT: offers} if offers else {}) | nature


def _one_supply(books: Books, facts: Facts, found: Sheet, worked: Worked) -> dict[str, Any]:
    parts = one_supply.kept_parts(books, facts.id, facts.kind, found.lines, worked)
    return {one_supply.KEPT: parts} if parts else {}


def _line_rows(
    document_id: UUID, worked: Worked, costs: Mapping[int, Paise], sources: Sequence[tuple[UUID, int] | None]
) -> list[dict[str, Any]]:
    same = ("item_id", "name", "local_name", "hsn", "unit", "price_includes_tax", "rate_bp", "cess_bp")
    return [
        {
            "document_id": document_id,
            "line_no": place,
            "qty": line.qty,
            "unit_price_millipaise": line.unit_price,
            "treatment": line.treatment.value,
            **{name: getattr(line, name) for name in same},
            **{f"{name}_paise": getattr(figures, name) for name in _LINE_FIGURES},
            "cost_paise": costs.get(place, 0),
            "moves_stock": line.moves_stock,
            "source_id": source[0] if source else None,
            "source_line_no": source[1] if source else None,
            **_NOTHING_USED,
        }
        for place, (line, figures, source) in enumerate(zip(worked.lines, worked.figures.lines, sources, strict=True), 1)
    ]


def write_back(
    books: Books,
    id_: UUID,
    number: Number,
    challan: DocumentView,
    back: Sequence[tuple[LineRow, int]],
    costs: Mapping[int, int],
    reason: str,
    body_sha256: str,
) -> HeadRow:
    """Write what came back of a challan: its lines at the challan's own prices, in proportion."""
    lines = []
    for place, (line, qty) in enumerate(back, 1):
        figures = {name: rounded(getattr(line, f"{name}_paise") * qty, line.qty) for name in _LINE_FIGURES}
        figures["total"] = figures["taxable"] + figures["cgst"] + figures["sgst"] + figures["igst"] + figures["cess"]
        own = {name: getattr(line, name) for name in _AS_SENT} | {"document_id": id_, "line_no": place, "qty": qty}
        source = {"source_id": line.document_id, "source_line_no": line.line_no, "cost_paise": costs.get(place, 0)}
        lines.append({**own, **{f"{name}_paise": value for name, value in figures.items()}, **source, **_NOTHING_USED})
    sums = {name: sum(line[f"{name}_paise"] for line in lines) for name in _LINE_FIGURES}
    head = challan.head
    kept = ("store_id", "party_id", "party", "seller", "scheme", "destination", "supply", "place_of_supply")
    row = {
        **_stamp(books, id_, GOODS_BACK, number, body_sha256),
        **{name: getattr(head, name) for name in kept},
        **{f"{name}_paise": sums[name] for name in ("gross", "taxable", "cgst", "sgst", "igst", "cess", "total")},
        "discount_paise": sums["discount"] + sums["bill_discount"],
        "bill_discount_paise": sums["bill_discount"],
        "round_off_paise": 0,
        "revision": 0,
        "revises_id": None,
        "source_id": head.id,
        "document_date": books.today,
        "ends_on": None,
        "purpose": "",
        "transport": {},
        "cost_paise": sum(costs.values()),
        "reference": head.number,
        "terms": "",
        "note": reason,
        "body": {},
    }
    _insert(books, row)
    books.insert(OrderLine, lines)
    return queries.document(books, id_).head


def _stamp(books: Books, id_: UUID, kind: str, number: Number, body_sha256: str) -> dict[str, Any]:
    return {
        "id": id_,
        "kind": kind,
        "series": number.prefix,
        "seq": number.seq,
        "number": str(number),
        "body_sha256": body_sha256,
        "state": "done" if kind == GOODS_BACK else "open",
        "state_reason": "",
        "state_at": books.now,
        "state_by": books.actor.name,
        "version": 1,
        "made_at": books.now,
        "made_by": books.actor.name,
    }


def _insert(books: Books, row: Mapping[str, Any]) -> None:
    if not insert_once(books, OrderDocument, row):
        raise Conflict(problem=f"{row['number']} is there already.", fix="Nothing was changed. Reload the page to see what stands.")
