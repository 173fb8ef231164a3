"""Goods that lie with others and are ours, and goods that lie with us and are others'.

Goods sent on approval or to an agent are challans (`webapp.orders`); goods received on consignment are receipts that stand at nothing
(`webapp.purchases`). This room shows what stands where and for how long, and enters an agent's account sale: the bill of what he sold and
the bill of his commission, both or none.
"""

from webapp.consignment.queries import held_elsewhere, require_all_stores
from webapp.consignment.service import AccountSale, Charge, Sold, enter_account_sale

__all__ = ["AccountSale", "Charge", "Sold", "enter_account_sale", "held_elsewhere", "require_all_stores"]
