"""Interest on bills that customers pay late: on which terms, what has accrued, and notes that charge it.

Promises: simple interest on what was open of a bill on each day past its due date, so many parts of 365, rounded once a bill to
whole paise; no day of a bill is charged twice; no interest on interest; the tax of the bill goes with it where the shop says so; a
note that is wrong is cancelled by a reversal, and its days may be charged again.
"""

from webapp.interest.events import InterestCancelled, InterestCharged
from webapp.interest.queries import NoteRow, NoteView, note
from webapp.interest.rules import ChargeCommand, Terms
from webapp.interest.service import cancel, charge, drop_terms, set_terms
from webapp.interest.working import Accrual, accrued, accrued_of

__all__ = [
    "Accrual",
    "ChargeCommand",
    "InterestCancelled",
    "InterestCharged",
    "NoteRow",
    "NoteView",
    "Terms",
    "accrued",
    "accrued_of",
    "cancel",
    "charge",
    "drop_terms",
    "note",
    "set_terms",
]
