"""Which rows of a document before a bill are one supply (CGST Act s.8): kept with it, so that what it becomes marks them still.

On the sheet a row names another by its number, which changes with every part that is ordered, delivered or billed. So a document keeps for
each such line the group it belongs to, wherever that was first said. A challan speaks for nobody: its lines keep what the document they are
of said, for what is delivered apart may be billed together.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from string import ascii_uppercase
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from webapp import sales
from webapp.kernel.money import BasisPoints
from webapp.kernel.records import dataclass
from webapp.orders import queries
from webapp.orders.kinds import INVOICE, KINDS
from webapp.orders.models import OrderDocument
from webapp.orders.queries import DocumentView, LineRow
from webapp.platform.tenancy import Books
from webapp.sales import SheetLine, Worked

KEPT = "one_supply"  # in the body of a document: by line, the fields of a Part


class Part(NamedTuple):
    """That a line is one supply with others. `group` names the supply and `line` the line it first was, `<document>.<number>` both;
    `members` are how many lines the supply has in all. `taxed_as` is the line of its own document whose tax it bears there: 0 where that
    one went apart."""

    group: str
    line: str
    is_composite: bool
    is_principal: bool
    members: int
    taxed_as: int


@dataclass(frozen=True, slots=True)
class Alone:
    """A row of a sheet that bears its own tax now, and was one supply with `others` (names) before, which are not on the sheet: its
    `number` there, its rate and the one it was promised at, cess counted in, and the numbers of the bills with the others, where seen."""

    number: int
    name: str
    rate_bp: BasisPoints
    promised_bp: BasisPoints
    is_composite: bool
    others: tuple[str, ...]
    bills: tuple[str, ...]


def kept_parts(books: Books, document_id: UUID, kind: str, lines: Sequence[SheetLine], worked: Worked) -> dict[str, list[Any]]:
    """What a document made of these rows keeps; rows that are no part are absent."""
    said = [(place, line) for place, line in enumerate(lines, 1) if line.together is not None]
    sizes: dict[tuple[int, bool], int] = {}
    for _place, line in said:
        if line.together is not None:
            own = (line.together.group, line.together.is_composite)
            sizes[own] = sizes.get(own, 0) + 1
    found = {}
    for place, line in said:
        mark, billed = line.together, worked.lines[place - 1].taxed_as
        if mark is not None and billed is not None:
            members, group = sizes[mark.group, mark.is_composite], f"{document_id}.{mark.group}"
            found[place] = Part(group, f"{document_id}.{place}", mark.is_composite, mark.is_principal, members, billed.line_no)
    if KINDS[kind].moves_goods:
        for place, before in _before(books, lines).items():
            found[place] = before._replace(taxed_as=found[place].taxed_as if place in found else 0)
    return {str(place): list(part) for place, part in found.items()}


def parts_of(body: Mapping[str, Any]) -> dict[int, Part]:
    """The parts of one supply among the lines of a document, by line."""
    return {int(line_no): Part(*part) for line_no, part in body.get(KEPT, {}).items()}


def taxed_as(body: Mapping[str, Any]) -> dict[int, int]:
    """The lines of a document that bear the tax of another one of it, each with the number of that one."""
    return {line_no: part.taxed_as for line_no, part in parts_of(body).items() if part.taxed_as not in (0, line_no)}


def marks_of(rows: Sequence[tuple[DocumentView, LineRow]]) -> tuple[dict[int, str], list[str]]:
    """What is typed beside rows of documents so that they are one supply again, by place from 1; and the names of those whose supply is not
    whole here: the principal is not among them, or one of those sold for one price."""
    groups: dict[str, list[tuple[int, Part]]] = {}
    for place, (view, line) in enumerate(rows, 1):
        part = parts_of(view.head.body).get(line.line_no)
        if part is not None:
            groups.setdefault(part.group, []).append((place, part))
    marks: dict[int, str] = {}
    apart: list[str] = []
    letters = iter(ascii_uppercase)
    for parts in groups.values():
        principal = next((place for place, part in parts if part.is_principal), 0)
        is_whole = _is_whole([part for _place, part in parts])
        letter = "" if principal or not is_whole else next(letters, "")
        if not is_whole or not (principal or letter):  # a sheet has no more letters than there are
            apart += [rows[place - 1][1].name for place, _part in parts]
        elif principal:
            marks |= {place: str(principal) for place, _part in parts if place != principal}
        else:
            marks |= {place: letter for place, _part in parts}
    return marks, apart


def alone(books: Books, lines: Sequence[SheetLine], worked: Worked) -> list[Alone]:
    """The rows of a sheet, worked out, whose tax changes because what they were one supply with went before (CGST Act s.8): the principal
    of a composite supply, or one of those sold for one price. Nothing is refused: whether it is one supply still, a person says."""
    parts = _before(books, lines)
    groups: dict[str, list[Part]] = {}
    for part in parts.values():
        groups.setdefault(part.group, []).append(part)
    torn = {place for place, part in parts.items() if not _is_whole(groups[part.group]) and lines[place - 1].together is None}
    apart = [(lines[place - 1], worked.lines[place - 1], parts[place]) for place in sorted(torn)]
    first_in = {_place_of(part.line)[0] for _line, _own, part in apart}
    kept = _kept(books, first_in)
    promised = {(line.document_id, line.line_no): line for rows in queries.lines_of(books, first_in).values() for line in rows}
    found = []
    for line, own, part in apart:
        was = promised.get(_place_of(part.line))
        if was is None or (own.treatment.value, own.rate_bp, own.cess_bp) == (was.treatment, was.rate_bp, was.cess_bp):
            continue
        here = {one.line for one in groups[part.group]}
        others = [
            (was.document_id, line_no)
            for line_no, one in sorted(kept[was.document_id].items())
            if one.group == part.group and one.line not in here and (one.is_principal or not one.is_composite)
        ]
        names = tuple(dict.fromkeys(promised[other].name for other in others))
        rates = BasisPoints(own.rate_bp + own.cess_bp), BasisPoints(was.rate_bp + was.cess_bp)
        found.append(Alone(line.number, own.name, *rates, part.is_composite, names, _bills(books, others)))
    return found


def _is_whole(parts: Sequence[Part]) -> bool:
    """Whether of one supply all is here that says how it is taxed: the principal, or every one of those sold for one price."""
    if parts[0].is_composite:
        return any(part.is_principal for part in parts)
    return len({part.line for part in parts}) == parts[0].members


def _place_of(line: str) -> tuple[UUID, int]:
    """A Part's `line`: the document and the number."""
    document_id, _dot, line_no = line.rpartition(".")
    return UUID(document_id), int(line_no)


def _bills(books: Books, lines: Sequence[tuple[UUID, int]]) -> tuple[str, ...]:
    """The numbers of the bills that lines of documents became, through whatever came between; those of stores one does not see are
    absent."""
    ids: dict[UUID, None] = {}
    waiting, seen = set(lines), set(lines)
    while waiting:
        uses = queries.uses_of(books, {document_id for document_id, _line_no in waiting})
        became = [use for use in uses if (use.from_id, use.from_line_no) in waiting]
        ids |= {use.to_id: None for use in became if use.to_kind == INVOICE}
        waiting = {(use.to_id, use.to_line_no) for use in became if use.to_kind != INVOICE} - seen
        seen |= waiting
    return tuple(header.number for id_ in ids if (header := sales.header_or_none(books, id_)) is not None)


def _before(books: Books, lines: Sequence[SheetLine]) -> dict[int, Part]:
    """The parts that rows were in the documents they come of, by the place of the row."""
    sources = {place: line.source for place, line in enumerate(lines, 1) if line.source is not None}
    kept = _kept(books, {document_id for document_id, _line_no in sources.values()})
    found = {place: kept.get(document_id, {}).get(line_no) for place, (document_id, line_no) in sources.items()}
    return {place: part for place, part in found.items() if part is not None}


def _kept(books: Books, ids: Collection[UUID]) -> dict[UUID, dict[int, Part]]:
    """The parts of one supply among the lines of some documents."""
    query = select(OrderDocument.id, OrderDocument.body).where(OrderDocument.id.in_(ids))
    return {row.id: parts_of(row.body) for row in books.session.execute(query)} if ids else {}
