"""From what was typed to what is saved: names become accounts and parties, sums become paise, shares become whole."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from webapp import ledger
from webapp.kernel.calculator import worked_out
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import read_id
from webapp.kernel.money import Paise
from webapp.kernel.posting import CostShare
from webapp.platform.tenancy import Books
from webapp.vouchers import bills, forms, heads, rules, service
from webapp.vouchers.forms import TypedRow, TypedVoucher
from webapp.vouchers.queries import DocumentRow
from webapp.vouchers.rules import Entry, VoucherCommand

# Stands where a head could not be found, so that the other faults of the form are told in the same breath.
_NOBODY = UUID(int=0)


def enter(books: Books, typed: TypedVoucher) -> DocumentRow:
    """Save what was typed. InvalidInput by field with all that is wrong with it; else as `service.save`."""
    errors = dict(typed.errors)
    chart = heads.Chart(books)
    asked = [heads.Asked(row.key, row.account) for row in typed.rows]
    found = heads.resolve(books, chart, asked, typed.kind)
    entries = []
    for number, (row, head, amount) in enumerate(zip(typed.rows, asked, typed.amounts, strict=True), 1):
        if found[head].words:
            errors[f"account-{number}"] = found[head].words
        entries.append(
            Entry(
                account_id=found[head].account_id or _NOBODY,
                amount=Paise(amount if row.side == "D" else -amount),
                party_id=found[head].party_id,
                costs=_shares(books, row, amount, number, errors),
                typed=forms.sum_typed(row),
                bills=_bills(row, amount, number, errors) if found[head].party_id else {},
            )
        )
    command = VoucherCommand(
        id=typed.id,
        save_id=typed.save_id,
        kind=typed.kind,
        voucher_date=typed.day,
        entries=tuple(entries),
        narration=typed.narration,
        reference=typed.reference,
        wish=typed.wish,
        reverse_on=typed.reverse_on,
        store_id=typed.store_id,
        version=typed.version,
        reason=typed.reason,
    )
    if errors:
        raise InvalidInput({**rules.faults(command, chart.for_rules(), books.today), **errors})
    return service.save(books, command)


def _bills(row: TypedRow, amount: Paise, number: int, errors: dict[str, str]) -> dict[str, Any]:
    try:
        return bills.read(row.bills, amount)
    except ValueError as words:
        errors[f"bills-{number}"] = str(words)
        return {}


def _shares(books: Books, row: TypedRow, amount: Paise, number: int, errors: dict[str, str]) -> tuple[CostShare, ...]:
    """The cost centres of a row. One without an amount bears what the others leave."""
    shares: list[CostShare] = []
    left, waiting = int(amount), None
    for typed in row.shares:
        centre = read_id(typed.centre) or _centre_named(books, typed.centre)
        if centre is None:
            errors[f"costs-{number}"] = "Choose a cost centre from the list."
            continue
        if not typed.amount and waiting is None:
            waiting = centre
            continue
        try:
            part = worked_out(typed.amount)
        except ValueError as words:
            errors[f"costs-{number}"] = str(words)
            continue
        shares.append(CostShare(centre, part))
        left -= part
    if waiting is not None and left > 0:
        shares.append(CostShare(waiting, Paise(left)))
    return tuple(shares)


def _centre_named(books: Books, text: str) -> UUID | None:
    return next((row.id for row in ledger.cost_centres(books) if row.name == text), None)
