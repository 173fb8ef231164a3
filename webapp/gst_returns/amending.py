"""What earlier returns told and the books tell otherwise now: tables 9A, 9C and 10. Pure.

A filed period is locked, so this arises only where its days were opened for a while or it was locked too late. A document that changed is
told again whole, with the number and day it was told under; one that is gone, with nothing; one that was missing goes among the new ones
under its own date. Rows of tables 7, 11 and 14 are told anew by their place or operator. Tables 8 and 12 have no amendment on the portal.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from webapp.gst_returns import flat, writing
from webapp.gst_returns.flat import Fact, Key
from webapp.gst_returns.periods import ReturnPeriod
from webapp.gst_returns.told import AMENDED, Advances, Document, Gstr1, Item, Operator, SmallAmended, Taxes, ThroughAmended
from webapp.kernel.records import dataclass

_BASE = {amended: base for base, amended in AMENDED.items()}


@dataclass(frozen=True, slots=True)
class Changed:
    """A filed period: the files filed from it on, its own first (GSTR-1, then GSTR-1A), and what the books tell of it now."""

    period: ReturnPeriod
    payloads: Sequence[Mapping[str, Any]]
    now: Gstr1


def with_amendments(told: Gstr1, changed: Sequence[Changed]) -> Gstr1:
    """The return with what it has to say of earlier periods."""
    documents, small = list(told.documents), list(told.small_amended)
    received: list[Advances] = []
    adjusted: list[Advances] = []
    operators: list[Operator] = []
    through: list[ThroughAmended] = []
    for one in changed:
        was, rows, known = _told(one)
        found = _documents(one.now, was)
        # A document that an IFF and its quarter both lack is told once.
        known |= {(row.section, row.number.upper()) for row in documents}
        documents += [row for row in found if row.original or (row.section, row.number.upper()) not in known]
        small += _small(one, rows)
        received += _advances(one, "at", one.now.received)
        adjusted += _advances(one, "txpd", one.now.adjusted)
        operators += _operators(one)
        through += _through(one)
    order = sorted(documents, key=lambda row: (row.section, row.ctin or row.place, row.day, row.number))
    return replace(
        told,
        documents=tuple(order),
        small_amended=tuple(small),
        received_amended=tuple(received),
        adjusted_amended=tuple(adjusted),
        operators_amended=tuple(operators),
        through_amended=tuple(through),
    )


def _told(one: Changed) -> tuple[dict[Key, Fact], dict[Key, Fact], set[tuple[str, str]]]:
    """What was told of the period, as later returns put it right: documents, rows of table 7, and all numbers ever told."""
    documents: dict[Key, Fact] = {}
    rows: dict[Key, Fact] = {}
    known: set[tuple[str, str]] = set()
    for payload in one.payloads:
        is_own = payload["fp"] == one.period.fp
        for key, fact in flat.facts(payload).items():
            if key.section in AMENDED:
                known.add((key.section, key.name))
                if is_own:
                    documents[key] = fact
            elif key.section in _BASE and fact.original:
                _put_right(documents, Key(_BASE[key.section], key.whose, key.name), fact)
            elif is_own and key.section == "b2cs":
                rows[key] = fact
            elif key.section == "b2csa" and key.name == one.period.fp:
                _replace_rows(rows, key.whose, fact)
    return documents, rows, known


def _put_right(documents: dict[Key, Fact], key: Key, fact: Fact) -> None:
    before = next((old for old in documents if old.section == key.section and old.name == fact.original), None)
    if before is not None:
        del documents[before]
        documents[key] = fact


def _replace_rows(rows: dict[Key, Fact], place: str, fact: Fact) -> None:
    for key in [key for key in rows if key.whose == place]:
        del rows[key]
    for rate, taxes in fact.rates:
        rows[Key("b2cs", place, str(rate))] = Fact(0, ((rate, taxes),), fact.about, "")


def _documents(now: Gstr1, was: Mapping[Key, Fact]) -> list[Document]:
    standing = flat.facts(json.loads(writing.as_text(now), parse_float=Decimal))
    found, seen = [], set()
    for one in now.documents:
        if one.section not in AMENDED:
            continue
        key = _key(one)
        # The buyer may be told wrongly too, so a document is found by its number.
        before = key if key in was else next((old for old in was if (old.section, old.name) == (key.section, key.name)), None)
        if before is None:
            found.append(one)
            continue
        seen.add(before)
        fact = was[before]
        if before != key or (fact.value, fact.rates, fact.about) != (standing[key].value, standing[key].rates, standing[key].about):
            number_day = (before.name, _day_of(fact))
            found.append(replace(one, section=AMENDED[one.section], original=number_day, was=fact.taxes))
    found += [_nothing(key, fact) for key, fact in was.items() if key not in seen and any(taxes != Taxes() for _rate, taxes in fact.rates)]
    return found


def _nothing(key: Key, fact: Fact) -> Document:
    """A document that was told and is no more, told with nothing."""
    words = dict(word.split(" ", 1) for word in fact.about)
    day = _day_of(fact)
    is_by_place = key.section == "b2cl"
    return Document(
        section=AMENDED[key.section],
        source="",
        id=None,
        number=key.name,
        day=day,
        value=0,
        place=key.whose if is_by_place else words.get("pos", ""),
        type=words.get("inv_typ", key.whose if key.section in ("exp", "cdnur") else ""),
        items=tuple(Item(rate, 0, 0, 0, 0, 0) for rate, _taxes in fact.rates),
        ctin=key.whose.split(" ")[-1] if key.section in ("b2b", "cdnr", "ecomb2b", "ecomurp2b") else "",
        stin=key.whose.split(" ")[0] if key.section == "ecomb2b" else "",
        note=words.get("ntty", ""),
        is_reverse_charge=words.get("rchrg") == "Y",
        original=(key.name, day),
        was=fact.taxes,
    )


def _small(one: Changed, was: Mapping[Key, Fact]) -> list[SmallAmended]:
    told: dict[str, dict[int, Taxes]] = {}
    now: dict[str, dict[int, Taxes]] = {}
    kinds: dict[str, bool] = {}
    for key, fact in was.items():
        kinds[key.whose] = fact.about[0] == "INTER"
        for rate, taxes in fact.rates:
            told.setdefault(key.whose, {})[rate] = taxes
    for row in one.now.small:
        kinds[row.place] = row.is_inter
        now.setdefault(row.place, {})[row.rate_bp] = row.taxes
    found = []
    for place, is_inter in sorted(kinds.items()):
        before, after = told.get(place, {}), now.get(place, {})
        rates = sorted({*before, *after}, reverse=True)
        if any(before.get(rate, Taxes()) != after.get(rate, Taxes()) for rate in rates):
            whole = Taxes()
            for taxes in before.values():
                whole = whole.plus(taxes)
            items = tuple(Item(rate, *after.get(rate, Taxes())) for rate in rates)
            found.append(SmallAmended(one.period.month, place, is_inter, items, whole))
    return found


_LATER = {"at": "ata", "txpd": "txpda", "supeco": "supecoa", "ecomb2c": "ecomab2c", "ecomurp2c": "ecomaurp2c"}


def _rows_told(one: Changed, section: str) -> dict[str, Fact]:
    """Rows of a table in sums by place or operator, as the period's own file told them and later ones put them right."""
    found: dict[str, Fact] = {}
    for payload in one.payloads:
        for key, fact in flat.facts(payload).items():
            if payload["fp"] == one.period.fp and key.section == section:
                found[key.whose] = fact
            elif key.section == _LATER[section] and key.name == one.period.fp:
                found.pop(fact.original, None)
                found[key.whose] = fact
    return found


def _advances(one: Changed, section: str, rows: Sequence[Advances]) -> list[Advances]:
    """Table 11 as it should have been, place by place: 11A amended, 11B amended."""
    told, now = _rows_told(one, section), {row.place: row for row in rows}
    found = []
    for place in sorted({*told, *now}):
        before = dict(told[place].rates) if place in told else {}
        after = {item.rate_bp: item.taxes for item in now[place].items} if place in now else {}
        if {rate: taxes for rate, taxes in before.items() if any(taxes)} != after:
            is_inter = now[place].is_inter if place in now else told[place].about[0] == "INTER"
            rates = sorted({*before, *after}, reverse=True)
            items = tuple(Item(rate, *after.get(rate, Taxes())) for rate in rates)
            found.append(Advances(place, is_inter, items, one.period.month, told[place].taxes if place in told else Taxes()))
    return found


def _operators(one: Changed) -> list[Operator]:
    """Table 14 as it should have been, operator by operator."""
    told, now = _rows_told(one, "supeco"), {f"{row.gstin} {row.pays:d}": row for row in one.now.operators}
    found = []
    for whose in sorted({*told, *now}):
        before = told[whose].taxes if whose in told else Taxes()
        after = now[whose].taxes if whose in now else Taxes()
        if before != after:
            gstin, pays = whose.split(" ")
            found.append(Operator(gstin, pays == "1", after, one.period.month, gstin))
    return found


def _through(one: Changed) -> list[ThroughAmended]:
    """The sums of table 15 as they should have been, by supplier and place: 15A."""
    found = []
    for section in ("ecomb2c", "ecomurp2c"):
        told = {whose: dict(fact.rates) for whose, fact in _rows_told(one, section).items()}
        now: dict[str, dict[int, Taxes]] = {}
        for row in one.now.through:
            if row.section == section:
                now.setdefault(f"{row.stin} {row.place}".strip(), {})[row.rate_bp] = row.taxes
        for whose in sorted({*told, *now}):
            before, after = told.get(whose, {}), now.get(whose, {})
            if {rate: taxes for rate, taxes in before.items() if any(taxes)} != after:
                stin, _space, place = whose.rpartition(" ")
                rates = sorted({*before, *after}, reverse=True)
                items = tuple(Item(rate, *after.get(rate, Taxes())) for rate in rates)
                was = Taxes()
                for taxes in before.values():
                    was = was.plus(taxes)
                found.append(ThroughAmended(one.period.month, stin, place, place != one.now.gstin[:2], items, was))
    return found


def _key(one: Document) -> Key:
    whose = {"b2cl": one.place, "exp": one.type, "cdnur": one.type, "ecomb2b": f"{one.stin} {one.ctin}"}.get(one.section, one.ctin)
    return Key(one.section, whose, one.number.upper())


def _day_of(fact: Fact) -> date:
    words = dict(word.split(" ", 1) for word in fact.about)
    day, month, year = words.get("idt", words.get("nt_dt", "")).split("-")
    return date(int(year), int(month), int(day))
