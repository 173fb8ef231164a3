"""A small copy of a photo, made anew: no place, camera or hidden content of the original goes with it."""

from __future__ import annotations

import io
import struct
from typing import Any

from webapp.attachments.rules import NotKept, clean_name

SIDE = 320  # pixels of the longer side
MOST_PIXELS = 50_000_000  # of the original; a larger one is a bomb, or a scan that no page needs
MOST_SCANS = 100  # of a JPEG: cameras write up to a dozen; each more, in a few bytes, draws all of its pixels once again
_ORIENTATION = 0x0112  # Exif 2.32, 4.6.4
# What Pillow raises for content that is not what its first bytes say.
_BROKEN = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, OverflowError, struct.error)


def thumbnail(content: bytes, name: str) -> bytes:
    """The photo as a JPEG of at most SIDE by SIDE. NotKept for one that is broken or too large to draw."""
    from PIL import Image, ImageFile

    # WeasyPrint, in a process that has drawn a paper, has Pillow fill what is missing of a picture with grey.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    if content.startswith(b"\xff\xd8") and content.count(b"\xff\xda") > MOST_SCANS:
        raise _unreadable(name)
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as photo:
            if photo.width * photo.height > MOST_PIXELS:
                raise _unreadable(name)
            photo.draft("RGB", (SIDE * 2, SIDE * 2))
            turn = _turn(photo)
            photo.thumbnail((SIDE, SIDE))
            whole = photo.convert("RGBA")
        whole = whole if turn is None else whole.transpose(turn)
        ground = Image.new("RGB", whole.size, "white")
        ground.paste(whole, mask=whole)
    except (*_BROKEN, Image.DecompressionBombError):
        raise _unreadable(name) from None
    drawn = io.BytesIO()
    ground.save(drawn, "JPEG", quality=80, optimize=True)
    return drawn.getvalue()


def _turn(photo: Any) -> Any:
    """How to turn the photo so that its top is up, or None. What stands beside it (Exif) may be anything; unread, it turns nothing."""
    from PIL.Image import Transpose

    try:
        held = photo.getexif().get(_ORIENTATION)
    except _BROKEN:
        return None
    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return turns.get(held) if isinstance(held, int) else None


def _unreadable(name: str) -> NotKept:
    return NotKept(
        problem=f"{clean_name(name, None)} cannot be drawn: it is broken, or has more than {MOST_PIXELS // 1_000_000} megapixels.",
        fix="Take the photo again, or save it smaller.",
    )
