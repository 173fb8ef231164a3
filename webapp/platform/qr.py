"""QR codes as images: on papers, and on pages that a phone's camera reads."""

from __future__ import annotations

import base64
import io

# Scoring all eight masks is three quarters of a QR's cost, and any mask reads as well (ISO/IEC 18004 asks an encoder to
# choose; readers must accept each).
QR_MASK = 3


def qr_image(text: str) -> str:
    """A QR code as the address of an SVG image, its quiet zone included."""
    import qrcode
    from qrcode.image.svg import SvgPathImage

    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4, mask_pattern=QR_MASK)
    code.add_data(text)
    code.make(fit=True)
    buffer = io.BytesIO()
    code.make_image(image_factory=SvgPathImage).save(buffer)
    return "data:image/svg+xml;base64," + base64.b64encode(buffer.getvalue()).decode()
