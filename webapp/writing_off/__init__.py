"""What a party is let off, and what the shop gives up: discounts for settling, odd paise, small balances, bad debts.

Promises: each is a document of its own with its voucher, and names the bills it closes and by how much, never more than is
open; what came with a receipt goes with it; one that is wrong is cancelled by a reversal, which opens its bills again. None of
it changes the GST of a bill.
"""

from webapp.writing_off.events import WriteOffCancelled, WriteOffPosted
from webapp.writing_off.forms import parse_let_off
from webapp.writing_off.queries import WriteOffRow, WriteOffView, came_with, write_off
from webapp.writing_off.rules import LET_OFF_KINDS, SMALL_LIMIT, LetOff, WriteOffCommand
from webapp.writing_off.service import cancel, cancel_with, let_off, post_write_off, write_off_small

__all__ = [
    "LET_OFF_KINDS",
    "SMALL_LIMIT",
    "LetOff",
    "WriteOffCancelled",
    "WriteOffCommand",
    "WriteOffPosted",
    "WriteOffRow",
    "WriteOffView",
    "came_with",
    "cancel",
    "cancel_with",
    "let_off",
    "parse_let_off",
    "post_write_off",
    "write_off",
    "write_off_small",
]
