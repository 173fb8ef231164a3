"""The stock room's own documents: opening stock, adjustments, stock counts, and costs put right after the fact.

Promises: stock and its account in the ledger move together; after a back-dated receipt every later cost is what a
replay gives, in the same transaction; a count is posted once, and what moves while it is on is no difference.
"""

from webapp.stocktaking.count_queries import count
from webapp.stocktaking.count_rules import Entry, Start
from webapp.stocktaking.counting import Heard, cancel_count, enter, post_count, start_count, take_back
from webapp.stocktaking.queries import adjustment
from webapp.stocktaking.rules import REASONS, Adjustment, Change
from webapp.stocktaking.service import adjust_stock, record_openings, revalue, settle_costs

__all__ = [
    "REASONS",
    "Adjustment",
    "Change",
    "Entry",
    "Heard",
    "Start",
    "adjust_stock",
    "adjustment",
    "cancel_count",
    "count",
    "enter",
    "post_count",
    "record_openings",
    "revalue",
    "settle_costs",
    "start_count",
    "take_back",
]
