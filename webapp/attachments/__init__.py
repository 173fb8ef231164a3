"""Papers and photos kept beside a document: of a bill, an order, a purchase, a voucher, a transfer, a count, an item, a party.

Promises: a file is of the kind its content says, and of no kind that runs; it is kept once in a company however often it is
added; whoever may not read the document reads none of its files, and nobody another company's; a file is withdrawn with a
reason, its row stays; neither a crash nor a refusal leaves a row without its file, or a file without a row for longer than a day.
"""

from webapp.attachments.kinds import Shown, Subject, use_subjects
from webapp.attachments.queries import AttachedRow, attached, pictures_of
from webapp.attachments.rules import MOST_BYTES, MOST_FILES
from webapp.attachments.service import attach, prepare, sweep, withdraw

__all__ = [
    "MOST_BYTES",
    "MOST_FILES",
    "AttachedRow",
    "Shown",
    "Subject",
    "attach",
    "attached",
    "pictures_of",
    "prepare",
    "sweep",
    "use_subjects",
    "withdraw",
]
