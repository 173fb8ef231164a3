"""Books as hledger and Ledger read them. Pure: values in, text out.

The format knows no escapes. A name ends at two blanks, a line's text at a semicolon, a payee at a bar, a code at a bracket:
these signs are written as their full-width sisters (； ｜ （ ） ：), which look alike and mean nothing to the program.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from webapp.exchange.rules import EQUITY, ROOTS, Entry, Names, Opening, rupees
from webapp.exchange.texts import on_one_line

_TYPES = {"Assets": "A", "Liabilities": "L", EQUITY: "E", "Income": "R", "Expenses": "X"}
_IN_NAMES = str.maketrans({":": "：", ";": "；", "(": "（", ")": "）"})
_IN_TEXT = str.maketrans({";": "；", "|": "｜"})
_IN_CODES = str.maketrans({"(": "（", ")": "）", ";": "；"})


def names() -> Names:
    """Names as hledger and Ledger allow them: nearly as the shop writes them."""
    return Names(component, lambda part, number: f"{part} #{number}")


def component(name: str) -> str:
    """One part of an account's name, on one line with single blanks. Any script may stay."""
    return on_one_line(name).translate(_IN_NAMES) or "–"


def head(title: str, _day: date, openings: Iterable[Opening]) -> Iterator[str]:
    """What stands above the entries: how rupees are written, the five roots with their types, each account."""
    yield f"; -*- mode: ledger; coding: utf-8 -*-\n; {on_one_line(title)}\n\ncommodity INR\n    format INR 1000.00\n\n"
    for root in (*ROOTS.values(), EQUITY):
        yield f"account {root}\n    ; type: {_TYPES[root]}\n"
    for one in openings:
        yield f"account {one.account}\n"


def entry(voucher: Entry) -> str:
    """One voucher. Its number is the code."""
    payee = on_one_line(voucher.payee).translate(_IN_TEXT)
    narration = on_one_line(voucher.narration).translate(_IN_TEXT)
    words = " | ".join(part for part in (payee, narration) if part)
    code = on_one_line(voucher.number).translate(_IN_CODES)
    tags = [f"kind: {voucher.kind}"]
    tags += [f"voucher: {voucher.id}"] if voucher.id else []
    tags += [f"reverses: {voucher.reverses}"] if voucher.reverses else []
    lines = [f"{voucher.day} * ({code}) {words}".rstrip(), f"    ; {', '.join(tags)}"]
    lines += [f"    {leg.account}    INR {rupees(leg.amount)}" for leg in voucher.legs]
    return "\n" + "\n".join(lines) + "\n"
