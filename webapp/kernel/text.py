"""Words as people type them: made clean to be kept, and folded to be searched. Any script, and emoji, may stay."""

from __future__ import annotations

import unicodedata

# Zero-width joiners shape Indic letters and emoji. Other unseen signs, those that turn the direction of writing among
# them, can make a name or a price look like another, and go.
_JOINERS = frozenset("\u200c\u200d")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def clean_text(text: str) -> str:
    """Text for one line: blanks single, unseen signs gone, letters composed (NFC)."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = "".join(sign if sign in _JOINERS or unicodedata.category(sign) not in _UNSEEN else " " for sign in text)
    return " ".join(unicodedata.normalize("NFC", kept).split())


def clean_lines(text: str) -> str:
    """Text of several lines, such as an address: each as `clean_text` has it, empty ones gone."""
    return "\n".join(line for line in (clean_text(line) for line in text.splitlines()) if line)


def folded(text: str) -> str:
    """Text as it is searched: small letters, full-width signs made plain, punctuation a blank. Vowel signs stay."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(sign if sign.isalnum() or unicodedata.category(sign)[0] == "M" else " " for sign in plain).split())
