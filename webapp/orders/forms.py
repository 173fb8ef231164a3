"""What pages send, as the commands of this room."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from webapp import links
from webapp.kernel.dates import ist_day, read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import Paise, plain_decimal, read_basis_points, read_paise, read_qty
from webapp.kernel.text import clean_text
from webapp.orders.advances import NewAdvance
from webapp.orders.kinds import KINDS, TRANSPORT, TYPED
from webapp.orders.lists import SHOWN_STATES, Wanted
from webapp.orders.recurring import TemplateCommand
from webapp.orders.rules import MOST_TRANSPORT
from webapp.orders.service import NewDocument
from webapp.sales import read_sheet
from webapp.stock import serial_names

MOST_SEARCH = 100


def read_kind(text: str) -> str:
    """The kind a sheet is typed for; a quotation where none is named."""
    return text if text in TYPED else TYPED[0]


def parse_document(form: Mapping[str, str]) -> NewDocument:
    """The sheet of a document. InvalidInput by field for what the sheet itself does not know."""
    errors: dict[str, str] = {}
    kind = read_kind(form.get("kind", ""))
    ends_on = _day(form, "ends_on", errors) if KINDS[kind].has_end else None
    transport = {name: clean_text(form.get(name, "")) for name in TRANSPORT} if KINDS[kind].has_transport else {}
    for name, text in transport.items():
        if len(text) > MOST_TRANSPORT:
            errors[name] = f"Use at most {MOST_TRANSPORT} characters."
    if errors:
        raise InvalidInput(errors)
    return NewDocument(
        kind=kind,
        typed=read_sheet(form),
        ends_on=ends_on,
        purpose=form.get("purpose", ""),
        transport=transport,
        revises=read_id(form.get("revises")),
        version=read_version(form),
    )


def read_version(form: Mapping[str, str]) -> int:
    """The version of the document that a page was drawn of; one that is none is stale."""
    text = form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def parse_wanted(args: Mapping[str, str]) -> Wanted:
    """The filters of the list. What cannot be read is as if it had not been asked."""
    first, last = read_day(args.get("from", "")), read_day(args.get("to", ""))
    if first and last and first > last:
        first, last = last, first
    kind, state = args.get("kind", ""), args.get("state", "")
    return Wanted(
        text=args.get("q", "").strip()[:MOST_SEARCH],
        kind=kind if kind in KINDS else "",
        state=state if state in SHOWN_STATES else "",
        first_day=first,
        last_day=last,
        party_id=read_id(args.get("party", "")),
    )


def address_of(wanted: Wanted) -> dict[str, str]:
    """The same filters as an address carries them."""
    found = {
        "q": wanted.text,
        "kind": wanted.kind,
        "state": wanted.state,
        "from": wanted.first_day.isoformat() if wanted.first_day else "",
        "to": wanted.last_day.isoformat() if wanted.last_day else "",
        "party": str(wanted.party_id) if wanted.party_id else "",
    }
    return {name: value for name, value in found.items() if value}


def parse_back(form: Mapping[str, str]) -> dict[int, int]:
    """How much of each line of a challan comes back. InvalidInput by field."""
    errors: dict[str, str] = {}
    found: dict[int, int] = {}
    for name, text in form.items():
        line = name.removeprefix("qty_")
        if name.startswith("qty_") and line.isascii() and line.isdigit() and len(line) < 6 and text.strip():
            try:
                found[int(line)] = read_qty(text)
            except ValueError as words:
                errors[name] = str(words)
    if errors:
        raise InvalidInput(errors)
    return found


def parse_named(form: Mapping[str, str]) -> dict[int, tuple[str, tuple[str, ...]]]:
    """Which batch and which pieces of a challan's lines come back, by line. InvalidInput by field."""
    found: dict[int, tuple[str, tuple[str, ...]]] = {}
    for name in form:
        line = name.removeprefix("qty_")
        if name.startswith("qty_") and line.isascii() and line.isdigit() and len(line) < 6:
            try:
                serials = serial_names(form.get(f"serials_{line}", ""))
            except InvalidInput as refusal:
                raise InvalidInput({f"serials_{line}": words for words in refusal.errors.values()}) from None
            batch = clean_text(form.get(f"batch_{line}", "")).upper()
            if batch or serials:
                found[int(line)] = (batch, serials)
    return found


def parse_amount(form: Mapping[str, str]) -> Paise:
    """The amount typed. InvalidInput beside it."""
    try:
        return read_paise(form.get("amount", ""))
    except ValueError as words:
        raise InvalidInput({"amount": str(words)}) from None


def parse_advance(form: Mapping[str, str], default_store: UUID, today: date) -> NewAdvance:
    """The form of an advance. InvalidInput by field."""
    errors: dict[str, str] = {}
    party_id = read_id(form.get("party_id"))
    if party_id is None:
        errors["party"] = "Choose the customer."
    is_service, amount, rate = form.get("nature") == "service", Paise(0), 0
    try:
        amount = read_paise(form.get("amount", ""))
    except ValueError as words:
        errors["amount"] = str(words)
    try:
        rate = int(read_basis_points(form.get("rate", "") or "0")) if is_service else 0
    except ValueError as words:
        errors["rate"] = str(words)
    day = _day(form, "day", errors) or today
    if errors or party_id is None:
        raise InvalidInput(errors)
    return NewAdvance(
        id=read_id(form.get("id")) or new_id(),
        party_id=party_id,
        store_id=read_id(form.get("store_id")) or default_store,
        day=day,
        amount=amount,
        mode=form.get("mode", ""),
        is_service=is_service,
        description=clean_text(form.get("description", ""))[:300],
        rate_bp=rate,
        place=form.get("place", "")[:2],
        reference=clean_text(form.get("reference", ""))[:100],
        note=clean_text(form.get("note", ""))[:1000],
        order_id=read_id(form.get("order_id")),
        tcs_kind=clean_text(form.get("tcs_kind", ""))[:20],
    )


def typed_of(stated: links.NoticeRow, today: date) -> dict[str, str]:
    """The form that enters a stated payment as an advance: its amount, its UTR, and what it was stated of."""
    return {
        "amount": plain_decimal(stated.amount_paise, 2),
        "mode": "upi",
        "reference": stated.utr,
        "day": min(ist_day(stated.said_at), today).isoformat(),
        "description": stated.title,
    }


def parse_template(form: Mapping[str, str]) -> TemplateCommand:
    """The form that has a bill come again. InvalidInput by field."""
    errors: dict[str, str] = {}
    starts_on, ends_on = _day(form, "starts_on", errors), _day(form, "ends_on", errors)
    if starts_on is None:
        errors.setdefault("starts_on", "Choose the day.")
    if errors or starts_on is None:
        raise InvalidInput(errors)
    return TemplateCommand(
        id=read_id(form.get("id")) or new_id(),
        name=form.get("name", ""),
        every=form.get("every", ""),
        starts_on=starts_on,
        ends_on=ends_on,
        issues=form.get("issues") == "1",
    )


def _day(form: Mapping[str, str], name: str, errors: dict[str, str]) -> date | None:
    text = form.get(name, "").strip()
    found = read_day(text) if text else None
    if text and found is None:
        errors[name] = "Choose the day."
    return found
