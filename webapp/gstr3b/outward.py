"""Tables 3.1, 3.1.1 and 3.2 out of what GSTR-1 of the period told: the file is read, not the books again, so that both say the same. Pure.

GSTR-3B's own instructions: 3.1(a) is invoices and debit notes less credit notes, with advances received less adjusted, and what amendments
change; exports and supplies to an SEZ stand in (b); what others sold through us as operator (table 15) in 3.1.1(i); supplies on which the
buyer pays the tax (GSTR-1 table 4B) in none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from webapp.gst_returns import AMENDMENT_OF, Fact, Key, Taxes, facts_of_file
from webapp.gstr3b.told import Row
from webapp.input_tax import Tax

_ZERO_RATED = frozenset(("SEWP", "SEWOP", "EXPWP", "EXPWOP"))
_UIN = re.compile(r"\d{4}[A-Z]{3}\d{5}[UO]N[A-Z0-9]")
_BY_BUYER = ("b2b", "cdnr", "ecomb2b", "ecomurp2b")
# Amended rows of sums → the rows they put right.
_SUM_OF = {
    "b2csa": "b2cs",
    "ata": "at",
    "txpda": "txpd",
    "supecoa": "supeco",
    "ecomab2c": "ecomb2c",
    "ecomaurp2c": "ecomurp2c",
}
_BY_OPERATOR = " 1"  # ends the name of a row of table 14 on which the operator pays the tax, s.9(5)

AMENDED = frozenset((*AMENDMENT_OF, *_SUM_OF, "ecoma"))  # as a file names them
# Tables that tell tax; those of codes, numbers and operators repeat or count.
_TOLD = frozenset((*AMENDMENT_OF.values(), "b2cs", "at", "txpd", "nil", "ecomb2c", "ecomurp2c"))
_THROUGH = "ecom"  # begins the names of table 15: what others sold through us as operator, 3.1.1(i)

Payload = Mapping[str, Any]
Was = Callable[[Key, Fact], Taxes]


def rows_of(payloads: Iterable[Payload], state_code: str, composition: Collection[str], was: Was) -> Iterator[tuple[str, Row]]:
    """Each cell with each row that the files give it. `was` says what an amended document was told with before; `composition` are GSTINs of
    buyers under composition."""
    for payload in payloads:
        for key, fact in facts_of_file(payload).items():
            if key.section in ("supeco", "supecoa"):
                yield from _through_operators(key, fact, was)
            for cell, row in _told(key, fact, was):
                yield cell, row
                if place_cell := _inter_state(cell, key, row, state_code, composition):
                    yield place_cell, row


def _told(key: Key, fact: Fact, was: Was) -> Iterator[tuple[str, Row]]:
    base = _base(key)
    about = dict(word.split(" ", 1) for word in fact.about if " " in word)
    if base not in _TOLD:
        return
    if base == "nil":
        untaxed = int(about.get("nil_amt", 0)) + int(about.get("expt_amt", 0))
        for cell, value in (("osup_nil_exmp", untaxed), ("osup_nongst", int(about.get("ngsup_amt", 0)))):
            if value:
                yield cell, Row(key.section, key.whose, "", None, value, Tax())
        return
    taxes = fact.taxes
    if base != key.section:
        taxes = taxes.plus(was(key, fact), -1)
    if about.get("rchrg") == "Y" or not any(taxes):
        return
    sign = -1 if about.get("ntty") == "C" or base == "txpd" else 1
    place = about.get("pos", key.whose if base in ("b2cl", "b2cs", "at", "txpd") else "")
    if base in ("ecomb2c", "ecomurp2c"):
        place = key.whose.split(" ")[-1]
    kind = about.get("inv_typ", key.whose if base == "cdnur" else "")
    who = key.whose.split(" ")[-1] if base in _BY_BUYER else ""
    tax = Tax(sign * taxes.igst, sign * taxes.cgst, sign * taxes.sgst, sign * taxes.cess)
    row = Row(key.section, key.name or key.whose, who, _day(about), sign * taxes.taxable, tax, place)
    if base.startswith(_THROUGH):
        yield "eco_sup", row
    else:
        yield ("osup_zero" if base == "exp" or kind in _ZERO_RATED else "osup_det"), row


def _base(key: Key) -> str:
    return AMENDMENT_OF.get(key.section) or _SUM_OF.get(key.section, key.section)


def _inter_state(cell: str, key: Key, row: Row, state_code: str, composition: Collection[str]) -> str | None:
    """Which part of 3.2 a row of 3.1(a) or 3.1.1(i) stands in too. Advances are of services whose buyer GSTR-1 does not
    name: they stand in none."""
    base = _base(key)
    if cell not in ("osup_det", "eco_sup") or not row.place or row.place == state_code or base in ("at", "txpd"):
        return None
    if base not in _BY_BUYER:
        return "unreg_details"
    if _UIN.fullmatch(row.who):
        return "uin_details"
    return "comp_details" if row.who in composition else None


def _through_operators(key: Key, fact: Fact, was: Was) -> Iterator[tuple[str, Row]]:
    """Table 14 of GSTR-1: what was sold through an operator who pays the tax (s.9(5)); an amendment counts by what it changes."""
    if key.whose.endswith(_BY_OPERATOR):
        before = was(key, fact).taxable if key.section == "supecoa" else 0
        operator = key.whose.removesuffix(_BY_OPERATOR)
        yield "eco_reg_sup", Row(key.section, operator, "", None, fact.taxes.taxable - before, Tax())


def _day(about: Mapping[str, str]) -> date | None:
    words = about.get("idt", about.get("nt_dt", "")).split("-")
    return date(int(words[2]), int(words[1]), int(words[0])) if len(words) == 3 else None


def told_before(earlier: Iterable[tuple[str, Payload]]) -> Was:
    """What documents and rows of earlier files (their period as MMYYYY, oldest first) were last told with, by the number an amendment
    names."""
    documents: dict[tuple[str, str], Taxes] = {}
    sums: dict[tuple[str, str, str], Taxes] = {}
    for fp, payload in earlier:
        for key, fact in facts_of_file(payload).items():
            base = _base(key)
            if key.section in AMENDMENT_OF:
                documents.pop((base, fact.original), None)
                documents[base, key.name] = fact.taxes
            elif key.section in _SUM_OF:
                sums.pop((base, key.name, fact.original), None)
                sums[base, key.name, key.whose] = fact.taxes
            elif base in _SUM_OF.values():
                sums[base, fp, key.whose] = sums.get((base, fp, key.whose), Taxes()).plus(fact.taxes)
            else:
                documents[base, key.name] = fact.taxes

    def was(key: Key, fact: Fact) -> Taxes:
        if key.section in _SUM_OF:
            return sums.get((_base(key), key.name, fact.original or key.whose), Taxes())
        return documents.get((_base(key), fact.original), Taxes())

    return was
