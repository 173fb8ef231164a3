"""What pages of the chart, the openings and the cost centres send, as commands; or errors by field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import read_paise
from webapp.kernel.text import clean_lines, clean_text
from webapp.kernel.typed_days import typed_day
from webapp.ledger.chart_rules import AccountDraft, GroupDraft
from webapp.ledger.opening_import import read_sides
from webapp.ledger.openings import AccountOpening, BillDraft

MOST_BILL_ROWS = 10
STATES = ("", "archived", "all")


def parse_group(form: Mapping[str, str]) -> GroupDraft:
    """A group's form."""
    return GroupDraft(clean_text(form.get("name", "")), read_id(form.get("parent_id", "")))


def parse_account(form: Mapping[str, str]) -> AccountDraft:
    """An account's form. Blanks in an account number and an IFSC are left out, as people write them in fours."""
    return AccountDraft(
        name=clean_text(form.get("name", "")),
        group_id=read_id(form.get("group_id", "")),
        number=clean_text(form.get("number", "")) or None,
        notes=clean_lines(form.get("notes", "")),
        bank_name=clean_text(form.get("bank_name", "")),
        bank_branch=clean_text(form.get("bank_branch", "")),
        bank_account="".join(form.get("bank_account", "").split()),
        ifsc="".join(form.get("ifsc", "").split()).upper(),
        schedule_head=form.get("schedule_head", ""),
    )


def parse_target(form: Mapping[str, str]) -> UUID:
    """The account that takes over. InvalidInput when none was chosen."""
    into = read_id(form.get("into", ""))
    if into is None:
        raise InvalidInput({"into": "Choose the account that takes over the balance."})
    return into


def parse_version(form: Mapping[str, str]) -> int:
    """The version the form was opened at; 0, which is none, when it is unreadable."""
    text = form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def parse_state(text: str) -> str:
    """Which rows a list shows: "" those in use, "archived", or "all"."""
    return text if text in STATES else ""


def parse_openings(form: Mapping[str, str]) -> list[AccountOpening]:
    """A part of the grid of openings: dr_, cr_ and was_ with an account's id. InvalidInput by the field that is wrong."""
    found, errors = [], {}
    for name in form:
        account_id = read_id(name.removeprefix("was_")) if name.startswith("was_") else None
        if account_id is None:
            continue
        seen = form[name]
        if not re.fullmatch(r"-?[0-9]{1,18}", seen, re.ASCII):
            raise InvalidInput({"": "This page is out of date. Open it again."})
        try:
            amount = read_sides(form.get(f"dr_{account_id.hex}", ""), form.get(f"cr_{account_id.hex}", ""))
        except ValueError as refusal:
            side = "cr" if form.get(f"cr_{account_id.hex}", "").strip() else "dr"
            errors[f"{side}_{account_id.hex}"] = str(refusal)
        else:
            found.append(AccountOpening(account_id, amount, int(seen)))
    if errors:
        raise InvalidInput(errors)
    return found


def parse_bill(form: Mapping[str, str], base: date, party_of: Callable[[str], UUID], suffix: str = "") -> BillDraft:
    """A bill's row: party by name, kind, number, days, amount. `party_of` finds the party or says why not (ValueError)."""
    errors: dict[str, str] = {}
    party_id, amount = new_id(), 0
    try:
        party_id = party_of(clean_text(form.get(f"party{suffix}", "")))
    except ValueError as refusal:
        errors[f"party{suffix}"] = str(refusal)
    try:
        amount = read_paise(form.get(f"amount{suffix}", ""))
    except ValueError as refusal:
        errors[f"amount{suffix}"] = str(refusal)
    dated = typed_day(form.get(f"bill_date{suffix}", ""), base)
    if dated is None:
        errors[f"bill_date{suffix}"] = "Choose the day of the bill."
    typed_due = form.get(f"due_date{suffix}", "").strip()
    due = typed_day(typed_due, base) if typed_due else None
    if typed_due and due is None:
        errors[f"due_date{suffix}"] = "Choose the day it is due, or leave it empty."
    if errors or dated is None:
        raise InvalidInput(errors)
    return BillDraft(party_id, form.get(f"kind{suffix}", ""), clean_text(form.get(f"number{suffix}", "")), dated, amount, due)


def filled_rows(form: Mapping[str, str]) -> list[str]:
    """The suffixes of those rows of the bills' grid in which something was typed."""
    suffixes = [f"_{row}" for row in range(MOST_BILL_ROWS)]
    return [one for one in suffixes if any(form.get(f"{name}{one}", "").strip() for name in ("party", "number", "amount"))]


def require_file(content: bytes) -> bytes:
    """InvalidInput when no file was chosen."""
    if not content:
        raise InvalidInput({"file": "Choose a CSV file first."})
    return content
