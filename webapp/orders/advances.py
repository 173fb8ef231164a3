"""Money before its supply: a receipt voucher when it comes, a refund voucher when it goes back, and what of it pays a bill."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import update

from webapp import ledger, outstandings, parties, sales
from webapp.company import require_backdate, require_store, seller_at, store_series
from webapp.kernel.dates import FinancialYear, written
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id
from webapp.kernel.money import MOST_PAISE, Paise, rupees
from webapp.kernel.records import dataclass
from webapp.orders import advance_reads, queries, rules
from webapp.orders import advance_rules as worked
from webapp.orders.advance_reads import AdvanceRow
from webapp.orders.advance_rules import Taxes
from webapp.orders.events import AdvanceTaken
from webapp.orders.models import Advance, AdvanceUse
from webapp.platform import audit
from webapp.platform.numbering import open_series, take_number
from webapp.platform.outbox import announce
from webapp.platform.rows import insert_once
from webapp.platform.tenancy import Books
from webapp.tax.rules import MOST_RATE_BP, STATES, Scheme, supply_between

LETTERS = {"receipt": "RA", "refund": "RF"}


@dataclass(frozen=True, slots=True)
class NewAdvance:
    """Money taken for a supply to come. `amount` includes the tax; `rate_bp` is looked at for services alone."""

    id: UUID
    party_id: UUID
    store_id: UUID
    day: date
    amount: Paise
    mode: str
    is_service: bool
    description: str
    rate_bp: int = 0
    place: str = ""
    reference: str = ""
    note: str = ""
    order_id: UUID | None = None
    tcs_kind: str = ""  # goods on which tax is collected at source: "": as the customer is marked, "none": of no such kind

    def body_sha256(self) -> str:
        said = asdict(self)
        kind = said.pop("tcs_kind")
        return _hash([*map(str, said.values()), *([f"TCS {kind}"] if kind else [])])


def take_advance(books: Books, asked: NewAdvance) -> AdvanceRow:
    """Take an advance: its voucher, its posting, the tax due on it. The same one again gives the first answer.

    InvalidInput by field; NotFound, PeriodLocked, StoreClosed.
    """
    if earlier := advance_reads.advance_or_none(books, asked.id):
        rules.require_same(earlier.body_sha256, asked.body_sha256())
        return earlier
    _require(asked, books.today)
    collected = "" if asked.is_service else sales.kind_of_advance(books, asked.party_id, asked.day, asked.tcs_kind)
    sales.begin_advance(books, collected)
    require_store(books, asked.store_id)
    require_backdate(books, asked.day, "advance", asked.id)
    party = parties.party_row(books, asked.party_id)
    if asked.order_id is not None:
        # Held, so that who cancels the order at this moment and who takes money on it take turns.
        order = queries.held(books, [asked.order_id])[asked.order_id].head
        rules.require_fitting(order, asked.party_id, None)
        rules.require_standing(order)
    own = seller_at(books, asked.store_id).profile
    place = asked.place or party.state_code or own.state_code
    supply = supply_between(own.state_code, place)
    taxes = worked.taxes_in(asked.amount, asked.rate_bp, Scheme(own.scheme), supply, is_service=asked.is_service)
    facts = {
        "party_id": party.id,
        "party": party.as_buyer(),
        "seller": own.as_seller(),
        "order_id": asked.order_id,
        "against_id": None,
        "is_service": asked.is_service,
        "description": asked.description,
        "supply": supply.value,
        "place_of_supply": place,
        "rate_bp": asked.rate_bp if asked.is_service else 0,
        "reference": asked.reference,
        "note": asked.note,
        "mode": asked.mode,
        "store_id": asked.store_id,
    }
    slip = worked.receipt_slip(asked.amount, taxes, asked.mode, party.id, ledger.heads(books))
    made = _write(books, asked.id, "receipt", asked.day, asked.amount, taxes, facts, asked.body_sha256(), slip)
    sales.advance_taken(books, _not_given_back(books, made), collected)
    return made


def refund_advance(books: Books, advance_id: UUID, *, id_: UUID, amount: Paise, mode: str, note: str) -> AdvanceRow:
    """Give an advance back, or a part of it. InvalidInput, with the figures, for more than is left. Once for an id."""
    body = _hash([str(advance_id), amount, mode, note])
    if earlier := advance_reads.advance_or_none(books, id_):
        rules.require_same(earlier.body_sha256, body)
        return earlier
    sales.advance_touches(books, advance_id)
    held = advance_reads.held_advance(books, advance_id)
    _require_left(held, amount)
    if mode not in worked.MODE_ACCOUNTS:
        raise InvalidInput({"mode": "Choose how the money goes back."})
    taxes = _use(books, held, amount)
    kept = ("party_id", "party", "order_id", "is_service", "description", "supply", "place_of_supply", "rate_bp", "store_id")
    facts = {name: getattr(held, name) for name in kept}
    facts |= {"seller": held.seller, "against_id": held.id, "reference": held.number, "note": rules.require_reason(note), "mode": mode}
    slip = worked.refund_slip(amount, taxes, mode, held.party_id, ledger.heads(books))
    made = _write(books, id_, "refund", books.today, amount, taxes, facts, body, slip)
    outstandings.settle_against(books, held.party_id, id_, held.id, on=books.today)
    sales.advance_lowered(books, _not_given_back(books, held))
    return made


def _not_given_back(books: Books, receipt: AdvanceRow) -> sales.MoneyBefore:
    left = receipt.amount_paise - sum(one.amount_paise for one in advance_reads.refunds_of(books, receipt.id))
    return sales.MoneyBefore(receipt.id, receipt.number, receipt.party_id, receipt.store_id, receipt.advance_date, Paise(left))


def adjust_advance(books: Books, advance_id: UUID, invoice_id: UUID, *, id_: UUID, amount: Paise) -> None:
    """Have an advance pay a bill of the same customer, as far as both are open. Once for an id.

    InvalidInput, with the figures, for more than is left of the advance or open of the bill.
    """
    if earlier := advance_reads.use_or_none(books, id_):
        rules.require_same(f"{earlier.advance_id} {earlier.invoice_id} {earlier.amount_paise}", f"{advance_id} {invoice_id} {int(amount)}")
        return
    # The bill first, as who cancels it takes it first: whichever comes second sees what the other did.
    sales.header_to_change(books, invoice_id)
    # One after the other, also with two advances: the second sees what the first has left open of the bill.
    parties.hold_party(books, advance_reads.advance(books, advance_id).party_id)
    held = advance_reads.held_advance(books, advance_id)
    bill = sales.invoice(books, invoice_id)
    if bill.header.party_id != held.party_id or bill.cancellation is not None or bill.header.is_return:
        raise InvalidInput({"invoice_id": f"{bill.header.number} is no open bill of this customer."})
    open_ = open_of_bill(books, held.party_id, invoice_id)
    if amount > open_:
        raise InvalidInput({"amount": f"{rupees(Paise(open_))} of {bill.header.number} is open. Type that or less."})
    _require_left(held, amount)
    taxes = _use(books, held, amount)
    row = {"id": id_, "advance_id": held.id, "invoice_id": invoice_id, "used_on": books.today, "amount_paise": amount}
    stamp = {"cgst_paise": taxes.half, "igst_paise": taxes.igst, "made_at": books.now, "made_by": books.actor.name, "undone_at": None}
    books.insert(AdvanceUse, [row | stamp])
    slip = worked.adjustment_slip(amount, taxes, held.party_id, ledger.heads(books))
    narration = f"Advance {held.number} against {bill.header.number}"
    heading = ledger.Heading("journal", held.number, books.today, held.store_id, "advance", held.id, narration)
    ledger.post(books, voucher_id=id_, heading=heading, slip=slip)
    outstandings.settle_against(books, held.party_id, id_, invoice_id, on=books.today)
    outstandings.settle_against(books, held.party_id, id_, held.id, on=books.today)
    audit.record(books, "adjust", "advance", held.id, new={"bill": bill.header.number, "amount": amount})


def release_invoice(books: Books, invoice_id: UUID) -> None:
    """A bill was cancelled: the advances set against it are whole again. For `sales.when_cancelled`."""
    for use in advance_reads.uses_on_invoice(books, invoice_id):
        held = advance_reads.held_advance(books, use.advance_id)
        ledger.reverse(books, voucher_id=use.id, reversal_id=new_id(), on=books.today, reason="The bill was cancelled")
        outstandings.release_all_of(books, use.id, why="The bill was cancelled")
        less = {"used_paise": use.amount_paise, "used_cgst_paise": use.cgst_paise, "used_igst_paise": use.igst_paise}
        values = {name: getattr(held, name) - amount for name, amount in less.items()}
        books.session.execute(update(Advance).where(Advance.id == held.id).values(**values))
        books.session.execute(update(AdvanceUse).where(AdvanceUse.id == use.id).values(undone_at=books.now))


def open_of_bill(books: Books, party_id: UUID, invoice_id: UUID) -> int:
    """What of a bill is still owed, in paise."""
    debtors = ledger.heads(books)["debtors"]
    items = outstandings.open_items(books, party_id)
    return sum(item.open for item in items if item.document_id == invoice_id and item.account_id == debtors and item.open > 0)


def _use(books: Books, held: AdvanceRow, amount: Paise) -> Taxes:
    """Take a part of an advance; returns the tax in it."""
    whole = Taxes(Paise(held.cgst_paise), Paise(held.igst_paise))
    used = Taxes(Paise(held.used_cgst_paise), Paise(held.used_igst_paise))
    taxes = worked.part_of(whole, used, amount=held.amount_paise, used_amount=held.used_paise, now=amount)
    values = {
        "used_paise": held.used_paise + amount,
        "used_cgst_paise": held.used_cgst_paise + taxes.half,
        "used_igst_paise": held.used_igst_paise + taxes.igst,
    }
    books.session.execute(update(Advance).where(Advance.id == held.id).values(**values))
    return taxes


def _write(
    books: Books, id_: UUID, kind: str, day: date, amount: Paise, taxes: Taxes, facts: dict[str, Any], body: str, slip: Any
) -> AdvanceRow:
    year = FinancialYear.of(day)
    prefix = store_series(books, facts["store_id"], year, LETTERS[kind])
    open_series(books, prefix, document_kind=f"advance_{kind}", year=year)
    number = take_number(books, prefix)
    row = {
        **facts,
        "id": id_,
        "kind": kind,
        "series": number.prefix,
        "seq": number.seq,
        "number": str(number),
        "advance_date": day,
        "amount_paise": amount,
        "taxable_paise": amount - taxes.whole,
        "cgst_paise": taxes.half,
        "sgst_paise": taxes.half,
        "igst_paise": taxes.igst,
        "used_paise": 0,
        "used_cgst_paise": 0,
        "used_igst_paise": 0,
        "body_sha256": body,
        "made_at": books.now,
        "made_by": books.actor.name,
    }
    insert_once(books, Advance, row)
    narration = f"Advance {'from' if kind == 'receipt' else 'given back to'} {facts['party'].get('name', '')}"
    voucher_kind = "receipt" if kind == "receipt" else "payment"
    heading = ledger.Heading(voucher_kind, str(number), day, facts["store_id"], "advance", id_, narration)
    ledger.post(books, voucher_id=id_, heading=heading, slip=slip)
    audit.record(books, "create", "advance", id_, new={"number": str(number), "kind": kind, "party": facts["party_id"], "amount": amount})
    announce(books, AdvanceTaken(advance_id=id_, kind=kind, number=str(number)))
    return advance_reads.advance(books, id_)


def _require(asked: NewAdvance, today: date) -> None:
    errors = {}
    if not 0 < asked.amount <= MOST_PAISE:
        errors["amount"] = "Type an amount above 0."
    if asked.mode not in worked.MODE_ACCOUNTS:
        errors["mode"] = "Choose how the money came."
    if asked.day > today:
        errors["day"] = f"{written(asked.day)} has not come yet."
    if asked.is_service and not 0 <= asked.rate_bp <= MOST_RATE_BP:
        errors["rate"] = "Type the rate of tax of the service, for example 18."
    if asked.tcs_kind not in ("", "none", *sales.kinds_on_receipt(asked.day)):
        errors["tcs_kind"] = "Choose the kind of goods from the list."
    if asked.place and asked.place not in STATES:
        errors["place"] = "Choose the state from the list."
    if not asked.description:
        errors["description"] = "Say what the money is for."
    if errors:
        raise InvalidInput(errors)


def _require_left(held: AdvanceRow, amount: int) -> None:
    if amount <= 0:
        raise InvalidInput({"amount": "Type an amount above 0."})
    if amount > held.left_paise:
        raise InvalidInput({"amount": f"{rupees(Paise(held.left_paise))} of {held.number} is left. Type that or less."})


def _hash(sent: list[Any]) -> str:
    return hashlib.sha256(json.dumps(sent, ensure_ascii=False).encode()).hexdigest()
