"""The paper of a stock journal: what was used, what was made, and what it cost."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from webapp import assembly
from webapp.company import seller_at
from webapp.platform.tenancy import Books
from webapp.printing import drawing
from webapp.printing.asking import ask
from webapp.printing.labels import labels

KIND = "stock_journal"


def ask_journal_paper(books: Books, journal_id: UUID) -> UUID:
    """Ask for the PDF of a stock journal. One that is waiting or still true is used again; NotFound for no such journal."""
    found = assembly.journal(books, journal_id)
    return ask(books, KIND, journal_id, changed_at=changed_at(found), said={"number": found.row.number})


def changed_at(found: assembly.JournalView) -> datetime:
    """When the paper last became another: a journal that was cancelled says so."""
    return found.cancellation.created_at if found.cancellation else found.row.created_at


def draw_journal(books: Books, journal_id: UUID) -> bytes:
    """The PDF of a stock journal. NotFound when this company has none by that id."""
    found = assembly.journal(books, journal_id)
    seller = seller_at(books, found.row.store_id)
    language = seller.profile.bill_language
    place = {**seller.profile.as_seller(), "store": seller.store.name}
    return drawing.draw("journal_a4.html", "voucher.css", found=found, row=found.row, place=place, language=language, word=labels(language))
