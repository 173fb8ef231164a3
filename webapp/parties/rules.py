"""What a party may be: name, phone, GSTIN, state, credit. Pure; refusals are words by field."""

from __future__ import annotations

import re
from collections.abc import Callable

from webapp.kernel.money import Paise
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text, folded
from webapp.tax.rules import STATES, check_gstin, state_of_gstin

MOST_NAME = 200
MOST_ADDRESS = 500
MOST_CITY = 100
MOST_CREDIT_DAYS = 3650
# Kinds of registration under the MSMED Act 2006 (Udyam). Dues to the first two are shown apart (Schedule III).
MSME_KINDS = ("", "micro", "small", "medium")
_PIN_CODE = re.compile(r"[1-9][0-9]{5}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyDraft:
    """All that a party is told to be. `state_code` may be left to the GSTIN; a phone is kept as +91…"""

    name: str
    local_name: str = ""
    is_customer: bool = True
    is_supplier: bool = False
    phone: str = ""
    email: str = ""
    gstin: str | None = None
    state_code: str = ""
    address: str = ""
    city: str = ""
    pin_code: str = ""
    credit_limit_paise: Paise | None = None  # None: no limit
    credit_days: int = 0
    msme: str = ""
    is_composition: bool = False  # a composition dealer (CGST Act s.10): a GSTIN, and no tax on its bills


def search_text(draft: PartyDraft) -> str:
    """What a search looks through: names, phone (with and without +91), GSTIN, city, email."""
    parts = (draft.name, draft.local_name, draft.phone.removeprefix("+91"), draft.phone, draft.gstin or "", draft.city, draft.email)
    return " ".join(folded(part) for part in parts if part)


def check_phone(text: str) -> str:
    """A phone number as +country…; Indian numbers may be typed without +91 or with a 0. ValueError with words."""
    if not text.strip():
        return ""
    import phonenumbers  # the numbering plans of the world: read when the first number is typed

    # It reads other scripts' digits too; look-alikes are asked for again, not guessed at.
    if any(not sign.isascii() for sign in text):
        raise ValueError("Type the phone number in plain digits, for example 98200 12345.")
    try:
        number = phonenumbers.parse(text, "IN")
    except phonenumbers.NumberParseException:
        raise ValueError("This is not a phone number. Type ten digits, for example 98200 12345.") from None
    if not phonenumbers.is_valid_number(number):
        raise ValueError("No phone has this number. A mobile in India has ten digits and begins with 6, 7, 8 or 9.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def tidied(draft: PartyDraft, own_state: str) -> tuple[PartyDraft, dict[str, str]]:
    """The draft as it would be kept, and what is wrong with it by field (empty when nothing is).

    The state is that of the GSTIN; without one it is the state given, else the shop's own.
    """
    errors: dict[str, str] = {}

    def checked(field: str, check: Callable[[str], str], text: str) -> str:
        try:
            return check(text)
        except ValueError as error:
            errors[field] = str(error)
            return text

    gstin = checked("gstin", check_gstin, draft.gstin) if draft.gstin and draft.gstin.strip() else None
    found_state = state_of_gstin(gstin) if gstin and "gstin" not in errors else None
    state = found_state or draft.state_code or own_state
    kept = PartyDraft(
        name=clean_text(draft.name),
        local_name=clean_text(draft.local_name),
        is_customer=draft.is_customer,
        is_supplier=draft.is_supplier,
        phone=checked("phone", check_phone, draft.phone),
        email=draft.email.strip().lower(),
        gstin=gstin,
        state_code=state,
        address="\n".join(line for line in (clean_text(line) for line in draft.address.splitlines()) if line),
        city=clean_text(draft.city),
        pin_code="".join(draft.pin_code.split()),
        credit_limit_paise=draft.credit_limit_paise,
        credit_days=draft.credit_days,
        msme=draft.msme,
        is_composition=draft.is_composition,
    )
    if found_state and draft.state_code and draft.state_code != found_state:
        given = STATES.get(draft.state_code, draft.state_code)
        errors["state_code"] = f"This GSTIN is of {STATES[found_state]}, not {given}. Correct one of the two."
    return kept, {**_errors(kept), **errors}


def _errors(draft: PartyDraft) -> dict[str, str]:
    errors: dict[str, str] = {}
    if not draft.name:
        errors["name"] = "Give the customer a name."
    for field, label, value, most in (
        ("name", "name", draft.name, MOST_NAME),
        ("local_name", "name in Hindi", draft.local_name, MOST_NAME),
        ("address", "address", draft.address, MOST_ADDRESS),
        ("city", "city", draft.city, MOST_CITY),
    ):
        if len(value) > most:
            errors[field] = f"The {label} has {len(value):,} characters; at most {most} fit on a bill."
    if not (draft.is_customer or draft.is_supplier):
        errors["is_customer"] = "Say whether this is a customer, a supplier, or both."
    if draft.state_code not in STATES:
        errors["state_code"] = "Choose the state from the list."
    if draft.email and not (_EMAIL.fullmatch(draft.email) and len(draft.email) <= MOST_NAME):
        errors["email"] = "An e-mail address looks like name@example.com."
    if draft.pin_code and not _PIN_CODE.fullmatch(draft.pin_code):
        errors["pin_code"] = "A PIN code has six digits and does not begin with 0."
    if draft.credit_limit_paise is not None and draft.credit_limit_paise < 0:
        errors["credit_limit"] = "A credit limit cannot be less than 0. Leave it empty for no limit."
    if draft.msme not in MSME_KINDS:
        errors["msme"] = "Choose micro, small or medium, or none."
    if draft.is_composition and not draft.gstin:
        errors["is_composition"] = "A composition dealer is registered: type the GSTIN, or leave this empty."
    if not 0 <= draft.credit_days <= MOST_CREDIT_DAYS:
        errors["credit_days"] = f"Days of credit are from 0 to {MOST_CREDIT_DAYS:,}."
    return errors
