"""A small copy of a photo, made anew: no place, camera or hidden content of the original goes with it."""

from __future__ import annotations

import io

from webapp.attachments.rules import NotKept, clean_name

SIDE = 320  # pixels of the longer side
MOST_PIXELS = 50_000_000  # of the original; a larger one is a bomb, or a scan that no page needs


def thumbnail(content: bytes, name: str) -> bytes:
    """The photo as a JPEG of at most SIDE by SIDE. NotKept for one that is broken or too large to draw."""
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as photo:
            if photo.width * photo.height > MOST_PIXELS:
                raise _unreadable(name)
            photo.draft("RGB", (SIDE * 2, SIDE * 2))
            turned = ImageOps.exif_transpose(photo)
            turned.thumbnail((SIDE, SIDE))
            ground = Image.new("RGB", turned.size, "white")
            whole = turned.convert("RGBA")
            ground.paste(whole, mask=whole)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise _unreadable(name) from None
    drawn = io.BytesIO()
    ground.save(drawn, "JPEG", quality=80, optimize=True)
    return drawn.getvalue()


def _unreadable(name: str) -> NotKept:
    return NotKept(
        problem=f"{clean_name(name, None)} cannot be drawn: it is broken, or has more than {MOST_PIXELS // 1_000_000} megapixels.",
        fix="Take the photo again, or save it smaller.",
    )
