"""The stock room's own documents: opening stock, adjustments, and costs put right after the fact.

Promises: stock and its account in the ledger move together; after a back-dated receipt every later cost is what a
replay gives, in the same transaction.
"""

from webapp.stocktaking.rules import REASONS, Adjustment, Change
from webapp.stocktaking.service import adjust_stock, record_openings, revalue, settle_costs

__all__ = [
    "REASONS",
    "Adjustment",
    "Change",
    "adjust_stock",
    "record_openings",
    "revalue",
    "settle_costs",
]
