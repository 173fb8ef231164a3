"""A registration's GSTR-1 of a period, put together from what the readers find. Nothing is decided about tax here: papers have said it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from webapp.catalogue import official_words
from webapp.company import profile, stores
from webapp.gst_returns import amending, facts, reading, reading_interest, reading_others, reading_particulars, reading_through, schemes
from webapp.gst_returns.facts import HSN_SPLIT_FROM, IFF_SECTIONS, UNITS
from webapp.gst_returns.periods import IFF, QUARTER, ReturnPeriod
from webapp.gst_returns.queries import FiledRow, filed_before, told_by_iff
from webapp.gst_returns.reading import Group, Part
from webapp.gst_returns.told import UNTAXED_KINDS, Document, Gstr1, HsnRow, Issued, Small, Taxes, Untaxed
from webapp.kernel.errors import NotFound
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books
from webapp.tax.rules import Scheme, Supply, Treatment, state_of_gstin


@dataclass(frozen=True, slots=True)
class Registration:
    """A GSTIN that files: its state and the stores that sell under it."""

    gstin: str
    state_code: str
    stores: tuple[str, ...]
    store_ids: tuple[UUID, ...]


def registrations(books: Books) -> list[Registration]:
    """Whose returns there are, the company's own first. None for composition and unregistered sellers, who have no GSTR-1; but one that was
    under the regular scheme before tells the months of then."""
    own = profile(books)
    if not own.gstin or (own.scheme != Scheme.REGULAR.value and not schemes.was_regular(books)):
        return []
    found: dict[str, list[tuple[str, UUID]]] = {own.gstin: []}
    for one in stores(books, with_closed=True):
        found.setdefault(one.gstin or own.gstin, []).append((one.name, one.id))
    return [
        Registration(gstin, state_of_gstin(gstin) or own.state_code, tuple(name for name, _id in some), tuple(id_ for _name, id_ in some))
        for gstin, some in found.items()
    ]


def registration(books: Books, gstin: str) -> Registration:
    """One of them. NotFound for a GSTIN that is not this company's."""
    found = next((one for one in registrations(books) if one.gstin == gstin), None)
    if found is None:
        raise NotFound("registration")
    return found


def gstr1(books: Books, of: Registration, period: ReturnPeriod) -> Gstr1:
    """The return as the books stand now, with amendments of what earlier returns told otherwise."""
    told = plain(books, of, period)
    earlier = filed_before(books, of.gstin, period)
    changed = [row for row in earlier if row.was_entered]
    if changed:
        told = amending.with_amendments(told, [_compared(books, of, row, earlier) for row in changed])
    return told.only(IFF_SECTIONS) if period.kind == IFF else told


def plain(books: Books, of: Registration, period: ReturnPeriod) -> Gstr1:
    """The return of the period's own papers."""
    span, own = period.days, profile(books)
    notes = reading_interest.notes(books, of.store_ids, span)
    note_papers, note_parts = reading_interest.tell(books, notes, period, of.state_code)
    sent, sent_parts = reading_others.transfers(books, of.gstin, span)
    digits = facts.hsn_digits(period.month, is_over_5_crore=own.turnover_over_5_crore)
    sums = [*reading.groups(books, of.gstin, span, digits), *(part.group for part in (*sent_parts, *note_parts))]
    received, adjusted = reading_others.advances(books, of.gstin, span)
    found = reading_particulars.particulars(books, of.gstin, span)
    through_papers, through = reading_through.through_us(books, of.gstin, span)
    documents = [*reading.documents(books, of.gstin, span, found.reverse_items), *sent, *note_papers, *through_papers]
    if period.kind == QUARTER and (gone := told_by_iff(books, of.gstin, period)):
        documents = [one for one in documents if (one.section, one.number.upper()) not in gone]
    standing = [(note.number, note.cancelled_on is None) for note in notes if span.first_day <= note.day <= span.last_day]
    return Gstr1(
        gstin=of.gstin,
        period=period,
        documents=tuple(sorted(documents, key=_place_of)),
        small=_small(sums),
        untaxed=_untaxed(sums),
        received=tuple(received),
        adjusted=tuple(adjusted),
        operators=found.operators,
        through=through,
        hsn=_in_official_words(books, _hsn(sums, is_split=period.month >= HSN_SPLIT_FROM)),
        issued=tuple(sorted([*_runs(books, of.gstin, period), *reading_others.other_runs(books, of.gstin, span, standing)])),
    )


def other_parts(books: Books, of: Registration, period: ReturnPeriod) -> list[Part]:
    """What papers that are no bills add to the tables in sums."""
    notes = reading_interest.notes(books, of.store_ids, period.days)
    _documents, parts = reading_interest.tell(books, notes, period, of.state_code)
    return [*reading_others.transfers(books, of.gstin, period.days)[1], *parts]


def _compared(books: Books, of: Registration, row: FiledRow, earlier: Sequence[FiledRow]) -> amending.Changed:
    """A filed period as it was told, later amendments included, and as the books tell it now."""
    now = plain(books, of, row.period)
    payloads = [one.payload for one in earlier if one.filed_at >= row.filed_at]
    return amending.Changed(row.period, payloads, now.only(IFF_SECTIONS) if row.period.kind == IFF else now)


def _place_of(one: Document) -> tuple[str, str, str, str]:
    return one.section, one.ctin or one.place, one.day.isoformat(), one.number


def _small(sums: Iterable[Group]) -> tuple[Small, ...]:
    found: dict[tuple[bool, str, int], Taxes] = {}
    for row in sums:
        if row.is_small and row.treatment == Treatment.TAXABLE.value:
            key = (row.supply != Supply.INTRA.value, row.place, row.rate_bp)
            found[key] = found.get(key, Taxes()).plus(row.taxes)
    return tuple(Small(place, rate, is_inter, taxes) for (is_inter, place, rate), taxes in sorted(found.items()) if any(taxes))


def _untaxed(sums: Iterable[Group]) -> tuple[Untaxed, ...]:
    """Table 8. What leaves the country or goes to an SEZ is zero-rated (IGST Act s.16) and told with its document."""
    found: dict[str, list[int]] = {}
    columns = {Treatment.NIL.value: 0, Treatment.EXEMPT.value: 1, Treatment.NON_GST.value: 2}
    for row in sums:
        if row.is_home and row.treatment in columns:
            kind = f"{'INTRA' if row.supply == Supply.INTRA.value else 'INTR'}B2{'B' if row.is_registered else 'C'}"
            found.setdefault(kind, [0, 0, 0])[columns[row.treatment]] += row.taxes.taxable
    return tuple(Untaxed(kind, *found[kind]) for kind in UNTAXED_KINDS if any(found.get(kind, ())))


def _hsn(sums: Iterable[Group], *, is_split: bool) -> tuple[HsnRow, ...]:
    """Table 12 by code, unit and rate. What leaves the country stands with the sales to unregistered buyers."""
    found: dict[tuple[bool, str, str, int], HsnRow] = {}
    for row in sums:
        # A code for services has no unit there, so services of two units are one row.
        unit = "NA" if row.hsn.startswith("99") else row.unit if row.unit in UNITS else "OTH"
        key = (is_split and not row.is_registered, row.hsn, unit, row.rate_bp)
        before = found.get(key) or HsnRow(is_split and row.is_registered, row.hsn, row.name, unit, 0, row.rate_bp, Taxes())
        found[key] = before._replace(qty=before.qty + row.qty, taxes=before.taxes.plus(row.taxes), name=before.name or row.name)
    return tuple(row for _key, row in sorted(found.items()) if row.qty or any(row.taxes))


def _in_official_words(books: Books, rows: tuple[HsnRow, ...]) -> tuple[HsnRow, ...]:
    """The rows with the portal's own words for their codes, where the company has brought in its list: letter by letter, or none."""
    words = official_words(books, {row.hsn for row in rows})
    return tuple(row._replace(description=words.get(row.hsn, "")) for row in rows)


def _runs(books: Books, gstin: str, period: ReturnPeriod) -> list[Issued]:
    rows = []
    for is_note, low, high, first, last, standing in reading.series(books, gstin, period.days):
        nature = reading_others.CREDIT_NOTES if is_note else reading_others.INVOICES
        total = high - low + 1
        rows.append(Issued(nature, first, last, total, total - standing))
    return rows
