"""What a public page asks the customer to pay now, and how: by the shop's own UPI id, for exactly that amount."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.company import profile
from webapp.kernel.money import Paise
from webapp.kernel.upi import upi_link
from webapp.platform.qr import qr_image
from webapp.platform.tenancy import Books


@dataclass(frozen=True, slots=True)
class Due:
    """What is owed now, in paise. `upi_url` opens a UPI app and `qr` is its image: both empty when nothing is owed, or the shop has no
    UPI id."""

    amount_paise: Paise
    upi_url: str = ""
    qr: str = ""


def due(books: Books, amount: int, *, number: str, note: str = "") -> Due:
    """How `amount` is paid for `number`. Nothing, or less, asks for nothing."""
    shop = profile(books)
    if amount <= 0 or not shop.upi_id:
        return Due(Paise(max(amount, 0)))
    url = upi_link(upi_id=shop.upi_id, name=shop.name, amount_paise=Paise(amount), number=number, note=note)
    return Due(Paise(amount), url, qr_image(url))
