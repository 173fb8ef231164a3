"""Settings as typed → what changes, or errors by field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from webapp.company import rules
from webapp.company.limits import Limits
from webapp.company.locks import MOST_REASON, OpeningDraft
from webapp.company.rules import StoreDraft
from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import read_id
from webapp.kernel.money import read_basis_points
from webapp.kernel.text import clean_lines, clean_text

# NPCI's UPI linking specification: a payment address is name@handle.
_UPI_ID = re.compile(r"[a-zA-Z0-9.\-_]{2,256}@[a-zA-Z][a-zA-Z0-9.\-]{1,63}")
LONGEST = {"name": 120, "legal_name": 120, "address": 300, "city": 80, "phone": 20, "email": 254, "invoice_terms": 1000}
LINES = ("address", "invoice_terms")
WHOLE_BP = 10_000
FLAGS = ("allows_negative_stock", "prices_include_tax", "rounds_to_rupee", "turnover_over_5_crore")


def parse_profile(form: Mapping[str, str]) -> dict[str, Any]:
    """The settings form. InvalidInput beside each field that cannot be used. GSTIN and scheme are checked by the caller."""
    errors: dict[str, str] = {}
    changes: dict[str, Any] = {name: (clean_lines if name in LINES else clean_text)(form.get(name, "")) for name in LONGEST}
    for name, longest in LONGEST.items():
        if len(changes[name]) > longest:
            errors[name] = f"Use at most {longest} characters."
    if len(changes["name"]) < 2:
        errors["name"] = "Type the name of the business."
    changes["legal_name"] = changes["legal_name"] or changes["name"]
    changes["pin_code"] = form.get("pin_code", "").strip()
    if changes["pin_code"] and not re.fullmatch(r"[1-9][0-9]{5}", changes["pin_code"]):
        errors["pin_code"] = "A PIN code has six digits."
    changes["upi_id"] = form.get("upi_id", "").strip()
    if changes["upi_id"] and not _UPI_ID.fullmatch(changes["upi_id"]):
        errors["upi_id"] = "A UPI id looks like name@bank."
    changes["bill_language"] = form.get("bill_language", "en")
    if changes["bill_language"] not in ("en", "hi", "en+hi"):
        errors["bill_language"] = "Choose a language."
    changes |= {name: form.get(name) == "1" for name in FLAGS}
    changes |= _parse_scale(form, errors)
    changes |= _parse_credit(form, errors)
    if errors:
        raise InvalidInput(errors)
    return changes


def _parse_credit(form: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
    """What happens when credit is asked past a bound. A form that does not ask leaves it as it is."""
    if "credit_policy" not in form:
        return {}
    days = form.get("credit_overdue_days", "").strip()
    if days and not (days.isascii() and days.isdigit() and len(days) < 5):
        errors["credit_overdue_days"] = "Type a number of days, or leave it empty."
        return {}
    policy = "warn" if form.get("credit_policy") == "warn" else "block"
    return {"credit_policy": policy, "credit_overdue_days": int(days) if days else None}


def parse_role_limits(form: Mapping[str, str], roles: Iterable[str]) -> dict[str, Limits]:
    """How far each of these roles may go; empty is as far as anybody. A role that the form does not ask of is left out. InvalidInput
    by field."""
    found: dict[str, dict[str, int | None]] = {}
    errors: dict[str, str] = {}
    for role in roles:
        for name, read in (("most_discount_bp", _read_share), ("backdate_days", _read_days)):
            field = f"{role}_{name}"
            if field in form:
                try:
                    found.setdefault(role, {})[name] = read(form[field].strip())
                except ValueError as words:
                    errors[field] = str(words)
    if errors:
        raise InvalidInput(errors)
    return {role: Limits(**limits) for role, limits in found.items()}


def _read_share(text: str) -> int | None:
    if not text:
        return None
    found = int(read_basis_points(text))
    if not 0 <= found <= WHOLE_BP:
        raise ValueError("Type a percentage from 0 to 100, or leave it empty.")
    return found


def _read_days(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise ValueError("Type a number of days, or leave it empty.")
    return int(text)


def _parse_scale(form: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
    """How the scale's labels are read. A form that does not ask leaves it as it is."""
    if "scale_item_digits" not in form:
        return {}
    read: dict[str, tuple[int, ...]] = {}
    for name in ("scale_weight_prefixes", "scale_price_prefixes"):
        try:
            read[name] = rules.read_prefixes(form.get(name, ""))
        except ValueError as error:
            errors[name] = str(error)
    digits = {}
    for name, possible in (("scale_item_digits", rules.ITEM_DIGITS), ("scale_value_digits", rules.VALUE_DIGITS)):
        text = form.get(name, "").strip()
        if text in {str(number) for number in possible}:
            digits[name] = int(text)
        else:
            errors[name] = "Choose how many digits."
    unit = form.get("scale_price_unit", "")
    if unit not in rules.PAISE_IN:
        errors["scale_price_unit"] = "Choose rupees or paise."
    if len(read) == len(digits) == 2:
        weight, price = read.values()
        for name, words in rules.scale_errors(weight, price, *digits.values()).items():
            errors.setdefault(name, words)
    return {name: rules.written_prefixes(prefixes) for name, prefixes in read.items()} | digits | {"scale_price_unit": unit}


HOURS = (1, 4, 24, 72, 168)


def parse_month(text: str, field: str = "month") -> int:
    """202611, or 2026-11 as a month field gives it. InvalidInput when it is no month of 1990 to 2099."""
    digits = text.replace("-", "")
    if not re.fullmatch(r"(199[0-9]|20[0-9]{2})(0[1-9]|1[0-2])", digits, re.ASCII):
        raise InvalidInput({field: "Choose a month."})
    return int(digits)


def parse_opening(form: Mapping[str, str], scopes: Sequence[str]) -> OpeningDraft:
    """The form that opens locked days for a while. InvalidInput by field; what may be is the verb's to say."""
    errors = {}
    days: dict[str, date] = {}
    for name in ("first_day", "last_day"):
        day = read_day(form.get(name, ""))
        if day is None:
            errors[name] = "Choose a day."
        else:
            days[name] = day
    hours = form.get("lasts", "")
    if hours not in {str(one) for one in HOURS}:
        errors["lasts"] = "Choose for how long."
    if errors:
        raise InvalidInput(errors)
    reason = clean_text(form.get("opening_reason", ""))[:MOST_REASON]
    return OpeningDraft(days["first_day"], days["last_day"], tuple(scopes), reason, timedelta(hours=int(hours)))


STORE_FIELDS = tuple(field.name for field in fields(StoreDraft) if field.name != "state_code")


def parse_store(form: Mapping[str, str]) -> StoreDraft:
    """The form of a store as typed. What may be is the rules' to say."""
    return StoreDraft(**{name: form.get(name, "")[:1000] for name in STORE_FIELDS})


def parse_store_version(form: Mapping[str, str]) -> int:
    """The version of the store that the form was made of; one that is none is stale."""
    text = form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def shown_store(store: Any) -> dict[str, Any]:
    """A store as its form shows it; an empty form for none."""
    return {name: (getattr(store, name) or "") if store else "" for name in (*STORE_FIELDS, "version")}


def parse_limits(form: MultiDict[str, str]) -> list[UUID]:
    """The stores ticked for a member; nothing when every store is meant."""
    if form.get("which") != "some":
        return []
    found = [one for one in map(read_id, form.getlist("store")[:1000]) if one]
    if not found:
        raise InvalidInput({"store": "Choose at least one store."})
    return found
