"""Labels as a PDF: name, price, MRP, batch, and the code as bars (Code 128) or as a QR."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from webapp.catalogue.label_rules import LEAST_MODULE, Asked, Layout, Place, places, require_labels
from webapp.kernel.errors import InvalidInput
from webapp.kernel.records import dataclass
from webapp.platform import tables_pdf

_EDGE = 2_000  # what a printer may miss, at each side
_SIZE, _SMALL = 7, 6
_LINE = 2_800
_LOW = 30_000  # labels below this height
_WIDEST_MODULE = 400


@dataclass(frozen=True, slots=True)
class Label:
    """What stands on a label: words as they are printed, and the code."""

    name: str
    price: str
    below: tuple[str, ...]
    code: str


def draw_labels(labels: Sequence[Label], asked: Asked) -> bytes:
    """The PDF, with so many of each label. InvalidInput by field for what cannot be printed: `require_labels`, or a code too long
    for bars of this width."""
    layout = require_labels(asked, len(labels))
    for label in labels:
        if not asked.is_qr and _module(label.code, layout) < LEAST_MODULE:
            raise InvalidInput({"layout": f"The code {label.code} is too long for bars on this label. Choose a larger label, or QR."})
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    with tables_pdf.fonts():
        canvas = Canvas(out, pagesize=(_points(layout.paper[0]), _points(layout.paper[1])), pageCompression=1)
        page = 0
        for number, place in enumerate(places(layout, asked.count * len(labels), asked.first)):
            if place.page != page:
                canvas.showPage()
                page = place.page
            _draw(canvas, labels[number // asked.count], layout, place, is_qr=asked.is_qr)
        canvas.save()
    return out.getvalue()


def _draw(canvas: Any, label: Label, layout: Layout, place: Place, *, is_qr: bool) -> None:
    width, height = layout.label
    left, top = place.left + _EDGE, layout.paper[1] - place.top - _EDGE
    bottom = layout.paper[1] - place.top - height + _EDGE
    # A QR takes two fifths of the width at most, so that the words have room beside it.
    side = min(height - 2 * _EDGE, width * 2 // 5) if is_qr else 0
    room = int(_points(width - 2 * _EDGE - (side + 1_000 if is_qr else 0)))
    lines = _lines(label, room, is_low=height < _LOW and not is_qr)
    for number, (line, font, size) in enumerate(lines, 1):
        tables_pdf.write_text(canvas, _points(left), _points(top - _LINE * number + 600), line, font, size)
    [code] = _fitted(label.code, room, "text", _SMALL, most=1)
    tables_pdf.write_text(canvas, _points(left), _points(bottom + 300), code, "text", _SMALL)
    if is_qr:
        _qr(canvas, label.code, place.left + width - _EDGE - side, top - side, side)
    else:
        _bars(canvas, label.code, layout, place.left, bottom + _LINE, top - _LINE * len(lines) - bottom - _LINE)


def _lines(label: Label, room: int, *, is_low: bool) -> list[tuple[str, str, int]]:
    """The words above the code: (line, font, size). On a low label each has one line, so that the bars stay high enough to be hit."""
    below = (" · ".join(label.below),) if is_low and label.below else label.below
    lines = [(line, "bold", _SIZE) for line in _fitted(label.name, room, "bold", _SIZE, most=1 if is_low else 2)]
    lines.append((label.price, "bold", _SIZE))
    return lines + [(line, "text", _SMALL) for text in below for line in _fitted(text, room, "text", _SMALL, most=1)]


def _fitted(text: str, room: int, font: str, size: int, *, most: int) -> tuple[str, ...]:
    """Text in lines of `room` points at `size`."""
    return tables_pdf.wrapped(text, room * tables_pdf.SIZE // size, font, most=most)


def _bars(canvas: Any, code: str, layout: Layout, left: int, bottom: int, height: int) -> None:
    """The code in the middle of the label's width."""
    from reportlab.graphics.barcode.code128 import Code128

    module = _module(code, layout)
    start = left + (layout.label[0] - module * _modules(code)) // 2
    Code128(code, barWidth=_points(module), barHeight=_points(height), quiet=False).drawOn(canvas, _points(start), _points(bottom))


def _module(code: str, layout: Layout) -> int:
    """How wide the narrowest bar is: what fits with a quiet zone of ten modules at each side (ISO/IEC 15417), and no wider than
    a scanner likes."""
    return min(layout.label[0] // (_modules(code) + 20), _WIDEST_MODULE)


@lru_cache(maxsize=64)
def _modules(code: str) -> int:
    from reportlab.graphics.barcode.code128 import Code128

    return int(Code128(code, barWidth=1, barHeight=1, quiet=False).width)


def _qr(canvas: Any, code: str, left: int, bottom: int, side: int) -> None:
    from reportlab.graphics import renderPDF
    from reportlab.graphics.barcode.qr import QrCodeWidget
    from reportlab.graphics.shapes import Drawing

    points = _points(side)
    drawing = Drawing(points, points)
    drawing.add(QrCodeWidget(code, barWidth=points, barHeight=points, barBorder=1, barLevel="M"))
    renderPDF.draw(drawing, canvas, _points(left), _points(bottom))


def _points(thousandths: int) -> Any:
    """Thousandths of a millimetre as points of paper, 72 to the inch."""
    return thousandths * 72 / 25_400
