"""The papers of a month held against the books: gather what is open, match, write the rows anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, delete, select
from sqlalchemy.orm import aliased

from webapp import purchases
from webapp.gst_inward import documents, matching, queries
from webapp.gst_inward.documents import TAKES_AWAY
from webapp.gst_inward.matching import Kept, Matcher, Pair, Told, Tolerance
from webapp.gst_inward.models import InwardDecision, InwardDocument, InwardFile, InwardMatch, InwardRun
from webapp.gst_returns import Taxes
from webapp.kernel.dates import FinancialYear, month_of
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.records import dataclass
from webapp.platform.rows import put
from webapp.platform.tenancy import Books
from webapp.purchases import InwardBill

LATER_DAYS = 31  # a bill dated after the month may still be the document's: the day was mistyped
_KIND = {documents.INVOICE: matching.BILL, documents.DEBIT_NOTE: matching.BILL, documents.CREDIT_NOTE: matching.NOTE}


class Open(NamedTuple):
    """A document that is to be matched."""

    id: UUID
    month: int
    key: str
    section: str
    kind: str
    gstin: str
    name: str
    number: str
    day: date
    taxes: Taxes
    is_rejected: bool
    original: str  # the key, less its kind of paper, of what it puts right; "" for none


@dataclass(frozen=True, slots=True)
class Done:
    """What a run found: rows by state."""

    counts: dict[str, int] = field(default_factory=dict)


def reconcile(books: Books, gstin: str, month: int) -> Done:
    """Match the documents of a month, and those of earlier months that nothing was found for, with the bills that nothing told of.

    Links by hand stand; what was matched in another month stays. The caller holds the registration's turn.
    """
    setting = queries.setting(books)
    tolerance = Tolerance(setting.paise, setting.days)
    replaced = _replaced(books, gstin, month)
    firsts = _put_aside(books, gstin, month, replaced)
    papers = [*_of_month(books, gstin, month), *_left_open(books, gstin, month)]
    first, last = _span(papers, month)
    bills = _free_bills(books, gstin, month, {one.id for one in papers}, (first, last))
    found = _pairs(papers, bills, _binding(books, gstin), replaced, tolerance)
    before = _drop(books, gstin, month, papers, bills, first)
    rows = [*_rows(papers, bills, found, replaced, tolerance), *_alone(books, papers, bills, found, (gstin, month), before)]
    for row in rows:
        row["first_month"] = firsts.get(row["key"], row["month"])
    books.insert(InwardMatch, [{"gstin": gstin, **row} for row in rows])
    kept = {"gstin": gstin, "month": month, "ran_at": books.now, "tolerance_paise": setting.paise, "tolerance_days": setting.days}
    put(books, InwardRun, [kept])
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["state"]] = counts.get(row["state"], 0) + 1
    return Done(counts)


# Gathering ---------------------------------------------------------------------------------------------------------------


def _columns() -> list[Any]:
    d = InwardDocument
    about = (d.id, d.month, d.key, d.section, d.kind, d.supplier_gstin, d.supplier_name, d.number, d.day, d.is_rejected)
    return [*about, d.original_number, d.original_day, d.source, d.taxable_paise, d.cgst_paise, d.sgst_paise, d.igst_paise, d.cess_paise]


def _open(row: Any) -> Open:
    original = _paper(row[4], row[5], row[10], row[11] or row[8]) if row[10] else ""
    cells: Any = (*row[:9], Taxes(*row[13:18]), row[9], original)
    return Open(*cells)


def _paper(kind: str, gstin: str, number: str, day: date) -> str:
    return documents.key_of(kind, gstin, number, day)


def _of_month(books: Books, gstin: str, month: int) -> list[Open]:
    """GSTR-2B before the IMS before GSTR-2A. What the GSTR-2B of another month told is that month's; what another month only knew from
    elsewhere is given up for a GSTR-2B."""
    d = InwardDocument
    query = select(*_columns()).where(d.gstin == gstin, d.month == month).order_by(d.day, d.key)
    has_2b = books.session.scalar(select(InwardFile.id).where(*_of_file(gstin, month, "gstr2b")).limit(1)) is not None
    held = _held_elsewhere(books, gstin, month)
    best: dict[str, Any] = {}
    for row in books.session.execute(query):
        key, source = row[2], row[12]
        if (source == "gstr2a" and has_2b) or (key in held and (source != "gstr2b" or held[key] == "gstr2b")):
            continue
        if key not in best or _RANK[source] < _RANK[best[key][12]]:
            best[key] = row
    _in_parts(books, gstin, InwardMatch.key, sorted(held.keys() & best.keys()))
    return [_open(row) for row in best.values()]


_RANK = {"gstr2b": 0, "ims": 1, "gstr2a": 2}


def _held_elsewhere(books: Books, gstin: str, month: int) -> dict[str, str]:
    """Documents of this month that a row of another month holds → where that one is from."""
    d, m, other = InwardDocument, InwardMatch, aliased(InwardDocument)
    query = (
        select(m.key, other.source)
        .join(other, and_(other.company_id == m.company_id, other.id == m.document_id))
        .join(d, and_(d.company_id == m.company_id, d.gstin == m.gstin, d.key == m.key))
        .where(m.gstin == gstin, m.month != month, d.month == month)
    )
    rows: Any = books.session.execute(query)
    return dict(rows.all())


def _of_file(gstin: str, month: int, source: str) -> tuple[Any, ...]:
    return InwardFile.gstin == gstin, InwardFile.month == month, InwardFile.source == source


def _left_open(books: Books, gstin: str, month: int) -> list[Open]:
    """Documents of earlier months that nothing was found for, that an amendment had put aside, or whose bill was cancelled since."""
    d, m = InwardDocument, InwardMatch
    joined = and_(m.company_id == d.company_id, m.document_id == d.id)
    states = (matching.ONLY_TOLD, matching.AMENDED)
    is_open = m.state.in_(states) | ~purchases.is_standing(m.bill_id)
    query = select(*_columns()).join(m, joined).where(m.gstin == gstin, m.month < month, is_open).order_by(d.day, d.key)
    return [_open(row) for row in books.session.execute(query)]


def _replaced(books: Books, gstin: str, month: int) -> dict[str, tuple[int, str]]:
    """The paper that an amendment puts right → the newest month that does so, and the amendment's key."""
    d = InwardDocument
    query = select(*_columns()).where(d.gstin == gstin, d.month <= month, d.original_number != "", ~d.is_rejected)
    found: dict[str, tuple[int, str]] = {}
    for row in books.session.execute(query.order_by(d.month, d.key)):
        one = _open(row)
        found[one.original] = (one.month, one.key)
    return found


def _is_replaced(one: Open, replaced: dict[str, tuple[int, str]]) -> bool:
    newest = replaced.get(_paper(one.kind, one.gstin, one.number, one.day))
    if newest is None or newest[1] == one.key:
        return False
    return newest[0] > one.month or (newest[0] == one.month and not one.original)


def _span(papers: Sequence[Open], month: int) -> tuple[date, date]:
    """The days whose bills are looked at: the financial year before, or a month before the oldest document; and a month on."""
    end = (date(month // 100, month % 100, 1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    oldest = min((one.day for one in papers), default=end) - timedelta(days=matching.NUMBER_DAYS)
    return min(oldest, FinancialYear(FinancialYear.of(end).start_year - 1).first_day), end + timedelta(days=LATER_DAYS)


def _free_bills(books: Books, gstin: str, month: int, open_ids: set[UUID], days: tuple[date, date]) -> list[InwardBill]:
    """Bills of those days that no document of another month has."""
    m = InwardMatch
    query = select(m.bill_id, m.document_id, m.month).where(m.gstin == gstin, m.bill_id.is_not(None), m.document_id.is_not(None))
    taken = {row[0] for row in books.session.execute(query) if row[2] != month and row[1] not in open_ids}
    return [one for one in purchases.inward_bills(books, gstin, *days) if one.id not in taken and _is_told(one)]


def _is_told(one: InwardBill) -> bool:
    """Whether a supplier with a GSTIN, or customs, would tell of it."""
    return bool(one.entry_number) if one.tax_by == "import" else bool(one.gstin)


def _binding(books: Books, gstin: str) -> dict[str, tuple[UUID | None, set[UUID], bool]]:
    """Decisions that say something of matching: document → (bill linked by hand, bills kept apart, set aside)."""
    own = InwardDecision
    query = select(own.key, own.bill_id, own.apart, own.is_ignored).where(own.gstin == gstin, own.binds)
    rows: Any = books.session.execute(query)
    return {key: (bill_id, {id_ for one in apart if (id_ := read_id(one))}, ignored) for key, bill_id, apart, ignored in rows}


def told(one: Open) -> Told:
    kind = matching.CUSTOMS if one.kind == documents.ENTRY else _KIND[one.kind]
    return Told(one.key, kind, one.gstin, one.number, one.day, one.taxes)


def kept(bill: InwardBill) -> Kept:
    taxes = Taxes(bill.taxable, bill.cgst, bill.sgst, bill.igst, bill.cess)
    if bill.tax_by == "import":
        return Kept(bill.id, matching.CUSTOMS, bill.gstin, (bill.entry_number,), bill.entry_date or bill.bill_date, taxes)
    if bill.kind == "debit_note":
        return Kept(bill.id, matching.NOTE, bill.gstin, (bill.number, bill.supplier_number), bill.bill_date, taxes)
    return Kept(bill.id, matching.BILL, bill.gstin, (bill.supplier_number,), bill.bill_date, taxes)


# Matching ----------------------------------------------------------------------------------------------------------------


def _is_compared(one: Open, replaced: dict[str, tuple[int, str]]) -> bool:
    """What a distributor shared out and what is given back has no bill of ours; what was put right gives its bill to what did so."""
    return one.section != "itcrev" and (one.kind in _KIND or one.kind == documents.ENTRY) and not _is_replaced(one, replaced)


def _pairs(
    papers: Sequence[Open],
    bills: Sequence[InwardBill],
    decided: dict[str, tuple[UUID | None, set[UUID], bool]],
    replaced: dict[str, tuple[int, str]],
    tolerance: Tolerance,
) -> dict[int, Pair]:
    """Document's place → its pair, by place in `papers` and `bills`. Rejected documents choose last."""
    found: dict[int, Pair] = {}
    place_of = {one.id: at for at, one in enumerate(bills)}
    for wanted in (False, True):
        asked = [at for at, one in enumerate(papers) if one.is_rejected is wanted and _is_compared(one, replaced)]
        taken = {pair.kept for pair in found.values()}
        free = [at for at in range(len(bills)) if at not in taken]
        back = {at: place for place, at in enumerate(free)}
        linked = []
        for place, at in enumerate(asked):
            bill_id = decided.get(papers[at].key, (None,))[0]
            if bill_id in place_of and place_of[bill_id] in back:
                linked.append(Pair(place, back[place_of[bill_id]], matching.HAND))

        def barred(place: int, bill: int, asked: list[int] = asked, free: list[int] = free) -> bool:
            known = decided.get(papers[asked[place]].key)
            return known is not None and bills[free[bill]].id in known[1]

        matcher = Matcher([told(papers[at]) for at in asked], [kept(bills[at]) for at in free], tolerance)
        for pair in matcher.run(linked, barred):
            found[asked[pair.told]] = Pair(asked[pair.told], free[pair.kept], pair.stage)
    return found


# Writing -----------------------------------------------------------------------------------------------------------------


def _drop(books: Books, gstin: str, month: int, papers: Sequence[Open], bills: Sequence[InwardBill], first: date) -> set[UUID]:
    """Take away the rows that are made anew. Answers with the bills of later months that stood alone: they are to stand so again."""
    m = InwardMatch
    books.session.execute(delete(m).where(m.gstin == gstin, m.month == month, m.document_id.is_not(None)))
    _in_parts(books, gstin, m.document_id, [one.id for one in papers if one.month != month])
    known = {one.id for one in bills}
    alone = select(m.bill_id).where(m.gstin == gstin, m.document_id.is_(None))
    stood = {bill_id for bill_id in books.session.scalars(alone) if bill_id in known}
    # A bill that was cancelled meanwhile stands alone no more either.
    books.session.execute(delete(m).where(m.gstin == gstin, m.document_id.is_(None), m.month <= month, m.day >= first))
    _in_parts(books, gstin, m.bill_id, sorted(stood))
    return stood


def _put_aside(books: Books, gstin: str, month: int, replaced: dict[str, tuple[int, str]]) -> dict[str, int]:
    """Documents of earlier months that a document of this one puts right give up their bill to it. Answers with the month in which what
    each amendment puts right was told."""
    by_key = {key: amendment for paper, (newest, amendment) in replaced.items() if newest == month for key in _keys_of(paper)}
    keys, m = sorted(by_key), InwardMatch
    firsts: dict[str, int] = {}
    for at in range(0, len(keys), queries.CHUNK):
        some = (m.gstin == gstin, m.month < month, m.key.in_(keys[at : at + queries.CHUNK]))
        for row in books.session.scalars(select(m).where(*some)):
            firsts[by_key[row.key]] = min(row.first_month, firsts.get(by_key[row.key], row.first_month))
            row.state, row.stage, row.bill_id, row.differences = matching.AMENDED, matching.NONE, None, []
    books.session.flush()
    return firsts


def _keys_of(paper: str) -> tuple[str, str]:
    """The keys under which a paper may have been told: as it was, or as an amendment of something before it."""
    kind, _bar, rest = paper.partition("|")
    return paper, f"{kind}-a|{rest}"


def _in_parts(books: Books, gstin: str, column: Any, values: Sequence[Any]) -> None:
    for at in range(0, len(values), queries.CHUNK):
        books.session.execute(delete(InwardMatch).where(InwardMatch.gstin == gstin, column.in_(values[at : at + queries.CHUNK])))


def _rows(
    papers: Sequence[Open],
    bills: Sequence[InwardBill],
    found: dict[int, Pair],
    replaced: dict[str, tuple[int, str]],
    tolerance: Tolerance,
) -> Iterable[dict[str, Any]]:
    taken = {pair.kept for pair in found.values()}
    left = matching.sums_by_gstin(kept(one) for at, one in enumerate(bills) if at not in taken)
    for at, one in enumerate(papers):
        pair = found.get(at)
        row = {**_about(one), "bill_id": None, "stage": matching.NONE, "state": matching.APART, "differences": [], "why": ""}
        if pair:
            other = kept(bills[pair.kept])
            row |= {"bill_id": other.id, "stage": pair.stage, "differences": matching.differences(told(one), other)}
            row["state"] = matching.state_of(pair, told(one), other, tolerance)
        elif _is_replaced(one, replaced):
            row["state"] = matching.AMENDED
        elif _is_compared(one, replaced) and not one.is_rejected:
            near = matching.nearest(told(one), left)
            row |= {"state": matching.ONLY_TOLD, "why": "other_bills" if near else "no_bills"}
            row["differences"] = [["nearest", "", near]] if near else []
        yield row


def _about(one: Open) -> dict[str, Any]:
    sign = -1 if one.kind in TAKES_AWAY else 1
    return {
        "id": new_id(),
        "month": one.month,
        "first_month": one.month,
        "document_id": one.id,
        "key": one.key,
        "kind": one.kind,
        "supplier_gstin": one.gstin,
        "supplier_name": one.name,
        "number": one.number,
        "day": one.day,
        "taxable_paise": sign * one.taxes.taxable,
        "tax_paise": sign * one.taxes.tax,
    }


def _alone(
    books: Books,
    papers: Sequence[Open],
    bills: Sequence[InwardBill],
    found: dict[int, Pair],
    of: tuple[str, int],
    before: set[UUID],
) -> Iterable[dict[str, Any]]:
    """Bills with tax that nothing told of, up to the end of the month; those of a later month only where its own run had them so."""
    gstin, month = of
    taken = {bills[pair.kept].id for pair in found.values()}
    heard = {one.gstin for one in papers}
    told_months = set(
        books.session.scalars(select(InwardFile.month).where(InwardFile.gstin == gstin, InwardFile.source != "ims").distinct())
    )
    for bill in bills:
        one = kept(bill)
        own_month = month_of(one.day)
        if bill.id in taken or not one.taxes.tax or (own_month > month and bill.id not in before):
            continue
        why = "no_file" if own_month not in told_months and month not in told_months else "not_told" if bill.gstin in heard else "silent"
        yield {"id": new_id(), **alone_row(bill, why)}


def alone_row(bill: InwardBill, why: str) -> dict[str, Any]:
    """The row of a bill that nothing told of."""
    one = kept(bill)
    sign = -1 if one.kind == matching.NOTE else 1
    kind = documents.CREDIT_NOTE if sign < 0 else documents.ENTRY if one.kind == matching.CUSTOMS else documents.INVOICE
    return {
        "month": month_of(one.day),
        "first_month": month_of(one.day),
        "document_id": None,
        "key": f"bill|{bill.id}",
        "bill_id": bill.id,
        "kind": kind,
        "stage": matching.NONE,
        "state": matching.ONLY_BOOKS,
        "supplier_gstin": bill.gstin,
        "supplier_name": bill.name,
        "number": one.numbers[0],
        "day": one.day,
        "taxable_paise": sign * one.taxes.taxable,
        "tax_paise": sign * one.taxes.tax,
        "differences": [],
        "why": why,
    }
