"""The verbs of parties: create, change, archive, restore. A revision is taken first, so the writers of one company take turns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import select

from webapp.company import next_catalogue_rev, profile
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.parties import rules
from webapp.parties.models import Party
from webapp.parties.rules import PartyDraft
from webapp.platform import audit
from webapp.platform.tenancy import Books


def create_party(books: Books, draft: PartyDraft, id: UUID | None = None) -> Party:  # noqa: A002 - the caller's own id for it
    """Make a customer or supplier. The same `id` again gives the first one. InvalidInput by field.

    Two customers may share a phone (a family's) or a name; a GSTIN names one party only.
    """
    rev = next_catalogue_rev(books)
    if id is not None and (made := _party(books, id)) is not None:
        return made
    kept = _fit(books, draft, party_id=None)
    party = Party(id=id or new_id(), rev=rev, version=1, created_at=books.now, updated_at=books.now, **_values(kept))
    books.session.add(party)
    books.session.flush()
    audit.record(books, "create", "party", party.id, new=asdict(kept))
    return party


def quick_party(books: Books, name: str, phone: str = "", gstin: str | None = None, state_code: str = "", id: UUID | None = None) -> Party:  # noqa: A002 - made by the till
    """Make a customer while billing, from what the counter asks. The same `id` again gives the first one."""
    return create_party(books, PartyDraft(name=name, phone=phone, gstin=gstin, state_code=state_code), id)


def change_party(books: Books, party_id: UUID, draft: PartyDraft, version: int) -> Party:
    """Make a party as `draft` says. Conflict when it was changed since the form was opened; InvalidInput by field."""
    rev = next_catalogue_rev(books)
    party = _required(books, party_id)
    if party.version != version:
        raise Conflict(
            problem=f"{party.name} was changed by somebody else while you had it open.",
            fix="Open it again to see how it stands now, then make your change.",
        )
    kept = _fit(books, draft, party_id)
    values = _values(kept)
    if audit.record_change(books, "party", party_id, {name: getattr(party, name) for name in values}, values):
        for name, value in values.items():
            setattr(party, name, value)
        party.version, party.rev, party.updated_at = party.version + 1, rev, books.now
        books.session.flush()
    return party


def archive_parties(books: Books, party_ids: Iterable[UUID]) -> int:
    """Take parties off the counter's list; returns how many were on it. What they owe stays in the books."""
    return _set_archived(books, party_ids, archived=True)


def restore_parties(books: Books, party_ids: Iterable[UUID]) -> int:
    """Put archived parties back; returns how many were archived."""
    return _set_archived(books, party_ids, archived=False)


def archive_party(books: Books, party_id: UUID) -> Party:
    """Take one party off the counter's list. NotFound when there is none."""
    archive_parties(books, [party_id])
    return _required(books, party_id)


def restore_party(books: Books, party_id: UUID) -> Party:
    """Put one party back. NotFound when there is none."""
    restore_parties(books, [party_id])
    return _required(books, party_id)


def _fit(books: Books, draft: PartyDraft, party_id: UUID | None) -> PartyDraft:
    kept, errors = rules.tidied(draft, profile(books).state_code)
    if kept.gstin and "gstin" not in errors:
        query = select(Party.id, Party.name).where(Party.gstin == kept.gstin)
        owner = next((row for row in books.session.execute(query) if row.id != party_id), None)
        if owner is not None:
            errors["gstin"] = f"This GSTIN belongs to {owner.name}. Choose that party instead."
    if errors:
        raise InvalidInput(errors)
    return kept


def _values(draft: PartyDraft) -> dict[str, Any]:
    return {**asdict(draft), "search_text": rules.search_text(draft)}


def _set_archived(books: Books, party_ids: Iterable[UUID], *, archived: bool) -> int:
    wanted = list(dict.fromkeys(party_ids))
    rev = next_catalogue_rev(books)
    found = books.session.scalars(select(Party).where(Party.id.in_(wanted))).all()
    if len(found) != len(wanted):
        raise NotFound("party")
    changed = [party for party in found if (party.archived_at is not None) != archived]
    for party in changed:
        party.archived_at = books.now if archived else None
        party.version, party.rev, party.updated_at = party.version + 1, rev, books.now
        audit.record(books, "archive" if archived else "restore", "party", party.id, new={"name": party.name})
    books.session.flush()
    return len(changed)


def _party(books: Books, party_id: UUID) -> Party | None:
    return books.session.scalars(select(Party).where(Party.id == party_id)).first()


def _required(books: Books, party_id: UUID) -> Party:
    party = _party(books, party_id)
    if party is None:
        raise NotFound("party")
    return party
