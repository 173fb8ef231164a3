"""Names of any script in Latin letters, for programs that know no others. Pure.

Brahmic scripts after ISO 15919, with letters that are one sign each (a Beancount name may hold no combining marks). Unicode
lays Bengali, Gurmukhi, Gujarati, Odia, Tamil, Telugu, Kannada and Malayalam out as it lays out Devanagari, so one table
reads them all.
"""

from __future__ import annotations

import unicodedata


def _row(first: int, letters: str) -> dict[int, str]:
    """Letters that stand one behind the other in the table."""
    return dict(enumerate(letters.split(), first))


_FIRST, _LAST = 0x0900, 0x0D7F
_SIGNS = 0x80  # of each script
_VIRAMA, _NUKTA, _HA, _A = 0x4D, 0x3C, 0x39, "a"
_CONSONANTS = _row(0x15, "k kh g gh ṅ c ch j jh ñ ṭ ṭh ḍ ḍh ṇ t th d dh n ṉ p ph b bh m y r ṟ l ḷ ḻ v ś ṣ s h")
_WITH_NUKTA = {0x15: "q", 0x16: "ḵh", 0x17: "ġ", 0x1C: "z", 0x21: "ṙ", 0x22: "ṙh", 0x2B: "f", 0x2F: "ẏ"}
_COMPOSED = {0x58: 0x15, 0x59: 0x16, 0x5A: 0x17, 0x5B: 0x1C, 0x5C: 0x21, 0x5D: 0x22, 0x5E: 0x2B, 0x5F: 0x2F}
_VOWELS = _row(0x3E, "ā i ī u ū ṛ ṝ ê e ē ai ô o ō au") | {0x62: "ļ", 0x63: "ḹ"}
_ALONE = _row(0x05, "a ā i ī u ū ṛ ļ ê e ē ai ô o ō au") | {0x50: "oṃ", 0x60: "ṝ", 0x61: "ḹ"}
_MARKS = {0x01: "ṃ", 0x02: "ṁ", 0x03: "ḥ", 0x3D: "ʼ"}
_AFTER_A = {"i": "ï", "u": "ü"}  # अइ is not ऐ
_JOINERS = "\u200c\u200d"


def in_latin(text: str) -> str:
    """The text with its Brahmic letters in Latin ones; everything else stays. "किराना" is "kirānā", "सोन पापड़ी" "sōna pāpaṙī"."""
    if text.isascii():
        return text
    signs = [sign for sign in unicodedata.normalize("NFC", text) if sign not in _JOINERS]
    written: list[str] = []
    place = 0
    while place < len(signs):
        at = _of_table(signs[place])
        place += 1
        if at is None:
            written.append(signs[place - 1])
            continue
        at, has_nukta = _COMPOSED.get(at, at), at in _COMPOSED
        if place < len(signs) and _of_table(signs[place]) == _NUKTA:
            has_nukta, place = True, place + 1
        if at not in _CONSONANTS:
            written.append(_other(at, signs[place - 1], written))
            continue
        written.append(_consonant(at, written, has_nukta=has_nukta))
        following = _of_table(signs[place]) if place < len(signs) else None
        if following == _VIRAMA:
            written.append("")
            place += 1
        elif following in _VOWELS:
            written.append(_VOWELS[following])
            place += 1
        else:
            written.append(_A)
    return "".join(written)


def _of_table(sign: str) -> int | None:
    """Where a sign stands in the table of its script, or None for one of another kind of script."""
    code = ord(sign)
    return code % _SIGNS if _FIRST <= code <= _LAST else None


def _consonant(at: int, written: list[str], *, has_nukta: bool) -> str:
    if at == _HA and written and written[-1] == "":
        return "ẖ"  # क्ह is not ख
    return _WITH_NUKTA.get(at, _CONSONANTS[at]) if has_nukta else _CONSONANTS[at]


def _other(at: int, sign: str, written: list[str]) -> str:
    """A vowel by itself, a mark, a figure; what the table does not know stays as it is."""
    if 0x66 <= at <= 0x6F:
        return str(at - 0x66)
    alone = _ALONE.get(at)
    if alone in _AFTER_A and written and written[-1] == _A:
        return _AFTER_A[alone]
    return alone or _MARKS.get(at) or _VOWELS.get(at) or sign
