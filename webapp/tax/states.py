"""States and union territories by GST code. Source: GSTN and NIC state code masters (e-invoice code list), 2026-11."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from webapp.kernel.errors import BooksError
from webapp.tax.kinds import Supply

OTHER_COUNTRY = "96"
OTHER_TERRITORY = "97"

_NAMES: tuple[tuple[str, str, str], ...] = (
    ("01", "Jammu and Kashmir", "जम्मू और कश्मीर"),
    ("02", "Himachal Pradesh", "हिमाचल प्रदेश"),
    ("03", "Punjab", "पंजाब"),
    ("04", "Chandigarh", "चंडीगढ़"),
    ("05", "Uttarakhand", "उत्तराखंड"),
    ("06", "Haryana", "हरियाणा"),
    ("07", "Delhi", "दिल्ली"),
    ("08", "Rajasthan", "राजस्थान"),
    ("09", "Uttar Pradesh", "उत्तर प्रदेश"),
    ("10", "Bihar", "बिहार"),
    ("11", "Sikkim", "सिक्किम"),
    ("12", "Arunachal Pradesh", "अरुणाचल प्रदेश"),
    ("13", "Nagaland", "नागालैंड"),
    ("14", "Manipur", "मणिपुर"),
    ("15", "Mizoram", "मिज़ोरम"),
    ("16", "Tripura", "त्रिपुरा"),
    ("17", "Meghalaya", "मेघालय"),
    ("18", "Assam", "असम"),
    ("19", "West Bengal", "पश्चिम बंगाल"),
    ("20", "Jharkhand", "झारखंड"),
    ("21", "Odisha", "ओडिशा"),
    ("22", "Chhattisgarh", "छत्तीसगढ़"),
    ("23", "Madhya Pradesh", "मध्य प्रदेश"),
    ("24", "Gujarat", "गुजरात"),
    ("26", "Dadra and Nagar Haveli and Daman and Diu", "दादरा और नगर हवेली तथा दमन और दीव"),
    ("27", "Maharashtra", "महाराष्ट्र"),
    ("29", "Karnataka", "कर्नाटक"),
    ("30", "Goa", "गोवा"),
    ("31", "Lakshadweep Islands", "लक्षद्वीप"),
    ("32", "Kerala", "केरल"),
    ("33", "Tamil Nadu", "तमिलनाडु"),
    ("34", "Puducherry", "पुदुच्चेरी"),
    ("35", "Andaman and Nicobar Islands", "अंडमान और निकोबार द्वीपसमूह"),
    ("36", "Telangana", "तेलंगाना"),
    ("37", "Andhra Pradesh", "आंध्र प्रदेश"),
    ("38", "Ladakh", "लद्दाख"),
    (OTHER_COUNTRY, "Other Countries", "अन्य देश"),
    (OTHER_TERRITORY, "Other Territory", "अन्य क्षेत्र"),
)
STATES: Mapping[str, str] = MappingProxyType({code: name for code, name, _ in _NAMES})
STATES_HINDI: Mapping[str, str] = MappingProxyType({code: name for code, _, name in _NAMES})

# Codes no longer given, and the code that took their place: Daman and Diu was merged into 26 on 26-Jan-2020,
# Andhra Pradesh before its division was 28. Old GSTINs still begin with them.
RETIRED_STATES: Mapping[str, str] = MappingProxyType({"25": "26", "28": "37"})

# UTGST Act 2017: union territories without a legislature, and other territory (the sea belt). Delhi, Puducherry and
# Jammu and Kashmir have a legislature and levy SGST.
_WITHOUT_LEGISLATURE = frozenset({"04", "25", "26", "31", "35", "38", "97"})


def state_name(code: str, language: str = "en") -> str:
    """The state of a GST code, in English or Hindi ("hi"). BooksError for an unknown code."""
    require_state(code)
    return (STATES_HINDI if language == "hi" else STATES)[code]


def require_state(code: str) -> None:
    """Refuse a code that is no place of supply."""
    if code not in STATES:
        raise BooksError(problem=f"{code} is not a GST state code.", fix="Choose the state from the list.")


def is_union_territory_without_legislature(state_code: str) -> bool:
    """Is the state's share called UTGST there, not SGST? The figures are the same; only the label changes."""
    return state_code in _WITHOUT_LEGISLATURE


def place_name(code: str) -> str:
    """A place of supply as returns and the portal show it, the state with its code: 27 Maharashtra."""
    return f"{code} {STATES[code]}" if code in STATES else code


def state_tax_name(state_code: str | None) -> str:
    """What the state's share is called on a paper or a screen of that state: SGST, or UTGST. Files for the portals say "samt" of both."""
    return "UTGST" if is_union_territory_without_legislature(state_code or "") else "SGST"


def supply_between(seller_state: str, place_of_supply: str, *, to_sez: bool = False, zero_rated: bool = False) -> Supply:
    """Which taxes a supply carries (IGST Act s.7, s.8). Same state: CGST and SGST; else, or to an SEZ: IGST.

    `zero_rated` is an export or an SEZ supply under bond or LUT (s.16(3)(a)); one on payment of tax is not, and
    carries IGST. BooksError for an unknown state code.
    """
    require_state(seller_state)
    require_state(place_of_supply)
    if zero_rated:
        return Supply.ZERO_RATED
    if to_sez or place_of_supply == OTHER_COUNTRY or seller_state != place_of_supply:
        return Supply.INTER
    return Supply.INTRA


def state_tax_of(state_codes: Iterable[str | None]) -> str:
    """The same for a table that adds up several states: "SGST/UTGST" where it adds up both."""
    return "/".join(sorted({state_tax_name(code) for code in state_codes})) or "SGST"
