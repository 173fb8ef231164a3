"""Names for the ids that vouchers keep: of heads and cost centres; and two versions set side by side in those names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from webapp import company, ledger, parties
from webapp.kernel.dates import read_day, written
from webapp.kernel.money import rupees
from webapp.kernel.records import dataclass
from webapp.parties import PartyRow
from webapp.platform.tenancy import Books
from webapp.vouchers import heads
from webapp.vouchers.queries import DocumentRow
from webapp.vouchers.rules import Entry, entries_of, store_of


@dataclass(frozen=True, slots=True)
class LineView:
    """A row of a voucher as it is read. Debit and credit in paise, one of them 0; `costs` are (centre, paise)."""

    account_id: UUID
    party_id: UUID | None
    name: str
    debit: int
    credit: int
    typed: str
    costs: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A field that two versions have differently."""

    what: str
    before: str
    after: str


class Names:
    """The names of what some vouchers name, read once for all of them."""

    def __init__(self, books: Books, entries: Iterable[Entry]) -> None:
        kept = list(entries)
        self.chart = heads.Chart(books)
        self.people: Mapping[UUID, PartyRow] = parties.parties_by_id(books, {entry.party_id for entry in kept if entry.party_id})
        has_costs = any(entry.costs for entry in kept)
        self.centres = {row.id: row.name for row in ledger.cost_centres(books)} if has_costs else {}

    def of(self, entry: Entry) -> str:
        return heads.label(entry.account_id, self.people.get(entry.party_id) if entry.party_id else None, self.chart)

    def lines(self, entries: Sequence[Entry]) -> list[LineView]:
        """Rows as they are read."""
        return [
            LineView(
                account_id=entry.account_id,
                party_id=entry.party_id,
                name=self.of(entry),
                debit=max(entry.amount, 0),
                credit=max(-entry.amount, 0),
                typed=entry.typed,
                costs=tuple((self.centres.get(share.cost_centre_id, ""), share.amount) for share in entry.costs),
            )
            for entry in entries
        ]

    def particulars(self, kept: DocumentRow, account_name: Callable[[str], str] = str) -> str:
        """What a list says of a voucher: who and what it is about. `account_name` is how accounts are called in the reader's language."""
        entries = [entry for entry in kept.entries if entry.account_id not in self.chart.money] or list(kept.entries)
        names = list(dict.fromkeys(self.of(entry) if entry.party_id else account_name(self.of(entry)) for entry in entries))
        return ", ".join(names[:3]) + (" …" if len(names) > 3 else "")

    def row_words(self, entry: Entry) -> str:
        costs = ", ".join(f"{self.centres.get(share.cost_centre_id, '')} {rupees(share.amount)}" for share in entry.costs)
        side = "Dr" if entry.amount >= 0 else "Cr"
        settled = sum(part for *_key, part in entry.bills.get("parts", ()))
        told = [one for one in (costs, _("%(amount)s on bills", amount=rupees(settled)) if settled else "") if one]
        return f"{side} {self.of(entry)} {rupees(abs(entry.amount))}" + (f" ({', '.join(told)})" if told else "")


def lines_of(books: Books, kept: DocumentRow) -> list[LineView]:
    """The rows of a voucher as they are read."""
    return Names(books, kept.entries).lines(kept.entries)


def changes(books: Books, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """The fields that two versions have differently, in the order of the form, rows by their place."""
    rows_before, rows_after = entries_of(before), entries_of(after)
    names = Names(books, [*rows_before, *rows_after])
    fields = [
        (_("Date"), _day(before["date"]), _day(after["date"])),
        (_("Reference"), before["reference"], after["reference"]),
        (_("Narration"), before["narration"], after["narration"]),
        (_("Store"), *_store_names(books, before, after)),
        (_("Reversed on"), _day(before["reverse_on"]), _day(after["reverse_on"])),
    ]
    for place in range(max(len(rows_before), len(rows_after))):
        old, new = ((names.row_words(rows[place]) if place < len(rows) else "") for rows in (rows_before, rows_after))
        fields.append((_("Row %(number)s", number=place + 1), old, new))
    return [Change(what, old or "–", new or "–") for what, old, new in fields if old != new]


def _store_names(books: Books, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, str]:
    """The stores of two versions, where both say one and they differ; else nothing to tell."""
    old, new = store_of(before), store_of(after)
    if old is None or new is None or old == new:
        return "", ""
    return company.store(books, old).name, company.store(books, new).name


def _day(text: str | None) -> str:
    found = read_day(text) if text else None
    return written(found) if found else ""
