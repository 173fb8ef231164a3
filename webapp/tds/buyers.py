"""Marks of tax collected at source: which goods bear it, and what is known of who buys."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select

from webapp import catalogue, parties
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text, folded
from webapp.platform import audit
from webapp.platform.rows import put
from webapp.platform.tenancy import Books
from webapp.tds.collecting import Buyer
from webapp.tds.models import TcsBuyer
from webapp.tds.rules import law
from webapp.tds.service import MOST_NAME


@dataclass(frozen=True, slots=True)
class BuyerDraft:
    """A customer by name, as typed; "" for payee: as the PAN says. "" for kind: only marked goods count."""

    name: str
    kind: str = ""
    payee: str = ""
    pan: str = ""
    buyer_name: str = ""
    is_specified: bool = False
    deducts: bool = False


def mark_item(books: Books, name: str, kind: str) -> UUID:
    """Mark an item by name as goods of a kind. InvalidInput by field."""
    errors: dict[str, str] = {}
    wanted = folded(clean_text(name))
    found = (
        [row for row in catalogue.find_sold_items(books, clean_text(name)[:100], most=50) if folded(row.name) == wanted] if wanted else []
    )
    if len(found) != 1:
        errors["item"] = "Choose an item by its name." if not found else "Two items have this name. Rename one of them first."
    if kind not in law.COLLECTED:
        errors["item_kind"] = "Choose the kind of goods."
    if errors:
        raise InvalidInput(errors)
    catalogue.mark_collected(books, found[0].id, kind)
    return found[0].id


def mark_buyer(books: Books, draft: BuyerDraft) -> Buyer:
    """Keep what is known of a customer; one of whom it is kept is kept anew. InvalidInput by field."""
    errors: dict[str, str] = {}
    wanted = folded(clean_text(draft.name))
    people = [row for row in parties.search_parties(books, clean_text(draft.name), most=50) if folded(row.name) == wanted] if wanted else []
    party = next((row for row in people if row.is_customer), people[0] if people else None)
    if party is None:
        errors["name"] = "Choose a customer by name."
    if draft.kind and draft.kind not in law.COLLECTED:
        errors["kind"] = "Choose the kind of goods."
    if draft.payee and draft.payee not in law.PAYEES:
        errors["payee"] = "Choose who buys."
    pan = draft.pan.strip().upper() or ((party.gstin or "")[2:12] if party else "")
    if draft.pan.strip() and not law.PAN.fullmatch(pan):
        errors["pan"] = "A PAN has five letters, four digits and a letter: ABCPK1234F."
    if draft.payee == law.NO_PAN and draft.pan.strip():
        errors["payee"] = "There is a PAN. Choose who buys, or take it out."
    if errors or party is None:
        raise InvalidInput(errors)
    who = draft.payee or law.payee_of(pan)
    name = clean_text(draft.buyer_name)[:MOST_NAME] or party.name
    own = Buyer(party.id, draft.kind, who, "" if who == law.NO_PAN else pan, name, draft.is_specified, draft.deducts)
    row = {"party_id": own.party_id, "kind": own.kind, "payee": own.payee, "pan": own.pan, "buyer_name": name}
    put(books, TcsBuyer, [row | {"is_specified": own.is_specified, "deducts": own.deducts}])
    audit.record(books, "create", "tcs_buyer", party.id, new={"kind": own.kind, "payee": own.payee, "deducts": own.deducts})
    return own


def forget_buyer(books: Books, party_id: UUID) -> None:
    """Take away what is kept of a customer; what was collected stays. NotFound where nothing is."""
    kept = books.session.scalar(select(TcsBuyer.payee).where(TcsBuyer.party_id == party_id))
    if kept is None:
        raise NotFound("mark")
    books.session.execute(delete(TcsBuyer).where(TcsBuyer.party_id == party_id))
    audit.record(books, "end", "tcs_buyer", party_id, old={"payee": kept})


def buyers(books: Books) -> list[tuple[Buyer, str]]:
    """Every customer of whom something is kept, with the name; by name."""
    columns = (TcsBuyer.party_id, TcsBuyer.kind, TcsBuyer.payee, TcsBuyer.pan, TcsBuyer.buyer_name, TcsBuyer.is_specified, TcsBuyer.deducts)
    rows = [Buyer(*row) for row in books.session.execute(select(*columns))]
    people = parties.parties_by_id(books, [row.party_id for row in rows])
    return sorted(((row, people[row.party_id].name) for row in rows), key=lambda one: (one[1], one[0].party_id))
