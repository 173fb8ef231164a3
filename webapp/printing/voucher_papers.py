"""The paper of an accountant's voucher: payment, receipt, contra or journal, with its amount in words and room for signatures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from webapp import vouchers
from webapp.company import profile
from webapp.kernel.money import Paise
from webapp.kernel.records import dataclass
from webapp.kernel.words import MOST_IN_WORDS, amount_in_words
from webapp.platform.tenancy import Books
from webapp.printing import drawing
from webapp.printing.asking import ask
from webapp.printing.labels import labels

KIND = "voucher"


@dataclass(frozen=True, slots=True)
class VoucherPaper:
    """Everything the template of a voucher writes."""

    word: Callable[[str], str]
    language: str
    title: str
    seller: dict[str, Any]
    kept: Any
    lines: list[Any]
    in_words: str
    state: str  # "" for one in the books, else what it is instead
    signs: tuple[str, ...]


def ask_voucher_paper(books: Books, document_id: UUID) -> UUID:
    """Ask for a voucher's PDF. One of its newest version that is waiting or ready is used again; NotFound for no such voucher."""
    kept = vouchers.document(books, document_id)
    changed_at = vouchers.versions(books, document_id)[-1].recorded_at
    return ask(
        books, KIND, document_id, changed_at=changed_at, logged_as="voucher_document", said={"number": kept.number, "version": kept.version}
    )


def draw_voucher(books: Books, document_id: UUID) -> bytes:
    """The PDF of a voucher as it stands now. NotFound when this company has none by that id."""
    return drawing.draw("voucher_a4.html", "voucher.css", paper=voucher_paper(books, document_id))


def voucher_paper(books: Books, document_id: UUID) -> VoucherPaper:
    """What stands on the paper of a voucher."""
    kept = vouchers.document(books, document_id)
    own = profile(books)
    word = labels(own.bill_language)
    amount = Paise(kept.amount_paise)
    words = " / ".join(amount_in_words(amount, one) for one in own.bill_language.split("+")) if amount <= MOST_IN_WORDS else ""
    signs = {"payment": ("prepared_by", "approved_by", "received_by"), "receipt": ("prepared_by", "signatory")}
    return VoucherPaper(
        word=word,
        language=own.bill_language,
        title=word(f"voucher_{kept.kind}"),
        seller=own.as_seller(),
        kept=kept,
        lines=vouchers.lines_of(books, kept),
        in_words=words,
        state="" if kept.standing.is_in_books else word(f"state_{kept.state}"),
        signs=tuple(word(one) for one in signs.get(kept.kind, ("prepared_by", "checked_by", "approved_by"))),
    )
