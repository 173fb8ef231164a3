"""How soon a password would be guessed, for the forms on which one is chosen: leaked passwords, words, names, keys beside each other, and
the person's own words count as guessed first (zxcvbn). No rule asks for capitals or digits: OWASP ASVS 5.0, 6.2.5. A password that is kept
already stays good.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask_babel import gettext as _

from webapp.identity import rules
from webapp.kernel.errors import InvalidInput

LEAST_SCORE = 3  # of 4: more than a hundred million guesses
_MOST_LOOKED_AT = 72  # the library looks at no more, and refuses longer ones


def require_strong(password: str, own_words: Iterable[str], *, field: str = "password") -> None:
    """InvalidInput beside `field`, with what to do, for a password that cannot be used or would soon be guessed."""
    words = [word for text in own_words for word in (text, *re.split(r"[\W_]+", text)) if len(word) > 2]
    try:
        rules.check_password(password, unlike=tuple(words))
    except ValueError as error:
        raise InvalidInput({field: str(error)}) from None
    from zxcvbn import zxcvbn  # type: ignore[import-untyped]  # lists of words, 14 MB: only where a password is chosen

    found = zxcvbn(password[:_MOST_LOOKED_AT], user_inputs=[word.lower() for word in words])
    if found["score"] < LEAST_SCORE:
        longest: dict[str, str] = max(found["sequence"], key=lambda part: len(part["token"]), default={})
        better = _("Put three or four words together that have nothing to do with each other.")
        raise InvalidInput({field: f"{_why(longest)} {better}"})


def _why(part: dict[str, str]) -> str:
    """What makes it easy, in a sentence."""
    match part.get("pattern"), part.get("dictionary_name"):
        case "dictionary", "user_inputs":
            return str(_("It holds your own name, address or shop."))
        case "dictionary", "passwords":
            return str(_("It is like a password that many others use."))
        case "dictionary", _name:
            return str(_("It is a word or a name that is guessed early."))
        case "spatial", _name:
            return str(_("Its keys lie beside each other."))
        case "repeat", _name:
            return str(_("It repeats the same letters."))
        case "sequence", _name:
            return str(_("It counts on, like abc or 123."))
        case (("date" | "regex"), _name):
            return str(_("It is a day or a year that is guessed early."))
    return str(_("It would soon be guessed."))
