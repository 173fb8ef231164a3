"""What comes from the screens of composition, read into commands and choices."""

from __future__ import annotations

from collections.abc import Mapping

from webapp.composition import facts
from webapp.composition.service import CreditDraft
from webapp.gst_returns import QUARTER, YEAR, ReturnPeriod, read_period
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import Paise, read_paise
from webapp.kernel.text import clean_text

MOST_PLACE = 10_000_000


def period_of(key: str) -> ReturnPeriod:
    """The quarter or the year that an address names. NotFound for none, or for one before there were such forms."""
    found = read_period(key, (QUARTER, YEAR))
    if found is None or found.months[0] < facts.BEGAN:
        raise NotFound("return period")
    return found


def read_place(text: str) -> int:
    """From which paper on a page begins."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 and int(text) <= MOST_PLACE else 0


def read_month(text: str) -> int:
    """The first month of a quarter, 202604; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) == 6 else 0


def parse_credit(form: Mapping[str, str]) -> CreditDraft:
    """A row of table 7. InvalidInput by field for what cannot be read."""
    errors: dict[str, str] = {}
    amounts: dict[str, Paise] = {}
    for name in ("gross", "igst", "cgst", "sgst"):
        text = form.get(name, "").strip()
        try:
            amounts[name] = read_paise(text) if text else Paise(0)
        except ValueError as words:
            errors[name] = str(words)
    if errors:
        raise InvalidInput(errors)
    ctin = clean_text(form.get("ctin", "")).upper().replace(" ", "")[:20]
    return CreditDraft(id=read_id(form.get("id")) or new_id(), kind=form.get("credit_kind", ""), ctin=ctin, **amounts)
