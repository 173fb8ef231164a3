"""A return's file taken apart again: documents and rows by name, so that two files can be held against each other. Pure.

What comes from outside is not trusted: anything that has not the shape of the portal's file is refused with where it is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from webapp.gst_returns.told import Taxes
from webapp.kernel.errors import BooksError

MOST_PAISE_OF_A_FILE = 10**17  # the portal's own fields hold thirteen digits of rupees
_OF_BUYERS = {
    **dict.fromkeys(("b2b", "b2ba"), ("ctin", "inv", "inum", "oinum")),
    **dict.fromkeys(("b2cl", "b2cla"), ("pos", "inv", "inum", "oinum")),
    **dict.fromkeys(("exp", "expa"), ("exp_typ", "inv", "inum", "oinum")),
    **dict.fromkeys(("cdnr", "cdnra"), ("ctin", "nt", "nt_num", "ont_num")),
}
_AMOUNT = re.compile(r"-?[0-9]{1,20}(\.[0-9]{0,6})?")
_TAXES = ("txval", "camt", "samt", "iamt", "csamt")


class Key(NamedTuple):
    """What a row is known by: its section, its buyer, place or kind, and its number or rate."""

    section: str
    whose: str
    name: str


class Fact(NamedTuple):
    """What is told under a key. `about` holds what is no figure: day, place, kind, reverse charge; `original` what an amendment amends."""

    value: int
    rates: tuple[tuple[int, Taxes], ...]
    about: tuple[str, ...]
    original: str

    @property
    def taxes(self) -> Taxes:
        found = Taxes()
        for _rate, taxes in self.rates:
            found = found.plus(taxes)
        return found


class NotAReturn(BooksError):
    """A file that has not the shape of GSTR-1."""

    status = 422

    def __init__(self, where: str) -> None:
        super().__init__(
            problem=f"This is not a GSTR-1 file of the portal: {where}.", fix="Download the JSON of the return from the portal again."
        )


def facts(payload: Mapping[str, Any]) -> dict[Key, Fact]:
    """Everything a file tells, by key. NotAReturn for what is not of its shape; a document that stands twice keeps its first, rows of a
    table in sums that stand twice are added up (the portal tells sales through operators apart)."""
    found: dict[Key, Fact] = {}
    for key, fact in _all(payload):
        if key.section in _IN_SUMS and key in found:
            before = found[key]
            found[key] = before._replace(value=before.value + fact.value, rates=_by_rate([*before.rates, *fact.rates]))
        else:
            found.setdefault(key, fact)
    return found


_IN_SUMS = ("b2cs", "nil", "at", "txpd", "hsn", "ecomb2c", "ecomurp2c")


def _by_rate(rates: Iterable[tuple[int, Taxes]]) -> tuple[tuple[int, Taxes], ...]:
    whole: dict[int, Taxes] = {}
    for rate, taxes in rates:
        whole[rate] = whole.get(rate, Taxes()).plus(taxes)
    return tuple(sorted(whole.items()))


def paise(value: object, where: str) -> int:
    """Rupees of a file as paise, also where they stand as text; nothing where there is null. NotAReturn for what is no amount, has more
    than two places, or more digits than the portal's."""
    if value is None or value == "":
        return 0
    if isinstance(value, str) and _AMOUNT.fullmatch(value):
        value = Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise NotAReturn(f"{where} is no amount")
    if isinstance(value, Decimal) and not (value.is_finite() and value.adjusted() < 20):
        raise NotAReturn(f"{where} is no amount")
    scaled = Decimal(value) * 100
    if scaled != scaled.to_integral_value() or abs(scaled) > MOST_PAISE_OF_A_FILE:
        raise NotAReturn(f"{where} is no amount in rupees and paise")
    return int(scaled)


def _all(payload: Mapping[str, Any]) -> Iterator[tuple[Key, Fact]]:
    yield from _documents(payload)
    yield from _sums(payload)
    yield from _counts(payload)


def _documents(payload: Mapping[str, Any]) -> Iterator[tuple[Key, Fact]]:
    for section, (whose, inner, number, original) in _OF_BUYERS.items():
        for group in _list(payload, section, section):
            name = _word(group, whose, section)
            for one in _list(group, inner, section):
                yield _document(section, name, one, number, original)
    for section in ("cdnur", "cdnura"):
        for one in _list(payload, section, section):
            yield _document(section, _word(one, "typ", section), one, "nt_num", "ont_num")
    for key, end in (("ecom", ""), ("ecoma", "a")):
        for half in ("b2b", "urp2b"):
            for group in _list(_object(payload, key), f"{half}{end}", key):
                whose = f"{_word(group, 'stin', key)} {_word(group, 'rtin', key)}" if half == "b2b" else _word(group, "rtin", key)
                for one in _list(group, "inv", key):
                    yield _document(f"{key}{half}", whose, one, "inum", "oinum")


def _sums(payload: Mapping[str, Any]) -> Iterator[tuple[Key, Fact]]:
    for row in _list(payload, "b2cs", "b2cs"):
        rate = _rate(row, "b2cs")
        kind = _word(row, "sply_ty", "b2cs")
        yield Key("b2cs", _word(row, "pos", "b2cs"), _percent(rate)), Fact(0, ((rate, _taxes(row, "b2cs")),), (kind,), "")
    for one in _list(payload, "b2csa", "b2csa"):
        yield Key("b2csa", _word(one, "pos", "b2csa"), _word(one, "omon", "b2csa")), _rows(one, "b2csa", "txval")
    for section in ("at", "ata", "txpd", "txpda"):
        for one in _list(payload, section, section):
            yield Key(section, _word(one, "pos", section), _text(one.get("omon"))), _rows(one, section, "ad_amt")
    yield from _operators(payload)
    yield from _through(payload)
    for row in _list(_object(payload, "nil"), "inv", "nil"):
        amounts = {name: paise(row.get(name, 0), f"nil: {name}") for name in ("nil_amt", "expt_amt", "ngsup_amt")}
        about = tuple(f"{name} {amount}" for name, amount in amounts.items())
        yield Key("nil", _word(row, "sply_ty", "nil"), ""), Fact(sum(amounts.values()), (), about, "")


_ECO_TAXES = ("suppval", "cgst", "sgst", "igst", "cess")


def _operators(payload: Mapping[str, Any]) -> Iterator[tuple[Key, Fact]]:
    """Table 14, by operator and by who pays the tax (1: the operator, within s.9(5))."""
    for section, members in (("supeco", ("clttx", "paytx")), ("supecoa", ("clttxa", "paytxa"))):
        for pays, member in enumerate(members):
            for row in _list(_object(payload, section), member, section):
                taxes = Taxes(*(paise(row.get(name, 0), f"{section}: {name}") for name in _ECO_TAXES))
                before = row.get("oetin")
                original = f"{before} {pays}" if isinstance(before, str) and before else ""
                yield Key(section, f"{_word(row, 'etin', section)} {pays}", _text(row.get("omon"))), Fact(0, ((0, taxes),), (), original)


def _through(payload: Mapping[str, Any]) -> Iterator[tuple[Key, Fact]]:
    """The sums of tables 15 and 15A, by supplier (none: unregistered) and place."""
    own, amended = _object(payload, "ecom"), _object(payload, "ecoma")
    for half in ("b2c", "urp2c"):
        for row in _list(own, half, "ecom"):
            rate, stin = _rate(row, "ecom"), f"{_word(row, 'stin', 'ecom')} " if half == "b2c" else ""
            whose, way = f"{stin}{_word(row, 'pos', 'ecom')}", _text(row.get("sply_ty"))
            yield Key(f"ecom{half}", whose, ""), Fact(0, ((rate, _taxes(row, "ecom")),), (way,), "")
    for group in _list(amended, "b2ca", "ecoma"):
        for one in _list(group, "posItms", "ecoma"):
            whose = f"{_word(one, 'stin', 'ecoma')} {_word(group, 'pos', 'ecoma')}"
            yield Key("ecomab2c", whose, _word(one, "omon", "ecoma")), _rows(one, "ecoma", "txval")
    for one in _list(amended, "urp2ca", "ecoma"):
        yield Key("ecomaurp2c", _word(one, "pos", "ecoma"), _word(one, "omon", "ecoma")), _rows(one, "ecoma", "txval")


def _counts(payload: Mapping[str, Any]) -> Iterator[tuple[Key, Fact]]:
    summary = _object(payload, "hsn")
    for member in ("data", "hsn_b2b", "hsn_b2c"):
        for row in _list(summary, member, "hsn"):
            rate = _rate(row, "hsn")
            key = Key("hsn", member, f"{_word(row, 'hsn_sc', 'hsn')} {_text(row.get('uqc'))} {_percent(rate)}")
            yield key, Fact(0, ((rate, _taxes(row, "hsn")),), (f"qty {_hundredths(row.get('qty'))}",), "")
    for nature in _list(_object(payload, "doc_issue"), "doc_det", "doc_issue"):
        for row in _list(nature, "docs", "doc_issue"):
            told = tuple(f"{name} {_text(row.get(name))}" for name in ("totnum", "cancel"))
            run = f"{_text(row.get('from'))} – {_text(row.get('to'))}"
            yield Key("doc_issue", _text(nature.get("doc_num")), run), Fact(0, (), told, "")


def _document(section: str, whose: str, one: Mapping[str, Any], number: str, original: str) -> tuple[Key, Fact]:
    name = _word(one, number, section)
    rates = []
    for item in _list(one, "itms", f"{section} {name}"):
        inside = _object(item, "itm_det") or item
        rates.append((_rate(inside, f"{section} {name}"), _taxes(inside, f"{section} {name}")))
    about = tuple(f"{key} {words}" for key in _ABOUT if (words := _told(key, one.get(key))))
    fact = Fact(paise(one.get("val", 0), f"{section} {name}: val"), _by_rate(rates), about, _text(one.get(original)).upper())
    # The portal takes numbers in either case as one (GSTN, from 1-Jun-2025).
    return Key(section, whose, name.upper()), fact


_ABOUT = ("idt", "nt_dt", "ntty", "pos", "rchrg", "inv_typ", "diff_percent", "sbpcode", "sbnum", "sbdt")


def _told(key: str, value: object) -> str:
    """A detail as text: days alike however they are written, and the whole rate, which is no detail, as nothing."""
    words = _text(value)
    if key == "diff_percent":
        return "0.65" if words in ("0.65", ".65") else ""
    return words.replace("/", "-") if key in ("idt", "nt_dt", "sbdt") else words


def _text(value: object) -> str:
    """A word of a file, also where it stands as a number; nothing for what is none."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else ""


def _rows(one: Mapping[str, Any], section: str, amount: str) -> Fact:
    rates = [(_rate(item, section), _taxes({**item, "txval": item.get(amount, 0)}, section)) for item in _list(one, "itms", section)]
    return Fact(0, _by_rate(rates), (_text(one.get("sply_ty")),), "")


def _taxes(row: Mapping[str, Any], where: str) -> Taxes:
    return Taxes(*(paise(row.get(name, 0), f"{where}: {name}") for name in _TAXES))


def _hundredths(value: object) -> int:
    """A quantity; what the portal keeps beyond two places is rounded away, as it is in the file."""
    try:
        return paise(value, "hsn: qty")
    except NotAReturn:
        if not isinstance(value, str | Decimal) or not _AMOUNT.fullmatch(str(value)):
            raise
        return paise(Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP), "hsn: qty")


def _rate(row: Mapping[str, Any], where: str) -> int:
    return paise(row.get("rt", 0), f"{where}: rt")


def _percent(rate_bp: int) -> str:
    whole, part = divmod(rate_bp, 100)
    return f"{whole}.{part:02d} %" if part else f"{whole} %"


def _list(holder: Mapping[str, Any], name: str, where: str) -> list[Mapping[str, Any]]:
    found = holder.get(name)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise NotAReturn(f"{where}: {name} is no list of entries")
    return [one for one in found if one.get("flag") != "D"]  # what was deleted on the portal is told no more


def _object(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = holder.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise NotAReturn(f"{name} is not of the right kind")
    return found


def _word(holder: Mapping[str, Any], name: str, where: str) -> str:
    found = _text(holder.get(name))
    if not 0 < len(found) <= 40:
        raise NotAReturn(f"{where}: an entry has no {name}")
    return found.zfill(2) if name == "pos" else found
