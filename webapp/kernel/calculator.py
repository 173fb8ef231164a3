"""Amounts typed as sums: `1200*5+18%` is ₹7,080.00. Worked out in fractions, rounded once, to the paisa.

A percentage is of what stands before it, as on every shop's calculator: `100+18%` is 118, `100*18%` is 18.
`static/vouchers/calculator.js` says the same while one types; tests/vectors/hand_typed.jsonl holds the two together,
and what is written into the books is what this module says.
"""

from __future__ import annotations

import re
from fractions import Fraction

from webapp.kernel.money import MOST_PAISE, Paise, read_paise, rounded

MOST_SIGNS = 100
_PLAIN = re.compile(r"[-+]?[0-9.,\s\u00a0]*")
_TOKEN = re.compile(r"[0-9][0-9,]*(?:\.[0-9]*)?|\.[0-9]+|[-+*/()%]")
_MOST_DIGITS = 15
_NOT_PLAIN = "Type an amount in rupees in plain digits, for example 12.50."
_NO_SUM = "This sum cannot be worked out. Type it as 1200*5+18%."
_TOO_LARGE = "This is larger than the books can hold. Check the figure."


def worked_out(text: str) -> Paise:
    """The paise of an amount or a sum typed by a person. It may be less than nothing.

    ValueError, with words for the user: not a sum, other digits than plain ones, a division by nothing, too large.
    """
    cleaned = text.strip().removeprefix("₹").removeprefix("Rs.").strip()
    if _PLAIN.fullmatch(cleaned):
        return read_paise(cleaned)
    if len(cleaned) > MOST_SIGNS:
        raise ValueError("This sum is too long. Work it out in two steps.")
    tokens = _tokens(cleaned.replace("×", "*").replace("x", "*").replace("÷", "/").replace("−", "-"))
    found = _Sum(tokens).value()
    paise = rounded(found.numerator * 100, found.denominator)
    if abs(paise) > MOST_PAISE:
        raise ValueError(_TOO_LARGE)
    return Paise(paise)


def is_sum(text: str) -> bool:
    """Whether what was typed is more than a figure, so that it is worth keeping beside its answer."""
    return not _PLAIN.fullmatch(text.strip().removeprefix("₹").removeprefix("Rs.").strip())


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    bare = "".join(text.split())
    while at < len(bare):
        found = _TOKEN.match(bare, at)
        if found is None:
            raise ValueError(_NOT_PLAIN)
        token = found.group().replace(",", "")
        if sum(sign.isdigit() for sign in token) > _MOST_DIGITS:
            raise ValueError(_TOO_LARGE)
        tokens.append(token)
        at = found.end()
    return tokens


class _Sum:
    """Reads tokens once, from left to right: a sum of products of figures and brackets."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = 0

    def value(self) -> Fraction:
        found = self._terms()
        if self.at < len(self.tokens):
            raise ValueError(_NO_SUM)
        return found

    def _next(self, *wanted: str) -> str:
        if self.at < len(self.tokens) and self.tokens[self.at] in wanted:
            self.at += 1
            return self.tokens[self.at - 1]
        return ""

    def _terms(self) -> Fraction:
        first, is_percent = self._product()
        total = first / 100 if is_percent else first
        while sign := self._next("+", "-"):
            term, is_percent = self._product()
            term = total * term / 100 if is_percent else term
            total = total + term if sign == "+" else total - term
        return total

    def _product(self) -> tuple[Fraction, bool]:
        """A product, or one percentage alone: then its hundredfold, and True."""
        first, is_percent = self._factor()
        sign = self._next("*", "/")
        if not sign:
            return first, is_percent
        total = first / 100 if is_percent else first
        while sign:
            factor, is_percent = self._factor()
            factor = factor / 100 if is_percent else factor
            if sign == "/" and not factor:
                raise ValueError("This sum divides by nothing.")
            total = total * factor if sign == "*" else total / factor
            sign = self._next("*", "/")
        return total, False

    def _factor(self) -> tuple[Fraction, bool]:
        sign = self._next("+", "-")
        if sign:
            value, is_percent = self._factor()
            return (-value if sign == "-" else value), is_percent
        if self._next("("):
            value = self._terms()
            if not self._next(")"):
                raise ValueError(_NO_SUM)
        else:
            token = self.tokens[self.at] if self.at < len(self.tokens) else ""
            if not token or not (token[0].isdigit() or token[0] == "."):
                raise ValueError(_NO_SUM)
            self.at += 1
            value = Fraction(token.removesuffix("."))
        return value, bool(self._next("%"))
