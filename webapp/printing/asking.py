"""Asking for the paper of a document: one that is waiting or still true is used again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from webapp.kernel.ids import new_id
from webapp.platform import audit
from webapp.platform.outbox import announce
from webapp.platform.tenancy import Books
from webapp.printing import queries
from webapp.printing.events import PaperAsked
from webapp.printing.models import Paper
from webapp.printing.rules import Layout

_NEW: dict[str, Any] = {
    "state": "waiting",
    "storage_key": None,
    "sha256": None,
    "size_bytes": None,
    "error": "",
    "made_at": None,
    "printed_count": 0,
}


def ask(
    books: Books,
    kind: str,
    document_id: UUID,
    *,
    changed_at: datetime,
    layout: Layout = Layout.A4,
    logged_as: str = "",
    said: Mapping[str, Any],
) -> UUID:
    """Ask for the PDF of a document as it stands since `changed_at`; returns the paper's id. `said` goes to the edit log,
    under `logged_as` where the document has another name there."""
    kept = newest(books, document_id, changed_at, layout)
    if kept is not None and kept.state != "failed":
        return kept.id
    paper_id = new_id()
    asked = {"id": paper_id, "document_kind": kind, "document_id": document_id, "layout": layout.value}
    books.insert(Paper, [{**_NEW, **asked, "asked_at": books.now, "asked_by": books.actor.name}])
    audit.record(books, "print", logged_as or kind, document_id, new=dict(said))
    announce(books, PaperAsked(paper_id=paper_id))
    return paper_id


def newest(books: Books, document_id: UUID, changed_at: datetime, layout: Layout = Layout.A4) -> queries.PaperRow | None:
    """The newest paper of a document in a layout, where it shows the document as it has stood since `changed_at`."""
    kept = queries.newest_papers(books, document_id).get(layout)
    return kept if kept is not None and kept.asked_at >= changed_at else None
