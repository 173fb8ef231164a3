"""What the portals have of a bill, as its paper shows it: the IRN with its QR (CGST Rule 46(r)), and the number of its e-way bill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from webapp import einvoice, ewaybills
from webapp.einvoice import State
from webapp.kernel.records import dataclass
from webapp.platform.qr import qr_image
from webapp.platform.tenancy import Books

_TRAVELS = (ewaybills.State.PART_A, ewaybills.State.ACTIVE, ewaybills.State.CLOSED)
_SIGNED = (State.REGISTERED, State.CANCELLING, State.CANCELLED)


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands on the paper. `qr` is an image's address, "" of one that was cancelled on the portal. A part that is not there is ""."""

    irn: str
    ack_no: str
    ack_at: datetime | None
    is_cancelled: bool
    qr: str
    ewb_no: str = ""
    signed_qr: str = ""  # what the QR says: the portal's own signed text


def mark_of(books: Books, invoice_id: UUID) -> Mark | None:
    """The mark of a bill; None where no portal has anything of it."""
    row = einvoice.einvoice_or_none(books, invoice_id)
    travels = ewaybills.ewaybill_or_none(books, invoice_id)
    ewb_no = travels.ewb_no if travels and travels.state in _TRAVELS else ""
    if row is None or row.state not in _SIGNED or row.ack_at is None:
        return Mark("", "", None, is_cancelled=False, qr="", ewb_no=ewb_no) if ewb_no else None
    is_cancelled = row.state == State.CANCELLED
    image = "" if is_cancelled else qr_image(row.signed_qr)
    return Mark(row.irn, row.ack_no, row.ack_at, is_cancelled, image, ewb_no, row.signed_qr)


def settled_at(books: Books, invoice_ids: Sequence[UUID]) -> Mapping[UUID, datetime]:
    """When bills came to stand with the portals as they do: papers of before do not show it. Bills without a mark are absent."""
    found = {one: row.changed_at for one, row in einvoice.einvoices_of(books, invoice_ids).items() if row.state in _SIGNED}
    for one, travels in ewaybills.ewaybills_of(books, invoice_ids).items():
        if at := travels.cancelled_at or travels.made_at:
            found[one] = max(found.get(one, at), at)
    return found
