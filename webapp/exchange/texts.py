"""What people typed, on its way into files for other programs. Pure."""

from __future__ import annotations

import unicodedata

# Unseen signs turn the direction of what stands behind them, or end a line where a program sees one and a reader does not.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_KEPT = frozenset("\n\r\t\u200c\u200d")  # joiners shape Indic letters and emoji


def shown(text: str) -> str:
    """The text without signs that cannot be seen; blanks and ends of lines stay. Any script, and emoji, may stay."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(sign for sign in text if sign in _KEPT or unicodedata.category(sign) not in _UNSEEN)


def on_one_line(text: str) -> str:
    """The same on one line, with single blanks."""
    return " ".join(shown(text).split())
