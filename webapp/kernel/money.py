"""Money, rates and quantities as whole numbers. No float anywhere; Decimal only while reading text.

Paise       100 make a rupee
MilliPaise  thousandths of a paisa: the unit of a unit price, so that a tax-inclusive MRP loses nothing
Qty         thousandths of the item's base unit
BasisPoints 1800 is 18 %
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import NewType

from webapp.kernel.errors import keep_promise

Paise = NewType("Paise", int)
MilliPaise = NewType("MilliPaise", int)
Qty = NewType("Qty", int)
BasisPoints = NewType("BasisPoints", int)

# One thousand crore rupees: far above any bill of a shop, far below 2**53, so JavaScript holds it exactly.
MOST_PAISE = 1_000_00_00_000_00
# A million units on one line.
MOST_QTY = 1_000_000_000


def rounded(numerator: int, denominator: int) -> int:
    """`numerator / denominator`, half away from zero. The only rounding in the program."""
    keep_promise(denominator > 0, "denominator is positive")
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Share `total` by `weights` (largest remainder, ties to the first). The shares always add up to `total`."""
    keep_promise(all(weight >= 0 for weight in weights), "weights are not negative")
    whole = sum(weights)
    if whole == 0:
        keep_promise(total == 0, "something to share needs somebody to take it")
        return [0] * len(weights)
    sign = 1 if total >= 0 else -1
    shares = [abs(total) * weight // whole for weight in weights]
    left = abs(total) - sum(shares)
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(abs(total) * weights[i] % whole), i))
    for index in by_remainder[:left]:
        shares[index] += 1
    return [sign * share for share in shares]


def read_paise(text: str) -> Paise:
    """Rupees typed by a person ("1,180", "1180.50", "₹ 99") as paise.

    ValueError, with words for the user, when it is not an amount, has more than two decimals or is too large.
    """
    return Paise(_scaled(text, places=2, most=MOST_PAISE, what="an amount in rupees"))


def read_millipaise(text: str) -> MilliPaise:
    """A unit price in rupees, to five decimals, as thousandths of a paisa. ValueError as `read_paise`."""
    return MilliPaise(_scaled(text, places=5, most=MOST_PAISE * 1000, what="a price in rupees"))


def read_qty(text: str) -> Qty:
    """A quantity, to three decimals, as thousandths. ValueError as `read_paise`."""
    return Qty(_scaled(text, places=3, most=MOST_QTY, what="a quantity"))


def in_base_units(typed: int, factor: int, unit: str, base: str) -> Qty:
    """Thousandths of the base unit in `typed` thousandths of a unit of which each holds `factor` thousandths of it: exact.

    ValueError, with words for the user and the figures, when it would lose less than a thousandth, or is too large.
    """
    qty, lost = divmod(typed * factor, 1000)
    if lost:
        said = f"{plain_decimal(typed, 3)} {unit} of {plain_decimal(factor, 3)} {base}"
        raise ValueError(f"{said} cannot be counted to a thousandth. Type the quantity in {base}.")
    if qty > MOST_QTY:
        raise ValueError("This is larger than the books can hold. Check the figure.")
    return Qty(qty)


def read_basis_points(text: str) -> BasisPoints:
    """A percentage ("18", "0.25 %") as basis points. ValueError as `read_paise`."""
    return BasisPoints(_scaled(text.strip().removesuffix("%"), places=2, most=1_000_00, what="a percentage"))


def _scaled(text: str, *, places: int, most: int, what: str) -> int:
    cleaned = text.strip().removeprefix("₹").removeprefix("Rs.").replace(",", "").replace("\u00a0", "").strip()
    # Full-width and other scripts' digits look alike and are easily mis-keyed; ask for plain ones instead of guessing.
    if not cleaned or len(cleaned) > 30 or not all(sign in "0123456789.-+" for sign in cleaned):
        raise ValueError(f"Type {what} in plain digits, for example 12.50.")
    try:
        value = Decimal(cleaned)
    except InvalidOperation:
        raise ValueError(f"Type {what} in plain digits, for example 12.50.") from None
    # On the digits themselves: Decimal's own multiplication would round the thirtieth digit away.
    sign, digits, exponent = value.as_tuple()
    whole = int("".join(map(str, digits)))
    shift = places + int(exponent)
    if shift < 0 and whole % 10**-shift:
        raise ValueError(f"Use at most {places} decimals.")
    scaled: int = whole * 10**shift if shift >= 0 else whole // 10**-shift
    if scaled > most:
        raise ValueError("This is larger than the books can hold. Check the figure.")
    return -scaled if sign else scaled


def rupees(amount_paise: int) -> str:
    """Paise as a person reads them in India: ₹12,34,567.00, minus before the sign."""
    return ("-₹" if amount_paise < 0 else "₹") + indian_grouping(abs(amount_paise))


def indian_grouping(amount_paise: int) -> str:
    """Paise as figures alone, grouped in lakh and crore: 12,34,567.00. A minus stands first."""
    whole, paise = divmod(abs(amount_paise), 100)
    digits = str(whole)
    head, tail = digits[:-3], digits[-3:]
    groups = []
    while head:
        groups.append(head[-2:])
        head = head[:-2]
    return ("-" if amount_paise < 0 else "") + ",".join([*reversed(groups), tail]) + f".{paise:02d}"


def plain_decimal(value: int, places: int) -> str:
    """A scaled whole number as plain decimals without trailing zeros: 1500 thousandths is "1.5"."""
    sign = "-" if value < 0 else ""
    whole, part = divmod(abs(value), 10**places)
    decimals = f"{part:0{places}d}".rstrip("0") if places else ""
    return f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"
