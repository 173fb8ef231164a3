"""HSN and SAC codes: our own list, by code or by plain words in English and Hindi; then the portal's, where it was brought in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from webapp.catalogue.hsn_seed import HSN_SEEDS
from webapp.catalogue.masters import search_master
from webapp.catalogue.models import HsnCode
from webapp.kernel.text import folded
from webapp.platform.tenancy import Books


class HsnRow(NamedTuple):
    """A code, what it is in plain words, and the code of its usual tax class (or nothing)."""

    code: str
    description: str
    usual_tax_class: str


def open_hsn(directory: Session) -> int:
    """Add the codes of our list that the directory does not have; returns how many. Safe to repeat."""
    known = set(directory.scalars(select(HsnCode.code)))
    new = [row for row in _rows() if row["code"] not in known]
    directory.add_all([HsnCode(**row) for row in new])
    directory.flush()
    return len(new)


def search_hsn(books: Books, text: str, most: int = 12) -> list[HsnRow]:
    """Codes that begin with the digits typed, or whose words have every word typed; shorter codes first. Ours, which know the usual tax
    class and Hindi, stand before those of the portal's list."""
    wanted = folded(text)
    if not wanted:
        return []
    query = select(HsnCode.code, HsnCode.description, HsnCode.usual_tax_class)
    digits = wanted.replace(" ", "")
    if digits.isascii() and digits.isdigit():
        # What is typed may be longer than our heading: 10063020 is found under 1006.
        begins = [
            HsnCode.code.startswith(digits, autoescape=True),
            *(HsnCode.code == digits[:size] for size in (4, 6) if len(digits) > size),
        ]
        query = query.where(or_(*begins))
    else:
        query = query.where(*(HsnCode.search_text.contains(word, autoescape=True) for word in wanted.split()[:6]))
    rows = [HsnRow(*row) for row in books.session.execute(query)]
    # A whole word tells more than a part of one: "tea" is tea before it is steak.
    rows.sort(key=lambda row: (wanted not in f" {folded(row.description)} ".split(), len(row.code), row.code))
    ours = rows[:most]
    known = {row.code for row in ours}
    official = [row for row in search_master(books, text, most) if row[0] not in known]
    return [*ours, *(HsnRow(code, words.replace("~", " › "), _usual_class(code)) for code, words in official)][:most]


def _usual_class(code: str) -> str:
    """The usual class of the nearest heading above a code that our list has."""
    classes = usual_classes()
    return next((classes[code[:size]] for size in (8, 6, 4) if code[:size] in classes), "")


def described(books: Books, codes: Sequence[str]) -> list[HsnRow]:
    """The codes with their words, in the order given; those the directory has not are left out."""
    query = select(HsnCode.code, HsnCode.description, HsnCode.usual_tax_class).where(HsnCode.code.in_(codes))
    found = {row.code: HsnRow(*row) for row in books.session.execute(query)}
    return [found[code] for code in dict.fromkeys(codes) if code in found]


@cache
def usual_classes() -> Mapping[str, str]:
    """Code → the code of its usual tax class, for the codes that have one."""
    return {seed.code: seed.tax_class for seed in HSN_SEEDS if seed.tax_class}


def _rows() -> list[dict[str, str]]:
    return [
        {
            "code": seed.code,
            "description": seed.description,
            "search_text": folded(f"{seed.code} {seed.description} {seed.words}"),
            "usual_tax_class": seed.tax_class,
        }
        for seed in HSN_SEEDS
    ]
