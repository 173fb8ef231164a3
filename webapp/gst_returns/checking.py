"""What the portal would refuse of a return, or a person should look at, each with what to do. Pure.

`code` names the kind of mistake; its words stand in `words.py`. `detail` is what is wrong, in figures.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from webapp.gst_returns import facts
from webapp.gst_returns.periods import IFF
from webapp.gst_returns.told import AMENDED, Document, Gstr1, untaxed_of
from webapp.kernel.money import Paise, rupees
from webapp.kernel.records import dataclass
from webapp.tax.rules import RETIRED_STATES, STATES, check_gstin
from webapp.tax.states import OTHER_COUNTRY, OTHER_TERRITORY

MOST_OF_A_KIND = 200
# Those that the portal refuses; the others are worth a look.
REFUSED = frozenset(
    (
        "number_long",
        "number_signs",
        "number_nought",
        "gstin",
        "own_gstin",
        "abroad",
        "unknown_place",
        "too_early",
        "too_late",
        "rate",
        "zero_note",
        "not_registered_yet",
        "not_registered_any_more",
    )
)


class Problem(NamedTuple):
    """One thing to put right: in which section, of which document or item, and what is wrong with it."""

    code: str
    section: str
    subject: str
    source: str = ""
    id: UUID | None = None
    detail: str = ""

    @property
    def is_refused(self) -> bool:
        return self.code in REFUSED or self.code.startswith("hsn")


class CodeOfItem(NamedTuple):
    """An item sold in the period whose code is too short for table 12, and on how many papers."""

    id: UUID
    name: str
    hsn: str
    papers: int


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What of the checks depends on more than the return: the days of its registration, None where nobody has said; and whether its own
    documents are all there are of its period (a quarter leaves out what its IFFs have told, and table 12 does not)."""

    began_on: date | None = None
    ended_on: date | None = None
    is_whole: bool = True


USUAL = Circumstances()


def problems(told: Gstr1, items: Iterable[CodeOfItem], about: Circumstances = USUAL) -> list[Problem]:
    """Everything found, by section; at most MOST_OF_A_KIND of one kind."""
    found: list[Problem] = []
    for one in told.documents:
        found += _of_document(told, one)
        found += _of_registration(one, about)
    if about.is_whole and told.period.kind != IFF and told.period.month >= facts.HSN_SPLIT_FROM:
        found += _of_table_12(told)
    for row in told.small:
        if row.taxes.taxable < 0:
            found.append(Problem("less_than_nothing", "b2cs", row.place, detail=rupees(Paise(row.taxes.taxable))))
        found += _of_place("b2cs", row.place, "", None, row.place)
        if row.rate_bp not in facts.RATES_BP:
            found.append(Problem("rate", "b2cs", f"{row.place} · {_percent(row.rate_bp)}", detail=_percent(row.rate_bp)))
    for item in items:
        code = "hsn_missing" if not item.hsn else "hsn_short"
        found.append(Problem(code, "hsn", item.name, "item", item.id, item.hsn))
    found += [Problem("gap", "doc_issue", f"{row.first} – {row.last}", detail=str(row.cancelled)) for row in told.issued if row.cancelled]
    kept: dict[str, int] = {}
    few = []
    for problem in found:
        kept[problem.code] = kept.get(problem.code, 0) + 1
        if kept[problem.code] <= MOST_OF_A_KIND:
            few.append(problem)
    return sorted(few, key=lambda problem: not problem.is_refused)


def _of_registration(one: Document, about: Circumstances) -> list[Problem]:
    """Its day against those of the registration."""
    day = f"{one.day:%d-%b-%Y}"
    if about.began_on is not None and one.day < about.began_on:
        return [Problem("not_registered_yet", one.section, one.number, one.source, one.id, day)]
    if about.ended_on is not None and one.day > about.ended_on:
        return [Problem("not_registered_any_more", one.section, one.number, one.source, one.id, day)]
    return []


def _of_table_12(told: Gstr1) -> list[Problem]:
    """The portal compares the values of table 12, buyers with and without a GSTIN apart, with those of tables 4 to 10 [T12]; it warns."""
    tables = {True: 0, False: 0}
    for one in told.documents:
        if one.section.startswith("ecom"):
            continue  # what others sold through us stands in no row of codes of ours
        tables[one.section in ("b2b", "b2ba", "cdnr", "cdnra")] += one.counted.taxable
    tables[False] += sum(row.taxes.taxable for row in told.small)
    tables[False] += sum(sum(item.taxable for item in row.items) - row.was.taxable for row in told.small_amended)
    for kind in told.untaxed:
        tables[kind.kind.endswith("B2B")] += untaxed_of(kind)
    found = []
    for is_b2b, value in tables.items():
        codes = sum(row.taxes.taxable for row in told.hsn if row.is_b2b is is_b2b)
        if codes != value:
            detail = f"{rupees(Paise(codes))} / {rupees(Paise(value))}"
            found.append(Problem("table_12_differs", "hsn", "B2B" if is_b2b else "B2C", detail=detail))
    return found


def _of_document(told: Gstr1, one: Document) -> list[Problem]:
    def said(code: str, detail: str = "") -> Problem:
        return Problem(code, one.section, one.number, one.source, one.id, detail)

    found = []
    if len(one.number) > 16:
        found.append(said("number_long", str(len(one.number))))
    elif not facts.NUMBER.fullmatch(one.number):
        found.append(said("number_signs"))
    elif facts.NOUGHT.fullmatch(one.number):
        found.append(said("number_nought"))
    if one.section in ("b2b", "b2ba", "cdnr", "cdnra") or one.section.startswith("ecom"):
        found += _of_buyer(told, one)
    if one.section in ("b2b", "b2ba", "b2cl", "b2cla", "cdnr", "cdnra") or one.section.startswith("ecom"):
        found += _of_place(one.section, one.place, one.source, one.id, one.number)
    found += [said(code, detail) for code, detail in _of_day(told, one.day) if one.section not in AMENDED.values()]
    found += [said("rate", _percent(item.rate_bp)) for item in one.items if item.rate_bp not in facts.RATES_BP]
    if one.section in ("cdnr", "cdnra", "cdnur", "cdnura") and any(item.taxable <= 0 for item in one.items):
        found.append(said("zero_note"))
    return found


def _of_buyer(told: Gstr1, one: Document) -> list[Problem]:
    if one.ctin == told.gstin:
        return [Problem("own_gstin", one.section, one.number, one.source, one.id, one.ctin)]
    try:
        check_gstin(one.ctin)
    except ValueError as error:
        return [Problem("gstin", one.section, one.number, one.source, one.id, f"{one.ctin}: {error}")]
    return []


def _of_place(section: str, place: str, source: str, id_: UUID | None, subject: str) -> list[Problem]:
    """96 is another country, which table 6 tells without a place; 97 is the sea and other territory, rarely meant."""
    if place == OTHER_COUNTRY:
        return [Problem("abroad", section, subject, source, id_)]
    if place == OTHER_TERRITORY:
        return [Problem("other_territory", section, subject, source, id_)]
    if place not in STATES and place not in RETIRED_STATES:
        return [Problem("unknown_place", section, subject, source, id_, place)]
    return []


def _of_day(told: Gstr1, day: date) -> list[tuple[str, str]]:
    span = told.period.days
    if day < facts.GST_BEGAN:
        return [("too_early", f"{day:%d-%b-%Y}")]
    if day > span.last_day:
        return [("too_late", f"{day:%d-%b-%Y}")]
    return [("late", f"{day:%d-%b-%Y}")] if day < span.first_day else []


def _percent(rate_bp: int) -> str:
    whole, part = divmod(rate_bp, 100)
    return f"{whole}.{part:02d} %" if part else f"{whole} %"
