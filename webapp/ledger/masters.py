"""What the ledger's lines are put under, made and read: cost centres, and what parties stand at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id
from webapp.kernel.text import clean_text, folded
from webapp.ledger.models import CostCentre, JournalLine, PartyBalance, Voucher
from webapp.platform import audit
from webapp.platform.tenancy import Books

MOST_NAME = 100


class CentreRow(NamedTuple):
    """A cost centre."""

    id: UUID
    name: str
    parent_id: UUID | None
    is_archived: bool


def cost_centres(books: Books) -> list[CentreRow]:
    """Every cost centre by name, those put away last."""
    rows = books.session.execute(select(CostCentre.id, CostCentre.name, CostCentre.parent_id, CostCentre.archived_at))
    found = [CentreRow(id_, name, parent, archived is not None) for id_, name, parent, archived in rows]
    return sorted(found, key=lambda row: (row.is_archived, folded(row.name), row.id))


def centres_beneath(books: Books, centre_id: UUID) -> list[CentreRow]:
    """A cost centre with all that stand beneath it, itself first: what a filter by it takes. Empty when there is none by that id."""
    return beneath(cost_centres(books), centre_id)


def beneath(known: Sequence[CentreRow], centre_id: UUID) -> list[CentreRow]:
    """Of `known` centres one and those beneath it, itself first."""
    found = [row for row in known if row.id == centre_id]
    for above in found:  # grows while it is read
        found += [row for row in known if row.parent_id == above.id]
    return found


def create_cost_centre(books: Books, name: str, parent_id: UUID | None = None, id: UUID | None = None) -> CentreRow:  # noqa: A002 - the caller's own id for it
    """Make a cost centre, maybe under another. The same `id` again gives the first one; InvalidInput by field."""
    known = cost_centres(books)
    if id is not None and (made := next((row for row in known if row.id == id), None)):
        return made
    errors: dict[str, str] = {}
    kept = _name_of(name, errors)
    if kept and any(folded(row.name) == folded(kept) for row in known):
        errors["name"] = f"There is a cost centre called {kept} already. Use it, or choose another name."
    if parent_id is not None and parent_id not in {row.id for row in known}:
        errors["parent_id"] = "Choose the centre it stands under from the list."
    if errors:
        raise InvalidInput(errors)
    row = CentreRow(id or new_id(), kept, parent_id, is_archived=False)
    books.session.add(CostCentre(id=row.id, name=kept, parent_id=parent_id, archived_at=None))
    books.session.flush()
    audit.record(books, "create", "cost_centre", row.id, new={"name": kept})
    return row


def party_totals(books: Books, party_ids: Iterable[UUID]) -> dict[tuple[UUID, UUID], int]:
    """What parties stand at by (party, account), in paise, debit positive."""
    wanted = list(party_ids)
    if not wanted:
        return {}
    rows = books.session.execute(
        select(PartyBalance.party_id, PartyBalance.account_id, func.sum(PartyBalance.debit_paise - PartyBalance.credit_paise))
        .where(PartyBalance.party_id.in_(wanted))
        .group_by(PartyBalance.party_id, PartyBalance.account_id)
    )
    return {(party, account): int(amount) for party, account, amount in rows}


def party_credits(books: Books, party_id: UUID, first_day: date, last_day: date) -> int:
    """What was credited to a party in these days, less what was taken back by a reversal: bills that came, money it paid."""
    reversal = aliased(Voucher)
    undone = exists().where(reversal.company_id == JournalLine.company_id, reversal.reverses_id == JournalLine.voucher_id)
    of_voucher = (Voucher.company_id == JournalLine.company_id) & (Voucher.id == JournalLine.voucher_id)
    query = (
        select(func.sum(-JournalLine.amount_paise))
        .join(Voucher, of_voucher)
        .where(
            JournalLine.party_id == party_id,
            JournalLine.voucher_date.between(first_day, last_day),
            JournalLine.amount_paise < 0,
            Voucher.reverses_id.is_(None),
            ~undone,
        )
    )
    return int(books.session.scalar(query) or 0)


def _name_of(text: str, errors: dict[str, str]) -> str:
    kept = clean_text(text)
    if not kept:
        errors["name"] = "Give the cost centre a name."
    elif len(kept) > MOST_NAME:
        errors["name"] = f"The name has {len(kept)} characters; at most {MOST_NAME} fit."
    return kept
