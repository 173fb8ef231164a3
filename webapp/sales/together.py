"""Lines that are one supply (CGST Act s.8): which of them says how all are taxed. Pure.

A row says it in one field. The number of another row: it goes along with that one, the principal supply, and bears its tax (composite,
s.2(30)). A letter: all rows of the letter are sold for one price though each could be sold alone, and bear the highest tax among them
(mixed, s.2(74)). Each line keeps its own name, HSN, quantity and price, so that stock, quantities by HSN and returns stay true.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from webapp.kernel.errors import BooksError
from webapp.sales.billed import BilledLine, TaxedAs
from webapp.sales.commands import Together
from webapp.tax.bundles import Part, taxed_as
from webapp.tax.kinds import Treatment

_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def read_marks(rows: Sequence[tuple[int, str]], errors: dict[str, str]) -> Mapping[int, Together]:
    """What rows, as (number, what was typed), say of each other, by the number; refusals by field. Groups are told apart by the place of
    their principal row, or of their first one, among `rows`, counted from 1."""
    places = {number: place for place, (number, _text) in enumerate(rows, start=1)}
    marks = {number: text.strip().upper() for number, text in rows if text.strip()}
    found: dict[int, Together] = {}
    for number, mark in marks.items():
        if mark in _LETTERS:
            of_letter = [other for other, text in marks.items() if text == mark]
            if len(of_letter) < 2:
                errors[f"together-{number}"] = f"No other row has the letter {mark}. Rows sold for one price have the same letter."
            found[number] = Together(places[of_letter[0]], is_composite=False)
            continue
        principal = int(mark) if mark.isascii() and mark.isdigit() and len(mark) <= 4 else 0
        if principal not in places:
            errors[f"together-{number}"] = "Type the number of the row it goes along with, or a letter for rows sold for one price."
        elif principal == number:
            errors[f"together-{number}"] = "A row cannot go along with itself. Leave the field of the principal supply empty."
        elif principal in marks:
            errors[f"together-{number}"] = f"Row {principal} goes along with another itself. Name the principal supply."
        else:
            found[number] = Together(places[principal], is_composite=True)
            found[principal] = Together(places[principal], is_composite=True, is_principal=True)
    return found


def taxed_together(lines: Sequence[BilledLine], marks: Sequence[Together | None]) -> tuple[BilledLine, ...]:
    """The lines with the tax of the supply each is a part of; a line without a mark as it is. BooksError where a part is outside GST or is
    taxed on its retail sale price: no rate of the whole can take the place of that."""
    groups: dict[Together, list[int]] = {}
    for place, mark in enumerate(marks):
        if mark is not None:
            groups.setdefault(replace(mark, is_principal=False), []).append(place)
    found = list(lines)
    for mark, places in groups.items():
        parts = [lines[place] for place in places]
        for part in parts:
            _require_rated(part)
        principal = places.index(mark.group - 1) if mark.is_composite and mark.group - 1 in places else None
        if mark.is_composite and principal is None:
            raise BooksError(problem="The principal supply is not on the bill.", fix="Name the row that the others go along with.")
        deciding = places[taxed_as([Part(one.treatment, one.rate_bp, one.cess_bp) for one in parts], principal)]
        own = lines[deciding]
        for place in places:
            line = lines[place]
            said = TaxedAs(mark.is_composite, deciding + 1, line.treatment, line.rate_bp, line.cess_bp)
            found[place] = replace(line, treatment=own.treatment, rate_bp=own.rate_bp, cess_bp=own.cess_bp, taxed_as=said)
    return tuple(found)


def _require_rated(part: BilledLine) -> None:
    if part.treatment is Treatment.NON_GST:
        raise BooksError(problem=f"{part.name} is outside GST and cannot be a part of one supply with others.", fix="Bill it by itself.")
    if part.retail is not None:
        raise BooksError(
            problem=f"{part.name} is taxed on its retail sale price and cannot be a part of one supply with others.",
            fix="Bill it by itself.",
        )
