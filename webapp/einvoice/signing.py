"""What the portal signed, held against the document it was asked about and against the portal's keys."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from webapp.einvoice.portal import Signed
from webapp.einvoice.queries import EinvoiceRow
from webapp.kernel.records import dataclass
from webapp.platform import storage
from webapp.tax.signed_qr import Token, public_keys, read_token

_MOST_DIGITS = 16  # of rupees: more than the portal's schema takes


@dataclass(frozen=True, slots=True)
class Looked:
    """Whether one of our keys fits, and what is wrong (None: nothing), as columns of the document."""

    is_verified: bool
    trouble: dict[str, str] | None = None


def look(row: EinvoiceRow, signed: Signed) -> Looked:
    """Whether what was signed is this document, as it stands here."""
    try:
        token = read_token(signed.signed_qr, public_keys(storage.folder()))
    except ValueError:
        return Looked(is_verified=False, trouble=_trouble("The portal's QR cannot be read.", "Ask the portal again."))
    if not signed.is_active:
        words = "The portal has this number as cancelled: it cannot be reported again."
        return Looked(is_verified=False, trouble=_trouble(words, "Cancel the document and issue it anew.", "2278"))
    if odd := _differences(row, signed, token):
        words = f"The portal has this number with other content: {odd}."
        fix = "Compare it with what the portal shows. One of the two papers must be cancelled, and issued under another number."
        return Looked(is_verified=False, trouble=_trouble(words, fix, "2150"))
    return Looked(token.is_verified)


def has_keys() -> bool:
    """Whether this machine knows a key of the portal."""
    return bool(public_keys(storage.folder()))


def _trouble(problem: str, fix: str, code: str = "") -> dict[str, str]:
    return {"code": code, "problem": problem, "fix": fix}


def _differences(row: EinvoiceRow, signed: Signed, token: Token) -> str:
    """What differs, in words; "" for nothing. The buyer is left out: the portal writes him as it has him."""
    said = {
        "GSTIN": (str(token.data.get("SellerGstin", "")), row.gstin),
        "kind": (str(token.data.get("DocTyp", "")), row.doc_type),
        "number": (str(token.data.get("DocNo", "")).upper(), row.number.upper()),
        "day": (str(token.data.get("DocDt", "")), row.day.strftime("%d/%m/%Y")),
        "IRN": (str(token.data.get("Irn", "")), signed.irn),
    }
    odd = [f"{name} {theirs[:70] or 'none'}, here {ours}" for name, (theirs, ours) in said.items() if theirs != ours]
    if (total := _paise(token.data.get("TotInvVal"))) != row.total_paise:
        odd.append(f"total {Decimal(total).scaleb(-2) if total is not None else 'none'}, here {Decimal(row.total_paise).scaleb(-2)}")
    return "; ".join(odd)


def _paise(told: Any) -> int | None:
    """Rupees as paise; None for what is no amount of a document, such as 1e999999."""
    try:
        found = Decimal(str(told))
        whole = found.is_finite() and found.adjusted() < _MOST_DIGITS and found * 100 == (found * 100).to_integral_value()
        return int(found * 100) if whole else None
    except InvalidOperation:
        return None
