"""Goods made out of other goods, and taken apart again: bills of materials, and the stock journal with its two sides.

Promises: what is made costs what was used and spent for it, less its by-products, to the paisa, also when those costs turn out
otherwise later; a journal uses only what is there; nothing is made, at any remove, out of itself.
"""

from webapp.assembly.bom_queries import Bom, BomLineRow, BomRow, bom, bom_on, boms
from webapp.assembly.bom_service import end_bom, save_bom
from webapp.assembly.events import JournalCancelled, JournalPosted
from webapp.assembly.filling import fill
from webapp.assembly.queries import JournalRow, JournalView, journal, journals
from webapp.assembly.rules import BomDraft, BomLine, Cost, Journal, MakeLine, UseLine
from webapp.assembly.service import cancel, post

__all__ = [
    "Bom",
    "BomDraft",
    "BomLine",
    "BomLineRow",
    "BomRow",
    "Cost",
    "Journal",
    "JournalCancelled",
    "JournalPosted",
    "JournalRow",
    "JournalView",
    "MakeLine",
    "UseLine",
    "bom",
    "bom_on",
    "boms",
    "cancel",
    "end_bom",
    "fill",
    "journal",
    "journals",
    "post",
    "save_bom",
]
