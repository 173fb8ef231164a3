"""A party's statement as it is sent: the lines of its days, then the bills that are open. In words that were chosen beforehand, for a
job that draws one has no reader whose language it could ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from webapp import ledger
from webapp.company import profile
from webapp.kernel.dates import Period
from webapp.kernel.money import Paise, rupees
from webapp.kernel.records import dataclass
from webapp.outstandings import ages
from webapp.outstandings.ages import PartyAge
from webapp.outstandings.forms import Shown, read_shown
from webapp.outstandings.lines import PAYABLE, RECEIVABLE
from webapp.outstandings.rules import OpenItem
from webapp.parties import PartyRow
from webapp.platform import tables_pdf
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books

_PIECE = 1000


@dataclass(frozen=True, slots=True)
class Words:
    """What a statement of some days says, in its reader's language: `columns` are the seven headings, `buckets` the ages, youngest
    first, `kinds` the kinds of vouchers by their word in the database."""

    columns: Sequence[str]
    opening: str
    closing: str
    open_on: str
    days: str
    on_account: str
    buckets: Sequence[str]
    kinds: Mapping[str, str]
    pages: str


def shown_of(who: PartyRow, period: Period, args: Mapping[str, str], books: Books) -> Shown:
    """The outstandings that stand below a party's statement: those at the end of its days, of the side it mostly is on."""
    side = PAYABLE if who.is_supplier and not who.is_customer else RECEIVABLE
    return read_shown({**args, "on": period.last_day.isoformat()}, side, books.today)


def page_of(books: Books, who: PartyRow, shown: Shown, asked: ledger.Asked) -> ledger.RegisterPage:
    """A page of a party's lines, of one store or one cost centre where that is asked for."""
    if shown.asked.centres:
        return ledger.centre_party_page(books, who.id, shown.asked.centres, asked)
    return ledger.party_page(books, who.id, asked)


def open_of(books: Books, who: PartyRow, shown: Shown) -> tuple[list[OpenItem], PartyAge]:
    """What is open of a party, and how old it is."""
    items = ages.open_items(books, who.id, on=shown.asked.on, store_id=shown.asked.store_id, centres=shown.asked.centres)
    if shown.is_netted:
        items = ages.netted_items(items, shown.asked.side)
    return items, ages.aged(items, shown.asked, shown.edges)


def columns(words: Words) -> tuple[Column, ...]:
    """The columns of a statement."""
    kinds = ("day", "text", "code", "day", "amount", "amount", "amount")
    shares = (12, 30, 16, 12, 14, 14, 15)
    return tuple(Column(*one) for one in zip(words.columns, kinds, shares, strict=True))


def about(words: Words, foot: PartyAge) -> tuple[str, ...]:
    """What stands beneath its title: the days, and what is open by age."""
    ages_of = [*zip(words.buckets, foot.buckets, strict=True), (words.on_account, foot.on_account)]
    said = " · ".join(f"{label}: {rupees(Paise(amount))}" for label, amount in ages_of if amount)
    return (words.days, *([said] if said else []))


def rows(books: Books, who: PartyRow, period: Period, shown: Shown, words: Words) -> Iterator[Sequence[Any]]:
    """Its lines, from the opening balance to the last open bill."""
    asked = ledger.Asked(period.first_day, period.last_day, most=_PIECE, store_id=shown.asked.store_id)
    opening = page_of(books, who, shown, replace(asked, most=1)).opening
    yield period.first_day, words.opening, "", "", 0, 0, opening
    closing = opening
    for row in _whole(books, who, shown, asked):
        closing = row.balance
        yield row.key.day, words.kinds.get(row.kind, row.kind), row.number, "", row.debit, row.credit, row.balance
    yield period.last_day, words.closing, "", "", 0, 0, closing
    items, _foot = open_of(books, who, shown)
    if items:
        yield "", words.open_on, "", "", None, None, None
    for item in items:
        due_on = item.due_on if item.open * shown.asked.sign > 0 else ""  # money on account falls due on no day
        yield item.day, words.kinds.get(item.kind, item.kind), item.name, due_on, max(item.open, 0), max(-item.open, 0), None


def draw(books: Books, who: PartyRow, period: Period, words: Words) -> bytes:
    """The statement as a PDF, as the books stand now."""
    shown = shown_of(who, period, {}, books)
    paper = tables_pdf.Paper(
        business=profile(books).name,
        title=who.name,
        about=about(words, open_of(books, who, shown)[1]),
        columns=columns(words),
        page_words=words.pages,
    )
    return tables_pdf.draw(paper, rows(books, who, period, shown, words))


def _whole(books: Books, who: PartyRow, shown: Shown, asked: ledger.Asked) -> Iterator[ledger.RegisterRow]:
    after = None
    while True:
        found = page_of(books, who, shown, replace(asked, after=after))
        yield from found.rows
        if found.later is None:
            return
        after = found.later
