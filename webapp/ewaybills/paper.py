"""What stands on an e-way bill's paper besides words: the QR and the barcode of its number, as images."""

from __future__ import annotations

import base64
from datetime import datetime

from webapp.ewaybills.queries import EwaybillRow
from webapp.kernel.dates import IST
from webapp.kernel.records import dataclass
from webapp.platform.qr import qr_image

_BAR_HEIGHT, _QUIET = 40, 10


@dataclass(frozen=True, slots=True)
class Marks:
    """Addresses of images."""

    qr: str
    bars: str


def marks_of(row: EwaybillRow) -> Marks:
    """The QR says what the portal's own says: number, GSTIN of who made it, and when."""
    return marks_for(row.ewb_no, row.gstin, row.made_at)


def marks_for(number: str, gstin: str, made_at: datetime | None) -> Marks:
    """The same of any number of the portal, such as a consolidated e-way bill's."""
    at = made_at.astimezone(IST).strftime("%d/%m/%Y %I:%M:%S %p") if made_at else ""
    return Marks(qr_image(f"{number}/{gstin}/{at}"), bars_image(number))


def bars_image(number: str) -> str:
    """A number as Code 128 (ISO/IEC 15417), with a quiet zone of ten modules at each side, as the address of an SVG image."""
    from reportlab.graphics.barcode.code128 import Code128

    code = Code128(number, quiet=False)
    code.validate()
    code.encode()
    code.decompose()
    left, drawn = _QUIET, []
    for sign in code.decomposed:
        width = ord(sign.lower()) - ord("a") + 1
        if sign.isupper():
            drawn.append(f"M{left} 0h{width}v{_BAR_HEIGHT}h-{width}z")
        left += width
    size = f'viewBox="0 0 {left + _QUIET} {_BAR_HEIGHT}" preserveAspectRatio="none"'
    image = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><path d="{"".join(drawn)}"/></svg>'
    return "data:image/svg+xml;base64," + base64.b64encode(image.encode()).decode()
