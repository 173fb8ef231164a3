"""The voucher screen as values for its template: blank, of a voucher that is kept, or of what was typed and refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from webapp import company, parties
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import Paise, indian_grouping
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books
from webapp.vouchers import bills, heads, queries
from webapp.vouchers.forms import TypedRow, TypedShare, TypedVoucher
from webapp.vouchers.queries import DocumentRow
from webapp.vouchers.rules import KINDS, Entry, State
from webapp.vouchers.tds import Proposal

# The side each kind begins with, as Tally has it.
_FIRST_SIDES = {"contra": "CD", "payment": "DC", "receipt": "CD", "journal": "DC", "debit_note": "DC", "credit_note": "CD"}
SPARE_ROWS = 4  # for browsers without scripts; the others add rows as they are needed


@dataclass(frozen=True, slots=True)
class Screen:
    """What the form shows. `document` is the voucher being changed, None for a new one."""

    id: UUID
    save_id: UUID
    version: int
    kind: str
    date_text: str
    base: date
    rows: tuple[TypedRow, ...]
    narration: str
    reference: str
    reverse_text: str
    wish: State
    reason: str
    store: str
    document: DocumentRow | None = None

    @property
    def weekday(self) -> str:
        return self.base.strftime("%A")


def typed_form(day: date) -> str:
    """A day as the date field shows it."""
    return day.strftime("%d-%m-%Y")


def blank(kind: str, day: date, store_id: UUID) -> Screen:
    """A new voucher of a kind, of a store."""
    sides = _FIRST_SIDES[kind]
    return Screen(
        id=new_id(),
        save_id=new_id(),
        version=0,
        kind=kind,
        date_text=typed_form(day),
        base=day,
        rows=with_spare((), sides),
        narration="",
        reference="",
        reverse_text="",
        wish=State.POSTED,
        reason="",
        store=str(store_id),
    )


def of_document(books: Books, kept: DocumentRow, *, is_copy: bool, day: date | None = None) -> Screen:
    """A kept voucher to be changed; or, as a copy, a new one like it."""
    rows = typed_rows(books, kept.entries)
    on = day or kept.voucher_date
    return Screen(
        id=new_id() if is_copy else kept.id,
        save_id=new_id(),
        version=0 if is_copy else kept.version,
        kind=kept.kind,
        date_text=typed_form(on),
        base=on,
        rows=with_spare(rows, _FIRST_SIDES[kept.kind]),
        narration=kept.narration,
        reference=kept.reference,
        reverse_text=typed_form(kept.reverse_on) if kept.reverse_on and not is_copy else "",
        wish=State.POSTED if is_copy or kept.standing.is_in_books else kept.standing,
        reason="",
        store=str(kept.store_id),
        document=None if is_copy else kept,
    )


def of_typed(typed: TypedVoucher, document: DocumentRow | None, proposal: Proposal | None = None) -> Screen:
    """What was typed, as it was typed; with the rows of a proposal in place of its own."""
    return Screen(
        id=typed.id,
        save_id=typed.save_id,
        version=typed.version,
        kind=typed.kind,
        date_text=typed.date_text,
        base=typed.day,
        rows=with_spare(proposal.rows if proposal else typed.rows, _FIRST_SIDES[typed.kind]),
        narration=typed.narration,
        reference=typed.reference,
        reverse_text=typed.reverse_text,
        wish=typed.wish,
        reason=typed.reason,
        store=typed.store,
        document=document,
    )


def as_typed(books: Books, kept: DocumentRow) -> TypedVoucher:
    """A kept voucher as it would be typed to be posted."""
    return TypedVoucher(
        id=kept.id,
        save_id=new_id(),
        version=kept.version,
        kind=kept.kind,
        day=kept.voucher_date,
        date_text=typed_form(kept.voucher_date),
        base=kept.voucher_date,
        rows=typed_rows(books, kept.entries),
        amounts=tuple(Paise(abs(entry.amount)) for entry in kept.entries),
        narration=kept.narration,
        reference=kept.reference,
        wish=State.POSTED,
        reverse_on=kept.reverse_on,
        reverse_text=typed_form(kept.reverse_on) if kept.reverse_on else "",
        reason="",
        store=str(kept.store_id),
        store_id=kept.store_id,
    )


def typed_rows(books: Books, entries: tuple[Entry, ...]) -> tuple[TypedRow, ...]:
    """Kept rows as they would be typed."""
    chart = heads.Chart(books)
    people = parties.parties_by_id(books, {entry.party_id for entry in entries if entry.party_id})
    return tuple(
        TypedRow(
            side="D" if entry.amount >= 0 else "C",
            account=heads.label(entry.account_id, people.get(entry.party_id) if entry.party_id else None, chart),
            key=entry.account_id.hex + (f":{entry.party_id.hex}" if entry.party_id else ""),
            amount=entry.typed or (indian_grouping(abs(entry.amount)) if entry.amount else ""),
            bills=bills.typed_of(entry.bills),
            shares=tuple(TypedShare(str(share.cost_centre_id), indian_grouping(share.amount)) for share in entry.costs),
        )
        for entry in entries
    )


def with_spare(rows: tuple[TypedRow, ...], sides: str) -> tuple[TypedRow, ...]:
    """The rows, and some to fill in: the first two of a new voucher stand on the sides of its kind."""
    missing = [TypedRow(side=side) for side in sides[len(rows) :]]
    return (*rows, *missing, *(TypedRow(side=sides[1]) for _ in range(SPARE_ROWS)))


@dataclass(frozen=True, slots=True)
class BillsOfRow:
    """What the template draws of a row's bills: the open ones with what was typed for each, and the row's own reference."""

    choices: list[tuple[str, Any, str]]
    typed: bills.TypedBills


def bills_of(books: Books, rows: tuple[TypedRow, ...], kind: str, errors: Mapping[str, str]) -> dict[int, BillsOfRow]:
    """For each row of a party where bills were typed or refused: what may be settled there. The others ask when they are chosen."""
    wanted = {
        number: row for number, row in enumerate(rows, 1) if row.bills.parts or row.bills.kind or f"bills-{number}" in errors
    }  # fmt: skip
    if not wanted:
        return {}
    asked = {number: heads.Asked(row.key, row.account) for number, row in wanted.items()}
    found = heads.resolve(books, heads.Chart(books), asked.values(), kind)
    drawn = {}
    for number, row in wanted.items():
        head = found[asked[number]]
        key = f"{head.account_id.hex}:{head.party_id.hex}" if head.account_id and head.party_id else ""
        drawn[number] = bills_of_key(books, key, row.side, row.bills)
    return drawn


def bills_of_key(books: Books, key: str, side: str, typed: bills.TypedBills) -> BillsOfRow:
    """The bills that a row on this head and side may settle; none for a head that is nobody's or not ours."""
    account, _, party = key.partition(":")
    account_id, party_id = read_id(account), read_id(party)
    if account_id is None or party_id is None or parties.party_or_none(books, party_id) is None:
        return BillsOfRow([], typed)
    return BillsOfRow(bills.open_bills(books, party_id, account_id, side=side, keep=typed.parts), typed)


def store_choices(books: Books, chosen: str) -> list[tuple[str, str]]:
    """The stores this member may put a voucher in; with the voucher's own one, should that be closed by now. Empty where there is
    no choice to make."""
    found = [(str(one.id), one.name) for one in company.my_stores(books)]
    own = read_id(chosen)
    if own is not None and str(own) not in dict(found):
        found += [(str(one.id), one.name) for one in company.stores(books, with_closed=True) if one.id == own]
    return found if len(found) > 1 else []


def narrations(books: Books) -> Mapping[str, str]:
    """What was last narrated in each kind, to be repeated with one key."""
    found: dict[str, Any] = {kind: queries.newest(books, kind) for kind in KINDS}
    return {kind: kept.narration for kind, kept in found.items() if kept is not None and kept.narration}
