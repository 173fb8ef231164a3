"""The gateway's settlement report as a file (CSV): amounts in rupees, one line for each payment, refund and adjustment."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import UTC, date, datetime

from webapp.gateway.adapter import SettlementSeen
from webapp.gateway.rules import ReconRow, is_id
from webapp.kernel.dates import ist_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.money import MOST_PAISE, read_paise
from webapp.kernel.text import clean_text

MOST_BYTES, MOST_ROWS = 8_000_000, 100_000
_NEEDED = ("entity_id", "type", "debit", "credit", "amount", "tax", "settlement_id", "settled_at")
_FEES = ("fee", "fee (exclusive tax)")
_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d/%m/%y")


def read_report(content: bytes) -> list[SettlementSeen]:
    """The settlements of a report. InvalidInput (`file`) names the line that cannot be read; nothing of such a file is used."""
    if len(content) > MOST_BYTES:
        raise InvalidInput({"file": "The file is larger than 8 MB. Download the report for fewer days."})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput({"file": "This is no CSV file. Download the settlement report as CSV."}) from None
    seen: set[tuple[str, str]] = set()
    rows = csv.DictReader(io.StringIO(text.replace("\x00", "")))
    try:
        rows.fieldnames = [name.strip().casefold() for name in rows.fieldnames or ()]
        lacking = [name for name in _NEEDED if name not in rows.fieldnames]
        if lacking or not set(_FEES) & set(rows.fieldnames):
            raise InvalidInput({"file": f"The file has no column {', '.join(lacking or ['fee'])}. Choose the settlement recon report."})
        found: dict[str, list[tuple[ReconRow, Mapping[str, str]]]] = {}
        for number, row in enumerate(rows, start=2):
            if number > MOST_ROWS:
                raise InvalidInput({"file": f"The file has more than {MOST_ROWS} lines. Download the report for fewer days."})
            cells = {name: (value or "").strip() for name, value in row.items() if isinstance(name, str) and not isinstance(value, list)}
            if cells.get("settlement_id"):
                made = _row(cells, number)
                if (made.kind, made.remote_id) in seen:
                    raise InvalidInput({"file": f"Line {number}: {made.remote_id} stands twice in the file. Download the report anew."})
                seen.add((made.kind, made.remote_id))
                found.setdefault(cells["settlement_id"], []).append((made, cells))
    except csv.Error:
        raise InvalidInput({"file": "This is no CSV file. Download the settlement report as CSV."}) from None
    if not found:
        raise InvalidInput({"file": "No line of the file is of a settlement."})
    return [_settlement(remote_id, lines) for remote_id, lines in found.items()]


def _settlement(remote_id: str, lines: list[tuple[ReconRow, Mapping[str, str]]]) -> SettlementSeen:
    utr = next((cells["settlement_utr"] for _row, cells in lines if cells.get("settlement_utr")), "")
    settled_on = _day(lines[0][1]["settled_at"])
    if settled_on is None:
        raise InvalidInput({"file": f"Settlement {remote_id} has no day that can be read."})
    return SettlementSeen(remote_id, clean_text(utr)[:64], settled_on, tuple(row for row, _cells in lines))


def _row(cells: Mapping[str, str], number: int) -> ReconRow:
    amounts = {}
    for name in ("amount", "debit", "credit", "tax", *(one for one in _FEES if one in cells)):
        try:
            amounts[name] = read_paise(cells[name]) if cells[name] else 0
        except ValueError:
            raise InvalidInput({"file": f"Line {number}: {cells[name][:30]} is no amount ({name})."}) from None
        if not 0 <= amounts[name] <= MOST_PAISE:
            raise InvalidInput({"file": f"Line {number}: {cells[name][:30]} is no amount that can be ({name})."})
    if not is_id(cells["entity_id"]) or not cells["type"][:1].isalpha():
        raise InvalidInput({"file": f"Line {number} names no payment, refund or adjustment."})
    if not is_id(cells["settlement_id"]):
        raise InvalidInput({"file": f"Line {number}: {cells['settlement_id'][:30]} is no id of a settlement."})
    # One form of the report tells the fee with its tax, the other without.
    fee = amounts["fee"] if "fee" in amounts else amounts["fee (exclusive tax)"] + amounts["tax"]
    kind = cells["type"].casefold()[:40]
    return ReconRow(kind, cells["entity_id"], amounts["amount"], fee, amounts["tax"], amounts["debit"], amounts["credit"])


def _day(text: str) -> date | None:
    """A day, with or without a time, or seconds since 1970."""
    if text.isascii() and text.isdigit() and len(text) == 10:
        return ist_day(datetime.fromtimestamp(int(text), UTC))
    first = text.replace("T", " ").partition(" ")[0]
    for form in _DAYS:
        try:
            return datetime.strptime(first, form).date()  # noqa: DTZ007 - a day as the report writes it, of no zone
        except ValueError:
            continue
    return None
