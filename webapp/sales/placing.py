"""Where a sale is supplied, by which section, and which taxes that means. Pure.

The bill's own word goes first: who knows better chooses the state by hand. Else, on an office document, the nature that was chosen for
it; else the natures of its items, which must lead to one place. A bill of a counter is of goods handed over, as before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol
from uuid import UUID

from webapp.kernel.errors import BooksError, InvalidInput
from webapp.kernel.records import dataclass
from webapp.sales.commands import InvoiceTerms, Sale, SaleLine
from webapp.tax.place import Nature, Where, place_of_supply, section_of
from webapp.tax.rules import Supply, place_name, supply_between
from webapp.tax.states import OTHER_COUNTRY

NO_TERMS = InvoiceTerms()


class HasNature(Protocol):
    """What the place of a supply needs to know of an item."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def supply_nature(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Placed:
    """The place of supply by its state's code, and the taxes that follow. `nature` is "" for goods and for what nobody said; `section` of
    the IGST Act decided, "" where it was chosen by hand."""

    place: str
    supply: Supply
    nature: str = ""
    section: str = ""


def placed(sale: Sale, seller_state: str, items: Mapping[UUID, HasNature]) -> Placed:
    """Where a sale is supplied. InvalidInput by field: it hangs on where it happens and nobody said that; its items are supplied in
    different states; what is called an export is supplied here."""
    terms = sale.terms or NO_TERMS
    buyer = sale.party or {}
    where = Where(seller_state, buyer.get("state_code") or "", is_registered=bool(buyer.get("gstin")), event=terms.performed_in)
    if terms.destination.is_abroad:
        where = replace(where, buyer=OTHER_COUNTRY, is_registered=False)
    nature, place, section = "", sale.place_of_supply or "", ""
    if sale.terms is None:
        place = place or place_of_supply(Nature.GOODS, where)
    elif not place:
        nature, place, section = _by_nature(terms, where, sale.lines, items)
    else:
        nature = terms.nature
    if terms.destination.is_abroad:
        if nature and section and place != OTHER_COUNTRY:
            # IGST Act s.2(6): a service is exported only if its place of supply is outside India.
            state = place_name(place)
            words = f"By section {section} of the IGST Act this is supplied in {state}: it is no export. Choose a buyer in India."
            raise InvalidInput({"destination": words})
        place = OTHER_COUNTRY
    elif nature and section and place == OTHER_COUNTRY:
        raise InvalidInput({"performed_in": "What is supplied abroad is an export. Choose it under “Goes to”, or the state it happens in."})
    supply = supply_between(seller_state, place, to_sez=terms.destination.is_sez, zero_rated=terms.destination.is_untaxed)
    return Placed(place, supply, nature, section)


def said_of(terms: InvoiceTerms, found: Placed) -> InvoiceTerms:
    """The terms as they are kept: with the nature that was found, and the section that decided."""
    return replace(terms, nature=found.nature, place_section=found.section)


def _by_nature(terms: InvoiceTerms, where: Where, lines: Sequence[SaleLine], items: Mapping[UUID, HasNature]) -> tuple[str, str, str]:
    """Nature, place and section."""
    if terms.nature:
        own = Nature(terms.nature)
        return own.value, _place(own, where), section_of(own, where)
    found: dict[Nature, str] = {}
    for line in lines:
        item = items[line.item_id]
        # What goes along with a principal supply is supplied where that is (CGST Act s.8(a)).
        if line.together is None or line.together.is_principal or not line.together.is_composite:
            found.setdefault(_nature_of(item), item.name)
    places = {nature: _place(nature, where) for nature in found}
    said = [nature for nature in found if nature not in (Nature.GOODS, Nature.SERVICE)]
    if len(set(places.values())) > 1:
        told = ", ".join(f"{found[nature]} ({place_name(place)})" for nature, place in places.items())
        raise InvalidInput({"place": f"These are supplied in different places: {told}. Bill them apart, or choose the place by hand."})
    deciding = said[0] if said else next(iter(found))
    is_said = deciding is not Nature.GOODS
    return deciding.value if said else "", places[deciding], section_of(deciding, where) if is_said else ""


def _nature_of(item: HasNature) -> Nature:
    if item.supply_nature:
        return Nature(item.supply_nature)
    return Nature.SERVICE if item.kind == "service" else Nature.GOODS


def _place(nature: Nature, where: Where) -> str:
    # A restaurant's, a salon's or a clinic's service is performed in its own rooms unless somebody says otherwise.
    known = replace(where, event=where.seller) if nature is Nature.PERFORMED and not where.event else where
    try:
        return place_of_supply(nature, known)
    except BooksError as refusal:
        words = "The place of supply hangs on where this happens. Say in which state it does, or choose the place of supply by hand."
        raise InvalidInput({"performed_in": words}) from refusal
