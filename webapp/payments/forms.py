"""What pages send, as the commands of this room."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from webapp import links, outstandings, writing_off
from webapp.kernel.dates import ist_day, read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import Paise, plain_decimal, read_paise
from webapp.kernel.text import clean_text
from webapp.payments.queries import Wanted
from webapp.payments.rules import MODE_ACCOUNTS, MOST_NOTE, MOST_REFERENCE, PaidBill, ReceiptCommand

MODES = tuple(MODE_ACCOUNTS)


def parse_receipt(form: Mapping[str, str], store_id: UUID) -> ReceiptCommand:
    """The receipt form. InvalidInput by field."""
    errors: dict[str, str] = {}
    party_id = read_id(form.get("party_id", ""))
    if party_id is None:
        errors["party_id"] = "Choose the customer who pays."
    amount = Paise(0)
    try:
        amount = read_paise(form.get("amount", ""))
        if amount <= 0:
            errors["amount"] = "Type an amount above 0."
    except ValueError as error:
        errors["amount"] = str(error)
    day = read_day(form.get("received_on", ""))
    if day is None:
        errors["received_on"] = "Choose the day the money came."
    mode = form.get("mode", "")
    if mode not in MODES:
        errors["mode"] = "Choose how the money came."
    if errors or party_id is None or day is None:
        raise InvalidInput(errors)
    bills, let_off = _bills(form), writing_off.parse_let_off(form)
    reference, note = _text(form.get("reference", ""), MOST_REFERENCE), _text(form.get("note", ""), MOST_NOTE)
    sent = [str(party_id), day.isoformat(), mode, amount, reference, note, *([[*map(str, bill)] for bill in bills])]
    if let_off.parts:
        sent += [let_off.kind, *([str(part.to), part.amount] for part in let_off.parts)]
    return ReceiptCommand(
        id=read_id(form.get("id", "")) or new_id(),
        party_id=party_id,
        received_on=day,
        store_id=store_id,
        mode=mode,
        amount=amount,
        reference=reference,
        note=note,
        body_sha256=hashlib.sha256(json.dumps(sent, ensure_ascii=False).encode()).hexdigest(),
        bills=bills,
        let_off=let_off if let_off.parts else None,
    )


def typed_of(stated: links.NoticeRow, bills: Sequence[outstandings.OpenItem], today: date) -> dict[str, str]:
    """The form that enters a stated payment: its amount, its UTR, and the bill it was stated of, or the oldest ones."""
    typed = {
        "amount": plain_decimal(stated.amount_paise, 2),
        "mode": "upi",
        "reference": stated.utr,
        "received_on": min(ist_day(stated.said_at), today).isoformat(),
    }
    named = [bill for bill in bills if bill.document_id == stated.document_id]
    return outstandings.suggested(typed, named or bills)


def _bills(form: Mapping[str, str]) -> tuple[PaidBill, ...]:
    """The bills it pays, as typed beside each. InvalidInput by field."""
    return tuple(PaidBill(part.to.voucher_id, part.amount, part.to.line_no) for part in outstandings.parse_parts(form))


def parse_wanted(args: Mapping[str, str]) -> Wanted:
    """The filters of the list. What cannot be read is as if it had not been asked."""
    first, last = read_day(args.get("from", "")), read_day(args.get("to", ""))
    if first and last and first > last:
        first, last = last, first
    mode = args.get("mode", "")
    return Wanted(
        text=args.get("q", "").replace("\x00", "").strip()[:100],
        first_day=first,
        last_day=last,
        mode=mode if mode in MODES else "",
        party_id=read_id(args.get("party", "")),
    )


def address_of(wanted: Wanted) -> dict[str, str]:
    """The same filters as an address carries them."""
    found = {
        "q": wanted.text,
        "from": wanted.first_day.isoformat() if wanted.first_day else "",
        "to": wanted.last_day.isoformat() if wanted.last_day else "",
        "mode": wanted.mode,
        "party": str(wanted.party_id) if wanted.party_id else "",
    }
    return {name: value for name, value in found.items() if value}


def _text(text: str, most: int) -> str:
    return clean_text(text)[:most]
