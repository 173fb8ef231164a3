"""The edit log: who did what, when, old and new values, chained by hash per company. It has no off switch.

Companies (Accounts) Rules 2014, rule 3(1), proviso: an audit trail of each transaction, an edit log of each change
with its date, which cannot be disabled. `docs/edit-log.md` gives the hash so that a third person can verify it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, select, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.kernel.errors import Refusal
from webapp.platform.db import Base
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books, CompanyScoped, before_commit, keeps_refusals

GENESIS = "0" * 64


class EditLogEntry(CompanyScoped, Base):
    """One act. `hash` = SHA-256 over the previous entry's hash and this entry's canonical JSON."""

    __tablename__ = "edit_log"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    user_id: Mapped[UUID | None]
    user_name: Mapped[str]
    via: Mapped[str]
    action: Mapped[str]
    entity: Mapped[str]
    entity_id: Mapped[str]
    old: Mapped[dict[str, Any] | None]
    new: Mapped[dict[str, Any] | None]
    previous_hash: Mapped[str]
    hash: Mapped[str]

    __table_args__ = (Index("ix_edit_log_entity", "company_id", "entity", "entity_id"),)


def record(
    books: Books,
    action: str,
    entity: str,
    entity_id: UUID | int | str,
    *,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
) -> None:
    """Log one act on `entity`: "create", "change", "cancel", "print", "export", "login" … Written with the transaction."""
    books.pending.log.append(
        {
            "at": books.now,
            "user_id": books.actor.user_id,
            "user_name": books.actor.name,
            "via": books.actor.via,
            "action": action,
            "entity": entity,
            "entity_id": str(entity_id),
            "old": _plain(old),
            "new": _plain(new),
        }
    )


def record_change(books: Books, entity: str, entity_id: UUID | int | str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Log the fields that differ; say whether any did. An edit that changes nothing leaves no entry."""
    changed = [name for name in after if before.get(name) != after[name]]
    if changed:
        record(books, "change", entity, entity_id, old={n: before.get(n) for n in changed}, new={n: after[n] for n in changed})
    return bool(changed)


@keeps_refusals
def _record_refusal(books: Books, refusal: Refusal) -> None:
    """A try that was refused and is worth knowing of: what was tried, by whom, when."""
    record(books, refusal.action, refusal.entity, refusal.entity_id, new=refusal.tried)


@before_commit
def _chain(books: Books) -> None:
    """Append this transaction's entries to the company's chain, last of all, so that its lock is held shortest."""
    if not books.pending.log:
        return
    connection = books.connection
    if connection.dialect.name == "postgresql":
        # The chain has one end: writers of one company take turns here until their commit. SQLite has one writer anyway.
        connection.execute(text("select pg_advisory_xact_lock(7236002, :own)"), {"own": books.company_id % 2**31})
    last = _LAST.first(books)
    seq, head = (last.seq, last.hash) if last else (0, GENESIS)
    rows = []
    for entry in books.pending.log:
        seq += 1
        row = {**entry, "seq": seq, "previous_hash": head}
        head = row["hash"] = entry_hash(books.company_id, row)
        rows.append(row)
    books.insert(EditLogEntry, rows)
    books.pending.log.clear()


# Made once: it runs with every write.
_LAST = Lookup(select(EditLogEntry.seq, EditLogEntry.hash).order_by(EditLogEntry.seq.desc()).limit(1))


def entry_hash(company_id: int, row: Mapping[str, Any]) -> str:
    """The hash of one entry, in lower-case hex (docs/edit-log.md gives the same in words)."""
    canonical = json.dumps(_body(company_id, row), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{row['previous_hash']}\n{canonical}".encode()).hexdigest()


def _body(company_id: int, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "company_id": company_id,
        "seq": row["seq"],
        "at": row["at"].isoformat(timespec="microseconds"),
        "user_id": str(row["user_id"]) if row["user_id"] else None,
        "user_name": row["user_name"],
        "via": row["via"],
        "action": row["action"],
        "entity": row["entity"],
        "entity_id": row["entity_id"],
        "old": row["old"],
        "new": row["new"],
    }


def broken_links(books: Books) -> Iterator[str]:
    """Walk the chain from its beginning and name every entry that does not fit."""
    head, expected = GENESIS, 1
    for row in _entries(books):
        if row["seq"] != expected:
            yield f"edit log: entry {expected} is missing"
        if row["previous_hash"] != head or entry_hash(books.company_id, row) != row["hash"]:
            yield f"edit log: entry {row['seq']} was altered"
        head, expected = row["hash"], row["seq"] + 1


def exported(books: Books) -> Iterator[str]:
    """The whole log, one JSON object a line, with all that its hashes are made of: for whoever checks it elsewhere."""
    for row in _entries(books):
        entry = {**_body(books.company_id, row), "previous_hash": row["previous_hash"], "hash": row["hash"]}
        yield json.dumps(entry, ensure_ascii=False)


def _entries(books: Books) -> Iterator[dict[str, Any]]:
    query = select(EditLogEntry.__table__).where(EditLogEntry.company_id == books.company_id).order_by(EditLogEntry.seq)
    with books.connection.execute(query, execution_options={"yield_per": 2000}) as found:
        for row in found.mappings():
            yield dict(row)


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {name: _plain_value(value) for name, value in values.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, UUID | datetime | date):
        return str(value) if isinstance(value, UUID) else value.isoformat()
    if isinstance(value, Mapping):
        return _plain(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain_value(one) for one in value]
    return value
