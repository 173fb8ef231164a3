"""What the e-invoice portal has signed of a bill, as its paper shows it (CGST Rule 46(r): the QR with the IRN)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from webapp import einvoice
from webapp.einvoice import State
from webapp.platform.qr import qr_image
from webapp.platform.tenancy import Books

_SIGNED = (State.REGISTERED, State.CANCELLING, State.CANCELLED)


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands on the paper. `qr` is an image's address, "" of one that was cancelled on the portal."""

    irn: str
    ack_no: str
    ack_at: datetime
    is_cancelled: bool
    qr: str


def mark_of(books: Books, invoice_id: UUID) -> Mark | None:
    """The mark of a bill; None where the portal has signed nothing."""
    row = einvoice.einvoice_or_none(books, invoice_id)
    if row is None or row.state not in _SIGNED or row.ack_at is None:
        return None
    is_cancelled = row.state == State.CANCELLED
    return Mark(row.irn, row.ack_no, row.ack_at, is_cancelled, "" if is_cancelled else qr_image(row.signed_qr))


def settled_at(books: Books, invoice_ids: Sequence[UUID]) -> Mapping[UUID, datetime]:
    """When bills came to stand with the portal as they do: papers of before do not show it. Bills without a mark are absent."""
    return {one: row.changed_at for one, row in einvoice.einvoices_of(books, invoice_ids).items() if row.state in _SIGNED}
