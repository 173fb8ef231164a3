"""Books as Beancount 3 reads them. Pure: values in, text out.

Its names are of letters, figures and hyphens, each part beginning with a capital or a figure (beancount.core.account);
Its strings may hold anything, with the escapes of C.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date

from webapp.exchange.letters import in_latin
from webapp.exchange.rules import Entry, Names, Opening, rupees
from webapp.exchange.texts import shown

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_SPELLED = str.maketrans({"&": " and ", "%": " per cent ", "'": "", "’": ""})
_NOT_IN_LINKS = re.compile(r"[^A-Za-z0-9\-_/.]+")


def names() -> Names:
    """Names as Beancount allows them."""
    return Names(component, lambda part, number: f"{part}-{number}")


def component(name: str) -> str:
    """One part of an account's name: "Owner's drawings" is "Owners-drawings", "किराना" is "Kirānā"."""
    kept = "".join(sign if _is_letter(sign) else "-" for sign in in_latin(name).translate(_SPELLED))
    joined = "-".join(part for part in kept.split("-") if part)
    if not joined:
        return "X"
    raised = joined[0].upper() + joined[1:]
    is_capital = unicodedata.category(raised[0]) in {"Lu", "Nd"} and all(_is_letter(sign) or sign == "-" for sign in raised)
    return raised if is_capital else f"X{joined}"


def _is_letter(sign: str) -> bool:
    category = unicodedata.category(sign)
    return category[0] == "L" or category == "Nd"


def quoted(text: str) -> str:
    """A string of Beancount: quotes, backslashes and ends of lines escaped, blanks kept, unseen signs left out."""
    return f'"{shown(text).translate(_ESCAPES)}"'


def head(title: str, day: date, openings: Iterable[Opening]) -> Iterator[str]:
    """What stands above the entries: the file's options, and each account opened on the first day."""
    yield f';; -*- mode: beancount; coding: utf-8 -*-\noption "title" {quoted(title)}\noption "operating_currency" "INR"\n\n'
    yield f"{day} commodity INR\n\n"
    for one in openings:
        gstin = f"\n  gstin: {quoted(one.gstin)}" if one.gstin else ""
        yield f"{day} open {one.account} INR\n  name: {quoted(one.name)}{gstin}\n"


def entry(voucher: Entry) -> str:
    """One voucher. Its number is a link, so that it and its reversal are found together; its kind is a tag."""
    payee = f"{quoted(voucher.payee)} " if voucher.payee else ""
    link = _NOT_IN_LINKS.sub("-", voucher.number).strip("-")
    lines = [
        f"{voucher.day} * {payee}{quoted(voucher.narration)} #{voucher.kind}{f' ^{link}' if link else ''}",
        f"  number: {quoted(voucher.number)}",
    ]
    lines += [f'  voucher: "{voucher.id}"'] if voucher.id else []
    lines += [f'  reverses: "{voucher.reverses}"'] if voucher.reverses else []
    lines += [f"  {leg.account}  {rupees(leg.amount)} INR" for leg in voucher.legs]
    return "\n" + "\n".join(lines) + "\n"
