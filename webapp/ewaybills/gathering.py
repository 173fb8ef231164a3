"""A document of ours as a consignment: what stands on its paper, and the towns and PIN codes that no paper has apart.

One function for each kind of document; who sends and who takes, what for, and on which paper follows from it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from webapp import einvoice, orders, parties, purchases, sales, transfers
from webapp.company import require_mine, seller_at
from webapp.ewaybills.values import (
    ABROAD_PIN,
    UNREGISTERED,
    Carriage,
    Consignment,
    End,
    Kind,
    Line,
    Place,
    Site,
    SubSupply,
)
from webapp.kernel.errors import NotFound
from webapp.kernel.money import BasisPoints, Paise, Qty, rounded
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text
from webapp.platform.tenancy import Books
from webapp.tax.kinds import DocumentKind
from webapp.tax.rules import Treatment
from webapp.tax.states import OTHER_COUNTRY


@dataclass(frozen=True, slots=True)
class Found:
    """A document whose goods travel. `carriage` is what its paper says of the way already."""

    kind: Kind
    document_id: UUID
    store_id: UUID
    party_name: str
    goods: Consignment
    carriage: Carriage
    is_cancelled: bool
    cancel_words: str = ""
    others_make_it: bool = False
    is_sez: bool = False


def found(books: Books, kind: Kind, document_id: UUID) -> Found:
    """A document as a consignment. NotFound where this company has none, or one of a kind whose goods do not travel; NotYourStore."""
    return _READERS[kind](books, document_id)


def with_details(goods: Consignment, sub_supply: str, sub_words: str, dispatch: Site | None, ship: Site | None) -> Consignment:
    """The same with what a person has said: what for, and other places of dispatch and delivery."""
    if sub_supply:
        goods = replace(goods, sub_supply=SubSupply(sub_supply), sub_words=sub_words)
    if dispatch:
        goods = replace(goods, sender=replace(goods.sender, site=dispatch))
    return replace(goods, taker=replace(goods.taker, site=ship)) if ship else goods


def site_as_kept(site: Site | None) -> dict[str, Any]:
    return asdict(site) if site else {}


def site_of(kept: Mapping[str, Any]) -> Site | None:
    """What `site_as_kept` has kept."""
    return Site(kept["name"], Place(**kept["place"]), kept["gstin"]) if kept else None


# A bill, a credit note -------------------------------------------------------------------------------------------------


def _of_invoice(books: Books, invoice_id: UUID) -> Found:
    view = sales.invoice(books, invoice_id)
    head = view.header
    require_mine(books, head.store_id)
    is_abroad = head.place_of_supply == OTHER_COUNTRY
    own = _our_end(books, head.seller, head.store_id)
    buyer = _party_end(books, head.party or {}, head.party_id, own, is_abroad=is_abroad)
    is_back = head.kind == DocumentKind.CREDIT_NOTE
    terms = view.terms or (sales.terms_of(books, view.against.id) if view.against else None)
    sub = SubSupply.SALES_RETURN if is_back else SubSupply.EXPORT if is_abroad else SubSupply.SUPPLY
    doc_type = "CHL" if is_back else "INV" if head.kind == DocumentKind.TAX_INVOICE else "BIL"
    collected = _collected(books, head)
    goods = Consignment(
        gstin=own.gstin,
        is_outward=not is_back,
        sub_supply=sub,
        doc_type=doc_type,
        number=head.number,
        day=head.invoice_date,
        sender=buyer if is_back else own,
        taker=own if is_back else buyer,
        lines=tuple(_line(line, is_taxable=line.treatment == Treatment.TAXABLE) for line in view.lines),
        total=Paise(head.total_paise + collected),
        collected=collected,
    )
    gone = view.cancellation
    is_sez = bool(terms and terms.destination.value.startswith("sez"))
    words = gone.reason if gone else ""
    return Found(Kind.INVOICE, invoice_id, head.store_id, head.party_name, goods, Carriage(), gone is not None, words, is_sez=is_sez)


def _collected(books: Books, head: sales.Header) -> Paise:
    """Tax collected at source on a bill: as the e-invoice's portal is told of it, or as it stands where that is told of none."""
    told = einvoice.einvoice_or_none(books, head.id)
    return Paise(told.total_paise - head.total_paise if told else sum(one.amount for one in sales.collected_on(books, head.id)))


# A delivery challan, goods back on one ---------------------------------------------------------------------------------

_PURPOSES = {
    "job_work": (SubSupply.JOB_WORK, ""),
    "approval": (SubSupply.OTHERS, "Sale on approval"),
    "supply": (SubSupply.OTHERS, "Supply on challan"),
}


def _of_order(books: Books, document_id: UUID) -> Found:
    view = orders.document(books, document_id)
    head = view.head
    require_mine(books, head.store_id)
    if head.kind not in ("challan", "return"):
        raise NotFound("delivery challan")
    is_back = head.kind == "return"
    own = _our_end(books, head.seller, head.store_id)
    party = _party_end(books, head.party, head.party_id, own, is_abroad=head.place_of_supply == OTHER_COUNTRY)
    purpose = head.purpose
    if is_back and head.source_id:
        purpose = orders.document(books, head.source_id).head.purpose
    sub, words = _PURPOSES.get(purpose, (SubSupply.OTHERS, "Delivery challan"))
    if is_back:
        sub, words = (SubSupply.JOB_WORK_RETURN, "") if sub is SubSupply.JOB_WORK else (SubSupply.OTHERS, "Goods back")
    goods = Consignment(
        gstin=own.gstin,
        is_outward=not is_back,
        sub_supply=sub,
        sub_words=words,
        doc_type="CHL",
        number=head.number,
        day=head.document_date,
        sender=party if is_back else own,
        taker=own if is_back else party,
        lines=tuple(_line(line, is_taxable=line.treatment == Treatment.TAXABLE) for line in view.lines),
        total=Paise(head.total_paise),
    )
    name = str(head.party.get("name") or "")
    is_gone = head.state == "cancelled"
    carriage = _on_paper(head.transport)
    return Found(Kind.ORDER, document_id, head.store_id, name, goods, carriage, is_gone, head.state_reason if is_gone else "")


def _on_paper(told: Mapping[str, Any]) -> Carriage:
    """What a challan says of its way. What cannot be read as the portal wants it is left to be typed."""
    from webapp.ewaybills.checks import is_vehicle  # patterns, for whoever looks at a challan

    vehicle = plate(str(told.get("vehicle") or ""))
    distance = str(told.get("distance") or "").strip()
    vehicle = vehicle if is_vehicle(vehicle) else ""
    return Carriage(
        distance_km=int(distance) if distance.isascii() and distance.isdecimal() and int(distance) <= 4000 else 0,
        mode="1" if vehicle else "",
        vehicle=vehicle,
        transporter_name=clean_text(str(told.get("carrier") or ""))[:100],
        trans_doc_no=document_number(str(told.get("document") or "")),
    )


def plate(text: str) -> str:
    """A vehicle's number as the portal writes it: MH12AB1234. Digits of every script are read; a letter of another one stays, so that
    `is_vehicle` refuses it: what is left without it may be another's plate."""
    signs = [sign for sign in unicodedata.normalize("NFKC", text).upper() if sign.isalnum()]
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in signs)


def document_number(text: str) -> str:
    return "".join(sign for sign in text if (sign.isascii() and sign.isalnum()) or sign in "/-")[:15]


# A transfer ------------------------------------------------------------------------------------------------------------


def _of_transfer(books: Books, transfer_id: UUID) -> Found:
    view = transfers.transfer(books, transfer_id)
    row = view.row
    sender = _our_end(books, row.sender, row.from_store_id)
    taker = _our_end(books, row.receiver, row.to_store_id)
    is_own = sender.gstin == taker.gstin
    goods = Consignment(
        gstin=sender.gstin,
        is_outward=True,
        sub_supply=SubSupply.OWN_USE if is_own else SubSupply.SUPPLY,
        doc_type="CHL" if row.kind == "challan" else "INV",
        number=row.number,
        day=row.sent_on,
        sender=sender,
        taker=taker,
        lines=tuple(_line(line) for line in view.lines),
        total=Paise(row.taxable_paise + row.tax_paise),
    )
    vehicle = _on_paper({"vehicle": row.vehicle})
    gone = view.recall
    name = str(row.receiver.get("store") or row.receiver.get("name") or "")
    return Found(Kind.TRANSFER, transfer_id, row.from_store_id, name, goods, vehicle, gone is not None, gone.reason if gone else "")


# A supplier's bill, a debit note, goods back to a consignor -------------------------------------------------------------


def _of_purchase(books: Books, bill_id: UUID) -> Found:
    row = purchases.bill(books, bill_id)
    is_back, is_import = row.kind == "debit_note", row.tax_by == "import"
    own = _our_end(books, row.buyer, row.store_id)
    party = _party_end(books, row.party, row.party_id, own, is_abroad=is_import)
    lines = tuple(_line(line) for line in purchases.bill_lines(books, bill_id) if line.kind == "item" and not line.is_price_only)
    goods = Consignment(
        gstin=own.gstin,
        is_outward=is_back,
        sub_supply=SubSupply.OTHERS if is_back else SubSupply.IMPORT if is_import else SubSupply.SUPPLY,
        sub_words="Purchase return" if is_back else "",
        doc_type="OTH" if is_back else "BOE" if is_import else "INV" if row.tax_paise else "BIL",
        number=(row.number if is_back else row.entry_number if is_import else row.supplier_number),
        day=(row.entry_date or row.bill_date) if is_import else row.voucher_date if is_back else row.bill_date,
        sender=own if is_back else party,
        taker=party if is_back else own,
        lines=lines,
        total=Paise(sum(line.total for line in lines) if is_import else row.total_paise),
    )
    gone = purchases.cancellation_of(books, bill_id)
    # Rule 138(1)(iii): who receives tells the portal where the supplier is not registered; customs knows only the importer.
    others = not is_back and not is_import and party.gstin != UNREGISTERED
    name = str(row.party.get("name") or "")
    return Found(
        Kind.PURCHASE, bill_id, row.store_id, name, goods, Carriage(), gone is not None, gone.reason if gone else "", others_make_it=others
    )


def _of_consignment(books: Books, return_id: UUID) -> Found:
    row = purchases.back(books, return_id)
    came = purchases.receipt(books, row.receipt_id)
    own = _our_end(books, {}, row.store_id)
    party = _party_end(books, came.party, row.party_id, own)
    lines = []
    for number, one in enumerate(purchases.back_lines(books, row), 1):
        worth = rounded(one.line.rate_millipaise * one.qty, 1_000_000)
        lines.append(Line(number, one.line.name, one.line.hsn, Qty(one.qty), one.line.unit, Paise(worth)))
    goods = Consignment(
        gstin=own.gstin,
        is_outward=True,
        sub_supply=SubSupply.OTHERS,
        sub_words="Consignment return",
        doc_type="CHL",
        number=row.number,
        day=row.returned_on,
        sender=own,
        taker=party,
        lines=tuple(lines),
        total=Paise(sum(line.taxable for line in lines)),
    )
    gone = purchases.cancellation_of(books, return_id)
    name = str(came.party.get("name") or "")
    return Found(Kind.CONSIGNMENT, return_id, row.store_id, name, goods, Carriage(), gone is not None, gone.reason if gone else "")


_READERS: Mapping[Kind, Callable[[Books, UUID], Found]] = {
    Kind.INVOICE: _of_invoice,
    Kind.ORDER: _of_order,
    Kind.TRANSFER: _of_transfer,
    Kind.PURCHASE: _of_purchase,
    Kind.CONSIGNMENT: _of_consignment,
}


# Ends and lines --------------------------------------------------------------------------------------------------------


def _our_end(books: Books, printed: Mapping[str, Any], store_id: UUID) -> End:
    """Ourselves, as printed; what was not filled in on the day may have been since."""
    now = seller_at(books, store_id).profile
    place = Place(
        printed.get("address") or now.address,
        printed.get("city") or now.city,
        printed.get("pin_code") or now.pin_code,
        printed.get("state_code") or now.state_code,
    )
    name = printed.get("legal_name") or now.legal_name or printed.get("name") or now.name
    return End(printed.get("gstin") or now.gstin or "", name, place)


def _party_end(books: Books, printed: Mapping[str, Any], party_id: UUID | None, own: End, *, is_abroad: bool = False) -> End:
    """The other end: as printed; town and PIN, which no paper has apart, as the party stands. A buyer at the counter is where we are."""
    known = parties.party_or_none(books, party_id) if party_id else None
    name = printed.get("name") or (known.name if known else "") or "Unregistered"
    if known is None and not is_abroad:
        state = printed.get("state_code") or own.place.state_code
        address = printed.get("address") or ""
        near = state == own.place.state_code
        return End(
            printed.get("gstin") or UNREGISTERED,
            name,
            Place(address or (own.place.town if near else ""), own.place.town if near else "", own.place.pin if near else "", state),
        )
    place = Place(
        (known.address if known and known.address else printed.get("address")) or "",
        known.city if known else "",
        ABROAD_PIN if is_abroad else (known.pin_code if known else ""),
        OTHER_COUNTRY if is_abroad else printed.get("state_code") or (known.state_code if known else ""),
    )
    gstin = UNREGISTERED if is_abroad else printed.get("gstin") or UNREGISTERED
    return End(gstin, name, place)


def _line(line: Any, *, is_taxable: bool = True) -> Line:
    """One line of a bill, challan, transfer or purchase: they call their figures alike."""
    return Line(
        number=line.line_no,
        name=line.name,
        hsn=line.hsn,
        qty=Qty(line.qty),
        unit=line.unit,
        taxable=Paise(line.taxable_paise),
        rate_bp=BasisPoints(line.rate_bp),
        cgst=Paise(line.cgst_paise),
        sgst=Paise(line.sgst_paise),
        igst=Paise(line.igst_paise),
        cess_bp=BasisPoints(line.cess_bp),
        cess=Paise(line.cess_paise),
        is_taxable=is_taxable,
    )
