"""Papers of many bills: asked for together, each drawn by a job as any other, taken away as one zip when they are made.

Nothing is kept of a batch but its papers: which bills it means is asked again each time, so a bill that the reader may no longer
see is no longer in it.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import IO, NamedTuple
from uuid import UUID

from webapp import sales
from webapp.kernel.errors import InvalidInput
from webapp.platform import audit, progress, storage
from webapp.platform.tenancy import Books
from webapp.printing import queries, registered, signing
from webapp.printing.asking import ask
from webapp.printing.rules import Layout
from webapp.sales import Chosen, Wanted

MOST = 200
MISSING = "missing"  # nobody has asked for this paper yet, or the bill has changed since


class BatchRow(NamedTuple):
    """A bill of the batch; `state` is "missing", "waiting", "ready" or "failed", `key` names the file that is ready; when its paper was
    asked for, unless it is missing."""

    bill: Chosen
    state: str
    key: str | None
    asked_at: datetime | None = None


def batch(books: Books, wanted: Wanted, ids: Sequence[UUID] | None, layout: Layout) -> list[BatchRow]:
    """The bills meant and how far their papers are. InvalidInput for none, and beyond MOST."""
    found = sales.chosen(books, wanted, ids, MOST + 1)
    if not found:
        raise InvalidInput({"bill": "Tick the bills first."})
    if len(found) > MOST:
        raise InvalidInput({"bill": f"These are more than {MOST} bills. Narrow the filter, for instance to some days."})
    ids = [bill.id for bill in found]
    signed_at = registered.settled_at(books, ids)
    since = signing.since(books, min(bill.changed_at for bill in found))
    found = [bill._replace(changed_at=max(bill.changed_at, since, signed_at.get(bill.id, bill.changed_at))) for bill in found]
    papers = queries.newest_of(books, ids, layout)
    return [_row(bill, papers.get(bill.id)) for bill in found]


def ask_batch(books: Books, rows: Sequence[BatchRow], layout: Layout) -> None:
    """Ask for the papers that are missing or could not be made. Safe to repeat."""
    for bill, state, _key, _asked_at in rows:
        if state in (MISSING, "failed"):
            ask(books, "invoice", bill.id, changed_at=bill.changed_at, layout=layout, said={"layout": layout.value, "number": bill.number})


def seconds_left(rows: Sequence[BatchRow], now: datetime) -> int | None:
    """How long those that wait will still take, by the speed of those asked for together with them or since. None before one of these
    is made, and when none waits."""
    waiting = [row.asked_at for row in rows if row.state == "waiting" and row.asked_at]
    if not waiting:
        return None
    together = [row for row in rows if row.asked_at and row.asked_at >= min(waiting)]
    return progress.seconds_left(len(together) - len(waiting), len(together), min(waiting), now)


def zipped(books: Books, rows: Sequence[BatchRow], layout: Layout) -> IO[bytes]:
    """The papers that are ready as one zip, each named for its bill; it goes to the edit log."""
    ready = [row for row in rows if row.key]
    if not ready:
        raise InvalidInput({"bill": "No PDF is ready yet. Have them made first."})
    audit.record(books, "export", "invoice", "papers", new={"layout": layout.value, "numbers": [row.bill.number for row in ready]})
    # The caller hands it on, and it is gone when it is closed.
    out = tempfile.TemporaryFile()  # noqa: SIM115
    with zipfile.ZipFile(out, "w") as archive:  # a PDF is packed already
        for bill, _state, key, _asked_at in ready:
            with storage.open_file(books.company_id, str(key)) as paper:
                archive.writestr(f"{_file_name(bill.number)}.pdf", paper.read())
    out.seek(0)
    return out


def _row(bill: Chosen, paper: queries.PaperRow | None) -> BatchRow:
    if paper is None or paper.asked_at < bill.changed_at:
        return BatchRow(bill, MISSING, None)
    return BatchRow(bill, paper.state, paper.storage_key if paper.state == "ready" else None, paper.asked_at)


def _file_name(number: str) -> str:
    """A bill's number as a file may be called."""
    return "".join(sign if sign.isalnum() else "-" for sign in number)
