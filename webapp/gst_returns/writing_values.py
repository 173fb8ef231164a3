"""What the files of GSTR-1 are printed with: money, days, words, and the items of a document. Pure.

Money is printed from whole paise as the shortest exact decimal, as JavaScript prints such a number (9000, 9000.5, 0.05); no float is made.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from webapp.gst_returns.told import Advances, Document, Gstr1, Small, SmallAmended, Taxes, ThroughAmended


class Piece(NamedTuple):
    """An entry of a section, as text: an element of the list that stands at `path`."""

    path: tuple[str, ...]
    text: str


def money(paise: int) -> str:
    """Paise as rupees, exact: 11800, 11800.5, -0.05."""
    whole, part = divmod(abs(paise), 100)
    sign = "-" if paise < 0 else ""
    if not part:
        return f"{sign}{whole}"
    return f"{sign}{whole}.{part // 10}" if part % 10 == 0 else f"{sign}{whole}.{part:02d}"


Print = Callable[[Document, str], str]


def grouped(
    told: Gstr1, section: str, inner: str, head: Callable[[Document], str], write: Print, most: int, path: tuple[str, ...]
) -> Iterator[Piece]:
    """Documents of one section under what they share, which `head` writes; with `most`, no more of them in one entry."""
    groups: dict[str, list[Document]] = {}
    for one in documents_of(told, section):
        groups.setdefault(head(one), []).append(one)
    for name, ones in groups.items():
        step = most or len(ones)
        for start in range(0, len(ones), step):
            inside = ",".join(write(one, told.gstin[:2]) for one in ones[start : start + step])
            yield Piece(path, f'{{{name},"{inner}":[{inside}]}}')


def documents_of(told: Gstr1, section: str) -> list[Document]:
    return [one for one in told.documents if one.section == section]


def printed_items(one: Document, home: str) -> str:
    """Rate by rate; the number of an item is its rate: 1801 for 18 %. Of unregistered buyers only IGST is told."""
    is_home = is_at_home(one, home)
    has_cess = one.section not in ("b2cl", "b2cla")
    return ",".join(
        f'{{"num":{item.rate_bp + 1},"itm_det":{{"txval":{money(item.taxable)},"rt":{money(item.rate_bp)},'
        f"{printed_split(item.taxes, is_home=is_home)}{printed_cess(item.cess, is_told=has_cess)}}}}}"
        for item in one.items
    )


def is_at_home(one: Document, home: str) -> bool:
    """Whether it bears CGST and SGST: told by the taxes it bears; where it bears none, as the tool does by its place and kind."""
    if one.section in ("b2cl", "b2cla", "cdnur", "cdnura"):
        return False
    if any(item.cgst or item.sgst or item.igst for item in one.items):
        return any(item.cgst or item.sgst for item in one.items)
    return one.place == home and one.type in ("R", "DE")


def printed_cess(cess: int, *, is_told: bool) -> str:
    """The cess, last of an item. Tables 5 and 11B hold none where none was charged: the tool leaves a blank cell out there."""
    return f',"csamt":{money(cess)}' if cess or is_told else ""


def printed_split(taxes: Taxes, *, is_home: bool) -> str:
    return f'"camt":{money(taxes.cgst)},"samt":{money(taxes.sgst)}' if is_home else f'"iamt":{money(taxes.igst)}'


def printed_rates(row: SmallAmended | ThroughAmended) -> str:
    is_home = not row.is_inter
    return ",".join(
        f'{{"rt":{money(item.rate_bp)},"txval":{money(item.taxable)},{printed_split(item.taxes, is_home=is_home)},'
        f'"csamt":{money(item.cess)}}}'
        for item in row.items
    )


def printed_way(*, is_inter: bool) -> str:
    return f'"sply_ty":"{"INTER" if is_inter else "INTRA"}"'


def printed_month(month: int) -> str:
    return f"{month % 100:02d}{month // 100}"


def printed_original(one: Document, number: str, day: str) -> str:
    return f'"{number}":{quoted(one.original[0])},"{day}":"{printed_day(one.original[1])}",' if one.original else ""


def printed_reduced(row: Document | Small | SmallAmended | Advances) -> str:
    return '"diff_percent":0.65,' if row.is_reduced else ""


def printed_day(day: date) -> str:
    return f"{day.day:02d}-{day.month:02d}-{day.year:04d}"


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
