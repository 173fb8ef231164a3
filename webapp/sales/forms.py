"""What pages send, as the commands of this room: filters of the list, a return, words of a person."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import Qty, read_qty
from webapp.kernel.text import clean_text
from webapp.sales.commands import OfficeReturn, ReturnLine, TenderMode
from webapp.sales.lists import Wanted
from webapp.sales.particulars import Shipping
from webapp.sales.queries import InvoiceView
from webapp.tax.rules import DocumentKind

MOST_SEARCH = 100
STATES = ("standing", "cancelled", "flagged")
KINDS = ("sale", *(kind.value for kind in DocumentKind))


def parse_wanted(args: Mapping[str, str]) -> Wanted:
    """The filters of the list. What cannot be read is as if it had not been asked."""
    first, last = read_day(args.get("from", "")), read_day(args.get("to", ""))
    if first and last and first > last:
        first, last = last, first
    return Wanted(
        text=args.get("q", "").replace("\x00", "").strip()[:MOST_SEARCH],
        first_day=first,
        last_day=last,
        kind=_one_of(args.get("kind", ""), KINDS),
        mode=_one_of(args.get("mode", ""), tuple(mode.value for mode in TenderMode)),
        series=args.get("series", "").replace("\x00", "")[:16],
        state=_one_of(args.get("state", ""), STATES),
        party_id=read_id(args.get("party", "")),
    )


def address_of(wanted: Wanted) -> dict[str, str]:
    """The same filters as an address carries them."""
    found = {
        "q": wanted.text,
        "from": wanted.first_day.isoformat() if wanted.first_day else "",
        "to": wanted.last_day.isoformat() if wanted.last_day else "",
        "kind": wanted.kind,
        "mode": wanted.mode,
        "series": wanted.series,
        "state": wanted.state,
        "party": str(wanted.party_id) if wanted.party_id else "",
    }
    return {name: value for name, value in found.items() if value}


def parse_return(form: Mapping[str, str], bill: InvoiceView) -> OfficeReturn:
    """The return form. InvalidInput by field: `qty_<line>`, `refund`, `reason`."""
    errors: dict[str, str] = {}
    lines = []
    for line in bill.lines:
        name = f"qty_{line.line_no}"
        try:
            qty = read_qty(form.get(name, "") or "0")
        except ValueError as error:
            errors[name] = str(error)
            continue
        if qty < 0:
            errors[name] = "Type how much comes back, or leave it empty."
        elif qty:
            lines.append(ReturnLine(line.line_no, Qty(qty)))
    if not lines and not errors:
        errors[""] = "Type how much of at least one line comes back."
    refund = _one_of(form.get("refund", ""), tuple(mode.value for mode in TenderMode))
    if not refund:
        errors["refund"] = "Choose how the money is given back."
    elif refund == TenderMode.CREDIT and bill.header.party_id is None:
        errors["refund"] = "This bill names no customer whose khata could be credited."
    reason = clean_text(form.get("reason", ""))[:300]
    if errors:
        raise InvalidInput(errors)
    sent = [str(bill.header.id), [[line.line_no, line.qty] for line in lines], refund, reason]
    return OfficeReturn(
        id=read_id(form.get("id", "")) or new_id(),
        against_id=bill.header.id,
        lines=tuple(lines),
        refund=TenderMode(refund),
        reason=reason,
        body_sha256=hashlib.sha256(json.dumps(sent, ensure_ascii=False).encode()).hexdigest(),
    )


def parse_shipping(form: Mapping[str, str]) -> Shipping:
    """The form of a shipping bill. InvalidInput beside a day that is none."""
    text = form.get("shipping_day", "").strip()
    day = read_day(text) if text else None
    if text and day is None:
        raise InvalidInput({"shipping_day": "Type the day, for example 5-4-2026."})
    version = form.get("version", "")
    return Shipping(
        port=clean_text(form.get("port", "")).upper()[:20],
        number=clean_text(form.get("shipping_number", ""))[:20],
        day=day,
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0,
    )


def _one_of(text: str, known: tuple[str, ...]) -> str:
    return text if text in known else ""
