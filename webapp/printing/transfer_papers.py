"""The paper that goes with goods from one store to another: a delivery challan (Rule 55), or a tax invoice (Rule 46)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from webapp import transfers
from webapp.company import profile
from webapp.platform.tenancy import Books
from webapp.printing import drawing
from webapp.printing.asking import ask
from webapp.printing.labels import labels
from webapp.tax.states import state_tax_name

KIND = "transfer"


def ask_transfer_paper(books: Books, transfer_id: UUID) -> UUID:
    """Ask for the PDF of a transfer. One that is waiting or still true is used again; NotFound for no such transfer."""
    found = transfers.transfer(books, transfer_id)
    return ask(books, KIND, transfer_id, changed_at=changed_at(found), said={"number": found.row.number})


def changed_at(found: transfers.TransferView) -> datetime:
    """When the paper last became another: a transfer that was recalled says so."""
    return found.recall.created_at if found.recall else found.row.created_at


def draw_transfer(books: Books, transfer_id: UUID) -> bytes:
    """The PDF of a transfer. NotFound when this company has none by that id."""
    found = transfers.transfer(books, transfer_id)
    language = profile(books).bill_language
    state_tax = state_tax_name(found.row.sender.get("state_code"))
    words = labels(language)
    return drawing.draw("transfer_a4.html", "voucher.css", found=found, row=found.row, language=language, word=words, state_tax=state_tax)
