"""GSTR-1A: what is missing from a filed GSTR-1, or wrong in it, told before GSTR-3B of the same period. Sections as GSTR-1's.

[1A]  Proviso to Rule 59(1), Notification 12/2024-Central Tax: once for a period, from July 2024, after GSTR-1 is due and filed and before
      GSTR-3B of the period; of a quarter also what its months told early (IFF). The buyer's GSTIN cannot be changed by it
Documents and rows that GSTR-1 has not told stand in its first tables, those that it told otherwise in the amended ones. Tables 8, 12 and
13 have no amended ones: here they tell the difference. The portal's own file of this form was not seen: its keys are taken to be GSTR-1's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from webapp.gst_returns import amending, building, flat, queries, writing
from webapp.gst_returns.building import Registration
from webapp.gst_returns.facts import GSTR1A_BEGAN, IFF_SECTIONS
from webapp.gst_returns.filing import File, Told, file_form, reopen_form
from webapp.gst_returns.flat import Fact, Key
from webapp.gst_returns.periods import IFF, ReturnPeriod
from webapp.gst_returns.queries import GSTR1A, FilingRow
from webapp.gst_returns.told import Gstr1, HsnRow, Issued, Small, Taxes, Through, Untaxed, tax_of_period, totals
from webapp.kernel.dates import written
from webapp.kernel.errors import Conflict, InvalidInput
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books

_BASE = {"ecomab2c": "ecomb2c", "ecomaurp2c": "ecomurp2c"}
GSTR3B = "gstr3b"  # the form of the room above, which closes this one


@dataclass(frozen=True, slots=True)
class Window:
    """Whether GSTR-1A of a period can be filed: the GSTR-1 that it amends, and the GSTR-3B that ended its time; None where not filed."""

    period: ReturnPeriod
    gstr1: FilingRow | None
    gstr3b: FilingRow | None

    @property
    def is_of_this_form(self) -> bool:
        return self.period.kind != IFF and self.period.month >= GSTR1A_BEGAN

    @property
    def opens_on(self) -> date | None:
        """The later of the day GSTR-1 was due and the day it was filed."""
        return max(self.period.due_on, self.gstr1.filed_on) if self.gstr1 else None


def window(books: Books, gstin: str, period: ReturnPeriod) -> Window:
    """How a period stands."""
    one, three = (
        next((row for row in queries.standing(books, gstin, form) if row.period == period), None) for form in (queries.GSTR1, GSTR3B)
    )
    return Window(period, one, three)


def gstr1a(books: Books, of: Registration, period: ReturnPeriod) -> Gstr1:
    """What the books tell now beyond the GSTR-1 that is filed; nothing while it is not."""
    empty = Gstr1(of.gstin, period)
    rows = _told_by(books, of.gstin, period)
    if not any(row.period == period for row in rows):
        return empty
    files = [queries.read_own(queries.text_of(books, row.id)) for row in rows]
    changed = []
    for number, row in enumerate(rows):
        now = building.plain(books, of, row.period)
        changed.append(amending.Changed(row.period, files[number:], now.only(IFF_SECTIONS) if row.period.kind == IFF else now))
    return _with_differences(amending.with_amendments(empty, changed), files[-1], changed[-1].now)


def file_gstr1a(books: Books, asked: File) -> FilingRow:
    """Keep a GSTR-1A as it was filed, and lock the sales of its months once more. The same filing again gives the first answer.

    As `file_form` refuses; Conflict where GSTR-1 is not filed, GSTR-3B is, or nothing is to be told; InvalidInput for a day
    before it opens.
    """

    def tell() -> Told:
        of = building.registration(books, asked.gstin)
        found = gstr1a(books, of, asked.period)
        _require_open(window(books, asked.gstin, asked.period), asked)
        if not totals(found):
            raise Conflict(problem=f"The books tell nothing else than GSTR-1 of {asked.period.name}.", fix="There is no GSTR-1A to file.")
        return Told(writing.as_text(found), tax_of_period(found).tax)

    return file_form(books, replace(asked, form=GSTR1A), [of.gstin for of in building.registrations(books)], tell)


def reopen_gstr1a(books: Books, filing_id: UUID, reason: str) -> FilingRow:
    """Take a GSTR-1A back; refused as `reopen_form` refuses, and while GSTR-3B of the period stands."""
    return reopen_form(books, filing_id, reason, GSTR1A)


def _require_open(found: Window, asked: File) -> None:
    name = found.period.name
    if not found.is_of_this_form:
        raise Conflict(problem=f"There is no GSTR-1A of {name}.", fix="It is of a month or a quarter from July 2024 on.")
    if found.gstr1 is None or found.opens_on is None:
        raise Conflict(problem=f"GSTR-1 of {name} is not filed.", fix="What is missing from it is told by GSTR-1 itself.")
    if found.gstr3b is not None:
        raise Conflict(
            problem=f"GSTR-3B of {name} was filed on {written(found.gstr3b.filed_on)}, and GSTR-1A is filed before it.",
            fix="What has changed is told by the amendments of the next GSTR-1.",
        )
    if asked.filed_on < found.opens_on:
        raise InvalidInput({"filed_on": f"The portal opens GSTR-1A of {name} on {written(found.opens_on)}."})


def _told_by(books: Books, gstin: str, period: ReturnPeriod) -> list[FilingRow]:
    """The GSTR-1 of the period, and before it what its months told early."""
    rows = [row for row in queries.standing(books, gstin) if row.period == period or _is_early(row.period, period)]
    return sorted(rows, key=lambda row: (row.period.days.last_day, row.period.kind != IFF))


def _is_early(told: ReturnPeriod, period: ReturnPeriod) -> bool:
    return told.kind == IFF and told.month in period.months


def _with_differences(found: Gstr1, own: Mapping[str, Any], now: Gstr1) -> Gstr1:
    """Rows of sums that GSTR-1 did not tell go among the first ones; tables 8, 12 and 13 tell what they tell more or less."""
    told = flat.facts(own)
    places = {(key.section, key.whose) for key in told}
    small = [
        Small(row.place, item.rate_bp, row.is_inter, item.taxes)
        for row in found.small_amended
        if ("b2cs", row.place) not in places
        for item in row.items
    ]
    received, adjusted = (
        tuple(row._replace(month=0) for row in rows if (section, row.place) not in places)
        for section, rows in (("at", found.received_amended), ("txpd", found.adjusted_amended))
    )
    operators = [row for row in found.operators_amended if ("supeco", f"{row.gstin} {row.pays:d}") not in places]
    through = [row for row in found.through_amended if (_BASE[row.section], f"{row.stin} {row.place}".strip()) not in places]
    return replace(
        found,
        small=tuple(small),
        small_amended=tuple(row for row in found.small_amended if ("b2cs", row.place) in places),
        received=received,
        received_amended=tuple(row for row in found.received_amended if ("at", row.place) in places),
        adjusted=adjusted,
        adjusted_amended=tuple(row for row in found.adjusted_amended if ("txpd", row.place) in places),
        through=tuple(Through(row.stin, row.place, item.rate_bp, row.is_inter, item.taxes) for row in through for item in row.items),
        through_amended=tuple(row for row in found.through_amended if row not in through),
        operators=tuple(row._replace(month=0, original="") for row in operators),
        operators_amended=tuple(row for row in found.operators_amended if row not in operators),
        untaxed=tuple(_untaxed(told, now)),
        hsn=tuple(_codes(told, now)),
        issued=tuple(_issued(told, now)),
    )


def _untaxed(told: Mapping[Key, Fact], now: Gstr1) -> list[Untaxed]:
    rows = {row.kind: row for row in now.untaxed}
    for key, fact in told.items():
        if key.section == "nil":
            amounts = dict(words.split(" ", 1) for words in fact.about)
            was = [int(amounts[name]) for name in ("nil_amt", "expt_amt", "ngsup_amt")]
            row = rows.get(key.whose, Untaxed(key.whose, 0, 0, 0))
            rows[key.whose] = Untaxed(key.whose, row.nil - was[0], row.exempt - was[1], row.non_gst - was[2])
    return [row for row in rows.values() if any(row[1:])]


def _codes(told: Mapping[Key, Fact], now: Gstr1) -> list[HsnRow]:
    """Table 12 in differences: a row of the file that is no more stands with less than nothing."""
    standing = _hsn_of(flat.facts(json.loads(writing.as_text(now), parse_float=Decimal)))
    was = _hsn_of(told)
    names = {(row.is_b2b, row.hsn): row for row in now.hsn}
    found = []
    for key in [*standing, *(one for one in was if one not in standing)]:
        qty, taxes = standing.get(key, (0, Taxes()))
        old_qty, old_taxes = was.get(key, (0, Taxes()))
        change = taxes.plus(old_taxes, -1)
        if qty != old_qty or any(change):
            side, (code, unit, *_rate), rate = key.whose, key.name.split(" "), _rate_of(key)
            known = names.get((side == "hsn_b2b", code))
            about = (known.name, known.description) if known else ("", "")
            found.append(HsnRow(side == "hsn_b2b", code, about[0], unit, (qty - old_qty) * 10, rate, change, about[1]))
    return sorted(found)


def _hsn_of(facts: Mapping[Key, Fact]) -> dict[Key, tuple[int, Taxes]]:
    """Quantity in hundredths and taxes of each row of table 12."""
    return {key: (int(fact.about[0].split(" ")[1]), fact.taxes) for key, fact in facts.items() if key.section == "hsn"}


def _rate_of(key: Key) -> int:
    """The rate that ends the name of a row of table 12 (3401 NOS 18 %), in basis points."""
    return int(Decimal(key.name.split(" ")[-2]) * 100)


def _issued(told: Mapping[Key, Fact], now: Gstr1) -> Sequence[Issued]:
    was = {(key.whose, key.name, fact.about) for key, fact in told.items() if key.section == "doc_issue"}

    def key(row: Issued) -> tuple[str, str, tuple[str, ...]]:
        return str(row.nature), f"{row.first} – {row.last}", (f"totnum {row.total}", f"cancel {row.cancelled}")

    return [row for row in now.issued if key(row) not in was]
