"""What a public page asks the customer to pay now, and how: by the shop's own UPI id, for exactly that amount; and what was stated."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from webapp.company import profile
from webapp.kernel.money import Paise, plain_decimal
from webapp.kernel.records import dataclass
from webapp.kernel.upi import upi_link
from webapp.links import notices
from webapp.links.notices import NoticeRow
from webapp.links.pages import form_proof
from webapp.links.tokens import Opened
from webapp.platform.qr import qr_image
from webapp.platform.tenancy import Books

PAID = "paid"  # the purpose of the proof of the form that states a payment


# Whether a shop takes money by a payment gateway: the room above says it (webapp.gateway), for what is owed now.
_online: list[Callable[[Books], bool]] = []


def use_online(takes: Callable[[Books], bool]) -> None:
    """Ask `takes` whether a page offers to pay through a gateway besides."""
    _online[:] = [takes]


@dataclass(frozen=True, slots=True)
class Due:
    """What is owed now, in paise, and what of it the payer says was paid (`stated`, which nobody has confirmed). `upi_url` opens a UPI
    app for what is left of it and `qr` is its image: both empty when nothing is, or the shop has no UPI id. `proof` lets a payment
    be stated; empty where none can. `is_online`: it can be paid through a gateway besides."""

    amount_paise: Paise
    upi_url: str = ""
    qr: str = ""
    stated: Sequence[NoticeRow] = ()
    proof: str = ""
    is_online: bool = False

    @property
    def left_paise(self) -> Paise:
        """What is owed if all that was stated has come."""
        return Paise(max(self.amount_paise - sum(row.amount_paise for row in self.stated), 0))

    @property
    def left_typed(self) -> str:
        """The same as the payer's form offers it; empty for nothing."""
        return plain_decimal(self.left_paise, 2) if self.left_paise else ""


def due(books: Books, opened: Opened, amount: int, *, number: str, note: str = "") -> Due:
    """How `amount` is paid for `number`. Nothing, or less, asks for nothing."""
    stated = tuple(notices.waiting_of(books, opened.kind, opened.document_id))
    is_online = amount > 0 and any(takes(books) for takes in _online)
    owed = Due(Paise(max(amount, 0)), stated=stated, proof=form_proof(PAID, opened) if amount > 0 else "", is_online=is_online)
    shop = profile(books)
    if not owed.left_paise or not shop.upi_id:
        return owed
    url = upi_link(upi_id=shop.upi_id, name=shop.name, amount_paise=owed.left_paise, number=number, note=note)
    return Due(owed.amount_paise, url, qr_image(url), stated, owed.proof, is_online)
