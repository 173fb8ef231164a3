"""Text from a browser → a party's draft or a list's filters; or errors by field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from webapp.kernel.errors import InvalidInput
from webapp.kernel.money import plain_decimal, read_paise
from webapp.parties.lists import SORTS, Filters
from webapp.parties.queries import PartyRow
from webapp.parties.rules import PartyDraft

_KINDS = {"customer", "supplier", "all"}


def parse_party(form: Mapping[str, str]) -> PartyDraft:
    """The party form. InvalidInput for figures that cannot be read; all else is the rules' to say."""
    errors: dict[str, str] = {}
    limit = None
    if form.get("credit_limit", "").strip():
        try:
            limit = read_paise(form["credit_limit"])
        except ValueError as error:
            errors["credit_limit"] = str(error)
    days = form.get("credit_days", "").strip() or "0"
    if not (days.isascii() and days.isdigit() and len(days) < 8):
        errors["credit_days"] = "Type a whole number of days, such as 30."
    if errors:
        raise InvalidInput(errors)
    return PartyDraft(
        name=form.get("name", ""),
        local_name=form.get("local_name", ""),
        is_customer=form.get("is_customer") == "1",
        is_supplier=form.get("is_supplier") == "1",
        phone=form.get("phone", ""),
        email=form.get("email", ""),
        gstin=form.get("gstin", "") or None,
        state_code=form.get("state_code", ""),
        address=form.get("address", ""),
        city=form.get("city", ""),
        pin_code=form.get("pin_code", ""),
        credit_limit_paise=limit,
        credit_days=int(days),
        msme=form.get("msme", ""),
        is_composition=form.get("is_composition") == "1",
    )


def parse_version(form: Mapping[str, str]) -> int:
    """The version of the party that the form was made of; one that is none is stale."""
    text = form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def parse_filters(args: Mapping[str, str]) -> Filters:
    """What a list's address asks for. What cannot be read is left out."""
    kind, state, sort = args.get("kind", "customer"), args.get("state", ""), args.get("sort", "name")
    return Filters(
        text=args.get("q", "")[:200],
        kind=kind if kind in _KINDS else "customer",
        state_code=args.get("state_code", "")[:2],
        credit="limit" if args.get("credit") == "limit" else "",
        state=state if state in {"", "archived", "all"} else "",
        sort=sort if sort in SORTS else "name",
    )


def shown(row: PartyRow) -> dict[str, Any]:
    """A party as its form shows it."""
    return {
        **row._asdict(),
        "is_customer": "1" if row.is_customer else "",
        "is_supplier": "1" if row.is_supplier else "",
        "is_composition": "1" if row.is_composition else "",
        "gstin": row.gstin or "",
        "credit_limit": "" if row.credit_limit_paise is None else plain_decimal(row.credit_limit_paise, 2),
        "credit_days": str(row.credit_days) if row.credit_days else "",
    }
