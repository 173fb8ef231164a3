"""What an agent's account sale may be. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from webapp.kernel.dates import written
from webapp.kernel.errors import InvalidInput
from webapp.kernel.money import MOST_PAISE

MOST_NUMBER = 40  # as a supplier's bill
MOST_RATE_BP = 10_000
CHARGES = ("commission", "expenses")


class Asked(Protocol):
    """What is asked of a charge here: paise, basis points."""

    @property
    def kind(self) -> str: ...
    @property
    def amount(self) -> int: ...
    @property
    def rate_bp(self) -> int: ...


def require_account_sale(
    number: str, quantities: Sequence[tuple[int, int]], charges: Sequence[Asked], day: date, span: tuple[date, date]
) -> None:
    """InvalidInput by field unless it can be an account sale of that day: `quantities` are (line, thousandths), `span` is from the day the
    goods left to today."""
    errors: dict[str, str] = {}
    if not number:
        errors["number"] = "Type the number that stands on the agent's account sale."
    elif len(number) > MOST_NUMBER:
        errors["number"] = f"Use at most {MOST_NUMBER} characters."
    if not span[0] <= day <= span[1]:
        errors["day"] = f"Choose a day from {written(span[0])} to {written(span[1])}."
    if not quantities:
        errors["lines"] = "Say of at least one line how much the agent sold."
    errors |= {f"qty_{line_no}": "Type how much the agent sold, above 0." for line_no, qty in quantities if qty <= 0}
    for one in charges:
        if not 0 < one.amount <= MOST_PAISE:
            errors[one.kind] = "Type an amount above 0, or leave it empty."
        if not 0 <= one.rate_bp <= MOST_RATE_BP:
            errors[f"{one.kind}_rate"] = "A rate of tax is from 0 to 100 %."
    if errors:
        raise InvalidInput(errors)
