"""The parts of the books that are locked by themselves; what a store may be; and how the shop's own scale prints its labels:
EAN-13 codes of the numbers that GS1 leaves to each shop, 20 to 29."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_lines, clean_text
from webapp.tax.identifiers import check_gstin, state_of_gstin

# The parts of the books that a month can be locked for.
EVERYTHING = "all"
SCOPES = (EVERYTHING, "sales", "purchases", "money", "journal", "stock")

# GS1 General Specifications, GS1 prefixes 20-29: restricted circulation numbers within a country or a company; what they mean
# is left to whoever prints them.
FIRST_PREFIX, LAST_PREFIX = 20, 29
_PART = re.compile(r"(\d\d)(?:-(\d\d))?", re.ASCII)
# Two digits of prefix and one check digit leave ten; what is between item and value (a price's own check digit) is passed over.
ITEM_DIGITS, VALUE_DIGITS, BOTH_DIGITS = range(4, 8), range(4, 7), 10
PAISE_IN = {"paise": 1, "rupees": 100}


def read_prefixes(text: str) -> tuple[int, ...]:
    """ "20-24, 27" as numbers in order, each once; nothing for an empty text. ValueError, in words, for anything else."""
    found: set[int] = set()
    for part in filter(None, re.split(r"[,;\s]+", re.sub(r"\s*[-–]\s*", "-", text.strip()))):
        matched = _PART.fullmatch(part)
        first, last = (int(matched[1]), int(matched[2] or matched[1])) if matched else (0, 0)
        if not FIRST_PREFIX <= first <= last <= LAST_PREFIX:
            raise ValueError("Type numbers from 20 to 29, for example 20-24, 27.")
        found |= set(range(first, last + 1))
    return tuple(sorted(found))


def written_prefixes(prefixes: Iterable[int]) -> str:
    """The same as text, runs joined: 20-24, 27."""
    runs: list[list[int]] = []
    for prefix in sorted(set(prefixes)):
        if runs and prefix == runs[-1][-1] + 1:
            runs[-1].append(prefix)
        else:
            runs.append([prefix])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def scale_errors(weight: Iterable[int], price: Iterable[int], item_digits: int, value_digits: int) -> Mapping[str, str]:
    """What cannot be, by field of the settings form."""
    errors = {}
    if twice := set(weight) & set(price):
        errors["scale_price_prefixes"] = f"{written_prefixes(twice)} stands above as a weight; it cannot be both."
    if item_digits + value_digits > BOTH_DIGITS:
        errors["scale_value_digits"] = "Item and value have at most 10 digits together."
    return errors


def scale_for_till(profile: Any) -> dict[str, Any]:
    """What a till reads labels by: what each prefix holds, how many digits are the item's and the value's, paise in a price's unit."""
    holds = dict.fromkeys(read_prefixes(profile.scale_weight_prefixes), "weight")
    holds |= dict.fromkeys(read_prefixes(profile.scale_price_prefixes), "price")
    return {
        "holds": {str(prefix): kind for prefix, kind in sorted(holds.items())},
        "item_digits": profile.scale_item_digits,
        "value_digits": profile.scale_value_digits,
        "paise": PAISE_IN[profile.scale_price_unit],
    }


# The store made at sign-up has this code, and its numbers bear no mark.
FIRST_CODE = "S1"
_CODE = re.compile(r"[A-Z0-9]{2,3}", re.ASCII)
_PIN = re.compile(r"[1-9][0-9]{5}", re.ASCII)
_LONGEST = {"name": 80, "address": 300, "city": 80, "phone": 20}


@dataclass(frozen=True, slots=True)
class StoreDraft:
    """All that a store is told to be. `gstin` None: the company's. The state follows from the GSTIN."""

    name: str
    code: str
    gstin: str | None = None
    state_code: str = ""
    address: str = ""
    city: str = ""
    pin_code: str = ""
    phone: str = ""


def tidied_store(draft: StoreDraft, *, company_gstin: str | None, company_state: str) -> tuple[StoreDraft, dict[str, str]]:
    """The draft as it would be kept, and what is wrong with it by field; empty when nothing is."""
    errors: dict[str, str] = {}
    texts = {"name": clean_text(draft.name), "address": clean_lines(draft.address), "city": clean_text(draft.city)}
    texts["phone"], code, pin = clean_text(draft.phone), clean_text(draft.code).upper(), draft.pin_code.strip()
    for field, most in _LONGEST.items():
        if len(texts[field]) > most:
            errors[field] = f"Use at most {most} characters."
    if len(texts["name"]) < 2:
        errors["name"] = "Type the name of the store."
    if not _CODE.fullmatch(code):
        errors["code"] = "A code has two or three letters or digits, such as PUN. It stands in the store's numbers."
    if pin and not _PIN.fullmatch(pin):
        errors["pin_code"] = "A PIN code has six digits."
    gstin, state = _registration(draft, company_gstin, errors)
    return StoreDraft(code=code, gstin=gstin, state_code=state or company_state, pin_code=pin, **texts), errors


def series_prefix(start_year: int, code: str, letters: str) -> str:
    """The run of numbers of a store in a financial year: 26-SJ for the first one, 26PUN-SJ for the one with the code PUN.

    A till's series has no hyphen, so the two never meet; with six digits a number has at most 16 characters (Rule 46(b)).
    """
    return f"{start_year % 100:02d}{'' if code == FIRST_CODE else code}-{letters}"


def _registration(draft: StoreDraft, company_gstin: str | None, errors: dict[str, str]) -> tuple[str | None, str | None]:
    """The store's own GSTIN and its state; None and None where the company's holds."""
    if not (draft.gstin or "").strip():
        return None, None
    try:
        gstin = check_gstin(draft.gstin or "")
    except ValueError as error:
        errors["gstin"] = str(error)
        return draft.gstin, None
    if company_gstin is None:
        errors["gstin"] = "The business is not registered. Register it first; then a store may have a GSTIN of its own."
    elif gstin[2:12] != company_gstin[2:12]:
        # CGST Act s.25(6): every registration of a person is made on the one PAN, which is characters 3 to 12.
        errors["gstin"] = f"This GSTIN is of another PAN, {gstin[2:12]}; the business has {company_gstin[2:12]}."
    state = state_of_gstin(gstin)
    if state is None:
        errors["gstin"] = "A GSTIN that begins with 99 belongs to no state, so no store has it."
    return (None if gstin == company_gstin else gstin), state
