"""Cheques: those customers gave, kept until they are banked, and those given to suppliers, each from its day to its end.

Promises: a cheque given is in the books from the day it is taken, and in the bank only when it is deposited; one that comes back
opens the bills it had settled, by a voucher of its own, and its receipt stays; it may be presented again; no step is taken twice,
and none that its state or its date forbids.
"""

from webapp.cheques.events import ChequeMoved, ChequeTaken
from webapp.cheques.moving import again, bounce, cancel, cancel_slip, clear, deposit, stop
from webapp.cheques.queries import ChequeRow, ChequeView, MoveRow, SlipView, Wanted, cheque, cheques, slip
from webapp.cheques.rules import ISSUED, RECEIVED, ChequeCommand, DepositCommand, MoveCommand, PaidBill
from webapp.cheques.service import take

__all__ = [
    "ISSUED",
    "RECEIVED",
    "ChequeCommand",
    "ChequeMoved",
    "ChequeRow",
    "ChequeTaken",
    "ChequeView",
    "DepositCommand",
    "MoveCommand",
    "MoveRow",
    "PaidBill",
    "SlipView",
    "Wanted",
    "again",
    "bounce",
    "cancel",
    "cancel_slip",
    "cheque",
    "cheques",
    "clear",
    "deposit",
    "slip",
    "stop",
    "take",
]
