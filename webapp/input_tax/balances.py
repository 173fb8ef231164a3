"""What may be claimed again: no more than stands reversed for the time being, in every month. Refusals of the verbs of this room."""

from __future__ import annotations

from webapp.gst_returns import registrations
from webapp.input_tax import posted
from webapp.input_tax.posted import ReversalRow
from webapp.input_tax.rules import HEADS, NOTHING, Tax
from webapp.kernel.dates import month_name
from webapp.kernel.errors import BooksError, Conflict
from webapp.kernel.money import rupees
from webapp.platform.tenancy import Books


def require_never_short(books: Books) -> None:
    """The statement of no registration falls below nothing."""
    for of in registrations(books):
        for row in posted.statement(books, of.gstin):
            if any(row.closing.below_nought()):
                raise BooksError(
                    problem=f"In {month_name(row.month)} more credit would be claimed again than stands reversed.",
                    fix="Cancel what claimed it again first; then say this of the voucher.",
                )


def require_not_claimed(books: Books, own: ReversalRow) -> None:
    """What a bill has claimed again stands on its reversal, whatever others have in the balance."""
    stands = posted.standing_of(books, own.gstin, own.rule)
    for line in posted.lines(books, own.id):
        if line.about_id is not None and any((stands.get(line.about_id, NOTHING) - line.tax).below_nought()):
            raise Conflict(
                problem=f"The credit of {line.number} that this reversed was claimed again since.",
                fix="Cancel what claimed it again first, then this.",
            )


def require_balance(books: Books, gstin: str, month: int, wanted: Tax) -> None:
    """The statement stays at or above nothing in every month from this one on (Notification 14/2022; the portal refuses more)."""
    rows = posted.statement(books, gstin)
    before = [row.closing for row in rows if row.month <= month]
    at_hand = [before[-1] if before else posted.standing(books, gstin).opening, *(row.closing for row in rows if row.month > month)]
    for have in at_hand:
        lacks = (wanted - have).above_nought() if any(wanted.above_nought()) else NOTHING
        if any(lacks):
            head = next(name for name, amount in zip(HEADS, lacks, strict=True) if amount).upper()
            place = HEADS.index(head.lower())
            raise BooksError(
                problem=f"{rupees(have[place])} of {head} stands reversed, and {rupees(wanted[place])} would be claimed again.",
                fix="Claim no more than stands in the statement.",
            )
