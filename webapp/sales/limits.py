"""How much less than its price a role may ask for goods: by a discount on the line, on the bill, or by a lower rate typed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from webapp.company import Profile, limits_of, pass_limit, seller_at
from webapp.kernel.money import Paise, plain_decimal, rounded
from webapp.platform.permissions import Permission, Role
from webapp.platform.tenancy import Books
from webapp.sales import flags
from webapp.sales.commands import LineOffer
from webapp.sales.flags import Flag
from webapp.sales.rules import Bill, Worked
from webapp.sales.sheet import Sheet
from webapp.tax.rules import LineFigures

WHOLE_BP = 10_000


def require_discount(books: Books, found: Sheet, worked: Worked, entity: str, entity_id: UUID) -> None:
    """InvalidInput beside `limit_reason`, with the figures, where a row costs further below the price that holds than the actor's role
    may give; for who may pass the limit and says why it stands in the edit log."""
    most = limits_of(seller_at(books, found.store_id).profile, books.actor.role_key).most_discount_bp
    if most is None:
        return
    for typed, line, figures in zip(found.lines, worked.lines, worked.figures.lines, strict=True):
        whole = Paise(typed.listed - typed.off)  # what a scheme gives is the shop's own doing
        if typed.listed_with_tax:
            whole = Paise(rounded(whole * WHOLE_BP, WHOLE_BP + line.rate_bp + line.cess_bp))
        if given := given_bp(whole, figures.taxable, most):
            problem = f"{line.name} is {plain_decimal(given, 2)} % below its price; your role may give {plain_decimal(most, 2)} %."
            tried = {"item": line.name, "given_bp": given, "most_bp": most}
            pass_limit(books, Permission.DISCOUNT_OVERRIDE, problem, entity, entity_id, tried)


def discount_flags(bill: Bill, seller: Profile, offers: Sequence[Sequence[LineOffer]]) -> tuple[Flag, ...]:
    """The lines that a till discounted further than a cashier may: a bill that has happened stands, and a person looks at it. What
    schemes gave (`offers` of each line) is none of the cashier's."""
    most = limits_of(seller, Role.CASHIER.value).most_discount_bp
    if most is None:
        return ()
    lines = [
        {"line": number, "name": line.name, "given_bp": given}
        for number, (line, figures, own) in enumerate(zip(bill.lines, bill.figures.lines, offers, strict=True), start=1)
        if (given := given_bp(*_asked(figures, own), most))
    ]
    return (flags.discount_limit(lines, most),) if lines else ()


def _asked(figures: LineFigures, offers: Sequence[LineOffer]) -> tuple[Paise, Paise]:
    """What a line comes to after its schemes, and what is asked for it."""
    asked = Paise(figures.gross - figures.discount - figures.bill_discount)
    return Paise(figures.gross - sum(offer.off for offer in offers)), asked


def given_bp(whole: Paise, asked: Paise, most: int) -> int:
    """How far below `whole` is what is `asked`, in hundredths of a per cent, where that is more than `most`; 0 where it is not. A paisa
    of rounding is nothing."""
    less = whole - asked
    return max(rounded(less * WHOLE_BP, whole), most + 1) if whole > 0 and (less - 1) * WHOLE_BP > most * whole else 0
