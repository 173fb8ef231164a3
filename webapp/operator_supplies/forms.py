"""What comes from the screens of these supplies, read into commands and filters."""

from __future__ import annotations

from collections.abc import Mapping

from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import read_basis_points, read_paise
from webapp.kernel.text import clean_text, folded
from webapp.operator_supplies.queries import KINDS, OperatorRegistration, Wanted
from webapp.operator_supplies.rules import DOCUMENT_TYPES, REGULAR, SupplyDraft


def parse_supply(form: Mapping[str, str], gstin: str) -> SupplyDraft:
    """A supply as typed, or as a row of a file has it. InvalidInput beside each field that cannot be read."""
    errors: dict[str, str] = {}
    day = read_day(form.get("day", "").strip())
    if day is None:
        errors["day"] = "Type the day of the document, such as 2026-10-31."
    amounts: dict[str, int] = {}
    for name, read in (("taxable", read_paise), ("cess", read_paise), ("rate", read_basis_points)):
        try:
            amounts[name] = read(form.get(name, "").strip().rstrip("%").strip() or "0")
        except ValueError as error:
            errors[name] = str(error)
    if errors or day is None:
        raise InvalidInput(errors)
    return SupplyDraft(
        id=read_id(form.get("id")) or new_id(),
        gstin=gstin,
        number=clean_text(form.get("number", "")).upper()[:40],
        day=day,
        supplier_gstin=_gstin(form, "supplier_gstin"),
        supplier_name=clean_text(form.get("supplier_name", "")),
        recipient_gstin=_gstin(form, "recipient_gstin"),
        recipient_name=clean_text(form.get("recipient_name", "")),
        place=form.get("place", "").strip()[:2],
        rate_bp=amounts["rate"],
        taxable=amounts["taxable"],
        cess=amounts["cess"],
        document_type=_document_type(form.get("document_type", "")),
        lut_number=clean_text(form.get("lut_number", "")),
    )


def parse_setting(form: Mapping[str, str], gstin: str) -> OperatorRegistration:
    """Whether a registration is an operator's, and its account."""
    version = form.get("version", "")
    known = int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0
    return OperatorRegistration(gstin, form.get("is_operator") == "1", read_id(form.get("account_id")), known)


def read_wanted(args: Mapping[str, str]) -> Wanted:
    """The filters of the list."""
    kind = args.get("kind", "")
    words = clean_text(args.get("q", ""))[:60]
    type_ = args.get("type", "")
    return Wanted(
        words,
        kind if kind in KINDS else "",
        read_day(args.get("from", "")),
        read_day(args.get("to", "")),
        type_ if type_ in DOCUMENT_TYPES else "",
    )


_TYPES = {folded(words): code for code, label in DOCUMENT_TYPES.items() for words in (code, label)}
_TYPES |= {folded("Regular B2B"): "R", folded("Deemed Exports"): "DE"}  # of table 4, and as the portal's own screens say it


def _document_type(typed: str) -> str:
    """A type by its code or as the portal's template writes it; a regular one where nothing is said. What is neither is kept, to be
    refused beside its field: the portal's tool would take it for inter-State without a word."""
    words = clean_text(typed)
    return _TYPES.get(folded(words), words[:60]) if words else REGULAR


def _gstin(form: Mapping[str, str], name: str) -> str:
    return clean_text(form.get(name, "")).upper().replace(" ", "")[:20]
