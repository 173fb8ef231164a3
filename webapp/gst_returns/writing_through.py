"""Tables 15 and 15A of the file: what others sold through this business as an e-commerce operator. Pure.

Source of every key and its place: GSTN's Returns Offline Tool V3.2.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from webapp.gst_returns.told import Document, Gstr1, Through, ThroughAmended
from webapp.gst_returns.writing_values import (
    Piece,
    grouped,
    money,
    printed_day,
    printed_items,
    printed_month,
    printed_original,
    printed_rates,
    printed_way,
    quoted,
)


def through(told: Gstr1, most: int) -> Iterator[Piece]:
    """Tables 15 and 15A by halves. `flag` is N in every entry, which the tool writes of itself; the order of keys is each half's own."""
    for key, end in (("ecom", ""), ("ecoma", "a")):
        for half, head in (("b2b", _of_both), ("urp2b", _of_recipient)):
            yield from grouped(told, f"{key}{half}", "inv", head, _document, most, (key, f"{half}{end}"))
            sums = half[:-1] + "c"
            yield from (Piece((key, sums), _small(row)) for row in told.through if row.section == f"{key}{sums}")
            late = [row for row in told.through_amended if row.section == f"{key}{sums}"]
            yield from (Piece((key, f"{sums}a"), text) for text in (_of_suppliers(late) if half == "b2b" else map(_of_nobody, late)))


def _of_both(one: Document) -> str:
    return f'"stin":{quoted(one.stin)},{_of_recipient(one)}'


def _of_recipient(one: Document) -> str:
    return f'"rtin":{quoted(one.ctin)}'


def _document(one: Document, home: str) -> str:
    way, before, number = (
        printed_way(is_inter=one.place != home),
        printed_original(one, "oinum", "oidt"),
        f'"inum":{quoted(one.number)},"idt":"{printed_day(one.day)}",',
    )
    rest = f'"val":{money(one.value)},"pos":"{one.place}","inv_typ":"{one.type}","itms":[{printed_items(one, home)}],"flag":"N"'
    return f"{{{number}{before}{rest},{way}}}" if one.section == "ecomaurp2b" else f"{{{way},{before}{number}{rest}}}"


def _small(row: Through) -> str:
    tax, stin = row.taxes, f'"stin":{quoted(row.stin)},' if row.stin else ""
    return (
        f'{{{stin}"pos":"{row.place}","txval":{money(tax.taxable)},"rt":{money(row.rate_bp)},"csamt":{money(tax.cess)},{printed_way(is_inter=row.is_inter)},'
        f'"camt":{money(tax.cgst)},"samt":{money(tax.sgst)},"iamt":{money(tax.igst)},"flag":"N"}}'
    )


def _of_suppliers(rows: Iterable[ThroughAmended]) -> Iterator[str]:
    """Table 15A of registered suppliers: by place, and in it by supplier and month."""
    places: dict[str, list[str]] = {}
    for row in rows:
        stin = quoted(row.stin)
        inside = f'{_of_month(row)}"stin":{stin},"itms":[{printed_rates(row)}],"flag":"N","ostin":{stin}'
        places.setdefault(row.place, []).append(f"{{{inside}}}")
    yield from (f'{{"pos":"{place}","posItms":[{",".join(some)}]}}' for place, some in places.items())


def _of_nobody(row: ThroughAmended) -> str:
    return f'{{{_of_month(row)}"pos":"{row.place}","flag":"N","itms":[{printed_rates(row)}]}}'


def _of_month(row: ThroughAmended) -> str:
    return f'{printed_way(is_inter=row.is_inter)},"omon":"{printed_month(row.month)}",'
