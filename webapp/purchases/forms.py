"""What pages send: sheets of lines as text, and the filters of lists. Names are looked up elsewhere (reading.py)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import Paise, Qty, plain_decimal, read_paise, read_qty
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text
from webapp.purchases.commands import ConsignmentBack, Note, NoteLine, Payment
from webapp.purchases.lists import KINDS, Wanted

ROW = ("what", "key", "qty", "rate", "discount", "tax", "itc", "batch", "made", "expires", "mrp", "serials", "receipt", "order")
CHARGE = ("charge", "charge_amount", "charge_tax", "charge_itc")
_NUMBERED = re.compile(r"([a-z_]+)-([0-9]{1,4})")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form of lines as it was typed: `fields` of the whole, `rows` and `charges` in their order without the blank ones."""

    id: UUID
    fields: Mapping[str, str]
    rows: tuple[Mapping[str, str], ...]
    charges: tuple[Mapping[str, str], ...]
    sha256: str

    def get(self, name: str, default: str = "") -> str:
        return self.fields.get(name, default)


def read_sheet(form: Mapping[str, str]) -> Sheet:
    """The sheet that a form carries."""
    fields: dict[str, str] = {}
    numbered: dict[int, dict[str, str]] = {}
    for name, value in form.items():
        matched = _NUMBERED.fullmatch(name)
        if matched and matched[1] in (*ROW, *CHARGE):
            numbered.setdefault(int(matched[2]), {})[matched[1]] = value.strip()
        elif name != "csrf_token":
            fields[name] = value.strip()
    ordered = [numbered[number] for number in sorted(numbered)]
    rows = tuple(_only(row, ROW) for row in ordered if any(row.get(name) for name in ("what", "qty", "rate")))
    charges = tuple(_only(row, CHARGE) for row in ordered if row.get("charge") or row.get("charge_amount"))
    sent = [sorted((name, value) for name, value in fields.items() if name not in {"id", "version"} and value), rows, charges]
    digest = hashlib.sha256(json.dumps(sent, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    return Sheet(read_id(fields.get("id")) or new_id(), fields, rows, charges, digest)


def blank_sheet(fields: Mapping[str, str], rows: tuple[Mapping[str, str], ...] = ()) -> Sheet:
    """A sheet that nobody has typed yet."""
    return Sheet(new_id(), fields, rows, (), "")


def parse_note(form: Mapping[str, str], bill_id: UUID) -> Note:
    """The debit note form: how much of each line goes back. InvalidInput by field."""
    errors: dict[str, str] = {}
    lines: list[NoteLine] = []
    for name, value in form.items():
        matched = _NUMBERED.fullmatch(name)
        if matched and matched[1] in ("qty", "off") and value.strip():
            try:
                lines.append(_note_line(form, int(matched[2]), matched[1], value))
            except ValueError as refusal:
                errors[name] = str(refusal)
    day = read_day(form.get("note_date", ""))
    if day is None:
        errors["note_date"] = "Choose the day the goods go back."
    if errors or day is None:
        raise InvalidInput(errors)
    reason = clean_text(form.get("reason", ""))
    sent = [str(bill_id), day.isoformat(), reason, [[line.line_no, line.qty, line.off, *line.serials] for line in lines]]
    return Note(
        id=read_id(form.get("id")) or new_id(),
        against_id=bill_id,
        note_date=day,
        reason=reason,
        lines=tuple(sorted(lines, key=lambda line: line.line_no)),
        body_sha256=hashlib.sha256(json.dumps(sent).encode()).hexdigest(),
    )


def _note_line(form: Mapping[str, str], line_no: int, which: str, value: str) -> NoteLine:
    """What goes back of a line, or what its price is lower by. ValueError for what cannot be read."""
    if which == "off":
        return NoteLine(line_no, Qty(0), off=read_paise(value))
    return NoteLine(line_no, read_qty(value), read_serials(form.get(f"serials-{line_no}", "")))


def parse_consignment_back(form: Mapping[str, str], receipt_id: UUID) -> ConsignmentBack:
    """The form of goods that go back to their consignor. InvalidInput by field."""
    errors: dict[str, str] = {}
    lines: list[NoteLine] = []
    for name, value in form.items():
        matched = _NUMBERED.fullmatch(name)
        if matched and matched[1] == "qty" and value.strip():
            try:
                lines.append(_note_line(form, int(matched[2]), "qty", value))
            except ValueError as refusal:
                errors[name] = str(refusal)
    day = read_day(form.get("returned_on", ""))
    if day is None:
        errors["returned_on"] = "Choose the day the goods go back."
    if errors or day is None:
        raise InvalidInput(errors)
    reason = clean_text(form.get("reason", ""))
    sent = [str(receipt_id), day.isoformat(), reason, [[line.line_no, line.qty, *line.serials] for line in lines]]
    digest = hashlib.sha256(json.dumps(sent).encode()).hexdigest()
    chosen = tuple(sorted(lines, key=lambda line: line.line_no))
    return ConsignmentBack(
        id=read_id(form.get("id")) or new_id(), receipt_id=receipt_id, returned_on=day, reason=reason, lines=chosen, body_sha256=digest
    )


def parse_payment(form: Mapping[str, str], bill_id: UUID) -> Payment:
    """The payment voucher of a bill under reverse charge. InvalidInput by field."""
    errors: dict[str, str] = {}
    amount = Paise(0)
    try:
        amount = read_paise(form.get("amount", ""))
    except ValueError as refusal:
        errors["amount"] = str(refusal)
    day, account = read_day(form.get("paid_on", "")), read_id(form.get("account_id"))
    if day is None:
        errors["paid_on"] = "Choose the day of the payment."
    if account is None:
        errors["account_id"] = "Choose an account from the list."
    if errors or day is None or account is None:
        raise InvalidInput(errors)
    reference = clean_text(form.get("reference", ""))
    sent = [str(bill_id), day.isoformat(), str(account), amount, reference]
    digest = hashlib.sha256(json.dumps(sent).encode()).hexdigest()
    return Payment(
        id=read_id(form.get("id")) or new_id(),
        bill_id=bill_id,
        paid_on=day,
        amount=amount,
        account_id=account,
        body_sha256=digest,
        reference=reference,
    )


def parse_wanted(args: Mapping[str, str], which: str) -> Wanted:
    """The filters of a list. What cannot be read is as if it had not been asked."""
    first, last = read_day(args.get("from", "")), read_day(args.get("to", ""))
    if first and last and first > last:
        first, last = last, first
    state = args.get("state", "")
    return Wanted(
        text=args.get("q", "").strip()[:100],
        first_day=first,
        last_day=last,
        state=state if state in KINDS[which] else "",
        party_id=read_id(args.get("party", "")),
    )


def address_of(wanted: Wanted) -> dict[str, str]:
    """The same filters as an address carries them."""
    found = {
        "q": wanted.text,
        "from": wanted.first_day.isoformat() if wanted.first_day else "",
        "to": wanted.last_day.isoformat() if wanted.last_day else "",
        "state": wanted.state,
        "party": str(wanted.party_id) if wanted.party_id else "",
    }
    return {name: value for name, value in found.items() if value}


def read_serials(text: str) -> tuple[str, ...]:
    """Serial numbers with commas or blanks between, each once."""
    return tuple(dict.fromkeys(part for part in re.split(r"[,;\s]+", clean_text(text).upper()) if part))


def rupees_typed(millipaise: int) -> str:
    """A rate as a field shows it: rupees without trailing zeros."""
    return plain_decimal(millipaise, 5)


def amount_typed(paise: int) -> str:
    """An amount as a field shows it; nothing for none."""
    return plain_decimal(paise, 2) if paise else ""


def qty_typed(thousandths: int) -> str:
    """A quantity as a field shows it."""
    return plain_decimal(Qty(thousandths), 3)


def day_typed(day: date | None) -> str:
    """A day as a field shows it."""
    return day.isoformat() if day else ""


def _only(row: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    return {name: row[name] for name in names if row.get(name)}
