"""What pages of the chart, the openings and the cost centres send, as commands; or errors by field."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import read_id
from webapp.kernel.text import clean_lines, clean_text
from webapp.ledger.chart_rules import AccountDraft, GroupDraft

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


def require_file(content: bytes) -> bytes:
    """InvalidInput when no file was chosen."""
    if not content:
        raise InvalidInput({"file": "Choose a CSV file first."})
    return content
