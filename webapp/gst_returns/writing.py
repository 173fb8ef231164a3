"""The return as the portal's offline tool writes it: same keys, same order, no blanks, empty sections left out. Pure.

Money is printed from whole paise as the shortest exact decimal, as JavaScript prints such a number (9000, 9000.5, 0.05); no float is made.
Source of every key and its place: GSTN's Returns Offline Tool V3.2.4. Its advances adjusted are `txpd`, after everything else.
A file larger than the portal takes is given in parts, each whole in itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from webapp.gst_returns.facts import DOCUMENT_NATURES, HSN_SPLIT_FROM, IFF_SECTIONS, MOST_PART_BYTES, UNTOLD, VERSION
from webapp.gst_returns.periods import IFF
from webapp.gst_returns.told import Advances, Document, Gstr1, HsnRow, Issued, Operator, Small, SmallAmended, Untaxed
from webapp.gst_returns.writing_through import through
from webapp.gst_returns.writing_values import (
    Piece,
    Print,
    documents_of,
    grouped,
    money,
    printed_cess,
    printed_day,
    printed_items,
    printed_month,
    printed_original,
    printed_rates,
    printed_reduced,
    printed_split,
    printed_way,
    quoted,
)
from webapp.kernel.errors import BooksError, keep_promise
from webapp.kernel.money import rounded


def file_name(told: Gstr1, generated_on: date, part: int = 1, parts: int = 1, form: str = "R1") -> str:
    """As the tool names it: the day it was made, without noughts before it. What it calls a GSTR-1A (R1A here) was not seen: check."""
    end = "" if parts == 1 else f"_part{part}of{parts}"
    return f"returns_{generated_on.day}{generated_on.month}{generated_on.year}_{form}_{told.gstin}_offline{end}.json"


def as_text(told: Gstr1) -> str:
    """The whole return in one text, however large."""
    return _text(_head(told), list(pieces(told)))


def parts(told: Gstr1, most: int = MOST_PART_BYTES) -> list[str]:
    """The return in texts that the portal takes, each with the head; together they hold each entry once."""
    if measure(whole := as_text(told)) <= most:
        return [whole]
    head, found, held, size = _head(told), [], list[Piece](), 0
    room = most - measure(head) - 60
    for piece in pieces(told, _MOST_OF_ONE):
        more = measure(piece.text) + 64
        if more > room:
            raise BooksError(
                problem="One entry of this return is larger than a file may be.", fix="Tell its documents on the portal itself."
            )
        if held and size + more > room:
            found.append(_text(head, held))
            held, size = [], 0
        held.append(piece)
        size += more
    found.append(_text(head, held))
    keep_promise(len(found) == 1 or all(measure(one) <= most for one in found), "each part fits")
    return found


def measure(text: str) -> int:
    """A text's size as the tool measures it: UTF-8 of the text serialised once more."""
    return len(text.encode()) + 2 + text.count('"') + text.count("\\")


def pieces(told: Gstr1, most: int = 0) -> Iterator[Piece]:
    """Every entry, in the order of the file. With `most`, a buyer's list is cut after so many documents, so that a part can be filled."""
    wanted = told.only(IFF_SECTIONS) if told.period.kind == IFF else told
    home = wanted.gstin[:2]
    yield from _of_documents(wanted, "b2b", "ctin", "inv", _invoice, most)
    yield from _of_documents(wanted, "b2ba", "ctin", "inv", _invoice, most)
    yield from _of_documents(wanted, "b2cl", "pos", "inv", _large, most)
    yield from _of_documents(wanted, "b2cla", "pos", "inv", _large, most)
    yield from (Piece(("b2cs",), _small(row)) for row in wanted.small)
    yield from (Piece(("b2csa",), _small_amended(row)) for row in wanted.small_amended)
    yield from (Piece(("nil", "inv"), _untaxed(row)) for row in wanted.untaxed)
    yield from _of_documents(wanted, "exp", "exp_typ", "inv", _export, most)
    yield from _of_documents(wanted, "expa", "exp_typ", "inv", _export, most)
    yield from _of_documents(wanted, "cdnra", "ctin", "nt", _note, most)
    yield from (Piece(("at",), _advances(row)) for row in wanted.received)
    yield from (Piece(("ata",), _advances(row)) for row in wanted.received_amended)
    yield from _of_documents(wanted, "cdnr", "ctin", "nt", _note, most)
    loose = [one for section in ("cdnur", "cdnura") for one in documents_of(wanted, section)]
    yield from (Piece((one.section,), _unregistered_note(one, home)) for one in loose)
    yield from _issued(wanted.issued)
    yield from _hsn(wanted)
    yield from _operators("supeco", ("clttx", "paytx"), wanted.operators)
    yield from _operators("supecoa", ("clttxa", "paytxa"), wanted.operators_amended)
    yield from through(wanted, most)
    yield from (Piece(("txpd",), _advances(row, is_adjusted=True)) for row in wanted.adjusted)
    yield from (Piece(("txpda",), _advances(row, is_adjusted=True)) for row in wanted.adjusted_amended)


def _head(told: Gstr1) -> str:
    return f'"gstin":{quoted(told.gstin)},"fp":"{told.period.fp}","version":"{VERSION}","hash":"hash"'


def _text(head: str, held: list[Piece]) -> str:
    """Pieces put together: neighbours of one path share its list, and lists of one section its object."""
    out = [head]
    at: tuple[str, ...] = ()
    for piece in held:
        path = piece.path
        if path == at:
            out.append(f",{piece.text}")
            continue
        if at and len(path) == len(at) == 2 and path[0] == at[0]:
            out.append(f'],"{path[1]}":[{piece.text}')
        else:
            out.append("" if not at else "]}" if len(at) == 2 else "]")
            out.append(f',"{path[0]}":' + (f'{{"{path[1]}":[' if len(path) == 2 else "[") + piece.text)
        at = path
    out.append("" if not at else "]}" if len(at) == 2 else "]")
    return "{" + "".join(out) + "}"


_MOST_OF_ONE = 2000  # documents of one buyer in one entry


def _of_documents(told: Gstr1, section: str, key: str, inner: str, write: Print, most: int = 0) -> Iterator[Piece]:
    def head(one: Document) -> str:
        return f'"{key}":{quoted({"ctin": one.ctin, "pos": one.place, "exp_typ": one.type}[key])}'

    return grouped(told, section, inner, head, write, most, (section,))


def _invoice(one: Document, home: str) -> str:
    return (
        f'{{{printed_original(one, "oinum", "oidt")}"inum":{quoted(one.number)},"idt":"{printed_day(one.day)}","val":{money(one.value)},'
        f'"pos":"{one.place}","rchrg":"{"Y" if one.is_reverse_charge else "N"}",{printed_reduced(one)}"inv_typ":"{one.type}",'
        f'"itms":[{printed_items(one, home)}]}}'
    )


def _large(one: Document, home: str) -> str:
    return (
        f'{{{printed_original(one, "oinum", "oidt")}"inum":{quoted(one.number)},"idt":"{printed_day(one.day)}","val":{money(one.value)},'
        f'{printed_reduced(one)}"itms":[{printed_items(one, home)}]}}'
    )


def _export(one: Document, _home: str) -> str:
    shipping = ""
    if one.shipping is not None:
        port, number, day = one.shipping
        shipping = f'"sbpcode":{quoted(port)},' if port else ""
        shipping += f'"sbnum":{quoted(number)},"sbdt":"{printed_day(day)}",' if number and day else ""
    inside = ",".join(
        f'{{"txval":{money(item.taxable)},"rt":{money(item.rate_bp)},"iamt":{money(item.igst)},"csamt":{money(item.cess)}}}'
        for item in one.items
    )
    return (
        f'{{{printed_original(one, "oinum", "oidt")}"inum":{quoted(one.number)},"idt":"{printed_day(one.day)}","val":{money(one.value)},'
        f'{shipping}"itms":[{inside}]}}'
    )


def _note(one: Document, home: str) -> str:
    return (
        f'{{{printed_original(one, "ont_num", "ont_dt")}"nt_num":{quoted(one.number)},"nt_dt":"{printed_day(one.day)}","ntty":"{one.note}",'
        f'"val":{money(one.value)},"pos":"{one.place}",{printed_reduced(one)}"rchrg":"{"Y" if one.is_reverse_charge else "N"}",'
        f'"inv_typ":"{one.type}","itms":[{printed_items(one, home)}]}}'
    )


def _unregistered_note(one: Document, home: str) -> str:
    place = f'"pos":"{one.place}",' if one.type == "B2CL" else ""
    return (
        f'{{{printed_original(one, "ont_num", "ont_dt")}"nt_num":{quoted(one.number)},"nt_dt":"{printed_day(one.day)}","ntty":"{one.note}",'
        f'"val":{money(one.value)},"typ":"{one.type}",{place}{printed_reduced(one)}"itms":[{printed_items(one, home)}]}}'
    )


def _small(row: Small) -> str:
    return (
        f'{{"sply_ty":"{"INTER" if row.is_inter else "INTRA"}","rt":{money(row.rate_bp)},"typ":"OE","pos":"{row.place}",'
        f'{printed_reduced(row)}"txval":{money(row.taxes.taxable)},{printed_split(row.taxes, is_home=not row.is_inter)},'
        f'"csamt":{money(row.taxes.cess)}}}'
    )


def _small_amended(row: SmallAmended) -> str:
    head = f'"omon":"{printed_month(row.month)}",{printed_way(is_inter=row.is_inter)},"typ":"OE","pos":"{row.place}",'
    return f'{{{head}{printed_reduced(row)}"itms":[{printed_rates(row)}]}}'


def _untaxed(row: Untaxed) -> str:
    return f'{{"sply_ty":"{row.kind}","expt_amt":{money(row.exempt)},"nil_amt":{money(row.nil)},"ngsup_amt":{money(row.non_gst)}}}'


def _advances(row: Advances, *, is_adjusted: bool = False) -> str:
    is_home = not row.is_inter
    inside = ",".join(
        f'{{"rt":{money(item.rate_bp)},"ad_amt":{money(item.taxable)},{printed_split(item.taxes, is_home=is_home)}'
        f"{printed_cess(item.cess, is_told=not is_adjusted)}}}"
        for item in row.items
    )
    month = f'"omon":"{printed_month(row.month)}",' if row.month else ""
    return f'{{{month}"pos":"{row.place}","sply_ty":"{"INTER" if row.is_inter else "INTRA"}",{printed_reduced(row)}"itms":[{inside}]}}'


def _operators(section: str, members: tuple[str, str], rows: Iterable[Operator]) -> Iterator[Piece]:
    """Table 14, under other names of the taxes than every other table's."""
    for member, pays in zip(members, (False, True), strict=True):
        yield from (Piece((section, member), _operator(row)) for row in rows if row.pays is pays)


def _operator(row: Operator) -> str:
    taxes = row.taxes
    before = f'"omon":"{printed_month(row.month)}","oetin":{quoted(row.original)},' if row.month else ""
    return (
        f'{{{before}"etin":{quoted(row.gstin)},"suppval":{money(taxes.taxable)},"igst":{money(taxes.igst)},"cgst":{money(taxes.cgst)},'
        f'"sgst":{money(taxes.sgst)},"cess":{money(taxes.cess)}}}'
    )


def _issued(rows: Iterable[Issued]) -> Iterator[Piece]:
    by_nature: dict[int, list[Issued]] = {}
    for row in rows:
        by_nature.setdefault(row.nature, []).append(row)
    for nature, ones in by_nature.items():
        inside = ",".join(
            f'{{"num":{number},"from":{quoted(row.first)},"to":{quoted(row.last)},"totnum":{row.total},"cancel":{row.cancelled},'
            f'"net_issue":{row.total - row.cancelled}}}'
            for number, row in enumerate(ones, start=1)
        )
        words = quoted(DOCUMENT_NATURES[nature - 1])
        yield Piece(("doc_issue", "doc_det"), f'{{"doc_num":{nature},"doc_typ":{words},"docs":[{inside}]}}')


def _hsn(told: Gstr1) -> Iterator[Piece]:
    is_split = told.period.month >= HSN_SPLIT_FROM
    for key, rows in (("hsn_b2b", [row for row in told.hsn if row.is_b2b]), ("hsn_b2c", [row for row in told.hsn if not row.is_b2b])):
        if is_split:
            yield from (Piece(("hsn", key), _hsn_row(number, row, is_split=True)) for number, row in enumerate(rows, start=1))
    if not is_split:
        yield from (Piece(("hsn", "data"), _hsn_row(number, row, is_split=False)) for number, row in enumerate(told.hsn, start=1))


def _hsn_row(number: int, row: HsnRow, *, is_split: bool) -> str:
    is_service = row.hsn.startswith("99")
    name = UNTOLD.sub("", row.name)[:30].strip()
    own = f'"user_desc":{quoted(name)},' if is_split and name else ""
    words = f'"desc":{quoted(row.description)},' if row.description else ""
    qty = "0" if is_service else money(rounded(row.qty, 10))
    taxes = row.taxes
    return (
        f'{{"num":{number},"hsn_sc":{quoted(row.hsn)},{own}{words}"uqc":"{"NA" if is_service else row.uqc}","qty":{qty},'
        f'"rt":{money(row.rate_bp)},"txval":{money(taxes.taxable)},"iamt":{money(taxes.igst)},"samt":{money(taxes.sgst)},'
        f'"camt":{money(taxes.cgst)},"csamt":{money(taxes.cess)}}}'
    )
